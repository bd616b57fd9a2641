//! Return addresses, one for each message (VERP), so that a returned mail tells which one it was.
//!
//! ```text
//! bounce+0197a6a1-….k3f5…@tnld.example.vn
//!        message id  code
//! ```
//!
//! The code is keyed: nobody who has not seen the mail itself can say that an alert came back.

use std::fmt;

use data_encoding::BASE32_NOPAD;
use lettre::Address;
use ring::hmac;

use crate::{
    ids::MessageId,
    sealing::Keys,
    wording::{Said, settings},
};

/// What the key is derived for.
const USAGE: &str = "return_addresses";
/// Bytes of the code: 80 bits, 16 letters.
const CODE_BYTES: usize = 10;
/// Letters of a code.
const CODE_LETTERS: usize = 16;
/// Letters of a message id.
const ID_LETTERS: usize = 36;
/// What stands before the `+` at most, so that the whole has 64 letters (RFC 5321, 4.5.3.1.1).
const LONGEST_NAME: usize = 64 - 1 - ID_LETTERS - 1 - CODE_LETTERS;

/// The setting `TNLD_BOUNCE_ADDRESS`: what return addresses are made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnBase {
    name: String,
    domain: String,
}

impl ReturnBase {
    /// Reads the setting.
    ///
    /// # Errors
    /// What is allowed.
    pub fn parse(text: &str) -> Result<Self, Said> {
        let allowed = || {
            settings::BOUNCE_ADDRESS
                .said()
                .with("letters", LONGEST_NAME)
        };
        let address: Address = text.trim().parse().map_err(|_| allowed())?;
        let name = address.user().to_ascii_lowercase();
        let is_plain = name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
        if name.len() > LONGEST_NAME || !is_plain || !address.domain().is_ascii() {
            return Err(allowed());
        }
        Ok(Self {
            name,
            domain: address.domain().to_ascii_lowercase(),
        })
    }
}

impl fmt::Display for ReturnBase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.domain)
    }
}

/// Makes return addresses, and knows its own again.
pub struct ReturnAddresses {
    base: ReturnBase,
    key: hmac::Key,
}

impl ReturnAddresses {
    /// The addresses of this base. The key follows from those of the database, and stays the same when
    /// master keys change: what left before still comes home.
    pub fn new(base: ReturnBase, keys: &Keys) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &*keys.derived(USAGE));
        Self { base, key }
    }

    /// The name of the service that receives here.
    pub fn domain(&self) -> &str {
        &self.base.domain
    }

    /// The envelope sender of a message; `None` where its id is none of ours.
    pub fn of(&self, message: &MessageId) -> Option<Address> {
        MessageId::parse(message.as_str())?;
        let local = format!(
            "{}+{message}.{}",
            self.base.name,
            self.code(message.as_str())
        );
        Address::new(local, self.base.domain.clone()).ok()
    }

    /// Which message an address belongs to. Servers on the way may have changed the case of letters.
    pub fn message(&self, address: &str) -> Option<MessageId> {
        let address = address.trim().to_ascii_lowercase();
        let (local, domain) = address.rsplit_once('@')?;
        let (name, extension) = local.split_once('+')?;
        let (id, code) = extension.rsplit_once('.')?;
        if domain != self.base.domain || name != self.base.name {
            return None;
        }
        let id = MessageId::parse(id)?;
        is_same(self.code(id.as_str()).as_bytes(), code.as_bytes()).then_some(id)
    }

    fn code(&self, id: &str) -> String {
        let tag = hmac::sign(&self.key, id.as_bytes());
        let code = BASE32_NOPAD.encode(&tag.as_ref()[..CODE_BYTES]);
        code.to_ascii_lowercase()
    }
}

impl fmt::Debug for ReturnAddresses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ReturnAddresses({})", self.base)
    }
}

/// Compares in a time that does not depend on where two codes differ.
fn is_same(ours: &[u8], given: &[u8]) -> bool {
    let differing = ours
        .iter()
        .zip(given)
        .fold(0, |so_far, (a, b)| so_far | (a ^ b));
    ours.len() == given.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::some_keys;

    fn addresses(base: &str) -> ReturnAddresses {
        ReturnAddresses::new(ReturnBase::parse(base).unwrap(), &some_keys())
    }

    #[test]
    fn an_address_leads_back_to_its_message_also_in_capital_letters() {
        let addresses = addresses("Bounce@TNLD.example.test");
        let id = MessageId::generate();
        let address = addresses.of(&id).unwrap().to_string();
        assert!(address.starts_with(&format!("bounce+{id}.")), "{address}");
        assert!(address.ends_with("@tnld.example.test"), "{address}");
        assert!(address.split('@').next().unwrap().len() <= 64);
        assert_eq!(addresses.message(&address), Some(id.clone()));
        assert_eq!(addresses.message(&address.to_uppercase()), Some(id));
    }

    #[test]
    fn nobody_makes_an_address_for_somebody_elses_message() {
        let addresses = addresses("bounce@tnld.test");
        let (mine, other) = (MessageId::generate(), MessageId::generate());
        let mine = addresses.of(&mine).unwrap().to_string();
        let code = mine
            .split_once('.')
            .unwrap()
            .1
            .split('@')
            .next()
            .unwrap()
            .to_owned();
        for forged in [
            format!("bounce+{other}.{code}@tnld.test"),
            mine.replace("@tnld.test", "@elsewhere.test"),
            mine.replace("bounce+", "other+"),
            mine.replacen(&code, &code[1..], 1),
            mine.replacen(&code, "", 1),
            format!("bounce+{other}@tnld.test"),
            "bounce@tnld.test".to_owned(),
            "@".to_owned(),
            String::new(),
            "bounce+\u{1ea1}.x@tnld.test".to_owned(),
        ] {
            assert_eq!(addresses.message(&forged), None, "{forged}");
        }
    }

    #[test]
    fn a_base_that_leaves_no_room_or_is_none_is_refused() {
        for bad in [
            "",
            "bounce",
            "a b@x.test",
            "returned-mail@x.test",
            "bou+nce@x.test",
            "tr\u{1ea3}@x.test",
        ] {
            assert!(ReturnBase::parse(bad).is_err(), "{bad}");
        }
        for good in ["bounce@tnld.test", "tra-lai@tnld.test", "b@localhost"] {
            assert!(ReturnBase::parse(good).is_ok(), "{good}");
        }
    }
}
