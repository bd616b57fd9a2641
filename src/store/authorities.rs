//! The dated directory of authorities.

use chrono::NaiveDate;
use diesel::{prelude::*, upsert::excluded};

use crate::{
    domain::{
        authority::{Authority, Level, Role},
        declaration::Sector,
        names::UnknownName,
    },
    on_each_backend,
    store::{conn::DbConn, schema::authorities},
};

/// So many rows go into one `INSERT`: 11 values each stay far below the limits of both databases.
const ROWS_AT_ONCE: usize = 500;

/// Stands between the entries of a list in one column, as in the CSV.
const SEPARATOR: &str = ";";

/// A list of entries as one text.
pub fn joined<'a>(entries: impl IntoIterator<Item = &'a str>) -> String {
    entries.into_iter().collect::<Vec<_>>().join(SEPARATOR)
}

/// The entries of a list in one text; none of an empty text.
pub fn entries(text: &str) -> impl Iterator<Item = &str> {
    text.split(SEPARATOR).filter(|entry| !entry.is_empty())
}

#[derive(Insertable)]
#[diesel(table_name = authorities, treat_none_as_default_value = false)]
struct NewAuthorityRow<'a> {
    authority_id: &'a str,
    role: &'a str,
    name: &'a str,
    level: &'a str,
    territory_code: &'a str,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    emails: String,
    phone: &'a str,
    escalates_to: Option<&'a str>,
    sectors: String,
}

impl<'a> From<&'a Authority> for NewAuthorityRow<'a> {
    fn from(authority: &'a Authority) -> Self {
        Self {
            authority_id: &authority.authority_id,
            role: authority.role.as_str(),
            name: &authority.name,
            level: authority.level.as_str(),
            territory_code: &authority.territory_code,
            valid_from: authority.valid_from,
            valid_to: authority.valid_to,
            emails: joined(authority.emails.iter().map(String::as_str)),
            phone: &authority.phone,
            escalates_to: authority.escalates_to.as_deref(),
            sectors: joined(authority.sectors.iter().map(|sector| sector.as_str())),
        }
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = authorities)]
struct AuthorityRow {
    authority_id: String,
    #[diesel(deserialize_as = String)]
    role: Role,
    name: String,
    #[diesel(deserialize_as = String)]
    level: Level,
    territory_code: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    #[diesel(deserialize_as = String)]
    emails: Emails,
    phone: String,
    escalates_to: Option<String>,
    #[diesel(deserialize_as = String)]
    sectors: Sectors,
}

struct Emails(Vec<String>);

impl From<String> for Emails {
    fn from(text: String) -> Self {
        Self(entries(&text).map(str::to_owned).collect())
    }
}

struct Sectors(Vec<Sector>);

impl TryFrom<String> for Sectors {
    type Error = UnknownName;

    fn try_from(text: String) -> Result<Self, UnknownName> {
        entries(&text)
            .map(|name| Sector::try_from(name.to_owned()))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

impl From<AuthorityRow> for Authority {
    fn from(row: AuthorityRow) -> Self {
        Self {
            authority_id: row.authority_id,
            role: row.role,
            name: row.name,
            level: row.level,
            territory_code: row.territory_code,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            emails: row.emails.0,
            phone: row.phone,
            escalates_to: row.escalates_to,
            sectors: row.sectors.0,
        }
    }
}

/// Every row of all times, by id (in the order of its bytes on either database) and first day.
pub fn all(conn: &mut DbConn) -> QueryResult<Vec<Authority>> {
    let rows: Vec<AuthorityRow> = authorities::table
        .order((authorities::authority_id, authorities::valid_from))
        .select(AuthorityRow::as_select())
        .load(conn)?;
    let mut all: Vec<_> = rows.into_iter().map(Authority::from).collect();
    all.sort_by(|a, b| (&a.authority_id, a.valid_from).cmp(&(&b.authority_id, b.valid_from)));
    Ok(all)
}

/// Adds these rows, and overwrites those that have the same id and first day.
pub fn upsert(conn: &mut DbConn, rows: &[&Authority]) -> QueryResult<()> {
    for some in rows.chunks(ROWS_AT_ONCE) {
        let rows: Vec<_> = some.iter().copied().map(NewAuthorityRow::from).collect();
        let statement = diesel::insert_into(authorities::table)
            .values(&rows)
            .on_conflict((authorities::authority_id, authorities::valid_from))
            .do_update()
            .set((
                authorities::role.eq(excluded(authorities::role)),
                authorities::name.eq(excluded(authorities::name)),
                authorities::level.eq(excluded(authorities::level)),
                authorities::territory_code.eq(excluded(authorities::territory_code)),
                authorities::valid_to.eq(excluded(authorities::valid_to)),
                authorities::emails.eq(excluded(authorities::emails)),
                authorities::phone.eq(excluded(authorities::phone)),
                authorities::escalates_to.eq(excluded(authorities::escalates_to)),
                authorities::sectors.eq(excluded(authorities::sectors)),
            ));
        on_each_backend!(conn, |inner| statement.execute(inner))?;
    }
    Ok(())
}

/// Takes rows away that never began.
pub fn remove(conn: &mut DbConn, rows: &[Authority]) -> QueryResult<()> {
    for row in rows {
        let same = authorities::table.find((&row.authority_id, row.valid_from));
        diesel::delete(same).execute(conn)?;
    }
    Ok(())
}
