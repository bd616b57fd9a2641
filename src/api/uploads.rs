//! Files on their way here, by the tus protocol: bodies and handlers.

use std::{cell::RefCell, future::poll_fn, rc::Rc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodyStream, MessageBody},
    http::StatusCode,
    rt::time::{Instant, timeout},
    web::{Data, Path, Payload},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::Credentials,
    openapi::{FileRefusals, OpenReadRefusals, UploadRefusals},
    tus::{self, Odd},
};
use crate::{
    app::AppState,
    archive::{Append, Checksum, Outcome},
    domain::document::{FileItem, MediaType},
    error::{AppError, Result},
    ids::{CaseId, UploadId},
    service::documents::{
        About, Blob,
        uploads::{self, not_taken},
    },
    store::uploads::Upload,
    time::rfc3339_in_vietnam,
};

/// How long one request may bring bytes; what came is kept, and the next goes on.
const WITHIN: Duration = Duration::from_secs(600);
/// How long the sender of the last piece waits for what became of the file.
const FINISHED_WITHIN: Duration = Duration::from_secs(25);

/// Where an upload stands.
#[derive(Serialize, ToSchema)]
#[schema(as = Upload)]
pub struct UploadBody {
    /// Id.
    id: String,
    /// Its case.
    case_id: String,
    /// Where it belongs (D39 Art. 16.1).
    item: FileItem,
    /// Number of the victim it is about; `null` for the whole case.
    victim: Option<u32>,
    /// Its name.
    file_name: String,
    /// Its type, as declared.
    media_type: MediaType,
    /// Bytes it will have.
    length: u64,
    /// Bytes that came.
    received: u64,
    /// `receiving`; `checking` once everything has come; `document` once it is one.
    #[schema(example = "receiving")]
    state: &'static str,
    /// Where the document is.
    document: Option<String>,
    /// When it is forgotten, unless more comes.
    expires_at: String,
}

impl UploadBody {
    fn of(upload: &Upload, about: About) -> Self {
        Self {
            id: upload.id.to_string(),
            case_id: upload.case_id.to_string(),
            item: upload.item,
            victim: upload.victim,
            file_name: about.file_name,
            media_type: upload.media_type,
            length: upload.length,
            received: upload.received,
            state: match &upload.document {
                Some(_) => "document",
                None if upload.is_whole() => "checking",
                None => "receiving",
            },
            document: upload
                .document
                .as_ref()
                .map(|id| format!("/api/v1/documents/{id}")),
            expires_at: rfc3339_in_vietnam(upload.expires_at),
        }
    }
}

/// What the tus protocol can do here: `Tus-Version`, `Tus-Extension`, `Tus-Max-Size`. The other addresses of
/// uploads answer `OPTIONS` in the same way.
#[utoipa::path(
    options, path = "/api/v1/uploads", tag = "documents", operation_id = "upload_abilities", security(()),
    responses((status = 204, description = "Headers of the protocol"), OpenReadRefusals),
)]
pub async fn options(state: Data<AppState>) -> HttpResponse {
    tus::abilities(state.archive.largest())
}

/// Begins an upload (tus: creation). `Upload-Length` says how long it will be; `Upload-Metadata` has `filename`,
/// `filetype` (a type that is taken), `item` (`a` … `k`, `dd` for đ, or `other`; left out, a signed
/// form goes by the code on its page to where it belongs), `victim` (its number, left out for
/// the whole case), `purpose`, and `keep_original`: why an image is kept as it came, with the place and everything
/// else that stands in it; without it images are written anew. A first part may come along.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/uploads", tag = "documents", operation_id = "begin_upload",
    params(
        ("case_id" = String, Path, description = "Id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Length" = u64, Header, description = "Bytes"),
        ("Upload-Metadata" = String, Header, description = "Keys, each with its value in Base64, with commas between them"),
        ("Upload-Checksum" = Option<String>, Header, description = "Of a first part: `sha256 BASE64` or `sha1 BASE64`"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream", description = "A first part, or nothing"),
    responses((status = 201, description = "`Location` is the upload's address; `Upload-Expires` when it is forgotten; `Upload-Offset` how much of it is there"), UploadRefusals),
)]
pub async fn create(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    answered(begin(&state, sender, &id, &request, payload).await)
}

async fn begin(
    state: &AppState,
    sender: Credentials,
    id: &str,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Odd> {
    tus::check_version(request)?;
    let new = tus::creation(request, state.archive.largest())?;
    let brings = tus::content_length(request) != Some(0)
        && (tus::is_part(request) || request.headers().contains_key("content-type"));
    if brings {
        tus::check_type(request)?;
    }
    let checksum = tus::checksum(request)?;
    let case = CaseId::parse(id).ok_or(AppError::NotFound("case"))?;
    let upload = state
        .write_as(sender.clone(), move |tx, ctx| {
            uploads::create(tx, ctx, &case, &new)
        })
        .await?;
    let location = format!("/api/v1/uploads/{}", upload.id);
    let mut received = 0;
    let mut expires_at = upload.expires_at;
    if brings {
        let part = Part {
            offset: 0,
            checksum,
            announced: tus::content_length(request),
        };
        let done = take(state, sender, &upload.id, part, payload).await?;
        received = done.received;
        expires_at = done.expires_at;
    }
    Ok(tus::answer(StatusCode::CREATED)
        .insert_header(("Location", location))
        .insert_header(("Upload-Offset", received))
        .insert_header(tus::expires(expires_at))
        .finish())
}

/// Where an upload of the caller stands (tus: `HEAD`, with `Upload-Offset` and `Upload-Length`).
#[utoipa::path(
    get, path = "/api/v1/uploads/{upload_id}", tag = "documents", operation_id = "show_upload",
    params(("upload_id" = String, Path, description = "Id")),
    responses((status = 200, description = "Where it stands", body = UploadBody), FileRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let id = UploadId::parse(&id).ok_or(AppError::NotFound("upload"))?;
    let (upload, about) = state
        .read_as(sender, move |tx, ctx| {
            let upload = uploads::own(tx, ctx, &id)?;
            let about = uploads::about(tx, ctx, &upload)?;
            Ok((upload, about))
        })
        .await?;
    if let Some(why) = upload.refused {
        return Err(AppError::Gone(why.as_str()));
    }
    Ok(tus::answer(StatusCode::OK)
        .insert_header(("Upload-Offset", upload.received))
        .insert_header(("Upload-Length", upload.length))
        .insert_header(tus::expires(upload.expires_at))
        .json(UploadBody::of(&upload, about)))
}

/// Brings the next part of a file (tus: `PATCH`), from `Upload-Offset` on, which must be where the upload stands.
/// What came before a line broke is kept; with `Upload-Checksum` all of the part or nothing. The last part is
/// answered once the file was checked: 422 says why it is not taken, and nothing of it is kept.
#[utoipa::path(
    patch, path = "/api/v1/uploads/{upload_id}", tag = "documents", operation_id = "continue_upload",
    params(
        ("upload_id" = String, Path, description = "Id"),
        ("Tus-Resumable" = String, Header, description = "`1.0.0`"),
        ("Upload-Offset" = u64, Header, description = "Where the part begins"),
        ("Upload-Checksum" = Option<String>, Header, description = "`sha256 BASE64` or `sha1 BASE64`"),
    ),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream", description = "The part"),
    responses((status = 204, description = "`Upload-Offset` is how much is there; after the last part `Document-Location` where the document is"), UploadRefusals),
)]
pub async fn append(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    request: HttpRequest,
    payload: Payload,
) -> HttpResponse {
    answered(go_on(&state, sender, &id, &request, payload).await)
}

async fn go_on(
    state: &AppState,
    sender: Credentials,
    id: &str,
    request: &HttpRequest,
    payload: Payload,
) -> Result<HttpResponse, Odd> {
    let part = Part::of(request)?;
    let id = UploadId::parse(id).ok_or(AppError::NotFound("upload"))?;
    let done = take(state, sender, &id, part, payload).await?;
    let mut answer = tus::answer(StatusCode::NO_CONTENT);
    answer
        .insert_header(("Upload-Offset", done.received))
        .insert_header(tus::expires(done.expires_at));
    if let Some(document) = done.document {
        answer.insert_header(("Document-Location", document));
    }
    Ok(answer.finish())
}

/// A part of a file, as its request says.
pub struct Part {
    /// Where it begins.
    pub offset: u64,
    checksum: Option<Checksum>,
    /// How long it is said to be.
    pub announced: Option<u64>,
}

impl Part {
    /// What a `PATCH` of the protocol says.
    pub fn of(request: &HttpRequest) -> Result<Self, Odd> {
        tus::check_version(request)?;
        tus::check_type(request)?;
        Ok(Self {
            offset: tus::offset(request)?,
            checksum: tus::checksum(request)?,
            announced: tus::content_length(request),
        })
    }
}

/// What became of a part.
pub struct Taken {
    /// How much is there now.
    pub received: u64,
    /// When the upload is forgotten, unless more comes.
    pub expires_at: chrono::DateTime<chrono::Utc>,
    /// Address of the document that it became.
    pub document: Option<String>,
}

async fn take(
    state: &AppState,
    sender: Credentials,
    id: &UploadId,
    part: Part,
    payload: Payload,
) -> Result<Taken, Odd> {
    let (wanted, offset, announced) = (id.clone(), part.offset, part.announced);
    let to_append = state
        .read_as(sender, move |tx, ctx| {
            let (upload, blob) = uploads::to_append(tx, ctx, &wanted, offset, announced)?;
            let about = uploads::about(tx, ctx, &upload)?;
            Ok((upload, about, blob))
        })
        .await?;
    bring(state, to_append, part, payload).await
}

/// Takes a part of an upload in that its sender may go on with. The work goes on to its end also when the sender goes
/// away: what came is kept.
pub async fn bring(
    state: &AppState,
    (upload, about, blob): (Upload, About, Blob),
    part: Part,
    payload: Payload,
) -> Result<Taken, Odd> {
    let id = upload.id.clone();
    let archive = state.archive.clone();
    let checksum = part.checksum;
    let deadline = Instant::now() + WITHIN;
    let appended = actix_web::rt::spawn(async move {
        let body = Rc::new(RefCell::new(Box::pin(BodyStream::new(payload))));
        let next = async || {
            let left = deadline.saturating_duration_since(Instant::now());
            let within = left.min(crate::archive::NEXT_WITHIN);
            let more = poll_fn(|cx| body.borrow_mut().as_mut().poll_next(cx));
            match timeout(within, more).await {
                Err(_elapsed) => Some(Err(Append::TooSlow)),
                Ok(Some(Ok(bytes))) => Some(Ok(bytes)),
                Ok(Some(Err(_broken))) => Some(Err(Append::Broken)),
                Ok(None) => None,
            }
        };
        archive.append(upload, about, blob, checksum, next).await
    });
    let (done, broken) = appended.await.map_err(AppError::internal)??;
    match broken {
        Some(Append::TooSlow) => {
            return Err(Odd::Refused(StatusCode::REQUEST_TIMEOUT, "body_too_slow"));
        }
        Some(Append::Broken) => {
            return Err(Odd::Refused(StatusCode::BAD_REQUEST, "body_incomplete"));
        }
        None => {}
    }
    let document = if done.is_whole {
        finish(state, &id).await?
    } else {
        None
    };
    Ok(Taken {
        received: done.received,
        expires_at: state.clock.now() + uploads::KEPT,
        document,
    })
}

/// Waits for what becomes of a file, for a while: it goes on without the sender.
async fn finish(state: &AppState, id: &UploadId) -> Result<Option<String>> {
    let (archive, wanted) = (state.archive.clone(), id.clone());
    let finishing = actix_web::rt::spawn(async move { archive.finish(&wanted).await });
    match timeout(FINISHED_WITHIN, finishing).await {
        Err(_elapsed) => Ok(None),
        Ok(done) => match done.map_err(AppError::internal)?? {
            Outcome::Document(finished) => {
                Ok(Some(format!("/api/v1/documents/{}", finished.document)))
            }
            Outcome::Refused(why) => Err(not_taken(why)),
            Outcome::Elsewhere => Ok(None),
        },
    }
}

fn answered(outcome: Result<HttpResponse, Odd>) -> HttpResponse {
    outcome.unwrap_or_else(Odd::into_response)
}

/// Ends an upload (tus: termination): nothing of it is kept.
#[utoipa::path(
    delete, path = "/api/v1/uploads/{upload_id}", tag = "documents", operation_id = "end_upload",
    params(("upload_id" = String, Path, description = "Id")),
    responses((status = 204, description = "Ended"), FileRefusals),
)]
pub async fn terminate(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let id = UploadId::parse(&id).ok_or(AppError::NotFound("upload"))?;
    state
        .write_as(sender, move |tx, ctx| uploads::terminate(tx, ctx, &id))
        .await?;
    state.archive.wake();
    Ok(tus::answer(StatusCode::NO_CONTENT).finish())
}
