//! Bodies and handlers of declarations.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    bodies::{DeclarationBody, SupplementBody},
    extract::{Credentials, IdempotencyKey, JsonBody},
    openapi::{ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::access::Right,
    error::{AppError, Result},
    service::declarations::{
        self, Answered, DeclarationShown, Preview, Submit, Supplement, answer::Answer,
    },
};

/// Declares an accident or a technical incident. The receipt is a promise: the declaration, its
/// alerts and its time limits are stored when this answers.
#[utoipa::path(
    post, path = "/api/v1/declarations", tag = "declarations", operation_id = "declare",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same receipt again, for 30 days")),
    request_body = DeclarationBody,
    responses(
        (status = 201, description = "Received", body = Answer, headers(("Idempotent-Replayed" = String, description = "`true` where the receipt was given before"), ("Location" = String, description = "The declaration"))),
        Refusals,
    ),
)]
pub async fn submit(
    state: Data<AppState>,
    sender: Credentials,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse> {
    take(&state, sender, Right::Declare, key, body).await
}

/// Gives notice, as police or for a hospital, of an accident that the office learned of: in the form of a declaration,
/// which the employer or the commune still owes. Told at once like any other notice.
#[utoipa::path(
    post, path = "/api/v1/official-notices", tag = "declarations", operation_id = "give_official_notice",
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same receipt again, for 30 days")),
    request_body = DeclarationBody,
    responses(
        (status = 201, description = "Received", body = Answer, headers(("Idempotent-Replayed" = String, description = "`true` where the receipt was given before"), ("Location" = String, description = "The declaration"))),
        Refusals,
    ),
)]
pub async fn official_notice(
    state: Data<AppState>,
    sender: Credentials,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse> {
    take(&state, sender, Right::GiveOfficialNotice, key, body).await
}

async fn take(
    state: &AppState,
    sender: Credentials,
    right: Right,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse> {
    let cmd = Submit {
        right,
        body: body.value,
        raw: body.raw,
        key: key.0,
    };
    let answered = state
        .plan_and_write_as(
            sender,
            move |_, ctx| declarations::plan(ctx, cmd),
            declarations::store,
        )
        .await?;
    state.metrics.declared();
    Ok(receipt(answered))
}

/// Adds or corrects facts. Nothing is erased; class, recipients and time limits follow.
#[utoipa::path(
    post, path = "/api/v1/declarations/{receipt_no}/supplements", tag = "declarations", operation_id = "supplement_declaration",
    params(
        ("receipt_no" = String, Path, description = "Receipt number", example = "267K-3M9Q-XR4F"),
        ("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same answer again, for 30 days"),
    ),
    request_body = SupplementBody,
    responses(
        (status = 201, description = "Received; the case as it now stands", body = Answer, headers(("Idempotent-Replayed" = String, description = "`true` where the answer was given before"), ("Location" = String, description = "The declaration"))),
        Refusals,
    ),
)]
pub async fn supplement(
    state: Data<AppState>,
    sender: Credentials,
    receipt_no: Path<String>,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse> {
    let cmd = Supplement {
        receipt_no: receipt_no.into_inner(),
        body: body.value,
        raw: body.raw,
        key: key.0,
        is_attended: false,
    };
    let answered = state
        .write_as(sender, move |tx, ctx| {
            declarations::supplement(tx, ctx, cmd)
        })
        .await?;
    Ok(receipt(answered))
}

/// The stored answer, byte for byte.
fn receipt(answered: Answered) -> HttpResponse {
    let mut response = HttpResponse::Created();
    response.insert_header((header::CONTENT_TYPE, "application/json"));
    let location = format!("/api/v1/declarations/{}", answered.receipt_no);
    response.insert_header((header::LOCATION, location));
    if answered.replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    response.body(answered.answer)
}

/// The day for which a preview is asked.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PreviewQuery {
    /// RFC 3339 with an offset (`+` is written `%2B`); officials only.
    #[param(value_type = Option<String>, example = "2025-08-01T09:00:00%2B07:00")]
    received_at: Option<DateTime<Utc>>,
}

/// Validates and decides as a declaration would; stores nothing, alerts nobody.
#[utoipa::path(
    post, path = "/api/v1/declarations/preview", tag = "declarations", operation_id = "preview_declaration",
    params(PreviewQuery), request_body = DeclarationBody,
    responses((status = 200, description = "What would be decided", body = Answer), Refusals),
)]
pub async fn preview(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<PreviewQuery>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let cmd = Preview {
        body: body.value,
        received_at: query.into_inner().received_at,
    };
    let answer = state
        .read_as(sender, move |_tx, ctx| declarations::preview(ctx, cmd))
        .await?;
    Ok(HttpResponse::Ok().json(answer))
}

/// The declaration as received, its later supplements, and where each alert stands.
#[utoipa::path(
    get, path = "/api/v1/declarations/{receipt_no}", tag = "declarations", operation_id = "show_declaration",
    params(("receipt_no" = String, Path, description = "Receipt number; spaces, dashes and case make no difference", example = "267K-3M9Q-XR4F")),
    responses((status = 200, description = "The declaration", body = DeclarationShown), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    receipt_no: Path<String>,
) -> Result<HttpResponse> {
    let shown = state
        .read_as(sender, move |tx, ctx| {
            declarations::show(tx, ctx, &receipt_no.into_inner())
        })
        .await?;
    Ok::<_, AppError>(HttpResponse::Ok().json(shown))
}
