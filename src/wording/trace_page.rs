//! Texts of the page of who saw a record.

use super::Text;
use crate::domain::audit::Purpose;

crate::catalogue! {
    TITLE => "Ai đã xem hồ sơ", "Who saw a record";
    LEAD => "Mỗi lần xem hoặc sửa một khai báo và vụ việc của nó đều được ghi lại, không sửa được. Lần bạn xem trang này cũng được ghi.", "Every look at a declaration and its case, and every change, is recorded and cannot be altered. Your look at this page is recorded too.";
    RECEIPT => "Số tiếp nhận", "Receipt number";
    RECEIPT_HINT => "Ví dụ 267K-3M9Q-XR4F.", "For example 267K-3M9Q-XR4F.";
    SHOW => "Xem", "Show";
    FOUND => "Mới nhất trước", "The newest first";
    NONE => "Chưa có gì.", "Nothing yet.";
    NEXT => "Cũ hơn", "Older";
    PURPOSE => "Để", "For";
    SEALED => "Nhật ký được niêm phong vài phút một lần; lần gần nhất mang số {no}. Người vận hành kiểm tra toàn bộ bằng lệnh tnld audit verify.", "The trace is sealed every few minutes; the latest seal is number {no}. The operator verifies all of it with tnld audit verify.";
}

/// What something was done for.
pub fn purpose(purpose: Purpose) -> Text {
    let (vi, en) = match purpose {
        Purpose::Declaration => ("khai báo theo luật", "declaring, as the law orders"),
        Purpose::Investigation => (
            "điều tra, xử lý vụ việc",
            "investigating and handling the case",
        ),
        Purpose::DataSubject => ("trả lời ai đã xem hồ sơ", "answering who saw a record"),
        Purpose::DataProtection => ("bảo vệ dữ liệu cá nhân", "protecting personal data"),
        Purpose::Operation => ("vận hành hệ thống", "running the service"),
    };
    Text { vi, en }
}
