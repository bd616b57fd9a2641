//! Revisions of the dated data that programs keep in memory.
//!
//! A change and its new revision are one transaction; every process compares the numbers from
//! time to time and loads again what changed.

use diesel::prelude::*;

use crate::store::{conn::DbConn, schema::catalogues};

/// Units and successions.
pub const PLACES: &str = "places";
/// The directory of authorities.
pub const DIRECTORY: &str = "directory";
/// The dated rules.
pub const LAW: &str = "law";
/// The list of master keys.
pub const KEYS: &str = "keys";

/// How often each body of data changed; 0 is empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Revisions {
    /// Units and successions.
    pub places: i64,
    /// The directory of authorities.
    pub directory: i64,
    /// The dated rules.
    pub law: i64,
    /// The list of master keys.
    pub keys: i64,
}

/// The revisions as they now are.
pub fn revisions(conn: &mut DbConn) -> QueryResult<Revisions> {
    let rows: Vec<(String, i64)> = catalogues::table
        .order(catalogues::name)
        .select((catalogues::name, catalogues::revision))
        .load(conn)?;
    let of = |name| {
        rows.iter()
            .find(|(known, _)| known == name)
            .map_or(0, |(_, revision)| *revision)
    };
    Ok(Revisions {
        places: of(PLACES),
        directory: of(DIRECTORY),
        law: of(LAW),
        keys: of(KEYS),
    })
}

/// Notes that the data called `name` changed in this transaction.
pub fn bump(conn: &mut DbConn, name: &str) -> QueryResult<()> {
    set(conn, name, 1)
}

/// Makes other transactions that would lock or change the data called `name` wait until this one
/// has ended. What is read afterwards stays as it is.
pub fn lock(conn: &mut DbConn, name: &str) -> QueryResult<()> {
    set(conn, name, 0)
}

/// Notes the first filling of the data called `name`; `false` if it was filled before. Of two
/// processes that start at once, one waits here for the other and then hears `false`.
pub fn bump_if_empty(conn: &mut DbConn, name: &str) -> QueryResult<bool> {
    let empty = catalogues::table
        .filter(catalogues::name.eq(name))
        .filter(catalogues::revision.eq(0));
    let changed = diesel::update(empty)
        .set(catalogues::revision.eq(1))
        .execute(conn)?;
    Ok(changed == 1)
}

fn set(conn: &mut DbConn, name: &str, more: i64) -> QueryResult<()> {
    let changed = diesel::update(catalogues::table.find(name))
        .set(catalogues::revision.eq(catalogues::revision + more))
        .execute(conn)?;
    match changed {
        1 => Ok(()),
        _ => Err(diesel::result::Error::NotFound),
    }
}
