//! Signing in by an OpenID provider, and the identities that are linked for it.
//!
//! An identity belongs to the account that its holder linked it to, signed in and with the password shown
//! again, or by an invitation that came by mail. Never to one whose e-mail address merely is the same:
//! who runs a provider would own every account.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{
    Occasion, Signed,
    news::tell_holder,
    second_factor,
    sessions::{Opened, end_others, renew, strengthen},
    sign_in::{self, SignedIn, Visit},
    somebody,
};
use crate::{
    config::{ProviderSettings, Secret},
    domain::{
        account::{AccountStatus, LinkPurpose, OidcPurpose, news::News, session::Proof},
        audit::{Action, Entry, Object, ObjectKind},
        decide::World,
        limits::OIDC_VISITS_FROM_ADDRESS,
        post::facts_of,
    },
    error::{AppError, Result},
    ids::{IdentityId, LinkId, SessionId},
    oidc::{Vouched, Words},
    sealing::Keys,
    service::limits,
    store::{
        account_links,
        accounts::{self, Account},
        conn::DbConn,
        identities::{self, Identity},
        links::{hash, new_secret},
        posts,
    },
    time::day_in_vietnam,
};

/// How long somebody may take at the provider.
pub const VISIT_LIFETIME: TimeDelta = TimeDelta::minutes(10);

/// Most identities of an account.
const MOST: usize = 10;

/// What binds somebody's way to a provider and back to their browser. Of it only hashes are stored.
#[derive(Clone)]
pub struct Thread {
    /// Comes back with the browser, in its address.
    state: Secret,
    /// Comes back with the browser, in a cookie that nobody else has.
    browser: Secret,
}

impl Thread {
    /// A new one.
    pub fn new() -> Result<Self> {
        Ok(Self {
            state: Secret::new(new_secret()?),
            browser: Secret::new(new_secret()?),
        })
    }

    /// The one that comes back.
    pub fn of(state: &str, browser: &str) -> Self {
        Self {
            state: Secret::new(state),
            browser: Secret::new(browser),
        }
    }

    /// What the browser is given as a cookie.
    pub fn browser(&self) -> &Secret {
        &self.browser
    }

    /// What the provider is told.
    pub fn words(&self, keys: &Keys) -> Words {
        let both = format!("{}\n{}", self.state.expose(), self.browser.expose());
        Words {
            state: self.state.clone(),
            nonce: Secret::new(keys.word("oidc_nonce", &both)),
            verifier: Secret::new(keys.word("oidc_verifier", &both)),
        }
    }
}

/// Why somebody goes to a provider.
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To link an identity to the account that is signed in.
    Link(SessionId),
    /// To accept an invitation, by the secret of its link.
    AcceptInvitation(Secret),
}

/// Remembers that somebody goes to the provider `provider` and where the browser goes on afterwards.
///
/// # Errors
/// Too many from one network; `link_expired`.
pub fn begin(
    tx: &mut DbConn,
    keys: &Keys,
    thread: &Thread,
    (provider, purpose, return_to): (&str, &Purpose, Option<&str>),
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<()> {
    let network = sign_in::network(visit);
    limits::take(tx, keys, &OIDC_VISITS_FROM_ADDRESS, &network, now)?;
    let (purpose, session_id, link_id) = match purpose {
        Purpose::SignIn => (OidcPurpose::SignIn, None, None),
        Purpose::Link(session) => (OidcPurpose::Link, Some(session.clone()), None),
        Purpose::AcceptInvitation(secret) => {
            let expired = || AppError::Conflict("link_expired");
            let link = account_links::find(tx, &hash(secret.expose()), now)?
                .filter(|link| link.purpose == LinkPurpose::Invitation)
                .ok_or_else(expired)?;
            (OidcPurpose::AcceptInvitation, None, Some(link.id))
        }
    };
    let gone = identities::Visit {
        state_hash: hash(thread.state.expose()),
        browser_hash: hash(thread.browser.expose()),
        provider: provider.to_owned(),
        purpose,
        session_id,
        link_id,
        return_to: return_to.map(str::to_owned),
        expires_at: now + VISIT_LIFETIME,
    };
    Ok(identities::add_visit(tx, &gone)?)
}

/// Somebody comes back from `provider`: why they went there, or why they are not let on. Whatever it is,
/// they do not come back by it again.
pub fn come_back(
    tx: &mut DbConn,
    thread: &Thread,
    provider: &str,
    now: DateTime<Utc>,
) -> Result<Result<identities::Visit, &'static str>> {
    let Some(gone) = identities::take_visit(tx, &hash(thread.state.expose()))? else {
        return Ok(Err("nobody was sent there, or came back before"));
    };
    // A page that sends its visitor here with the answer that somebody else was given.
    if gone.browser_hash != hash(thread.browser.expose()) {
        return Ok(Err("came back with another browser"));
    }
    if gone.provider != provider {
        return Ok(Err("came back from another provider"));
    }
    if gone.expires_at <= now {
        return Ok(Err("came back too late"));
    }
    Ok(Ok(gone))
}

/// The trace of somebody who was not let in by the word of `provider`. Only what is not the provider's
/// own trouble counts against the network: an office must not be locked out because its provider is down.
pub fn refuse(
    tx: &mut DbConn,
    keys: &Keys,
    (provider, why): (&str, &str),
    counts: bool,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<Entry> {
    let id = format!("oidc:{provider}");
    if counts {
        return sign_in::refuse(tx, keys, id, why, visit, now);
    }
    let (who, origin) = (somebody(), visit.origin.clone());
    Ok(Occasion { who, origin, now }.entry(Action::SignInRefused, id, why))
}

fn proof(vouched: &Vouched) -> Proof {
    match vouched.two_factors {
        true => Proof::ProviderTwoFactors,
        false => Proof::Provider,
    }
}

/// Signs in whoever a provider vouches for.
///
/// What comes back first is the answer: `identity_unknown`, `identity_elsewhere`, or a refusal that says no
/// more.
pub fn finish(
    tx: &mut DbConn,
    (keys, world): (&Keys, &World),
    provider: &ProviderSettings,
    vouched: &Vouched,
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<(Result<SignedIn>, Vec<Entry>)> {
    let subject = keys.identity_hash(&vouched.issuer, &vouched.subject);
    let (id, why, answer) = match identities::find(tx, &vouched.issuer, &subject)? {
        None => {
            let id = format!("oidc:{}", provider.id);
            let answer = AppError::Conflict("identity_unknown");
            (id, "an identity of no account", answer)
        }
        Some(identity) => {
            let id = identity.account_id.to_string();
            match accounts::find(tx, &identity.account_id)? {
                None => (id, "no account", AppError::SignInRefused),
                Some(account) => match sign_in::standing_of(&account) {
                    Err(why) => (id, why, AppError::SignInRefused),
                    Ok(()) if !serves(tx, world, provider, &account, now)? => {
                        let answer = AppError::Conflict("identity_elsewhere");
                        (id, "not a provider for this person", answer)
                    }
                    Ok(()) => {
                        identities::note_use(tx, &identity.id, vouched.two_factors, now)?;
                        let proof = proof(vouched);
                        let (signed, entry) =
                            sign_in::admit(tx, world, account, proof, visit, now)?;
                        return Ok((Ok(signed), vec![entry]));
                    }
                },
            }
        }
    };
    let entry = sign_in::refuse(tx, keys, id, why, visit, now)?;
    Ok((Err(answer), vec![entry]))
}

/// Whether a provider may vouch for the holder of an account: one of a province, or of an authority, for
/// whoever holds a post there.
fn serves(
    tx: &mut DbConn,
    world: &World,
    provider: &ProviderSettings,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<bool> {
    if provider.province_code.is_none() && provider.authority_id.is_none() {
        return Ok(true);
    }
    let today = day_in_vietnam(now);
    for (_, post) in posts::held_by(tx, &account.id, now)? {
        let Some(authority) = world.directory.by_id(&post.authority_id, today) else {
            continue;
        };
        let place = facts_of(authority, &world.places, today);
        let province = place.and_then(|facts| facts.province_code);
        let in_province = provider.province_code.is_none() || provider.province_code == province;
        let wanted = provider.authority_id.as_deref();
        let in_authority = wanted.is_none_or(|wanted| wanted == post.authority_id.as_str());
        if in_province && in_authority {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether whoever is signed in may link an identity.
///
/// # Errors
/// `second_factor_not_shown`, `too_many_identities`.
pub fn check_addition(tx: &mut DbConn, signed: &Signed) -> Result<()> {
    second_factor::check_may_change(tx, signed)?;
    match identities::of_account(tx, &signed.account.id)?.len() < MOST {
        true => Ok(()),
        false => Err(AppError::Conflict("too_many_identities")),
    }
}

/// Links the identity that a provider vouches for to the account that is signed in, by the session that
/// asked for it. The session gets a new secret, and counts as begun with two factors where the provider
/// has seen them.
///
/// # Errors
/// `link_expired` where another session comes back; `identity_taken`, `identity_elsewhere`; what
/// [`check_addition`] says.
pub fn link(
    tx: &mut DbConn,
    signed: &Signed,
    provider: &ProviderSettings,
    gone: &identities::Visit,
    vouched: &Vouched,
) -> Result<Opened> {
    if gone.session_id.as_ref() != Some(&signed.session.id) {
        return Err(AppError::Conflict("link_expired"));
    }
    check_addition(tx, signed)?;
    if !serves(tx, &signed.world, provider, &signed.account, signed.now)? {
        return Err(AppError::Conflict("identity_elsewhere"));
    }
    let id = add(
        tx,
        &signed.keys,
        provider,
        &signed.account,
        vouched,
        signed.now,
    )?;
    tell_holder(tx, &signed.account, News::IdentityLinked, signed.now)?;
    note(signed, Action::LinkIdentity, &id);
    match proof(vouched) {
        Proof::ProviderTwoFactors => strengthen(tx, signed, Proof::ProviderTwoFactors),
        _ => renew(tx, signed, signed.session.standing.clone()),
    }
}

fn add(
    tx: &mut DbConn,
    keys: &Keys,
    provider: &ProviderSettings,
    account: &Account,
    vouched: &Vouched,
    now: DateTime<Utc>,
) -> Result<IdentityId> {
    let identity = Identity {
        id: IdentityId::generate(),
        account_id: account.id.clone(),
        provider: provider.id.clone(),
        issuer: vouched.issuer.clone(),
        subject_hash: keys.identity_hash(&vouched.issuer, &vouched.subject),
        two_factors: vouched.two_factors,
        linked_at: now,
        used_at: None,
    };
    match identities::insert(tx, &identity)? {
        true => Ok(identity.id),
        false => Err(AppError::Conflict("identity_taken")),
    }
}

/// Links the identity that a provider vouches for to the account of an invitation, and signs its holder
/// in: who could read the mail has shown that the address is theirs. No password is needed.
///
/// # Errors
/// `link_expired`, `identity_taken`, `identity_elsewhere`.
pub fn accept(
    tx: &mut DbConn,
    (keys, world): (&Keys, &World),
    provider: &ProviderSettings,
    (invitation, vouched): (&LinkId, &Vouched),
    visit: &Visit,
    now: DateTime<Utc>,
) -> Result<(SignedIn, Vec<Entry>)> {
    let expired = || AppError::Conflict("link_expired");
    let link = account_links::unused(tx, invitation)?.ok_or_else(expired)?;
    let account = accounts::find(tx, &link.account_id)?
        .filter(|account| account.status != AccountStatus::Locked)
        .ok_or_else(expired)?;
    if !serves(tx, world, provider, &account, now)? {
        return Err(AppError::Conflict("identity_elsewhere"));
    }
    if !account_links::use_up(tx, &link, now)? {
        return Err(expired());
    }
    account_links::end_all(tx, &account.id, now)?;
    accounts::prove(tx, &account.id, now)?;
    add(tx, keys, provider, &account, vouched, now)?;
    let (who, origin) = (super::who(&account), visit.origin.clone());
    let linked = Occasion { who, origin, now }.entry(Action::LinkIdentity, &account.id, "done");
    let (signed, entry) = sign_in::admit(tx, world, account, proof(vouched), visit, now)?;
    Ok((signed, vec![linked, entry]))
}

/// The identities of the account that is signed in, the oldest first.
pub fn list(tx: &mut DbConn, signed: &Signed) -> Result<Vec<Identity>> {
    Ok(identities::of_account(tx, &signed.account.id)?)
}

/// Whether an identity may be unlinked.
///
/// # Errors
/// Not found where it is not one of theirs; `second_factor_not_shown`.
pub fn check_removal(tx: &mut DbConn, signed: &Signed, id: &IdentityId) -> Result<()> {
    if !list(tx, signed)?.iter().any(|identity| identity.id == *id) {
        return Err(AppError::NotFound("identity"));
    }
    second_factor::check_may_change(tx, signed)
}

/// Unlinks an identity. Every other session ends: somebody else may have begun it by that identity.
///
/// # Errors
/// What [`check_removal`] says.
pub fn remove(tx: &mut DbConn, signed: &Signed, id: &IdentityId) -> Result<Opened> {
    check_removal(tx, signed, id)?;
    identities::remove(tx, &signed.account.id, id)?;
    note(signed, Action::UnlinkIdentity, id);
    end_others(tx, signed)
}

fn note(signed: &Signed, action: Action, id: &IdentityId) {
    let object = Object::new(ObjectKind::Identity, id);
    signed.notes.add(action, object, json!({}));
}
