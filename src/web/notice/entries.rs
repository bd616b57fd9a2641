//! The entries of the notice, and the body that they make: that of `POST /api/v1/notices`.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    domain::access::ActorRole,
    error::{AppError, Result},
    service::declarations::answer::Answer,
    time::day_in_vietnam,
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
        visitor::Visitor,
        when,
    },
    wording::notice_page as words,
};

/// The entries, as the page lays them out.
pub struct Entries {
    /// Who they are: role, name, telephone.
    pub who: Vec<Field>,
    /// Commune, as typed.
    pub place: Field,
    /// Where exactly, and when.
    pub where_when: Vec<Field>,
    /// How many persons.
    pub counts: Vec<Field>,
    /// What happened.
    pub sentence: Field,
    /// Whether it happened at the employer's own.
    pub ours: Option<Field>,
}

impl Entries {
    /// Whether something is wrong with a count: what is said of it has no room beside the others.
    pub fn is_count_wrong(&self) -> bool {
        self.counts.iter().any(|field| field.wrong.is_some())
    }

    /// All of them in the order of the page, for the summary; `choices` stands below the place.
    pub fn in_order<'a>(&'a self, choices: Option<&'a Field>) -> impl Iterator<Item = &'a Field> {
        let place = std::iter::once(&self.place).chain(choices);
        let rest = self.where_when.iter().chain(&self.counts);
        let end = std::iter::once(&self.sentence).chain(&self.ours);
        self.who.iter().chain(place).chain(rest).chain(end)
    }
}

/// Puts first values where nothing was typed: now, whoever is signed in, and a key of its own.
pub fn suggest(typed: &mut Typed, declarer: Option<&Visitor>, now: DateTime<Utc>) {
    typed.suggest("occurred_at", when::local(now));
    typed.suggest("key", Uuid::now_v7().to_string());
    typed.suggest("chosen_on", day_in_vietnam(now).to_string());
    if let Some(declarer) = declarer {
        if typed.get("as").is_empty() {
            typed.suggest("ours", "yes");
        }
        typed.suggest("name", &declarer.name);
        typed.suggest("phone", &declarer.phone);
    }
}

/// The entries with what was typed.
pub fn entries(c: &Chrome, typed: &Typed, declarer: Option<&Visitor>) -> Entries {
    let choice = |value: &str, label| Choice {
        value: value.to_owned(),
        label: c.t(label).to_owned(),
    };
    let roles = [
        ("witness", words::WITNESS),
        ("family", words::FAMILY),
        ("worker", words::WORKER),
        ("employer", words::EMPLOYER),
    ];
    let roles = roles.map(|(value, label)| choice(value, label)).into();
    let role = typed.field(c, "role", c.t(words::ROLE), Control::Select(roles));
    let name = typed.line(c, "name", &words::NAME).fills("name").max(200);
    let phone = typed.field(c, "phone", c.t(words::PHONE), Control::Line("tel"));
    let phone = phone.fills("tel").keys("tel").hint(c.t(words::PHONE_HINT));
    let when = typed.field(
        c,
        "occurred_at",
        c.t(words::WHEN),
        Control::Line("datetime-local"),
    );
    let count = |name, label| {
        let field = typed.field(c, name, c.t(label), Control::Line("number"));
        Field {
            // Beside three numbers the word would stand three times; the line above says it.
            optional: "",
            ..field.keys("numeric").optional()
        }
    };
    let is_employer = declarer.is_some_and(|who| who.actor.role == ActorRole::Employer);
    Entries {
        who: declarer
            .is_none()
            .then_some(role)
            .into_iter()
            .chain([name, phone])
            .collect(),
        place: typed
            .line(c, "place", &words::PLACE)
            .hint(c.t(words::PLACE_HINT))
            .max(200),
        where_when: vec![
            typed
                .line(c, "detail", &words::DETAIL)
                .hint(c.t(words::DETAIL_HINT))
                .optional()
                .max(500),
            when.hint(c.t(words::WHEN_HINT)),
        ],
        counts: vec![
            count("dead", words::DEAD),
            count("serious", words::SERIOUS),
            count("unknown", words::UNKNOWN),
        ],
        sentence: typed
            .field(c, "summary", c.t(words::SENTENCE), Control::Lines)
            .hint(c.t(words::SENTENCE_HINT))
            .max(2000),
        ours: is_employer.then(|| typed.field(c, "ours", c.t(words::OURS), Control::Check)),
    }
}

/// Which entry a pointer into the body means.
pub fn name_of(pointer: &str) -> Option<String> {
    let name = match pointer {
        "/declarant/role" => "role",
        "/declarant/full_name" => "name",
        "/declarant/phone" => "phone",
        "/accident/occurred_at" => "occurred_at",
        "/accident/place/detail" => "detail",
        "/accident/summary" => "summary",
        "/accident/casualties" | "/accident/casualties/dead" => "dead",
        "/accident/casualties/serious" => "serious",
        "/accident/casualties/unknown" => "unknown",
        place if place.starts_with("/accident/place") => "place",
        establishment if establishment.starts_with("/establishment") => "ours",
        _ => return None,
    };
    Some(name.to_owned())
}

/// The `Idempotency-Key` of the form.
pub fn key(typed: &Typed) -> Option<String> {
    // One that is none of ours is left out: the notice counts for more than its key.
    Uuid::try_parse(typed.get("key"))
        .ok()
        .map(|key| key.to_string())
}

/// The number of the receipt in a stored answer.
pub fn receipt_no(answer: &str) -> Result<String> {
    let answer: Answer = serde_json::from_str(answer)?;
    let missing = || AppError::internal("an answer without its receipt number");
    answer.receipt_no.ok_or_else(missing)
}

/// The body. What cannot be read goes into it as it was typed, so that the reader names every fault.
pub fn body(typed: &Typed, declarer: Option<&Visitor>) -> Value {
    let some = |name| Some(typed.get(name)).filter(|text| !text.is_empty());
    let count = |name| match typed.get(name) {
        "" => json!(0),
        text => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), |number| json!(number)),
    };
    let mut place = json!({ "detail": some("detail") });
    if let Some(code) = some("commune") {
        place["commune_code"] = json!(code);
        // The units are those of the day on which the form was shown.
        place["code_date"] = json!(some("chosen_on"));
    }
    let mut body = json!({
        "kind": "accident",
        "declarant": { "full_name": some("name"), "phone": some("phone") },
        "accident": {
            "occurred_at": when::typed(typed.get("occurred_at")),
            "place": place,
            "summary": some("summary"),
            "casualties": { "dead": count("dead"), "serious": count("serious"), "unknown": count("unknown") },
        },
    });
    match declarer {
        None => {
            body["declarant"]["role"] = json!(some("role"));
            body["challenge"] = json!({
                "id": typed.get("challenge"), "nonce": some("nonce"), "answer": some("answer"),
            });
        }
        Some(declarer) if typed.get("ours") == "yes" => {
            if let Some(tax_code) = &declarer.actor.tax_code {
                body["establishment"] = json!({ "name": declarer.firm, "tax_code": tax_code });
            }
        }
        Some(_) => {}
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
                .map(|(name, value)| ((*name).into(), (*value).into())),
        )
    }

    #[test]
    fn a_body_has_what_was_typed_and_what_cannot_be_read_stays_for_the_reader() {
        let made = body(
            &typed(&[
                ("role", "family"),
                ("occurred_at", "2026-05-20T14:30"),
                ("dead", "1"),
                ("serious", "two"),
            ]),
            None,
        );
        assert_eq!(made["accident"]["occurred_at"], "2026-05-20T14:30:00+07:00");
        let counts = &made["accident"]["casualties"];
        assert_eq!(
            (&counts["dead"], &counts["serious"]),
            (&json!(1), &json!("two"))
        );
        assert_eq!(counts["unknown"], 0);
        assert_eq!(made["declarant"]["full_name"], Value::Null);
        assert!(made["accident"]["place"].get("commune_code").is_none());
    }
}
