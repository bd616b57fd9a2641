//! Codes of an authenticator app (TOTP, RFC 6238): six digits, new every 30 seconds.

use chrono::{DateTime, Utc};
use data_encoding::BASE32_NOPAD;
use totp_rs::{Builder, Totp};

/// Random bytes of a secret: what RFC 4226 recommends.
pub const SECRET_BYTES: usize = 20;
/// Who issues the codes, as the app shows it.
const ISSUER: &str = "tnld";

/// The secret as apps take it.
pub fn written(secret: &[u8; SECRET_BYTES]) -> String {
    BASE32_NOPAD.encode(secret)
}

/// The step whose code was typed: now's, the one before or the one after it, because clocks differ.
/// `None` where the code is wrong, or where its step, or a later one, was used before: nobody shows a
/// code twice.
pub fn step_of(
    secret: &str,
    typed: &str,
    last_step: Option<i64>,
    now: DateTime<Utc>,
) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = u64::try_from(now.timestamp()).ok()?;
    let step = i64::try_from(codes(secret)?.check(&digits, seconds)?).ok()?;
    last_step.is_none_or(|last| last < step).then_some(step)
}

/// The code of a moment, for tests and demonstrations.
pub fn code_at(secret: &str, moment: DateTime<Utc>) -> Option<String> {
    let seconds = u64::try_from(moment.timestamp()).ok()?;
    Some(codes(secret)?.generate(seconds).to_string())
}

fn codes(secret: &str) -> Option<Totp> {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    Builder::new().with_secret(secret).build().ok()
}

/// The address that an app reads, as text or as a QR code.
pub fn uri(secret: &str, email: &str) -> String {
    let encoded: String = url::form_urlencoded::byte_serialize(email.as_bytes()).collect();
    format!(
        "otpauth://totp/{ISSUER}:{encoded}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits=6&period=30"
    )
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    /// The secret of RFC 6238, appendix B.
    const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        assert_eq!(written(b"12345678901234567890"), SECRET);
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code_at(SECRET, at(seconds)).as_deref(), Some(code));
            assert_eq!(step_of(SECRET, code, None, at(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_is_taken_once_and_not_after_a_later_one() {
        let now = at(1_234_567_890);
        let step = now.timestamp() / 30;
        assert_eq!(step_of(SECRET, "005 924", Some(step - 1), now), Some(step));
        assert_eq!(step_of(SECRET, "005924", Some(step), now), None);
        let before = code_at(SECRET, now - TimeDelta::seconds(30)).unwrap();
        assert_eq!(step_of(SECRET, &before, None, now), Some(step - 1));
        assert_eq!(step_of(SECRET, &before, Some(step), now), None);
    }

    #[test]
    fn what_is_no_code_is_no_code() {
        for typed in ["", "00592", "0059240", "00592a", "٠٠٥٩٢٤", "-05924"] {
            assert_eq!(
                step_of(SECRET, typed, None, at(1_234_567_890)),
                None,
                "{typed}"
            );
        }
        assert_eq!(
            step_of("not base32", "005924", None, at(1_234_567_890)),
            None
        );
    }

    #[test]
    fn the_address_for_the_app_holds_no_sign_that_breaks_it() {
        let uri = uri(SECRET, "a&secret=x@donvi.test");
        assert!(uri.starts_with("otpauth://totp/tnld:a%26secret%3Dx%40donvi.test?secret=GEZD"));
    }

    proptest! {
        #[test]
        fn a_code_is_good_for_one_step_around_its_own(
            secret in proptest::array::uniform20(0_u8..), seconds in 100_i64..4_000_000_000, off in -3_i64..=3,
        ) {
            let secret = written(&secret);
            let (now, step) = (at(seconds), seconds / 30);
            let code = code_at(&secret, now + TimeDelta::seconds(30 * off)).unwrap();
            let near = -1..=1;
            if near.contains(&off) {
                prop_assert!(step_of(&secret, &code, None, now).is_some_and(|found| (found - step).abs() <= 1));
            }
            if let Some(found) = step_of(&secret, &code, None, now) {
                prop_assert_eq!(step_of(&secret, &code, Some(found), now).filter(|again| *again <= found), None);
            }
        }
    }
}
