//! The documents of a case: bodies and handlers.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, EntityTag},
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{PageRefusals, PartRefusals, ReadRefusals, Refusals},
    ranges::{self, Asked},
};
use crate::{
    app::AppState,
    domain::document::{DocumentState, FileItem, ItemLine, ItemState, MediaType, VictimFile},
    error::{AppError, Result},
    ids::{CaseId, DocumentId},
    server::toucher,
    service::{
        documents::{self, Listed, Shown},
        paging,
    },
    time::rfc3339_in_vietnam,
    wording::documents as words,
};

/// A document.
#[derive(Serialize, ToSchema)]
#[schema(as = Document)]
pub struct DocumentBody {
    /// Id.
    id: String,
    /// Its case.
    case_id: String,
    /// Where it belongs (D39 Art. 16.1).
    item: FileItem,
    /// The item in words.
    item_vi: &'static str,
    /// The item in words.
    item_en: &'static str,
    /// Number of the victim it is about; `null` for the whole case.
    victim: Option<u32>,
    /// Id of the issued form that it is a scan of, by the code on its page.
    issued_form: Option<String>,
    /// The page that bears the code, where the code says it.
    form_page: Option<u32>,
    /// Whether it can be read.
    state: DocumentState,
    /// Whether the caller may read it: not before the minutes are announced, unless they investigate or added it
    /// (D39 Art. 12), and not without the grant where it is health data.
    readable: bool,
    /// What it is.
    media_type: MediaType,
    /// Bytes.
    length: u64,
    /// Its name; `null` where the caller may not read it, as all that follows from its content.
    file_name: Option<String>,
    /// What it is for.
    purpose: Option<String>,
    /// SHA-256 of what is kept, in hex.
    sha256: Option<String>,
    /// SHA-256 of what came, in hex; another where an image was written anew.
    received_sha256: Option<String>,
    /// Why it is kept as it came, with everything that stands in it.
    kept_original: Option<String>,
    /// Pixels.
    width: Option<u32>,
    /// Pixels.
    height: Option<u32>,
    /// When it was added.
    added_at: String,
    /// By whom.
    added_by: String,
    /// In which role.
    added_role: String,
    /// When it was scanned for malware; `null` where it was not.
    scanned_at: Option<String>,
    /// What was found.
    finding: Option<String>,
    /// When it was removed.
    removed_at: Option<String>,
    /// By whom.
    removed_by: Option<String>,
    /// Why.
    removed_because: Option<String>,
    /// Since when there are no bytes.
    erased_at: Option<String>,
    /// Where its bytes are, where the caller can read them.
    content: Option<String>,
    /// Where a small picture of it is.
    preview: Option<String>,
}

impl From<Listed> for DocumentBody {
    fn from(listed: Listed) -> Self {
        let Listed {
            document,
            about,
            readable,
            removal,
        } = listed;
        let name = words::item(document.item);
        let can_read = readable && document.state == DocumentState::Ready;
        let href = |what: &str| format!("/api/v1/documents/{}/{what}", document.id);
        let at = |moment: Option<DateTime<Utc>>| moment.map(rfc3339_in_vietnam);
        let about = about.unwrap_or_default();
        let known = |text: String| Some(text).filter(|text| !text.is_empty());
        Self {
            id: document.id.to_string(),
            case_id: document.case_id.to_string(),
            item: document.item,
            item_vi: name.vi,
            item_en: name.en,
            victim: document.victim,
            issued_form: document.form.as_ref().map(|form| form.id.to_string()),
            form_page: document.form.as_ref().and_then(|form| form.page),
            state: document.state,
            readable,
            media_type: document.media_type,
            length: document.length,
            content: (can_read && document.content.is_some()).then(|| href("content")),
            preview: (can_read && document.preview.is_some()).then(|| href("preview")),
            file_name: known(about.file_name),
            purpose: about.purpose,
            sha256: known(about.sha256),
            received_sha256: known(about.received_sha256),
            kept_original: about.keep_original,
            width: about.width,
            height: about.height,
            added_at: rfc3339_in_vietnam(document.added_at),
            added_by: document.added_by,
            added_role: document.added_role,
            scanned_at: at(document.scanned_at),
            finding: document.finding,
            removed_at: at(document.removed_at),
            removed_by: document.removed_by,
            removed_because: removal,
            erased_at: at(document.erased_at),
        }
    }
}

/// An item of a victim's file.
#[derive(Serialize, ToSchema)]
#[schema(as = FileItemLine)]
pub struct ItemBody {
    /// Which (D39 Art. 16.1); `dd` is đ.
    item: FileItem,
    /// In words.
    label_vi: &'static str,
    /// In words.
    label_en: &'static str,
    /// Legal ground.
    article: &'static str,
    /// Whether the law asks for it only if there is any.
    if_any: bool,
    /// How it stands: `document`; answered by the step `check_file` as `on_paper` or `answered_none`; `recorded` by
    /// a step of the minutes; or `missing`.
    state: ItemState,
    /// Documents here, the victim's own and those of the whole case.
    documents: u32,
}

impl From<&ItemLine> for ItemBody {
    fn from(line: &ItemLine) -> Self {
        let label = words::item(line.item);
        Self {
            item: line.item,
            label_vi: label.vi,
            label_en: label.en,
            article: line.item.article(),
            if_any: line.item.is_if_any(),
            state: line.state,
            documents: line.documents,
        }
    }
}

/// The file of one victim (D39 Art. 16.2).
#[derive(Serialize, ToSchema)]
#[schema(as = VictimFile)]
pub struct VictimFileBody {
    /// Number of the victim.
    victim: u32,
    /// Whether every item is there or answered.
    complete: bool,
    /// Items a to k.
    items: Vec<ItemBody>,
}

impl From<&VictimFile> for VictimFileBody {
    fn from(file: &VictimFile) -> Self {
        Self {
            victim: file.victim,
            complete: file.is_complete(),
            items: file.items.iter().map(ItemBody::from).collect(),
        }
    }
}

/// The documents of a case.
#[derive(Serialize, ToSchema)]
#[schema(as = DocumentList)]
pub struct DocumentListBody {
    /// At most 500, the oldest first.
    items: Vec<DocumentBody>,
    /// The file of each victim.
    files: Vec<VictimFileBody>,
    /// When the minutes were announced; before it documents are confidential.
    announced_at: Option<String>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// Where a page begins.
#[derive(Deserialize)]
pub struct DocumentQuery {
    cursor: Option<String>,
}

/// The documents of a case, and what is there and what is missing in the file of each victim.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/documents", tag = "documents", operation_id = "list_documents",
    params(
        ("case_id" = String, Path, description = "Id"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "The documents", body = DocumentListBody), PageRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    query: Query<DocumentQuery>,
) -> Result<HttpResponse> {
    let after = paging::after_only(query.cursor.as_deref(), place)?;
    let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
    let listing = state
        .read_as(sender, move |tx, ctx| {
            documents::list(tx, ctx, &id, after.as_ref())
        })
        .await?;
    Ok(HttpResponse::Ok().json(DocumentListBody {
        items: listing.items.into_iter().map(DocumentBody::from).collect(),
        files: listing.files.iter().map(VictimFileBody::from).collect(),
        announced_at: listing.announced_at.map(rfc3339_in_vietnam),
        next: listing.next.as_ref().map(cursor),
    }))
}

fn cursor((at, id): &(DateTime<Utc>, DocumentId)) -> String {
    BASE64URL_NOPAD.encode(format!("{}|{id}", at.timestamp_micros()).as_bytes())
}

fn place(cursor: &str) -> Option<(DateTime<Utc>, DocumentId)> {
    let text = String::from_utf8(BASE64URL_NOPAD.decode(cursor.as_bytes()).ok()?).ok()?;
    let (micros, id) = text.split_once('|')?;
    let at = DateTime::from_timestamp_micros(micros.parse().ok()?)
        .filter(|at| (1970..=9999).contains(&chrono::Datelike::year(at)))?;
    Some((at, DocumentId::parse(id)?))
}

/// What is said of a document.
#[utoipa::path(
    get, path = "/api/v1/documents/{document_id}", tag = "documents", operation_id = "show_document",
    params(("document_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The document", body = DocumentBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let id = parsed(&id)?;
    let listed = state
        .read_as(sender, move |tx, ctx| documents::show(tx, ctx, &id))
        .await?;
    Ok(HttpResponse::Ok().json(DocumentBody::from(listed)))
}

/// The bytes of a document, as an attachment; with `Range` some of them, so that a download goes on where it was cut
/// and a long recording is heard from its middle. That it was read is traced, each part as well. 409: `not_announced`, `waiting_for_scan`
/// or `quarantined`.
#[utoipa::path(
    get, path = "/api/v1/documents/{document_id}/content", tag = "documents", operation_id = "read_document",
    params(
        ("document_id" = String, Path, description = "Id"),
        ("Range" = Option<String>, Header, description = "`bytes=FROM-TO`, `bytes=FROM-` or `bytes=-LAST`; several at once are answered with the whole"),
        ("If-Range" = Option<String>, Header, description = "The `ETag` of what is there already: of another content the whole comes"),
    ),
    responses(
        (status = 206, description = "The bytes of the `Range`, which `Content-Range` names", content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/pdf"),
            (Vec<u8> = "audio/mpeg"), (Vec<u8> = "audio/mp4"), (Vec<u8> = "audio/wav"), (Vec<u8> = "audio/ogg"),
            (Vec<u8> = "audio/flac"), (Vec<u8> = "audio/amr"),
        )),
        (status = 200, description = "The bytes", content(
            (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"), (Vec<u8> = "application/pdf"),
            (Vec<u8> = "audio/mpeg"), (Vec<u8> = "audio/mp4"), (Vec<u8> = "audio/wav"), (Vec<u8> = "audio/ogg"),
            (Vec<u8> = "audio/flac"), (Vec<u8> = "audio/amr"),
        )),
        PartRefusals,
    ),
)]
pub async fn content(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    bytes(&state, sender, &id, &request, Shown::Content).await
}

/// A small picture of an image, or of the first page of a PDF, made once. 404 where there is none.
#[utoipa::path(
    get, path = "/api/v1/documents/{document_id}/preview", tag = "documents", operation_id = "preview_document",
    params(
        ("document_id" = String, Path, description = "Id"),
        ("Range" = Option<String>, Header, description = "As for the content"),
        ("If-Range" = Option<String>, Header, description = "As for the content"),
    ),
    responses((status = 206, description = "Some of it", body = Vec<u8>, content_type = "image/jpeg"), (status = 200, description = "A JPEG of at most 640 pixels on each side", body = Vec<u8>, content_type = "image/jpeg"), PartRefusals),
)]
pub async fn preview(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    bytes(&state, sender, &id, &request, Shown::Preview).await
}

async fn bytes(
    state: &AppState,
    sender: Credentials,
    id: &str,
    request: &HttpRequest,
    what: Shown,
) -> Result<HttpResponse> {
    let id = parsed(id)?;
    let (listed, blob) = state
        .read_as(sender, move |tx, ctx| {
            documents::to_read(tx, ctx, &id, what)
        })
        .await?;
    let document = &listed.document;
    let (name, sha256) = listed
        .about
        .map(|about| (about.file_name, about.sha256))
        .unwrap_or_default();
    // What was kept never changes, so that its hash names it; a preview is made of it once.
    let tag = (!sha256.is_empty()).then(|| {
        EntityTag::new_strong(match what {
            Shown::Content => sha256,
            Shown::Preview => format!("{sha256}-preview"),
        })
    });
    let (kind, disposition) = match what {
        Shown::Content => (document.media_type, attachment(&name, document.media_type)),
        Shown::Preview => (MediaType::Jpeg, "inline".to_owned()),
    };
    let length = blob.shape.length;
    let asked = ranges::asked(request, length, tag.as_ref());
    let Some(wanted) = asked.bytes(length) else {
        return Ok(ranges::unsatisfiable(length));
    };
    let pieces = state.archive.read(blob, wanted, toucher(request)).await?;
    let mut answer = match asked {
        Asked::Whole => HttpResponse::Ok(),
        _ => HttpResponse::PartialContent(),
    };
    asked.head(length, tag, &mut answer);
    Ok(answer
        .insert_header((CONTENT_TYPE, kind.as_str()))
        .insert_header((CONTENT_DISPOSITION, disposition))
        // Whatever a browser makes of it, it is no page of this service and runs nothing.
        .insert_header((
            CONTENT_SECURITY_POLICY,
            "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        ))
        .insert_header(("X-Download-Options", "noopen"))
        .body(pieces))
}

/// `attachment` with the name in both forms of RFC 6266: old readers see ASCII, the others the true one.
fn attachment(name: &str, kind: MediaType) -> String {
    let name = if name.is_empty() { "document" } else { name };
    let name = match kind.fits(name) && name.contains('.') {
        true => name.to_owned(),
        false => format!("{name}.{}", kind.endings()[0]),
    };
    let ascii: String = name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '/' | '%' | ';' => '_',
            c if c.is_ascii_graphic() || c == ' ' => c,
            _ => '_',
        })
        .collect();
    let encoded: String = name
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                char::from(byte).to_string()
            }
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

/// Removes a document from the file: it is marked, with a reason; its bytes go after the days that the law's rows
/// say, and not while there is a legal hold.
#[utoipa::path(
    post, path = "/api/v1/documents/{document_id}/remove", tag = "documents", operation_id = "remove_document",
    params(("document_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`reason`", example = json!({"reason": "Tải nhầm hồ sơ"})),
    responses((status = 200, description = "The document as it now stands", body = DocumentBody), Refusals),
)]
pub async fn remove(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let id = parsed(&id)?;
    let removed = state
        .write_as(sender, move |tx, ctx| {
            documents::remove(tx, ctx, &id, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(DocumentBody::from(removed)))
}

fn parsed(id: &str) -> Result<DocumentId> {
    DocumentId::parse(id).ok_or(AppError::NotFound("document"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let shown = attachment("Ảnh \"1\"\\.jpg", MediaType::Jpeg);
        assert_eq!(
            shown,
            "attachment; filename=\"_nh _1__.jpg\"; filename*=UTF-8''%E1%BA%A2nh%20%221%22%5C.jpg"
        );
        assert!(attachment("biên bản", MediaType::Pdf).ends_with("bi%C3%AAn%20b%E1%BA%A3n.pdf"));
    }

    #[test]
    fn a_cursor_leads_to_the_place_it_was_made_of() {
        let at: DateTime<Utc> = "2026-11-22T08:21:42.263457Z".parse().unwrap();
        let there = (at, DocumentId::generate());
        assert_eq!(place(&cursor(&there)), Some(there));
        assert_eq!(place("bm9uc2Vuc2U"), None);
    }
}
