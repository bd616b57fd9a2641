//! Texts of the pages of the law: rules, days off, proposals and what they would alter.

crate::catalogue! {
    TITLE => "Quy tắc pháp luật", "Rules of the law";
    LEAD => "Mỗi quy tắc mà dịch vụ áp dụng, với điều luật, ngày có hiệu lực và mức chắc chắn. Không có gì viết cứng trong chương trình.", "Every rule that the service applies, with its article, its days and how sure it is. Nothing of it is fixed in the program.";
    SUBJECT => "Quyết định về", "Decides";
    ALL => "Tất cả", "Everything";
    DAY => "Có hiệu lực ngày", "In force on";
    SHOW => "Xem", "Show";
    SAYS => "Nội dung", "What it says";
    IN_FORCE => "Hiệu lực", "In force";
    OPEN_END => "nay", "open";
    ARTICLE => "Căn cứ", "Article";
    SURE => "Mức chắc chắn", "How sure";
    NONE => "Không có quy tắc nào.", "There are none.";
    NEXT => "Trang sau", "Next page";
    HOLIDAYS => "Ngày nghỉ và ngày làm bù", "Days off and make-up days";
    PROPOSALS => "Đề xuất thay đổi", "Proposed changes";
    NOT => "không phải", "not";
    DAYS => "Số ngày, giờ hoặc phút", "Days, hours or minutes";
    VERSIONS => "Các phiên bản", "Versions";
    CHANGES => "Ai đã sửa", "Who changed it";
    CHANGES_NONE => "Chưa ai sửa: như khi cài đặt.", "Nobody has: it is as it was shipped.";
    CORRECT => "Đề xuất sửa", "Propose a correction";
    CORRECT_TEXT => "Người thứ hai phải duyệt. Xem trước để biết vụ nào và thời hạn nào sẽ thay đổi; chưa có gì được ghi.", "A second person must approve it. The preview says which cases and time limits would change; nothing is written by it.";
    FROM => "Sửa phiên bản có hiệu lực từ", "Correct the version in force from";
    OUTCOME => "Kết quả", "Outcome";
    CONFIDENCE => "Mức chắc chắn", "How sure";
    NOTE => "Ghi chú", "Note";
    REASON => "Lý do", "Reason";
    PREVIEW => "Xem trước", "Preview";
    PROPOSE => "Gửi đề xuất", "Propose";
    NOTHING_NEW => "Chưa có gì khác với phiên bản đang có.", "Nothing differs from the version that is there.";

    YEAR => "Năm", "Year";
    OFF => "nghỉ", "off";
    MAKE_UP => "làm bù", "make-up day";
    DATE => "Ngày", "Day";
    KIND => "Là", "It is";
    KIND_OFF => "Ngày nghỉ", "A day off";
    KIND_MAKE_UP => "Ngày làm bù", "A make-up day";
    NAME => "Tên gọi", "Name";
    NAME_HINT => "Ví dụ: Nghỉ bù Quốc khánh / National Day in lieu", "For example: Nghỉ bù Quốc khánh / National Day in lieu";
    ADD_DAY => "Đề xuất thêm một ngày", "Propose a day";
    NO_DAYS => "Chưa có ngày nào của năm này: thời hạn theo ngày làm việc của năm này chưa tin được.", "There are none of this year yet: time limits in working days of this year cannot be trusted.";

    EFFECT => "Sẽ thay đổi", "What would change";
    EFFECT_NOTHING => "Không vụ nào được quyết định khác đi và không thời hạn nào dời ngày.", "No case would be decided otherwise, and no time limit would move.";
    EFFECT_SAMPLES => "{n} trong {all} tình huống mẫu được quyết định khác đi", "{n} of {all} sample cases would be decided otherwise";
    EFFECT_CASES => "{n} trong {all} vụ đang mở được quyết định khác đi, nếu nay mới nhận", "{n} of {all} open cases would be decided otherwise, were they received now";
    EFFECT_CLOCKS => "{n} thời hạn đang chạy sẽ dời ngày", "{n} running time limits would move";
    EFFECT_LEFT_OUT => "Còn vụ chưa được xem; con số thật có thể cao hơn.", "There are cases that were not looked at; the true number may be higher.";
    NOTHING => "không có", "nothing";
    CASE => "Vụ", "Case";
    WHAT => "Điều gì", "What";
    BEFORE => "Hiện nay", "As it is";
    AFTER => "Sau đó", "As it would be";
    CLOCK => "Thời hạn", "Time limit";

    NO_PROPOSALS => "Chưa có đề xuất nào.", "There are none.";
    PROPOSED => "Đề xuất đã gửi. Người thứ hai phải duyệt.", "It was proposed. A second person must approve it.";
    PROPOSED_BY => "Người đề xuất", "Proposed by";
    GOOD_UNTIL => "Duyệt được đến", "Can be approved until";
    CHANGE => "Thay đổi", "Change";
    APPROVE => "Duyệt", "Approve";
    REJECT => "Từ chối", "Turn down";
    WITHDRAW => "Rút lại", "Take back";
    SETTLE => "Quyết định", "Decide";
    SETTLE_REASON => "Lý do (bắt buộc khi từ chối hoặc rút lại)", "Reason (needed to turn down or take back)";
    YOURS => "Đây là đề xuất của bạn: người khác phải duyệt.", "This is your own proposal: somebody else must approve it.";
    SETTLED_BY => "Người quyết định", "Decided by";
    SETTLED => "Đã ghi nhận.", "It is recorded.";
    BACK => "Tất cả đề xuất", "All proposals";
}

crate::catalogue! {
    /// What rules decide, where proposals stand, and what may be decided otherwise.
    code {
        "subject.victim_class" => "Mức độ của từng nạn nhân", "The class of a victim";
        "subject.case_class" => "Loại vụ", "The class of a case";
        "subject.recipient" => "Báo cho ai", "Who is told";
        "subject.role_level" => "Cấp của từng cơ quan", "The level of a role";
        "subject.form" => "Mẫu khai báo", "The form of a declaration";
        "subject.investigation" => "Ai điều tra, trong bao lâu", "Who investigates, in how long";
        "subject.serious_injury" => "Thương tích nặng", "Serious injuries";
        "subject.holiday" => "Ngày nghỉ, ngày làm bù", "Days off and make-up days";
        "subject.value" => "Thời hạn và con số", "Time limits and numbers";
        "subject.retention" => "Lưu giữ bao lâu", "How long records are kept";
        "subject.ladder" => "Báo tiếp khi không ai nhận", "Who is told when nobody answers";
        "subject.reminder" => "Nhắc hạn", "Reminders";
        "confidence.T" => "đã đọc trong văn bản", "read in the text";
        "confidence.T2" => "đọc trong tài liệu dẫn lại văn bản", "read in a text that quotes it";
        "confidence.S" => "theo tài liệu của cơ quan", "told by a document of the office";
        "confidence.M-high" => "chưa đọc văn bản, rất có thể đúng", "not read, very likely";
        "confidence.M-med" => "chưa đọc văn bản, có thể đúng", "not read, likely";
        "confidence.M-low" => "chưa đọc văn bản, chưa chắc", "not read, uncertain";
        "confidence.D" => "do hệ thống chọn, không phải luật", "chosen for this service, no law";
        "subject.form_label" => "Chữ trên biểu mẫu", "Words on forms";
        "status.proposed" => "Chờ duyệt", "Waits for approval";
        "status.approved" => "Đã duyệt", "Approved";
        "status.rejected" => "Đã từ chối", "Turned down";
        "status.withdrawn" => "Đã rút", "Taken back";
        "status.expired" => "Quá hạn duyệt", "Expired";
        "decided.case_class" => "Loại vụ", "Class";
        "decided.recipients" => "Nơi được báo", "Who is told";
        "decided.form" => "Mẫu", "Form";
        "decided.level" => "Cấp điều tra", "Level";
        "decided.limit_days" => "Số ngày điều tra", "Days to investigate";
        "decided.due_at" => "Hạn", "Due";
        "decided.late" => "Khai chậm", "Late";
        "decided.applicable" => "Áp dụng được luật", "The law can be applied";
        "sample.employer" => "người sử dụng lao động khai", "declared by an employer";
        "sample.commune" => "xã khai", "declared by a commune";
        "sample.dead" => "chết", "dead";
        "sample.serious" => "bị thương nặng", "seriously injured";
        "sample.light" => "bị thương nhẹ", "lightly injured";
        "sample.missing" => "mất tích", "missing";
        "sample.unknown" => "chưa rõ", "unknown";
        "sample.contract" => "có hợp đồng", "under contract";
        "sample.no_contract" => "không hợp đồng", "without contract";
        "sample.ordinary" => "lĩnh vực thường", "no special sector";
        "sample.oil_gas" => "dầu khí", "oil and gas";
        "member.rank" => "Thứ tự", "Order";
        "member.decides" => "Quyết định về", "Decides";
        "member.key" => "Về", "About";
        "member.facts" => "Điều kiện", "Conditions";
        "member.outcome" => "Kết quả", "Outcome";
        "member.days" => "Số ngày, giờ hoặc phút", "Days, hours or minutes";
        "member.date_basis" => "Tính theo ngày", "Goes by the day of";
        "member.valid_from" => "Có hiệu lực từ", "In force from";
        "member.valid_to" => "Hết hiệu lực từ", "No longer from";
        "member.from" => "Phiên bản từ", "Version from";
        "member.on" => "Từ ngày", "From";
        "member.article" => "Căn cứ", "Article";
        "member.confidence" => "Mức chắc chắn", "How sure";
        "member.note" => "Ghi chú", "Note";
        "action.add" => "Thêm", "Add";
        "action.end" => "Chấm dứt", "End";
        "action.correct" => "Sửa", "Correct";
    }
}

#[cfg(test)]
mod tests {
    use super::code;
    use crate::{
        domain::{
            decide::differences::Decided,
            law::{Confidence, Subject},
        },
        store::rule_proposals::ProposalStatus,
    };

    #[test]
    fn everything_that_the_pages_name_has_its_words() {
        let subjects = Subject::ALL.iter().map(|one| format!("subject.{one}"));
        let statuses = ProposalStatus::ALL
            .iter()
            .map(|one| format!("status.{one}"));
        let decided = Decided::ALL.iter().map(|one| format!("decided.{one}"));
        let subjects = subjects.chain(
            Confidence::ALL
                .iter()
                .map(|one| format!("confidence.{one}")),
        );
        for key in subjects.chain(statuses).chain(decided) {
            assert!(code(&key).is_some(), "{key}");
        }
    }
}
