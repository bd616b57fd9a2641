//! Who must be told, with which duty and form, and why (L84 Art. 34; D39 Art. 10, 21, 26; D129 Art. 42, 45).

use serde::{Deserialize, Serialize};

use crate::{
    domain::{authority::Role, law::Basis},
    named,
};

named! {
    /// How much a recipient must be told; the strongest first.
    pub enum Duty {
        /// The law names it.
        MustReceive = "must_receive",
        /// A copy.
        Copy = "copy",
        /// May be told.
        MayReceive = "may_receive",
    }
}

/// An authority as an answer names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuthorityName {
    /// Id in the directory.
    pub id: String,
    /// Name.
    pub name: String,
}

/// One authority to be told, or (`authority` empty) a role that nobody holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    /// Role of the authority found; of the role looked for where nobody holds it.
    pub role: Role,
    /// Who; `None` is undeliverable and alarms the operator (RT-7).
    pub authority: Option<AuthorityName>,
    /// Telephone of the authority.
    pub phone: Option<String>,
    /// Addresses, one message each.
    pub emails: Vec<String>,
    /// Duty.
    pub duty: Duty,
    /// Form that goes to it.
    pub form: Option<String>,
    /// Rules that name it.
    pub basis: Vec<Basis>,
    /// Whether it stands in for a role that nobody holds.
    pub stands_in: bool,
}
