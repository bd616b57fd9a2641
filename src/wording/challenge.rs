//! Plain questions, in words: numbers are spelled out, so that they read aloud as they are meant.

use super::Text;
use crate::{catalogue, domain::challenge::Question};

catalogue! {
    SUM => "{a} cộng {b} bằng mấy?", "What is {a} plus {b}?";
    DIFFERENCE => "{a} trừ {b} còn mấy?", "What is {a} minus {b}?";
    LARGEST => "Trong ba số {a}, {b} và {c}, số nào lớn nhất?", "Which of the three numbers {a}, {b} and {c} is the largest?";
    SMALLEST => "Trong ba số {a}, {b} và {c}, số nào nhỏ nhất?", "Which of the three numbers {a}, {b} and {c} is the smallest?";
    DAY_AFTER => "Ngày liền sau {a} là thứ mấy?", "Which day of the week comes right after {a}?";
}

/// Numbers from nought to eighteen.
const NUMBERS: [Text; 19] = [
    text("không", "zero"),
    text("một", "one"),
    text("hai", "two"),
    text("ba", "three"),
    text("bốn", "four"),
    text("năm", "five"),
    text("sáu", "six"),
    text("bảy", "seven"),
    text("tám", "eight"),
    text("chín", "nine"),
    text("mười", "ten"),
    text("mười một", "eleven"),
    text("mười hai", "twelve"),
    text("mười ba", "thirteen"),
    text("mười bốn", "fourteen"),
    text("mười lăm", "fifteen"),
    text("mười sáu", "sixteen"),
    text("mười bảy", "seventeen"),
    text("mười tám", "eighteen"),
];

/// Days, Monday first.
const DAYS: [Text; 7] = [
    text("thứ Hai", "Monday"),
    text("thứ Ba", "Tuesday"),
    text("thứ Tư", "Wednesday"),
    text("thứ Năm", "Thursday"),
    text("thứ Sáu", "Friday"),
    text("thứ Bảy", "Saturday"),
    text("Chủ nhật", "Sunday"),
];

const fn text(vi: &'static str, en: &'static str) -> Text {
    Text { vi, en }
}

/// The question in Vietnamese and in English.
pub fn asked(question: Question) -> (String, String) {
    let number = |number: u8| NUMBERS[usize::from(number) % NUMBERS.len()];
    let (sentence, parts) = match question {
        Question::Sum(a, b) => (SUM, vec![number(a), number(b)]),
        Question::Difference(a, b) => (DIFFERENCE, vec![number(a), number(b)]),
        Question::Largest(of) => (LARGEST, of.map(number).to_vec()),
        Question::Smallest(of) => (SMALLEST, of.map(number).to_vec()),
        Question::DayAfter(day) => (DAY_AFTER, vec![DAYS[usize::from(day) % DAYS.len()]]),
    };
    let (mut vi, mut en) = (sentence.vi.to_owned(), sentence.en.to_owned());
    for (name, part) in ["{a}", "{b}", "{c}"].into_iter().zip(parts) {
        vi = vi.replace(name, part.vi);
        en = en.replace(name, part.en);
    }
    let mut letters = vi.chars();
    let vi = letters
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(letters)
        .collect();
    (vi, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_is_a_whole_sentence_in_both_languages() {
        let all = [
            Question::Sum(9, 9),
            Question::Difference(18, 9),
            Question::Largest([1, 2, 3]),
            Question::Smallest([9, 8, 7]),
            Question::DayAfter(6),
        ];
        for question in all {
            let (vi, en) = asked(question);
            for said in [&vi, &en] {
                assert!(said.ends_with('?') && !said.contains('{'), "{said}");
                assert!(!said.chars().any(|c| c.is_ascii_digit()), "{said}");
            }
        }
        let (vi, en) = asked(Question::Sum(3, 4));
        assert_eq!(
            (vi.as_str(), en.as_str()),
            ("Ba cộng bốn bằng mấy?", "What is three plus four?")
        );
    }
}
