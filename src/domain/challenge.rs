//! What holds back whoever would send notices in bulk: a little work for a machine, or a plain question
//! for a person. No picture, no script, no third party: a screen reader reads the question aloud.
//!
//! Nothing is stored until one is answered. Its id says until when it counts and is signed; the
//! question follows from the id and a secret, so that the answer stands nowhere.

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};

use crate::text::search_key;

/// How long a challenge counts: long enough to write down in distress what happened.
pub const COUNTS: TimeDelta = TimeDelta::hours(2);
/// Leading zero bits of a proof of work: 130 000 hashes on average, a second or two of an old telephone.
pub const BITS: u32 = 17;
/// Longest nonce and answer that are looked at, in bytes.
const LONGEST: usize = 100;

const RANDOM: usize = 16;
const TAG: usize = 16;
const SIGNED: usize = 8 + RANDOM;

/// A keyed hash of bytes for one purpose, as the process holds it.
pub trait Secret {
    /// The hash.
    fn hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32];
}

impl<F: Fn(&str, &[u8]) -> [u8; 32]> Secret for F {
    fn hash(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self(purpose, bytes)
    }
}

/// A challenge that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// Its id, which is the salt of the proof of work as well.
    pub id: String,
    /// Until when it counts.
    pub expires_at: DateTime<Utc>,
    /// The plain question.
    pub question: Question,
}

/// A plain question, which whoever can read answers in a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// What is the sum?
    Sum(u8, u8),
    /// What is left of the first without the second?
    Difference(u8, u8),
    /// Which is the largest?
    Largest([u8; 3]),
    /// Which is the smallest?
    Smallest([u8; 3]),
    /// Which day comes after this one? Monday is 0.
    DayAfter(u8),
}

/// What came with a notice.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answered {
    /// The id of the challenge.
    pub id: String,
    /// A nonce such that SHA-256 of the id and it begins with [`BITS`] zero bits.
    pub nonce: Option<String>,
    /// The answer to the question, in words or digits.
    pub answer: Option<String>,
}

/// What an answer is worth.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Not given here, or over.
    NotOurs,
    /// Given here: it counts once, until then.
    Ours {
        /// Until when.
        expires_at: DateTime<Utc>,
        /// Whether it was answered rightly.
        is_right: bool,
    },
}

/// A new challenge from random bytes.
pub fn give(secret: &impl Secret, random: [u8; RANDOM], now: DateTime<Utc>) -> Challenge {
    // Whole seconds: what the id says.
    let expires_at = DateTime::from_timestamp((now + COUNTS).timestamp(), 0).unwrap_or(now);
    let mut bytes = [0; SIGNED + TAG];
    bytes[..8].copy_from_slice(&expires_at.timestamp().to_be_bytes());
    bytes[8..SIGNED].copy_from_slice(&random);
    let tag = secret.hash("tag", &bytes[..SIGNED]);
    bytes[SIGNED..].copy_from_slice(&tag[..TAG]);
    Challenge {
        id: BASE64URL_NOPAD.encode(&bytes),
        expires_at,
        question: question(secret, &bytes[..SIGNED]),
    }
}

/// What `answered` is worth at `now`.
pub fn judge(secret: &impl Secret, answered: &Answered, now: DateTime<Utc>) -> Verdict {
    let bytes = BASE64URL_NOPAD.decode(answered.id.as_bytes());
    let Some(bytes) = bytes.ok().filter(|bytes| bytes.len() == SIGNED + TAG) else {
        return Verdict::NotOurs;
    };
    let (signed, tag) = bytes.split_at(SIGNED);
    // Hashed once more, so that the time of the comparison tells nothing of the tag.
    let same = |bytes: &[u8]| Sha256::digest(bytes);
    if same(&secret.hash("tag", signed)[..TAG]) != same(tag) {
        return Verdict::NotOurs;
    }
    let seconds = i64::from_be_bytes(signed[..8].try_into().expect("eight bytes"));
    let Some(expires_at) = DateTime::from_timestamp(seconds, 0).filter(|end| *end > now) else {
        return Verdict::NotOurs;
    };
    let short = |text: &&String| text.len() <= LONGEST;
    let worked = answered
        .nonce
        .as_ref()
        .filter(short)
        .is_some_and(|nonce| is_proof(&answered.id, nonce));
    let said = answered
        .answer
        .as_ref()
        .filter(short)
        .is_some_and(|text| question(secret, signed).is_answered_by(text));
    Verdict::Ours {
        expires_at,
        is_right: worked || said,
    }
}

/// Whether SHA-256 of the salt and the nonce begins with [`BITS`] zero bits.
pub fn is_proof(salt: &str, nonce: &str) -> bool {
    let hash = Sha256::new()
        .chain_update(salt.as_bytes())
        .chain_update(nonce.as_bytes())
        .finalize();
    let head = hash[..8]
        .iter()
        .fold(0_u64, |head, byte| head << 8 | u64::from(*byte));
    head.leading_zeros() >= BITS
}

fn question(secret: &impl Secret, signed: &[u8]) -> Question {
    let hash = secret.hash("question", signed);
    let one_to_nine = |at: usize| hash[at] % 9 + 1;
    // Three different numbers.
    let first = hash[1] % 9;
    let second = (first + 1 + hash[2] % 4) % 9;
    let third = (first + 5 + hash[3] % 4) % 9;
    let three = [first + 1, second + 1, third + 1];
    match hash[0] % 5 {
        0 => Question::Sum(one_to_nine(1), one_to_nine(2)),
        1 => {
            let less = one_to_nine(1);
            Question::Difference(less + one_to_nine(2), less)
        }
        2 => Question::Largest(three),
        3 => Question::Smallest(three),
        _ => Question::DayAfter(hash[1] % 7),
    }
}

/// Numbers as people write them without diacritics; several where several are said.
const NUMBERS: [&[&str]; 19] = [
    &["khong", "zero"],
    &["mot", "one"],
    &["hai", "two"],
    &["ba", "three"],
    &["bon", "tu", "four"],
    &["nam", "five"],
    &["sau", "six"],
    &["bay", "seven"],
    &["tam", "eight"],
    &["chin", "nine"],
    &["muoi", "ten"],
    &["muoi mot", "eleven"],
    &["muoi hai", "twelve"],
    &["muoi ba", "thirteen"],
    &["muoi bon", "fourteen"],
    &["muoi lam", "fifteen"],
    &["muoi sau", "sixteen"],
    &["muoi bay", "seventeen"],
    &["muoi tam", "eighteen"],
];

/// Days, Monday first.
const DAYS: [&[&str]; 7] = [
    &["hai", "2", "monday"],
    &["ba", "3", "tuesday"],
    &["tu", "bon", "4", "wednesday"],
    &["nam", "5", "thursday"],
    &["sau", "6", "friday"],
    &["bay", "7", "saturday"],
    &["chu nhat", "cn", "sunday"],
];

impl Question {
    /// Whether `text` answers it: digits or words, Vietnamese or English, with or without diacritics.
    pub fn is_answered_by(self, text: &str) -> bool {
        let said = search_key(text);
        let is_number = |number: u8| {
            said == number.to_string()
                || NUMBERS
                    .get(usize::from(number))
                    .is_some_and(|words| words.contains(&said.as_str()))
        };
        match self {
            Self::Sum(a, b) => is_number(a + b),
            Self::Difference(a, b) => is_number(a.saturating_sub(b)),
            Self::Largest(of) => is_number(of.into_iter().max().unwrap_or_default()),
            Self::Smallest(of) => is_number(of.into_iter().min().unwrap_or_default()),
            Self::DayAfter(day) => {
                let name = said.strip_prefix("thu ").unwrap_or(&said);
                DAYS[usize::from((day + 1) % 7)].contains(&name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-22T03:00:00.5Z".parse().unwrap()
    }

    fn secret(purpose: &str, bytes: &[u8]) -> [u8; 32] {
        Sha256::new()
            .chain_update(b"a secret of the tests")
            .chain_update(purpose)
            .chain_update(bytes)
            .finalize()
            .into()
    }

    /// Numbers in digits, days by their English name.
    fn answer(question: Question) -> String {
        (0..40)
            .map(|number: i32| number.to_string())
            .chain(DAYS.iter().map(|names| (*names.last().unwrap()).to_owned()))
            .find(|text| question.is_answered_by(text))
            .unwrap()
    }

    fn answered(challenge: &Challenge, text: &str) -> Answered {
        Answered {
            id: challenge.id.clone(),
            nonce: None,
            answer: Some(text.to_owned()),
        }
    }

    #[test]
    fn the_right_answer_is_right_until_the_challenge_is_over() {
        for random in 0..60 {
            let challenge = give(&secret, [random; RANDOM], now());
            let right = answered(&challenge, &answer(challenge.question));
            let at = |moment| judge(&secret, &right, moment);
            let expires_at = challenge.expires_at;
            let is_right = Verdict::Ours {
                expires_at,
                is_right: true,
            };
            assert_eq!(at(now()), is_right, "{challenge:?}");
            assert_eq!(at(expires_at), Verdict::NotOurs);
            let wrong = judge(&secret, &answered(&challenge, "one hundred"), now());
            assert_eq!(
                wrong,
                Verdict::Ours {
                    expires_at,
                    is_right: false
                }
            );
        }
    }

    #[test]
    fn a_challenge_that_somebody_made_or_changed_is_not_ours() {
        let challenge = give(&secret, [7; RANDOM], now());
        let right = answer(challenge.question);
        let other = |purpose: &str, bytes: &[u8]| secret(&format!("other {purpose}"), bytes);
        assert_eq!(
            judge(&other, &answered(&challenge, &right), now()),
            Verdict::NotOurs
        );
        let mut bytes = BASE64URL_NOPAD.decode(challenge.id.as_bytes()).unwrap();
        bytes[7] ^= 1;
        let longer = Challenge {
            id: BASE64URL_NOPAD.encode(&bytes),
            ..challenge
        };
        for id in [longer.id.as_str(), "", "x", "AAAA", "ă"] {
            let made = Answered {
                id: id.to_owned(),
                answer: Some(right.clone()),
                nonce: None,
            };
            assert_eq!(judge(&secret, &made, now()), Verdict::NotOurs, "{id:?}");
        }
    }

    #[test]
    fn work_is_as_good_as_an_answer() {
        let challenge = give(&secret, [9; RANDOM], now());
        let nonce = (0_u64..)
            .map(|n| n.to_string())
            .find(|n| is_proof(&challenge.id, n));
        let worked = Answered {
            id: challenge.id.clone(),
            nonce,
            answer: None,
        };
        let expires_at = challenge.expires_at;
        assert_eq!(
            judge(&secret, &worked, now()),
            Verdict::Ours {
                expires_at,
                is_right: true
            }
        );
        let idle = Answered {
            nonce: Some("0".into()),
            ..worked
        };
        assert_eq!(
            judge(&secret, &idle, now()),
            Verdict::Ours {
                expires_at,
                is_right: false
            }
        );
    }

    #[test]
    fn questions_are_of_every_kind_and_take_words_and_digits_of_both_languages() {
        let mut kinds = [0; 5];
        for random in 0..=255 {
            let question = give(&secret, [random; RANDOM], now()).question;
            let kind = match question {
                Question::Sum(..) => 0,
                Question::Difference(..) => 1,
                Question::Largest(three) | Question::Smallest(three) => {
                    assert!(three[0] != three[1] && three[1] != three[2] && three[0] != three[2]);
                    assert!(three.iter().all(|number| (1..=9).contains(number)));
                    if matches!(question, Question::Largest(_)) {
                        2
                    } else {
                        3
                    }
                }
                Question::DayAfter(_) => 4,
            };
            kinds[kind] += 1;
        }
        assert!(kinds.iter().all(|count| *count > 20), "{kinds:?}");
        let accepts: [(Question, &[&str]); 4] = [
            (Question::Sum(3, 4), &["7", "bảy", "BAY", " Seven "]),
            (
                Question::Sum(8, 7),
                &["15", "mười lăm", "muoi lam", "fifteen"],
            ),
            (Question::Largest([3, 8, 5]), &["8", "tám", "eight"]),
            (
                Question::DayAfter(1),
                &["thứ tư", "Thu 4", "tư", "Wednesday"],
            ),
        ];
        for (question, texts) in accepts {
            for text in texts {
                assert!(question.is_answered_by(text), "{question:?} {text}");
            }
            assert!(!question.is_answered_by("") && !question.is_answered_by("99"));
        }
    }
}
