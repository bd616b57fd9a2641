//! Forms of a case: which there are, filled and issued, found again by number or by the code on a scan.
//!
//! An issued form is numbered for its authority and year without gaps: the counter moves in the transaction
//! that stores the form. Its pages are kept sealed with the key of its case, and are given again byte for
//! byte.

mod fill;
mod issuer;
mod known;
mod rows;
#[cfg(test)]
mod tests;
mod typed;
mod values;

use std::{borrow::Cow, cell::Cell, collections::BTreeSet};

use chrono::{Datelike, NaiveDate};
use data_encoding::HEXLOWER;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    domain::{
        access::{Facts, Right, audiences},
        audit::Action,
        case::Case,
        declaration::{Declaration, Fault, FaultCode},
        forms::{self, FormDefinition, HeadOf},
    },
    error::{AppError, Result},
    ids::{CaseId, IssuedFormId},
    paper::{FormRef, Mark, Paper, docx, pdf},
    sealing::{CaseKey, Column},
    service::{Ctx, directory::read_day, form::Form, masking, sealed},
    store::{
        cases, clocks,
        conn::DbConn,
        events,
        forms::{self as stored, Issued, NewForm},
        notices,
    },
    time::day_in_vietnam,
};
pub use fill::Blank;
use fill::{Bearing, Filled, fill};
use issuer::Issuer;
use known::Known;
use typed::Typed;

/// Longest number that an office gives a form itself, in characters.
const LONGEST_NUMBER: usize = 100;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

/// What is asked for, sound.
struct Asked {
    form: FormDefinition,
    about: Option<u32>,
    number: Option<String>,
    dated: NaiveDate,
}

/// Issues a form of the case `id`: filled, numbered, stored as it is.
pub fn issue(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, body: &Value) -> Result<JustIssued> {
    ctx.require(Right::IssueForms)?;
    let mut case = seen(tx, ctx, id)?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let issuer = Issuer::of(ctx);
    let (facts, decision) = (
        sealed::shown_facts(&key, &case)?.map(|facts| readable(ctx, facts)),
        sealed::decision(&key, &case)?,
    );
    let (events, clocks) = (events::list(tx, id, &key)?, clocks::list(tx, id)?);
    let victims = cases::victims(tx, id)?;
    let mut known = Known {
        case: &case,
        facts: facts.as_ref(),
        decision: decision.as_ref(),
        events: &events,
        clocks: &clocks,
        victims: &victims,
        world: &ctx.world,
        issuer: &issuer,
        about: None,
        health: Cell::new(false),
        identity: Cell::new(false),
    };
    let numbers: BTreeSet<u32> = known.numbers().into_iter().collect();
    let asked = read(ctx, body, &case, &numbers)?;
    let typed = Typed::read(body, &asked.form, &numbers).map_err(AppError::Invalid)?;
    known.about = asked.about;

    let year = asked.dated.year();
    let number = stored::next_number(tx, &issuer.id, year)?;
    let version = stored::versions(tx, id, &asked.form.code, asked.about)? + 1;
    let mark = new_mark()?;
    let number_text = printed_number(&asked, &issuer, number);
    let bearing = Bearing {
        dated: asked.dated,
        footer: format!(
            "{} · Phiếu số {number}/{year}, {} · Bản {version}",
            asked.form.name, issuer.short
        ),
        number: number_text.clone(),
        mark: &mark,
    };
    let Filled { paper, blanks } =
        fill(&asked.form, &known, &typed, &bearing).map_err(AppError::Invalid)?;
    let written = pdf::write(&paper).map_err(AppError::internal)?;

    let form_id = IssuedFormId::generate();
    let issued = Issued {
        id: form_id.clone(),
        case_id: id.clone(),
        form: asked.form.code.clone(),
        form_valid_from: asked.form.valid_from,
        victim: asked.about,
        issuer: issuer.id.clone(),
        year,
        number,
        number_text,
        version,
        dated: asked.dated,
        issued_at: ctx.now,
        issued_by: ctx.actor.caller.id(),
        issued_by_name: ctx.actor.name.clone(),
        case_version: case.version,
        mark,
        sha256: HEXLOWER.encode(&Sha256::digest(&written.bytes)),
        pages: written.pages,
        health: known.health.get(),
        identity: known.identity.get(),
    };
    let paper = serde_json::to_string(&paper)?;
    stored::insert(
        tx,
        NewForm {
            issued: &issued,
            pdf: key.seal_bytes(Column::FormPdf, form_id.as_str(), &written.bytes)?,
            paper: key.seal(Column::FormPaper, form_id.as_str(), &paper)?,
        },
    )?;
    ctx.note(Action::IssueForm, id, traced(&issued));
    Ok(JustIssued { issued, blanks })
}

/// What the trace keeps of a form.
fn traced(issued: &Issued) -> Value {
    json!({
        "form": issued.form, "issued_form": issued.id, "issuer": issued.issuer,
        "year": issued.year, "number": issued.number, "sha256": issued.sha256,
    })
}

/// The case, where the caller sees it.
fn seen(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<Case> {
    let found = cases::find(tx, id, &audiences(&ctx.actor))?;
    let case = found.ok_or(AppError::NotFound("case"))?;
    if notices::state(tx, id)? == Some(crate::domain::notice::NoticeState::Held) {
        return Err(AppError::NotFound("case"));
    }
    Ok(case)
}

/// The facts as the caller may read them: what it may not read is blank on its forms.
fn readable(ctx: &Ctx, mut facts: Declaration) -> Declaration {
    let may_health = ctx.may(Right::ReadHealthData, Facts::Found);
    let may_identity = ctx.may(Right::ReadIdentityNumbers, Facts::Found);
    for victim in &mut facts.victims {
        if !may_health {
            victim.injuries.clear();
            victim.death = None;
        }
        if !may_identity {
            let number = victim.citizen_id.take();
            victim.citizen_id = number.map(|number| masking::shortened(&number));
        }
    }
    facts
}

fn read(ctx: &Ctx, body: &Value, case: &Case, victims: &BTreeSet<u32>) -> Result<Asked> {
    let today = day_in_vietnam(ctx.now);
    let mut form = Form::new(body);
    let code = form.text("form", LONGEST_NUMBER);
    let number = form.optional_text("number", LONGEST_NUMBER);
    let dated = form.optional_day("dated").unwrap_or(today);
    let about = form.optional_number("victim");
    for member in ["entries", "victims", "rows"] {
        form.knows(member);
    }
    let about = match about.map(u32::try_from) {
        None => None,
        Some(Ok(no)) if victims.contains(&no) => Some(no),
        Some(_) => {
            form.fault("victim", FaultCode::NotAllowed);
            None
        }
    };
    if dated > today {
        form.fault("dated", FaultCode::InTheFuture);
    } else if dated < day_in_vietnam(case.occurred_at) {
        form.fault("dated", FaultCode::BeforeAccident);
    }
    let found = code.as_deref().and_then(|code| forms::on(code, dated));
    if code.is_some() && found.is_none() {
        form.fault("form", FaultCode::NotAllowed);
    }
    form.finish()?;
    let found = found.ok_or_else(|| AppError::internal("a form without faults lacks its code"))?;
    let (corrected, _) = found.corrected(&ctx.world.law, dated);
    Ok(Asked {
        form: corrected,
        about,
        number,
        dated,
    })
}

/// What stands behind `Số:`. The employer's forms are numbered by the employer.
fn printed_number(asked: &Asked, issuer: &Issuer, number: i32) -> Option<String> {
    if asked.form.sign.is_empty() {
        return None;
    }
    if let Some(given) = &asked.number {
        return Some(given.clone());
    }
    Some(match asked.form.head {
        HeadOf::Issuer => format!("{number:02}/{}-{}", asked.form.sign, issuer.short),
        HeadOf::Establishment => format!("………/{}", asked.form.sign),
    })
}

fn new_mark() -> Result<Mark> {
    let mut random = [0; 10];
    getrandom::fill(&mut random).map_err(|why| AppError::internal(why.to_string()))?;
    Ok(Mark::of(random))
}

/// The forms that were issued of the case `id`, the newest first.
pub fn of_case(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<Vec<Issued>> {
    ctx.require(Right::ReadForms)?;
    seen(tx, ctx, id)?;
    Ok(stored::of_case(tx, id)?)
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
    pub file_item: Option<forms::FormItem>,
}

/// Where the form with this code belongs: the text of a code, or the mark as somebody types it.
pub fn by_mark(tx: &mut DbConn, ctx: &Ctx, text: &str) -> Result<Belongs> {
    ctx.require(Right::ReadForms)?;
    let not_found = || AppError::NotFound("form");
    let code = FormRef::parse(text).ok_or_else(not_found)?;
    belongs(tx, ctx, &code)?.ok_or_else(not_found)
}

/// The same for a code that was found on a scan ([`crate::paper::scan::form_of_scan`]); `None` where no
/// form has it, or the caller does not see its case.
pub fn belongs(tx: &mut DbConn, ctx: &Ctx, code: &FormRef) -> Result<Option<Belongs>> {
    let Some(issued) = stored::by_mark(tx, &code.mark)? else {
        return Ok(None);
    };
    match seen(tx, ctx, &issued.case_id) {
        Ok(_) => {}
        Err(AppError::NotFound(_)) => return Ok(None),
        Err(other) => return Err(other),
    }
    let definition = forms::all()
        .iter()
        .find(|form| form.code == issued.form && form.valid_from == issued.form_valid_from);
    Ok(Some(Belongs {
        file_item: definition.and_then(|form| form.file_item),
        page: code.page.filter(|page| *page <= issued.pages),
        issued,
    }))
}

/// The label of a form, for lists.
pub fn name_of(issued: &Issued) -> Cow<'static, str> {
    let found = forms::all()
        .iter()
        .find(|form| form.code == issued.form && form.valid_from == issued.form_valid_from);
    match found {
        Some(form) => Cow::Borrowed(form.title.as_str()),
        None => Cow::Owned(issued.form.clone()),
    }
}
