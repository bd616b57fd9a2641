//! The call list: alerts that nobody has taken after everything that was sent. Whoever runs the service
//! telephones; what was said counts as taking the alert.

use serde_json::{Value, json};

use crate::{
    domain::{
        access::{Right, Sight},
        acknowledgement::{self, Typed, Wrong},
        audit::{Action, Object, ObjectKind},
        case::{Case, Event},
        declaration::FaultCode,
    },
    error::{AppError, Result},
    ids::{CallId, CallNoteId, EventId},
    sealing::{CaseKey, Column},
    service::{Ctx, alerts as taking, form::Form, sealed},
    store::{
        acknowledgements::How,
        alerts::{self, Alert},
        calls::{self, Call, CallNote, CallOutcome},
        cases,
        conn::DbConn,
        events::{self, NewEvent},
        ladders, posts, shifts,
    },
    time::day_in_vietnam,
};

/// Most entries in one answer.
const MOST: i64 = 200;
/// Longest account of a telephone call, in characters.
const LONGEST: usize = 2_000;

/// An entry of the call list, with everything that whoever telephones needs.
pub struct CallShown {
    /// The entry.
    pub call: Call,
    /// The alert.
    pub alert: Alert,
    /// The case.
    pub case: Case,
    /// Whom to call, in this order.
    pub numbers: Vec<Number>,
    /// Calls that were made, each with what was said.
    pub notes: Vec<(CallNote, Option<String>)>,
}

/// A telephone number, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// Authority, office or post.
    pub whose: String,
    /// Number.
    pub phone: String,
}

/// What is open, the oldest first.
pub fn list(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<CallShown>> {
    ctx.require(Right::HandleCalls)?;
    let mut shown = Vec::new();
    for call in calls::open_ones(tx, MOST)? {
        let one = show(tx, ctx, call)?;
        ctx.note(
            Action::ReadCalls,
            &one.case.id,
            json!({ "receipt_no": one.case.receipt_no }),
        );
        shown.push(one);
    }
    Ok(shown)
}

fn show(tx: &mut DbConn, ctx: &Ctx, call: Call) -> Result<CallShown> {
    let missing = || AppError::internal(format!("the call {} has no alert or case", call.id));
    let alert = alerts::find(tx, &call.alert)?.ok_or_else(missing)?;
    let case = cases::find(tx, &call.case_id, &Sight::All)?.ok_or_else(missing)?;
    let key = sealed::key_of(&ctx.keys, &case).ok();
    let notes = calls::notes(tx, &[&call.id])?
        .into_iter()
        .map(|note| {
            let said = opened(key.as_ref(), &note)?;
            Ok((note, said))
        })
        .collect::<Result<_>>()?;
    Ok(CallShown {
        numbers: numbers(tx, ctx, &alert)?,
        notes,
        call,
        alert,
        case,
    })
}

fn opened(key: Option<&CaseKey>, note: &CallNote) -> Result<Option<String>> {
    match (key, &note.said) {
        (Some(key), Some(said)) => Ok(Some(key.open(Column::CallSaid, note.id.as_str(), said)?)),
        _ => Ok(None),
    }
}

/// The telephone of the authority, of its contacts, of whoever is on duty, and of whoever was told
/// beside it; each once, as the directory has them now.
fn numbers(tx: &mut DbConn, ctx: &Ctx, alert: &Alert) -> Result<Vec<Number>> {
    let (directory, today) = (&ctx.world.directory, day_in_vietnam(ctx.now));
    let mut found = Vec::new();
    if let Some(authority) = &alert.authority {
        let row = directory.by_id(&authority.id, today);
        let phone = row.map(|row| row.phone.clone()).or(alert.phone.clone());
        found.push((authority.name.clone(), phone.unwrap_or_default()));
        for contact in directory.contacts_of(&authority.id, today) {
            let phone = contact.phone.clone().unwrap_or_default();
            found.push((contact.name.clone(), phone));
        }
        let until = ctx.now + chrono::TimeDelta::microseconds(1);
        for shift in shifts::of_authority(tx, &authority.id, ctx.now, until)? {
            let post = posts::find(tx, &shift.post)?;
            found.push((post.map(|post| post.name).unwrap_or_default(), shift.phone));
        }
    }
    for climbed in ladders::of_alert(tx, &alert.id)? {
        for id in &climbed.reached.authorities {
            let row = directory.by_id(id, today);
            found.extend(row.map(|row| (row.name.clone(), row.phone.clone())));
        }
    }
    let mut numbers: Vec<Number> = Vec::new();
    for (whose, phone) in found {
        let is_new = !numbers.iter().any(|number| number.phone == phone);
        if !phone.is_empty() && is_new {
            numbers.push(Number { whose, phone });
        }
    }
    Ok(numbers)
}

/// What came of a telephone call: `outcome`, where somebody took the alert `name`, `post` and `phone`,
/// and in any case `said`.
pub fn answer(tx: &mut DbConn, ctx: &Ctx, id: &CallId, body: &Value) -> Result<CallShown> {
    ctx.require(Right::HandleCalls)?;
    let call = calls::find(tx, id)?.ok_or(AppError::NotFound("call"))?;
    let mut form = Form::new(body);
    let outcome = form.value("outcome", FaultCode::NotAllowed, CallOutcome::parse);
    let mut text = |name| form.optional_text(name, LONGEST).unwrap_or_default();
    let typed = Typed {
        name: text("name"),
        post: text("post"),
        phone: text("phone"),
    };
    let officer = match outcome {
        Some(CallOutcome::Taken) => match acknowledgement::read(&typed) {
            Ok(officer) => Some(officer),
            Err(Wrong { name, post, phone }) => {
                for (entry, wrong) in [("name", name), ("post", post), ("phone", phone)] {
                    if let Some(code) = wrong.filter(|_| !form.has_fault(entry)) {
                        form.fault(entry, code);
                    }
                }
                None
            }
        },
        _ => None,
    };
    let said = match outcome {
        Some(CallOutcome::Taken) => form.text("said", LONGEST),
        _ => form.optional_text("said", LONGEST),
    };
    form.finish()?;
    let outcome = outcome.ok_or_else(|| AppError::internal("a form lacks its outcome"))?;
    if call.closed.is_some() {
        return Err(AppError::Conflict("call_closed"));
    }

    let mut shown = show(tx, ctx, call.clone())?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut shown.case)?;
    let note_id = CallNoteId::generate();
    let sealed_text = said.as_deref();
    let sealed_text = sealed_text.map(|said| key.seal(Column::CallSaid, note_id.as_str(), said));
    let note = CallNote {
        call: call.id.clone(),
        noted_at: ctx.now,
        outcome,
        noted_by: ctx.actor.name.clone(),
        said: sealed_text.transpose()?,
        id: note_id,
    };
    let about =
        json!({ "receipt_no": shown.case.receipt_no, "alert": call.alert, "call": call.id });
    match officer {
        Some(officer) => {
            let (case, alert) = (&shown.case, &shown.alert);
            let how = (How::Call, None);
            if !taking::acknowledge(tx, (case, &key), alert, how, &officer, ctx.now)? {
                return Err(AppError::Conflict("call_closed"));
            }
            taking::note_in_timeline(tx, (case, &key), alert, &officer, ctx.now)?;
            ctx.note(Action::TakeAlert, &case.id, about);
        }
        None => {
            unanswered(tx, ctx, &shown, &key)?;
            ctx.note_of(
                Action::NoteCall,
                Object::new(ObjectKind::Case, &shown.case.id),
                about,
            );
        }
    }
    calls::note(tx, &note)?;
    let call = calls::find(tx, id)?.ok_or(AppError::NotFound("call"))?;
    show(tx, ctx, call)
}

fn unanswered(tx: &mut DbConn, ctx: &Ctx, shown: &CallShown, key: &CaseKey) -> Result<()> {
    let case = &shown.case;
    let event = Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: "call_unanswered".into(),
        from_status: Some(case.status),
        to_status: case.status,
        reason: None,
        details: json!({ "alert": shown.alert.id, "call": shown.call.id }),
    };
    events::append(tx, NewEvent::seal(&event, key)?)?;
    Ok(())
}
