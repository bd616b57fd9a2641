//! Proposals to change the law, and what became of them.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{cases::unknown, conn::DbConn, schema::rule_proposals};
use crate::{
    ids::{CallerId, ProposalId},
    named, on_each_backend,
};

named! {
    /// What became of a proposal.
    pub enum ProposalStatus {
        /// It waits for a second person.
        Proposed = "proposed",
        /// It was approved, and counts.
        Approved = "approved",
        /// It was turned down.
        Rejected = "rejected",
        /// Whoever proposed it took it back.
        Withdrawn = "withdrawn",
        /// Nobody settled it in time.
        Expired = "expired",
    }
}

/// A proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Id.
    pub id: ProposalId,
    /// When it was made.
    pub proposed_at: DateTime<Utc>,
    /// By whom: the account, else the token.
    pub proposed_by: CallerId,
    /// Its name.
    pub proposer: String,
    /// Why.
    pub reason: String,
    /// The changes as they were sent, as JSON.
    pub changes: String,
    /// What they would alter, as JSON.
    pub effect: String,
    /// The revision of the law that it was made for.
    pub law_revision: i64,
    /// From then on it is no longer approved.
    pub expires_at: DateTime<Utc>,
    /// What became of it; one that has expired may still say that it waits.
    pub status: ProposalStatus,
    /// When, by whom, its name, why.
    pub settled: Option<Settled>,
}

/// How a proposal was settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: CallerId,
    /// Its name.
    pub name: String,
    /// Why.
    pub reason: Option<String>,
}

impl Proposal {
    /// What has become of it at `now`.
    pub fn status_at(&self, now: DateTime<Utc>) -> ProposalStatus {
        if self.status == ProposalStatus::Proposed && self.expires_at <= now {
            ProposalStatus::Expired
        } else {
            self.status
        }
    }
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = rule_proposals, treat_none_as_default_value = false)]
struct ProposalRow {
    id: String,
    proposed_at: NaiveDateTime,
    proposed_by: String,
    proposer: String,
    reason: String,
    changes: String,
    effect: String,
    law_revision: i64,
    expires_at: NaiveDateTime,
    status: String,
    settled_at: Option<NaiveDateTime>,
    settled_by: Option<String>,
    settler: Option<String>,
    settled_because: Option<String>,
}

impl TryFrom<ProposalRow> for Proposal {
    type Error = diesel::result::Error;

    fn try_from(row: ProposalRow) -> QueryResult<Self> {
        let settled = row.settled_at.zip(row.settled_by).map(|(at, by)| Settled {
            at: at.and_utc(),
            by: by.into(),
            name: row.settler.unwrap_or_default(),
            reason: row.settled_because,
        });
        Ok(Self {
            id: row.id.into(),
            proposed_at: row.proposed_at.and_utc(),
            proposed_by: row.proposed_by.into(),
            proposer: row.proposer,
            reason: row.reason,
            changes: row.changes,
            effect: row.effect,
            law_revision: row.law_revision,
            expires_at: row.expires_at.and_utc(),
            status: ProposalStatus::try_from(row.status).map_err(unknown)?,
            settled,
        })
    }
}

/// Adds a proposal that waits.
pub fn insert(conn: &mut DbConn, proposal: &Proposal) -> QueryResult<()> {
    let row = ProposalRow {
        id: proposal.id.to_string(),
        proposed_at: proposal.proposed_at.naive_utc(),
        proposed_by: proposal.proposed_by.to_string(),
        proposer: proposal.proposer.clone(),
        reason: proposal.reason.clone(),
        changes: proposal.changes.clone(),
        effect: proposal.effect.clone(),
        law_revision: proposal.law_revision,
        expires_at: proposal.expires_at.naive_utc(),
        status: proposal.status.to_string(),
        settled_at: None,
        settled_by: None,
        settler: None,
        settled_because: None,
    };
    on_each_backend!(conn, |inner| diesel::insert_into(rule_proposals::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

/// The proposal `id`.
pub fn find(conn: &mut DbConn, id: &ProposalId) -> QueryResult<Option<Proposal>> {
    rule_proposals::table
        .find(id.as_str())
        .select(ProposalRow::as_select())
        .first(conn)
        .optional()?
        .map(Proposal::try_from)
        .transpose()
}

/// Proposals, the newest first, `limit` of them before `before`.
pub fn list(
    conn: &mut DbConn,
    before: Option<&ProposalId>,
    limit: i64,
) -> QueryResult<Vec<Proposal>> {
    let mut query = rule_proposals::table.into_boxed();
    if let Some(before) = before {
        query = query.filter(rule_proposals::id.lt(before.as_str()));
    }
    let rows: Vec<ProposalRow> = query
        .order(rule_proposals::id.desc())
        .limit(limit)
        .select(ProposalRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Proposal::try_from).collect()
}

/// Settles a proposal that waits; `false` where somebody else was faster.
pub fn settle(
    conn: &mut DbConn,
    id: &ProposalId,
    status: ProposalStatus,
    settled: &Settled,
) -> QueryResult<bool> {
    let waiting = rule_proposals::table
        .filter(rule_proposals::id.eq(id.as_str()))
        .filter(rule_proposals::status.eq(ProposalStatus::Proposed.as_str()));
    let changed = diesel::update(waiting)
        .set((
            rule_proposals::status.eq(status.as_str()),
            rule_proposals::settled_at.eq(settled.at.naive_utc()),
            rule_proposals::settled_by.eq(settled.by.as_str()),
            rule_proposals::settler.eq(&settled.name),
            rule_proposals::settled_because.eq(&settled.reason),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
