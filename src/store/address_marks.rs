//! Addresses to which mail does not arrive.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*, upsert::excluded};

use super::{
    conn::DbConn,
    schema::{address_marks, outbox},
};
use crate::{domain::bounce::Returned, ids::MessageId, on_each_backend};

/// Why and since when an address is known not to take mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The latest time that mail came back.
    pub bounced_at: DateTime<Utc>,
    /// The status code.
    pub status: Option<String>,
    /// What the server said.
    pub diagnostic: Option<String>,
}

/// The form in which an address is looked for: servers that tell `A@x` from `a@x` are rare, and two
/// offices do not differ by that.
fn key(address: &str) -> String {
    address.trim().to_lowercase()
}

/// Marks an address.
pub fn set(
    conn: &mut DbConn,
    address: &str,
    message: &MessageId,
    returned: &Returned,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let row = (
        address_marks::address.eq(key(address)),
        address_marks::bounced_at.eq(now.naive_utc()),
        address_marks::status_code.eq(returned.status.as_deref()),
        address_marks::diagnostic.eq(returned.diagnostic.as_deref()),
        address_marks::message_id.eq(message.as_str()),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(address_marks::table)
        .values(row)
        .on_conflict(address_marks::address)
        .do_update()
        .set((
            address_marks::bounced_at.eq(excluded(address_marks::bounced_at)),
            address_marks::status_code.eq(excluded(address_marks::status_code)),
            address_marks::diagnostic.eq(excluded(address_marks::diagnostic)),
            address_marks::message_id.eq(excluded(address_marks::message_id)),
        ))
        .execute(inner))
    .map(|_| ())
}

/// Takes marks away: somebody there took an alert, or the address was confirmed. How many there were.
pub fn clear<'a>(
    conn: &mut DbConn,
    addresses: impl IntoIterator<Item = &'a str>,
) -> QueryResult<usize> {
    let keys: Vec<String> = addresses.into_iter().map(key).collect();
    diesel::delete(address_marks::table.filter(address_marks::address.eq_any(keys))).execute(conn)
}

/// Takes the mark of a message's address away.
pub fn clear_of_message(conn: &mut DbConn, message: &MessageId) -> QueryResult<()> {
    let address: Option<String> = outbox::table
        .find(message.as_str())
        .select(outbox::recipient)
        .first(conn)
        .optional()?;
    clear(conn, address.as_deref()).map(|_| ())
}

/// The marks of these addresses, each under the address as it was asked for.
pub fn of<'a>(
    conn: &mut DbConn,
    addresses: impl IntoIterator<Item = &'a str>,
) -> QueryResult<HashMap<String, Mark>> {
    let asked: Vec<(&str, String)> = addresses.into_iter().map(|one| (one, key(one))).collect();
    if asked.is_empty() {
        return Ok(HashMap::new());
    }
    type Row = (String, NaiveDateTime, Option<String>, Option<String>);
    let rows: Vec<Row> = address_marks::table
        .filter(address_marks::address.eq_any(asked.iter().map(|(_, key)| key)))
        .select((
            address_marks::address,
            address_marks::bounced_at,
            address_marks::status_code,
            address_marks::diagnostic,
        ))
        .load(conn)?;
    let marks: HashMap<String, Mark> = rows
        .into_iter()
        .map(|(address, bounced_at, status, diagnostic)| {
            let mark = Mark {
                bounced_at: bounced_at.and_utc(),
                status,
                diagnostic,
            };
            (address, mark)
        })
        .collect();
    Ok(asked
        .into_iter()
        .filter_map(|(address, key)| Some((address.to_owned(), marks.get(&key)?.clone())))
        .collect())
}
