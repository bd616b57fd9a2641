//! Declarations and supplements as received. Only ever added to.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{declarations, supplements},
};
use crate::{
    ids::{CaseId, DeclarationId, SupplementId, TokenId},
    on_each_backend,
};

/// A declaration to store.
pub struct NewDeclaration<'a> {
    /// Id.
    pub id: &'a DeclarationId,
    /// Number that the declarant holds.
    pub receipt_no: &'a str,
    /// Its case.
    pub case_id: &'a CaseId,
    /// Token that declared.
    pub token_id: &'a TokenId,
    /// In which quality.
    pub declarant_role: &'a str,
    /// Establishment of the token.
    pub tax_code: Option<&'a str>,
    /// Commune of the token.
    pub commune_code: Option<&'a str>,
    /// Moment of receipt, set by the server.
    pub received_at: DateTime<Utc>,
    /// The body as it came; `None` where the content is not kept.
    pub body: Option<&'a str>,
    /// The answer, JSON.
    pub answer: &'a str,
}

/// A supplement to store.
pub struct NewSupplement<'a> {
    /// Id.
    pub id: &'a SupplementId,
    /// Number of the declaration.
    pub receipt_no: &'a str,
    /// Its case.
    pub case_id: &'a CaseId,
    /// Token that supplements.
    pub token_id: &'a TokenId,
    /// Moment of receipt.
    pub received_at: DateTime<Utc>,
    /// Why.
    pub note: &'a str,
    /// The body as it came; `None` where the content is not kept.
    pub body: Option<&'a str>,
    /// The answer, JSON.
    pub answer: &'a str,
}

/// A stored declaration, as far as reading it again needs.
pub struct Stored {
    /// Its case.
    pub case_id: CaseId,
    /// Number.
    pub receipt_no: String,
    /// Token that declared.
    pub token_id: TokenId,
    /// In which quality it was told.
    pub declarant_role: String,
    /// Establishment of the token that declared.
    pub tax_code: Option<String>,
    /// Commune of the token that declared.
    pub commune_code: Option<String>,
    /// Moment of receipt.
    pub received_at: DateTime<Utc>,
    /// The body as it came.
    pub body: Option<String>,
    /// The answer.
    pub answer: String,
}

/// A stored supplement.
pub struct StoredSupplement {
    /// Moment of receipt.
    pub received_at: DateTime<Utc>,
    /// Why.
    pub note: String,
    /// The body as it came.
    pub body: Option<String>,
}

/// Stores a declaration.
pub fn insert(conn: &mut DbConn, new: &NewDeclaration<'_>) -> QueryResult<()> {
    let row = (
        declarations::id.eq(new.id.as_str()),
        declarations::receipt_no.eq(new.receipt_no),
        declarations::case_id.eq(new.case_id.as_str()),
        declarations::token_id.eq(new.token_id.as_str()),
        declarations::declarant_role.eq(new.declarant_role),
        declarations::tax_code.eq(new.tax_code),
        declarations::commune_code.eq(new.commune_code),
        declarations::received_at.eq(new.received_at.naive_utc()),
        declarations::body.eq(new.body),
        declarations::answer.eq(new.answer),
    );
    on_each_backend!(conn, |inner| diesel::insert_into(declarations::table)
        .values(row)
        .execute(inner))
    .map(|_| ())
}

/// Stores a supplement.
pub fn insert_supplement(conn: &mut DbConn, new: &NewSupplement<'_>) -> QueryResult<()> {
    diesel::insert_into(supplements::table)
        .values((
            supplements::id.eq(new.id.as_str()),
            supplements::receipt_no.eq(new.receipt_no),
            supplements::case_id.eq(new.case_id.as_str()),
            supplements::token_id.eq(new.token_id.as_str()),
            supplements::received_at.eq(new.received_at.naive_utc()),
            supplements::note.eq(new.note),
            supplements::body.eq(new.body),
            supplements::answer.eq(new.answer),
        ))
        .execute(conn)
        .map(|_| ())
}

type StoredRow = (
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    NaiveDateTime,
    Option<String>,
    String,
);

impl From<StoredRow> for Stored {
    fn from(row: StoredRow) -> Self {
        let (
            case_id,
            receipt_no,
            token_id,
            declarant_role,
            tax_code,
            commune_code,
            received_at,
            body,
            answer,
        ) = row;
        Self {
            case_id: CaseId::from(case_id),
            receipt_no,
            token_id: TokenId::from(token_id),
            declarant_role,
            tax_code,
            commune_code,
            received_at: received_at.and_utc(),
            body,
            answer,
        }
    }
}

const STORED: (
    declarations::case_id,
    declarations::receipt_no,
    declarations::token_id,
    declarations::declarant_role,
    declarations::tax_code,
    declarations::commune_code,
    declarations::received_at,
    declarations::body,
    declarations::answer,
) = (
    declarations::case_id,
    declarations::receipt_no,
    declarations::token_id,
    declarations::declarant_role,
    declarations::tax_code,
    declarations::commune_code,
    declarations::received_at,
    declarations::body,
    declarations::answer,
);

/// The declaration of a receipt number.
pub fn find(conn: &mut DbConn, receipt_no: &str) -> QueryResult<Option<Stored>> {
    declarations::table
        .filter(declarations::receipt_no.eq(receipt_no))
        .select(STORED)
        .first::<StoredRow>(conn)
        .optional()
        .map(|row| row.map(Stored::from))
}

/// The number and the answer that a declaration or a supplement was given.
pub fn answer_of(conn: &mut DbConn, id: &str) -> QueryResult<Option<(String, String)>> {
    let declared = declarations::table
        .find(id)
        .select((declarations::receipt_no, declarations::answer))
        .first(conn)
        .optional()?;
    match declared {
        Some(answer) => Ok(Some(answer)),
        None => supplements::table
            .find(id)
            .select((supplements::receipt_no, supplements::answer))
            .first(conn)
            .optional(),
    }
}

/// The supplements of a case, oldest first.
pub fn supplements_of(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<StoredSupplement>> {
    let rows = supplements::table
        .filter(supplements::case_id.eq(case.as_str()))
        .order((supplements::received_at, supplements::id))
        .select((
            supplements::received_at,
            supplements::note,
            supplements::body,
        ))
        .load::<(NaiveDateTime, String, Option<String>)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(received_at, note, body)| StoredSupplement {
            received_at: received_at.and_utc(),
            note,
            body,
        })
        .collect())
}
