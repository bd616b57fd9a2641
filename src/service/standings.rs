//! In what a person acts: a post that the account holds, or an employer that it belongs to.

use chrono::{DateTime, Utc};

use crate::{
    domain::access::{Actor, Caller},
    error::Result,
    ids::{AccountId, PostId},
    store::conn::DbConn,
};

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub account: AccountId,
    /// Name, as timelines show it.
    pub name: String,
}

/// What a person may act in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A post in an authority.
    Post(PostId),
    /// One of an employer's people; its tax code.
    Employer(String),
}

/// Everything that `person` may act in at `now`, each as the actor it makes.
pub fn of(
    _tx: &mut DbConn,
    _person: &Person,
    _now: DateTime<Utc>,
) -> Result<Vec<(Standing, Actor)>> {
    Ok(Vec::new())
}

/// `person` acting in `standing`; `None` if that has ended meanwhile.
pub fn actor(
    tx: &mut DbConn,
    person: &Person,
    standing: &Standing,
    now: DateTime<Utc>,
) -> Result<Option<Actor>> {
    let found = of(tx, person, now)?;
    Ok(found
        .into_iter()
        .find(|(one, _)| one == standing)
        .map(|(_, actor)| actor)
        .filter(|actor| matches!(actor.caller, Caller::Account(_))))
}
