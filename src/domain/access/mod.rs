//! Who may see and do what. The default is nothing.
//!
//! - [`table`]: every right, who has it, and what it is bounded by, to be read by a lawyer;
//! - `decide`: the one answer to "may this caller do that, with this record, now";
//! - `sight`: the same bounds as keys beside each case, so that lists are scoped in SQL.

mod decide;
mod sight;
pub mod table;

use chrono::{DateTime, Utc};

use crate::{
    domain::post::PostKind,
    ids::{AccountId, CallerId, EmployerId, PostId, TokenId},
    named,
};

pub use decide::{AuthorityFacts, DeclaredBy, Denial, Facts, decide};
pub use sight::{
    CaseSeen, Sight, audience_of, audiences, audiences_of_case, holders_of_the_file,
    is_of_employer, key_of_declarer, succeeding, within_territory,
};
pub use table::{Bound, Holder, Right};

named! {
    /// In which role somebody acts. The first six are those of tokens; the others are those of posts.
    pub enum ActorRole {
        /// Người sử dụng lao động.
        Employer = "employer",
        /// Ủy ban nhân dân cấp xã.
        Commune = "commune",
        /// An officer of a province's labour authority.
        Inspector = "inspector",
        /// Công an.
        Police = "police",
        /// Bộ quản lý nhà nước về lao động.
        Ministry = "ministry",
        /// Who runs the service: no cases at all.
        Operator = "operator",
        /// Viện kiểm sát nhân dân.
        Procuracy = "procuracy",
        /// Sở Y tế.
        Health = "health",
        /// Cơ quan bảo hiểm xã hội.
        Insurer = "insurer",
        /// Tổ chức công đoàn.
        Union = "union",
        /// Ban quản lý khu công nghiệp.
        ZoneBoard = "zone_board",
        /// Who keeps posts, directory and employers of a province.
        Administrator = "administrator",
        /// Hội đồng An toàn, vệ sinh lao động (L84 Art. 88, 89).
        Council = "council",
        /// Who gives notice without an account.
        Informant = "informant",
    }
}

impl ActorRole {
    /// The roles that a token of `tnld token issue` may have.
    pub const OF_TOKENS: &'static [Self] = &[
        Self::Employer,
        Self::Commune,
        Self::Inspector,
        Self::Police,
        Self::Ministry,
        Self::Operator,
    ];
}

/// By what somebody is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Caller {
    /// A token.
    Token(TokenId),
    /// The account of a person who is signed in.
    Account(AccountId),
    /// The service itself.
    Service,
    /// Who shows nothing.
    Nobody,
}

impl Caller {
    /// The id under which declarations and idempotency keys are kept.
    pub fn id(&self) -> CallerId {
        CallerId::from(match self {
            Self::Token(id) => id.to_string(),
            Self::Account(id) => id.to_string(),
            Self::Service => "tnld".to_owned(),
            Self::Nobody => "nobody".to_owned(),
        })
    }
}

/// The post in which a person acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldPost {
    /// The post.
    pub id: PostId,
    /// What kind of post.
    pub kind: PostKind,
    /// The authority of the directory that it belongs to.
    pub authority_id: String,
    /// Rights that were granted to it beyond those of its kind.
    pub grants: Vec<Right>,
    /// When the person holds it no longer; `None` is open.
    pub until: Option<DateTime<Utc>>,
}

/// The employer for which a person acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActingFor {
    /// Its record.
    pub id: EmployerId,
    /// Whether the person is an owner.
    pub is_owner: bool,
    /// Whether the province has verified that it is the employer of its tax code.
    pub is_verified: bool,
    /// Its tax code, and those of the records that were merged into it.
    pub tax_codes: Vec<String>,
    /// The records that were merged into it.
    pub merged: Vec<EmployerId>,
}

/// Who asks: a token, or a person in a post or for an employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// By what it is known.
    pub caller: Caller,
    /// The post in which a person acts.
    pub post: Option<HeldPost>,
    /// The employer for which a person acts; of a token the tax code says it all.
    pub employer: Option<ActingFor>,
    /// Its name, as timelines show it.
    pub name: String,
    /// Its role.
    pub role: ActorRole,
    /// Today's code of its province (inspector; police of a province).
    pub province_code: Option<String>,
    /// Today's code of its commune (commune; police of a commune).
    pub commune_code: Option<String>,
    /// Its tax code (employer).
    pub tax_code: Option<String>,
    /// Where a token was made for some rights only: those.
    pub scopes: Option<Vec<Right>>,
}

impl Actor {
    /// The service itself, where it does what nobody asked for: it stands in timelines.
    pub fn service() -> Self {
        Self {
            caller: Caller::Service,
            post: None,
            employer: None,
            name: "tnld".to_owned(),
            role: ActorRole::Operator,
            province_code: None,
            commune_code: None,
            tax_code: None,
            scopes: None,
        }
    }

    /// Whoever gives notice without an account. Timelines do not say who it is.
    pub fn nobody() -> Self {
        Self {
            caller: Caller::Nobody,
            name: "Người báo tin · Informant".to_owned(),
            role: ActorRole::Informant,
            ..Self::service()
        }
    }

    /// As whom the table of rights knows it.
    pub fn holder(&self) -> Option<Holder> {
        match (&self.post, self.role) {
            (Some(held), _) => Some(Holder::from(held.kind)),
            (None, ActorRole::Employer) => Some(Holder::Employer),
            (None, ActorRole::Commune) => Some(Holder::CommuneToken),
            (None, ActorRole::Inspector) => Some(Holder::InspectorToken),
            (None, ActorRole::Police) => Some(Holder::PoliceToken),
            (None, ActorRole::Ministry) => Some(Holder::MinistryToken),
            (None, ActorRole::Operator) => Some(Holder::Operator),
            (None, ActorRole::Informant) => Some(Holder::Informant),
            // These act in posts only.
            (None, _) => None,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn actor(role: ActorRole, province: &str, commune: &str, tax_code: &str) -> Actor {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        Actor {
            caller: Caller::Token(TokenId::generate()),
            post: None,
            employer: None,
            name: format!("{role} of {province}{commune}{tax_code}"),
            role,
            province_code: some(province),
            commune_code: some(commune),
            tax_code: some(tax_code),
            scopes: None,
        }
    }

    /// Somebody who acts for an employer that is verified or not.
    pub(crate) fn person_of(
        employer: &EmployerId,
        tax_codes: &[&str],
        is_owner: bool,
        is_verified: bool,
    ) -> Actor {
        Actor {
            caller: Caller::Account(AccountId::generate()),
            employer: Some(ActingFor {
                id: employer.clone(),
                is_owner,
                is_verified,
                tax_codes: tax_codes.iter().map(|code| (*code).to_owned()).collect(),
                merged: Vec::new(),
            }),
            ..actor(ActorRole::Employer, "", "", tax_codes[0])
        }
    }

    /// Somebody in a post of this kind, for an authority of these codes.
    pub(crate) fn in_post(kind: PostKind, role: ActorRole, province: &str, commune: &str) -> Actor {
        Actor {
            caller: Caller::Account(AccountId::generate()),
            post: Some(HeldPost {
                id: PostId::generate(),
                kind,
                authority_id: format!("{role}-{province}{commune}"),
                grants: Vec::new(),
                until: None,
            }),
            ..actor(role, province, commune, "")
        }
    }
}
