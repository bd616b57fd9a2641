//! The mails of the past: worded and filed as the delivery job would have done it then.

use std::{io::Write, path::Path, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    domain::message::{Alarm, AlarmKind, Message},
    error::{AppError, Result},
    files,
    jobs::deliver_outbox::Letterhead,
    mail::{
        compose::{Posting, compose},
        render::render,
    },
    sealing::Keys,
    store::{
        alarms, alerts,
        conn::DbConn,
        outbox::{self, Claimed, Outcome, Settlement, Wanted},
    },
};

/// What the first mail of a case meets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Luck {
    /// It is taken.
    Taken,
    /// The server asks to come back; returned is when.
    Delayed,
    /// The address does not exist.
    Refused,
}

/// The folder that mails go to, and whose they are.
pub struct PostOffice<'a> {
    /// Folder.
    pub folder: &'a Path,
    /// House.
    pub letterhead: &'a Letterhead,
    /// The keys to what the messages say.
    pub keys: &'a Arc<Keys>,
}

impl PostOffice<'_> {
    /// Delivers what is due at `at`, in the transaction that noted it. Returns when something is to
    /// be tried again.
    pub fn deliver(
        &self,
        tx: &mut DbConn,
        at: DateTime<Utc>,
        luck: Luck,
    ) -> Result<Option<DateTime<Utc>>> {
        let claim = outbox::claim(
            tx,
            at,
            TimeDelta::seconds(30),
            Wanted::mails(i64::from(u16::MAX)),
        )?;
        let mut again_at = None;
        let mut settlements = Vec::with_capacity(claim.messages.len());
        let mut refused = Vec::new();
        for (place, claimed) in claim.messages.into_iter().enumerate() {
            let attempted_at = at + TimeDelta::milliseconds(40 * i64::try_from(place).unwrap_or(0));
            let is_unlucky = place == 0 && claimed.attempt == 1;
            let (outcome, reply) = match luck {
                Luck::Delayed if is_unlucky => {
                    let due_at = at + TimeDelta::seconds(150);
                    again_at = Some(due_at);
                    (
                        Outcome::Delayed { due_at },
                        "451 4.3.2 System not accepting network messages".to_owned(),
                    )
                }
                Luck::Refused if is_unlucky => {
                    let reply = "550 5.1.1 Mailbox unavailable".to_owned();
                    let receipt_no = match read(&claimed, self.keys)? {
                        Message::Alert(facts) => Some(facts.receipt_no),
                        _ => None,
                    };
                    let case = claimed.case_id.clone();
                    refused.push((claimed.id.clone(), case, receipt_no, reply.clone()));
                    (Outcome::Failed, reply)
                }
                _ => self.file(&claimed)?,
            };
            settlements.push(Settlement {
                message_id: claimed.id,
                attempted_at,
                outcome,
                reply,
                transit: None,
                earlier: Vec::new(),
            });
        }
        outbox::settle(tx, &settlements, at)?;
        for (message, case, receipt_no, reply) in refused {
            let alert = alerts::of_message(tx, &message)?;
            let alarm = Alarm {
                alarm: AlarmKind::MessageFailed,
                raised_at: at,
                case_id: case.map(|case| case.to_string()),
                receipt_no,
                role: alert.as_ref().map(|alert| alert.role),
                authority_id: alert
                    .and_then(|alert| alert.authority)
                    .map(|authority| authority.id),
                message_id: Some(message.to_string()),
                reply: Some(reply),
                record: None,
            };
            let key = format!(
                "{}/{message}/{}",
                AlarmKind::MessageFailed,
                at.timestamp_micros()
            );
            alarms::raise_and_tell(tx, &alarm, &key, self.letterhead.operator.as_deref())?;
        }
        Ok(again_at)
    }

    fn file(&self, claimed: &Claimed) -> Result<(Outcome, String)> {
        let message = read(claimed, self.keys)?;
        let link = message.link_path().zip(claimed.link_secret.as_ref());
        let link =
            link.map(|(path, secret)| format!("{}/{path}/{secret}", self.letterhead.public_url));
        let email = render(&message, link.as_deref()).map_err(AppError::internal)?;
        let posting = Posting {
            message_id: claimed.id.as_str(),
            noted_at: claimed.noted_at,
            to: &claimed.recipient,
            urgent: message.is_urgent(),
            unsubscribe: None,
        };
        let mail =
            compose(&email, &self.letterhead.sender, &posting).map_err(AppError::internal)?;
        // Copies that can be made again: no need to wait for the disk as the delivery job does.
        files::create(&self.folder.join(&mail.file_name))
            .and_then(|mut file| file.write_all(&mail.bytes))
            .map_err(AppError::internal)?;
        let forget = message.is_forgotten_when_sent();
        Ok((
            Outcome::Sent { forget },
            format!("stored as {}", mail.file_name),
        ))
    }
}

fn read(claimed: &Claimed, keys: &Keys) -> Result<Message> {
    let facts = claimed.open(keys)?;
    let facts = facts.ok_or_else(|| AppError::internal("the facts were emptied"))?;
    Ok(serde_json::from_str(&facts)?)
}
