//! Mails to people about their account and the employers that they act for.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        account::news::{AccountNews, News},
        contact::Channel,
        employer::Employer,
        limits::NEWS_OF_OFFICE,
        message::Message,
        post::PostKind,
    },
    error::{AppError, Result},
    ids::{LinkId, MessageId},
    service::{Ctx, limits},
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

/// Tells the holder of an account what somebody else in office has done to it: which post was given or taken, that it
/// was locked. Such a mail is signed by the service, so that the free text of whoever acts stays out of it where it
/// could lead somewhere, and only so many go to one person.
pub fn tell_of_office(tx: &mut DbConn, ctx: &Ctx, account: &Account, told: Told<'_>) -> Result<()> {
    let subject = account.id.as_str();
    match limits::take(tx, &ctx.keys, &NEWS_OF_OFFICE, subject, ctx.now) {
        Ok(()) => {}
        Err(AppError::TooMany { .. }) => {
            tracing::info!(account.id = %account.id, "An account has been told enough of its posts");
            return Ok(());
        }
        Err(why) => return Err(why),
    }
    let told = Told {
        reason: told.reason.filter(|reason| leads_nowhere(reason)),
        ..told
    };
    tell_holder_of(tx, account, told, ctx.now)
}

/// Whether no reader of mails makes a link of anything in this text.
fn leads_nowhere(text: &str) -> bool {
    let is_dotted = |word: &str| {
        let mut letters = word.trim_matches(|c: char| !c.is_alphanumeric()).split('.');
        letters.next();
        letters.any(|part| part.starts_with(char::is_alphabetic))
    };
    !text.contains("://") && !text.contains('@') && !text.split_whitespace().any(is_dotted)
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

#[cfg(test)]
mod tests {
    use super::leads_nowhere;

    #[test]
    fn a_reason_with_anything_like_a_link_stays_out_of_a_mail() {
        for plain in [
            "Nghỉ hưu.",
            "Theo QĐ số 12/QĐ-UBND ngày 1.7.2026",
            "Khai báo giả... xem xét",
        ] {
            assert!(leads_nowhere(plain), "{plain}");
        }
        for odd in [
            "Xác minh tại https://evil.test",
            "xem evil.test/a",
            "(evil.test)",
            "viết cho a@evil.test",
            "www.evil.test",
        ] {
            assert!(!leads_nowhere(odd), "{odd}");
        }
    }
}
