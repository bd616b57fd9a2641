//! What the declarant is told of each alert, in plain words.

use super::Text;
use crate::store::alerts::AlertStatus;

crate::catalogue! {
    QUEUED => "Đang gửi đến {who}", "Being sent to {who}";
    SENT => "Đã gửi đến hộp thư của {who} lúc {at}; chưa có người nhận", "Sent to {who} at {at}; nobody has taken it yet";
    OPENED => "Thư gửi {who} đã được mở lúc {at}; chưa có người nhận", "The mail to {who} was opened at {at}; nobody has taken it yet";
    TAKEN => "{who} đã nhận lúc {at}", "{who} took it at {at}";
    REFUSED => "{who} báo không thuộc thẩm quyền lúc {at}; tin đã được chuyển nơi khác", "{who} said at {at} that it is not theirs; it was passed on";
    DELAYED => "Chưa gửi được đến {who}, đang thử lại", "Not yet delivered to {who}; being tried again";
    BOUNCED => "Thư gửi {who} bị trả lại lúc {at}; hãy gọi điện", "The mail to {who} came back at {at}; please telephone";
    FAILED => "Không gửi được đến {who}; hãy gọi điện", "Could not be delivered to {who}; please telephone";
    UNDELIVERABLE => "Danh bạ không có cơ quan nào giữ vai trò này; cấp trên đã được báo", "The directory has nobody in this role; the level above was told";
    SUPERSEDED => "Thông báo đến {who} đã được thay bằng thông báo sau", "A later alert to {who} stands for it";
    WITHDRAWN => "Thông báo đến {who} đã được rút lúc {at}", "The alert to {who} was withdrawn at {at}";
}

/// The sentence for where an alert stands: `{who}` is the authority, `{at}` a moment; `opened` where the
/// link of a mail that was sent has been opened.
pub fn alert_said(status: AlertStatus, opened: bool) -> Text {
    match status {
        AlertStatus::Sent if opened => OPENED,
        AlertStatus::Queued => QUEUED,
        AlertStatus::Sent => SENT,
        AlertStatus::Acknowledged => TAKEN,
        AlertStatus::Refused => REFUSED,
        AlertStatus::Delayed => DELAYED,
        AlertStatus::Bounced => BOUNCED,
        AlertStatus::Failed => FAILED,
        AlertStatus::Undeliverable => UNDELIVERABLE,
        AlertStatus::Superseded => SUPERSEDED,
        AlertStatus::Withdrawn => WITHDRAWN,
    }
}
