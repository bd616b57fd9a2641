//! Codes by what somebody types, and short lists to choose from.

use chrono::NaiveDate;

use super::{Codes, Label, List};
use crate::text::search_key;

/// A list that is too long to choose from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LongList {
    /// The industries of a day ([`Codes::industry_scheme`]), from groups of three digits down.
    Industries(NaiveDate),
    /// The occupations of QĐ 34/2020/QĐ-TTg, from groups of two digits down.
    Occupations,
}

/// A code that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCode<'a> {
    /// The code.
    pub code: &'a str,
    /// What it stands for.
    pub label: &'a Label,
}

impl Codes {
    /// The codes of `list` that go with `q`, a code's beginning or words of its name without diacritics in any
    /// order; the best first, at most `most`, and whether there are more. Of a name that stands at several levels
    /// the lowest is meant.
    pub fn find(&self, list: LongList, q: &str, most: usize) -> (Vec<FoundCode<'_>>, bool) {
        let key = search_key(q);
        if key.is_empty() {
            return (Vec::new(), false);
        }
        let (list, scheme, shortest) = match list {
            LongList::Industries(day) => (&self.industries, Self::industry_scheme(day), 3),
            LongList::Occupations => (&self.occupations, "VN2020", 2),
        };
        let is_code = key.bytes().all(|b| b.is_ascii_digit());
        let mut found: Vec<(usize, usize, FoundCode<'_>)> = of_scheme(list, scheme)
            .filter(|found| found.code.len() >= shortest)
            .filter_map(|found| {
                if is_code {
                    return found
                        .code
                        .starts_with(&key)
                        .then_some((0, found.code.len(), found));
                }
                let names = [search_key(&found.label.vi), search_key(&found.label.en)];
                let rank = names.iter().filter_map(|name| rank(name, &key)).min()?;
                Some((rank, names[0].len(), found))
            })
            .collect();
        found.sort_by(|a, b| {
            (a.0, a.1, &a.2.label.vi, std::cmp::Reverse(a.2.code)).cmp(&(
                b.0,
                b.1,
                &b.2.label.vi,
                std::cmp::Reverse(b.2.code),
            ))
        });
        if !is_code {
            found.dedup_by(|a, b| a.2.label.vi == b.2.label.vi && b.2.code.starts_with(a.2.code));
        }
        let more = found.len() > most;
        found.truncate(most);
        (found.into_iter().map(|(_, _, found)| found).collect(), more)
    }

    /// The main causes (D39 Phụ lục XII).
    pub fn causes(&self) -> impl Iterator<Item = FoundCode<'_>> {
        of_scheme(&self.causes, "")
    }

    /// The injury factors of the form that is in use.
    pub fn injury_factors(&self) -> impl Iterator<Item = FoundCode<'_>> {
        of_scheme(&self.factors, Self::FACTOR_SCHEMES[0])
    }

    /// The types of establishments of every scheme, in the order in which a code is looked for.
    pub fn establishment_types(&self) -> impl Iterator<Item = FoundCode<'_>> {
        Self::ESTABLISHMENT_SCHEMES
            .into_iter()
            .flat_map(|scheme| of_scheme(&self.establishment_types, scheme))
    }
}

fn of_scheme<'a>(list: &'a List, scheme: &'a str) -> impl Iterator<Item = FoundCode<'a>> {
    list.iter()
        .filter(move |((of, _), _)| of == scheme)
        .map(|((_, code), label)| FoundCode { code, label })
}

/// How well `name` goes with `key`: it begins with it, holds it as it stands, holds each word's beginning.
fn rank(name: &str, key: &str) -> Option<usize> {
    if name.starts_with(key) {
        return Some(0);
    }
    if name.contains(&format!(" {key}")) {
        return Some(1);
    }
    let begins = |word: &str| name.split(' ').any(|own| own.starts_with(word));
    key.split(' ').all(begins).then_some(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn codes_of(list: LongList, q: &str) -> Vec<String> {
        let codes = Codes::built_in();
        let (found, _) = codes.find(list, q, 12);
        found.iter().map(|one| one.code.to_owned()).collect()
    }

    #[test]
    fn an_industry_is_found_by_words_without_diacritics_and_by_its_code() {
        let old = LongList::Industries(day("2025-11-14"));
        assert_eq!(codes_of(old, "khai thac quang sat")[0], "071");
        assert_eq!(codes_of(old, "sắt quặng")[0], "071");
        assert!(codes_of(old, "08").contains(&"081".to_owned()));
        assert!(codes_of(old, " ").is_empty() && codes_of(old, "zzz").is_empty());
        let new = LongList::Industries(day("2025-11-15"));
        assert!(
            codes_of(new, "xay dung nha")
                .iter()
                .all(|code| code.len() >= 3)
        );
    }

    #[test]
    fn whatever_is_found_is_a_code_that_the_reader_takes() {
        let codes = Codes::built_in();
        let today = day("2026-01-02");
        for q in ["xây", "thợ", "lái xe", "cong nhan", "7", "khai thac"] {
            for found in codes.find(LongList::Industries(today), q, 50).0 {
                assert!(
                    codes.industry(found.code, today).is_some(),
                    "{}",
                    found.code
                );
            }
            for found in codes.find(LongList::Occupations, q, 50).0 {
                assert!(codes.occupation(found.code).is_some(), "{}", found.code);
            }
        }
        assert!(codes.causes().all(|one| codes.cause(one.code).is_some()));
        assert!(
            codes
                .injury_factors()
                .all(|one| codes.injury_factor(one.code).is_some())
        );
        let types = codes.establishment_types();
        assert!(
            types
                .into_iter()
                .all(|one| codes.establishment_type(one.code).is_some())
        );
    }

    #[test]
    fn a_name_of_several_levels_is_offered_once() {
        let codes = Codes::built_in();
        let (found, more) = codes.find(LongList::Occupations, "thợ", 5);
        assert!(more && found.len() == 5);
        let (found, _) = codes.find(LongList::Occupations, "cơ yếu", 20);
        let own: Vec<_> = found
            .iter()
            .filter(|one| one.label.vi == "Cơ yếu")
            .collect();
        assert_eq!(own.len(), 1);
        assert_eq!(own[0].code, "03100");
    }
}
