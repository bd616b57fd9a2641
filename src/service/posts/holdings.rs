//! What a post holds: cases, alerts, shifts, tokens. All of it is handed over in one step.

use super::{authority_facts, found};
use crate::{
    domain::{
        access::{Facts, Right},
        declaration::Fault,
    },
    error::{AppError, Result},
    ids::{CaseId, PostId},
    service::{Ctx, paging, tokens::is_answered_for},
    store::{
        alert_posts::{self, HeldCase},
        conn::DbConn,
        shifts,
        tokens::{self, Token},
    },
};

/// What a query of what a post holds says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HeldQuery {
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A token of a post that is neither revoked nor too old.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldToken {
    /// The token.
    pub token: Token,
    /// Whether whoever made it has held the post ever since, or somebody has said that it stays: else it is not taken.
    pub is_good: bool,
}

/// A page of what a post holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPage {
    /// Cases that are assigned to it or whose alerts belong to it, by age.
    pub items: Vec<HeldCase>,
    /// Cursor of the next page.
    pub next: Option<String>,
    /// Shifts that are not over.
    pub shifts: i64,
    /// Its tokens, oldest first.
    pub tokens: Vec<HeldToken>,
}

/// What the post `id` holds, for whoever may hand it over and for whoever acts in it.
pub fn held(tx: &mut DbConn, ctx: &Ctx, id: &PostId, query: &HeldQuery) -> Result<HeldPage> {
    let post = found(tx, ctx, Right::ReadPosts, id)?;
    let is_own = ctx.actor.post.as_ref().is_some_and(|held| held.id == *id);
    if !is_own {
        let facts = authority_facts(ctx, &post.authority_id);
        ctx.require_of(Right::HandOver, Facts::Authority(&facts), "post")?;
    }
    let mut faults: Vec<Fault> = Vec::new();
    let limit = paging::limit(query.limit.as_deref(), &mut faults);
    let after = paging::after(query.cursor.as_deref(), &mut faults, CaseId::parse);
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let mut items = alert_posts::held(tx, id, after.as_ref(), paging::one_more(limit))?;
    let next = paging::cut(&mut items, limit).map(|held| held.case.to_string());
    let mut shown = Vec::new();
    for token in tokens::of_post(tx, id, ctx.now)? {
        let is_good = match &token.of_post {
            Some(of) => is_answered_for(tx, of, token.created_at, ctx.now)?,
            None => false,
        };
        shown.push(HeldToken { token, is_good });
    }
    Ok(HeldPage {
        items,
        next,
        shifts: shifts::count_open(tx, id, ctx.now)?,
        tokens: shown,
    })
}
