//! Employers: registered by themselves, verified, locked and merged by the province; their people;
//! who else claims a tax code.

mod claims;
pub mod invitations;
mod listing;
mod merging;
mod people;
mod province;
pub mod registering;

use serde_json::{Value, json};

use super::{
    Ctx,
    accounts::news::{Reader, Told, tell},
    form::Form,
};
use crate::{
    domain::{
        access::{Facts, Right},
        account::news::News,
        audit::{Action, Object, ObjectKind},
        employer::{
            Employer,
            people::{Hindrance, PersonRole},
        },
    },
    error::{AppError, Result},
    ids::EmployerId,
    store::{conn::DbConn, employer_people, employers},
    time::day_in_vietnam,
};

pub use claims::{claims, decide};
pub use listing::{EmployerShown, EmployersPage, EmployersQuery, MergedShown, list, show};
pub use merging::{merge, unmerge};
pub use people::{PersonShown, change_role, leave, people, remove};
pub use province::{lock, unlock, unverify, verify};

/// Longest reason, in characters.
const LONGEST_REASON: usize = 1000;

/// What a right is asked of.
fn facts<'a>(ctx: &'a Ctx, employer: &'a Employer) -> Facts<'a> {
    Facts::Employer {
        id: &employer.id,
        province_code: employer.province(&ctx.world.places, day_in_vietnam(ctx.now)),
    }
}

/// The record `id`, if the caller has `right` on it.
pub(in crate::service) fn found(
    tx: &mut DbConn,
    ctx: &Ctx,
    right: Right,
    id: &EmployerId,
) -> Result<Employer> {
    ctx.require(right)?;
    let employer = employers::find(tx, id)?.ok_or(AppError::NotFound("employer"))?;
    ctx.require_of(right, facts(ctx, &employer), "employer")?;
    Ok(employer)
}

/// The same to change it or its people: whoever else does waits.
fn to_change(tx: &mut DbConn, ctx: &Ctx, right: Right, id: &EmployerId) -> Result<Employer> {
    ctx.require(right)?;
    employers::lock(tx, id)?;
    found(tx, ctx, right, id)
}

/// The one entry of a body.
fn reason(body: &Value, name: &'static str) -> Result<String> {
    let mut form = Form::new(body);
    let reason = form.text(name, LONGEST_REASON).unwrap_or_default();
    form.finish()?;
    Ok(reason)
}

fn note(ctx: &Ctx, action: Action, employer: &Employer, mut details: Value) {
    details["tax_code"] = json!(employer.stated.tax_code);
    let object = Object::new(ObjectKind::Employer, &employer.id);
    ctx.note_of(action, object, details);
}

/// Tells the owners of an employer.
fn tell_owners(
    tx: &mut DbConn,
    of: &Employer,
    news: News,
    reason: Option<&str>,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<()> {
    for known in employer_people::known(tx, &of.id)? {
        if known.person.role == PersonRole::Owner {
            let reader = Reader {
                email: &known.email,
                full_name: &known.full_name,
            };
            tell(tx, reader, Told::of(news, of, reason), now)?;
        }
    }
    Ok(())
}

impl From<Hindrance> for AppError {
    fn from(hindrance: Hindrance) -> Self {
        match hindrance {
            Hindrance::NotOneOfThem => Self::NotFound("person"),
            Hindrance::LastOwner => Self::Conflict("last_owner"),
        }
    }
}
