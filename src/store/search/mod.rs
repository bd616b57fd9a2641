//! Cases by marks of words (see `service::search`): one row for each case, with its audiences beside the marks.
//!
//! Whatever the words are, few rows are looked at. Where every word is common, PostgreSQL walks down the newest
//! cases of the caller, which fill a page at once; what is rarer is found by an inverted index over audiences and
//! marks together, as far back and for those of the words that `plan.rs` says. SQLite walks all
//! the way down.
//!
//! The audiences beside the marks only narrow: the lines are read by those of the queue ([`queue::lines`]).

mod asked;
mod plan;
use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use asked::{Found, indexed, shares, walk};
use plan::{Reach, SPAN};

use super::{
    conn::DbConn,
    queue::{self, CaseLine, Position},
    retention,
    schema::{case_search, cases},
};
use crate::{
    domain::{access::Sight, case::Case},
    ids::CaseId,
    on_each_backend,
};

/// How many of the newest cases PostgreSQL walks down where every word is common.
const WALK: i64 = 250;
/// Seconds of a week.
const WEEK: i64 = 7 * 24 * 3600;

/// What is looked for.
pub struct Ask<'a> {
    /// Whose cases.
    pub sight: &'a Sight,
    /// For each word the marks of which a case must have one.
    pub words: &'a [Vec<String>],
    /// Where to begin.
    pub after: Option<&'a Position>,
    /// How many, from 1.
    pub limit: u32,
    /// When.
    pub now: DateTime<Utc>,
}

/// The marks by which a case is found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Generation of the key that made them.
    pub made_with: i32,
    /// The marks, separated by spaces.
    pub text: String,
}

/// From now on `case` is found by these `marks`, by those who see it.
pub fn set(
    conn: &mut DbConn,
    case: &Case,
    audiences: &BTreeSet<String>,
    marks: &Marks,
) -> QueryResult<()> {
    let scope = scope(case.received_at, audiences);
    let row = (
        case_search::case_id.eq(case.id.to_string()),
        case_search::received_at.eq(case.received_at.naive_utc()),
        case_search::scope.eq(scope.clone()),
        case_search::marks.eq(marks.text.clone()),
        case_search::made_with.eq(marks.made_with),
    );
    let changes = (
        case_search::scope.eq(scope),
        case_search::marks.eq(marks.text.clone()),
        case_search::made_with.eq(marks.made_with),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(case_search::table)
        .values(row)
        .on_conflict(case_search::case_id)
        .do_update()
        .set(changes)
        .execute(inner))
    .map(|_| ())
}

/// The marks of a case that is new.
pub fn insert(
    conn: &mut DbConn,
    (case, received_at): (&CaseId, DateTime<Utc>),
    audiences: &BTreeSet<String>,
    marks: &Marks,
) -> QueryResult<()> {
    diesel::insert_into(case_search::table)
        .values((
            case_search::case_id.eq(case.as_str()),
            case_search::received_at.eq(received_at.naive_utc()),
            case_search::scope.eq(scope(received_at, audiences)),
            case_search::marks.eq(&marks.text),
            case_search::made_with.eq(marks.made_with),
        ))
        .execute(conn)
        .map(|_| ())
}

/// From now on these see a case; one that has no marks yet gets them with its marks.
pub fn set_scope(conn: &mut DbConn, case: &Case, audiences: &BTreeSet<String>) -> QueryResult<()> {
    diesel::update(case_search::table.find(case.id.as_str()))
        .set(case_search::scope.eq(scope(case.received_at, audiences)))
        .execute(conn)
        .map(|_| ())
}

/// Nobody finds the case any more.
pub fn delete(conn: &mut DbConn, case: &str) -> QueryResult<()> {
    diesel::delete(case_search::table.find(case))
        .execute(conn)
        .map(|_| ())
}

/// How many cases have marks of an earlier generation than this.
pub fn count_before(conn: &mut DbConn, generation: i32) -> QueryResult<i64> {
    case_search::table
        .filter(case_search::made_with.lt(generation))
        .count()
        .get_result(conn)
}

/// Cases after `after`, by id, that have no marks of this `generation` or a later one; at most `limit`.
pub fn without_marks(
    conn: &mut DbConn,
    generation: i32,
    after: Option<&CaseId>,
    limit: i64,
) -> QueryResult<Vec<CaseId>> {
    let marked = case_search::table
        .filter(case_search::case_id.eq(cases::id))
        .filter(case_search::made_with.ge(generation));
    let ids: Vec<String> = cases::table
        .filter(cases::id.gt(after.map_or("", CaseId::as_str)))
        .filter(diesel::dsl::not(diesel::dsl::exists(marked)))
        .filter(retention::is_there())
        .order(cases::id)
        .limit(limit)
        .select(cases::id)
        .load(conn)?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// Audiences, and the week of the receipt, which never changes.
fn scope(received_at: DateTime<Utc>, audiences: &BTreeSet<String>) -> String {
    let mut scope = format!("w{}", week(received_at));
    for audience in audiences {
        scope.push(' ');
        scope.push_str(audience);
    }
    scope
}

/// Weeks since 1970.
fn week(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(WEEK)
}

/// One page of the cases in which every word stands, the newest first, and where the next begins.
pub fn page(conn: &mut DbConn, ask: &Ask<'_>) -> QueryResult<(Vec<CaseLine>, Option<Position>)> {
    if ask.words.is_empty() || *ask.sight == Sight::Nothing {
        return Ok((Vec::new(), None));
    }
    let mut found = match conn {
        DbConn::Sqlite(_) => walk(conn, ask, None)?,
        DbConn::Postgres(_) => narrowing(conn, ask)?,
    };
    let limit = ask.limit as usize;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| Position {
        at: last.received_at.and_utc(),
        id: CaseId::from(last.case_id.clone()),
    });
    let ids: Vec<String> = found.into_iter().map(|one| one.case_id).collect();
    Ok((queue::lines(conn, ask.sight, ids)?, next))
}

/// What PostgreSQL finds, by the cheapest way that fills a page. Each way begins with the newest and leaves none
/// out, so that a full page of it is the page.
fn narrowing(conn: &mut DbConn, ask: &Ask<'_>) -> QueryResult<Vec<Found>> {
    // Whatever the statistics say: a sequential scan would open every row there is.
    conn.execute_sql("SET LOCAL enable_seqscan = off")?;
    let found = narrowed(conn, ask)?;
    conn.execute_sql("SET LOCAL enable_seqscan = on")?;
    Ok(found)
}

fn narrowed(conn: &mut DbConn, ask: &Ask<'_>) -> QueryResult<Vec<Found>> {
    let page = ask.limit as usize;
    let known = shares(conn, ask)?;
    if known.may_walk() {
        let found = walk(conn, ask, Some(WALK))?;
        if found.len() > page {
            return Ok(found);
        }
    }
    let newest = week(ask.after.map_or(ask.now, |after| after.at));
    let mut reach = known.reach_for(page);
    loop {
        let entries = entries(reach, newest);
        let found = indexed(conn, ask, &entries, &known.indexed(reach))?;
        if found.len() > page || reach == Reach::All {
            return Ok(found);
        }
        reach = reach.further(found.len(), page);
    }
}

/// The entries by which the index names the newest weeks; none for all.
fn entries(reach: Reach, newest: i64) -> String {
    let of = |letter: char, count: i64, newest: i64| {
        let entries: Vec<String> = (newest - count + 1..=newest)
            .map(|number| format!("{letter}{number}"))
            .collect();
        entries.join(" ")
    };
    match reach {
        Reach::Weeks(count) => of('w', count, newest),
        Reach::Spans(count) => of('s', count, newest.div_euclid(SPAN)),
        Reach::All => String::new(),
    }
}
