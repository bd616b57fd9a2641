//! A key in memory, and the two things that are done with it: sealing and hashing.

use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use data_encoding::BASE64;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::SealError;

/// Bytes of a key.
const KEY: usize = 32;
/// Bytes of a nonce: so many that random ones do not meet.
const NONCE: usize = 24;

/// 32 random bytes. Overwritten when dropped; never printed.
#[derive(Clone)]
pub(super) struct SecretKey(Zeroizing<[u8; KEY]>);

impl SecretKey {
    /// A new key.
    pub(super) fn generate() -> Result<Self, SealError> {
        let mut bytes = Zeroizing::new([0; KEY]);
        fill(bytes.as_mut_slice())?;
        Ok(Self(bytes))
    }

    /// The key that was derived from another.
    pub(super) fn derived(bytes: &[u8; KEY]) -> Self {
        Self(Zeroizing::new(*bytes))
    }

    /// The key that was written in Base64; `None` where it is none.
    pub(super) fn from_base64(text: &str) -> Option<Self> {
        let bytes = Zeroizing::new(BASE64.decode(text.as_bytes()).ok()?);
        Self::from_bytes(&bytes)
    }

    /// The key that is made of these bytes.
    pub(super) fn from_array(bytes: [u8; KEY]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self(Zeroizing::new(<[u8; KEY]>::try_from(bytes).ok()?)))
    }

    /// For the key file.
    pub(super) fn to_base64(&self) -> Zeroizing<String> {
        Zeroizing::new(BASE64.encode(self.0.as_slice()))
    }

    /// Nonce, sealed bytes and tag in Base64. `about` is not part of it, and must be the same when it
    /// is opened.
    pub(super) fn seal(&self, bytes: &[u8], about: &str) -> Result<String, SealError> {
        Ok(BASE64.encode(&self.seal_bytes(bytes, about)?))
    }

    /// The same without Base64.
    pub(super) fn seal_bytes(&self, bytes: &[u8], about: &str) -> Result<Vec<u8>, SealError> {
        let mut nonce = [0; NONCE];
        fill(&mut nonce)?;
        let payload = Payload {
            msg: bytes,
            aad: about.as_bytes(),
        };
        let sealed = self
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| SealError::DoesNotOpen(about.to_owned()))?;
        let mut all = Vec::with_capacity(NONCE + sealed.len());
        all.extend_from_slice(&nonce);
        all.extend_from_slice(&sealed);
        Ok(all)
    }

    /// What [`SecretKey::seal`] was given.
    pub(super) fn open(&self, sealed: &str, about: &str) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let all = BASE64
            .decode(sealed.as_bytes())
            .map_err(|_| SealError::DoesNotOpen(about.to_owned()))?;
        self.open_bytes(&all, about)
    }

    /// What [`SecretKey::seal_bytes`] was given.
    pub(super) fn open_bytes(
        &self,
        all: &[u8],
        about: &str,
    ) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let refused = || SealError::DoesNotOpen(about.to_owned());
        let (nonce, sealed) = all.split_first_chunk::<NONCE>().ok_or_else(refused)?;
        let payload = Payload {
            msg: sealed,
            aad: about.as_bytes(),
        };
        self.cipher()
            .decrypt(&XNonce::from(*nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| refused())
    }

    /// Another key under this one.
    pub(super) fn wrap(&self, key: &Self, about: &str) -> Result<String, SealError> {
        self.seal(key.0.as_slice(), about)
    }

    /// The key that was wrapped.
    pub(super) fn unwrap(&self, wrapped: &str, about: &str) -> Result<Self, SealError> {
        let bytes = self.open(wrapped, about)?;
        Self::from_bytes(&bytes).ok_or_else(|| SealError::DoesNotOpen(about.to_owned()))
    }

    /// A hash that nobody makes without the key. `about` keeps hashes of one kind from being compared
    /// with those of another.
    pub(super) fn hash(&self, about: &str, bytes: &[u8]) -> [u8; 32] {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.as_slice())
            .expect("HMAC takes keys of any length");
        mac.update(about.as_bytes());
        mac.update(&[0]);
        mac.update(bytes);
        mac.finalize().into_bytes().into()
    }

    /// Wipes itself when it is dropped.
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new_from_slice(self.0.as_slice()).expect("a key has 32 bytes")
    }
}

pub(super) fn fill(bytes: &mut [u8]) -> Result<(), SealError> {
    getrandom::fill(bytes).map_err(|why| SealError::Random(why.to_string()))
}
