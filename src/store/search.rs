//! Cases by marks of words (see `service::search`): one row for each case, with its audiences beside the marks.
//!
//! Whatever the words are, few rows are looked at. PostgreSQL first walks down the newest cases of the caller,
//! where common words fill a page at once; what is rarer is found by an inverted index over audiences and marks
//! together, among the newest weeks first, so that never many rows are opened. SQLite walks all the way down.
//!
//! The audiences beside the marks only narrow: the lines are read by those of the queue ([`queue::lines`]).

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Text, Timestamp},
};

use super::{
    conn::{DbConn, MultiBackend},
    queue::{self, CaseLine, Position},
    retention,
    schema::{case_search, cases},
};
use crate::{
    domain::{access::Sight, case::Case},
    ids::CaseId,
    on_each_backend,
};

/// How many of the newest cases PostgreSQL walks down before it asks the inverted index.
/// A row here costs as much as several there.
const WALK: i64 = 250;
/// Among how many of the newest weeks the inverted index is asked, one after the other; at last among all. Where few
/// cases were found in some weeks, few are to be expected in eight times as many.
const WEEKS: [i64; 2] = [2, 16];
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

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    case_id: String,
    #[diesel(sql_type = Timestamp)]
    received_at: NaiveDateTime,
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
    let is_full = |found: &Vec<Found>| found.len() > ask.limit as usize;
    // Whatever the statistics say: a sequential scan would open every row there is.
    conn.execute_sql("SET LOCAL enable_seqscan = off")?;
    let found = walk(conn, ask, Some(WALK))?;
    if is_full(&found) {
        conn.execute_sql("SET LOCAL enable_seqscan = on")?;
        return Ok(found);
    }
    let newest = week(ask.after.map_or(ask.now, |after| after.at));
    let mut found = Vec::new();
    for weeks in WEEKS.map(Some).into_iter().chain([None]) {
        let tags = weeks.map(|weeks| {
            let tags: Vec<String> = (newest - weeks + 1..=newest)
                .map(|week| format!("w{week}"))
                .collect();
            tags.join(" ")
        });
        found = indexed(conn, ask, tags.as_deref())?;
        if is_full(&found) {
            break;
        }
    }
    conn.execute_sql("SET LOCAL enable_seqscan = on")?;
    Ok(found)
}

/// The audiences of a sight; `None` is every case.
fn keys(sight: &Sight) -> Option<&[String]> {
    match sight {
        Sight::All => None,
        Sight::Audiences(keys) => Some(keys),
        Sight::Nothing => Some(&[]),
    }
}

/// Statement and values of a question, in the words of the database.
struct Statement {
    text: String,
    values: Vec<Bound>,
    is_sqlite: bool,
}

enum Bound {
    Text(String),
    Moment(NaiveDateTime),
    Number(i64),
}

impl Statement {
    fn new(conn: &DbConn) -> Self {
        Self {
            text: String::new(),
            values: Vec::new(),
            is_sqlite: matches!(conn, DbConn::Sqlite(_)),
        }
    }

    fn say(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn bind(&mut self, value: Bound) -> &mut Self {
        self.values.push(value);
        if self.is_sqlite {
            self.text.push('?');
        } else {
            self.text.push_str(&format!("${}", self.values.len()));
        }
        self
    }

    /// What comes after a position in the order of receipts, the newest first.
    fn after(&mut self, after: Option<&Position>, of: &str) {
        if let Some(after) = after {
            self.say(&format!(" AND ({of}received_at, {of}case_id) < ("));
            self.bind(Bound::Moment(after.at.naive_utc())).say(", ");
            self.bind(Bound::Text(after.id.to_string())).say(")");
        }
    }

    fn load(self, conn: &mut DbConn) -> QueryResult<Vec<Found>> {
        let mut query = diesel::sql_query(self.text).into_boxed::<MultiBackend>();
        for value in self.values {
            query = match value {
                Bound::Text(text) => query.bind::<Text, _>(text),
                Bound::Moment(at) => query.bind::<Timestamp, _>(at),
                Bound::Number(number) => query.bind::<BigInt, _>(number),
            };
        }
        query.load(conn)
    }
}

/// Walks down the cases of the caller from the newest, at most `most` of them, and looks into the marks of each.
fn walk(conn: &mut DbConn, ask: &Ask<'_>, most: Option<i64>) -> QueryResult<Vec<Found>> {
    let mut asked = Statement::new(conn);
    asked.say("SELECT s.case_id, s.received_at FROM (");
    let sees_all = *ask.sight == Sight::All;
    let newest = match keys(ask.sight) {
        None => {
            asked.say("SELECT case_id, received_at, marks FROM case_search WHERE 1 = 1");
            true
        }
        Some([one]) => {
            asked.say("SELECT case_id FROM case_audiences WHERE audience = ");
            asked.bind(Bound::Text(one.clone()));
            true
        }
        Some(several) => {
            asked.say("SELECT DISTINCT case_id FROM case_audiences WHERE audience IN (''");
            for one in several {
                asked.say(", ").bind(Bound::Text(one.clone()));
            }
            asked.say(")");
            false
        }
    };
    asked.after(ask.after, "");
    if let Some(most) = most.filter(|_| newest) {
        asked.say(" ORDER BY received_at DESC, case_id DESC LIMIT ");
        asked.bind(Bound::Number(most));
    }
    asked.say(match sees_all {
        true => ") s WHERE 1 = 1",
        false => ") a JOIN case_search s ON s.case_id = a.case_id WHERE 1 = 1",
    });
    let position = if asked.is_sqlite { "instr" } else { "strpos" };
    for marks in ask.words {
        // Every mark has eight signs and none is a space: it stands nowhere but as itself.
        for (at, mark) in marks.iter().enumerate() {
            asked.say(if at == 0 { " AND (" } else { " OR " });
            asked.say(position).say("(s.marks, ");
            asked.bind(Bound::Text(mark.clone())).say(") > 0");
        }
        asked.say(")");
    }
    asked.say(" ORDER BY s.received_at DESC, s.case_id DESC LIMIT ");
    asked.bind(Bound::Number(i64::from(ask.limit) + 1));
    asked.load(conn)
}

/// Asks the inverted index of PostgreSQL, for cases of some weeks or of all.
fn indexed(conn: &mut DbConn, ask: &Ask<'_>, weeks: Option<&str>) -> QueryResult<Vec<Found>> {
    let has_one_of = |asked: &mut Statement, column: &str, texts: String| {
        asked.say(&format!(
            " AND string_to_array(s.{column}, ' ') && string_to_array("
        ));
        asked.bind(Bound::Text(texts)).say(", ' ')");
    };
    let mut asked = Statement::new(conn);
    // Found first and sorted then: an index in the order of receipts would be read to its end.
    asked.say(
        "WITH found AS MATERIALIZED (SELECT s.case_id, s.received_at FROM case_search s WHERE TRUE",
    );
    if let Some(keys) = keys(ask.sight) {
        has_one_of(&mut asked, "scope", keys.join(" "));
    }
    if let Some(weeks) = weeks {
        has_one_of(&mut asked, "scope", weeks.to_owned());
    }
    for marks in ask.words {
        has_one_of(&mut asked, "marks", marks.join(" "));
    }
    asked.after(ask.after, "s.");
    asked.say(
        ") SELECT case_id, received_at FROM found ORDER BY received_at DESC, case_id DESC LIMIT ",
    );
    asked.bind(Bound::Number(i64::from(ask.limit) + 1));
    asked.load(conn)
}
