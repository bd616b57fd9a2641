//! What pages load besides themselves: styles, scripts, the typeface. Built into the program, and named by what is in
//! them, so that a browser keeps each for good and never sees an old one with a new page.

use std::{collections::BTreeMap, io::Write, sync::LazyLock};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap},
    web::{Bytes, Path},
};
use data_encoding::HEXLOWER;
use flate2::{Compression, write::GzEncoder};
use sha2::{Digest, Sha256};

use crate::{api::problem, error::Result};

/// A year, and nobody asks again before: another content has another address.
const FOR_GOOD: &str = "public, max-age=31536000, immutable";
/// Under an address without a hash: for pages of before, and whoever types it.
const AN_HOUR: &str = "public, max-age=3600";

/// Declares the files with their types.
macro_rules! files {
    ($($name:literal: $kind:literal;)*) => {
        &[$(($name, $kind, include_bytes!(concat!("assets/", $name)).as_slice()),)*]
    };
}

const FILES: &[(&str, &str, &[u8])] = files! {
    "page.css": "text/css; charset=utf-8";
    "face.css": "text/css; charset=utf-8";
    "fonts/be-vietnam-pro-latin-400.woff2": "font/woff2";
    "fonts/be-vietnam-pro-latin-600.woff2": "font/woff2";
    "fonts/be-vietnam-pro-vietnamese-400.woff2": "font/woff2";
    "fonts/be-vietnam-pro-vietnamese-600.woff2": "font/woff2";
    "mark.svg": "image/svg+xml";
    "mark-192.png": "image/png";
    "mark-512.png": "image/png";
    "mark-maskable-512.png": "image/png";
    "notice.js": "text/javascript; charset=utf-8";
    "work.js": "text/javascript; charset=utf-8";
    "follow.js": "text/javascript; charset=utf-8";
    "offline.js": "text/javascript; charset=utf-8";
    "drafts.js": "text/javascript; charset=utf-8";
    "record.js": "text/javascript; charset=utf-8";
    "recovery.js": "text/javascript; charset=utf-8";
    "here.js": "text/javascript; charset=utf-8";
    "photos.js": "text/javascript; charset=utf-8";
    "scan.js": "text/javascript; charset=utf-8";
    "desk.js": "text/javascript; charset=utf-8";
    "case.js": "text/javascript; charset=utf-8";
    "session.js": "text/javascript; charset=utf-8";
};

/// A file as it is sent.
struct Asset {
    kind: &'static str,
    plain: Bytes,
    /// Packed once; none where that gains nothing (typefaces and pictures are packed already).
    packed: Option<Bytes>,
    hash: String,
}

static ASSETS: LazyLock<BTreeMap<&'static str, Asset>> = LazyLock::new(|| {
    let hash_of = |content: &[u8]| HEXLOWER.encode(&Sha256::digest(content)[..6]);
    let read = |(name, kind, content): &(&'static str, &'static str, &'static [u8])| {
        // Typefaces are named in a style sheet, by their hashes as well.
        let plain = if *kind == "text/css; charset=utf-8" {
            let text = String::from_utf8_lossy(content);
            let named = FILES.iter().filter(|(_, kind, _)| *kind == "font/woff2");
            let text = named.fold(text.into_owned(), |text, (font, _, bytes)| {
                text.replace(font, &format!("{}/{font}", hash_of(bytes)))
            });
            Bytes::from(text)
        } else {
            Bytes::from_static(content)
        };
        let packed = (!matches!(*kind, "font/woff2" | "image/png"))
            .then(|| gzip(&plain))
            .flatten();
        let hash = hash_of(&plain);
        (
            *name,
            Asset {
                kind,
                plain,
                packed,
                hash,
            },
        )
    };
    FILES.iter().map(read).collect()
});

/// Packs `content`; none where memory or gain is lacking.
pub fn gzip(content: &[u8]) -> Option<Bytes> {
    let mut packer = GzEncoder::new(Vec::with_capacity(content.len() / 3), Compression::new(6));
    packer.write_all(content).ok()?;
    let packed = packer.finish().ok()?;
    (packed.len() < content.len()).then(|| packed.into())
}

/// Whether whoever asks takes what is packed.
pub fn takes_gzip(headers: &HeaderMap) -> bool {
    let said = headers.get_all(header::ACCEPT_ENCODING);
    let mut ways = said
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    ways.any(|way| {
        let mut parts = way.split(';').map(str::trim);
        let is_gzip = parts
            .next()
            .is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        is_gzip && !parts.any(|part| part.replace(' ', "").trim_end_matches(['0', '.']) == "q=")
    })
}

/// The address of a file, for templates. A test sees to it that pages name only what is there.
pub fn url(name: &str) -> String {
    match ASSETS.get(name) {
        Some(asset) => format!("/assets/{}/{name}", asset.hash),
        None => format!("/assets/{name}"),
    }
}

/// `GET /assets/{name}`, with or without the hash before the name.
pub async fn serve(request: HttpRequest, path: Path<String>) -> Result<HttpResponse> {
    let plain_name = ASSETS.get(path.as_str());
    let by_hash = || {
        let (hash, name) = path.split_once('/')?;
        ASSETS.get(name).map(|asset| (asset, asset.hash == hash))
    };
    let found = plain_name.map(|asset| (asset, false)).or_else(by_hash);
    // An address with the hash of another version (a page that was left open through an upgrade) gets what there is now.
    let Some((asset, is_current)) = found else {
        return Ok(problem::not_found().await);
    };
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, asset.kind))
        .insert_header((
            header::CACHE_CONTROL,
            if is_current { FOR_GOOD } else { AN_HOUR },
        ))
        .insert_header((header::VARY, "Accept-Encoding"));
    Ok(match &asset.packed {
        Some(packed) if takes_gzip(request.headers()) => response
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .body(packed.clone()),
        _ => response.body(asset.plain.clone()),
    })
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn every_file_that_a_template_or_style_names_is_there() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/web/templates");
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for part in text.split("asset(\"").skip(1) {
                let name = part.split('"').next().unwrap();
                assert!(ASSETS.contains_key(name), "{name}");
            }
        }
        let face = String::from_utf8(ASSETS["face.css"].plain.to_vec()).unwrap();
        for part in face.split("url(/assets/").skip(1) {
            let named = part.split(')').next().unwrap();
            let (hash, name) = named.split_once('/').unwrap();
            assert_eq!(ASSETS[name].hash, hash);
        }
    }

    #[test]
    fn what_is_packed_goes_to_whoever_takes_it() {
        let says = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            takes_gzip(&headers)
        };
        assert!(says("gzip, deflate, br"));
        assert!(says("br;q=1.0, GZIP;q=0.5"));
        assert!(!says("br"));
        assert!(!says("gzip;q=0"));
        assert!(!says("gzip; q=0.0"));
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}
