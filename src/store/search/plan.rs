//! How PostgreSQL is asked: in how many of the newest weeks, and which words its inverted index is asked for. A
//! common word costs more in the index, which reads an entry for every case that has it, than in the few rows that
//! the rare words leave; those rows are looked into for it.
//!
//! Only the costs hang on this, never what is found.

/// What opening a row costs, in entries of the inverted index.
const ROW: f64 = 300.0;
/// The share of the cases that have a word which the statistics do not name.
const RARE: f64 = 0.0001;
/// From this share on a word is common.
const COMMON: f64 = 0.1;
/// Weeks of a span, as the index of the migrations has them.
pub const SPAN: i64 = 8;
/// The most spans that are named one by one.
const MOST_SPANS: i64 = 8;
/// How far back to begin without statistics, as a database that has never been analysed is.
const UNKNOWN: Reach = Reach::Weeks(2);
/// How many times a page is expected before a number of weeks is thought to hold one.
const SAFETY: f64 = 2.0;

/// How common is what is asked for, as shares of all cases (0 to 1), by the statistics of the database.
#[derive(Debug, Clone, PartialEq)]
pub struct Shares {
    /// How many cases there are.
    pub cases: f64,
    /// How much of them one week has; `None` without statistics.
    pub week: Option<f64>,
    /// Those that the caller sees.
    pub scope: Option<f64>,
    /// Each word.
    pub words: Vec<Option<f64>>,
}

/// What the inverted index is asked for; the rows that it names are looked into for the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indexed {
    /// Who sees the case.
    pub scope: bool,
    /// Each word.
    pub words: Vec<bool>,
}

/// How far back the newest cases are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// So many weeks, that of the question among them.
    Weeks(i64),
    /// So many spans of weeks, that of the question among them.
    Spans(i64),
    /// To the first case.
    All,
}

impl Reach {
    /// At least so many weeks, in few entries.
    fn of_weeks(weeks: f64) -> Self {
        let spans = weeks / SPAN as f64 + 1.0;
        if weeks <= (SPAN / 2) as f64 {
            Self::Weeks((weeks.ceil() as i64).max(1))
        } else if spans <= MOST_SPANS as f64 {
            Self::Spans(spans.ceil() as i64)
        } else {
            Self::All
        }
    }

    /// Weeks, and entries by which they are named.
    fn size(self) -> Option<(i64, i64)> {
        match self {
            Self::Weeks(weeks) => Some((weeks, weeks)),
            Self::Spans(spans) => Some((spans * SPAN, spans)),
            Self::All => None,
        }
    }

    /// Where to look next, when `found` cases, no more than a `page`, were as far back as this.
    pub fn further(self, found: usize, page: usize) -> Self {
        let Some((weeks, _)) = self.size() else {
            return Self::All;
        };
        let wanted = (page + 1) as f64 * SAFETY * weeks as f64 / found as f64;
        Self::of_weeks(wanted.max((4 * weeks) as f64))
    }
}

/// What may be asked for.
#[derive(Clone, Copy, PartialEq)]
enum Key {
    Scope,
    Word(usize),
}

impl Shares {
    fn scope(&self) -> f64 {
        self.scope.unwrap_or(RARE)
    }

    fn word(&self, at: usize) -> f64 {
        self.words.get(at).copied().flatten().unwrap_or(RARE)
    }

    /// Whether a walk down the newest cases may fill a page: each word is common, or nobody knows.
    pub fn may_walk(&self) -> bool {
        self.week.is_none() || (0..self.words.len()).all(|at| self.word(at) >= COMMON)
    }

    /// How far back more than `page` cases are to be expected.
    pub fn reach_for(&self, page: usize) -> Reach {
        let Some(week) = self.week else {
            return UNKNOWN;
        };
        let words = (0..self.words.len()).map(|at| self.word(at)).collect();
        let found = self.cases * self.scope() * of_all(words) * week;
        Reach::of_weeks((page + 1) as f64 * SAFETY / found)
    }

    /// What the index is asked for as far back as `reach`: the rarest, as many as make it cheapest.
    pub fn indexed(&self, reach: Reach) -> Indexed {
        let (Some(week), false) = (self.week, self.words.is_empty()) else {
            return Indexed {
                scope: true,
                words: vec![true; self.words.len()],
            };
        };
        let tagged = reach
            .size()
            .map(|(weeks, entries)| ((week * weeks as f64).min(1.0), entries as f64));
        let within = tagged.map_or(1.0, |(share, _)| share);
        // Entries that stand for one another are compared with each other.
        let named = tagged.map_or(0.0, |(share, entries)| share * entries);
        let share = |key: Key| match key {
            Key::Scope => self.scope(),
            Key::Word(at) => self.word(at),
        };
        let mut keys: Vec<Key> = (0..self.words.len()).map(Key::Word).collect();
        keys.push(Key::Scope);
        keys.sort_by(|one, other| share(*one).total_cmp(&share(*other)));
        // Entries and rows for each case there is.
        let cost = |asked: &[Key]| {
            let entries: f64 = asked.iter().map(|key| share(*key)).sum();
            let words = asked.iter().filter(|key| **key != Key::Scope);
            let left = of_all(words.map(|key| share(*key)).collect());
            let seen = match asked.contains(&Key::Scope) {
                true => self.scope(),
                false => 1.0,
            };
            named + entries + ROW * within * seen * left
        };
        // Something must be asked for: weeks, a word or who sees it.
        let least = usize::from(tagged.is_none());
        let best = (least..=keys.len())
            .min_by(|one, other| cost(&keys[..*one]).total_cmp(&cost(&keys[..*other])))
            .unwrap_or(keys.len());
        let asked = &keys[..best];
        Indexed {
            scope: asked.contains(&Key::Scope),
            words: (0..self.words.len())
                .map(|at| asked.contains(&Key::Word(at)))
                .collect(),
        }
    }
}

/// The share of the cases that have all words. Words of one name or place come together: each further one counts
/// by a smaller root.
fn of_all(mut shares: Vec<f64>) -> f64 {
    shares.sort_by(f64::total_cmp);
    let root = |at| 0.5_f64.powi(at);
    let rooted = (0..).zip(&shares).map(|(at, share)| share.powf(root(at)));
    rooted.product()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shares(scope: f64, words: &[f64]) -> Shares {
        Shares {
            cases: 1_000_000.0,
            week: Some(1.0 / 150.0),
            scope: Some(scope),
            words: words.iter().copied().map(Some).collect(),
        }
    }

    fn reach() -> impl Strategy<Value = Reach> {
        prop_oneof![
            (1_i64..5).prop_map(Reach::Weeks),
            (1_i64..9).prop_map(Reach::Spans),
            Just(Reach::All),
        ]
    }

    #[test]
    fn words_that_all_cases_have_are_left_to_the_rows() {
        // A firm: cong ty tnhh may mac song cau.
        let firm = shares(0.25, &[1.0, 1.0, 1.0, 0.1, 0.1, 0.06, 0.02]);
        let asked = firm.indexed(Reach::All);
        assert_eq!(asked.words[..3], [false; 3]);
        assert_eq!(asked.words[5..], [true; 2]);
        assert!(!firm.may_walk());
        // Nothing but them: what the caller sees, or the weeks, are rarer.
        let asked = shares(0.01, &[1.0]).indexed(Reach::All);
        assert_eq!((asked.scope, asked.words), (true, vec![false]));
        let asked = shares(1.0, &[1.0]).indexed(Reach::Weeks(2));
        assert_eq!((asked.scope, asked.words), (false, vec![false]));
    }

    #[test]
    fn the_rarer_the_further_back() {
        assert_eq!(shares(1.0, &[0.5, 0.5]).reach_for(50), Reach::Weeks(1));
        assert_eq!(shares(0.25, &[0.05]).reach_for(50), Reach::Weeks(2));
        assert_eq!(shares(0.25, &[0.005]).reach_for(50), Reach::Spans(3));
        assert_eq!(shares(0.25, &[0.0001]).reach_for(50), Reach::All);
        assert_eq!(Reach::Weeks(1).further(40, 50), Reach::Weeks(4));
        assert_eq!(Reach::Weeks(2).further(10, 50), Reach::Spans(4));
        assert_eq!(Reach::Spans(3).further(50, 50), Reach::All);
        assert_eq!(Reach::Weeks(2).further(0, 50), Reach::All);
    }

    #[test]
    fn without_statistics_everything_is_asked_of_the_index() {
        let unknown = Shares {
            cases: 0.0,
            week: None,
            scope: None,
            words: vec![None, None],
        };
        assert_eq!(unknown.reach_for(50), UNKNOWN);
        let asked = unknown.indexed(Reach::All);
        assert_eq!((asked.scope, asked.words), (true, vec![true; 2]));
        assert!(unknown.may_walk());
    }

    proptest! {
        #[test]
        fn no_word_is_asked_for_while_a_rarer_one_is_not(
            scope in 0.0..=1.0, words in prop::collection::vec(0.0..=1.0, 1..10), reach in reach(),
        ) {
            let asked = shares(scope, &words).indexed(reach);
            prop_assert_eq!(asked.words.len(), words.len());
            for (one, is_asked) in words.iter().zip(&asked.words) {
                for (other, other_is) in words.iter().zip(&asked.words) {
                    prop_assert!(!is_asked || *other_is || one <= other);
                }
            }
            prop_assert!(reach != Reach::All || asked.scope || asked.words.contains(&true));
        }

        #[test]
        fn each_look_goes_further_until_all_is_seen(reach in reach(), page in 1_usize..100, found in 0_usize..100) {
            let next = reach.further(found.min(page), page);
            let weeks = |reach: Reach| reach.size().map_or(i64::MAX, |(weeks, _)| weeks);
            prop_assert!(next == Reach::All || weeks(next) > weeks(reach));
        }
    }
}
