//! What people are told about their account and about the employers that they act for.

use serde::{Deserialize, Serialize};

use super::ActionPurpose;
use crate::{domain::post::PostKind, named};

named! {
    /// What happened.
    pub enum News {
        /// Somebody registers an employer with this address, which has no account yet.
        Registration = "registration",
        /// The same, and the address has an account.
        RegistrationKnown = "registration_known",
        /// An owner invites an address that has no account.
        Invitation = "invitation",
        /// An owner invites somebody who has an account.
        InvitationKnown = "invitation_known",
        /// Somebody whom an owner invited acts for the employer now.
        Joined = "joined",
        /// An owner removed the reader.
        Removed = "removed",
        /// The reader is an owner now.
        MadeOwner = "made_owner",
        /// The reader is a member now.
        MadeMember = "made_member",
        /// The province verified the employer.
        Verified = "verified",
        /// The province took that back.
        Unverified = "unverified",
        /// Nobody can act for the employer.
        Locked = "locked",
        /// Its people can again.
        Unlocked = "unlocked",
        /// The record was merged into another.
        Merged = "merged",
        /// It is one of its own again.
        Unmerged = "unmerged",
        /// Somebody else registered under the tax code of the employer.
        Claimed = "claimed",
        /// The claim of the reader was accepted.
        ClaimAccepted = "claim_accepted",
        /// The claim of the reader was refused.
        ClaimRefused = "claim_refused",
        /// The reader wants this address for an account.
        NewAddress = "new_address",
        /// Somebody wants this address for another account; it has one already.
        AddressTaken = "address_taken",
        /// Another address was asked for; this goes to the one until now.
        AddressAsked = "address_asked",
        /// Another address counts from now on; this goes to the one until now.
        AddressChanged = "address_changed",
        /// Another telephone stands in the account.
        PhoneChanged = "phone_changed",
        /// The account has another password.
        PasswordChanged = "password_changed",
        /// Codes of an app are asked for from now on, or no longer.
        SecondFactorChanged = "second_factor_changed",
        /// A passkey opens the account from now on.
        PasskeyAdded = "passkey_added",
        /// The sign-in of a provider opens the account from now on.
        IdentityLinked = "identity_linked",
        /// The reader was given a post.
        Appointed = "appointed",
        /// A post was taken from the reader.
        PostTaken = "post_taken",
        /// Nobody signs in to the account.
        AccountLocked = "account_locked",
        /// Its holder can again.
        AccountUnlocked = "account_unlocked",
    }
}

impl News {
    /// What the link in the mail is for, where it carries one.
    pub fn link(self) -> Option<ActionPurpose> {
        match self {
            Self::Registration => Some(ActionPurpose::RegisterEmployer),
            Self::Invitation => Some(ActionPurpose::JoinEmployer),
            Self::NewAddress => Some(ActionPurpose::ChangeEmail),
            _ => None,
        }
    }

    /// Whether it is about an employer.
    pub fn is_about_an_employer(self) -> bool {
        !matches!(
            self,
            Self::NewAddress
                | Self::AddressTaken
                | Self::AddressAsked
                | Self::AddressChanged
                | Self::PhoneChanged
                | Self::PasswordChanged
                | Self::SecondFactorChanged
                | Self::PasskeyAdded
                | Self::IdentityLinked
                | Self::Appointed
                | Self::PostTaken
                | Self::AccountLocked
                | Self::AccountUnlocked
        )
    }
}

/// A mail about it. `Debug` names nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountNews {
    /// What happened.
    pub news: News,
    /// Name of the reader.
    pub full_name: String,
    /// Name of the employer.
    #[serde(default)]
    pub employer: Option<String>,
    /// Its tax code.
    #[serde(default)]
    pub tax_code: Option<String>,
    /// The kind of the post that it is about. Its name is somebody's free text, and stays out of mails.
    #[serde(default)]
    pub post: Option<PostKind>,
    /// Name of the authority of the post, as the directory has it.
    #[serde(default)]
    pub authority: Option<String>,
    /// Why.
    #[serde(default)]
    pub reason: Option<String>,
}

impl std::fmt::Debug for AccountNews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AccountNews")
            .field("news", &self.news)
            .finish_non_exhaustive()
    }
}
