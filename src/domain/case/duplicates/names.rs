//! Vietnamese names as two reports write them: with and without marks, in another order, with the middle name
//! left out, with a slip of the pen.

use crate::text::{nfc, search_key};

/// Middle names that most people share: alone they say nothing of who it is.
const MIDDLE: [&str; 2] = ["thi", "van"];
/// Family names of nine in ten, beside [`MIDDLE`]. Whoever has nothing else in the name is named by them all the same.
const FAMILY: [&str; 16] = [
    "bui", "dang", "do", "duong", "ho", "hoang", "huynh", "le", "ly", "ngo", "nguyen", "pham",
    "phan", "tran", "vo", "vu",
];
/// What stands in the place of a name that nobody knows.
const NOBODY: [&str; 12] = [
    "chua biet",
    "chua biet ten",
    "chua ro",
    "chua ro danh tinh",
    "chua ro ho ten",
    "chua ro ten",
    "chua xac dinh",
    "chua xac dinh danh tinh",
    "khong ro",
    "khong ro ten",
    "nan nhan",
    "unknown",
];
/// Words more that the longer of two names may have.
const LEFT_OUT: usize = 2;
/// Words of one name by which it is looked for.
const SEARCHED: usize = 3;

/// A name as it is compared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Name {
    /// Its words without marks, `đ` as `d`, in the order of the alphabet. None where nobody is named.
    words: Vec<String>,
    /// The same with marks.
    spelt: Vec<String>,
}

/// How alike two names are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameLikeness {
    /// The same words down to the marks, in whatever order.
    Spelt,
    /// The same words without their marks, in whatever order.
    Same,
    /// One leaves a word out, or has one letter wrong in one word.
    Similar,
}

impl Name {
    /// The name that was written.
    pub fn of(written: &str) -> Self {
        let key = search_key(written);
        if NOBODY.contains(&key.as_str()) {
            return Self::default();
        }
        let mut words: Vec<String> = key.split(' ').map(str::to_owned).collect();
        words.retain(|word| !word.is_empty());
        words.sort_unstable();
        let lower = nfc(written).to_lowercase();
        let mut spelt: Vec<String> = lower.split_whitespace().map(str::to_owned).collect();
        spelt.sort_unstable();
        Self { words, spelt }
    }

    /// Its words in the order of the alphabet, one text; `None` where it has fewer than two.
    pub fn whole(&self) -> Option<String> {
        (self.words.len() > 1).then(|| self.words.join(" "))
    }

    /// The words that tell one person from the next, few of them.
    pub fn telling(&self) -> Vec<&str> {
        let without = |common: &[&[&str]]| -> Vec<&str> {
            let words = self.words.iter().map(String::as_str);
            words
                .filter(|word| !common.iter().any(|list| list.contains(word)))
                .collect()
        };
        let mut telling = without(&[&MIDDLE, &FAMILY]);
        if telling.is_empty() {
            telling = without(&[&MIDDLE]);
        }
        // The longest are the rarest.
        telling.sort_by_key(|word| (std::cmp::Reverse(word.len()), *word));
        telling.dedup();
        telling.truncate(SEARCHED);
        telling
    }

    /// How alike it is to another; `None` where it may well be somebody else's.
    pub fn likeness(&self, other: &Self) -> Option<NameLikeness> {
        if self.words.is_empty() || other.words.is_empty() {
            return None;
        }
        if self.words == other.words {
            let is_spelt_alike = self.spelt == other.spelt;
            return Some(match is_spelt_alike {
                true => NameLikeness::Spelt,
                false => NameLikeness::Same,
            });
        }
        let (mine, theirs) = (
            rest(&self.words, &other.words),
            rest(&other.words, &self.words),
        );
        let is_similar = match (mine.as_slice(), theirs.as_slice()) {
            ([], more) => says_who(&self.words) && more.len() <= LEFT_OUT,
            (more, []) => says_who(&other.words) && more.len() <= LEFT_OUT,
            ([one], [another]) => self.words.len() > 1 && is_one_slip(one, another),
            _ => false,
        };
        is_similar.then_some(NameLikeness::Similar)
    }

    /// Whether another spelling of the same name contradicts this one: without any mark it does not.
    pub fn is_the_same(&self, other: &Self) -> bool {
        let is_plain = |name: &Self| name.spelt.iter().all(|word| word.is_ascii());
        self.words == other.words
            && (self.spelt == other.spelt || is_plain(self) || is_plain(other))
    }
}

/// Whether the shorter of two names names a person: two words beside those that most people share.
fn says_who(words: &[String]) -> bool {
    let is_common = |word: &&String| MIDDLE.contains(&word.as_str());
    words.iter().filter(|word| !is_common(word)).count() > 1
}

/// The words of `one` that are not among `other`, each as often as it stands there. Both are sorted.
fn rest<'a>(one: &'a [String], other: &[String]) -> Vec<&'a str> {
    let mut left = Vec::new();
    let mut others = other.iter().peekable();
    for word in one {
        while others.next_if(|other| *other < word).is_some() {}
        if others.next_if(|other| *other == word).is_none() {
            left.push(word.as_str());
        }
    }
    left
}

/// Whether one letter is wrong, missing or too much, or two that stand side by side changed places. Of very
/// short words every second is another word.
fn is_one_slip(one: &str, another: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), another.chars().collect());
    if a.len().max(b.len()) < 3 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let same_head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[same_head..], &b[same_head..]);
    let same_tail = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - same_tail], &b[..b.len() - same_tail]);
    match (a, b) {
        ([_], [_]) | ([], [_]) | ([_], []) => true,
        ([x, y], [v, w]) => x == w && y == v,
        _ => false,
    }
}

/// Words of a firm's name that say only what kind of firm it is.
const KINDS_OF_FIRM: [&str; 28] = [
    "cn", "co", "company", "cong", "corp", "cp", "chi", "dn", "dntn", "doanh", "han", "htx", "huu",
    "jsc", "limited", "ltd", "mot", "mtv", "nghiep", "nhanh", "nhiem", "phan", "tnhh", "thanh",
    "trach", "ty", "vien", "va",
];

/// The name of an establishment as it is compared: without the words of its legal form, in the order of the
/// alphabet. `None` where nothing is left of it.
pub fn firm(written: &str) -> Option<String> {
    let key = search_key(written);
    let mut words: Vec<&str> = key.split(' ').filter(|word| !word.is_empty()).collect();
    let own: Vec<&str> = words
        .iter()
        .copied()
        .filter(|word| !KINDS_OF_FIRM.contains(word))
        .collect();
    if !own.is_empty() {
        words = own;
    }
    words.sort_unstable();
    (!words.is_empty()).then(|| words.join(" "))
}
