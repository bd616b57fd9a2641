//! Finds the code on a scanned page.

use std::io::Cursor;

use image::{GrayImage, ImageReader, Limits, imageops};

use super::FormRef;

/// Longest side of an image that is looked at: A3 at 600 dots an inch.
const LONGEST_SIDE: u32 = 10_000;
/// Most memory that an image may ask for.
const MOST_MEMORY: u64 = 256 * 1024 * 1024;
/// Sides to which a large image is brought: a code is found best where a square has a few dots.
const SIDES: [u32; 3] = [2_400, 3_500, 1_400];
/// Most images of a PDF that are looked at.
const MOST_IMAGES: usize = 20;

/// The form whose code stands on a scan: an image (JPEG or PNG), or a PDF of images (JPEG). `None` where
/// there is no code, or the file is none of these.
pub fn form_of_scan(bytes: &[u8]) -> Option<FormRef> {
    if bytes.starts_with(b"%PDF") {
        return jpegs_of_pdf(bytes)
            .take(MOST_IMAGES)
            .find_map(form_of_image);
    }
    form_of_image(bytes)
}

fn form_of_image(bytes: &[u8]) -> Option<FormRef> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(LONGEST_SIDE);
    limits.max_image_height = Some(LONGEST_SIDE);
    limits.max_alloc = Some(MOST_MEMORY);
    reader.limits(limits);
    form_in(&reader.decode().ok()?.into_luma8())
}

/// The form whose code stands in `image`.
fn form_in(image: &GrayImage) -> Option<FormRef> {
    let longest = image.width().max(image.height());
    let smaller = SIDES.into_iter().filter(|side| *side < longest);
    // What is larger than all of them shows no more at its full size, and takes seconds.
    let is_small = SIDES.iter().any(|side| longest <= *side);
    let mut sizes = smaller.map(Some).chain(is_small.then_some(None));
    sizes.find_map(|side| match side {
        Some(side) => {
            let scale =
                |length: u32| (u64::from(length) * u64::from(side) / u64::from(longest)) as u32;
            let (width, height) = (scale(image.width()).max(1), scale(image.height()).max(1));
            let filter = imageops::FilterType::Triangle;
            found_in(&imageops::resize(image, width, height, filter))
        }
        None => found_in(image),
    })
}

fn found_in(image: &GrayImage) -> Option<FormRef> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let pixels = image.as_raw();
    let mut prepared =
        rqrr::PreparedImage::prepare_from_greyscale(width, height, |x, y| pixels[y * width + x]);
    let codes = prepared.detect_grids();
    codes.into_iter().find_map(|code| {
        let (_, text) = code.decode().ok()?;
        FormRef::parse(&text)
    })
}

/// The JPEG images of a PDF as scanners write it: each page one image, whole within the file. Nothing of the
/// PDF is interpreted, so that none can do harm.
fn jpegs_of_pdf(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    const START: &[u8] = &[0xFF, 0xD8, 0xFF];
    const STREAM: &[u8] = b"stream";
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let at = find(rest, STREAM)?;
            rest = &rest[at + STREAM.len()..];
            let data = rest
                .strip_prefix(b"\r\n")
                .or_else(|| rest.strip_prefix(b"\n"));
            let Some(data) = data.filter(|data| data.starts_with(START)) else {
                continue;
            };
            let end = find(data, b"endstream").unwrap_or(data.len());
            rest = &data[end..];
            return Some(&data[..end]);
        }
    })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageFormat, Luma, imageops};

    use super::*;
    use crate::paper::Mark;

    fn code() -> FormRef {
        FormRef {
            mark: Mark::of([0x5A, 1, 2, 3, 4, 5, 6, 7, 8, 9]),
            page: Some(3),
        }
    }

    /// A page of A4 at `dots` an inch with lines of writing, and the code where it is printed.
    fn page(dots: u32) -> GrayImage {
        let length = |millimetres: u32| millimetres * dots * 10 / 254;
        let mut page = GrayImage::from_pixel(length(210), length(297), Luma([246]));
        for line in 0..40 {
            let top = length(25 + line * 6);
            for x in length(30)..length(195) {
                // Something like letters: dark and light in no rhythm of a code.
                if (x * 7 + line * 13) % 11 < 4 {
                    for y in top..top + length(2) {
                        page.put_pixel(x, y, Luma([40]));
                    }
                }
            }
        }
        let squares = code().squares();
        let side = f64::from(length(17)) / squares.len() as f64;
        for y in 0..length(17) {
            for x in 0..length(17) {
                let at = |dot: u32| (f64::from(dot) / side) as usize;
                if squares[at(y).min(squares.len() - 1)][at(x).min(squares.len() - 1)] {
                    page.put_pixel(length(8) + x, length(272) + y, Luma([25]));
                }
            }
        }
        page
    }

    /// As a scanner gives it: turned a little, with noise, and blurred.
    fn scanned(page: &GrayImage, degrees: f64) -> GrayImage {
        let (width, height) = page.dimensions();
        let (sin, cos) = degrees.to_radians().sin_cos();
        let (cx, cy) = (f64::from(width) / 2.0, f64::from(height) / 2.0);
        let mut seed = 1_u32;
        let turned = GrayImage::from_fn(width, height, |x, y| {
            let (dx, dy) = (f64::from(x) - cx, f64::from(y) - cy);
            let (sx, sy) = (cx + dx * cos - dy * sin, cy + dx * sin + dy * cos);
            let is_there =
                sx >= 0.0 && sy >= 0.0 && sx < f64::from(width) && sy < f64::from(height);
            let light = if is_there {
                page.get_pixel(sx as u32, sy as u32).0[0]
            } else {
                255
            };
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (seed >> 24) % 36;
            Luma([light.saturating_add(18).saturating_sub(noise as u8)])
        });
        imageops::blur(&turned, 0.7)
    }

    fn encoded(image: GrayImage, format: ImageFormat) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        DynamicImage::ImageLuma8(image)
            .write_to(&mut bytes, format)
            .unwrap();
        bytes.into_inner()
    }

    #[test]
    fn the_code_is_found_on_a_page_that_was_scanned() {
        for (dots, degrees) in [(150, 0.0), (200, 1.5), (200, 180.0)] {
            let scan = encoded(scanned(&page(dots), degrees), ImageFormat::Jpeg);
            assert_eq!(
                form_of_scan(&scan),
                Some(code()),
                "{dots} dots, {degrees} degrees"
            );
        }
    }

    #[test]
    fn the_code_is_found_in_a_pdf_as_scanners_write_it() {
        let jpeg = encoded(scanned(&page(150), 0.5), ImageFormat::Jpeg);
        let mut pdf =
            b"%PDF-1.4\n4 0 obj << /Subtype /Image /Filter /DCTDecode >> stream\n".to_vec();
        pdf.extend(jpeg);
        pdf.extend(b"\nendstream endobj\ntrailer << >>\n%%EOF");
        assert_eq!(form_of_scan(&pdf), Some(code()));
    }

    #[test]
    fn the_picture_in_a_docx_is_the_code() {
        assert_eq!(form_of_scan(&code().picture()), Some(code()));
    }

    #[test]
    fn what_is_no_scan_has_no_code() {
        let blank = encoded(
            GrayImage::from_pixel(400, 400, Luma([255])),
            ImageFormat::Png,
        );
        for file in [
            &b""[..],
            b"MZ\x90",
            b"%PDF-1.4 stream\n\xFF\xD8\xFF broken",
            &blank,
            b"\xFF\xD8\xFF",
        ] {
            assert_eq!(form_of_scan(file), None);
        }
    }
}
