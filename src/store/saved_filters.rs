//! Filters of the queue that posts have saved.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{conn::DbConn, schema::saved_filters};
use crate::{
    ids::{PostId, SavedFilterId},
    sealing::Sealed,
};

/// A filter as it stands in the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFilter {
    /// Id.
    pub id: SavedFilterId,
    /// Keyed hash of its name.
    pub name_hash: String,
    /// Name and filter.
    pub content: Sealed,
    /// When it was saved.
    pub created_at: DateTime<Utc>,
}

/// The filters of a post, the oldest first.
pub fn of_post(conn: &mut DbConn, post: &PostId) -> QueryResult<Vec<StoredFilter>> {
    let rows: Vec<(String, String, String, NaiveDateTime)> = saved_filters::table
        .filter(saved_filters::post_id.eq(post.as_str()))
        .order((saved_filters::created_at, saved_filters::id))
        .select((
            saved_filters::id,
            saved_filters::name_hash,
            saved_filters::content,
            saved_filters::created_at,
        ))
        .load(conn)?;
    let stored =
        |(id, name_hash, content, at): (String, String, String, NaiveDateTime)| StoredFilter {
            id: id.into(),
            name_hash,
            content: content.into(),
            created_at: at.and_utc(),
        };
    Ok(rows.into_iter().map(stored).collect())
}

/// Saves a filter of a post.
pub fn insert(conn: &mut DbConn, post: &PostId, filter: &StoredFilter) -> QueryResult<()> {
    diesel::insert_into(saved_filters::table)
        .values((
            saved_filters::id.eq(filter.id.as_str()),
            saved_filters::post_id.eq(post.as_str()),
            saved_filters::name_hash.eq(&filter.name_hash),
            saved_filters::content.eq(filter.content.as_stored()),
            saved_filters::created_at.eq(filter.created_at.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Deletes a filter of a post; `false` where the post has none of this id.
pub fn delete(conn: &mut DbConn, post: &PostId, id: &SavedFilterId) -> QueryResult<bool> {
    let one = saved_filters::table
        .find(id.as_str())
        .filter(saved_filters::post_id.eq(post.as_str()));
    Ok(diesel::delete(one).execute(conn)? == 1)
}
