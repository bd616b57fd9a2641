//! What proves the duties of L91/2025 Art. 19.2. The newest row of a duty counts.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{cases::unknown, conn::DbConn, schema::duty_evidence as evidence};
use crate::{
    domain::duties::evidence::{DutyStatus, LegalDuty, status},
    ids::EvidenceId,
};

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

/// The newest proof of a duty of this authority; `None` is the operator.
pub fn latest(
    conn: &mut DbConn,
    duty: LegalDuty,
    authority: Option<&str>,
) -> QueryResult<Option<Evidence>> {
    let mut query = evidence::table
        .filter(evidence::duty.eq(duty.as_str()))
        .order(evidence::id.desc())
        .into_boxed();
    query = match authority {
        Some(id) => query.filter(evidence::authority_id.eq(id)),
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

/// The newest proof of each duty of each authority that is due again on `today`.
pub fn overdue(conn: &mut DbConn, today: NaiveDate) -> QueryResult<Vec<Evidence>> {
    let proven: Vec<(String, Option<String>)> = evidence::table
        .select((evidence::duty, evidence::authority_id))
        .distinct()
        .order((evidence::duty, evidence::authority_id))
        .load(conn)?;
    let mut found = Vec::new();
    for (duty, authority) in proven {
        let duty = LegalDuty::try_from(duty).map_err(unknown)?;
        found.extend(
            latest(conn, duty, authority.as_deref())?
                .filter(|one| status(Some(one.due_on), today) == DutyStatus::Overdue),
        );
    }
    Ok(found)
}
