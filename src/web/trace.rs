//! `/trace`: who saw or changed a declaration and its case. For its declarant, and for the authorities of the case
//! (PD-5; L91/2025 Art. 4).

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{
    chrome::Chrome,
    fields::{Field, Summary, Typed},
};
use crate::{
    api::{
        audit::{cursor, place},
        extract::Credentials,
    },
    app::AppState,
    domain::{
        access::{Actor, Right},
        audit::{Action, Purpose, chain::Row},
    },
    error::{AppError, Result},
    service::{
        Ctx,
        audit::{SeenBy, who_saw},
        paging,
    },
    store::conn::DbConn,
    wording::{audit::action_text, labels, problems::problem, trace_page as words},
};

struct Line {
    at: String,
    machine: String,
    what: &'static str,
    by: String,
    purpose: Option<&'static str>,
}

#[derive(Template)]
#[template(path = "trace.html", config = "src/web/askama.toml")]
struct TracePage {
    c: Chrome,
    summary: Summary,
    receipt: Field,
    /// Nothing before a number was given.
    lines: Option<Vec<Line>>,
    next: Option<String>,
    /// How far the trace is sealed.
    sealed: Option<String>,
}

/// Of which declaration, and from where on.
#[derive(Clone, Default, Deserialize)]
pub struct TraceQuery {
    #[serde(default)]
    receipt_no: String,
    cursor: Option<String>,
}

struct Looked {
    actor: Actor,
    seen: Option<std::result::Result<SeenBy, AppError>>,
    root: Option<i64>,
}

fn look(tx: &mut DbConn, ctx: &Ctx, query: &TraceQuery) -> Result<Looked> {
    ctx.require(Right::ReadTrace)?;
    let written = query.receipt_no.trim();
    let after = paging::after_only(query.cursor.as_deref(), place)?;
    let seen = match (!written.is_empty()).then(|| who_saw(tx, ctx, written, after.as_ref())) {
        // A number that is none, or of nothing of the caller's, is said beside the entry.
        Some(Err(why @ (AppError::NotFound(_) | AppError::ReceiptMistyped))) => Some(Err(why)),
        Some(found) => Some(Ok(found?)),
        None => None,
    };
    Ok(Looked {
        actor: ctx.actor.clone(),
        seen,
        root: ctx.latest_root.as_ref().map(|(no, _)| *no),
    })
}

fn line(c: &Chrome, row: &Row) -> Line {
    let role = labels::label(&format!("actor.{}", row.actor_role));
    let by = match role {
        None => row.actor_name.clone(),
        Some(role) => format!("{} · {}", row.actor_name, c.t(role)),
    };
    Line {
        at: c.exact(row.happened_at),
        machine: c.machine(row.happened_at),
        what: c.t(action_text(Action::parse(&row.action))),
        by,
        purpose: Purpose::parse(&row.purpose).map(|purpose| c.t(words::purpose(purpose))),
    }
}

/// `GET /trace`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<TraceQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let asked = query.clone();
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &asked))
        .await?;
    let c = Chrome::of(&request).with(&looked.actor);
    let mut typed = Typed::new([("receipt_no".to_owned(), query.receipt_no.clone())]);
    let mut status = StatusCode::OK;
    let seen = match looked.seen {
        Some(Err(why)) => {
            status = StatusCode::UNPROCESSABLE_ENTITY;
            typed.wrong(
                "receipt_no",
                problem(why.code()).map_or("", |text| c.t(text)),
            );
            None
        }
        Some(Ok(seen)) => Some(seen),
        None => None,
    };
    let receipt = typed
        .line(&c, "receipt_no", &words::RECEIPT)
        .hint(c.t(words::RECEIPT_HINT))
        .max(30);
    let number: String =
        url::form_urlencoded::byte_serialize(query.receipt_no.trim().as_bytes()).collect();
    let next = seen.as_ref().and_then(|seen| seen.next.as_ref());
    let page = TracePage {
        summary: typed.summary(&c, [&receipt]),
        receipt,
        next: next.map(|place| format!("/trace?receipt_no={number}&cursor={}", cursor(place))),
        lines: seen.map(|seen| seen.rows.iter().map(|row| line(&c, row)).collect()),
        sealed: looked
            .root
            .map(|no| c.t(words::SEALED).replace("{no}", &no.to_string())),
        c,
    };
    Ok(page.c.page(status, &page))
}
