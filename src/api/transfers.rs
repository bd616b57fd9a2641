//! What went along each time that a case went to others.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{extract::Credentials, openapi::ReadRefusals};
use crate::{
    app::AppState,
    domain::{
        case::{Case, CaseStatus},
        inventory::{Inventory, MovedBecause},
        investigation::InvestigationLevel,
        routing::AuthorityName,
    },
    error::{AppError, Result},
    ids::CaseId,
    service::inventory::{self, ShownMove},
    time::rfc3339_in_vietnam,
    wording::labels,
};

/// Every time that a case went to others.
#[derive(Serialize, ToSchema)]
#[schema(as = TransferList)]
pub struct TransfersBody {
    /// The case.
    case_id: String,
    /// Its receipt number.
    receipt_no: String,
    /// The first one first; those that they gave, for who no longer sees the case.
    items: Vec<TransferBody>,
}

/// A time that a case went to others, and what went along.
#[derive(Serialize, ToSchema)]
#[schema(as = Transfer)]
pub struct TransferBody {
    /// Id.
    id: String,
    /// When.
    moved_at: String,
    /// Why.
    because: MovedBecause,
    /// In words.
    because_vi: String,
    /// In words.
    because_en: String,
    /// Ground.
    article: &'static str,
    /// Acts on which it rests, beside that.
    basis: Vec<String>,
    /// Who had it; empty for an employer's own team, and for the ministry.
    from: Vec<AuthorityName>,
    /// Who has it; empty for the ministry.
    to: Vec<AuthorityName>,
    /// Who moved it.
    moved_by: String,
    /// Number of the letter or decision.
    letter_number: Option<String>,
    /// Why, in the words of whoever moved it.
    reason: Option<String>,
    /// State before.
    status_before: CaseStatus,
    /// State after.
    status_after: CaseStatus,
    /// Level of the investigation before.
    level_before: InvestigationLevel,
    /// Level of the investigation after.
    level_after: InvestigationLevel,
    /// The version of the case after it.
    case_version: i32,
    /// What went along, as it was then.
    inventory: Inventory,
}

impl TransfersBody {
    fn of(case: &Case, moves: Vec<ShownMove>) -> Self {
        Self {
            case_id: case.id.to_string(),
            receipt_no: case.receipt_no.clone(),
            items: moves.into_iter().map(TransferBody::from).collect(),
        }
    }
}

impl From<ShownMove> for TransferBody {
    fn from(shown: ShownMove) -> Self {
        let ShownMove { stored, moved } = shown;
        let words = labels::moved_because(stored.because);
        Self {
            id: stored.id.to_string(),
            moved_at: rfc3339_in_vietnam(stored.moved_at),
            because: stored.because,
            because_vi: words.vi.into(),
            because_en: words.en.into(),
            article: stored.because.article(),
            basis: moved.basis,
            from: moved.from,
            to: moved.to,
            moved_by: moved.moved_by,
            letter_number: moved.letter_number,
            reason: moved.reason,
            status_before: moved.status_before,
            status_after: moved.status_after,
            level_before: moved.level_before,
            level_after: moved.level_after,
            case_version: stored.case_version,
            inventory: moved.inventory,
        }
    }
}

/// What went along each time that a case went to others: by letter, with a corrected place, with the end of a unit,
/// up to a higher level. For those who handle the case, and for those who gave it away: they read what they gave, and
/// no more. Each look is traced.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/transfers", tag = "cases",
    operation_id = "list_transfers",
    params(("case_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The lists", body = TransfersBody), ReadRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let (case, moves) = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
            inventory::of_case(tx, ctx, &id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(TransfersBody::of(&case, moves)))
}
