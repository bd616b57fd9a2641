//! API tokens. The secret itself is never stored, only its hash.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    catalogues::{self as dated, Revisions},
    conn::DbConn,
    schema::{catalogues, tokens, units},
};
use crate::{domain::place::UnitLevel, ids::TokenId};

/// What is known of a token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Id, shown in lists and used to revoke.
    pub id: TokenId,
    /// `employer`, `commune`, `inspector`, `police`, `ministry` or `operator`.
    pub role: String,
    /// Province of an inspector or of the province's police.
    pub province_code: Option<String>,
    /// Commune of its People's Committee or police.
    pub commune_code: Option<String>,
    /// Tax code of an employer.
    pub tax_code: Option<String>,
    /// Whom it was issued to.
    pub name: String,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// From then on it is no longer taken.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Who holds a token that is good now, and how new the dated data are that the request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveToken {
    /// Id.
    pub id: TokenId,
    /// Role.
    pub role: String,
    /// Whom it was issued to.
    pub name: String,
    /// Province.
    pub province_code: Option<String>,
    /// Commune.
    pub commune_code: Option<String>,
    /// Tax code.
    pub tax_code: Option<String>,
    /// Revisions of the dated data.
    pub revisions: Revisions,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens)]
struct TokenRow {
    id: String,
    role: String,
    province_code: Option<String>,
    commune_code: Option<String>,
    tax_code: Option<String>,
    name: String,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    revoked_at: Option<NaiveDateTime>,
    last_used_at: Option<NaiveDateTime>,
}

impl From<TokenRow> for Token {
    fn from(row: TokenRow) -> Self {
        Self {
            id: row.id.into(),
            role: row.role,
            province_code: row.province_code,
            commune_code: row.commune_code,
            tax_code: row.tax_code,
            name: row.name,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            revoked_at: row.revoked_at.map(|at| at.and_utc()),
            last_used_at: row.last_used_at.map(|at| at.and_utc()),
        }
    }
}

/// Stores a token under the hash of its secret.
pub fn insert(conn: &mut DbConn, token: &Token, secret_hash: &str) -> QueryResult<()> {
    let row = TokenRow {
        id: token.id.to_string(),
        role: token.role.clone(),
        province_code: token.province_code.clone(),
        commune_code: token.commune_code.clone(),
        tax_code: token.tax_code.clone(),
        name: token.name.clone(),
        created_at: token.created_at.naive_utc(),
        expires_at: token.expires_at.naive_utc(),
        revoked_at: None,
        last_used_at: None,
    };
    diesel::insert_into(tokens::table)
        .values((row, tokens::secret_hash.eq(secret_hash)))
        .execute(conn)?;
    Ok(())
}

/// Every token, oldest first.
pub fn list(conn: &mut DbConn) -> QueryResult<Vec<Token>> {
    let rows: Vec<TokenRow> = tokens::table
        .order((tokens::created_at, tokens::id))
        .select(TokenRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Token::from).collect())
}

/// The token with this id.
pub fn find(conn: &mut DbConn, id: &TokenId) -> QueryResult<Option<Token>> {
    tokens::table
        .find(id.as_str())
        .select(TokenRow::as_select())
        .first(conn)
        .optional()
        .map(|row| row.map(Token::from))
}

/// Ends a token now; `false` if there is none by that id, or if it had already been revoked.
pub fn revoke(conn: &mut DbConn, id: &TokenId, now: DateTime<Utc>) -> QueryResult<bool> {
    let good = tokens::table
        .filter(tokens::id.eq(id.as_str()))
        .filter(tokens::revoked_at.is_null());
    let changed = diesel::update(good)
        .set(tokens::revoked_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(changed == 1)
}

/// The token with this hash, if it is good at `now`, together with the revisions of the dated
/// data: one query, for it runs in every request.
pub fn find_active(
    conn: &mut DbConn,
    secret_hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<ActiveToken>> {
    type Row = (
        (
            String,
            String,
            String,
            Option<String>,
            Option<String>,
            Option<String>,
        ),
        (Option<i64>, Option<i64>, Option<i64>, Option<i64>),
    );

    let revision = |name: &'static str| {
        catalogues::table
            .filter(catalogues::name.eq(name))
            .select(catalogues::revision)
            .single_value()
    };
    let row: Option<Row> = tokens::table
        .filter(tokens::secret_hash.eq(secret_hash))
        .filter(tokens::revoked_at.is_null())
        .filter(tokens::expires_at.gt(now.naive_utc()))
        .select((
            (
                tokens::id,
                tokens::role,
                tokens::name,
                tokens::province_code,
                tokens::commune_code,
                tokens::tax_code,
            ),
            (
                revision(dated::PLACES),
                revision(dated::DIRECTORY),
                revision(dated::LAW),
                revision(dated::KEYS),
            ),
        ))
        // The hash is unique, so no LIMIT is needed: SQLite would prepare a query with a bound one
        // anew each time.
        .get_result(conn)
        .optional()?;
    Ok(row.map(
        |(
            (id, role, name, province_code, commune_code, tax_code),
            (places, directory, law, keys),
        )| {
            ActiveToken {
                id: id.into(),
                role,
                name,
                province_code,
                commune_code,
                tax_code,
                revisions: Revisions {
                    places: places.unwrap_or_default(),
                    directory: directory.unwrap_or_default(),
                    law: law.unwrap_or_default(),
                    keys: keys.unwrap_or_default(),
                },
            }
        },
    ))
}

/// Notes when a token was last used; never moves the moment back.
pub fn set_last_used(conn: &mut DbConn, id: &TokenId, at: DateTime<Utc>) -> QueryResult<()> {
    let at = at.naive_utc();
    let older = tokens::table.filter(tokens::id.eq(id.as_str())).filter(
        tokens::last_used_at
            .is_null()
            .or(tokens::last_used_at.lt(at)),
    );
    diesel::update(older)
        .set(tokens::last_used_at.eq(at))
        .execute(conn)?;
    Ok(())
}

/// Whether `code` names a unit of that level on `day`; `None` where the database knows no units
/// of that level at all, because they have not been loaded yet.
pub fn unit_in_force(
    conn: &mut DbConn,
    level: UnitLevel,
    code: &str,
    day: NaiveDate,
) -> QueryResult<Option<bool>> {
    let of_level = || units::table.filter(units::level.eq(level.as_str()));
    let in_force = of_level()
        .filter(units::code.eq(code))
        .filter(units::valid_from.le(day))
        .filter(units::valid_to.is_null().or(units::valid_to.gt(day)));
    if diesel::select(diesel::dsl::exists(in_force)).get_result(conn)? {
        return Ok(Some(true));
    }
    let any: bool = diesel::select(diesel::dsl::exists(of_level())).get_result(conn)?;
    Ok(any.then_some(false))
}
