//! Writing a record: the declaration first, which is then safe whatever follows, then its paper. A device that had no line sends
//! what it kept by its script, which reads the answer as JSON.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde_json::{Value, json};

use super::{
    entry::{self, Offered, Parts},
    paper,
};
use crate::{
    api::extract::{Credentials, Stranger},
    app::AppState,
    domain::access::Right,
    error::{AppError, Result},
    ids::CaseId,
    service::{
        Ctx,
        declarations::{self, Submit},
    },
    time::vietnam,
    web::{
        chrome::{Chrome, see},
        fields::{Summary, Typed},
        injuries,
        notice::wants_json,
    },
    wording::{commune_page as words, notice_page as notice_words, shown::FaultShown},
};

#[derive(Template)]
#[template(path = "commune_record.html", config = "src/web/askama.toml")]
struct RecordPage {
    c: Chrome,
    summary: Summary,
    parts: Parts,
    /// One for each page that is opened, so that pressing twice declares once.
    key: String,
    /// Code of the commune for which the page was opened; empty on a page that nobody's is.
    of: String,
}

/// What the page must know, and who asks.
fn offered(ctx: &Ctx) -> Result<(Chromed, Offered)> {
    ctx.require(Right::Declare)?;
    let commune = ctx.actor.commune_code.clone();
    let commune = commune.ok_or(AppError::Forbidden("records are written by a commune"))?;
    let injuries = injuries::in_force(ctx);
    let chromed = Chromed {
        actor: ctx.actor.clone(),
        now: ctx.now,
    };
    Ok((chromed, Offered { commune, injuries }))
}

/// Who asks, and when.
struct Chromed {
    actor: crate::domain::access::Actor,
    now: chrono::DateTime<chrono::Utc>,
}

fn page(c: Chrome, typed: &Typed, offered: &Offered, key: String) -> RecordPage {
    let of = match typed.get("of") {
        "" => offered.commune.clone(),
        begun => begun.to_owned(),
    };
    let parts = entry::parts(&c, typed, offered);
    let mut lines = typed.summary(&c, &parts.accident);
    lines.add(&parts.person);
    lines.add(&parts.paper);
    RecordPage {
        summary: lines,
        parts,
        key,
        of,
        c,
    }
}

/// `GET /commune/record/blank`: the form as a device keeps it for when there is no line. Nothing on it is anybody's.
pub async fn blank(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Stranger,
) -> Result<HttpResponse> {
    let injuries = state
        .read_for_nobody(sender, |ctx| Ok(injuries::in_force(ctx)))
        .await?;
    let offered = Offered {
        commune: String::new(),
        injuries,
    };
    let typed = Typed::default();
    let page = page(Chrome::of(&request), &typed, &offered, String::new());
    Ok(page.c.ok(&page))
}

/// `GET /commune/record`.
pub async fn ask(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
) -> Result<HttpResponse> {
    let (who, offered) = state.read_as(sender, |_, ctx| offered(ctx)).await?;
    let mut typed = Typed::default();
    let now = who.now.with_timezone(&vietnam());
    typed.suggest("day", now.format("%Y-%m-%d").to_string());
    let mut named = who.actor.name.splitn(2, ", ");
    typed.suggest("official", named.next().unwrap_or_default());
    typed.suggest("position", named.next().unwrap_or_default());
    let key = uuid::Uuid::now_v7().to_string();
    let page = page(Chrome::of(&request).with(&who.actor), &typed, &offered, key);
    Ok(page.c.ok(&page))
}

/// `POST /commune/record`.
pub async fn make(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    form: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let mut typed = Typed::new(form.into_inner());
    let (who, offered) = state.read_as(sender.clone(), |_, ctx| offered(ctx)).await?;
    let key = typed.get("key").to_owned();
    // Kept on a device that several people share, perhaps.
    let of = typed.get("of");
    if !of.is_empty() && of != offered.commune {
        let c = Chrome::of(&request).with(&who.actor);
        typed.wrong("", c.t(words::OTHER_COMMUNE));
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(again(&request, status, page(c, &typed, &offered, key)));
    }
    let body = entry::declaration(&typed, &offered);
    let cmd = Submit {
        right: Right::Declare,
        raw: body.to_string(),
        body,
        key: Some(key.clone()).filter(|key| uuid::Uuid::try_parse(key).is_ok()),
    };
    let declared = state
        .plan_and_write_as(
            sender.clone(),
            move |_, ctx| declarations::plan(ctx, cmd),
            declarations::store,
        )
        .await;
    let answered = match declared {
        Ok(answered) => answered,
        Err(AppError::Invalid(faults)) => {
            let c = Chrome::of(&request).with(&who.actor);
            let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
            let lacks_hour = typed.get("time").is_empty();
            typed.faults(&c, &faults, |pointer| match pointer {
                "/accident/occurred_at" if lacks_hour => Some("time".to_owned()),
                _ => entry::entry_of(pointer),
            });
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(again(&request, status, page(c, &typed, &offered, key)));
        }
        // It was received with other words; what is here now is another record, if it is sent.
        Err(AppError::KeyReused) => {
            let c = Chrome::of(&request).with(&who.actor);
            typed.wrong("", c.t(notice_words::SENT_BEFORE));
            let key = uuid::Uuid::now_v7().to_string();
            let page = page(c, &typed, &offered, key);
            return Ok(again(&request, StatusCode::CONFLICT, page));
        }
        Err(other) => return Err(other),
    };
    if !answered.replayed {
        state.metrics.declared();
    }
    let answer: Value = serde_json::from_str(&answered.answer)?;
    let id = answer["case"]["id"].as_str().and_then(CaseId::parse);
    let id = id.ok_or(AppError::NotFound("case"))?;
    // The declaration stands. Whatever fails from here on is said on the page that follows, and can be done from the case.
    if let Err(error) = paper::write(&state, &sender, &id, &typed).await {
        tracing::warn!(case.id = %id, "A record stays to be printed: {error}");
    }
    let address = format!("/commune/record/{id}");
    Ok(match wants_json(&request) {
        true => HttpResponse::Ok()
            .json(json!({ "receipt_no": answered.receipt_no, "address": address })),
        false => see(&address),
    })
}

/// The form with what is wrong with it; to a script the faults alone.
fn again(request: &HttpRequest, status: StatusCode, page: RecordPage) -> HttpResponse {
    match wants_json(request) {
        true => HttpResponse::build(status).json(json!({ "faults": page.summary.lines() })),
        false => page.c.page(status, &page),
    }
}
