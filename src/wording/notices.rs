//! Words to whoever gives notice.

use crate::catalogue;

catalogue! {
    HELD => "Tin báo đã được lưu và đang chờ cán bộ xem; chưa cơ quan nào được báo tự động. Nếu có người bị nạn, hãy gọi ngay 115, 113 hoặc 114.", "The notice is stored and waits for an official; nobody has been told automatically yet. If somebody is hurt, call 115, 113 or 114 at once.";
}
