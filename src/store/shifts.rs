//! The roster: who is on duty when, and where they are reached.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{duty_shifts, posts},
};
use crate::{
    domain::post::Shift,
    ids::{AccountId, PostId, ShiftId},
    on_each_backend,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = duty_shifts, treat_none_as_default_value = false)]
struct ShiftRow {
    id: String,
    post_id: String,
    account_id: Option<String>,
    starts_at: NaiveDateTime,
    ends_at: NaiveDateTime,
    phone: String,
}

impl From<ShiftRow> for Shift {
    fn from(row: ShiftRow) -> Self {
        Self {
            id: row.id.into(),
            post: row.post_id.into(),
            account: row.account_id.map(AccountId::from),
            starts_at: row.starts_at.and_utc(),
            ends_at: row.ends_at.and_utc(),
            phone: row.phone,
        }
    }
}

/// Adds a shift.
pub fn insert(conn: &mut DbConn, shift: &Shift) -> QueryResult<()> {
    let row = ShiftRow {
        id: shift.id.to_string(),
        post_id: shift.post.to_string(),
        account_id: shift.account.as_ref().map(ToString::to_string),
        starts_at: shift.starts_at.naive_utc(),
        ends_at: shift.ends_at.naive_utc(),
        phone: shift.phone.clone(),
    };
    on_each_backend!(conn, |inner| diesel::insert_into(duty_shifts::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

/// The shift `id`.
pub fn find(conn: &mut DbConn, id: &ShiftId) -> QueryResult<Option<Shift>> {
    let row: Option<ShiftRow> = duty_shifts::table
        .find(id.as_str())
        .select(ShiftRow::as_select())
        .first(conn)
        .optional()?;
    Ok(row.map(Shift::from))
}

/// Ends a shift at `at`; one that has not begun is gone.
pub fn cancel(conn: &mut DbConn, id: &ShiftId, at: DateTime<Utc>) -> QueryResult<()> {
    let at = at.naive_utc();
    let to_come = duty_shifts::table
        .find(id.as_str())
        .filter(duty_shifts::starts_at.ge(at));
    if diesel::delete(to_come).execute(conn)? == 0 {
        let running = duty_shifts::table
            .find(id.as_str())
            .filter(duty_shifts::ends_at.gt(at));
        diesel::update(running)
            .set(duty_shifts::ends_at.eq(at))
            .execute(conn)?;
    }
    Ok(())
}

/// The shifts of the posts of an authority that touch the time from `from` until `to`, by their
/// beginning.
pub fn of_authority(
    conn: &mut DbConn,
    authority: &str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> QueryResult<Vec<Shift>> {
    let rows: Vec<ShiftRow> = duty_shifts::table
        .inner_join(posts::table)
        .filter(posts::authority_id.eq(authority))
        .filter(duty_shifts::starts_at.lt(to.naive_utc()))
        .filter(duty_shifts::ends_at.gt(from.naive_utc()))
        .order((duty_shifts::starts_at, duty_shifts::id))
        .select(ShiftRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Shift::from).collect())
}

/// How many shifts of a post are not over.
pub fn count_open(conn: &mut DbConn, post: &PostId, now: DateTime<Utc>) -> QueryResult<i64> {
    duty_shifts::table
        .filter(duty_shifts::post_id.eq(post.as_str()))
        .filter(duty_shifts::ends_at.gt(now.naive_utc()))
        .count()
        .get_result(conn)
}

/// The shifts of `from` that are not over are those of `to` now, and of all who hold it; how many.
pub fn hand_over(
    conn: &mut DbConn,
    from: &PostId,
    to: &PostId,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    let open = duty_shifts::table
        .filter(duty_shifts::post_id.eq(from.as_str()))
        .filter(duty_shifts::ends_at.gt(now.naive_utc()));
    diesel::update(open)
        .set((
            duty_shifts::post_id.eq(to.as_str()),
            duty_shifts::account_id.eq(None::<String>),
        ))
        .execute(conn)
}
