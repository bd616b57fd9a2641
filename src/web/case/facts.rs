//! What happened, and to whom, as far as the reader may know it.

use chrono::{DateTime, Utc};

use super::Looked;
use crate::{
    domain::{declaration::Casualties, victim::Employment},
    web::chrome::Chrome,
    wording::{case_page as words, labels},
};

/// A person hurt.
pub struct VictimView {
    /// Number.
    pub no: u32,
    /// Name, where it may be read.
    pub name: String,
    /// Class in words.
    pub class: &'static str,
    /// Its colour.
    pub tone: &'static str,
    /// What else is known.
    pub more: Vec<String>,
}

fn counts(c: &Chrome, counts: &Casualties) -> String {
    let parts = [
        (counts.dead, words::DEAD),
        (counts.serious, words::SERIOUS),
        (counts.light, words::LIGHT),
        (counts.missing, words::LOST),
        (counts.unknown, words::UNKNOWN),
    ];
    let named = parts.into_iter().filter(|(count, _)| *count > 0);
    let named = named.map(|(count, text)| c.t(text).replace("{count}", &count.to_string()));
    named.collect::<Vec<_>>().join(", ")
}

/// What happened, as labels and values.
pub fn facts(c: &Chrome, looked: &Looked, now: DateTime<Utc>) -> Vec<(&'static str, String)> {
    let (detail, case) = (&looked.detail, &looked.detail.case);
    let said = |moment| format!("{} ({})", c.exact(moment), c.said(moment, now));
    let mut place = case.place_name.clone();
    let decision = detail.decision.as_ref();
    let today = decision.map_or(&[][..], |decision| decision.place.today.as_slice());
    let today: Vec<&str> = today.iter().map(|unit| unit.full_name.as_str()).collect();
    if !today.is_empty() && today != [case.place_name.as_str()] {
        let today = c.t(words::PLACE_TODAY).replace("{name}", &today.join("; "));
        place = format!("{place} ({today})");
    }
    let detail_of = |pointer: &str| {
        let declared = detail.declaration.as_ref()?;
        declared.pointer(pointer)?.as_str().map(str::to_owned)
    };
    let mut level = c.t(labels::level(case.level)).to_owned();
    let days = decision.and_then(|decision| decision.investigation.limit_days);
    if let Some(days) = days {
        let days = c.t(words::LIMIT_DAYS).replace("{days}", &days.to_string());
        level = format!("{level}, {days}");
    }
    let mut facts = vec![
        (c.t(words::OCCURRED), said(case.occurred_at)),
        (c.t(words::RECEIVED), said(case.received_at)),
        (c.t(words::PLACE), place),
    ];
    if let Some(detail) = detail_of("/accident/place/detail") {
        facts.push((c.t(words::PLACE_DETAIL), detail));
    }
    if let Some(name) = &case.establishment_name {
        facts.push((c.t(words::ESTABLISHMENT), name.clone()));
    }
    facts.push((c.t(words::COUNTS), counts(c, &case.counts)));
    facts.push((c.t(words::LEVEL), level));
    facts
}

/// The victim at this place of the list.
pub fn victim(c: &Chrome, looked: &Looked, at: usize) -> Option<VictimView> {
    let counted = looked.detail.victims.get(at)?;
    let declared = looked.detail.declaration.as_ref();
    let of_them = |name: &str| {
        let all = declared?["victims"].as_array()?;
        let own = all.iter().find(|one| one["no"] == counted.no)?;
        own.get(name)
    };
    let text = |name: &str| of_them(name)?.as_str().map(str::to_owned);
    let born = of_them("birth_year").and_then(|year| year.as_i64());
    let born = born.map(|year| year.to_string());
    let born = born.or_else(|| text("date_of_birth")?.get(..4).map(str::to_owned));
    let mut more = Vec::new();
    if let Some(year) = born {
        more.push(c.t(words::BORN).replace("{year}", &year));
    }
    more.extend(counted.employment.map(|employment| {
        let text = match employment {
            Employment::Contract => words::CONTRACT,
            Employment::NoContract => words::NO_CONTRACT,
        };
        c.t(text).to_owned()
    }));
    let injuries = of_them("injuries").and_then(|codes| codes.as_array());
    let injuries = injuries
        .into_iter()
        .flatten()
        .filter_map(|code| code.as_str());
    let injuries = injuries.map(|code| match looked.injuries.get(code) {
        // The list has its names as `Tiếng Việt / English`.
        Some(name) => match name.split_once(" / ") {
            Some((vi, en)) => format!("{code} {}", c.either(vi, en)),
            None => format!("{code} {name}"),
        },
        None => code.to_owned(),
    });
    let injuries = injuries.collect::<Vec<_>>().join("; ");
    if !injuries.is_empty() {
        more.push(c.t(words::INJURIES).replace("{codes}", &injuries));
    }
    if let Some(basis) = looked.detail.possible_disease(counted.no) {
        let text = c.t(words::POSSIBLE_DISEASE);
        more.push(text.replace("{article}", &basis.article));
    }
    let class = c.t(labels::victim_class(counted.class));
    let no = c.t(words::VICTIM).replace("{no}", &counted.no.to_string());
    Some(VictimView {
        no: counted.no,
        name: text("full_name").unwrap_or(no),
        class,
        tone: match counted.class.as_str() {
            "FATAL" | "FATAL_PROVISIONAL" | "MISSING" => "alarm",
            "SERIOUS" | "UNKNOWN" => "warn",
            _ => "quiet",
        },
        more,
    })
}
