//! How many tries to sign in went wrong, by a keyed hash of whose account and from where.

use chrono::{NaiveDateTime, TimeDelta};
use diesel::prelude::*;

use super::{conn::DbConn, schema::sign_in_tries};
use crate::{domain::account::lockout::Tries, on_each_backend};

/// The count of a bucket. Whoever else asks for it waits until this transaction has ended, so that
/// of many tries at once each sees the one before it.
pub fn lock(conn: &mut DbConn, bucket: &str, now: NaiveDateTime) -> QueryResult<Option<Tries>> {
    // Long ago: a row that counts nothing yet.
    let never = now - TimeDelta::days(3650);
    let row = (
        sign_in_tries::bucket.eq(bucket),
        sign_in_tries::wrong.eq(0),
        sign_in_tries::last_at.eq(never),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(sign_in_tries::table)
        .values(row)
        .on_conflict(sign_in_tries::bucket)
        .do_update()
        .set(sign_in_tries::wrong.eq(sign_in_tries::wrong))
        .execute(inner))?;
    let (wrong, last_at): (i32, NaiveDateTime) = sign_in_tries::table
        .find(bucket)
        .select((sign_in_tries::wrong, sign_in_tries::last_at))
        .first(conn)?;
    Ok((wrong > 0).then(|| Tries {
        wrong: u32::try_from(wrong).unwrap_or_default(),
        last_at: last_at.and_utc(),
    }))
}

/// Writes the count of a bucket that was locked.
pub fn set(conn: &mut DbConn, bucket: &str, tries: Tries) -> QueryResult<()> {
    diesel::update(sign_in_tries::table.find(bucket))
        .set((
            sign_in_tries::wrong.eq(i32::try_from(tries.wrong).unwrap_or(i32::MAX)),
            sign_in_tries::last_at.eq(tries.last_at.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Takes one wrong try back: it was right.
pub fn take_back(conn: &mut DbConn, bucket: &str) -> QueryResult<()> {
    let counted = sign_in_tries::table
        .find(bucket)
        .filter(sign_in_tries::wrong.gt(0));
    diesel::update(counted)
        .set(sign_in_tries::wrong.eq(sign_in_tries::wrong - 1))
        .execute(conn)
        .map(|_| ())
}

/// Forgets a bucket.
pub fn forget(conn: &mut DbConn, bucket: &str) -> QueryResult<()> {
    diesel::delete(sign_in_tries::table.find(bucket))
        .execute(conn)
        .map(|_| ())
}
