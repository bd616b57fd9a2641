//! The register of data subjects' requests: registered, acknowledged, extended once, answered or refused
//! within the limits of D356 Art. 5.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Ctx, form::Form, paging, posts::authority_facts};
use crate::{
    domain::{
        access::{Facts, Right, Sight, table},
        audit::{Action, Object, ObjectKind},
        declaration::{Fault, FaultCode},
        duties::requests::{
            Capacity, NotExtended, RefusalGround, Relation, RequestKind, RequestStatus, extend,
            limits,
        },
        post::facts_of,
        receipt::ReceiptNo,
    },
    error::{AppError, Result},
    ids::{CaseId, RequestId},
    sealing::{Column, Sealed},
    store::{
        audit, cases,
        conn::DbConn,
        declarations,
        subject_requests::{self, StoredRequest, Which},
    },
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

/// Longest text, in characters.
const LONGEST: usize = 4000;
/// Most entries of the trace in an answer.
const MOST_SEEN: i64 = 500;

/// What stands sealed in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Name of who asks.
    pub requester: String,
    /// How they are reached.
    pub contact: String,
    /// What they ask for, in their words.
    pub details: String,
    /// Why the limit was extended.
    pub extended_because: Option<String>,
    /// What they were answered, or why they were refused.
    pub answer: Option<String>,
    /// Who saw the record, as it was when they were answered.
    pub seen_by: Option<Vec<Seen>>,
}

/// A look at a record, or a change of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Seen {
    /// When.
    pub happened_at: String,
    /// The post or office.
    pub actor: String,
    /// Its role.
    pub role: String,
    /// What was done.
    pub action: String,
    /// What for.
    pub purpose: String,
}

/// A request, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// As it is stored.
    pub stored: StoredRequest,
    /// What is sealed in it.
    pub content: Content,
}

impl Request {
    /// Which limits have passed: of the acknowledgement, of the answer.
    pub fn overdue(&self, now: chrono::DateTime<chrono::Utc>) -> (bool, bool) {
        let stored = &self.stored;
        let is_open = stored.status == RequestStatus::Open;
        let acknowledge =
            stored.acknowledged_at.is_none() && stored.limits.acknowledge.due_raw < now;
        (
            is_open && acknowledge,
            is_open && stored.limits.answer.due_raw < now,
        )
    }
}

/// What a query of the requests says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestsQuery {
    /// `open` (where absent), `overdue` or `all`.
    pub status: Option<String>,
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A page of requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestsPage {
    /// By age.
    pub items: Vec<Request>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

const RIGHT: Right = Right::DataSubjectRequests;

fn row(id: &RequestId) -> String {
    format!("data_subject_requests/{id}")
}

fn note(ctx: &Ctx, action: Action, id: &RequestId, details: Value) {
    let object = Object::new(ObjectKind::DataSubjectRequest, id);
    ctx.note_of(action, object, details);
}

/// The ids of the authorities whose register the caller keeps; `None` is every one.
fn authorities_within(ctx: &Ctx) -> Option<Vec<String>> {
    let everywhere = table::rows().any(|row| {
        Some(row.holder) == ctx.actor.holder()
            && row.right == RIGHT
            && row.bound == table::Bound::Everywhere
    });
    if everywhere {
        return None;
    }
    let today = day_in_vietnam(ctx.now);
    let rows = ctx.world.directory.rows().iter();
    let kept = rows
        .filter(|row| row.in_force_on(today))
        .filter(|row| {
            facts_of(row, &ctx.world.places, today)
                .is_some_and(|facts| ctx.may(RIGHT, Facts::Authority(&facts)))
        })
        .map(|row| row.authority_id.clone());
    Some(kept.collect())
}

/// The requests that the caller keeps.
pub fn list(tx: &mut DbConn, ctx: &Ctx, query: &RequestsQuery) -> Result<RequestsPage> {
    ctx.require(RIGHT)?;
    let mut faults = Vec::new();
    let limit = paging::limit(query.limit.as_deref(), &mut faults);
    let which = match query.status.as_deref() {
        None | Some("open") => Which::Open,
        Some("overdue") => Which::Overdue(ctx.now),
        Some("all") => Which::All,
        Some(_) => {
            faults.push(Fault {
                pointer: "/status".into(),
                code: FaultCode::NotAllowed,
            });
            Which::All
        }
    };
    let after = paging::after(query.cursor.as_deref(), &mut faults, RequestId::parse);
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let within = authorities_within(ctx);
    let many = paging::one_more(limit);
    let mut found = subject_requests::list(tx, within.as_deref(), which, after.as_ref(), many)?;
    let next = paging::cut(&mut found, limit).map(|request| request.id.to_string());
    let items = found
        .into_iter()
        .map(|stored| {
            note(ctx, Action::ReadRequest, &stored.id, json!({}));
            opened(ctx, stored)
        })
        .collect::<Result<_>>()?;
    Ok(RequestsPage { items, next })
}

fn opened(ctx: &Ctx, stored: StoredRequest) -> Result<Request> {
    let key = ctx.keys.register_key();
    let text = key.open(Column::RegisterContent, &row(&stored.id), &stored.content)?;
    Ok(Request {
        content: serde_json::from_str(&text)?,
        stored,
    })
}

fn sealed(ctx: &Ctx, id: &RequestId, content: &Content) -> Result<Sealed> {
    let text = serde_json::to_string(content)?;
    let key = ctx.keys.register_key();
    Ok(key.seal(Column::RegisterContent, &row(id), &text)?)
}

/// The request `id`, if the caller keeps it.
pub fn show(tx: &mut DbConn, ctx: &Ctx, id: &RequestId) -> Result<Request> {
    let request = found(tx, ctx, id)?;
    note(ctx, Action::ReadRequest, id, json!({}));
    Ok(request)
}

fn found(tx: &mut DbConn, ctx: &Ctx, id: &RequestId) -> Result<Request> {
    ctx.require(RIGHT)?;
    let stored = subject_requests::find(tx, id)?.ok_or(AppError::NotFound("request"))?;
    let facts = authority_facts(ctx, stored.authority_id.as_deref().unwrap_or_default());
    ctx.require_of(RIGHT, Facts::Authority(&facts), "request")?;
    opened(ctx, stored)
}

/// Registers a request: `kind`, `relation`, `requester`, `contact`, `details`, and where they are known
/// `receipt_no`, `capacity`, `received_at`, `authority_id`.
pub fn register(tx: &mut DbConn, ctx: &Ctx, body: &Value) -> Result<Request> {
    ctx.require(RIGHT)?;
    let mut form = Form::new(body);
    let kind = form.value("kind", FaultCode::NotAllowed, RequestKind::parse);
    let relation = form.value("relation", FaultCode::NotAllowed, Relation::parse);
    let capacity = form.optional("capacity", FaultCode::NotAllowed, Capacity::parse);
    let requester = form.text("requester", 200);
    let contact = form.text("contact", 300);
    let details = form.text("details", LONGEST);
    let received_at = form.optional_moment("received_at").unwrap_or(ctx.now);
    if received_at > ctx.now {
        form.fault("received_at", FaultCode::InTheFuture);
    }
    let own = ctx
        .actor
        .post
        .as_ref()
        .map(|held| held.authority_id.clone());
    let asked = form.optional("authority_id", FaultCode::NotAllowed, |id| {
        let facts = authority_facts(ctx, id);
        let is_kept = ctx.may(RIGHT, Facts::Authority(&facts));
        (is_kept && facts.province_code.is_some()).then(|| id.to_owned())
    });
    let authority_id = asked.or(own);
    let written = form.optional_text("receipt_no", 40);
    let record = match &written {
        Some(written) => {
            let record = record_of(tx, ctx, authority_id.as_deref(), written)?;
            if record.is_none() {
                form.fault("receipt_no", FaultCode::NotAllowed);
            }
            record
        }
        None => None,
    };
    form.finish()?;
    let (Some(kind), Some(relation), Some(requester), Some(contact), Some(details)) =
        (kind, relation, requester, contact, details)
    else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    let capacity = capacity.unwrap_or(Capacity::Controller);
    let limits = limits(kind, capacity, received_at, &ctx.world.law)
        .map_err(|_| AppError::Conflict("no_rule"))?;
    let content = Content {
        requester,
        contact,
        details,
        extended_because: None,
        answer: None,
        seen_by: None,
    };
    let id = RequestId::generate();
    let (receipt_no, case_id) = record.unzip();
    let stored = StoredRequest {
        authority_id,
        kind,
        capacity,
        relation,
        receipt_no,
        case_id,
        status: RequestStatus::Open,
        received_at,
        acknowledged_at: None,
        answered_at: None,
        refusal_ground: None,
        registered_by: ctx.actor.name.clone(),
        limits,
        content: sealed(ctx, &id, &content)?,
        id,
    };
    subject_requests::insert(tx, &stored)?;
    note(
        ctx,
        Action::RegisterRequest,
        &stored.id,
        json!({ "kind": kind, "case": stored.case_id }),
    );
    Ok(Request { stored, content })
}

/// The record of a receipt number, where it lies in the province of the authority that keeps the
/// register; the operator's register is about records of every province.
fn record_of(
    tx: &mut DbConn,
    ctx: &Ctx,
    authority_id: Option<&str>,
    written: &str,
) -> Result<Option<(String, CaseId)>> {
    let Ok(number) = ReceiptNo::parse(written) else {
        return Ok(None);
    };
    let Some(stored) = declarations::find(tx, number.as_str())? else {
        return Ok(None);
    };
    let Some(case) = cases::find(tx, &stored.case_id, &Sight::All)? else {
        return Ok(None);
    };
    let is_theirs = match authority_id {
        Some(id) => {
            let province = authority_facts(ctx, id).province_code;
            province.as_deref() == Some(case.province_code.as_str())
        }
        None => authorities_within(ctx).is_none(),
    };
    Ok(is_theirs.then_some((stored.receipt_no, stored.case_id)))
}

/// A request to change that is open, and as it was before.
fn to_change(tx: &mut DbConn, ctx: &Ctx, id: &RequestId) -> Result<(Request, StoredRequest)> {
    let request = found(tx, ctx, id)?;
    if request.stored.status != RequestStatus::Open {
        return Err(AppError::Conflict("request_not_open"));
    }
    let before = request.stored.clone();
    Ok((request, before))
}

fn store(
    tx: &mut DbConn,
    ctx: &Ctx,
    mut request: Request,
    before: &StoredRequest,
    step: &str,
) -> Result<Request> {
    request.stored.content = sealed(ctx, &request.stored.id, &request.content)?;
    if !subject_requests::update(tx, &request.stored, before)? {
        return Err(AppError::Conflict("stale_version"));
    }
    let details = json!({ "step": step, "case": request.stored.case_id });
    note(ctx, Action::HandleRequest, &request.stored.id, details);
    Ok(request)
}

/// Notes that who asks was told that the request arrived.
pub fn acknowledge(tx: &mut DbConn, ctx: &Ctx, id: &RequestId) -> Result<Request> {
    let (mut request, before) = to_change(tx, ctx, id)?;
    if before.acknowledged_at.is_some() {
        return Err(AppError::Conflict("already_acknowledged"));
    }
    request.stored.acknowledged_at = Some(ctx.now);
    store(tx, ctx, request, &before, "acknowledge")
}

/// Extends the limit once by the same length: `reason`.
pub fn extend_once(tx: &mut DbConn, ctx: &Ctx, id: &RequestId, body: &Value) -> Result<Request> {
    let (mut request, before) = to_change(tx, ctx, id)?;
    let mut form = Form::new(body);
    let reason = form.text("reason", LONGEST);
    form.finish()?;
    request.stored.limits = extend(&before.limits, ctx.now, &ctx.world.law).map_err(|why| {
        AppError::Conflict(match why {
            NotExtended::Already => "already_extended",
            NotExtended::Expired => "limit_has_passed",
            NotExtended::NoRule(_) => "no_rule",
        })
    })?;
    request.content.extended_because = reason;
    store(tx, ctx, request, &before, "extend")
}

/// Answers a request: `answer`. Whoever asks to see a record or for a copy is also told who saw it.
pub fn answer(tx: &mut DbConn, ctx: &Ctx, id: &RequestId, body: &Value) -> Result<Request> {
    let (mut request, before) = to_change(tx, ctx, id)?;
    let mut form = Form::new(body);
    let answer = form.text("answer", LONGEST);
    form.finish()?;
    request.content.answer = answer;
    if let Some(case) = &before.case_id
        && matches!(before.kind, RequestKind::View | RequestKind::Copy)
    {
        request.content.seen_by = Some(who_saw(tx, case)?);
        ctx.note(Action::ReadTrace, case, json!({ "request": before.id }));
    }
    end(tx, ctx, request, &before, RequestStatus::Answered)
}

/// Refuses a request: `ground`, `answer`.
pub fn refuse(tx: &mut DbConn, ctx: &Ctx, id: &RequestId, body: &Value) -> Result<Request> {
    let (mut request, before) = to_change(tx, ctx, id)?;
    let mut form = Form::new(body);
    let ground = form.value("ground", FaultCode::NotAllowed, |text| {
        RefusalGround::parse(text).filter(|ground| ground.holds_for(before.kind))
    });
    let answer = form.text("answer", LONGEST);
    form.finish()?;
    request.stored.refusal_ground = ground;
    request.content.answer = answer;
    end(tx, ctx, request, &before, RequestStatus::Refused)
}

fn end(
    tx: &mut DbConn,
    ctx: &Ctx,
    mut request: Request,
    before: &StoredRequest,
    status: RequestStatus,
) -> Result<Request> {
    request.stored.status = status;
    request.stored.answered_at = Some(ctx.now);
    // Whoever is answered has been told that the request arrived.
    request.stored.acknowledged_at.get_or_insert(ctx.now);
    store(tx, ctx, request, before, status.as_str())
}

/// Who saw or changed the record, the newest first: posts and offices, and no private person.
fn who_saw(tx: &mut DbConn, case: &CaseId) -> Result<Vec<Seen>> {
    let rows = audit::of_object(tx, case.as_str(), None, MOST_SEEN)?;
    Ok(rows
        .into_iter()
        .map(|row| Seen {
            happened_at: rfc3339_in_vietnam(row.happened_at),
            actor: row.actor_name,
            role: row.actor_role,
            action: row.action,
            purpose: row.purpose,
        })
        .collect())
}
