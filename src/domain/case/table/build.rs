//! Short words for the rows of the table.

use crate::domain::{
    access::ActorRole,
    case::{
        CaseStatus, Step,
        step::{
            Acted, ClockEffect, Earliest, End, Field, FieldType, Move, Need, StepRule, To, Values,
            Who,
        },
    },
    investigation::InvestigationLevel,
};

pub(super) const fn who(role: ActorRole, levels: &'static [InvestigationLevel]) -> Who {
    Who { role, levels }
}

pub(super) const fn to(from: &'static [CaseStatus], to: CaseStatus) -> Move {
    Move {
        from,
        to: To::State(to),
    }
}

pub(super) const fn stay(from: &'static [CaseStatus]) -> Move {
    Move { from, to: To::Same }
}

pub(super) const fn by(from: &'static [CaseStatus], to: To) -> Move {
    Move { from, to }
}

/// A row that changes no clock and ends nothing.
pub(super) const fn row(
    step: Step,
    moves: &'static [Move],
    who: &'static [Who],
    fields: &'static [Field],
    article: &'static str,
) -> StepRule {
    StepRule {
        step,
        moves,
        who,
        fields,
        acted: None,
        clocks: &[],
        end: End::No,
        article,
    }
}

impl StepRule {
    /// Clocks that it starts or ends count from the day or moment in this field.
    pub(super) const fn acted_on(self, field: &'static str) -> Self {
        Self {
            acted: Some(Acted::On(field)),
            ..self
        }
    }

    /// They count from when the step is recorded.
    pub(super) const fn acted_now(self) -> Self {
        Self {
            acted: Some(Acted::WhenRecorded),
            ..self
        }
    }

    pub(super) const fn clocks(self, clocks: &'static [ClockEffect]) -> Self {
        Self { clocks, ..self }
    }

    pub(super) const fn end(self, end: End) -> Self {
        Self { end, ..self }
    }
}

pub(super) const REASON: Field = text("reason", 2000);
pub(super) const NOTE: Field = optional(text("note", 2000));

const fn field(name: &'static str, kind: FieldType, earliest: Earliest) -> Field {
    Field {
        name,
        kind,
        need: Need::Always,
        longest: 100,
        values: Values::Fixed(&[]),
        earliest,
        items: &[],
    }
}

pub(super) const fn text(name: &'static str, longest: usize) -> Field {
    Field {
        longest,
        ..field(name, FieldType::Text, Earliest::Any)
    }
}

pub(super) const fn date(name: &'static str, earliest: Earliest) -> Field {
    field(name, FieldType::Date, earliest)
}

pub(super) const fn moment(name: &'static str, earliest: Earliest) -> Field {
    field(name, FieldType::Moment, earliest)
}

pub(super) const fn number(name: &'static str) -> Field {
    field(name, FieldType::Number, Earliest::Any)
}

pub(super) const fn choice(name: &'static str, values: &'static [&'static str]) -> Field {
    one_of(name, Values::Fixed(values))
}

pub(super) const fn one_of(name: &'static str, values: Values) -> Field {
    Field {
        values,
        ..field(name, FieldType::Choice, Earliest::Any)
    }
}

pub(super) const fn case(name: &'static str) -> Field {
    field(name, FieldType::Case, Earliest::Any)
}

pub(super) const fn post(name: &'static str) -> Field {
    field(name, FieldType::Post, Earliest::Any)
}

pub(super) const fn list(name: &'static str, items: &'static [Field]) -> Field {
    Field {
        items,
        ..field(name, FieldType::List, Earliest::Any)
    }
}

pub(super) const fn unless(other: &'static str, field: Field) -> Field {
    needed(Need::Unless(other), field)
}

pub(super) const fn optional(field: Field) -> Field {
    needed(Need::Optional, field)
}

pub(super) const fn needed(need: Need, field: Field) -> Field {
    Field { need, ..field }
}
