//! The keys of a running process.

use std::sync::{Arc, RwLock};

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use zeroize::Zeroizing;

use super::{CaseKey, KeySource, MasterKey, MasterKeys, SealError, WrappedKey, secret::SecretKey};
use crate::ids::CaseId;

/// The key of keyed hashes: the same for the whole database and its whole life, so that a hash made
/// today finds one made years ago.
#[derive(Clone)]
pub struct LookupKey(SecretKey);

impl LookupKey {
    /// Its name among the data keys.
    pub const NAME: &str = "lookup";
    /// What its wrapping is bound to.
    pub const ABOUT: &str = "data_keys.wrapped/lookup";

    /// A new one, for a database that has none, with its wrapping.
    pub fn generate(by: &MasterKey) -> Result<(Self, WrappedKey), SealError> {
        let key = SecretKey::generate()?;
        let wrapped = by.wrap(&key, Self::ABOUT)?;
        Ok((Self(key), wrapped))
    }

    /// The one that is wrapped.
    pub fn unwrap(by: &MasterKeys, wrapped: &WrappedKey) -> Result<Self, SealError> {
        Ok(Self(by.unwrap(wrapped, Self::ABOUT)?))
    }
}

/// The key of the marks by which cases are found: of names, which stand sealed, and of other words. One of
/// its own, so that whoever learned it opens nothing and makes no other hash.
#[derive(Clone)]
pub struct SearchKey(SecretKey);

/// What a mark is of. Marks of one kind are never those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Marked {
    /// A word of place, establishment or number.
    Word,
    /// How such a word begins.
    Start,
    /// A word of the name of a person.
    Name,
    /// How such a word begins.
    NameStart,
}

impl SearchKey {
    /// Its name among the data keys. The first generation has no number: it is older than generations.
    pub fn name(generation: i32) -> String {
        match generation {
            1 => "search".to_owned(),
            later => format!("search.{later}"),
        }
    }

    /// The generation of the data key `name`, if it is one of these.
    pub fn generation(name: &str) -> Option<i32> {
        match name.strip_prefix("search")? {
            "" => Some(1),
            rest => rest.strip_prefix('.')?.parse().ok().filter(|no| *no > 1),
        }
    }

    /// What its wrapping is bound to.
    fn about(generation: i32) -> String {
        format!("data_keys.wrapped/{}", Self::name(generation))
    }

    /// A new one of this generation, with its wrapping.
    pub fn generate(by: &MasterKey, generation: i32) -> Result<(Self, WrappedKey), SealError> {
        let key = SecretKey::generate()?;
        let wrapped = by.wrap(&key, &Self::about(generation))?;
        Ok((Self(key), wrapped))
    }

    /// The one of this generation that is wrapped.
    pub fn unwrap(
        by: &MasterKeys,
        wrapped: &WrappedKey,
        generation: i32,
    ) -> Result<Self, SealError> {
        Ok(Self(by.unwrap(wrapped, &Self::about(generation))?))
    }

    /// The mark of a word: eight signs of base64url. 48 bits: among some million words two hardly ever meet.
    pub fn mark(&self, of: Marked, word: &str) -> String {
        let about = match of {
            Marked::Word => "search word",
            Marked::Start => "search start",
            Marked::Name => "search name",
            Marked::NameStart => "search name start",
        };
        BASE64URL_NOPAD.encode(&self.0.hash(about, word.as_bytes())[..6])
    }
}

/// Every generation of the key of marks that some case may still be marked with.
#[derive(Clone)]
pub struct SearchKeys {
    newest: (i32, SearchKey),
    before: Vec<SearchKey>,
}

impl SearchKeys {
    /// From the keys by their generation; `None` where there is none.
    pub fn new(mut keys: Vec<(i32, SearchKey)>) -> Option<Self> {
        keys.sort_by_key(|(generation, _)| *generation);
        let newest = keys.pop()?;
        let before = keys.into_iter().map(|(_, key)| key).collect();
        Some(Self { newest, before })
    }

    /// The key under which marks are made, and its generation.
    pub fn newest(&self) -> (i32, &SearchKey) {
        (self.newest.0, &self.newest.1)
    }

    /// The keys under which is searched, the newest first.
    pub fn all(&self) -> impl Iterator<Item = &SearchKey> {
        std::iter::once(&self.newest.1).chain(&self.before)
    }
}

/// What a process holds at one time.
#[derive(Clone)]
pub struct Held {
    /// The revision of the list of master keys that this follows.
    pub revision: i64,
    /// Names of the master keys that may wrap.
    pub live: Vec<String>,
    /// The keys themselves.
    pub master: MasterKeys,
    /// For hashes.
    pub lookup: LookupKey,
    /// For the marks of words.
    pub search: SearchKeys,
}

impl Held {
    /// The key that wraps what is new: the last one that is in use.
    pub fn current(&self) -> Option<&MasterKey> {
        self.master
            .newest_of(|id| self.live.iter().any(|live| live == id))
    }
}

/// The keys of a process, replaced as a whole when they change.
pub struct Keys {
    source: KeySource,
    held: RwLock<Arc<Held>>,
}

impl Keys {
    /// Holds `held`, and reads `source` again when it meets a key that it does not know.
    pub fn new(source: KeySource, held: Held) -> Self {
        Self {
            source,
            held: RwLock::new(Arc::new(held)),
        }
    }

    /// Where they come from.
    pub fn source(&self) -> &KeySource {
        &self.source
    }

    /// What is held now.
    pub fn held(&self) -> Arc<Held> {
        // Replaced as a whole, so a panic elsewhere leaves it sound.
        let held = self
            .held
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(&held)
    }

    /// From now on holds `held`.
    pub fn replace(&self, held: Held) {
        *self
            .held
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(held);
    }

    /// A key for a new case, and how its row keeps it.
    pub fn new_case_key(&self, case: &CaseId) -> Result<(CaseKey, WrappedKey), SealError> {
        let key = SecretKey::generate()?;
        let held = self.held();
        let master = held
            .current()
            .ok_or_else(|| SealError::UnknownMaster(held.live.join(", ")))?;
        let wrapped = master.wrap(&key, &CaseKey::about(case))?;
        Ok((CaseKey::new(key), wrapped))
    }

    /// The key of a case as its row keeps it; none where the case is older than sealing.
    pub fn case_key(
        &self,
        case: &CaseId,
        wrapped: Option<&WrappedKey>,
    ) -> Result<CaseKey, SealError> {
        let Some(wrapped) = wrapped else {
            return Ok(CaseKey::none());
        };
        let about = CaseKey::about(case);
        let held = self.held();
        let key = if held.master.get(&wrapped.master_key).is_some() {
            held.master.unwrap(wrapped, &about)
        } else {
            self.read_again()?.master.unwrap(wrapped, &about)
        };
        key.map(CaseKey::new)
    }

    /// What an identity number is looked for by. Spaces, dots and case make no difference.
    pub fn citizen_id_hash(&self, citizen_id: &str) -> Option<String> {
        let plain: String = citizen_id
            .chars()
            .filter(|c| c.is_alphanumeric())
            .flat_map(char::to_uppercase)
            .collect();
        if plain.is_empty() {
            return None;
        }
        let hash = self.held().lookup.0.hash("citizen_id", plain.as_bytes());
        // 128 bits: no two people meet, and an index entry stays short.
        Some(BASE64URL_NOPAD.encode(&hash[..16]))
    }

    /// By what a person is found again whose name other reports write in other ways: `text` is one of
    /// `domain::case::duplicates::keys`. The same as long as the database lives, whatever master key wraps.
    pub fn likeness_hash(&self, kind: &str, text: &str) -> String {
        let usage = format!("likeness {kind}");
        let hash = self.held().lookup.0.hash(&usage, text.as_bytes());
        BASE64URL_NOPAD.encode(&hash[..16])
    }

    /// A keyed hash of a request.
    pub fn request_hash(&self, request: &[u8]) -> String {
        HEXLOWER.encode(&self.held().lookup.0.hash("request", request))
    }

    /// Under what `subject` is counted by the limit `limit`: no address or account is stored for it.
    pub fn subject_hash(&self, limit: &str, subject: &str) -> String {
        let about = format!("limit {limit}");
        let hash = self.held().lookup.0.hash(&about, subject.as_bytes());
        BASE64URL_NOPAD.encode(&hash[..16])
    }

    /// The key that seals secrets of accounts. It follows from the look-up key, so that a new master
    /// key covers it when that is wrapped again.
    pub fn account_key(&self) -> CaseKey {
        CaseKey::new(SecretKey::from_array(
            self.held().lookup.0.hash("derived", b"account_secrets"),
        ))
    }

    /// A keyed hash of something that is known only for a while: who tried to sign in from where.
    pub fn passing_hash(&self, usage: &str, text: &str) -> String {
        let hash = self.held().lookup.0.hash(usage, text.as_bytes());
        BASE64URL_NOPAD.encode(&hash[..16])
    }

    /// By what a person is found again whom an OpenID provider calls `subject`.
    pub fn identity_hash(&self, issuer: &str, subject: &str) -> String {
        let text = format!("{issuer}\n{subject}");
        let hash = self.held().lookup.0.hash("identity", text.as_bytes());
        BASE64URL_NOPAD.encode(&hash)
    }

    /// A word that follows from secrets which only a browser keeps, so that it need not be stored: 43
    /// characters of base64url.
    pub fn word(&self, usage: &str, secrets: &str) -> String {
        let hash = self.held().lookup.0.hash(usage, secrets.as_bytes());
        BASE64URL_NOPAD.encode(&hash)
    }

    /// A key for another use, which stays the same as long as the database does.
    pub fn derived(&self, usage: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.held().lookup.0.hash("derived", usage.as_bytes()))
    }

    /// The key of the registers that belong to no case. It follows from the look-up key, and stays the
    /// same when master keys change.
    pub fn register_key(&self) -> CaseKey {
        CaseKey::new(SecretKey::derived(&self.derived("registers")))
    }

    /// Somebody added a key elsewhere: reads the file once more.
    fn read_again(&self) -> Result<Arc<Held>, SealError> {
        let missing = || SealError::Source(format!("{} is gone", self.source));
        let master = self.source.read()?.ok_or_else(missing)?;
        let mut held = (*self.held()).clone();
        held.master = master;
        self.replace(held);
        Ok(self.held())
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keys({})", self.source)
    }
}
