//! In what a person acts: a post that the account holds, or an employer that it belongs to.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        access::{ActingFor, Actor, ActorRole, Caller, HeldPost},
        decide::World,
        employer::{Employer, people::PersonRole},
        post::{Post, facts_of, role_in},
    },
    error::Result,
    ids::AccountId,
    store::{conn::DbConn, employers, posts},
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
    let mut found = in_posts(tx, world, person, now)?;
    found.extend(for_employers(tx, person)?);
    Ok(found)
}

/// The employers that `person` acts for. One that is locked, merged or refused is acted for by nobody,
/// from the next request on. Where a person has several records of one tax code, the verified one, else
/// the oldest.
fn for_employers(tx: &mut DbConn, person: &Person) -> Result<Vec<(Standing, Actor)>> {
    let mut all = employers::of_account(tx, &person.account)?;
    all.retain(|(employer, _)| employer.is_acted_for());
    // Oldest first already; a stable sort keeps that.
    all.sort_by_key(|(employer, _)| employer.verified_at.is_none());
    let mut found: Vec<(Standing, Actor)> = Vec::new();
    for (employer, as_what) in all {
        let standing = Standing::Employer(employer.stated.tax_code.clone());
        if found.iter().any(|(one, _)| *one == standing) {
            continue;
        }
        let is_owner = as_what.role == PersonRole::Owner;
        let acting = for_employer(tx, &employer)?;
        let actor = Actor {
            caller: Caller::Account(person.account.clone()),
            name: format!("{}, {}", person.name, employer.stated.name),
            employer: acting.employer.map(|acts| ActingFor { is_owner, ..acts }),
            ..acting
        };
        found.push((standing, actor));
    }
    Ok(found)
}

/// Whoever acts for the record `employer`, as a member.
pub fn for_employer(tx: &mut DbConn, employer: &Employer) -> Result<Actor> {
    let mut tax_codes = vec![employer.stated.tax_code.clone()];
    let mut merged_records = Vec::new();
    if employer.verified_at.is_some() {
        let merged = employers::merged_into(tx, &employer.id)?;
        // A code that nobody was verified for goes to nobody by a merger.
        let proven = merged.into_iter().filter(|one| one.verified_at.is_some());
        for one in proven {
            tax_codes.push(one.stated.tax_code);
            merged_records.push(one.id);
        }
    }
    Ok(Actor {
        name: employer.stated.name.clone(),
        role: ActorRole::Employer,
        tax_code: Some(employer.stated.tax_code.clone()),
        employer: Some(ActingFor {
            id: employer.id.clone(),
            is_owner: false,
            is_verified: employer.verified_at.is_some(),
            tax_codes,
            merged: merged_records,
        }),
        ..Actor::service()
    })
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
