//! Contacts of an authority: listed, added and ended by whoever may change its row.

use serde_json::{Value, json};

use super::changes::{known, or_fault};
use crate::{
    domain::{
        access::Right,
        audit::{Action, Object, ObjectKind},
        contact::{self, Channel, Contact, LAST_POSITION},
        dated::NoChange,
        declaration::FaultCode,
        validators,
    },
    error::{AppError, Result},
    ids::ContactId,
    service::{Ctx, form::Form},
    store::{catalogues, conn::DbConn, contacts},
    time::day_in_vietnam,
};

/// Longest name of an office, or reason, in characters.
const LONGEST: usize = 1_000;
/// Most contacts of one authority that count on the same day or later.
const MOST: usize = 50;

/// The contacts of an authority, of all times, by position.
pub fn list_contacts(tx: &mut DbConn, ctx: &Ctx, authority: &str) -> Result<Vec<Contact>> {
    may_change(ctx, authority)?;
    Ok(contacts::of_authority(tx, authority)?)
}

fn may_change(ctx: &Ctx, authority: &str) -> Result<()> {
    ctx.require(Right::ManageDirectory)?;
    known(ctx, ctx.world.directory.rows(), authority)
}

/// Adds a contact: `position`, `channel`, `address`, `name`, `reason`, and where wanted `phone`,
/// `valid_from` (today where it is left out) and `valid_to`.
pub fn add_contact(tx: &mut DbConn, ctx: &Ctx, authority: &str, body: &Value) -> Result<Contact> {
    may_change(ctx, authority)?;
    // Of two who add at once, the second sees what the first has added.
    catalogues::lock(tx, catalogues::DIRECTORY)?;
    let today = day_in_vietnam(ctx.now);
    let mut form = Form::new(body);
    let position = form.optional_number("position");
    let channel = form.value("channel", FaultCode::NotAllowed, Channel::parse);
    let by = channel.unwrap_or(Channel::Email);
    let no_address = match by {
        Channel::Email => FaultCode::Email,
        Channel::Sms => FaultCode::Phone,
        Channel::Webhook => FaultCode::NotAllowed,
    };
    let address = form.value("address", no_address, |text| contact::address(by, text));
    let name = form.text("name", 200);
    let phone = form.optional("phone", FaultCode::Phone, validators::phone);
    let from = form.optional_day("valid_from").unwrap_or(today);
    let to = form.optional_day("valid_to");
    let reason = form.text("reason", LONGEST);
    let position = position.and_then(|number| {
        let position = i32::try_from(number).ok();
        position.filter(|position| (0..=LAST_POSITION).contains(position))
    });
    if position.is_none() && !form.has_fault("position") {
        form.fault("position", FaultCode::OutOfRange);
    }
    if from < today {
        form.fault("valid_from", FaultCode::InThePast);
    }
    if to.is_some_and(|to| to <= from) {
        form.fault("valid_to", FaultCode::EndsBeforeItStarts);
    }
    let before = contacts::of_authority(tx, authority)?;
    let not_over = |one: &&Contact| one.valid_to.is_none_or(|end| end > today);
    if before.iter().filter(not_over).count() >= MOST {
        form.fault("", FaultCode::TooMany);
    }
    let contact = match (position, channel, address, name) {
        (Some(position), Some(channel), Some(address), Some(name)) => Some(Contact {
            id: ContactId::generate(),
            authority_id: authority.to_owned(),
            position,
            channel,
            address,
            name,
            phone,
            verified_at: None,
            valid_from: from,
            valid_to: to,
            created_at: ctx.now,
        }),
        _ => None,
    };
    if let Some(new) = &contact {
        let same = |one: &Contact| (one.channel, &one.address) == (new.channel, &new.address);
        if before.iter().any(|one| same(one) && one.meets(new)) {
            form.fault("address", FaultCode::Repeated);
        }
    }
    form.finish()?;
    let contact = contact.ok_or_else(|| AppError::internal("a form lacks an entry"))?;
    contacts::insert(tx, &contact)?;
    catalogues::bump(tx, catalogues::DIRECTORY)?;
    note(ctx, &contact, "add_contact", reason);
    Ok(contact)
}

/// Ends a contact `on` a day (the first on which it no longer counts), for a `reason`.
pub fn end_contact(
    tx: &mut DbConn,
    ctx: &Ctx,
    authority: &str,
    id: &ContactId,
    body: &Value,
) -> Result<Contact> {
    may_change(ctx, authority)?;
    catalogues::lock(tx, catalogues::DIRECTORY)?;
    let found = contacts::of_authority(tx, authority)?
        .into_iter()
        .find(|contact| contact.id == *id);
    let mut contact = found.ok_or(AppError::NotFound("contact"))?;
    let today = day_in_vietnam(ctx.now);
    let mut form = Form::new(body);
    let on = form.day("on");
    let reason = form.text("reason", LONGEST);
    if on.is_some_and(|day| day < today) {
        form.fault("on", FaultCode::InThePast);
    } else if let Some(on) = on {
        let is_over = contact.valid_to.is_some_and(|end| end <= on);
        let ended = (!is_over).then_some(()).ok_or(NoChange::NotInForce);
        or_fault(&mut form, "on", ended);
    }
    form.finish()?;
    let on = on.ok_or_else(|| AppError::internal("a form lacks an entry"))?;
    // One that was to begin later never does.
    contact.valid_to = Some(on.max(contact.valid_from));
    contacts::end(tx, id, on.max(contact.valid_from))?;
    catalogues::bump(tx, catalogues::DIRECTORY)?;
    note(ctx, &contact, "end_contact", reason);
    Ok(contact)
}

fn note(ctx: &Ctx, contact: &Contact, change: &str, reason: Option<String>) {
    ctx.note_of(
        Action::ChangeDirectory,
        Object::new(ObjectKind::Authority, &contact.authority_id),
        json!({
            "change": change,
            "contact": contact.id,
            "position": contact.position,
            "channel": contact.channel,
            "address": contact.address,
            "from": contact.valid_from,
            "to": contact.valid_to,
            "reason": reason,
        }),
    );
}
