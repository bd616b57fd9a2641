//! What refusals say of the directory.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{conn::DbConn, schema::directory_proposals};
use crate::{domain::authority::Role, ids::DirectoryProposalId, named};

named! {
    /// What became of a proposal.
    pub enum ProposalOutcome {
        /// The directory was, or will be, corrected.
        Accepted = "accepted",
        /// It is right as it is.
        Rejected = "rejected",
    }
}

/// Somebody who was told says that another authority is in charge of a place.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = directory_proposals)]
pub struct DirectoryProposal {
    /// Id.
    #[diesel(deserialize_as = String)]
    pub id: DirectoryProposalId,
    /// Receipt number of the case.
    pub receipt_no: String,
    /// The role.
    #[diesel(deserialize_as = String)]
    pub role: Role,
    /// Today's code of the commune of the accident; empty abroad.
    pub commune_code: String,
    /// Its province.
    pub province_code: String,
    /// Who was told, as the directory says.
    pub authority_id: String,
    /// Who is in charge, as they say; `None` where they do not know.
    pub belongs_to: Option<String>,
    /// When, in UTC.
    pub proposed_at: NaiveDateTime,
    /// When it was settled, in UTC.
    pub settled_at: Option<NaiveDateTime>,
    /// How.
    pub outcome: Option<String>,
    /// By whom.
    pub settled_by: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Notes a proposal.
pub fn insert(conn: &mut DbConn, new: &DirectoryProposal) -> QueryResult<()> {
    diesel::insert_into(directory_proposals::table)
        .values((
            directory_proposals::id.eq(new.id.as_str()),
            directory_proposals::receipt_no.eq(&new.receipt_no),
            directory_proposals::role.eq(new.role.as_str()),
            directory_proposals::commune_code.eq(&new.commune_code),
            directory_proposals::province_code.eq(&new.province_code),
            directory_proposals::authority_id.eq(&new.authority_id),
            directory_proposals::belongs_to.eq(new.belongs_to.as_deref()),
            directory_proposals::proposed_at.eq(new.proposed_at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The proposals that wait, the oldest first, at most `limit`; of one province where one is given.
pub fn waiting(
    conn: &mut DbConn,
    province: Option<&str>,
    limit: i64,
) -> QueryResult<Vec<DirectoryProposal>> {
    let mut query = directory_proposals::table
        .filter(directory_proposals::settled_at.is_null())
        .order((directory_proposals::proposed_at, directory_proposals::id))
        .limit(limit)
        .select(DirectoryProposal::as_select())
        .into_boxed();
    if let Some(code) = province {
        query = query.filter(directory_proposals::province_code.eq(code.to_owned()));
    }
    query.load(conn)
}

/// The proposal `id`.
pub fn find(conn: &mut DbConn, id: &DirectoryProposalId) -> QueryResult<Option<DirectoryProposal>> {
    directory_proposals::table
        .find(id.as_str())
        .select(DirectoryProposal::as_select())
        .first(conn)
        .optional()
}

/// Settles a proposal; `false` where somebody was faster.
pub fn settle(
    conn: &mut DbConn,
    id: &DirectoryProposalId,
    outcome: ProposalOutcome,
    (by, reason): (&str, &str),
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let waits = directory_proposals::table
        .find(id.as_str())
        .filter(directory_proposals::settled_at.is_null());
    let changed = diesel::update(waits)
        .set((
            directory_proposals::settled_at.eq(now.naive_utc()),
            directory_proposals::outcome.eq(outcome.as_str()),
            directory_proposals::settled_by.eq(by),
            directory_proposals::reason.eq(reason),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
