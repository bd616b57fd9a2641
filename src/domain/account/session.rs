//! For how long somebody stays signed in, and what a device is called.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{domain::access::ActorRole, ids::PostId, named};

/// What a person may act in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A post in an authority.
    Post(PostId),
    /// One of an employer's people; its tax code.
    Employer(String),
}

named! {
    /// Who is signed in, as far as time limits and proofs depend on it; the strictest first.
    pub enum SessionKind {
        /// Runs the service, or gives posts to people.
        Administrator = "administrator",
        /// Holds a post in an authority.
        Official = "official",
        /// One of an employer's people.
        Employer = "employer",
        /// Has nothing to act in yet.
        Nobody = "nobody",
    }
}

named! {
    /// By what somebody showed who they are when a session began.
    pub enum Proof {
        /// A password alone.
        Password = "password",
        /// A password, and the code of an authenticator app or a recovery code.
        Totp = "totp",
        /// A passkey, whose device asked for a PIN, a finger or a face.
        Passkey = "passkey",
        /// The word of an OpenID provider.
        Provider = "provider",
        /// The word of an OpenID provider that has seen two factors.
        ProviderTwoFactors = "provider_two_factors",
    }
}

impl Proof {
    /// Whether that was two factors, for an account that asks for codes of an app or does not. Decided
    /// here and nowhere else: a passkey is something that the person has, and its device has seen
    /// something that they know or are (user verification, which we insist upon), so it counts as
    /// password and second factor together. So does a provider that says in its token how it saw them, in
    /// words that an operator has put into the settings.
    pub fn is_two_factors(self, has_totp: bool) -> bool {
        match self {
            Self::Password | Self::Provider => false,
            // An operator who resets the codes of an account ends what was begun with them.
            Self::Totp => has_totp,
            Self::Passkey | Self::ProviderTwoFactors => true,
        }
    }
}

/// How long a session lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Without a request.
    pub idle: TimeDelta,
    /// In all.
    pub absolute: TimeDelta,
}

/// The limits of each kind, with their reasons.
///
/// | who | idle | in all | because |
/// | --- | --- | --- | --- |
/// | administrator | 30 minutes | 8 hours | a working day; may open doors to others |
/// | official | 2 hours | 12 hours | a shift of the duty roster; sees health data of many |
/// | employer | 12 hours | 14 days | comes seldom, sees its own cases only; an urgent declaration shall not wait for a password |
/// | nobody | 30 minutes | 8 hours | only sets itself up |
pub fn limits(kind: SessionKind) -> Limits {
    let (idle, absolute) = match kind {
        SessionKind::Administrator | SessionKind::Nobody => {
            (TimeDelta::minutes(30), TimeDelta::hours(8))
        }
        SessionKind::Official => (TimeDelta::hours(2), TimeDelta::hours(12)),
        SessionKind::Employer => (TimeDelta::hours(12), TimeDelta::days(14)),
    };
    Limits { idle, absolute }
}

/// For how long a device is known after it was last used to sign in.
pub const DEVICE_KNOWN: TimeDelta = TimeDelta::days(365);

impl SessionKind {
    /// The kind of whoever acts in this role.
    pub fn of(role: ActorRole) -> Self {
        match role {
            ActorRole::Operator | ActorRole::Administrator => Self::Administrator,
            ActorRole::Employer => Self::Employer,
            // Who gives notice has no account.
            ActorRole::Informant => Self::Nobody,
            ActorRole::Commune
            | ActorRole::Inspector
            | ActorRole::Police
            | ActorRole::Ministry
            | ActorRole::Procuracy
            | ActorRole::Health
            | ActorRole::Insurer
            | ActorRole::Union
            | ActorRole::ZoneBoard
            | ActorRole::Council => Self::Official,
        }
    }

    /// The kind of a person who may act in these roles: the strictest of them.
    pub fn strictest(roles: impl IntoIterator<Item = ActorRole>) -> Self {
        let kinds = roles.into_iter().map(Self::of);
        kinds.min().unwrap_or(Self::Nobody)
    }

    /// Whether a second factor is compulsory.
    pub fn needs_two_factors(self) -> bool {
        matches!(self, Self::Administrator | Self::Official)
    }
}

/// Until when a session is good that began and was last used at these moments.
pub fn good_until(
    kind: SessionKind,
    created_at: DateTime<Utc>,
    seen_at: DateTime<Utc>,
) -> DateTime<Utc> {
    let limits = limits(kind);
    (seen_at + limits.idle).min(created_at + limits.absolute)
}

/// Longest name of a device, in characters.
const LONGEST_DEVICE: usize = 60;

/// What a device is called: as its owner says, or else by the browser and system that it says it is.
/// `None` where it says neither.
pub fn device_name(given: Option<&str>, user_agent: Option<&str>) -> Option<String> {
    if let Some(given) = given.and_then(super::full_name) {
        return Some(given.chars().take(LONGEST_DEVICE).collect());
    }
    // The first that fits: browsers claim to be each other.
    const BROWSERS: [(&str, &str); 7] = [
        ("coc_coc", "Cốc Cốc"),
        ("edg", "Edge"),
        ("opr/", "Opera"),
        ("firefox", "Firefox"),
        ("chrome", "Chrome"),
        ("safari", "Safari"),
        ("curl", "curl"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("android", "Android"),
        ("iphone", "iPhone"),
        ("ipad", "iPad"),
        ("windows", "Windows"),
        ("mac os", "macOS"),
        ("linux", "Linux"),
    ];
    let agent = user_agent?.to_lowercase();
    let first = |names: &[(&str, &'static str)]| {
        let found = names.iter().find(|(mark, _)| agent.contains(mark));
        found.map(|(_, name)| *name)
    };
    match (first(&BROWSERS), first(&SYSTEMS)) {
        (Some(browser), Some(system)) => Some(format!("{browser}, {system}")),
        (Some(one), None) | (None, Some(one)) => Some(one.to_owned()),
        (None, None) => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;

    #[test]
    fn who_may_do_more_is_signed_out_sooner() {
        let all: Vec<Limits> = SessionKind::ALL[..3]
            .iter()
            .map(|kind| limits(*kind))
            .collect();
        for pair in all.windows(2) {
            assert!(pair[0].idle < pair[1].idle && pair[0].absolute < pair[1].absolute);
        }
        for kind in SessionKind::ALL {
            assert!(limits(*kind).idle < limits(*kind).absolute);
        }
    }

    #[test]
    fn a_session_ends_by_whichever_limit_comes_first() {
        let start = Utc.with_ymd_and_hms(2026, 11, 22, 1, 0, 0).unwrap();
        let official = |seen| good_until(SessionKind::Official, start, start + seen);
        assert_eq!(official(TimeDelta::zero()), start + TimeDelta::hours(2));
        assert_eq!(official(TimeDelta::hours(11)), start + TimeDelta::hours(12));
    }

    #[test]
    fn whoever_has_several_roles_is_held_to_the_strictest() {
        use ActorRole::{Employer, Inspector, Operator};
        for (roles, kind) in [
            (vec![], SessionKind::Nobody),
            (vec![Employer], SessionKind::Employer),
            (vec![Employer, Inspector], SessionKind::Official),
            (
                vec![Inspector, Operator, Employer],
                SessionKind::Administrator,
            ),
        ] {
            assert_eq!(SessionKind::strictest(roles), kind);
        }
        assert!(
            SessionKind::Official.needs_two_factors() && !SessionKind::Employer.needs_two_factors()
        );
    }

    #[test]
    fn a_passkey_is_two_factors_and_a_password_is_one() {
        for (proof, has_totp, both) in [
            (Proof::Password, false, false),
            (Proof::Password, true, false),
            (Proof::Totp, true, true),
            (Proof::Totp, false, false),
            (Proof::Passkey, false, true),
            (Proof::Passkey, true, true),
            (Proof::Provider, true, false),
            (Proof::ProviderTwoFactors, false, true),
        ] {
            assert_eq!(proof.is_two_factors(has_totp), both, "{proof} {has_totp}");
        }
    }

    #[test]
    fn a_device_is_called_as_its_owner_or_its_browser_says() {
        let agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                     Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(
            device_name(Some("Máy trực"), Some(agent)).as_deref(),
            Some("Máy trực")
        );
        assert_eq!(
            device_name(None, Some(agent)).as_deref(),
            Some("Edge, Windows")
        );
        assert_eq!(device_name(Some("a\r\nb"), Some("x")), None);
        assert_eq!(
            device_name(Some(&"a".repeat(90)), None).map(|name| name.len()),
            Some(60)
        );
        assert_eq!(device_name(None, None), None);
    }
}
