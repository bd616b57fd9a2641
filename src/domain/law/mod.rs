//! The law as dated rows, each with its article.
//!
//! A rule says: when these facts hold, this follows. The *form* of a rule is code, its *values*
//! are rows: `law_rules` in the database, first filled from `reference/law.csv`, exported,
//! corrected and imported as that same table. Every result carries its [`Basis`].

pub mod facts;
pub mod names;
pub mod rows;

use std::{collections::BTreeSet, sync::OnceLock};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use facts::{Condition, Fact};
pub use names::{Form, ValueKey};

use crate::{
    domain::{dated::Dated, deadline::Holidays},
    named,
};

named! {
    /// What a rule decides.
    pub enum Subject {
        /// The class of one victim; the first rule that holds decides.
        VictimClass = "victim_class",
        /// The class of the case; the first rule that holds decides.
        CaseClass = "case_class",
        /// Somebody to be told: `key` is the role, `outcome` the duty. Every rule that holds counts.
        Recipient = "recipient",
        /// On which level a role is held: `key` is the role, `outcome` the level.
        RoleLevel = "role_level",
        /// The form of a declaration; the first rule that holds decides.
        Form = "form",
        /// Who investigates (`outcome`) and in how many calendar `days`; the first that holds decides.
        Investigation = "investigation",
        /// `key` is a code of D39 Phụ lục II, an injury that makes an accident serious.
        SeriousInjury = "serious_injury",
        /// A day off (`outcome` `off`) or a Saturday worked instead (`make_up`).
        Holiday = "holiday",
        /// A number by name: `key` is the name ([`ValueKey`]), `days` the number.
        Value = "value",
        /// How long a class of records is kept: `key` is the class, `outcome` what becomes of it and
        /// in what `days` counts (`destroy:years`).
        Retention = "retention",
        /// A rung of the ladder of alerts that nobody takes: `key` is whom it tells, `outcome` the role of
        /// whom the alert went to, or `any`, `days` the minutes since the alert. Every rule that holds counts.
        Ladder = "ladder",
        /// A day on which a running limit is named in the mail of the day: `key` is the clock, or `any`,
        /// `outcome` whether that is `once` or goes on (`repeat`), `days` how many before the due day.
        /// Every rule that holds counts.
        Reminder = "reminder",
        /// What stands on a form instead of what is shipped: `key` is that of the label
        /// ([`crate::domain::forms::keys`]), `outcome` the words.
        FormLabel = "form_label",
    }
}

named! {
    /// Which day decides whether a rule is in force (`administration.md` RT-3, RT-4).
    pub enum DateBasis {
        /// The day of the accident: classes, limits.
        Occurred = "occurred",
        /// The day on which the declaration is received: recipients, forms.
        Received = "received",
        /// The day of the step: values of clocks that start later, holidays.
        Step = "step",
    }
}

named! {
    /// How sure a row is of what it says.
    pub enum Confidence {
        /// Read in the text of the instrument.
        Read = "T",
        /// Read in a text that quotes or describes it.
        Quoted = "T2",
        /// Told by a document of the office.
        Told = "S",
        /// Not read; very likely.
        High = "M-high",
        /// Not read; likely.
        Medium = "M-med",
        /// Not read; possible.
        Low = "M-low",
        /// No law: decided for this service.
        Decided = "D",
    }
}

/// One dated rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Name of the rule, the same over its versions.
    pub rule_id: String,
    /// What it decides.
    pub decides: Subject,
    /// Order among the rules of one subject, ascending.
    pub rank: i32,
    /// Role, value name, injury code; empty where the subject needs none.
    pub key: String,
    /// All of them must hold; none means always.
    pub facts: Vec<Condition>,
    /// What follows.
    pub outcome: String,
    /// Calendar days, working days, hours or (of a ladder) minutes, as the key says; days after are negative.
    pub days: Option<i32>,
    /// Which day decides whether it is in force.
    pub date_basis: DateBasis,
    /// First day of this version.
    pub valid_from: NaiveDate,
    /// First day no longer; `None` is open.
    pub valid_to: Option<NaiveDate>,
    /// Document and article.
    pub article: String,
    /// How sure it is: a [`Confidence`].
    pub confidence: String,
    /// What a lawyer should know.
    pub note: String,
}

/// What a result rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Basis {
    /// The rule.
    pub rule: String,
    /// Its version: the first day of the row.
    pub version: NaiveDate,
    /// Document and article.
    pub article: String,
    /// How sure it is.
    pub confidence: String,
    /// The facts that made it hold.
    pub facts: Vec<String>,
}

/// The days that rules go by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// Legal day of the accident.
    pub occurred: NaiveDate,
    /// Legal day of receipt.
    pub received: NaiveDate,
}

impl Days {
    fn of(self, basis: DateBasis) -> NaiveDate {
        match basis {
            DateBasis::Occurred => self.occurred,
            DateBasis::Received | DateBasis::Step => self.received,
        }
    }
}

impl Dated for Rule {
    fn id(&self) -> &str {
        &self.rule_id
    }
    fn valid_from(&self) -> NaiveDate {
        self.valid_from
    }
    fn valid_to(&self) -> Option<NaiveDate> {
        self.valid_to
    }
    fn lasting(self, from: NaiveDate, to: Option<NaiveDate>) -> Self {
        Self {
            valid_from: from,
            valid_to: to,
            ..self
        }
    }
}

impl Rule {
    /// Whether this version is in force on `day`.
    pub fn in_force_on(&self, day: NaiveDate) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|end| day < end)
    }

    /// Whether every condition of the rule holds among `facts`.
    pub fn holds(&self, facts: &BTreeSet<Fact>) -> bool {
        self.facts.iter().all(|condition| condition.holds(facts))
    }

    /// What a result of this rule rests on.
    pub fn basis(&self) -> Basis {
        Basis {
            rule: self.rule_id.clone(),
            version: self.valid_from,
            article: self.article.clone(),
            confidence: self.confidence.clone(),
            facts: self.facts.iter().map(Condition::to_string).collect(),
        }
    }
}

/// All rules, by subject and rank. Made once and shared; read-only.
#[derive(Debug, Default)]
pub struct Law {
    by_subject: std::collections::BTreeMap<Subject, Vec<Rule>>,
    holidays: OnceLock<Holidays>,
}

impl Law {
    /// The law of these rows.
    pub fn new(rules: Vec<Rule>) -> Self {
        let mut by_subject = std::collections::BTreeMap::<Subject, Vec<Rule>>::new();
        for rule in rules {
            by_subject.entry(rule.decides).or_default().push(rule);
        }
        for rules in by_subject.values_mut() {
            rules.sort_by(|a, b| {
                (a.rank, &a.rule_id, a.valid_from).cmp(&(b.rank, &b.rule_id, b.valid_from))
            });
        }
        Self {
            by_subject,
            holidays: OnceLock::new(),
        }
    }

    /// The calendar of days off, made of its rows once.
    pub fn holidays(&self) -> &Holidays {
        self.holidays
            .get_or_init(|| Holidays::of(self.rules(Subject::Holiday)))
    }

    /// Every rule of a subject, in rank order, of all times.
    pub fn rules(&self, subject: Subject) -> &[Rule] {
        self.by_subject.get(&subject).map_or(&[], Vec::as_slice)
    }

    /// Every rule of `subject` that is in force and holds, in rank order.
    pub fn all<'a>(
        &'a self,
        subject: Subject,
        facts: &'a BTreeSet<Fact>,
        days: Days,
    ) -> impl Iterator<Item = &'a Rule> {
        self.rules(subject)
            .iter()
            .filter(move |rule| rule.in_force_on(days.of(rule.date_basis)) && rule.holds(facts))
    }

    /// The first rule of `subject` that is in force and holds.
    pub fn first<'a>(
        &'a self,
        subject: Subject,
        facts: &'a BTreeSet<Fact>,
        days: Days,
    ) -> Option<&'a Rule> {
        self.all(subject, facts, days).next()
    }

    /// The rule of `subject` with this key in force on `day`.
    pub fn keyed(&self, subject: Subject, key: &str, day: NaiveDate) -> Option<&Rule> {
        self.rules(subject)
            .iter()
            .find(|rule| rule.key == key && rule.in_force_on(day))
    }

    /// A value by name on `day`: hours, days or working days, as its name says.
    pub fn number(&self, key: &str, day: NaiveDate) -> Option<(i32, Basis)> {
        let rule = self.keyed(Subject::Value, key, day)?;
        Some((rule.days?, rule.basis()))
    }
}
