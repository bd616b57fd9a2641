//! API tokens: issue, list, revoke; what a request shows is looked up by its hash.
//!
//! - `issue`: of the command line, for an authority as a whole or for an employer;
//! - [`of_posts`]: made by a person for the post that they hold, for some of its rights;
//! - [`of_employers`]: made by an owner of an employer for its software.

mod issue;
pub mod making;
pub mod of_employers;
pub mod of_posts;

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use super::standings;
use crate::{
    config::Secret,
    domain::{
        access::{Actor, ActorRole, Caller},
        audit::{ActorKind, Who},
        decide::World,
    },
    error::{AppError, Result},
    ids::TokenId,
    store::{
        conn::DbConn,
        employers, posts,
        tokens::{self, ActiveToken, OfPost, Token, Which},
    },
};

pub use issue::{BadHolder, Holder, Issue, IssueError, issue, territory};

/// What every token begins with, so that a leaked one is recognised as what it is.
const PREFIX: &str = "tnld_";

/// Random bytes of a secret: too many to guess, so that a plain hash is enough.
const SECRET_BYTES: usize = 32;

/// Every token, oldest first; never a secret.
pub fn list(tx: &mut DbConn) -> Result<Vec<Token>> {
    Ok(tokens::list(tx)?)
}

/// Ends a token now. Revoking it again changes nothing.
pub fn revoke(tx: &mut DbConn, id: &TokenId, now: DateTime<Utc>) -> Result<()> {
    if tokens::revoke(tx, Which::One(id), now, None)? == 1 || tokens::find(tx, id)?.is_some() {
        return Ok(());
    }
    Err(AppError::NotFound("token"))
}

/// Whether somebody answers for a token of a post that was made then: whoever made it has held the post ever since,
/// or somebody has said that it stays. Who comes back after a break makes another.
pub fn is_answered_for(
    tx: &mut DbConn,
    of_post: &OfPost,
    created_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<bool> {
    let (post, made_by) = (&of_post.post, &of_post.made_by);
    Ok(of_post.kept.is_some() || posts::is_held_since(tx, post, made_by, created_at, now)?)
}

/// Whoever shows `token`. One that was made for a post has the role and the territory of the post's
/// authority on this day, as the people in it have; one that was made for an employer acts for its record.
///
/// # Errors
/// Forbidden where the post has ended or has no place any more, where the record is locked or merged, and
/// where whoever made the token has left and nobody has said that it stays.
pub fn actor(
    tx: &mut DbConn,
    world: &World,
    token: ActiveToken,
    now: DateTime<Utc>,
) -> Result<Actor> {
    let caller = Caller::Token(token.id);
    if let Some(of_post) = token.of_post {
        if !is_answered_for(tx, &of_post, token.created_at, now)? {
            return Err(AppError::Forbidden("who made the token has left the post"));
        }
        let post = posts::find(tx, &of_post.post)?.filter(|post| post.ended_at.is_none());
        let acting = post.and_then(|post| standings::in_post(world, post, now));
        let acting = acting.ok_or(AppError::Forbidden("the post has ended"))?;
        return Ok(Actor {
            caller,
            name: token.name,
            scopes: Some(of_post.scopes),
            ..acting
        });
    }
    if let Some(of) = token.of_employer {
        let theirs = employers::of_account(tx, &of.made_by)?;
        let record = theirs.into_iter().find(|(one, _)| one.id == of.employer);
        let (record, _) = record.ok_or(AppError::Forbidden(
            "who made the token has left the employer",
        ))?;
        if !record.is_acted_for() {
            return Err(AppError::Forbidden("nobody acts for the employer now"));
        }
        return Ok(Actor {
            caller,
            name: token.name,
            scopes: Some(of.scopes),
            ..standings::for_employer(tx, &record)?
        });
    }
    let role = token.role.unwrap_or_default();
    Ok(Actor {
        caller,
        post: None,
        employer: None,
        name: token.name,
        role: ActorRole::try_from(role).map_err(AppError::internal)?,
        province_code: token.province_code,
        commune_code: token.commune_code,
        tax_code: token.tax_code,
        scopes: None,
    })
}

/// Whoever shows a token that is good, as the trace names them before they act in anything.
pub fn who_shows(token: &ActiveToken) -> Who {
    who(
        &token.id,
        &token.name,
        token.role.as_deref(),
        [&token.commune_code, &token.province_code, &token.tax_code],
    )
}

/// Whoever showed a token, good or not.
pub fn who_showed(token: &Token) -> Who {
    who(
        &token.id,
        &token.name,
        token.role.as_deref(),
        [&token.commune_code, &token.province_code, &token.tax_code],
    )
}

fn who(id: &TokenId, name: &str, role: Option<&str>, codes: [&Option<String>; 3]) -> Who {
    Who {
        kind: ActorKind::Token,
        id: id.to_string(),
        name: name.to_owned(),
        role: role.unwrap_or_default().to_owned(),
        territory: codes.into_iter().flatten().next().cloned(),
    }
}

/// The hash under which a secret is stored: SHA-256 in hexadecimal. A secret is random, so that
/// nothing slower is needed.
pub fn hash_secret(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

fn new_secret() -> Result<Secret> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|why| AppError::internal(why.to_string()))?;
    Ok(Secret::new(format!(
        "{PREFIX}{}",
        BASE64URL_NOPAD.encode(&bytes)
    )))
}

/// Who called when, so that the last use of a token is written at most once a minute.
#[derive(Debug, Default)]
pub struct Callers {
    written: Mutex<HashMap<TokenId, DateTime<Utc>>>,
}

impl Callers {
    /// Whether the last use of this token should be written again.
    pub fn is_due(&self, id: &TokenId, now: DateTime<Utc>) -> bool {
        is_due(self.written().get(id), now)
    }

    /// Writes that the token is used now, unless that was done within the last minute. Of several
    /// requests at once only one writes, so that none waits for the row.
    pub fn note_use(&self, tx: &mut DbConn, id: &TokenId, now: DateTime<Utc>) -> Result<()> {
        {
            let mut written = self.written();
            if !is_due(written.get(id), now) {
                return Ok(());
            }
            written.insert(id.clone(), now);
        }
        Ok(tokens::set_last_used(tx, id, now)?)
    }

    fn written(&self) -> MutexGuard<'_, HashMap<TokenId, DateTime<Utc>>> {
        // A panic cannot leave a half-written entry.
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_due(written_at: Option<&DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    written_at.is_none_or(|at| now - *at >= TimeDelta::minutes(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_long_random_text_known_by_its_hash() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.expose().len(), "tnld_".len() + 43);
        let hash = hash_secret(one.expose());
        assert_eq!(hash.len(), 64);
        assert!(!hash.contains(&one.expose()[5..]));
    }

    #[test]
    fn the_last_use_is_written_at_most_once_a_minute() {
        let mut conn = DbConn::open("sqlite::memory:").unwrap();
        crate::store::migrate::run(&mut conn).unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let first = at("2026-05-20T10:00:00Z");
        let cmd = Issue {
            holder: Holder {
                role: ActorRole::Operator,
                province_code: None,
                commune_code: None,
                tax_code: None,
            },
            name: "Trực ban".into(),
            valid_for: TimeDelta::days(1),
        };
        let (token, secret) = issue(&mut conn, cmd, first).unwrap();
        let hash = hash_secret(secret.expose());

        let callers = Callers::default();
        let mut last_use = |now: &str| {
            callers.note_use(&mut conn, &token.id, at(now)).unwrap();
            list(&mut conn).unwrap()[0].last_used_at.unwrap()
        };
        assert_eq!(last_use("2026-05-20T10:00:05Z"), at("2026-05-20T10:00:05Z"));
        assert_eq!(last_use("2026-05-20T10:01:04Z"), at("2026-05-20T10:00:05Z"));
        assert_eq!(last_use("2026-05-20T10:01:05Z"), at("2026-05-20T10:01:05Z"));

        let mut is_known = |now: &str| {
            tokens::find_active(&mut conn, &hash, at(now))
                .unwrap()
                .is_some()
        };
        assert!(is_known("2026-05-21T09:59:59Z"));
        assert!(!is_known("2026-05-21T10:00:00Z"), "expired");
        revoke(&mut conn, &token.id, first).unwrap();
        assert!(
            tokens::find_active(&mut conn, &hash, first)
                .unwrap()
                .is_none(),
            "revoked"
        );
        assert!(tokens::find_active(&mut conn, "", first).unwrap().is_none());
    }
}
