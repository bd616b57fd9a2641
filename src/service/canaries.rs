//! Monthly tests of the way to each authority: sent, answered by the link of the mail, and told to the
//! operator where nobody answers.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use serde_json::json;

use crate::{
    domain::{
        account::ActionPurpose,
        acknowledgement::Officer,
        audit::{Action, ActorKind, Entry, Object, ObjectKind, Origin, Who},
        authority::{Authority, Role},
        canary::{self, CanaryOutcome, Rhythm},
        contact::Channel,
        decide::World,
        message::{Alarm, AlarmKind, CanaryFacts, Message},
        routing::AuthorityName,
    },
    error::{AppError, Result},
    ids::{CanaryId, ContactId, LinkId, MessageId},
    sealing::{Column, Keys, Sealed},
    service::{alerts::Pressed, notify},
    store::{
        acknowledgements,
        action_links::{self, ActionLink},
        address_marks,
        canaries::{self, Canary},
        conn::DbConn,
        links,
        outbox::{self, NewMessage},
    },
    time::{day_in_vietnam, vietnam},
};

/// How long tests are known, with who answered them.
const KEPT: TimeDelta = TimeDelta::days(400);
/// Most authorities that an alarm names.
const MOST_NAMED: usize = 20;

/// A test to be sent.
#[derive(Debug, Clone)]
pub struct Test {
    authority: AuthorityName,
    role: Role,
    /// Where an alert would go at once: how, where, and by which contact if by one.
    to: Vec<(Channel, String, Option<ContactId>)>,
}

/// What there is to do.
#[derive(Debug)]
pub enum Plan {
    /// Nothing yet: the hour has not come.
    Early,
    /// These tests, to be answered within this time; none where the day is done.
    Tests(Vec<Test>, TimeDelta),
}

/// The tests that are to leave on the day of `now`.
pub fn plan(tx: &mut DbConn, world: &World, now: DateTime<Utc>) -> Result<Plan> {
    let day = day_in_vietnam(now);
    let rhythm = Rhythm::on(&world.law, day).map_err(AppError::internal)?;
    if now.with_timezone(&vietnam()).hour() < rhythm.hour {
        return Ok(Plan::Early);
    }
    let tested = canaries::tested_in(tx, canary::month_of(day))?;
    let is_today = |at: &DateTime<Utc>| day_in_vietnam(*at) == day;
    let today = tested.iter().filter(|(_, at)| is_today(at)).count();
    let mut done: BTreeSet<String> = tested.into_iter().map(|(id, _)| id).collect();
    done.extend(acknowledgements::authorities_since(
        tx,
        canary::beginning_of_month(day),
    )?);

    let rows: BTreeMap<&str, (&Authority, Vec<_>)> = world
        .directory
        .rows()
        .iter()
        .filter(|row| row.in_force_on(day))
        .map(|row| (row.authority_id.as_str(), (row, addresses(world, row, day))))
        // Whoever has no address is named by the coverage.
        .filter(|(_, (_, to))| !to.is_empty())
        .collect();
    let ids: Vec<&str> = rows.keys().copied().collect();
    let due = canary::due(&ids, &done, rhythm, day, world.law.holidays(), today);
    let tests = due.into_iter().filter_map(|id| {
        let (row, to) = rows.get(id)?;
        Some(Test {
            authority: AuthorityName {
                id: row.authority_id.clone(),
                name: row.name.clone(),
            },
            role: row.role,
            to: to.clone(),
        })
    });
    Ok(Plan::Tests(tests.collect(), rhythm.answer))
}

/// Every address to which an alert of the authority would go at once.
fn addresses(
    world: &World,
    row: &Authority,
    day: NaiveDate,
) -> Vec<(Channel, String, Option<ContactId>)> {
    let emails = world.directory.first_emails(row, day).into_iter();
    let emails = emails
        .filter(|email| !email.trim().is_empty())
        .map(|email| (Channel::Email, email, None));
    let contacts = world.directory.contacts_of(&row.authority_id, day);
    let others = contacts
        .filter(|contact| contact.position == 0 && contact.channel != Channel::Email)
        .map(|contact| {
            let address = contact.address.clone();
            (contact.channel, address, Some(contact.id.clone()))
        });
    emails.chain(others).collect()
}

/// Notes a test for delivery, unless the authority has one in this month. Whether it was new.
pub fn send(
    tx: &mut DbConn,
    test: &Test,
    answer_within: TimeDelta,
    now: DateTime<Utc>,
) -> Result<bool> {
    let canary = Canary {
        id: CanaryId::generate(),
        month: canary::month_of(day_in_vietnam(now)),
        authority: test.authority.clone(),
        role: test.role,
        sent_at: now,
        answer_by: now + answer_within,
        outcome: None,
        taken: None,
    };
    if !canaries::insert(tx, &canary)? {
        return Ok(false);
    }
    let message = Message::Canary(CanaryFacts {
        month: canary.month,
        authority: test.authority.name.clone(),
        answer_by: canary.answer_by,
    });
    let payload = outbox::payload(&message)?;
    let mut messages = Vec::with_capacity(test.to.len());
    for (channel, address, contact) in &test.to {
        let id = MessageId::generate();
        let link = ActionLink {
            id: LinkId::generate(),
            purpose: ActionPurpose::TakeCanary,
            subject: canary.id.to_string(),
        };
        action_links::insert(tx, &link, &id, now)?;
        messages.push(NewMessage {
            id,
            alert_id: None,
            case_id: None,
            channel: *channel,
            contact: contact.clone(),
            priority: message.priority(),
            recipient: address.clone(),
            payload: payload.clone().into(),
            dedup_key: format!("canary/{}/{channel}/{address}", canary.id),
            noted_at: now,
        });
    }
    outbox::enqueue(tx, messages)?;
    Ok(true)
}

/// Whether any test is over that nobody has answered.
pub fn any_overdue(tx: &mut DbConn, now: DateTime<Utc>) -> Result<bool> {
    Ok(!canaries::overdue(tx, now)?.is_empty())
}

/// Says what became of the tests whose time is over. Of those that left together and were missed the
/// operator hears once. How many were missed.
pub fn settle(tx: &mut DbConn, operator: Option<&str>, now: DateTime<Utc>) -> Result<usize> {
    let mut runs = BTreeMap::<DateTime<Utc>, Vec<Canary>>::new();
    for canary in canaries::overdue(tx, now)? {
        runs.entry(canary.answer_by).or_default().push(canary);
    }
    let mut missed = 0;
    for (answer_by, tests) in runs {
        let first = tests.iter().map(|test| test.sent_at).min();
        let proven = acknowledgements::authorities_since(tx, first.unwrap_or(answer_by))?;
        let mut names = Vec::new();
        for test in &tests {
            let is_proven = proven.contains(&test.authority.id);
            let outcome = match is_proven {
                true => CanaryOutcome::AlertTaken,
                false => CanaryOutcome::Missed,
            };
            if canaries::settle(tx, &test.id, outcome, now)? && !is_proven {
                names.push(format!("{} ({})", test.authority.name, test.authority.id));
            }
        }
        if names.is_empty() {
            continue;
        }
        missed += names.len();
        let sent = canaries::count_of_run(tx, answer_by)?;
        let mut record = format!("{}/{sent}: {}", names.len(), cut(&names));
        if names.len() > MOST_NAMED {
            record.push_str("; …");
        }
        let kind = AlarmKind::CanaryMissed;
        let alarm = Alarm::of_record(kind, &record, now);
        let key = format!("{kind}/{}", answer_by.timestamp_micros());
        notify::operator(tx, operator, &alarm, &key)?;
    }
    Ok(missed)
}

fn cut(names: &[String]) -> String {
    let named: Vec<&str> = names.iter().take(MOST_NAMED).map(String::as_str).collect();
    named.join("; ")
}

/// Forgets tests that are long over.
pub fn forget(tx: &mut DbConn, now: DateTime<Utc>) -> Result<usize> {
    Ok(canaries::forget(tx, now - KEPT)?)
}

/// The test behind a mail's link.
pub struct LinkedCanary {
    /// The test.
    pub canary: Canary,
    /// The message that carried the link.
    pub message: MessageId,
    /// Whether its link was opened before.
    pub is_opened: bool,
    /// Who answered.
    pub officer: Option<Officer>,
}

/// What a link's secret opens; nothing where it has expired, or was never given.
pub fn behind_link(
    tx: &mut DbConn,
    keys: &Keys,
    secret: &str,
    now: DateTime<Utc>,
) -> Result<Option<LinkedCanary>> {
    let link = action_links::find(tx, &links::hash(secret), now)?;
    let Some(link) = link.filter(|link| link.purpose == ActionPurpose::TakeCanary) else {
        return Ok(None);
    };
    let canary = canaries::find(tx, &CanaryId::from(link.subject.clone()))?;
    let message = action_links::message_of(tx, &link.id)?;
    let Some((canary, message)) = canary.zip(message) else {
        return Ok(None);
    };
    let officer = match &canary.taken {
        Some((_, sealed)) => Some(open(keys, &canary.id, sealed)?),
        None => None,
    };
    Ok(Some(LinkedCanary {
        canary,
        is_opened: outbox::is_opened(tx, &message)?,
        message,
        officer,
    }))
}

fn open(keys: &Keys, id: &CanaryId, sealed: &Sealed) -> Result<Officer> {
    let key = keys.register_key();
    let text = key.open(Column::CanaryOfficer, id.as_str(), sealed)?;
    Ok(serde_json::from_str(&text)?)
}

/// Answers the test of the mail whose link has this `secret`. Who it was is sealed, and the trace says so.
pub fn take(
    tx: &mut DbConn,
    keys: &Keys,
    secret: &str,
    officer: &Officer,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(Pressed, Vec<Entry>)> {
    let Some(linked) = behind_link(tx, keys, secret, now)? else {
        return Ok((Pressed::Gone, Vec::new()));
    };
    let LinkedCanary {
        canary, message, ..
    } = linked;
    let key = keys.register_key();
    let written = serde_json::to_string(officer)?;
    let sealed = key.seal(Column::CanaryOfficer, canary.id.as_str(), &written)?;
    if !canaries::take(tx, &canary.id, (&message, &sealed), now)? {
        return Ok((Pressed::TakenBefore, Vec::new()));
    }
    // Whoever answers proves that mail arrives there.
    address_marks::clear_of_message(tx, &message)?;
    let entry = Entry {
        happened_at: now,
        who: Who {
            kind: ActorKind::Link,
            id: canary.authority.id.clone(),
            name: canary.authority.name.clone(),
            role: canary.role.to_string(),
            territory: None,
        },
        action: Action::TakeCanary,
        purpose: Action::TakeCanary.purpose(),
        object: Object::new(ObjectKind::Authority, &canary.authority.id),
        result: "done".to_owned(),
        origin: origin.clone(),
        details: json!({ "month": canary.month }),
    };
    Ok((Pressed::Taken, vec![entry]))
}
