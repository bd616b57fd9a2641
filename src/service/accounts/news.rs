//! Mails to people about their account and the employers that they act for.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        account::news::{AccountNews, News},
        contact::Channel,
        employer::Employer,
        message::Message,
        post::PostKind,
    },
    error::Result,
    ids::{LinkId, MessageId},
    store::{
        accounts::Account,
        action_links::{self, ActionLink},
        conn::DbConn,
        outbox::{self, NewMessage},
    },
};

/// Who is told.
#[derive(Clone, Copy)]
pub struct Reader<'a> {
    /// E-mail address.
    pub email: &'a str,
    /// Name.
    pub full_name: &'a str,
}

/// What is told.
#[derive(Clone, Copy)]
pub struct Told<'a> {
    /// What happened.
    pub news: News,
    /// Name and tax code of the employer that it is about.
    pub employer: Option<(&'a str, &'a str)>,
    /// Kind of the post that it is about, and the name of its authority.
    pub post: Option<(PostKind, Option<&'a str>)>,
    /// Why.
    pub reason: Option<&'a str>,
    /// What the link in the mail is to finish; given where the news has a link.
    pub subject: Option<&'a str>,
}

impl<'a> Told<'a> {
    /// News about an employer.
    pub fn of(news: News, employer: &'a Employer, reason: Option<&'a str>) -> Self {
        let stated = &employer.stated;
        Self {
            news,
            employer: Some((&stated.name, &stated.tax_code)),
            post: None,
            reason,
            subject: None,
        }
    }

    /// News about the reader's own account.
    pub fn of_account(news: News) -> Self {
        Self {
            news,
            employer: None,
            post: None,
            reason: None,
            subject: None,
        }
    }
}

/// Tells the holder of an account what has changed in it, so that somebody else's doing is noticed.
pub fn tell_holder(
    tx: &mut DbConn,
    account: &Account,
    news: News,
    now: DateTime<Utc>,
) -> Result<()> {
    tell_holder_of(tx, account, Told::of_account(news), now)
}

/// The same with a post or a reason.
pub fn tell_holder_of(
    tx: &mut DbConn,
    account: &Account,
    told: Told<'_>,
    now: DateTime<Utc>,
) -> Result<()> {
    let reader = Reader {
        email: &account.email,
        full_name: &account.full_name,
    };
    tell(tx, reader, told, now)
}

/// Notes a mail. The secret of its link is made when the mail leaves, and stands nowhere.
pub fn tell(tx: &mut DbConn, reader: Reader<'_>, told: Told<'_>, now: DateTime<Utc>) -> Result<()> {
    let message = Message::AccountNews(AccountNews {
        news: told.news,
        full_name: reader.full_name.to_owned(),
        employer: told.employer.map(|(name, _)| name.to_owned()),
        tax_code: told.employer.map(|(_, code)| code.to_owned()),
        post: told.post.map(|(kind, _)| kind),
        authority: told.post.and_then(|(_, name)| name).map(str::to_owned),
        reason: told.reason.map(str::to_owned),
    });
    let id = MessageId::generate();
    if let Some((purpose, subject)) = told.news.link().zip(told.subject) {
        let link = ActionLink {
            id: LinkId::generate(),
            purpose,
            subject: subject.to_owned(),
        };
        action_links::insert(tx, &link, &id, now)?;
    }
    let new = NewMessage {
        alert_id: None,
        case_id: None,
        channel: Channel::Email,
        contact: None,
        priority: message.priority(),
        recipient: reader.email.to_owned(),
        payload: outbox::payload(&message)?.into(),
        dedup_key: format!("news/{id}"),
        id,
        noted_at: now,
    };
    outbox::enqueue(tx, vec![new])?;
    Ok(())
}
