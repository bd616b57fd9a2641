//! Texts of timelines about a reform of the administrative units.

crate::catalogue! {
    /// Why a case was carried over. `{day}` is filled in by [`carried_over`].
    text {
        "carried_over" => "Đơn vị hành chính hết hiệu lực từ ngày {day}: vụ việc chuyển sang đơn vị và cơ quan kế thừa.",
            "The administrative unit ended on {day}: the case goes on with the units and authorities that succeed it.";
    }
}

/// Why a case was carried over, in both languages.
pub fn carried_over(day: &str) -> String {
    let Some(text) = text("carried_over") else {
        return String::new();
    };
    format!("{} | {}", text.vi, text.en).replace("{day}", day)
}
