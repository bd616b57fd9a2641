//! Posts: created and ended, given to people and taken from them, handed over, moved when their
//! authority is merged.

mod duty;
mod handing_over;
mod holders;
mod holdings;
mod kept_tokens;
mod shown;
mod successors;

use serde_json::{Value, json};

use super::{Ctx, form::Form, paging};
use crate::{
    domain::{
        access::{AuthorityFacts, Facts, Holder, Right, table},
        audit::{Action, Object, ObjectKind},
        authority::Authority,
        declaration::FaultCode,
        post::{Holding, Post, PostKind, acting, acts_as, facts_of, role_in},
    },
    error::{AppError, Result},
    ids::PostId,
    store::{
        alert_posts,
        conn::DbConn,
        posts, shifts,
        tokens::{self, Which},
    },
    time::day_in_vietnam,
};

pub use duty::{OnDuty, RosterQuery, add_shift, cancel_shift, on_duty, roster};
pub use handing_over::{HandedOver, hand_over, targets};
pub(in crate::service) use holders::stays_kept;
pub use holders::{appoint, remove};
pub use holdings::{HeldPage, HeldQuery, HeldToken, held};
pub use shown::{kinds_to_make, may_change, may_in, names, only_authority};
pub use successors::move_to_successors;

/// Longest name of a post, in characters.
const LONGEST_NAME: usize = 200;
/// Longest reason, in characters.
const LONGEST_REASON: usize = 1000;

/// A post with who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostDetail {
    /// The post.
    pub post: Post,
    /// Its authority, as the directory knows it today; `None` where it is not in force.
    pub authority_name: Option<String>,
    /// Who holds it or will hold it.
    pub holders: Vec<Holding>,
    /// Open cases that are assigned to it.
    pub open_cases: i64,
}

/// A page of posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostsPage {
    /// By age.
    pub items: Vec<PostDetail>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// What a query of the posts says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PostsQuery {
    /// Those of one authority.
    pub authority_id: Option<String>,
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// The posts that the caller may see: of its authority, of its province, or of all.
pub fn list(tx: &mut DbConn, ctx: &Ctx, query: &PostsQuery) -> Result<PostsPage> {
    ctx.require(Right::ReadPosts)?;
    let mut faults = Vec::new();
    let limit = paging::limit(query.limit.as_deref(), &mut faults);
    let after = paging::after(query.cursor.as_deref(), &mut faults, PostId::parse);
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let within = authorities_within(ctx, Right::ReadPosts, query.authority_id.as_deref());
    let mut found = posts::list(
        tx,
        within.as_deref(),
        after.as_ref(),
        paging::one_more(limit),
    )?;
    let next = paging::cut(&mut found, limit).map(|post| post.id.to_string());
    Ok(PostsPage {
        items: details(tx, ctx, found)?,
        next,
    })
}

/// The ids of the authorities in which the caller may use `right`; `None` is every authority.
pub(in crate::service) fn authorities_within(
    ctx: &Ctx,
    right: Right,
    only: Option<&str>,
) -> Option<Vec<String>> {
    // Of an authority that the directory no longer knows, too, somebody must see the posts.
    let everywhere = table::rows().any(|row| {
        Some(row.holder) == ctx.actor.holder()
            && row.right == right
            && row.bound == table::Bound::Everywhere
    });
    if everywhere {
        return only.map(|id| vec![id.to_owned()]);
    }
    let today = day_in_vietnam(ctx.now);
    let rows = ctx.world.directory.rows().iter();
    let within = rows
        .filter(|row| row.in_force_on(today))
        .filter(|row| only.is_none_or(|id| row.authority_id == id))
        .filter(|row| {
            facts_of(row, &ctx.world.places, today)
                .is_some_and(|facts| ctx.may(right, Facts::Authority(&facts)))
        })
        .map(|row| row.authority_id.clone());
    Some(within.collect())
}

fn details(tx: &mut DbConn, ctx: &Ctx, found: Vec<Post>) -> Result<Vec<PostDetail>> {
    let ids: Vec<PostId> = found.iter().map(|post| post.id.clone()).collect();
    let holders = posts::holders(tx, &ids, ctx.now)?;
    let open = posts::open_cases(tx, &ids)?;
    let today = day_in_vietnam(ctx.now);
    let detail = |post: Post| PostDetail {
        authority_name: ctx
            .world
            .directory
            .by_id(&post.authority_id, today)
            .map(|row| row.name.clone()),
        holders: holders
            .iter()
            .filter(|holding| holding.post == post.id)
            .cloned()
            .collect(),
        open_cases: open
            .iter()
            .find(|(id, _)| *id == post.id)
            .map_or(0, |(_, count)| *count),
        post,
    };
    Ok(found.into_iter().map(detail).collect())
}

fn detail(tx: &mut DbConn, ctx: &Ctx, post: Post) -> Result<PostDetail> {
    let mut all = details(tx, ctx, vec![post])?;
    all.pop().ok_or(AppError::NotFound("post"))
}

/// The post `id`, if the caller may see it.
pub fn show(tx: &mut DbConn, ctx: &Ctx, id: &PostId) -> Result<PostDetail> {
    let post = found(tx, ctx, Right::ReadPosts, id)?;
    detail(tx, ctx, post)
}

/// The post `id`, if the caller has `right` on its authority.
fn found(tx: &mut DbConn, ctx: &Ctx, right: Right, id: &PostId) -> Result<Post> {
    ctx.require(right)?;
    let post = posts::find(tx, id)?.ok_or(AppError::NotFound("post"))?;
    let facts = authority_facts(ctx, &post.authority_id);
    ctx.require_of(right, Facts::Authority(&facts), "post")?;
    Ok(post)
}

/// The post `id` to change: also the kind must be one that the caller keeps, and it goes on.
fn to_change(tx: &mut DbConn, ctx: &Ctx, right: Right, id: &PostId) -> Result<Post> {
    ctx.require(right)?;
    posts::lock(tx, id)?;
    let post = found(tx, ctx, right, id)?;
    if !keeps(ctx, post.kind) {
        return Err(AppError::Forbidden("post_kind_not_kept"));
    }
    if post.ended_at.is_some() {
        return Err(AppError::Conflict("post_ended"));
    }
    Ok(post)
}

/// The authority called `id` as it is today; of one that is not in force nothing is known but its id.
pub(in crate::service) fn authority_facts(ctx: &Ctx, id: &str) -> AuthorityFacts {
    let today = day_in_vietnam(ctx.now);
    ctx.world
        .directory
        .by_id(id, today)
        .and_then(|row| facts_of(row, &ctx.world.places, today))
        .unwrap_or(AuthorityFacts {
            id: id.to_owned(),
            role: None,
            province_code: None,
            commune_code: None,
        })
}

/// Who acts today for the authority called `id`: itself, or whoever took over from it.
pub(in crate::service) fn acts_today<'a>(ctx: &'a Ctx, id: &'a str) -> &'a str {
    let world = &ctx.world;
    acting(id, &world.directory, &world.places, day_in_vietnam(ctx.now))
}

/// Whether the caller keeps posts of this kind: nobody makes a post that may do more than it may
/// itself, or than its own level keeps.
pub(in crate::service) fn keeps(ctx: &Ctx, kind: PostKind) -> bool {
    match ctx.actor.holder() {
        Some(Holder::Operator) => true,
        Some(Holder::ProvincialAdministrator) => {
            !matches!(kind, PostKind::Operator | PostKind::MinistryOfficer)
        }
        _ => {
            let is_above = matches!(
                kind,
                PostKind::ChiefInspector
                    | PostKind::ProvincialAdministrator
                    | PostKind::MinistryOfficer
                    | PostKind::Operator
            );
            !is_above && acts_as(kind).any(|(_, role)| role == ctx.actor.role)
        }
    }
}

/// Creates a post: `authority_id`, `kind`, `name`, `grants`.
pub fn create(tx: &mut DbConn, ctx: &Ctx, body: &Value) -> Result<PostDetail> {
    ctx.require(Right::ManagePosts)?;
    let today = day_in_vietnam(ctx.now);
    let mut form = Form::new(body);
    let authority = form.value("authority_id", FaultCode::NotAllowed, |id| {
        let row = ctx.world.directory.by_id(id, today)?;
        let facts = authority_facts(ctx, id);
        ctx.may(Right::ManagePosts, Facts::Authority(&facts))
            .then_some(row)
    });
    let kind = form.value("kind", FaultCode::NotAllowed, |text| {
        let kind = PostKind::parse(text)?;
        let fits = |row: &Authority| role_in(kind, row).is_some();
        (authority.is_none_or(fits) && keeps(ctx, kind)).then_some(kind)
    });
    let name = form.text("name", LONGEST_NAME);
    let grants = form.names("grants", |text| {
        let right = Right::parse(text)?;
        kind.is_some_and(|kind| table::grantable(kind).any(|one| one == right))
            .then_some(right)
    });
    form.finish()?;
    let (Some(authority), Some(kind), Some(name)) = (authority, kind, name) else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    let post = Post {
        id: PostId::generate(),
        authority_id: authority.authority_id.clone(),
        kind,
        name,
        grants,
        created_at: ctx.now,
        ended_at: None,
        ended_because: None,
    };
    posts::insert(tx, &post)?;
    note(
        ctx,
        Action::CreatePost,
        &post,
        json!({ "kind": kind, "grants": post.grants }),
    );
    detail(tx, ctx, post)
}

/// Ends a post that holds nothing any more, for a `reason`.
pub fn end(tx: &mut DbConn, ctx: &Ctx, id: &PostId, body: &Value) -> Result<PostDetail> {
    let post = to_change(tx, ctx, Right::ManagePosts, id)?;
    let mut form = Form::new(body);
    let reason = form.text("reason", LONGEST_REASON).unwrap_or_default();
    form.finish()?;
    let is_idle = posts::cases_of(tx, id)?.is_empty()
        && alert_posts::of_post(tx, id)?.is_empty()
        && shifts::count_open(tx, id, ctx.now)? == 0;
    if !is_idle {
        return Err(AppError::Conflict("post_holds_work"));
    }
    let held = posts::holders(tx, std::slice::from_ref(id), ctx.now)?;
    if posts::remove(tx, id, None, ctx.now, &reason)? > 0 {
        holders::stays_kept(tx, ctx, &post)?;
    }
    for holding in held {
        holders::tell_taken(tx, ctx, &holding.account, &post, &reason)?;
    }
    posts::end(tx, id, ctx.now, &reason)?;
    let ended = tokens::revoke(tx, Which::OfPost(id), ctx.now, Some(&reason))?;
    note(
        ctx,
        Action::EndPost,
        &post,
        json!({ "tokens_ended": ended }),
    );
    let post = posts::find(tx, id)?.ok_or(AppError::NotFound("post"))?;
    detail(tx, ctx, post)
}

/// The post that a case may be assigned to by the caller: one of its own authority that goes on and
/// handles cases in the caller's role.
pub fn assignable(tx: &mut DbConn, ctx: &Ctx, id: &PostId) -> Result<Option<Post>> {
    let Some(post) = posts::find(tx, id)?.filter(|post| post.ended_at.is_none()) else {
        return Ok(None);
    };
    let facts = authority_facts(ctx, &post.authority_id);
    let is_own = ctx.may(Right::ReadPosts, Facts::Authority(&facts));
    let same_role = facts.role == Some(ctx.actor.role);
    Ok((sees_cases(&post) && is_own && same_role).then_some(post))
}

/// Whether whoever holds the post may see cases.
fn sees_cases(post: &Post) -> bool {
    let holder = Holder::from(post.kind);
    table::rows().any(|row| row.holder == holder && row.right == Right::ReadCase)
}

fn note(ctx: &Ctx, action: Action, post: &Post, mut details: Value) {
    details["authority"] = Value::from(post.authority_id.as_str());
    ctx.note_of(action, Object::new(ObjectKind::Post, &post.id), details);
}

#[cfg(test)]
mod tests;
