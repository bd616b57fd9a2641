//! What is wrong with a file of rules.

crate::catalogue! {
    /// What somebody who imports rules reads about one cell, by its code.
    rule_fault {
        "empty" => "không được để trống", "must not be empty";
        "not_allowed" => "không phải giá trị được phép", "not one of the allowed values";
        "not_a_number" => "không phải số nguyên", "not a whole number";
        "out_of_range" => "số này không thể là thời hạn hay giá trị của quy tắc", "a number that this limit or value cannot have";
        "not_a_date" => "không phải ngày dạng YYYY-MM-DD", "not a date YYYY-MM-DD";
        "ends_before_it_starts" => "kết thúc trước khi bắt đầu", "ends before it starts";
        "unknown_fact" => "dữ kiện không có trong chương trình", "a fact that the program does not know";
        "overlaps" => "quy tắc này có hiệu lực hai lần trong cùng một ngày", "the same rule is in force twice on one day";
        "wrong_number_of_columns" => "số cột khác với dòng tiêu đề", "another number of columns than the header";
        "not_utf8" => "không phải UTF-8; hãy lưu tệp với bảng mã UTF-8", "not UTF-8; save the file in UTF-8";
        "wrong_header" => "dòng tiêu đề không đúng", "the header is not the one that is expected";
        "incomplete" => "sau khi nhập sẽ có câu hỏi không có quy tắc trả lời", "afterwards no rule would answer a question that must be answered";
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::law::rows::CellFault;

    #[test]
    fn every_fault_of_a_rule_has_its_words() {
        for fault in CellFault::ALL {
            assert!(super::rule_fault(fault.as_str()).is_some(), "{fault}");
        }
    }
}
