//! Texts of the page that says who could be reached, were an accident declared now.

crate::catalogue! {
    TITLE => "Độ phủ báo tin", "Who can be reached";
    LEAD => "Mỗi xã có ba loại vụ phải báo ngay. Một cặp được phủ khi mọi nơi phải nhận tin đều có địa chỉ và điện thoại, đã trả lời trong thời hạn, và có cấp trên để báo tiếp.", "Each commune has three classes of cases that are told at once. A pair is covered where everybody who must be told has an address and a telephone, has answered in time, and has somebody above.";
    LOOKED_AT => "Kiểm tra lúc", "Looked at";
    NOW => "Kiểm tra ngay bây giờ", "Look now";
    COUNTRY => "Cả nước", "The whole country";
    PROVINCE => "Tỉnh, thành phố", "Province";
    COVERED => "{covered} trong {total} cặp được phủ ({percent} %)", "{covered} of {total} pairs are covered ({percent} %)";
    SHARE => "Được phủ", "Covered";
    GAPS => "Nơi chưa liên lạc được", "Who cannot be reached";
    NO_GAPS => "Không thiếu gì: mọi nơi phải nhận tin đều liên lạc được.", "Nothing is missing: everybody who must be told can be reached.";
    CHOOSE => "Chọn một tỉnh để xem còn thiếu gì.", "Choose a province to see what is missing.";
    NOBODY => "Chưa có cơ quan nào giữ vai trò này", "Nobody holds this role";
    CLASSES => "Loại vụ", "Classes";
    COMMUNES => "{n} xã", "{n} communes";
    ONE_COMMUNE => "1 xã", "1 commune";
    BACK => "Tất cả các tỉnh", "All provinces";
}

crate::catalogue! {
    /// What is missing for somebody to be reached.
    missing {
        "no_holder" => "không có cơ quan", "nobody holds the role";
        "no_address" => "không có địa chỉ thư", "no mail address";
        "bounced" => "thư bị trả lại", "mail came back";
        "not_verified" => "chưa từng trả lời, hoặc đã quá lâu", "never answered, or too long ago";
        "test_missed" => "không trả lời thử nghiệm tháng này", "the last monthly test was not answered";
        "no_telephone" => "không có điện thoại", "no telephone";
        "nobody_above" => "không có cấp trên để báo tiếp", "nobody above";
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::coverage::Missing;

    #[test]
    fn everything_that_may_be_missing_has_its_words() {
        for missing in Missing::ALL {
            assert!(super::missing(missing.as_str()).is_some(), "{missing}");
        }
    }
}
