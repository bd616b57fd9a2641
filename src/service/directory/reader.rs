//! Reads the directory's CSV without losing a single fault: what is wrong is noted, and the
//! reading goes on.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::{
    domain::{
        authority::{Authority, Level, Role},
        declaration::Sector,
        place::{NoUnit, Places, UnitLevel},
        validators,
    },
    service::{
        directory::{COLUMNS, Reason, RowFault, fault},
        lines::{Lines, without_mark},
    },
    store::authorities::entries,
    text::{is_one_visible_line, nfc},
};

/// A file as read.
#[derive(Default)]
pub(super) struct Read {
    /// Rows without a fault of their own, each with its line.
    pub rows: Vec<(usize, Authority)>,
    /// Every id that stands in the file, also in rows with faults.
    pub ids: HashSet<String>,
    /// Every `escalates_to` that stands in the file, with its line.
    pub escalations: Vec<(usize, String)>,
    /// What is wrong with rows, each looked at alone.
    pub faults: Vec<RowFault>,
}

/// Longest id and telephone number, and longest other text, in characters.
const SHORT: usize = 100;
const LONG: usize = 500;

/// Reads a file; territory codes are read in `places`.
pub(super) fn read(csv: &[u8], places: &Places) -> Read {
    let csv = without_mark(csv);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(csv);
    let mut lines = Lines::of(csv);
    let mut read = Read::default();
    let mut record = csv::ByteRecord::new();

    let has_header = reader.read_byte_record(&mut record).unwrap_or(false)
        && record.iter().eq(COLUMNS.map(str::as_bytes));
    if !has_header {
        let reason = match str::from_utf8(record.as_slice()) {
            Ok(_) => Reason::WrongHeader,
            Err(_) => Reason::NotUtf8,
        };
        read.faults.push(fault(1, "", reason, ""));
        return read;
    }
    // Reading bytes from memory without asking for equal lengths cannot fail.
    while reader.read_byte_record(&mut record).unwrap_or(false) {
        let line = lines.at(record.position());
        if record.len() == COLUMNS.len() {
            Row::of(line, &record).read(places, &mut read);
        } else {
            read.faults.push(fault(line, "", Reason::FieldCount, ""));
            let id = record.get(0).and_then(|id| str::from_utf8(id).ok());
            read.ids.extend(id.map(|id| nfc(id.trim())));
        }
    }
    read
}

/// One row while it is read.
struct Row<'a> {
    line: usize,
    /// `None` where the bytes are no text; that fault is noted already.
    cells: [Option<&'a str>; COLUMNS.len()],
    faults: Vec<RowFault>,
}

impl<'a> Row<'a> {
    fn of(line: usize, record: &'a csv::ByteRecord) -> Self {
        let mut faults = Vec::new();
        let cells = std::array::from_fn(|at| {
            let text = record.get(at).and_then(|cell| str::from_utf8(cell).ok());
            if text.is_none() {
                faults.push(fault(line, COLUMNS[at], Reason::NotUtf8, ""));
            }
            text.map(str::trim)
        });
        Self {
            line,
            cells,
            faults,
        }
    }

    /// Reads every cell, whatever is wrong with the others.
    fn read(mut self, places: &Places, read: &mut Read) {
        let authority_id = self.text(0, SHORT, true);
        let role = self.choice(1, Role::parse, Reason::UnknownRole);
        let name = self.text(2, LONG, true);
        let level = self.choice(3, Level::parse, Reason::UnknownLevel);
        let territory_code = self.text(4, SHORT, true);
        let valid_from = self.day(5, true);
        let valid_to = self.day(6, false);
        let emails = self.emails(7);
        let phone = self.text(8, SHORT, false);
        let escalates_to = self.text(9, SHORT, false).filter(|id| !id.is_empty());
        let sectors = self.sectors(10, role);

        if let (Some(from), Some(to)) = (valid_from, valid_to)
            && to <= from
        {
            self.note(6, Reason::EndsBeforeStart);
        }
        if let (Some(level), Some(code)) = (level, &territory_code) {
            self.territory(level, code, valid_from, places);
        }
        if escalates_to.is_some() && escalates_to == authority_id {
            self.note(9, Reason::EscalatesToItself);
        }

        read.ids.extend(authority_id.clone());
        read.escalations
            .extend(escalates_to.clone().map(|id| (self.line, id)));
        if !self.faults.is_empty() {
            read.faults.append(&mut self.faults);
            return;
        }
        if let (Some(authority_id), Some(role), Some(name), Some(level)) =
            (authority_id, role, name, level)
            && let (Some(territory_code), Some(valid_from), Some(phone)) =
                (territory_code, valid_from, phone)
        {
            let authority = Authority {
                authority_id,
                role,
                name,
                level,
                territory_code,
                valid_from,
                valid_to,
                emails,
                phone,
                escalates_to,
                sectors,
            };
            read.rows.push((self.line, authority));
        }
    }

    fn note(&mut self, column: usize, reason: Reason) {
        let value = self.cells[column].unwrap_or_default();
        self.faults
            .push(fault(self.line, COLUMNS[column], reason, value));
    }

    /// A text in NFC; `None` after a fault. An optional text may be empty.
    fn text(&mut self, column: usize, longest: usize, required: bool) -> Option<String> {
        let cell = self.cells[column]?;
        let wrong = if required && cell.is_empty() {
            Some(Reason::Required)
        } else if !is_one_visible_line(cell) {
            Some(Reason::BadCharacters)
        } else if cell.chars().count() > longest {
            Some(Reason::TooLong)
        } else {
            None
        };
        match wrong {
            Some(reason) => {
                self.note(column, reason);
                None
            }
            None => Some(nfc(cell)),
        }
    }

    fn choice<T>(
        &mut self,
        column: usize,
        parse: impl Fn(&str) -> Option<T>,
        unknown: Reason,
    ) -> Option<T> {
        let cell = self.cells[column]?;
        let choice = parse(cell);
        if choice.is_none() {
            let reason = match cell {
                "" => Reason::Required,
                _ => unknown,
            };
            self.note(column, reason);
        }
        choice
    }

    /// A day; `None` where an optional one is empty, or after a fault.
    fn day(&mut self, column: usize, required: bool) -> Option<NaiveDate> {
        let cell = self.cells[column]?;
        if cell.is_empty() {
            if required {
                self.note(column, Reason::Required);
            }
            return None;
        }
        let day = NaiveDate::parse_from_str(cell, "%Y-%m-%d")
            .ok()
            .filter(|day| day.to_string() == cell);
        if day.is_none() {
            self.note(column, Reason::NotADate);
        }
        day
    }

    fn emails(&mut self, column: usize) -> Vec<String> {
        let Some(cell) = self.cells[column] else {
            return Vec::new();
        };
        let mut emails = Vec::<String>::new();
        for email in entries(cell).map(str::trim) {
            if validators::email(email).is_none() {
                self.note_entry(column, Reason::Email, email);
            } else if emails.iter().any(|known| known == email) {
                self.note_entry(column, Reason::Repeated, email);
            } else {
                emails.push(email.to_owned());
            }
        }
        if entries(cell).next().is_none() {
            self.note(column, Reason::Required);
        } else if cell.chars().count() > LONG {
            self.note(column, Reason::TooLong);
        }
        emails
    }

    fn sectors(&mut self, column: usize, role: Option<Role>) -> Vec<Sector> {
        let Some(cell) = self.cells[column] else {
            return Vec::new();
        };
        let mut sectors = Vec::new();
        for name in entries(cell).map(str::trim) {
            let special = Sector::parse(name).filter(|sector| *sector != Sector::Ordinary);
            match special {
                None => self.note_entry(column, Reason::UnknownSector, name),
                Some(sector) if sectors.contains(&sector) => {
                    self.note_entry(column, Reason::Repeated, name);
                }
                Some(sector) => sectors.push(sector),
            }
        }
        match role {
            Some(Role::LineMinistry) if entries(cell).next().is_none() => {
                self.note(column, Reason::SectorsRequired);
            }
            Some(Role::LineMinistry) | None => {}
            Some(_) if !cell.is_empty() => self.note(column, Reason::SectorsNotAllowed),
            Some(_) => {}
        }
        sectors
    }

    fn note_entry(&mut self, column: usize, reason: Reason, entry: &str) {
        self.faults
            .push(fault(self.line, COLUMNS[column], reason, entry));
    }

    /// The code must name a unit of that level on the row's first day.
    fn territory(
        &mut self,
        level: Level,
        code: &str,
        valid_from: Option<NaiveDate>,
        places: &Places,
    ) {
        const COLUMN: usize = 4;
        let Some(unit_level) = level.unit_level() else {
            if code != "VN" {
                self.note(COLUMN, Reason::LevelAndCode);
            }
            return;
        };
        if UnitLevel::of_code(code) != Some(unit_level) {
            self.note(COLUMN, Reason::LevelAndCode);
            return;
        }
        let found = match valid_from {
            Some(day) => places.unit_on(unit_level, code, day).map(|_| ()),
            None if places.exists_ever(unit_level, code) => Ok(()),
            None => Err(NoUnit::Unknown),
        };
        match found {
            Ok(()) => {}
            Err(NoUnit::Unknown) => self.note(COLUMN, Reason::TerritoryUnknown),
            Err(NoUnit::NotInForce) => self.note(COLUMN, Reason::TerritoryNotInForce),
        }
    }
}
