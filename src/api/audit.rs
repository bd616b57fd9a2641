//! Who saw a record.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use chrono::DateTime;
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{extract::Credentials, openapi::PageRefusals};
use crate::{
    app::AppState,
    domain::audit::{Action, ActorKind, Purpose, chain::Row},
    error::Result,
    service::{
        audit::{Place, who_saw},
        paging,
    },
    time::rfc3339_in_vietnam,
    wording::audit::action_text,
};

/// Where to begin.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct TraceQuery {
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Something that was done with a record, or a look at it.
#[derive(Serialize, ToSchema)]
#[schema(as = TraceEntry)]
pub struct EntryBody {
    /// When.
    #[schema(example = "2026-05-20T19:02:00+07:00")]
    happened_at: String,
    /// What kind of caller.
    actor_kind: Option<ActorKind>,
    /// Its name: of a post or an office.
    actor: String,
    /// Its role.
    #[schema(example = "inspector")]
    role: String,
    /// Code of its province or commune, or its tax code.
    territory: Option<String>,
    /// What was done.
    action: Option<Action>,
    /// The same in words.
    action_vi: &'static str,
    /// In English.
    action_en: &'static str,
    /// What for.
    purpose: Option<Purpose>,
}

/// A page.
#[derive(Serialize, ToSchema)]
#[schema(as = Trace)]
pub struct TraceBody {
    /// The newest first.
    items: Vec<EntryBody>,
    /// Cursor of the next page.
    next: Option<String>,
}

/// Who saw or changed a declaration and its case. For its declarant, and for the authorities of the case.
#[utoipa::path(
    get, path = "/api/v1/declarations/{receipt_no}/trace", tag = "declarations", operation_id = "show_trace",
    params(("receipt_no" = String, Path, description = "Receipt number", example = "267K-3M9Q-XR4F"), TraceQuery),
    responses((status = 200, description = "Who did or saw what", body = TraceBody), PageRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    receipt_no: Path<String>,
    query: Query<TraceQuery>,
) -> Result<HttpResponse> {
    let after = paging::after_only(query.cursor.as_deref(), place)?;
    let seen = state
        .read_as(sender, move |tx, ctx| {
            who_saw(tx, ctx, &receipt_no, after.as_ref())
        })
        .await?;
    Ok(HttpResponse::Ok().json(TraceBody {
        items: seen.rows.iter().map(entry).collect(),
        next: seen.next.as_ref().map(cursor),
    }))
}

fn entry(row: &Row) -> EntryBody {
    let action = Action::parse(&row.action);
    let text = action_text(action);
    EntryBody {
        happened_at: rfc3339_in_vietnam(row.happened_at),
        actor_kind: ActorKind::parse(&row.actor_kind),
        actor: row.actor_name.clone(),
        role: row.actor_role.clone(),
        territory: row.territory.clone(),
        action,
        action_vi: text.vi,
        action_en: text.en,
        purpose: Purpose::parse(&row.purpose),
    }
}

/// The cursor of a place.
pub fn cursor(place: &Place) -> String {
    let text = format!(
        "{}|{}|{}",
        place.at.timestamp_micros(),
        place.seq,
        place.chain
    );
    BASE64URL_NOPAD.encode(text.as_bytes())
}

/// The place of a cursor; `None` where it is none.
pub fn place(cursor: &str) -> Option<Place> {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?).ok()?;
    let mut parts = text.splitn(3, '|');
    let micros: i64 = parts.next()?.parse().ok()?;
    let seq = parts.next()?.parse().ok()?;
    let chain = parts.next()?;
    let is_id = chain.len() == 36 && chain.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    let at = DateTime::from_timestamp_micros(micros)
        .filter(|at| (1970..=9999).contains(&chrono::Datelike::year(at)))?;
    is_id.then(|| Place {
        at,
        chain: chain.to_owned(),
        seq,
    })
}
