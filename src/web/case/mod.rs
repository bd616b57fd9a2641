//! `/cases/{id}`: a case on one page, and the forms of its steps.

mod body;
mod clocks;
mod differ;
mod entries;
mod facts;
mod issue;
mod page;
mod papers;
mod said;
#[cfg(test)]
mod sizes;
mod step;
mod step_page;
mod timeline;
mod told;

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Deserialize;

pub use issue::issue;
pub use step::{show as show_step, take as take_step};

use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Facts, Right},
        law::Subject,
    },
    error::{AppError, Result},
    ids::{CaseId, DocumentId},
    service::{
        Ctx,
        alerts::{self, AlertShown},
        cases::{
            self, CaseDetail,
            reports::{self, ReportTable},
        },
        declarations,
        documents::{self, Listing},
        forms::{self, Offered},
    },
    store::{conn::DbConn, forms::Issued},
    time::day_in_vietnam,
};

/// What the page shows, as it is read in one transaction. What the caller may not read is not there.
pub struct Looked {
    actor: Actor,
    detail: CaseDetail,
    alerts: Option<Vec<AlertShown>>,
    documents: Option<Listing>,
    issued: Option<Vec<(Issued, Vec<DocumentId>)>>,
    offered: Vec<Offered>,
    reports: Option<ReportTable>,
    /// Names of the injuries of the list of the law, by their codes.
    injuries: BTreeMap<String, String>,
    may_add: bool,
    /// Its declaration may be corrected and added to.
    may_supplement: bool,
    /// Who saw the case may be looked at.
    may_trace: bool,
}

/// Nothing where the caller may not look.
fn where_allowed<T>(found: Result<T>) -> Result<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(AppError::Forbidden(_) | AppError::NotFound(_) | AppError::Conflict(_)) => Ok(None),
        Err(other) => Err(other),
    }
}

fn parsed(id: &str) -> Result<CaseId> {
    CaseId::parse(id).ok_or(AppError::NotFound("case"))
}

fn look(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<Looked> {
    let detail = cases::show(tx, ctx, id)?;
    let offered = match ctx.may(Right::IssueForms, Facts::Any) {
        true => where_allowed(forms::offered(ctx, None))?.unwrap_or_default(),
        false => Vec::new(),
    };
    let day = day_in_vietnam(detail.case.occurred_at);
    let victims = detail.facts.iter().flat_map(|facts| &facts.victims);
    let codes = victims.flat_map(|victim| &victim.injuries);
    let name = |code: &String| {
        let listed = ctx.world.law.keyed(Subject::SeriousInjury, code, day)?;
        Some((code.clone(), listed.note.clone()))
    };
    Ok(Looked {
        injuries: codes.filter_map(name).collect(),
        alerts: where_allowed(alerts::list(tx, ctx, id))?,
        documents: where_allowed(documents::list(tx, ctx, id, None))?,
        issued: where_allowed(forms::of_case(tx, ctx, id))?,
        reports: match detail.differing.is_empty() {
            true => None,
            false => where_allowed(reports::contradictions(tx, ctx, id))?,
        },
        may_trace: detail.declaration.is_some() && ctx.may(Right::ReadTrace, Facts::Any),
        may_supplement: detail.declaration.is_some()
            && where_allowed(declarations::visible(
                tx,
                ctx,
                Right::Supplement,
                &detail.case.receipt_no,
            ))?
            .is_some(),
        may_add: ctx.may(Right::AddDocuments, Facts::Any) && !detail.case.sector.is_armed_forces(),
        offered,
        actor: ctx.actor.clone(),
        detail,
    })
}

/// What was done just now.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct SaidQuery {
    /// A step.
    said: String,
    /// A form that was issued.
    form: String,
    /// How many entries of it are blank.
    blanks: String,
    /// It had been issued already.
    twice: String,
}

/// `GET /cases/{case_id}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
    query: Query<SaidQuery>,
) -> Result<HttpResponse> {
    let now = state.clock.now();
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &parsed(&id)?))
        .await?;
    let largest = state.archive.largest();
    Ok(page::drawn(
        &request,
        StatusCode::OK,
        now,
        &looked,
        largest,
        said::Said::of(&query),
    ))
}
