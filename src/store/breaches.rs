//! Breaches of the protection of personal data. What people wrote is sealed by the caller.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{cases::unknown, conn::DbConn, schema::breaches};
use crate::{
    domain::duties::{Limit, breach::BreachStatus},
    ids::BreachId,
    sealing::Sealed,
};

/// A breach as the register keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredBreach {
    /// Id.
    pub id: BreachId,
    /// Where it stands.
    pub status: BreachStatus,
    /// When it was discovered.
    pub discovered_at: DateTime<Utc>,
    /// When it was registered.
    pub opened_at: DateTime<Utc>,
    /// By whom.
    pub opened_by: String,
    /// When the authority was notified.
    pub notified_at: Option<DateTime<Utc>>,
    /// Its end.
    pub closed_at: Option<DateTime<Utc>>,
    /// The 72 hours.
    pub limit: Limit,
    /// Sealed.
    pub content: Sealed,
    /// The authority in whose post it was registered; `None` is the operator's.
    pub authority_id: Option<String>,
}

#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = breaches, treat_none_as_null = true, treat_none_as_default_value = false)]
struct BreachRow {
    id: String,
    status: String,
    discovered_at: NaiveDateTime,
    opened_at: NaiveDateTime,
    opened_by: String,
    notify_due: NaiveDateTime,
    notified_at: Option<NaiveDateTime>,
    closed_at: Option<NaiveDateTime>,
    notify_limit: String,
    content: String,
    authority_id: Option<String>,
}

impl BreachRow {
    fn of(breach: &StoredBreach) -> QueryResult<Self> {
        Ok(Self {
            id: breach.id.to_string(),
            status: breach.status.to_string(),
            discovered_at: breach.discovered_at.naive_utc(),
            opened_at: breach.opened_at.naive_utc(),
            opened_by: breach.opened_by.clone(),
            notify_due: breach.limit.due_raw.naive_utc(),
            notified_at: breach.notified_at.map(|at| at.naive_utc()),
            closed_at: breach.closed_at.map(|at| at.naive_utc()),
            notify_limit: super::as_json(&breach.limit)?,
            content: breach.content.as_stored().to_owned(),
            authority_id: breach.authority_id.clone(),
        })
    }

    fn into_breach(self) -> QueryResult<StoredBreach> {
        Ok(StoredBreach {
            id: self.id.into(),
            status: BreachStatus::try_from(self.status).map_err(unknown)?,
            discovered_at: self.discovered_at.and_utc(),
            opened_at: self.opened_at.and_utc(),
            opened_by: self.opened_by,
            notified_at: self.notified_at.map(|at| at.and_utc()),
            closed_at: self.closed_at.map(|at| at.and_utc()),
            limit: super::from_json(&self.notify_limit)?,
            content: self.content.into(),
            authority_id: self.authority_id,
        })
    }
}

/// Adds a breach.
pub fn insert(conn: &mut DbConn, breach: &StoredBreach) -> QueryResult<()> {
    diesel::insert_into(breaches::table)
        .values(BreachRow::of(breach)?)
        .execute(conn)
        .map(|_| ())
}

/// Writes a breach as it is now, if nobody changed it since `before` was read.
pub fn update(
    conn: &mut DbConn,
    breach: &StoredBreach,
    before: &StoredBreach,
) -> QueryResult<bool> {
    let unchanged = breaches::table
        .filter(breaches::id.eq(breach.id.as_str()))
        .filter(breaches::status.eq(before.status.as_str()))
        .filter(breaches::content.eq(before.content.as_stored()));
    let changed = diesel::update(unchanged)
        .set(BreachRow::of(breach)?)
        .execute(conn)?;
    Ok(changed == 1)
}

/// The breach `id`.
pub fn find(conn: &mut DbConn, id: &BreachId) -> QueryResult<Option<StoredBreach>> {
    let row: Option<BreachRow> = breaches::table
        .find(id.as_str())
        .select(BreachRow::as_select())
        .first(conn)
        .optional()?;
    row.map(BreachRow::into_breach).transpose()
}

/// The authorities in whose posts breaches were registered.
pub fn authorities(conn: &mut DbConn) -> QueryResult<Vec<String>> {
    let ids: Vec<Option<String>> = breaches::table
        .filter(breaches::authority_id.is_not_null())
        .select(breaches::authority_id)
        .distinct()
        .load(conn)?;
    Ok(ids.into_iter().flatten().collect())
}

/// The newest `limit` breaches, of these authorities alone where `of` names some; of those that are open alone
/// where `only_open`.
pub fn list(
    conn: &mut DbConn,
    of: Option<&[String]>,
    only_open: bool,
    limit: i64,
) -> QueryResult<Vec<StoredBreach>> {
    let mut query = breaches::table
        .order(breaches::id.desc())
        .limit(limit)
        .select(BreachRow::as_select())
        .into_boxed();
    if let Some(of) = of {
        query = query.filter(breaches::authority_id.eq_any(of));
    }
    if only_open {
        query = query.filter(breaches::status.eq(BreachStatus::Open.as_str()));
    }
    let rows: Vec<BreachRow> = query.load(conn)?;
    rows.into_iter().map(BreachRow::into_breach).collect()
}

/// The open breaches of which nobody has notified the authority, the first to be notified first, `limit` of them.
pub fn to_notify(conn: &mut DbConn, limit: i64) -> QueryResult<Vec<StoredBreach>> {
    let rows: Vec<BreachRow> = breaches::table
        .filter(breaches::status.eq(BreachStatus::Open.as_str()))
        .filter(breaches::notified_at.is_null())
        .order((breaches::notify_due, breaches::id))
        .limit(limit)
        .select(BreachRow::as_select())
        .load(conn)?;
    rows.into_iter().map(BreachRow::into_breach).collect()
}

/// How many are not closed.
pub fn count_open(conn: &mut DbConn) -> QueryResult<i64> {
    breaches::table
        .filter(breaches::status.eq(BreachStatus::Open.as_str()))
        .count()
        .get_result(conn)
}

/// Ids of breaches that were closed before `before`, `limit` of them.
pub fn closed_before(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<String>> {
    breaches::table
        .filter(breaches::closed_at.lt(before.naive_utc()))
        .order(breaches::id)
        .limit(limit)
        .select(breaches::id)
        .load(conn)
}

/// Deletes these breaches where they were closed before `before`; how many.
pub fn delete(conn: &mut DbConn, ids: &[String], before: DateTime<Utc>) -> QueryResult<usize> {
    let past = breaches::table
        .filter(breaches::id.eq_any(ids))
        .filter(breaches::closed_at.lt(before.naive_utc()));
    diesel::delete(past).execute(conn)
}
