//! Code lists: causes, factors, industries, occupations, establishment types.
//!
//! The list of injuries that make an accident serious is not here: it is dated law (D39 Phụ lục
//! II) and stands among the rules.

mod finding;

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;

pub use finding::{FoundCode, LongList};

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Vietnamese.
    pub vi: String,
    /// English; the Vietnamese text where the list gives none.
    pub en: String,
}

/// One list: labels by scheme and code.
type List = BTreeMap<(String, String), Label>;

/// The code lists, indexed. Made once and shared; read-only.
#[derive(Debug)]
pub struct Codes {
    causes: List,
    factors: List,
    industries: List,
    occupations: List,
    establishment_types: List,
}

/// The columns that all lists share.
#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    scheme: String,
    code: String,
    name_vi: String,
    #[serde(default)]
    name_en: String,
}

fn list(csv: &str, keep: impl Fn(&str) -> bool) -> List {
    csv::Reader::from_reader(csv.as_bytes())
        .deserialize::<Row>()
        .map(|row| row.expect("the lists are built in, and a test reads them"))
        .filter(|row| keep(&row.scheme))
        .map(|row| {
            let label = Label {
                en: if row.name_en.is_empty() {
                    row.name_vi.clone()
                } else {
                    row.name_en
                },
                vi: row.name_vi,
            };
            ((row.scheme, row.code), label)
        })
        .collect()
}

fn look_up<'a>(list: &'a List, scheme: &str, code: &str) -> Option<&'a Label> {
    list.get(&(scheme.to_owned(), code.to_owned()))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

impl Default for Codes {
    fn default() -> Self {
        Self::built_in()
    }
}

impl Codes {
    /// Schemes of injury factors, in the order in which a code is looked for.
    pub const FACTOR_SCHEMES: [&'static str; 2] = ["ONLINE-FORM", "TT23-1996"];
    /// Schemes of establishment types, in the order in which a code is looked for.
    pub const ESTABLISHMENT_SCHEMES: [&'static str; 2] = ["DVKT-HCSN", "BANK-STAT"];

    /// The lists that are built into the program.
    pub fn built_in() -> Self {
        let all = |_: &str| true;
        Self {
            causes: list(include_str!("../reference/accident_causes.csv"), all),
            factors: list(include_str!("../reference/injury_factors.csv"), all),
            industries: list(include_str!("../reference/industries.csv"), all),
            occupations: list(include_str!("../reference/occupations.csv"), |scheme| {
                scheme == "VN2020"
            }),
            establishment_types: list(include_str!("../reference/enterprise_types.csv"), all),
        }
    }

    /// The industry classification in force on `day`: VSIC 2018 (QĐ 27/2018/QĐ-TTg), and from
    /// 15 November 2025 VSIC 2025 (QĐ 36/2025/QĐ-TTg).
    pub fn industry_scheme(day: NaiveDate) -> &'static str {
        let new = NaiveDate::from_ymd_opt(2025, 11, 15).expect("a day of the calendar");
        if day < new { "VSIC2018" } else { "VSIC2025" }
    }

    /// The industry of `code` on `day`, or of its first three digits: the list of VSIC 2018 ends
    /// there. `None` is no industry of that day.
    pub fn industry(&self, code: &str, day: NaiveDate) -> Option<&Label> {
        let scheme = Self::industry_scheme(day);
        look_up(&self.industries, scheme, code).or_else(|| {
            let group = code.get(..3)?;
            (is_digits(code) && code.len() <= 5)
                .then(|| look_up(&self.industries, scheme, group))
                .flatten()
        })
    }

    /// A main cause, 1 to 9 (D39 Phụ lục XII).
    pub fn cause(&self, code: &str) -> Option<&Label> {
        look_up(&self.causes, "", code)
    }

    /// An injury factor and the scheme that it was found in, `ONLINE-FORM` first.
    pub fn injury_factor(&self, code: &str) -> Option<(&'static str, &Label)> {
        Self::FACTOR_SCHEMES
            .into_iter()
            .find_map(|scheme| Some((scheme, look_up(&self.factors, scheme, code)?)))
    }

    /// What an injury factor of a stored scheme stands for.
    pub fn injury_factor_label(&self, scheme: &str, code: &str) -> Option<&Label> {
        look_up(&self.factors, scheme, code)
    }

    /// An occupation (QĐ 34/2020/QĐ-TTg), or its sub-major group (two digits): below that our
    /// list is incomplete.
    pub fn occupation(&self, code: &str) -> Option<&Label> {
        look_up(&self.occupations, "VN2020", code).or_else(|| {
            let group = code.get(..2)?;
            (is_digits(code) && code.len() <= 5)
                .then(|| look_up(&self.occupations, "VN2020", group))
                .flatten()
        })
    }

    /// A type of establishment (*loại hình cơ sở*), in any scheme.
    pub fn establishment_type(&self, code: &str) -> Option<(&'static str, &Label)> {
        Self::ESTABLISHMENT_SCHEMES
            .into_iter()
            .find_map(|scheme| Some((scheme, look_up(&self.establishment_types, scheme, code)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_built_in_list_is_read_whole() {
        let codes = Codes::built_in();
        assert_eq!(codes.causes.len(), 9);
        assert_eq!(codes.factors.len(), 28);
        assert_eq!(codes.industries.len(), 1957);
        assert_eq!(codes.occupations.len(), 1023);
        assert_eq!(codes.establishment_types.len(), 16);
    }

    #[test]
    fn an_industry_is_one_of_the_classification_of_that_day() {
        let codes = Codes::built_in();
        let (before, after) = (day("2025-11-14"), day("2025-11-15"));
        assert!(codes.industry("08101", before).is_some());
        assert!(codes.industry("081", before).is_some());
        assert!(codes.industry("B", before).is_some());
        assert!(codes.industry("V", before).is_none());
        assert!(codes.industry("V", after).is_some());
        assert_eq!(
            codes.industry("24100", after).unwrap().vi,
            "Sản xuất sắt, thép, gang"
        );
        for wrong in ["", "34", "3499", "081011", "08-01", "0ộ1", "08x"] {
            assert!(codes.industry(wrong, before).is_none(), "{wrong}");
        }
    }

    #[test]
    fn a_factor_is_looked_for_in_the_online_form_first() {
        let codes = Codes::built_in();
        assert_eq!(codes.injury_factor("7").unwrap().0, "ONLINE-FORM");
        assert_eq!(codes.injury_factor("10").unwrap().0, "TT23-1996");
        assert_eq!(
            codes.injury_factor_label("ONLINE-FORM", "4").unwrap().vi,
            "Thiết bị nâng"
        );
        assert!(codes.injury_factor("99").is_none());
    }

    #[test]
    fn an_occupation_below_a_known_group_is_good() {
        let codes = Codes::built_in();
        assert!(codes.occupation("0110").is_some());
        // Nothing below 75 is in our list, but 75 itself is.
        assert!(codes.occupation("75123").is_some());
        for wrong in ["", "x", "751234", "ab123", "09"] {
            assert!(codes.occupation(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn causes_run_from_one_to_nine() {
        let codes = Codes::built_in();
        assert!((1..=9).all(|n: u8| codes.cause(&n.to_string()).is_some()));
        assert!(codes.cause("0").is_none() && codes.cause("10").is_none());
    }

    #[test]
    fn an_establishment_type_is_good_in_any_scheme() {
        let codes = Codes::built_in();
        assert_eq!(codes.establishment_type("110").unwrap().0, "DVKT-HCSN");
        assert_eq!(codes.establishment_type("03").unwrap().0, "BANK-STAT");
        assert!(codes.establishment_type("08").is_none());
    }
}
