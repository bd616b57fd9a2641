//! Import and export of the directory: all rows or none.

mod changes;
mod contacts;
mod effect;
mod listing;
mod proposals;
mod reader;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt,
};

use chrono::NaiveDate;

use crate::{
    domain::{authority::Authority, place::Places},
    error::{AppError, Result},
    named,
    store::{authorities, catalogues, conn::DbConn},
    wording::directory::{directory_fault, directory_fault_line},
};
use reader::Read;

pub use changes::{Change, Planned, carry_out_change, plan_change};
pub use contacts::{add_contact, end_contact, list_contacts};
pub use effect::{CommuneName, Effect, RoutingChange, Told, uncovered};
pub use listing::{
    AuthoritiesPage, AuthoritiesQuery, AuthorityDetail, list, may_change, revision, show,
};
pub(in crate::service) use listing::{read_day, read_query};
pub use proposals::{settle_proposal, waiting_proposals};

/// The columns of the file, in their order.
pub const COLUMNS: [&str; 11] = [
    "authority_id",
    "role",
    "name",
    "level",
    "territory_code",
    "valid_from",
    "valid_to",
    "email",
    "phone",
    "escalates_to",
    "sectors",
];

named! {
    /// What can be wrong with a row.
    pub enum Reason {
        /// The first line is not the header.
        WrongHeader = "wrong_header",
        /// Not 11 columns.
        FieldCount = "field_count",
        /// Bytes that are not UTF-8.
        NotUtf8 = "not_utf8",
        /// Empty, but required.
        Required = "required",
        /// Longer than is kept.
        TooLong = "too_long",
        /// Control characters in a text.
        BadCharacters = "bad_characters",
        /// No role of that name.
        UnknownRole = "unknown_role",
        /// No level of that name.
        UnknownLevel = "unknown_level",
        /// No special sector of that name.
        UnknownSector = "unknown_sector",
        /// Not `YYYY-MM-DD`, or no day of the calendar.
        NotADate = "not_a_date",
        /// The end is not after the start.
        EndsBeforeStart = "ends_before_start",
        /// A code of another level.
        LevelAndCode = "level_and_code",
        /// No unit ever had the code.
        TerritoryUnknown = "territory_unknown",
        /// No unit has the code on `valid_from`.
        TerritoryNotInForce = "territory_not_in_force",
        /// Not an e-mail address.
        Email = "email",
        /// Twice in one cell.
        Repeated = "repeated",
        /// The same key twice in the file.
        DuplicateKey = "duplicate_key",
        /// Two rows of one authority on the same day.
        Overlap = "overlap",
        /// No such authority.
        EscalatesToUnknown = "escalates_to_unknown",
        /// The authority itself.
        EscalatesToItself = "escalates_to_itself",
        /// A line ministry without a sector.
        SectorsRequired = "sectors_required",
        /// A sector of somebody else.
        SectorsNotAllowed = "sectors_not_allowed",
    }
}

/// One thing wrong with the file: where and what. Its `Display` is one line in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Line of the file on which the row begins, from 1.
    pub line: usize,
    /// Column by name; empty for the row as a whole.
    pub column: &'static str,
    /// What is wrong.
    pub reason: Reason,
    /// What stands there, cut where it is long.
    pub value: String,
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = directory_fault(self.reason.as_str()).ok_or(fmt::Error)?;
        f.write_str(&directory_fault_line(
            self.line,
            self.column,
            &self.value,
            text,
        ))
    }
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Rows that were not there before.
    pub added: usize,
    /// Rows that had other values before.
    pub updated: usize,
    /// Rows that were the same before.
    pub unchanged: usize,
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// These rows are wrong; every one of them is named.
    #[error("{} fault(s) in the file", .0.len())]
    Rows(Vec<RowFault>),
    /// The database failed.
    #[error(transparent)]
    Failed(#[from] AppError),
}

impl From<diesel::result::Error> for ImportError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Failed(error.into())
    }
}

/// A file that was read, checked against the directory and found good: what is left to write.
#[derive(Debug)]
pub struct Plan {
    changed: Vec<Authority>,
    imported: Imported,
    /// Of the directory that it was checked against.
    revision: i64,
}

/// Adds the rows of a CSV and updates those with a known `(authority_id, valid_from)`; rows that
/// are not in the file stay. All rows or none.
///
/// Reads and checks everything before it takes the lock to write, so that declarations wait for
/// nothing but the rows that change. What was done is `trace`d in the same transaction.
pub fn import(
    conn: &mut DbConn,
    places: &Places,
    csv: &[u8],
    trace: impl Fn(&mut DbConn, Imported) -> Result<()>,
) -> std::result::Result<Imported, ImportError> {
    loop {
        let plan = conn.read(|tx| plan(tx, places, csv))?;
        let done = conn.write(|tx| {
            let done = carry_out(tx, &plan)?;
            if let Some(done) = done {
                trace(tx, done)?;
            }
            Ok::<_, AppError>(done)
        });
        // Another import in between changed what this one was checked against: once more.
        if let Some(done) = done? {
            return Ok(done);
        }
    }
}

/// Writes a plan; `None`, and nothing is written, where the directory is no longer the one that
/// the plan was made for.
pub fn carry_out(tx: &mut DbConn, plan: &Plan) -> Result<Option<Imported>> {
    if !plan.changed.is_empty() {
        // Two imports at once would be checked against what the other one replaces.
        catalogues::lock(tx, catalogues::DIRECTORY)?;
        if catalogues::revisions(tx)?.directory != plan.revision {
            return Ok(None);
        }
        authorities::upsert(tx, &plan.changed.iter().collect::<Vec<_>>())?;
        catalogues::bump(tx, catalogues::DIRECTORY)?;
    }
    Ok(Some(plan.imported))
}

/// Reads a CSV and checks it against the directory; writes nothing.
pub fn plan(
    tx: &mut DbConn,
    places: &Places,
    csv: &[u8],
) -> std::result::Result<Plan, ImportError> {
    let revision = catalogues::revisions(tx)?.directory;
    let existing = authorities::all(tx)?;

    let rows = checked(&existing, places, csv).map_err(ImportError::Rows)?;
    let before: HashMap<_, _> = existing.iter().map(|row| (key_of(row), row)).collect();
    let mut imported = Imported::default();
    let mut changed = Vec::new();
    for row in rows {
        match before.get(&key_of(&row)) {
            Some(same) if **same == row => imported.unchanged += 1,
            known => {
                match known {
                    Some(_) => imported.updated += 1,
                    None => imported.added += 1,
                }
                changed.push(row);
            }
        }
    }
    // In the order of the index, which is the quickest to write.
    changed.sort_by(|a, b| key_of(a).cmp(&key_of(b)));
    Ok(Plan {
        changed,
        imported,
        revision,
    })
}

/// The rows of a CSV, checked against the rows that are there already.
fn checked(
    existing: &[Authority],
    places: &Places,
    csv: &[u8],
) -> std::result::Result<Vec<Authority>, Vec<RowFault>> {
    let mut read = reader::read(csv, places);
    read.check_keys();
    read.check_overlaps(existing);
    read.check_escalations(existing);
    if read.faults.is_empty() {
        Ok(read.rows.into_iter().map(|(_, row)| row).collect())
    } else {
        Err(read.sorted_faults())
    }
}

/// The directory as a CSV, by id and first day: what [`import`] reads.
pub fn export(conn: &mut DbConn) -> Result<String> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS).map_err(AppError::internal)?;
    for row in authorities::all(conn)? {
        writer
            .write_record(cells_of(&row))
            .map_err(AppError::internal)?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| AppError::internal(error.into_error()))?;
    String::from_utf8(bytes).map_err(AppError::internal)
}

fn cells_of(row: &Authority) -> [String; 11] {
    let day = |day: NaiveDate| day.to_string();
    [
        row.authority_id.clone(),
        row.role.to_string(),
        row.name.clone(),
        row.level.to_string(),
        row.territory_code.clone(),
        day(row.valid_from),
        row.valid_to.map(day).unwrap_or_default(),
        authorities::joined(row.emails.iter().map(String::as_str)),
        row.phone.clone(),
        row.escalates_to.clone().unwrap_or_default(),
        authorities::joined(row.sectors.iter().map(|sector| sector.as_str())),
    ]
}

fn key_of(row: &Authority) -> (&str, NaiveDate) {
    (&row.authority_id, row.valid_from)
}

/// A row's last day, exclusive, and its line where it is one of the file.
#[derive(Clone, Copy)]
struct Span {
    valid_to: Option<NaiveDate>,
    line: Option<usize>,
}

impl Span {
    fn lasts_longer_than(self, other: Span) -> bool {
        let end = |span: Span| span.valid_to.unwrap_or(NaiveDate::MAX);
        end(self) > end(other)
    }
}

impl Read {
    fn check_keys(&mut self) {
        let mut seen = HashSet::new();
        for (line, row) in &self.rows {
            if !seen.insert(key_of(row)) {
                let value = format!("{}, {}", row.authority_id, row.valid_from);
                self.faults
                    .push(fault(*line, "valid_from", Reason::DuplicateKey, &value));
            }
        }
    }

    /// One authority is one thing on one day, the rows that stay in the database included.
    fn check_overlaps(&mut self, existing: &[Authority]) {
        let mut spans = BTreeMap::new();
        let of_database = existing.iter().map(|row| (None, row));
        let of_file = self.rows.iter().map(|(line, row)| (Some(*line), row));
        for (line, row) in of_database.chain(of_file) {
            let valid_to = row.valid_to;
            spans.insert(key_of(row), Span { valid_to, line });
        }

        let mut longest: Option<(&str, Span)> = None;
        for ((id, valid_from), span) in spans {
            let before = longest.filter(|(known, _)| *known == id);
            if let Some((_, before)) = before
                && before.valid_to.is_none_or(|end| end > valid_from)
            {
                let value = |day: Option<NaiveDate>| day.map(|day| day.to_string());
                let at = match (span.line, before.line) {
                    (Some(line), _) => Some((line, "valid_from", value(Some(valid_from)))),
                    (None, Some(line)) => Some((line, "valid_to", value(before.valid_to))),
                    (None, None) => None,
                };
                if let Some((line, column, value)) = at {
                    let value = value.unwrap_or_default();
                    self.faults
                        .push(fault(line, column, Reason::Overlap, &value));
                }
            }
            if before.is_none_or(|(_, before)| span.lasts_longer_than(before)) {
                longest = Some((id, span));
            }
        }
    }

    fn check_escalations(&mut self, existing: &[Authority]) {
        let of_database = existing.iter().map(|row| row.authority_id.as_str());
        let known: HashSet<&str> = of_database
            .chain(self.ids.iter().map(String::as_str))
            .collect();
        for (line, id) in &self.escalations {
            if !known.contains(id.as_str()) {
                self.faults
                    .push(fault(*line, "escalates_to", Reason::EscalatesToUnknown, id));
            }
        }
    }

    fn sorted_faults(self) -> Vec<RowFault> {
        let mut faults = self.faults;
        let column_no = |name| COLUMNS.iter().position(|column| *column == name);
        faults.sort_by_key(|fault| (fault.line, column_no(fault.column), fault.reason));
        faults.dedup();
        faults
    }
}

fn fault(line: usize, column: &'static str, reason: Reason, value: &str) -> RowFault {
    const SHOWN: usize = 80;
    RowFault {
        line,
        column,
        reason,
        value: value.chars().take(SHOWN).collect(),
    }
}
