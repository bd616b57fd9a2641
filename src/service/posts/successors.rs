//! When an authority has ended because its unit was merged, its posts and all that they hold go on
//! in the authority that took over.

use serde_json::json;

use super::note;
use crate::{
    domain::{
        audit::Action,
        post::{role_in, successor},
    },
    error::Result,
    service::Ctx,
    store::{conn::DbConn, posts},
    time::day_in_vietnam,
};

/// Posts moved at once from one authority.
const PAGE: i64 = 1_000;

/// Moves the posts of every authority that has ended by now to its successor in the same role; how
/// many. Done again it does nothing. The post stays the post: who holds it, its cases and its shifts
/// stay with it.
pub fn move_to_successors(tx: &mut DbConn, ctx: &Ctx) -> Result<usize> {
    let (world, today) = (&ctx.world, day_in_vietnam(ctx.now));
    let mut moved = 0;
    for authority in posts::authorities(tx)? {
        if world.directory.by_id(&authority, today).is_some() {
            continue;
        }
        let Some(new) = successor(&authority, &world.directory, &world.places, today) else {
            tracing::error!(authority.id = %authority, "Posts belong to an authority that has ended, and none took over");
            continue;
        };
        for post in posts::list(tx, Some(std::slice::from_ref(&authority)), None, PAGE)? {
            if role_in(post.kind, new).is_none() {
                tracing::error!(post.id = %post.id, "A post has no place in the authority that took over");
                continue;
            }
            posts::set_authority(tx, &post.id, &new.authority_id)?;
            note(
                ctx,
                Action::MovePost,
                &post,
                json!({ "to_authority": new.authority_id }),
            );
            moved += 1;
        }
    }
    Ok(moved)
}
