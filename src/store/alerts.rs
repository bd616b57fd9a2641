//! Alerts, and where each stands.
//!
//! An alert is a legal fact: this authority is to be told about this case. Its messages are the
//! means, one for each address, each with its tries.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{
    acknowledgements::{self, Taken},
    bounces::{self, Bounce},
    calls::CallEnd,
    conn::DbConn,
    outbox::{BOUNCED_AS, MessageStatus},
    refusals::{self, Refused},
    schema::{alerts, delivery_attempts, outbox},
};
use crate::{
    domain::{
        authority::Role,
        contact::Channel,
        delivery::{TlsState, Transit},
        law::Basis,
        routing::{AuthorityName, Duty},
    },
    ids::{AlertId, CaseId, ContactId, MessageId},
    insert_rows, named,
};

named! {
    /// Where an alert stands.
    pub enum AlertStatus {
        /// Waits to be sent.
        Queued = "queued",
        /// At least one mail server took it for the authority.
        Sent = "sent",
        /// Somebody at the authority has taken it.
        Acknowledged = "acknowledged",
        /// The authority says that the case is not its own.
        Refused = "refused",
        /// Tried in vain so far; tried again.
        Delayed = "delayed",
        /// It came back from every address where it had been taken.
        Bounced = "bounced",
        /// Every address was given up.
        Failed = "failed",
        /// Nobody holds the role: somebody else is told instead (RT-7).
        Undeliverable = "undeliverable",
        /// A later alert stands for it.
        Superseded = "superseded",
        /// No longer holds.
        Withdrawn = "withdrawn",
    }
}

named! {
    /// Why an alert has ended.
    pub enum AlertEnd {
        /// A later alert stands for it.
        Superseded = "superseded",
        /// No longer holds.
        Withdrawn = "withdrawn",
        /// The authority says that the case is not its own.
        Refused = "refused",
    }
}

/// One authority to be told about one case.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Id.
    pub id: AlertId,
    /// The case.
    pub case_id: CaseId,
    /// Role in which it is told.
    pub role: Role,
    /// Who; `None` where nobody holds the role.
    pub authority: Option<AuthorityName>,
    /// Telephone.
    pub phone: Option<String>,
    /// Duty.
    pub duty: Duty,
    /// Form that goes to it.
    pub form: Option<String>,
    /// Rules that name it.
    pub basis: Vec<Basis>,
    /// When it was decided.
    pub created_at: DateTime<Utc>,
    /// Since when it no longer holds, and why.
    pub ended: Option<(DateTime<Utc>, AlertEnd)>,
    /// How it climbs, where it does.
    pub climbs: Option<Climbs>,
    /// The alert whose ladder made this one.
    pub climbed_from: Option<AlertId>,
}

/// How an alert climbs its ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Climbs {
    /// Since when.
    pub since: DateTime<Utc>,
    /// How often it was climbed.
    pub rung: i32,
    /// When the next rung is due; `None` where it rests.
    pub next_at: Option<DateTime<Utc>>,
}

/// An alert with everything that was done to deliver it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertLedger {
    /// The alert.
    pub alert: Alert,
    /// Its messages, one for each address.
    pub messages: Vec<MessageLedger>,
    /// Who took it.
    pub taken: Option<Taken>,
    /// Who refused it.
    pub refused: Option<Refused>,
}

/// A message with its tries.
#[derive(Clone, PartialEq)]
pub struct MessageLedger {
    /// Id.
    pub id: MessageId,
    /// How it goes.
    pub channel: Channel,
    /// The contact that is told, where it is more than an address.
    pub contact: Option<ContactId>,
    /// The reader's address.
    pub address: String,
    /// Where it stands.
    pub status: MessageStatus,
    /// When the next try is due, where there is to be one.
    pub due_at: Option<DateTime<Utc>>,
    /// Tries, oldest first.
    pub attempts: Vec<Attempt>,
    /// When its link was first opened.
    pub opened_at: Option<DateTime<Utc>>,
    /// What came back, oldest first.
    pub bounces: Vec<Bounce>,
}

impl std::fmt::Debug for MessageLedger {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MessageLedger")
            .field("id", &self.id)
            .field("status", &self.status)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

/// One try to deliver a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub attempted_at: DateTime<Utc>,
    /// `sent`, `delayed` or `failed`.
    pub outcome: MessageStatus,
    /// What the server said, or what happened.
    pub reply: String,
    /// Over which relay and how protected; `None` where it did not come to that.
    pub transit: Option<Transit>,
}

impl AlertLedger {
    /// When the link of one of its mails was first opened, while nobody has taken or refused it.
    pub fn opened_at(&self) -> Option<DateTime<Utc>> {
        let is_open = self.status() == AlertStatus::Sent;
        let opened = self.messages.iter().filter_map(|one| one.opened_at).min();
        opened.filter(|_| is_open)
    }

    /// Since when the alert stands where [`AlertLedger::status`] says; `None` where that has no moment.
    pub fn since(&self) -> Option<DateTime<Utc>> {
        let sent = |message: &MessageLedger| {
            let mut sent = message.attempts.iter().rev();
            sent.find(|one| one.outcome == MessageStatus::Sent)
                .map(|one| one.attempted_at)
        };
        match self.status() {
            AlertStatus::Acknowledged => self.taken.as_ref().map(|taken| taken.at),
            AlertStatus::Refused | AlertStatus::Superseded | AlertStatus::Withdrawn => {
                self.alert.ended.map(|(at, _)| at)
            }
            AlertStatus::Sent => self.messages.iter().filter_map(sent).min(),
            AlertStatus::Bounced => self
                .messages
                .iter()
                .flat_map(|one| &one.bounces)
                .map(|bounce| bounce.received_at)
                .max(),
            AlertStatus::Queued
            | AlertStatus::Delayed
            | AlertStatus::Failed
            | AlertStatus::Undeliverable => None,
        }
    }

    /// Where the alert stands: its end, else that somebody took it, else the best of its addresses.
    pub fn status(&self) -> AlertStatus {
        if let Some((_, end)) = self.alert.ended {
            return match end {
                AlertEnd::Superseded => AlertStatus::Superseded,
                AlertEnd::Withdrawn => AlertStatus::Withdrawn,
                AlertEnd::Refused => AlertStatus::Refused,
            };
        }
        if self.taken.is_some() {
            return AlertStatus::Acknowledged;
        }
        if self.alert.authority.is_none() || self.messages.is_empty() {
            return AlertStatus::Undeliverable;
        }
        let any = |status| self.messages.iter().any(|message| message.status == status);
        if any(MessageStatus::Sent) {
            AlertStatus::Sent
        } else if any(MessageStatus::Delayed) {
            AlertStatus::Delayed
        } else if any(MessageStatus::Queued) {
            AlertStatus::Queued
        } else if any(MessageStatus::Bounced) {
            AlertStatus::Bounced
        } else if any(MessageStatus::Failed) {
            AlertStatus::Failed
        } else {
            AlertStatus::Withdrawn
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = alerts, treat_none_as_default_value = false)]
struct NewAlertRow {
    id: String,
    case_id: String,
    role: &'static str,
    authority_id: Option<String>,
    authority_name: Option<String>,
    phone: Option<String>,
    duty: &'static str,
    form: Option<String>,
    basis: String,
    created_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    ended_because: Option<&'static str>,
    climbs_since: Option<NaiveDateTime>,
    rung: i32,
    next_at: Option<NaiveDateTime>,
    climbed_from: Option<String>,
}

/// Stores alerts, all in one statement.
pub fn insert_many(conn: &mut DbConn, new: &[Alert]) -> QueryResult<()> {
    let rows = new
        .iter()
        .map(|alert| {
            Ok(NewAlertRow {
                id: alert.id.to_string(),
                case_id: alert.case_id.to_string(),
                role: alert.role.as_str(),
                authority_id: alert.authority.as_ref().map(|who| who.id.clone()),
                authority_name: alert.authority.as_ref().map(|who| who.name.clone()),
                phone: alert.phone.clone(),
                duty: alert.duty.as_str(),
                form: alert.form.clone(),
                basis: super::as_json(&alert.basis)?,
                created_at: alert.created_at.naive_utc(),
                ended_at: alert.ended.map(|(at, _)| at.naive_utc()),
                ended_because: alert.ended.map(|(_, end)| end.as_str()),
                climbs_since: alert.climbs.map(|climbs| climbs.since.naive_utc()),
                rung: alert.climbs.map_or(0, |climbs| climbs.rung),
                next_at: alert
                    .climbs
                    .and_then(|climbs| climbs.next_at)
                    .map(|at| at.naive_utc()),
                climbed_from: alert.climbed_from.as_ref().map(ToString::to_string),
            })
        })
        .collect::<QueryResult<Vec<_>>>()?;
    if rows.is_empty() {
        return Ok(());
    }
    insert_rows!(conn, rows, |values| diesel::insert_into(alerts::table)
        .values(values))?;
    Ok(())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = alerts)]
struct AlertRow {
    id: String,
    case_id: String,
    #[diesel(deserialize_as = String)]
    role: Role,
    authority_id: Option<String>,
    authority_name: Option<String>,
    phone: Option<String>,
    #[diesel(deserialize_as = String)]
    duty: Duty,
    form: Option<String>,
    basis: String,
    created_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    ended_because: Option<String>,
    climbs_since: Option<NaiveDateTime>,
    rung: i32,
    next_at: Option<NaiveDateTime>,
    climbed_from: Option<String>,
}

impl TryFrom<AlertRow> for Alert {
    type Error = diesel::result::Error;

    fn try_from(row: AlertRow) -> QueryResult<Self> {
        let end = row.ended_because.as_deref().and_then(AlertEnd::parse);
        Ok(Self {
            id: row.id.into(),
            case_id: row.case_id.into(),
            role: row.role,
            authority: row
                .authority_id
                .zip(row.authority_name)
                .map(|(id, name)| AuthorityName { id, name }),
            phone: row.phone,
            duty: row.duty,
            form: row.form,
            basis: super::from_json(&row.basis)?,
            created_at: row.created_at.and_utc(),
            ended: row.ended_at.map(|at| at.and_utc()).zip(end),
            climbs: row.climbs_since.map(|since| Climbs {
                since: since.and_utc(),
                rung: row.rung,
                next_at: row.next_at.map(|at| at.and_utc()),
            }),
            climbed_from: row.climbed_from.map(AlertId::from),
        })
    }
}

/// The alerts of a case, oldest first, with their messages, tries, returns, takers and refusals: six
/// queries for any number.
pub fn ledger(conn: &mut DbConn, case_id: &CaseId) -> QueryResult<Vec<AlertLedger>> {
    let alerts = list(conn, case_id)?;
    type Message = (
        String,
        Option<String>,
        String,
        String,
        NaiveDateTime,
        Option<NaiveDateTime>,
        Option<NaiveDateTime>,
        String,
        Option<String>,
    );
    let messages: Vec<Message> = outbox::table
        .filter(outbox::case_id.eq(case_id.as_str()))
        .filter(outbox::alert_id.is_not_null())
        .order((outbox::created_at, outbox::id))
        .select((
            outbox::id,
            outbox::alert_id,
            outbox::recipient,
            outbox::status,
            outbox::due_at,
            outbox::opened_at,
            outbox::bounced_at,
            outbox::channel,
            outbox::contact_id,
        ))
        .load(conn)?;
    type Tried = (
        String,
        NaiveDateTime,
        String,
        String,
        Option<String>,
        Option<String>,
    );
    let attempts: Vec<Tried> = delivery_attempts::table
        .filter(
            delivery_attempts::message_id.eq_any(
                outbox::table
                    .filter(outbox::case_id.eq(case_id.as_str()))
                    .filter(outbox::alert_id.is_not_null())
                    .select(outbox::id),
            ),
        )
        .order((delivery_attempts::attempted_at, delivery_attempts::id))
        .select((
            delivery_attempts::message_id,
            delivery_attempts::attempted_at,
            delivery_attempts::outcome,
            delivery_attempts::reply,
            delivery_attempts::relay,
            delivery_attempts::tls,
        ))
        .load(conn)?;

    let mut by_message = HashMap::<String, Vec<Attempt>>::new();
    for (message_id, attempted_at, outcome, reply, relay, tls) in attempts {
        by_message.entry(message_id).or_default().push(Attempt {
            attempted_at: attempted_at.and_utc(),
            outcome: status_of(outcome)?,
            reply,
            transit: relay.map(|relay| Transit {
                relay,
                tls: tls.as_deref().and_then(TlsState::parse),
            }),
        });
    }
    let mut returned = bounces::of_case(conn, case_id)?;
    let mut by_alert = HashMap::<String, Vec<MessageLedger>>::new();
    for (id, alert_id, address, status, due_at, opened_at, bounced_at, channel, contact) in messages
    {
        let status = match bounced_at {
            Some(_) if BOUNCED_AS.contains(&status.as_str()) => MessageStatus::Bounced,
            _ => status_of(status)?,
        };
        let waits = matches!(status, MessageStatus::Queued | MessageStatus::Delayed);
        by_alert
            .entry(alert_id.unwrap_or_default())
            .or_default()
            .push(MessageLedger {
                attempts: by_message.remove(&id).unwrap_or_default(),
                bounces: returned.remove(&id).unwrap_or_default(),
                id: id.into(),
                channel: Channel::try_from(channel)
                    .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?,
                contact: contact.map(ContactId::from),
                address,
                status,
                due_at: waits.then(|| due_at.and_utc()),
                opened_at: opened_at.map(|at| at.and_utc()),
            });
    }
    let mut taken: HashMap<AlertId, Taken> = acknowledgements::of_case(conn, case_id)?
        .into_iter()
        .map(|taken| (taken.alert.clone(), taken))
        .collect();
    let mut refused: HashMap<AlertId, Refused> = refusals::of_case(conn, case_id)?
        .into_iter()
        .map(|refused| (refused.alert.clone(), refused))
        .collect();
    Ok(alerts
        .into_iter()
        .map(|alert| AlertLedger {
            messages: by_alert.remove(alert.id.as_str()).unwrap_or_default(),
            taken: taken.remove(&alert.id),
            refused: refused.remove(&alert.id),
            alert,
        })
        .collect())
}

fn status_of(text: String) -> QueryResult<MessageStatus> {
    MessageStatus::try_from(text)
        .map_err(|error| diesel::result::Error::DeserializationError(error.into()))
}

/// The alerts of a case, oldest first.
pub fn list(conn: &mut DbConn, case_id: &CaseId) -> QueryResult<Vec<Alert>> {
    alerts::table
        .filter(alerts::case_id.eq(case_id.as_str()))
        .order((alerts::created_at, alerts::id))
        .select(AlertRow::as_select())
        .load(conn)?
        .into_iter()
        .map(Alert::try_from)
        .collect()
}

/// The alert `id`.
pub fn find(conn: &mut DbConn, id: &AlertId) -> QueryResult<Option<Alert>> {
    alerts::table
        .find(id.as_str())
        .select(AlertRow::as_select())
        .first(conn)
        .optional()?
        .map(Alert::try_from)
        .transpose()
}

/// Which alert, and which case, a message belongs to.
pub fn of_message(conn: &mut DbConn, id: &MessageId) -> QueryResult<Option<Alert>> {
    alerts::table
        .filter(
            alerts::id.nullable().eq_any(
                outbox::table
                    .filter(outbox::id.eq(id.as_str()))
                    .select(outbox::alert_id),
            ),
        )
        .select(AlertRow::as_select())
        .first(conn)
        .optional()?
        .map(Alert::try_from)
        .transpose()
}

/// Makes whoever else changes this alert wait until this transaction is over.
pub fn lock(conn: &mut DbConn, id: &AlertId) -> QueryResult<()> {
    diesel::update(alerts::table.find(id.as_str()))
        .set(alerts::duty.eq(alerts::duty))
        .execute(conn)
        .map(|_| ())
}

/// Ends an alert that still holds, and withdraws its messages that have not left. `false` where it
/// had ended before.
pub fn end(
    conn: &mut DbConn,
    id: &AlertId,
    because: AlertEnd,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let holding = alerts::table
        .find(id.as_str())
        .filter(alerts::ended_at.is_null());
    let ended = diesel::update(holding)
        .set((
            alerts::ended_at.eq(now.naive_utc()),
            alerts::ended_because.eq(because.as_str()),
            alerts::next_at.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)?;
    if ended == 1 {
        super::outbox::withdraw(conn, id, now)?;
        super::calls::close(conn, id, CallEnd::Ended, now)?;
    }
    Ok(ended == 1)
}

/// How many alerts were taken and stand, or ended and why; and how many have nobody to be told. What has left and come
/// back is counted by messages (`outbox::counts`). Reads whole tables: not for every request.
pub fn counts(conn: &mut DbConn) -> QueryResult<Vec<(AlertStatus, i64)>> {
    use super::schema::acknowledgements;

    let ended: Vec<(Option<String>, i64)> = alerts::table
        .filter(alerts::ended_at.is_not_null())
        .group_by(alerts::ended_because)
        .select((alerts::ended_because, diesel::dsl::count_star()))
        .load(conn)?;
    let of = |end: AlertEnd| {
        let found = ended
            .iter()
            .find(|(because, _)| because.as_deref() == Some(end.as_str()));
        found.map_or(0, |(_, count)| *count)
    };
    let taken = acknowledgements::table
        .inner_join(alerts::table.on(alerts::id.eq(acknowledgements::alert_id)))
        .filter(alerts::ended_at.is_null())
        .count()
        .get_result(conn)?;
    let nobody = alerts::table
        .filter(alerts::ended_at.is_null())
        .filter(alerts::authority_id.is_null())
        .count()
        .get_result(conn)?;
    Ok(vec![
        (AlertStatus::Acknowledged, taken),
        (AlertStatus::Refused, of(AlertEnd::Refused)),
        (AlertStatus::Superseded, of(AlertEnd::Superseded)),
        (AlertStatus::Undeliverable, nobody),
    ])
}

/// An alert that stands, of an open case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenAlert {
    /// Receipt number of the case.
    pub receipt_no: String,
    /// Today's commune of the case.
    pub commune_code: String,
    /// Role of who is told, or of the gap.
    pub role: String,
    /// Who; `None` where nobody holds the role.
    pub authority_id: Option<String>,
}

/// The alerts of open cases that stand for these authorities, and those that nobody can take.
pub fn open_alerts(conn: &mut DbConn, authorities: &[String]) -> QueryResult<Vec<OpenAlert>> {
    use crate::store::schema::cases;

    let rows: Vec<(String, String, String, Option<String>)> = alerts::table
        .inner_join(cases::table)
        .filter(cases::closed_at.is_null())
        .filter(alerts::ended_at.is_null())
        .filter(
            alerts::authority_id
                .is_null()
                .or(alerts::authority_id.eq_any(authorities.iter().map(Some))),
        )
        .order(cases::receipt_no)
        .select((
            cases::receipt_no,
            cases::commune_code,
            alerts::role,
            alerts::authority_id,
        ))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(receipt_no, commune_code, role, authority_id)| OpenAlert {
            receipt_no,
            commune_code,
            role,
            authority_id,
        })
        .collect())
}
