//! Faults that programs are told of in the words of the API, for people who fill in a page.

crate::catalogue! {
    /// What stands beside an entry of a page, where the common text speaks of formats, codes or JSON.
    on_page {
        "wrong_type" => "Nội dung này không đúng dạng. Vui lòng kiểm tra lại.", "This does not have the right form. Please check it.";
        "not_allowed" => "Vui lòng chọn một trong các mục.", "Please choose one of the answers.";
        "not_a_moment" => "Vui lòng ghi cả ngày và giờ.", "Please give both the day and the hour.";
        "not_a_date" => "Vui lòng ghi ngày, tháng, năm.", "Please give day, month and year.";
        "not_a_number" => "Vui lòng ghi một số.", "Please give a number.";
        "nobody_hurt" => "Chưa có ai bị nạn. Nếu chưa rõ tình trạng, vui lòng ghi số người chưa rõ.", "Nobody is hurt yet. Where their condition is not known, please give the number of those.";
        "place_unknown" => "Chưa rõ xã, phường nào. Vui lòng chọn trong danh sách.", "It is not clear which commune. Please choose it from the list.";
        "place_not_in_force" => "Vào ngày đó không có xã, phường này. Vui lòng chọn lại, hoặc kiểm tra ngày.", "There was no such commune on that day. Please choose again, or check the day.";
        "unknown_field" => "Mục này không dùng được ở đây.", "This entry cannot be used here.";
    }
}
