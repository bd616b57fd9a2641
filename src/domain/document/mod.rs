//! The documents of a case: what the law wants in the file of each victim (D39 Art. 16), what kinds of
//! files are taken, and who may read which of them.

mod file;
mod sight;

pub use file::{ItemLine, ItemState, VictimFile, file_of};
pub use sight::{Reader, sees, sees_of_informant};

use crate::named;

named! {
    /// Where a document belongs: an item of the accident file (D39 Art. 16.1), or none of them.
    pub enum FileItem {
        /// Biên bản khám nghiệm hiện trường (nếu có).
        SceneMinutes = "a",
        /// Sơ đồ hiện trường.
        Sketch = "b",
        /// Ảnh hiện trường, ảnh nạn nhân.
        Photographs = "c",
        /// Biên bản khám nghiệm tử thi hoặc khám nghiệm thương tích.
        ExaminationMinutes = "d",
        /// Biên bản giám định kỹ thuật, giám định pháp y, kết luận giám định tư pháp (nếu có): điểm đ.
        ExpertiseResults = "dd",
        /// Biên bản lấy lời khai.
        Statements = "e",
        /// Biên bản điều tra tai nạn lao động.
        InvestigationMinutes = "g",
        /// Biên bản cuộc họp công bố biên bản điều tra.
        MeetingMinutes = "h",
        /// Giấy chứng thương (nếu có).
        InjuryCertificate = "i",
        /// Giấy ra viện (nếu có).
        DischargePaper = "k",
        /// Anything else that belongs to the case.
        Other = "other",
    }
}

impl FileItem {
    /// The article that asks for it.
    pub const fn article(self) -> &'static str {
        match self {
            Self::SceneMinutes => "D39 Điều 16.1.a",
            Self::Sketch => "D39 Điều 16.1.b",
            Self::Photographs => "D39 Điều 16.1.c",
            Self::ExaminationMinutes => "D39 Điều 16.1.d",
            Self::ExpertiseResults => "D39 Điều 16.1.đ",
            Self::Statements => "D39 Điều 16.1.e",
            Self::InvestigationMinutes => "D39 Điều 16.1.g",
            Self::MeetingMinutes => "D39 Điều 16.1.h",
            Self::InjuryCertificate => "D39 Điều 16.1.i",
            Self::DischargePaper => "D39 Điều 16.1.k",
            Self::Other => "D39 Điều 18.4",
        }
    }

    /// Whether the law asks for it only "if any" (*nếu có*).
    pub const fn is_if_any(self) -> bool {
        matches!(
            self,
            Self::SceneMinutes
                | Self::ExpertiseResults
                | Self::InjuryCertificate
                | Self::DischargePaper
                | Self::Other
        )
    }

    /// The field of the step `check_file` that answers for it; the minutes and those of the meeting are
    /// steps of their own.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::SceneMinutes => Some("scene_minutes"),
            Self::Sketch => Some("sketch"),
            Self::Photographs => Some("photographs"),
            Self::ExaminationMinutes => Some("examination_minutes"),
            Self::ExpertiseResults => Some("expertise_results"),
            Self::Statements => Some("statements"),
            Self::InjuryCertificate => Some("injury_certificate"),
            Self::DischargePaper => Some("discharge_paper"),
            Self::InvestigationMinutes | Self::MeetingMinutes | Self::Other => None,
        }
    }

    /// Whether such a document tells of a person's health, so that it needs the grant for health data
    /// (L91/2025: sensitive data). A photograph does where it shows a victim. The minutes are none here, though they
    /// say what was hurt: the law sends them to everybody who sees the case and has them posted (D39 Art. 14.6; L84
    /// Art. 35.9), and until they are announced Art. 12 keeps them.
    pub const fn is_health_data(self, of_a_victim: bool) -> bool {
        match self {
            Self::ExaminationMinutes
            | Self::ExpertiseResults
            | Self::InjuryCertificate
            | Self::DischargePaper => true,
            Self::Photographs => of_a_victim,
            _ => false,
        }
    }
}

named! {
    /// What is done about a document before it can be read.
    pub enum DocumentState {
        /// The scanner for malware has not seen it yet.
        WaitingForScan = "waiting_for_scan",
        /// It can be read.
        Ready = "ready",
        /// The scanner found something: nobody reads it.
        Quarantined = "quarantined",
        /// Somebody removed it, with a reason.
        Removed = "removed",
    }
}

named! {
    /// The kinds of files that are taken; all others are refused.
    pub enum MediaType {
        /// JPEG photograph.
        Jpeg = "image/jpeg",
        /// PNG image.
        Png = "image/png",
        /// WebP image.
        Webp = "image/webp",
        /// PDF.
        Pdf = "application/pdf",
        /// MP3 sound.
        Mp3 = "audio/mpeg",
        /// AAC sound in an MP4 container, as telephones record it.
        M4a = "audio/mp4",
        /// WAV sound.
        Wav = "audio/wav",
        /// Ogg sound (Vorbis, Opus).
        Ogg = "audio/ogg",
        /// FLAC sound.
        Flac = "audio/flac",
        /// AMR sound, as older telephones record it.
        Amr = "audio/amr",
    }
}

impl MediaType {
    /// As a client may write it: some types have older names.
    pub fn declared(text: &str) -> Option<Self> {
        let essence = text.split(';').next().unwrap_or_default().trim();
        let essence = essence.to_ascii_lowercase();
        Self::parse(match essence.as_str() {
            "image/jpg" | "image/pjpeg" => "image/jpeg",
            "audio/mp3" => "audio/mpeg",
            "audio/m4a" | "audio/x-m4a" | "audio/aac" => "audio/mp4",
            "audio/x-wav" | "audio/wave" | "audio/vnd.wave" => "audio/wav",
            "audio/x-flac" => "audio/flac",
            "application/ogg" => "audio/ogg",
            other => other,
        })
    }

    /// The endings of file names that go with it; the first is given to what has none.
    pub const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Jpeg => &["jpg", "jpeg", "jpe", "jfif"],
            Self::Png => &["png"],
            Self::Webp => &["webp"],
            Self::Pdf => &["pdf"],
            Self::Mp3 => &["mp3"],
            Self::M4a => &["m4a", "mp4", "aac"],
            Self::Wav => &["wav"],
            Self::Ogg => &["ogg", "oga", "opus"],
            Self::Flac => &["flac"],
            Self::Amr => &["amr"],
        }
    }

    /// Whether it is an image, which is written anew.
    pub const fn is_image(self) -> bool {
        matches!(self, Self::Jpeg | Self::Png | Self::Webp)
    }

    /// Whether a file name may have this type: one without an ending may.
    pub fn fits(self, file_name: &str) -> bool {
        match file_name.rsplit_once('.') {
            Some((_, ending)) => {
                let ending = ending.to_ascii_lowercase();
                self.endings().contains(&ending.as_str())
            }
            None => true,
        }
    }
}

named! {
    /// Why a file is not taken.
    pub enum FileFault {
        /// Its bytes are of no kind that is taken.
        TypeNotAllowed = "file_type_not_allowed",
        /// Its bytes are of another kind than its declared type or its name says.
        TypeDiffers = "file_type_differs",
        /// An image with more pixels than are decoded.
        TooManyPixels = "image_too_large",
        /// It cannot be read as what it is.
        Broken = "file_broken",
        /// It unpacks to more than is bearable.
        Bomb = "file_bomb",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_goes_with_its_type_or_has_no_ending() {
        assert!(MediaType::Jpeg.fits("Ảnh hiện trường.JPG"));
        assert!(MediaType::Pdf.fits("biên bản"));
        assert!(!MediaType::Pdf.fits("biên bản.pdf.exe"));
        assert!(!MediaType::Jpeg.fits("a.png"));
        assert_eq!(MediaType::declared("image/jpg"), Some(MediaType::Jpeg));
        assert_eq!(
            MediaType::declared("Application/PDF; x=y"),
            Some(MediaType::Pdf)
        );
        assert_eq!(MediaType::declared("text/html"), None);
    }

    #[test]
    fn what_the_law_asks_for_if_any_is_a_dd_i_and_k() {
        let if_any: Vec<&str> = FileItem::ALL
            .iter()
            .filter(|item| item.is_if_any())
            .map(|item| item.as_str())
            .collect();
        assert_eq!(if_any, ["a", "dd", "i", "k", "other"]);
    }
}
