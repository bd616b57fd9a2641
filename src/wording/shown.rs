//! Faults and contradictions together with their texts, as answers show them.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Text, faults};
use crate::domain::{
    classify::{Contradiction, ContradictionCode},
    declaration::Fault,
};

/// For a code without a text; a test sees to it that there is none.
const NOT_NAMED: Text = Text {
    vi: "Mục này chưa đúng.",
    en: "This entry is not acceptable.",
};

/// One thing wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Fault)]
pub struct FaultShown {
    /// JSON pointer (RFC 6901) into the body.
    #[schema(example = "/accident/occurred_at")]
    pub pointer: String,
    /// Stable name of the fault.
    #[schema(example = "in_the_future")]
    pub code: String,
    /// In Vietnamese.
    #[schema(example = "Thời điểm này ở tương lai.")]
    pub message_vi: String,
    /// In English.
    #[schema(example = "This moment lies in the future.")]
    pub message_en: String,
}

impl From<&Fault> for FaultShown {
    fn from(fault: &Fault) -> Self {
        let text = faults::fault(fault.code.as_str()).unwrap_or(NOT_NAMED);
        Self {
            pointer: fault.pointer.clone(),
            code: fault.code.to_string(),
            message_vi: text.vi.into(),
            message_en: text.en.into(),
        }
    }
}

/// Two statements that do not go together. Nothing is erased; officials decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = Contradiction)]
pub struct ContradictionShown {
    /// JSON pointer into the declaration.
    #[schema(example = "/accident/casualties/dead")]
    pub pointer: String,
    /// What kind.
    pub code: ContradictionCode,
    /// The readings.
    pub readings: Vec<String>,
    /// In Vietnamese.
    pub message_vi: String,
    /// In English.
    pub message_en: String,
}

impl From<&Contradiction> for ContradictionShown {
    fn from(contradiction: &Contradiction) -> Self {
        let text = contradiction_text(contradiction.code);
        Self {
            pointer: contradiction.pointer.clone(),
            code: contradiction.code,
            readings: contradiction.readings.clone(),
            message_vi: text.vi.into(),
            message_en: text.en.into(),
        }
    }
}

fn contradiction_text(code: ContradictionCode) -> Text {
    let (vi, en) = match code {
        ContradictionCode::CountsDiffer => (
            "Số người khai và danh sách nạn nhân khác nhau; mức nặng hơn được áp dụng.",
            "The number stated and the victims named differ; the graver counts.",
        ),
        ContradictionCode::GraverInjury => (
            "Khai là nhẹ nhưng chấn thương thuộc danh mục tai nạn nặng; được tính là nặng.",
            "Stated as light, but the injury is on the list of serious ones; it counts as serious.",
        ),
        ContradictionCode::PlaceAmbiguous => (
            "Mã đơn vị này trước và sau khi sắp xếp chỉ hai nơi khác nhau; cơ quan của cả hai nơi đều được báo.",
            "This code named different units before and after the reform; the authorities of both are told.",
        ),
        ContradictionCode::PlaceDivided => (
            "Đơn vị cũ đã được chia; cơ quan của mọi đơn vị kế tiếp đều được báo cho đến khi chọn đúng nơi.",
            "The old unit was divided; the authorities of all its successors are told until somebody chooses.",
        ),
        ContradictionCode::ClassHeld => (
            "Thông tin mới cho mức nhẹ hơn; hạ mức cần văn bản và lý do, nên mức cũ được giữ.",
            "The new facts give a lower class; going down needs a document and a reason, so the class is kept.",
        ),
        ContradictionCode::TeamHeld => (
            "Theo thông tin mới thì không phải lập Đoàn điều tra; việc điều tra chỉ thôi khi có văn bản và lý do.",
            "By the new facts no team would investigate; that ends only with a document and a reason.",
        ),
        ContradictionCode::DeclarantDiffers => (
            "Tài khoản khai báo thuộc cơ sở hoặc xã khác với nội dung khai.",
            "The account that declares belongs to another establishment or commune than the declaration names.",
        ),
        ContradictionCode::ReportsDiffer => (
            "Các nguồn tin về cùng vụ tai nạn nói khác nhau; mỗi tin được giữ nguyên như khi nhận.",
            "Reports of one accident say different things; each stands as it was received.",
        ),
    };
    Text { vi, en }
}
