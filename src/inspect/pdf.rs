//! PDFs: what their streams unpack to is counted before anything else reads them, and page 1 becomes a
//! preview.

use std::io::Read;

use flate2::read::ZlibDecoder;
use hayro::{
    PixmapSettings, RenderCache, RenderSettings, hayro_interpret::InterpreterSettings,
    hayro_syntax::Pdf, render, vello_cpu::color::palette::css::WHITE,
};
use image::{DynamicImage, RgbaImage};

use super::{Made, image::PREVIEW, image::preview};
use crate::domain::document::FileFault;

/// What one stream may unpack to.
const LARGEST_STREAM: u64 = 256 * 1024 * 1024;
/// What all streams together may unpack to.
const MOST: u64 = 1024 * 1024 * 1024;
/// Streams of one file.
const MOST_STREAMS: usize = 200_000;
/// How far before `stream` its dictionary is looked for.
const DICTIONARY: usize = 4096;
/// Larger files have no preview.
const PREVIEWED: usize = 32 * 1024 * 1024;

pub(super) fn read(bytes: &[u8]) -> Result<Made, FileFault> {
    unpacks_to(bytes)?;
    if !has_objects(bytes) {
        return Err(FileFault::Broken);
    }
    Ok(first_page(bytes).unwrap_or_default())
}

/// Whether anything follows the first line: a PDF is objects, and names the one with which it begins. One that a
/// reader still mends has both.
fn has_objects(bytes: &[u8]) -> bool {
    let begins = |blank: &[u8]| find(bytes, &[blank, b"obj"].concat()).is_some();
    [b" ".as_slice(), b"\n", b"\r", b"\t"]
        .into_iter()
        .any(begins)
        && (find(bytes, b"/Root").is_some()
            || find(bytes, b"/Catalog").is_some()
            || find(bytes, b"/XRef").is_some())
}

/// Counts what the streams of a file unpack to, without keeping it; refused where that is too much, or where
/// packed streams are packed again, which nobody does for a reader's good.
///
/// Streams are found by their keyword, so that those which no table names are counted as well. One that
/// does not unpack (it is encrypted, or the keyword stands in something else) counts as nothing.
fn unpacks_to(bytes: &[u8]) -> Result<u64, FileFault> {
    let mut all = 0;
    let mut count = 0;
    let mut at = 0;
    while let Some(found) = find(&bytes[at..], b"stream") {
        let keyword = at + found;
        at = keyword + b"stream".len();
        if bytes[..keyword].ends_with(b"end") {
            continue;
        }
        count += 1;
        if count > MOST_STREAMS {
            return Err(FileFault::Bomb);
        }
        let before = &bytes[keyword.saturating_sub(DICTIONARY)..keyword];
        let dictionary = match find_last(before, b"obj") {
            Some(begin) => &before[begin..],
            None => before,
        };
        let packed = count_of(dictionary, b"/FlateDecode") + count_of(dictionary, b"/Fl ");
        let others =
            count_of(dictionary, b"/LZWDecode") + count_of(dictionary, b"/RunLengthDecode");
        if packed + others > 1 && find(dictionary, b"[").is_some() {
            return Err(FileFault::Bomb);
        }
        if packed == 0 {
            continue;
        }
        let mut begin = at;
        while bytes
            .get(begin)
            .is_some_and(|byte| matches!(byte, b'\r' | b'\n'))
        {
            begin += 1;
        }
        let mut unpacked = ZlibDecoder::new(&bytes[begin..]);
        let mut buffer = [0; 64 * 1024];
        let mut one: u64 = 0;
        while let Ok(more @ 1..) = unpacked.read(&mut buffer) {
            one += more as u64;
            if one > LARGEST_STREAM || all + one > MOST {
                return Err(FileFault::Bomb);
            }
        }
        all += one;
    }
    Ok(all)
}

fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .position(|window| window == needle)
}

fn find_last(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes
        .windows(needle.len())
        .rposition(|window| window == needle)
}

fn count_of(bytes: &[u8], needle: &[u8]) -> usize {
    bytes
        .windows(needle.len())
        .filter(|window| *window == needle)
        .count()
}

/// The first page as a small picture; `None` where it cannot be drawn (a password, a fault), which keeps
/// nobody from reading the file.
fn first_page(bytes: &[u8]) -> Option<Made> {
    if bytes.len() > PREVIEWED {
        return None;
    }
    let pdf = Pdf::new(bytes.to_vec()).ok()?;
    let page = pdf.pages().first()?;
    let (width, height) = page.render_dimensions();
    let longest = width.max(height);
    let is_page =
        longest.is_finite() && width >= 1.0 && height >= 1.0 && longest / width.min(height) < 100.0;
    if !is_page {
        return None;
    }
    // Twice as large, then made smaller: thin lines of forms stay.
    let scale = 2.0 * PREVIEW as f32 / longest;
    let settings = PixmapSettings {
        x_scale: scale,
        y_scale: scale,
        bg_color: WHITE,
    };
    let drawn = render(
        page,
        &RenderCache::new(),
        &InterpreterSettings::default(),
        &RenderSettings::default(),
        &settings,
    );
    let (width, height) = (u32::from(drawn.width()), u32::from(drawn.height()));
    let pixels = drawn.data_as_u8_slice().to_vec();
    let image = DynamicImage::ImageRgba8(RgbaImage::from_raw(width, height, pixels)?);
    Some(Made {
        preview: preview(&image).ok()?,
        ..Made::default()
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::ZlibEncoder};

    use super::*;

    fn packed(bytes: usize) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
        let zeros = vec![0; 1024 * 1024];
        let mut left = bytes;
        while left > 0 {
            let some = left.min(zeros.len());
            encoder.write_all(&zeros[..some]).unwrap();
            left -= some;
        }
        encoder.finish().unwrap()
    }

    fn with_stream(dictionary: &str, stream: &[u8]) -> Vec<u8> {
        let mut pdf = format!("%PDF-1.7\n1 0 obj\n<< {dictionary} >>\nstream\n").into_bytes();
        pdf.extend(stream);
        pdf.extend(b"\nendstream\nendobj\n%%EOF");
        pdf
    }

    #[test]
    fn a_stream_that_unpacks_to_very_much_is_a_bomb() {
        let harmless = with_stream("/Filter /FlateDecode", &packed(3_000_000));
        assert_eq!(unpacks_to(&harmless), Ok(3_000_000));
        let bomb = with_stream("/Filter /FlateDecode", &packed(300 * 1024 * 1024));
        assert!(bomb.len() < 400_000);
        assert_eq!(unpacks_to(&bomb), Err(FileFault::Bomb));
        let twice = with_stream("/Filter [/FlateDecode /FlateDecode]", &packed(1000));
        assert_eq!(unpacks_to(&twice), Err(FileFault::Bomb));
    }

    #[test]
    fn the_first_page_is_drawn() {
        let content = "1 0 0 rg 0 0 200 100 re f";
        let mut pdf = b"%PDF-1.4\n".to_vec();
        let mut places = Vec::new();
        for object in [
            "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
            "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R /Resources << >> >>".to_owned(),
            format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
        ] {
            places.push(pdf.len());
            pdf.extend(format!("{} 0 obj\n{object}\nendobj\n", places.len()).bytes());
        }
        let table = pdf.len();
        pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).bytes());
        for place in &places {
            pdf.extend(format!("{place:010} 00000 n \n").bytes());
        }
        let end = format!("trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
        pdf.extend(end.bytes());
        let made = read(&pdf).unwrap();
        let drawn = ::image::load_from_memory(&made.preview)
            .unwrap()
            .into_rgb8();
        assert_eq!((drawn.width(), drawn.height()), (PREVIEW, PREVIEW));
        let below = drawn.get_pixel(PREVIEW / 2, PREVIEW - 20);
        assert!(below[0] > 200 && below[1] < 60, "{below:?}");
        assert!(drawn.get_pixel(PREVIEW / 2, 20)[1] > 200);
    }

    #[test]
    fn what_cannot_be_drawn_is_kept_without_a_preview() {
        let made = read(b"%PDF-1.7\n1 0\nobj\n<< /Type /Catalog >>\nendobj\n").unwrap();
        assert!(made.preview.is_empty() && made.content.is_empty());
        assert_eq!(read(b"%PDF-1.7\nnonsense").unwrap_err(), FileFault::Broken);
    }
}
