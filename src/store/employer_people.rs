//! Who acts for an employer, over time.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{accounts, employer_people},
};
use crate::{
    domain::{
        account::Language,
        employer::people::{Person, PersonRole},
    },
    ids::{AccountId, EmployerId},
};

/// From now on `person` acts for the employer.
pub fn join(
    conn: &mut DbConn,
    employer: &EmployerId,
    person: &Person,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(employer_people::table)
        .values((
            employer_people::employer_id.eq(employer.as_str()),
            employer_people::account_id.eq(person.account.as_str()),
            employer_people::role.eq(person.role.as_str()),
            employer_people::since.eq(now.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Since when the account acts for an employer: the earliest of those for which it still does.
pub fn acts_since(conn: &mut DbConn, account: &AccountId) -> QueryResult<Option<DateTime<Utc>>> {
    let since: Option<NaiveDateTime> = employer_people::table
        .filter(employer_people::account_id.eq(account.as_str()))
        .filter(employer_people::until.is_null())
        .select(diesel::dsl::min(employer_people::since))
        .first(conn)?;
    Ok(since.map(|at| at.and_utc()))
}

/// Who acts for the employer now.
pub fn of(conn: &mut DbConn, employer: &EmployerId) -> QueryResult<Vec<Person>> {
    let rows: Vec<(String, String)> = employer_people::table
        .filter(employer_people::employer_id.eq(employer.as_str()))
        .filter(employer_people::until.is_null())
        .order((employer_people::since, employer_people::account_id))
        .select((employer_people::account_id, employer_people::role))
        .load(conn)?;
    rows.into_iter()
        .map(|(account, role)| {
            Ok(Person {
                account: account.into(),
                role: PersonRole::try_from(role).map_err(unknown)?,
            })
        })
        .collect()
}

/// Somebody who acts for an employer, with what is known of them. `Debug` names nobody.
#[derive(Clone, PartialEq, Eq)]
pub struct Known {
    /// Who, as what.
    pub person: Person,
    /// Name.
    pub full_name: String,
    /// E-mail address.
    pub email: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Language.
    pub language: Language,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known")
            .field("person", &self.person)
            .finish_non_exhaustive()
    }
}

/// The same with names and addresses.
pub fn known(conn: &mut DbConn, employer: &EmployerId) -> QueryResult<Vec<Known>> {
    type Row = (
        (String, String, NaiveDateTime),
        (String, String, Option<String>, String),
    );
    let rows: Vec<Row> = employer_people::table
        .inner_join(accounts::table)
        .filter(employer_people::employer_id.eq(employer.as_str()))
        .filter(employer_people::until.is_null())
        .order((employer_people::since, employer_people::account_id))
        .select((
            (
                employer_people::account_id,
                employer_people::role,
                employer_people::since,
            ),
            (
                accounts::full_name,
                accounts::email,
                accounts::phone,
                accounts::language,
            ),
        ))
        .load(conn)?;
    rows.into_iter()
        .map(
            |((account, role, since), (full_name, email, phone, language))| {
                Ok(Known {
                    person: Person {
                        account: account.into(),
                        role: PersonRole::try_from(role).map_err(unknown)?,
                    },
                    full_name,
                    email,
                    phone,
                    language: Language::try_from(language).map_err(unknown)?,
                    since: since.and_utc(),
                })
            },
        )
        .collect()
}

/// From now on the account is `role` in the employer.
pub fn set_role(
    conn: &mut DbConn,
    employer: &EmployerId,
    account: &AccountId,
    role: PersonRole,
) -> QueryResult<()> {
    let theirs = employer_people::table
        .filter(employer_people::employer_id.eq(employer.as_str()))
        .filter(employer_people::account_id.eq(account.as_str()))
        .filter(employer_people::until.is_null());
    diesel::update(theirs)
        .set(employer_people::role.eq(role.as_str()))
        .execute(conn)
        .map(|_| ())
}

/// The account acts for the employer no more.
pub fn leave(
    conn: &mut DbConn,
    employer: &EmployerId,
    account: &AccountId,
    reason: Option<&str>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let theirs = employer_people::table
        .filter(employer_people::employer_id.eq(employer.as_str()))
        .filter(employer_people::account_id.eq(account.as_str()))
        .filter(employer_people::until.is_null());
    diesel::update(theirs)
        .set((
            employer_people::until.eq(now.naive_utc()),
            employer_people::reason.eq(reason),
        ))
        .execute(conn)
        .map(|_| ())
}
