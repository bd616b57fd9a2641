//! Names of the items of an accident file, as D39 Art. 16.1 has them.

use super::Text;
use crate::domain::document::FileItem;

/// The name of an item.
pub fn item(item: FileItem) -> Text {
    let (vi, en) = match item {
        FileItem::SceneMinutes => (
            "Biên bản khám nghiệm hiện trường (nếu có)",
            "Minutes of the examination of the scene (if any)",
        ),
        FileItem::Sketch => ("Sơ đồ hiện trường", "Sketch of the scene"),
        FileItem::Photographs => (
            "Ảnh hiện trường, ảnh nạn nhân",
            "Photographs of the scene and of the victim",
        ),
        FileItem::ExaminationMinutes => (
            "Biên bản khám nghiệm tử thi hoặc khám nghiệm thương tích",
            "Minutes of the examination of the body or of the injuries",
        ),
        FileItem::ExpertiseResults => (
            "Biên bản giám định kỹ thuật, giám định pháp y, kết luận giám định tư pháp (nếu có)",
            "Results of technical, forensic or judicial expertise (if any)",
        ),
        FileItem::Statements => ("Biên bản lấy lời khai", "Minutes of statements"),
        FileItem::InvestigationMinutes => (
            "Biên bản điều tra tai nạn lao động",
            "Minutes of the investigation",
        ),
        FileItem::MeetingMinutes => (
            "Biên bản cuộc họp công bố biên bản điều tra",
            "Minutes of the meeting that announced them",
        ),
        FileItem::InjuryCertificate => (
            "Giấy chứng thương của cơ sở khám bệnh, chữa bệnh (nếu có)",
            "Injury certificate of the treating facility (if any)",
        ),
        FileItem::DischargePaper => ("Giấy ra viện (nếu có)", "Discharge paper (if any)"),
        FileItem::Other => ("Tài liệu khác", "Another document"),
    };
    Text { vi, en }
}
