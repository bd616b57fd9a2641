//! Alerts that follow from a decision, and the alarms where nobody can be told (RT-7).

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        authority::Role,
        classify::CaseClass,
        codes::Codes,
        decide::Decision,
        declaration::{Casualties, Declaration},
        message::{
            Alarm, AlarmKind, AlertFacts, AlertUpdate, InjuryFactor, Message, Withdrawn,
            WithdrawnBecause,
        },
        routing::Recipient,
    },
    error::Result,
    ids::{AlertId, CaseId, MessageId},
    sealing::{CaseKey, Column},
    service::{Ctx, notify},
    store::{
        alerts::{self, Alert, AlertEnd, AlertLedger},
        conn::DbConn,
        outbox::{self, NewMessage},
    },
};

/// The case that people are told of.
pub struct Told<'a> {
    /// Case.
    pub case_id: &'a CaseId,
    /// Its key, which seals what messages say.
    pub key: &'a CaseKey,
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
        AlertFacts::of(
            self.declaration,
            self.decision,
            recipient,
            factor,
            self.receipt_no,
            self.received_at,
        )
    }
}

/// What hurt people, by its code; never the summary.
fn injury_factor(codes: &Codes, declaration: &Declaration) -> Option<InjuryFactor> {
    let accident = &declaration.accident;
    let (code, scheme) = (
        accident.injury_factor_code.as_deref()?,
        accident.injury_factor_scheme.as_deref()?,
    );
    let label = codes.injury_factor_label(scheme, code)?;
    Some(InjuryFactor {
        code: code.to_owned(),
        name_vi: label.vi.clone(),
        name_en: label.en.clone(),
    })
}

/// One message for each address of one alert.
struct Letter<'a> {
    alert: AlertId,
    emails: Vec<&'a str>,
    message: Message,
    event: String,
}

fn messages(
    told: &Told<'_>,
    letters: &[Letter<'_>],
    now: DateTime<Utc>,
) -> Result<Vec<NewMessage>> {
    let mut messages = Vec::new();
    for letter in letters {
        let payload = outbox::payload(&letter.message)?;
        for email in &letter.emails {
            let id = MessageId::generate();
            messages.push(NewMessage {
                payload: told
                    .key
                    .seal(Column::OutboxPayload, id.as_str(), &payload)?,
                id,
                alert_id: Some(letter.alert.clone()),
                case_id: Some(told.case_id.clone()),
                recipient: (*email).to_owned(),
                dedup_key: format!("{}/{}/{email}", letter.event, letter.alert),
                noted_at: now,
            });
        }
    }
    Ok(messages)
}

fn post(tx: &mut DbConn, ctx: &Ctx, told: &Told<'_>, letters: &[Letter<'_>]) -> Result<()> {
    outbox::enqueue(tx, messages(told, letters, ctx.now)?)?;
    Ok(())
}

/// Whom to tell of a case, what, and where nobody can be told.
pub struct Alerting {
    alerts: Vec<Alert>,
    messages: Vec<NewMessage>,
    /// Alarms, each with the key under which it is raised once.
    alarms: Vec<(Alarm, String)>,
}

impl Alerting {
    /// Everybody in `recipients` is to be told, with one message for each address, and an alarm for
    /// each role that nobody holds.
    pub fn of(ctx: &Ctx, told: &Told<'_>, recipients: &[&Recipient]) -> Result<Self> {
        let mut alerts = Vec::with_capacity(recipients.len());
        let mut letters = Vec::with_capacity(recipients.len());
        for recipient in recipients {
            let id = AlertId::generate();
            if let Some(facts) = told.facts(ctx, recipient) {
                letters.push(Letter {
                    alert: id.clone(),
                    emails: recipient.emails.iter().map(String::as_str).collect(),
                    message: Message::Alert(Box::new(facts)),
                    event: "alert".into(),
                });
            }
            alerts.push(Alert {
                id,
                case_id: told.case_id.clone(),
                role: recipient.role,
                authority: recipient.authority.clone(),
                phone: recipient.phone.clone(),
                duty: recipient.duty,
                form: recipient.form.clone(),
                basis: recipient.basis.clone(),
                created_at: ctx.now,
                ended: None,
            });
        }
        let nobody = recipients
            .iter()
            .filter(|recipient| recipient.authority.is_none());
        Ok(Self {
            messages: messages(told, &letters, ctx.now)?,
            alerts,
            alarms: nobody
                .map(|recipient| undeliverable(ctx, told, recipient))
                .collect(),
        })
    }

    /// Writes it all down, in the transaction of the declaration.
    pub fn write(self, tx: &mut DbConn, ctx: &Ctx) -> Result<()> {
        alerts::insert_many(tx, &self.alerts)?;
        outbox::enqueue(tx, self.messages)?;
        for (alarm, key) in &self.alarms {
            notify::operator(tx, ctx.operator_mail.as_deref(), alarm, key)?;
        }
        Ok(())
    }
}

fn undeliverable(ctx: &Ctx, told: &Told<'_>, recipient: &Recipient) -> (Alarm, String) {
    let alarm = Alarm {
        alarm: AlarmKind::Undeliverable,
        raised_at: ctx.now,
        case_id: Some(told.case_id.to_string()),
        receipt_no: Some(told.receipt_no.to_owned()),
        role: Some(recipient.role),
        authority_id: None,
        message_id: None,
        reply: None,
        record: None,
    };
    let key = format!("undeliverable/{}/{}", told.case_id, recipient.role);
    (alarm, key)
}

/// Whether an authority has an alert that holds, with a duty at least as strong.
pub fn knows<'a>(alerts: impl Iterator<Item = &'a Alert>, recipient: &Recipient) -> bool {
    let same = |alert: &&Alert| alert.authority == recipient.authority;
    alerts
        .filter(|alert| alert.ended.is_none())
        .filter(same)
        .any(|alert| match &recipient.authority {
            Some(_) => alert.duty <= recipient.duty,
            None => alert.role == recipient.role,
        })
}

/// After a reform of the units: whom the law names now is told, where it was not told before; the
/// alerts of all others end without a word, for a dissolved body cannot receive (RT-3, RT-5). The
/// names of both, for the timeline: those whose alert ended, those who are told.
pub fn tell_successors(
    tx: &mut DbConn,
    ctx: &Ctx,
    told: &Told<'_>,
) -> Result<(Vec<String>, Vec<String>)> {
    let before = alerts::list(tx, told.case_id)?;
    let named = &told.decision.recipients;
    let anew: Vec<&Recipient> = named
        .iter()
        .filter(|recipient| !knows(before.iter(), recipient))
        .collect();
    let mut ended = Vec::new();
    for alert in before.iter().filter(|alert| alert.ended.is_none()) {
        let same = |recipient: &Recipient| match &alert.authority {
            Some(_) => recipient.authority == alert.authority,
            None => recipient.authority.is_none() && recipient.role == alert.role,
        };
        if named.iter().any(same) && !anew.iter().any(|recipient| same(recipient)) {
            continue;
        }
        alerts::end(tx, &alert.id, AlertEnd::Superseded, ctx.now)?;
        ended.extend(alert.authority.as_ref().map(|who| who.name.clone()));
    }
    Alerting::of(ctx, told, &anew)?.write(tx, ctx)?;
    let names = anew.iter().filter_map(|one| one.authority.as_ref());
    Ok((ended, names.map(|who| who.name.clone()).collect()))
}

/// After the commune made a notice its declaration: whoever receives it has an alert with its form,
/// in place of the one that told of the notice.
pub fn tell_declared(tx: &mut DbConn, ctx: &Ctx, told: &Told<'_>) -> Result<()> {
    let receives =
        |recipient: &&Recipient| recipient.authority.is_some() && recipient.role != Role::CommunePc;
    let named: Vec<&Recipient> = told.decision.recipients.iter().filter(receives).collect();
    for alert in alerts::list(tx, told.case_id)? {
        if named
            .iter()
            .any(|recipient| recipient.authority == alert.authority)
        {
            alerts::end(tx, &alert.id, AlertEnd::Superseded, ctx.now)?;
        }
    }
    Alerting::of(ctx, told, &named)?.write(tx, ctx)
}

/// What people were told before.
#[derive(Debug, Clone, Copy)]
pub struct ToldBefore {
    /// Class.
    pub class: CaseClass,
    /// How many persons, by outcome.
    pub counts: Casualties,
}

impl From<&Decision> for ToldBefore {
    fn from(decision: &Decision) -> Self {
        Self {
            class: decision.case_class,
            counts: decision.counts,
        }
    }
}

/// Tells everybody who was told before that the class, the place or the number of the dead or
/// seriously injured has changed; an alert of somebody whom the law no longer names ends. Whoever
/// is alerted `anew`, with a stronger duty, has that alert instead.
pub fn tell_change(
    tx: &mut DbConn,
    ctx: &Ctx,
    told: &Told<'_>,
    earlier: ToldBefore,
    before: &[AlertLedger],
    anew: &[&Recipient],
    event: &str,
) -> Result<()> {
    let mut letters = Vec::new();
    for ledger in before.iter().filter(|ledger| ledger.alert.ended.is_none()) {
        let Some(authority) = &ledger.alert.authority else {
            continue;
        };
        if anew
            .iter()
            .any(|recipient| recipient.authority.as_ref() == Some(authority))
        {
            alerts::end(tx, &ledger.alert.id, AlertEnd::Superseded, ctx.now)?;
            continue;
        }
        let named = told.decision.recipients.iter().find(|recipient| {
            recipient
                .authority
                .as_ref()
                .is_some_and(|named| named.id == authority.id)
        });
        let message = match named.and_then(|recipient| told.facts(ctx, recipient)) {
            Some(now) => Message::AlertUpdate(Box::new(AlertUpdate {
                earlier_class: earlier.class,
                earlier_counts: Some(earlier.counts),
                now,
            })),
            None => {
                alerts::end(tx, &ledger.alert.id, AlertEnd::Superseded, ctx.now)?;
                withdrawn(
                    told,
                    earlier.class,
                    &authority.name,
                    WithdrawnBecause::NoLongerNamed,
                    ctx.now,
                )
            }
        };
        letters.push(Letter {
            alert: ledger.alert.id.clone(),
            emails: addresses(ledger),
            message,
            event: event.to_owned(),
        });
    }
    post(tx, ctx, told, &letters)
}

/// Ends the alerts of authorities that are no longer named, and tells them so: the place was one of
/// several, and an official has chosen another.
pub fn release_unnamed(tx: &mut DbConn, ctx: &Ctx, told: &Told<'_>, event: &str) -> Result<()> {
    let standing = alerts::ledger(tx, told.case_id)?;
    let unnamed: Vec<AlertLedger> = standing
        .into_iter()
        .filter(|ledger| {
            let mut named = told
                .decision
                .recipients
                .iter()
                .map(|recipient| &recipient.authority);
            ledger.alert.authority.is_some() && !named.any(|named| *named == ledger.alert.authority)
        })
        .collect();
    tell_change(tx, ctx, told, told.decision.into(), &unnamed, &[], event)
}

fn addresses(ledger: &AlertLedger) -> Vec<&str> {
    let mut addresses: Vec<&str> = ledger
        .messages
        .iter()
        .map(|message| message.address.as_str())
        .collect();
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}

fn withdrawn(
    told: &Told<'_>,
    case_class: CaseClass,
    authority: &str,
    because: WithdrawnBecause,
    now: DateTime<Utc>,
) -> Message {
    Message::Withdrawn(Withdrawn {
        receipt_no: told.receipt_no.to_owned(),
        case_class,
        authority: authority.to_owned(),
        place: told.decision.place.name.clone(),
        because,
        passed_to: Vec::new(),
        withdrawn_at: now,
    })
}

/// Confirms to an authority that its alert has ended, because it is not theirs, and who is told instead.
pub fn tell_refused(
    tx: &mut DbConn,
    ctx: &Ctx,
    told: &Told<'_>,
    ledger: &AlertLedger,
    passed_to: Vec<String>,
) -> Result<()> {
    let Some(authority) = &ledger.alert.authority else {
        return Ok(());
    };
    let letter = Letter {
        alert: ledger.alert.id.clone(),
        emails: addresses(ledger),
        message: Message::Withdrawn(Withdrawn {
            receipt_no: told.receipt_no.to_owned(),
            case_class: told.decision.case_class,
            authority: authority.name.clone(),
            place: told.decision.place.name.clone(),
            because: WithdrawnBecause::NotTheirs,
            passed_to,
            withdrawn_at: ctx.now,
        }),
        event: "refused".to_owned(),
    };
    post(tx, ctx, told, &[letter])
}

/// Ends every alert of a case of which no facts are kept, and withdraws what has not left.
pub fn withdraw_unsent(tx: &mut DbConn, ctx: &Ctx, case: &CaseId) -> Result<()> {
    for alert in alerts::list(tx, case)? {
        alerts::end(tx, &alert.id, AlertEnd::Withdrawn, ctx.now)?;
    }
    Ok(())
}

/// Ends every alert of a case, withdraws what has not left, and tells those who were told.
pub fn withdraw_all(
    tx: &mut DbConn,
    ctx: &Ctx,
    told: &Told<'_>,
    because: WithdrawnBecause,
) -> Result<()> {
    let ledgers = alerts::ledger(tx, told.case_id)?;
    let mut letters = Vec::new();
    for ledger in ledgers.iter().filter(|ledger| ledger.alert.ended.is_none()) {
        alerts::end(tx, &ledger.alert.id, AlertEnd::Withdrawn, ctx.now)?;
        let Some(authority) = &ledger.alert.authority else {
            continue;
        };
        letters.push(Letter {
            alert: ledger.alert.id.clone(),
            // Only whoever has the alert needs to hear that it no longer holds.
            emails: ledger
                .messages
                .iter()
                .filter(|message| message.status == outbox::MessageStatus::Sent)
                .map(|message| message.address.as_str())
                .collect(),
            message: withdrawn(
                told,
                told.decision.case_class,
                &authority.name,
                because,
                ctx.now,
            ),
            event: format!("withdrawn/{because}"),
        });
    }
    post(tx, ctx, told, &letters)
}
