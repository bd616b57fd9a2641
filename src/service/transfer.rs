//! A case that goes to another authority (*chuyển cơ quan có thẩm quyền*; L84 Art. 34.2,
//! `accidents.md` 7.2, 7.3).
//!
//! The law says no more than that whoever is told must examine and resolve. Decided: the letter names
//! an authority of the directory; from the moment of the transfer that one is told, sees the case and
//! alone takes it further. Its limits count from then, its receipt, unless it had the case before. Who
//! gave it away reads on. The other alerts hold: police and commune are those of the place still.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    Ctx,
    notices::{self, Alerting, Told},
    sealed,
};
use crate::{
    domain::{
        access::{ActorRole, Sight, audiences},
        authority::{Authority, Role},
        case::{
            Case, Progress,
            course::{InCharge, add_round, begun, stop_all},
            event::{HandedTo, MINISTRY},
            take::Taken,
        },
        clocks::{self, Clock, ClockId, NO_DUE},
        decide::{Decision, investigation_clock},
        declaration::{Fault, FaultCode},
        investigation::InvestigationLevel,
        law::Basis,
        routing::{AuthorityName, Duty, Recipient},
    },
    error::{AppError, Result},
    sealing::CaseKey,
    store::{
        alerts::{self, AlertEnd, AlertLedger},
        cases,
        conn::DbConn,
    },
    time::day_in_vietnam,
};

/// Whom a transfer reaches, and whose alert ends with it.
pub struct Handover {
    handed: HandedTo,
    recipient: Recipient,
    replaced: Vec<AuthorityName>,
}

impl Handover {
    /// Who gives it to whom.
    pub fn sides(&self) -> (Vec<AuthorityName>, Vec<AuthorityName>) {
        let to = self.recipient.authority.iter().cloned();
        (self.replaced.clone(), to.collect())
    }
}

/// Puts into a transfer that was taken what it means: who receives it, with which limits.
pub fn hand_over(
    tx: &mut DbConn,
    ctx: &Ctx,
    taken: &mut Taken,
    (running, mut decision, progress): (&[Clock], Decision, &Progress),
    key: &CaseKey,
) -> Result<Handover> {
    let refused = || {
        AppError::Invalid(vec![Fault {
            pointer: "/to_authority".to_owned(),
            code: FaultCode::NotAllowed,
        }])
    };
    let id = taken.input.text("to_authority").unwrap_or_default();
    let today = day_in_vietnam(ctx.now);
    let authority = ctx.world.directory.by_id(id, today).ok_or_else(refused)?;
    if !is_suitable(authority.role, taken.case.level) {
        return Err(refused());
    }
    let audience = audience_of(ctx, authority).ok_or_else(refused)?;
    if is_in_charge(ctx, audience.as_deref(), &decision, progress) {
        return Err(refused());
    }

    let emails = ctx.world.directory.first_emails(authority, today);
    let recipient = receives(authority, emails, &decision);
    let was_in_charge = |one: &Recipient| match &progress.handed_to {
        Some(handed) => one
            .authority
            .as_ref()
            .is_some_and(|who| who.id == handed.authority),
        None => one.role == in_place_of(authority.role),
    };
    let replaced = decision.recipients.iter().filter(|one| was_in_charge(one));
    let replaced = replaced.filter_map(|one| one.authority.clone()).collect();
    decision
        .recipients
        .retain(|one| !was_in_charge(one) && one.authority != recipient.authority);
    decision.recipients.push(recipient.clone());
    sealed::set_decision(key, &mut taken.case, &decision)?;

    let ledgers = alerts::ledger(tx, &taken.case.id)?;
    let told = times_of(&ledgers, &recipient);
    let mut all = running.to_vec();
    hand_over_clocks(ctx, &mut all, &decision, audience.is_some(), &told)?;
    let due_at = clocks::nearest_due(&all);
    taken.changed = all[..running.len()]
        .iter()
        .zip(running)
        .filter(|(after, before)| after != before)
        .map(|(after, _)| after.clone())
        .collect();
    taken.started = all.split_off(running.len());
    let (case, event) = (&mut taken.case, &mut taken.event);
    if audience.is_some() {
        case.due_at = due_at;
    } else {
        case.due_at = NO_DUE;
        case.closed_at = Some(ctx.now);
        case.ended_because = Some("transferred".to_owned());
    }
    // Nobody there works on it yet.
    case.assigned_to = None;
    event.details["received_by"] = json!(authority.authority_id);
    event.details["authority_name"] = json!(authority.name);
    if let Some(audience) = &audience {
        event.details["audience"] = json!(audience);
    }
    let handed = HandedTo {
        authority: authority.authority_id.clone(),
        audience,
        since: ctx.now,
    };
    Ok(Handover {
        handed,
        recipient,
        replaced,
    })
}

/// Which authorities a case of this level can be given to: the labour authority of another province,
/// another commune where communes record, the ministry where it leads, and a line ministry.
fn is_suitable(role: Role, level: InvestigationLevel) -> bool {
    match role {
        Role::ProvincialLabourAuthority | Role::LineMinistry => true,
        Role::CommunePc => level == InvestigationLevel::CommuneRecord,
        Role::LabourMinistry => matches!(
            level,
            InvestigationLevel::Central | InvestigationLevel::SpecialLaw
        ),
        _ => false,
    }
}

/// The role in whose place an authority of `role` comes.
fn in_place_of(role: Role) -> Role {
    match role {
        Role::CommunePc => Role::CommunePc,
        _ => Role::ProvincialLabourAuthority,
    }
}

/// The audience of an authority today; `Some(None)` for one without a queue here, `None` for one whose
/// unit has ended.
fn audience_of(ctx: &Ctx, authority: &Authority) -> Option<Option<String>> {
    let kind = match authority.role {
        Role::LineMinistry => return Some(None),
        Role::LabourMinistry => return Some(Some(MINISTRY.to_owned())),
        Role::CommunePc => 'C',
        _ => 'L',
    };
    let places = &ctx.world.places;
    let (level, code) = (authority.level.unit_level()?, &authority.territory_code);
    let named = places.unit_on(level, code, authority.valid_from).ok()?;
    let today = places.unit_on(level, code, day_in_vietnam(ctx.now)).ok()?;
    places
        .same_body(named, today)
        .then(|| Some(format!("{kind}{code}")))
}

/// Whether the case need not be given to whom it is given: they have it.
fn is_in_charge(
    ctx: &Ctx,
    audience: Option<&str>,
    decision: &Decision,
    progress: &Progress,
) -> bool {
    let Some(audience) = audience else {
        return false;
    };
    if let Some(handed) = &progress.handed_to {
        return handed.audience.as_deref() == Some(audience);
    }
    let gives = match audiences(&ctx.actor) {
        Sight::Audiences(keys) => keys.iter().any(|key| key == audience),
        Sight::All => ctx.actor.role == ActorRole::Ministry && audience == MINISTRY,
        Sight::Nothing => false,
    };
    let communes = decision
        .place
        .today
        .iter()
        .map(|unit| format!("C{}", unit.code));
    let provinces = decision.provinces.iter().map(|code| format!("L{code}"));
    gives || communes.chain(provinces).any(|key| key == audience)
}

fn receives(authority: &Authority, emails: Vec<String>, decision: &Decision) -> Recipient {
    let instead_of = in_place_of(authority.role);
    let before = decision
        .recipients
        .iter()
        .find(|one| one.role == instead_of);
    let basis: Vec<Basis> = match before {
        Some(before) => before.basis.clone(),
        None => decision.investigation.basis.clone(),
    };
    Recipient {
        role: authority.role,
        authority: Some(AuthorityName {
            id: authority.authority_id.clone(),
            name: authority.name.clone(),
        }),
        phone: Some(authority.phone.clone()).filter(|phone| !phone.is_empty()),
        emails,
        duty: Duty::MustReceive,
        form: decision.form.clone(),
        basis,
        stands_in: false,
        passed_on_by: None,
    }
}

fn times_of(ledgers: &[AlertLedger], recipient: &Recipient) -> Vec<InCharge> {
    ledgers
        .iter()
        .map(|ledger| &ledger.alert)
        .filter(|alert| alert.authority == recipient.authority)
        .map(|alert| InCharge {
            from: alert.created_at,
            to: alert.ended.map(|(at, _)| at),
        })
        .collect()
}

/// K2 and K3 end here and, where they ran, go on with the other authority.
fn hand_over_clocks(
    ctx: &Ctx,
    all: &mut Vec<Clock>,
    decision: &Decision,
    goes_on: bool,
    told: &[InCharge],
) -> Result<()> {
    let law = &ctx.world.law;
    for id in [ClockId::K2, ClockId::K3] {
        let is_running = |clock: &Clock| clock.id == id && clock.stopped_at.is_none();
        if !all.iter().any(is_running) {
            continue;
        }
        stop_all(all, id, ctx.now, "transferred");
        let started = match id {
            _ if !goes_on => None,
            ClockId::K2 => Some(clocks::limits::k2(ctx.now, law).map_err(AppError::internal)?),
            _ => investigation_clock(&decision.investigation, law, ctx.now)
                .map_err(AppError::internal)?,
        };
        if let Some(next) = started.and_then(|started| begun(all, &started, told)) {
            add_round(all, next);
        }
    }
    Ok(())
}

/// Tells the other authority, and ends the alert of the one that gave the case away: it knows.
pub fn tell(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &Case,
    key: &CaseKey,
    handover: &Handover,
) -> Result<()> {
    let (facts, decision) = sealed::both(key, case)?;
    let told = Told {
        case_id: &case.id,
        key,
        receipt_no: &case.receipt_no,
        received_at: case.received_at,
        declaration: &facts,
        decision: &decision,
    };
    let before = alerts::list(tx, &case.id)?;
    for alert in &before {
        if alert
            .authority
            .as_ref()
            .is_some_and(|who| handover.replaced.contains(who))
        {
            alerts::end(tx, &alert.id, AlertEnd::Superseded, ctx.now)?;
        }
    }
    if !notices::knows(before.iter(), &handover.recipient) {
        Alerting::of(ctx, &told, &[&handover.recipient])?.write_anew(tx, ctx)?;
    }
    let mut seen_by = cases::audiences(tx, &case.id)?;
    seen_by.extend(also_seen_by(Some(&handover.handed)));
    cases::set_audiences(tx, case, &seen_by)?;
    set_aside(tx, case, Some(&handover.handed))
}

/// The audience to which a case was handed, beside those of its place.
pub fn also_seen_by(handed: Option<&HandedTo>) -> Option<String> {
    let audience = handed?.audience.clone()?;
    (audience != MINISTRY).then_some(audience)
}

/// For whoever gave the case away it has ended. Call it whenever the audiences were written.
pub fn set_aside(tx: &mut DbConn, case: &Case, handed: Option<&HandedTo>) -> Result<()> {
    if let Some(handed) = handed.filter(|_| !case.is_settled()) {
        let seen_by: BTreeSet<String> = cases::audiences(tx, &case.id)?;
        cases::set_aside(tx, &case.id, &handed.set_aside(&seen_by), handed.since)?;
    }
    Ok(())
}

/// Whom a transfer put in charge stays so in `decision`, which the law made of the place alone;
/// `earlier` names it.
pub fn keep_in_charge(handed: &HandedTo, earlier: &Decision, decision: &mut Decision) {
    let is_theirs = |one: &&Recipient| {
        one.authority
            .as_ref()
            .is_some_and(|who| who.id == handed.authority)
    };
    let Some(theirs) = earlier.recipients.iter().find(is_theirs).cloned() else {
        return;
    };
    let instead_of = in_place_of(theirs.role);
    decision
        .recipients
        .retain(|one| one.role != instead_of && one.authority != theirs.authority);
    decision.recipients.push(Recipient {
        form: decision.form.clone(),
        ..theirs
    });
}
