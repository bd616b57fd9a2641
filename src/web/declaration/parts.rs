//! The parts of the legal form, each a page, and their entries: one table. Pointers are those of the body of a
//! declaration; `#` stands for the place of the victim.

use crate::{
    domain::declaration::DeclarantRole,
    service::declarations::LegalForm,
    web::chrome::Chrome,
    wording::{Text, legal_form as words},
};

/// A part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Who declares.
    Declarant,
    /// Where it happened, and the victims' employer where that is another.
    Establishment,
    /// The accident.
    Accident,
    /// A victim by number, from 1.
    Victim(usize),
}

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

const DECLARANT: [Row; 2] = [
    row(
        "position",
        "/declarant/position",
        words::POSITION,
        Kind::Line(200),
    ),
    row("email", "/declarant/email", words::EMAIL, Kind::Email),
];

const ESTABLISHMENT: [Row; 10] = [
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

const ACCIDENT: [Row; 12] = [
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
    .below(words::COUNTS),
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
    )
    .hint(words::COUNTS_HINT),
];

const VICTIM: [Row; 13] = [
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

impl Part {
    /// The part of an address.
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "declarant" => Some(Self::Declarant),
            "establishment" => Some(Self::Establishment),
            "accident" => Some(Self::Accident),
            victim => {
                let no = victim.strip_prefix("victim-")?.parse().ok()?;
                (no > 0).then_some(Self::Victim(no))
            }
        }
    }

    /// As it stands in an address.
    pub fn name(self) -> String {
        match self {
            Self::Declarant => "declarant".to_owned(),
            Self::Establishment => "establishment".to_owned(),
            Self::Accident => "accident".to_owned(),
            Self::Victim(no) => format!("victim-{no}"),
        }
    }

    /// As people read it, Vietnamese and English.
    pub fn said(self) -> (String, String) {
        let text = match self {
            Self::Declarant => words::DECLARANT,
            Self::Establishment => words::ESTABLISHMENT,
            Self::Accident => words::ACCIDENT,
            Self::Victim(_) => words::VICTIM,
        };
        let no = match self {
            Self::Victim(no) => no.to_string(),
            _ => String::new(),
        };
        (text.vi.replace("{no}", &no), text.en.replace("{no}", &no))
    }

    /// As the reader of the page reads it.
    pub fn label(self, c: &Chrome) -> String {
        let (vi, en) = self.said();
        c.either(&vi, &en).to_owned()
    }

    /// Its entries.
    pub fn rows(self) -> &'static [Row] {
        match self {
            Self::Declarant => &DECLARANT,
            Self::Establishment => &ESTABLISHMENT,
            Self::Accident => &ACCIDENT,
            Self::Victim(_) => &VICTIM,
        }
    }

    /// Place of its victim in the list; 0 for the other parts.
    pub fn place(self) -> usize {
        match self {
            Self::Victim(no) => no.saturating_sub(1),
            _ => 0,
        }
    }

    /// Its entries that the legal form still needs.
    pub fn missing(self, form: &LegalForm) -> Vec<&'static Row> {
        let is_missing = |row: &&Row| {
            let pointer = row.pointer(self.place());
            let is_part_of = |missing: &String| {
                // Of a death that is missing whole each entry is.
                let rest = pointer.strip_prefix(missing.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            form.missing
                .iter()
                .filter(|missing| !is_a_victim(missing))
                .any(is_part_of)
        };
        self.rows().iter().filter(is_missing).collect()
    }
}

/// Whether a pointer means a victim as a whole, whom nobody has named.
fn is_a_victim(pointer: &str) -> bool {
    let place = pointer.strip_prefix("/victims/");
    place.is_some_and(|place| !place.contains('/'))
}

/// How many victims are named.
fn named(form: &LegalForm) -> usize {
    form.standing["victims"].as_array().map_or(0, Vec::len)
}

/// Whether more people were counted than are named.
pub fn lacks_victims(form: &LegalForm) -> bool {
    let next = format!("/victims/{}", named(form));
    form.missing.contains(&next)
}

/// The number of the next victim to name.
pub fn next_victim(form: &LegalForm) -> usize {
    named(form) + 1
}

/// The parts of this form, in their order; the next victim where one is lacking.
pub fn parts(form: &LegalForm) -> Vec<Part> {
    let mut parts = vec![Part::Declarant];
    if form.role == DeclarantRole::Employer {
        parts.push(Part::Establishment);
    }
    parts.push(Part::Accident);
    let last = named(form) + usize::from(lacks_victims(form));
    parts.extend((1..=last).map(Part::Victim));
    parts
}

/// The first part after `part`, and then from the first, that lacks something; `None` where nothing does.
pub fn next_part(form: &LegalForm, part: Option<Part>) -> Option<Part> {
    let all = parts(form);
    let at = part.and_then(|part| all.iter().position(|one| *one == part));
    let from = at.map_or(0, |at| at + 1);
    let mut in_turn = all.iter().cycle().skip(from).take(all.len());
    in_turn.find(|part| lacks(form, **part)).copied()
}

/// Whether a part lacks something: the next victim lacks everything.
pub fn lacks(form: &LegalForm, part: Part) -> bool {
    let is_new = matches!(part, Part::Victim(no) if no > named(form));
    is_new || !part.missing(form).is_empty()
}
