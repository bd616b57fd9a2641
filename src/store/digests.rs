//! What reminders look at (limits that run, by their day; to whom their cases are assigned), and which
//! of them were made.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};
use serde::Deserialize;

use super::{
    cases::unknown,
    conn::DbConn,
    from_json,
    schema::{
        accounts, alerts, case_posts, cases, clocks, digest_days, digests, notices, post_holders,
        posts, reminder_opt_outs,
    },
};
use crate::{
    domain::{
        account::AccountStatus,
        authority::Role,
        case::CaseStatus,
        classify::CaseClass,
        clocks::ClockId,
        digest::{Addressee, Digest, Limit},
        investigation::InvestigationLevel,
        notice::NoticeState,
        post::Post,
        routing::Duty,
    },
    ids::{CaseId, PostId},
    on_each_backend,
};

/// Ids in one query.
const AT_ONCE: usize = 500;

/// When the first limit that runs is over; `None` where none runs.
pub fn oldest_due(conn: &mut DbConn) -> QueryResult<Option<DateTime<Utc>>> {
    let oldest: Option<NaiveDateTime> = clocks::table
        .filter(clocks::stopped_at.is_null())
        .order(clocks::due_raw)
        .select(clocks::due_raw)
        .first(conn)
        .optional()?;
    Ok(oldest.map(|at| at.and_utc()))
}

#[derive(Queryable)]
struct LimitRow {
    case_id: String,
    receipt_no: String,
    place: String,
    class: String,
    status: String,
    level: String,
    closed_at: Option<NaiveDateTime>,
    clock: String,
    round: i32,
    due_raw: NaiveDateTime,
    due_rolled: NaiveDateTime,
    basis: String,
}

/// What is read of the basis of a clock.
#[derive(Deserialize)]
struct Source {
    article: String,
}

/// The limits that run and are over within this span, its end included, each with who investigates: those of
/// open cases, and of closed ones what outlives them. Not those of notices that are held: nobody has been told of these yet.
pub fn running(
    conn: &mut DbConn,
    (from, to): (DateTime<Utc>, DateTime<Utc>),
) -> QueryResult<Vec<(Limit, InvestigationLevel)>> {
    let held = notices::table
        .filter(notices::case_id.eq(clocks::case_id))
        .filter(notices::state.eq(NoticeState::Held.as_str()));
    let outlives = clocks::clock.eq_any(ClockId::OUTLIVING.iter().map(|id| id.as_str()));
    let rows: Vec<LimitRow> = clocks::table
        .inner_join(cases::table)
        .filter(clocks::stopped_at.is_null())
        .filter(clocks::paused_at.is_null())
        .filter(clocks::clock.ne_all(ClockId::WINDOWS.iter().map(|id| id.as_str())))
        .filter(clocks::due_raw.between(from.naive_utc(), to.naive_utc()))
        .filter(cases::closed_at.is_null().or(outlives))
        .filter(diesel::dsl::not(diesel::dsl::exists(held)))
        .select((
            cases::id,
            cases::receipt_no,
            cases::place_name,
            cases::case_class,
            cases::status,
            cases::level,
            cases::closed_at,
            clocks::clock,
            clocks::round,
            clocks::due_raw,
            clocks::due_rolled,
            clocks::basis,
        ))
        .load(conn)?;
    rows.into_iter().map(limit).collect()
}

fn limit(row: LimitRow) -> QueryResult<(Limit, InvestigationLevel)> {
    let level = InvestigationLevel::try_from(row.level).map_err(unknown)?;
    let limit = Limit {
        case_id: row.case_id.into(),
        receipt_no: row.receipt_no,
        place: row.place,
        class: CaseClass::try_from(row.class).map_err(unknown)?,
        status: CaseStatus::try_from(row.status).map_err(unknown)?,
        has_ended: row.closed_at.is_some(),
        clock: ClockId::try_from(row.clock).map_err(unknown)?,
        round: row.round,
        due_raw: row.due_raw.and_utc(),
        due_rolled: row.due_rolled.and_utc(),
        stopped_at: None,
        article: from_json::<Source>(&row.basis)?.article,
    };
    Ok((limit, level))
}

/// The posts to which these cases are assigned, by case.
pub fn posts_of_cases(conn: &mut DbConn, ids: &[&CaseId]) -> QueryResult<BTreeMap<CaseId, PostId>> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let some: Vec<&str> = some.iter().map(|id| id.as_str()).collect();
        let rows: Vec<(String, String)> = case_posts::table
            .inner_join(posts::table)
            .filter(case_posts::case_id.eq_any(some))
            .filter(case_posts::until.is_null())
            .filter(posts::ended_at.is_null())
            .select((case_posts::case_id, case_posts::post_id))
            .load(conn)?;
        found.extend(
            rows.into_iter()
                .map(|(case, post)| (case.into(), post.into())),
        );
    }
    Ok(found)
}

/// The addresses of those who hold these posts at `now` and may sign in, by post.
pub fn addresses_of_posts(
    conn: &mut DbConn,
    ids: &[&PostId],
    now: DateTime<Utc>,
) -> QueryResult<BTreeMap<PostId, Vec<String>>> {
    let at = now.naive_utc();
    let mut found = BTreeMap::<PostId, Vec<String>>::new();
    for some in ids.chunks(AT_ONCE) {
        let some: Vec<&str> = some.iter().map(|id| id.as_str()).collect();
        let is_held = post_holders::held_until
            .is_null()
            .or(post_holders::held_until.gt(Some(at)));
        let rows: Vec<(String, String)> = post_holders::table
            .inner_join(accounts::table.on(accounts::id.eq(post_holders::account_id)))
            .filter(post_holders::post_id.eq_any(some))
            .filter(post_holders::held_from.le(at))
            .filter(is_held)
            .filter(accounts::status.eq(AccountStatus::Active.as_str()))
            .order((post_holders::post_id, accounts::email))
            .select((post_holders::post_id, accounts::email))
            .distinct()
            .load(conn)?;
        for (post, email) in rows {
            found.entry(post.into()).or_default().push(email);
        }
    }
    Ok(found)
}

/// The posts of these ids, for their names and authorities.
pub fn posts_named(conn: &mut DbConn, ids: &[&PostId]) -> QueryResult<BTreeMap<PostId, Post>> {
    let mut found = BTreeMap::new();
    for some in ids.chunks(AT_ONCE) {
        let some: Vec<&str> = some.iter().map(|id| id.as_str()).collect();
        let rows: Vec<super::posts::PostRow> = posts::table
            .filter(posts::id.eq_any(some))
            .select(super::posts::PostRow::as_select())
            .load(conn)?;
        for row in rows {
            let post = Post::try_from(row)?;
            found.insert(post.id.clone(), post);
        }
    }
    Ok(found)
}

/// The authorities that were told of these cases and must receive, each with its role; the newest first.
pub fn told_of_cases(
    conn: &mut DbConn,
    ids: &[&CaseId],
) -> QueryResult<BTreeMap<CaseId, Vec<(Role, String)>>> {
    let mut found = BTreeMap::<CaseId, Vec<(Role, String)>>::new();
    for some in ids.chunks(AT_ONCE) {
        let some: Vec<&str> = some.iter().map(|id| id.as_str()).collect();
        let rows: Vec<(String, String, Option<String>)> = alerts::table
            .filter(alerts::case_id.eq_any(some))
            .filter(alerts::ended_at.is_null())
            .filter(alerts::authority_id.is_not_null())
            // Whom a ladder told is above the one in charge.
            .filter(alerts::climbed_from.is_null())
            .filter(alerts::duty.eq(Duty::MustReceive.as_str()))
            .order((alerts::created_at.desc(), alerts::id.desc()))
            .select((alerts::case_id, alerts::role, alerts::authority_id))
            .load(conn)?;
        for (case, role, authority) in rows {
            let role = Role::try_from(role).map_err(unknown)?;
            let told = found.entry(case.into()).or_default();
            told.extend(authority.map(|authority| (role, authority)));
        }
    }
    Ok(found)
}

/// Whether the mails of `day` are all noted.
pub fn is_done(conn: &mut DbConn, day: NaiveDate) -> QueryResult<bool> {
    let done: Option<NaiveDate> = digest_days::table
        .find(day)
        .select(digest_days::day)
        .first(conn)
        .optional()?;
    Ok(done.is_some())
}

/// The mails of `day` are all noted; what is older than `forget` need not be known any more.
pub fn set_done(
    conn: &mut DbConn,
    day: NaiveDate,
    now: DateTime<Utc>,
    forget: NaiveDate,
) -> QueryResult<()> {
    let row = (
        digest_days::day.eq(day),
        digest_days::done_at.eq(now.naive_utc()),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(digest_days::table)
        .values(row)
        .on_conflict(digest_days::day)
        .do_nothing()
        .execute(inner))?;
    diesel::delete(digests::table.filter(digests::day.lt(forget))).execute(conn)?;
    diesel::delete(digest_days::table.filter(digest_days::day.lt(forget))).execute(conn)?;
    Ok(())
}

/// Notes that the mail of `day` is being made; `false` where somebody has made it.
pub fn insert(
    conn: &mut DbConn,
    day: NaiveDate,
    digest: &Digest,
    cases: usize,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let (addressee, id) = named(&digest.to);
    let count = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
    let row = (
        digests::day.eq(day),
        digests::addressee.eq(addressee),
        digests::addressee_id.eq(id),
        digests::made_at.eq(now.naive_utc()),
        digests::cases.eq(count(cases)),
        digests::limits.eq(count(digest.limits.len())),
    );
    let new = on_each_backend!(conn, |inner| diesel::insert_into(digests::table)
        .values(row)
        .on_conflict((digests::day, digests::addressee, digests::addressee_id))
        .do_nothing()
        .execute(inner))?;
    Ok(new == 1)
}

/// An addressee as it is stored: what it is, and which.
pub fn named(to: &Addressee) -> (&'static str, &str) {
    match to {
        Addressee::Post(id) => ("post", id.as_str()),
        Addressee::Authority(id) => ("authority", id),
        Addressee::Operator => ("operator", ""),
    }
}

/// Who wants no early reminders.
pub fn opt_outs(conn: &mut DbConn) -> QueryResult<BTreeSet<Addressee>> {
    let rows: Vec<(String, String)> = reminder_opt_outs::table
        .select((
            reminder_opt_outs::addressee,
            reminder_opt_outs::addressee_id,
        ))
        .load(conn)?;
    let read = |(kind, id): (String, String)| match kind.as_str() {
        "post" => Addressee::Post(id.into()),
        _ => Addressee::Authority(id),
    };
    Ok(rows.into_iter().map(read).collect())
}

/// Since when somebody wants none.
pub fn opted_out_since(conn: &mut DbConn, to: &Addressee) -> QueryResult<Option<DateTime<Utc>>> {
    let since: Option<NaiveDateTime> = reminder_opt_outs::table
        .find(named(to))
        .select(reminder_opt_outs::since)
        .first(conn)
        .optional()?;
    Ok(since.map(|at| at.and_utc()))
}

/// Notes that somebody wants none; `false` where they wanted none before.
pub fn opt_out(conn: &mut DbConn, to: &Addressee, now: DateTime<Utc>) -> QueryResult<bool> {
    let (addressee, id) = named(to);
    let row = (
        reminder_opt_outs::addressee.eq(addressee),
        reminder_opt_outs::addressee_id.eq(id),
        reminder_opt_outs::since.eq(now.naive_utc()),
    );
    let new = on_each_backend!(conn, |inner| diesel::insert_into(reminder_opt_outs::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(new == 1)
}

/// Notes that somebody wants them again; `false` where they had them.
pub fn opt_in(conn: &mut DbConn, to: &Addressee) -> QueryResult<bool> {
    let deleted = diesel::delete(reminder_opt_outs::table.find(named(to))).execute(conn)?;
    Ok(deleted == 1)
}
