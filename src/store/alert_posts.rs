//! To which posts alerts belong, and what a post holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    cases::unknown,
    conn::DbConn,
    posts::PostRow,
    schema::{acknowledgements, alert_posts, alerts, case_posts, cases, posts},
};
use crate::{
    domain::{authority::Role, case::CaseStatus, post::Post},
    ids::{AlertId, CaseId, PostId},
};

/// From now on the alert belongs to this post.
pub fn assign(
    conn: &mut DbConn,
    (case, alert): (&CaseId, &AlertId),
    post: &PostId,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let at = at.naive_utc();
    let open = alert_posts::table
        .filter(alert_posts::alert_id.eq(alert.as_str()))
        .filter(alert_posts::until.is_null());
    diesel::update(open)
        .set(alert_posts::until.eq(Some(at)))
        .execute(conn)?;
    diesel::insert_into(alert_posts::table)
        .values((
            alert_posts::id.eq(uuid::Uuid::now_v7().to_string()),
            alert_posts::alert_id.eq(alert.as_str()),
            alert_posts::case_id.eq(case.as_str()),
            alert_posts::post_id.eq(post.as_str()),
            alert_posts::since.eq(at),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The alerts of a case that belong to posts, ended ones as well, each with its post.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<(AlertId, Post)>> {
    let rows: Vec<(String, PostRow)> = alert_posts::table
        .inner_join(posts::table)
        .filter(alert_posts::case_id.eq(case.as_str()))
        .filter(alert_posts::until.is_null())
        .order((alert_posts::since, alert_posts::id))
        .select((alert_posts::alert_id, PostRow::as_select()))
        .load(conn)?;
    rows.into_iter()
        .map(|(alert, post)| Ok((alert.into(), post.try_into()?)))
        .collect()
}

/// The alerts of a post that still hold, each with its case.
pub fn of_post(conn: &mut DbConn, post: &PostId) -> QueryResult<Vec<(CaseId, AlertId)>> {
    let rows: Vec<(String, String)> = alert_posts::table
        .inner_join(alerts::table)
        .filter(alert_posts::post_id.eq(post.as_str()))
        .filter(alert_posts::until.is_null())
        .filter(alerts::ended_at.is_null())
        .order((alert_posts::case_id, alert_posts::alert_id))
        .select((alert_posts::case_id, alert_posts::alert_id))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(case, alert)| (case.into(), alert.into()))
        .collect())
}

/// An alert that belongs to a post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldAlert {
    /// Id.
    pub id: AlertId,
    /// Role in which the authority is told.
    pub role: Role,
    /// The authority that was told.
    pub authority_id: Option<String>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// When somebody took it.
    pub taken_at: Option<DateTime<Utc>>,
}

/// A case in which a post holds something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldCase {
    /// The case.
    pub case: CaseId,
    /// Its receipt number.
    pub receipt_no: String,
    /// Where it stands.
    pub status: CaseStatus,
    /// Whether it is assigned to the post.
    pub is_assigned: bool,
    /// Its alerts that belong to the post and still hold.
    pub alerts: Vec<HeldAlert>,
}

/// The cases in which a post holds something, ended ones as well, by id: `limit` of them after `after`.
pub fn held(
    conn: &mut DbConn,
    post: &PostId,
    after: Option<&CaseId>,
    limit: i64,
) -> QueryResult<Vec<HeldCase>> {
    let after = after.map_or("", CaseId::as_str);
    let assigned: Vec<String> = case_posts::table
        .filter(case_posts::post_id.eq(post.as_str()))
        .filter(case_posts::until.is_null())
        .filter(case_posts::case_id.gt(after))
        .order(case_posts::case_id)
        .limit(limit)
        .select(case_posts::case_id)
        .load(conn)?;
    let alerted: Vec<String> = alert_posts::table
        .inner_join(alerts::table)
        .filter(alert_posts::post_id.eq(post.as_str()))
        .filter(alert_posts::until.is_null())
        .filter(alert_posts::case_id.gt(after))
        .filter(alerts::ended_at.is_null())
        .order(alert_posts::case_id)
        .limit(limit)
        .select(alert_posts::case_id)
        .distinct()
        .load(conn)?;
    // The first of either are the first of both.
    let assigned: BTreeSet<String> = assigned.into_iter().collect();
    let both: BTreeSet<String> = assigned.iter().cloned().chain(alerted).collect();
    let page: Vec<String> = both
        .into_iter()
        .take(usize::try_from(limit).unwrap_or_default())
        .collect();
    let mut alerts = alerts_in(conn, post, &page)?;
    let rows: Vec<(String, String, String)> = cases::table
        .filter(cases::id.eq_any(&page))
        .order(cases::id)
        .select((cases::id, cases::receipt_no, cases::status))
        .load(conn)?;
    rows.into_iter()
        .map(|(case, receipt_no, status)| {
            Ok(HeldCase {
                is_assigned: assigned.contains(&case),
                alerts: alerts.remove(&case).unwrap_or_default(),
                case: case.into(),
                receipt_no,
                status: CaseStatus::try_from(status).map_err(unknown)?,
            })
        })
        .collect()
}

fn alerts_in(
    conn: &mut DbConn,
    post: &PostId,
    cases: &[String],
) -> QueryResult<BTreeMap<String, Vec<HeldAlert>>> {
    type Row = (String, String, String, Option<String>, NaiveDateTime);
    let rows: Vec<Row> = alert_posts::table
        .inner_join(alerts::table)
        .filter(alert_posts::post_id.eq(post.as_str()))
        .filter(alert_posts::until.is_null())
        .filter(alert_posts::case_id.eq_any(cases))
        .filter(alerts::ended_at.is_null())
        .order((alerts::created_at, alerts::id))
        .select((
            alerts::case_id,
            alerts::id,
            alerts::role,
            alerts::authority_id,
            alerts::created_at,
        ))
        .load(conn)?;
    let taken: Vec<(String, NaiveDateTime)> = acknowledgements::table
        .filter(acknowledgements::case_id.eq_any(cases))
        .select((
            acknowledgements::alert_id,
            acknowledgements::acknowledged_at,
        ))
        .load(conn)?;
    let taken: BTreeMap<String, NaiveDateTime> = taken.into_iter().collect();
    let mut found: BTreeMap<String, Vec<HeldAlert>> = BTreeMap::new();
    for (case, id, role, authority_id, created_at) in rows {
        found.entry(case).or_default().push(HeldAlert {
            taken_at: taken.get(&id).map(NaiveDateTime::and_utc),
            id: id.into(),
            role: Role::try_from(role).map_err(unknown)?,
            authority_id,
            created_at: created_at.and_utc(),
        });
    }
    Ok(found)
}
