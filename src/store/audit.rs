//! The trace. Rows are only ever added; the database refuses anything else.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};

use super::{
    conn::DbConn,
    schema::{audit_entries, audit_roots},
};
use crate::{
    domain::audit::{
        chain::{Linked, Row},
        root::{Head, Heads, Root},
    },
    insert_rows, on_each_backend,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_entries, treat_none_as_default_value = false)]
struct EntryRow {
    chain: String,
    seq: i64,
    happened_at: NaiveDateTime,
    actor_kind: String,
    actor_id: String,
    actor_name: String,
    actor_role: String,
    territory: Option<String>,
    action: String,
    purpose: String,
    object_kind: String,
    object_id: String,
    result: String,
    origin: Option<String>,
    request_id: Option<String>,
    details: String,
    mac: String,
}

impl From<Linked> for EntryRow {
    fn from(Linked { chain, entry }: Linked) -> Self {
        Self {
            chain: chain.id,
            seq: chain.seq,
            happened_at: entry.happened_at.naive_utc(),
            actor_kind: entry.who.kind.to_string(),
            actor_id: entry.who.id,
            actor_name: entry.who.name,
            actor_role: entry.who.role,
            territory: entry.who.territory,
            action: entry.action.to_string(),
            purpose: entry.purpose.to_string(),
            object_kind: entry.object.kind.to_string(),
            object_id: entry.object.id,
            result: entry.result,
            origin: entry.origin.address,
            request_id: entry.origin.request_id,
            details: entry.details.to_string(),
            mac: chain.mac,
        }
    }
}

impl From<EntryRow> for Row {
    fn from(row: EntryRow) -> Self {
        Self {
            chain: row.chain,
            seq: row.seq,
            happened_at: row.happened_at.and_utc(),
            actor_kind: row.actor_kind,
            actor_id: row.actor_id,
            actor_name: row.actor_name,
            actor_role: row.actor_role,
            territory: row.territory,
            action: row.action,
            purpose: row.purpose,
            object_kind: row.object_kind,
            object_id: row.object_id,
            result: row.result,
            origin: row.origin,
            request_id: row.request_id,
            details: row.details,
            mac: row.mac,
        }
    }
}

/// Adds entries in their places.
pub fn append(conn: &mut DbConn, entries: Vec<Linked>) -> QueryResult<()> {
    if entries.is_empty() {
        return Ok(());
    }
    let rows: Vec<EntryRow> = entries.into_iter().map(EntryRow::from).collect();
    insert_rows!(conn, rows, |values| diesel::insert_into(
        audit_entries::table
    )
    .values(values))?;
    Ok(())
}

/// Rows by chain and number, `limit` of them, after `(chain, seq)`.
pub fn in_order(conn: &mut DbConn, after: (&str, i64), limit: i64) -> QueryResult<Vec<Row>> {
    let (chain, seq) = after;
    // `>=` first, so that both databases begin at the right place of the index.
    let rows: Vec<EntryRow> = audit_entries::table
        .filter(audit_entries::chain.ge(chain))
        .filter(
            audit_entries::chain
                .gt(chain)
                .or(audit_entries::seq.gt(seq)),
        )
        .order((audit_entries::chain, audit_entries::seq))
        .limit(limit)
        .select(EntryRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::from).collect())
}

/// Entries of which a column is not what it was written as, in an SQLite file: there a text may be stored as bytes,
/// which read the same and are found by no query, and one moment may be written in several ways. `None` in place of
/// the number where that itself, or the name of the chain, is not one. Empty on PostgreSQL, whose columns have types.
pub fn written_otherwise(conn: &mut DbConn) -> QueryResult<Vec<(String, Option<i64>)>> {
    let DbConn::Sqlite(conn) = conn else {
        return Ok(Vec::new());
    };
    let columns = [
        "chain",
        "happened_at",
        "actor_kind",
        "actor_id",
        "actor_name",
        "actor_role",
        "action",
        "purpose",
        "object_kind",
        "object_id",
        "result",
        "details",
        "mac",
    ];
    let mut odd: Vec<String> = columns
        .iter()
        .map(|column| format!("typeof({column}) <> 'text'"))
        .collect();
    odd.extend(
        ["territory", "origin", "request_id"]
            .map(|column| format!("typeof({column}) NOT IN ('text', 'null')")),
    );
    odd.push("typeof(seq) <> 'integer'".to_owned());
    // As diesel writes it: `2026-11-23 05:10:09`, and a fraction where there is one.
    odd.push("happened_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'".to_owned());
    odd.push("substr(happened_at, 20) GLOB '*[^0-9.]*'".to_owned());
    let found: Vec<Odd> = diesel::sql_query(format!(
        "SELECT CAST(chain AS TEXT) AS chain, CASE WHEN typeof(seq) = 'integer' AND typeof(chain) = 'text' THEN seq END AS seq \
         FROM audit_entries WHERE {} ORDER BY 1, 2 LIMIT 1000",
        odd.join(" OR ")
    ))
    .load(conn)?;
    Ok(found.into_iter().map(|odd| (odd.chain, odd.seq)).collect())
}

#[derive(QueryableByName)]
struct Odd {
    #[diesel(sql_type = Text)]
    chain: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    seq: Option<i64>,
}

/// Numbers of roots of which a column is not what it was written as, in the same way.
pub fn roots_written_otherwise(conn: &mut DbConn) -> QueryResult<Vec<i64>> {
    let DbConn::Sqlite(conn) = conn else {
        return Ok(Vec::new());
    };
    diesel::sql_query(
        "SELECT no AS seq, '' AS chain FROM audit_roots WHERE typeof(made_at) <> 'text' \
         OR typeof(heads) <> 'text' OR typeof(previous) <> 'text' OR typeof(root) <> 'text' \
         OR typeof(signature) <> 'text' OR typeof(day) NOT IN ('text', 'null') \
         OR made_at NOT GLOB '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*' \
         OR substr(made_at, 20) GLOB '*[^0-9.]*' ORDER BY no LIMIT 1000",
    )
    .load::<Odd>(conn)
    .map(|found| found.into_iter().filter_map(|odd| odd.seq).collect())
}

/// What was done to one thing, the newest first, at most `limit`; only what stands after `(moment,
/// chain, number)` in that order.
pub fn of_object(
    conn: &mut DbConn,
    id: &str,
    after: Option<(DateTime<Utc>, &str, i64)>,
    limit: i64,
) -> QueryResult<Vec<Row>> {
    let mut query = audit_entries::table
        .filter(audit_entries::object_id.eq(id))
        .into_boxed();
    if let Some((at, chain, seq)) = after {
        let at = at.naive_utc();
        let later = audit_entries::chain
            .lt(chain.to_owned())
            .or(audit_entries::chain
                .eq(chain.to_owned())
                .and(audit_entries::seq.lt(seq)));
        query = query
            .filter(audit_entries::happened_at.le(at))
            .filter(audit_entries::happened_at.lt(at).or(later));
    }
    let rows: Vec<EntryRow> = query
        .order((
            audit_entries::happened_at.desc(),
            audit_entries::chain.desc(),
            audit_entries::seq.desc(),
        ))
        .limit(limit)
        .select(EntryRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Row::from).collect())
}

/// The code that stands at a place of a chain.
pub fn mac_at(conn: &mut DbConn, chain: &str, seq: i64) -> QueryResult<Option<String>> {
    audit_entries::table
        .find((chain, seq))
        .select(audit_entries::mac)
        .first(conn)
        .optional()
}

/// Where the chains stand that have an entry from `from` on, before `to`.
pub fn heads(conn: &mut DbConn, from: DateTime<Utc>, to: DateTime<Utc>) -> QueryResult<Heads> {
    let last: Vec<(String, Option<i64>)> = audit_entries::table
        .filter(audit_entries::happened_at.ge(from.naive_utc()))
        .filter(audit_entries::happened_at.lt(to.naive_utc()))
        .group_by(audit_entries::chain)
        .select((audit_entries::chain, diesel::dsl::max(audit_entries::seq)))
        .load(conn)?;
    let mut heads = Heads::new();
    for (chain, seq) in last {
        let seq = seq.unwrap_or(0);
        if let Some(mac) = mac_at(conn, &chain, seq)? {
            heads.insert(chain, Head { seq, mac });
        }
    }
    Ok(heads)
}

type RootRow = (
    i64,
    NaiveDateTime,
    Option<NaiveDate>,
    String,
    String,
    String,
    String,
);

fn to_root(row: RootRow) -> QueryResult<Root> {
    let (no, made_at, day, heads, previous, root, signature) = row;
    Ok(Root {
        no,
        made_at: made_at.and_utc(),
        day,
        heads: super::from_json(&heads)?,
        previous,
        root,
        signature,
    })
}

/// The newest root.
pub fn last_root(conn: &mut DbConn) -> QueryResult<Option<Root>> {
    let row: Option<RootRow> = audit_roots::table
        .order(audit_roots::no.desc())
        .first(conn)
        .optional()?;
    row.map(to_root).transpose()
}

/// The newest root that closes a day.
pub fn last_day(conn: &mut DbConn) -> QueryResult<Option<NaiveDate>> {
    audit_roots::table
        .filter(audit_roots::day.is_not_null())
        .order(audit_roots::day.desc())
        .select(audit_roots::day)
        .first(conn)
        .optional()
        .map(Option::flatten)
}

/// Roots by number, `limit` of them after `no`.
pub fn roots_after(conn: &mut DbConn, no: i64, limit: i64) -> QueryResult<Vec<Root>> {
    let rows: Vec<RootRow> = audit_roots::table
        .filter(audit_roots::no.gt(no))
        .order(audit_roots::no)
        .limit(limit)
        .load(conn)?;
    rows.into_iter().map(to_root).collect()
}

/// Adds a root; `false` where another process has made one of that number.
pub fn add_root(conn: &mut DbConn, root: &Root) -> QueryResult<bool> {
    let row = (
        audit_roots::no.eq(root.no),
        audit_roots::made_at.eq(root.made_at.naive_utc()),
        audit_roots::day.eq(root.day),
        audit_roots::heads.eq(super::as_json(&root.heads)?),
        audit_roots::previous.eq(&root.previous),
        audit_roots::root.eq(&root.root),
        audit_roots::signature.eq(&root.signature),
    );
    let added = on_each_backend!(conn, |inner| diesel::insert_into(audit_roots::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(inner))?;
    Ok(added == 1)
}

/// When the first entry was written.
pub fn first_entry_at(conn: &mut DbConn) -> QueryResult<Option<DateTime<Utc>>> {
    audit_entries::table
        .order(audit_entries::happened_at)
        .select(audit_entries::happened_at)
        .first::<NaiveDateTime>(conn)
        .optional()
        .map(|found| found.map(|moment| moment.and_utc()))
}
