//! Texts of what is wrong with a file of authorities.

use crate::{catalogue, wording::Text};

catalogue! {
    /// What a fault of the directory's CSV means, by its code.
    directory_fault {
        "wrong_header" => "Dòng tiêu đề phải đúng là: authority_id,role,name,level,territory_code,valid_from,valid_to,email,phone,escalates_to,sectors.",
            "The header must be exactly: authority_id,role,name,level,territory_code,valid_from,valid_to,email,phone,escalates_to,sectors.";
        "field_count" => "Dòng không có đúng 11 cột (thiếu hoặc thừa dấu phẩy, dấu nháy chưa đóng).",
            "The row does not have exactly 11 columns (a comma missing or too many, a quote left open).";
        "not_utf8" => "Không phải UTF-8; hãy lưu tệp với bảng mã UTF-8.",
            "Not UTF-8; save the file in UTF-8.";
        "required" => "Bắt buộc phải có.", "Required.";
        "too_long" => "Quá dài.", "Too long.";
        "bad_characters" => "Có ký tự điều khiển.", "Contains control characters.";
        "unknown_role" => "Không phải là vai trò mà dịch vụ biết.", "Not a role that the service knows.";
        "unknown_level" => "Phải là country, province, district hoặc commune.", "Must be country, province, district or commune.";
        "unknown_sector" => "Không phải là lĩnh vực đặc thù (radiation, oil_gas, rail, road, inland_water, sea, air, army, police).",
            "Not a special sector (radiation, oil_gas, rail, road, inland_water, sea, air, army, police).";
        "not_a_date" => "Không phải là ngày dạng YYYY-MM-DD.", "Not a date of the form YYYY-MM-DD.";
        "ends_before_start" => "valid_to phải sau valid_from (valid_to là ngày đầu tiên hết hiệu lực).",
            "valid_to must be after valid_from (valid_to is the first day no longer in force).";
        "level_and_code" => "Mã không hợp với cấp: VN cho country, 2 chữ số cho province, 3 cho district, 5 cho commune.",
            "The code does not go with the level: VN for country, 2 digits for province, 3 for district, 5 for commune.";
        "territory_unknown" => "Chưa từng có đơn vị hành chính nào mang mã này.", "No unit ever had this code.";
        "territory_not_in_force" => "Vào ngày valid_from không có đơn vị hành chính nào mang mã này.",
            "On valid_from no unit has this code.";
        "email" => "Không phải là địa chỉ thư điện tử.", "Not an e-mail address.";
        "repeated" => "Lặp lại trong cùng một ô.", "Repeated within the cell.";
        "duplicate_key" => "Tệp đã có dòng với authority_id và valid_from này.",
            "The file already has a row with this authority_id and valid_from.";
        "overlap" => "Thời gian hiệu lực chồng lên một dòng khác của cùng authority_id (trong tệp hoặc trong danh bạ).",
            "In force at the same time as another row of this authority_id (in the file or in the directory).";
        "escalates_to_unknown" => "Không có authority_id này trong tệp hay trong danh bạ.",
            "No such authority_id in the file or in the directory.";
        "escalates_to_itself" => "Cơ quan không thể chuyển lên chính mình.", "An authority cannot escalate to itself.";
        "sectors_required" => "LINE_MINISTRY phải nêu ít nhất một lĩnh vực đặc thù.", "A LINE_MINISTRY must name at least one special sector.";
        "sectors_not_allowed" => "Chỉ LINE_MINISTRY mới có lĩnh vực đặc thù.", "Only a LINE_MINISTRY has special sectors.";
    }
}

/// One line for the operator: where (`line` 0 for the file as a whole, `column` empty for the row as a whole), what stands there
/// (`value` empty for nothing), and what is wrong with it.
pub fn directory_fault_line(line: usize, column: &str, value: &str, reason: Text) -> String {
    let (of_column_vi, of_column_en) = match column {
        "" => (String::new(), String::new()),
        _ => (format!(", cột {column}"), format!(", column {column}")),
    };
    let shown = match value {
        "" => String::new(),
        _ => format!(" \"{}\"", value.escape_debug()),
    };
    let (of_line_vi, of_line_en) = match line {
        0 => ("Cả tệp".to_owned(), "The file as a whole".to_owned()),
        _ => (format!("Dòng {line}"), format!("Line {line}")),
    };
    format!(
        "{of_line_vi}{of_column_vi}{shown}: {} | {of_line_en}{of_column_en}{shown}: {}",
        reason.vi, reason.en
    )
}
