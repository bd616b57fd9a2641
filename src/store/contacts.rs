//! Contacts of authorities.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{conn::DbConn, schema::contacts};
use crate::{
    domain::contact::{Channel, Contact},
    ids::ContactId,
    on_each_backend,
};

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = contacts, treat_none_as_default_value = false)]
struct ContactRow {
    id: String,
    authority_id: String,
    position: i32,
    channel: String,
    address: String,
    name: String,
    phone: Option<String>,
    verified_at: Option<NaiveDateTime>,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    created_at: NaiveDateTime,
}

impl TryFrom<ContactRow> for Contact {
    type Error = diesel::result::Error;

    fn try_from(row: ContactRow) -> QueryResult<Self> {
        Ok(Self {
            id: row.id.into(),
            authority_id: row.authority_id,
            position: row.position,
            channel: Channel::try_from(row.channel)
                .map_err(|error| diesel::result::Error::DeserializationError(error.into()))?,
            address: row.address,
            name: row.name,
            phone: row.phone,
            verified_at: row.verified_at.map(|at| at.and_utc()),
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            created_at: row.created_at.and_utc(),
        })
    }
}

/// Every contact of all times, by authority (in the order of its bytes on either database), position and age.
pub fn all(conn: &mut DbConn) -> QueryResult<Vec<Contact>> {
    let rows: Vec<ContactRow> = contacts::table.select(ContactRow::as_select()).load(conn)?;
    let mut all = rows
        .into_iter()
        .map(Contact::try_from)
        .collect::<QueryResult<Vec<_>>>()?;
    all.sort_by(|a, b| {
        (&a.authority_id, a.position, &a.id).cmp(&(&b.authority_id, b.position, &b.id))
    });
    Ok(all)
}

/// The contacts of an authority, of all times, by position and age.
pub fn of_authority(conn: &mut DbConn, authority: &str) -> QueryResult<Vec<Contact>> {
    contacts::table
        .filter(contacts::authority_id.eq(authority))
        .order((contacts::position, contacts::id))
        .select(ContactRow::as_select())
        .load::<ContactRow>(conn)?
        .into_iter()
        .map(Contact::try_from)
        .collect()
}

/// Adds a contact.
pub fn insert(conn: &mut DbConn, contact: &Contact) -> QueryResult<()> {
    let row = ContactRow {
        id: contact.id.to_string(),
        authority_id: contact.authority_id.clone(),
        position: contact.position,
        channel: contact.channel.to_string(),
        address: contact.address.clone(),
        name: contact.name.clone(),
        phone: contact.phone.clone(),
        verified_at: contact.verified_at.map(|at| at.naive_utc()),
        valid_from: contact.valid_from,
        valid_to: contact.valid_to,
        created_at: contact.created_at.naive_utc(),
    };
    on_each_backend!(conn, |inner| diesel::insert_into(contacts::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

/// Ends a contact on a day: the first on which it no longer counts.
pub fn end(conn: &mut DbConn, id: &ContactId, on: NaiveDate) -> QueryResult<()> {
    diesel::update(contacts::table.find(id.as_str()))
        .set(contacts::valid_to.eq(on))
        .execute(conn)?;
    Ok(())
}

/// Notes that somebody has answered at this contact.
pub fn set_verified(conn: &mut DbConn, id: &ContactId, at: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(contacts::table.find(id.as_str()))
        .set(contacts::verified_at.eq(at.naive_utc()))
        .execute(conn)?;
    Ok(())
}
