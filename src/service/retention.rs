//! What is past its time: planned, held back, destroyed (PD-13; D39 Art. 16.3, 18.8).
//!
//! A plan destroys nothing. Running one destroys exactly what it lists: where anything of it has changed
//! since, is on hold, or is no longer due by the rules in force, nothing is destroyed at all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, Months, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Ctx, documents, form::Form, sealed};
use crate::{
    domain::{
        access::{AuthorityFacts, Facts, Right, Sight},
        audit::{Action, Object, ObjectKind},
        case::Event,
        classify::CaseClass,
        clocks,
        declaration::FaultCode,
        duties::retention::{Disposal, Keeping, Period, RecordClass, case_term, period},
        law::Basis,
    },
    error::{AppError, Result},
    ids::{CaseId, EventId, HoldId, PlanId},
    named,
    store::{
        breaches, cases, clocks as stored_clocks,
        conn::DbConn,
        events::{self, NewEvent},
        retention::{self, EndedCase, Hold, StoredPlan},
        subject_requests,
    },
    time::{day_in_vietnam, end_of_day_in_vietnam},
};

/// Most cases in one plan; the next plan takes the others.
const MOST: usize = 500;
/// Cases looked at in one question.
const PAGE: i64 = 1_000;
/// How long a plan may be run.
const PLAN_LASTS: TimeDelta = TimeDelta::days(7);

named! {
    /// Why a case may not be destroyed for now.
    pub enum HoldGround {
        /// Criminal proceedings.
        Criminal = "criminal",
        /// Proceedings about insurance or benefits.
        Insurance = "insurance",
        /// A complaint or a claim.
        Complaint = "complaint",
    }
}

/// A case that would be destroyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DueCase {
    /// Id.
    pub case_id: String,
    /// Receipt number.
    pub receipt_no: String,
    /// Class.
    pub case_class: CaseClass,
    /// Its end.
    pub ended_on: NaiveDate,
    /// Since when it need not be kept.
    pub over_on: NaiveDate,
    /// Its version: where it has another, it has changed.
    pub version: i32,
    /// The rules, of which the longest counts.
    pub basis: Vec<Basis>,
}

/// Rows of a class of records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DueRows {
    /// The class.
    pub class: RecordClass,
    /// What becomes of them.
    pub action: Disposal,
    /// Whether running the plan does it; else the service does it by itself, or keeps them.
    pub by_plan: bool,
    /// Those older than this.
    pub before: Option<NaiveDate>,
    /// How many; `null` where they are not counted here.
    pub count: Option<i64>,
    /// Their ids, where the plan destroys them.
    pub ids: Vec<String>,
    /// The rule.
    pub basis: Basis,
}

/// What would be destroyed, and what would not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Plan {
    /// Cases.
    pub cases: Vec<DueCase>,
    /// How many of each class.
    pub counts: BTreeMap<String, usize>,
    /// Cases past their time on which there is a hold: receipt number and grounds.
    pub on_hold: BTreeMap<String, BTreeSet<String>>,
    /// Ended cases whose term cannot be computed, such as without a year of birth: a person decides.
    pub undetermined: usize,
    /// Cases past their time that are older than sealing: without a key there is none to destroy.
    pub without_key: usize,
    /// Whether there is more than one plan takes.
    pub more: bool,
    /// Other records.
    pub records: Vec<DueRows>,
}

/// What running a plan did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Destroyed {
    /// Cases.
    pub cases: usize,
    /// Entries of registers.
    pub rows: usize,
}

/// The province to which the caller is bound; `None` is all.
fn province(ctx: &Ctx) -> Option<&str> {
    ctx.actor.province_code.as_deref()
}

fn of_province(code: &str) -> AuthorityFacts {
    AuthorityFacts {
        id: String::new(),
        role: None,
        province_code: Some(code.to_owned()),
        commune_code: None,
    }
}

/// What would be destroyed now. Reads only.
pub fn plan(tx: &mut DbConn, ctx: &Ctx) -> Result<Plan> {
    ctx.require(Right::Retention)?;
    let today = day_in_vietnam(ctx.now);
    let mut plan = Plan {
        cases: Vec::new(),
        counts: BTreeMap::new(),
        on_hold: BTreeMap::new(),
        undetermined: 0,
        without_key: 0,
        more: false,
        records: records(tx, ctx, today)?,
    };
    let held = retention::held(tx)?;
    // No case is past its time before the period of the state's file is over.
    let earliest = match period(RecordClass::CaseStateFile, &ctx.world.law, today) {
        Some(period) => cut_off(&period, ctx.now),
        None => None,
    };
    let Some(before) = earliest else {
        return Ok(plan);
    };
    let mut after: Option<(DateTime<Utc>, CaseId)> = None;
    loop {
        let from = after.as_ref().map(|(at, id)| (*at, id));
        let page = retention::ended_before(tx, before, province(ctx), from, PAGE)?;
        let Some(last) = page.last() else {
            break;
        };
        after = Some((last.received_at, last.id.clone()));
        for case in page {
            if plan.cases.len() >= MOST {
                plan.more = true;
                break;
            }
            sort_in(&mut plan, ctx, case, &held, today);
        }
        if plan.more {
            break;
        }
    }
    ctx.note_of(
        Action::PlanRetention,
        Object::new(ObjectKind::RetentionPlan, "dry_run"),
        json!({ "cases": plan.cases.len() }),
    );
    Ok(plan)
}

fn sort_in(
    plan: &mut Plan,
    ctx: &Ctx,
    case: EndedCase,
    held: &BTreeMap<CaseId, BTreeSet<String>>,
    today: NaiveDate,
) {
    match due(&case, ctx, today) {
        Term::Undetermined => plan.undetermined += 1,
        Term::Kept => {}
        Term::Over(_) if held.contains_key(&case.id) => {
            let grounds = held.get(&case.id).cloned().unwrap_or_default();
            plan.on_hold.insert(case.receipt_no, grounds);
        }
        Term::Over(_) if !case.is_sealed => plan.without_key += 1,
        Term::Over(due) => {
            *plan.counts.entry(due.case_class.to_string()).or_default() += 1;
            plan.cases.push(due);
        }
    }
}

enum Term {
    Undetermined,
    Kept,
    Over(DueCase),
}

fn due(case: &EndedCase, ctx: &Ctx, today: NaiveDate) -> Term {
    let ended_on = day_in_vietnam(case.closed_at);
    let term = case_term(
        case.class,
        ended_on,
        &case.birth_years,
        &ctx.world.law,
        today,
    );
    match term.over_on {
        None => Term::Undetermined,
        Some(over_on) if today < over_on => Term::Kept,
        Some(over_on) => Term::Over(DueCase {
            case_id: case.id.to_string(),
            receipt_no: case.receipt_no.clone(),
            case_class: case.class,
            ended_on,
            over_on,
            version: case.version,
            basis: term.basis,
        }),
    }
}

/// What ended before this moment is past its time; `None` where nothing is.
fn cut_off(period: &Period, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let today = day_in_vietnam(now);
    let last = match period.keeping {
        Keeping::Days(_) => today.checked_sub_days(Days::new(period.number.into()))?,
        Keeping::Years(_) => today.checked_sub_months(Months::new(period.number * 12))?,
        Keeping::Kept | Keeping::RetirementAge(_) => return None,
    };
    // The whole of the last day is kept.
    Some(end_of_day_in_vietnam(last.pred_opt()?))
}

fn records(tx: &mut DbConn, ctx: &Ctx, today: NaiveDate) -> Result<Vec<DueRows>> {
    const NOT_OF_A_CASE: [RecordClass; 8] = [
        RecordClass::Trace,
        RecordClass::OutboxPayload,
        RecordClass::IdempotencyKeys,
        RecordClass::Sessions,
        RecordClass::SignInAttempts,
        RecordClass::NeverProven,
        RecordClass::DataSubjectRequests,
        RecordClass::Breaches,
    ];
    let mut found = Vec::new();
    for class in NOT_OF_A_CASE {
        let Some(period) = period(class, &ctx.world.law, today) else {
            continue;
        };
        // Registers are those of the whole service: who is bound to a province does not clear them.
        let is_of_all = province(ctx).is_none();
        let before = cut_off(&period, ctx.now);
        let limit = MOST as i64;
        let ids = match (class, before) {
            (RecordClass::DataSubjectRequests, Some(before)) if is_of_all => {
                Some(subject_requests::answered_before(tx, before, limit)?)
            }
            (RecordClass::Breaches, Some(before)) if is_of_all => {
                Some(breaches::closed_before(tx, before, limit)?)
            }
            _ => None,
        };
        let count = match (&ids, before) {
            (Some(ids), _) => Some(ids.len() as i64),
            (None, Some(before)) => retention::count_older(tx, class, before)?,
            (None, None) => None,
        };
        found.push(DueRows {
            class,
            action: period.keeping.disposal(),
            by_plan: ids.is_some(),
            before: before.map(day_in_vietnam),
            count,
            ids: ids.unwrap_or_default(),
            basis: period.basis,
        });
    }
    Ok(found)
}

/// Makes a plan and stores it, so that it can be run.
pub fn make_plan(tx: &mut DbConn, ctx: &Ctx) -> Result<(StoredPlan, Plan)> {
    let plan = plan(tx, ctx)?;
    let stored = StoredPlan {
        id: PlanId::generate(),
        made_at: ctx.now,
        expires_at: ctx.now + PLAN_LASTS,
        made_by: ctx.actor.name.clone(),
        items: serde_json::to_string(&plan)?,
        run_at: None,
    };
    retention::insert_plan(tx, &stored)?;
    Ok((stored, plan))
}

/// Destroys exactly what the plan `id` lists; nothing at all where anything of it has changed.
pub fn run(tx: &mut DbConn, ctx: &Ctx, id: &PlanId) -> Result<Destroyed> {
    ctx.require(Right::Retention)?;
    let stored = retention::find_plan(tx, id)?.ok_or(AppError::NotFound("plan"))?;
    if stored.run_at.is_some() || !retention::note_run(tx, id, ctx.now)? {
        return Err(AppError::Conflict("plan_was_run"));
    }
    if stored.expires_at <= ctx.now {
        return Err(AppError::Conflict("plan_expired"));
    }
    let plan: Plan = serde_json::from_str(&stored.items)?;
    let today = day_in_vietnam(ctx.now);
    let mut done = Destroyed { cases: 0, rows: 0 };
    for planned in &plan.cases {
        let case = CaseId::from(planned.case_id.clone());
        // From here on nobody changes it, nor sets a hold on it.
        cases::lock(tx, &case)?;
        destroy(tx, ctx, &case, planned, id, today)?;
        done.cases += 1;
    }
    for rows in plan.records.iter().filter(|rows| rows.by_plan) {
        let gone = period(rows.class, &ctx.world.law, today)
            .and_then(|period| cut_off(&period, ctx.now))
            .map(|before| match rows.class {
                RecordClass::DataSubjectRequests => subject_requests::delete(tx, &rows.ids, before),
                RecordClass::Breaches => breaches::delete(tx, &rows.ids, before),
                _ => Ok(0),
            })
            .transpose()?
            .unwrap_or(0);
        if gone != rows.ids.len() {
            return Err(AppError::Conflict("plan_changed"));
        }
        done.rows += gone;
        if gone > 0 {
            ctx.note_of(
                Action::Destroy,
                Object::new(ObjectKind::RetentionPlan, id),
                json!({ "class": rows.class, "rows": gone }),
            );
        }
    }
    Ok(done)
}

fn destroy(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &CaseId,
    planned: &DueCase,
    plan: &PlanId,
    today: NaiveDate,
) -> Result<()> {
    let changed = || AppError::Conflict("plan_changed");
    let now = retention::ended(tx, id)?.ok_or_else(changed)?;
    if retention::held(tx)?.contains_key(id) || !now.is_sealed {
        return Err(changed());
    }
    match due(&now, ctx, today) {
        Term::Over(due)
            if due.version == planned.version
                && due.ended_on == planned.ended_on
                && due.case_class == planned.case_class => {}
        _ => return Err(changed()),
    }
    let mut case = cases::find(tx, id, &Sight::All)?.ok_or_else(changed)?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let event = Event {
        id: EventId::generate(),
        case_id: id.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: "destroyed".to_owned(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: None,
        details: json!({ "plan": plan, "over_on": planned.over_on }),
    };
    events::append(tx, NewEvent::seal(&event, &key)?)?;
    // A duty that outlived the case ends with it at last: nobody can be told any more whom it is owed.
    let mut owed = stored_clocks::list(tx, id)?;
    owed.retain(|clock| clock.stopped_at.is_none() && clock.id.is_duty());
    for clock in &mut owed {
        clocks::stop(clock, ctx.now, "ended");
    }
    stored_clocks::update(tx, id, &owed)?;
    retention::destroy(tx, id, plan, ctx.now)?;
    documents::forget_case(tx, id, ctx.now)?;
    ctx.note(
        Action::Destroy,
        id,
        json!({ "receipt_no": planned.receipt_no, "plan": plan, "basis": planned.basis }),
    );
    Ok(())
}

/// Sets (`is_set`) or lifts a legal hold: `ground`, `reason`. The reason stands sealed in the timeline.
pub fn hold(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, body: &Value, is_set: bool) -> Result<()> {
    ctx.require(Right::Retention)?;
    cases::lock(tx, id)?;
    let mut case = cases::find(tx, id, &Sight::All)?.ok_or(AppError::NotFound("case"))?;
    let facts = of_province(&case.province_code);
    ctx.require_of(Right::Retention, Facts::Authority(&facts), "case")?;
    let mut form = Form::new(body);
    let ground = form.value("ground", FaultCode::NotAllowed, HoldGround::parse);
    let reason = form.text("reason", 1000);
    form.finish()?;
    let ground = ground.ok_or_else(|| AppError::internal("a form lacks its ground"))?;
    let (action, event) = if is_set {
        let hold = Hold {
            id: HoldId::generate(),
            case_id: id.clone(),
            ground: ground.to_string(),
            set_at: ctx.now,
            set_by: ctx.actor.name.clone(),
        };
        if !retention::set_hold(tx, &hold)? {
            return Err(AppError::Conflict("already_on_hold"));
        }
        (Action::SetHold, "hold_set")
    } else {
        let (ground, by) = (ground.as_str(), ctx.actor.name.as_str());
        if !retention::lift_hold(tx, id, ground, by, ctx.now)? {
            return Err(AppError::Conflict("not_on_hold"));
        }
        (Action::LiftHold, "hold_lifted")
    };
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let event = Event {
        id: EventId::generate(),
        case_id: id.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: event.to_owned(),
        from_status: Some(case.status),
        to_status: case.status,
        reason,
        details: json!({ "ground": ground }),
    };
    events::append(tx, NewEvent::seal(&event, &key)?)?;
    ctx.note(action, id, json!({ "ground": ground }));
    Ok(())
}
