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

/// The newest proof of a duty of one of these authorities; of the operator where `of` is `None`.
pub fn latest(
    conn: &mut DbConn,
    duty: LegalDuty,
    of: Option<&[String]>,
) -> QueryResult<Option<Evidence>> {
    let mut query = evidence::table
        .filter(evidence::duty.eq(duty.as_str()))
        .order(evidence::id.desc())
        .into_boxed();
    query = match of {
        Some(ids) => query.filter(evidence::authority_id.eq_any(ids)),
        None => query.filter(evidence::authority_id.is_null()),
    };
    let row: Option<Row> = query.first(conn).optional()?;
    row.map(
        |(id, duty, done_on, due_on, reference, noted_at, noted_by, authority_id)| {
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
        },
    )
    .transpose()
}

/// The authorities that have ever proved something.
pub fn authorities(conn: &mut DbConn) -> QueryResult<Vec<String>> {
    let ids: Vec<Option<String>> = evidence::table
        .filter(evidence::authority_id.is_not_null())
        .select(evidence::authority_id)
        .distinct()
        .load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}
