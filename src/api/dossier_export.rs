//! The insurance dossier of a victim as one ZIP.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_TYPE},
    web::{Data, Path},
};
use serde::Serialize;

use super::{dossier::DossierBody, extract::Credentials, openapi::FileRefusals};
use crate::{
    app::AppState,
    archive::{Content, ToPack},
    domain::document::FileItem,
    error::{AppError, Result},
    ids::CaseId,
    server::toucher,
    service::{
        cases::dossier::insurance_dossier,
        documents::{ForInsurer, LeftOut, Listed, for_insurer},
    },
    time::rfc3339_in_vietnam,
    wording::documents as words,
};

/// What is in the ZIP and what is not, as `manifest.json` in it says.
#[derive(Serialize)]
struct Manifest {
    /// Of the case.
    receipt_no: String,
    /// When it was made.
    made_at: String,
    /// By whom.
    made_by: String,
    /// Every item of the dossier, whether it is there, what is known of it and what is missing.
    dossier: DossierBody,
    /// Items that are missing.
    missing: Vec<String>,
    /// Files beside this one.
    files: Vec<PackedFile>,
    /// Documents that would belong here.
    left_out: Vec<LeftOutFile>,
}

#[derive(Serialize)]
struct PackedFile {
    /// Its name in the ZIP.
    name: String,
    #[serde(flatten)]
    document: Described,
    /// SHA-256 of its bytes, in hex.
    sha256: String,
    /// Bytes.
    length: u64,
    /// As whoever added it called it.
    file_name: String,
}

#[derive(Serialize)]
struct LeftOutFile {
    #[serde(flatten)]
    document: Described,
    /// `not_readable`, `waiting_for_scan`, `quarantined`.
    because: &'static str,
}

#[derive(Serialize)]
struct Described {
    document_id: String,
    item: FileItem,
    label_vi: &'static str,
    label_en: &'static str,
    article: &'static str,
    victim: Option<u32>,
    added_at: String,
}

impl From<&Listed> for Described {
    fn from(listed: &Listed) -> Self {
        let document = &listed.document;
        let label = words::item(document.item);
        Self {
            document_id: document.id.to_string(),
            item: document.item,
            label_vi: label.vi,
            label_en: label.en,
            article: document.item.article(),
            victim: document.victim,
            added_at: rfc3339_in_vietnam(document.added_at),
        }
    }
}

/// Names are made here, in the order of the list: what somebody called a file is told in the manifest and leads
/// nowhere.
fn packed(found: ForInsurer) -> (Vec<PackedFile>, Vec<LeftOutFile>, Vec<ToPack>) {
    let (mut files, mut contents) = (Vec::new(), Vec::new());
    for (number, (listed, blob)) in (1_u32..).zip(found.files) {
        let document = &listed.document;
        let ending = document.media_type.endings()[0];
        let name = format!("{number:03}-{}.{ending}", document.item);
        contents.push(ToPack {
            name: name.clone(),
            content: Content::Stored(blob),
        });
        let about = listed.about.clone().unwrap_or_default();
        files.push(PackedFile {
            name,
            document: Described::from(&listed),
            sha256: about.sha256,
            length: document.length,
            file_name: about.file_name,
        });
    }
    let left_out = |(listed, why): &(Listed, LeftOut)| LeftOutFile {
        document: Described::from(listed),
        because: why.as_str(),
    };
    let left_out = found.left_out.iter().map(left_out).collect();
    (files, left_out, contents)
}

/// The insurance dossier of a victim as a ZIP: `manifest.json`, which names every item, what is missing, each file with
/// its hash and what was left out, and the documents that the caller may read. One that is not complete is given, and
/// says so in its name and in its manifest: whoever gathers the papers has to see which are missing, and the insurer
/// asks for those itself (L84 Art. 59). Each file that is taken along is traced.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/victims/{no}/insurance-dossier/export", tag = "cases",
    operation_id = "export_insurance_dossier",
    params(
        ("case_id" = String, Path, description = "Id"),
        ("no" = u32, Path, description = "Number of the victim", example = 1),
    ),
    responses(
        (status = 200, description = "The ZIP", body = Vec<u8>, content_type = "application/zip"),
        FileRefusals,
    ),
)]
pub async fn export(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let (case, no) = path.into_inner();
    let now = state.clock.now();
    let (receipt_no, made_by, no, dossier, found) = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&case).ok_or(AppError::NotFound("case"))?;
            let no = no.parse().map_err(|_| AppError::NotFound("victim"))?;
            let dossier = insurance_dossier(tx, ctx, &id, no)?;
            let found = for_insurer(tx, ctx, &id, no)?;
            let by = ctx.actor.name.clone();
            Ok((dossier.receipt_no.clone(), by, no, dossier, found))
        })
        .await?;
    let is_complete = dossier.dossier.is_complete();
    let (files, left_out, mut contents) = packed(found);
    let dossier = DossierBody::of(no, dossier);
    let manifest = Manifest {
        made_at: rfc3339_in_vietnam(now),
        missing: dossier.missing(),
        made_by,
        dossier,
        files,
        left_out,
        receipt_no: receipt_no.clone(),
    };
    let text = serde_json::to_vec_pretty(&manifest)?;
    contents.insert(
        0,
        ToPack {
            name: "manifest.json".to_owned(),
            content: Content::Text(text),
        },
    );
    let kind = if is_complete { "" } else { "-incomplete" };
    let disposition =
        format!("attachment; filename=\"insurance-dossier-{receipt_no}-{no}{kind}.zip\"");
    let body = state.archive.pack(contents, toucher(&request)).await?;
    Ok(HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/zip"))
        .insert_header((CONTENT_DISPOSITION, disposition))
        .insert_header(("X-Download-Options", "noopen"))
        .body(body))
}
