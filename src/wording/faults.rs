//! Texts of faults: what is wrong, and what to do about it.

crate::catalogue! {
    /// The text of a fault by its code.
    fault {
        "required" => "Mục này bắt buộc. Vui lòng điền.",
            "This entry is required. Please fill it in.";
        "wrong_type" => "Sai kiểu dữ liệu (văn bản, số, đúng/sai, danh sách hoặc nhóm mục). Vui lòng xem mẫu trong tài liệu API.",
            "Wrong type of data (text, number, true/false, list or object). Please compare with the API documentation.";
        "unknown_field" => "Không có mục nào mang tên này. Vui lòng kiểm tra chính tả hoặc bỏ mục này.",
            "There is no entry of this name. Please check its spelling or leave it out.";
        "null_not_allowed" => "Bản bổ sung không xóa được nội dung đã khai. Vui lòng bỏ mục này, hoặc ghi giá trị đúng.",
            "A supplement cannot erase. Please leave the entry out, or give the right value.";
        "too_short" => "Nội dung ngắn quá. Mật khẩu cần ít nhất 10 ký tự; một câu dễ nhớ là tốt nhất.",
            "This is too short. A password needs at least 10 characters; a sentence that you remember is best.";
        "common_password" => "Mật khẩu này có quá nhiều người dùng hoặc quá dễ đoán. Vui lòng chọn mật khẩu khác.",
            "Too many people use this password, or it is too easy to guess. Please choose another.";
        "names_owner" => "Mật khẩu không được là tên hay địa chỉ thư của chính bạn. Vui lòng chọn mật khẩu khác.",
            "The password must not be your own name or e-mail address. Please choose another.";
        "not_right" => "Không đúng, hoặc đã thử sai quá nhiều lần. Vui lòng kiểm tra; nếu chắc chắn đúng, chờ ít phút rồi thử lại.",
            "Not right, or tried too often. Please check it; if you are sure, wait a few minutes and try again.";
        "too_long" => "Nội dung dài quá mức lưu được. Vui lòng viết ngắn hơn.",
            "The text is longer than can be kept. Please shorten it.";
        "too_many" => "Danh sách dài quá mức lưu được. Vui lòng gửi phần còn lại bằng bản bổ sung.",
            "The list is longer than can be kept. Please send the rest as a supplement.";
        "not_allowed" => "Giá trị không nằm trong các giá trị cho phép. Vui lòng chọn một giá trị trong tài liệu API.",
            "Not one of the allowed values. Please choose one from the API documentation.";
        "too_early" => "Thời điểm này sớm hơn bước trước đó cho phép. Vui lòng kiểm tra lại.",
            "This is earlier than the step before it allows. Please check.";
        "too_small" => "Số nhỏ hơn mức có thể. Vui lòng kiểm tra lại.",
            "The number is smaller than possible. Please check it.";
        "too_large" => "Số lớn hơn mức có thể. Vui lòng kiểm tra lại.",
            "The number is larger than possible. Please check it.";
        "bad_characters" => "Có ký tự điều khiển không đọc được. Vui lòng gõ lại nội dung này.",
            "The text has control characters that cannot be read. Please type it again.";
        "not_a_moment" => "Không phải thời điểm hợp lệ. Vui lòng ghi ngày, giờ và múi giờ, ví dụ 2026-05-20T18:50:00+07:00.",
            "Not a valid moment. Please give day, time and offset, for example 2026-05-20T18:50:00+07:00.";
        "not_a_date" => "Không phải ngày hợp lệ. Vui lòng ghi theo dạng năm-tháng-ngày, ví dụ 2026-05-20.",
            "Not a valid date. Please write year-month-day, for example 2026-05-20.";
        "in_the_future" => "Thời điểm này ở tương lai. Vui lòng kiểm tra ngày và giờ.",
            "This lies in the future. Please check day and time.";
        "before_accident" => "Thời điểm này trước khi xảy ra tai nạn. Vui lòng kiểm tra cả hai thời điểm.",
            "This lies before the accident. Please check both moments.";
        "before_discovery" => "Thời điểm này trước khi phát hiện vi phạm dữ liệu. Vui lòng kiểm tra cả hai thời điểm.",
            "This is before the breach was discovered. Please check both moments.";
        "before_the_law" => "Thời điểm này trước ngày 01/07/2016, khi Luật An toàn, vệ sinh lao động có hiệu lực. Vui lòng kiểm tra năm.",
            "This lies before 1 July 2016, when the Law on Occupational Safety and Health came into force. Please check the year.";
        "after_consequence" => "Thời điểm tai nạn sau lúc biết tin hoặc sau khi nạn nhân chết. Vui lòng kiểm tra, hoặc sửa cả các thời điểm đó.",
            "The accident is dated after it became known or after a victim's death. Please check it, or correct those moments as well.";
        "birth" => "Ngày hoặc năm sinh không hợp lý: sau ngày tai nạn, quá 120 năm trước, hoặc ngày sinh và năm sinh khác nhau. Vui lòng kiểm tra.",
            "The date or year of birth cannot be right: after the accident, more than 120 years before it, or date and year differ. Please check.";
        "phone" => "Không phải số điện thoại. Vui lòng ghi từ 8 đến 15 chữ số, có thể bắt đầu bằng dấu +.",
            "Not a telephone number. Please give 8 to 15 digits, with a leading + if you like.";
        "email" => "Không phải địa chỉ thư điện tử. Vui lòng kiểm tra, ví dụ ten@donvi.vn.",
            "Not an e-mail address. Please check it, for example name@company.vn.";
        "tax_code" => "Mã số thuế không đúng (10 số, 13 số của chi nhánh, hoặc 12 số định danh; có số kiểm tra). Vui lòng đối chiếu với giấy đăng ký.",
            "Not a valid tax code (10 digits, 13 for a branch, or a 12-digit personal number; with a check digit). Please compare with the registration.";
        "citizen_id" => "Không phải số định danh (12 số), số CMND (9 số) hay số hộ chiếu (6 đến 12 chữ và số). Vui lòng kiểm tra trên giấy tờ.",
            "Not a personal number (12 digits), an old identity card (9 digits) or a passport number (6 to 12 letters and digits). Please check the document.";
        "place_unknown" => "Không có xã, phường, đặc khu hay thị trấn nào mang mã này (5 chữ số). Vui lòng tra mã ở mục tìm địa danh.",
            "No commune ever had this code (5 digits). Please look the code up by the name of the place.";
        "place_not_in_force" => "Mã này không có hiệu lực vào ngày đó. Vui lòng dùng mã của ngày tai nạn, hoặc ghi ngày của mã ở mục code_date.",
            "This code was not in force on that day. Please use the code of the day of the accident, or give the day of the code in code_date.";
        "industry_unknown" => "Mã ngành không có trong hệ thống ngành kinh tế có hiệu lực vào ngày tai nạn (từ 15/11/2025: QĐ 36/2025/QĐ-TTg). Vui lòng tra lại.",
            "Not in the industry classification in force on the day of the accident (VSIC 2025 from 15 November 2025). Please look it up again.";
        "occupation_unknown" => "Mã nghề không có trong danh mục nghề nghiệp (QĐ 34/2020/QĐ-TTg). Vui lòng tra lại.",
            "Not in the list of occupations (Decision 34/2020/QĐ-TTg). Please look it up again.";
        "establishment_type_unknown" => "Mã loại hình cơ sở không có trong danh mục. Vui lòng tra lại hoặc bỏ trống.",
            "Not in the list of establishment types. Please look it up again or leave it out.";
        "injury_unknown" => "Mã chấn thương không có trong danh mục chấn thương nặng (Phụ lục II NĐ 39/2016/NĐ-CP). Vui lòng ghi đúng mã, giữ số 0 ở đầu, hoặc bỏ trống.",
            "Not in the list of serious injuries (Annex II of Decree 39/2016/NĐ-CP). Please give the code with its leading zero, or leave it out.";
        "injury_factor_unknown" => "Mã yếu tố gây chấn thương không có trong danh mục nào. Vui lòng tra lại hoặc bỏ trống.",
            "In no list of injury factors. Please look it up again or leave it out.";
        "cause_unknown" => "Mã nguyên nhân phải từ 1 đến 9 (mẫu báo cáo tai nạn lao động). Vui lòng chọn lại.",
            "The cause must be one of 1 to 9 (form of the accident report). Please choose again.";
        "country_unknown" => "Không phải mã nước ngoài theo ISO 3166-1 (hai chữ cái, ví dụ JP). Tai nạn ở Việt Nam thì bỏ mục abroad.",
            "Not the ISO 3166-1 code of a country abroad (two letters, for example JP). Leave out abroad for an accident in Việt Nam.";
        "nobody_hurt" => "Chưa có ai bị nạn. Nếu chưa rõ tình trạng, vui lòng ghi số người ở mục unknown.",
            "Nobody is said to be hurt. Where it is not known yet how badly, please count the persons under unknown.";
        "more_women_than_workers" => "Số lao động nữ lớn hơn tổng số lao động. Vui lòng kiểm tra cả hai số.",
            "There are more women than workers in all. Please check both numbers.";
        "victim_number" => "Số thứ tự nạn nhân bị lặp hoặc bị bỏ quãng. Vui lòng dùng số đã có để sửa, số kế tiếp để thêm.",
            "The victim's number is repeated or leaves a gap. Please use an existing number to correct and the next free one to add.";
        "empty" => "Không có nội dung nào. Vui lòng ghi ít nhất một mục.",
            "There is nothing in it. Please give at least one entry.";
        "death_not_dead" => "Có mô tả việc chết nhưng tình trạng ghi khác; hệ thống tính là chết. Vui lòng kiểm tra, và bổ sung nếu sai.",
            "A death is described but another outcome is stated; it counts as dead. Please check, and send a supplement if that is wrong.";
        "ends_before_it_starts" => "Ngày kết thúc phải sau ngày bắt đầu; ngày kết thúc là ngày đầu tiên hết hiệu lực.",
            "The end must come after the beginning; it is the first day no longer in force.";
        "in_the_past" => "Thay đổi chỉ có hiệu lực từ hôm nay trở đi. Vui lòng chọn ngày khác.",
            "A change counts from today on at the earliest. Please choose another day.";
        "level_and_code" => "Mã không hợp với cấp: VN cho country, 2 chữ số cho province, 3 cho district, 5 cho commune.",
            "The code does not go with the level: VN for country, 2 digits for province, 3 for district, 5 for commune.";
        "overlaps" => "Có hiệu lực cùng lúc với một phiên bản khác của cùng mã. Vui lòng kiểm tra ngày.",
            "In force at the same time as another version of the same id. Please check the days.";
        "repeated" => "Lặp lại trong cùng một danh sách.",
            "Repeated within the list.";
        "authority_unknown" => "Không có cơ quan nào mang mã này trong danh bạ.",
            "No authority of the directory has this id.";
        "escalates_to_itself" => "Cơ quan không thể chuyển lên chính mình.",
            "An authority cannot escalate to itself.";
        "sectors_required" => "LINE_MINISTRY phải nêu ít nhất một lĩnh vực đặc thù.",
            "A LINE_MINISTRY must name at least one special sector.";
        "sectors_not_allowed" => "Chỉ LINE_MINISTRY mới có lĩnh vực đặc thù.",
            "Only a LINE_MINISTRY has special sectors.";
        "not_in_force" => "Không có phiên bản nào của mã này có hiệu lực vào ngày đó.",
            "No version of this id is in force on that day.";
        "later_has_begun" => "Một phiên bản sau ngày đó đã có hiệu lực; không viết lại những gì đã áp dụng.",
            "A version after that day has begun already; what was in force is not rewritten.";
        "not_a_number" => "Không phải số nguyên.",
            "Not a whole number.";
        "out_of_range" => "Số này không thể là thời hạn hay giá trị của quy tắc.",
            "A number that this limit or value cannot have.";
        "fact_unknown" => "Quy tắc không thể hỏi dữ kiện này. Vui lòng xem danh sách dữ kiện.",
            "Rules cannot ask for this fact. Please see the list of facts.";
        "incomplete" => "Sau thay đổi này sẽ có câu hỏi mà không quy tắc nào trả lời.",
            "After this change no rule would answer a question that must be answered.";
        "role_not_proven" => "Tin báo không có tài khoản không được tính là khai báo của Ủy ban nhân dân; được ghi nhận là của người phát hiện.",
            "Without an account a notice does not count as the People's Committee's declaration; it was taken as that of a witness.";
        "citizen_id_mismatch" => "Số định danh không khớp với giới tính hoặc năm sinh đã ghi. Vui lòng kiểm tra, và bổ sung nếu sai.",
            "The personal number does not go with the sex or year of birth given. Please check, and send a supplement if something is wrong.";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::declaration::FaultCode;

    #[test]
    fn every_fault_has_its_own_text_in_both_languages() {
        let mut seen = BTreeSet::new();
        for code in FaultCode::ALL {
            let text = fault(code.as_str()).unwrap_or_else(|| panic!("{code} has no text"));
            assert!(text.vi.ends_with('.') && text.en.ends_with('.'), "{code}");
            assert_ne!(text.vi, text.en, "{code}");
            assert!(seen.insert(text.vi) && seen.insert(text.en), "{code}");
        }
        assert_eq!(fault("no_such_fault"), None);
    }
}
