//! What officials do with cases: look through the queue, read a case, take it a step further.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    domain::{
        access::{Actor, Facts, Right, audiences, holders_of_the_file, is_of_employer},
        audit::Action,
        case::{
            Case, CaseFacts, Event, Step,
            closing::{self, ClosingItem},
            duplicates::PossibleDuplicate,
            event::{Document, documents},
            fields::values_of,
            flags::{self, Flag},
            guard::{VictimFacts, allowed},
            step::{Field, FieldType, StepRule, Values},
            take::{NotTaken, Taken},
        },
        classify::{Contradiction, ContradictionCode},
        clocks::{Clock, NoRule},
        decide::{Decision, Standing},
        declaration::{Declaration, Fault, FaultCode},
        law::Basis,
        message::{Alarm, AlarmKind, WithdrawnBecause},
        notice::NoticeState,
        place::UnitLevel,
        victim::{Employment, VictimClass},
    },
    error::{AppError, Result},
    ids::{CaseId, PostId},
    sealing::CaseKey,
    service::{
        Ctx, alerts,
        declarations::decided,
        inventory::{self, Before},
        masking,
        news::{self, Known},
        notices::{self, Told},
        notify,
        opening::{self, Territory},
        posts::assignable,
        sealed, search,
        seen::not_held,
        transfer,
    },
    store::{
        cases::{self, CaseVictim},
        clocks,
        conn::DbConn,
        events::{self, NewEvent},
        merges, notices as store_notices, posts,
        queue::{self, CaseLine, QueueFilter},
        territories,
    },
    time::day_in_vietnam,
};

pub mod alike;
mod at_hand;
mod bulk;
pub mod dossier;
pub mod foresee;
mod lowered;
mod moving;
mod reinstate;
pub mod reports;
mod views;

use at_hand::AtHand;

pub use bulk::{Assigned, HeldBy, Outcome, assign_many};
pub use views::{Counted, counts, open_by_class_and_state, open_by_commune};

pub use super::queue_params::{QueueParams, cursor_of};

/// A page of the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuePage {
    /// The cases.
    pub items: Vec<CaseLine>,
    /// Cursor of the next page; `None` on the last.
    pub next: Option<String>,
}

/// A case with everything that belongs to it.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseDetail {
    /// The case.
    pub case: Case,
    /// Where the notice of an unknown person stands, where it began with one.
    pub notice: Option<NoticeState>,
    /// The declaration with its supplements; `None` where the content is not kept.
    pub facts: Option<Declaration>,
    /// What the law says of it.
    pub decision: Option<Decision>,
    /// The same as the caller may read it.
    pub declaration: Option<Value>,
    /// Pointers of what is masked in it.
    pub masked: Vec<String>,
    /// The post that it is assigned to.
    pub assigned_post: Option<PostId>,
    /// The persons hurt, as counted.
    pub victims: Vec<CaseVictim>,
    /// Time limits.
    pub clocks: Vec<Clock>,
    /// Timeline, the oldest first.
    pub events: Vec<Event>,
    /// Papers that the timeline names.
    pub documents: Vec<Document>,
    /// What is so beside its state.
    pub flags: Vec<Flag>,
    /// What is missing before it can be closed, with the victims it concerns.
    pub missing_to_close: Vec<(ClosingItem, Vec<u32>)>,
    /// What the caller may do now.
    pub allowed: Vec<AllowedStep>,
    /// Other cases that may be the same accident, the likeliest first.
    pub possible_duplicates: Vec<PossibleDuplicate>,
    /// Where the reports of the accident differ, for whoever may compare them.
    pub differing: Vec<Contradiction>,
}

/// A step that the caller may take, with its fields. `seen_version` always comes on top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedStep {
    /// The step.
    pub step: Step,
    /// Legal ground.
    pub article: &'static str,
    /// Fields.
    pub fields: Vec<AllowedField>,
}

/// A field of an allowed step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllowedField {
    /// Name.
    pub name: &'static str,
    /// Type.
    pub kind: FieldType,
    /// Whether it must be there.
    pub required: bool,
    /// The values that it may take; empty where any.
    pub values: Vec<String>,
    /// Where they come from.
    pub source: Values,
    /// The fields of each object, where it is a list.
    pub items: Vec<AllowedField>,
}

/// Take `case` one step further, with the fields of the step in `body`.
#[derive(Debug, Clone)]
pub struct TakeStep {
    /// The case.
    pub case: CaseId,
    /// The step.
    pub step: Step,
    /// JSON object: `seen_version` and the fields.
    pub body: Value,
}

/// The caller's queue: what is open by its nearest limit, then what has ended.
pub fn queue(tx: &mut DbConn, ctx: &Ctx, params: &QueueParams) -> Result<QueuePage> {
    ctx.require(Right::ListCases)?;
    let mut filter = params.read().map_err(AppError::Invalid)?;
    name_post(&mut filter, &ctx.actor);
    views::narrow(tx, ctx, &mut filter)?;

    let (items, next) = queue::page(tx, &audiences(&ctx.actor), &filter, ctx.now)?;
    if !filter.words.is_empty() {
        // Nobody's name is looked through here.
        let found = (items.len(), next.is_some());
        search::note_asked(ctx, "GET /api/v1/cases", &filter.words, false, found);
    }

    Ok(QueuePage {
        items,
        next: next.map(|position| cursor_of(filter.sort, &position)),
    })
}

/// Who works on a case is a post, `me`, or a name.
fn name_post(filter: &mut QueueFilter, actor: &Actor) {
    let Some(name) = &filter.assigned_to else {
        return;
    };
    let post = match (name.as_str(), &actor.post) {
        ("me", Some(held)) => Some(held.id.clone()),
        ("me", None) => {
            filter.assigned_to = Some(actor.name.clone());
            return;
        }
        (text, _) => PostId::parse(text),
    };
    if post.is_some() {
        filter.assigned_to = None;
        filter.assigned_post = post;
    }
}

/// The case `id`, if the caller sees it; that it was looked at is traced.
pub fn show(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<CaseDetail> {
    let detail = detail(tx, ctx, id)?;
    ctx.note(
        Action::ReadCase,
        id,
        json!({ "receipt_no": detail.case.receipt_no }),
    );
    Ok(detail)
}

/// The case `id` as a step leaves it.
fn detail(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<CaseDetail> {
    ctx.require(Right::ReadCase)?;
    let sight = audiences(&ctx.actor);
    let case = cases::find(tx, id, &sight)?.ok_or(AppError::NotFound("case"))?;
    let notice = not_held(tx, id)?;
    let key = sealed::key_of(&ctx.keys, &case)?;
    let (clocks, mut events) = (clocks::list(tx, id)?, events::list(tx, id, &key)?);
    let facts = sealed::shown_facts(&key, &case)?;
    let decision = sealed::decision(&key, &case)?;
    let victims = cases::victims(tx, id)?;

    let guard = CaseFacts::new(
        &case,
        &clocks,
        &events,
        candidates(decision.as_ref()),
        ctx.now,
        &ctx.world.law,
    )
    .with_notice(notice)
    .with_victims(of_each(&victims))
    .with_declaration(facts.as_ref())
    .with_decision(decision.as_ref());
    let alike = alike::possible(tx, ctx, (&case, facts.as_ref()), &victims, &sight)?;
    let possible_duplicates = alike.into_iter().map(|other| other.found).collect();
    let differing = reports::on_the_page(tx, ctx, &case, &key, &events, &sight)?;
    if case.sector.is_armed_forces() {
        hide_notes(&mut events);
    }

    let mut declaration = facts.as_ref().map(serde_json::to_value).transpose()?;
    let masked = declaration
        .as_mut()
        .map(|shown| masking::mask(ctx, Facts::Found, shown, "/declaration"));

    Ok(CaseDetail {
        notice,
        declaration,
        masked: masked.unwrap_or_default(),
        assigned_post: posts::of_case(tx, id)?,
        victims,
        documents: documents(&events),
        flags: flags::of(&case, &clocks, &guard.progress, facts.as_ref(), ctx.now),
        missing_to_close: closing::missing(&guard),
        allowed: allowed(&guard, &ctx.actor)
            .into_iter()
            .map(|rule| AllowedStep::of(rule, &guard))
            .collect(),
        possible_duplicates,
        differing,
        case,
        facts,
        decision,
        clocks,
        events,
    })
}

/// What was told of a case as an ordinary one is content, and not shown while it is one of an army or
/// police unit.
fn hide_notes(events: &mut [Event]) {
    for event in events
        .iter_mut()
        .filter(|event| event.action == "supplemented")
    {
        event.reason = None;
        event.details["note"] = Value::from("");
    }
}

/// The step, its clocks, its row in the timeline and the end of its alerts stand or fall
/// together. Answers the case as it then stands.
pub fn take_step(tx: &mut DbConn, ctx: &Ctx, cmd: &TakeStep) -> Result<CaseDetail> {
    let taken = carry_out(tx, ctx, cmd, false)?;
    // Whoever chose another commune than its own no longer sees the case.
    detail(tx, ctx, &cmd.case).or_else(|error| match error {
        AppError::NotFound(_) => Ok(CaseDetail::without_sight(taken)),
        other => Err(other),
    })
}

/// The same, without the look at the case as it then stands. `taken_unassigned` where nobody has the case and the
/// caller takes it for its own post.
fn carry_out(tx: &mut DbConn, ctx: &Ctx, cmd: &TakeStep, taken_unassigned: bool) -> Result<Taken> {
    ctx.require(Right::ReadCase)?;
    let mut case =
        cases::find(tx, &cmd.case, &audiences(&ctx.actor))?.ok_or(AppError::NotFound("case"))?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let mut at_hand = AtHand::read(tx, ctx, case, &key, ctx.now)?;
    at_hand.facts.taken_unassigned = taken_unassigned;
    let mut taken = at_hand.take(ctx, cmd, ctx.now)?;
    if cmd.step == Step::LowerClass {
        return lowered::lower(tx, ctx, (at_hand.case, &key), taken);
    }
    let AtHand {
        case,
        running,
        decision,
        facts,
    } = at_hand;
    let goes_up = taken.case.level != case.level;
    let moves = moving::because(cmd.step, goes_up, &facts.progress);
    let before_it = match moves {
        Some(_) => Some(Before::of(tx, &case)?),
        None => None,
    };
    let decision_before = decision.clone().filter(|_| moves.is_some());
    if goes_up && let Some(mut decision) = decision.clone() {
        decision.investigation.level = taken.case.level;
        sealed::set_decision(&key, &mut taken.case, &decision)?;
    }
    let seen_by = match cmd.step {
        Step::ChoosePlace => Some(settle_place(tx, ctx, &mut taken, decision, &facts, &key)?),
        // In any class, police and procuracy see the case whose originals they hold (D39 Art. 20.2).
        Step::RecommendProsecution => decision
            .as_ref()
            .filter(|_| !case.sector.is_armed_forces())
            .map(|decision| with_the_police(tx, &case, decision))
            .transpose()?,
        _ => None,
    };
    let handover = match cmd.step {
        Step::Transfer => {
            let (_, decision) = sealed::both(&key, &case)?;
            let known = (running.as_slice(), decision, &facts.progress);
            Some(transfer::hand_over(tx, ctx, &mut taken, known, &key)?)
        }
        _ => None,
    };
    if cmd.step == Step::Reinstate && facts.progress.handed_to.is_some() {
        reinstate::give_back(tx, ctx, &mut taken, &case, &key)?;
    }
    let is_declared = cmd.step == Step::Declare;
    if is_declared {
        let known = Known::of(tx, &key, &case)?;
        let decision = known.declared(ctx, &case)?;
        sealed::set_decision(&key, &mut taken.case, &decision)?;
    }
    let other = match cmd.step {
        Step::MarkDuplicate => Some(the_other_case(tx, ctx, &taken)?),
        _ => None,
    };
    let assigned_post = match cmd.step {
        Step::Assign => the_post(tx, ctx, &mut taken)?,
        _ => None,
    };

    if !cases::update(tx, &taken.case, case.version)? {
        return Err(AppError::Conflict("stale_version"));
    }
    ctx.note(
        Action::TakeStep,
        &case.id,
        json!({ "receipt_no": case.receipt_no, "step": cmd.step }),
    );
    let decided = match cmd.step {
        Step::ConfirmNotice => Some(NoticeState::Confirmed),
        Step::Withdraw => Some(NoticeState::Rejected),
        _ => None,
    };
    if let Some(to) = decided {
        store_notices::decide(tx, &case.id, NoticeState::Unverified, to, ctx.now)?;
    }
    // No post of whoever gave a case away works on it any more.
    if cmd.step == Step::Assign || handover.is_some() {
        posts::assign(tx, &case.id, assigned_post.as_ref(), ctx.now)?;
    }
    if let Some(seen_by) = seen_by {
        cases::set_audiences(tx, &taken.case, &seen_by)?;
        if cmd.step == Step::ChoosePlace {
            territories::set_candidates(tx, &case.id, &BTreeSet::new())?;
        }
        search::renew(tx, ctx, &taken.case, &seen_by, &key)?;
    }
    if goes_up {
        let mut seen_by = cases::audiences(tx, &case.id)?;
        seen_by.retain(|key| !is_of_employer(key));
        cases::set_audiences(tx, &taken.case, &seen_by)?;
        search::renew(tx, ctx, &taken.case, &seen_by, &key)?;
    }
    clocks::update(tx, &case.id, &taken.changed)?;
    clocks::insert(tx, &case.id, &taken.started)?;
    events::append(tx, NewEvent::seal(&taken.event, &key)?)?;
    alerts::by_step(tx, ctx, &taken.case, &key)?;
    match (&handover, taken.case.ended_because.clone()) {
        (Some(handover), _) => transfer::tell(tx, ctx, &taken.case, &key, handover)?,
        (None, Some(because)) => end_alerts(tx, ctx, &taken.case, &because, &key)?,
        (None, None) => {}
    }
    if handover.is_none() {
        transfer::set_aside(tx, &taken.case, facts.progress.handed_to.as_ref())?;
    }
    match (cmd.step, &other) {
        (Step::MarkDuplicate, Some(other)) => merges::note(tx, &case.id, &other.id, ctx.now)?,
        (Step::Reinstate, _) => merges::separate(tx, &case.id)?,
        _ => {}
    }
    if cmd.step == Step::Reinstate {
        reinstate::follow_up(tx, ctx, &taken, &facts.progress, &key)?;
    }
    if is_declared {
        let (facts, decision) = sealed::both(&key, &taken.case)?;
        let told = Told {
            case_id: &case.id,
            key: &key,
            receipt_no: &case.receipt_no,
            received_at: case.received_at,
            declaration: &facts,
            decision: &decision,
        };
        notices::tell_declared(tx, ctx, &told)?;
    }
    let ended_because = taken.case.ended_because.as_deref();
    if taken.case.closed_at.is_some() && ended_because != Some("transferred") {
        alerts::ladder::case_ended(tx, &case.id, ctx.now)?;
    }
    // What the duplicate knew of graver outcomes is not lost with it.
    if let Some(other) = other.filter(|other| is_graver(&taken.case, other)) {
        let event = format!("duplicate/{}", taken.case.id);
        news::carry(tx, ctx, &taken.case, &other.id, &event)?;
    }
    if let Some(missing) = &taken.no_rule {
        alarm(tx, ctx, &taken.case, missing)?;
    }
    if let Some((because, before_it)) = moves.zip(before_it) {
        let known = (decision_before.as_ref(), &facts.progress);
        let of = moving::sides(ctx, because, known, &taken, handover.as_ref(), &key)?;
        inventory::record(tx, ctx, (&taken.case, &key), &before_it, of)?;
    }
    Ok(taken)
}

/// Who was told of a case that ended because of `because` is told of its end, and what still waits
/// to be sent is not sent any more.
fn end_alerts(tx: &mut DbConn, ctx: &Ctx, case: &Case, because: &str, key: &CaseKey) -> Result<()> {
    let because = match because {
        "withdrawn" => WithdrawnBecause::FalseDeclaration,
        "duplicate" => WithdrawnBecause::Duplicate,
        _ => WithdrawnBecause::NotAWorkAccident,
    };
    let (facts, decision) = (sealed::facts(key, case)?, sealed::decision(key, case)?);
    let (Some(declaration), Some(decision)) = (&facts, &decision) else {
        return notices::withdraw_unsent(tx, ctx, &case.id);
    };
    let told = Told {
        case_id: &case.id,
        key,
        receipt_no: &case.receipt_no,
        received_at: case.received_at,
        declaration,
        decision,
    };
    notices::withdraw_all(tx, ctx, &told, because)
}

/// The step stands, but a clock did not start: the timeline says so, and the operator is told.
fn alarm(tx: &mut DbConn, ctx: &Ctx, case: &Case, missing: &NoRule) -> Result<()> {
    tracing::error!(case.id = %case.id, "A clock did not start: {missing}");
    let alarm = Alarm {
        alarm: AlarmKind::ClockNotStarted,
        raised_at: ctx.now,
        case_id: Some(case.id.to_string()),
        receipt_no: Some(case.receipt_no.clone()),
        role: None,
        authority_id: None,
        message_id: None,
        reply: Some(missing.to_string()),
        record: None,
    };
    let key = format!("clock_not_started/{}/{}", case.id, missing.key);
    notify::operator(tx, ctx.operator_mail.as_deref(), &alarm, &key)
}

fn is_graver(case: &Case, other: &Case) -> bool {
    case.class < other.class
        || case.counts.dead > other.counts.dead
        || case.counts.serious > other.counts.serious
}

/// The other case of a duplicate: one that the caller sees, on which somebody works or worked to its
/// end. Not a duplicate itself, nor withdrawn, nor given away: nobody would work on either.
fn the_other_case(tx: &mut DbConn, ctx: &Ctx, taken: &Taken) -> Result<Case> {
    let other = CaseId::from(taken.input.text("of_case").unwrap_or_default().to_owned());
    // In one order, whoever marks whom: of two that mark each other at once, the second finds the first ended.
    for id in BTreeSet::from([&taken.case.id, &other]) {
        cases::lock(tx, id)?;
    }
    let found = cases::find(tx, &other, &audiences(&ctx.actor))?
        .filter(|found| found.id != taken.case.id && found.ended_because.is_none());
    found.ok_or_else(|| {
        AppError::Invalid(vec![Fault {
            pointer: "/of_case".to_owned(),
            code: FaultCode::NotAllowed,
        }])
    })
}

/// The post that a case is assigned to, where one is named: one of the caller's own authority. Where
/// nobody is named beside it, the case shows its name.
fn the_post(tx: &mut DbConn, ctx: &Ctx, taken: &mut Taken) -> Result<Option<PostId>> {
    let Some(text) = taken.input.text("post_id") else {
        return Ok(None);
    };
    let post = match PostId::parse(text) {
        Some(id) => assignable(tx, ctx, &id)?,
        None => None,
    };
    let Some(post) = post else {
        return Err(AppError::Invalid(vec![Fault {
            pointer: "/post_id".to_owned(),
            code: FaultCode::NotAllowed,
        }]));
    };
    taken.case.assigned_to.get_or_insert(post.name);
    Ok(Some(post.id))
}

/// Those who see `case`, and who hold its file from now on.
fn with_the_police(tx: &mut DbConn, case: &Case, decision: &Decision) -> Result<BTreeSet<String>> {
    let holders = Territory::of(decision).with_codes(holders_of_the_file);
    Ok(&cases::audiences(tx, &case.id)? | &holders)
}

/// The chosen commune becomes today's place; the other candidates no longer see the case.
fn settle_place(
    tx: &mut DbConn,
    ctx: &Ctx,
    taken: &mut Taken,
    decision: Option<Decision>,
    facts: &CaseFacts,
    key: &CaseKey,
) -> Result<BTreeSet<String>> {
    let today = day_in_vietnam(ctx.now);
    let province_of = |commune: &str| {
        let places = &ctx.world.places;
        places
            .unit_on(UnitLevel::Commune, commune, today)
            .ok()
            .map(|unit| unit.province_code.clone())
    };
    let chosen = taken.case.commune_code.clone();
    taken.case.province_code = province_of(&chosen)
        .ok_or_else(|| AppError::internal(format!("no commune {chosen} on {today}")))?;
    if let Some(mut decision) = decision {
        decision.place.today.retain(|unit| unit.code == chosen);
        let places = [
            ContradictionCode::PlaceDivided,
            ContradictionCode::PlaceAmbiguous,
        ];
        decision
            .contradictions
            .retain(|found| !places.contains(&found.code));
        if let Some(mut facts) = sealed::facts(key, &taken.case)? {
            facts.accident.place.settled = Some(chosen.clone());
            let standing = Standing {
                received_at: taken.case.received_at,
                held: Some(decision.case_class),
                team: None,
            };
            let settled = decided(&facts, &ctx.world, ctx.now, Some(standing))?;
            decision.recipients = settled.recipients;
            decision.provinces = settled.provinces;
            decision.territory_on = settled.territory_on;
            let territory = Territory::of(&decision);
            let province = taken.case.province_code.clone();
            opening::describe(&mut taken.case, &facts, &decision, &territory, key)?;
            (taken.case.commune_code, taken.case.province_code) = (chosen.clone(), province);
            let told = Told {
                case_id: &taken.case.id,
                key,
                receipt_no: &taken.case.receipt_no,
                received_at: taken.case.received_at,
                declaration: &facts,
                decision: &decision,
            };
            notices::release_unnamed(tx, ctx, &told, "place_chosen")?;
        }
        sealed::set_decision(key, &mut taken.case, &decision)?;
    }

    let mut seen_by = cases::audiences(tx, &taken.case.id)?;
    for other in facts.candidates.iter().filter(|code| **code != chosen) {
        seen_by.remove(&format!("C{other}"));
        seen_by.remove(&format!("P{other}"));
        if let Some(province) = province_of(other).filter(|code| *code != taken.case.province_code)
        {
            seen_by.remove(&format!("L{province}"));
            seen_by.remove(&format!("P{province}"));
        }
    }
    Ok(seen_by)
}

/// Today's communes of the place, where more than one.
fn candidates(decision: Option<&Decision>) -> Vec<String> {
    decision
        .map(|decision| &decision.place.today)
        .filter(|today| today.len() > 1)
        .map(|today| today.iter().map(|unit| unit.code.clone()).collect())
        .unwrap_or_default()
}

impl From<NotTaken> for AppError {
    fn from(no: NotTaken) -> Self {
        match no {
            NotTaken::Refused(refusal) if refusal.is_about_the_role() => {
                Self::Forbidden(refusal.as_str())
            }
            NotTaken::Refused(refusal) => Self::Conflict(refusal.as_str()),
            NotTaken::StaleVersion => Self::Conflict("stale_version"),
            NotTaken::Faults(faults) => Self::Invalid(faults),
        }
    }
}

impl CaseDetail {
    /// Why a victim may have an acute occupational disease as well (`accidents.md` 8.3, row 36), for a caller who may
    /// read the injuries.
    pub fn possible_disease(&self, no: u32) -> Option<&Basis> {
        let declared = self.declaration.as_ref()?["victims"].as_array()?;
        let own = declared.iter().find(|victim| victim["no"] == no)?;
        own.get("injuries")?.as_array()?;
        let victims = &self.decision.as_ref()?.victims;
        let own = victims.iter().find(|victim| victim.no == no)?;
        own.possible_disease.as_ref()
    }

    /// What somebody is told of a case that has just left their sight: that the step was taken.
    fn without_sight(taken: Taken) -> Self {
        Self {
            case: taken.case,
            notice: None,
            facts: None,
            decision: None,
            declaration: None,
            masked: Vec::new(),
            assigned_post: None,
            victims: Vec::new(),
            clocks: Vec::new(),
            documents: Vec::new(),
            flags: Vec::new(),
            missing_to_close: Vec::new(),
            events: vec![taken.event],
            allowed: Vec::new(),
            possible_duplicates: Vec::new(),
            differing: Vec::new(),
        }
    }
}

impl AllowedStep {
    fn of(rule: &StepRule, facts: &CaseFacts) -> Self {
        Self {
            step: rule.step,
            article: rule.article,
            fields: AllowedField::all(rule.fields, facts),
        }
    }
}

impl AllowedField {
    fn all(fields: &'static [Field], facts: &CaseFacts) -> Vec<Self> {
        let one = |field: &'static Field| Self {
            name: field.name,
            kind: field.kind,
            required: field.is_required(facts),
            values: values_of(field, facts),
            source: field.values,
            items: Self::all(field.items, facts),
        };
        fields.iter().map(one).collect()
    }
}

/// What a step must know of the persons hurt. Whose contract is not known counts as under contract: what the
/// employer owes is asked for until somebody says that nobody is owed anything.
pub(super) fn of_each(victims: &[CaseVictim]) -> Vec<VictimFacts> {
    let of = |victim: &CaseVictim| VictimFacts {
        number: victim.no,
        under_contract: victim.employment != Some(Employment::NoContract),
        dead: matches!(
            victim.class,
            VictimClass::Fatal | VictimClass::FatalProvisional
        ),
    };
    victims.iter().map(of).collect()
}

#[cfg(test)]
pub(crate) mod tests;
