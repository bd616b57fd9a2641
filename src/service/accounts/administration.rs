//! Accounts of officials: locked and opened, and lost second factors taken from them, by whoever keeps their posts.
//!
//! An account is kept by whoever keeps the post that was given to it first, of those that it holds. Nobody is asked
//! when they are appointed: if every appointer kept it, a neighbour's appointment would be a hold on an official who is
//! none of theirs, and if it took all of them, it would take the official from those who answer for them. Nobody does
//! any of it to their own account.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{
    Signed, making,
    news::{Told, tell_of_office},
    second_factor, sessions,
};
use crate::{
    domain::{
        access::{Facts, Holder, Right},
        account::news::News,
        audit::{Action, Object, ObjectKind},
    },
    error::{AppError, Result},
    ids::AccountId,
    service::{
        Ctx,
        form::Form,
        posts::{authority_facts, keeps, stays_kept},
    },
    store::{
        accounts::{self, Account},
        conn::DbConn,
        employer_people, posts,
    },
};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 1000;

/// The account `id`, where the caller keeps the earliest post that it holds, or will hold where it holds none. Accounts
/// without posts, and those of people who acted for an employer before, are the operator's.
fn kept(tx: &mut DbConn, ctx: &Ctx, id: &AccountId) -> Result<Account> {
    ctx.require(Right::ManageAccounts)?;
    let not_found = || AppError::NotFound("account");
    let account = accounts::find(tx, id)?.ok_or_else(not_found)?;
    let given = posts::given_to(tx, id, ctx.now)?;
    // Whoever acted for an employer before they held a post made the account themselves. They are not asked when they
    // are appointed, so an appointment gives nobody a hold on it; nor does an official leave their keeper by registering
    // an employer.
    let since = employer_people::acts_since(tx, id)?;
    let is_own = given
        .first()
        .is_none_or(|(_, at)| since.is_some_and(|since| since < *at));
    if is_own && ctx.actor.holder() != Some(Holder::Operator) {
        return Err(not_found());
    }
    if let Some((post, _)) = given.first() {
        let facts = authority_facts(ctx, &post.authority_id);
        ctx.require_of(Right::ManageAccounts, Facts::Authority(&facts), "account")?;
        if !keeps(ctx, post.kind) {
            return Err(AppError::Forbidden("post_kind_not_kept"));
        }
    }
    if ctx.actor.caller.id().as_str() == id.as_str() {
        return Err(AppError::Conflict("own_account"));
    }
    Ok(account)
}

fn note(ctx: &Ctx, action: Action, account: &Account) {
    let object = Object::new(ObjectKind::Account, &account.id);
    ctx.note_of(action, object, json!({}));
}

/// Locks an account: nobody signs in to it, its sessions end, and so do the tokens that it made. Its posts stay. Doing
/// it twice is doing it once.
/// Its holder is told for which `reason`.
pub fn lock(tx: &mut DbConn, ctx: &Ctx, id: &AccountId, body: &Value) -> Result<()> {
    let account = kept(tx, ctx, id)?;
    let mut form = Form::new(body);
    let reason = form.text("reason", LONGEST_REASON);
    form.finish()?;
    if making::lock(tx, &account, ctx.now)? {
        for (post, _) in posts::given_to(tx, id, ctx.now)? {
            stays_kept(tx, ctx, &post)?;
        }
        let told = Told {
            reason: reason.as_deref(),
            ..Told::of_account(News::AccountLocked)
        };
        tell_of_office(tx, ctx, &account, told)?;
    }
    note(ctx, Action::LockAccount, &account);
    Ok(())
}

/// Opens a locked account again.
pub fn unlock(tx: &mut DbConn, ctx: &Ctx, id: &AccountId) -> Result<()> {
    let account = kept(tx, ctx, id)?;
    if making::unlock(tx, &account)? {
        tell_of_office(tx, ctx, &account, Told::of_account(News::AccountUnlocked))?;
    }
    note(ctx, Action::UnlockAccount, &account);
    Ok(())
}

/// The account from which somebody who is signed in may take the second factors.
pub fn check_reset(tx: &mut DbConn, signed: &Signed, id: &AccountId) -> Result<Account> {
    let ctx = acting(tx, signed)?;
    kept(tx, &ctx, id)
}

/// Takes every second factor from an account whose holder has lost them. Its sessions end, and its holder is told.
pub fn reset_second_factor(tx: &mut DbConn, signed: &Signed, id: &AccountId) -> Result<()> {
    let ctx = acting(tx, signed)?;
    let account = kept(tx, &ctx, id)?;
    second_factor::reset(tx, &account, ctx.now)?;
    note(&ctx, Action::RemoveTotp, &account);
    Ok(())
}

/// Whoever is signed in, in the post in which they act.
fn acting(tx: &mut DbConn, signed: &Signed) -> Result<Ctx> {
    let Signed {
        world,
        session,
        account,
        now,
        ..
    } = signed;
    Ok(Ctx {
        actor: sessions::actor(tx, world, session, account, *now)?,
        now: *now,
        world: Arc::clone(world),
        operator_mail: None,
        keys: Arc::clone(&signed.keys),
        origin: signed.origin.clone(),
        notes: signed.notes.clone(),
        latest_root: None,
    })
}
