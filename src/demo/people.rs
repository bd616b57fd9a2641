//! Invented persons. Whoever declares or works in an office never has the given name of a victim,
//! so that a reader, and a test, can see at once that no mail names a victim.

use chrono::{DateTime, Datelike, Utc};
use serde_json::{Value, json};

use super::dice::Dice;
use crate::time::day_in_vietnam;

const FAMILIES: &[&str] = &[
    "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Phạm", "Hoàng", "Hoàng", "Dương", "Dương",
    "Vũ", "Đỗ", "Đặng", "Hà", "Lý", "Ma", "Nông", "Nông", "Triệu", "Bàn", "Lường", "Lục", "Hứa",
];
const MEN: &[&str] = &[
    "Bắc",
    "Chính",
    "Chiến",
    "Đạt",
    "Điệp",
    "Giang",
    "Hải",
    "Hiệu",
    "Hưng",
    "Khải",
    "Lâm",
    "Lực",
    "Mạnh",
    "Nghĩa",
    "Phong",
    "Quân",
    "Quyết",
    "Sơn",
    "Thắng",
    "Thịnh",
    "Tiến",
    "Toàn",
    "Trường",
    "Tú",
    "Tuyên",
    "Vượng",
];
const WOMEN: &[&str] = &[
    "Bích",
    "Chi",
    "Duyên",
    "Gấm",
    "Hạnh",
    "Hậu",
    "Liễu",
    "Luyến",
    "Mến",
    "Nhàn",
    "Nhung",
    "Oanh",
    "Phượng",
    "Quyên",
    "Thắm",
    "Thoa",
    "Thơm",
    "Tươi",
    "Vân",
    "Yến",
];
const DECLARING_MEN: &[&str] = &[
    "An", "Bình", "Cường", "Dũng", "Hoà", "Khánh", "Long", "Minh", "Nam", "Phúc", "Quang", "Tùng",
    "Vinh",
];
const DECLARING_WOMEN: &[&str] = &[
    "Anh", "Hà", "Hương", "Lan", "Linh", "Mai", "Nga", "Thảo", "Thu", "Trang",
];

/// A person who declares or works in an office.
pub fn name(dice: &mut Dice) -> String {
    let woman = dice.percent(45);
    full_name(dice, woman, DECLARING_WOMEN, DECLARING_MEN)
}

/// A telephone number of a prefix that is given out to nobody any more.
pub fn phone(dice: &mut Dice) -> String {
    format!("0199000{:04}", dice.between(0, 9999))
}

fn full_name(dice: &mut Dice, woman: bool, women: &[&str], men: &[&str]) -> String {
    let family = dice.pick(FAMILIES);
    if woman {
        let middle = dice.pick(&["Thị", "Thị", "Thị", "Thu", "Ngọc"]);
        format!("{family} {middle} {}", dice.pick(women))
    } else {
        let middle = dice.pick(&["Văn", "Văn", "Văn", "Đức", "Xuân", "Hữu"]);
        format!("{family} {middle} {}", dice.pick(men))
    }
}

/// Name, sex and year of birth of somebody who was hurt on `occurred_at`, and a number that no
/// card has: 099 is no province.
pub fn victim(dice: &mut Dice, occurred_at: DateTime<Utc>, women_percent: u32) -> Value {
    let woman = dice.percent(women_percent);
    let age = if dice.percent(4) {
        17
    } else {
        dice.between(19, 59)
    };
    let year = day_in_vietnam(occurred_at).year() - i32::try_from(age).unwrap_or(40);
    let century = u32::from(year >= 2000) * 2 + u32::from(woman);
    let mut victim = json!({
        "full_name": full_name(dice, woman, WOMEN, MEN),
        "sex": if woman { "female" } else { "male" },
        "birth_year": year,
    });
    if dice.percent(60) {
        let number = dice.between(0, 999_999);
        victim["citizen_id"] = json!(format!(
            "099{century}{:02}{number:06}",
            year.rem_euclid(100)
        ));
    }
    victim
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_who_declares_has_the_given_name_of_a_victim() {
        let declaring = [DECLARING_MEN, DECLARING_WOMEN].concat();
        for given in [MEN, WOMEN].concat() {
            assert!(!declaring.contains(&given), "{given}");
        }
    }
}
