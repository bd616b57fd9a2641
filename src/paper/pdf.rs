//! The pages as a PDF with the letters that it uses. The same form gives the same bytes.

use std::sync::LazyLock;

use chrono::Datelike;
use krilla::{
    Data, Document, SerializeSettings,
    color::luma,
    configure::{Archival, Configuration, ConfigurationBuilder},
    error::KrillaError,
    geom::{Path, PathBuilder, Point, Rect},
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    page::PageSettings,
    paint::{Fill, FillRule, LineCap, Stroke, StrokeDash},
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};

use super::{
    FormRef,
    block::Paper,
    face::Face,
    pages::{MARK_LEFT, MARK_SIDE, MARK_TOP, laid_out},
    sheet::{HEIGHT, Item, Sheet, WIDTH, Words},
};

/// A form that cannot be written.
#[derive(Debug, thiserror::Error)]
#[error("a form cannot be written as PDF: {0}")]
pub struct NotWritten(String);

/// A form that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// How many pages it has.
    pub pages: u32,
}

static FONTS: LazyLock<[Font; 4]> = LazyLock::new(|| {
    Face::ALL.map(|face| {
        let font = Font::new(Data::from(face.file()), 0);
        font.expect("the fonts are part of the program, and a test reads them")
    })
});

/// Writes `paper` for archives (PDF/A-2u): with its letters, and every one of them readable as text. A name
/// in letters that archives do not take is written all the same, as an ordinary PDF.
pub fn write(paper: &Paper) -> Result<Written, NotWritten> {
    let sheets = laid_out(paper);
    let archival = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A2_U)
        .finish()
        .map_err(|why| NotWritten(format!("{why:?}")))?;
    let bytes = match write_as(paper, &sheets, archival) {
        Err(KrillaError::Validation(_)) => write_as(paper, &sheets, Configuration::default()),
        other => other,
    };
    Ok(Written {
        bytes: bytes.map_err(|why| NotWritten(format!("{why:?}")))?,
        pages: u32::try_from(sheets.len()).unwrap_or(u32::MAX),
    })
}

fn write_as(
    paper: &Paper,
    sheets: &[Sheet],
    configuration: Configuration,
) -> Result<Vec<u8>, KrillaError> {
    let mut document = Document::new_with(SerializeSettings {
        configuration,
        ..SerializeSettings::default()
    });
    let size = PageSettings::from_wh(WIDTH, HEIGHT).unwrap_or_default();
    for (sheet, number) in sheets.iter().zip(1_u32..) {
        let mut page = document.start_page_with(size.clone());
        let mut surface = page.surface();
        for item in &sheet.items {
            draw(&mut surface, item);
        }
        if let Some(mark) = &paper.mark {
            let mark = FormRef {
                mark: mark.clone(),
                page: Some(number),
            };
            draw_mark(&mut surface, &mark);
        }
        surface.finish();
        page.finish();
    }
    document.set_metadata(metadata(paper));
    document.finish()
}

/// Title and day; nothing that changes from one printing to the next.
fn metadata(paper: &Paper) -> Metadata {
    let day = paper.dated;
    let number = |number: u32| u8::try_from(number).unwrap_or(1);
    let created = DateTime::new(u16::try_from(day.year()).unwrap_or_default())
        .month(number(day.month()))
        .day(number(day.day()))
        .hour(0)
        .minute(0)
        .second(0)
        .utc_offset_hour(7)
        .utc_offset_minute(0);
    let id = match &paper.mark {
        Some(mark) => mark.to_string(),
        None => paper.footer.clone(),
    };
    Metadata::new()
        .title(paper.title.clone())
        .language("vi".to_owned())
        .creator("tnld".to_owned())
        .document_id(id)
        .creation_date(created)
}

fn black() -> Fill {
    Fill {
        paint: luma::Color::black().into(),
        opacity: NormalizedF32::ONE,
        rule: FillRule::default(),
    }
}

fn draw(surface: &mut Surface<'_>, item: &Item) {
    match item {
        Item::Words(words) => draw_words(surface, words),
        Item::Rule { from, to } => {
            let pen = Stroke {
                width: 0.6,
                ..Stroke::default()
            };
            draw_line(surface, pen, *from, *to);
        }
        Item::Dots { left, right, y } => {
            let pen = Stroke {
                width: 0.9,
                line_cap: LineCap::Round,
                dash: Some(StrokeDash {
                    array: vec![0.01, 3.0],
                    offset: 0.0,
                }),
                ..Stroke::default()
            };
            draw_line(surface, pen, (*left, *y), (*right, *y));
        }
    }
}

fn draw_words(surface: &mut Surface<'_>, words: &Words) {
    surface.set_stroke(None);
    surface.set_fill(Some(black()));
    let glyphs: Vec<KrillaGlyph> = words
        .letters
        .iter()
        .map(|letter| {
            let id = GlyphId::new(letter.glyph);
            let range = letter.text.clone();
            KrillaGlyph::new(id, letter.advance, letter.x, letter.y, 0.0, range, None)
        })
        .collect();
    let font = FONTS[words.face as usize].clone();
    let start = Point::from_xy(words.x, words.y);
    surface.draw_glyphs(start, &glyphs, font, &words.text, words.size, false);
}

fn draw_line(surface: &mut Surface<'_>, pen: Stroke, from: (f32, f32), to: (f32, f32)) {
    let mut path = PathBuilder::new();
    path.move_to(from.0, from.1);
    path.line_to(to.0, to.1);
    let Some(path) = path.finish() else { return };
    surface.set_fill(None);
    surface.set_stroke(Some(pen));
    surface.draw_path(&path);
    surface.set_stroke(None);
}

fn draw_mark(surface: &mut Surface<'_>, mark: &FormRef) {
    let Some(path) = squares(mark) else { return };
    surface.set_stroke(None);
    surface.set_fill(Some(black()));
    surface.draw_path(&path);
}

/// The dark squares: those side by side in a row are one rectangle.
fn squares(mark: &FormRef) -> Option<Path> {
    let rows = mark.squares();
    let side = MARK_SIDE / rows.len() as f32;
    let mut path = PathBuilder::new();
    for (y, row) in rows.iter().enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] {
                let left = MARK_LEFT + x as f32 * side;
                let top = MARK_TOP + y as f32 * side;
                let width = run.len() as f32 * side;
                path.push_rect(Rect::from_xywh(left, top, width, side)?);
            }
            x += run.len();
        }
    }
    path.finish()
}
