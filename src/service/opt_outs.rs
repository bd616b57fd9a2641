//! Early reminders that a post, or an authority, wants no more (RFC 8058). What ends today or has passed is named
//! all the same: the law sets those limits, and nobody opts out of it.
//!
//! The link of a reminder carries whose it is and a code that is keyed, so that it is stored nowhere and cannot be
//! guessed. Whoever has the mail can stop and resume, as long as reminders go to its address: no account is asked for,
//! and nothing is lost by it.

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use ring::hmac;
use serde_json::json;

use crate::{
    domain::{
        audit::{Action, ActorKind, Entry, Object, ObjectKind, Who},
        decide::World,
        digest::Addressee,
        limits::CHANGES_OF_REMINDERS,
    },
    error::Result,
    sealing::Keys,
    service::{Ctx, digests, limits},
    store::{conn::DbConn, digests as stored, posts},
    time::day_in_vietnam,
};

/// What the key is derived for.
const USAGE: &str = "reminder_opt_outs";

/// Whom a reminder is for, as its facts and its link name them; `None` for the operator, who is told of what nobody
/// is in charge of.
pub fn subject(to: &Addressee) -> Option<String> {
    match to {
        Addressee::Post(_) | Addressee::Authority(_) => {
            let (kind, id) = stored::named(to);
            Some(format!("{kind}/{id}"))
        }
        Addressee::Operator => None,
    }
}

fn addressee(subject: &str) -> Option<Addressee> {
    match subject.split_once('/')? {
        ("post", id) => Some(Addressee::Post(id.to_owned().into())),
        ("authority", id) => Some(Addressee::Authority(id.to_owned())),
        _ => None,
    }
}

fn key(keys: &Keys) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, &*keys.derived(USAGE))
}

/// What the code of a link is made over. No subject has a line break.
fn signed(subject: &str, address: &str) -> String {
    format!("{subject}\n{address}")
}

/// What stands in the link of a reminder to `subject` that goes to `address`.
pub fn token(keys: &Keys, subject: &str, address: &str) -> String {
    let tag = hmac::sign(&key(keys), signed(subject, address).as_bytes());
    format!(
        "{}.{}",
        BASE64URL_NOPAD.encode(subject.as_bytes()),
        BASE64URL_NOPAD.encode(tag.as_ref())
    )
}

/// Whose link it is; `None` where it is none of ours, or was mailed to an address that reads these reminders no more:
/// whoever has left the post changes nothing of it.
fn read(tx: &mut DbConn, ctx: &Ctx, token: &str) -> Result<Option<Addressee>> {
    let Some((to, subject, code)) = parts(token) else {
        return Ok(None);
    };
    let readers = digests::readers(tx, &ctx.world, &to, ctx.now)?;
    let is_theirs = |address: &String| fits(&ctx.keys, &subject, address, &code);
    Ok(readers.iter().any(is_theirs).then_some(to))
}

/// What a link names, and its code.
fn parts(token: &str) -> Option<(Addressee, String, Vec<u8>)> {
    let (subject, code) = token.split_once('.')?;
    let subject = BASE64URL_NOPAD.decode(subject.as_bytes()).ok()?;
    let subject = String::from_utf8(subject).ok()?;
    let code = BASE64URL_NOPAD.decode(code.as_bytes()).ok()?;
    Some((addressee(&subject)?, subject, code))
}

/// Whether a code is that of the link to `address`, in a time that does not depend on where two codes differ.
fn fits(keys: &Keys, subject: &str, address: &str, code: &[u8]) -> bool {
    hmac::verify(&key(keys), signed(subject, address).as_bytes(), code).is_ok()
}

/// How it stands with the reminders of a post or an authority.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// Name of the post, where it is one.
    pub post: Option<String>,
    /// Name of the authority.
    pub authority: String,
    /// Since when it wants no early ones.
    pub stopped: Option<DateTime<Utc>>,
}

/// What a link opens; nothing where it is none of ours.
pub fn show(tx: &mut DbConn, ctx: &Ctx, token: &str) -> Result<Option<Standing>> {
    match read(tx, ctx, token)? {
        Some(to) => standing(tx, &ctx.world, &to, ctx.now).map(Some),
        None => Ok(None),
    }
}

fn standing(
    tx: &mut DbConn,
    world: &World,
    to: &Addressee,
    now: DateTime<Utc>,
) -> Result<Standing> {
    let post = match to {
        Addressee::Post(id) => posts::find(tx, id)?,
        _ => None,
    };
    let authority = match (to, &post) {
        (Addressee::Authority(id), _) => id.clone(),
        (_, Some(post)) => post.authority_id.clone(),
        _ => String::new(),
    };
    let row = world.directory.by_id(&authority, day_in_vietnam(now));
    Ok(Standing {
        authority: row.map_or(authority, |row| row.name.clone()),
        post: post.map(|post| post.name),
        stopped: stored::opted_out_since(tx, to)?,
    })
}

/// Stops the early reminders of the link's post or authority, or resumes them. Doing it twice is doing it once.
///
/// # Errors
/// [`AppError::TooMany`](crate::error::AppError::TooMany) where that was changed too often within a day.
pub fn set(
    tx: &mut DbConn,
    ctx: &Ctx,
    token: &str,
    stops: bool,
) -> Result<(Option<Standing>, Vec<Entry>)> {
    let Some(to) = read(tx, ctx, token)? else {
        return Ok((None, Vec::new()));
    };
    let has_changed = match stops {
        true => stored::opt_out(tx, &to, ctx.now)?,
        false => stored::opt_in(tx, &to)?,
    };
    if has_changed {
        // Each is an entry of the trace, and no account is asked for.
        let subject = subject(&to).unwrap_or_default();
        limits::take(tx, &ctx.keys, &CHANGES_OF_REMINDERS, &subject, ctx.now)?;
    }
    let standing = standing(tx, &ctx.world, &to, ctx.now)?;
    let (kind, id) = match &to {
        Addressee::Post(id) => (ObjectKind::Post, id.as_str()),
        Addressee::Authority(id) => (ObjectKind::Authority, id.as_str()),
        Addressee::Operator => return Ok((None, Vec::new())),
    };
    let entry = Entry {
        happened_at: ctx.now,
        who: Who {
            kind: ActorKind::Link,
            id: id.to_owned(),
            name: standing
                .post
                .clone()
                .unwrap_or_else(|| standing.authority.clone()),
            role: String::new(),
            territory: None,
        },
        action: Action::ChangeReminders,
        purpose: Action::ChangeReminders.purpose(),
        object: Object::new(kind, id),
        result: "done".to_owned(),
        origin: ctx.origin.clone(),
        details: json!({ "early": !stops }),
    };
    let entries = has_changed.then_some(entry).into_iter().collect();
    Ok((Some(standing), entries))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ids::PostId, sealing::tests::some_keys};

    #[test]
    fn a_link_is_good_for_its_own_post_and_address_and_no_other() {
        let keys = some_keys();
        let (post, authority) = (
            Addressee::Post(PostId::generate()),
            Addressee::Authority("SNV-66".into()),
        );
        assert_eq!(subject(&Addressee::Operator), None);
        for to in [&post, &authority] {
            let subject = subject(to).unwrap();
            let token = token(&keys, &subject, "mai@snv.test");
            assert!(
                token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            );
            let (read, named, code) = parts(&token).unwrap();
            assert_eq!((&read, &named), (to, &subject));
            assert!(fits(&keys, &named, "mai@snv.test", &code));
            assert!(!fits(&keys, &named, "son@snv.test", &code));
            assert!(!fits(&keys, "authority/SNV-19", "mai@snv.test", &code));
            assert!(!fits(&keys, &named, "mai@snv.test", &code[1..]));
            assert!(!fits(&keys, &named, "mai@snv.test", &[]));
            for wrong in ["", ".", "x", &token[1..]] {
                assert_eq!(parts(wrong), None, "{wrong}");
            }
        }
    }
}
