//! Who saw a record: asked by whoever may see it (PD-5; L91/2025 Art. 4).

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        access::Right,
        audit::{Action, chain::Row},
    },
    error::Result,
    service::{Ctx, declarations},
    store::{audit, conn::DbConn},
};
use serde_json::json;

/// Most entries of a page.
const PAGE: usize = 100;

/// A page of the trace of a record.
pub struct SeenBy {
    /// The newest first.
    pub rows: Vec<Row>,
    /// Where the next page begins.
    pub next: Option<Place>,
}

/// A place in the trace of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// When the last entry shown happened.
    pub at: DateTime<Utc>,
    /// Its chain.
    pub chain: String,
    /// Its number.
    pub seq: i64,
}

/// Who did or saw what of the declaration `written` and its case, before `after`.
pub fn who_saw(tx: &mut DbConn, ctx: &Ctx, written: &str, after: Option<&Place>) -> Result<SeenBy> {
    let stored = declarations::visible(tx, ctx, Right::ReadTrace, written)?.stored;
    ctx.note(
        Action::ReadTrace,
        &stored.case_id,
        json!({ "receipt_no": stored.receipt_no }),
    );
    let after = after.map(|place| (place.at, place.chain.as_str(), place.seq));
    let mut rows = audit::of_object(tx, stored.case_id.as_str(), after, PAGE as i64 + 1)?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|last| Place {
        at: last.happened_at,
        chain: last.chain.clone(),
        seq: last.seq,
    });
    Ok(SeenBy { rows, next })
}
