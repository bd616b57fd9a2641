//! Forms of a case: which there are, filled and issued, found again by number or by the code on a scan.
//!
//! An issued form is numbered for its authority and year without gaps: the counter moves in the transaction
//! that stores the form. Its pages are kept sealed with the key of its case, and are given again byte for
//! byte.

mod empty;
mod fill;
mod issue;
mod issuer;
mod known;
mod rows;
#[cfg(test)]
mod tests;
mod typed;
mod values;

use std::{borrow::Cow, collections::BTreeMap};

use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        access::{Facts, Right},
        audit::Action,
        case::Case,
        declaration::{Fault, FaultCode},
        document::FileItem,
        forms::{self, FormDefinition},
    },
    error::{AppError, Result},
    ids::{CaseId, DocumentId, IssuedFormId},
    paper::{FormRef, Paper, docx},
    sealing::{CaseKey, Column},
    service::{Ctx, directory::read_day, sealed, seen::seen},
    store::{
        conn::DbConn,
        documents,
        forms::{self as stored, Issued},
    },
    time::day_in_vietnam,
};
pub use empty::{EmptyForms, printed};
pub use fill::Blank;
pub use issue::{Draft, draft, issue};

/// A form, as it is on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// The definition, with what was corrected.
    pub form: FormDefinition,
    /// What was corrected: keys of rules.
    pub corrected: Vec<String>,
}

/// A form that was just issued.
#[derive(Debug, Clone, PartialEq)]
pub struct JustIssued {
    /// As it is recorded.
    pub issued: Issued,
    /// What is left to be written by hand.
    pub blanks: Vec<Blank>,
}

/// As what an issued form is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileKind {
    /// As it was issued.
    Pdf,
    /// To go on with.
    Docx,
}

/// The forms that are used on a day, by default today.
pub fn offered(ctx: &Ctx, day: Option<&str>) -> Result<Vec<Offered>> {
    ctx.require(Right::ReadDirectory)?;
    let day = match day {
        None => day_in_vietnam(ctx.now),
        Some(text) => read_day(text).ok_or_else(|| {
            AppError::Invalid(vec![Fault {
                pointer: "/day".to_owned(),
                code: FaultCode::NotADate,
            }])
        })?,
    };
    let on_day = forms::all().iter().filter(|form| form.in_force_on(day));
    let corrected = on_day.map(|form| {
        let (form, corrected) = form.corrected(&ctx.world.law, day);
        Offered { form, corrected }
    });
    Ok(corrected.collect())
}

/// What the trace keeps of a form.
fn traced(issued: &Issued) -> Value {
    json!({
        "form": issued.form, "issued_form": issued.id, "issuer": issued.issuer,
        "year": issued.year, "number": issued.number, "sha256": issued.sha256,
    })
}

/// The forms that were issued of the case `id`, the newest first, each with its scans.
pub fn of_case(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<Vec<(Issued, Vec<DocumentId>)>> {
    ctx.require(Right::ReadForms)?;
    seen(tx, ctx, id)?;
    let mut scans: BTreeMap<IssuedFormId, Vec<DocumentId>> = BTreeMap::new();
    for (form, document) in documents::scans_of_forms(tx, id)? {
        scans.entry(form).or_default().push(document);
    }
    let issued = stored::of_case(tx, id)?;
    ctx.note(Action::ListForms, id, json!({ "forms": issued.len() }));
    let issued = issued.into_iter();
    let with_scans = issued.map(|issued| {
        let scans = scans.remove(&issued.id).unwrap_or_default();
        (issued, scans)
    });
    Ok(with_scans.collect())
}

/// The form `id`, where the caller sees its case and may read what stands on it.
fn readable_form(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<(Issued, Case)> {
    ctx.require(Right::ReadForms)?;
    let not_found = || AppError::NotFound("form");
    let id = IssuedFormId::parse(id).ok_or_else(not_found)?;
    let issued = stored::find(tx, &id)?.ok_or_else(not_found)?;
    let case = seen(tx, ctx, &issued.case_id).map_err(|error| match error {
        AppError::NotFound(_) => not_found(),
        other => other,
    })?;
    if issued.health {
        ctx.require_of(Right::ReadHealthData, Facts::Found, "form")?;
    }
    if issued.identity {
        ctx.require_of(Right::ReadIdentityNumbers, Facts::Found, "form")?;
    }
    Ok((issued, case))
}

/// A file of an issued form.
#[derive(Debug, Clone, PartialEq)]
pub struct FormFile {
    /// As it is recorded.
    pub issued: Issued,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// An issued form: as PDF exactly as it was issued, or as DOCX to go on with.
pub fn file(tx: &mut DbConn, ctx: &Ctx, id: &str, kind: FileKind) -> Result<FormFile> {
    let (issued, case) = readable_form(tx, ctx, id)?;
    let key = sealed::key_of(&ctx.keys, &case)?;
    let bytes = match kind {
        FileKind::Pdf => pdf_of(tx, &key, &issued)?,
        FileKind::Docx => {
            let sealed = stored::paper(tx, &issued.id)?;
            let text = key.open(Column::FormPaper, issued.id.as_str(), &sealed)?;
            let paper: Paper = serde_json::from_str(&text)?;
            docx::write(&paper).map_err(AppError::internal)?
        }
    };
    let mut details = traced(&issued);
    details["as"] = Value::from(match kind {
        FileKind::Pdf => "pdf",
        FileKind::Docx => "docx",
    });
    ctx.note(Action::ReadForm, &issued.case_id, details);
    Ok(FormFile { issued, bytes })
}

fn pdf_of(tx: &mut DbConn, key: &CaseKey, issued: &Issued) -> Result<Vec<u8>> {
    let sealed = stored::pdf(tx, &issued.id)?;
    let bytes = key.open_bytes(Column::FormPdf, issued.id.as_str(), &sealed)?;
    if HEXLOWER.encode(&Sha256::digest(&bytes)) != issued.sha256 {
        return Err(AppError::internal(format!(
            "the form {} was changed",
            issued.id
        )));
    }
    Ok(bytes)
}

/// Where a signed form belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Belongs {
    /// The form.
    pub issued: Issued,
    /// The page that was scanned, where the code says it.
    pub page: Option<u32>,
    /// The item of the accident file that it is.
    pub file_item: Option<FileItem>,
    /// Its scans that are here already.
    pub scans: Vec<DocumentId>,
}

impl Belongs {
    fn of(issued: Issued, code: &FormRef) -> Self {
        Self {
            file_item: definition(&issued).and_then(|form| form.file_item),
            page: code.page.filter(|page| *page <= issued.pages),
            scans: Vec::new(),
            issued,
        }
    }
}

/// The form as it was defined when it was issued.
fn definition(issued: &Issued) -> Option<&'static FormDefinition> {
    let mut all = forms::all().iter();
    all.find(|form| form.code == issued.form && form.valid_from == issued.form_valid_from)
}

/// Where the form with this code belongs: the text of a code, or the mark as somebody types it.
pub fn by_mark(tx: &mut DbConn, ctx: &Ctx, text: &str) -> Result<Belongs> {
    ctx.require(Right::ReadForms)?;
    let not_found = || AppError::NotFound("form");
    let code = FormRef::parse(text).ok_or_else(not_found)?;
    by_code(tx, ctx, &code)
}

/// Where the form with this code belongs.
pub fn by_code(tx: &mut DbConn, ctx: &Ctx, code: &FormRef) -> Result<Belongs> {
    ctx.require(Right::ReadForms)?;
    let not_found = || AppError::NotFound("form");
    let issued = stored::by_mark(tx, &code.mark)?.ok_or_else(not_found)?;
    seen(tx, ctx, &issued.case_id).map_err(|why| match why {
        AppError::NotFound(_) => not_found(),
        other => other,
    })?;
    let scans = documents::scans_of_forms(tx, &issued.case_id)?.into_iter();
    let scans = scans.filter(|(form, _)| *form == issued.id);
    Ok(Belongs {
        scans: scans.map(|(_, document)| document).collect(),
        ..Belongs::of(issued, code)
    })
}

/// Where a scan of a document of the case `id` belongs, by the code on it; `None` where that is of no form
/// of this case.
pub fn on_scan(tx: &mut DbConn, id: &CaseId, code: &FormRef) -> Result<Option<Belongs>> {
    let issued = stored::by_mark(tx, &code.mark)?.filter(|issued| issued.case_id == *id);
    Ok(issued.map(|issued| Belongs::of(issued, code)))
}

/// The label of a form, for lists.
pub fn name_of(issued: &Issued) -> Cow<'static, str> {
    match definition(issued) {
        Some(form) => Cow::Borrowed(form.title.as_str()),
        None => Cow::Owned(issued.form.clone()),
    }
}
