//! The tus protocol, version 1.0.0: its headers, read and written.
//! Extensions: creation, creation-with-upload, expiration, termination, checksum.

use std::collections::BTreeMap;

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError,
    http::{
        StatusCode,
        header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue},
    },
};
use chrono::{DateTime, Utc};
use data_encoding::BASE64;

use super::problem::ProblemBody;
use crate::{
    archive::Checksum,
    domain::{
        declaration::{Fault, FaultCode},
        document::{FileItem, MediaType},
    },
    error::AppError,
    service::documents::uploads::NewUpload,
    text::nfc,
};

/// The version that is spoken.
const VERSION: &str = "1.0.0";
/// What is spoken beside the core.
const EXTENSIONS: &str = "creation,creation-with-upload,expiration,termination,checksum";
/// How a part may be summed up.
const CHECKSUMS: &str = "sha1,sha256";
/// The type of a part of a file.
pub const PART: &str = "application/offset+octet-stream";

/// Why a request is refused.
pub enum Odd {
    /// It is no sound one of the protocol: status and code.
    Refused(StatusCode, &'static str),
    /// As every other refusal.
    Error(AppError),
}

impl Odd {
    /// As an answer.
    pub fn into_response(self) -> HttpResponse {
        match self {
            Self::Error(error) => error.error_response(),
            Self::Refused(status, code) => {
                let mut response = ProblemBody::new(status, code).into_response();
                if status == StatusCode::PRECONDITION_FAILED {
                    let name = HeaderName::from_static("tus-version");
                    let version = HeaderValue::from_static(VERSION);
                    response.headers_mut().insert(name, version);
                }
                response
            }
        }
    }
}

impl From<AppError> for Odd {
    fn from(error: AppError) -> Self {
        Self::Error(error)
    }
}

/// What the server can do.
pub fn abilities(largest: u64) -> HttpResponse {
    HttpResponse::NoContent()
        .insert_header(("Tus-Resumable", VERSION))
        .insert_header(("Tus-Version", VERSION))
        .insert_header(("Tus-Extension", EXTENSIONS))
        .insert_header(("Tus-Checksum-Algorithm", CHECKSUMS))
        .insert_header(("Tus-Max-Size", largest))
        .finish()
}

/// Begins an answer of the protocol.
pub fn answer(status: StatusCode) -> HttpResponseBuilder {
    let mut answer = HttpResponse::build(status);
    answer.insert_header(("Tus-Resumable", VERSION));
    answer
}

/// When an upload is forgotten, as the protocol writes it.
pub fn expires(at: DateTime<Utc>) -> (&'static str, String) {
    let text = at.format("%a, %d %b %Y %H:%M:%S GMT").to_string();
    ("Upload-Expires", text)
}

/// Refuses every version but ours.
pub fn check_version(request: &HttpRequest) -> Result<(), Odd> {
    match said(request.headers(), "Tus-Resumable") {
        Some(VERSION) => Ok(()),
        _ => Err(Odd::Refused(StatusCode::PRECONDITION_FAILED, "tus_version")),
    }
}

/// Refuses every type of a part but that of the protocol.
pub fn check_type(request: &HttpRequest) -> Result<(), Odd> {
    if is_part(request) {
        Ok(())
    } else {
        Err(Odd::Refused(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "wrong_upload_type",
        ))
    }
}

/// Whether a request says that its body is a part of a file.
pub fn is_part(request: &HttpRequest) -> bool {
    let kind = said(request.headers(), CONTENT_TYPE.as_str()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case(PART)
}

/// Where a part begins.
pub fn offset(request: &HttpRequest) -> Result<u64, Odd> {
    number(request.headers(), "Upload-Offset")
}

/// How many bytes a body is said to have.
pub fn content_length(request: &HttpRequest) -> Option<u64> {
    said(request.headers(), "Content-Length")?.parse().ok()
}

/// What the bytes of a part are said to add up to.
pub fn checksum(request: &HttpRequest) -> Result<Option<Checksum>, Odd> {
    let bad = || Odd::Refused(StatusCode::BAD_REQUEST, "bad_upload_header");
    let Some(text) = said(request.headers(), "Upload-Checksum") else {
        return match request.headers().contains_key("Upload-Checksum") {
            true => Err(bad()),
            false => Ok(None),
        };
    };
    let (algorithm, sum) = text.trim().split_once(' ').ok_or_else(bad)?;
    let is_sha256 = match algorithm {
        "sha256" => true,
        "sha1" => false,
        _ => return Err(bad()),
    };
    let sum = BASE64.decode(sum.trim().as_bytes()).map_err(|_| bad())?;
    Ok(Some(Checksum { is_sha256, sum }))
}

/// What is to come: `Upload-Length` and `Upload-Metadata`, with all faults at once. A file larger than
/// `largest` is refused before anything of it comes.
pub fn creation(request: &HttpRequest, largest: u64) -> Result<NewUpload, Odd> {
    let (length, entries) = announced(request)?;
    if length > largest {
        return Err(AppError::TooLarge("file_too_large").into());
    }
    Ok(read(length, &entries).map_err(AppError::Invalid)?)
}

/// `Upload-Length`, and the entries of `Upload-Metadata`.
pub fn announced(request: &HttpRequest) -> Result<(u64, BTreeMap<String, String>), Odd> {
    if request.headers().contains_key("Upload-Defer-Length") {
        // Another extension; beside a length the protocol forbids it.
        return Err(Odd::Refused(StatusCode::BAD_REQUEST, "bad_upload_header"));
    }
    let length = number(request.headers(), "Upload-Length")?;
    let bad = || Odd::Refused(StatusCode::BAD_REQUEST, "bad_upload_header");
    let metadata = said(request.headers(), "Upload-Metadata").unwrap_or_default();
    let entries = metadata_of(metadata).ok_or_else(bad)?;
    Ok((length, entries))
}

fn number(headers: &HeaderMap, name: &str) -> Result<u64, Odd> {
    said(headers, name)
        .and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| Odd::Refused(StatusCode::BAD_REQUEST, "bad_upload_header"))
}

fn said<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// `key base64,key base64`; a key alone has no value.
fn metadata_of(text: &str) -> Option<BTreeMap<String, String>> {
    let mut entries = BTreeMap::new();
    for entry in text
        .split(',')
        .map(str::trim)
        .filter(|entry| !entry.is_empty())
    {
        let (key, value) = entry.split_once(' ').unwrap_or((entry, ""));
        let value = BASE64.decode(value.trim().as_bytes()).ok()?;
        let value = String::from_utf8(value).ok()?;
        if entries.insert(key.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(entries)
}

fn read(length: u64, entries: &BTreeMap<String, String>) -> Result<NewUpload, Vec<Fault>> {
    const KNOWN: [&str; 6] = [
        "filename",
        "filetype",
        "item",
        "victim",
        "purpose",
        "keep_original",
    ];
    let mut faults = Vec::new();
    let mut fault = |name: &str, code| {
        faults.push(Fault {
            pointer: format!("/{name}"),
            code,
        });
    };
    for name in entries
        .keys()
        .filter(|name| !KNOWN.contains(&name.as_str()))
    {
        fault(name, FaultCode::UnknownField);
    }
    let mut text = |name: &str, longest: usize| {
        let text = nfc(entries.get(name).map_or("", String::as_str).trim());
        if text.chars().count() > longest {
            fault(name, FaultCode::TooLong);
        } else if text.chars().any(char::is_control) {
            fault(name, FaultCode::BadCharacters);
        } else if !text.is_empty() {
            return Some(text);
        }
        None
    };
    let file_name = text("filename", 200);
    let purpose = text("purpose", 500);
    let keep_original = text("keep_original", 500);
    // Only its last part: where it lay on somebody's machine is nobody's business.
    let file_name = file_name
        .as_deref()
        .and_then(|name| name.rsplit(['/', '\\']).next())
        .map(str::to_owned)
        .filter(|name| !name.is_empty());
    let item = entries.get("item").map(|item| FileItem::parse(item));
    let victim = entries.get("victim").filter(|victim| !victim.is_empty());
    let victim = victim.map(|number| number.parse::<u32>().ok().filter(|number| *number > 0));
    let media_type = entries
        .get("filetype")
        .map(|kind| MediaType::declared(kind));
    if item == Some(None) {
        fault("item", FaultCode::NotAllowed);
    }
    if victim == Some(None) {
        fault("victim", FaultCode::NotAllowed);
    }
    match media_type {
        None => fault("filetype", FaultCode::Required),
        Some(None) => fault("filetype", FaultCode::NotAllowed),
        Some(Some(_)) => {}
    }
    if file_name.is_none() && !faults.iter().any(|fault| fault.pointer == "/filename") {
        faults.push(Fault {
            pointer: "/filename".to_owned(),
            code: FaultCode::Required,
        });
    }
    match (media_type.flatten(), file_name) {
        (Some(media_type), Some(file_name)) if faults.is_empty() => Ok(NewUpload {
            length,
            item: item.flatten(),
            victim: victim.flatten(),
            media_type,
            file_name,
            purpose,
            keep_original,
        }),
        _ => Err(faults),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(list: &[(&str, &str)]) -> BTreeMap<String, String> {
        let pairs = list.iter();
        pairs
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn metadata_are_read_with_all_faults_at_once() {
        let sound = entries(&[
            ("filename", "C:\\anh\\Hiện trường.jpg"),
            ("filetype", "image/jpeg"),
            ("item", "c"),
            ("victim", "2"),
        ]);
        let new = read(10, &sound).unwrap();
        assert_eq!(new.file_name, "Hiện trường.jpg");
        assert_eq!(
            (new.item, new.victim),
            (Some(FileItem::Photographs), Some(2))
        );
        let wrong = entries(&[
            ("filetype", "text/html"),
            ("item", "z"),
            ("victim", "0"),
            ("purpose", "a\u{7}"),
            ("other", ""),
        ]);
        let faults = read(10, &wrong).unwrap_err();
        let mut pointers: Vec<&str> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        pointers.sort_unstable();
        assert_eq!(
            pointers,
            [
                "/filename",
                "/filetype",
                "/item",
                "/other",
                "/purpose",
                "/victim"
            ]
        );
    }

    #[test]
    fn metadata_are_keys_with_base64() {
        assert_eq!(
            metadata_of("filename YS5wZGY=, is_confidential").unwrap(),
            entries(&[("filename", "a.pdf"), ("is_confidential", "")])
        );
        for wrong in [
            "filename YS5wZGY=,filename YS5wZGY=",
            "filename ?",
            "filename /w==",
        ] {
            assert!(metadata_of(wrong).is_none(), "{wrong}");
        }
    }
}
