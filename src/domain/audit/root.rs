//! Roots: where every chain stood at a moment, each over the one before it, signed.
//!
//! The end of a chain can be cut off without a trace in the chain itself; the next root names where
//! it stood. The signature (Ed25519) can be checked by anybody who has the public key, and a root
//! that has left the house (in a receipt, in the daily mail) cannot be taken back.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Where a chain stood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Number of its last entry.
    pub seq: i64,
    /// Code of its last entry.
    pub mac: String,
}

/// Chains by id.
pub type Heads = BTreeMap<String, Head>;

/// A root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// Number, from 1.
    pub no: i64,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// The day in Việt Nam that it closes; none for one within a day.
    pub day: Option<NaiveDate>,
    /// The chains that grew since the root before, or all of the day.
    pub heads: Heads,
    /// The root before it; empty for the first.
    pub previous: String,
    /// The root, in hex.
    pub root: String,
    /// Its signature, in hex.
    pub signature: String,
}

/// Signs roots.
pub struct Signer(Ed25519KeyPair);

impl Signer {
    /// The signer whose secret these bytes are; `None` where they cannot be one.
    pub fn new(seed: &[u8; 32]) -> Option<Self> {
        Ed25519KeyPair::from_seed_unchecked(seed).ok().map(Self)
    }

    /// What others check signatures with, in hex.
    pub fn public_key(&self) -> String {
        data_encoding::HEXLOWER.encode(self.0.public_key().as_ref())
    }
}

impl Root {
    /// The root after `previous`.
    pub fn after(
        previous: Option<&Self>,
        made_at: DateTime<Utc>,
        day: Option<NaiveDate>,
        heads: Heads,
        signer: &Signer,
    ) -> Self {
        let no = previous.map_or(1, |root| root.no + 1);
        let previous = previous.map_or_else(String::new, |root| root.root.clone());
        let root = hash(no, made_at, day, &heads, &previous);
        let signature = data_encoding::HEXLOWER.encode(signer.0.sign(root.as_bytes()).as_ref());
        Self {
            no,
            made_at,
            day,
            heads,
            previous,
            root,
            signature,
        }
    }

    /// Whether it says what was signed, after `previous`.
    pub fn is_sound(&self, previous: Option<&Self>, public_key: &str) -> bool {
        let follows = match previous {
            Some(previous) => self.no == previous.no + 1 && self.previous == previous.root,
            None => self.no == 1 && self.previous.is_empty(),
        };
        let bytes = |hex: &str| data_encoding::HEXLOWER.decode(hex.as_bytes()).ok();
        let is_signed =
            bytes(public_key)
                .zip(bytes(&self.signature))
                .is_some_and(|(key, signature)| {
                    UnparsedPublicKey::new(&ED25519, key)
                        .verify(self.root.as_bytes(), &signature)
                        .is_ok()
                });
        let says = hash(self.no, self.made_at, self.day, &self.heads, &self.previous);
        follows && is_signed && says == self.root
    }
}

fn hash(
    no: i64,
    made_at: DateTime<Utc>,
    day: Option<NaiveDate>,
    heads: &Heads,
    previous: &str,
) -> String {
    let mut hash = Sha256::new();
    let mut line = |text: &str| {
        hash.update(text.as_bytes());
        hash.update(b"\n");
    };
    line("tnld root 1");
    line(&no.to_string());
    line(&made_at.timestamp_micros().to_string());
    line(&day.map_or_else(String::new, |day| day.to_string()));
    line(previous);
    // Ids and codes hold no line break: whatever stands in the database, a text has one reading.
    for (chain, head) in heads {
        line(&format!("{chain:?} {} {:?}", head.seq, head.mac));
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heads(text: &str) -> Heads {
        text.split(' ')
            .map(|chain| {
                let head = Head {
                    seq: 3,
                    mac: "ab".into(),
                };
                (chain.to_owned(), head)
            })
            .collect()
    }

    #[test]
    fn a_root_says_what_was_signed_and_nothing_else() {
        let signer = Signer::new(&[7; 32]).unwrap();
        let at = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let day = NaiveDate::from_ymd_opt(2026, 11, 22);
        let first = Root::after(None, at, None, heads("a b"), &signer);
        let second = Root::after(Some(&first), at, day, heads("a"), &signer);
        let key = signer.public_key();
        assert!(first.is_sound(None, &key) && second.is_sound(Some(&first), &key));

        let other = Signer::new(&[8; 32]).unwrap().public_key();
        assert!(!first.is_sound(None, &other), "another key");
        assert!(!second.is_sound(None, &key), "the one before is gone");
        let changes: [fn(&mut Root); 5] = [
            |root| root.no += 1,
            |root| root.day = None,
            |root| root.made_at += chrono::TimeDelta::seconds(1),
            |root| root.heads = heads("b"),
            |root| root.root = "00".into(),
        ];
        for change in changes {
            let mut changed = second.clone();
            change(&mut changed);
            assert!(!changed.is_sound(Some(&first), &key));
        }
    }
}
