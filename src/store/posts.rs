//! Posts, who holds them, and which cases are assigned to them.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    authorities::{entries, joined},
    cases::unknown,
    conn::DbConn,
    schema::{accounts, case_posts, cases, post_holders, posts},
};
use crate::{
    domain::{
        access::Right,
        post::{Holding, Post, PostKind},
    },
    ids::{AccountId, CaseId, PostId},
    on_each_backend,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = posts, treat_none_as_default_value = false)]
pub(super) struct PostRow {
    id: String,
    authority_id: String,
    kind: String,
    name: String,
    grants: String,
    created_at: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    ended_because: Option<String>,
}

impl From<&Post> for PostRow {
    fn from(post: &Post) -> Self {
        Self {
            id: post.id.to_string(),
            authority_id: post.authority_id.clone(),
            kind: post.kind.to_string(),
            name: post.name.clone(),
            grants: joined(post.grants.iter().map(|right| right.as_str())),
            created_at: post.created_at.naive_utc(),
            ended_at: post.ended_at.map(|at| at.naive_utc()),
            ended_because: post.ended_because.clone(),
        }
    }
}

impl TryFrom<PostRow> for Post {
    type Error = diesel::result::Error;

    fn try_from(row: PostRow) -> QueryResult<Self> {
        let grants = entries(&row.grants).map(|name| Right::try_from(name.to_owned()));
        Ok(Self {
            id: row.id.into(),
            authority_id: row.authority_id,
            kind: PostKind::try_from(row.kind).map_err(unknown)?,
            name: row.name,
            grants: grants.collect::<Result<_, _>>().map_err(unknown)?,
            created_at: row.created_at.and_utc(),
            ended_at: row.ended_at.map(|at| at.and_utc()),
            ended_because: row.ended_because,
        })
    }
}

/// Adds a post.
pub fn insert(conn: &mut DbConn, post: &Post) -> QueryResult<()> {
    let row = PostRow::from(post);
    on_each_backend!(conn, |inner| diesel::insert_into(posts::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

/// The post `id`, ended or not.
pub fn find(conn: &mut DbConn, id: &PostId) -> QueryResult<Option<Post>> {
    posts::table
        .find(id.as_str())
        .select(PostRow::as_select())
        .first(conn)
        .optional()?
        .map(Post::try_from)
        .transpose()
}

/// Makes whoever else changes the post or what it holds wait until this transaction ends.
pub fn lock(conn: &mut DbConn, id: &PostId) -> QueryResult<()> {
    diesel::update(posts::table.find(id.as_str()))
        .set(posts::name.eq(posts::name))
        .execute(conn)
        .map(|_| ())
}

/// Posts that have not ended, by id, `limit` of them after `after`; of these authorities only, where
/// some are named.
pub fn list(
    conn: &mut DbConn,
    authorities: Option<&[String]>,
    after: Option<&PostId>,
    limit: i64,
) -> QueryResult<Vec<Post>> {
    let mut query = posts::table.filter(posts::ended_at.is_null()).into_boxed();
    if let Some(ids) = authorities {
        query = query.filter(posts::authority_id.eq_any(ids));
    }
    if let Some(after) = after {
        query = query.filter(posts::id.gt(after.as_str()));
    }
    let rows: Vec<PostRow> = query
        .order(posts::id)
        .limit(limit)
        .select(PostRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Post::try_from).collect()
}

/// The authorities that have posts which have not ended.
pub fn authorities(conn: &mut DbConn) -> QueryResult<Vec<String>> {
    posts::table
        .filter(posts::ended_at.is_null())
        .select(posts::authority_id)
        .distinct()
        .order(posts::authority_id)
        .load(conn)
}

/// Ends a post.
pub fn end(conn: &mut DbConn, id: &PostId, at: DateTime<Utc>, because: &str) -> QueryResult<()> {
    diesel::update(posts::table.find(id.as_str()))
        .set((
            posts::ended_at.eq(at.naive_utc()),
            posts::ended_because.eq(because),
        ))
        .execute(conn)
        .map(|_| ())
}

/// From now on the post belongs to another authority.
pub fn set_authority(conn: &mut DbConn, id: &PostId, authority: &str) -> QueryResult<()> {
    diesel::update(posts::table.find(id.as_str()))
        .set(posts::authority_id.eq(authority))
        .execute(conn)
        .map(|_| ())
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = post_holders, treat_none_as_default_value = false)]
struct HoldingRow {
    post_id: String,
    account_id: String,
    held_from: NaiveDateTime,
    held_until: Option<NaiveDateTime>,
    reason: Option<String>,
    appointed_at: NaiveDateTime,
}

impl From<HoldingRow> for Holding {
    fn from(row: HoldingRow) -> Self {
        Self {
            post: row.post_id.into(),
            account: row.account_id.into(),
            from: row.held_from.and_utc(),
            until: row.held_until.map(|at| at.and_utc()),
            reason: row.reason,
            appointed_at: row.appointed_at.and_utc(),
        }
    }
}

/// Somebody holds a post from now on, or from a later day.
pub fn appoint(conn: &mut DbConn, holding: &Holding) -> QueryResult<()> {
    let row = HoldingRow {
        post_id: holding.post.to_string(),
        account_id: holding.account.to_string(),
        held_from: holding.from.naive_utc(),
        held_until: holding.until.map(|at| at.naive_utc()),
        reason: holding.reason.clone(),
        appointed_at: holding.appointed_at.naive_utc(),
    };
    on_each_backend!(conn, |inner| diesel::insert_into(post_holders::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

/// Who holds or will hold one of these posts at `now`, by post and time.
pub fn holders(conn: &mut DbConn, ids: &[PostId], now: DateTime<Utc>) -> QueryResult<Vec<Holding>> {
    let ids: Vec<&str> = ids.iter().map(PostId::as_str).collect();
    let not_over = post_holders::held_until
        .is_null()
        .or(post_holders::held_until.gt(Some(now.naive_utc())));
    let rows: Vec<HoldingRow> = post_holders::table
        .filter(post_holders::post_id.eq_any(ids))
        .filter(not_over)
        .order((
            post_holders::post_id,
            post_holders::held_from,
            post_holders::account_id,
        ))
        .select(HoldingRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Holding::from).collect())
}

/// The posts that have not ended and that `account` holds at `now`, in the order in which it got them.
pub fn held_by(
    conn: &mut DbConn,
    account: &AccountId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Holding, Post)>> {
    let at = now.naive_utc();
    let rows: Vec<(HoldingRow, PostRow)> = post_holders::table
        .inner_join(posts::table)
        .filter(post_holders::account_id.eq(account.as_str()))
        .filter(post_holders::held_from.le(at))
        .filter(
            post_holders::held_until
                .is_null()
                .or(post_holders::held_until.gt(Some(at))),
        )
        .filter(posts::ended_at.is_null())
        .order((post_holders::held_from, posts::id))
        .select((HoldingRow::as_select(), PostRow::as_select()))
        .load(conn)?;
    rows.into_iter()
        .map(|(holding, post)| Ok((holding.into(), post.try_into()?)))
        .collect()
}

/// The posts that have not ended and that `account` holds at `now`, the earliest given first, and after them those
/// that it will hold; when each was given.
pub fn given_to(
    conn: &mut DbConn,
    account: &AccountId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<(Post, DateTime<Utc>)>> {
    let mut rows: Vec<(HoldingRow, PostRow)> = post_holders::table
        .inner_join(posts::table)
        .filter(post_holders::account_id.eq(account.as_str()))
        .filter(
            post_holders::held_until
                .is_null()
                .or(post_holders::held_until.gt(Some(now.naive_utc()))),
        )
        .filter(posts::ended_at.is_null())
        .order((post_holders::appointed_at, posts::id))
        .select((HoldingRow::as_select(), PostRow::as_select()))
        .load(conn)?;
    rows.sort_by_key(|(holding, _)| holding.held_from > now.naive_utc());
    rows.into_iter()
        .map(|(holding, post)| Ok((post.try_into()?, holding.appointed_at.and_utc())))
        .collect()
}

/// Whether `account` holds the post at `now`.
pub fn is_held_by(
    conn: &mut DbConn,
    id: &PostId,
    account: &AccountId,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let at = now.naive_utc();
    let holding = post_holders::table
        .filter(post_holders::post_id.eq(id.as_str()))
        .filter(post_holders::account_id.eq(account.as_str()))
        .filter(post_holders::held_from.le(at))
        .filter(
            post_holders::held_until
                .is_null()
                .or(post_holders::held_until.gt(Some(at))),
        );
    diesel::select(diesel::dsl::exists(holding)).get_result(conn)
}

/// Whether anybody who uses their account holds a post of this kind in the authority at `now`, and holds it on.
pub fn is_held_by_anybody(
    conn: &mut DbConn,
    authority: &str,
    kind: PostKind,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let at = now.naive_utc();
    let holding = post_holders::table
        .inner_join(posts::table)
        .inner_join(accounts::table.on(accounts::id.eq(post_holders::account_id)))
        .filter(posts::authority_id.eq(authority))
        .filter(posts::kind.eq(kind.as_str()))
        .filter(posts::ended_at.is_null())
        .filter(post_holders::held_until.is_null())
        .filter(accounts::locked_at.is_null())
        .filter(accounts::proven_at.is_not_null())
        .filter(post_holders::held_from.le(at));
    diesel::select(diesel::dsl::exists(holding)).get_result(conn)
}

/// When the account was given the first of the posts that it holds in the authority. One that is still to begin is
/// none: whoever appoints far ahead is not the first by that.
pub fn first_given(
    conn: &mut DbConn,
    account: &AccountId,
    authority: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    let first: Option<NaiveDateTime> = post_holders::table
        .inner_join(posts::table)
        .filter(post_holders::account_id.eq(account.as_str()))
        .filter(posts::authority_id.eq(authority))
        .filter(post_holders::held_from.le(now.naive_utc()))
        .filter(
            post_holders::held_until
                .is_null()
                .or(post_holders::held_until.gt(Some(now.naive_utc()))),
        )
        .select(diesel::dsl::min(post_holders::appointed_at))
        .first(conn)?;
    Ok(first.map(|at| at.and_utc()))
}

/// Whether `account` has held the post without a break from `since` to `now`. A holding that begins in the moment in
/// which the one before it ends is no break.
pub fn is_held_since(
    conn: &mut DbConn,
    id: &PostId,
    account: &AccountId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let (since, now) = (since.naive_utc(), now.naive_utc());
    let holdings: Vec<(NaiveDateTime, Option<NaiveDateTime>)> = post_holders::table
        .filter(post_holders::post_id.eq(id.as_str()))
        .filter(post_holders::account_id.eq(account.as_str()))
        .filter(post_holders::held_from.le(now))
        .filter(
            post_holders::held_until
                .is_null()
                .or(post_holders::held_until.gt(Some(since))),
        )
        .order(post_holders::held_from)
        .select((post_holders::held_from, post_holders::held_until))
        .load(conn)?;
    let mut reached = since;
    for (from, until) in holdings {
        if from > reached {
            return Ok(false);
        }
        match until {
            Some(until) if until <= now => reached = reached.max(until),
            _ => return Ok(true),
        }
    }
    Ok(false)
}

/// Ends what is not over yet of the holdings of a post, of one account or of all; how many. What was
/// still to begin is over before it begins.
pub fn remove(
    conn: &mut DbConn,
    id: &PostId,
    account: Option<&AccountId>,
    at: DateTime<Utc>,
    because: &str,
) -> QueryResult<usize> {
    let at = at.naive_utc();
    let open = post_holders::table
        .filter(post_holders::post_id.eq(id.as_str()))
        .filter(
            post_holders::held_until
                .is_null()
                .or(post_holders::held_until.gt(Some(at))),
        );
    let over = (
        post_holders::held_until.eq(Some(at)),
        post_holders::reason.eq(Some(because)),
    );
    match account {
        Some(account) => diesel::update(open.filter(post_holders::account_id.eq(account.as_str())))
            .set(over)
            .execute(conn),
        None => diesel::update(open).set(over).execute(conn),
    }
}

/// From now on the case is assigned to this post, or to none.
pub fn assign(
    conn: &mut DbConn,
    case: &CaseId,
    post: Option<&PostId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    let at = at.naive_utc();
    let open = case_posts::table
        .filter(case_posts::case_id.eq(case.as_str()))
        .filter(case_posts::until.is_null());
    diesel::update(open)
        .set(case_posts::until.eq(Some(at)))
        .execute(conn)?;
    if let Some(post) = post {
        diesel::insert_into(case_posts::table)
            .values((
                case_posts::id.eq(uuid::Uuid::now_v7().to_string()),
                case_posts::case_id.eq(case.as_str()),
                case_posts::post_id.eq(post.as_str()),
                case_posts::since.eq(at),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// The post to which a case is assigned.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Option<PostId>> {
    let id: Option<String> = case_posts::table
        .filter(case_posts::case_id.eq(case.as_str()))
        .filter(case_posts::until.is_null())
        .select(case_posts::post_id)
        .first(conn)
        .optional()?;
    Ok(id.map(PostId::from))
}

/// Every case that is assigned to a post, ended ones as well: one may be opened again.
pub fn cases_of(conn: &mut DbConn, id: &PostId) -> QueryResult<Vec<CaseId>> {
    let ids: Vec<String> = case_posts::table
        .filter(case_posts::post_id.eq(id.as_str()))
        .filter(case_posts::until.is_null())
        .order(case_posts::case_id)
        .select(case_posts::case_id)
        .load(conn)?;
    Ok(ids.into_iter().map(CaseId::from).collect())
}

/// How many open cases are assigned to each of these posts; a post without one is left out.
pub fn open_cases(conn: &mut DbConn, ids: &[PostId]) -> QueryResult<Vec<(PostId, i64)>> {
    let ids: Vec<&str> = ids.iter().map(PostId::as_str).collect();
    let rows: Vec<(String, i64)> = case_posts::table
        .inner_join(cases::table)
        .filter(case_posts::post_id.eq_any(ids))
        .filter(case_posts::until.is_null())
        .filter(cases::closed_at.is_null())
        .group_by(case_posts::post_id)
        .select((case_posts::post_id, diesel::dsl::count_star()))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, count)| (id.into(), count))
        .collect())
}
