//! What a file is, by its first bytes: not by its name, nor by what its sender says.

use crate::domain::document::{FileFault, MediaType};

/// As many bytes as are looked at.
pub const ENOUGH: usize = 8 * 1024;

/// The kind of a file that begins with these bytes; `None` where it is none that is taken.
pub fn kind(head: &[u8]) -> Option<MediaType> {
    let found = infer::get(head)?;
    match found.mime_type() {
        "image/jpeg" => Some(MediaType::Jpeg),
        "image/png" => Some(MediaType::Png),
        "image/webp" => Some(MediaType::Webp),
        "application/pdf" => Some(MediaType::Pdf),
        "audio/mpeg" => Some(MediaType::Mp3),
        "audio/m4a" => Some(MediaType::M4a),
        "audio/x-wav" => Some(MediaType::Wav),
        "audio/ogg" | "audio/opus" => Some(MediaType::Ogg),
        "audio/x-flac" => Some(MediaType::Flac),
        "audio/amr" => Some(MediaType::Amr),
        // Telephones write sound into containers that say no more than that they are MP4.
        "video/mp4"
            if has_brand(head, &[b"mp42", b"isom", b"3gp4", b"3gp5"]) && !has_video(head) =>
        {
            Some(MediaType::M4a)
        }
        _ => None,
    }
}

/// Whether a file that begins with these bytes is what its sender says, and what its name says.
pub fn check(head: &[u8], declared: MediaType, file_name: &str) -> Result<(), FileFault> {
    match kind(head) {
        None => Err(FileFault::TypeNotAllowed),
        Some(kind) if kind != declared || !kind.fits(file_name) => Err(FileFault::TypeDiffers),
        Some(_) => Ok(()),
    }
}

fn has_brand(head: &[u8], brands: &[&[u8; 4]]) -> bool {
    let brand = head.get(8..12).unwrap_or_default();
    brands.iter().any(|one| one.as_slice() == brand)
}

/// Whether a track of pictures is named near the beginning.
fn has_video(head: &[u8]) -> bool {
    head.windows(4)
        .any(|window| window == b"vide" || window == b"vmhd")
}

#[cfg(test)]
mod tests {
    use super::*;

    const JPEG: &[u8] = &[0xFF, 0xD8, 0xFF, 0xE0, 0, 16, b'J', b'F', b'I', b'F', 0, 1];
    const ELF: &[u8] = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0";
    const EXE: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0\xb8\0\0\0";

    #[test]
    fn a_renamed_executable_is_seen_through() {
        for bytes in [ELF, EXE] {
            let refused = check(bytes, MediaType::Pdf, "biên bản.pdf");
            assert_eq!(refused, Err(FileFault::TypeNotAllowed));
        }
        assert_eq!(
            check(b"#!/bin/sh\nrm -rf /", MediaType::Jpeg, "a.jpg"),
            Err(FileFault::TypeNotAllowed)
        );
        assert_eq!(
            check(b"", MediaType::Pdf, "a.pdf"),
            Err(FileFault::TypeNotAllowed)
        );
    }

    #[test]
    fn a_file_that_is_another_than_it_says_is_not_taken() {
        assert_eq!(check(JPEG, MediaType::Jpeg, "a.jpg"), Ok(()));
        assert_eq!(
            check(JPEG, MediaType::Png, "a.png"),
            Err(FileFault::TypeDiffers)
        );
        assert_eq!(
            check(JPEG, MediaType::Jpeg, "a.exe"),
            Err(FileFault::TypeDiffers)
        );
        assert_eq!(check(b"%PDF-1.7\n", MediaType::Pdf, "a.pdf"), Ok(()));
    }

    #[test]
    fn recordings_of_telephones_are_sound() {
        let mut m4a = vec![0, 0, 0, 24];
        m4a.extend(b"ftypM4A \0\0\0\0M4A mp42");
        assert_eq!(kind(&m4a), Some(MediaType::M4a));
        assert_eq!(
            kind(b"#!AMR\n\x3c\x08\x17\x16\xbe\x66"),
            Some(MediaType::Amr)
        );
        assert_eq!(kind(b"ID3\x04\0\0\0\0\0\0"), Some(MediaType::Mp3));
        assert_eq!(kind(b"RIFF\x24\0\0\0WAVEfmt "), Some(MediaType::Wav));
    }
}
