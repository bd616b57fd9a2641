//! A software authenticator and the browser around it, byte by byte, so that each can lie.

use data_encoding::BASE64URL_NOPAD;
use ring::{
    digest::{SHA256, digest},
    rand::{SecureRandom, SystemRandom},
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};

use crate::api::office::text;

/// Somebody was there.
const UP: u8 = 0x01;
/// They typed a PIN, or showed a finger or a face.
const UV: u8 = 0x04;
/// A new key is described.
const AT: u8 = 0x40;

/// A device with one passkey.
pub struct Device {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user: String,
    /// What it counts; it does not where that is none.
    pub counter: Option<u32>,
    /// Of what it says that it is for, instead of what it was asked.
    pub rp: Option<String>,
    /// Where the browser says that the page came from.
    pub origin: String,
    /// Whether it verifies who is there.
    pub verifies: bool,
}

impl Device {
    /// One that is used on the pages of `origin`.
    pub fn new(origin: &str) -> Self {
        let random = SystemRandom::new();
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let mut id = vec![0; 32];
        random.fill(&mut id).unwrap();
        Self {
            key: EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, made.as_ref(), &random)
                .unwrap(),
            id,
            user: String::new(),
            counter: None,
            rp: None,
            origin: origin.to_owned(),
            verifies: true,
        }
    }

    /// What `PublicKeyCredential.toJSON()` says after `navigator.credentials.create`.
    pub fn create(&mut self, asked: &Value) -> Value {
        let asked = &asked["publicKey"];
        self.user = text(&asked["user"]["id"]).to_owned();
        let point = self.key.public_key().as_ref().to_vec();
        let mut data = self.data(text(&asked["rp"]["id"]), AT);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        // A COSE key: EC2, ES256, P-256.
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(&point[1..33]);
        data.extend([0x22, 0x58, 0x20]);
        data.extend(&point[33..]);
        let mut attestation = b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58".to_vec();
        attestation.push(u8::try_from(data.len()).unwrap());
        attestation.extend(&data);
        let mut spki = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00".to_vec();
        spki.extend(&point);
        self.credential(json!({
            "clientDataJSON": coded(self.client_data("webauthn.create", asked).as_bytes()),
            "attestationObject": coded(&attestation),
            "authenticatorData": coded(&data),
            "publicKey": coded(&spki),
            "publicKeyAlgorithm": -7,
            "transports": ["internal"],
        }))
    }

    /// What it says after `navigator.credentials.get`.
    pub fn answer(&mut self, asked: &Value) -> Value {
        let asked = &asked["publicKey"];
        self.counter = self.counter.map(|counter| counter + 1);
        let data = self.data(text(&asked["rpId"]), 0);
        let client = self.client_data("webauthn.get", asked);
        let mut signed = data.clone();
        signed.extend(digest(&SHA256, client.as_bytes()).as_ref());
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        self.credential(json!({
            "clientDataJSON": coded(client.as_bytes()),
            "authenticatorData": coded(&data),
            "signature": coded(signature.as_ref()),
            "userHandle": self.user,
        }))
    }

    /// From now on it says that it belongs to whom the other belongs.
    pub fn belongs_to_whom(&mut self, other: &Self) {
        self.user.clone_from(&other.user);
    }

    /// From now on it calls its passkey as the other does.
    pub fn is_called_as(&mut self, other: &Self) {
        self.id.clone_from(&other.id);
    }

    fn data(&self, rp: &str, more: u8) -> Vec<u8> {
        let rp = self.rp.as_deref().unwrap_or(rp);
        let mut data = digest(&SHA256, rp.as_bytes()).as_ref().to_vec();
        data.push(UP | if self.verifies { UV } else { 0 } | more);
        data.extend(self.counter.unwrap_or(0).to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, asked: &Value) -> String {
        let challenge = text(&asked["challenge"]);
        json!({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": false})
            .to_string()
    }

    fn credential(&self, response: Value) -> Value {
        json!({
            "id": coded(&self.id), "rawId": coded(&self.id), "type": "public-key",
            "response": response, "authenticatorAttachment": "platform", "clientExtensionResults": {},
        })
    }
}

fn coded(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}
