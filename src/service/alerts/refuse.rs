//! Saying by the link of a mail that an alert is not one's own, and whose it is.

use serde_json::json;

use super::{LinkedCase, behind_link, officers};
use crate::{
    domain::{
        access::{ActorRole, audience_of},
        acknowledgement::Officer,
        audit::{Action, Entry, Object, ObjectKind},
        authority::Authority,
        case::{Case, Event, Progress, event::REFUSED},
        law::Days,
        message::{Alarm, AlarmKind},
        post::{facts_of, handles_as},
        refusal::{self, PassedOn},
        routing::{self, AuthorityName, Recipient},
    },
    error::{AppError, Result},
    ids::{DirectoryProposalId, EventId},
    sealing::{CaseKey, Column},
    service::{
        Ctx,
        notices::{self, Alerting, Told},
        notify, sealed,
    },
    store::{
        alerts::{self, AlertEnd, AlertLedger},
        cases,
        conn::DbConn,
        directory_proposals::{self, DirectoryProposal},
        events::{self, NewEvent},
        links,
        refusals::{self, Refused},
    },
    time::day_in_vietnam,
};

/// What came of refusing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The alert is passed on; to these, by name. Empty where the directory knows nobody.
    PassedOn(Vec<String>),
    /// Somebody had taken it.
    TakenBefore,
    /// The link opens nothing.
    Gone,
    /// It cannot belong there.
    NoChoice,
}

/// Where the alert of a link can belong, by name.
pub fn choices(tx: &mut DbConn, ctx: &Ctx, linked: &LinkedCase) -> Result<Vec<AuthorityName>> {
    let key = sealed::key_of(&ctx.keys, &linked.case)?;
    let progress = Progress::of(&events::list(tx, &linked.case.id, &key)?);
    let found = of_link(ctx, linked, &progress.passed_on);
    let name = |one: &Authority| AuthorityName {
        id: one.authority_id.clone(),
        name: one.name.clone(),
    };
    Ok(found.into_iter().map(name).collect())
}

fn of_link<'a>(ctx: &'a Ctx, linked: &LinkedCase, before: &[PassedOn]) -> Vec<&'a Authority> {
    let Some(reader) = &linked.reader else {
        return Vec::new();
    };
    let world = &ctx.world;
    let today = day_in_vietnam(ctx.now);
    let refuses = (linked.role, reader.id.as_str());
    refusal::choices(&world.directory, &world.places, refuses, before, today)
}

/// Refuses the alert of the mail whose link has this `secret`. It belongs to the authority `belongs_to`;
/// where they do not know to whom, whoever stands above is told. One transaction: the alert ends, the
/// others are told, the timeline and the trace say so, and whoever keeps the directory is asked to look.
/// No clock moves.
pub fn refuse(
    tx: &mut DbConn,
    ctx: &Ctx,
    secret: &str,
    officer: &Officer,
    belongs_to: Option<&str>,
) -> Result<(Outcome, Vec<Entry>)> {
    let Some(mut linked) = locked(tx, ctx, secret)? else {
        return Ok((Outcome::Gone, Vec::new()));
    };
    let Some(own) = linked.own().map(|shown| shown.ledger.clone()) else {
        return Ok((Outcome::Gone, Vec::new()));
    };
    if own.taken.is_some() {
        return Ok((Outcome::TakenBefore, Vec::new()));
    }
    let Some(reader) = linked.reader.clone() else {
        return Ok((Outcome::Gone, Vec::new()));
    };
    let key = sealed::key_to_write(tx, &ctx.keys, &mut linked.case)?;
    let progress = Progress::of(&events::list(tx, &linked.case.id, &key)?);
    let instead: Vec<Authority> = match belongs_to {
        Some(id) => {
            let choices = of_link(ctx, &linked, &progress.passed_on);
            let Some(chosen) = choices.into_iter().find(|one| one.authority_id == id) else {
                return Ok((Outcome::NoChoice, Vec::new()));
            };
            vec![chosen.clone()]
        }
        None => above(ctx, &linked, &reader),
    };
    let today = day_in_vietnam(ctx.now);
    let places = &ctx.world.places;
    let passed = PassedOn {
        role: linked.role,
        from: reader.id.clone(),
        to: instead.iter().map(|one| one.authority_id.clone()).collect(),
        audiences: instead
            .iter()
            .filter_map(|one| audience_of(&facts_of(one, places, today)?))
            .collect(),
    };
    pass_on(tx, ctx, &mut linked, (&own, &instead), &passed, &key)?;
    write_down(tx, ctx, &linked, officer, (&passed, belongs_to), &key)?;
    let names = instead.iter().map(|one| one.name.clone()).collect();
    let entry = Entry {
        happened_at: ctx.now,
        who: linked.who(),
        action: Action::RefuseAlert,
        purpose: Action::RefuseAlert.purpose(),
        object: Object::new(ObjectKind::Case, &linked.case.id),
        result: "done".to_owned(),
        origin: ctx.origin.clone(),
        details: json!({ "receipt_no": linked.case.receipt_no, "alert": linked.alert, "passed_to": passed.to }),
    };
    Ok((Outcome::PassedOn(names), vec![entry]))
}

/// What the link opens, read while nobody else changes the case.
fn locked(tx: &mut DbConn, ctx: &Ctx, secret: &str) -> Result<Option<LinkedCase>> {
    if let Some(target) = links::find(tx, &links::hash(secret), ctx.now)? {
        cases::lock(tx, &target.case_id)?;
    }
    behind_link(tx, &ctx.keys, secret, ctx.now)
}

/// Who stands above an authority that does not know whose the case is.
fn above(ctx: &Ctx, linked: &LinkedCase, reader: &AuthorityName) -> Vec<Authority> {
    let today = day_in_vietnam(ctx.now);
    let Some(authority) = ctx.world.directory.by_id(&reader.id, today) else {
        return Vec::new();
    };
    let days = Days {
        occurred: day_in_vietnam(linked.case.occurred_at),
        received: today,
    };
    let above = routing::above(authority, days, linked.case.sector, &ctx.world);
    let ids = above.into_iter().filter_map(|one| Some(one.authority?.id));
    let rows = ids.filter_map(|id| ctx.world.directory.by_id(&id, today).cloned());
    rows.collect()
}

/// Ends the alert and tells the others, as the decision of the case says from now on.
fn pass_on(
    tx: &mut DbConn,
    ctx: &Ctx,
    linked: &mut LinkedCase,
    (own, instead): (&AlertLedger, &[Authority]),
    passed: &PassedOn,
    key: &CaseKey,
) -> Result<()> {
    let today = day_in_vietnam(ctx.now);
    let (facts, mut decision) = sealed::both(key, &linked.case)?;
    let refused = named(own, &decision.recipients);
    let directory = &ctx.world.directory;
    refusal::stand_in(
        std::slice::from_ref(passed),
        &mut decision.recipients,
        directory,
        today,
    );
    sealed::set_decision(key, &mut linked.case, &decision)?;
    let seen_version = linked.case.version;
    linked.case.version += 1;
    if !cases::update(tx, &linked.case, seen_version)? {
        return Err(AppError::Conflict("stale_version"));
    }
    let mut seen_by = cases::audiences(tx, &linked.case.id)?;
    seen_by.extend(passed.audiences.iter().cloned());
    cases::set_audiences(tx, &linked.case, &seen_by)?;

    alerts::end(tx, &own.alert.id, AlertEnd::Refused, ctx.now)?;
    let told = Told {
        case_id: &linked.case.id,
        key,
        receipt_no: &linked.case.receipt_no,
        received_at: linked.case.received_at,
        declaration: &facts,
        decision: &decision,
    };
    let standing = alerts::list(tx, &linked.case.id)?;
    let mut named: Vec<Recipient> = instead
        .iter()
        .map(|one| refusal::in_place_of(&refused, one, directory, today))
        .filter(|one| !notices::knows(standing.iter(), one))
        .collect();
    if instead.is_empty() {
        // The gap stands in the ledger, and the operator is told.
        named.push(Recipient {
            authority: None,
            phone: None,
            emails: Vec::new(),
            ..refused
        });
    }
    Alerting::of(ctx, &told, &named.iter().collect::<Vec<_>>())?.write_anew(tx, ctx)?;
    let names = instead.iter().map(|one| one.name.clone()).collect();
    notices::tell_refused(tx, ctx, &told, own, names)
}

/// The recipient whose alert this is.
fn named(own: &AlertLedger, recipients: &[Recipient]) -> Recipient {
    let alert = &own.alert;
    let is_theirs = |one: &&Recipient| one.role == alert.role && one.authority == alert.authority;
    match recipients.iter().find(is_theirs) {
        Some(named) => named.clone(),
        // Told beside those whom the law names.
        None => Recipient {
            role: alert.role,
            authority: alert.authority.clone(),
            phone: alert.phone.clone(),
            emails: Vec::new(),
            duty: alert.duty,
            form: alert.form.clone(),
            basis: alert.basis.clone(),
            stands_in: false,
            passed_on_by: None,
        },
    }
}

fn write_down(
    tx: &mut DbConn,
    ctx: &Ctx,
    linked: &LinkedCase,
    officer: &Officer,
    (passed, belongs_to): (&PassedOn, Option<&str>),
    key: &CaseKey,
) -> Result<()> {
    let case = &linked.case;
    let refused = Refused {
        alert: linked.alert.clone(),
        message: linked.message.clone(),
        at: ctx.now,
        officer: officers::seal(key, Column::RefusalOfficer, &linked.alert, officer)?,
        passed_to: passed.to.clone(),
    };
    refusals::insert(tx, &case.id, &refused)?;
    let event = Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: ctx.now,
        actor: linked
            .reader
            .as_ref()
            .map_or_else(String::new, |who| who.name.clone()),
        actor_role: handles_as(linked.role).unwrap_or(ActorRole::Ministry),
        action: REFUSED.into(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: None,
        details: json!({
            "alert": linked.alert, "passed_on": passed,
            "name": officer.name, "post": officer.post, "phone": officer.phone,
        }),
    };
    events::append(tx, NewEvent::seal(&event, key)?)?;
    let id = DirectoryProposalId::generate();
    let proposal = proposal(id.clone(), case, linked, belongs_to, ctx);
    directory_proposals::insert(tx, &proposal)?;
    let alarm = Alarm {
        case_id: Some(case.id.to_string()),
        receipt_no: Some(case.receipt_no.clone()),
        role: Some(linked.role),
        authority_id: Some(passed.from.clone()),
        ..Alarm::of_record(AlarmKind::AlertRefused, id.as_str(), ctx.now)
    };
    let dedup = format!("{}/{}", AlarmKind::AlertRefused, linked.alert);
    notify::operator(tx, ctx.operator_mail.as_deref(), &alarm, &dedup)
}

fn proposal(
    id: DirectoryProposalId,
    case: &Case,
    linked: &LinkedCase,
    belongs_to: Option<&str>,
    ctx: &Ctx,
) -> DirectoryProposal {
    DirectoryProposal {
        id,
        receipt_no: case.receipt_no.clone(),
        role: linked.role,
        commune_code: case.commune_code.clone(),
        province_code: case.province_code.clone(),
        authority_id: linked
            .reader
            .as_ref()
            .map_or_else(String::new, |who| who.id.clone()),
        belongs_to: belongs_to.map(str::to_owned),
        proposed_at: ctx.now.naive_utc(),
        settled_at: None,
        outcome: None,
        settled_by: None,
        reason: None,
    }
}
