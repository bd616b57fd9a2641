//! The entries of a part as they are drawn, and the supplement that they make.

use std::sync::Arc;

use chrono::DateTime;
use serde_json::{Map, Value, json};

use super::parts::{Finder, Kind, List, Part, Row};
use crate::{
    domain::{
        codes::{Codes, FoundCode, Label, LongList},
        declaration::Sector,
        victim::{Circumstance, Employment, Outcome, Sex, WorkerClass},
    },
    service::declarations::LegalForm,
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
        injuries::{self, Injury},
        when,
    },
    wording::{Text, commune_page, labels, legal_form as words},
};

/// Most codes that are offered: what fits on a telephone.
const MOST: usize = 8;
/// Longest text that is searched for, in characters.
const LONGEST_SEARCH: u32 = 200;

/// What can be chosen.
pub struct Lists {
    pub codes: Arc<Codes>,
    pub injuries: Vec<Injury>,
}

/// An entry as it stands on the page.
pub enum Drawn {
    /// One entry.
    One(Box<Field>),
    /// A search with what it found.
    Find(Box<Search>),
}

/// A search, what it found, and whether there is more.
pub struct Search {
    /// Name of the entry that is chosen, for the button.
    pub name: &'static str,
    pub q: Field,
    pub found: Option<Field>,
    /// For which words it was found.
    pub found_for: String,
    pub more: bool,
}

impl Drawn {
    /// What stands in a summary of faults.
    pub fn fields(&self) -> Vec<&Field> {
        match self {
            Self::One(field) => vec![field],
            Self::Find(search) => [&search.q].into_iter().chain(&search.found).collect(),
        }
    }
}

fn q_of(row: &Row) -> String {
    format!("{}_q", row.name)
}

fn for_of(row: &Row) -> String {
    format!("{}_for", row.name)
}

fn put(typed: &mut Typed, name: &str, value: &str) {
    typed.forget(name);
    typed.suggest(name, value);
}

impl Lists {
    fn long(&self, finder: Finder, form: &LegalForm) -> LongList {
        match finder {
            Finder::Industry => LongList::Industries(form.day),
            Finder::Occupation => LongList::Occupations,
        }
    }

    fn label(&self, finder: Finder, form: &LegalForm, code: &str) -> Option<&Label> {
        match finder {
            Finder::Industry => self.codes.industry(code, form.day),
            Finder::Occupation => self.codes.occupation(code),
        }
    }

    fn choices(&self, c: &Chrome, list: List) -> Vec<Choice> {
        let of_codes = |codes: Vec<FoundCode<'_>>| -> Vec<Choice> {
            codes.iter().map(|found| choice_of(c, found)).collect()
        };
        match list {
            List::EstablishmentType => of_codes(self.codes.establishment_types().collect()),
            List::Cause => of_codes(self.codes.causes().collect()),
            List::Factor => of_codes(self.codes.injury_factors().collect()),
            List::Injury => injuries::choices(c, &self.injuries),
            List::Sector => Sector::ALL
                .iter()
                .map(|sector| named(c, sector.as_str(), labels::sector(*sector)))
                .collect(),
            List::Sex => vec![
                named(c, Sex::Male.as_str(), words::MALE),
                named(c, Sex::Female.as_str(), words::FEMALE),
            ],
            List::Employment => vec![
                named(c, Employment::Contract.as_str(), words::CONTRACT),
                named(c, Employment::NoContract.as_str(), words::NO_CONTRACT),
            ],
            List::WorkerClass => WORK
                .iter()
                .map(|(class, text)| named(c, class.as_str(), *text))
                .collect(),
            List::Outcome => OUTCOMES
                .iter()
                .map(|(outcome, text)| named(c, outcome.as_str(), *text))
                .collect(),
            List::Circumstance => vec![
                named(c, Circumstance::Scene.as_str(), words::AT_SCENE),
                named(c, Circumstance::EnRoute.as_str(), words::EN_ROUTE),
                named(c, Circumstance::Treatment.as_str(), words::IN_TREATMENT),
                named(c, Circumstance::CourtDeclared.as_str(), words::BY_COURT),
            ],
        }
    }
}

const OUTCOMES: [(Outcome, Text); 5] = [
    (Outcome::Dead, words::DEAD),
    (Outcome::Serious, words::SERIOUS),
    (Outcome::Light, words::LIGHT),
    (Outcome::Missing, words::MISSING),
    (Outcome::Unknown, words::UNKNOWN),
];
const WORK: [(WorkerClass, Text); 11] = [
    (WorkerClass::Apprentice, words::WORK_APPRENTICE),
    (WorkerClass::Probation, words::WORK_PROBATION),
    (WorkerClass::Leased, words::WORK_LEASED),
    (WorkerClass::CivilServant, words::WORK_CIVIL),
    (WorkerClass::ConstructionCrew, commune_page::CONSTRUCTION),
    (WorkerClass::Farmer, commune_page::FARMER),
    (WorkerClass::SelfEmployed, commune_page::SELF_EMPLOYED),
    (WorkerClass::HouseholdHelper, commune_page::HOUSEHOLD),
    (WorkerClass::CooperativeMember, commune_page::COOPERATIVE),
    (WorkerClass::PlatformWorker, commune_page::PLATFORM),
    (WorkerClass::Other, commune_page::OTHER),
];

fn named(c: &Chrome, value: &str, label: Text) -> Choice {
    Choice {
        value: value.to_owned(),
        label: c.t(label).to_owned(),
    }
}

fn choice_of(c: &Chrome, found: &FoundCode<'_>) -> Choice {
    Choice {
        value: found.code.to_owned(),
        label: format!(
            "{} {}",
            found.code,
            c.either(&found.label.vi, &found.label.en)
        ),
    }
}

/// What stands in an entry, as it is typed.
fn stands(form: &LegalForm, part: Part, row: &Row) -> String {
    let value = form.standing.pointer(&row.pointer(part.place()));
    match (row.kind, value) {
        (_, None | Some(Value::Null)) | (Kind::More(_), _) => String::new(),
        (Kind::Check, Some(Value::Bool(true))) => "yes".to_owned(),
        (Kind::Check, Some(_)) => String::new(),
        (Kind::Moment, Some(Value::String(text))) => DateTime::parse_from_rfc3339(text)
            .map_or_else(|_| text.clone(), |moment| when::local(moment.to_utc())),
        (_, Some(Value::String(text))) => text.clone(),
        (_, Some(other)) => other.to_string(),
    }
}

/// Puts what stands into the entries.
pub fn prefill(c: &Chrome, typed: &mut Typed, (form, part): (&LegalForm, Part), lists: &Lists) {
    for row in part.rows() {
        let value = stands(form, part, row);
        if let Kind::Find(finder) = row.kind
            && let Some(label) = lists.label(finder, form, &value)
        {
            let label = c.either(&label.vi, &label.en);
            typed.suggest(&q_of(row), label);
            typed.suggest(&for_of(row), label);
        }
        typed.suggest(row.name, value);
    }
}

/// Finds what was typed into searches: what is found alone is chosen. Says what is wrong where that is not clear and
/// `must` be.
pub fn find(
    c: &Chrome,
    typed: &mut Typed,
    (form, part): (&LegalForm, Part),
    lists: &Lists,
    must: bool,
) {
    for row in part.rows() {
        let Kind::Find(finder) = row.kind else {
            continue;
        };
        let (q, code) = (
            typed.get(&q_of(row)).to_owned(),
            typed.get(row.name).to_owned(),
        );
        let is_chosen = q == typed.get(&for_of(row)) && lists.label(finder, form, &code).is_some();
        if is_chosen {
            continue;
        }
        typed.forget(row.name);
        put(typed, &for_of(row), &q);
        if q.is_empty() {
            continue;
        }
        match lists.codes.find(lists.long(finder, form), &q, MOST) {
            (found, _) if found.is_empty() => typed.wrong(&q_of(row), c.t(words::NOTHING_FOUND)),
            (found, false) if found.len() == 1 => put(typed, row.name, found[0].code),
            _ if must => typed.wrong(row.name, c.t(words::CHOOSE_ONE)),
            _ => {}
        }
    }
}

/// The entries with what was typed.
pub fn draw(
    c: &Chrome,
    typed: &Typed,
    (form, part): (&LegalForm, Part),
    lists: &Lists,
) -> Vec<(Option<&'static str>, Drawn)> {
    let missing = part.missing(form);
    let draw = |row: &'static Row| {
        let is_asked = missing.iter().any(|one| one.name == row.name);
        let said = if is_asked { c.t(words::ASKED) } else { "" };
        let dress = |field: Field| Field {
            required: false,
            optional: said,
            ..field
        };
        let drawn = match row.kind {
            Kind::Find(finder) => {
                let search = search(c, typed, row, (finder, form), lists);
                Drawn::Find(Box::new(Search {
                    q: dress(search.q),
                    ..search
                }))
            }
            _ => Drawn::One(Box::new(dress(one(c, typed, row, (form, part), lists)))),
        };
        (row.heading.map(|heading| c.t(heading)), drawn)
    };
    part.rows().iter().map(draw).collect()
}

fn search(
    c: &Chrome,
    typed: &Typed,
    row: &'static Row,
    (finder, form): (Finder, &LegalForm),
    lists: &Lists,
) -> Search {
    let code = typed.get(row.name);
    let found_for = typed.get(&for_of(row)).to_owned();
    let (choices, more, label) = match lists.label(finder, form, code) {
        Some(label) => {
            let chosen = choice_of(c, &FoundCode { code, label });
            (vec![chosen], false, words::CHOSEN)
        }
        None => {
            let list = lists.long(finder, form);
            let (offered, more) = lists.codes.find(list, &found_for, MOST);
            let choices = offered.iter().map(|one| choice_of(c, one)).collect();
            (choices, more, words::CHOOSE)
        }
    };
    let found = (!choices.is_empty()).then(|| Field {
        required: false,
        optional: "",
        ..typed.field(c, row.name, c.t(label), Control::Radio(choices))
    });
    let q = typed.field(c, &q_of(row), c.t(row.label), Control::Line("text"));
    Search {
        name: row.name,
        q: q.hint(c.t(words::FIND_HINT)).max(LONGEST_SEARCH),
        found,
        found_for,
        more,
    }
}

fn one(
    c: &Chrome,
    typed: &Typed,
    row: &Row,
    (form, part): (&LegalForm, Part),
    lists: &Lists,
) -> Field {
    let with_none = |list: List| {
        let none = Choice {
            value: String::new(),
            label: c.t(words::NOT_CHOSEN).to_owned(),
        };
        let choices = [none].into_iter().chain(lists.choices(c, list));
        Control::Select(choices.collect())
    };
    let control = match row.kind {
        Kind::Line(_) | Kind::Digits(_) | Kind::Find(_) => Control::Line("text"),
        Kind::Lines(_) => Control::Lines,
        Kind::Phone => Control::Line("tel"),
        Kind::Email => Control::Line("email"),
        Kind::Number => Control::Line("number"),
        Kind::Date => Control::Line("date"),
        Kind::Moment => Control::Line("datetime-local"),
        Kind::Check => Control::Check,
        Kind::One(list) | Kind::More(list) => with_none(list),
    };
    let field = typed.field(c, row.name, c.t(row.label), control);
    let field = match row.kind {
        Kind::Line(most) | Kind::Lines(most) => field.max(most),
        Kind::Digits(most) => field.max(most).keys("numeric"),
        Kind::Number => field.keys("numeric"),
        Kind::Phone => field.fills("tel").keys("tel"),
        Kind::Email => field.fills("email").keys("email"),
        _ => field,
    };
    let mut hints: Vec<String> = row.hint.iter().map(|hint| c.t(*hint).to_owned()).collect();
    if row.kind == Kind::More(List::Injury) {
        let declared = form.standing.pointer(&row.pointer(part.place()));
        let codes = declared.and_then(Value::as_array).into_iter().flatten();
        let names: Vec<String> = codes
            .filter_map(Value::as_str)
            .map(|code| injury_name(c, lists, code))
            .collect();
        if !names.is_empty() {
            hints.insert(
                0,
                format!("{}: {}.", c.t(words::INJURIES), names.join("; ")),
            );
        }
    }
    match hints.is_empty() {
        true => field,
        false => field.hint(hints.join(" ")),
    }
}

fn injury_name(c: &Chrome, lists: &Lists, code: &str) -> String {
    let known = lists.injuries.iter().find(|(own, ..)| own == code);
    known.map_or_else(
        || code.to_owned(),
        |(_, vi, en)| format!("{code} {}", c.either(vi, en)),
    )
}

/// The supplement that is made of what differs from what stands; `None` where nothing does. Says what is wrong where
/// something was emptied.
pub fn supplement(c: &Chrome, typed: &mut Typed, form: &LegalForm, part: Part) -> Option<Value> {
    let mut body = Value::Object(Map::new());
    for row in part.rows() {
        let (now, before) = (typed.get(row.name).to_owned(), stands(form, part, row));
        if now == before.trim() {
            continue;
        }
        let value = match row.kind {
            Kind::Check => json!(now == "yes"),
            _ if now.is_empty() => {
                let place = match row.kind {
                    Kind::Find(_) => q_of(row),
                    _ => row.name.to_owned(),
                };
                typed.wrong(&place, c.t(words::CANNOT_ERASE));
                continue;
            }
            Kind::Number => now
                .parse::<i64>()
                .map_or_else(|_| json!(now), |number| json!(number)),
            Kind::Moment => when::typed(&now),
            Kind::More(_) => json!([now]),
            _ => json!(now),
        };
        set(&mut body, row.at, value);
    }
    let is_empty = body.as_object().is_none_or(Map::is_empty);
    if is_empty {
        return None;
    }
    if let (Part::Victim(no), Some(victim)) = (part, body.as_object_mut()?.remove("victims")) {
        let mut victim = victim["#"].clone();
        victim["no"] = json!(no);
        body["victims"] = json!([victim]);
    }
    body["note"] = json!(words::NOTE.vi.replace("{part}", &part.said().0));
    Some(body)
}

fn set(body: &mut Value, pointer: &str, value: Value) {
    let mut at = body;
    for name in pointer.split('/').skip(1) {
        if !at.is_object() {
            *at = Value::Object(Map::new());
        }
        at = &mut at[name];
    }
    *at = value;
}

/// Which entry of a part a pointer into the supplement means.
pub fn entry_of(part: Part, pointer: &str) -> Option<String> {
    // A supplement of this page names one victim.
    let is_it = |row: &&Row| {
        let own = row.pointer(0);
        let is_within = |inner: &str, outer: &str| {
            inner
                .strip_prefix(outer)
                .is_some_and(|rest| rest.starts_with('/'))
        };
        own == pointer || is_within(pointer, &own) || is_within(&own, pointer)
    };
    let row = part.rows().iter().find(is_it)?;
    Some(match row.kind {
        Kind::Find(_) => q_of(row),
        _ => row.name.to_owned(),
    })
}
