//! What the views of the queue hold for a caller, and how many cases.

use super::QueueParams;
use crate::{
    domain::{
        access::{Actor, Caller, Right, audiences},
        case::{
            CaseStatus,
            views::{QueueView, end_of_week, waits_of},
        },
        classify::CaseClass,
    },
    error::{AppError, Result},
    ids::PostId,
    service::{Ctx, posts::authorities_within},
    store::{
        conn::DbConn,
        posts,
        queue::{self, Narrowed, QueueFilter, StatusFilter},
    },
};

/// So many cases of a view are counted; it has more beyond them.
const COUNTED: u32 = 100;

/// How many cases a view holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// The view.
    pub view: QueueView,
    /// How many, at most one hundred.
    pub count: usize,
    /// Whether there are more.
    pub more: bool,
}

/// How many cases each view of the caller holds: a glance, so that none is counted beyond a hundred.
pub fn counts(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<Counted>> {
    ctx.require(Right::ListCases)?;
    let sight = audiences(&ctx.actor);
    let count = |view: &QueueView| {
        let mut filter = QueueParams::default().read().map_err(AppError::Invalid)?;
        filter.view = Some(*view);
        filter.limit = COUNTED;
        narrow(tx, ctx, &mut filter)?;
        let (found, next) = queue::page(tx, &sight, &filter, ctx.now)?;
        Ok(Counted {
            view: *view,
            count: found.len(),
            more: next.is_some(),
        })
    };
    QueueView::ALL.iter().map(count).collect()
}

/// How many open cases of the caller there are of each class in each state.
pub fn open_by_class_and_state(
    tx: &mut DbConn,
    ctx: &Ctx,
) -> Result<Vec<(CaseClass, CaseStatus, i64)>> {
    ctx.require(Right::ListCases)?;
    let sight = audiences(&ctx.actor);
    Ok(queue::open_by_class_and_state(tx, &sight)?)
}

/// How many open cases of the caller there are in each commune: codes of today's province and commune.
pub fn open_by_commune(tx: &mut DbConn, ctx: &Ctx) -> Result<Vec<(String, String, i64)>> {
    ctx.require(Right::ListCases)?;
    Ok(queue::open_by_commune(tx, &audiences(&ctx.actor))?)
}

/// Narrows a filter to what its view holds for the caller.
pub(super) fn narrow(tx: &mut DbConn, ctx: &Ctx, filter: &mut QueueFilter) -> Result<()> {
    let Some(view) = filter.view else {
        return Ok(());
    };
    if filter.status == StatusFilter::Any {
        filter.status = StatusFilter::Unsettled;
    }
    filter.narrowed = match view {
        QueueView::Mine => mine(tx, ctx)?,
        QueueView::Unit => Narrowed::Authorities(own_authorities(ctx)),
        QueueView::Unassigned => Narrowed::Unassigned,
        QueueView::Waiting => Narrowed::Waiting(waits_of(ctx.actor.role).collect()),
        QueueView::DueThisWeek => Narrowed::Due(ctx.now, end_of_week(ctx.now)),
        QueueView::Overdue => Narrowed::Overdue(ctx.now),
    };
    Ok(())
}

fn mine(tx: &mut DbConn, ctx: &Ctx) -> Result<Narrowed> {
    let Actor { caller, post, .. } = &ctx.actor;
    let mut held: Vec<PostId> = match caller {
        Caller::Account(account) => {
            let held = posts::held_by(tx, account, ctx.now)?;
            held.into_iter().map(|(_, post)| post.id).collect()
        }
        _ => Vec::new(),
    };
    held.extend(post.iter().map(|post| post.id.clone()));
    Ok(match (post, caller) {
        (None, Caller::Token(_)) => Narrowed::Name(ctx.actor.name.clone()),
        _ => Narrowed::Posts(held),
    })
}

/// The authority of the caller's post; of a token, the one for which it was made.
fn own_authorities(ctx: &Ctx) -> Vec<String> {
    match &ctx.actor.post {
        Some(post) => vec![post.authority_id.clone()],
        None => authorities_within(ctx, Right::ReadPosts, None).unwrap_or_default(),
    }
}
