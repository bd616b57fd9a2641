//! Early reminders that a post, or an authority, wants no more (RFC 8058). What ends today or has passed is named
//! all the same: the law sets those limits, and nobody opts out of it.
//!
//! The link of a reminder carries whose it is and a code that is keyed, so that it is stored nowhere and cannot be
//! guessed. Whoever has the mail can stop and resume: no account is asked for, and nothing is lost by it.

use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use ring::hmac;
use serde_json::json;

use crate::{
    domain::{
        audit::{Action, ActorKind, Entry, Object, ObjectKind, Who},
        decide::World,
        digest::Addressee,
    },
    error::Result,
    sealing::Keys,
    service::Ctx,
    store::{conn::DbConn, digests, posts},
    time::day_in_vietnam,
};

/// What the key is derived for.
const USAGE: &str = "reminder_opt_outs";

/// Whom a reminder is for, as its facts and its link name them; `None` for the operator, who is told of what nobody
/// is in charge of.
pub fn subject(to: &Addressee) -> Option<String> {
    match to {
        Addressee::Post(_) | Addressee::Authority(_) => {
            let (kind, id) = digests::named(to);
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

/// What stands in the link of a reminder to `subject`.
pub fn token(keys: &Keys, subject: &str) -> String {
    let tag = hmac::sign(&key(keys), subject.as_bytes());
    let (whose, code) = (subject.as_bytes(), tag.as_ref());
    format!(
        "{}.{}",
        BASE64URL_NOPAD.encode(whose),
        BASE64URL_NOPAD.encode(code)
    )
}

/// Whose link it is; `None` where it is none of ours.
fn read(keys: &Keys, token: &str) -> Option<Addressee> {
    let (whose, code) = token.split_once('.')?;
    let whose = BASE64URL_NOPAD.decode(whose.as_bytes()).ok()?;
    let code = BASE64URL_NOPAD.decode(code.as_bytes()).ok()?;
    // In a time that does not depend on where two codes differ.
    hmac::verify(&key(keys), &whose, &code).ok()?;
    addressee(&String::from_utf8(whose).ok()?)
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
    match read(&ctx.keys, token) {
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
        stopped: digests::opted_out_since(tx, to)?,
    })
}

/// Stops the early reminders of the link's post or authority, or resumes them. Doing it twice is doing it once.
pub fn set(
    tx: &mut DbConn,
    ctx: &Ctx,
    token: &str,
    stops: bool,
) -> Result<(Option<Standing>, Vec<Entry>)> {
    let Some(to) = read(&ctx.keys, token) else {
        return Ok((None, Vec::new()));
    };
    let has_changed = match stops {
        true => digests::opt_out(tx, &to, ctx.now)?,
        false => digests::opt_in(tx, &to)?,
    };
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
    fn a_link_is_good_for_its_own_post_and_no_other() {
        let keys = some_keys();
        let (post, authority) = (
            Addressee::Post(PostId::generate()),
            Addressee::Authority("SNV-66".into()),
        );
        assert_eq!(subject(&Addressee::Operator), None);
        for to in [&post, &authority] {
            let token = token(&keys, &subject(to).unwrap());
            assert!(
                token
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
            );
            assert_eq!(read(&keys, &token).as_ref(), Some(to));
            let (whose, code) = token.split_once('.').unwrap();
            let other = BASE64URL_NOPAD.encode(b"authority/SNV-19");
            for wrong in [
                format!("{other}.{code}"),
                format!("{whose}."),
                format!("{whose}.{}", &code[1..]),
                whose.to_owned(),
                String::new(),
            ] {
                assert_eq!(read(&keys, &wrong), None, "{wrong}");
            }
        }
    }
}
