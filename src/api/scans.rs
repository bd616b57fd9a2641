//! A signed form that comes back as a scan: the code on its page says which case and which item of the file it
//! belongs to. Nobody has to find the case first.

use std::time::Duration;

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    rt::time::timeout,
    web::{Bytes, Data, Payload, Query},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    documents::DocumentBody,
    extract::Credentials,
    forms::BelongsBody,
    openapi::UploadRefusals,
    tus::{self, Odd},
};
use crate::{
    app::AppState,
    archive::Outcome,
    domain::{
        declaration::{Fault, FaultCode},
        document::MediaType,
    },
    error::{AppError, Result},
    service::{
        documents::{
            self,
            uploads::{self, NewUpload, not_taken},
        },
        forms,
    },
    text::nfc,
};

/// Largest scan: it is held in memory until its code is read. Forty pages as scanners of offices write them.
pub const LARGEST: usize = 32 * 1024 * 1024;
/// How long it may take to come: 32 MiB at 100 KB/s.
const WITHIN: Duration = Duration::from_secs(330);
/// Longest name of a file, in characters.
const LONGEST_NAME: usize = 200;

/// What a scan is called.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanQuery {
    file_name: Option<String>,
}

/// A scan that was put where it belongs.
#[derive(Serialize, ToSchema)]
#[schema(as = PlacedScan)]
pub struct PlacedBody {
    /// The form that it is, with its case.
    form: BelongsBody,
    /// The document that it became.
    document: DocumentBody,
}

/// Takes the scan of a signed form (JPEG, PNG, WebP or PDF, 32 MiB at most) and puts it where the code on its page
/// says: into that case, as that item of the file (D39 Art. 16.1), for that victim. Larger ones go by `uploads`.
#[utoipa::path(
    post, path = "/api/v1/scans", tag = "forms", operation_id = "place_scan",
    params(("file_name" = Option<String>, Query, description = "Its name, at most 200 characters")),
    request_body(content(
        (Vec<u8> = "application/pdf"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"),
    ), description = "The file"),
    responses((status = 201, description = "Where it is now", body = PlacedBody), UploadRefusals),
)]
pub async fn place(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<ScanQuery>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    let name = query.into_inner().file_name;
    let placed = take(&state, sender, name, &request, payload).await;
    placed.unwrap_or_else(Odd::into_response)
}

async fn take(
    state: &AppState,
    sender: Credentials,
    name: Option<String>,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Odd> {
    // Before anything is held in memory for somebody who may not.
    state
        .read_as(sender.clone(), |_, ctx| uploads::may_place_scans(ctx))
        .await?;
    let kind = kind_of(request)?;
    let file_name = named(name.as_deref(), kind)?;
    let bytes = body(request, payload).await?;
    let read = state.archive.code_on(kind, &file_name, &bytes).await?;
    let code = read.map_err(not_taken)?;
    let code = code.ok_or(AppError::NotTaken("no_form_code"))?;

    let belongs = state
        .read_as(sender.clone(), move |tx, ctx| {
            forms::by_code(tx, ctx, &code)
        })
        .await?;
    let case = belongs.issued.case_id.clone();
    let new = NewUpload {
        length: bytes.len() as u64,
        item: None,
        victim: None,
        media_type: kind,
        file_name,
        purpose: None,
        keep_original: None,
    };
    let (upload, about, blob) = state
        .write_as(sender.clone(), move |tx, ctx| {
            let upload = uploads::create(tx, ctx, &case, &new)?;
            let (upload, blob) = uploads::to_append(tx, ctx, &upload.id, 0, None)?;
            let about = uploads::about(tx, ctx, &upload)?;
            Ok((upload, about, blob))
        })
        .await?;
    let (id, archive) = (upload.id.clone(), state.archive.clone());
    // It goes on to its end also when the sender goes away.
    let finished = actix_web::rt::spawn(async move {
        let mut whole = Some(Ok(bytes));
        archive
            .append(upload, about, blob, None, async || whole.take())
            .await?;
        archive.finish(&id).await
    });
    let document = match finished.await.map_err(AppError::internal)?? {
        Outcome::Document(finished) => finished.document,
        Outcome::Refused(why) => return Err(not_taken(why).into()),
        Outcome::Elsewhere => return Err(AppError::Busy.into()),
    };
    let location = format!("/api/v1/documents/{document}");
    let shown = state
        .read_as(sender, move |tx, ctx| documents::show(tx, ctx, &document))
        .await?;
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .json(PlacedBody {
            form: BelongsBody::from(&belongs),
            document: DocumentBody::from(shown),
        }))
}

/// The type that the request says; only what has pages has a code.
fn kind_of(request: &HttpRequest) -> Result<MediaType, Odd> {
    let said = request.headers().get(header::CONTENT_TYPE);
    let said = said.and_then(|value| value.to_str().ok());
    said.and_then(MediaType::declared)
        .filter(|kind| kind.is_image() || *kind == MediaType::Pdf)
        .ok_or(Odd::Refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong_scan_type",
        ))
}

fn named(name: Option<&str>, kind: MediaType) -> Result<String> {
    let name = nfc(name.unwrap_or_default().trim());
    let fault = |code| {
        AppError::Invalid(vec![Fault {
            pointer: "/file_name".to_owned(),
            code,
        }])
    };
    if name.chars().count() > LONGEST_NAME {
        return Err(fault(FaultCode::TooLong));
    }
    if name.chars().any(char::is_control) {
        return Err(fault(FaultCode::BadCharacters));
    }
    // Only its last part: where it lay on somebody's machine is nobody's business.
    Ok(match name.rsplit(['/', '\\']).next() {
        Some(last) if !last.is_empty() => last.to_owned(),
        _ => format!("scan.{}", kind.endings()[0]),
    })
}

async fn body(request: &HttpRequest, payload: Payload) -> Result<Bytes, Odd> {
    let too_large = || Odd::Error(AppError::TooLarge("scan_too_large"));
    if tus::content_length(request).is_some_and(|length| length > LARGEST as u64) {
        return Err(too_large());
    }
    match timeout(WITHIN, payload.to_bytes_limited(LARGEST)).await {
        Err(_elapsed) => Err(Odd::Refused(StatusCode::REQUEST_TIMEOUT, "body_too_slow")),
        Ok(Err(_over_limit)) => Err(too_large()),
        Ok(Ok(Err(_broken))) => Err(Odd::Refused(StatusCode::BAD_REQUEST, "body_incomplete")),
        Ok(Ok(Ok(bytes))) => Ok(bytes),
    }
}
