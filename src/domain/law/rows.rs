//! A rule as a row of text: the form in which it is exported, corrected and imported.

use chrono::NaiveDate;

use super::{Condition, Confidence, DateBasis, Form, Rule, Subject, ValueKey, names::LIMIT};
use crate::{
    domain::{
        authority::{Level, Role},
        classify::CaseClass,
        clocks::ClockId,
        digest::{self, Recurrence},
        duties::retention::{Keeping, RecordClass},
        forms,
        investigation::InvestigationLevel,
        ladder::{self, RungKind},
        routing::Duty,
        victim::VictimClass,
    },
    named,
};

/// The columns, in their order.
pub const COLUMNS: [&str; 13] = [
    "rule_id",
    "decides",
    "rank",
    "key",
    "facts",
    "outcome",
    "days",
    "date_basis",
    "valid_from",
    "valid_to",
    "article",
    "confidence",
    "note",
];

named! {
    /// What can be wrong with a cell of a rule.
    pub enum CellFault {
        /// Empty, but needed.
        Empty = "empty",
        /// Not one of the allowed names.
        NotAllowed = "not_allowed",
        /// Not a whole number.
        NotANumber = "not_a_number",
        /// A number that this limit or value cannot have.
        OutOfRange = "out_of_range",
        /// Not a date `YYYY-MM-DD`.
        NotADate = "not_a_date",
        /// `valid_to` is not after `valid_from`.
        EndsBeforeItStarts = "ends_before_it_starts",
        /// A fact that the program does not know.
        UnknownFact = "unknown_fact",
        /// The same rule is in force twice on one day.
        Overlaps = "overlaps",
        /// The row has another number of columns than the header.
        WrongNumberOfColumns = "wrong_number_of_columns",
        /// Bytes that are not UTF-8.
        NotUtf8 = "not_utf8",
        /// The header is not the one that is expected.
        WrongHeader = "wrong_header",
        /// The file as a whole would leave a question without an answer.
        Incomplete = "incomplete",
    }
}

/// Minutes of a rung: within a day.
const MINUTES: std::ops::RangeInclusive<i32> = 0..=1_440;

/// Days before a due day on which it is told; after it they are negative.
const REMINDER: std::ops::RangeInclusive<i32> = -365..=365;

/// On which level a role is held, or what to do where it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// The role is held on this level.
    On(Level),
    /// Instead, where nobody holds it on the level named before: another role on this level.
    Instead(Level, Role),
    /// A copy besides, where the directory has somebody on this level.
    CopyTo(Level),
    /// The last resort where nobody can be found for a role that must receive.
    Fallback(Level, Role),
}

impl Holding {
    /// Reads `commune`, `commune:copy`, `province:ROLE` or `fallback:province:ROLE`.
    pub fn parse(text: &str) -> Option<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        match parts[..] {
            [level] => Some(Self::On(Level::parse(level)?)),
            [level, "copy"] => Some(Self::CopyTo(Level::parse(level)?)),
            [level, role] => Some(Self::Instead(Level::parse(level)?, Role::parse(role)?)),
            ["fallback", level, role] => {
                Some(Self::Fallback(Level::parse(level)?, Role::parse(role)?))
            }
            _ => None,
        }
    }
}

impl Rule {
    /// Reads the cells of one row; every bad cell is named by its column.
    pub fn read(cells: [&str; 13]) -> Result<Self, Vec<(&'static str, CellFault)>> {
        let mut faults = Vec::new();
        let mut cell = |index: usize, fault: CellFault| faults.push((COLUMNS[index], fault));
        let [
            rule_id,
            decides,
            rank,
            key,
            facts,
            outcome,
            days,
            date_basis,
            valid_from,
            valid_to,
            article,
            confidence,
            note,
        ] = cells.map(str::trim);

        for (index, text) in [(0, rule_id), (10, article), (11, confidence)] {
            if text.is_empty() {
                cell(index, CellFault::Empty);
            }
        }
        if !confidence.is_empty() && Confidence::parse(confidence).is_none() {
            cell(11, CellFault::NotAllowed);
        }
        let subject = Subject::parse(decides);
        if subject.is_none() {
            cell(1, CellFault::NotAllowed);
        }
        let rank: Option<i32> = rank.parse().ok();
        if rank.is_none() {
            cell(2, CellFault::NotANumber);
        }
        let conditions: Option<Vec<Condition>> = facts
            .split(';')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(Condition::parse)
            .collect();
        if conditions.is_none() {
            cell(4, CellFault::UnknownFact);
        }
        let limit: Option<Option<i32>> = match days {
            "" => Some(None),
            number => number.parse().ok().map(Some),
        };
        if limit.is_none() {
            cell(6, CellFault::NotANumber);
        }
        let basis = DateBasis::parse(date_basis);
        if basis.is_none() {
            cell(7, CellFault::NotAllowed);
        }
        let from = valid_from.parse::<NaiveDate>().ok();
        if from.is_none() {
            cell(8, CellFault::NotADate);
        }
        let to = match valid_to {
            "" => Some(None),
            text => text.parse::<NaiveDate>().ok().map(Some),
        };
        match (from, to) {
            (_, None) => cell(9, CellFault::NotADate),
            (Some(from), Some(Some(to))) if to <= from => cell(9, CellFault::EndsBeforeItStarts),
            _ => {}
        }
        if let Some(subject) = subject {
            if !key_fits(subject, key) {
                cell(3, CellFault::NotAllowed);
            }
            if !outcome_fits(subject, outcome) {
                cell(5, CellFault::NotAllowed);
            }
            let needs_number = match subject {
                Subject::Value | Subject::Ladder | Subject::Reminder => true,
                Subject::Retention => {
                    Keeping::parse(outcome).is_some_and(|keeping| keeping != Keeping::Kept)
                }
                _ => false,
            };
            if needs_number && limit == Some(None) {
                cell(6, CellFault::Empty);
            }
            let range = match (subject, ValueKey::parse(key)) {
                (Subject::Value, Some(value)) => value.range(),
                (Subject::Ladder, _) => MINUTES,
                // What repeats begins after the due day: before it, it would never have begun.
                (Subject::Reminder, _) if outcome == Recurrence::Repeat.as_str() => -365..=-1,
                (Subject::Reminder, _) => REMINDER,
                _ => LIMIT,
            };
            let asks_more =
                |all: &Vec<Condition>| all.iter().any(|one| !ladder::may_ask_for(one.fact));
            if subject == Subject::Ladder && conditions.as_ref().is_some_and(asks_more) {
                cell(4, CellFault::NotAllowed);
            }
            if subject == Subject::Reminder
                && conditions.as_ref().is_some_and(|all| !all.is_empty())
            {
                cell(4, CellFault::NotAllowed);
            }
            if let Some(Some(number)) = limit
                && !range.contains(&number)
            {
                cell(6, CellFault::OutOfRange);
            }
        }

        match (subject, rank, conditions, limit, basis, from, to) {
            (
                Some(decides),
                Some(rank),
                Some(facts),
                Some(days),
                Some(date_basis),
                Some(valid_from),
                Some(valid_to),
            ) if faults.is_empty() => Ok(Self {
                rule_id: rule_id.into(),
                decides,
                rank,
                key: key.into(),
                facts,
                outcome: outcome.into(),
                days,
                date_basis,
                valid_from,
                valid_to,
                article: article.into(),
                confidence: confidence.into(),
                note: note.into(),
            }),
            _ => Err(faults),
        }
    }

    /// The cells of the row; [`Rule::read`] gives the same rule back.
    pub fn cells(&self) -> [String; 13] {
        let facts: Vec<String> = self.facts.iter().map(Condition::to_string).collect();
        [
            self.rule_id.clone(),
            self.decides.to_string(),
            self.rank.to_string(),
            self.key.clone(),
            facts.join(";"),
            self.outcome.clone(),
            self.days.map(|days| days.to_string()).unwrap_or_default(),
            self.date_basis.to_string(),
            self.valid_from.to_string(),
            self.valid_to.map(|day| day.to_string()).unwrap_or_default(),
            self.article.clone(),
            self.confidence.clone(),
            self.note.clone(),
        ]
    }
}

fn key_fits(subject: Subject, key: &str) -> bool {
    match subject {
        Subject::Recipient | Subject::RoleLevel => Role::parse(key).is_some(),
        Subject::Value => ValueKey::parse(key).is_some(),
        Subject::Retention => RecordClass::parse(key).is_some(),
        Subject::Ladder => RungKind::parse(key).is_some(),
        Subject::Reminder => key == digest::ANY_CLOCK || ClockId::parse(key).is_some(),
        Subject::SeriousInjury => !key.is_empty(),
        Subject::FormLabel => forms::is_label(key),
        _ => key.is_empty(),
    }
}

fn outcome_fits(subject: Subject, outcome: &str) -> bool {
    match subject {
        Subject::VictimClass => VictimClass::parse(outcome).is_some(),
        Subject::CaseClass => CaseClass::parse(outcome).is_some(),
        Subject::Recipient => Duty::parse(outcome).is_some(),
        Subject::RoleLevel => Holding::parse(outcome).is_some(),
        Subject::Investigation => InvestigationLevel::parse(outcome).is_some(),
        Subject::Holiday => matches!(outcome, "off" | "make_up"),
        Subject::Form => Form::parse(outcome).is_some(),
        Subject::Value => outcome.is_empty(),
        Subject::Retention => Keeping::parse(outcome).is_some(),
        Subject::Ladder => outcome == ladder::ANY_ROLE || Role::parse(outcome).is_some(),
        Subject::Reminder => Recurrence::parse(outcome).is_some(),
        Subject::SeriousInjury => true,
        Subject::FormLabel => {
            !outcome.is_empty() && outcome.chars().count() <= forms::LONGEST_LABEL
        }
    }
}

/// Pairs of rows (by index) that give one rule twice on one day.
pub fn overlaps(rules: &[Rule]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rules.len()).collect();
    order.sort_by_key(|&index| (&rules[index].rule_id, rules[index].valid_from));
    order
        .windows(2)
        .filter(|pair| {
            let (earlier, later) = (&rules[pair[0]], &rules[pair[1]]);
            earlier.rule_id == later.rule_id
                && earlier.valid_to.is_none_or(|end| later.valid_from < end)
        })
        .map(|pair| pair[1])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bad_cell_is_named() {
        let faults = Rule::read([
            "",
            "recipient",
            "x",
            "NOBODY",
            "fatal;odd",
            "must",
            "-1",
            "then",
            "2025-7-1x",
            "2020-01-01",
            "",
            "T",
            "",
        ])
        .unwrap_err();
        let columns: Vec<&str> = faults.iter().map(|(column, _)| *column).collect();
        assert_eq!(
            columns,
            [
                "rule_id",
                "article",
                "rank",
                "facts",
                "date_basis",
                "valid_from",
                "key",
                "outcome",
                "days"
            ]
        );
    }

    #[test]
    fn a_limit_has_time_and_a_switch_is_on_or_off() {
        let read = |decides: &str, key: &str, outcome: &str, number: &str| {
            let cells = [
                "R",
                decides,
                "1",
                key,
                "",
                outcome,
                number,
                "step",
                "2020-01-01",
                "",
                "a",
                "T",
                "",
            ];
            Rule::read(cells).map(|rule| rule.days)
        };
        let refused = Err(vec![("days", CellFault::OutOfRange)]);
        for number in ["0", "-1", "3651"] {
            assert_eq!(read("investigation", "", "provincial", number), refused);
            assert_eq!(read("value", "limits.scene_hours", "", number), refused);
        }
        assert_eq!(read("value", "limits.scene_hours", "", "2"), Ok(Some(2)));
        assert_eq!(read("value", "units.reform", "", "2"), refused);
        assert_eq!(
            read("value", "case.close.wait_complaint_window", "", "0"),
            Ok(Some(0))
        );
    }

    /// The columns of a row that are wrong.
    fn faulty(cells: [&str; 13]) -> Vec<&'static str> {
        let faults = Rule::read(cells).err().unwrap_or_default();
        faults.into_iter().map(|(column, _)| column).collect()
    }

    #[test]
    fn a_rung_names_whom_it_tells_and_asks_for_the_class_alone() {
        let read = |key: &str, facts: &str, outcome: &str, minutes: &str| {
            faulty([
                "R",
                "ladder",
                "1",
                key,
                facts,
                outcome,
                minutes,
                "received",
                "2020-01-01",
                "",
                "a",
                "D",
                "",
            ])
        };
        assert!(read("duty_roster", "fatal", "any", "0").is_empty());
        assert!(read("call_list", "urgent;!unclear", "LOCAL_POLICE", "1440").is_empty());
        assert_eq!(
            read("nobody", "abroad", "all", "1441"),
            ["key", "outcome", "facts", "days"]
        );
        assert_eq!(read("call_list", "", "any", ""), ["days"]);
    }

    #[test]
    fn a_reminder_names_its_clock_and_repeats_only_after_the_due_day() {
        let read = |key: &str, facts: &str, outcome: &str, days: &str| {
            faulty([
                "R",
                "reminder",
                "1",
                key,
                facts,
                outcome,
                days,
                "step",
                "2020-01-01",
                "",
                "a",
                "D",
                "",
            ])
        };
        assert!(read("any", "", "once", "3").is_empty());
        assert!(read("K3", "", "repeat", "-7").is_empty());
        assert_eq!(read("K3", "", "repeat", "0"), ["days"]);
        assert_eq!(read("any", "", "once", "366"), ["days"]);
        assert_eq!(read("any", "", "once", ""), ["days"]);
        assert_eq!(
            read("K99", "fatal", "always", "1"),
            ["key", "outcome", "facts"]
        );
    }

    #[test]
    fn a_rule_in_force_twice_on_one_day_is_found() {
        let row = |from: &str, to: &str| {
            Rule::read([
                "R",
                "serious_injury",
                "1",
                "k",
                "",
                "",
                "2",
                "step",
                from,
                to,
                "a",
                "T",
                "",
            ])
            .unwrap()
        };
        assert!(overlaps(&[row("2020-01-01", "2021-01-01"), row("2021-01-01", "")]).is_empty());
        assert_eq!(
            overlaps(&[row("2020-01-01", ""), row("2021-01-01", "")]),
            [1]
        );
    }
}
