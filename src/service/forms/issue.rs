//! A form is drawn first and issued then. Setting its pages takes longer than everything that the database
//! does for it, and on SQLite one writes at a time: nobody's declaration waits for somebody's form.

use std::{cell::Cell, collections::BTreeSet};

use chrono::{Datelike, NaiveDate};
use data_encoding::HEXLOWER;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    Blank, JustIssued,
    fill::{Bearing, Filled, fill},
    issuer::Issuer,
    known::Known,
    seen, traced,
    typed::Typed,
};
use crate::{
    domain::{
        access::{Facts, Right},
        audit::Action,
        case::Case,
        declaration::{Declaration, FaultCode},
        forms::{self, FormDefinition, HeadOf},
    },
    error::{AppError, Result},
    ids::{CaseId, IssuedFormId},
    paper::{Mark, Paper, pdf},
    sealing::{CaseKey, Column},
    service::{Ctx, form::Form, inventory, masking, sealed},
    store::{
        cases, clocks,
        conn::DbConn,
        events,
        forms::{self as stored, Issued, NewForm},
    },
    time::day_in_vietnam,
};

/// Longest number that an office gives a form itself, in characters.
const LONGEST_NUMBER: usize = 100;

/// What is asked for, sound.
struct Asked {
    form: FormDefinition,
    about: Option<u32>,
    number: Option<String>,
    dated: NaiveDate,
}

/// A form that is drawn and not issued: it stands while its number is still the next one, and the case as it was.
pub struct Draft {
    asked: Asked,
    issuer: Issuer,
    standing: Standing,
    number_text: Option<String>,
    mark: Mark,
    paper: Paper,
    blanks: Vec<Blank>,
    pdf: Vec<u8>,
    pages: u32,
    health: bool,
    identity: bool,
}

/// What a form was drawn from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Standing {
    case_version: i32,
    year: i32,
    number: i32,
    version: i32,
}

/// Draws a form of the case `id`, with the number that would be the next. Nothing is stored.
pub fn draft(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, body: &Value) -> Result<Draft> {
    ctx.require(Right::IssueForms)?;
    let case = seen(tx, ctx, id)?;
    let key = sealed::key_of(&ctx.keys, &case)?;
    draw(tx, ctx, &case, &key, body, |tx, issuer, year| {
        Ok(stored::last_number(tx, issuer, year)? + 1)
    })
}

/// Draws a form of `case` with the number that `next` gives to its issuer and year.
fn draw(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &Case,
    key: &CaseKey,
    body: &Value,
    next: impl FnOnce(&mut DbConn, &str, i32) -> Result<i32>,
) -> Result<Draft> {
    let issuer = Issuer::of(ctx);
    let (facts, decision) = (
        sealed::shown_facts(key, case)?.map(|facts| readable(ctx, facts)),
        sealed::decision(key, case)?,
    );
    let (events, clocks) = (
        events::list(tx, &case.id, key)?,
        clocks::list(tx, &case.id)?,
    );
    let victims = cases::victims(tx, &case.id)?;
    let moved = inventory::last_of(tx, ctx, case, key)?;
    let mut known = Known {
        case,
        facts: facts.as_ref(),
        decision: decision.as_ref(),
        events: &events,
        clocks: &clocks,
        victims: &victims,
        world: &ctx.world,
        issuer: &issuer,
        moved: moved.as_ref(),
        about: None,
        health: Cell::new(false),
        identity: Cell::new(false),
    };
    let numbers: BTreeSet<u32> = known.numbers().into_iter().collect();
    let asked = read(ctx, body, case, &numbers)?;
    let typed = Typed::read(body, &asked.form, &numbers).map_err(AppError::Invalid)?;
    known.about = asked.about;

    let year = asked.dated.year();
    let standing = Standing {
        case_version: case.version,
        year,
        number: next(tx, &issuer.id, year)?,
        version: stored::versions(tx, &case.id, &asked.form.code, asked.about)? + 1,
    };
    let mark = new_mark()?;
    let number_text = printed_number(&asked, &issuer, standing.number);
    let bearing = Bearing {
        dated: asked.dated,
        footer: format!(
            "{} · Phiếu số {}/{year}, {} · Bản {}",
            asked.form.name, standing.number, issuer.short, standing.version
        ),
        number: number_text.clone(),
        mark: Some(&mark),
    };
    let Filled { paper, blanks } =
        fill(&asked.form, Some(&known), &typed, &bearing).map_err(AppError::Invalid)?;
    let written = pdf::write(&paper).map_err(AppError::internal)?;
    let (health, identity) = (known.health.get(), known.identity.get());
    Ok(Draft {
        asked,
        issuer,
        standing,
        number_text,
        mark,
        paper,
        blanks,
        pdf: written.bytes,
        pages: written.pages,
        health,
        identity,
    })
}

/// Issues a form of the case `id` as it was drawn, or drawn again where another took its number or the case went
/// on meanwhile: numbered, stored as it is.
pub fn issue(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &CaseId,
    body: &Value,
    draft: Draft,
) -> Result<JustIssued> {
    let mut case = seen(tx, ctx, id)?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let now = Standing {
        case_version: case.version,
        year: draft.standing.year,
        number: stored::next_number(tx, &draft.issuer.id, draft.standing.year)?,
        version: stored::versions(tx, id, &draft.asked.form.code, draft.asked.about)? + 1,
    };
    let drawn = if now == draft.standing {
        draft
    } else {
        draw(tx, ctx, &case, &key, body, |_, _, _| Ok(now.number))?
    };
    let form_id = IssuedFormId::generate();
    let issued = Issued {
        id: form_id.clone(),
        case_id: id.clone(),
        form: drawn.asked.form.code.clone(),
        form_valid_from: drawn.asked.form.valid_from,
        victim: drawn.asked.about,
        issuer: drawn.issuer.id.clone(),
        year: now.year,
        number: now.number,
        number_text: drawn.number_text,
        version: now.version,
        dated: drawn.asked.dated,
        issued_at: ctx.now,
        issued_by: ctx.actor.caller.id(),
        issued_by_name: ctx.actor.name.clone(),
        case_version: case.version,
        mark: drawn.mark,
        sha256: HEXLOWER.encode(&Sha256::digest(&drawn.pdf)),
        pages: drawn.pages,
        health: drawn.health,
        identity: drawn.identity,
    };
    let paper = serde_json::to_string(&drawn.paper)?;
    stored::insert(
        tx,
        NewForm {
            issued: &issued,
            pdf: key.seal_bytes(Column::FormPdf, form_id.as_str(), &drawn.pdf)?,
            paper: key.seal(Column::FormPaper, form_id.as_str(), &paper)?,
        },
    )?;
    ctx.note(Action::IssueForm, id, traced(&issued));
    Ok(JustIssued {
        issued,
        blanks: drawn.blanks,
    })
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
    let may_issue = |form: &&FormDefinition| {
        form.issued_by.is_empty() || form.issued_by.contains(&ctx.actor.role)
    };
    let found = found.filter(may_issue);
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
