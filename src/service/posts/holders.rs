//! Who holds a post: given to people, taken from them.

use serde_json::{Value, json};

use super::{LONGEST_REASON, PostDetail, detail, kept_tokens, note, to_change};
use crate::{
    domain::{
        access::Right,
        account::{email::normal_form, full_name},
        audit::Action,
        declaration::FaultCode,
        employer::plain_name,
        post::{Holding, Post},
    },
    error::{AppError, Result},
    ids::{AccountId, PostId},
    service::{Ctx, accounts::invite, form::Form},
    store::{accounts, conn::DbConn, posts, tokens},
    wording::pages::MAKER_LEFT_POST,
};

/// Whom a form names.
enum Meant {
    /// An account that is there.
    Known(AccountId),
    /// Somebody who has none yet.
    New { email: String, full_name: String },
}

/// Whom a form names: by `account_id`, or by an address as `email`. An address without account is a fault,
/// unless `full_name` says whose it is.
fn meant(tx: &mut DbConn, form: &mut Form<'_>) -> Result<Option<Meant>> {
    let id = form.optional("account_id", FaultCode::NotAllowed, AccountId::parse);
    let email = form.optional("email", FaultCode::Email, normal_form);
    // It stands in a mail of ours to somebody who has asked for none: no link hides in it.
    let full_name = form.optional("full_name", FaultCode::BadCharacters, |text| {
        full_name(&plain_name(text)?)
    });
    let has_fault = form.has_fault("account_id") || form.has_fault("email");
    let (name, account) = match (id, email) {
        (Some(_), Some(_)) => ("email", None),
        (Some(id), None) => ("account_id", accounts::find(tx, &id)?),
        (None, Some(email)) => match (accounts::find_by_email(tx, &email)?, full_name) {
            (None, Some(full_name)) => return Ok(Some(Meant::New { email, full_name })),
            (found, _) => ("email", found),
        },
        (None, None) => {
            if !has_fault {
                form.fault("account_id", FaultCode::Required);
            }
            return Ok(None);
        }
    };
    if account.is_none() {
        form.fault(name, FaultCode::NotAllowed);
    }
    Ok(account.map(|account| Meant::Known(account.id)))
}

/// Gives the post to an account, `account_id` or `email`, and where stated `from`, `until`, `reason`. An
/// address without account gets one with `full_name`, and a mail with the link by which its reader chooses a
/// password.
pub fn appoint(tx: &mut DbConn, ctx: &Ctx, id: &PostId, body: &Value) -> Result<PostDetail> {
    let post = to_change(tx, ctx, Right::ManagePosts, id)?;
    let mut form = Form::new(body);
    let meant = meant(tx, &mut form)?;
    let from = form.optional_moment("from");
    let until = form.optional_moment("until");
    let reason = form.optional_text("reason", LONGEST_REASON);
    let from = from.unwrap_or(ctx.now);
    if from < ctx.now {
        // What was done before nobody could have been allowed.
        form.fault("from", FaultCode::TooEarly);
    }
    if until.is_some_and(|until| until <= from) {
        form.fault("until", FaultCode::TooEarly);
    }
    form.finish()?;
    let account = match meant {
        Some(Meant::Known(id)) => id,
        Some(Meant::New { email, full_name }) => invite(tx, ctx, &email, &full_name)?,
        None => return Err(AppError::internal("a form lacks its account")),
    };
    let overlaps = |held: &Holding| {
        held.account == account
            && held.until.is_none_or(|end| end > from)
            && until.is_none_or(|end| end > held.from)
    };
    if posts::holders(tx, std::slice::from_ref(id), ctx.now)?
        .iter()
        .any(overlaps)
    {
        return Err(AppError::Conflict("already_held"));
    }
    let holding = Holding {
        post: id.clone(),
        account,
        from,
        until,
        reason,
    };
    posts::appoint(tx, &holding)?;
    note(
        ctx,
        Action::Appoint,
        &post,
        json!({ "account": holding.account, "from": holding.from, "until": holding.until }),
    );
    detail(tx, ctx, post)
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
    take_from(tx, ctx, &post, account, &reason)?;
    detail(tx, ctx, post)
}

/// Takes the post from an account; how many tokens ended with that.
pub(super) fn take_from(
    tx: &mut DbConn,
    ctx: &Ctx,
    post: &Post,
    account: &AccountId,
    reason: &str,
) -> Result<usize> {
    if posts::remove(tx, &post.id, Some(account), ctx.now, reason)? == 0 {
        return Err(AppError::NotFound("holder"));
    }
    let because = MAKER_LEFT_POST.label();
    let ended = tokens::revoke_of_post(tx, &post.id, Some(account), ctx.now, &because)?;
    note(
        ctx,
        Action::RemoveHolder,
        post,
        json!({ "account": account, "tokens_ended": ended }),
    );
    Ok(ended)
}
