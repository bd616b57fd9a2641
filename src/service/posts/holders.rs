//! Who holds a post: given to people, taken from them.

use serde_json::{Value, json};

use super::{LONGEST_REASON, PostDetail, detail, kept_tokens, note, to_change};
use crate::{
    domain::{
        access::{Caller, Holder, Right},
        account::{AccountStatus, email::normal_form, news::News},
        audit::Action,
        declaration::FaultCode,
        employer::plain_name,
        limits::{APPOINTMENTS_BY_APPOINTER, APPOINTMENTS_IN_AUTHORITY, APPOINTMENTS_OF_ADDRESS},
        post::{Holding, Post, PostKind},
    },
    error::{AppError, Result},
    ids::{AccountId, PostId},
    service::{
        Ctx,
        accounts::{
            links, making,
            news::{Told, tell_of_office},
        },
        form::Form,
        limits,
    },
    store::{
        accounts::{self, Account},
        catalogues,
        conn::DbConn,
        posts,
        tokens::{self, Which},
    },
    time::day_in_vietnam,
    wording::pages::MAKER_LEFT_POST,
};

/// Whom a form names.
enum Meant {
    /// By the id of an account.
    Account(Box<Account>),
    /// By an address, which may have an account or not.
    Address { email: String, full_name: String },
}

/// Whom a form names: by `account_id`; or by an address as `email`, always with a `full_name`, so that nobody learns
/// by a refusal which addresses have accounts.
fn meant(tx: &mut DbConn, form: &mut Form<'_>) -> Result<Option<Meant>> {
    let id = form.optional("account_id", FaultCode::NotAllowed, AccountId::parse);
    let email = form.optional("email", FaultCode::Email, normal_form);
    // It stands in a mail of ours to somebody who has asked for none: no link hides in it.
    let full_name = form.optional("full_name", FaultCode::BadCharacters, plain_name);
    let (has_fault, is_named) = (
        form.has_fault("account_id") || form.has_fault("email"),
        full_name.is_some() || form.has_fault("full_name"),
    );
    match (id, email) {
        (Some(_), Some(_)) => form.fault("email", FaultCode::NotAllowed),
        (Some(id), None) => {
            // The account has a name of its own.
            if is_named {
                form.fault("full_name", FaultCode::NotAllowed);
            }
            match accounts::find(tx, &id)? {
                Some(account) => return Ok(Some(Meant::Account(Box::new(account)))),
                None => form.fault("account_id", FaultCode::NotAllowed),
            }
        }
        (None, Some(email)) => match full_name {
            Some(full_name) => return Ok(Some(Meant::Address { email, full_name })),
            None if is_named => {}
            None => form.fault("full_name", FaultCode::Required),
        },
        (None, None) if has_fault => {}
        (None, None) => form.fault("account_id", FaultCode::Required),
    }
    Ok(None)
}

/// Counts that somebody is given a post by their address, or is sent another link: each may be a mail to somebody who
/// has asked for none. An address that has an account counts as one that has none.
fn count(tx: &mut DbConn, ctx: &Ctx, post: &Post, email: &str) -> Result<()> {
    let appointer = ctx.actor.caller.id().to_string();
    for (limit, subject) in [
        (&APPOINTMENTS_BY_APPOINTER, appointer.as_str()),
        (&APPOINTMENTS_IN_AUTHORITY, &post.authority_id),
        (&APPOINTMENTS_OF_ADDRESS, email),
    ] {
        limits::take(tx, &ctx.keys, limit, subject, ctx.now)?;
    }
    Ok(())
}

/// Gives the post to an account, `account_id`, or to the holder of an address, `email` and `full_name`, and where
/// stated `from`, `until`, `reason`. An address without account gets one by that name; where it has one, the name that
/// its holder has stays, and the answer is the same. Whoever has never used their account is mailed the link by which
/// they choose a password, and the links of before are good no more; so is one who holds the post already, where
/// nothing else is stated.
///
/// # Errors
/// `account_locked`, whichever way the account is named: a post that is given to it would be held by nobody.
/// `already_held`.
pub fn appoint(tx: &mut DbConn, ctx: &Ctx, id: &PostId, body: &Value) -> Result<PostDetail> {
    let post = to_change(tx, ctx, Right::ManagePosts, id)?;
    let mut form = Form::new(body);
    let meant = meant(tx, &mut form)?;
    let from = form.optional_moment("from");
    let until = form.optional_moment("until");
    let reason = form.optional_text("reason", LONGEST_REASON);
    let is_plain = from.is_none() && until.is_none() && reason.is_none();
    let from = from.unwrap_or(ctx.now);
    if from < ctx.now {
        // What was done before nobody could have been allowed.
        form.fault("from", FaultCode::TooEarly);
    }
    if until.is_some_and(|until| until <= from) {
        form.fault("until", FaultCode::TooEarly);
    }
    form.finish()?;
    // At the command line links are handed over by whoever made the account.
    let is_mailed = ctx.actor.caller != Caller::Service;
    let account = match meant {
        Some(Meant::Account(account)) => {
            if is_mailed {
                count(tx, ctx, &post, &account.email)?;
            }
            *account
        }
        Some(Meant::Address { email, full_name }) => {
            count(tx, ctx, &post, &email)?;
            making::of_address(tx, ctx, &email, &full_name)?
        }
        None => return Err(AppError::internal("a form lacks its account")),
    };
    if account.status == AccountStatus::Locked {
        return Err(AppError::Conflict("account_locked"));
    }
    let is_invited = is_mailed && account.status == AccountStatus::Unproven;
    let overlaps = |held: &Holding| {
        held.account == account.id
            && held.until.is_none_or(|end| end > from)
            && until.is_none_or(|end| end > held.from)
    };
    let holders = posts::holders(tx, std::slice::from_ref(id), ctx.now)?;
    let is_held = holders.iter().any(overlaps);
    if is_held && !(is_invited && is_plain) {
        return Err(AppError::Conflict("already_held"));
    }
    let mut details = json!({ "account": account.id, "invited": is_invited });
    if !is_held {
        details["from"] = json!(from);
        details["until"] = json!(until);
        let holding = Holding {
            post: id.clone(),
            account: account.id.clone(),
            from,
            until,
            reason,
            // Another post of the same authority is no later word of whose official this is.
            appointed_at: posts::first_given(tx, &account.id, &post.authority_id, ctx.now)?
                .unwrap_or(ctx.now),
        };
        posts::appoint(tx, &holding)?;
    }
    if is_invited {
        links::invite(tx, &account, ctx.now)?;
    } else if is_mailed {
        tell(tx, ctx, &account, &post, (News::Appointed, None))?;
    }
    note(ctx, Action::Appoint, &post, details);
    detail(tx, ctx, post)
}

/// Tells the holder of the account which post was given or taken. They are not asked, so that they are told.
fn tell(
    tx: &mut DbConn,
    ctx: &Ctx,
    account: &Account,
    post: &Post,
    (news, reason): (News, Option<&str>),
) -> Result<()> {
    let today = day_in_vietnam(ctx.now);
    let authority = ctx.world.directory.by_id(&post.authority_id, today);
    let told = Told {
        post: Some((post.kind, authority.map(|row| row.name.as_str()))),
        reason,
        ..Told::of_account(news)
    };
    tell_of_office(tx, ctx, account, told)
}

/// Tells that the post was taken; not where that is done at the command line.
pub(super) fn tell_taken(
    tx: &mut DbConn,
    ctx: &Ctx,
    account: &AccountId,
    post: &Post,
    reason: &str,
) -> Result<()> {
    if ctx.actor.caller == Caller::Service {
        return Ok(());
    }
    match accounts::find(tx, account)? {
        Some(account) => tell(tx, ctx, &account, post, (News::PostTaken, Some(reason))),
        None => Ok(()),
    }
}

/// Takes the post from an account, for a `reason`. What the post holds stays with the post; of the tokens
/// that the account made for it, those named in `keep_tokens`.
pub fn remove(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &PostId,
    account: &AccountId,
    body: &Value,
) -> Result<PostDetail> {
    let post = to_change(tx, ctx, Right::ManagePosts, id)?;
    let mut form = Form::new(body);
    let reason = form.text("reason", LONGEST_REASON).unwrap_or_default();
    let kept = kept_tokens::named(tx, ctx, &mut form, (&post, Some(account)), &post)?;
    form.finish()?;
    kept_tokens::keep(tx, ctx, &kept, &post, &reason)?;
    take_from(tx, ctx, &post, (account, !kept.is_empty()), &reason)?;
    detail(tx, ctx, post)
}

/// Refuses that the administrators of a province take the post from the last of them: from then on nobody there could
/// appoint anybody. The operator may, who can also appoint another.
///
/// # Errors
/// `last_administrator`.
pub(in crate::service) fn stays_kept(tx: &mut DbConn, ctx: &Ctx, post: &Post) -> Result<()> {
    let kind = PostKind::ProvincialAdministrator;
    if post.kind != kind || ctx.actor.holder() != Some(Holder::ProvincialAdministrator) {
        return Ok(());
    }
    // Of two who remove each other one waits here, and finds that the other was the last.
    catalogues::lock(tx, catalogues::DIRECTORY)?;
    if !posts::is_held_by_anybody(tx, &post.authority_id, kind, ctx.now)? {
        return Err(AppError::Conflict("last_administrator"));
    }
    Ok(())
}

/// Takes the post from an account; how many tokens ended with that. Where its time was over already, the tokens are
/// what is left to take, `keeps` those that stay.
///
/// # Errors
/// Not found where there was nothing of theirs.
pub(super) fn take_from(
    tx: &mut DbConn,
    ctx: &Ctx,
    post: &Post,
    (account, keeps): (&AccountId, bool),
    reason: &str,
) -> Result<usize> {
    let removed = posts::remove(tx, &post.id, Some(account), ctx.now, reason)?;
    let because = MAKER_LEFT_POST.label();
    let theirs = Which::MadeForPost(&post.id, account);
    let ended = tokens::revoke(tx, theirs, ctx.now, Some(&because))?;
    if removed == 0 && ended == 0 && !keeps {
        return Err(AppError::NotFound("holder"));
    }
    if removed > 0 {
        stays_kept(tx, ctx, post)?;
        tell_taken(tx, ctx, account, post, reason)?;
    }
    note(
        ctx,
        Action::RemoveHolder,
        post,
        json!({ "account": account, "tokens_ended": ended }),
    );
    Ok(ended)
}
