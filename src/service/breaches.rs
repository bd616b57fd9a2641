//! The register of breaches (L91/2025 Art. 23): opened, dealt with, notified within 72 hours, closed.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Ctx,
    evidence::whose,
    form::Form,
    posts::{acts_today, authority_facts},
};
use crate::{
    domain::{
        access::{Facts, Right},
        audit::{Action, Object, ObjectKind},
        declaration::FaultCode,
        duties::breach::{BreachStatus, Content, Measure, notify_by},
        message::{Alarm, AlarmKind},
    },
    error::{AppError, Result},
    ids::BreachId,
    sealing::Column,
    store::{
        alarms,
        breaches::{self, StoredBreach},
        conn::DbConn,
    },
    time::rfc3339_in_vietnam,
    wording::{Text, duties as words},
};

/// Longest text, in characters.
const LONGEST: usize = 4000;
/// Most breaches in a list, and most measures of one.
const MOST: i64 = 100;

/// What stands sealed in the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// What the form asks for.
    pub content: Content,
    /// What was done.
    pub measures: Vec<Measure>,
    /// Who was notified.
    pub notified_to: Option<String>,
    /// Under which number.
    pub reference: Option<String>,
    /// Why it was closed, and why nobody was notified where nobody was.
    pub closing: Option<String>,
}

/// A breach, opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// As it is stored.
    pub stored: StoredBreach,
    /// What is sealed in it.
    pub record: Record,
}

impl Breach {
    /// Whether the limit has passed without a notification.
    pub fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.stored.status == BreachStatus::Open
            && self.stored.notified_at.is_none()
            && self.stored.limit.due_raw < now
    }
}

fn row(id: &BreachId) -> String {
    format!("breaches/{id}")
}

fn opened(ctx: &Ctx, stored: StoredBreach) -> Result<Breach> {
    let key = ctx.keys.register_key();
    let text = key.open(Column::RegisterContent, &row(&stored.id), &stored.content)?;
    Ok(Breach {
        record: serde_json::from_str(&text)?,
        stored,
    })
}

/// The newest breaches that the caller keeps: the operator all, a province its own; the open ones alone where `only_open`.
pub fn list(tx: &mut DbConn, ctx: &Ctx, only_open: bool) -> Result<Vec<Breach>> {
    ctx.require(Right::BreachRegister)?;
    let of = if is_theirs(ctx, None) {
        None
    } else {
        let mut of = breaches::authorities(tx)?;
        of.retain(|id| is_theirs(ctx, Some(id)));
        Some(of)
    };
    breaches::list(tx, of.as_deref(), only_open, MOST)?
        .into_iter()
        .map(|stored| {
            note(ctx, Action::ReadBreach, &stored.id, json!({}));
            opened(ctx, stored)
        })
        .collect()
}

/// Whether the caller keeps the entries of this authority, or of whom it took over from; `None` is the operator's.
fn is_theirs(ctx: &Ctx, authority: Option<&str>) -> bool {
    let facts = authority_facts(ctx, authority.map_or("", |id| acts_today(ctx, id)));
    ctx.may(Right::BreachRegister, Facts::Authority(&facts))
}

/// One breach.
pub fn show(tx: &mut DbConn, ctx: &Ctx, id: &BreachId) -> Result<Breach> {
    let breach = found(tx, ctx, id)?;
    note(ctx, Action::ReadBreach, id, json!({}));
    Ok(breach)
}

fn found(tx: &mut DbConn, ctx: &Ctx, id: &BreachId) -> Result<Breach> {
    ctx.require(Right::BreachRegister)?;
    let stored = breaches::find(tx, id)?
        .filter(|stored| is_theirs(ctx, stored.authority_id.as_deref()))
        .ok_or(AppError::NotFound("breach"))?;
    opened(ctx, stored)
}

fn note(ctx: &Ctx, action: Action, id: &BreachId, details: Value) {
    ctx.note_of(action, Object::new(ObjectKind::Breach, id), details);
}

/// Registers a breach and tells the operator: `discovered_at`, `description`, `data_categories`,
/// `contact`, and where they are known `people`, `consequences`.
pub fn open(tx: &mut DbConn, ctx: &Ctx, body: &Value) -> Result<Breach> {
    ctx.require(Right::BreachRegister)?;
    let mut form = Form::new(body);
    let discovered_at = form.moment("discovered_at");
    if discovered_at.is_some_and(|at| at > ctx.now) {
        form.fault("discovered_at", FaultCode::InTheFuture);
    }
    let description = form.text("description", LONGEST);
    let data_categories = form.text("data_categories", LONGEST);
    let people = form.optional("people", FaultCode::NotAllowed, |text| {
        text.parse::<u32>()
            .ok()
            .filter(|people| *people <= 100_000_000)
    });
    let consequences = form.optional_text("consequences", LONGEST);
    let contact = form.text("contact", LONGEST);
    form.finish()?;
    let (Some(discovered_at), Some(description), Some(data_categories), Some(contact)) =
        (discovered_at, description, data_categories, contact)
    else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    let limit =
        notify_by(discovered_at, &ctx.world.law).map_err(|_| AppError::Conflict("no_rule"))?;
    let record = Record {
        content: Content {
            description,
            data_categories,
            people,
            consequences,
            contact,
        },
        measures: Vec::new(),
        notified_to: None,
        reference: None,
        closing: None,
    };
    let id = BreachId::generate();
    let stored = StoredBreach {
        status: BreachStatus::Open,
        discovered_at,
        opened_at: ctx.now,
        opened_by: ctx.actor.name.clone(),
        notified_at: None,
        closed_at: None,
        limit,
        content: sealed(ctx, &id, &record)?,
        authority_id: whose(ctx).map(str::to_owned),
        id,
    };
    breaches::insert(tx, &stored)?;
    note(ctx, Action::OpenBreach, &stored.id, json!({}));
    let alarm = Alarm::of_record(AlarmKind::BreachOpened, stored.id.as_str(), ctx.now);
    let key = format!("{}/{}", AlarmKind::BreachOpened, stored.id);
    alarms::raise_and_tell(tx, &alarm, &key, ctx.operator_mail.as_deref())?;
    Ok(Breach { stored, record })
}

fn sealed(ctx: &Ctx, id: &BreachId, record: &Record) -> Result<crate::sealing::Sealed> {
    let text = serde_json::to_string(record)?;
    let key = ctx.keys.register_key();
    Ok(key.seal(Column::RegisterContent, &row(id), &text)?)
}

/// A breach to change, and as it was before.
fn to_change(tx: &mut DbConn, ctx: &Ctx, id: &BreachId) -> Result<(Breach, StoredBreach)> {
    let breach = found(tx, ctx, id)?;
    if breach.stored.status == BreachStatus::Closed {
        return Err(AppError::Conflict("breach_closed"));
    }
    let before = breach.stored.clone();
    Ok((breach, before))
}

fn store(
    tx: &mut DbConn,
    ctx: &Ctx,
    mut breach: Breach,
    before: &StoredBreach,
    what: &str,
) -> Result<Breach> {
    breach.stored.content = sealed(ctx, &breach.stored.id, &breach.record)?;
    if !breaches::update(tx, &breach.stored, before)? {
        return Err(AppError::Conflict("stale_version"));
    }
    let details = json!({ "step": what });
    note(ctx, Action::HandleBreach, &breach.stored.id, details);
    Ok(breach)
}

/// Adds a measure: `text`.
pub fn add_measure(tx: &mut DbConn, ctx: &Ctx, id: &BreachId, body: &Value) -> Result<Breach> {
    let (mut breach, before) = to_change(tx, ctx, id)?;
    let mut form = Form::new(body);
    let text = form.text("text", LONGEST);
    form.finish()?;
    breach.record.measures.extend(text.map(|text| Measure {
        noted_at: ctx.now,
        text,
    }));
    store(tx, ctx, breach, &before, "measure")
}

/// Notes that the authority was notified: `notified_at`, `to`, and where there is one `reference`.
pub fn notified(tx: &mut DbConn, ctx: &Ctx, id: &BreachId, body: &Value) -> Result<Breach> {
    let (mut breach, before) = to_change(tx, ctx, id)?;
    if before.notified_at.is_some() {
        return Err(AppError::Conflict("already_notified"));
    }
    let mut form = Form::new(body);
    let at = form.moment("notified_at");
    if at.is_some_and(|at| at > ctx.now) {
        form.fault("notified_at", FaultCode::InTheFuture);
    } else if at.is_some_and(|at| at < before.discovered_at) {
        // What is told before it is known stops no clock (L91/2025 Art. 23.1).
        form.fault("notified_at", FaultCode::BeforeDiscovery);
    }
    let to = form.text("to", LONGEST);
    let reference = form.optional_text("reference", 200);
    form.finish()?;
    breach.stored.notified_at = at;
    breach.record.notified_to = to;
    breach.record.reference = reference;
    store(tx, ctx, breach, &before, "notified")
}

/// Closes a breach: `reason`; where nobody was notified it says why that was not needed, and
/// `without_notification` is `yes`.
pub fn close(tx: &mut DbConn, ctx: &Ctx, id: &BreachId, body: &Value) -> Result<Breach> {
    let (mut breach, before) = to_change(tx, ctx, id)?;
    let mut form = Form::new(body);
    let reason = form.text("reason", LONGEST);
    let without = form.optional("without_notification", FaultCode::NotAllowed, |text| {
        (text == "yes").then_some(())
    });
    form.finish()?;
    if before.notified_at.is_none() && without.is_none() {
        return Err(AppError::Conflict("not_notified"));
    }
    breach.record.closing = reason;
    breach.stored.status = BreachStatus::Closed;
    breach.stored.closed_at = Some(ctx.now);
    store(tx, ctx, breach, &before, "close")
}

/// The notification form as text, in both languages.
pub fn form_text(breach: &Breach) -> String {
    let (stored, record) = (&breach.stored, &breach.record);
    let content = &record.content;
    let unknown = || words::FORM_UNKNOWN.label();
    let measures: Vec<String> = record
        .measures
        .iter()
        .map(|measure| format!("{}: {}", rfc3339_in_vietnam(measure.noted_at), measure.text))
        .collect();
    let notified = stored.notified_at.map(|at| {
        let to = record.notified_to.as_deref().unwrap_or_default();
        let number = record.reference.as_deref().unwrap_or_default();
        format!("{} {to} {number}", rfc3339_in_vietnam(at))
    });
    let lines: [(Text, String); 9] = [
        (words::FORM_DESCRIPTION, content.description.clone()),
        (
            words::FORM_DISCOVERED,
            rfc3339_in_vietnam(stored.discovered_at),
        ),
        (words::FORM_DUE, rfc3339_in_vietnam(stored.limit.due_raw)),
        (words::FORM_DATA, content.data_categories.clone()),
        (
            words::FORM_PEOPLE,
            content
                .people
                .map_or_else(unknown, |people| people.to_string()),
        ),
        (
            words::FORM_CONSEQUENCES,
            content.consequences.clone().unwrap_or_else(unknown),
        ),
        (words::FORM_MEASURES, measures.join("\n  ")),
        (words::FORM_CONTACT, content.contact.clone()),
        (words::FORM_NOTIFIED, notified.unwrap_or_default()),
    ];
    let mut text = format!("{}\n{}\n\n", words::FORM_TITLE.vi, words::FORM_TITLE.en);
    for (label, value) in lines {
        text += &format!("{}:\n  {}\n", label.label(), value.trim_end());
    }
    text
}
