//! What somebody typed to register an employer, until their address is proven.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{as_json, cases::unknown, conn::DbConn, from_json, schema::employer_registrations};
use crate::{
    domain::{account::Language, employer::Stated},
    ids::RegistrationId,
};

/// A registration that waits for its address to be proven.
#[derive(Clone, PartialEq, Eq)]
pub struct Registration {
    /// Id.
    pub id: RegistrationId,
    /// E-mail address in its normal form.
    pub email: String,
    /// In which language the person reads.
    pub language: Language,
    /// The employer.
    pub stated: Stated,
    /// When.
    pub asked_at: DateTime<Utc>,
}

/// Stores a registration.
pub fn insert(conn: &mut DbConn, registration: &Registration) -> QueryResult<()> {
    diesel::insert_into(employer_registrations::table)
        .values((
            employer_registrations::id.eq(registration.id.as_str()),
            employer_registrations::email.eq(&registration.email),
            employer_registrations::language.eq(registration.language.as_str()),
            employer_registrations::content.eq(as_json(&registration.stated)?),
            employer_registrations::asked_at.eq(registration.asked_at.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The registration `id`.
pub fn find(conn: &mut DbConn, id: &RegistrationId) -> QueryResult<Option<Registration>> {
    let row: Option<(String, String, String, chrono::NaiveDateTime)> =
        employer_registrations::table
            .find(id.as_str())
            .select((
                employer_registrations::email,
                employer_registrations::language,
                employer_registrations::content,
                employer_registrations::asked_at,
            ))
            .first(conn)
            .optional()?;
    row.map(|(email, language, content, asked_at)| {
        Ok(Registration {
            id: id.clone(),
            email,
            language: Language::try_from(language).map_err(unknown)?,
            stated: from_json(&content)?,
            asked_at: asked_at.and_utc(),
        })
    })
    .transpose()
}

/// Deletes every registration of an address: it is proven, and has an account.
pub fn delete_of(conn: &mut DbConn, email: &str) -> QueryResult<()> {
    let theirs = employer_registrations::table.filter(employer_registrations::email.eq(email));
    diesel::delete(theirs).execute(conn).map(|_| ())
}
