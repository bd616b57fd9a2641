//! The account of a person: how it is named, how its holder proves to be its holder, and for how long.

pub mod email;
pub mod lockout;
pub mod news;
pub mod password;
pub mod recovery;
pub mod return_to;
pub mod session;
pub mod totp;

use crate::{
    named,
    text::{is_one_visible_line, nfc},
};

named! {
    /// Where an account stands.
    pub enum AccountStatus {
        /// Nobody has shown yet that the e-mail address is theirs.
        Unproven = "unproven",
        /// Its holder may sign in.
        Active = "active",
        /// Locked by an operator.
        Locked = "locked",
    }
}

named! {
    /// In which language a person reads.
    pub enum Language {
        /// Tiếng Việt.
        Vi = "vi",
        /// English.
        En = "en",
    }
}

named! {
    /// What a link that is mailed to the holder of an account is good for, once.
    pub enum LinkPurpose {
        /// Shows that the e-mail address is theirs.
        ProveEmail = "prove_email",
        /// Sets a new password.
        ResetPassword = "reset_password",
        /// Sets the first password of an account that somebody else made.
        Invitation = "invitation",
    }
}

named! {
    /// Why somebody is sent to an OpenID provider.
    pub enum OidcPurpose {
        /// To sign in.
        SignIn = "sign_in",
        /// To sign in by it from then on, to the account that is signed in.
        Link = "link",
        /// The same, to the account of an invitation.
        AcceptInvitation = "accept_invitation",
    }
}

impl LinkPurpose {
    /// For how long it is good from the moment in which the mail leaves. A reset is asked for and
    /// used at once; the others wait for somebody to come back to work.
    pub fn lifetime(self) -> chrono::TimeDelta {
        match self {
            Self::ProveEmail => chrono::TimeDelta::days(2),
            Self::ResetPassword => chrono::TimeDelta::hours(1),
            Self::Invitation => chrono::TimeDelta::days(7),
        }
    }

    /// Where its page is: what stands between the service's address and the secret.
    pub fn path(self) -> &'static str {
        match self {
            Self::ProveEmail => "account/proof",
            Self::ResetPassword | Self::Invitation => "account/reset",
        }
    }
}

named! {
    /// What a link is good for, once, that stands for itself and not for an account.
    pub enum ActionPurpose {
        /// Finishes the registration of an employer.
        RegisterEmployer = "register_employer",
        /// Takes an invitation to act for an employer, where the address has no account.
        JoinEmployer = "join_employer",
        /// Shows that another address of an account is its holder's.
        ChangeEmail = "change_email",
        /// Says that the monthly test of the way to an authority has arrived. It stays open, so that whoever
        /// comes second sees who was first.
        TakeCanary = "take_canary",
    }
}

impl ActionPurpose {
    /// For how long it is good from the moment in which the mail leaves.
    pub fn lifetime(self) -> chrono::TimeDelta {
        match self {
            Self::RegisterEmployer | Self::ChangeEmail => chrono::TimeDelta::days(2),
            Self::JoinEmployer => chrono::TimeDelta::days(7),
            // As long as the link of an alert.
            Self::TakeCanary => chrono::TimeDelta::days(14),
        }
    }

    /// Where its page is: what stands between the service's address and the secret.
    pub fn path(self) -> &'static str {
        match self {
            // Where alerts are taken.
            Self::TakeCanary => "a",
            Self::ChangeEmail => LinkPurpose::ProveEmail.path(),
            Self::RegisterEmployer | Self::JoinEmployer => LinkPurpose::Invitation.path(),
        }
    }

    /// Whether whoever uses it chooses a password. It is never chosen before the address is proven: it
    /// could be that of somebody who typed the address of another.
    pub fn sets_password(self) -> bool {
        match self {
            Self::RegisterEmployer | Self::JoinEmployer => true,
            Self::ChangeEmail | Self::TakeCanary => false,
        }
    }
}

/// Longest name of a person, in characters.
const LONGEST_NAME: usize = 200;

/// A person's name in its normal form: one line of 1 to 200 characters. `None` where it is none:
/// empty, too long, or with signs that would break a line of a mail, a header or a log, or turn the
/// direction of writing around.
pub fn full_name(text: &str) -> Option<String> {
    let name = nfc(text.trim());
    let is_good = (1..=LONGEST_NAME).contains(&name.chars().count()) && is_one_visible_line(&name);
    is_good.then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_visible_line() {
        assert_eq!(full_name(" Ho\u{0300}a ").as_deref(), Some("Hòa"));
        for wrong in [
            "",
            "  ",
            "An\r\nBcc: x@y.test",
            "An\u{2028}x",
            "An\u{202e}x",
            "An\0",
            &"a".repeat(201),
        ] {
            assert_eq!(full_name(wrong), None, "{wrong:?}");
        }
    }
}
