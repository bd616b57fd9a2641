//! API tokens: issue, list, revoke; what a request shows is looked up by its hash.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

use crate::{
    config::Secret,
    domain::place::UnitLevel,
    error::{AppError, Result},
    ids::TokenId,
    named,
    store::{
        conn::DbConn,
        tokens::{self, Token},
    },
    time::day_in_vietnam,
};

named! {
    /// What the holder of a token may be.
    pub enum TokenRole {
        /// Người sử dụng lao động, by tax code.
        Employer = "employer",
        /// UBND cấp xã.
        Commune = "commune",
        /// An officer of a province's labour authority.
        Inspector = "inspector",
        /// Công an, of a commune or of a province.
        Police = "police",
        /// The ministry in charge of labour.
        Ministry = "ministry",
        /// Who runs the service.
        Operator = "operator",
    }
}

/// What every token begins with, so that a leaked one is recognised as what it is.
const PREFIX: &str = "tnld_";

/// Random bytes of a secret: too many to guess, so that a plain hash is enough.
const SECRET_BYTES: usize = 32;

/// For whom and what a token is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Role.
    pub role: TokenRole,
    /// Province of an inspector or of the province's police.
    pub province_code: Option<String>,
    /// Commune of its People's Committee or police.
    pub commune_code: Option<String>,
    /// Tax code of an employer, in its normal form (see [`tax_code`]).
    pub tax_code: Option<String>,
}

/// Issue a token.
#[derive(Debug, Clone)]
pub struct Issue {
    /// For whom.
    pub holder: Holder,
    /// The name that timelines show.
    pub name: String,
    /// For how long.
    pub valid_for: TimeDelta,
}

/// Why a token cannot be issued as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadHolder {
    /// Role and territory do not go together.
    #[error("role {role} {needs}")]
    Territory {
        /// The role.
        role: TokenRole,
        /// What it needs, and what it cannot have.
        needs: &'static str,
    },
    /// The code has another form.
    #[error("{code:?} is no {kind} code: {digits} digits, such as {example}")]
    Form {
        /// `province` or `commune`.
        kind: UnitLevel,
        /// The code.
        code: String,
        /// How many digits it has.
        digits: usize,
        /// A good one.
        example: &'static str,
    },
    /// The tax code has another form, or its check digit is wrong.
    #[error(
        "{0:?} is no tax code: 10 digits with a right check digit, with -001 to -999 for a branch, \
         or the 12 digits of a personal number"
    )]
    TaxCode(String),
    /// No unit has this code today.
    #[error("no {kind} has the code {code} today ({day})")]
    NotInForce {
        /// `province` or `commune`.
        kind: UnitLevel,
        /// The code.
        code: String,
        /// Today.
        day: chrono::NaiveDate,
    },
}

impl Holder {
    /// Checks that role and territory go together and that the codes have their form; brings the
    /// tax code to its normal form.
    pub fn checked(self) -> Result<Self, BadHolder> {
        use TokenRole::{Commune, Employer, Inspector, Ministry, Operator, Police};

        let given = (
            self.province_code.is_some(),
            self.commune_code.is_some(),
            self.tax_code.is_some(),
        );
        let needs = match (self.role, given) {
            (Employer, (false, false, true))
            | (Commune, (false, true, false))
            | (Inspector, (true, false, false))
            | (Police, (true, false, false) | (false, true, false))
            | (Ministry | Operator, (false, false, false)) => None,
            (Employer, _) => Some("needs --tax-code and nothing else"),
            (Commune, _) => Some("needs --commune and nothing else"),
            (Inspector, _) => Some("needs --province and nothing else"),
            (Police, _) => Some("needs either --commune or --province and nothing else"),
            (Ministry | Operator, _) => Some("takes no --province, --commune or --tax-code"),
        };
        if let Some(needs) = needs {
            let role = self.role;
            return Err(BadHolder::Territory { role, needs });
        }
        check_form(UnitLevel::Province, self.province_code.as_deref(), 2, "01")?;
        check_form(UnitLevel::Commune, self.commune_code.as_deref(), 5, "00004")?;
        let tax_code = match self.tax_code {
            Some(written) => Some(tax_code(&written).ok_or(BadHolder::TaxCode(written))?),
            None => None,
        };
        Ok(Self { tax_code, ..self })
    }

    /// The territory or tax code, as lists show it; `-` for the whole country.
    pub fn territory(&self) -> &str {
        territory(&self.province_code, &self.commune_code, &self.tax_code)
    }
}

/// The territory or tax code of a token; `-` for the whole country.
pub fn territory<'a>(
    province_code: &'a Option<String>,
    commune_code: &'a Option<String>,
    tax_code: &'a Option<String>,
) -> &'a str {
    tax_code
        .as_deref()
        .or(commune_code.as_deref())
        .or(province_code.as_deref())
        .unwrap_or("-")
}

fn check_form(
    kind: UnitLevel,
    code: Option<&str>,
    digits: usize,
    example: &'static str,
) -> Result<(), BadHolder> {
    match code {
        Some(code) if code.len() != digits || !code.bytes().all(|b| b.is_ascii_digit()) => {
            Err(BadHolder::Form {
                kind,
                code: code.to_owned(),
                digits,
                example,
            })
        }
        _ => Ok(()),
    }
}

/// A tax code (*mã số thuế*) in its normal form, `0314409058` or with a branch `0314409058-002`;
/// `None` if it is none. Ten digits carry a check digit; the twelve digits of a personal number,
/// the tax code of households since 1 July 2025, carry none (`administration.md` 6.2).
pub fn tax_code(written: &str) -> Option<String> {
    const WEIGHTS: [u32; 9] = [31, 29, 23, 19, 17, 13, 7, 5, 3];

    let digits: Vec<u32> = written
        .chars()
        .filter(|c| !" -.".contains(*c))
        .map(|c| c.to_digit(10))
        .collect::<Option<_>>()?;
    let text: String = written.chars().filter(char::is_ascii_digit).collect();
    match digits.len() {
        12 => return Some(text),
        10 | 13 => {}
        _ => return None,
    }
    let serial_is_zero = digits[2..9].iter().all(|digit| *digit == 0);
    let branch_is_zero = digits.len() == 13 && digits[10..].iter().all(|digit| *digit == 0);
    let sum: u32 = WEIGHTS
        .iter()
        .zip(&digits)
        .map(|(w, digit)| w * digit)
        .sum();
    if serial_is_zero || branch_is_zero || 10 - sum % 11 != digits[9] {
        return None;
    }
    let (enterprise, branch) = text.split_at(10);
    Some(match branch {
        "" => enterprise.to_owned(),
        branch => format!("{enterprise}-{branch}"),
    })
}

/// Issues a token. Returns it with its secret, which is stored nowhere and shown once.
///
/// The code of its territory must be in force today, where the units have been loaded.
pub fn issue(
    tx: &mut DbConn,
    cmd: Issue,
    now: DateTime<Utc>,
) -> Result<(Token, Secret), IssueError> {
    let holder = cmd.holder.checked()?;
    let codes = [
        (UnitLevel::Province, &holder.province_code),
        (UnitLevel::Commune, &holder.commune_code),
    ];
    let day = day_in_vietnam(now);
    for (kind, code) in codes {
        let Some(code) = code else { continue };
        if tokens::unit_in_force(tx, kind, code, day)? == Some(false) {
            let code = code.clone();
            return Err(BadHolder::NotInForce { kind, code, day }.into());
        }
    }

    let secret = new_secret()?;
    let token = Token {
        id: TokenId::generate(),
        role: holder.role.to_string(),
        province_code: holder.province_code,
        commune_code: holder.commune_code,
        tax_code: holder.tax_code,
        name: crate::text::nfc(cmd.name.trim()),
        created_at: now,
        expires_at: now + cmd.valid_for,
        revoked_at: None,
        last_used_at: None,
    };
    tokens::insert(tx, &token, &hash(secret.expose()))?;
    Ok((token, secret))
}

/// Why no token was issued.
#[derive(Debug, thiserror::Error)]
pub enum IssueError {
    /// What was asked for cannot be.
    #[error(transparent)]
    Holder(#[from] BadHolder),
    /// It could not be done.
    #[error(transparent)]
    App(#[from] AppError),
}

impl From<diesel::result::Error> for IssueError {
    fn from(error: diesel::result::Error) -> Self {
        Self::App(error.into())
    }
}

/// Every token, oldest first; never a secret.
pub fn list(tx: &mut DbConn) -> Result<Vec<Token>> {
    Ok(tokens::list(tx)?)
}

/// Ends a token now. Revoking it again changes nothing.
pub fn revoke(tx: &mut DbConn, id: &TokenId, now: DateTime<Utc>) -> Result<()> {
    if tokens::revoke(tx, id, now)? || tokens::find(tx, id)?.is_some() {
        return Ok(());
    }
    Err(AppError::NotFound("token"))
}

/// The hash under which a secret is stored: SHA-256 in hexadecimal. `None` for a text that no
/// token can be, which needs no look into the database.
pub fn secret_hash(secret: &str) -> Option<String> {
    let body = secret.strip_prefix(PREFIX)?;
    let bytes = BASE64URL_NOPAD.decode(body.as_bytes()).ok()?;
    (bytes.len() == SECRET_BYTES).then(|| hash(secret))
}

fn hash(secret: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(secret.as_bytes()))
}

fn new_secret() -> Result<Secret> {
    let mut bytes = [0; SECRET_BYTES];
    getrandom::fill(&mut bytes).map_err(|why| AppError::internal(why.to_string()))?;
    Ok(Secret::new(format!(
        "{PREFIX}{}",
        BASE64URL_NOPAD.encode(&bytes)
    )))
}

/// When tokens were last used, kept in memory until a job writes it down.
///
/// A request only notes it here, so it never waits for it. What a crash loses is the last minute.
#[derive(Debug, Default)]
pub struct LastUses {
    noted: Mutex<HashMap<TokenId, DateTime<Utc>>>,
}

impl LastUses {
    /// Notes that a token is used now.
    pub fn note(&self, id: &TokenId, now: DateTime<Utc>) {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        match noted.get_mut(id) {
            Some(at) => *at = now,
            None => {
                noted.insert(id.clone(), now);
            }
        }
    }

    /// Takes what was noted since the last call, to be written with [`write_last_uses`]. Called
    /// once a minute, and once more when the service stops.
    pub fn take(&self) -> Vec<(TokenId, DateTime<Utc>)> {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.drain().collect()
    }
}

/// Writes down when tokens were last used.
pub fn write_last_uses(tx: &mut DbConn, uses: &[(TokenId, DateTime<Utc>)]) -> Result<()> {
    for (id, at) in uses {
        tokens::set_last_used(tx, id, *at)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(role: TokenRole) -> Holder {
        Holder {
            role,
            province_code: None,
            commune_code: None,
            tax_code: None,
        }
    }

    #[test]
    fn a_tax_code_has_a_right_check_digit() {
        assert_eq!(tax_code("0100233488").as_deref(), Some("0100233488"));
        assert_eq!(
            tax_code("0314409058-002").as_deref(),
            Some("0314409058-002")
        );
        assert_eq!(tax_code("0314409058002").as_deref(), Some("0314409058-002"));
        assert_eq!(tax_code("4799123402").as_deref(), Some("4799123402"));
        assert_eq!(tax_code("001186000123").as_deref(), Some("001186000123"));
        for bad in [
            "0100233480",
            "12345",
            "4799123403",
            "0314409058-000",
            "010023348x",
            "",
        ] {
            assert_eq!(tax_code(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_role_has_its_own_territory() {
        let combinations = [
            (false, false, false),
            (true, false, false),
            (false, true, false),
        ]
        .into_iter()
        .chain([
            (false, false, true),
            (true, true, false),
            (true, true, true),
        ]);
        for (province, commune, tax) in combinations {
            for role in TokenRole::ALL {
                let asked = Holder {
                    role: *role,
                    province_code: province.then(|| "01".into()),
                    commune_code: commune.then(|| "00004".into()),
                    tax_code: tax.then(|| "0100233488".into()),
                };
                let expected = match role {
                    TokenRole::Employer => (province, commune, tax) == (false, false, true),
                    TokenRole::Commune => (province, commune, tax) == (false, true, false),
                    TokenRole::Inspector => (province, commune, tax) == (true, false, false),
                    TokenRole::Police => province != commune && !tax,
                    TokenRole::Ministry | TokenRole::Operator => !province && !commune && !tax,
                };
                assert_eq!(asked.clone().checked().is_ok(), expected, "{asked:?}");
            }
        }
    }

    #[test]
    fn codes_have_their_form() {
        let province = |code: &str| Holder {
            province_code: Some(code.into()),
            ..holder(TokenRole::Inspector)
        };
        assert!(province("79").checked().is_ok());
        for bad in ["7", "079", "7a", ""] {
            assert!(matches!(
                province(bad).checked(),
                Err(BadHolder::Form { .. })
            ));
        }
        let employer = Holder {
            tax_code: Some("0314409058 002".into()),
            ..holder(TokenRole::Employer)
        };
        let checked = employer.checked().unwrap();
        assert_eq!(checked.territory(), "0314409058-002");
    }

    #[test]
    fn a_secret_is_long_random_text_known_by_its_hash() {
        let (one, other) = (new_secret().unwrap(), new_secret().unwrap());
        assert_ne!(one, other);
        assert_eq!(one.expose().len(), "tnld_".len() + 43);
        let hash = secret_hash(one.expose()).unwrap();
        assert_eq!(hash.len(), 64);
        assert!(!hash.contains(&one.expose()[5..]));
        for other in ["", "tnld_", "tnld_short", &one.expose()[5..], "tnld_!!"] {
            assert_eq!(secret_hash(other), None);
        }
    }

    #[test]
    fn last_uses_are_kept_until_they_are_taken() {
        let uses = LastUses::default();
        let id = TokenId::from("t".to_owned());
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        uses.note(&id, at("2026-05-20T10:00:00Z"));
        uses.note(&id, at("2026-05-20T10:00:05Z"));
        assert_eq!(uses.take(), [(id, at("2026-05-20T10:00:05Z"))]);
        assert_eq!(uses.take(), []);
    }
}
