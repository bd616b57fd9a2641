//! Cases as callers see them. What is held is no case yet, also for who sees every case.

use super::Ctx;
use crate::{
    domain::{access::audiences, case::Case, notice::NoticeState},
    error::{AppError, Result},
    ids::CaseId,
    store::{cases, conn::DbConn, notices},
};

/// The case `id`, if the caller sees it; of a stranger's it is not told that it exists.
pub(super) fn seen(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<Case> {
    let case = cases::find(tx, id, &audiences(&ctx.actor))?.ok_or(AppError::NotFound("case"))?;
    not_held(tx, id)?;
    Ok(case)
}

/// Where the notice of a case stands, `None` where it began with none; an error where it is held.
pub(super) fn not_held(tx: &mut DbConn, id: &CaseId) -> Result<Option<NoticeState>> {
    match notices::state(tx, id)? {
        Some(NoticeState::Held) => Err(AppError::NotFound("case")),
        state => Ok(state),
    }
}
