//! Monthly tests of the way to each authority, and what became of them.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    QueryResult,
    dsl::{count, count_star, max},
    prelude::*,
};

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{action_links, canaries, outbox},
};
use crate::{
    domain::{
        account::ActionPurpose, authority::Role, canary::CanaryOutcome, routing::AuthorityName,
    },
    ids::{CanaryId, MessageId},
    on_each_backend,
    sealing::Sealed,
};

/// A test of one authority in one month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Canary {
    /// Id.
    pub id: CanaryId,
    /// The first day of its month.
    pub month: NaiveDate,
    /// Whose way is tested.
    pub authority: AuthorityName,
    /// Role of the authority.
    pub role: Role,
    /// When it was noted for delivery.
    pub sent_at: DateTime<Utc>,
    /// By when it is to be answered.
    pub answer_by: DateTime<Utc>,
    /// What became of it, and when that was known; `None` while it waits.
    pub outcome: Option<(CanaryOutcome, DateTime<Utc>)>,
    /// The message whose link was used, and who used it.
    pub taken: Option<(MessageId, Sealed)>,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = canaries, treat_none_as_default_value = false)]
struct Row {
    id: String,
    month: NaiveDate,
    authority_id: String,
    authority_name: String,
    role: String,
    sent_at: NaiveDateTime,
    answer_by: NaiveDateTime,
    outcome: Option<String>,
    settled_at: Option<NaiveDateTime>,
    message_id: Option<String>,
    officer: Option<String>,
}

impl TryFrom<Row> for Canary {
    type Error = diesel::result::Error;

    fn try_from(row: Row) -> QueryResult<Self> {
        let outcome = row.outcome.map(CanaryOutcome::try_from).transpose();
        Ok(Self {
            id: row.id.into(),
            month: row.month,
            authority: AuthorityName {
                id: row.authority_id,
                name: row.authority_name,
            },
            role: Role::try_from(row.role).map_err(unknown)?,
            sent_at: row.sent_at.and_utc(),
            answer_by: row.answer_by.and_utc(),
            outcome: outcome
                .map_err(unknown)?
                .zip(row.settled_at.map(|at| at.and_utc())),
            taken: row
                .message_id
                .map(MessageId::from)
                .zip(row.officer.map(Sealed::from)),
        })
    }
}

/// Notes that a test is being sent; `false` where the authority has one in this month.
pub fn insert(conn: &mut DbConn, new: &Canary) -> QueryResult<bool> {
    let row = Row {
        id: new.id.to_string(),
        month: new.month,
        authority_id: new.authority.id.clone(),
        authority_name: new.authority.name.clone(),
        role: new.role.to_string(),
        sent_at: new.sent_at.naive_utc(),
        answer_by: new.answer_by.naive_utc(),
        outcome: None,
        settled_at: None,
        message_id: None,
        officer: None,
    };
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(canaries::table)
        .values(row)
        .on_conflict((canaries::authority_id, canaries::month))
        .do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// The test `id`.
pub fn find(conn: &mut DbConn, id: &CanaryId) -> QueryResult<Option<Canary>> {
    canaries::table
        .find(id.as_str())
        .select(Row::as_select())
        .first(conn)
        .optional()?
        .map(Canary::try_from)
        .transpose()
}

/// The authorities that have had a test in this month, each with when it left.
pub fn tested_in(conn: &mut DbConn, month: NaiveDate) -> QueryResult<Vec<(String, DateTime<Utc>)>> {
    let rows: Vec<(String, NaiveDateTime)> = canaries::table
        .filter(canaries::month.eq(month))
        .select((canaries::authority_id, canaries::sent_at))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, at)| (id, at.and_utc()))
        .collect())
}

/// The tests that nobody has answered although their time is over, by that time and authority.
pub fn overdue(conn: &mut DbConn, now: DateTime<Utc>) -> QueryResult<Vec<Canary>> {
    canaries::table
        .filter(canaries::settled_at.is_null())
        .filter(canaries::answer_by.le(now.naive_utc()))
        .order((canaries::answer_by, canaries::authority_id))
        .select(Row::as_select())
        .load(conn)?
        .into_iter()
        .map(Canary::try_from)
        .collect()
}

/// How many tests had to be answered by exactly this moment: those that left together.
pub fn count_of_run(conn: &mut DbConn, answer_by: DateTime<Utc>) -> QueryResult<i64> {
    canaries::table
        .filter(canaries::answer_by.eq(answer_by.naive_utc()))
        .count()
        .get_result(conn)
}

/// Says what became of a test that waits; `false` where that was said before.
pub fn settle(
    conn: &mut DbConn,
    id: &CanaryId,
    outcome: CanaryOutcome,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let waiting = canaries::table
        .find(id.as_str())
        .filter(canaries::settled_at.is_null());
    let changed = diesel::update(waiting)
        .set((
            canaries::outcome.eq(outcome.as_str()),
            canaries::settled_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Notes who answered a test, in time or later; `false` where somebody was faster.
pub fn take(
    conn: &mut DbConn,
    id: &CanaryId,
    (message, officer): (&MessageId, &Sealed),
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let unanswered = canaries::table
        .find(id.as_str())
        .filter(canaries::officer.is_null());
    let changed = diesel::update(unanswered)
        .set((
            canaries::outcome.eq(CanaryOutcome::Taken.as_str()),
            canaries::settled_at.eq(now.naive_utc()),
            canaries::message_id.eq(message.as_str()),
            canaries::officer.eq(officer.as_stored()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The addresses at which somebody answered a test since `since`, each with the latest time.
pub fn answered_addresses(
    conn: &mut DbConn,
    since: DateTime<Utc>,
) -> QueryResult<Vec<(String, Option<NaiveDateTime>)>> {
    canaries::table
        .inner_join(outbox::table.on(outbox::id.nullable().eq(canaries::message_id)))
        .filter(canaries::outcome.eq(CanaryOutcome::Taken.as_str()))
        .filter(canaries::settled_at.gt(since.naive_utc()))
        .group_by(outbox::recipient)
        .select((outbox::recipient, max(canaries::settled_at)))
        .load(conn)
}

/// The authorities whose last test that is over was missed, each with when it left.
pub fn missed(conn: &mut DbConn) -> QueryResult<HashMap<String, DateTime<Utc>>> {
    let rows: Vec<(String, NaiveDateTime)> = canaries::table
        .filter(canaries::outcome.eq(CanaryOutcome::Missed.as_str()))
        .order(canaries::sent_at)
        .select((canaries::authority_id, canaries::sent_at))
        .load(conn)?;
    // The latest counts.
    let mut missed: HashMap<String, NaiveDateTime> = rows.into_iter().collect();
    if missed.is_empty() {
        return Ok(HashMap::new());
    }
    let answered: Vec<(String, Option<NaiveDateTime>)> = canaries::table
        .filter(canaries::outcome.ne(CanaryOutcome::Missed.as_str()))
        .group_by(canaries::authority_id)
        .select((canaries::authority_id, max(canaries::sent_at)))
        .load(conn)?;
    for (id, at) in answered {
        if missed.get(&id).copied() < at {
            missed.remove(&id);
        }
    }
    Ok(missed
        .into_iter()
        .map(|(id, at)| (id, at.and_utc()))
        .collect())
}

/// How the tests of a month stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MonthCounts {
    /// Sent.
    pub sent: i64,
    /// Answered, by a test or by a real alert.
    pub answered: i64,
    /// Not answered in time.
    pub missed: i64,
    /// Of those sent, at how many somebody or something has opened the link.
    pub opened: i64,
    /// Mails of tests that came back.
    pub returned: i64,
}

/// How the tests of a month stand.
pub fn counts_of(conn: &mut DbConn, month: NaiveDate) -> QueryResult<MonthCounts> {
    let rows: Vec<(Option<String>, i64)> = canaries::table
        .filter(canaries::month.eq(month))
        .group_by(canaries::outcome)
        .select((canaries::outcome, count_star()))
        .load(conn)?;
    let missed_as = CanaryOutcome::Missed.as_str();
    let is_missed = |outcome: &Option<String>| outcome.as_deref() == Some(missed_as);
    let sum = |wanted: &dyn Fn(&Option<String>) -> bool| -> i64 {
        let wanted = rows.iter().filter(|(outcome, _)| wanted(outcome));
        wanted.map(|(_, count)| count).sum()
    };
    let links = || {
        action_links::table
            .filter(action_links::purpose.eq(ActionPurpose::TakeCanary.as_str()))
            .inner_join(canaries::table.on(canaries::id.eq(action_links::subject_id)))
            .inner_join(outbox::table.on(outbox::id.eq(action_links::message_id)))
            .filter(canaries::month.eq(month))
    };
    Ok(MonthCounts {
        sent: sum(&|_| true),
        answered: sum(&|outcome| outcome.is_some() && !is_missed(outcome)),
        missed: sum(&is_missed),
        opened: links()
            .filter(outbox::opened_at.is_not_null())
            .select(count(canaries::id).aggregate_distinct())
            .first(conn)?,
        returned: links()
            .filter(outbox::bounced_at.is_not_null())
            .count()
            .get_result(conn)?,
    })
}

/// The authorities that have missed their test of a month, by id; at most `limit`.
pub fn missed_in(
    conn: &mut DbConn,
    month: NaiveDate,
    limit: i64,
) -> QueryResult<Vec<AuthorityName>> {
    let rows: Vec<(String, String)> = canaries::table
        .filter(canaries::month.eq(month))
        .filter(canaries::outcome.eq(CanaryOutcome::Missed.as_str()))
        .order(canaries::authority_id)
        .limit(limit)
        .select((canaries::authority_id, canaries::authority_name))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| AuthorityName { id, name })
        .collect())
}

/// Forgets the tests that left before `before`, with who answered them. How many there were.
pub fn forget(conn: &mut DbConn, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::delete(canaries::table.filter(canaries::sent_at.lt(before.naive_utc()))).execute(conn)
}
