//! A form as DOCX, to go on with in an office: WordprocessingML (ISO/IEC 29500), written by ourselves
//! into a ZIP file, so that heads of tables are repeated and dots lead to the edge.

mod blocks;
mod parts;

use std::io::{Cursor, Write};

use zip::{CompressionMethod, DateTime, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{FormRef, block::Paper};

/// The bytes of the file; the same form gives the same bytes.
pub fn write(paper: &Paper) -> Result<Vec<u8>, ZipError> {
    let mark = paper.mark.clone().map(|mark| FormRef { mark, page: None });
    let texts = [
        ("[Content_Types].xml", parts::CONTENT_TYPES.to_owned()),
        ("_rels/.rels", parts::RELATIONS.to_owned()),
        ("docProps/core.xml", parts::core(paper)),
        ("word/document.xml", blocks::document(paper)),
        (
            "word/_rels/document.xml.rels",
            parts::DOCUMENT_RELATIONS.to_owned(),
        ),
        ("word/styles.xml", parts::STYLES.to_owned()),
        ("word/header1.xml", parts::HEADER.to_owned()),
        ("word/footer1.xml", parts::footer(paper)),
        (
            "word/_rels/footer1.xml.rels",
            parts::footer_relations(mark.is_some()).to_owned(),
        ),
    ];
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in texts {
        zip.start_file(name, options)?;
        zip.write_all(text.as_bytes())?;
    }
    if let Some(mark) = mark {
        zip.start_file("word/media/mark.png", options)?;
        zip.write_all(&mark.picture())?;
    }
    Ok(zip.finish()?.into_inner())
}

/// Text as XML holds it; what XML cannot hold is left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\t' => escaped.push(' '),
            letter if letter.is_control() || matches!(letter, '\u{FFFE}' | '\u{FFFF}') => {}
            letter => escaped.push(letter),
        }
    }
    escaped
}
