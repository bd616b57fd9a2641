//! Texts of what can be wrong with a file of rules.

crate::catalogue! {
    /// Why a cell of a rule, or the file, is not acceptable.
    rule_fault {
        "empty" => "Ô này không được để trống.", "This cell must not be empty.";
        "not_allowed" => "Giá trị không nằm trong các giá trị cho phép.", "This is not one of the allowed values.";
        "not_a_number" => "Phải là số nguyên không âm.", "A whole number of zero or more is needed.";
        "not_a_date" => "Phải là ngày dạng YYYY-MM-DD.", "A date YYYY-MM-DD is needed.";
        "ends_before_it_starts" => "valid_to phải sau valid_from.", "valid_to must be after valid_from.";
        "unknown_fact" => "Có dữ kiện mà chương trình không biết.", "A fact that the program does not know.";
        "overlaps" => "Cùng một quy tắc có hiệu lực hai lần trong một ngày.", "The same rule is in force twice on one day.";
        "wrong_number_of_columns" => "Số cột khác với dòng tiêu đề.", "The row has another number of columns than the header.";
        "wrong_header" => "Dòng tiêu đề không đúng mẫu của `tnld rules export`.", "The header is not that of `tnld rules export`.";
        "incomplete" => "Sau khi nhập sẽ thiếu quy tắc cho mục này.", "After the import this would be left without a rule.";
    }
}
