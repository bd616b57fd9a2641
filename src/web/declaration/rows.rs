//! The entries of the legal form: one table. Pointers are those of the body of a declaration; `#` stands for the place
//! of the victim.

use crate::wording::{Text, legal_form as words};

/// A list to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum List {
    EstablishmentType,
    Cause,
    Factor,
    Sector,
    Sex,
    Employment,
    WorkerClass,
    Outcome,
    Circumstance,
    Injury,
}

/// A list that is too long to choose from: one types and chooses from what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finder {
    Industry,
    Occupation,
}

/// How an entry is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A line of at most so many characters.
    Line(u32),
    Lines(u32),
    Phone,
    Email,
    /// Digits.
    Digits(u32),
    Number,
    Date,
    Moment,
    Check,
    One(List),
    Find(Finder),
    /// One more of a list that only grows.
    More(List),
}

/// An entry.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Name in the form.
    pub name: &'static str,
    /// Where it stands in a body.
    pub at: &'static str,
    pub label: Text,
    pub hint: Option<Text>,
    pub kind: Kind,
    /// Begins a group with this heading.
    pub heading: Option<Text>,
}

const fn row(name: &'static str, at: &'static str, label: Text, kind: Kind) -> Row {
    Row {
        name,
        at,
        label,
        hint: None,
        kind,
        heading: None,
    }
}

impl Row {
    const fn hint(self, hint: Text) -> Self {
        Self {
            hint: Some(hint),
            ..self
        }
    }

    const fn below(self, heading: Text) -> Self {
        Self {
            heading: Some(heading),
            ..self
        }
    }

    /// Its pointer for the victim at `place` of a list.
    pub fn pointer(&self, place: usize) -> String {
        self.at.replace('#', &place.to_string())
    }
}

pub const DECLARANT: [Row; 2] = [
    row(
        "position",
        "/declarant/position",
        words::POSITION,
        Kind::Line(200),
    ),
    row("email", "/declarant/email", words::EMAIL, Kind::Email),
];

pub const ESTABLISHMENT: [Row; 10] = [
    row("name", "/establishment/name", words::NAME, Kind::Line(200)),
    row(
        "tax_code",
        "/establishment/tax_code",
        words::TAX_CODE,
        Kind::Line(14),
    )
    .hint(words::TAX_CODE_HINT),
    row(
        "address",
        "/establishment/address",
        words::ADDRESS,
        Kind::Line(500),
    ),
    row(
        "industry_code",
        "/establishment/industry_code",
        words::INDUSTRY,
        Kind::Find(Finder::Industry),
    ),
    row(
        "establishment_type_code",
        "/establishment/establishment_type_code",
        words::ESTABLISHMENT_TYPE,
        Kind::One(List::EstablishmentType),
    ),
    row(
        "headcount",
        "/establishment/headcount",
        words::HEADCOUNT,
        Kind::Number,
    ),
    row(
        "female_headcount",
        "/establishment/female_headcount",
        words::FEMALE_HEADCOUNT,
        Kind::Number,
    ),
    row("phone", "/establishment/phone", words::PHONE, Kind::Phone),
    row(
        "employer_name",
        "/employer/name",
        words::EMPLOYER_NAME,
        Kind::Line(200),
    )
    .below(words::OTHER_EMPLOYER),
    row(
        "employer_tax_code",
        "/employer/tax_code",
        words::EMPLOYER_TAX_CODE,
        Kind::Line(14),
    ),
];

pub const ACCIDENT: [Row; 12] = [
    row(
        "detail",
        "/accident/place/detail",
        words::DETAIL,
        Kind::Line(500),
    ),
    row(
        "learned_at",
        "/accident/learned_at",
        words::LEARNED,
        Kind::Moment,
    )
    .hint(words::LEARNED_HINT),
    row(
        "summary",
        "/accident/summary",
        words::SUMMARY,
        Kind::Lines(5000),
    ),
    row(
        "cause_code",
        "/accident/cause_code",
        words::CAUSE,
        Kind::One(List::Cause),
    ),
    row(
        "injury_factor_code",
        "/accident/injury_factor_code",
        words::FACTOR,
        Kind::One(List::Factor),
    ),
    row(
        "sector",
        "/accident/sector",
        words::SECTOR,
        Kind::One(List::Sector),
    ),
    row("traffic", "/accident/traffic", words::TRAFFIC, Kind::Check),
    row(
        "dead",
        "/accident/casualties/dead",
        words::DEAD,
        Kind::Number,
    )
    .below(words::COUNTS)
    .hint(words::COUNTS_HINT),
    row(
        "serious",
        "/accident/casualties/serious",
        words::SERIOUS,
        Kind::Number,
    ),
    row(
        "light",
        "/accident/casualties/light",
        words::LIGHT,
        Kind::Number,
    ),
    row(
        "missing",
        "/accident/casualties/missing",
        words::MISSING,
        Kind::Number,
    ),
    row(
        "unknown",
        "/accident/casualties/unknown",
        words::UNKNOWN,
        Kind::Number,
    ),
];

pub const VICTIM: [Row; 13] = [
    row(
        "full_name",
        "/victims/#/full_name",
        words::FULL_NAME,
        Kind::Line(200),
    ),
    row("sex", "/victims/#/sex", words::SEX, Kind::One(List::Sex)),
    row(
        "date_of_birth",
        "/victims/#/date_of_birth",
        words::BIRTH_DATE,
        Kind::Date,
    ),
    row(
        "birth_year",
        "/victims/#/birth_year",
        words::BIRTH_YEAR,
        Kind::Number,
    )
    .hint(words::BIRTH_YEAR_HINT),
    row(
        "citizen_id",
        "/victims/#/citizen_id",
        words::CITIZEN_ID,
        Kind::Digits(12),
    ),
    row(
        "occupation_code",
        "/victims/#/occupation_code",
        words::OCCUPATION,
        Kind::Find(Finder::Occupation),
    ),
    row(
        "employment",
        "/victims/#/employment",
        words::EMPLOYMENT,
        Kind::One(List::Employment),
    ),
    row(
        "worker_class",
        "/victims/#/worker_class",
        words::WORKER_CLASS,
        Kind::One(List::WorkerClass),
    ),
    row(
        "voluntary_insurance",
        "/victims/#/voluntary_insurance",
        words::INSURED,
        Kind::Check,
    ),
    row(
        "outcome",
        "/victims/#/outcome",
        words::OUTCOME,
        Kind::One(List::Outcome),
    ),
    row(
        "injury",
        "/victims/#/injuries",
        words::INJURY,
        Kind::More(List::Injury),
    )
    .hint(words::INJURY_HINT),
    row(
        "death_at",
        "/victims/#/death/at",
        words::DEATH_AT,
        Kind::Moment,
    )
    .below(words::DEATH),
    row(
        "death_circumstance",
        "/victims/#/death/circumstance",
        words::DEATH_WHERE,
        Kind::One(List::Circumstance),
    ),
];
