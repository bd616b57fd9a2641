//! The roster: who is on duty when, and who is reachable now.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::{authority_facts, found, note, to_change};
use crate::{
    domain::{
        access::{Facts, Right},
        audit::Action,
        declaration::{Fault, FaultCode},
        post::{Post, Shift},
        validators,
    },
    error::{AppError, Result},
    ids::{AccountId, PostId, ShiftId},
    service::{Ctx, form::Form},
    store::{conn::DbConn, posts, shifts},
};

/// Longest time that a roster shows at once.
const LONGEST_ROSTER: TimeDelta = TimeDelta::days(62);
/// Longest shift.
const LONGEST_SHIFT: TimeDelta = TimeDelta::days(7);

/// Who is on duty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnDuty {
    /// The shift.
    pub shift: Shift,
    /// Its post.
    pub post: Post,
}

/// What a query of the roster says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RosterQuery {
    /// The first moment; now where it is left out.
    pub from: Option<String>,
    /// The last; 31 days later where it is left out.
    pub to: Option<String>,
}

/// The shifts of an authority in a time.
pub fn roster(
    tx: &mut DbConn,
    ctx: &Ctx,
    authority: &str,
    query: &RosterQuery,
) -> Result<Vec<OnDuty>> {
    may_read(ctx, authority)?;
    let mut faults = Vec::new();
    let mut moment = |name: &str, text: Option<&String>, default| match text {
        None => default,
        Some(text) => DateTime::parse_from_rfc3339(text).map_or_else(
            |_| {
                faults.push(fault(name, FaultCode::NotAMoment));
                default
            },
            |moment| moment.to_utc(),
        ),
    };
    let from = moment("from", query.from.as_ref(), ctx.now);
    let to = moment("to", query.to.as_ref(), from + TimeDelta::days(31));
    if faults.is_empty() && !(from..=from + LONGEST_ROSTER).contains(&to) {
        faults.push(fault("to", FaultCode::NotAllowed));
    }
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    with_posts(tx, authority, from, to)
}

/// Who of an authority is on duty now.
pub fn on_duty(tx: &mut DbConn, ctx: &Ctx, authority: &str) -> Result<Vec<OnDuty>> {
    may_read(ctx, authority)?;
    with_posts(tx, authority, ctx.now, ctx.now + TimeDelta::microseconds(1))
}

fn may_read(ctx: &Ctx, authority: &str) -> Result<()> {
    ctx.require(Right::ReadRoster)?;
    let facts = authority_facts(ctx, authority);
    ctx.require_of(Right::ReadRoster, Facts::Authority(&facts), "authority")
}

fn with_posts(
    tx: &mut DbConn,
    authority: &str,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<OnDuty>> {
    let mut known: Vec<Post> = Vec::new();
    let mut all = Vec::new();
    for shift in shifts::of_authority(tx, authority, from, to)? {
        let post = match known.iter().find(|post| post.id == shift.post) {
            Some(post) => post.clone(),
            None => {
                let post = posts::find(tx, &shift.post)?.ok_or(AppError::NotFound("post"))?;
                known.push(post.clone());
                post
            }
        };
        all.push(OnDuty { shift, post });
    }
    Ok(all)
}

/// Puts a post, or one of those who hold it, on duty: `starts_at`, `ends_at`, `phone`, and where
/// stated `account_id`.
pub fn add_shift(tx: &mut DbConn, ctx: &Ctx, post: &PostId, body: &Value) -> Result<OnDuty> {
    let post = to_change(tx, ctx, Right::ManageRoster, post)?;
    let mut form = Form::new(body);
    let starts_at = form.moment("starts_at");
    let ends_at = form.moment("ends_at");
    let phone = form.value("phone", FaultCode::Phone, validators::phone);
    let account = form.optional("account_id", FaultCode::NotAllowed, AccountId::parse);
    if let (Some(starts_at), Some(ends_at)) = (starts_at, ends_at) {
        if ends_at <= starts_at || ends_at <= ctx.now {
            form.fault("ends_at", FaultCode::TooEarly);
        } else if ends_at - starts_at > LONGEST_SHIFT {
            form.fault("ends_at", FaultCode::TooLarge);
        }
    }
    if let Some(account) = &account {
        let holders = posts::holders(tx, std::slice::from_ref(&post.id), ctx.now)?;
        if !holders.iter().any(|holding| holding.account == *account) {
            form.fault("account_id", FaultCode::NotAllowed);
        }
    }
    form.finish()?;
    let (Some(starts_at), Some(ends_at), Some(phone)) = (starts_at, ends_at, phone) else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    let shift = Shift {
        id: ShiftId::generate(),
        post: post.id.clone(),
        account,
        starts_at,
        ends_at,
        phone,
    };
    shifts::insert(tx, &shift)?;
    note(
        ctx,
        Action::AddShift,
        &post,
        json!({ "shift": shift.id, "starts_at": starts_at, "ends_at": ends_at }),
    );
    Ok(OnDuty { shift, post })
}

/// Ends a shift now, or takes one back that has not begun; for a `reason`.
pub fn cancel_shift(
    tx: &mut DbConn,
    ctx: &Ctx,
    post: &PostId,
    shift: &ShiftId,
    body: &Value,
) -> Result<()> {
    ctx.require(Right::ManageRoster)?;
    let post = found(tx, ctx, Right::ManageRoster, post)?;
    let mut form = Form::new(body);
    form.text("reason", super::LONGEST_REASON);
    form.finish()?;
    let shift = shifts::find(tx, shift)?
        .filter(|shift| shift.post == post.id)
        .ok_or(AppError::NotFound("shift"))?;
    if shift.ends_at <= ctx.now {
        return Err(AppError::Conflict("shift_is_over"));
    }
    shifts::cancel(tx, &shift.id, ctx.now)?;
    note(
        ctx,
        Action::CancelShift,
        &post,
        json!({ "shift": shift.id }),
    );
    Ok(())
}

fn fault(name: &str, code: FaultCode) -> Fault {
    Fault {
        pointer: format!("/{name}"),
        code,
    }
}
