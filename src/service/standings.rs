//! In what a person acts: a post that the account holds, or an employer that it belongs to.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        access::{Actor, Caller, HeldPost},
        decide::World,
        post::{Post, facts_of, role_in},
    },
    error::Result,
    ids::AccountId,
    store::{conn::DbConn, posts},
    time::day_in_vietnam,
};

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// Name, as timelines show it.
    pub name: String,
}

pub use crate::domain::account::session::Standing;

/// Everything that `person` may act in at `now`, each as the actor it makes.
pub fn of(
    tx: &mut DbConn,
    world: &World,
    person: &Person,
    now: DateTime<Utc>,
) -> Result<Vec<(Standing, Actor)>> {
    in_posts(tx, world, person, now)
}

/// The posts that `person` holds.
fn in_posts(
    tx: &mut DbConn,
    world: &World,
    person: &Person,
    now: DateTime<Utc>,
) -> Result<Vec<(Standing, Actor)>> {
    let mut found = Vec::new();
    for (holding, post) in posts::held_by(tx, &person.account, now)? {
        let (id, name) = (post.id.clone(), format!("{}, {}", person.name, post.name));
        let Some(acting) = in_post(world, post, now) else {
            continue;
        };
        let actor = Actor {
            caller: Caller::Account(person.account.clone()),
            name,
            post: acting.post.map(|held| HeldPost {
                until: holding.until,
                ..held
            }),
            ..acting
        };
        found.push((Standing::Post(id), actor));
    }
    Ok(found)
}

/// Whoever acts in `post`, by role and territory of its authority on the day of `now`; `None` where
/// the authority is not in force, or such a post has no place in it.
pub fn in_post(world: &World, post: Post, now: DateTime<Utc>) -> Option<Actor> {
    let today = day_in_vietnam(now);
    let authority = world.directory.by_id(&post.authority_id, today)?;
    let role = role_in(post.kind, authority)?;
    let facts = facts_of(authority, &world.places, today)?;
    let of_commune = facts.commune_code.is_some();
    Some(Actor {
        name: post.name,
        role,
        // As with tokens: whoever acts for a commune is known by the commune alone.
        province_code: facts.province_code.filter(|_| !of_commune),
        commune_code: facts.commune_code,
        post: Some(HeldPost {
            id: post.id,
            kind: post.kind,
            authority_id: post.authority_id,
            grants: post.grants,
            until: None,
        }),
        ..Actor::service()
    })
}

/// `person` acting in `standing`; `None` if that has ended meanwhile.
pub fn actor(
    tx: &mut DbConn,
    world: &World,
    person: &Person,
    standing: &Standing,
    now: DateTime<Utc>,
) -> Result<Option<Actor>> {
    let found = of(tx, world, person, now)?;
    Ok(found
        .into_iter()
        .find(|(one, _)| one == standing)
        .map(|(_, actor)| actor)
        .filter(|actor| matches!(actor.caller, Caller::Account(_))))
}
