//! The notice on personal data as a page.

use actix_web::{HttpResponse, web::Data};
use askama::Template;

use super::page;
use crate::{api, app::AppState, service::privacy::Privacy};

#[derive(Template)]
#[template(path = "privacy.html", config = "src/web/askama.toml")]
struct Notice {
    notice: Privacy,
}

/// `GET /privacy`.
pub async fn show(state: Data<AppState>) -> HttpResponse {
    match api::privacy::load(&state).await {
        Ok(notice) => page(&mut HttpResponse::Ok(), &Notice { notice }),
        Err(error) => {
            tracing::error!("The notice on personal data could not be shown: {error}");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}
