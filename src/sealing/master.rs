//! Master keys: those of the key file, and what they wrap.

use std::fmt;

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use zeroize::Zeroizing;

use super::{
    SealError,
    secret::{SecretKey, fill},
};

/// A key as the database keeps it: wrapped by a master key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which master key wraps it.
    pub master_key: String,
    /// The wrapped key, Base64.
    pub wrapped: String,
}

/// One master key.
#[derive(Clone)]
pub struct MasterKey {
    id: String,
    key: SecretKey,
}

impl MasterKey {
    /// A new key, named by the day and a little chance: two machines never make the same.
    pub fn generate(now: DateTime<Utc>) -> Result<Self, SealError> {
        let mut chance = [0; 3];
        fill(&mut chance)?;
        Ok(Self {
            id: format!("{}-{}", now.format("%Y%m%d"), HEXLOWER.encode(&chance)),
            key: SecretKey::generate()?,
        })
    }

    /// The name by which the database knows it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Says which key it is without saying what it is: two keys of one name are told apart.
    pub fn fingerprint(&self) -> String {
        HEXLOWER.encode(&self.key.hash("fingerprint of a master key", b"")[..8])
    }

    /// The line of the key file.
    pub(super) fn line(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{} {}\n", self.id, *self.key.to_base64()))
    }

    pub(super) fn wrap(&self, key: &SecretKey, about: &str) -> Result<WrappedKey, SealError> {
        Ok(WrappedKey {
            master_key: self.id.clone(),
            wrapped: self.key.wrap(key, about)?,
        })
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.id)
    }
}

/// The master keys of a key file, in its order.
#[derive(Debug, Clone, Default)]
pub struct MasterKeys(Vec<MasterKey>);

impl MasterKeys {
    /// Reads lines `id base64key`; `#` begins a comment. The error names a line and never its text.
    pub fn parse(text: &str) -> Result<Self, SealError> {
        let mut keys = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default().trim();
            if line.is_empty() {
                continue;
            }
            let wrong = |what: &str| SealError::Source(format!("line {}: {what}", number + 1));
            let mut words = line.split_whitespace();
            let (Some(id), Some(key), None) = (words.next(), words.next(), words.next()) else {
                return Err(wrong("a name and a key in Base64 are expected"));
            };
            let is_name = id.len() <= 40
                && id
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
            if !is_name {
                return Err(wrong(
                    "a name has at most 40 letters, digits, dots, hyphens and underscores",
                ));
            }
            if keys.get(id).is_some() {
                return Err(wrong("this name stands there twice"));
            }
            let key = SecretKey::from_base64(key)
                .ok_or_else(|| wrong("a key is 32 bytes in Base64 (44 characters)"))?;
            keys.0.push(MasterKey {
                id: id.to_owned(),
                key,
            });
        }
        if keys.0.is_empty() {
            return Err(SealError::Source("it holds no key".into()));
        }
        Ok(keys)
    }

    /// The key of this name.
    pub fn get(&self, id: &str) -> Option<&MasterKey> {
        self.0.iter().find(|key| key.id == id)
    }

    /// The last one.
    pub fn newest(&self) -> Option<&MasterKey> {
        self.0.last()
    }

    /// The last one that `may` be used.
    pub fn newest_of(&self, may: impl Fn(&str) -> bool) -> Option<&MasterKey> {
        self.0.iter().rev().find(|key| may(&key.id))
    }

    pub(super) fn unwrap(&self, wrapped: &WrappedKey, about: &str) -> Result<SecretKey, SealError> {
        let master = self
            .get(&wrapped.master_key)
            .ok_or_else(|| SealError::UnknownMaster(wrapped.master_key.clone()))?;
        master.key.unwrap(&wrapped.wrapped, about)
    }

    /// The same key under another master key, for a rotation.
    pub fn wrap_again(
        &self,
        wrapped: &WrappedKey,
        about: &str,
        to: &MasterKey,
    ) -> Result<WrappedKey, SealError> {
        to.wrap(&self.unwrap(wrapped, about)?, about)
    }
}

/// One key alone, before it is in any file.
impl From<MasterKey> for MasterKeys {
    fn from(key: MasterKey) -> Self {
        Self(vec![key])
    }
}
