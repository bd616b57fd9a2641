//! Forms that were issued, and the numbers of each authority and year.

use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{form_numbers, issued_forms},
};
use crate::{
    ids::{CallerId, CaseId, IssuedFormId},
    on_each_backend,
    paper::Mark,
    sealing::Sealed,
};

/// A form that was issued.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issued {
    /// Id.
    pub id: IssuedFormId,
    /// The case.
    pub case_id: CaseId,
    /// Code of the form.
    pub form: String,
    /// First day of its definition.
    pub form_valid_from: NaiveDate,
    /// The one victim whom it is about.
    pub victim: Option<u32>,
    /// The authority that issued it.
    pub issuer: String,
    /// Year of its number.
    pub year: i32,
    /// Its number: 1, 2, … of the authority in the year.
    pub number: i32,
    /// What stands behind `Số:` on it.
    pub number_text: Option<String>,
    /// 1, and one more each time that the same form is issued of the same case.
    pub version: i32,
    /// Its day.
    pub dated: NaiveDate,
    /// When it was issued.
    pub issued_at: DateTime<Utc>,
    /// By whom.
    pub issued_by: CallerId,
    /// Their name.
    pub issued_by_name: String,
    /// The version of the case that it was filled from.
    pub case_version: i32,
    /// The code on its pages.
    pub mark: Mark,
    /// SHA-256 of the PDF, in hex.
    pub sha256: String,
    /// Pages.
    pub pages: u32,
    /// Whether somebody's injuries stand on it.
    pub health: bool,
    /// Whether identity numbers do.
    pub identity: bool,
}

/// A form to store: its pages and what they are made of are sealed.
pub struct NewForm<'a> {
    /// The form.
    pub issued: &'a Issued,
    /// The PDF.
    pub pdf: Sealed,
    /// What it is made of.
    pub paper: Sealed,
}

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = issued_forms, treat_none_as_default_value = false)]
struct IssuedRow {
    id: String,
    case_id: String,
    form: String,
    form_valid_from: NaiveDate,
    victim_no: Option<i32>,
    issuer: String,
    year: i32,
    number: i32,
    number_text: Option<String>,
    version: i32,
    dated: NaiveDate,
    issued_at: NaiveDateTime,
    issued_by: String,
    issued_by_name: String,
    case_version: i32,
    mark: String,
    sha256: String,
    pages: i32,
    has_health: i32,
    has_identity: i32,
}

#[derive(Insertable)]
#[diesel(table_name = issued_forms, treat_none_as_default_value = false)]
struct NewRow {
    #[diesel(embed)]
    row: IssuedRow,
    pdf: Option<String>,
    paper: Option<String>,
}

impl TryFrom<IssuedRow> for Issued {
    type Error = diesel::result::Error;

    fn try_from(row: IssuedRow) -> QueryResult<Self> {
        let count = |number: i32| u32::try_from(number).map_err(unknown);
        Ok(Self {
            victim: row.victim_no.map(count).transpose()?,
            pages: count(row.pages)?,
            mark: Mark::parse(&row.mark)
                .ok_or_else(|| diesel::result::Error::DeserializationError("no mark".into()))?,
            id: row.id.into(),
            case_id: row.case_id.into(),
            form: row.form,
            form_valid_from: row.form_valid_from,
            issuer: row.issuer,
            year: row.year,
            number: row.number,
            number_text: row.number_text,
            version: row.version,
            dated: row.dated,
            issued_at: row.issued_at.and_utc(),
            issued_by: row.issued_by.into(),
            issued_by_name: row.issued_by_name,
            case_version: row.case_version,
            sha256: row.sha256,
            health: row.has_health != 0,
            identity: row.has_identity != 0,
        })
    }
}

/// The next number of an authority in a year. It is taken with the transaction and given back with it, so
/// that none is left out; whoever asks at the same time waits.
pub fn next_number(conn: &mut DbConn, issuer: &str, year: i32) -> QueryResult<i32> {
    on_each_backend!(conn, |inner| diesel::insert_into(form_numbers::table)
        .values((
            form_numbers::issuer.eq(issuer),
            form_numbers::year.eq(year),
            form_numbers::last.eq(1),
        ))
        .on_conflict((form_numbers::issuer, form_numbers::year))
        .do_update()
        .set(form_numbers::last.eq(form_numbers::last + 1))
        .returning(form_numbers::last)
        .get_result(inner))
}

/// The last number of an authority in a year; 0 where it has none.
pub fn last_number(conn: &mut DbConn, issuer: &str, year: i32) -> QueryResult<i32> {
    let last: Option<i32> = form_numbers::table
        .find((issuer, year))
        .select(form_numbers::last)
        .first(conn)
        .optional()?;
    Ok(last.unwrap_or_default())
}

/// How often a form was issued of a case.
pub fn versions(
    conn: &mut DbConn,
    case: &CaseId,
    form: &str,
    victim: Option<u32>,
) -> QueryResult<i32> {
    let all = issued_forms::table
        .filter(issued_forms::case_id.eq(case.as_str()))
        .filter(issued_forms::form.eq(form));
    let last: Option<i32> = match victim.and_then(|no| i32::try_from(no).ok()) {
        Some(no) => all
            .filter(issued_forms::victim_no.eq(no))
            .select(diesel::dsl::max(issued_forms::version))
            .first(conn)?,
        None => all
            .filter(issued_forms::victim_no.is_null())
            .select(diesel::dsl::max(issued_forms::version))
            .first(conn)?,
    };
    Ok(last.unwrap_or_default())
}

/// Stores a form.
pub fn insert(conn: &mut DbConn, new: NewForm<'_>) -> QueryResult<()> {
    let issued = new.issued;
    let count = |number: u32| i32::try_from(number).map_err(unknown);
    let row = NewRow {
        row: IssuedRow {
            id: issued.id.to_string(),
            case_id: issued.case_id.to_string(),
            form: issued.form.clone(),
            form_valid_from: issued.form_valid_from,
            victim_no: issued.victim.map(count).transpose()?,
            issuer: issued.issuer.clone(),
            year: issued.year,
            number: issued.number,
            number_text: issued.number_text.clone(),
            version: issued.version,
            dated: issued.dated,
            issued_at: issued.issued_at.naive_utc(),
            issued_by: issued.issued_by.to_string(),
            issued_by_name: issued.issued_by_name.clone(),
            case_version: issued.case_version,
            mark: issued.mark.to_string(),
            sha256: issued.sha256.clone(),
            pages: count(issued.pages)?,
            has_health: i32::from(issued.health),
            has_identity: i32::from(issued.identity),
        },
        pdf: Some(new.pdf.into_stored()),
        paper: Some(new.paper.into_stored()),
    };
    on_each_backend!(conn, |inner| diesel::insert_into(issued_forms::table)
        .values(row)
        .execute(inner))?;
    Ok(())
}

/// The forms of a case, the newest first.
pub fn of_case(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<Issued>> {
    let rows: Vec<IssuedRow> = issued_forms::table
        .filter(issued_forms::case_id.eq(case.as_str()))
        .order(issued_forms::id.desc())
        .select(IssuedRow::as_select())
        .load(conn)?;
    rows.into_iter().map(Issued::try_from).collect()
}

/// The form `id`.
pub fn find(conn: &mut DbConn, id: &IssuedFormId) -> QueryResult<Option<Issued>> {
    let found: Option<IssuedRow> = issued_forms::table
        .find(id.as_str())
        .select(IssuedRow::as_select())
        .first(conn)
        .optional()?;
    found.map(Issued::try_from).transpose()
}

/// The form with this code.
pub fn by_mark(conn: &mut DbConn, mark: &Mark) -> QueryResult<Option<Issued>> {
    let found: Option<IssuedRow> = issued_forms::table
        .filter(issued_forms::mark.eq(mark.as_str()))
        .select(IssuedRow::as_select())
        .first(conn)
        .optional()?;
    found.map(Issued::try_from).transpose()
}

/// The PDF of a form; none where its case was destroyed.
pub fn pdf(conn: &mut DbConn, id: &IssuedFormId) -> QueryResult<Sealed> {
    let stored: Option<String> = issued_forms::table
        .find(id.as_str())
        .select(issued_forms::pdf)
        .first(conn)?;
    stored
        .map(Sealed::from)
        .ok_or(diesel::result::Error::NotFound)
}

/// What a form is made of.
pub fn paper(conn: &mut DbConn, id: &IssuedFormId) -> QueryResult<Sealed> {
    let stored: Option<String> = issued_forms::table
        .find(id.as_str())
        .select(issued_forms::paper)
        .first(conn)?;
    stored
        .map(Sealed::from)
        .ok_or(diesel::result::Error::NotFound)
}

/// Empties what stands on the forms of a case; that they were issued stays.
pub fn empty(conn: &mut DbConn, case: &str) -> QueryResult<()> {
    diesel::update(issued_forms::table.filter(issued_forms::case_id.eq(case)))
        .set((
            issued_forms::pdf.eq(None::<String>),
            issued_forms::paper.eq(None::<String>),
        ))
        .execute(conn)?;
    Ok(())
}
