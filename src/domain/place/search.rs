//! Units by name, as people type it: without diacritics, with either spelling of tone marks,
//! parents in any order.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::{
    domain::place::{Places, Unit, UnitLevel},
    named,
    text::search_key,
};

/// A unit that a search found, with its parents of that day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found<'a> {
    /// The unit.
    pub unit: &'a Unit,
    /// Its district, before 1 July 2025; `None` for districts and provinces.
    pub district: Option<&'a Unit>,
    /// Its province; `None` for provinces.
    pub province: Option<&'a Unit>,
}

named! {
    /// How well a name goes with a query; the best first.
    pub enum Rank {
        /// The query is the name, with or without its type.
        Exact = "exact",
        /// The query begins or ends with the whole name; the rest are parents.
        NameAndParents = "name_and_parents",
        /// The name begins with the query.
        Prefix = "prefix",
        /// Every word of the query is in the name.
        Words = "words",
        /// Some words are in the names of parents only.
        Parents = "parents",
    }
}

/// Where a unit stands among those that a search finds: by rank, then provinces before districts
/// before communes, then by code, which is one unit's on one day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// How well its name goes with the query.
    pub rank: Rank,
    /// Its level.
    pub level: UnitLevel,
    /// Its code.
    pub code: String,
}

/// The words of a query; a set of them is the bits of a number.
struct Query<'a> {
    text: &'a str,
    words: Vec<&'a str>,
}

/// Longer queries are no names; each word is a bit of a `u64`.
const MAX_WORDS: usize = 32;

impl Places {
    /// Communes, districts and provinces in force on `day` of whose names, with those of their
    /// parents, every word of `query` begins a word. At most `limit`, in the order of [`Position`],
    /// from the one after `after` on; and the position of the last one where there are more.
    pub fn search(
        &self,
        query: &str,
        day: NaiveDate,
        after: Option<&Position>,
        limit: usize,
    ) -> (Vec<Found<'_>>, Option<Position>) {
        let text = search_key(query);
        let words: Vec<&str> = text.split_whitespace().collect();
        if words.is_empty() || words.len() > MAX_WORDS {
            return (Vec::new(), None);
        }
        let query = Query { text: &text, words };

        let mut hits = Vec::new();
        let mut of_parents = HashMap::<(UnitLevel, &str), u64>::new();
        for (at, unit) in self.units.iter().enumerate() {
            if !unit.in_force_on(day) {
                continue;
            }
            let name = self.keys.of_unit(at);
            let own = query.words_in(name.full);
            let from_province = of_parents.get(&(UnitLevel::Province, &unit.province_code));
            let from_district = unit
                .district_code
                .as_deref()
                .and_then(|code| of_parents.get(&(UnitLevel::District, code)));
            // The list is sorted by level, so parents come before their children.
            let all =
                own | from_province.copied().unwrap_or(0) | from_district.copied().unwrap_or(0);
            if unit.level != UnitLevel::Commune {
                of_parents.insert((unit.level, &unit.code), own);
            }
            if all == query.every_word() {
                let rank = query.rank(&name, own);
                let of_hit = (rank, unit.level, unit.code.as_str());
                let is_next = |last: &Position| of_hit > (last.rank, last.level, &last.code);
                if after.is_none_or(is_next) {
                    hits.push((rank, at));
                }
            }
        }
        // The list of units is in the order of level and code.
        hits.sort_unstable();
        let are_more = hits.len() > limit;
        hits.truncate(limit);

        let last = hits.last().filter(|_| are_more).map(|(rank, at)| Position {
            rank: *rank,
            level: self.units[*at].level,
            code: self.units[*at].code.clone(),
        });
        let found = hits
            .into_iter()
            .map(|(_, at)| self.found(&self.units[at], day))
            .collect();
        (found, last)
    }

    fn found<'a>(&'a self, unit: &'a Unit, day: NaiveDate) -> Found<'a> {
        let parent = |level| {
            self.parents_of(unit, day)
                .find(|parent| parent.level == level)
        };
        Found {
            unit,
            district: parent(UnitLevel::District),
            province: parent(UnitLevel::Province),
        }
    }
}

impl Query<'_> {
    fn every_word(&self) -> u64 {
        (1 << self.words.len()) - 1
    }

    /// The words that begin a word of `name`.
    fn words_in(&self, name: &str) -> u64 {
        let begins_one = |word: &str| name.split(' ').any(|of_name| of_name.starts_with(word));
        self.words
            .iter()
            .enumerate()
            .filter(|(_, word)| begins_one(word))
            .fold(0, |set, (at, _)| set | 1 << at)
    }

    fn rank(&self, name: &NameKey<'_>, own: u64) -> Rank {
        let either = |holds: &dyn Fn(&str) -> bool| holds(name.bare) || holds(name.full);
        if either(&|key| key == self.text) {
            Rank::Exact
        } else if either(&|key| self.begins_or_ends_with(key)) {
            Rank::NameAndParents
        } else if either(&|key| key.starts_with(self.text)) {
            Rank::Prefix
        } else if own == self.every_word() {
            Rank::Words
        } else {
            Rank::Parents
        }
    }

    fn begins_or_ends_with(&self, name: &str) -> bool {
        let before = self.text.strip_suffix(name);
        let after = self.text.strip_prefix(name);
        before.is_some_and(|rest| rest.ends_with(' '))
            || after.is_some_and(|rest| rest.starts_with(' '))
    }
}

/// The search keys of one unit.
pub(super) struct NameKey<'a> {
    /// With the type: `xa cam giang`.
    full: &'a str,
    /// Without: `cam giang`.
    bare: &'a str,
}

/// The search keys of all units in one text, which is a third of the size of so many strings.
pub(super) struct SearchKeys {
    text: String,
    /// For each unit: where its key ends in `text`, and how many bytes of it are the type.
    ends: Vec<(u32, u8)>,
}

impl SearchKeys {
    pub(super) fn of(units: &[Unit]) -> Self {
        let mut text = String::with_capacity(units.len() * 20);
        let mut ends = Vec::with_capacity(units.len());
        for unit in units {
            let full = search_key(&unit.full_name);
            let bare = search_key(&unit.name);
            let of_type = full.strip_suffix(bare.as_str()).map_or(0, str::len);
            text.push_str(&full);
            let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
            ends.push((end, u8::try_from(of_type).unwrap_or(0)));
        }
        text.shrink_to_fit();
        Self { text, ends }
    }

    fn of_unit(&self, at: usize) -> NameKey<'_> {
        let start = at.checked_sub(1).map_or(0, |before| self.ends[before].0);
        let (end, of_type) = self.ends[at];
        let full = &self.text[start as usize..end as usize];
        NameKey {
            full,
            bare: &full[usize::from(of_type)..],
        }
    }
}
