//! What data subjects ask for. What people wrote is sealed by the caller.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{cases::unknown, conn::DbConn, schema::data_subject_requests as requests};
use crate::{
    domain::duties::requests::{
        Capacity, RefusalGround, Relation, RequestKind, RequestLimits, RequestStatus,
    },
    ids::{CaseId, RequestId},
    sealing::Sealed,
};

/// A request as the register keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRequest {
    /// Id.
    pub id: RequestId,
    /// Who keeps it; `None` is the operator.
    pub authority_id: Option<String>,
    /// What is asked for.
    pub kind: RequestKind,
    /// For whom the asked body processes.
    pub capacity: Capacity,
    /// Who asks.
    pub relation: Relation,
    /// About which record.
    pub receipt_no: Option<String>,
    /// Its case.
    pub case_id: Option<CaseId>,
    /// Where it stands.
    pub status: RequestStatus,
    /// Receipt.
    pub received_at: DateTime<Utc>,
    /// When it was acknowledged.
    pub acknowledged_at: Option<DateTime<Utc>>,
    /// When it was answered or refused.
    pub answered_at: Option<DateTime<Utc>>,
    /// Why it was refused.
    pub refusal_ground: Option<RefusalGround>,
    /// Who registered it.
    pub registered_by: String,
    /// Its limits.
    pub limits: RequestLimits,
    /// Sealed.
    pub content: Sealed,
}

#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = requests, treat_none_as_null = true, treat_none_as_default_value = false)]
struct RequestRow {
    id: String,
    authority_id: Option<String>,
    kind: String,
    capacity: String,
    relation: String,
    receipt_no: Option<String>,
    case_id: Option<String>,
    status: String,
    received_at: NaiveDateTime,
    acknowledge_due: NaiveDateTime,
    acknowledged_at: Option<NaiveDateTime>,
    answer_due: NaiveDateTime,
    answered_at: Option<NaiveDateTime>,
    refusal_ground: Option<String>,
    registered_by: String,
    limits: String,
    content: String,
}

impl RequestRow {
    fn of(request: &StoredRequest) -> QueryResult<Self> {
        let naive = |at: Option<DateTime<Utc>>| at.map(|at| at.naive_utc());
        Ok(Self {
            id: request.id.to_string(),
            authority_id: request.authority_id.clone(),
            kind: request.kind.to_string(),
            capacity: request.capacity.to_string(),
            relation: request.relation.to_string(),
            receipt_no: request.receipt_no.clone(),
            case_id: request.case_id.as_ref().map(ToString::to_string),
            status: request.status.to_string(),
            received_at: request.received_at.naive_utc(),
            acknowledge_due: request.limits.acknowledge.due_raw.naive_utc(),
            acknowledged_at: naive(request.acknowledged_at),
            answer_due: request.limits.answer.due_raw.naive_utc(),
            answered_at: naive(request.answered_at),
            refusal_ground: request.refusal_ground.map(|ground| ground.to_string()),
            registered_by: request.registered_by.clone(),
            limits: super::as_json(&request.limits)?,
            content: request.content.as_stored().to_owned(),
        })
    }

    fn into_request(self) -> QueryResult<StoredRequest> {
        let moment = |at: Option<NaiveDateTime>| at.map(|at| at.and_utc());
        Ok(StoredRequest {
            id: self.id.into(),
            authority_id: self.authority_id,
            kind: RequestKind::try_from(self.kind).map_err(unknown)?,
            capacity: Capacity::try_from(self.capacity).map_err(unknown)?,
            relation: Relation::try_from(self.relation).map_err(unknown)?,
            receipt_no: self.receipt_no,
            case_id: self.case_id.map(CaseId::from),
            status: RequestStatus::try_from(self.status).map_err(unknown)?,
            received_at: self.received_at.and_utc(),
            acknowledged_at: moment(self.acknowledged_at),
            answered_at: moment(self.answered_at),
            refusal_ground: self
                .refusal_ground
                .map(RefusalGround::try_from)
                .transpose()
                .map_err(unknown)?,
            registered_by: self.registered_by,
            limits: super::from_json(&self.limits)?,
            content: self.content.into(),
        })
    }
}

/// Adds a request.
pub fn insert(conn: &mut DbConn, request: &StoredRequest) -> QueryResult<()> {
    diesel::insert_into(requests::table)
        .values(RequestRow::of(request)?)
        .execute(conn)
        .map(|_| ())
}

/// Writes a request as it is now, if it is still in the state `before`, extended or not as `before` was.
pub fn update(
    conn: &mut DbConn,
    request: &StoredRequest,
    before: &StoredRequest,
) -> QueryResult<bool> {
    let unchanged = requests::table
        .filter(requests::id.eq(request.id.as_str()))
        .filter(requests::status.eq(before.status.as_str()))
        .filter(requests::content.eq(before.content.as_stored()));
    let changed = diesel::update(unchanged)
        .set(RequestRow::of(request)?)
        .execute(conn)?;
    Ok(changed == 1)
}

/// The request `id`.
pub fn find(conn: &mut DbConn, id: &RequestId) -> QueryResult<Option<StoredRequest>> {
    let row: Option<RequestRow> = requests::table
        .find(id.as_str())
        .select(RequestRow::as_select())
        .first(conn)
        .optional()?;
    row.map(RequestRow::into_request).transpose()
}

/// Which requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All.
    All,
    /// Those that are open.
    Open,
    /// Those that are past a limit at this moment.
    Overdue(DateTime<Utc>),
}

/// Requests by age, `limit` of them after `after`; only those of the authorities `within`, `None` is all.
pub fn list(
    conn: &mut DbConn,
    within: Option<&[String]>,
    which: Which,
    after: Option<&RequestId>,
    limit: i64,
) -> QueryResult<Vec<StoredRequest>> {
    let mut query = requests::table
        .order(requests::id)
        .limit(limit)
        .select(RequestRow::as_select())
        .into_boxed();
    if let Some(ids) = within {
        query = query.filter(requests::authority_id.eq_any(ids.iter().cloned().map(Some)));
    }
    if let Some(after) = after {
        query = query.filter(requests::id.gt(after.as_str().to_owned()));
    }
    if which != Which::All {
        query = query.filter(requests::status.eq(RequestStatus::Open.as_str()));
    }
    if let Which::Overdue(now) = which {
        let now = now.naive_utc();
        let not_acknowledged = requests::acknowledged_at
            .is_null()
            .and(requests::acknowledge_due.lt(now));
        query = query.filter(requests::answer_due.lt(now).or(not_acknowledged));
    }
    let rows: Vec<RequestRow> = query.load(conn)?;
    rows.into_iter().map(RequestRow::into_request).collect()
}

/// How many open requests are past a limit at `now`.
pub fn count_overdue(conn: &mut DbConn, now: DateTime<Utc>) -> QueryResult<i64> {
    let now = now.naive_utc();
    let not_acknowledged = requests::acknowledged_at
        .is_null()
        .and(requests::acknowledge_due.lt(now));
    requests::table
        .filter(requests::status.eq(RequestStatus::Open.as_str()))
        .filter(requests::answer_due.lt(now).or(not_acknowledged))
        .count()
        .get_result(conn)
}

/// Ids of requests that were answered before `before`, `limit` of them.
pub fn answered_before(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<String>> {
    requests::table
        .filter(requests::answered_at.lt(before.naive_utc()))
        .order(requests::id)
        .limit(limit)
        .select(requests::id)
        .load(conn)
}

/// Deletes these requests where they were answered before `before`; how many.
pub fn delete(conn: &mut DbConn, ids: &[String], before: DateTime<Utc>) -> QueryResult<usize> {
    let past = requests::table
        .filter(requests::id.eq_any(ids))
        .filter(requests::answered_at.lt(before.naive_utc()));
    diesel::delete(past).execute(conn)
}
