//! What went along each time that a case went to others. Rows are added, and emptied with their case.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{transfer_givers, transfers},
};
use crate::{
    domain::inventory::MovedBecause,
    ids::{CaseId, TransferId},
    insert_rows, on_each_backend,
    sealing::Sealed,
};

/// A time that a case went to others.
#[derive(Debug, Clone)]
pub struct StoredTransfer {
    /// Id; sorts by time.
    pub id: TransferId,
    /// The case.
    pub case_id: CaseId,
    /// The version of the case after it.
    pub case_version: i32,
    /// When.
    pub moved_at: DateTime<Utc>,
    /// Why.
    pub because: MovedBecause,
    /// Who, and what went along: JSON; `None` once the case was destroyed.
    pub record: Option<Sealed>,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = transfers, treat_none_as_default_value = false)]
struct TransferRow {
    id: String,
    case_id: String,
    case_version: i32,
    moved_at: NaiveDateTime,
    because: String,
    record: Option<String>,
}

impl TryFrom<TransferRow> for StoredTransfer {
    type Error = diesel::result::Error;

    fn try_from(row: TransferRow) -> QueryResult<Self> {
        Ok(Self {
            because: row.because.try_into().map_err(unknown)?,
            id: row.id.into(),
            case_id: row.case_id.into(),
            case_version: row.case_version,
            moved_at: row.moved_at.and_utc(),
            record: row.record.map(Sealed::from),
        })
    }
}

#[derive(Insertable)]
#[diesel(table_name = transfer_givers)]
struct GiverRow {
    transfer_id: String,
    audience: String,
}

/// Adds one, given by those who had the case.
pub fn insert(
    conn: &mut DbConn,
    new: &StoredTransfer,
    givers: &BTreeSet<String>,
) -> QueryResult<()> {
    let row = TransferRow {
        id: new.id.to_string(),
        case_id: new.case_id.to_string(),
        case_version: new.case_version,
        moved_at: new.moved_at.naive_utc(),
        because: new.because.to_string(),
        record: new.record.clone().map(Sealed::into_stored),
    };
    on_each_backend!(conn, |inner| diesel::insert_into(transfers::table)
        .values(row)
        .execute(inner))?;
    let of = |audience: &String| GiverRow {
        transfer_id: new.id.to_string(),
        audience: audience.clone(),
    };
    let rows: Vec<GiverRow> = givers.iter().map(of).collect();
    if rows.is_empty() {
        return Ok(());
    }
    insert_rows!(conn, rows, |values| diesel::insert_into(
        transfer_givers::table
    )
    .values(values))?;
    Ok(())
}

/// Those of a case, the oldest first; where `given_by` is there, only those that one of these audiences gave.
pub fn of_case(
    conn: &mut DbConn,
    case: &CaseId,
    given_by: Option<&BTreeSet<String>>,
) -> QueryResult<Vec<StoredTransfer>> {
    let of_case = transfers::table.filter(transfers::case_id.eq(case.as_str()));
    let order = (transfers::case_version, transfers::id);
    let rows: Vec<TransferRow> = match given_by {
        None => of_case
            .order(order)
            .select(TransferRow::as_select())
            .load(conn)?,
        Some(audiences) => {
            let given = transfer_givers::table
                .filter(transfer_givers::audience.eq_any(audiences.iter().cloned()))
                .select(transfer_givers::transfer_id);
            of_case
                .filter(transfers::id.eq_any(given))
                .order(order)
                .select(TransferRow::as_select())
                .load(conn)?
        }
    };
    rows.into_iter().map(StoredTransfer::try_from).collect()
}

/// Empties the lists of a case that is destroyed. That it went, when and why stays.
pub fn empty(conn: &mut DbConn, case: &str) -> QueryResult<()> {
    diesel::update(transfers::table.filter(transfers::case_id.eq(case)))
        .set(transfers::record.eq(None::<String>))
        .execute(conn)?;
    Ok(())
}
