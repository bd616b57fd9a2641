//! Units and successions.

use std::sync::Arc;

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::{
    domain::place::{Places, Succession, Unit, UnitLevel},
    on_each_backend,
    reference::units::NotedSuccession,
    store::{
        conn::DbConn,
        schema::{unit_successions, units},
    },
};

/// So many rows go into one `INSERT`: 10 values each stay far below the limits of both databases.
const ROWS_AT_ONCE: usize = 500;

#[derive(Insertable)]
#[diesel(table_name = units, treat_none_as_default_value = false)]
struct NewUnitRow<'a> {
    level: &'a str,
    code: &'a str,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    name: &'a str,
    full_name: &'a str,
    kind: &'a str,
    province_code: &'a str,
    district_code: Option<&'a str>,
    source: &'a str,
}

impl<'a> From<&'a Unit> for NewUnitRow<'a> {
    fn from(unit: &'a Unit) -> Self {
        Self {
            level: unit.level.as_str(),
            code: &unit.code,
            valid_from: unit.valid_from,
            valid_to: unit.valid_to,
            name: &unit.name,
            full_name: &unit.full_name,
            kind: &unit.kind,
            province_code: &unit.province_code,
            district_code: unit.district_code.as_deref(),
            source: &unit.source,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = units)]
struct UnitRow {
    #[diesel(deserialize_as = String)]
    level: UnitLevel,
    code: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    name: String,
    full_name: String,
    kind: String,
    province_code: String,
    district_code: Option<String>,
    source: String,
}

impl From<UnitRow> for Unit {
    fn from(row: UnitRow) -> Self {
        Self {
            level: row.level,
            code: row.code,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            name: row.name,
            full_name: row.full_name,
            kind: Arc::from(row.kind),
            province_code: row.province_code,
            district_code: row.district_code,
            source: Arc::from(row.source),
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = unit_successions)]
struct NewSuccessionRow<'a> {
    level: &'a str,
    old_code: &'a str,
    old_valid_from: NaiveDate,
    new_code: &'a str,
    new_valid_from: NaiveDate,
    extent: &'a str,
    effective_on: NaiveDate,
    note: &'a str,
    source: &'a str,
}

impl<'a> From<&'a NotedSuccession> for NewSuccessionRow<'a> {
    fn from(noted: &'a NotedSuccession) -> Self {
        let succession = &noted.succession;
        Self {
            level: succession.level.as_str(),
            old_code: &succession.old_code,
            old_valid_from: succession.old_valid_from,
            new_code: &succession.new_code,
            new_valid_from: succession.new_valid_from,
            extent: &succession.extent,
            effective_on: succession.effective_on,
            note: &noted.note,
            source: &noted.source,
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = unit_successions)]
struct SuccessionRow {
    #[diesel(deserialize_as = String)]
    level: UnitLevel,
    old_code: String,
    old_valid_from: NaiveDate,
    new_code: String,
    new_valid_from: NaiveDate,
    extent: String,
    effective_on: NaiveDate,
}

impl From<SuccessionRow> for Succession {
    fn from(row: SuccessionRow) -> Self {
        Self {
            level: row.level,
            old_code: row.old_code,
            old_valid_from: row.old_valid_from,
            new_code: row.new_code,
            new_valid_from: row.new_valid_from,
            extent: row.extent,
            effective_on: row.effective_on,
        }
    }
}

/// All units and successions of all times.
pub fn load(conn: &mut DbConn) -> QueryResult<Places> {
    let units: Vec<UnitRow> = units::table
        .order((units::level, units::code, units::valid_from))
        .select(UnitRow::as_select())
        .load(conn)?;
    let successions: Vec<SuccessionRow> = unit_successions::table
        .order((
            unit_successions::level,
            unit_successions::old_code,
            unit_successions::new_code,
        ))
        .select(SuccessionRow::as_select())
        .load(conn)?;
    Ok(Places::new(
        units.into_iter().map(Unit::from).collect(),
        successions.into_iter().map(Succession::from).collect(),
    ))
}

/// What the successions of `unit` rest on: their sources, each once.
pub fn sources_of_succession(conn: &mut DbConn, unit: &Unit) -> QueryResult<Vec<String>> {
    unit_successions::table
        .filter(unit_successions::level.eq(unit.level.as_str()))
        .filter(unit_successions::old_code.eq(&unit.code))
        .filter(unit_successions::old_valid_from.eq(unit.valid_from))
        .order(unit_successions::source)
        .select(unit_successions::source)
        .distinct()
        .load(conn)
}

/// Adds units that are not there yet.
pub fn insert_units(conn: &mut DbConn, units: &[Unit]) -> QueryResult<()> {
    for some in units.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = some.iter().map(NewUnitRow::from).collect();
        let statement = diesel::insert_into(units::table).values(&rows);
        on_each_backend!(conn, |inner| statement.execute(inner))?;
    }
    Ok(())
}

/// Adds successions that are not there yet.
pub fn insert_successions(conn: &mut DbConn, successions: &[NotedSuccession]) -> QueryResult<()> {
    for some in successions.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = some.iter().map(NewSuccessionRow::from).collect();
        let statement = diesel::insert_into(unit_successions::table).values(&rows);
        on_each_backend!(conn, |inner| statement.execute(inner))?;
    }
    Ok(())
}
