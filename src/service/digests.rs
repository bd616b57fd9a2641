//! Reminders of legal limits: what is due today, worded for whom, noted for delivery once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Timelike, Utc};

use crate::{
    domain::{
        authority::{Authority, Role},
        contact::Channel,
        decide::World,
        digest::{self, Addressee, Digest, Limit, Stages, in_charge},
        investigation::InvestigationLevel,
        message::{DigestFacts, DueLimit, MOST_CASES_NAMED, Message},
        post::{self, Post},
    },
    error::Result,
    ids::{CaseId, MessageId, PostId},
    service::opt_outs,
    store::{
        conn::DbConn,
        digests,
        outbox::{self, NewMessage},
    },
    time::{day_in_vietnam, end_of_day_in_vietnam, vietnam},
};

/// How long it is known which mails were made.
const KEPT: Days = Days::new(90);

/// A mail to be noted.
#[derive(Debug, Clone)]
pub struct Letter {
    digest: Digest,
    facts: DigestFacts,
    addresses: Vec<String>,
}

impl Letter {
    /// What it goes to: `post`, `authority`, `operator`.
    pub fn to(&self) -> &'static str {
        digests::named(&self.digest.to).0
    }
}

/// What there is to do.
#[derive(Debug)]
pub enum Plan {
    /// Nothing yet: the hour has not come.
    Early,
    /// Nothing: the mails of the day are noted.
    Done,
    /// These mails of this day.
    Letters(NaiveDate, Vec<Letter>),
}

/// The mails of the day of `now`, from its hour on until its end: a service that was down at that hour
/// sends them later, and those of yesterday never.
pub fn plan(
    tx: &mut DbConn,
    world: &World,
    operator: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Plan> {
    let day = day_in_vietnam(now);
    let hour = digest::hour(&world.law, day);
    let is_early = now.with_timezone(&vietnam()).hour() < hour;
    if is_early {
        return Ok(Plan::Early);
    }
    if digests::is_done(tx, day)? {
        return Ok(Plan::Done);
    }
    let stages = Stages::on(&world.law, day);
    let found = due_limits(tx, world, &stages, day)?;
    let whom = Whom::of(tx, &found, now)?;
    let limits = found.into_iter().map(|(limit, level)| {
        let to = whom.addressee(world, &limit.case_id, level, day);
        (limit, to)
    });
    let quiet = digests::opt_outs(tx)?;
    let mut letters = Vec::new();
    for digest in digest::digests(limits, &stages, day, world.law.holidays()) {
        let wants_all = !quiet.contains(&digest.to);
        let digest = match wants_all {
            true => Some(digest),
            false => digest.without_early(day),
        };
        let Some(digest) = digest else {
            continue;
        };
        let addresses = whom.addresses(world, &digest.to, operator, day);
        if addresses.is_empty() {
            tracing::warn!(
                "{} limit(s) are due, and nobody can be reminded: no authority is in charge, and \
                 TNLD_OPERATOR_MAIL is not set",
                digest.limits.len()
            );
            continue;
        }
        letters.push(Letter {
            facts: whom.facts(world, &digest, day, now),
            addresses,
            digest,
        });
    }
    Ok(Plan::Letters(day, letters))
}

/// Notes a mail for delivery, unless it was noted before. Whether it was new.
pub fn note(tx: &mut DbConn, day: NaiveDate, letter: &Letter, now: DateTime<Utc>) -> Result<bool> {
    if !digests::insert(tx, day, &letter.digest, letter.facts.cases, now)? {
        return Ok(false);
    }
    let (kind, id) = digests::named(&letter.digest.to);
    let message = Message::Digest(Box::new(letter.facts.clone()));
    let payload = outbox::payload(&message)?;
    let messages = letter.addresses.iter().map(|address| NewMessage {
        id: MessageId::generate(),
        alert_id: None,
        case_id: None,
        channel: Channel::Email,
        contact: None,
        priority: message.priority(),
        recipient: address.clone(),
        payload: payload.clone().into(),
        dedup_key: format!("digest/{day}/{kind}/{id}/{address}"),
        noted_at: now,
    });
    outbox::enqueue(tx, messages.collect())?;
    Ok(true)
}

/// The mails of `day` are all noted.
pub fn finish(tx: &mut DbConn, day: NaiveDate, now: DateTime<Utc>) -> Result<()> {
    let forget = day.checked_sub_days(KEPT).unwrap_or(day);
    Ok(digests::set_done(tx, day, now, forget)?)
}

/// The limits that the rules may name on `day`, read by their days.
fn due_limits(
    tx: &mut DbConn,
    world: &World,
    stages: &Stages,
    day: NaiveDate,
) -> Result<Vec<(Limit, InvestigationLevel)>> {
    let Some(oldest) = digests::oldest_due(tx)? else {
        return Ok(Vec::new());
    };
    let holidays = world.law.holidays();
    let mut found = Vec::new();
    for due in stages.due_days(day, day_in_vietnam(oldest), holidays) {
        // Up to the last moment of the day: hours of a limit end within it.
        let to = end_of_day_in_vietnam(due);
        let from = to - TimeDelta::days(1) + TimeDelta::seconds(1);
        let to = to + TimeDelta::seconds(1) - TimeDelta::microseconds(1);
        found.extend(digests::running(tx, (from, to))?);
    }
    found.retain(|(limit, _)| {
        let due = day_in_vietnam(limit.due_raw);
        limit.runs() && stages.name(limit.clock, due, day, holidays)
    });
    Ok(found)
}

/// Who works on the cases.
struct Whom {
    posts: BTreeMap<CaseId, PostId>,
    holders: BTreeMap<PostId, Vec<String>>,
    named: BTreeMap<PostId, Post>,
    told: BTreeMap<CaseId, Vec<(Role, String)>>,
}

impl Whom {
    fn of(
        tx: &mut DbConn,
        found: &[(Limit, InvestigationLevel)],
        now: DateTime<Utc>,
    ) -> Result<Self> {
        let cases: BTreeSet<&CaseId> = found.iter().map(|(limit, _)| &limit.case_id).collect();
        let cases: Vec<&CaseId> = cases.into_iter().collect();
        let posts = digests::posts_of_cases(tx, &cases)?;
        let ids: BTreeSet<&PostId> = posts.values().collect();
        let ids: Vec<&PostId> = ids.into_iter().collect();
        Ok(Self {
            holders: digests::addresses_of_posts(tx, &ids, now)?,
            named: digests::posts_named(tx, &ids)?,
            told: digests::told_of_cases(tx, &cases)?,
            posts,
        })
    }

    /// To whom the mail goes that names this case.
    fn addressee(
        &self,
        world: &World,
        case: &CaseId,
        level: InvestigationLevel,
        day: NaiveDate,
    ) -> Addressee {
        let post = self.posts.get(case);
        if let Some(post) = post.filter(|post| self.holders.contains_key(*post)) {
            return Addressee::Post(post.clone());
        }
        let told = self.told.get(case).map_or(&[][..], Vec::as_slice);
        let authority = in_charge(level, told).and_then(|id| today(world, id, day));
        match authority.filter(|row| !world.directory.first_emails(row, day).is_empty()) {
            Some(row) => Addressee::Authority(row.authority_id.clone()),
            None => Addressee::Operator,
        }
    }

    fn addresses(
        &self,
        world: &World,
        to: &Addressee,
        operator: Option<&str>,
        day: NaiveDate,
    ) -> Vec<String> {
        match to {
            Addressee::Post(post) => self.holders.get(post).cloned().unwrap_or_default(),
            Addressee::Authority(id) => first_emails(world, id, day),
            Addressee::Operator => operator.map(str::to_owned).into_iter().collect(),
        }
    }

    fn facts(
        &self,
        world: &World,
        digest: &Digest,
        day: NaiveDate,
        now: DateTime<Utc>,
    ) -> DigestFacts {
        let post = match &digest.to {
            Addressee::Post(id) => self.named.get(id),
            _ => None,
        };
        let authority = match (&digest.to, post) {
            (Addressee::Authority(id), _) => Some(id.as_str()),
            (_, Some(post)) => Some(post.authority_id.as_str()),
            _ => None,
        };
        let name = authority.map(|id| match today(world, id, day) {
            Some(row) => row.name.clone(),
            None => id.to_owned(),
        });
        let cases_of = |wanted: &dyn Fn(&Limit) -> bool| {
            let limits = digest.limits.iter().filter(|limit| wanted(limit));
            let cases: BTreeSet<&CaseId> = limits.map(|limit| &limit.case_id).collect();
            cases.len()
        };
        let mut named = BTreeSet::new();
        let limits = digest.limits.iter().filter(|limit| {
            let is_within = named.len() < MOST_CASES_NAMED;
            named.contains(&limit.case_id) || (is_within && named.insert(&limit.case_id))
        });
        DigestFacts {
            day,
            at: now,
            authority: name.unwrap_or_default(),
            post: post.map(|post| post.name.clone()),
            cases: cases_of(&|_| true),
            overdue: cases_of(&|limit| limit.due_raw < now),
            limits: limits.map(due_limit).collect(),
            opt_out_of: opt_outs::subject(&digest.to),
        }
    }
}

/// The addresses to which the reminders of a post or an authority go now.
pub fn readers(
    tx: &mut DbConn,
    world: &World,
    to: &Addressee,
    now: DateTime<Utc>,
) -> Result<Vec<String>> {
    let day = day_in_vietnam(now);
    Ok(match to {
        Addressee::Post(id) => {
            let mut holders = digests::addresses_of_posts(tx, &[id], now)?;
            holders.remove(id).unwrap_or_default()
        }
        Addressee::Authority(id) => first_emails(world, id, day),
        Addressee::Operator => Vec::new(),
    })
}

fn first_emails(world: &World, authority: &str, day: NaiveDate) -> Vec<String> {
    today(world, authority, day)
        .map(|row| world.directory.first_emails(row, day))
        .unwrap_or_default()
}

/// The authority called `id` as it is on `day`, or who took over from it.
fn today<'a>(world: &'a World, id: &str, day: NaiveDate) -> Option<&'a Authority> {
    let directory = &world.directory;
    directory
        .by_id(id, day)
        .or_else(|| post::successor(id, directory, &world.places, day))
}

fn due_limit(limit: &Limit) -> DueLimit {
    let moved = day_in_vietnam(limit.due_rolled);
    DueLimit {
        receipt_no: limit.receipt_no.clone(),
        place: limit.place.clone(),
        case_class: limit.class,
        clock: limit.clock,
        due_at: limit.due_raw,
        moved_to: (moved != day_in_vietnam(limit.due_raw)).then_some(moved),
        article: limit.article.clone(),
    }
}
