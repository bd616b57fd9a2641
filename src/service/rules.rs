//! Import and export of the law: all rows or none.

use std::collections::BTreeSet;

use chrono::{Days as ChronoDays, NaiveDate};

use crate::{
    domain::{
        ladder::{ANY_ROLE, RungKind},
        law::{
            Days, Fact, Law, Rule, Subject,
            rows::{COLUMNS, CellFault, Holding, overlaps},
        },
    },
    error::{AppError, Result},
    service::lines::{Lines, new_lines, without_mark},
    store::{catalogues, conn::DbConn, law},
};

/// The law as it is shipped.
const SHIPPED: &[u8] = include_bytes!("../reference/law.csv");

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
    /// Line of the file on which the row begins, from 1; 0 for the file as a whole.
    pub line: usize,
    /// Column by name.
    pub column: String,
    /// What.
    pub fault: CellFault,
}

/// Reads a file of rules; every bad cell is named.
pub fn read(file: &[u8]) -> std::result::Result<Vec<Rule>, Vec<RowFault>> {
    let rows = read_rows(file)?;
    Ok(rows.into_iter().map(|(_, rule)| rule).collect())
}

/// The rules of a file, each with its line.
fn read_rows(file: &[u8]) -> std::result::Result<Vec<(usize, Rule)>, Vec<RowFault>> {
    let file = without_mark(file);
    if let Err(error) = str::from_utf8(file) {
        return Err(vec![RowFault {
            line: 1 + new_lines(&file[..error.valid_up_to()]),
            column: String::new(),
            fault: CellFault::NotUtf8,
        }]);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(file);
    let mut lines = Lines::of(file);
    // Reading text from memory without asking for equal lengths cannot fail.
    let mut records = reader.records().map_while(std::result::Result::ok);
    let header = records.next().unwrap_or_default();
    if !header.iter().eq(COLUMNS) {
        return Err(vec![RowFault {
            line: 1,
            column: header.iter().collect::<Vec<_>>().join(","),
            fault: CellFault::WrongHeader,
        }]);
    }
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    for record in records {
        let line = lines.at(record.position());
        let cells: Vec<&str> = record.iter().collect();
        let Ok(cells) = <[&str; 13]>::try_from(cells) else {
            faults.push(RowFault {
                line,
                column: String::new(),
                fault: CellFault::WrongNumberOfColumns,
            });
            continue;
        };
        match Rule::read(cells) {
            Ok(rule) => rows.push((line, rule)),
            Err(cells) => faults.extend(cells.into_iter().map(|(column, fault)| RowFault {
                line,
                column: column.to_owned(),
                fault,
            })),
        }
    }
    let rules: Vec<Rule> = rows.iter().map(|(_, rule)| rule.clone()).collect();
    faults.extend(overlaps(&rules).into_iter().map(|index| RowFault {
        line: rows[index].0,
        column: "valid_from".into(),
        fault: CellFault::Overlaps,
    }));
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() {
        Ok(rows)
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
        gaps.extend(without_call_list(&law, day));
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

/// Whoever must be told and takes nothing must end on the call list: which class and role would not by
/// the rules of `day`. (The program puts them there at once; but nobody has decided that.)
fn without_call_list(law: &Law, day: NaiveDate) -> Option<String> {
    let rungs = law.rules(Subject::Ladder).iter();
    let calls: Vec<&Rule> = rungs
        .filter(|rule| rule.key == RungKind::CallList.as_str() && rule.in_force_on(day))
        .collect();
    let told = law.rules(Subject::Recipient).iter();
    let roles: BTreeSet<&str> = told
        .filter(|rule| rule.in_force_on(day))
        .map(|rule| rule.key.as_str())
        .collect();
    [Fact::Fatal, Fact::MultiSerious, Fact::Unclear]
        .into_iter()
        .find_map(|class| {
            let facts = BTreeSet::from([class, Fact::Urgent]);
            let mut lacking = roles.iter().filter(|role| {
                !calls.iter().any(|rule| {
                    rule.holds(&facts) && (rule.outcome == ANY_ROLE || rule.outcome == **role)
                })
            });
            let role = lacking.next()?;
            Some(format!("{} {class} {role}", Subject::Ladder))
        })
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
///
/// Reads and checks everything before it takes the lock to write.
/// What was done is `trace`d in the same transaction.
pub fn import(
    conn: &mut DbConn,
    file: &[u8],
    trace: impl Fn(&mut DbConn, usize) -> Result<()>,
) -> Result<Imported> {
    let rows = match read_rows(file) {
        Ok(rows) => rows,
        Err(faults) => return Ok(Imported::Refused(faults)),
    };
    let rules: Vec<Rule> = rows.iter().map(|(_, rule)| rule.clone()).collect();
    loop {
        let (faults, seen) = conn.read::<_, AppError>(|tx| {
            let seen = catalogues::revisions(tx)?.law;
            Ok((faults_among(law::load(tx)?, &rows), seen))
        })?;
        if !faults.is_empty() {
            return Ok(Imported::Refused(faults));
        }
        let is_done = conn.write::<_, AppError>(|tx| {
            catalogues::lock(tx, catalogues::LAW)?;
            if catalogues::revisions(tx)?.law != seen {
                return Ok(false);
            }
            law::upsert(tx, &rules)?;
            catalogues::bump(tx, catalogues::LAW)?;
            trace(tx, rules.len())?;
            Ok(true)
        })?;
        // Another import in between changed what this one was checked against: once more.
        if is_done {
            return Ok(Imported::Rows(rules.len()));
        }
    }
}

/// What would be wrong with the law of these rules once the rows of a file are among them.
fn faults_among(mut law: Vec<Rule>, rows: &[(usize, Rule)]) -> Vec<RowFault> {
    law.retain(|old| {
        !rows
            .iter()
            .any(|(_, new)| new.rule_id == old.rule_id && new.valid_from == old.valid_from)
    });
    let stay = law.len();
    law.extend(rows.iter().map(|(_, rule)| rule.clone()));
    let mut faults = gaps(&law);
    faults.extend(overlaps(&law).into_iter().map(|index| {
        // The later of the two may be one that is not in the file.
        let (line, column) = match index.checked_sub(stay) {
            Some(row) => (rows[row].0, "valid_from".to_owned()),
            None => (0, law[index].rule_id.clone()),
        };
        RowFault {
            line,
            column,
            fault: CellFault::Overlaps,
        }
    }));
    faults
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
    supply(tx)
}

/// Rules that came with later programs (duties on personal data, ladders), by the beginning of their ids. A database that is older than
/// they are is given them; what is there already stays as it was corrected.
const SUPPLIED: &str = "D-";

fn supply(tx: &mut DbConn) -> Result<()> {
    let there = law::ids(tx)?;
    let lacking: Vec<Rule> = shipped()
        .into_iter()
        .filter(|rule| rule.rule_id.starts_with(SUPPLIED) && !there.contains(&rule.rule_id))
        .collect();
    if !lacking.is_empty() {
        law::upsert(tx, &lacking)?;
        catalogues::bump(tx, catalogues::LAW)?;
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
        let again = read(write(&rules).as_bytes()).unwrap();
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

    #[test]
    fn a_law_that_leaves_a_death_without_a_call_list_is_refused() {
        let mut rules = shipped();
        rules.retain(|rule| rule.rule_id != "D-ladder.fatal.call_list");
        let named = |rules: &[Rule]| -> Vec<String> {
            let gaps = gaps(rules).into_iter();
            gaps.map(|gap| gap.column).collect()
        };
        assert_eq!(named(&rules), ["ladder fatal COMMUNE_PC"]);
        // One for each role that is told would do as well.
        let any = shipped()
            .into_iter()
            .find(|rule| rule.rule_id == "D-ladder.fatal.call_list");
        let any = any.unwrap();
        let mut roles: Vec<String> = rules
            .iter()
            .filter(|rule| rule.decides == Subject::Recipient)
            .map(|rule| rule.key.clone())
            .collect();
        roles.dedup();
        rules.extend(roles.into_iter().map(|role| Rule {
            rule_id: format!("call {role}"),
            outcome: role,
            ..any.clone()
        }));
        assert!(named(&rules).is_empty());
    }

    /// The file as shipped, with these lines after its header.
    fn faults_of(lines: &str) -> Vec<String> {
        let file = format!("{}\n{lines}", COLUMNS.join(","));
        read(file.as_bytes())
            .unwrap_err()
            .into_iter()
            .map(|fault| format!("{} {} {}", fault.line, fault.column, fault.fault))
            .collect()
    }

    const GOOD: &str = "F-NONE,form,90,,,none,,received,2016-07-01,,a,T,";

    #[test]
    fn a_mistyped_form_value_or_fact_is_named_by_line_and_column() {
        let rows = [
            GOOD,
            "F-A,form,90,,,D129-1,,received,2016-07-01,,a,T,",
            "F-B,form,90,,,,,received,2016-07-01,,a,T,",
            "F-C,form,90,,urgnt,none,,received,2016-07-01,,a,T,",
            "X-A,value,10,limits.scene_hour,,,2,step,2016-07-01,,a,T,",
            "X-B,value,10,limits.scene_hours,,,,step,2016-07-01,,a,T,",
            "X-C,value,10,limits.scene_hours,,two,2,step,2016-07-01,,a,T,",
            "I-A,investigation,10,,,facilty,4,occurred,2016-07-01,,a,T,",
        ];
        assert_eq!(
            faults_of(&rows.join("\n")),
            [
                "3 outcome not_allowed",
                "4 outcome not_allowed",
                "5 facts unknown_fact",
                "6 key not_allowed",
                "7 days empty",
                "8 outcome not_allowed",
                "9 outcome not_allowed",
            ]
        );
    }

    #[test]
    fn lines_are_those_of_the_file_whatever_ends_them() {
        let bad = GOOD.replace("none", "nix");
        let two_lines = GOOD
            .replace("T,", "T,\"one\ntwo\"")
            .replace("F-NONE", "F-N");
        let rows = [GOOD, "", &two_lines, &bad, "", "x", &bad].join("\n");
        let expected = [
            "6 outcome not_allowed",
            "8  wrong_number_of_columns",
            "9 outcome not_allowed",
        ];
        assert_eq!(faults_of(&rows), expected);

        let file = format!("{}\n{rows}\n", COLUMNS.join(",")).replace('\n', "\r\n");
        let lines = |file: &str| -> Vec<usize> {
            let faults = read(file.as_bytes()).unwrap_err();
            faults.into_iter().map(|fault| fault.line).collect()
        };
        assert_eq!(lines(&file), [6, 8, 9]);
        assert_eq!(lines(&format!("\u{feff}{file}")), [6, 8, 9]);
    }

    #[test]
    fn a_file_in_another_encoding_is_refused_by_its_line() {
        let mut file = format!("{}\n{GOOD}\n", COLUMNS.join(",")).into_bytes();
        file.extend(b"F-\xd0,form\n");
        let faults = read(&file).unwrap_err();
        assert_eq!((faults[0].line, faults[0].fault), (3, CellFault::NotUtf8));
    }
}
