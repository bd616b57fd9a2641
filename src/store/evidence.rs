//! What proves the duties of L91/2025 Art. 19.2. The newest row of a duty counts.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{cases::unknown, conn::DbConn, schema::duty_evidence as evidence};
use crate::{domain::duties::evidence::LegalDuty, ids::EvidenceId};

/// What proves a duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Id; sorts by time.
    pub id: EvidenceId,
    /// Which duty.
    pub duty: LegalDuty,
    /// When it was done.
    pub done_on: NaiveDate,
    /// Until when that counts.
    pub due_on: NaiveDate,
    /// The document, or the channel.
    pub reference: String,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
    /// By whom.
    pub noted_by: String,
    /// The authority whose duty it is; `None` is the operator's.
    pub authority_id: Option<String>,
}

type Row = (
    String,
    String,
    NaiveDate,
    NaiveDate,
    String,
    NaiveDateTime,
    String,
    Option<String>,
);

/// Adds a proof.
pub fn insert(conn: &mut DbConn, new: &Evidence) -> QueryResult<()> {
    diesel::insert_into(evidence::table)
        .values((
            evidence::id.eq(new.id.as_str()),
            evidence::duty.eq(new.duty.as_str()),
            evidence::done_on.eq(new.done_on),
            evidence::due_on.eq(new.due_on),
            evidence::reference.eq(&new.reference),
            evidence::noted_at.eq(new.noted_at.naive_utc()),
            evidence::noted_by.eq(&new.noted_by),
            evidence::authority_id.eq(new.authority_id.as_deref()),
        ))
        .execute(conn)
        .map(|_| ())
}

fn read(row: Row) -> QueryResult<Evidence> {
    let (id, duty, done_on, due_on, reference, noted_at, noted_by, authority_id) = row;
    Ok(Evidence {
        id: id.into(),
        duty: LegalDuty::try_from(duty).map_err(unknown)?,
        done_on,
        due_on,
        reference,
        noted_at: noted_at.and_utc(),
        noted_by,
        authority_id,
    })
}

/// The newest proof of a duty of the operator.
pub fn of_operator(conn: &mut DbConn, duty: LegalDuty) -> QueryResult<Option<Evidence>> {
    let row: Option<Row> = evidence::table
        .filter(evidence::duty.eq(duty.as_str()))
        .filter(evidence::authority_id.is_null())
        .order(evidence::id.desc())
        .first(conn)
        .optional()?;
    row.map(read).transpose()
}

/// The newest proof of each duty of each authority, and of the operator; the oldest first.
pub fn newest(conn: &mut DbConn) -> QueryResult<Vec<Evidence>> {
    let ids: Vec<Option<String>> = evidence::table
        .group_by((evidence::duty, evidence::authority_id))
        .select(diesel::dsl::max(evidence::id))
        .load(conn)?;
    let rows: Vec<Row> = evidence::table
        .filter(evidence::id.eq_any(ids.into_iter().flatten()))
        .order(evidence::id)
        .load(conn)?;
    rows.into_iter().map(read).collect()
}
