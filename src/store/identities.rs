//! Who people are at OpenID providers, and who was sent to one and has not come back yet.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{identities, oidc_visits},
};
use crate::{
    domain::account::OidcPurpose,
    ids::{AccountId, IdentityId, LinkId, SessionId},
    on_each_backend,
};

/// Who a person is at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Id, shown in lists and used to unlink it.
    pub id: IdentityId,
    /// Whose.
    pub account_id: AccountId,
    /// What the settings called the provider when it was linked.
    pub provider: String,
    /// The provider's address.
    pub issuer: String,
    /// Keyed hash of the provider's name for the person.
    pub subject_hash: String,
    /// Whether the provider vouched for two factors when it was last used.
    pub two_factors: bool,
    /// Since when.
    pub linked_at: DateTime<Utc>,
    /// When somebody last signed in by it.
    pub used_at: Option<DateTime<Utc>>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = identities)]
struct IdentityRow {
    id: String,
    account_id: String,
    provider: String,
    issuer: String,
    subject_hash: String,
    two_factors: bool,
    linked_at: NaiveDateTime,
    used_at: Option<NaiveDateTime>,
}

impl From<IdentityRow> for Identity {
    fn from(row: IdentityRow) -> Self {
        Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            provider: row.provider,
            issuer: row.issuer,
            subject_hash: row.subject_hash,
            two_factors: row.two_factors,
            linked_at: row.linked_at.and_utc(),
            used_at: row.used_at.map(|at| at.and_utc()),
        }
    }
}

/// Links an identity to its account; `false` where it is linked to one already.
pub fn insert(conn: &mut DbConn, identity: &Identity) -> QueryResult<bool> {
    let row = (
        identities::id.eq(identity.id.as_str()),
        identities::account_id.eq(identity.account_id.as_str()),
        identities::provider.eq(&identity.provider),
        identities::issuer.eq(&identity.issuer),
        identities::subject_hash.eq(&identity.subject_hash),
        identities::two_factors.eq(identity.two_factors),
        identities::linked_at.eq(identity.linked_at.naive_utc()),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(identities::table)
        .values(row)
        .on_conflict((identities::issuer, identities::subject_hash))
        .do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// The identity of this name at this provider.
pub fn find(conn: &mut DbConn, issuer: &str, subject_hash: &str) -> QueryResult<Option<Identity>> {
    let row: Option<IdentityRow> = identities::table
        .filter(identities::issuer.eq(issuer))
        .filter(identities::subject_hash.eq(subject_hash))
        .select(IdentityRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Identity::from))
}

/// The identities of an account, the oldest first.
pub fn of_account(conn: &mut DbConn, account: &AccountId) -> QueryResult<Vec<Identity>> {
    let rows: Vec<IdentityRow> = identities::table
        .filter(identities::account_id.eq(account.as_str()))
        .order((identities::linked_at, identities::id))
        .select(IdentityRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Identity::from).collect())
}

/// Notes that somebody signed in by an identity, and what the provider vouched for; `false` where it was
/// unlinked meanwhile.
pub fn note_use(
    conn: &mut DbConn,
    id: &IdentityId,
    two_factors: bool,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let used_at = identities::used_at.eq(now.naive_utc());
    let found = diesel::update(identities::table.find(id.as_str()));
    // What was once a second factor protects against adding another, also when the provider asked for
    // one factor this time.
    let changed = if two_factors {
        found
            .set((identities::two_factors.eq(true), used_at))
            .execute(conn)?
    } else {
        found.set(used_at).execute(conn)?
    };
    Ok(changed == 1)
}

/// Unlinks an identity of this account; `false` where it has none by that id.
pub fn remove(conn: &mut DbConn, account: &AccountId, id: &IdentityId) -> QueryResult<bool> {
    let mine = identities::table
        .find(id.as_str())
        .filter(identities::account_id.eq(account.as_str()));
    Ok(diesel::delete(mine).execute(conn)? == 1)
}

/// Unlinks every identity of an account.
pub fn remove_all(conn: &mut DbConn, account: &AccountId) -> QueryResult<()> {
    let all = identities::table.filter(identities::account_id.eq(account.as_str()));
    diesel::delete(all).execute(conn).map(|_| ())
}

/// Somebody who was sent to a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Hash of what comes back with the browser.
    pub state_hash: String,
    /// Hash of the cookie that the browser was given.
    pub browser_hash: String,
    /// What the settings call the provider.
    pub provider: String,
    /// Why.
    pub purpose: OidcPurpose,
    /// The session of whoever links.
    pub session_id: Option<SessionId>,
    /// The invitation that is accepted.
    pub link_id: Option<LinkId>,
    /// Where the browser goes on: a path of ours.
    pub return_to: Option<String>,
    /// Until when they must be back.
    pub expires_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = oidc_visits)]
struct VisitRow {
    state_hash: String,
    browser_hash: String,
    provider: String,
    purpose: String,
    session_id: Option<String>,
    link_id: Option<String>,
    return_to: Option<String>,
    expires_at: NaiveDateTime,
}

/// Remembers who is sent to a provider.
pub fn add_visit(conn: &mut DbConn, visit: &Visit) -> QueryResult<()> {
    diesel::insert_into(oidc_visits::table)
        .values((
            oidc_visits::state_hash.eq(&visit.state_hash),
            oidc_visits::browser_hash.eq(&visit.browser_hash),
            oidc_visits::provider.eq(&visit.provider),
            oidc_visits::purpose.eq(visit.purpose.as_str()),
            oidc_visits::session_id.eq(visit.session_id.as_ref().map(SessionId::as_str)),
            oidc_visits::link_id.eq(visit.link_id.as_ref().map(LinkId::as_str)),
            oidc_visits::return_to.eq(visit.return_to.as_deref()),
            oidc_visits::expires_at.eq(visit.expires_at.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Who was sent with this state, which is used up. Of two requests with one state, one finds it.
pub fn take_visit(conn: &mut DbConn, state_hash: &str) -> QueryResult<Option<Visit>> {
    let row: Option<VisitRow> = oidc_visits::table
        .find(state_hash)
        .select(VisitRow::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else {
        return Ok(None);
    };
    if diesel::delete(oidc_visits::table.find(state_hash)).execute(conn)? != 1 {
        return Ok(None);
    }
    let unknown = |why: crate::domain::names::UnknownName| {
        diesel::result::Error::DeserializationError(why.into())
    };
    Ok(Some(Visit {
        state_hash: row.state_hash,
        browser_hash: row.browser_hash,
        provider: row.provider,
        purpose: OidcPurpose::try_from(row.purpose).map_err(unknown)?,
        session_id: row.session_id.map(SessionId::from),
        link_id: row.link_id.map(LinkId::from),
        return_to: row.return_to,
        expires_at: row.expires_at.and_utc(),
    }))
}
