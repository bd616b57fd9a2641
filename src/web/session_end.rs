//! `/session-end`: how long a session still lasts, for the script that says so in time (WCAG 2.2.1, 2.2.6).
//!
//! To look is no use of the session: a page that is left open keeps nobody signed in. To stay is one press.

use actix_web::{HttpResponse, http::header, web::Data};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::account::session::{good_until, limits},
    error::{AppError, Result},
    store::sessions::Session,
};

/// How long a session still lasts.
#[derive(Serialize)]
struct Left {
    /// Seconds; 0 where nobody is signed in.
    seconds: i64,
    /// Whether nothing makes it longer: it has lasted as long as any may.
    is_last: bool,
}

impl Left {
    fn of(session: &Session, good_until: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        let latest = session.created_at + limits(session.kind).absolute;
        Self {
            seconds: (good_until - now).num_seconds().max(0),
            is_last: good_until >= latest,
        }
    }

    fn answer(self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .json(self)
    }
}

/// `GET /session-end`.
pub async fn left(state: Data<AppState>, sender: Option<Credentials>) -> Result<HttpResponse> {
    let nobody = Left {
        seconds: 0,
        is_last: true,
    };
    let Some(sender) = sender else {
        return Ok(nobody.answer());
    };
    match state.session_of(sender).await {
        Ok((session, now)) => Ok(Left::of(&session, session.good_until, now).answer()),
        Err(AppError::Unauthenticated) => Ok(nobody.answer()),
        Err(other) => Err(other),
    }
}

/// `POST /session-end`: whoever is signed in is still at work.
pub async fn stay(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    // Its use is noted, as that of every change.
    let left = state.write_signed(sender, |_, signed| {
        let session = &signed.session;
        let good_until = good_until(session.kind, session.created_at, signed.now);
        Ok(Left::of(session, good_until, signed.now))
    });
    Ok(left.await?.answer())
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        domain::account::session::{Proof, SessionKind},
        ids::{AccountId, SessionId},
    };

    #[test]
    fn what_has_lasted_as_long_as_any_may_cannot_be_made_longer() {
        let began = DateTime::UNIX_EPOCH;
        let session = Session {
            id: SessionId::generate(),
            account_id: AccountId::generate(),
            kind: SessionKind::Official,
            standing: None,
            device_name: None,
            created_at: began,
            seen_at: began,
            good_until: began,
            ended_at: None,
            proof: Proof::Passkey,
        };
        let left = |hours: i64| {
            let now = began + TimeDelta::hours(hours);
            let left = Left::of(&session, good_until(session.kind, began, now), now);
            (left.seconds / 3600, left.is_last)
        };
        assert_eq!(
            [left(0), left(9), left(10), left(11), left(13)],
            [(2, false), (2, false), (2, true), (1, true), (0, true)]
        );
    }
}
