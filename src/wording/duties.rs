//! Words of the duties of the law on personal data: the notice, the form of a breach, the command.

use super::Text;

crate::catalogue! {
    /// The name of a class of records.
    record_class {
        "case.fatal" => "Vụ tai nạn chết người", "Fatal accident";
        "case.multi_serious" => "Vụ nhiều người bị thương nặng", "Several seriously injured";
        "case.unclear" => "Vụ chưa rõ thương vong", "Casualties unclear";
        "case.single_serious" => "Vụ một người bị thương nặng", "One seriously injured";
        "case.light" => "Vụ tai nạn nhẹ", "Light accident";
        "case.state_file" => "Mọi hồ sơ của cơ quan nhà nước", "Every file of a state body";
        "trace" => "Nhật ký truy cập", "The trace of who saw what";
        "outbox_payload" => "Nội dung thư đã gửi", "What sent messages said";
        "removed_documents" => "Tài liệu đã bỏ khỏi hồ sơ", "Documents that were removed from a file";
        "idempotency_keys" => "Khóa chống gửi trùng", "Keys against doing a request twice";
        "sessions" => "Phiên đăng nhập", "Sessions";
        "sign_in_attempts" => "Lần đăng nhập", "Attempts to sign in";
        "never_proven" => "Đăng ký, lời mời, đổi địa chỉ chưa được xác nhận", "Registrations, invitations and changes of address that nobody proved";
        "data_subject_requests" => "Yêu cầu của chủ thể dữ liệu", "Requests of data subjects";
        "breaches" => "Sổ vi phạm dữ liệu cá nhân", "Register of breaches";
    }
}

crate::catalogue! {
    KEPT => "lưu, không hủy", "kept";
    KEPT_DAYS => "{number} ngày", "{number} days";
    KEPT_YEARS => "{number} năm kể từ khi kết thúc", "{number} years from the end";
    KEPT_RETIREMENT => "đến khi mọi nạn nhân đủ {number} tuổi (nghỉ hưu)", "until every victim is {number} years old (retirement)";
    CHANNEL => "Gửi yêu cầu hoặc khiếu nại đến cơ quan quản lý lao động cấp tỉnh hoặc Ủy ban nhân dân cấp xã nơi xảy ra tai nạn, kèm số tiếp nhận. Tiếp nhận trong 2 ngày làm việc; xem, sửa, sao chép trong 10 ngày; rút lại, hạn chế, phản đối trong 15 ngày; xóa trong 20 ngày; có thể gia hạn một lần.", "Send a request or a complaint to the labour authority of the province or to the commune of the accident, with the receipt number. It is acknowledged within 2 working days; access, correction and copies take 10 days; withdrawal, restriction and objection 15; erasure 20; each may be extended once.";
    RETENTION => "Hồ sơ hết thời hạn lưu", "Records past their time";
    PLAN => "Liệt kê những gì sẽ bị hủy và vì sao; không hủy gì", "List what would be destroyed, and why; destroys nothing";
    RUN => "Hủy đúng những gì một kế hoạch còn hạn đã liệt kê", "Destroy exactly what a plan that has not expired lists";
    PLAN_ID => "Mã kế hoạch do lệnh plan in ra", "Id of the plan, as `plan` printed it";
    NO_PLAN => "Không có kế hoạch như vậy", "there is no such plan";
    REFUSED => "Không thực hiện được: {why}", "not possible: {why}";
    DONE => "Đã hủy {cases} hồ sơ và {rows} mục trong sổ. Bản sao lưu cũ vẫn còn khóa: xem deploy/BACKUP.md.", "Destroyed {cases} cases and {rows} entries of registers. Older backups still hold the keys: see deploy/BACKUP.md.";
    FORM_TITLE => "THÔNG BÁO VI PHẠM BẢO VỆ DỮ LIỆU CÁ NHÂN (Luật 91/2025/QH15, Điều 23)", "NOTIFICATION OF A BREACH OF PERSONAL DATA PROTECTION (L91/2025, Art. 23)";
    FORM_DESCRIPTION => "Mô tả vi phạm", "What happened";
    FORM_DISCOVERED => "Thời điểm phát hiện", "Discovered";
    FORM_DUE => "Phải thông báo trước", "To be notified by";
    FORM_DATA => "Loại dữ liệu cá nhân", "Kinds of personal data";
    FORM_PEOPLE => "Số người bị ảnh hưởng", "People concerned";
    FORM_CONSEQUENCES => "Hậu quả có thể xảy ra", "Likely consequences";
    FORM_MEASURES => "Biện pháp đã áp dụng", "Measures taken";
    FORM_CONTACT => "Bộ phận, người phụ trách bảo vệ dữ liệu", "In charge of data protection";
    FORM_NOTIFIED => "Đã thông báo", "Notified";
    FORM_UNKNOWN => "chưa rõ", "not yet known";
}

/// What everybody may ask for (L91/2025 Art. 4).
pub const RIGHTS: [Text; 6] = [
    Text {
        vi: "Được biết việc xử lý dữ liệu của mình, và ai đã xem hồ sơ",
        en: "To know how your data are processed, and who saw the record",
    },
    Text {
        vi: "Xem, nhận bản sao dữ liệu của mình",
        en: "To see your data and to be given a copy",
    },
    Text {
        vi: "Yêu cầu sửa dữ liệu sai",
        en: "To have wrong data corrected",
    },
    Text {
        vi: "Hạn chế hoặc phản đối việc xử lý; rút lại sự đồng ý nếu đã cho",
        en: "To restrict or to object to the processing; to withdraw a consent that was given",
    },
    Text {
        vi: "Yêu cầu xóa, trừ trường hợp luật buộc phải lưu (Điều 14.2, 19)",
        en: "To have data erased, unless the law orders them to be kept (Art. 14.2, 19)",
    },
    Text {
        vi: "Khiếu nại, tố cáo, khởi kiện, yêu cầu bồi thường",
        en: "To complain, to go to court, to claim damages",
    },
];

#[cfg(test)]
mod tests {
    use super::record_class;
    use crate::domain::duties::retention::RecordClass;

    #[test]
    fn every_class_of_records_has_a_name() {
        // The privacy notice leaves out what has none.
        for class in RecordClass::ALL {
            assert!(record_class(class.as_str()).is_some(), "{class}");
        }
    }
}
