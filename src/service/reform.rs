//! A reform of the administrative units: what lay in a unit that ended goes on in its successors.
//!
//! An open case is transferred once, to the successor authorities; the transfer is an event with
//! its legal basis and day, and the old authority stays in the history (RT-5). The place of the
//! accident keeps its name (RT-1). A case that has ended follows to where today's filters look for
//! it, and nobody is told.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};

use super::{
    Ctx,
    declarations::decided,
    inventory::{self, Before, Move},
    notices::{self, Told},
    opening::{self, Territory},
    sealed, search, transfer,
};
use crate::{
    domain::{
        access::{self, Actor, Sight},
        audit::Action,
        case::{Case, Event, Progress},
        classify::ContradictionCode,
        decide::{
            Decision, Standing, World,
            succession::{ended_units, may_have_ended, units_of},
        },
        declaration::Declaration,
        inventory::MovedBecause,
        law::{Subject, ValueKey},
        notice::NoticeState,
        place::{Unit, UnitLevel},
        refusal,
        routing::{AuthorityName, Recipient},
    },
    error::{AppError, Result},
    ids::{CaseId, EventId},
    store::{
        cases, clocks,
        conn::DbConn,
        declarations,
        events::{self, NewEvent},
        notices as notices_of, places, search as stored_search,
        territories::{self, OpenCase},
    },
    time::day_in_vietnam,
    wording::reform::carried_over,
};

/// What the timeline calls it.
const ACTION: &str = "carried_over";
/// Open cases looked at in one question.
const PAGE: i64 = 2_000;

/// The cases whose units may have ended by `now`, at most about `limit` of them: every case under a
/// code that names no unit any more, and every open case whose code named another unit when it
/// was received. [`carry_over`] then looks closely; a case too many does no harm.
pub fn concerned(
    conn: &mut DbConn,
    world: &World,
    now: DateTime<Utc>,
    limit: usize,
) -> Result<BTreeSet<CaseId>> {
    let (places, today) = (&world.places, day_in_vietnam(now));
    let Some(latest) = places.latest_end(today) else {
        return Ok(BTreeSet::new());
    };
    let out_of_force = |level| -> BTreeSet<&str> {
        let codes = places.codes_out_of_force(level, today);
        codes.into_iter().collect()
    };
    let communes = out_of_force(UnitLevel::Commune);
    let provinces = out_of_force(UnitLevel::Province);
    let mut found = territories::cases_in(conn, &communes, &provinces, limit)?;

    let mut note = |open: Vec<OpenCase>| {
        let may_be_due = open.into_iter().filter(|case| {
            let received_on = day_in_vietnam(case.received_at);
            case.units.iter().any(|code| {
                UnitLevel::of_code(code)
                    .is_some_and(|level| may_have_ended(places, level, code, received_on, today))
            })
        });
        found.extend(may_be_due.map(|case| case.id));
        found.len() < limit
    };
    if !note(territories::open_candidates(conn)?) {
        return Ok(found);
    }
    // Who was received on the last day of a unit was so before the end of that day.
    let before = crate::time::end_of_day_in_vietnam(latest);
    let mut after = None;
    loop {
        let (open, next) = territories::open_received_before(conn, before, after.as_ref(), PAGE)?;
        if !note(open) || next.is_none() {
            return Ok(found);
        }
        after = next;
    }
}

/// Carries the case `id` over to the successors of its units, where one of them has ended by now;
/// whether it did. Of several processes that try at once, one does it, and the others find it done.
pub fn carry_over(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<bool> {
    if Stale::find(tx, ctx, id)?.is_none() {
        return Ok(false);
    }
    cases::lock(tx, id)?;
    match Stale::find(tx, ctx, id)? {
        Some(stale) => stale.carry_over(tx, ctx).map(|()| true),
        None => Ok(false),
    }
}

/// A case with a unit that has ended.
struct Stale {
    case: Case,
    facts: Declaration,
    decision: Decision,
}

impl Stale {
    fn find(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<Option<Self>> {
        let Some(case) = cases::find(tx, id, &Sight::All)? else {
            return Ok(None);
        };
        // What is held is told to nobody, and carried over when it is released.
        if notices_of::state(tx, id)? == Some(NoticeState::Held) {
            return Ok(None);
        }
        let key = sealed::key_of(&ctx.keys, &case)?;
        let (facts, decision) = (sealed::facts(&key, &case)?, sealed::decision(&key, &case)?);
        let (Some(facts), Some(decision)) = (facts, decision) else {
            return Ok(None);
        };
        let stale = Self {
            case,
            facts,
            decision,
        };
        let has_ended = !stale.ended(ctx).is_empty();
        Ok(has_ended.then_some(stale))
    }

    fn received_on(&self) -> NaiveDate {
        day_in_vietnam(self.case.received_at)
    }

    fn ended<'a>(&self, ctx: &'a Ctx) -> Vec<&'a Unit> {
        let today = day_in_vietnam(ctx.now);
        ended_units(&self.decision, &ctx.world.places, self.received_on(), today)
    }

    fn carry_over(mut self, tx: &mut DbConn, ctx: &Ctx) -> Result<()> {
        let ended = self.ended(ctx);
        let standing = Standing {
            received_at: self.case.received_at,
            held: Some(self.decision.case_class),
            team: None,
        };
        let anew = decided(&self.facts, &ctx.world, ctx.now, Some(standing))?;
        let places = &ctx.world.places;
        let acts = basis(tx, ctx, &ended)?;
        let details = json!({
            "effective_on": ended.iter().filter_map(|unit| unit.valid_to).max(),
            "from": self.shown(ctx, &ended),
            "to": self.shown(ctx, &units_of(&anew, places, self.received_on())),
            "basis": acts,
        });
        let key = sealed::key_to_write(tx, &ctx.keys, &mut self.case)?;
        let progress = Progress::of(&events::list(tx, &self.case.id, &key)?);
        let mut anew = anew;
        // Whom a transfer put in charge stays so, as long as there is such an authority.
        let today = day_in_vietnam(ctx.now);
        let was_handed_on = progress.handed_to.is_some();
        let handed_to = progress.handed_to.filter(|handed| {
            ctx.world
                .directory
                .by_id(&handed.authority, today)
                .is_some()
        });
        if let Some(handed) = &handed_to {
            transfer::keep_in_charge(handed, &self.decision, &mut anew);
        }
        refusal::stand_in(
            &progress.passed_on,
            &mut anew.recipients,
            &ctx.world.directory,
            today,
        );
        let before_it = Before::of(tx, &self.case)?;
        let recipients_before = self.decision.recipients.clone();
        self.point_to(anew, tx)?;

        let Self {
            mut case,
            facts,
            decision,
        } = self;
        let seen_version = case.version;
        let territory = Territory::of(&decision);
        opening::describe(&mut case, &facts, &decision, &territory, &key)?;
        case.version += 1;
        if !cases::update(tx, &case, seen_version)? {
            return Err(AppError::Conflict("stale_version"));
        }
        let before = cases::audiences(tx, &case.id)?;
        let mut seen_by = territory
            .with_codes(|provinces, communes| access::succeeding(&before, provinces, communes));
        let declared = declarations::declarants(tx, &case.id)?;
        seen_by.extend(opening::audiences(&facts, &decision, &territory, &declared));
        seen_by.extend(transfer::also_seen_by(handed_to.as_ref()));
        let passed_on = progress.passed_on.iter();
        seen_by.extend(passed_on.flat_map(|passed| passed.audiences.clone()));
        cases::set_audiences(tx, &case, &seen_by)?;
        let marks = search::marks(&ctx.keys, &case, Some(&facts));
        stored_search::set(tx, &case, &seen_by, &marks)?;
        transfer::set_aside(tx, &case, handed_to.as_ref())?;
        territories::set_candidates(tx, &case.id, &territory.candidates())?;

        let told = Told {
            case_id: &case.id,
            key: &key,
            receipt_no: &case.receipt_no,
            received_at: case.received_at,
            declaration: &facts,
            decision: &decision,
        };
        let (no_longer_told, told) = if case.is_ended() {
            (Vec::new(), Vec::new())
        } else {
            notices::tell_successors(tx, ctx, &told)?
        };
        let mut event = event(ctx, &case, details);
        if was_handed_on && handed_to.is_none() {
            event.details["elsewhere"] = json!(true);
        }
        event.details["authorities_before"] = json!(no_longer_told);
        event.details["authorities_told"] = json!(told);
        events::append(tx, NewEvent::seal(&event, &key)?)?;
        ctx.note(
            Action::CarryOver,
            &case.id,
            json!({ "receipt_no": case.receipt_no }),
        );
        let of = Move {
            because: MovedBecause::UnitEnded,
            from: named(&recipients_before, &no_longer_told),
            to: named(&decision.recipients, &told),
            letter_number: None,
            reason: event.reason,
            basis: acts,
        };
        inventory::record(tx, ctx, (&case, &key), &before_it, of)?;
        Ok(())
    }

    /// Takes over from the new decision what follows from today's units. Class, investigation, limits
    /// and the form that was filed stand as they are: the accident is the same.
    fn point_to(&mut self, anew: Decision, tx: &mut DbConn) -> Result<()> {
        let class_is_held = self.decision.class_is_held();
        let decision = &mut self.decision;
        decision.place.today = anew.place.today;
        decision.provinces = anew.provinces;
        decision.territory_on = anew.territory_on;
        let before = std::mem::replace(&mut decision.recipients, anew.recipients);
        for recipient in &mut decision.recipients {
            recipient.form.clone_from(&decision.form);
            // A class that is held up keeps the duty that went with it, for whoever has the role now.
            let held = before
                .iter()
                .filter(|old| class_is_held && old.role == recipient.role);
            let duty = held.map(|old| old.duty).min();
            recipient.duty = duty.map_or(recipient.duty, |duty| duty.min(recipient.duty));
        }
        let is_about_the_place = |code: ContradictionCode| {
            matches!(
                code,
                ContradictionCode::PlaceDivided | ContradictionCode::PlaceAmbiguous
            )
        };
        decision
            .contradictions
            .retain(|found| !is_about_the_place(found.code));
        let about_the_place = anew.contradictions.into_iter();
        decision
            .contradictions
            .extend(about_the_place.filter(|found| is_about_the_place(found.code)));
        decision.clocks = clocks::list(tx, &self.case.id)?;
        Ok(())
    }

    fn shown(&self, ctx: &Ctx, units: &[&Unit]) -> Vec<Value> {
        let (places, today) = (&ctx.world.places, day_in_vietnam(ctx.now));
        units
            .iter()
            .map(|unit| {
                json!({
                    "level": unit.level,
                    "code": unit.code,
                    "name": places.shown(unit, today),
                    "valid_from": unit.valid_from,
                    "valid_to": unit.valid_to,
                })
            })
            .collect()
    }
}

/// The authorities of these names, as `recipients` have them.
fn named(recipients: &[Recipient], names: &[String]) -> Vec<AuthorityName> {
    let all = recipients.iter().filter_map(|one| one.authority.as_ref());
    all.filter(|who| names.contains(&who.name))
        .cloned()
        .collect()
}

/// The legal basis on which these units ended: the article that the dated values name for the day,
/// else what the successions themselves rest on.
fn basis(tx: &mut DbConn, ctx: &Ctx, ended: &[&Unit]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for unit in ended {
        let rule = unit.valid_to.and_then(|day| {
            ctx.world
                .law
                .keyed(Subject::Value, ValueKey::UnitsReform.as_str(), day)
        });
        let articles = match rule {
            Some(rule) => vec![rule.article.clone()],
            None => places::sources_of_succession(tx, unit)?,
        };
        for article in articles {
            if !found.contains(&article) {
                found.push(article);
            }
        }
    }
    Ok(found)
}

fn event(ctx: &Ctx, case: &Case, details: Value) -> Event {
    let service = Actor::service();
    let day = details["effective_on"].as_str().unwrap_or_default();
    Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: ctx.now,
        actor: service.name,
        actor_role: service.role,
        action: ACTION.to_owned(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: Some(carried_over(day)),
        details,
    }
}
