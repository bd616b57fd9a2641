//! Who acts for an employer: shown, removed, made an owner; leaving.

use serde_json::{Value, json};

use super::{LONGEST_REASON, found, note, reason, to_change};
use crate::{
    domain::{
        access::{Facts, Right},
        account::news::News,
        audit::Action,
        declaration::FaultCode,
        employer::{
            Employer,
            people::{PersonRole, may_become},
        },
    },
    error::{AppError, Result},
    ids::{AccountId, EmployerId},
    service::{
        Ctx,
        accounts::news::{Reader, Told, tell},
        form::Form,
        masking,
    },
    store::{
        conn::DbConn,
        employer_invitations::withdraw_of,
        employer_people::{self, Known},
        tokens::{self, Which},
    },
    wording::pages::MAKER_LEFT_EMPLOYER,
};

/// Somebody who acts for an employer, as the reader may see them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonShown {
    /// Who.
    pub known: Known,
    /// Whether address and telephone are masked.
    pub is_masked: bool,
}

/// Who acts for the employer. An owner reads how to reach them; colleagues and authorities need their
/// names only.
pub fn people(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId) -> Result<Vec<PersonShown>> {
    let employer = found(tx, ctx, Right::ReadEmployer, id)?;
    if ctx.actor.employer.is_none() {
        note(
            ctx,
            Action::ReadEmployer,
            &employer,
            json!({ "people": true }),
        );
    }
    everybody(tx, ctx, &employer)
}

fn everybody(tx: &mut DbConn, ctx: &Ctx, employer: &Employer) -> Result<Vec<PersonShown>> {
    let facts = Facts::Employer {
        id: &employer.id,
        province_code: None,
    };
    let is_masked = !ctx.may(Right::ManageEmployerPeople, facts);
    let mut known = employer_people::known(tx, &employer.id)?;
    for one in &mut known {
        let is_self = ctx.actor.caller.id().as_str() == one.person.account.as_str();
        if is_masked && !is_self {
            one.email = masking::shortened_email(&one.email);
            one.phone = one.phone.as_deref().map(masking::shortened_phone);
        }
    }
    let shown = known.into_iter().map(|known| PersonShown {
        is_masked: is_masked && ctx.actor.caller.id().as_str() != known.person.account.as_str(),
        known,
    });
    Ok(shown.collect())
}

/// Makes somebody an owner or a member: `role`.
pub fn change_role(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &EmployerId,
    account: &AccountId,
    body: &Value,
) -> Result<Vec<PersonShown>> {
    let employer = to_change(tx, ctx, Right::ManageEmployerPeople, id)?;
    let mut form = Form::new(body);
    let role = form.value("role", FaultCode::NotAllowed, PersonRole::parse);
    form.finish()?;
    let role = role.ok_or_else(|| AppError::internal("a form lacks its role"))?;
    may_become(&employer_people::of(tx, id)?, account, Some(role))?;
    let reader = one(tx, id, account)?;
    if reader.person.role != role {
        employer_people::set_role(tx, id, account, role)?;
        if role == PersonRole::Member {
            withdraw_of(tx, id, account, &reader.email, ctx.now)?;
        }
        let news = match role {
            PersonRole::Owner => News::MadeOwner,
            PersonRole::Member => News::MadeMember,
        };
        tell_one(tx, ctx, &reader, Told::of(news, &employer, None))?;
        let details = json!({ "account": account, "role": role });
        note(ctx, Action::ChangePersonRole, &employer, details);
    }
    everybody(tx, ctx, &employer)
}

/// Removes somebody for a `reason`. Their sessions act for the employer no more from the next request, and
/// the tokens that they made end.
pub fn remove(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &EmployerId,
    account: &AccountId,
    body: &Value,
) -> Result<Vec<PersonShown>> {
    let employer = to_change(tx, ctx, Right::ManageEmployerPeople, id)?;
    let reason = reason(body, "reason")?;
    may_become(&employer_people::of(tx, id)?, account, None)?;
    let reader = one(tx, id, account)?;
    let tokens = end(tx, ctx, &employer, &reader, Some(&reason))?;
    tell_one(
        tx,
        ctx,
        &reader,
        Told::of(News::Removed, &employer, Some(&reason)),
    )?;
    let details = json!({ "account": account, "tokens_ended": tokens });
    note(ctx, Action::LeaveEmployer, &employer, details);
    everybody(tx, ctx, &employer)
}

/// The caller acts for the employer no more; where they like, with a `reason`.
pub fn leave(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId, body: &Value) -> Result<()> {
    let employer = to_change(tx, ctx, Right::LeaveEmployer, id)?;
    let mut form = Form::new(body);
    let reason = form.optional_text("reason", LONGEST_REASON);
    form.finish()?;
    let account = AccountId::from(ctx.actor.caller.id().to_string());
    may_become(&employer_people::of(tx, id)?, &account, None)?;
    let reader = one(tx, id, &account)?;
    let tokens = end(tx, ctx, &employer, &reader, reason.as_deref())?;
    let details = json!({ "account": account, "tokens_ended": tokens });
    note(ctx, Action::LeaveEmployer, &employer, details);
    Ok(())
}

/// Somebody acts for the employer no more; how many tokens ended with that. Nobody comes back by an
/// invitation that they left for themselves, or by a token whose secret they know.
fn end(
    tx: &mut DbConn,
    ctx: &Ctx,
    employer: &Employer,
    who: &Known,
    reason: Option<&str>,
) -> Result<usize> {
    let (id, account) = (&employer.id, &who.person.account);
    employer_people::leave(tx, id, account, reason, ctx.now)?;
    withdraw_of(tx, id, account, &who.email, ctx.now)?;
    let because = MAKER_LEFT_EMPLOYER.label();
    let theirs = Which::MadeForEmployer(id, account);
    Ok(tokens::revoke(tx, theirs, ctx.now, Some(&because))?)
}

fn one(tx: &mut DbConn, id: &EmployerId, account: &AccountId) -> Result<Known> {
    let all = employer_people::known(tx, id)?;
    all.into_iter()
        .find(|known| known.person.account == *account)
        .ok_or(AppError::NotFound("person"))
}

fn tell_one(tx: &mut DbConn, ctx: &Ctx, known: &Known, told: Told<'_>) -> Result<()> {
    let reader = Reader {
        email: &known.email,
        full_name: &known.full_name,
    };
    tell(tx, reader, told, ctx.now)
}
