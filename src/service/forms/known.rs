//! What a case knows of itself, as far as the caller may read it.

use std::cell::Cell;

use chrono::{DateTime, Datelike, NaiveDate, Timelike, Utc};
use serde_json::Value;

use super::issuer::Issuer;
use crate::{
    domain::{
        case::{Case, Event},
        classify::CaseClass,
        clocks::Clock,
        decide::{Decision, World},
        declaration::Declaration,
        inventory::Moved,
        victim::VictimClass,
    },
    store::cases::CaseVictim,
    time::vietnam,
    wording::forms,
};

/// Everything that forms are filled from.
pub(super) struct Known<'a> {
    pub case: &'a Case,
    pub facts: Option<&'a Declaration>,
    pub decision: Option<&'a Decision>,
    pub events: &'a [Event],
    pub clocks: &'a [Clock],
    pub victims: &'a [CaseVictim],
    pub world: &'a World,
    pub issuer: &'a Issuer,
    /// How the case went to others last.
    pub moved: Option<&'a Moved>,
    /// The one victim whom the form is about; of all of them where none.
    pub about: Option<u32>,
    /// Whether something of anybody's health was looked at.
    pub health: Cell<bool>,
    /// Whether an identity number was.
    pub identity: Cell<bool>,
}

impl Known<'_> {
    /// The newest event of one of these kinds.
    pub fn last(&self, actions: &[&str]) -> Option<&Event> {
        self.events
            .iter()
            .rfind(|event| actions.contains(&event.action.as_str()))
    }

    /// A text that came with the newest event of one of these kinds.
    pub fn told(&self, actions: &[&str], name: &str) -> Option<String> {
        text(&self.last(actions)?.details, name)
    }

    /// A day that came with it, as it is written on forms.
    pub fn told_day(&self, actions: &[&str], name: &str) -> Option<String> {
        let day = self.told(actions, name)?.parse().ok()?;
        Some(on_paper(day))
    }

    /// Numbers of the victims whom the form is about.
    pub fn numbers(&self) -> Vec<u32> {
        let mut all: Vec<u32> = match self.facts {
            Some(facts) => facts.victims.iter().map(|victim| victim.no).collect(),
            None => Vec::new(),
        };
        all.extend(self.victims.iter().map(|victim| victim.no));
        all.sort_unstable();
        all.dedup();
        all.retain(|no| self.about.is_none_or(|about| about == *no));
        all
    }

    /// The class of a victim.
    pub fn class_of(&self, no: u32) -> Option<VictimClass> {
        let found = self.victims.iter().find(|victim| victim.no == no);
        found.map(|victim| victim.class)
    }

    /// Whether somebody died.
    pub fn is_fatal(&self) -> bool {
        self.case.class == CaseClass::Fatal
    }
}

/// A text of an object.
pub(super) fn text(value: &Value, name: &str) -> Option<String> {
    let text = value.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// The words for a code; the code itself where the catalogue has none.
pub(super) fn said(kind: &str, code: &str) -> String {
    let found = forms::code(&format!("{kind}.{code}"));
    found.map_or_else(|| code.to_owned(), |text| text.vi.to_owned())
}

/// A day as it is written on forms.
pub(super) fn on_paper(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

/// A day in words: days below ten and the first two months have two digits (NĐ 30/2020, Phụ lục I).
pub(super) fn in_words(day: NaiveDate) -> String {
    let month = match day.month() {
        month @ 1..=2 => format!("{month:02}"),
        month => month.to_string(),
    };
    format!("ngày {:02} tháng {month} năm {}", day.day(), day.year())
}

/// Hour and minute in Việt Nam.
pub(super) fn hour(moment: DateTime<Utc>) -> String {
    let local = moment.with_timezone(&vietnam());
    format!("{:02} giờ {:02} phút", local.hour(), local.minute())
}

/// Hour, minute and day in Việt Nam.
pub(super) fn moment(moment: DateTime<Utc>) -> String {
    let day = moment.with_timezone(&vietnam()).date_naive();
    format!("{}, {}", hour(moment), in_words(day))
}
