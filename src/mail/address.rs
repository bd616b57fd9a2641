//! Where mail goes out: the settings `TNLD_SMTP_URL` and `TNLD_SMTP_URL_2`, read and checked.

use std::{fmt, path::PathBuf};

use url::Url;

use crate::wording::{Said, Text, settings};

/// Where mail goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SmtpUrl {
    /// A mail server.
    Server(MailServer),
    /// A folder: one `.eml` for each message.
    Folder(PathBuf),
}

/// A mail server, and how to speak to it. `Debug` shows no password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    /// Host name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Encryption.
    pub security: Security,
    /// Who we are there.
    pub login: Option<Login>,
    /// PEM file of a certificate authority of one's own, trusted besides the public ones.
    pub ca: Option<PathBuf>,
}

/// How the connection is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// Not at all: for relays on loopback or in one's own network.
    Plain,
    /// STARTTLS, and nothing is sent without it.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// User and password. `Debug` shows neither.
#[derive(Clone, PartialEq, Eq)]
pub struct Login {
    /// User.
    pub user: String,
    /// Password.
    pub password: String,
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(***)")
    }
}

/// A value of `TNLD_SMTP_URL` that cannot be used. Its text shows no password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadSmtpUrl(Said);

impl BadSmtpUrl {
    /// What is said to the operator.
    pub fn said(self) -> Said {
        self.0
    }
}

impl SmtpUrl {
    /// Reads the setting `TNLD_SMTP_URL`.
    pub fn parse(text: &str) -> Result<Self, BadSmtpUrl> {
        Self::of_setting("TNLD_SMTP_URL", text)
    }

    /// Reads the setting of that name.
    pub fn of_setting(key: &str, text: &str) -> Result<Self, BadSmtpUrl> {
        let refused = |reason: Said| refused(key, text, reason);
        let refuse = |reason: Text| refused(reason.said());
        if let Some(folder) = text.strip_prefix("file:") {
            if folder.is_empty() {
                return Err(refuse(settings::FOLDER_MISSING));
            }
            return Ok(Self::Folder(PathBuf::from(folder)));
        }

        let url = Url::parse(text)
            .map_err(|why| refused(settings::NOT_AN_ADDRESS.said().with("why", why)))?;
        let mut security = match url.scheme() {
            "smtp" => Security::Plain,
            "smtps" => Security::Tls,
            _ => return Err(refuse(settings::UNKNOWN_SCHEME)),
        };
        let host = url.host_str().unwrap_or_default();
        if host.is_empty() {
            return Err(refuse(settings::HOST_MISSING));
        }
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(refuse(settings::AFTER_THE_PORT));
        }
        let mut ca = None;
        for (key, value) in url.query_pairs() {
            match (key.as_ref(), value.as_ref()) {
                ("tls", "required") if security == Security::Plain => security = Security::StartTls,
                ("tls", "required") => {}
                ("ca", file) if !file.is_empty() => ca = Some(PathBuf::from(file)),
                _ => return Err(refuse(settings::UNKNOWN_OPTION)),
            }
        }
        if ca.is_some() && security == Security::Plain {
            return Err(refuse(settings::CA_NEEDS_TLS));
        }
        let login = match (url.username(), url.password()) {
            ("", None) => None,
            (user, Some(password)) if !user.is_empty() => Some(Login {
                user: decoded(user).ok_or_else(|| refuse(settings::USER_NOT_UTF8))?,
                password: decoded(password).ok_or_else(|| refuse(settings::PASSWORD_NOT_UTF8))?,
            }),
            _ => return Err(refuse(settings::LOGIN_WHOLE)),
        };
        if login.is_some() && security == Security::Plain {
            return Err(refuse(settings::PASSWORD_NEEDS_TLS));
        }
        let port = url.port().unwrap_or(match security {
            Security::Plain => 25,
            Security::StartTls => 587,
            Security::Tls => 465,
        });
        Ok(Self::Server(MailServer {
            host: host.trim_matches(['[', ']']).to_owned(),
            port,
            security,
            login,
            ca,
        }))
    }
}

fn refused(key: &str, value: &str, reason: Said) -> BadSmtpUrl {
    BadSmtpUrl(
        settings::WRONG_BECAUSE
            .said()
            .with("key", key)
            .with_text("allowed", settings::SMTP)
            .with_text("reason", reason)
            .with("value", format_args!("{:?}", masked(value))),
    )
}

/// The value without what stands between `://` and the last `@`.
fn masked(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(start), Some(end)) if start + 3 < end => {
            format!("{}***{}", &text[..start + 3], &text[end..])
        }
        (None, Some(end)) => format!("***{}", &text[end..]),
        _ => text.to_owned(),
    }
}

/// Undoes percent-encoding; `None` where the bytes are no UTF-8.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        let hex = |b: &u8| (*b as char).to_digit(16);
        match (
            byte,
            after.first().and_then(hex),
            after.get(1).and_then(hex),
        ) {
            (b'%', Some(high), Some(low)) => {
                bytes.push((high * 16 + low) as u8);
                rest = &after[2..];
            }
            _ => bytes.push(byte),
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(text: &str) -> MailServer {
        match SmtpUrl::parse(text) {
            Ok(SmtpUrl::Server(server)) => server,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn the_four_forms_of_the_setting_are_read() {
        assert_eq!(
            SmtpUrl::parse("file:tnld-data/mail"),
            Ok(SmtpUrl::Folder("tnld-data/mail".into()))
        );
        let relay = server("smtp://127.0.0.1:2525");
        assert_eq!((relay.host.as_str(), relay.port), ("127.0.0.1", 2525));
        assert_eq!((relay.security, relay.login), (Security::Plain, None));

        let implicit = server("smtps://u%40x:p%2Fw@mail.example.test:465");
        assert_eq!(implicit.security, Security::Tls);
        let login = implicit.login.expect("a login");
        assert_eq!(
            (login.user.as_str(), login.password.as_str()),
            ("u@x", "p/w")
        );

        let upgraded = server("smtp://u:p@mail.example.test:587?tls=required&ca=own.pem");
        assert_eq!(upgraded.security, Security::StartTls);
        assert_eq!(upgraded.ca, Some("own.pem".into()));
        assert_eq!(server("smtps://mail.example.test").port, 465);
        assert_eq!(server("smtp://[::1]:25").host, "::1");
    }

    #[test]
    fn a_wrong_value_is_refused_with_key_value_and_what_is_allowed() {
        for bad in [
            "",
            "mail.example.test",
            "http://mail.example.test",
            "smtp://",
            "file:",
            "smtp://u:secret@mail.example.test:587",
            "smtp://u@mail.example.test:587?tls=required",
            "smtp://mail.example.test?tls=maybe",
            "smtp://mail.example.test?ca=x.pem",
            "smtp://mail.example.test/path",
            "smtp://u:secret@host:99999",
            "u:secret@host",
        ] {
            let message = SmtpUrl::parse(bad).expect_err(bad).to_string();
            assert!(message.starts_with("TNLD_SMTP_URL đang là "), "{message}");
            assert!(message.contains(" | TNLD_SMTP_URL is "), "{message}");
            assert!(message.contains("allowed: smtp://host:port"), "{message}");
            assert!(!message.contains("secret"), "{message}");
        }
    }

    #[test]
    fn debug_output_shows_no_password() {
        let text = format!("{:?}", server("smtps://user:secret@mail.example.test"));
        assert!(!text.contains("secret"), "{text}");
    }
}
