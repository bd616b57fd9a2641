//! What a page of posts needs besides the posts: who holds them by name, and what the caller may do there.

use super::{PostDetail, authorities_within, authority_facts, keeps};
use crate::{
    domain::{
        access::{Facts, Right},
        post::{Holding, PostKind, kinds_in, role_in},
    },
    error::Result,
    service::Ctx,
    store::{accounts, conn::DbConn},
    time::day_in_vietnam,
};

/// Whether the caller has `right` on the authority called `id`.
pub fn may_in(ctx: &Ctx, right: Right, id: &str) -> bool {
    ctx.may(right, Facts::Authority(&authority_facts(ctx, id)))
}

/// The one authority whose posts the caller may see; `None` where there are several.
pub fn only_authority(ctx: &Ctx) -> Option<String> {
    match authorities_within(ctx, Right::ReadPosts, None)?.as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}

/// The kinds of posts that the caller may make in the authority called `id`.
pub fn kinds_to_make(ctx: &Ctx, id: &str) -> Vec<PostKind> {
    let today = day_in_vietnam(ctx.now);
    let row = ctx.world.directory.by_id(id, today);
    match row.filter(|_| may_in(ctx, Right::ManagePosts, id)) {
        None => Vec::new(),
        Some(row) => kinds_in(row.role)
            .filter(|kind| role_in(*kind, row).is_some() && keeps(ctx, *kind))
            .collect(),
    }
}

/// Whether the caller may change the post at all: it goes on, and its kind is one that the caller keeps.
pub fn may_change(ctx: &Ctx, right: Right, detail: &PostDetail) -> bool {
    let post = &detail.post;
    post.ended_at.is_none() && keeps(ctx, post.kind) && may_in(ctx, right, &post.authority_id)
}

/// The names of those who hold a post of the authority called `id`, one for each of `holders`. Whoever keeps its posts
/// or its roster learns them; of colleagues nobody learns more than that somebody is there.
pub fn names(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &str,
    holders: &[Holding],
) -> Result<Vec<Option<String>>> {
    let keeps = may_in(ctx, Right::ManagePosts, id) || may_in(ctx, Right::ManageRoster, id);
    let mut names = Vec::new();
    for holding in holders {
        let is_own = ctx.actor.caller.id().to_string() == holding.account.as_str();
        let account = match keeps || is_own {
            true => accounts::find(tx, &holding.account)?,
            false => None,
        };
        names.push(account.map(|account| account.full_name));
    }
    Ok(names)
}
