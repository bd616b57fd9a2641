//! Alerts that follow from a decision, and the alarms where nobody can be told (RT-7).

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        authority::Role,
        classify::CaseClass,
        codes::Codes,
        contact::{Channel, Contact},
        decide::Decision,
        declaration::{Casualties, Declaration},
        ladder::{self, Standing},
        message::{
            Alarm, AlarmKind, AlertFacts, AlertUpdate, Climbed, InjuryFactor, Message, Withdrawn,
            WithdrawnBecause,
        },
        routing::{AuthorityName, Duty, Recipient},
    },
    error::Result,
    ids::{AlertId, CaseId, ContactId, MessageId},
    sealing::{CaseKey, Column},
    service::{
        Ctx,
        alerts::{belonging, ladder as climbing},
        notify,
    },
    store::{
        alerts::{self, Alert, AlertEnd, AlertLedger, Climbs, MessageLedger},
        conn::DbConn,
        outbox::{self, NewMessage},
    },
    time::day_in_vietnam,
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
    pub(in crate::service) fn facts(&self, ctx: &Ctx, recipient: &Recipient) -> Option<AlertFacts> {
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

/// Where one message goes.
struct To<'a> {
    channel: Channel,
    address: &'a str,
    /// Of whom is more than an address.
    contact: Option<&'a ContactId>,
}

impl<'a> To<'a> {
    fn email(address: &'a String) -> Self {
        Self {
            channel: Channel::Email,
            address,
            contact: None,
        }
    }

    /// Where a message of before went.
    fn again(message: &'a MessageLedger) -> Self {
        Self {
            channel: message.channel,
            address: &message.address,
            contact: message.contact.as_ref(),
        }
    }

    fn contact(contact: &'a Contact) -> Self {
        Self {
            channel: contact.channel,
            address: &contact.address,
            contact: Some(&contact.id),
        }
    }
}

/// One message for each address of one alert.
struct Letter<'a> {
    alert: AlertId,
    to: Vec<To<'a>>,
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
        for to in &letter.to {
            let id = MessageId::generate();
            messages.push(NewMessage {
                payload: told
                    .key
                    .seal(Column::OutboxPayload, id.as_str(), &payload)?,
                id,
                alert_id: Some(letter.alert.clone()),
                case_id: Some(told.case_id.clone()),
                channel: to.channel,
                contact: to.contact.cloned(),
                priority: letter.message.priority(),
                recipient: to.address.to_owned(),
                dedup_key: format!("{}/{}/{}", letter.event, letter.alert, to.address),
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

/// An alert of `recipient`, from now on, with its ladder.
pub(in crate::service) fn alert_to(ctx: &Ctx, told: &Told<'_>, recipient: &Recipient) -> Alert {
    Alert {
        id: AlertId::generate(),
        case_id: told.case_id.clone(),
        role: recipient.role,
        authority: recipient.authority.clone(),
        phone: recipient.phone.clone(),
        duty: recipient.duty,
        form: recipient.form.clone(),
        basis: recipient.basis.clone(),
        created_at: ctx.now,
        ended: None,
        climbs: climbs(ctx, told, recipient),
        climbed_from: None,
    }
}

/// The ladder of an alert that must be received. That of a role that nobody holds begins to climb at
/// once: there is nobody to wait for.
fn climbs(ctx: &Ctx, told: &Told<'_>, recipient: &Recipient) -> Option<Climbs> {
    if recipient.duty != Duty::MustReceive {
        return None;
    }
    let class = told.decision.case_class;
    let rungs = ladder::rungs(&ctx.world.law, class, recipient.role, ctx.now);
    let standing = Standing::begin(&rungs, ctx.now)?;
    let next_at = match recipient.authority {
        Some(_) => standing.next_at,
        None => Some(ctx.now),
    };
    Some(Climbs {
        since: ctx.now,
        rung: 0,
        next_at,
    })
}

/// Writes of the case to the addresses of a recipient and to its other contacts, as a rung of the ladder of an alert asks.
pub(in crate::service) fn post_letter(
    tx: &mut DbConn,
    ctx: &Ctx,
    told: &Told<'_>,
    alert: &AlertId,
    (recipient, others): (&Recipient, &[&Contact]),
    why: Climbed,
    event: &str,
) -> Result<()> {
    let Some(facts) = told.facts(ctx, recipient) else {
        return Ok(());
    };
    let facts = AlertFacts {
        climbed: Some(why),
        ..facts
    };
    let letter = Letter {
        alert: alert.clone(),
        to: all_of(recipient, others),
        message: Message::Alert(Box::new(facts)),
        event: event.to_owned(),
    };
    post(tx, ctx, told, &[letter])
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
                    to: all_of(recipient, &other_contacts(ctx, recipient)),
                    message: Message::Alert(Box::new(facts)),
                    event: "alert".into(),
                });
            }
            alerts.push(Alert {
                id,
                ..alert_to(ctx, told, recipient)
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

    /// The same without a ladder for these authorities: somebody there has the case already.
    fn without_ladder(mut self, of: &[AuthorityName]) -> Self {
        let has_it = |alert: &Alert| alert.authority.as_ref().is_some_and(|who| of.contains(who));
        for alert in self.alerts.iter_mut().filter(|alert| has_it(alert)) {
            alert.climbs = None;
        }
        self
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

    /// The same of a case of which people were told before: the post to which an earlier alert belongs has
    /// the one of its authority that comes after it as well.
    pub fn write_anew(self, tx: &mut DbConn, ctx: &Ctx) -> Result<()> {
        let new: Vec<Alert> = self.alerts.clone();
        self.write(tx, ctx)?;
        belonging::inherit(tx, ctx, &new)
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
    // Who was told only because nobody below took an alert was not told by the law.
    let same =
        |alert: &&Alert| alert.authority == recipient.authority && alert.climbed_from.is_none();
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
        // Who was told because nobody below took an alert is not told less of it.
        if alert.climbed_from.is_some() && is_in_force(ctx, alert) {
            continue;
        }
        alerts::end(tx, &alert.id, AlertEnd::Superseded, ctx.now)?;
        ended.extend(alert.authority.as_ref().map(|who| who.name.clone()));
    }
    Alerting::of(ctx, told, &anew)?.write_anew(tx, ctx)?;
    let names = anew.iter().filter_map(|one| one.authority.as_ref());
    Ok((ended, names.map(|who| who.name.clone()).collect()))
}

fn is_in_force(ctx: &Ctx, alert: &Alert) -> bool {
    let today = day_in_vietnam(ctx.now);
    let authority = alert.authority.as_ref();
    authority.is_some_and(|who| ctx.world.directory.by_id(&who.id, today).is_some())
}

/// After the commune made a notice its declaration: whoever receives it has an alert with its form,
/// in place of the one that told of the notice.
pub fn tell_declared(tx: &mut DbConn, ctx: &Ctx, told: &Told<'_>) -> Result<()> {
    let receives =
        |recipient: &&Recipient| recipient.authority.is_some() && recipient.role != Role::CommunePc;
    let named: Vec<&Recipient> = told.decision.recipients.iter().filter(receives).collect();
    let mut have_it = Vec::new();
    for AlertLedger { alert, taken, .. } in alerts::ledger(tx, told.case_id)? {
        if named
            .iter()
            .any(|recipient| recipient.authority == alert.authority)
        {
            alerts::end(tx, &alert.id, AlertEnd::Superseded, ctx.now)?;
            have_it.extend(alert.authority.filter(|_| taken.is_some()));
        }
    }
    Alerting::of(ctx, told, &named)?
        .without_ladder(&have_it)
        .write_anew(tx, ctx)
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
        if ledger.taken.is_none() {
            let class = told.decision.case_class;
            climbing::class_changed(tx, ctx, &ledger.alert, class)?;
        }
        let named = told.decision.recipients.iter().find(|recipient| {
            recipient
                .authority
                .as_ref()
                .is_some_and(|named| named.id == authority.id)
        });
        let above = told_above(before, &ledger.alert, told);
        let named = named.or(above.as_ref());
        let message = match named.and_then(|recipient| told.facts(ctx, recipient)) {
            Some(now) => Message::AlertUpdate(Box::new(AlertUpdate {
                earlier_class: earlier.class,
                earlier_counts: Some(earlier.counts),
                now,
            })),
            None => {
                alerts::end(tx, &ledger.alert.id, AlertEnd::Superseded, ctx.now)?;
                Message::Withdrawn(withdrawn(
                    told,
                    earlier.class,
                    &authority.name,
                    WithdrawnBecause::NoLongerNamed,
                    ctx.now,
                ))
            }
        };
        letters.push(Letter {
            alert: ledger.alert.id.clone(),
            to: addresses(ledger),
            message,
            event: event.to_owned(),
        });
    }
    post(tx, ctx, told, &letters)
}

/// As whom an authority goes on being told that was told because nobody below took an alert: as long as
/// the law names the one below.
fn told_above(before: &[AlertLedger], alert: &Alert, told: &Told<'_>) -> Option<Recipient> {
    let from = alert.climbed_from.as_ref()?;
    let below = before.iter().find(|ledger| ledger.alert.id == *from)?;
    let named = told.decision.recipients.iter();
    let mut of_below = named.filter(|recipient| recipient.authority == below.alert.authority);
    let basis = of_below.next()?.basis.clone();
    Some(Recipient {
        role: alert.role,
        authority: alert.authority.clone(),
        phone: alert.phone.clone(),
        emails: Vec::new(),
        duty: alert.duty,
        form: alert.form.clone(),
        basis,
        stands_in: false,
        passed_on_by: None,
    })
}

/// Ends the alerts of authorities that are no longer named, and tells them so: the place was one of
/// several, and an official has chosen another.
pub fn release_unnamed(tx: &mut DbConn, ctx: &Ctx, told: &Told<'_>, event: &str) -> Result<()> {
    let standing = alerts::ledger(tx, told.case_id)?;
    let standing_alerts: Vec<_> = standing
        .iter()
        .map(|ledger| (ledger.alert.id.clone(), ledger.alert.authority.clone()))
        .collect();
    let unnamed: Vec<AlertLedger> = standing
        .into_iter()
        .filter(|ledger| {
            let mut named = told
                .decision
                .recipients
                .iter()
                .map(|recipient| &recipient.authority);
            let below = ledger.alert.climbed_from.as_ref().and_then(|from| {
                let of = standing_alerts.iter().find(|(id, _)| id == from);
                of.map(|(_, authority)| authority)
            });
            let counts = below.unwrap_or(&ledger.alert.authority);
            ledger.alert.authority.is_some() && !named.any(|named| named == counts)
        })
        .collect();
    tell_change(tx, ctx, told, told.decision.into(), &unnamed, &[], event)
}

fn addresses(ledger: &AlertLedger) -> Vec<To<'_>> {
    let mut addresses: Vec<To<'_>> = ledger.messages.iter().map(To::again).collect();
    addresses.sort_unstable_by_key(|to| to.address);
    addresses.dedup_by_key(|to| to.address);
    addresses
}

fn all_of<'a>(recipient: &'a Recipient, others: &[&'a Contact]) -> Vec<To<'a>> {
    let emails = recipient.emails.iter().map(To::email);
    emails
        .chain(others.iter().map(|contact| To::contact(contact)))
        .collect()
}

/// The contacts of position 0 that are told at once and not by mail. Costs nothing where there are none.
pub(in crate::service) fn other_contacts<'a>(
    ctx: &'a Ctx,
    recipient: &Recipient,
) -> Vec<&'a Contact> {
    let Some(authority) = &recipient.authority else {
        return Vec::new();
    };
    let today = day_in_vietnam(ctx.now);
    let contacts = ctx.world.directory.contacts_of(&authority.id, today);
    contacts
        .filter(|contact| contact.position == 0 && contact.channel != Channel::Email)
        .collect()
}

fn withdrawn(
    told: &Told<'_>,
    case_class: CaseClass,
    authority: &str,
    because: WithdrawnBecause,
    now: DateTime<Utc>,
) -> Withdrawn {
    Withdrawn {
        receipt_no: told.receipt_no.to_owned(),
        case_class,
        authority: authority.to_owned(),
        place: told.decision.place.name.clone(),
        because,
        passed_to: Vec::new(),
        withdrawn_at: now,
    }
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
        to: addresses(ledger),
        message: Message::Withdrawn(Withdrawn {
            passed_to,
            ..withdrawn(
                told,
                told.decision.case_class,
                &authority.name,
                WithdrawnBecause::NotTheirs,
                ctx.now,
            )
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
            to: ledger
                .messages
                .iter()
                .filter(|message| message.status == outbox::MessageStatus::Sent)
                .map(To::again)
                .collect(),
            message: Message::Withdrawn(withdrawn(
                told,
                told.decision.case_class,
                &authority.name,
                because,
                ctx.now,
            )),
            event: format!("withdrawn/{because}"),
        });
    }
    post(tx, ctx, told, &letters)
}
