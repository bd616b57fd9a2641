//! A chain: entries numbered from 1, each with a code over itself and the one before it.
//!
//! The code is made with a key that is not in the database: who can write to the database alone can
//! neither change an entry nor add one. A chain belongs to one transaction at a time, so that many
//! may append at once and none waits for another; a process has as many as it works on at a time.

use chrono::{DateTime, Utc};
use ring::hmac;
use serde_json::Value;

use super::{Action, ActorKind, Entry, ObjectKind, Origin, Purpose, Who};

/// The key of the codes, made of 32 secret bytes.
#[derive(Clone)]
pub struct ChainKey(hmac::Key);

impl ChainKey {
    /// The key that these bytes are.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }
}

/// Where a chain stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// Id.
    pub id: String,
    /// Number of its last entry; 0 while it has none.
    pub seq: i64,
    /// Code of its last entry, in hex; empty while it has none.
    pub mac: String,
}

impl Chain {
    /// A chain without entries.
    pub fn new() -> Self {
        Self {
            id: uuid::Uuid::now_v7().to_string(),
            seq: 0,
            mac: String::new(),
        }
    }

    /// The chain after `entry`.
    #[must_use]
    pub fn with(&self, entry: &Entry, key: &ChainKey) -> Self {
        let seq = self.seq + 1;
        Self {
            id: self.id.clone(),
            seq,
            mac: code(key, &self.id, seq, &self.mac, entry),
        }
    }
}

impl Default for Chain {
    fn default() -> Self {
        Self::new()
    }
}

/// An entry in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    /// Its chain as it stands with it.
    pub chain: Chain,
    /// The entry.
    pub entry: Entry,
}

fn code(key: &ChainKey, chain: &str, seq: i64, previous: &str, entry: &Entry) -> String {
    let mut fields = Fields(hmac::Context::with_key(&key.0));
    let Entry {
        happened_at,
        who,
        action,
        purpose,
        object,
        result,
        origin,
        details,
    } = entry;
    fields.add(chain);
    fields.add(&seq.to_string());
    fields.add(previous);
    fields.add(&happened_at.timestamp_micros().to_string());
    fields.add(who.kind.as_str());
    fields.add(&who.id);
    fields.add(&who.name);
    fields.add(&who.role);
    fields.add_optional(who.territory.as_deref());
    fields.add(action.as_str());
    fields.add(purpose.as_str());
    fields.add(object.kind.as_str());
    fields.add(&object.id);
    fields.add(result);
    fields.add_optional(origin.address.as_deref());
    fields.add_optional(origin.request_id.as_deref());
    // Members are kept sorted by name, so a value has one text.
    fields.add(&details.to_string());
    data_encoding::HEXLOWER.encode(fields.0.sign().as_ref())
}

/// Each field with its length before it, so that no two entries are the same bytes.
struct Fields(hmac::Context);

impl Fields {
    fn add(&mut self, field: &str) {
        self.0.update(&(field.len() as u64).to_le_bytes());
        self.0.update(field.as_bytes());
    }

    fn add_optional(&mut self, field: Option<&str>) {
        self.0.update(&[u8::from(field.is_some())]);
        self.add(field.unwrap_or_default());
    }
}

/// A row of the trace as it stands in the database, which anybody may have written.
#[derive(Debug, Clone)]
pub struct Row {
    /// Chain.
    pub chain: String,
    /// Number in it.
    pub seq: i64,
    /// When.
    pub happened_at: DateTime<Utc>,
    /// Kind of who acted.
    pub actor_kind: String,
    /// Its id.
    pub actor_id: String,
    /// Its name.
    pub actor_name: String,
    /// Its role.
    pub actor_role: String,
    /// Its territory.
    pub territory: Option<String>,
    /// What was done.
    pub action: String,
    /// What for.
    pub purpose: String,
    /// To what kind of thing.
    pub object_kind: String,
    /// To which.
    pub object_id: String,
    /// How it ended.
    pub result: String,
    /// From where.
    pub origin: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// What else, JSON.
    pub details: String,
    /// The code.
    pub mac: String,
}

impl Row {
    /// What else the row says, where its text is the one that this program writes: a member that stands twice, or
    /// a blank, would be read otherwise by the database than here.
    fn details_as_written(&self) -> Option<Value> {
        let value: Value = serde_json::from_str(&self.details).ok()?;
        let written = value.to_string();
        (written == self.details).then_some(value)
    }

    /// The entry that the row holds; `None` where it holds none that this program could have written.
    pub fn entry(&self) -> Option<Entry> {
        Some(Entry {
            happened_at: self.happened_at,
            who: Who {
                kind: ActorKind::parse(&self.actor_kind)?,
                id: self.actor_id.clone(),
                name: self.actor_name.clone(),
                role: self.actor_role.clone(),
                territory: self.territory.clone(),
            },
            action: Action::parse(&self.action)?,
            purpose: Purpose::parse(&self.purpose)?,
            object: super::Object {
                kind: ObjectKind::parse(&self.object_kind)?,
                id: self.object_id.clone(),
            },
            result: self.result.clone(),
            origin: Origin {
                address: self.origin.clone(),
                request_id: self.request_id.clone(),
            },
            details: self.details_as_written()?,
        })
    }
}

/// What is wrong at a place of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Break {
    /// The entry after `seq` is not there.
    Missing {
        /// Chain.
        chain: String,
        /// The number that is not there.
        seq: i64,
    },
    /// The entry is not what was written, or stands behind another than it was written behind.
    Changed {
        /// Chain.
        chain: String,
        /// Its number.
        seq: i64,
    },
}

/// Walks rows in the order of chain and number, and tells the first break of each chain.
pub struct Walk<'a> {
    key: &'a ChainKey,
    at: Option<Chain>,
    is_broken: bool,
}

impl<'a> Walk<'a> {
    /// A walk from the beginning.
    pub fn new(key: &'a ChainKey) -> Self {
        Self {
            key,
            at: None,
            is_broken: false,
        }
    }

    /// The next row.
    pub fn step(&mut self, row: &Row) -> Option<Break> {
        let same = self.at.take().filter(|chain| chain.id == row.chain);
        if same.is_none() {
            self.is_broken = false;
        }
        let before = same.unwrap_or_else(|| Chain {
            id: row.chain.clone(),
            seq: 0,
            mac: String::new(),
        });
        self.at = Some(Chain {
            id: row.chain.clone(),
            seq: row.seq,
            mac: row.mac.clone(),
        });
        if self.is_broken {
            return None;
        }
        let chain = row.chain.clone();
        let found = if row.seq == before.seq + 1 {
            let is_sound = row
                .entry()
                .is_some_and(|entry| before.with(&entry, self.key).mac == row.mac);
            (!is_sound).then_some(Break::Changed {
                chain,
                seq: row.seq,
            })
        } else {
            Some(Break::Missing {
                chain,
                seq: before.seq + 1,
            })
        };
        self.is_broken = found.is_some();
        found
    }
}

#[cfg(test)]
mod tests;
