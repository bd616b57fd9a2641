//! What lets the notice open and wait without a line: a web app that can be installed, the worker that keeps its pages, the list
//! of places in one piece, and the page of what is kept on this phone.

use std::{fmt::Write, sync::LazyLock};

use actix_web::{HttpRequest, HttpResponse, http::header, web::Data};
use askama::Template;
use data_encoding::HEXLOWER;
use sha2::{Digest, Sha256};

use super::{assets, chrome::Chrome};
use crate::{
    api::extract::Stranger,
    app::AppState,
    error::Result,
    service::places,
    time::day_in_vietnam,
    wording::{chrome as chrome_words, notice_page as words},
};

/// Files that the kept pages need.
const KEPT: [&str; 12] = [
    "page.css",
    "mark.svg",
    "notice.js",
    "work.js",
    "offline.js",
    "drafts.js",
    "photos.js",
    "here.js",
    "recovery.js",
    "fonts/be-vietnam-pro-latin-600.woff2",
    "fonts/be-vietnam-pro-vietnamese-600.woff2",
    "follow.js",
];
/// The pages as they are written: another form is another version of the worker.
const PAGES: [&str; 5] = [
    include_str!("templates/base.html"),
    include_str!("templates/field.html"),
    include_str!("templates/notice.html"),
    include_str!("templates/drafts.html"),
    include_str!("templates/photos_kept.html"),
];

static WORKER: LazyLock<String> = LazyLock::new(|| {
    let files: Vec<String> = KEPT.iter().map(|name| assets::url(name)).collect();
    let mut hash = Sha256::new();
    for part in PAGES
        .iter()
        .copied()
        .chain(files.iter().map(String::as_str))
    {
        hash.update(part);
    }
    for part in [
        include_str!("../wording/notice_page.rs"),
        include_str!("../wording/commune_page.rs"),
        include_str!("templates/commune_record.html"),
    ] {
        hash.update(part);
    }
    let record = serde_json::json!({
        "page": "/commune/record",
        "blank": "/commune/record/blank",
        "files": [assets::url("record.js")],
    });
    hash.update(record.to_string());
    let version = HEXLOWER.encode(&hash.finalize()[..6]);
    let files = serde_json::json!(files);
    format!(
        "const VERSION = '{version}', FILES = {files}, PAGES = ['/notice', '/drafts'], RECORD = {record};\n{}",
        include_str!("assets/sw.js")
    )
});

/// `GET /sw.js`: the worker. It stands at the root, for it answers for pages there.
pub async fn worker() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/javascript; charset=utf-8"))
        // A browser looks for a newer one with every visit.
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .insert_header((
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; connect-src 'self'",
        ))
        .body(WORKER.as_str())
}

/// `GET /manifest.webmanifest`.
pub async fn manifest(request: HttpRequest) -> HttpResponse {
    let c = Chrome::of(&request);
    let manifest = serde_json::json!({
        "id": "/notice",
        "name": c.t(words::TITLE),
        "short_name": c.t(chrome_words::NOTICE),
        "lang": c.code(),
        "start_url": "/notice",
        "scope": "/",
        "display": "standalone",
        "background_color": "#f5f6f3",
        "theme_color": "#0b4a63",
        // The same mark as pictures, for telephones that take no drawing; what is cut to a shape has a wide edge.
        "icons": [
            { "src": assets::url("mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any" },
            { "src": assets::url("mark-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any" },
            { "src": assets::url("mark-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any" },
            { "src": assets::url("mark-maskable-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "maskable" },
        ],
        "shortcuts": [{ "name": c.t(words::DRAFTS), "url": "/drafts" }],
    });
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "application/manifest+json"))
        .insert_header((header::CACHE_CONTROL, "private, max-age=3600"))
        .body(manifest.to_string())
}

/// The address of the list of places of today, which a browser keeps while it is the same.
pub fn places_url(state: &AppState) -> String {
    // The units change on a day, and the list with them.
    format!(
        "/places/all?day={}",
        day_in_vietnam(state.clock.now()).format("%Y-%m")
    )
}

/// `GET /places/all`: every commune of today, by province: `#Tỉnh Thái Nguyên`, then a line for each, code and name.
pub async fn all_places(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Stranger,
) -> Result<HttpResponse> {
    let text = state
        .read_for_nobody(sender, |ctx| {
            let mut text = String::with_capacity(120_000);
            for province in places::all_communes(ctx)? {
                // Writing into a text does not fail.
                let _ = writeln!(text, "#{}", province.name);
                for (code, name) in province.communes {
                    let _ = writeln!(text, "{code} {name}");
                }
            }
            Ok(text)
        })
        .await?;
    let mut response = HttpResponse::Ok();
    response
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "public, max-age=86400"))
        .insert_header((header::VARY, "Accept-Encoding"));
    let packed = assets::takes_gzip(request.headers()).then(|| assets::gzip(text.as_bytes()));
    Ok(match packed.flatten() {
        Some(packed) => response
            .insert_header((header::CONTENT_ENCODING, "gzip"))
            .body(packed),
        None => response.body(text),
    })
}

#[derive(Template)]
#[template(path = "drafts.html", config = "src/web/askama.toml")]
struct DraftsPage {
    c: Chrome,
    places: String,
}

/// `GET /drafts`: what is kept on this phone. The page itself knows nothing of it.
pub async fn drafts(state: Data<AppState>, request: HttpRequest) -> HttpResponse {
    let page = DraftsPage {
        c: Chrome::of(&request),
        places: places_url(&state),
    };
    page.c.ok(&page)
}
