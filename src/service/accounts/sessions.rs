//! Sessions: begun, renewed, ended one by one; and what changes with them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{Signed, news::tell_holder, person};
use crate::{
    domain::{
        access::Actor,
        account::{
            AccountStatus,
            news::News,
            session::{Proof, SessionKind, Standing, good_until},
        },
        audit::Action,
        decide::World,
    },
    error::{AppError, Result},
    ids::SessionId,
    service::standings,
    store::{
        accounts::{self, Account},
        conn::DbConn,
        email_changes,
        links::{hash, new_secret},
        sessions::{self, Session},
    },
};

/// A session that was begun just now.
pub struct Opened {
    /// The session.
    pub session: Session,
    /// What the browser shows from now on; stored nowhere.
    pub secret: String,
    /// What the device shows to be known again, where that is new.
    pub device: Option<String>,
    /// What the person may act in.
    pub standings: Vec<(Standing, Actor)>,
    /// Recovery codes that are left.
    pub recovery_codes_left: i64,
}

/// Begins a session; where the person has one standing only, in that. Of several, in the only one for which enough was
/// shown: somebody who was appointed unasked goes on acting for their employer.
pub fn begin(
    tx: &mut DbConn,
    account: &Account,
    proof: Proof,
    standings: Vec<(Standing, Actor)>,
    device_name: Option<String>,
    now: DateTime<Utc>,
) -> Result<Opened> {
    let kind = SessionKind::strictest(standings.iter().map(|(_, actor)| actor.role));
    let is_shown = proof.is_two_factors(account.totp_secret.is_some());
    let open = |actor: &Actor| is_shown || !SessionKind::of(actor.role).needs_two_factors();
    let mut open = standings.iter().filter(|(_, actor)| open(actor));
    let only = match (standings.as_slice(), open.next(), open.next()) {
        ([(one, _)], ..) | (_, Some((one, _)), None) => Some(one.clone()),
        _ => None,
    };
    let session = Session {
        id: SessionId::generate(),
        account_id: account.id.clone(),
        kind,
        standing: only,
        device_name,
        created_at: now,
        seen_at: now,
        good_until: good_until(kind, now, now),
        ended_at: None,
        proof,
    };
    let secret = new_secret()?;
    sessions::insert(tx, &session, &hash(&secret))?;
    Ok(Opened {
        session,
        secret,
        device: None,
        standings,
        recovery_codes_left: accounts::recovery_codes_left(tx, &account.id)?,
    })
}

/// Ends the session and begins another in its place: whoever knew its secret before a change of what
/// it may do knows nothing after it. The time since signing in goes on counting.
pub fn renew(tx: &mut DbConn, signed: &Signed, standing: Option<Standing>) -> Result<Opened> {
    renew_as(tx, signed, standing, signed.session.proof)
}

/// The same for a session whose holder has just shown a second factor that the account did not have.
pub fn strengthen(tx: &mut DbConn, signed: &Signed, by: Proof) -> Result<Opened> {
    let has_totp = signed.account.totp_secret.is_some();
    let proof = match signed.session.proof.is_two_factors(has_totp) {
        true => signed.session.proof,
        false => by,
    };
    renew_as(tx, signed, signed.session.standing.clone(), proof)
}

fn renew_as(
    tx: &mut DbConn,
    signed: &Signed,
    standing: Option<Standing>,
    proof: Proof,
) -> Result<Opened> {
    let old = &signed.session;
    // Somebody ended it meanwhile, and with it whatever would follow from it.
    if !sessions::end(tx, &old.account_id, &old.id, signed.now)? {
        return Err(AppError::Unauthenticated);
    }
    let standings = standings::of(tx, &signed.world, &signed.person(), signed.now)?;
    let kind = SessionKind::strictest(standings.iter().map(|(_, actor)| actor.role));
    let session = Session {
        id: SessionId::generate(),
        kind,
        standing,
        proof,
        seen_at: signed.now,
        good_until: good_until(kind, old.created_at, signed.now),
        ..old.clone()
    };
    let secret = new_secret()?;
    sessions::insert(tx, &session, &hash(&secret))?;
    Ok(Opened {
        session,
        secret,
        device: None,
        standings,
        recovery_codes_left: accounts::recovery_codes_left(tx, &signed.account.id)?,
    })
}

/// From now on the person acts in `standing`.
///
/// # Errors
/// Not found where they do not have it.
pub fn change_standing(tx: &mut DbConn, signed: &Signed, standing: Standing) -> Result<Opened> {
    let has_it = standings::actor(tx, &signed.world, &signed.person(), &standing, signed.now)?;
    has_it.ok_or(AppError::NotFound("standing"))?;
    let opened = renew(tx, signed, Some(standing))?;
    signed.note_session(Action::ChangeStanding, &opened.session);
    Ok(opened)
}

/// What is told about a session to whoever has it.
pub struct Shown {
    /// What the person may act in.
    pub standings: Vec<(Standing, Actor)>,
    /// Recovery codes that are left.
    pub recovery_codes_left: i64,
}

/// What is told about the session.
pub fn show(tx: &mut DbConn, signed: &Signed) -> Result<Shown> {
    Ok(Shown {
        standings: standings::of(tx, &signed.world, &signed.person(), signed.now)?,
        recovery_codes_left: accounts::recovery_codes_left(tx, &signed.account.id)?,
    })
}

/// The sessions of the account that is signed in.
pub fn list(tx: &mut DbConn, signed: &Signed) -> Result<Vec<Session>> {
    Ok(sessions::of_account(tx, &signed.account.id, signed.now)?)
}

/// Ends one of them.
///
/// # Errors
/// Not found where it is not one of theirs.
pub fn end(tx: &mut DbConn, signed: &Signed, id: &SessionId) -> Result<()> {
    if !sessions::end(tx, &signed.account.id, id, signed.now)? {
        return Err(AppError::NotFound("session"));
    }
    let ended = Session {
        id: id.clone(),
        ..signed.session.clone()
    };
    let action = if *id == signed.session.id {
        Action::SignOut
    } else {
        Action::EndSession
    };
    signed.note_session(action, &ended);
    Ok(())
}

/// Ends every other session of the account, and renews this one.
pub fn end_others(tx: &mut DbConn, signed: &Signed) -> Result<Opened> {
    let opened = renew(tx, signed, signed.session.standing.clone())?;
    for other in sessions::of_account(tx, &signed.account.id, signed.now)? {
        if other.id != opened.session.id {
            sessions::end(tx, &signed.account.id, &other.id, signed.now)?;
        }
    }
    Ok(opened)
}

/// Replaces the password; every other session ends.
pub fn change_password(tx: &mut DbConn, signed: &Signed, hash: &str) -> Result<Opened> {
    accounts::set_password(tx, &signed.account.id, hash)?;
    email_changes::delete_of(tx, &signed.account.id)?;
    let opened = end_others(tx, signed)?;
    tell_holder(tx, &signed.account, News::PasswordChanged, signed.now)?;
    signed.note(Action::ChangePassword, json!({}));
    Ok(opened)
}

/// What a cookie that was shown stands for.
pub enum Found {
    /// Nothing.
    Nobody,
    /// A session that was ended: somebody kept its cookie.
    Ended(Box<Account>),
    /// A person who is signed in.
    Signed(Box<(Session, Account)>),
}

/// What the cookie whose secret has this hash stands for at `now`.
pub fn find(tx: &mut DbConn, secret_hash: &str, now: DateTime<Utc>) -> Result<Found> {
    Ok(match sessions::find(tx, secret_hash)? {
        None => Found::Nobody,
        Some((session, account)) if session.ended_at.is_some() => {
            drop(session);
            Found::Ended(Box::new(account))
        }
        Some((session, account))
            if session.good_until > now && account.status == AccountStatus::Active =>
        {
            Found::Signed(Box::new((session, account)))
        }
        Some(_) => Found::Nobody,
    })
}

/// The actor as which the session acts.
///
/// # Errors
/// Forbidden: no standing was chosen, it has ended meanwhile, or the second factor that it needs was
/// not shown.
pub fn actor(
    tx: &mut DbConn,
    world: &World,
    session: &Session,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<Actor> {
    let chosen = session
        .standing
        .as_ref()
        .ok_or(AppError::Forbidden("choose_standing"))?;
    let actor = standings::actor(tx, world, &person(account), chosen, now)?
        .ok_or(AppError::Forbidden("standing_ended"))?;
    if lacks_second_factor(SessionKind::of(actor.role), session, account) {
        return Err(AppError::Forbidden("second_factor_required"));
    }
    Ok(actor)
}

/// Whether somebody of this kind must show a second factor before anything else.
pub fn lacks_second_factor(kind: SessionKind, session: &Session, account: &Account) -> bool {
    kind.needs_two_factors() && !session.proof.is_two_factors(account.totp_secret.is_some())
}

/// Writes that a session is used, at most once a minute.
pub fn note_use(tx: &mut DbConn, session: &Session, now: DateTime<Utc>) -> Result<()> {
    if is_due(session, now) {
        sessions::note_use(tx, session, now)?;
    }
    Ok(())
}

/// Whether that should be written again.
pub fn is_due(session: &Session, now: DateTime<Utc>) -> bool {
    now - session.seen_at >= TimeDelta::minutes(1)
}
