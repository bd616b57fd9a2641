//! Signs mails (DKIM, RFC 6376; Ed25519: RFC 8463), where a key is configured.
//!
//! lettre could sign as well, but by a library whose RSA tells of the private key by the time that it
//! takes (RUSTSEC-2023-0071); ring's does not, and is here already.

use std::{fmt, path::PathBuf};

use data_encoding::BASE64;
use ring::{
    rand::SystemRandom,
    rsa,
    signature::{Ed25519KeyPair, KeyPair, RSA_PKCS1_SHA256, RsaKeyPair},
};
use sha2::{Digest, Sha256};
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, pem::PemObject};

use crate::wording::{Said, settings};

/// What is signed. A name that stands there twice cannot be added to the mail on its way.
const SIGNED: [&str; 13] = [
    "from",
    "from",
    "to",
    "to",
    "subject",
    "subject",
    "date",
    "message-id",
    "auto-submitted",
    "mime-version",
    "content-type",
    // RFC 8058, 4; of an alert that has none nobody can add one.
    "list-unsubscribe",
    "list-unsubscribe-post",
];
/// Letters of the signature in one line.
const LINE: usize = 70;
/// `SEQUENCE { rsaEncryption, NULL }`, which stands before an RSA key (RFC 3279, 2.3.1).
const RSA_ENCRYPTION: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/// The settings `TNLD_DKIM_…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DkimSettings {
    /// Whose mail it is.
    pub domain: String,
    /// Which of its keys.
    pub selector: String,
    /// PEM file of the private key.
    pub key_file: PathBuf,
}

enum Key {
    Rsa(Box<RsaKeyPair>),
    Ed25519(Ed25519KeyPair),
}

/// Signs mails of a domain.
pub struct Signer {
    domain: String,
    selector: String,
    key: Key,
}

impl Signer {
    /// Reads the key.
    ///
    /// # Errors
    /// What is wrong with the file, in one line and without anything of the key.
    pub fn open(of: &DkimSettings) -> Result<Self, Said> {
        let file = of.key_file.display();
        let pem = std::fs::read(&of.key_file)
            .map_err(|why| settings::DKIM_FILE.said().with("file", &file).because(why))?;
        let key = read_key(&pem).ok_or_else(|| settings::DKIM_KEY.said().with("file", &file))?;
        Ok(Self {
            domain: of.domain.clone(),
            selector: of.selector.clone(),
            key,
        })
    }

    /// The mail with its signature before it. The same mail has the same signature each time.
    ///
    /// # Errors
    /// Where the system has no random numbers, which RSA hides its key behind.
    pub fn sign(&self, mail: &[u8]) -> Result<Vec<u8>, CannotSign> {
        let (head, body) = halves(mail);
        let fields = fields(head);
        let mut signed = Vec::new();
        for (at, name) in SIGNED.iter().enumerate() {
            let before = SIGNED[..at].iter().filter(|other| *other == name).count();
            let mut of_name = fields.iter().rev().filter(|field| is_named(field, name));
            if let Some(field) = of_name.nth(before) {
                signed.extend_from_slice(&relaxed_field(field));
                signed.extend_from_slice(b"\r\n");
            }
        }
        let algorithm = match self.key {
            Key::Rsa(_) => "rsa-sha256",
            Key::Ed25519(_) => "ed25519-sha256",
        };
        let unsigned = format!(
            "DKIM-Signature: v=1; a={algorithm}; c=relaxed/relaxed; d={};\r\n s={};\r\n h={};\r\n bh={};\r\n b=",
            self.domain,
            self.selector,
            SIGNED
                .join(":")
                .replace(":date", ":\r\n  date")
                .replace(":list-unsubscribe:", ":\r\n  list-unsubscribe:"),
            BASE64.encode(&Sha256::digest(relaxed_body(body))),
        );
        signed.extend_from_slice(&relaxed_field(unsigned.as_bytes()));
        let signature = BASE64.encode(&self.signature(&signed)?);
        let mut out = unsigned.into_bytes();
        for (number, line) in signature.as_bytes().chunks(LINE).enumerate() {
            if number > 0 {
                out.extend_from_slice(b"\r\n  ");
            }
            out.extend_from_slice(line);
        }
        out.extend_from_slice(b"\r\n");
        out.extend_from_slice(mail);
        Ok(out)
    }

    fn signature(&self, signed: &[u8]) -> Result<Vec<u8>, CannotSign> {
        match &self.key {
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    signed,
                    &mut signature,
                )
                .map_err(|_| CannotSign)?;
                Ok(signature)
            }
            Key::Ed25519(key) => Ok(key.sign(&Sha256::digest(signed)).as_ref().to_vec()),
        }
    }

    /// Name and text of the DNS record (TXT) by which others check the signature.
    pub fn record(&self) -> (String, String) {
        let (kind, key) = match &self.key {
            Key::Rsa(key) => ("rsa", public_rsa(key.public())),
            Key::Ed25519(key) => ("ed25519", key.public_key().as_ref().to_vec()),
        };
        (
            format!("{}._domainkey.{}", self.selector, self.domain),
            format!("v=DKIM1; k={kind}; p={}", BASE64.encode(&key)),
        )
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({}._domainkey.{})", self.selector, self.domain)
    }
}

/// The system has no random numbers.
#[derive(Debug, thiserror::Error)]
#[error("the mail cannot be signed: no random numbers")]
pub struct CannotSign;

/// An RSA key of 2048 bits or more, or an Ed25519 key.
fn read_key(pem: &[u8]) -> Option<Key> {
    match PrivateKeyDer::from_pem_slice(pem).ok()? {
        PrivateKeyDer::Pkcs1(der) => {
            let key = RsaKeyPair::from_der(der.secret_pkcs1_der()).ok()?;
            Some(Key::Rsa(Box::new(key)))
        }
        PrivateKeyDer::Pkcs8(der) => {
            let der = der.secret_pkcs8_der();
            match RsaKeyPair::from_pkcs8(der) {
                Ok(key) => Some(Key::Rsa(Box::new(key))),
                // OpenSSL writes no public key into the file; there is nothing to compare then.
                Err(_) => Ed25519KeyPair::from_pkcs8_maybe_unchecked(der)
                    .ok()
                    .map(Key::Ed25519),
            }
        }
        _ => None,
    }
}

/// `SubjectPublicKeyInfo` in DER, as records hold RSA keys.
fn public_rsa(key: &rsa::PublicKey) -> Vec<u8> {
    let mut bits = vec![0];
    bits.extend_from_slice(key.as_ref());
    let mut inside = RSA_ENCRYPTION.to_vec();
    inside.extend_from_slice(&der(0x03, &bits));
    der(0x30, &inside)
}

fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let short: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match (content.len(), u8::try_from(short.len())) {
        (0..128, _) => out.push(short.first().copied().unwrap_or(0)),
        (_, Ok(count)) => {
            out.push(0x80 | count);
            out.extend_from_slice(&short);
        }
        (_, Err(_)) => unreachable!("a length has at most 8 bytes"),
    }
    out.extend_from_slice(content);
    out
}

/// Headers and body, without the empty line between them.
fn halves(mail: &[u8]) -> (&[u8], &[u8]) {
    let gap = mail.windows(4).position(|four| four == b"\r\n\r\n");
    match gap {
        Some(at) => (&mail[..at + 2], &mail[at + 4..]),
        None => (mail, b""),
    }
}

/// Header fields, each with its folded lines.
fn fields(head: &[u8]) -> Vec<Vec<u8>> {
    let mut fields: Vec<Vec<u8>> = Vec::new();
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        match fields.last_mut() {
            Some(field) if matches!(line.first(), Some(b' ' | b'\t')) => {
                field.extend_from_slice(line);
            }
            _ => fields.push(line.to_vec()),
        }
    }
    fields
}

fn is_named(field: &[u8], name: &str) -> bool {
    let before = field.split(|byte| *byte == b':').next().unwrap_or_default();
    before
        .trim_ascii_end()
        .eq_ignore_ascii_case(name.as_bytes())
}

/// RFC 6376, 3.4.2: the name in small letters, one space for any, none at the ends.
fn relaxed_field(field: &[u8]) -> Vec<u8> {
    let colon = field.iter().position(|byte| *byte == b':');
    let (name, value) = match colon {
        Some(at) => (&field[..at], &field[at + 1..]),
        None => (field, &b""[..]),
    };
    let mut out = name.trim_ascii().to_ascii_lowercase();
    out.push(b':');
    let words = value
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    for (number, word) in words.enumerate() {
        if number > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
    out
}

/// RFC 6376, 3.4.4: one space for any, none at the ends of lines, no empty lines at the end.
fn relaxed_body(body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len());
    let mut empty = 0;
    for line in body.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let mut text = Vec::with_capacity(line.len());
        for byte in line {
            let is_space = matches!(byte, b' ' | b'\t');
            if !is_space {
                text.push(*byte);
            } else if text.last() != Some(&b' ') {
                text.push(b' ');
            }
        }
        if text.last() == Some(&b' ') {
            text.pop();
        }
        if text.is_empty() {
            empty += 1;
            continue;
        }
        for _ in 0..empty {
            out.extend_from_slice(b"\r\n");
        }
        empty = 0;
        out.extend_from_slice(&text);
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of RFC 6376, 3.4.5.
    #[test]
    fn the_examples_of_the_standard_come_out_as_it_says() {
        assert_eq!(relaxed_field(b"A: X\r\n"), b"a:X");
        assert_eq!(relaxed_field(b"B : Y\t\r\n\tZ  \r\n"), b"b:Y Z");
        assert_eq!(relaxed_body(b" C \r\nD \t E\r\n\r\n\r\n"), b" C\r\nD E\r\n");
        assert_eq!(relaxed_body(b""), b"");
        assert_eq!(relaxed_body(b"\r\n\r\n"), b"");
        assert_eq!(relaxed_body(b"a\r\n\r\nb"), b"a\r\n\r\nb\r\n");
    }

    #[test]
    fn lengths_are_written_as_der_asks() {
        assert_eq!(der(4, &[]), [4, 0]);
        assert_eq!(der(4, &[1; 127])[..2], [4, 127]);
        assert_eq!(der(4, &[1; 128])[..3], [4, 0x81, 128]);
        assert_eq!(der(4, &[1; 300])[..4], [4, 0x82, 1, 44]);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for pem in [
            "",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
        ] {
            assert!(read_key(pem.as_bytes()).is_none(), "{pem}");
        }
    }
}
