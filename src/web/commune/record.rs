//! Writing a record: the declaration first, which is then safe whatever follows, then its state, the paper, and the step that
//! says that it was recorded.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use askama::Template;
use serde_json::{Value, json};

use super::entry::{self, Offered, Parts};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::Right,
        case::{CaseStatus, Step},
        investigation::InvestigationLevel,
    },
    error::{AppError, Result},
    ids::CaseId,
    service::{
        Ctx,
        cases::{self, CaseDetail, TakeStep},
        declarations::{self, Submit},
        forms,
    },
    store::conn::DbConn,
    time::{day_in_vietnam, vietnam},
    web::{
        chrome::{Chrome, see},
        fields::{Summary, Typed},
        injuries,
    },
    wording::{commune_page as words, shown::FaultShown},
};

#[derive(Template)]
#[template(path = "commune_record.html", config = "src/web/askama.toml")]
struct RecordPage {
    c: Chrome,
    summary: Summary,
    parts: Parts,
    /// One for each page that is opened, so that pressing twice declares once.
    key: String,
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
    let parts = entry::parts(&c, typed, offered);
    let mut lines = typed.summary(&c, &parts.accident);
    lines.add(&parts.person);
    lines.add(&parts.paper);
    RecordPage {
        summary: lines,
        parts,
        key,
        c,
    }
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
    let body = entry::declaration(&typed, &offered);
    let key = typed.get("key").to_owned();
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
            let page = page(c, &typed, &offered, key);
            return Ok(page.c.page(StatusCode::UNPROCESSABLE_ENTITY, &page));
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
    if let Err(error) = write_record(&state, &sender, &id, &typed).await {
        tracing::warn!(case.id = %id, "A record stays to be printed: {error}");
    }
    Ok(see(&format!("/commune/record/{id}")))
}

/// Takes a case that is the commune's own to its record, and prints that. What was done before stays done.
async fn write_record(
    state: &AppState,
    sender: &Credentials,
    id: &CaseId,
    typed: &Typed,
) -> Result<()> {
    let case = id.clone();
    let is_ours = state
        .write_as(sender.clone(), move |tx, ctx| {
            let detail = cases::show(tx, ctx, &case)?;
            if detail.case.level != InvestigationLevel::CommuneRecord {
                return Ok(false);
            }
            let detail = step(
                tx,
                ctx,
                detail,
                CaseStatus::Declared,
                Step::Receive,
                json!({}),
            )?;
            let detail = step(
                tx,
                ctx,
                detail,
                CaseStatus::Received,
                Step::Classify,
                json!({}),
            )?;
            Ok(detail.case.status == CaseStatus::Classified)
        })
        .await?;
    if !is_ours {
        return Ok(());
    }
    let case = id.clone();
    let paper = move |ctx: &Ctx, typed: &Typed| {
        let when = ctx
            .now
            .with_timezone(&vietnam())
            .format("%H giờ %M ngày %d/%m/%Y");
        let held = ctx.actor.post.as_ref();
        let office = held.and_then(|post| {
            let today = day_in_vietnam(ctx.now);
            ctx.world.directory.by_id(&post.authority_id, today)
        });
        let office = office.map_or("", |office| office.name.as_str());
        entry::paper(typed, office, &when.to_string())
    };
    let body = {
        let typed = typed.clone();
        state
            .read_as(sender.clone(), move |_, ctx| Ok(paper(ctx, &typed)))
            .await?
    };
    let issued = state
        .plan_and_write_as(
            sender.clone(),
            move |tx, ctx| {
                let draft = forms::draft(tx, ctx, &case, &body)?;
                Ok((case, body, draft))
            },
            |tx, ctx, (case, body, draft)| forms::issue(tx, ctx, &case, &body, draft),
        )
        .await?;
    let number = issued
        .issued
        .number_text
        .unwrap_or_else(|| issued.issued.number.to_string());
    let case = id.clone();
    state
        .write_as(sender.clone(), move |tx, ctx| {
            let detail = cases::show(tx, ctx, &case)?;
            let today = day_in_vietnam(ctx.now);
            let body = json!({ "record_number": number, "recorded_on": today });
            step(
                tx,
                ctx,
                detail,
                CaseStatus::Classified,
                Step::RecordCommune,
                body,
            )
            .map(drop)
        })
        .await
}

/// Takes `step` where the case stands at `from`; else it was taken before.
fn step(
    tx: &mut DbConn,
    ctx: &Ctx,
    detail: CaseDetail,
    from: CaseStatus,
    step: Step,
    mut body: Value,
) -> Result<CaseDetail> {
    if detail.case.status != from {
        return Ok(detail);
    }
    body["seen_version"] = json!(detail.case.version);
    let cmd = TakeStep {
        case: detail.case.id,
        step,
        body,
    };
    cases::take_step(tx, ctx, &cmd)
}
