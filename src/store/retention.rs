//! Cases past their time, legal holds, plans, and the destruction of a case's key.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    cases::unknown,
    conn::DbConn,
    forms, likeness,
    outbox::MessageStatus,
    schema::{
        alert_links, alert_posts, audit_entries, case_audiences, case_posts, cases,
        destroyed_cases, idempotency_keys, legal_holds, outbox, retention_plans, victims,
    },
};
use crate::{
    domain::{classify::CaseClass, clocks::NO_DUE},
    ids::{CaseId, HoldId, PlanId},
};

/// A condition on a case: its key was not destroyed.
#[diesel::dsl::auto_type(no_type_alias)]
pub fn is_there() -> _ {
    cases::id.ne_all(destroyed_cases::table.select(destroyed_cases::case_id))
}

/// A case that has ended, as far as its term needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedCase {
    /// Id.
    pub id: CaseId,
    /// Receipt number.
    pub receipt_no: String,
    /// Class.
    pub class: CaseClass,
    /// Receipt: the order of the list.
    pub received_at: DateTime<Utc>,
    /// End.
    pub closed_at: DateTime<Utc>,
    /// Today's province.
    pub province_code: String,
    /// Version.
    pub version: i32,
    /// Whether it has a key that can be destroyed.
    pub is_sealed: bool,
    /// Years of birth of its victims, as far as they are known.
    pub birth_years: Vec<Option<i32>>,
}

type EndedRow = (
    String,
    String,
    String,
    NaiveDateTime,
    Option<NaiveDateTime>,
    String,
    i32,
    Option<String>,
);

/// Cases received and closed before `before`, the oldest first, `limit` of them after `after`; those of
/// one province where it is given. Destroyed ones are not among them.
pub fn ended_before(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    province: Option<&str>,
    after: Option<(DateTime<Utc>, &CaseId)>,
    limit: i64,
) -> QueryResult<Vec<EndedCase>> {
    let mut query = cases::table
        .filter(cases::received_at.lt(before.naive_utc()))
        .filter(cases::closed_at.lt(before.naive_utc()))
        .filter(is_there())
        .order((cases::received_at, cases::id))
        .limit(limit)
        .select((
            cases::id,
            cases::receipt_no,
            cases::case_class,
            cases::received_at,
            cases::closed_at,
            cases::province_code,
            cases::version,
            cases::data_key,
        ))
        .into_boxed();
    if let Some(code) = province {
        query = query.filter(cases::province_code.eq(code.to_owned()));
    }
    if let Some((at, id)) = after {
        let at = at.naive_utc();
        let later = cases::received_at
            .gt(at)
            .or(cases::id.gt(id.as_str().to_owned()));
        query = query.filter(cases::received_at.ge(at)).filter(later);
    }
    let rows: Vec<EndedRow> = query.load(conn)?;
    with_birth_years(conn, rows)
}

/// The case `id` where it has ended and is there.
pub fn ended(conn: &mut DbConn, id: &CaseId) -> QueryResult<Option<EndedCase>> {
    let rows: Vec<EndedRow> = cases::table
        .find(id.as_str())
        .filter(cases::closed_at.is_not_null())
        .filter(is_there())
        .select((
            cases::id,
            cases::receipt_no,
            cases::case_class,
            cases::received_at,
            cases::closed_at,
            cases::province_code,
            cases::version,
            cases::data_key,
        ))
        .load(conn)?;
    Ok(with_birth_years(conn, rows)?.pop())
}

fn with_birth_years(conn: &mut DbConn, rows: Vec<EndedRow>) -> QueryResult<Vec<EndedCase>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let born: Vec<(String, Option<i32>)> = victims::table
        .filter(victims::case_id.eq_any(ids))
        .select((victims::case_id, victims::birth_year))
        .load(conn)?;
    let mut years = BTreeMap::<String, Vec<Option<i32>>>::new();
    for (case, year) in born {
        years.entry(case).or_default().push(year);
    }
    rows.into_iter()
        .filter_map(|row| {
            let (id, receipt_no, class, received_at, closed_at, province_code, version, key) = row;
            let closed_at = closed_at?;
            let class = CaseClass::try_from(class).map_err(unknown);
            Some(class.map(|class| EndedCase {
                birth_years: years.remove(&id).unwrap_or_default(),
                id: id.into(),
                receipt_no,
                class,
                received_at: received_at.and_utc(),
                closed_at: closed_at.and_utc(),
                province_code,
                version,
                is_sealed: key.is_some(),
            }))
        })
        .collect()
}

/// A hold on a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    /// Id.
    pub id: HoldId,
    /// The case.
    pub case_id: CaseId,
    /// `criminal`, `insurance` or another ground.
    pub ground: String,
    /// Since when.
    pub set_at: DateTime<Utc>,
    /// By whom.
    pub set_by: String,
}

/// Sets a hold; `false` where there is one on this ground.
pub fn set_hold(conn: &mut DbConn, hold: &Hold) -> QueryResult<bool> {
    let there = legal_holds::table
        .filter(legal_holds::case_id.eq(hold.case_id.as_str()))
        .filter(legal_holds::ground.eq(&hold.ground))
        .filter(legal_holds::lifted_at.is_null())
        .count()
        .get_result::<i64>(conn)?;
    if there > 0 {
        return Ok(false);
    }
    diesel::insert_into(legal_holds::table)
        .values((
            legal_holds::id.eq(hold.id.as_str()),
            legal_holds::case_id.eq(hold.case_id.as_str()),
            legal_holds::ground.eq(&hold.ground),
            legal_holds::set_at.eq(hold.set_at.naive_utc()),
            legal_holds::set_by.eq(&hold.set_by),
        ))
        .execute(conn)?;
    Ok(true)
}

/// Lifts the hold of a case on a ground; `false` where there is none.
pub fn lift_hold(
    conn: &mut DbConn,
    case: &CaseId,
    ground: &str,
    by: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let held = legal_holds::table
        .filter(legal_holds::case_id.eq(case.as_str()))
        .filter(legal_holds::ground.eq(ground))
        .filter(legal_holds::lifted_at.is_null());
    let lifted = diesel::update(held)
        .set((
            legal_holds::lifted_at.eq(now.naive_utc()),
            legal_holds::lifted_by.eq(by),
        ))
        .execute(conn)?;
    Ok(lifted > 0)
}

/// The cases on which there is a hold, with its grounds.
pub fn held(conn: &mut DbConn) -> QueryResult<BTreeMap<CaseId, BTreeSet<String>>> {
    let rows: Vec<(String, String)> = legal_holds::table
        .filter(legal_holds::lifted_at.is_null())
        .select((legal_holds::case_id, legal_holds::ground))
        .load(conn)?;
    let mut held = BTreeMap::<CaseId, BTreeSet<String>>::new();
    for (case, ground) in rows {
        held.entry(case.into()).or_default().insert(ground);
    }
    Ok(held)
}

/// A plan as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPlan {
    /// Id.
    pub id: PlanId,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// Until when it may be run.
    pub expires_at: DateTime<Utc>,
    /// By whom.
    pub made_by: String,
    /// JSON: what it lists.
    pub items: String,
    /// When it was run.
    pub run_at: Option<DateTime<Utc>>,
}

/// Stores a plan.
pub fn insert_plan(conn: &mut DbConn, plan: &StoredPlan) -> QueryResult<()> {
    diesel::insert_into(retention_plans::table)
        .values((
            retention_plans::id.eq(plan.id.as_str()),
            retention_plans::made_at.eq(plan.made_at.naive_utc()),
            retention_plans::expires_at.eq(plan.expires_at.naive_utc()),
            retention_plans::made_by.eq(&plan.made_by),
            retention_plans::items.eq(&plan.items),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The plan `id`.
pub fn find_plan(conn: &mut DbConn, id: &PlanId) -> QueryResult<Option<StoredPlan>> {
    type Row = (
        String,
        NaiveDateTime,
        NaiveDateTime,
        String,
        String,
        Option<NaiveDateTime>,
    );
    let row: Option<Row> = retention_plans::table
        .find(id.as_str())
        .first(conn)
        .optional()?;
    Ok(row.map(
        |(id, made_at, expires_at, made_by, items, run_at)| StoredPlan {
            id: id.into(),
            made_at: made_at.and_utc(),
            expires_at: expires_at.and_utc(),
            made_by,
            items,
            run_at: run_at.map(|at| at.and_utc()),
        },
    ))
}

/// Notes that a plan was run; `false` where it was before.
pub fn note_run(conn: &mut DbConn, id: &PlanId, now: DateTime<Utc>) -> QueryResult<bool> {
    let not_run = retention_plans::table
        .find(id.as_str())
        .filter(retention_plans::run_at.is_null());
    let noted = diesel::update(not_run)
        .set(retention_plans::run_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(noted == 1)
}

/// Destroys the key of a case, and empties what is personal beside it: the sealed texts, in tables that
/// are only ever added to as well, open no more. Class, counts, codes and dates stay.
pub fn destroy(
    conn: &mut DbConn,
    id: &CaseId,
    plan: &PlanId,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let id = id.as_str();
    diesel::update(cases::table.find(id))
        .set((
            cases::master_key.eq(None::<String>),
            cases::data_key.eq(None::<String>),
            cases::establishment_name.eq(None::<String>),
            cases::assigned_to.eq(None::<String>),
            cases::search_key.eq(""),
            // Nobody is reminded of what nobody can look up.
            cases::due_at.eq(NO_DUE.naive_utc()),
            cases::facts.eq("null"),
            cases::decision.eq("null"),
        ))
        .execute(conn)?;
    diesel::update(victims::table.filter(victims::case_id.eq(id)))
        .set((
            victims::birth_year.eq(None::<i32>),
            victims::citizen_id_hash.eq(None::<String>),
        ))
        .execute(conn)?;
    let messages = outbox::table.filter(outbox::case_id.eq(id));
    diesel::update(messages.filter(outbox::settled_at.is_null()))
        .set((
            outbox::status.eq(MessageStatus::Withdrawn.as_str()),
            outbox::settled_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    diesel::update(messages)
        .set(outbox::payload.eq(None::<String>))
        .execute(conn)?;
    likeness::forget(conn, id)?;
    forms::empty(conn, id)?;
    super::transfers::empty(conn, id)?;
    diesel::delete(alert_links::table.filter(alert_links::case_id.eq(id))).execute(conn)?;
    diesel::delete(case_audiences::table.filter(case_audiences::case_id.eq(id))).execute(conn)?;
    super::search::delete(conn, id)?;
    // No post holds it any more: nobody could write into its timeline that it was handed over.
    let at = Some(now.naive_utc());
    let assigned = case_posts::table.filter(case_posts::case_id.eq(id));
    diesel::update(assigned.filter(case_posts::until.is_null()))
        .set(case_posts::until.eq(at))
        .execute(conn)?;
    let alerted = alert_posts::table.filter(alert_posts::case_id.eq(id));
    diesel::update(alerted.filter(alert_posts::until.is_null()))
        .set(alert_posts::until.eq(at))
        .execute(conn)?;
    diesel::insert_into(destroyed_cases::table)
        .values((
            destroyed_cases::case_id.eq(id),
            destroyed_cases::plan_id.eq(plan.as_str()),
            destroyed_cases::destroyed_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// How many rows of what the service clears by itself are older than this.
pub fn count_older(
    conn: &mut DbConn,
    class: crate::domain::duties::retention::RecordClass,
    before: DateTime<Utc>,
) -> QueryResult<Option<i64>> {
    use crate::domain::duties::retention::RecordClass;
    let before = before.naive_utc();
    Ok(Some(match class {
        RecordClass::Trace => audit_entries::table
            .filter(audit_entries::happened_at.lt(before))
            .count()
            .get_result(conn)?,
        RecordClass::OutboxPayload => outbox::table
            .filter(outbox::payload.is_not_null())
            .filter(outbox::settled_at.lt(before))
            .count()
            .get_result(conn)?,
        RecordClass::IdempotencyKeys => idempotency_keys::table
            .filter(idempotency_keys::created_at.lt(before))
            .count()
            .get_result(conn)?,
        _ => return Ok(None),
    }))
}

/// What is freed is overwritten from now on, so that a destroyed key does not stay in the file.
pub fn overwrite_freed(conn: &mut DbConn) -> QueryResult<()> {
    match conn {
        DbConn::Sqlite(_) => conn.execute_sql("PRAGMA secure_delete = ON"),
        DbConn::Postgres(_) => Ok(()),
    }
}

/// Lets go of the copies that the database itself still keeps: free space and write-ahead log of SQLite,
/// dead rows of PostgreSQL. Outside of a transaction; SQLite writes its whole file anew meanwhile.
pub fn drop_copies(conn: &mut DbConn) -> QueryResult<()> {
    match conn {
        DbConn::Sqlite(_) => conn.execute_sql("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)"),
        DbConn::Postgres(_) => conn.execute_sql("VACUUM cases"),
    }
}
