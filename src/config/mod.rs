//! Every setting, from the environment or from the TOML file that `TNLD_CONFIG` names.
//!
//! The one place that reads them. A wrong one stops the start with one line that names the key,
//! the value (without passwords) and what is allowed.

mod address;
pub mod database;
pub mod providers;
pub mod proxies;
pub mod secret;
mod sms;
mod source;

use std::{
    collections::BTreeMap,
    ffi::OsString,
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use ipnet::IpNet;
use lettre::message::Mailbox;
use tracing_subscriber::EnvFilter;

pub use address::is_local;
pub use database::DatabaseUrl;
pub use providers::ProviderSettings;
pub use proxies::Proxies;
pub use secret::Secret;

use crate::{
    channels::Gateway,
    mail::{address::SmtpUrl, dkim::DkimSettings, return_address::ReturnBase},
    scan::Clamd,
    sealing::{KeySource, MasterKeys},
    storage::StorageUrl,
    wording::{Said, settings},
};
use database::TlsFromEnvironment;
use secret::without_passwords;

/// The keys that may be set.
const KEYS: [&str; 27] = [
    "TNLD_DATABASE_URL",
    "TNLD_MASTER_KEYS_FILE",
    "TNLD_MASTER_KEYS",
    "TNLD_LISTEN",
    "TNLD_PUBLIC_URL",
    "TNLD_PROXIES",
    "TNLD_RATE_PER_TOKEN",
    "TNLD_SMTP_URL",
    "TNLD_SMTP_URL_2",
    "TNLD_MAIL_FROM",
    "TNLD_BOUNCE_ADDRESS",
    "TNLD_BOUNCE_LISTEN",
    "TNLD_DKIM_DOMAIN",
    "TNLD_DKIM_SELECTOR",
    "TNLD_DKIM_KEY_FILE",
    "TNLD_WEBHOOK_NETWORKS",
    "TNLD_SMS_FILE",
    "TNLD_OPERATOR_MAIL",
    "TNLD_AUDIT_MAIL",
    "TNLD_CANARIES",
    "TNLD_OIDC_FILE",
    "TNLD_OIDC_SECRETS",
    "TNLD_FILES_URL",
    "TNLD_FILES_MAX_MB",
    "TNLD_CLAMD",
    "TNLD_CLOCK_OFFSET",
    "TNLD_LOG",
];

/// The clock may be moved by a hundred years at most: enough for every rehearsal.
const MAX_CLOCK_OFFSET: i64 = 100 * 366 * 24 * 3600;

/// All settings, checked.
#[derive(Debug, Clone)]
pub struct Config {
    /// `TNLD_DATABASE_URL`.
    pub database_url: DatabaseUrl,
    /// `TNLD_MASTER_KEYS_FILE` or `TNLD_MASTER_KEYS`: where the keys to personal data are.
    pub master_keys: KeySource,
    /// `TNLD_LISTEN`: address and port of the HTTP server. With port 0 the system chooses one, and
    /// the server writes the real address here.
    pub listen: SocketAddr,
    /// `TNLD_PUBLIC_URL`; see [`Config::public_url`].
    public_url: Option<String>,
    /// `TNLD_PROXIES`: whose `X-Forwarded-For` is believed.
    pub proxies: Proxies,
    /// `TNLD_RATE_PER_TOKEN`: how many requests a second of one token each process takes, if there is a limit.
    pub rate_per_token: Option<NonZeroU32>,
    /// `TNLD_SMTP_URL`: where mail goes out.
    pub smtp_url: SmtpUrl,
    /// `TNLD_SMTP_URL_2`: where it goes out while the first does not carry.
    pub smtp_url_2: Option<SmtpUrl>,
    /// `TNLD_MAIL_FROM`: the sender.
    pub mail_from: Mailbox,
    /// `TNLD_BOUNCE_ADDRESS`: what the return addresses of messages are made from, if they have any.
    pub bounce_address: Option<ReturnBase>,
    /// `TNLD_BOUNCE_LISTEN`: where returned mail is received, if it is.
    pub bounce_listen: Option<SocketAddr>,
    /// `TNLD_DKIM_…`: by which key mails are signed, if they are.
    pub dkim: Option<DkimSettings>,
    /// `TNLD_WEBHOOK_NETWORKS`: networks of one's own that webhooks may lead to.
    pub webhook_networks: Vec<IpNet>,
    /// `TNLD_SMS_FILE`: the gateway of short messages, if there is one.
    pub sms_gateway: Option<Gateway>,
    /// `TNLD_OPERATOR_MAIL`: the address that gets operator alarms, if there is one.
    pub operator_mail: Option<String>,
    /// `TNLD_AUDIT_MAIL`: the address that gets the signed root of each day of the trace.
    pub audit_mail: Option<String>,
    /// `TNLD_CANARIES`: whether the way to each authority is tested every month.
    pub canaries: bool,
    /// `TNLD_OIDC_FILE`, with `TNLD_OIDC_SECRETS`: the OpenID providers by which people may sign in.
    pub providers: Vec<ProviderSettings>,
    /// `TNLD_FILES_URL`: where files of cases are kept.
    pub files: StorageUrl,
    /// `TNLD_FILES_MAX_MB`: the largest file, in bytes.
    pub files_largest: u64,
    /// `TNLD_CLAMD`: the scanner for malware, if there is one.
    pub clamd: Option<Clamd>,
    /// `TNLD_CLOCK_OFFSET`: by how many seconds the service's clock is moved.
    pub clock_offset: i64,
    /// `TNLD_LOG`: a `tracing` filter, where one is set; see [`Config::log_filter`].
    pub log: Option<String>,
}

/// Why the settings cannot be used. One line, in both languages.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigError(Said);

impl ConfigError {
    /// A value (without passwords) that is not allowed.
    fn wrong(key: &str, value: &str, allowed: impl Into<Said>) -> Self {
        Self(
            settings::WRONG
                .said()
                .with_text("allowed", allowed)
                .with("key", key)
                .with("value", format_args!("{value:?}")),
        )
    }

    /// A value of another type than a text.
    fn of_kind(key: &str, kind: Said, allowed: impl Into<Said>) -> Self {
        Self(
            settings::WRONG
                .said()
                .with_text("allowed", allowed)
                .with_text("value", kind)
                .with("key", key),
        )
    }

    /// A key that the program does not know: most likely mistyped.
    fn unknown(key: &str, place: impl Into<Said>) -> Self {
        Self(
            settings::UNKNOWN
                .said()
                .with("keys", KEYS.join(", "))
                .with_text("place", place)
                .with("key", key),
        )
    }

    /// What is said to the operator.
    pub fn said(self) -> Said {
        self.0
    }
}

impl Config {
    /// The settings of this process.
    pub fn load() -> Result<Self, ConfigError> {
        Self::from_environment(std::env::vars_os())
    }

    /// The settings that these variables, and the file they may name, describe.
    pub fn from_environment(
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, ConfigError> {
        let written = Written(source::read(environment)?);
        let listen = written.read("TNLD_LISTEN", "127.0.0.1:8080", |text| {
            text.parse::<SocketAddr>()
                .map_err(|_| settings::LISTEN.said())
        })?;
        let database_url =
            written.read("TNLD_DATABASE_URL", "sqlite:tnld-data/tnld.db", |text| {
                let environment = TlsFromEnvironment {
                    sslmode: written.get("PGSSLMODE"),
                    requiressl: written.get("PGREQUIRESSL"),
                };
                DatabaseUrl::parse(text, environment)
            })?;
        let mail_from = written.read(
            "TNLD_MAIL_FROM",
            "Khai báo TNLĐ <no-reply@localhost>",
            mailbox,
        )?;
        let bounce_address = written.optional("TNLD_BOUNCE_ADDRESS", ReturnBase::parse)?;
        let files = match written
            .get("TNLD_FILES_URL")
            .filter(|text| !text.is_empty())
        {
            Some(text) => written.read("TNLD_FILES_URL", text, |text| {
                StorageUrl::parse(text).ok_or_else(|| settings::FILES_URL.said())
            })?,
            None => StorageUrl::Folder(default_folder(&database_url).join("files")),
        };
        Ok(Self {
            files,
            files_largest: written.read("TNLD_FILES_MAX_MB", "100", |text| {
                let most: u64 = text.parse().map_err(|_| settings::FILES_MAX.said())?;
                // The processes that read them have so much memory.
                (1..=1000)
                    .contains(&most)
                    .then_some(most * 1024 * 1024)
                    .ok_or_else(|| settings::FILES_MAX.said())
            })?,
            clamd: written.optional("TNLD_CLAMD", |text| {
                Clamd::parse(text).ok_or_else(|| settings::CLAMD.said())
            })?,
            bounce_listen: written.optional("TNLD_BOUNCE_LISTEN", |text| {
                let address = text.parse().ok().filter(|_| bounce_address.is_some());
                address.ok_or_else(|| settings::BOUNCE_LISTEN.said())
            })?,
            bounce_address,
            dkim: dkim(&written, mail_from.email.domain())?,
            master_keys: master_keys(&written, &database_url)?,
            database_url,
            listen,
            public_url: written.read_optional("TNLD_PUBLIC_URL", public_url)?,
            proxies: written.read("TNLD_PROXIES", "", Proxies::parse)?,
            // More than one database takes: it is for operators who must hold a caller back, and
            // never refuses by itself a program that declares for a whole industry.
            rate_per_token: written.read("TNLD_RATE_PER_TOKEN", "2000", |text| {
                let rate: u32 = text.parse().map_err(|_| settings::RATE.said())?;
                Ok(NonZeroU32::new(rate))
            })?,
            smtp_url: smtp_url(
                "TNLD_SMTP_URL",
                written
                    .get("TNLD_SMTP_URL")
                    .unwrap_or("file:tnld-data/mail"),
            )?,
            smtp_url_2: written
                .get("TNLD_SMTP_URL_2")
                .filter(|text| !text.is_empty())
                .map(|text| smtp_url("TNLD_SMTP_URL_2", text))
                .transpose()?,
            mail_from,
            webhook_networks: written.read("TNLD_WEBHOOK_NETWORKS", "", webhook_networks)?,
            sms_gateway: match written.get("TNLD_SMS_FILE").filter(|path| !path.is_empty()) {
                Some(path) => Some(written.read("TNLD_SMS_FILE", path, sms::read)?),
                None => None,
            },
            operator_mail: written.address("TNLD_OPERATOR_MAIL")?,
            audit_mail: written.address("TNLD_AUDIT_MAIL")?,
            canaries: written.read("TNLD_CANARIES", "on", |text| match text {
                "on" => Ok(true),
                "off" => Ok(false),
                _ => Err(settings::ON_OR_OFF.said()),
            })?,
            providers: oidc_providers(&written)?,
            clock_offset: written
                .read("TNLD_CLOCK_OFFSET", "0", |text| clock_offset(text, listen))?,
            log: written.read_optional("TNLD_LOG", log_filter)?,
        })
    }

    /// What is logged.
    pub fn log_filter(&self) -> &str {
        self.log.as_deref().unwrap_or("info")
    }

    /// Where mail goes out, the first first.
    pub fn smtp_urls(&self) -> Vec<SmtpUrl> {
        let first = std::iter::once(&self.smtp_url);
        first.chain(&self.smtp_url_2).cloned().collect()
    }

    /// The base of links in mails and messages, without a slash at its end. Where none is set it
    /// is the address that the server listens on.
    pub fn public_url(&self) -> String {
        match &self.public_url {
            Some(url) => url.clone(),
            None => format!("http://{}", self.listen),
        }
    }
}

/// Settings as written, by key.
struct Written(BTreeMap<String, String>);

impl Written {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    fn read<T>(
        &self,
        key: &str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, Said>,
    ) -> Result<T, ConfigError> {
        let text = self.get(key).unwrap_or(default);
        parse(text).map_err(|allowed| ConfigError::wrong(key, &shown(key, text), allowed))
    }

    fn read_optional<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, Said>,
    ) -> Result<Option<T>, ConfigError> {
        match self.get(key) {
            Some(text) => self.read(key, text, parse).map(Some),
            None => Ok(None),
        }
    }

    /// What may be left empty, which is as if it were not written.
    fn optional<T>(
        &self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, Said>,
    ) -> Result<Option<T>, ConfigError> {
        match self.get(key) {
            None | Some("") => Ok(None),
            Some(_) => self.read_optional(key, parse),
        }
    }

    /// An e-mail address; an empty one is none.
    fn address(&self, key: &str) -> Result<Option<String>, ConfigError> {
        if self.get(key).is_none_or(str::is_empty) {
            return Ok(None);
        }
        let mailbox = self.read_optional(key, mailbox)?;
        Ok(mailbox.map(|mailbox| mailbox.email.to_string()))
    }
}

/// A value as messages may show it.
fn shown(key: &str, value: &str) -> String {
    if matches!(key, "TNLD_MASTER_KEYS" | "TNLD_OIDC_SECRETS") {
        "***".to_owned()
    } else if key.ends_with("_URL") || key == "TNLD_SMTP_URL_2" {
        without_passwords(value)
    } else {
        value.to_owned()
    }
}

/// The setting, or else the file: `master.keys` beside an SQLite file, and in `tnld-data` for PostgreSQL.
fn master_keys(written: &Written, database: &DatabaseUrl) -> Result<KeySource, ConfigError> {
    let file = written.read_optional("TNLD_MASTER_KEYS_FILE", |text| {
        let is_file = !text.is_empty() && !text.ends_with('/');
        is_file
            .then(|| PathBuf::from(text))
            .ok_or_else(|| settings::KEY_FILE.said())
    })?;
    let setting = written.read_optional("TNLD_MASTER_KEYS", |text| {
        if file.is_some() {
            return Err(settings::ONE_OF_BOTH.said());
        }
        MasterKeys::parse(text)
            .map(|_| Secret::new(text))
            .map_err(|why| settings::KEY_LINES.said().with("why", why))
    })?;
    Ok(match (setting, file) {
        (Some(setting), _) => KeySource::Setting(setting),
        (None, Some(file)) => KeySource::File(file),
        (None, None) => KeySource::File(default_key_file(database)),
    })
}

/// The key of signatures; selector and file belong together. `domain` is that of the sender.
fn dkim(written: &Written, domain: &str) -> Result<Option<DkimSettings>, ConfigError> {
    let is_label = |text: &str| {
        !text.is_empty()
            && text.len() <= 200
            && text.split('.').all(|label| {
                !label.is_empty()
                    && label
                        .bytes()
                        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            })
    };
    let label = |key: &str| {
        written.optional(key, |text| {
            let text = text.to_ascii_lowercase();
            is_label(&text)
                .then_some(text)
                .ok_or_else(|| settings::DKIM_NAME.said())
        })
    };
    let signing_domain = label("TNLD_DKIM_DOMAIN")?;
    let selector = label("TNLD_DKIM_SELECTOR")?;
    let file = written.optional("TNLD_DKIM_KEY_FILE", |text| {
        let is_file = !text.ends_with('/');
        is_file
            .then(|| PathBuf::from(text))
            .ok_or_else(|| settings::DKIM_FILE_NAME.said())
    })?;
    match (selector, file) {
        (Some(selector), Some(key_file)) => Ok(Some(DkimSettings {
            domain: signing_domain.unwrap_or_else(|| domain.to_ascii_lowercase()),
            selector,
            key_file,
        })),
        (None, None) if signing_domain.is_none() => Ok(None),
        (None, _) => Err(ConfigError::wrong(
            "TNLD_DKIM_SELECTOR",
            "",
            settings::DKIM_TOGETHER,
        )),
        (Some(_), None) => Err(ConfigError::wrong(
            "TNLD_DKIM_KEY_FILE",
            "",
            settings::DKIM_TOGETHER,
        )),
    }
}

/// The providers of the file, where there is one.
fn oidc_providers(written: &Written) -> Result<Vec<ProviderSettings>, ConfigError> {
    let secrets = written.read("TNLD_OIDC_SECRETS", "", providers::secrets)?;
    let Some(path) = written
        .get("TNLD_OIDC_FILE")
        .filter(|path| !path.is_empty())
    else {
        return Ok(Vec::new());
    };
    written.read("TNLD_OIDC_FILE", path, |path| {
        providers::read(path, secrets)
    })
}

/// Where the key file is unless a setting says it.
pub fn default_key_file(database: &DatabaseUrl) -> PathBuf {
    default_folder(database).join("master.keys")
}

/// The folder beside an SQLite file, and `tnld-data` for PostgreSQL.
pub fn default_folder(database: &DatabaseUrl) -> &Path {
    match database.sqlite_path() {
        Some(file) => file.parent().unwrap_or(Path::new("")),
        None => Path::new("tnld-data"),
    }
}

fn public_url(text: &str) -> Result<String, Said> {
    let url = url::Url::parse(text).map_err(|_| settings::PUBLIC_URL.said())?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if !is_plain {
        return Err(settings::PUBLIC_URL.said());
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}

fn smtp_url(key: &str, text: &str) -> Result<SmtpUrl, ConfigError> {
    SmtpUrl::of_setting(key, text).map_err(|why| ConfigError(why.said()))
}

fn webhook_networks(text: &str) -> Result<Vec<IpNet>, Said> {
    let written = text.split(',').map(str::trim).filter(|one| !one.is_empty());
    let networks = written.map(|one| {
        one.parse::<IpNet>()
            .or_else(|_| one.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| settings::WEBHOOK_NETWORKS.said())
    });
    networks.collect()
}

fn mailbox(text: &str) -> Result<Mailbox, Said> {
    text.parse().map_err(|_| settings::MAILBOX.said())
}

fn clock_offset(text: &str, listen: SocketAddr) -> Result<i64, Said> {
    let seconds: i64 = text
        .parse()
        .ok()
        .filter(|seconds| (-MAX_CLOCK_OFFSET..=MAX_CLOCK_OFFSET).contains(seconds))
        .ok_or_else(|| settings::SECONDS.said())?;
    if seconds != 0 && !listen.ip().is_loopback() {
        return Err(settings::NO_OFFSET.said().with("listen", listen));
    }
    Ok(seconds)
}

fn log_filter(text: &str) -> Result<String, Said> {
    // A bare word that is no level would name a module and silence everything else.
    let is_clear = |directive: &str| {
        directive.contains(['=', '['])
            || directive.parse::<tracing::Level>().is_ok()
            || directive.eq_ignore_ascii_case("off")
    };
    if !text.split(',').map(str::trim).all(is_clear) || EnvFilter::try_new(text).is_err() {
        return Err(settings::LOG.said());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
