//! Issuing a form of a case.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Path},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    look, page, parsed,
    said::{Both, Said},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    error::{AppError, Result},
    service::forms,
    web::{chrome::see, refused},
    wording::shown::FaultShown,
};

/// What the form sends.
#[derive(Deserialize)]
pub struct IssueForm {
    form: String,
    #[serde(default)]
    victim: String,
    /// How many forms of the case there were when the page was made: a second press finds one more.
    seen: usize,
}

/// `POST /cases/{case_id}/forms`.
pub async fn issue(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
    form: Form<IssueForm>,
) -> Result<HttpResponse> {
    let id = parsed(&id)?;
    let asked = form.into_inner();
    let mut body = json!({ "form": asked.form });
    if let Ok(no) = asked.victim.parse::<u32>() {
        body["victim"] = Value::from(no);
    }
    let (of_plan, of_write, seen) = (id.clone(), id.clone(), asked.seen);
    let issued = state
        .plan_and_write_as(
            sender.clone(),
            move |tx, ctx| {
                let draft = forms::draft(tx, ctx, &of_plan, &body)?;
                Ok((body, draft))
            },
            move |tx, ctx, (body, draft)| {
                if forms::of_case(tx, ctx, &of_write)?.len() != seen {
                    return Ok(None);
                }
                Ok(Some(forms::issue(tx, ctx, &of_write, &body, draft)?))
            },
        )
        .await;
    let why = match issued {
        Ok(Some(just)) => {
            let (form, blanks) = (&just.issued.form, just.blanks.len());
            return Ok(see(&format!(
                "/cases/{id}?form={form}&blanks={blanks}#forms"
            )));
        }
        Ok(None) => return Ok(see(&format!("/cases/{id}?twice=yes#forms"))),
        Err(AppError::Invalid(faults)) => {
            let shown = faults.first().map(FaultShown::from);
            shown.map_or(crate::wording::chrome::FAULTS.into(), |one| {
                (one.message_vi, one.message_en).into()
            })
        }
        Err(error @ (AppError::Conflict(_) | AppError::Forbidden(_))) => {
            Both::from(refused::said(&error))
        }
        Err(other) => return Err(other),
    };
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &id))
        .await?;
    let largest = state.archive.largest();
    let now = state.clock.now();
    let said = Said::not_issued(why);
    Ok(page::drawn(
        &request,
        StatusCode::UNPROCESSABLE_ENTITY,
        now,
        &looked,
        largest,
        said,
    ))
}
