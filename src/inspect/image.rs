//! Images: decoded within bounds and written anew, so that nothing of what stood beside the pixels (where
//! and with what it was taken, what else was put into the file) goes along; and a preview.

use std::io::Cursor;

use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, Limits,
    codecs::{jpeg::JpegEncoder, png::PngEncoder},
};

use super::{MOST_PIXELS, Made};
use crate::domain::document::{FileFault, MediaType};

/// Of a photograph that is written anew: no difference is seen.
const QUALITY: u8 = 90;
/// Of a preview.
const PREVIEW_QUALITY: u8 = 75;
/// Longest side of a preview, in pixels.
pub(super) const PREVIEW: u32 = 640;
/// Memory of a decoder, beside the image itself.
const MOST_MEMORY: u64 = 768 * 1024 * 1024;
/// A profile of colours is a few kB; whatever is larger is something else.
const LARGEST_PROFILE: usize = 64 * 1024;

pub(super) fn read(kind: MediaType, bytes: &[u8], anew: bool) -> Result<Made, FileFault> {
    let format = match kind {
        MediaType::Png => ImageFormat::Png,
        MediaType::Webp => ImageFormat::WebP,
        _ => ImageFormat::Jpeg,
    };
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(FileFault::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(broken)?;
    let profile = decoder.icc_profile().ok().flatten();
    let profile = profile.filter(|profile| profile.len() <= LARGEST_PROFILE);
    let mut image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    image.apply_orientation(orientation);
    let preview = preview(&image)?;
    let mut made = Made {
        media_type: None,
        content: Vec::new(),
        preview,
        width: Some(image.width()),
        height: Some(image.height()),
    };
    if anew {
        let (kind, content) = write(kind, image, profile)?;
        made.media_type = Some(kind);
        made.content = content;
    }
    Ok(made)
}

/// Writes an image anew. What WebP was becomes JPEG, or PNG where something shines through.
fn write(
    kind: MediaType,
    image: DynamicImage,
    profile: Option<Vec<u8>>,
) -> Result<(MediaType, Vec<u8>), FileFault> {
    let mut content = Vec::new();
    let is_png = kind == MediaType::Png || (kind == MediaType::Webp && image.color().has_alpha());
    if is_png {
        let mut encoder = PngEncoder::new(&mut content);
        if let Some(profile) = profile {
            // Without it the colours are a little off, and that is all.
            let _ = encoder.set_icc_profile(profile);
        }
        image.write_with_encoder(encoder).map_err(broken)?;
        return Ok((MediaType::Png, content));
    }
    let mut encoder = JpegEncoder::new_with_quality(&mut content, QUALITY);
    if let Some(profile) = profile {
        let _ = encoder.set_icc_profile(profile);
    }
    if image.color().has_color() {
        let image = image.into_rgb8();
        encoder.write_image(
            &image,
            image.width(),
            image.height(),
            ExtendedColorType::Rgb8,
        )
    } else {
        let image = image.into_luma8();
        encoder.write_image(&image, image.width(), image.height(), ExtendedColorType::L8)
    }
    .map_err(broken)?;
    Ok((MediaType::Jpeg, content))
}

/// A small JPEG of an image, on white where something shines through.
pub(super) fn preview(image: &DynamicImage) -> Result<Vec<u8>, FileFault> {
    let small = if image.width() > PREVIEW || image.height() > PREVIEW {
        image.thumbnail(PREVIEW, PREVIEW)
    } else {
        image.clone()
    };
    let mut on_white = small.to_rgba8();
    for pixel in on_white.pixels_mut() {
        let alpha = u16::from(pixel[3]);
        for channel in 0..3 {
            let mixed = (u16::from(pixel[channel]) * alpha + 255 * (255 - alpha)) / 255;
            pixel[channel] = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
        pixel[3] = 255;
    }
    let small = DynamicImage::ImageRgba8(on_white).into_rgb8();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, PREVIEW_QUALITY)
        .write_image(
            &small,
            small.width(),
            small.height(),
            ExtendedColorType::Rgb8,
        )
        .map_err(broken)?;
    Ok(bytes)
}

fn broken(why: image::ImageError) -> FileFault {
    match why {
        image::ImageError::Limits(_) => FileFault::TooManyPixels,
        _ => FileFault::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jpeg(width: u32, height: u32) -> Vec<u8> {
        let image = DynamicImage::new_rgb8(width, height);
        let mut bytes = Vec::new();
        image
            .write_with_encoder(JpegEncoder::new_with_quality(&mut bytes, 80))
            .unwrap();
        bytes
    }

    /// A JPEG with an Exif block that names a place, as telephones write it.
    pub(crate) fn with_exif(bytes: &[u8]) -> Vec<u8> {
        let mut block = b"Exif\0\0II*\0\x08\0\0\0\x01\0".to_vec();
        // Orientation 6: to be turned by a quarter.
        block.extend([0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]);
        block.extend([0; 4]);
        block.extend(b"GPS 21.5942N 105.8482E");
        let mut all = bytes[..2].to_vec();
        all.extend([0xFF, 0xE1]);
        all.extend(u16::try_from(block.len() + 2).unwrap().to_be_bytes());
        all.extend(block);
        all.extend(&bytes[2..]);
        all
    }

    fn contains(bytes: &[u8], needle: &[u8]) -> bool {
        bytes.windows(needle.len()).any(|window| window == needle)
    }

    #[test]
    fn what_is_written_anew_says_no_place_and_stands_upright() {
        let original = with_exif(&jpeg(800, 400));
        assert!(contains(&original, b"GPS"));
        let made = read(MediaType::Jpeg, &original, true).unwrap();
        assert_eq!((made.width, made.height), (Some(400), Some(800)));
        for bytes in [&made.content, &made.preview] {
            assert!(!contains(bytes, b"GPS") && !contains(bytes, b"Exif"));
            assert!(bytes.starts_with(&[0xFF, 0xD8]));
        }
        let kept = read(MediaType::Jpeg, &original, false).unwrap();
        assert!(kept.content.is_empty() && !kept.preview.is_empty());
    }

    #[test]
    fn an_image_of_too_many_pixels_is_refused_by_its_head() {
        // Ten thousand million pixels in a hundred bytes.
        let mut bomb = Vec::new();
        let small = DynamicImage::new_luma8(1, 1);
        small
            .write_with_encoder(PngEncoder::new(&mut bomb))
            .unwrap();
        bomb[16..20].copy_from_slice(&100_000_u32.to_be_bytes());
        bomb[20..24].copy_from_slice(&100_000_u32.to_be_bytes());
        let sum = crc32(&bomb[12..29]);
        bomb[29..33].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(
            read(MediaType::Png, &bomb, true).map(|_| ()),
            Err(FileFault::TooManyPixels)
        );
    }

    #[test]
    fn half_an_image_is_broken() {
        let whole = jpeg(64, 64);
        assert_eq!(
            read(MediaType::Jpeg, &whole[..20], true).map(|_| ()),
            Err(FileFault::Broken)
        );
    }

    fn crc32(bytes: &[u8]) -> u32 {
        let mut sum = flate2::Crc::new();
        sum.update(bytes);
        sum.sum()
    }
}
