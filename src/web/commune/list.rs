//! The commune's own cases and its figures of the half-year so far.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;

use crate::{
    api::extract::Credentials,
    app::AppState,
    error::Result,
    service::{
        cases,
        figures::{self, HalfYear},
        queue_params::QueueParams,
    },
    web::chrome::Chrome,
    wording::{Text, commune_page as words, labels},
};

/// Most cases that are shown; the rest are found at the desk.
const SHOWN: &str = "20";

struct Line {
    id: String,
    receipt_no: String,
    place: String,
    class: Text,
    status: Text,
    received: String,
    received_exact: String,
    received_machine: String,
}

#[derive(Template)]
#[template(path = "commune.html", config = "src/web/askama.toml")]
struct CommunePage {
    c: Chrome,
    from: String,
    figures: HalfYear,
    lines: Vec<Line>,
}

/// `GET /commune`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
) -> Result<HttpResponse> {
    let (figures, found, actor, now) = state
        .read_as(sender, |tx, ctx| {
            let newest = QueueParams {
                sort: Some("-received".into()),
                limit: Some(SHOWN.into()),
                ..QueueParams::default()
            };
            let figures = figures::of_my_commune(tx, ctx)?;
            let found = cases::queue(tx, ctx, &newest)?;
            Ok((figures, found, ctx.actor.clone(), ctx.now))
        })
        .await?;
    let c = Chrome::of(&request).with(&actor);
    let lines = found.items.into_iter().map(|case| Line {
        id: case.id.to_string(),
        receipt_no: case.receipt_no,
        place: case.place_name,
        class: labels::class(case.class),
        status: labels::status(case.status),
        received: c.said(case.received_at, now),
        received_exact: c.exact(case.received_at),
        received_machine: c.machine(case.received_at),
    });
    let page = CommunePage {
        lines: lines.collect(),
        from: figures.from.format("%d/%m/%Y").to_string(),
        figures,
        c,
    };
    Ok(page.c.ok(&page))
}
