//! What came of a record: its number, the paper to print and sign, and what is left to do.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use askama::Template;

use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::investigation::InvestigationLevel,
    error::{AppError, Result},
    ids::CaseId,
    service::{cases, forms},
    web::chrome::Chrome,
    wording::{commune_page as words, labels},
};

/// Whom to telephone.
struct Told {
    name: String,
    phone: Option<String>,
}

#[derive(Template)]
#[template(path = "commune_done.html", config = "src/web/askama.toml")]
struct DonePage {
    c: Chrome,
    id: String,
    receipt_no: String,
    place: String,
    class: &'static str,
    level: &'static str,
    /// The commune records it itself.
    is_ours: bool,
    told: Vec<Told>,
    /// Address of the newest record, and how many signed pages are in the file.
    pdf: Option<(String, usize)>,
    left: Vec<&'static str>,
}

/// `GET /commune/record/{case_id}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
    let (detail, issued, actor) = state
        .read_as(sender, move |tx, ctx| {
            let detail = cases::show(tx, ctx, &id)?;
            let issued = forms::of_case(tx, ctx, &id)?;
            Ok((detail, issued, ctx.actor.clone()))
        })
        .await?;
    let c = Chrome::of(&request).with(&actor);
    let record = issued
        .into_iter()
        .find(|(form, _)| form.form == "COMMUNE-RECORD");
    let recipients = detail
        .decision
        .iter()
        .flat_map(|decision| &decision.recipients);
    let told = recipients.filter_map(|one| {
        Some(Told {
            name: one.authority.as_ref()?.name.clone(),
            phone: one.phone.clone(),
        })
    });
    let left = detail.missing_to_close.iter();
    let page = DonePage {
        id: detail.case.id.to_string(),
        receipt_no: detail.case.receipt_no.clone(),
        place: detail.case.place_name.clone(),
        class: c.t(labels::class(detail.case.class)),
        level: c.t(labels::level(detail.case.level)),
        is_ours: detail.case.level == InvestigationLevel::CommuneRecord,
        told: told.collect(),
        pdf: record
            .map(|(form, scans)| (format!("/api/v1/forms/issued/{}.pdf", form.id), scans.len())),
        left: left.map(|(item, _)| c.t(labels::closing(*item))).collect(),
        c,
    };
    Ok(page.c.ok(&page))
}
