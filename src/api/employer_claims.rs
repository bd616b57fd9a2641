//! Bodies and handlers of claims: somebody else registered the tax code of an employer.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{Data, Path},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    employers::employer_id,
    extract::{Credentials, JsonBody},
    openapi::{ReadRefusals, Refusals},
    session::private,
};
use crate::{
    app::AppState,
    domain::employer::Employer,
    error::{AppError, Result},
    service::{employers, masking},
    time::rfc3339_in_vietnam,
};

/// Somebody else who registered the tax code.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerClaim, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e51", "tax_code": "6099254308", "company_name": "Xây dựng Tây Nguyên",
    "representative": "Vi Văn Năm", "phone": "*******602", "commune_code": "22015", "registered_at": "2026-05-21T08:00:00+07:00",
}))]
pub struct ClaimBody {
    /// Id of the record that claims.
    id: String,
    /// Tax code.
    tax_code: String,
    /// Name that was stated.
    company_name: String,
    /// Who stands behind it.
    representative: String,
    /// Telephone; masked for the employer.
    phone: String,
    /// Commune that was stated.
    commune_code: String,
    /// When.
    registered_at: String,
}

/// Claims that are still to be decided.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerClaimList, example = json!({"items": []}))]
pub struct ClaimsBody {
    /// By age.
    items: Vec<ClaimBody>,
}

fn claim_body(claim: Employer, is_masked: bool) -> ClaimBody {
    let stated = claim.stated;
    ClaimBody {
        id: claim.id.to_string(),
        tax_code: stated.tax_code,
        company_name: stated.name,
        representative: stated.representative,
        phone: if is_masked {
            masking::shortened_phone(&stated.phone)
        } else {
            stated.phone
        },
        commune_code: stated.commune_code,
        registered_at: rfc3339_in_vietnam(claim.registered_at),
    }
}

/// The claims on a tax code that are still to be decided, for the province; for the owner once the employer
/// is verified.
#[utoipa::path(
    get, path = "/api/v1/employers/{employer_id}/claims", tag = "employers", operation_id = "list_employer_claims",
    params(("employer_id" = String, Path, description = "Id")),
    responses((status = 200, description = "Claims", body = ClaimsBody), ReadRefusals),
)]
pub async fn claims(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let items = state
        .read_as(sender, move |tx, ctx| {
            let claims = employers::claims(tx, ctx, &employer_id(&id)?)?;
            let is_masked = ctx.actor.employer.is_some();
            let bodies = claims.into_iter().map(|claim| claim_body(claim, is_masked));
            Ok(bodies.collect())
        })
        .await?;
    Ok(private(StatusCode::OK).json(ClaimsBody { items }))
}

/// Decides a claim: the people behind it become members, or act for nobody.
#[utoipa::path(
    post, path = "/api/v1/employers/{employer_id}/claims/{claim_id}/decide", tag = "employers", operation_id = "decide_employer_claim",
    params(("employer_id" = String, Path, description = "Id"), ("claim_id" = String, Path, description = "Id of the record that claims")),
    request_body(content = Object, description = "`outcome` (`accepted`, `refused`) and `reason`", example = json!({"outcome": "refused", "reason": "Không phải người của đơn vị"})),
    responses((status = 204, description = "Decided"), Refusals),
)]
pub async fn decide(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let (id, claim) = path.into_inner();
    state
        .write_as(sender, move |tx, ctx| {
            let claim = employer_id(&claim).map_err(|_| AppError::NotFound("claim"))?;
            employers::decide(tx, ctx, &employer_id(&id)?, &claim, &body.value)
        })
        .await?;
    Ok(private(StatusCode::NO_CONTENT).finish())
}
