//! Recovery codes: for whoever lost the telephone. Ten of them, each good once.

use data_encoding::{BASE32_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

/// How many codes a set has.
pub const CODES: usize = 10;
/// Random bytes of a code: 80 bits, too many to guess, so that a plain hash is enough.
pub const BYTES: usize = 10;

/// A code as it is shown: `ABCD-EFGH-IJKL-MNOP`, of letters and digits that nobody confuses
/// (Base32 has neither 0 nor 1).
pub fn code(random: &[u8; BYTES]) -> String {
    let letters = BASE32_NOPAD.encode(random);
    let groups: Vec<&str> = (0..letters.len())
        .step_by(4)
        .map(|at| &letters[at..at + 4])
        .collect();
    groups.join("-")
}

/// What is stored of a code, however it is typed.
pub fn hash(typed: &str) -> String {
    let plain: String = typed
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_uppercase())
        .collect();
    HEXLOWER.encode(&Sha256::digest(plain.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_known_however_it_is_typed() {
        let code = code(&[0, 1, 2, 3, 4, 5, 6, 7, 8, 255]);
        assert_eq!(code.len(), 19);
        assert_eq!(hash(&code), hash(&code.to_lowercase().replace('-', " ")));
        assert_ne!(hash(&code), hash(&code[1..]));
        assert!(!hash(&code).contains(&code[..4]));
    }
}
