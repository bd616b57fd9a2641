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
    EDIT => "Sửa danh bạ", "Change the directory";
    ADD => "Thêm cơ quan", "Add an authority";
    ADD_TEXT => "Một cơ quan trong một vai trò, từ hôm nay hoặc từ một ngày sau.", "One authority in one role, from today or a later day on.";
    CORRECT => "Sửa tên, nơi báo tin", "Correct name and contacts";
    CORRECT_TEXT => "Từ ngày bạn ghi; những gì đã gửi trước đó vẫn nguyên. Mục nào để nguyên thì không đổi.", "From the day you name; what was sent before stays. Entries that you leave as they are do not change.";
    END => "Chấm dứt", "End";
    END_TEXT => "Từ ngày này cơ quan không được báo tin nữa. Hãy xem trước để biết nơi nào sẽ không còn ai.", "From this day on the authority is told no more. Look beforehand which places would have nobody.";
    FROM => "Từ ngày", "From";
    ON => "Ngày đầu tiên không còn hiệu lực", "First day no longer in force";
    EMAILS_HINT => "Mỗi dòng một địa chỉ.", "One address a line.";
    ABOVE_HINT => "Mã của cơ quan được báo khi nơi này không trả lời; có thể để trống.", "Id of the authority that is told where this one does not answer; may be empty.";
    CONFIRMED => "Các địa chỉ này đúng: bỏ dấu “thư bị trả lại”", "These addresses are right: no longer marked as “mail came back”";
    REASON => "Lý do", "Reason";
    ID => "Mã", "Id";
    ID_HINT => "Ví dụ CAX-22015; giữ nguyên suốt đời cơ quan.", "For example CAX-22015; it stays the same.";
    LEVEL => "Cấp", "Level";
    TERRITORY => "Mã địa bàn", "Code of its territory";
    TERRITORY_HINT => "Mã tỉnh (66) hoặc xã (22015); VN cho cả nước.", "Code of the province (66) or commune (22015); VN for the country.";
    SECTORS => "Lĩnh vực, chỉ với bộ quản lý ngành", "Sectors, of a line ministry alone";
    PREVIEW => "Xem trước sẽ thay đổi gì", "See what would change";
    DO_IT => "Ghi vào danh bạ", "Write it into the directory";
    SAID_CHANGED => "Danh bạ đã được sửa.", "The directory was changed.";
    EFFECT => "Sẽ thay đổi", "What would change";
    EFFECT_NOTHING => "Không ai khác được báo thay cho ai.", "Nobody would be told instead of anybody else.";
    GAPS_OPENED => "Xã và vai trò không còn ai để báo", "Communes and roles with nobody to tell any more";
    GAPS_CLOSED => "Xã và vai trò lại có người để báo", "Communes and roles with somebody to tell again";
    UNCOVERED => "Xã không còn đủ người để báo khi có tai nạn nghiêm trọng", "Communes where not everybody could be told of a grave accident any more";
    OPEN_CASES => "Vụ đang mở có tin báo sẽ đi nơi khác", "Open cases with an alert that would go elsewhere";
    BEFORE => "Đang báo", "Told now";
    AFTER => "Sẽ báo", "Would be told";
    COMMUNES => "Xã", "Communes";
    NOBODY => "không ai", "nobody";
    STANDS_IN => "thay", "standing in";
}

/// The level of an authority.
pub fn level(level: crate::domain::authority::Level) -> super::Text {
    use crate::domain::authority::Level;
    let (vi, en) = match level {
        Level::Country => ("Cả nước", "The country"),
        Level::Province => ("Tỉnh", "Province"),
        Level::District => ("Huyện (đến 30/06/2025)", "District (until 30/06/2025)"),
        Level::Commune => ("Xã", "Commune"),
    };
    super::Text { vi, en }
}
