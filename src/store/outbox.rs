//! Messages to deliver: enqueue, claim, settle.
//!
//! ```text
//! queued ──claim──▶ leased ──settle──▶ sent
//!    ▲                 │  └──────────▶ failed ──resend──▶ queued
//!    └──── delayed ◀───┘      any that is not settled ──▶ withdrawn
//! ```
//!
//! A lease holds no transaction open while a mail server takes its time. When its holder dies it
//! runs out, and somebody else sends the message; a second copy has the same Message-ID.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use diesel::{QueryResult, prelude::*};

use super::{
    account_links, action_links,
    cases::wrapped,
    conn::DbConn,
    links::{self, NewLink},
    schema::{cases, delivery_attempts, outbox},
};
use crate::{
    domain::{
        contact::Channel,
        delivery::{Priority, Transit},
        message::Message,
    },
    ids::{AlertId, AttemptId, CaseId, ContactId, MessageId},
    insert_rows, named, on_each_backend,
    sealing::{CaseKey, Column, Keys, SealError, Sealed, WrappedKey},
};

named! {
    /// Where a message stands.
    pub enum MessageStatus {
        /// Waits for its first try.
        Queued = "queued",
        /// A try failed for a passing reason; waits for the next.
        Delayed = "delayed",
        /// A mail server took it.
        Sent = "sent",
        /// Given up; can be sent again by hand.
        Failed = "failed",
        /// A mail server took it and sent it back; shown so, and stored as what it was before.
        Bounced = "bounced",
        /// No longer to be sent.
        Withdrawn = "withdrawn",
    }
}

/// A message to be delivered to one address.
#[derive(Clone)]
pub struct NewMessage {
    /// Id; the Message-ID is made of it.
    pub id: MessageId,
    /// The alert that it carries; none for operator alarms.
    pub alert_id: Option<AlertId>,
    /// The case that it is about.
    pub case_id: Option<CaseId>,
    /// How it goes.
    pub channel: Channel,
    /// The contact that is told, where it is more than an address.
    pub contact: Option<ContactId>,
    /// How soon it must leave.
    pub priority: Priority,
    /// The reader's address.
    pub recipient: String,
    /// What to say, sealed where it is about a case; see [`payload`].
    pub payload: Sealed,
    /// Event and recipient: the same thing is noted once.
    pub dedup_key: String,
    /// Now: it is due at once.
    pub noted_at: DateTime<Utc>,
}

/// What to say, as JSON. Only what tells the operator of the service itself is stored like that.
pub fn payload(message: &Message) -> QueryResult<String> {
    super::as_json(message)
}

#[derive(Insertable)]
#[diesel(table_name = outbox, treat_none_as_default_value = false)]
struct NewRow {
    id: String,
    alert_id: Option<String>,
    case_id: Option<String>,
    recipient: String,
    payload: String,
    dedup_key: String,
    status: &'static str,
    created_at: NaiveDateTime,
    due_at: NaiveDateTime,
    attempts: i32,
    channel: &'static str,
    priority: i32,
    contact_id: Option<String>,
}

/// Notes messages, all in one statement. How many were new: one with a known key is left out.
pub fn enqueue(conn: &mut DbConn, messages: Vec<NewMessage>) -> QueryResult<usize> {
    let rows: Vec<NewRow> = messages
        .into_iter()
        .map(|new| NewRow {
            id: new.id.into(),
            alert_id: new.alert_id.map(String::from),
            case_id: new.case_id.map(String::from),
            recipient: new.recipient,
            payload: new.payload.into_stored(),
            dedup_key: new.dedup_key,
            status: MessageStatus::Queued.as_str(),
            created_at: new.noted_at.naive_utc(),
            due_at: new.noted_at.naive_utc(),
            attempts: 0,
            channel: new.channel.as_str(),
            priority: new.priority.rank(),
            contact_id: new.contact.map(String::from),
        })
        .collect();
    if rows.is_empty() {
        return Ok(0);
    }
    insert_rows!(conn, rows, |values| diesel::insert_into(outbox::table)
        .values(values)
        .on_conflict(outbox::dedup_key)
        .do_nothing())
}

/// A message leased to the caller. `Debug` shows neither address nor secret.
pub struct Claimed {
    /// Id.
    pub id: MessageId,
    /// The case that it is about.
    pub case_id: Option<CaseId>,
    /// How it goes.
    pub channel: Channel,
    /// The contact that is told, where it is more than an address.
    pub contact: Option<ContactId>,
    /// How soon it must leave.
    pub priority: Priority,
    /// The reader's address.
    pub recipient: String,
    /// What to say, as JSON; none where it was emptied.
    pub payload: Option<Sealed>,
    /// The key of its case; none where it has none.
    pub data_key: Option<WrappedKey>,
    /// Which try this is, from 1.
    pub attempt: i32,
    /// When it was noted.
    pub noted_at: DateTime<Utc>,
    /// Secret of this copy's link, where it has one.
    pub link_secret: Option<String>,
}

impl Claimed {
    /// What to say, as JSON; none where it was emptied.
    pub fn open(&self, keys: &Keys) -> Result<Option<String>, SealError> {
        let Some(payload) = &self.payload else {
            return Ok(None);
        };
        let key = match &self.case_id {
            Some(case) => keys.case_key(case, self.data_key.as_ref())?,
            None => CaseKey::none(),
        };
        key.open(Column::OutboxPayload, self.id.as_str(), payload)
            .map(Some)
    }
}

impl std::fmt::Debug for Claimed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Claimed")
            .field("id", &self.id)
            .field("attempt", &self.attempt)
            .finish_non_exhaustive()
    }
}

/// What [`claim`] found.
#[derive(Debug)]
pub struct Claim {
    /// Leased to the caller: the most urgent first, and of those the oldest.
    pub messages: Vec<Claimed>,
    /// Whether more may be due.
    pub more: bool,
}

/// Which messages are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Those that go this way.
    pub channel: Channel,
    /// Those that are at least so urgent.
    pub least: Priority,
    /// At most so many.
    pub limit: i64,
}

impl Wanted {
    /// Mails of every priority.
    pub fn mails(limit: i64) -> Self {
        Self {
            channel: Channel::Email,
            least: Priority::Bulk,
            limit,
        }
    }
}

/// Leases due messages to the caller, and makes a link for each that has a case, or
/// that carries a link of an account.
///
/// The lease test stands in the `UPDATE` as well: two processes may pick the same candidates, but
/// only one of them can turn a free row into a leased one.
pub fn claim(
    conn: &mut DbConn,
    now: DateTime<Utc>,
    lease: TimeDelta,
    wanted: Wanted,
) -> QueryResult<Claim> {
    let at = now.naive_utc();
    let is_free = || outbox::lease_until.is_null().or(outbox::lease_until.le(at));

    // A query for each priority reads one range of the index and nothing else; one query for all
    // would walk past every urgent message that is not due yet.
    let mut candidates: Vec<String> = Vec::new();
    for priority in Priority::ALL {
        let rest = wanted.limit - candidates.len() as i64;
        if rest <= 0 || priority > wanted.least {
            break;
        }
        let due: Vec<String> = outbox::table
            .filter(outbox::settled_at.is_null())
            .filter(outbox::channel.eq(wanted.channel.as_str()))
            .filter(outbox::priority.eq(priority.rank()))
            .filter(outbox::due_at.le(at))
            .filter(is_free())
            .order((outbox::due_at, outbox::id))
            .limit(rest)
            .select(outbox::id)
            .load(conn)?;
        candidates.extend(due);
    }
    let more = candidates.len() as i64 == wanted.limit;
    if candidates.is_empty() {
        return Ok(Claim {
            messages: vec![],
            more,
        });
    }

    type Row = (
        String,
        Option<String>,
        Option<String>,
        String,
        Option<String>,
        i32,
        NaiveDateTime,
        i32,
        Option<String>,
    );
    let mut rows: Vec<Row> = diesel::update(
        outbox::table
            .filter(outbox::id.eq_any(&candidates))
            .filter(outbox::settled_at.is_null())
            .filter(is_free()),
    )
    .set((
        outbox::lease_until.eq(at + lease),
        outbox::attempts.eq(outbox::attempts + 1),
    ))
    .returning((
        outbox::id,
        outbox::alert_id,
        outbox::case_id,
        outbox::recipient,
        outbox::payload,
        outbox::attempts,
        outbox::created_at,
        outbox::priority,
        outbox::contact_id,
    ))
    .get_results(conn)?;
    rows.sort_by(|a, b| (a.7, a.6, &a.0).cmp(&(b.7, b.6, &b.0)));

    let keys = keys_of(
        conn,
        &rows.iter().filter_map(|row| row.2.as_deref()).collect(),
    )?;
    let about_no_case: Vec<&str> = rows
        .iter()
        .filter(|row| row.2.is_none())
        .map(|row| row.0.as_str())
        .collect();
    let of_accounts: HashMap<_, _> = account_links::of_messages(conn, &about_no_case)?
        .into_iter()
        .collect();
    let of_actions: HashMap<_, _> = action_links::of_messages(conn, &about_no_case)?
        .into_iter()
        .collect();
    let mut messages = Vec::with_capacity(rows.len());
    let mut new_links = Vec::with_capacity(rows.len());
    for (id, alert_id, case_id, recipient, payload, attempt, created_at, priority, contact) in rows
    {
        let mut claimed = Claimed {
            id: id.into(),
            data_key: case_id.as_ref().and_then(|id| keys.get(id).cloned()),
            case_id: case_id.map(CaseId::from),
            channel: wanted.channel,
            contact: contact.map(ContactId::from),
            priority: Priority::of_rank(priority),
            recipient,
            payload: payload.map(Sealed::from),
            attempt,
            noted_at: created_at.and_utc(),
            link_secret: None,
        };
        if let (Some(_), Some(case_id)) = (alert_id, &claimed.case_id) {
            let secret = links::new_secret()?;
            new_links.push(NewLink {
                secret_hash: links::hash(&secret),
                message_id: claimed.id.clone(),
                case_id: case_id.clone(),
                expires_at: now + links::LIFETIME,
            });
            claimed.link_secret = Some(secret);
        } else if let Some(link) = of_accounts.get(&claimed.id) {
            claimed.link_secret = Some(account_links::new_secret(conn, link, now)?);
        } else if let Some(link) = of_actions.get(&claimed.id) {
            claimed.link_secret = Some(action_links::new_secret(conn, link, now)?);
        }
        messages.push(claimed);
    }
    links::insert_many(conn, &new_links)?;
    Ok(Claim { messages, more })
}

/// Whether any message of these channels is due.
pub fn is_due(conn: &mut DbConn, now: DateTime<Utc>, channels: &[Channel]) -> QueryResult<bool> {
    let names: Vec<&str> = channels.iter().map(|channel| channel.as_str()).collect();
    let first: Option<String> = outbox::table
        .filter(outbox::settled_at.is_null())
        .filter(outbox::channel.eq_any(names))
        .filter(outbox::due_at.le(now.naive_utc()))
        .select(outbox::id)
        .first(conn)
        .optional()?;
    Ok(first.is_some())
}

/// The keys of these cases.
fn keys_of(conn: &mut DbConn, cases: &BTreeSet<&str>) -> QueryResult<HashMap<String, WrappedKey>> {
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(String, Option<String>, Option<String>)> = cases::table
        .filter(cases::id.eq_any(cases))
        .select((cases::id, cases::master_key, cases::data_key))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .filter_map(|(id, master_key, data_key)| Some((id, wrapped(master_key, data_key)?)))
        .collect())
}

/// Holds the leases of `ids` until `until`. Returns those that are still to be sent: the others were
/// settled or withdrawn meanwhile.
pub fn renew(
    conn: &mut DbConn,
    ids: &[MessageId],
    until: DateTime<Utc>,
) -> QueryResult<Vec<MessageId>> {
    let held: Vec<String> = diesel::update(unsettled(ids))
        .set(outbox::lease_until.eq(until.naive_utc()))
        .returning(outbox::id)
        .get_results(conn)?;
    Ok(held.into_iter().map(MessageId::from).collect())
}

/// Gives back messages that were claimed and not tried: anybody may send them at once.
pub fn release(conn: &mut DbConn, ids: &[MessageId]) -> QueryResult<()> {
    diesel::update(unsettled(ids))
        .set((
            outbox::lease_until.eq(None::<NaiveDateTime>),
            outbox::attempts.eq(outbox::attempts - 1),
        ))
        .execute(conn)?;
    Ok(())
}

/// Gives back every leased message: right at the start of the only process on a database, when
/// leases can only be those of its dead predecessor. How many there were.
pub fn release_all(conn: &mut DbConn) -> QueryResult<usize> {
    diesel::update(
        outbox::table
            .filter(outbox::settled_at.is_null())
            .filter(outbox::lease_until.is_not_null()),
    )
    .set(outbox::lease_until.eq(None::<NaiveDateTime>))
    .execute(conn)
}

#[diesel::dsl::auto_type(no_type_alias)]
fn unsettled<'a>(ids: &'a [MessageId]) -> _ {
    let ids: Vec<&'a str> = texts(ids);
    outbox::table
        .filter(outbox::id.eq_any(ids))
        .filter(outbox::settled_at.is_null())
}

fn texts(ids: &[MessageId]) -> Vec<&str> {
    ids.iter().map(MessageId::as_str).collect()
}

/// What became of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Delivered. With `forget`, the facts are emptied at once.
    Sent {
        /// Content of army and police units is not kept.
        forget: bool,
    },
    /// To be tried again.
    Delayed {
        /// Not before.
        due_at: DateTime<Utc>,
    },
    /// Given up.
    Failed,
}

impl Outcome {
    fn status(self) -> MessageStatus {
        match self {
            Self::Sent { .. } => MessageStatus::Sent,
            Self::Delayed { .. } => MessageStatus::Delayed,
            Self::Failed => MessageStatus::Failed,
        }
    }
}

/// One try, to be recorded.
#[derive(Debug, Clone)]
pub struct Settlement {
    /// The message.
    pub message_id: MessageId,
    /// When it was tried.
    pub attempted_at: DateTime<Utc>,
    /// What became of it.
    pub outcome: Outcome,
    /// What the server said.
    pub reply: String,
    /// Over which relay; `None` where it did not come to that.
    pub transit: Option<Transit>,
    /// Tries just before, over other relays, of the same claim.
    pub earlier: Vec<InVain>,
}

/// A try that failed, and that another followed at once.
#[derive(Debug, Clone)]
pub struct InVain {
    /// When it failed.
    pub at: DateTime<Utc>,
    /// What the server said, or what happened.
    pub reply: String,
    /// Over which relay.
    pub transit: Transit,
}

#[derive(Insertable)]
#[diesel(table_name = delivery_attempts, treat_none_as_default_value = false)]
struct AttemptRow<'a> {
    id: String,
    message_id: &'a str,
    attempted_at: NaiveDateTime,
    outcome: &'static str,
    reply: &'a str,
    relay: Option<&'a str>,
    tls: Option<&'static str>,
}

impl<'a> AttemptRow<'a> {
    fn new(
        message: &'a MessageId,
        (at, outcome, reply): (DateTime<Utc>, MessageStatus, &'a str),
        transit: Option<&'a Transit>,
    ) -> Self {
        Self {
            id: AttemptId::generate().as_str().to_owned(),
            message_id: message.as_str(),
            attempted_at: at.naive_utc(),
            outcome: outcome.as_str(),
            reply,
            relay: transit.map(|transit| transit.relay.as_str()),
            tls: transit
                .and_then(|transit| transit.tls)
                .map(|tls| tls.as_str()),
        }
    }
}

/// Records tries and where their messages stand now. A message that left has left, also when it was
/// withdrawn meanwhile; one that did not leave stays withdrawn.
pub fn settle(
    conn: &mut DbConn,
    settlements: &[Settlement],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    if settlements.is_empty() {
        return Ok(());
    }
    let at = now.naive_utc();
    let attempts: Vec<AttemptRow<'_>> = settlements
        .iter()
        .flat_map(|settlement| {
            let id = &settlement.message_id;
            let in_vain = settlement.earlier.iter().map(move |earlier| {
                let seen = (earlier.at, MessageStatus::Delayed, earlier.reply.as_str());
                AttemptRow::new(id, seen, Some(&earlier.transit))
            });
            let outcome = settlement.outcome.status();
            let seen = (settlement.attempted_at, outcome, settlement.reply.as_str());
            in_vain.chain([AttemptRow::new(id, seen, settlement.transit.as_ref())])
        })
        .collect();
    on_each_backend!(conn, |c| diesel::insert_into(delivery_attempts::table)
        .values(&attempts)
        .execute(c))?;

    let ids_of = |wanted: fn(&Outcome) -> bool| -> Vec<&str> {
        let wanted = settlements.iter().filter(|s| wanted(&s.outcome));
        wanted.map(|s| s.message_id.as_str()).collect()
    };
    let sent = ids_of(|outcome| matches!(outcome, Outcome::Sent { .. }));
    if !sent.is_empty() {
        diesel::update(outbox::table.filter(outbox::id.eq_any(sent)))
            .set((
                outbox::status.eq(MessageStatus::Sent.as_str()),
                outbox::settled_at.eq(at),
                outbox::lease_until.eq(None::<NaiveDateTime>),
            ))
            .execute(conn)?;
    }
    let forgotten = ids_of(|outcome| matches!(outcome, Outcome::Sent { forget: true }));
    if !forgotten.is_empty() {
        diesel::update(outbox::table.filter(outbox::id.eq_any(forgotten)))
            .set(outbox::payload.eq(None::<String>))
            .execute(conn)?;
    }
    let failed = ids_of(|outcome| matches!(outcome, Outcome::Failed));
    if !failed.is_empty() {
        let failed = outbox::table
            .filter(outbox::id.eq_any(failed))
            .filter(outbox::settled_at.is_null());
        diesel::update(failed)
            .set((
                outbox::status.eq(MessageStatus::Failed.as_str()),
                outbox::settled_at.eq(at),
                outbox::lease_until.eq(None::<NaiveDateTime>),
            ))
            .execute(conn)?;
    }
    // Each has a moment of its own.
    for settlement in settlements {
        if let Outcome::Delayed { due_at } = settlement.outcome {
            let delayed = outbox::table
                .find(settlement.message_id.as_str())
                .filter(outbox::settled_at.is_null());
            diesel::update(delayed)
                .set((
                    outbox::status.eq(MessageStatus::Delayed.as_str()),
                    outbox::due_at.eq(due_at.naive_utc()),
                    outbox::lease_until.eq(None::<NaiveDateTime>),
                ))
                .execute(conn)?;
        }
    }
    Ok(())
}

/// Withdraws the messages of an alert that have not left yet. How many there were.
pub fn withdraw(conn: &mut DbConn, alert_id: &AlertId, now: DateTime<Utc>) -> QueryResult<usize> {
    diesel::update(
        outbox::table
            .filter(outbox::alert_id.eq(alert_id.as_str()))
            .filter(outbox::settled_at.is_null()),
    )
    .set((
        outbox::status.eq(MessageStatus::Withdrawn.as_str()),
        outbox::settled_at.eq(now.naive_utc()),
        outbox::lease_until.eq(None::<NaiveDateTime>),
    ))
    .execute(conn)
}

/// Sends a message again that failed or came back, with the whole row of tries before it; its ledger
/// stays. `false` where it is not such a one, or where nobody knows any more what it said.
pub fn resend(conn: &mut DbConn, id: &MessageId, now: DateTime<Utc>) -> QueryResult<bool> {
    let known = outbox::table
        .find(id.as_str())
        .filter(outbox::payload.is_not_null());
    let failed = known.filter(
        outbox::status
            .eq(MessageStatus::Failed.as_str())
            .or(outbox::status
                .eq(MessageStatus::Sent.as_str())
                .and(outbox::bounced_at.is_not_null())),
    );
    let changed = diesel::update(failed)
        .set((
            outbox::status.eq(MessageStatus::Queued.as_str()),
            outbox::due_at.eq(now.naive_utc()),
            outbox::settled_at.eq(None::<NaiveDateTime>),
            outbox::lease_until.eq(None::<NaiveDateTime>),
            outbox::bounced_at.eq(None::<NaiveDateTime>),
            outbox::attempts.eq(0),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Whether the link of a mail was opened.
pub fn is_opened(conn: &mut DbConn, id: &MessageId) -> QueryResult<bool> {
    let opened = outbox::table
        .find(id.as_str())
        .filter(outbox::opened_at.is_not_null());
    diesel::select(diesel::dsl::exists(opened)).get_result(conn)
}

/// Notes when the link of a mail was first opened.
pub fn note_opened(conn: &mut DbConn, id: &MessageId, now: DateTime<Utc>) -> QueryResult<()> {
    let unopened = outbox::table
        .find(id.as_str())
        .filter(outbox::opened_at.is_null());
    diesel::update(unopened)
        .set(outbox::opened_at.eq(now.naive_utc()))
        .execute(conn)
        .map(|_| ())
}

/// How a message is stored that shows as [`Bounced`](MessageStatus::Bounced) once something came back.
pub(super) const BOUNCED_AS: [&str; 2] =
    [MessageStatus::Sent.as_str(), MessageStatus::Failed.as_str()];

/// What waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backlog {
    /// How many messages are neither delivered nor given up.
    pub depth: i64,
    /// Since when the oldest of them waits.
    pub oldest: Option<DateTime<Utc>>,
}

/// What waits now.
pub fn backlog(conn: &mut DbConn) -> QueryResult<Backlog> {
    let (depth, oldest): (i64, Option<NaiveDateTime>) = outbox::table
        .filter(outbox::settled_at.is_null())
        .select((
            diesel::dsl::count_star(),
            diesel::dsl::min(outbox::created_at),
        ))
        .first(conn)?;
    Ok(Backlog {
        depth,
        oldest: oldest.map(|at| at.and_utc()),
    })
}

/// How many messages stand where. Reads one entry of an index for each: not for every request.
pub fn counts(conn: &mut DbConn) -> QueryResult<Vec<(MessageStatus, i64)>> {
    let mut rows: Vec<(String, i64)> = outbox::table
        .filter(outbox::settled_at.is_not_null())
        .group_by(outbox::status)
        .select((outbox::status, diesel::dsl::count_star()))
        .load(conn)?;
    let waiting: Vec<(String, i64)> = outbox::table
        .filter(outbox::settled_at.is_null())
        .group_by(outbox::status)
        .select((outbox::status, diesel::dsl::count_star()))
        .load(conn)?;
    rows.extend(waiting);
    let bounced: Vec<(String, i64)> = outbox::table
        .filter(outbox::bounced_at.is_not_null())
        .filter(outbox::status.eq_any(BOUNCED_AS))
        .group_by(outbox::status)
        .select((outbox::status, diesel::dsl::count_star()))
        .load(conn)?;
    for (name, count) in bounced {
        if let Some((_, all)) = rows.iter_mut().find(|(other, _)| *other == name) {
            *all -= count;
        }
        rows.push((MessageStatus::Bounced.to_string(), count));
    }
    Ok(MessageStatus::ALL
        .iter()
        .map(|status| {
            let counted = rows.iter().filter(|(name, _)| name == status.as_str());
            (*status, counted.map(|(_, n)| *n).sum())
        })
        .collect())
}
