//! Bodies and handlers of what refused alerts say of the directory.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use chrono::NaiveDateTime;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{QuietRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::authority::Role,
    error::{AppError, Result},
    ids::DirectoryProposalId,
    service::directory::{settle_proposal, waiting_proposals},
    store::directory_proposals::{DirectoryProposal, ProposalOutcome},
    time::rfc3339_in_vietnam,
};

/// Somebody who was told of a case says that another authority is in charge of its place.
#[derive(Serialize, ToSchema)]
#[schema(as = DirectoryProposal, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e48", "receipt_no": "268G-FNH8-A7KF", "role": "LOCAL_POLICE",
    "commune_code": "02008", "authority_id": "CAX-02008", "belongs_to": "CAX-02014",
    "proposed_at": "2026-11-22T08:25:00+07:00", "settled_at": null, "outcome": null, "settled_by": null, "reason": null,
}))]
pub struct DirectoryProposalBody {
    /// Id.
    id: String,
    /// Receipt number of the case.
    receipt_no: String,
    /// The role.
    role: Role,
    /// Today's code of the commune of the accident; empty abroad.
    commune_code: String,
    /// Who was told, as the directory says.
    authority_id: String,
    /// Who is in charge, as they say; `null` where they do not know.
    belongs_to: Option<String>,
    /// When.
    proposed_at: String,
    /// When it was settled; `null` while it waits.
    settled_at: Option<String>,
    /// How.
    #[schema(value_type = Option<ProposalOutcome>)]
    outcome: Option<String>,
    /// By whom.
    settled_by: Option<String>,
    /// Why.
    reason: Option<String>,
}

impl From<DirectoryProposal> for DirectoryProposalBody {
    fn from(proposal: DirectoryProposal) -> Self {
        let moment = |at: NaiveDateTime| rfc3339_in_vietnam(at.and_utc());
        Self {
            id: proposal.id.to_string(),
            receipt_no: proposal.receipt_no,
            role: proposal.role,
            commune_code: proposal.commune_code,
            authority_id: proposal.authority_id,
            belongs_to: proposal.belongs_to,
            proposed_at: moment(proposal.proposed_at),
            settled_at: proposal.settled_at.map(moment),
            outcome: proposal.outcome,
            settled_by: proposal.settled_by,
            reason: proposal.reason,
        }
    }
}

/// Proposals.
#[derive(Serialize, ToSchema)]
#[schema(as = DirectoryProposalList, example = json!({"items": [], "next": null}))]
pub struct DirectoryProposalsBody {
    /// The oldest first, 500 at most.
    items: Vec<DirectoryProposalBody>,
    /// Always `null`.
    next: Option<String>,
}

/// What refused alerts say of the directory, as far as nobody has settled it.
#[utoipa::path(
    get, path = "/api/v1/directory-proposals", tag = "directory", operation_id = "list_directory_proposals",
    responses((status = 200, description = "Proposals that wait", body = DirectoryProposalsBody), QuietRefusals),
)]
pub async fn list(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let found = state.read_as(sender, waiting_proposals).await?;
    Ok(HttpResponse::Ok().json(DirectoryProposalsBody {
        items: found.into_iter().map(Into::into).collect(),
        next: None,
    }))
}

/// Settles a proposal. A correction of the directory itself is a change of its own.
#[utoipa::path(
    post, path = "/api/v1/directory-proposals/{proposal_id}/settle", tag = "directory", operation_id = "settle_directory_proposal",
    params(("proposal_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`outcome` (`accepted`, `rejected`) and `reason`", example = json!({"outcome": "accepted", "reason": "Đã sửa danh bạ từ 01/12/2026"})),
    responses((status = 200, description = "Settled", body = DirectoryProposalBody), Refusals),
)]
pub async fn settle(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let settled = state
        .write_as(sender, move |tx, ctx| {
            let id = DirectoryProposalId::parse(&id).ok_or(AppError::NotFound("proposal"))?;
            settle_proposal(tx, ctx, &id, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(DirectoryProposalBody::from(settled)))
}
