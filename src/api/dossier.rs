//! The insurance dossier of a victim.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{extract::Credentials, openapi::ReadRefusals};
use crate::{
    app::AppState,
    domain::case::dossier::{DossierItem, PaperState, Scheme},
    error::{AppError, Result},
    ids::CaseId,
    service::cases::dossier::{ShownDossier, insurance_dossier},
    wording::labels,
};

/// What the insurance dossier of a victim holds, and what it lacks.
#[derive(Serialize, ToSchema)]
#[schema(as = InsuranceDossier)]
pub struct DossierBody {
    /// Number of the victim.
    victim: u32,
    /// Which insurance.
    scheme: Scheme,
    /// Whether nothing is missing.
    complete: bool,
    /// The day on which the last paper came.
    complete_since: Option<String>,
    /// The last day to file it with the insurer (L84 Art. 59.1); `null` while something is missing.
    file_by: Option<String>,
    /// Every item, in the order of the law.
    items: Vec<DossierItemBody>,
    /// Items whose content the caller may not read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    masked: Vec<&'static str>,
}

/// One item of it.
#[derive(Serialize, ToSchema)]
#[schema(as = InsuranceDossierItem)]
pub struct DossierItemBody {
    /// Which.
    item: DossierItem,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// Whether it is there.
    state: PaperState,
    /// What is known of it.
    #[schema(value_type = Option<Object>)]
    value: Value,
    /// Ground.
    article: &'static str,
}

impl DossierBody {
    /// The items that are missing.
    pub(super) fn missing(&self) -> Vec<String> {
        let missing = self.items.iter();
        missing
            .filter(|one| one.state == PaperState::Missing)
            .map(|one| one.item.to_string())
            .collect()
    }

    /// The dossier of a victim as it is shown.
    pub(super) fn of(victim: u32, shown: ShownDossier) -> Self {
        let complete = shown.dossier.is_complete();
        let items = shown.dossier.entries.into_iter().map(|entry| {
            let label = labels::dossier_item(entry.item);
            DossierItemBody {
                item: entry.item,
                label_vi: label.vi.into(),
                label_en: label.en.into(),
                state: entry.state,
                value: entry.value,
                article: entry.item.article(),
            }
        });
        Self {
            victim,
            scheme: shown.dossier.scheme,
            complete,
            complete_since: shown.dossier.complete_since.map(|day| day.to_string()),
            file_by: shown.file_by.map(|day| day.to_string()),
            items: items.collect(),
            masked: shown.masked,
        }
    }
}

/// The insurance dossier of a victim with what is missing in it, for those who handle the case, the employer whose
/// own team investigates, and the insurer that was told. Each look is traced.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/victims/{no}/insurance-dossier", tag = "cases",
    operation_id = "show_insurance_dossier",
    params(
        ("case_id" = String, Path, description = "Id"),
        ("no" = u32, Path, description = "Number of the victim", example = 1),
    ),
    responses((status = 200, description = "The dossier", body = DossierBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (case, no) = path.into_inner();
    let shown = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&case).ok_or(AppError::NotFound("case"))?;
            let no = no.parse().map_err(|_| AppError::NotFound("victim"))?;
            Ok((no, insurance_dossier(tx, ctx, &id, no)?))
        })
        .await?;
    Ok(HttpResponse::Ok().json(DossierBody::of(shown.0, shown.1)))
}
