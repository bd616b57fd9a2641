//! Which master keys are in use, what they wrap, and wrapping again.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{cases, data_keys, master_keys},
};
use crate::{ids::CaseId, on_each_backend, sealing::WrappedKey};

/// A master key as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownKey {
    /// Name.
    pub id: String,
    /// Says which key it is.
    pub fingerprint: String,
    /// Since when it is used.
    pub created_at: DateTime<Utc>,
    /// Since when it is not used any more.
    pub retired_at: Option<DateTime<Utc>>,
}

/// Every master key that was ever used, the oldest first.
pub fn known(conn: &mut DbConn) -> QueryResult<Vec<KnownKey>> {
    let rows: Vec<(String, String, NaiveDateTime, Option<NaiveDateTime>)> = master_keys::table
        .order((master_keys::created_at, master_keys::id))
        .select((
            master_keys::id,
            master_keys::fingerprint,
            master_keys::created_at,
            master_keys::retired_at,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, fingerprint, created_at, retired_at)| KnownKey {
            id,
            fingerprint,
            created_at: created_at.and_utc(),
            retired_at: retired_at.map(|at| at.and_utc()),
        })
        .collect())
}

/// Notes a master key that is used from now on.
pub fn note(conn: &mut DbConn, key: &KnownKey) -> QueryResult<()> {
    diesel::insert_into(master_keys::table)
        .values((
            master_keys::id.eq(&key.id),
            master_keys::fingerprint.eq(&key.fingerprint),
            master_keys::created_at.eq(key.created_at.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// From now on nothing may be wrapped by the key `id`. Who is writing a case finishes first, and
/// whoever comes later is refused if it still uses the key: what is counted after this stays so.
pub fn retire(conn: &mut DbConn, id: &str, now: DateTime<Utc>) -> QueryResult<()> {
    if let DbConn::Postgres(_) = conn {
        conn.execute_sql("LOCK TABLE cases IN SHARE MODE")?;
    }
    diesel::update(master_keys::table.find(id))
        .set(master_keys::retired_at.eq(now.naive_utc()))
        .execute(conn)
        .map(|_| ())
}

/// How many keys of cases each master key wraps.
pub fn counts(conn: &mut DbConn) -> QueryResult<Vec<(String, i64)>> {
    let rows: Vec<(Option<String>, i64)> = cases::table
        .filter(cases::master_key.is_not_null())
        .group_by(cases::master_key)
        .select((cases::master_key, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, count)| Some((id?, count)))
        .collect())
}

/// Keys of cases that the master key `id` wraps, at most `limit`.
pub fn of_cases(conn: &mut DbConn, id: &str, limit: i64) -> QueryResult<Vec<(CaseId, WrappedKey)>> {
    let rows: Vec<(String, Option<String>)> = cases::table
        .filter(cases::master_key.eq(id))
        .limit(limit)
        .select((cases::id, cases::data_key))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(case, wrapped)| {
            let key = WrappedKey {
                master_key: id.to_owned(),
                wrapped: wrapped.unwrap_or_default(),
            };
            (CaseId::from(case), key)
        })
        .collect())
}

/// Wraps the key of a case anew, if it is still the one that was read. `false` if it is not.
pub fn wrap_again(
    conn: &mut DbConn,
    case: &CaseId,
    old: &WrappedKey,
    new: &WrappedKey,
) -> QueryResult<bool> {
    let unchanged = cases::table
        .find(case.as_str())
        .filter(cases::data_key.eq(&old.wrapped));
    let changed = diesel::update(unchanged)
        .set((
            cases::master_key.eq(&new.master_key),
            cases::data_key.eq(&new.wrapped),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The key of a case, without the case.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Option<WrappedKey>> {
    let row: Option<(Option<String>, Option<String>)> = cases::table
        .find(case.as_str())
        .select((cases::master_key, cases::data_key))
        .first(conn)
        .optional()?;
    Ok(row.and_then(|(master_key, data_key)| super::cases::wrapped(master_key, data_key)))
}

/// Forgets a key of the whole database: what was made with it is nothing any more.
pub fn forget_data_key(conn: &mut DbConn, name: &str) -> QueryResult<()> {
    diesel::delete(data_keys::table.find(name))
        .execute(conn)
        .map(|_| ())
}

/// The keys of the whole database, by name.
pub fn data_keys(conn: &mut DbConn) -> QueryResult<Vec<(String, WrappedKey)>> {
    let rows: Vec<(String, String, String)> = data_keys::table
        .order(data_keys::name)
        .select((data_keys::name, data_keys::master_key, data_keys::wrapped))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(name, master_key, wrapped)| {
            let key = WrappedKey {
                master_key,
                wrapped,
            };
            (name, key)
        })
        .collect())
}

/// Stores a key of the whole database, or its new wrapping.
pub fn set_data_key(conn: &mut DbConn, name: &str, key: &WrappedKey) -> QueryResult<()> {
    let row = (
        data_keys::name.eq(name),
        data_keys::master_key.eq(&key.master_key),
        data_keys::wrapped.eq(&key.wrapped),
    );
    let changes = (
        data_keys::master_key.eq(&key.master_key),
        data_keys::wrapped.eq(&key.wrapped),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(data_keys::table)
        .values(row)
        .on_conflict(data_keys::name)
        .do_update()
        .set(changes)
        .execute(inner))
    .map(|_| ())
}
