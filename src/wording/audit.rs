//! Words of the trace.

use super::Text;
use crate::{catalogue, domain::audit::Action};

/// What was done, in words.
pub fn action_text(action: Option<Action>) -> Text {
    let (vi, en) = match action {
        Some(Action::Declare) => ("Khai báo", "Declared"),
        Some(Action::Supplement) => ("Bổ sung khai báo", "Supplemented the declaration"),
        Some(Action::ReadDeclaration) => ("Xem khai báo", "Read the declaration"),
        Some(Action::ReadCase) => ("Xem hồ sơ vụ việc", "Read the case"),
        Some(Action::ReadByLink) => (
            "Xem vụ việc qua đường dẫn trong thư báo tin",
            "Read the case by the link of an alert",
        ),
        Some(Action::TakeStep) => ("Xử lý hồ sơ", "Took a step of the case"),
        Some(Action::ReadAlerts) => ("Xem tình trạng báo tin", "Read who was alerted"),
        Some(Action::ResendAlert) => ("Gửi lại tin báo", "Sent an alert again"),
        Some(Action::ReadTrace) => ("Xem nhật ký truy cập", "Read who saw the record"),
        Some(Action::CarryOver) => (
            "Chuyển theo sắp xếp đơn vị hành chính",
            "Carried over to the successor of its unit",
        ),
        Some(Action::ReadInformant) => ("Xem danh tính người báo tin", "Read who gave notice"),
        Some(Action::ReadHeldNotice) => ("Xem tin báo đang tạm giữ", "Read a notice that is held"),
        Some(Action::ReleaseNotice) => (
            "Chuyển tin báo tạm giữ đến nơi nhận",
            "Let a held notice be told",
        ),
        Some(Action::RejectNotice) => ("Không chấp nhận tin báo", "Rejected a notice"),
        Some(Action::CreatePost) => ("Tạo vị trí công tác", "Created a post"),
        Some(Action::EndPost) => ("Kết thúc vị trí công tác", "Ended a post"),
        Some(Action::Appoint) => ("Giao vị trí công tác", "Gave a post to somebody"),
        Some(Action::RemoveHolder) => ("Thôi giao vị trí công tác", "Took a post from somebody"),
        Some(Action::HandOver) => ("Bàn giao công việc", "Handed over to another post"),
        Some(Action::MovePost) => (
            "Chuyển vị trí sang cơ quan kế thừa",
            "Moved a post to the authority that succeeded",
        ),
        Some(Action::AddShift) => ("Phân ca trực", "Put somebody on duty"),
        Some(Action::CancelShift) => ("Kết thúc hoặc hủy ca trực", "Ended a shift or took it back"),
        Some(Action::Refused) => ("Bị từ chối", "Was refused"),
        None => ("Không rõ", "Unknown"),
    };
    Text { vi, en }
}

catalogue! {
    LOOKED => "Đã kiểm tra {entries} mục trong {chains} chuỗi và {roots} giá trị gốc.", "Looked at {entries} entries in {chains} chains, and at {roots} roots.";
    LATEST => "Giá trị gốc mới nhất: số {no}, lúc {at}: {root}; khóa công khai {key}.", "Newest root: number {no}, at {at}: {root}; public key {key}.";
    MISSING => "THIẾU: chuỗi {chain}, mục {seq}.", "MISSING: chain {chain}, entry {seq}.";
    CHANGED => "ĐÃ BỊ SỬA HOẶC ĐẢO: chuỗi {chain}, mục {seq}.", "CHANGED OR MOVED: chain {chain}, entry {seq}.";
    WRONG_ROOT => "GIÁ TRỊ GỐC SAI: số {no}.", "WRONG ROOT: number {no}.";
    ROOT_GONE => "BỊ CẮT: giá trị gốc số {no} mà máy này đã ghi nhớ nay không còn hoặc đã khác, cùng các mục trước nó.", "CUT OFF: root {no}, which this machine remembers, is gone or is another now, with what it closed.";
    REMEMBERED => "Máy này ghi nhớ giá trị gốc số {no} trong {file}.", "This machine remembers root {no} in {file}.";
    NOT_REMEMBERED => "Máy này chưa ghi nhớ giá trị gốc nào ({file}): phần cuối bị cắt có thể không lộ ra.", "This machine remembers no root yet ({file}): an end that was cut off may not show.";
    CANNOT_REMEMBER => "không đọc được {file}", "{file} cannot be read";
    CUT_OFF => "BỊ CẮT: giá trị gốc số {no} ghi chuỗi {chain} có mục {seq}, nay không còn hoặc đã khác.", "CUT OFF: root {no} names entry {seq} of chain {chain}, which is gone or is another now.";
    SOUND => "Nhật ký nguyên vẹn.", "The trace is sound.";
    BROKEN => "nhật ký đã bị can thiệp", "the trace was tampered with";
}
