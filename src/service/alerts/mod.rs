//! Alerts of a case, sending again, what stands behind a mail's link, and taking an alert by it.

mod acknowledge;
pub mod belonging;
pub mod ladder;
mod officers;
mod refuse;
mod search;
#[cfg(test)]
mod simulation;
mod take;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde_json::json;

use crate::{
    domain::{
        access::{Right, Sight},
        acknowledgement::Officer,
        audit::{Action, ActorKind, Who},
        authority::Role,
        case::{Case, Event},
        clocks::Clock,
        decide::Decision,
        declaration::Declaration,
        ladder::{self as ladder_rules, RungId},
        post::Post,
        routing::AuthorityName,
    },
    error::{AppError, Result},
    ids::{AlertId, CaseId, EventId, MessageId},
    sealing::{Column, Keys},
    service::{Ctx, opening, sealed, seen::seen},
    store::{
        alert_posts,
        alerts::{self, AlertLedger},
        calls::{self, Call},
        cases, clocks,
        conn::DbConn,
        events::{self, NewEvent},
        ladders::{self, Climbed},
        links, outbox,
    },
};

pub use acknowledge::{acknowledge, by_step, note_in_timeline};
pub use refuse::{Outcome, choices, refuse};
pub use search::{DeliveryQuery, Found, Page, search};
pub use take::{Pressed, take};

/// An alert, and who took it.
pub struct AlertShown {
    /// The alert with its messages.
    pub ledger: AlertLedger,
    /// Who took it, or refused it; `None` also where the case is destroyed.
    pub officer: Option<Officer>,
    /// How it climbs, where it does and that was asked for.
    pub ladder: Option<LadderShown>,
    /// The post that it belongs to, where that was asked for.
    pub post: Option<Post>,
}

/// The ladder of an alert.
pub struct LadderShown {
    /// Since when it climbs.
    pub since: DateTime<Utc>,
    /// What was climbed, the first first.
    pub climbed: Vec<Climbed>,
    /// The next rung and its moment; `None` where it rests.
    pub next: Option<(RungId, DateTime<Utc>)>,
    /// Its entry on the call list.
    pub call: Option<Call>,
}

/// Every alert of a case that the caller sees.
pub fn list(tx: &mut DbConn, ctx: &Ctx, case: &CaseId) -> Result<Vec<AlertShown>> {
    let found = visible(tx, ctx, Right::ReadAlerts, case)?;
    ctx.note(Action::ReadAlerts, case, json!({}));
    with_ladders(tx, ctx, &found)
}

/// The alerts of a case with their ladders and posts.
fn with_ladders(tx: &mut DbConn, ctx: &Ctx, case: &Case) -> Result<Vec<AlertShown>> {
    let mut all = shown(tx, &ctx.keys, case)?;
    let climbed = ladders::of_case(tx, &case.id)?;
    let calls = calls::of_case(tx, &case.id)?;
    let mut posts: HashMap<AlertId, Post> =
        alert_posts::of_case(tx, &case.id)?.into_iter().collect();
    for shown in &mut all {
        let alert = &shown.ledger.alert;
        shown.post = posts.remove(&alert.id);
        let Some(climbs) = &alert.climbs else {
            continue;
        };
        let of_alert = climbed.iter().filter(|one| one.alert == alert.id);
        let of_alert: Vec<Climbed> = of_alert.cloned().collect();
        let rungs = ladder_rules::rungs(&ctx.world.law, case.class, alert.role, climbs.since);
        let ids = of_alert.iter().map(|one| one.rung).collect();
        let next = ladder_rules::next(&rungs, climbs.since, &ids);
        shown.ladder = Some(LadderShown {
            since: climbs.since,
            next: next.map(|(rung, _)| rung).zip(climbs.next_at),
            call: calls.iter().find(|call| call.alert == alert.id).cloned(),
            climbed: of_alert,
        });
    }
    Ok(all)
}

fn shown(tx: &mut DbConn, keys: &Keys, case: &Case) -> Result<Vec<AlertShown>> {
    let ledgers = alerts::ledger(tx, &case.id)?;
    let is_answered = |one: &AlertLedger| one.taken.is_some() || one.refused.is_some();
    let key = match ledgers.iter().any(is_answered) {
        true => sealed::key_of(keys, case).ok(),
        false => None,
    };
    let with_officer = |ledger: AlertLedger| {
        let (taken, refused) = (ledger.taken.as_ref(), ledger.refused.as_ref());
        let said = taken
            .map(|taken| (Column::AcknowledgementOfficer, &taken.officer))
            .or(refused.map(|refused| (Column::RefusalOfficer, &refused.officer)));
        let officer = match (&key, said) {
            (Some(key), Some((column, sealed))) => {
                Some(officers::open(key, column, &ledger.alert.id, sealed)?)
            }
            _ => None,
        };
        Ok(AlertShown {
            ledger,
            officer,
            ladder: None,
            post: None,
        })
    };
    ledgers.into_iter().map(with_officer).collect()
}

/// Sends a message again that failed or came back. The ledger keeps every attempt, and the timeline says who asked.
pub fn resend(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &CaseId,
    message: &MessageId,
) -> Result<Vec<AlertShown>> {
    let mut found = visible(tx, ctx, Right::ResendAlert, case)?;
    let is_of_case = alerts::ledger(tx, case)?.iter().any(|ledger| {
        ledger.alert.ended.is_none() && ledger.messages.iter().any(|one| one.id == *message)
    });
    if !is_of_case {
        return Err(AppError::NotFound("alert"));
    }
    if !outbox::resend(tx, message, ctx.now)? {
        return Err(AppError::Conflict("already_delivered"));
    }
    let event = Event {
        id: EventId::generate(),
        case_id: case.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: "alert_sent_again".into(),
        from_status: Some(found.status),
        to_status: found.status,
        reason: None,
        details: json!({ "message": message }),
    };
    let key = sealed::key_to_write(tx, &ctx.keys, &mut found)?;
    events::append(tx, NewEvent::seal(&event, &key)?)?;
    ctx.note(Action::ResendAlert, case, json!({ "message": message }));
    with_ladders(tx, ctx, &found)
}

fn visible(tx: &mut DbConn, ctx: &Ctx, right: Right, case: &CaseId) -> Result<Case> {
    ctx.require(right)?;
    seen(tx, ctx, case)
}

/// The case behind a mail's link, read only.
pub struct LinkedCase {
    /// The case.
    pub case: Case,
    /// The facts as they now stand.
    pub facts: Declaration,
    /// What the law says of them.
    pub decision: Decision,
    /// Time limits.
    pub clocks: Vec<Clock>,
    /// Who is told, and who took it.
    pub alerts: Vec<AlertShown>,
    /// Until when the link opens.
    pub expires_at: DateTime<Utc>,
    /// The authority that it was sent to.
    pub reader: Option<AuthorityName>,
    /// In which role.
    pub role: Role,
    /// The alert.
    pub alert: AlertId,
    /// The mail that carried the link.
    pub message: MessageId,
}

impl LinkedCase {
    /// The alert of the link.
    pub fn own(&self) -> Option<&AlertShown> {
        self.alerts
            .iter()
            .find(|shown| shown.ledger.alert.id == self.alert)
    }

    /// When the link of this mail was first opened.
    pub fn opened_at(&self) -> Option<DateTime<Utc>> {
        let messages = &self.own()?.ledger.messages;
        messages
            .iter()
            .find(|message| message.id == self.message)?
            .opened_at
    }

    /// Whoever holds the mail: the authority that it was sent to.
    pub fn who(&self) -> Who {
        let reader = self.reader.as_ref();
        Who {
            kind: ActorKind::Link,
            id: reader.map_or_else(String::new, |who| who.id.clone()),
            name: reader.map_or_else(String::new, |who| who.name.clone()),
            role: self.role.to_string(),
            territory: None,
        }
    }
}

/// What a link's secret opens; nothing where it has expired, or was never given.
pub fn behind_link(
    tx: &mut DbConn,
    keys: &Keys,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<LinkedCase>> {
    let Some(target) = links::find(tx, &links::hash(secret), now)? else {
        return Ok(None);
    };
    // Whoever is no longer concerned no longer looks.
    let alert = alerts::of_message(tx, &target.message_id)?;
    let Some(alert) = alert.filter(|alert| alert.ended.is_none()) else {
        return Ok(None);
    };
    let Some(case) = cases::find(tx, &target.case_id, &Sight::All)? else {
        return Ok(None);
    };
    let (facts, decision) = sealed::both(&sealed::key_of(keys, &case)?, &case)?;
    Ok(Some(LinkedCase {
        facts: opening::shown(&facts, decision.counts).into_owned(),
        decision,
        clocks: clocks::list(tx, &case.id)?,
        alerts: shown(tx, keys, &case)?,
        expires_at: target.expires_at,
        alert: alert.id,
        message: target.message_id,
        reader: alert.authority,
        role: alert.role,
        case,
    }))
}
