//! How a row of the decision table is checked: what somebody declares, and what the table says of it.

use super::*;

/// What is declared, and what must come of it on 10 November 2025.
pub(super) struct Row {
    no: u8,
    name: &'static str,
    body: Value,
    class: &'static str,
    must: &'static [&'static str],
    copies: &'static [&'static str],
    form: Option<&'static str>,
    level: &'static str,
    days: Option<i32>,
}

pub(super) fn row(no: u8, name: &'static str, body: Value) -> Row {
    Row {
        no,
        name,
        body,
        class: "",
        must: &[],
        copies: &[],
        form: None,
        level: "",
        days: None,
    }
}

impl Row {
    pub(super) fn is(self, class: &'static str) -> Self {
        Self { class, ..self }
    }

    pub(super) fn must(self, must: &'static [&'static str]) -> Self {
        Self { must, ..self }
    }

    pub(super) fn copies(self, copies: &'static [&'static str]) -> Self {
        Self { copies, ..self }
    }

    pub(super) fn form(self, form: &'static str) -> Self {
        Self {
            form: Some(form),
            ..self
        }
    }

    /// Who investigates, without a limit.
    pub(super) fn by(self, level: &'static str) -> Self {
        Self { level, ..self }
    }

    pub(super) fn within(self, days: i32) -> Self {
        Self {
            days: Some(days),
            ..self
        }
    }

    fn check(&self) {
        let name = format!("{}: {}", self.no, self.name);
        let decision = decision_of(&WORLD, &self.body, "2025-11-10T09:00:00+07:00");
        assert_eq!(decision.case_class.as_str(), self.class, "{name}");
        assert_eq!(told(&decision, Duty::MustReceive), self.must, "{name}");
        assert_eq!(told(&decision, Duty::Copy), self.copies, "{name}");
        assert_eq!(decision.form.as_deref(), self.form, "{name}");
        let investigation = &decision.investigation;
        assert_eq!(
            (investigation.level.as_str(), investigation.limit_days),
            (self.level, self.days),
            "{name}"
        );
        let mut bases = decision.recipients.iter().flat_map(|one| &one.basis);
        assert!(bases.all(|basis| !basis.article.is_empty()), "{name}");
        assert!(
            !decision.class_basis.is_empty() && !investigation.basis.is_empty(),
            "{name}"
        );
    }
}

/// Checks everything that row `no` says of a declaration; how many there were.
pub(crate) fn check(no: u8) -> usize {
    let all = ordinary::rows().into_iter().chain(special::rows());
    let of_it: Vec<Row> = all.filter(|row| row.no == no).collect();
    of_it.iter().for_each(Row::check);
    of_it.len()
}
