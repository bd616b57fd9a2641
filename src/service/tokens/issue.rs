//! Tokens that the command line issues: for an authority as a whole, or for an employer.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};

use super::{hash_secret, new_secret};
use crate::{
    config::Secret,
    domain::{access::ActorRole, place::UnitLevel, validators},
    error::AppError,
    ids::TokenId,
    store::{
        conn::DbConn,
        tokens::{self, Token},
    },
    time::day_in_vietnam,
    wording::{Said, Text, cli},
};

/// For whom and what a token is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    /// Role.
    pub role: ActorRole,
    /// Province of an inspector or of the province's police.
    pub province_code: Option<String>,
    /// Commune of its People's Committee or police.
    pub commune_code: Option<String>,
    /// Tax code of an employer, in its normal form (see [`validators::tax_code`]).
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadHolder {
    /// Role and territory do not go together.
    Territory {
        /// The role.
        role: ActorRole,
        /// What it needs, and what it cannot have.
        needs: Text,
    },
    /// The code has another form.
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
    TaxCode(String),
    /// No unit has this code today.
    NotInForce {
        /// `province` or `commune`.
        kind: UnitLevel,
        /// The code.
        code: String,
        /// Today.
        day: chrono::NaiveDate,
    },
}

impl BadHolder {
    /// What is said to whoever asked for the token.
    pub fn said(&self) -> Said {
        match self {
            Self::Territory { role, needs } => cli::WRONG_TERRITORY
                .said()
                .with_text("needs", *needs)
                .with("role", role),
            Self::Form {
                kind,
                code,
                digits,
                example,
            } => cli::NO_CODE
                .said()
                .with_text("kind", kind_in_words(*kind))
                .with("digits", digits)
                .with("example", example)
                .with("code", format_args!("{code:?}")),
            Self::TaxCode(code) => cli::NO_TAX_CODE
                .said()
                .with("code", format_args!("{code:?}")),
            Self::NotInForce { kind, code, day } => cli::CODE_NOT_IN_FORCE
                .said()
                .with_text("kind", kind_in_words(*kind))
                .with("day", day)
                .with("code", code),
        }
    }
}

impl fmt::Display for BadHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

impl std::error::Error for BadHolder {}

fn kind_in_words(kind: UnitLevel) -> Text {
    match kind {
        UnitLevel::Province => cli::KIND_PROVINCE,
        UnitLevel::District => cli::KIND_DISTRICT,
        UnitLevel::Commune => cli::KIND_COMMUNE,
    }
}

impl Holder {
    /// Checks that role and territory go together and that the codes have their form; brings the
    /// tax code to its normal form.
    pub fn checked(self) -> Result<Self, BadHolder> {
        use ActorRole::{Commune, Employer, Inspector, Ministry, Operator, Police};

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
            (Employer, _) => Some(cli::NEEDS_TAX_CODE),
            (Commune, _) => Some(cli::NEEDS_COMMUNE),
            (Inspector, _) => Some(cli::NEEDS_PROVINCE),
            (Police, _) => Some(cli::NEEDS_EITHER),
            // The other roles are those of posts; the command line takes none of them.
            _ => Some(cli::NEEDS_NOTHING),
        };
        if let Some(needs) = needs {
            let role = self.role;
            return Err(BadHolder::Territory { role, needs });
        }
        check_form(UnitLevel::Province, self.province_code.as_deref(), 2, "01")?;
        check_form(UnitLevel::Commune, self.commune_code.as_deref(), 5, "00004")?;
        let tax_code = match self.tax_code {
            Some(written) => {
                Some(validators::tax_code(&written).ok_or(BadHolder::TaxCode(written))?)
            }
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
        role: Some(holder.role.to_string()),
        province_code: holder.province_code,
        commune_code: holder.commune_code,
        tax_code: holder.tax_code,
        of_post: None,
        of_employer: None,
        name: crate::text::nfc(cmd.name.trim()),
        created_at: now,
        expires_at: now + cmd.valid_for,
        revoked_at: None,
        revoked_because: None,
        last_used_at: None,
    };
    tokens::insert(tx, &token, &hash_secret(secret.expose()))?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(role: ActorRole) -> Holder {
        Holder {
            role,
            province_code: None,
            commune_code: None,
            tax_code: None,
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
            for role in ActorRole::OF_TOKENS {
                let asked = Holder {
                    role: *role,
                    province_code: province.then(|| "01".into()),
                    commune_code: commune.then(|| "00004".into()),
                    tax_code: tax.then(|| "0100233488".into()),
                };
                let expected = match role {
                    ActorRole::Employer => (province, commune, tax) == (false, false, true),
                    ActorRole::Commune => (province, commune, tax) == (false, true, false),
                    ActorRole::Inspector => (province, commune, tax) == (true, false, false),
                    ActorRole::Police => province != commune && !tax,
                    _ => !province && !commune && !tax,
                };
                assert_eq!(asked.clone().checked().is_ok(), expected, "{asked:?}");
            }
        }
    }

    #[test]
    fn codes_have_their_form() {
        let province = |code: &str| Holder {
            province_code: Some(code.into()),
            ..holder(ActorRole::Inspector)
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
            ..holder(ActorRole::Employer)
        };
        let checked = employer.checked().unwrap();
        assert_eq!(checked.territory(), "0314409058-002");
    }
}
