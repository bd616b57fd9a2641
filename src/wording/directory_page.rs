//! Texts of the pages of the directory: who holds which role where, and how they are reached.

crate::catalogue! {
    TITLE => "Danh bạ cơ quan", "Directory of authorities";
    LEAD => "Ai giữ vai trò nào ở đâu, từ ngày nào, và được báo tin ở địa chỉ nào.", "Who holds which role where, from which day, and at which address they are told.";
    ROLE => "Vai trò", "Role";
    ALL => "Tất cả", "All";
    PLACE => "Xã, phường hoặc tỉnh", "Commune, ward or province";
    PLACE_HINT => "Gõ tên, có dấu hoặc không dấu.", "Type its name, with or without diacritics.";
    SHOW => "Xem", "Show";
    WHICH => "Bạn muốn nói nơi nào?", "Which place do you mean?";
    NO_SUCH_PLACE => "Không tìm thấy nơi nào như vậy.", "No such place was found.";
    HERE => "Cơ quan của", "Authorities of";
    NONE => "Không có cơ quan nào.", "There are none.";
    NEXT => "Trang sau", "Next page";
    NAME => "Tên", "Name";
    REACHED => "Được báo ở", "Told at";
    RETURNED => "thư bị trả lại", "mail came back";
    OVER_TIME => "Qua thời gian", "Over time";
    IN_FORCE => "Hiệu lực", "In force";
    OPEN_END => "nay", "open";
    PHONE => "Điện thoại", "Telephone";
    EMAILS => "Thư điện tử", "E-mail";
    ABOVE => "Báo tiếp cho", "Told instead";
    CHANGES => "Ai đã sửa", "Who changed it";
    CHANGES_NONE => "Chưa ai sửa.", "Nobody has.";
    CONTACTS => "Liên hệ khác", "Further contacts";
    CONTACTS_NONE => "Không có.", "There are none.";
    VERIFIED => "trả lời lần cuối", "last answered";
    NEVER => "chưa từng trả lời", "never answered";
}
