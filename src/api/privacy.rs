//! The notice on personal data: for everybody.

use actix_web::{HttpResponse, web::Data};

use super::openapi::OpenReadRefusals;
use crate::{app::AppState, error::Result, service::privacy};

/// What personal data are processed for, on which ground, by whom, how long, and what people may ask for.
#[utoipa::path(
    get, path = "/api/v1/privacy", tag = "personal data", operation_id = "show_privacy", security(()),
    responses((status = 200, description = "The notice", body = privacy::Privacy, example = json!({
        "day": "2026-05-20", "purposes": [], "rights": [], "channel": {"vi": "…", "en": "…"}, "complaint_channel": null,
    })), OpenReadRefusals),
)]
pub async fn show(state: Data<AppState>) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(load(&state).await?))
}

/// The notice as it is now.
pub async fn load(state: &AppState) -> Result<privacy::Privacy> {
    let (worlds, now) = (std::sync::Arc::clone(&state.worlds), state.clock.now());
    state
        .db
        .read(move |tx| {
            let world = worlds.now(tx)?;
            privacy::show(tx, &world, now)
        })
        .await
}
