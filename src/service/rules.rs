//! Import and export of the law: all rows or none.

use std::collections::BTreeSet;

use chrono::{Days as ChronoDays, NaiveDate};

use crate::{
    domain::law::{
        Days, Fact, Law, Rule, Subject,
        rows::{COLUMNS, CellFault, Holding, overlaps},
    },
    error::Result,
    store::{catalogues, conn::DbConn, law},
};

/// The law as it is shipped.
const SHIPPED: &str = include_str!("../reference/law.csv");

/// Values without which clocks cannot run.
const NEEDED_VALUES: [&str; 6] = [
    "limits.scene_hours",
    "limits.send_minutes_working_days",
    "limits.extension_max_percent",
    "clock.count.first_day_excluded",
    "clock.declare_immediate.breach_hours",
    "clock.declare_abroad.working_days",
];

/// One thing wrong with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Line of the file, from 1; 0 for the file as a whole.
    pub line: u64,
    /// Column by name.
    pub column: String,
    /// What.
    pub fault: CellFault,
}

/// Reads a file of rules; every bad cell is named.
pub fn read(file: &str) -> Result<Vec<Rule>, Vec<RowFault>> {
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(file.trim_start_matches('\u{feff}').as_bytes());
    let header: Vec<String> = reader
        .headers()
        .map(|row| row.iter().map(str::to_owned).collect())
        .unwrap_or_default();
    if header != COLUMNS {
        return Err(vec![RowFault {
            line: 1,
            column: header.join(","),
            fault: CellFault::WrongHeader,
        }]);
    }
    let mut rules = Vec::new();
    let mut lines = Vec::new();
    let mut faults = Vec::new();
    for record in reader.records() {
        let (line, cells) = match &record {
            Ok(record) => (
                record.position().map_or(0, csv::Position::line),
                record.iter().collect::<Vec<_>>(),
            ),
            Err(error) => (error.position().map_or(0, csv::Position::line), Vec::new()),
        };
        let Ok(cells) = <[&str; 13]>::try_from(cells) else {
            faults.push(RowFault {
                line,
                column: String::new(),
                fault: CellFault::WrongNumberOfColumns,
            });
            continue;
        };
        match Rule::read(cells) {
            Ok(rule) => {
                rules.push(rule);
                lines.push(line);
            }
            Err(cells) => faults.extend(cells.into_iter().map(|(column, fault)| RowFault {
                line,
                column: column.to_owned(),
                fault,
            })),
        }
    }
    faults.extend(overlaps(&rules).into_iter().map(|index| RowFault {
        line: lines.get(index).copied().unwrap_or(0),
        column: "valid_from".into(),
        fault: CellFault::Overlaps,
    }));
    if faults.is_empty() {
        Ok(rules)
    } else {
        Err(faults)
    }
}

/// Writes rules in the form that [`read`] takes.
pub fn write(rules: &[Rule]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut sorted: Vec<&Rule> = rules.iter().collect();
    sorted.sort_by_key(|rule| (rule.decides, rule.rank, &rule.rule_id, rule.valid_from));
    // Writing to memory does not fail.
    let _ = writer.write_record(COLUMNS);
    for rule in sorted {
        let _ = writer.write_record(rule.cells());
    }
    writer
        .into_inner()
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .unwrap_or_default()
}

/// The questions that these rules would leave without an answer, and since when: never in silence.
pub fn gaps(rules: &[Rule]) -> Vec<RowFault> {
    let Some(start) = NaiveDate::from_ymd_opt(2016, 7, 1) else {
        return Vec::new();
    };
    // Something can only change on a day on which a row starts or ends.
    let mut days: BTreeSet<NaiveDate> = rules
        .iter()
        .flat_map(|rule| [Some(rule.valid_from), rule.valid_to])
        .flatten()
        .collect();
    days.insert(start);
    days.insert(start + ChronoDays::new(36_500));
    let law = Law::new(rules.to_vec());
    let nothing = BTreeSet::<Fact>::new();
    let mut gaps = BTreeSet::new();
    for day in days.into_iter().filter(|day| *day >= start) {
        let both = Days {
            occurred: day,
            received: day,
        };
        for subject in [
            Subject::VictimClass,
            Subject::CaseClass,
            Subject::Form,
            Subject::Investigation,
        ] {
            if law.first(subject, &nothing, both).is_none() {
                gaps.insert(subject.to_string());
            }
        }
        let death = BTreeSet::from([Fact::Fatal, Fact::Urgent]);
        if law.first(Subject::Recipient, &death, both).is_none() {
            gaps.insert(Subject::Recipient.to_string());
        }
        for rule in law
            .rules(Subject::Recipient)
            .iter()
            .filter(|rule| rule.in_force_on(day))
        {
            let held = law
                .rules(Subject::RoleLevel)
                .iter()
                .filter(|level| level.key == rule.key && level.in_force_on(day))
                .any(|level| matches!(Holding::parse(&level.outcome), Some(Holding::On(_))));
            if !held {
                gaps.insert(format!("{} {}", Subject::RoleLevel, rule.key));
            }
        }
        for key in NEEDED_VALUES {
            if law.number(key, day).is_none() {
                gaps.insert(key.to_owned());
            }
        }
    }
    gaps.into_iter()
        .map(|column| RowFault {
            line: 0,
            column,
            fault: CellFault::Incomplete,
        })
        .collect()
}

/// What an import did.
#[derive(Debug, PartialEq, Eq)]
pub enum Imported {
    /// So many rows were added or replaced.
    Rows(usize),
    /// Nothing was stored.
    Refused(Vec<RowFault>),
}

/// Adds or replaces the rules of a file; rules that are not in it stay. All or none.
pub fn import(tx: &mut DbConn, file: &str) -> Result<Imported> {
    let rules = match read(file) {
        Ok(rules) => rules,
        Err(faults) => return Ok(Imported::Refused(faults)),
    };
    let mut after = law::load(tx)?;
    after.retain(|old| {
        !rules
            .iter()
            .any(|new| new.rule_id == old.rule_id && new.valid_from == old.valid_from)
    });
    after.extend(rules.iter().cloned());
    let mut faults = gaps(&after);
    faults.extend(overlaps(&after).into_iter().map(|index| RowFault {
        line: 0,
        column: after[index].rule_id.clone(),
        fault: CellFault::Overlaps,
    }));
    if !faults.is_empty() {
        return Ok(Imported::Refused(faults));
    }

    law::upsert(tx, &rules)?;
    catalogues::bump(tx, catalogues::LAW)?;
    Ok(Imported::Rows(rules.len()))
}

/// The law as it stands, in the form that [`import`] takes.
pub fn export(tx: &mut DbConn) -> Result<String> {
    Ok(write(&law::load(tx)?))
}

/// The rules as shipped, for the first start and for tests.
pub fn shipped() -> Vec<Rule> {
    read(SHIPPED).expect("a test reads the shipped file")
}

/// Stores the shipped law where there is none yet.
pub fn seed(tx: &mut DbConn) -> Result<()> {
    if catalogues::bump_if_empty(tx, catalogues::LAW)? {
        law::upsert(tx, &shipped())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_law_is_sound_and_leaves_no_question_open() {
        let rules = read(SHIPPED).unwrap();
        assert!(rules.len() > 300);
        assert_eq!(gaps(&rules), []);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let rules = shipped();
        let again = read(&write(&rules)).unwrap();
        assert_eq!(write(&again), write(&rules));
        assert_eq!(again.len(), rules.len());
    }

    #[test]
    fn a_law_without_a_needed_row_is_refused() {
        let mut rules = shipped();
        rules.retain(|rule| rule.rule_id != "I-NOBODY" && rule.key != "limits.scene_hours");
        let gaps: Vec<String> = gaps(&rules).into_iter().map(|gap| gap.column).collect();
        assert_eq!(gaps, ["investigation", "limits.scene_hours"]);

        let mut rules = shipped();
        rules.retain(|rule| rule.rule_id != "L-POLICE");
        let gaps: Vec<String> = super::gaps(&rules)
            .into_iter()
            .map(|gap| gap.column)
            .collect();
        assert!(
            gaps.contains(&"role_level LOCAL_POLICE".to_owned()),
            "{gaps:?}"
        );
    }
}
