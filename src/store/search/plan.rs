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
/// The most weeks that are named one by one.
const MOST_WEEKS: i64 = 64;
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

    /// Whether a walk down the newest cases may be expected to fill a page.
    pub fn is_every_word_common(&self) -> bool {
        (0..self.words.len()).all(|at| self.word(at) >= COMMON)
    }

    /// In how many of the newest weeks more than `page` cases are to be expected; `None` is all there are.
    pub fn weeks_for(&self, page: usize) -> Option<i64> {
        let words = (0..self.words.len()).map(|at| self.word(at)).collect();
        let found = self.cases * self.scope() * of_all(words) * self.week?;
        named((page + 1) as f64 * SAFETY / found)
    }

    /// What the index is asked for in the newest `weeks`: the rarest, as many as make it cheapest.
    pub fn indexed(&self, weeks: Option<i64>) -> Indexed {
        let (Some(week), false) = (self.week, self.words.is_empty()) else {
            return Indexed {
                scope: true,
                words: vec![true; self.words.len()],
            };
        };
        let tagged = weeks.map(|weeks| (week * weeks as f64).min(1.0));
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
            tagged.unwrap_or_default() + entries + ROW * tagged.unwrap_or(1.0) * seen * left
        };
        // Something must be asked for: weeks, or a word.
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

/// Among how many weeks to look next where `found` cases, no more than a `page`, were in the newest `weeks`; `None`
/// is all there are.
pub fn more_weeks(weeks: i64, found: usize, page: usize) -> Option<i64> {
    let wanted = (page + 1) as f64 * SAFETY * weeks as f64 / found as f64;
    named(wanted.max(4.0 * weeks as f64))
}

/// So many weeks, at least one, where they are few enough to be named.
fn named(weeks: f64) -> Option<i64> {
    (weeks <= MOST_WEEKS as f64).then(|| (weeks.ceil() as i64).max(1))
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

    #[test]
    fn words_that_all_cases_have_are_left_to_the_rows() {
        // A firm: cong ty tnhh may mac song cau.
        let firm = shares(0.25, &[1.0, 1.0, 1.0, 0.1, 0.1, 0.06, 0.02]);
        let asked = firm.indexed(None);
        assert_eq!(asked.words[..3], [false; 3]);
        assert_eq!(asked.words[5..], [true; 2]);
        assert!(!firm.is_every_word_common());
        // Nothing but them: what the caller sees, or the weeks, are rarer.
        let asked = shares(0.01, &[1.0]).indexed(None);
        assert_eq!((asked.scope, asked.words), (true, vec![false]));
        let asked = shares(1.0, &[1.0]).indexed(Some(2));
        assert_eq!((asked.scope, asked.words), (false, vec![false]));
    }

    #[test]
    fn the_rarer_the_further_back() {
        assert_eq!(shares(1.0, &[0.5, 0.5]).weeks_for(50), Some(1));
        let some = shares(0.25, &[0.64, 0.5, 0.05]).weeks_for(50);
        assert!(
            some.is_some_and(|weeks| (1..16).contains(&weeks)),
            "{some:?}"
        );
        assert_eq!(shares(0.25, &[0.0001]).weeks_for(50), None);
        assert_eq!(more_weeks(2, 40, 50), Some(8));
        assert_eq!(more_weeks(2, 10, 50), Some(21));
        assert_eq!(more_weeks(2, 0, 50), None);
    }

    #[test]
    fn without_statistics_everything_is_asked_of_the_index() {
        let unknown = Shares {
            cases: 0.0,
            week: None,
            scope: None,
            words: vec![None, None],
        };
        assert_eq!(unknown.weeks_for(50), None);
        let asked = unknown.indexed(None);
        assert_eq!((asked.scope, asked.words), (true, vec![true; 2]));
        assert!(!unknown.is_every_word_common());
    }

    proptest! {
        #[test]
        fn no_word_is_asked_for_while_a_rarer_one_is_not(
            scope in 0.0..=1.0, words in prop::collection::vec(0.0..=1.0, 1..10), weeks in prop::option::of(1_i64..64),
        ) {
            let asked = shares(scope, &words).indexed(weeks);
            prop_assert_eq!(asked.words.len(), words.len());
            for (one, is_asked) in words.iter().zip(&asked.words) {
                for (other, other_is) in words.iter().zip(&asked.words) {
                    prop_assert!(!is_asked || *other_is || one <= other);
                }
            }
            prop_assert!(weeks.is_some() || asked.scope || asked.words.contains(&true));
        }

        #[test]
        fn each_look_goes_further_until_all_is_seen(
            weeks in 1_i64..64, page in 1_usize..100, found in 0_usize..100,
        ) {
            let next = more_weeks(weeks, found.min(page), page);
            prop_assert!(next.is_none_or(|next| next > weeks && next <= MOST_WEEKS));
        }
    }
}
