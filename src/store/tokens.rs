//! API tokens. The secret itself is never stored, only its hash.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    authorities::{entries, joined},
    cases::unknown,
    catalogues::{self as dated, Revisions},
    conn::DbConn,
    posts::PostRow,
    schema::{catalogues, posts, tokens, units},
};
use crate::{
    domain::{
        access::{ActorRole, Right},
        place::UnitLevel,
        post::Post,
    },
    ids::{AccountId, EmployerId, PostId, TokenId},
    on_each_backend,
};

/// The post that a token was made for, and what it may do in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfPost {
    /// The post.
    pub post: PostId,
    /// The rights that it was made for.
    pub scopes: Vec<Right>,
    /// Who made it.
    pub made_by: AccountId,
    /// That it stays although whoever made it leaves the post.
    pub kept: Option<Kept>,
}

/// Somebody who keeps the posts has said that a token stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// When.
    pub at: DateTime<Utc>,
    /// Who.
    pub by: String,
    /// Why.
    pub because: String,
}

/// The record of the employer that a token was made for, and what it may do in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfEmployer {
    /// The record.
    pub employer: EmployerId,
    /// The rights that it was made for.
    pub scopes: Vec<Right>,
    /// Who made it.
    pub made_by: AccountId,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
struct MadeRow {
    post_id: Option<String>,
    employer_id: Option<String>,
    scopes: Option<String>,
    made_by: Option<String>,
    kept_at: Option<NaiveDateTime>,
    kept_by: Option<String>,
    kept_because: Option<String>,
}

impl MadeRow {
    fn new(of_post: Option<&OfPost>, of_employer: Option<&OfEmployer>) -> Self {
        let made = of_post
            .map(|of| (&of.scopes, &of.made_by))
            .or(of_employer.map(|of| (&of.scopes, &of.made_by)));
        let kept = of_post.and_then(|of| of.kept.as_ref());
        Self {
            post_id: of_post.map(|of| of.post.to_string()),
            employer_id: of_employer.map(|of| of.employer.to_string()),
            scopes: made.map(|(scopes, _)| joined(scopes.iter().map(|right| right.as_str()))),
            made_by: made.map(|(_, made_by)| made_by.to_string()),
            kept_at: kept.map(|kept| kept.at.naive_utc()),
            kept_by: kept.map(|kept| kept.by.clone()),
            kept_because: kept.map(|kept| kept.because.clone()),
        }
    }

    /// Whose token it is, where somebody made it for a post or an employer.
    fn read(self) -> QueryResult<(Option<OfPost>, Option<OfEmployer>)> {
        let (Some(scopes), Some(made_by)) = (self.scopes, self.made_by) else {
            return Ok((None, None));
        };
        let scopes = entries(&scopes).map(|name| Right::try_from(name.to_owned()));
        let scopes: Vec<Right> = scopes.collect::<Result<_, _>>().map_err(unknown)?;
        let made_by = AccountId::from(made_by);
        if let Some(post) = self.post_id {
            let kept = match (self.kept_at, self.kept_by, self.kept_because) {
                (Some(at), Some(by), Some(because)) => Some(Kept {
                    at: at.and_utc(),
                    by,
                    because,
                }),
                _ => None,
            };
            let of_post = OfPost {
                post: post.into(),
                scopes,
                made_by,
                kept,
            };
            return Ok((Some(of_post), None));
        }
        let of_employer = self.employer_id.map(|employer| OfEmployer {
            employer: employer.into(),
            scopes,
            made_by,
        });
        Ok((None, of_employer))
    }
}

/// What is known of a token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Id, shown in lists and used to revoke.
    pub id: TokenId,
    /// `employer`, `commune`, `inspector`, `police`, `ministry` or `operator`; none where it belongs
    /// to a post, whose role it has.
    pub role: Option<String>,
    /// Province of an inspector or of the province's police.
    pub province_code: Option<String>,
    /// Commune of its People's Committee or police.
    pub commune_code: Option<String>,
    /// Tax code of an employer.
    pub tax_code: Option<String>,
    /// The post that it was made for.
    pub of_post: Option<OfPost>,
    /// The employer that it was made for.
    pub of_employer: Option<OfEmployer>,
    /// Whom it was issued to.
    pub name: String,
    /// When it was issued.
    pub created_at: DateTime<Utc>,
    /// From then on it is no longer taken.
    pub expires_at: DateTime<Utc>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
    /// Why, where somebody said.
    pub revoked_because: Option<String>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// Who holds a token that is good now, and how new the dated data are that the request needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActiveToken {
    /// Id.
    pub id: TokenId,
    /// Role; none where it belongs to a post.
    pub role: Option<String>,
    /// Whom it was issued to.
    pub name: String,
    /// Province.
    pub province_code: Option<String>,
    /// Commune.
    pub commune_code: Option<String>,
    /// Tax code.
    pub tax_code: Option<String>,
    /// The post that it was made for.
    pub of_post: Option<OfPost>,
    /// The employer that it was made for.
    pub of_employer: Option<OfEmployer>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Revisions of the dated data.
    pub revisions: Revisions,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = tokens, treat_none_as_default_value = false)]
struct TokenRow {
    id: String,
    role: Option<String>,
    province_code: Option<String>,
    commune_code: Option<String>,
    tax_code: Option<String>,
    #[diesel(embed)]
    made: MadeRow,
    name: String,
    created_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    revoked_at: Option<NaiveDateTime>,
    revoked_because: Option<String>,
    last_used_at: Option<NaiveDateTime>,
}

impl TryFrom<TokenRow> for Token {
    type Error = diesel::result::Error;

    fn try_from(row: TokenRow) -> QueryResult<Self> {
        let (of_post, of_employer) = row.made.read()?;
        Ok(Self {
            id: row.id.into(),
            role: row.role,
            province_code: row.province_code,
            commune_code: row.commune_code,
            tax_code: row.tax_code,
            of_post,
            of_employer,
            name: row.name,
            created_at: row.created_at.and_utc(),
            expires_at: row.expires_at.and_utc(),
            revoked_at: row.revoked_at.map(|at| at.and_utc()),
            revoked_because: row.revoked_because,
            last_used_at: row.last_used_at.map(|at| at.and_utc()),
        })
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
        made: MadeRow::new(token.of_post.as_ref(), token.of_employer.as_ref()),
        name: token.name.clone(),
        created_at: token.created_at.naive_utc(),
        expires_at: token.expires_at.naive_utc(),
        revoked_at: None,
        revoked_because: None,
        last_used_at: None,
    };
    on_each_backend!(conn, |inner| diesel::insert_into(tokens::table)
        .values((row, tokens::secret_hash.eq(secret_hash)))
        .execute(inner))?;
    Ok(())
}

/// Every token, oldest first.
pub fn list(conn: &mut DbConn) -> QueryResult<Vec<Token>> {
    let rows: Vec<TokenRow> = tokens::table
        .order((tokens::created_at, tokens::id))
        .select(TokenRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Token::try_from).collect()
}

/// The tokens of posts of these authorities, or of every post, each with its post; the newest first,
/// `limit` of them after the one called `after`.
pub fn of_posts(
    conn: &mut DbConn,
    authorities: Option<&[String]>,
    after: Option<&TokenId>,
    limit: i64,
) -> QueryResult<Vec<(Token, Post)>> {
    let mut query = tokens::table
        .inner_join(posts::table)
        .select((TokenRow::as_select(), PostRow::as_select()))
        .into_boxed();
    if let Some(ids) = authorities {
        query = query.filter(posts::authority_id.eq_any(ids));
    }
    if let Some(after) = after {
        query = query.filter(tokens::id.lt(after.as_str()));
    }
    let rows: Vec<(TokenRow, PostRow)> = query.order(tokens::id.desc()).limit(limit).load(conn)?;
    rows.into_iter()
        .map(|(token, post)| Ok((token.try_into()?, post.try_into()?)))
        .collect()
}

/// The tokens of an employer, the newest first, `limit` of them after the one called `after`.
pub fn of_employer(
    conn: &mut DbConn,
    employer: &EmployerId,
    after: Option<&TokenId>,
    limit: i64,
) -> QueryResult<Vec<Token>> {
    let mut query = tokens::table
        .filter(tokens::employer_id.eq(employer.as_str()))
        .select(TokenRow::as_select())
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(tokens::id.lt(after.as_str()));
    }
    let rows: Vec<TokenRow> = query.order(tokens::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(Token::try_from).collect()
}

/// How many tokens of an employer are good at `now`.
pub fn count_of_employer(
    conn: &mut DbConn,
    employer: &EmployerId,
    now: DateTime<Utc>,
) -> QueryResult<i64> {
    tokens::table
        .filter(tokens::employer_id.eq(employer.as_str()))
        .filter(tokens::revoked_at.is_null())
        .filter(tokens::expires_at.gt(now.naive_utc()))
        .count()
        .get_result(conn)
}

/// The tokens of a post that are neither revoked nor too old at `now`, oldest first.
pub fn of_post(conn: &mut DbConn, post: &PostId, now: DateTime<Utc>) -> QueryResult<Vec<Token>> {
    let rows: Vec<TokenRow> = tokens::table
        .filter(tokens::post_id.eq(post.as_str()))
        .filter(tokens::revoked_at.is_null())
        .filter(tokens::expires_at.gt(now.naive_utc()))
        .order(tokens::id)
        .select(TokenRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Token::try_from).collect()
}

/// The token belongs to this post from now on, and stays although whoever made it leaves.
pub fn keep(conn: &mut DbConn, id: &TokenId, post: &PostId, kept: &Kept) -> QueryResult<()> {
    diesel::update(tokens::table.find(id.as_str()))
        .set((
            tokens::post_id.eq(post.as_str()),
            tokens::kept_at.eq(kept.at.naive_utc()),
            tokens::kept_by.eq(kept.by.as_str()),
            tokens::kept_because.eq(kept.because.as_str()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The token with this id.
pub fn find(conn: &mut DbConn, id: &TokenId) -> QueryResult<Option<Token>> {
    tokens::table
        .find(id.as_str())
        .select(TokenRow::as_select())
        .first(conn)
        .optional()?
        .map(Token::try_from)
        .transpose()
}

/// Tokens that end together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// This one.
    One(&'a TokenId),
    /// Those that this account made, for whatever.
    MadeBy(&'a AccountId),
    /// All of a post.
    OfPost(&'a PostId),
    /// Those of a post that this account made and nobody has kept.
    MadeForPost(&'a PostId, &'a AccountId),
    /// Those of an employer that this account made.
    MadeForEmployer(&'a EmployerId, &'a AccountId),
    /// Those that the operator made for the employer of this tax code.
    OfTaxCode(&'a str),
}

/// Ends tokens now; how many. One that was revoked before stays as it ended then.
pub fn revoke(
    conn: &mut DbConn,
    which: Which<'_>,
    now: DateTime<Utc>,
    because: Option<&str>,
) -> QueryResult<usize> {
    let good = diesel::update(tokens::table)
        .set((
            tokens::revoked_at.eq(now.naive_utc()),
            tokens::revoked_because.eq(because),
        ))
        .filter(tokens::revoked_at.is_null())
        .into_boxed();
    let made_by = |account: &AccountId| tokens::made_by.eq(account.to_string());
    let ended = match which {
        Which::One(id) => good.filter(tokens::id.eq(id.as_str())),
        Which::MadeBy(account) => good.filter(made_by(account)),
        Which::OfPost(post) => good.filter(tokens::post_id.eq(post.as_str())),
        Which::MadeForPost(post, account) => good
            .filter(tokens::post_id.eq(post.as_str()))
            .filter(made_by(account))
            .filter(tokens::kept_at.is_null()),
        Which::OfTaxCode(code) => good
            .filter(tokens::role.eq(ActorRole::Employer.as_str()))
            .filter(tokens::tax_code.eq(code))
            // Those of a record are good for nothing while it is locked, and come back with it.
            .filter(tokens::employer_id.is_null()),
        Which::MadeForEmployer(employer, account) => good
            .filter(tokens::employer_id.eq(employer.as_str()))
            .filter(made_by(account)),
    };
    ended.execute(conn)
}

/// The token with this hash, good or not.
pub fn find_by_hash(conn: &mut DbConn, secret_hash: &str) -> QueryResult<Option<Token>> {
    let row: Option<TokenRow> = tokens::table
        .filter(tokens::secret_hash.eq(secret_hash))
        .select(TokenRow::as_select())
        .get_result(conn)
        .optional()?;
    row.map(Token::try_from).transpose()
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
            Option<String>,
            String,
            Option<String>,
            Option<String>,
            Option<String>,
            NaiveDateTime,
        ),
        MadeRow,
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
                tokens::created_at,
            ),
            MadeRow::as_select(),
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
    let Some((of_token, made, (places, directory, law, keys))) = row else {
        return Ok(None);
    };
    let (id, role, name, province_code, commune_code, tax_code, created_at) = of_token;
    let (of_post, of_employer) = made.read()?;
    Ok(Some(ActiveToken {
        id: id.into(),
        role,
        name,
        province_code,
        commune_code,
        tax_code,
        of_post,
        of_employer,
        created_at: created_at.and_utc(),
        revisions: Revisions {
            places: places.unwrap_or_default(),
            directory: directory.unwrap_or_default(),
            law: law.unwrap_or_default(),
            keys: keys.unwrap_or_default(),
        },
    }))
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
