//! Climbing: an alert that nobody takes goes on to the next rung, until a human has it.
//!
//! Every rung is one transaction, which first takes the turn (`store::ladders::claim`): of several
//! processes one climbs, and none after somebody has taken the alert.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::{
    domain::{
        access::Sight,
        account::AccountStatus,
        audit::Action,
        case::{Case, Event},
        classify::CaseClass,
        contact::{Channel, Contact},
        decide::Decision,
        declaration::Declaration,
        ladder::{self, RungId, RungKind, Standing},
        message::{Alarm, AlarmKind, Climbed as WhyTold},
        place::UnitLevel,
        routing::{self, Duty, Recipient, Territory},
    },
    error::Result,
    ids::{AlertId, CaseId, EventId},
    sealing::CaseKey,
    service::{
        Ctx,
        notices::{Told, alert_to, other_contacts, post_letter},
        notify, reform, sealed,
    },
    store::{
        accounts,
        alerts::{self, Alert},
        calls::{self, CallEnd},
        cases,
        conn::DbConn,
        events::{self, NewEvent},
        ladders::{self, Climbed, Reached},
        posts, shifts,
    },
    time::day_in_vietnam,
};

/// Climbs the rung of the alert `id` that is due, if it still is and this process is the first to try.
/// Returns which it was.
pub fn climb(tx: &mut DbConn, ctx: &Ctx, id: &AlertId) -> Result<Option<RungKind>> {
    let Some(alert) = alerts::find(tx, id)? else {
        return Ok(None);
    };
    // A dissolved body cannot receive (RT-3): its successors are told first, who have ladders of their own.
    reform::carry_over(tx, ctx, &alert.case_id)?;
    let Some(seen) = alert.climbs else {
        return Ok(None);
    };
    if !ladders::claim(tx, id, seen.rung, ctx.now)? {
        return Ok(None);
    }
    // As it is now that nobody else changes it.
    let alert = alerts::find(tx, id)?;
    let Some((alert, climbs)) = alert.and_then(|alert| Some((alert.clone(), alert.climbs?))) else {
        return Ok(None);
    };
    let Some(mut case) = cases::find(tx, &alert.case_id, &Sight::All)? else {
        ladders::set_next(tx, id, None)?;
        return Ok(None);
    };
    let before = ladders::of_alert(tx, id)?;
    if is_over(tx, &alert, &case, &before)? {
        ladders::set_next(tx, id, None)?;
        return Ok(None);
    }
    let rungs = ladder::rungs(&ctx.world.law, case.class, alert.role, climbs.since);
    let mut standing = Standing {
        since: climbs.since,
        climbed: before.iter().map(|climbed| climbed.rung).collect(),
        next_at: climbs.next_at,
    };
    let Some(rung) = standing.due(&rungs, ctx.now) else {
        standing.follow(&rungs);
        ladders::set_next(tx, id, standing.next_at)?;
        return Ok(None);
    };

    let opened = Opened::of(tx, ctx, &mut case);
    let reached = match (rung.kind, &opened) {
        (RungKind::CallList, _) => call_list(tx, ctx, &alert, &case)?,
        (_, None) => Reached::default(),
        (kind, Some(opened)) => {
            let told = opened.told(&case);
            match kind {
                RungKind::NextContact => next_contact(tx, ctx, &alert, &told, rung)?,
                RungKind::DutyRoster => duty_roster(tx, ctx, &alert, &told, rung)?,
                _ => higher_authority(tx, ctx, &alert, &told)?,
            }
        }
    };
    standing.climb(&rungs, rung, reached.anybody(), ctx.now);
    ladders::set_next(tx, id, standing.next_at)?;
    // That a role which nobody holds has no contacts and no roster is nothing that happened.
    if let Some(opened) = opened
        .as_ref()
        .filter(|_| alert.authority.is_some() || reached.anybody())
    {
        note_in_timeline(tx, ctx, &alert, &case, &opened.key, (rung, &reached))?;
    }
    ctx.note(
        Action::ClimbLadder,
        &case.id,
        json!({ "receipt_no": case.receipt_no, "alert": id, "rung": rung.kind, "nth": rung.nth }),
    );
    ladders::insert(
        tx,
        &Climbed {
            alert: id.clone(),
            rung,
            fired_at: ctx.now,
            reached,
        },
    )?;
    Ok(Some(rung.kind))
}

/// Whether nobody need be told any more. An alert that is taken, refused or ended rests already
/// ([`taken`], [`rest`]); this is for what became so beside it.
fn is_over(tx: &mut DbConn, alert: &Alert, case: &Case, before: &[Climbed]) -> Result<bool> {
    // Whoever it was transferred to without a queue here must still take it.
    let has_ended =
        case.closed_at.is_some() && case.ended_because.as_deref() != Some("transferred");
    if has_ended || ladders::is_taken(tx, &alert.id)? {
        return Ok(true);
    }
    if alert.authority.is_some() {
        return Ok(false);
    }
    // A role that nobody holds: somebody who stands in has taken the case.
    let stand_ins: Vec<String> = before
        .iter()
        .flat_map(|climbed| climbed.reached.authorities.clone())
        .collect();
    Ok(!stand_ins.is_empty() && ladders::taken_by(tx, &case.id, &stand_ins)? > 0)
}

/// What people are told of the case.
struct Opened {
    key: CaseKey,
    facts: Declaration,
    decision: Decision,
}

impl Opened {
    /// `None` where the case does not open: nobody is told by mail then, and the call list is next.
    fn of(tx: &mut DbConn, ctx: &Ctx, case: &mut Case) -> Option<Self> {
        let opened = sealed::key_to_write(tx, &ctx.keys, case).and_then(|key| {
            let (facts, decision) = sealed::both(&key, case)?;
            Ok(Self {
                key,
                facts,
                decision,
            })
        });
        if let Err(why) = &opened {
            tracing::error!(case.id = %case.id, "A case on a ladder does not open: {why}");
        }
        opened.ok()
    }

    fn told<'a>(&'a self, case: &'a Case) -> Told<'a> {
        Told {
            case_id: &case.id,
            key: &self.key,
            receipt_no: &case.receipt_no,
            received_at: case.received_at,
            declaration: &self.facts,
            decision: &self.decision,
        }
    }
}

fn next_contact(
    tx: &mut DbConn,
    ctx: &Ctx,
    alert: &Alert,
    told: &Told<'_>,
    rung: RungId,
) -> Result<Reached> {
    let Some(authority) = &alert.authority else {
        return Ok(Reached::default());
    };
    let today = day_in_vietnam(ctx.now);
    let contacts = ctx.world.directory.contacts_of(&authority.id, today);
    let (emails, others): (Vec<&Contact>, Vec<&Contact>) = contacts
        .filter(|contact| contact.position == rung.nth)
        .partition(|contact| contact.channel == Channel::Email);
    let emails = emails.into_iter().map(|contact| contact.address.clone());
    write_to(tx, ctx, alert, told, rung, emails.collect(), others)
}

fn duty_roster(
    tx: &mut DbConn,
    ctx: &Ctx,
    alert: &Alert,
    told: &Told<'_>,
    rung: RungId,
) -> Result<Reached> {
    let Some(authority) = &alert.authority else {
        return Ok(Reached::default());
    };
    let until = ctx.now + TimeDelta::microseconds(1);
    let mut emails = Vec::new();
    for shift in shifts::of_authority(tx, &authority.id, ctx.now, until)? {
        let on_duty = match shift.account {
            Some(account) => vec![account],
            None => posts::holders(tx, std::slice::from_ref(&shift.post), ctx.now)?
                .into_iter()
                .filter(|holding| holding.from <= ctx.now)
                .map(|holding| holding.account)
                .collect(),
        };
        for account in on_duty {
            let account = accounts::find(tx, &account)?;
            let account = account.filter(|account| account.status == AccountStatus::Active);
            emails.extend(account.map(|account| account.email));
        }
    }
    write_to(tx, ctx, alert, told, rung, emails, Vec::new())
}

/// Writes the same alert to addresses that have not had it.
fn write_to(
    tx: &mut DbConn,
    ctx: &Ctx,
    alert: &Alert,
    told: &Told<'_>,
    rung: RungId,
    mut emails: Vec<String>,
    mut others: Vec<&Contact>,
) -> Result<Reached> {
    let known = ladders::addresses(tx, &alert.id)?;
    emails.sort_unstable();
    emails.dedup();
    emails.retain(|email| !known.contains(email));
    others.retain(|contact| !known.contains(&contact.address));
    let recipient = Recipient {
        role: alert.role,
        authority: alert.authority.clone(),
        phone: alert.phone.clone(),
        emails,
        duty: alert.duty,
        form: alert.form.clone(),
        basis: alert.basis.clone(),
        stands_in: false,
        passed_on_by: None,
    };
    let event = format!("ladder/{}.{}", rung.kind, rung.nth);
    post_letter(
        tx,
        ctx,
        told,
        &alert.id,
        (&recipient, &others),
        why(alert, rung.kind),
        &event,
    )?;
    let mut addresses = recipient.emails;
    addresses.extend(others.iter().map(|contact| contact.address.clone()));
    Ok(Reached {
        addresses,
        ..Reached::default()
    })
}

fn why(alert: &Alert, rung: RungKind) -> WhyTold {
    WhyTold {
        rung,
        since: alert.created_at,
        authority: alert.authority.as_ref().map(|who| who.name.clone()),
    }
}

/// An alert of their own to whoever is above, unless they have one. Where nobody holds the role,
/// whoever stands in (RT-7) counts as told: they have an alert of their own already.
fn higher_authority(tx: &mut DbConn, ctx: &Ctx, alert: &Alert, told: &Told<'_>) -> Result<Reached> {
    let standing: Vec<Alert> = alerts::list(tx, told.case_id)?
        .into_iter()
        .filter(|other| other.ended.is_none())
        .collect();
    let mut reached = Reached::default();
    for mut above in whoever_is_above(ctx, alert, told) {
        let Some(authority) = above.authority.clone() else {
            continue;
        };
        if reached.authorities.contains(&authority.id) {
            continue;
        }
        let knows = standing
            .iter()
            .any(|other| other.authority.as_ref() == Some(&authority));
        if knows {
            if alert.authority.is_none() {
                reached.authorities.push(authority.id);
            }
            continue;
        }
        above.form.clone_from(&alert.form);
        above.basis.clone_from(&alert.basis);
        above.duty = Duty::MustReceive;
        // It does not climb itself: the call list of the first alert is near.
        let made = Alert {
            climbed_from: Some(alert.id.clone()),
            climbs: None,
            ..alert_to(ctx, told, &above)
        };
        alerts::insert_many(tx, std::slice::from_ref(&made))?;
        let why = why(alert, RungKind::HigherAuthority);
        let others = other_contacts(ctx, &above);
        post_letter(tx, ctx, told, &made.id, (&above, &others), why, "alert")?;
        let called = others.iter().map(|contact| contact.address.clone());
        reached.addresses.extend(called);
        reached.addresses.extend(above.emails);
        reached.authorities.push(authority.id);
    }
    Ok(reached)
}

fn whoever_is_above(ctx: &Ctx, alert: &Alert, told: &Told<'_>) -> Vec<Recipient> {
    let (world, today) = (&ctx.world, day_in_vietnam(ctx.now));
    let days = crate::domain::law::Days {
        occurred: day_in_vietnam(told.declaration.accident.occurred_at),
        received: today,
    };
    let sector = told.declaration.accident.sector;
    match &alert.authority {
        Some(who) => {
            let rows = world.directory.rows().iter();
            let of_it = rows.filter(|row| row.authority_id == who.id);
            let now = world.directory.by_id(&who.id, today);
            let row = now.or_else(|| of_it.max_by_key(|row| row.valid_from));
            row.map(|row| routing::above(row, days, sector, world))
                .unwrap_or_default()
        }
        None => {
            let places = &world.places;
            let unit = |level, code: &str| places.unit_on(level, code, today).ok();
            let decision = told.decision;
            let territory = Territory {
                communes: decision
                    .place
                    .today
                    .iter()
                    .filter_map(|named| unit(UnitLevel::Commune, &named.code))
                    .collect(),
                provinces: decision
                    .provinces
                    .iter()
                    .filter_map(|code| unit(UnitLevel::Province, code))
                    .collect(),
            };
            routing::told_in_role(alert.role, days, &territory, sector, world)
        }
    }
}

fn call_list(tx: &mut DbConn, ctx: &Ctx, alert: &Alert, case: &Case) -> Result<Reached> {
    calls::open(tx, &alert.id, &case.id, ctx.now)?;
    let alarm = Alarm {
        alarm: AlarmKind::CallNeeded,
        raised_at: ctx.now,
        case_id: Some(case.id.to_string()),
        receipt_no: Some(case.receipt_no.clone()),
        role: Some(alert.role),
        authority_id: alert.authority.as_ref().map(|who| who.id.clone()),
        message_id: None,
        reply: None,
        record: None,
    };
    let key = format!("{}/{}", AlarmKind::CallNeeded, alert.id);
    notify::operator(tx, ctx.operator_mail.as_deref(), &alarm, &key)?;
    Ok(Reached {
        called: true,
        ..Reached::default()
    })
}

fn note_in_timeline(
    tx: &mut DbConn,
    ctx: &Ctx,
    alert: &Alert,
    case: &Case,
    key: &CaseKey,
    (rung, reached): (RungId, &Reached),
) -> Result<()> {
    let event = Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: "alert_climbed".into(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: None,
        details: json!({
            "alert": alert.id,
            "authority": alert.authority.as_ref().map(|who| &who.name),
            "rung": rung.kind,
            "reached": reached.authorities,
            "addresses": reached.addresses.len(),
        }),
    };
    events::append(tx, NewEvent::seal(&event, key)?)?;
    Ok(())
}

/// Somebody has taken the alert: neither it nor the one from which it was climbed goes on.
pub fn taken(tx: &mut DbConn, id: &AlertId, now: DateTime<Utc>) -> Result<()> {
    let root = alerts::find(tx, id)?.and_then(|alert| alert.climbed_from);
    for alert in [Some(id), root.as_ref()].into_iter().flatten() {
        ladders::set_next(tx, alert, None)?;
        calls::close(tx, alert, CallEnd::Taken, now)?;
    }
    Ok(())
}

/// The alert climbs no more, for another reason than that it was taken: it was refused as not theirs.
pub fn rest(tx: &mut DbConn, id: &AlertId, now: DateTime<Utc>) -> Result<()> {
    ladders::set_next(tx, id, None)?;
    calls::close(tx, id, CallEnd::Ended, now)?;
    Ok(())
}

/// The case has ended: none of its alerts climbs any more.
pub fn case_ended(tx: &mut DbConn, case: &CaseId, now: DateTime<Utc>) -> Result<()> {
    ladders::rest_of_case(tx, case)?;
    calls::close_of_case(tx, case, now)?;
    Ok(())
}

/// The addresses to which the alert has gone are dead: its next rung is due now, and so is that of the
/// alert from which it was climbed.
pub fn hurry(tx: &mut DbConn, id: &AlertId, now: DateTime<Utc>) -> Result<bool> {
    let root = alerts::find(tx, id)?.and_then(|alert| alert.climbed_from);
    let mut hurried = false;
    for alert in [Some(id), root.as_ref()].into_iter().flatten() {
        hurried |= ladders::hurry(tx, alert, now)?;
    }
    Ok(hurried)
}

/// A message of the alert was given up. Where no other address of it lives, the ladder hurries.
pub fn given_up(tx: &mut DbConn, id: &AlertId, now: DateTime<Utc>) -> Result<()> {
    if !ladders::has_living_address(tx, id)? {
        hurry(tx, id, now)?;
    }
    Ok(())
}

/// The class of the case is another now: an alert that must be received and that nobody has taken
/// climbs as the new class asks, from now on where it did not climb before.
pub fn class_changed(tx: &mut DbConn, ctx: &Ctx, alert: &Alert, class: CaseClass) -> Result<()> {
    if alert.duty != Duty::MustReceive || alert.climbed_from.is_some() {
        return Ok(());
    }
    let law = &ctx.world.law;
    match &alert.climbs {
        None => {
            let rungs = ladder::rungs(law, class, alert.role, ctx.now);
            if let Some(at) = Standing::begin(&rungs, ctx.now).and_then(|begun| begun.next_at) {
                ladders::begin(tx, &alert.id, ctx.now, at)?;
            }
        }
        Some(climbs) => {
            let rungs = ladder::rungs(law, class, alert.role, climbs.since);
            let climbed = climbed_ids(tx, &alert.id)?;
            let next = ladder::next(&rungs, climbs.since, &climbed).map(|(_, at)| at);
            let at = match climbs.next_at {
                Some(old) => next.map(|at| at.min(old)),
                None => next,
            };
            ladders::set_next(tx, &alert.id, at)?;
        }
    }
    Ok(())
}

/// The rules are others now: what waits goes on by them, never later than before. Returns how many
/// are due sooner.
pub fn follow_rules(tx: &mut DbConn, ctx: &Ctx) -> Result<usize> {
    let mut sooner = 0;
    for id in ladders::climbing(tx)? {
        let Some(alert) = alerts::find(tx, &id)? else {
            continue;
        };
        let (Some(climbs), Some(case)) =
            (alert.climbs, cases::find(tx, &alert.case_id, &Sight::All)?)
        else {
            continue;
        };
        let rungs = ladder::rungs(&ctx.world.law, case.class, alert.role, climbs.since);
        let mut standing = Standing {
            since: climbs.since,
            climbed: climbed_ids(tx, &id)?,
            next_at: climbs.next_at,
        };
        standing.follow(&rungs);
        // Whether it has come to its end is decided when it is due.
        if standing.next_at.is_some() && standing.next_at != climbs.next_at {
            ladders::set_next(tx, &id, standing.next_at)?;
            sooner += 1;
        }
    }
    Ok(sooner)
}

fn climbed_ids(tx: &mut DbConn, id: &AlertId) -> Result<BTreeSet<RungId>> {
    let climbed = ladders::of_alert(tx, id)?;
    Ok(climbed.into_iter().map(|climbed| climbed.rung).collect())
}

/// Where an alert that cannot be climbed now is tried again.
pub fn postpone(tx: &mut DbConn, id: &AlertId, until: DateTime<Utc>) -> Result<()> {
    let climbs = alerts::find(tx, id)?.and_then(|alert| alert.climbs);
    if climbs.is_some_and(|climbs| climbs.next_at.is_some()) {
        ladders::set_next(tx, id, Some(until))?;
    }
    Ok(())
}
