//! Records of employers.

use chrono::NaiveDateTime;
use diesel::prelude::*;

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{employer_people, employers},
};
use crate::{
    domain::employer::{
        ClaimOutcome, Employer, EmployerStatus, Stated,
        people::{Person, PersonRole},
    },
    ids::{AccountId, EmployerId},
};

#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = employers, treat_none_as_null = true, treat_none_as_default_value = false)]
struct EmployerRow {
    id: String,
    tax_code: String,
    name: String,
    search: String,
    address: String,
    commune_code: String,
    representative: String,
    phone: String,
    registered_at: NaiveDateTime,
    verified_at: Option<NaiveDateTime>,
    proof: Option<String>,
    locked_at: Option<NaiveDateTime>,
    locked_because: Option<String>,
    merged_into: Option<String>,
    merged_because: Option<String>,
    claim_on: Option<String>,
    settled_as: Option<String>,
    settled_because: Option<String>,
}

impl From<&Employer> for EmployerRow {
    fn from(employer: &Employer) -> Self {
        let stated = &employer.stated;
        let id = |id: &Option<EmployerId>| id.as_ref().map(ToString::to_string);
        Self {
            id: employer.id.to_string(),
            tax_code: stated.tax_code.clone(),
            name: stated.name.clone(),
            search: stated.search(),
            address: stated.address.clone(),
            commune_code: stated.commune_code.clone(),
            representative: stated.representative.clone(),
            phone: stated.phone.clone(),
            registered_at: employer.registered_at.naive_utc(),
            verified_at: employer.verified_at.map(|at| at.naive_utc()),
            proof: employer.proof.clone(),
            locked_at: employer.locked_at.map(|at| at.naive_utc()),
            locked_because: employer.locked_because.clone(),
            merged_into: id(&employer.merged_into),
            merged_because: employer.merged_because.clone(),
            claim_on: id(&employer.claim_on),
            settled_as: employer.settled_as.map(|outcome| outcome.to_string()),
            settled_because: employer.settled_because.clone(),
        }
    }
}

impl TryFrom<EmployerRow> for Employer {
    type Error = diesel::result::Error;

    fn try_from(row: EmployerRow) -> QueryResult<Self> {
        let settled_as = row.settled_as.map(ClaimOutcome::try_from);
        Ok(Self {
            id: row.id.into(),
            stated: Stated {
                tax_code: row.tax_code,
                name: row.name,
                address: row.address,
                commune_code: row.commune_code,
                representative: row.representative,
                phone: row.phone,
            },
            registered_at: row.registered_at.and_utc(),
            verified_at: row.verified_at.map(|at| at.and_utc()),
            proof: row.proof,
            locked_at: row.locked_at.map(|at| at.and_utc()),
            locked_because: row.locked_because,
            merged_into: row.merged_into.map(EmployerId::from),
            merged_because: row.merged_because,
            claim_on: row.claim_on.map(EmployerId::from),
            settled_as: settled_as.transpose().map_err(unknown)?,
            settled_because: row.settled_because,
        })
    }
}

fn read_all(rows: Vec<EmployerRow>) -> QueryResult<Vec<Employer>> {
    rows.into_iter().map(Employer::try_from).collect()
}

/// Adds a record.
pub fn insert(conn: &mut DbConn, employer: &Employer) -> QueryResult<()> {
    diesel::insert_into(employers::table)
        .values(EmployerRow::from(employer))
        .execute(conn)
        .map(|_| ())
}

/// Writes a record as it is now.
pub fn update(conn: &mut DbConn, employer: &Employer) -> QueryResult<()> {
    diesel::update(employers::table.find(employer.id.as_str()))
        .set(EmployerRow::from(employer))
        .execute(conn)
        .map(|_| ())
}

/// The record `id`.
pub fn find(conn: &mut DbConn, id: &EmployerId) -> QueryResult<Option<Employer>> {
    let row: Option<EmployerRow> = employers::table
        .find(id.as_str())
        .select(EmployerRow::as_select())
        .first(conn)
        .optional()?;
    row.map(Employer::try_from).transpose()
}

/// Makes whoever else changes the record or its people wait until this transaction ends.
pub fn lock(conn: &mut DbConn, id: &EmployerId) -> QueryResult<()> {
    diesel::update(employers::table.find(id.as_str()))
        .set(employers::name.eq(employers::name))
        .execute(conn)
        .map(|_| ())
}

/// Every record of a tax code, the oldest first.
pub fn of_tax_code(conn: &mut DbConn, tax_code: &str) -> QueryResult<Vec<Employer>> {
    let rows: Vec<EmployerRow> = employers::table
        .filter(employers::tax_code.eq(tax_code))
        .order(employers::id)
        .select(EmployerRow::as_select())
        .load(conn)?;
    read_all(rows)
}

/// Which records.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Those whose seat has one of these codes; `None` is everywhere.
    pub communes: Option<Vec<String>>,
    /// Those that stand so.
    pub status: Option<EmployerStatus>,
    /// Those on whose tax code somebody is still to decide.
    pub open_claims: bool,
    /// Words of name and tax code, as search keys.
    pub words: Vec<String>,
}

/// Records by age, `limit` of them after `after`.
pub fn list(
    conn: &mut DbConn,
    filter: &Filter,
    after: Option<&EmployerId>,
    limit: i64,
) -> QueryResult<Vec<Employer>> {
    let mut query = employers::table
        .order(employers::id)
        .limit(limit)
        .select(EmployerRow::as_select())
        .into_boxed();
    if let Some(communes) = &filter.communes {
        query = query.filter(employers::commune_code.eq_any(communes.clone()));
    }
    if let Some(after) = after {
        query = query.filter(employers::id.gt(after.as_str().to_owned()));
    }
    for word in &filter.words {
        // A search key has letters, digits and spaces only: nothing of it is a pattern.
        query = query.filter(employers::search.like(format!("%{word}%")));
    }
    if filter.open_claims {
        query = query.filter(employers::claim_on.is_not_null());
    }
    let status = match filter.status {
        None if filter.open_claims => Some(EmployerStatus::Unverified),
        status => status,
    };
    query = match status {
        None => query,
        Some(EmployerStatus::Accepted) => {
            query.filter(employers::settled_as.eq(ClaimOutcome::Accepted.as_str()))
        }
        Some(EmployerStatus::Refused) => {
            query.filter(employers::settled_as.eq(ClaimOutcome::Refused.as_str()))
        }
        Some(EmployerStatus::Merged) => query
            .filter(employers::settled_as.is_null())
            .filter(employers::merged_into.is_not_null()),
        Some(open) => {
            let query = query
                .filter(employers::settled_as.is_null())
                .filter(employers::merged_into.is_null());
            match open {
                EmployerStatus::Locked => query.filter(employers::locked_at.is_not_null()),
                EmployerStatus::Verified => query
                    .filter(employers::locked_at.is_null())
                    .filter(employers::verified_at.is_not_null()),
                _ => query
                    .filter(employers::locked_at.is_null())
                    .filter(employers::verified_at.is_null()),
            }
        }
    };
    read_all(query.load(conn)?)
}

/// The claims on `id` that are still to be decided, the oldest first.
pub fn open_claims_on(conn: &mut DbConn, id: &EmployerId) -> QueryResult<Vec<Employer>> {
    let rows: Vec<EmployerRow> = employers::table
        .filter(employers::claim_on.eq(id.as_str()))
        .filter(employers::settled_as.is_null())
        .filter(employers::merged_into.is_null())
        .filter(employers::verified_at.is_null())
        .order(employers::id)
        .select(EmployerRow::as_select())
        .load(conn)?;
    read_all(rows)
}

/// The records that are one with `id`, directly or over another.
pub fn merged_into(conn: &mut DbConn, id: &EmployerId) -> QueryResult<Vec<Employer>> {
    let mut found: Vec<Employer> = Vec::new();
    let mut next = vec![id.to_string()];
    while !next.is_empty() {
        let rows: Vec<EmployerRow> = employers::table
            .filter(employers::merged_into.eq_any(next.iter().cloned().map(Some)))
            .order(employers::id)
            .select(EmployerRow::as_select())
            .load(conn)?;
        let rows = read_all(rows)?;
        // No record is merged into one that is merged into it; a row that says so ends here.
        let new: Vec<Employer> = rows
            .into_iter()
            .filter(|row| row.id != *id && found.iter().all(|known| known.id != row.id))
            .collect();
        next = new.iter().map(|row| row.id.to_string()).collect();
        found.extend(new);
    }
    Ok(found)
}

/// The records for which `account` may act, each with as what; whether they are acted for at all is
/// not looked at.
pub fn of_account(conn: &mut DbConn, account: &AccountId) -> QueryResult<Vec<(Employer, Person)>> {
    let rows: Vec<(EmployerRow, String)> = employer_people::table
        .inner_join(employers::table)
        .filter(employer_people::account_id.eq(account.as_str()))
        .filter(employer_people::until.is_null())
        .order((employers::registered_at, employers::id))
        .select((EmployerRow::as_select(), employer_people::role))
        .load(conn)?;
    rows.into_iter()
        .map(|(row, role)| {
            let person = Person {
                account: account.clone(),
                role: PersonRole::try_from(role).map_err(unknown)?,
            };
            Ok((row.try_into()?, person))
        })
        .collect()
}
