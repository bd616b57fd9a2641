//! Alerts that follow from a decision, and the alarms where nobody can be told (RT-7).

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        classify::CaseClass,
        codes::Codes,
        decide::Decision,
        declaration::Declaration,
        message::{Alarm, AlarmKind, AlertFacts, AlertUpdate, InjuryFactor, Message, Withdrawn, WithdrawnBecause},
        routing::Recipient,
    },
    error::Result,
    ids::{AlertId, CaseId},
    service::{Ctx, notify},
    store::{
        alerts::{self, NewAlert, TellAgain},
        conn::DbConn,
        outbox::NewMessage,
    },
};

/// The case that people are told of.
pub struct Told<'a> {
    /// Case.
    pub case_id: &'a CaseId,
    /// Number.
    pub receipt_no: &'a str,
    /// First receipt.
    pub received_at: DateTime<Utc>,
    /// The facts as they now stand.
    pub declaration: &'a Declaration,
    /// What the law says of them.
    pub decision: &'a Decision,
}

impl Told<'_> {
    fn facts(&self, ctx: &Ctx, recipient: &Recipient) -> Option<AlertFacts> {
        let factor = injury_factor(&ctx.world.codes, self.declaration);
        AlertFacts::of(self.declaration, self.decision, recipient, factor, self.receipt_no, self.received_at)
    }
}

/// What hurt people, by its code; never the summary.
fn injury_factor(codes: &Codes, declaration: &Declaration) -> Option<InjuryFactor> {
    let accident = &declaration.accident;
    let (code, scheme) = (accident.injury_factor_code.as_deref()?, accident.injury_factor_scheme.as_deref()?);
    let factor = codes.injury_factor(scheme, code)?;
    Some(InjuryFactor {
        code: code.to_owned(),
        name_vi: factor.name_vi.to_owned(),
        name_en: factor.name_en.to_owned(),
    })
}

/// Writes down everybody in `recipients` as to be told, with one message for each address, and an
/// alarm for each role that nobody holds. In the transaction of the declaration.
pub fn alert(tx: &mut DbConn, ctx: &Ctx, told: &Told<'_>, recipients: &[&Recipient]) -> Result<()> {
    let mut new_alerts = Vec::with_capacity(recipients.len());
    let mut messages = Vec::new();
    for recipient in recipients {
        let id = AlertId::generate();
        if let Some(facts) = told.facts(ctx, recipient) {
            let message = Message::Alert(Box::new(facts));
            for email in &recipient.emails {
                messages.push(NewMessage::about(told.case_id, Some(&id), email, &message, &format!("alert/{id}"), ctx.now));
            }
        }
        new_alerts.push(NewAlert::of(id, told.case_id, recipient, ctx.now));
    }
    alerts::insert_many(tx, &new_alerts)?;
    crate::store::outbox::enqueue(tx, &messages)?;

    for recipient in recipients.iter().filter(|recipient| recipient.authority.is_none()) {
        let alarm = Alarm {
            alarm: AlarmKind::Undeliverable,
            raised_at: ctx.now,
            case_id: Some(told.case_id.to_string()),
            receipt_no: Some(told.receipt_no.to_owned()),
            role: Some(recipient.role),
            authority_id: None,
            message_id: None,
            reply: None,
        };
        notify::operator(tx, ctx.operator_mail.as_deref(), &alarm, &format!("undeliverable/{}/{}", told.case_id, recipient.role))?;
    }
    Ok(())
}

/// Tells everybody who was told before that the class has changed.
pub fn tell_change(
    tx: &mut DbConn,
    ctx: &Ctx,
    told: &Told<'_>,
    earlier_class: CaseClass,
    before: &[TellAgain],
    event: &str,
) -> Result<()> {
    let mut messages = Vec::new();
    for alert in before {
        let recipient = told
            .decision
            .recipients
            .iter()
            .find(|recipient| recipient.authority.as_ref().map(|authority| &authority.id) == alert.authority_id.as_ref());
        let message = match recipient.and_then(|recipient| told.facts(ctx, recipient)) {
            Some(now) => Message::AlertUpdate(Box::new(AlertUpdate { earlier_class, now })),
            None => Message::Withdrawn(Withdrawn {
                receipt_no: told.receipt_no.to_owned(),
                case_class: earlier_class,
                authority: alert.authority_name.clone().unwrap_or_default(),
                place: told.decision.place.name.clone(),
                because: WithdrawnBecause::NoLongerNamed,
                withdrawn_at: ctx.now,
            }),
        };
        for email in &alert.emails {
            messages.push(NewMessage::about(
                told.case_id,
                Some(&alert.alert_id),
                email,
                &message,
                &format!("{event}/{}", alert.alert_id),
                ctx.now,
            ));
        }
    }
    crate::store::outbox::enqueue(tx, &messages)?;
    Ok(())
}
