//! Declarations and supplements as received. Only ever added to.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    conn::DbConn,
    schema::{declarations, supplements},
};
use crate::{
    domain::access::DeclaredBy,
    ids::{CallerId, CaseId, DeclarationId, EmployerId, SupplementId},
    on_each_backend,
    sealing::{Column, Sealed},
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
    pub caller_id: &'a CallerId,
    /// In which quality.
    pub declarant_role: &'a str,
    /// Establishment of the token.
    pub tax_code: Option<&'a str>,
    /// Commune of the token.
    pub commune_code: Option<&'a str>,
    /// The record of the employer for which a person declared.
    pub employer_id: Option<&'a EmployerId>,
    /// Moment of receipt, set by the server.
    pub received_at: DateTime<Utc>,
    /// The body as it came; `None` where the content is not kept.
    pub body: Option<&'a Sealed>,
    /// The answer, JSON.
    pub answer: &'a Sealed,
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
    pub caller_id: &'a CallerId,
    /// Moment of receipt.
    pub received_at: DateTime<Utc>,
    /// Why.
    pub note: &'a Sealed,
    /// The body as it came; `None` where the content is not kept.
    pub body: Option<&'a Sealed>,
    /// The answer, JSON.
    pub answer: &'a Sealed,
}

/// A stored declaration, as far as reading it again needs.
pub struct Stored {
    /// Id.
    pub id: DeclarationId,
    /// Its case.
    pub case_id: CaseId,
    /// Number.
    pub receipt_no: String,
    /// Token that declared.
    pub caller_id: CallerId,
    /// In which quality it was told.
    pub declarant_role: String,
    /// Establishment of the token that declared.
    pub tax_code: Option<String>,
    /// Commune of the token that declared.
    pub commune_code: Option<String>,
    /// The record of the employer for which a person declared.
    pub employer_id: Option<EmployerId>,
    /// Moment of receipt.
    pub received_at: DateTime<Utc>,
    /// The body as it came.
    pub body: Option<Sealed>,
    /// The answer.
    pub answer: Sealed,
}

/// A stored supplement.
pub struct StoredSupplement {
    /// Id.
    pub id: SupplementId,
    /// Moment of receipt.
    pub received_at: DateTime<Utc>,
    /// Why.
    pub note: Sealed,
    /// The body as it came.
    pub body: Option<Sealed>,
}

/// An answer as it was given.
pub struct StoredAnswer {
    /// Where it stands.
    pub column: Column,
    /// The number of its declaration.
    pub receipt_no: String,
    /// Its case.
    pub case_id: CaseId,
    /// The answer.
    pub answer: Sealed,
}

/// Stores a declaration.
pub fn insert(conn: &mut DbConn, new: &NewDeclaration<'_>) -> QueryResult<()> {
    let row = (
        declarations::id.eq(new.id.as_str()),
        declarations::receipt_no.eq(new.receipt_no),
        declarations::case_id.eq(new.case_id.as_str()),
        declarations::caller_id.eq(new.caller_id.as_str()),
        declarations::declarant_role.eq(new.declarant_role),
        declarations::tax_code.eq(new.tax_code),
        declarations::commune_code.eq(new.commune_code),
        declarations::employer_id.eq(new.employer_id.map(EmployerId::as_str)),
        declarations::received_at.eq(new.received_at.naive_utc()),
        declarations::body.eq(new.body.map(Sealed::as_stored)),
        declarations::answer.eq(new.answer.as_stored()),
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
            supplements::caller_id.eq(new.caller_id.as_str()),
            supplements::received_at.eq(new.received_at.naive_utc()),
            supplements::note.eq(new.note.as_stored()),
            supplements::body.eq(new.body.map(Sealed::as_stored)),
            supplements::answer.eq(new.answer.as_stored()),
        ))
        .execute(conn)
        .map(|_| ())
}

type StoredRow = (
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    NaiveDateTime,
    Option<String>,
    String,
);

impl From<StoredRow> for Stored {
    fn from(row: StoredRow) -> Self {
        let (
            id,
            case_id,
            receipt_no,
            caller_id,
            declarant_role,
            tax_code,
            commune_code,
            employer_id,
            received_at,
            body,
            answer,
        ) = row;
        Self {
            id: id.into(),
            case_id: CaseId::from(case_id),
            receipt_no,
            caller_id: CallerId::from(caller_id),
            declarant_role,
            tax_code,
            commune_code,
            employer_id: employer_id.map(EmployerId::from),
            received_at: received_at.and_utc(),
            body: body.map(Sealed::from),
            answer: answer.into(),
        }
    }
}

const STORED: (
    declarations::id,
    declarations::case_id,
    declarations::receipt_no,
    declarations::caller_id,
    declarations::declarant_role,
    declarations::tax_code,
    declarations::commune_code,
    declarations::employer_id,
    declarations::received_at,
    declarations::body,
    declarations::answer,
) = (
    declarations::id,
    declarations::case_id,
    declarations::receipt_no,
    declarations::caller_id,
    declarations::declarant_role,
    declarations::tax_code,
    declarations::commune_code,
    declarations::employer_id,
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

/// Who made the declarations of a case, each once.
pub fn declarants(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<DeclaredBy>> {
    type Row = (String, Option<String>, Option<String>, Option<String>);

    let rows: Vec<Row> = declarations::table
        .filter(declarations::case_id.eq(case.as_str()))
        .select((
            declarations::caller_id,
            declarations::tax_code,
            declarations::commune_code,
            declarations::employer_id,
        ))
        .distinct()
        .load(conn)?;
    let one = |(caller_id, tax_code, commune_code, employer): Row| DeclaredBy {
        caller_id: caller_id.into(),
        tax_code,
        commune_code,
        employer: employer.map(EmployerId::from),
    };
    Ok(rows.into_iter().map(one).collect())
}

/// The declarations of a case: number and receipt, the first received first.
pub fn received_of(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<(String, DateTime<Utc>)>> {
    let rows: Vec<(String, NaiveDateTime)> = declarations::table
        .filter(declarations::case_id.eq(case.as_str()))
        .order((declarations::received_at, declarations::id))
        .select((declarations::receipt_no, declarations::received_at))
        .load(conn)?;
    let one = |(number, at): (String, NaiveDateTime)| (number, at.and_utc());
    Ok(rows.into_iter().map(one).collect())
}

/// The answer that a declaration or a supplement was given.
pub fn answer_of(conn: &mut DbConn, id: &str) -> QueryResult<Option<StoredAnswer>> {
    type Row = (String, String, String);

    let declared: Option<Row> = declarations::table
        .find(id)
        .select((
            declarations::receipt_no,
            declarations::case_id,
            declarations::answer,
        ))
        .first(conn)
        .optional()?;
    let found = match declared {
        Some(row) => Some((Column::DeclarationAnswer, row)),
        None => supplements::table
            .find(id)
            .select((
                supplements::receipt_no,
                supplements::case_id,
                supplements::answer,
            ))
            .first::<Row>(conn)
            .optional()?
            .map(|row| (Column::SupplementAnswer, row)),
    };
    Ok(
        found.map(|(column, (receipt_no, case_id, answer))| StoredAnswer {
            column,
            receipt_no,
            case_id: case_id.into(),
            answer: answer.into(),
        }),
    )
}

/// The supplements of a case, oldest first.
pub fn supplements_of(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<StoredSupplement>> {
    let rows = supplements::table
        .filter(supplements::case_id.eq(case.as_str()))
        .order((supplements::received_at, supplements::id))
        .select((
            supplements::id,
            supplements::received_at,
            supplements::note,
            supplements::body,
        ))
        .load::<(String, NaiveDateTime, String, Option<String>)>(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, received_at, note, body)| StoredSupplement {
            id: id.into(),
            received_at: received_at.and_utc(),
            note: note.into(),
            body: body.map(Sealed::from),
        })
        .collect())
}
