//! What the page of a record asks, and the declaration and the paper that follow from it.

use serde_json::{Value, json};

use crate::{
    domain::victim::{Outcome, Sex, WorkerClass},
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
        injuries::{self, Injury},
    },
    wording::{Text, commune_page as words},
};

/// What happened to the person, in the order of the page.
const OUTCOMES: [(Outcome, Text); 5] = [
    (Outcome::Serious, words::SERIOUS),
    (Outcome::Light, words::LIGHT),
    (Outcome::Dead, words::DEAD),
    (Outcome::Missing, words::MISSING),
    (Outcome::Unknown, words::UNKNOWN),
];
const SEXES: [(Sex, Text); 2] = [(Sex::Male, words::MALE), (Sex::Female, words::FEMALE)];
const WORK: [(WorkerClass, Text); 7] = [
    (WorkerClass::ConstructionCrew, words::CONSTRUCTION),
    (WorkerClass::Farmer, words::FARMER),
    (WorkerClass::SelfEmployed, words::SELF_EMPLOYED),
    (WorkerClass::HouseholdHelper, words::HOUSEHOLD),
    (WorkerClass::CooperativeMember, words::COOPERATIVE),
    (WorkerClass::PlatformWorker, words::PLATFORM),
    (WorkerClass::Other, words::OTHER),
];

/// What the page knows besides: the commune, and the injuries that the law names today.
pub struct Offered {
    /// Code of the commune.
    pub commune: String,
    /// The injuries of D39 Phụ lục II.
    pub injuries: Vec<Injury>,
}

/// The three parts of the page.
pub struct Parts {
    /// The accident.
    pub accident: Vec<Field>,
    /// The person hurt.
    pub person: Vec<Field>,
    /// What stands on the paper besides, and who writes it.
    pub paper: Vec<Field>,
}

fn choices<T: Copy>(
    c: &Chrome,
    all: &[(T, Text)],
    code: impl Fn(T) -> &'static str,
) -> Vec<Choice> {
    all.iter()
        .map(|(one, text)| Choice {
            value: code(*one).to_owned(),
            label: c.t(text).to_owned(),
        })
        .collect()
}

fn with_none(c: &Chrome, mut choices: Vec<Choice>) -> Vec<Choice> {
    let none = Choice {
        value: String::new(),
        label: c.t(words::NOT_SAID).to_owned(),
    };
    choices.insert(0, none);
    choices
}

/// The entries, with what was typed.
pub fn parts(c: &Chrome, typed: &Typed, offered: &Offered) -> Parts {
    let pick = |name, label: Text, control| typed.field(c, name, c.t(label), control);
    let injuries = injuries::choices(c, &offered.injuries);
    Parts {
        accident: vec![
            pick("day", words::DAY, Control::Line("date")),
            pick("time", words::TIME, Control::Line("time")).hint(c.t(words::TIME_HINT)),
            typed
                .line(c, "where", &words::WHERE)
                .hint(c.t(words::WHERE_HINT))
                .max(300),
            pick("summary", words::SUMMARY, Control::Lines)
                .hint(c.t(words::SUMMARY_HINT))
                .max(4000),
        ],
        person: vec![
            typed.line(c, "victim", &words::VICTIM).optional().max(100),
            pick(
                "sex",
                words::SEX,
                Control::Select(with_none(c, choices(c, &SEXES, Sex::as_str))),
            )
            .optional(),
            typed
                .line(c, "birth_year", &words::BIRTH_YEAR)
                .optional()
                .keys("numeric")
                .max(4),
            typed
                .line(c, "citizen_id", &words::CITIZEN_ID)
                .optional()
                .keys("numeric")
                .max(12)
                .hint(c.t(words::CITIZEN_ID_HINT)),
            pick(
                "work",
                words::WORK,
                Control::Select(choices(c, &WORK, WorkerClass::as_str)),
            ),
            pick(
                "outcome",
                words::OUTCOME,
                Control::Radio(choices(c, &OUTCOMES, Outcome::as_str)),
            )
            .hint(c.t(words::OUTCOME_HINT)),
            pick(
                "injury",
                words::INJURY,
                Control::Select(with_none(c, injuries)),
            )
            .optional()
            .hint(c.t(words::INJURY_HINT)),
            pick("more_dead", words::MORE_DEAD, Control::Line("number")).optional(),
            pick("more_serious", words::MORE_SERIOUS, Control::Line("number")).optional(),
        ],
        paper: vec![
            typed
                .line(c, "first_aid", &words::FIRST_AID)
                .optional()
                .max(500),
            pick("witnesses", words::WITNESSES, Control::Lines)
                .optional()
                .hint(c.t(words::WITNESSES_HINT))
                .max(4000),
            typed
                .line(c, "official", &words::OFFICIAL)
                .fills("name")
                .max(100),
            typed
                .line(c, "position", &words::POSITION)
                .optional()
                .fills("organization-title")
                .max(100),
            pick("phone", words::PHONE, Control::Line("tel"))
                .fills("tel")
                .max(20),
        ],
    }
}

fn number(typed: &Typed, name: &str) -> Value {
    let text = typed.get(name);
    text.parse::<u64>()
        .map_or_else(|_| json!(text), |number| json!(number))
}

/// The declaration that the commune makes with it. What is missing or unsound is said by whoever reads it.
pub fn declaration(typed: &Typed, offered: &Offered) -> Value {
    let mut victim = json!({
        "full_name": typed.get("victim"),
        "employment": "no_contract",
        "worker_class": typed.get("work"),
        "outcome": typed.get("outcome"),
    });
    for (name, key) in [("sex", "sex"), ("citizen_id", "citizen_id")] {
        if !typed.get(name).is_empty() {
            victim[key] = json!(typed.get(name));
        }
    }
    if !typed.get("birth_year").is_empty() {
        victim["birth_year"] = number(typed, "birth_year");
    }
    if !typed.get("injury").is_empty() {
        victim["injuries"] = json!([typed.get("injury")]);
    }
    let accident = json!({
        "occurred_at": format!("{}T{}:00+07:00", typed.get("day"), typed.get("time")),
        "place": { "commune_code": offered.commune, "detail": typed.get("where") },
        "summary": typed.get("summary"),
        "casualties": casualties(typed),
    });
    let mut declarant = json!({
        "role": "commune", "full_name": typed.get("official"), "phone": typed.get("phone"),
    });
    if !typed.get("position").is_empty() {
        declarant["position"] = json!(typed.get("position"));
    }
    json!({
        "kind": "accident", "declarant": declarant, "accident": accident, "victims": [victim],
    })
}

/// How many were hurt in all: whoever is named, and the others.
fn casualties(typed: &Typed) -> Value {
    let mut all = json!({ "dead": 0, "serious": 0, "light": 0, "missing": 0, "unknown": 0 });
    for (name, kind) in [("more_dead", "dead"), ("more_serious", "serious")] {
        if !typed.get(name).is_empty() {
            all[kind] = number(typed, name);
        }
    }
    let outcome = typed.get("outcome");
    if let Some(count) = all.get(outcome).and_then(Value::as_u64) {
        all[outcome] = json!(count + 1);
    }
    all
}

/// Which entry of the page a pointer into [`declaration`] means.
pub fn entry_of(pointer: &str) -> Option<String> {
    let name = match pointer {
        "/declarant/full_name" => "official",
        "/declarant/phone" => "phone",
        "/declarant/position" => "position",
        "/accident/occurred_at" => "day",
        "/accident/summary" => "summary",
        "/accident/casualties/dead" => "more_dead",
        "/accident/casualties/serious" => "more_serious",
        "/victims/0/full_name" => "victim",
        "/victims/0/sex" => "sex",
        "/victims/0/birth_year" => "birth_year",
        "/victims/0/citizen_id" => "citizen_id",
        "/victims/0/worker_class" => "work",
        "/victims/0/outcome" => "outcome",
        _ if pointer.starts_with("/accident/place") => "where",
        _ if pointer.starts_with("/victims/0/injuries") => "injury",
        _ if pointer.starts_with("/accident/casualties") => "more_serious",
        _ => return None,
    };
    Some(name.to_owned())
}

/// What stands on the paper besides what the case has.
pub fn paper(typed: &Typed, where_written: &str, when: &str) -> Value {
    let mut entries = json!({ "recorded_at": when });
    if !where_written.is_empty() {
        entries["recorded_where"] = json!(where_written);
    }
    let position = typed.get("position");
    let official = match position.is_empty() {
        true => typed.get("official").to_owned(),
        false => format!("{}, {position}", typed.get("official")),
    };
    entries["officials"] = json!(official);
    if !typed.get("witnesses").is_empty() {
        entries["witnesses"] = json!(typed.get("witnesses"));
    }
    let mut body = json!({ "form": "COMMUNE-RECORD", "entries": entries });
    if !typed.get("first_aid").is_empty() {
        body["victims"] = json!({ "1": { "victim_first_aid": typed.get("first_aid") } });
    }
    body
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Typed {
        Typed::new(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    fn offered() -> Offered {
        Offered {
            commune: "05908".to_owned(),
            injuries: Vec::new(),
        }
    }

    #[test]
    fn others_who_were_hurt_are_counted_with_the_one_who_is_named() {
        let body = declaration(
            &typed(&[
                ("outcome", "serious"),
                ("more_serious", "1"),
                ("more_dead", "2"),
            ]),
            &offered(),
        );
        let counted = &body["accident"]["casualties"];
        assert_eq!(
            (&counted["serious"], &counted["dead"]),
            (&json!(2), &json!(2))
        );
        let alone = declaration(&typed(&[("outcome", "serious")]), &offered());
        assert_eq!(alone["accident"]["casualties"]["serious"], json!(1));
    }

    #[test]
    fn what_is_no_number_is_left_to_the_reader_to_refuse() {
        let body = declaration(&typed(&[("birth_year", "năm 70")]), &offered());
        assert_eq!(body["victims"][0]["birth_year"], json!("năm 70"));
    }
}
