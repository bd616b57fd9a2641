//! The file of a case: uploads by the tus protocol, what is taken and what is not, who reads it, the scanner,
//! the store.

mod exporting;
mod following;
mod life;
mod moving;
mod placing;
mod reading;
mod scanning;
mod storing;
mod two_processes;
mod uploading;

use std::io::Cursor;

use data_encoding::BASE64;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use crate::{
    api::{Caller, Office, office::text, recent},
    support::Answer,
};

/// The type of a part.
const PART: &str = "application/offset+octet-stream";
const VERSION: (&str, &str) = ("tus-resumable", "1.0.0");

/// Keys and values as `Upload-Metadata` has them.
fn metadata(entries: &[(&str, &str)]) -> String {
    let entries = entries
        .iter()
        .map(|(key, value)| format!("{key} {}", BASE64.encode(value.as_bytes())));
    entries.collect::<Vec<_>>().join(",")
}

/// Begins an upload.
#[track_caller]
fn begin(caller: &Caller, case: &str, length: usize, entries: &[(&str, &str)]) -> Answer {
    let (length, entries) = (length.to_string(), metadata(entries));
    let headers = [
        VERSION,
        ("upload-length", length.as_str()),
        ("upload-metadata", entries.as_str()),
    ];
    caller.send(
        "POST",
        &format!("/api/v1/cases/{case}/uploads"),
        &headers,
        b"",
    )
}

/// Sends a part.
#[track_caller]
fn patch(caller: &Caller, upload: &str, offset: usize, bytes: &[u8]) -> Answer {
    patch_with(caller, upload, offset, bytes, &[])
}

#[track_caller]
fn patch_with(
    caller: &Caller,
    upload: &str,
    offset: usize,
    bytes: &[u8],
    more: &[(&str, &str)],
) -> Answer {
    let offset = offset.to_string();
    let mut headers = vec![
        VERSION,
        ("content-type", PART),
        ("upload-offset", offset.as_str()),
    ];
    headers.extend(more);
    caller.send("PATCH", upload, &headers, bytes)
}

/// How much of an upload is there.
#[track_caller]
fn offset(caller: &Caller, upload: &str) -> usize {
    let head = caller.send("HEAD", upload, &[VERSION], b"");
    assert_eq!(head.status, 200, "{}", head.text);
    head.header("upload-offset").parse().unwrap()
}

/// Sends a whole file; the answer to its last part.
#[track_caller]
fn send(caller: &Caller, case: &str, bytes: &[u8], entries: &[(&str, &str)]) -> Answer {
    let begun = begin(caller, case, bytes.len(), entries);
    assert_eq!(begun.status, 201, "{}", begun.text);
    patch(caller, begun.header("location"), 0, bytes)
}

/// Sends a file that is taken; what is said of its document.
#[track_caller]
fn add(caller: &Caller, case: &str, bytes: &[u8], entries: &[(&str, &str)]) -> Value {
    let done = send(caller, case, bytes, entries);
    assert_eq!(done.status, 204, "{}", done.text);
    caller.get(done.header("document-location")).expect(200)
}

/// The documents of a case.
#[track_caller]
fn list(caller: &Caller, case: &str) -> Value {
    caller
        .get(&format!("/api/v1/cases/{case}/documents"))
        .expect(200)
}

/// A case in province 66, declared by its employer: the employer, and the case's id.
fn a_case(office: &Office) -> (Caller, String) {
    let employer = office.employer("6099254308");
    let answer = employer.declare(&recent("03"));
    (employer, text(&answer["case"]["id"]).to_owned())
}

/// A photograph, with a place in it as telephones write it.
fn photograph(width: u32, height: u32) -> Vec<u8> {
    let image = RgbImage::from_fn(width, height, |x, y| {
        Rgb([(x % 256) as u8, (y % 256) as u8, 90])
    });
    let mut bytes = Vec::new();
    DynamicImage::ImageRgb8(image)
        .write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg)
        .unwrap();
    let mut block = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
    block.extend([0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
    block.extend([0; 4]);
    block.extend(PLACE);
    let mut all = bytes[..2].to_vec();
    all.extend([0xFF, 0xE1]);
    all.extend(u16::try_from(block.len() + 2).unwrap().to_be_bytes());
    all.extend(block);
    all.extend(&bytes[2..]);
    all
}

/// The place in a photograph.
const PLACE: &[u8] = b"GPS 21.5942N 105.8482E";

/// A PDF of one page and at least so many bytes, which `salt` makes one of its own.
fn pdf(least: usize, salt: &str) -> Vec<u8> {
    let mut pdf = format!("%PDF-1.4\n% {salt}\n").into_bytes();
    let content = "1 0 0 rg 0 0 200 100 re f";
    let mut places = Vec::new();
    for object in [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> >>"
            .to_owned(),
        format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ),
    ] {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", places.len()).bytes());
    }
    let mut number: u32 = 1;
    while pdf.len() < least {
        // Comments that no piece has like another.
        pdf.extend(format!("% {number} {}\n", number.wrapping_mul(2_654_435_761)).bytes());
        number += 1;
    }
    let table = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
    for place in &places {
        pdf.extend(format!("{place:010} 00000 n \n").bytes());
    }
    pdf.extend(format!("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n").bytes());
    pdf
}

/// A file of an item.
const SKETCH: [(&str, &str); 3] = [
    ("filename", "Sơ đồ hiện trường.pdf"),
    ("filetype", "application/pdf"),
    ("item", "b"),
];

/// Whether `needle` stands in `bytes`.
fn contains(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

/// Every file below a folder, with its bytes.
fn below(folder: &std::path::Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(below(&path));
        } else {
            let bytes = std::fs::read(&path).unwrap_or_default();
            found.push((path, bytes));
        }
    }
    found
}

/// Where an office keeps its files.
fn store(office: &Office) -> std::path::PathBuf {
    match office.db.sqlite_file() {
        Some(file) => file.parent().unwrap().join("files"),
        None => office.db.folder().join("tnld-data/files"),
    }
}
