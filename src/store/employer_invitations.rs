//! Invitations to act for an employer.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{cases::unknown, conn::DbConn, schema::employer_invitations};
use crate::{
    domain::employer::people::{Invitation, InvitationOutcome, PersonRole},
    ids::{AccountId, EmployerId, InvitationId},
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = employer_invitations, treat_none_as_default_value = false)]
struct InvitationRow {
    id: String,
    employer_id: String,
    email: String,
    full_name: String,
    role: String,
    invited_by: String,
    made_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    settled_as: Option<String>,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = diesel::result::Error;

    fn try_from(row: InvitationRow) -> QueryResult<Self> {
        let settled_as = row.settled_as.map(InvitationOutcome::try_from);
        Ok(Self {
            id: row.id.into(),
            employer: row.employer_id.into(),
            email: row.email,
            full_name: row.full_name,
            role: PersonRole::try_from(row.role).map_err(unknown)?,
            invited_by: row.invited_by.into(),
            made_at: row.made_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            settled_as: settled_as.transpose().map_err(unknown)?,
        })
    }
}

fn read_all(rows: Vec<InvitationRow>) -> QueryResult<Vec<Invitation>> {
    rows.into_iter().map(Invitation::try_from).collect()
}

/// Adds an invitation.
pub fn insert(conn: &mut DbConn, invitation: &Invitation) -> QueryResult<()> {
    let row = InvitationRow {
        id: invitation.id.to_string(),
        employer_id: invitation.employer.to_string(),
        email: invitation.email.clone(),
        full_name: invitation.full_name.clone(),
        role: invitation.role.to_string(),
        invited_by: invitation.invited_by.to_string(),
        made_at: invitation.made_at.naive_utc(),
        expires_at: invitation.expires_at.naive_utc(),
        settled_as: invitation.settled_as.map(|outcome| outcome.to_string()),
    };
    diesel::insert_into(employer_invitations::table)
        .values(row)
        .execute(conn)
        .map(|_| ())
}

/// The invitation `id`.
pub fn find(conn: &mut DbConn, id: &InvitationId) -> QueryResult<Option<Invitation>> {
    let row: Option<InvitationRow> = employer_invitations::table
        .find(id.as_str())
        .select(InvitationRow::as_select())
        .first(conn)
        .optional()?;
    row.map(Invitation::try_from).transpose()
}

/// The invitations of an employer that are open at `now`, the oldest first.
pub fn open_of(
    conn: &mut DbConn,
    employer: &EmployerId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Invitation>> {
    let rows: Vec<InvitationRow> = employer_invitations::table
        .filter(employer_invitations::employer_id.eq(employer.as_str()))
        .filter(employer_invitations::settled_as.is_null())
        .filter(employer_invitations::expires_at.gt(now.naive_utc()))
        .order(employer_invitations::id)
        .select(InvitationRow::as_select())
        .load(conn)?;
    read_all(rows)
}

/// The invitations of an address that are open at `now`, the oldest first.
pub fn open_for(
    conn: &mut DbConn,
    email: &str,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Invitation>> {
    let rows: Vec<InvitationRow> = employer_invitations::table
        .filter(employer_invitations::email.eq(email))
        .filter(employer_invitations::settled_as.is_null())
        .filter(employer_invitations::expires_at.gt(now.naive_utc()))
        .order(employer_invitations::id)
        .select(InvitationRow::as_select())
        .load(conn)?;
    read_all(rows)
}

/// Takes back every open invitation of an employer that this account made or that would bring it back.
pub fn withdraw_of(
    conn: &mut DbConn,
    employer: &EmployerId,
    account: &AccountId,
    email: &str,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let open = employer_invitations::table
        .filter(employer_invitations::employer_id.eq(employer.as_str()))
        .filter(employer_invitations::settled_as.is_null())
        .filter(
            employer_invitations::invited_by
                .eq(account.as_str())
                .or(employer_invitations::email.eq(email)),
        );
    diesel::update(open)
        .set((
            employer_invitations::settled_as.eq(InvitationOutcome::Withdrawn.as_str()),
            employer_invitations::settled_at.eq(now.naive_utc()),
        ))
        .execute(conn)
}

/// Ends an invitation; `false` where somebody else was faster.
pub fn settle(
    conn: &mut DbConn,
    id: &InvitationId,
    outcome: InvitationOutcome,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let open = employer_invitations::table
        .find(id.as_str())
        .filter(employer_invitations::settled_as.is_null());
    let changed = diesel::update(open)
        .set((
            employer_invitations::settled_as.eq(outcome.as_str()),
            employer_invitations::settled_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
