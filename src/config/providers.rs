//! OpenID providers by which people may sign in: the file that `TNLD_OIDC_FILE` names.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use url::Url;

use super::{Secret, is_local};
use crate::wording::{Said, settings};

/// A provider.
#[derive(Debug, Clone)]
pub struct ProviderSettings {
    /// What it is called in addresses.
    pub id: String,
    /// Its address, letter by letter as it calls itself.
    pub issuer: String,
    /// Who we are there.
    pub client_id: String,
    /// Our secret there, where we have one.
    pub client_secret: Option<Secret>,
    /// What people read.
    pub name_vi: String,
    /// The same in English.
    pub name_en: String,
    /// What is asked for beside `openid`.
    pub scopes: Vec<String>,
    /// Only who holds a post in this province signs in by it.
    pub province_code: Option<String>,
    /// Only who holds a post in this authority signs in by it.
    pub authority_id: Option<String>,
    /// Values of `acr` that count as two factors.
    pub second_factor_acr: Vec<String>,
    /// Values of `amr` that count as two factors.
    pub second_factor_amr: Vec<String>,
    /// Authorities of one's own that its certificate is checked against.
    pub ca_file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    provider: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: String,
    issuer: String,
    client_id: String,
    client_secret_file: Option<PathBuf>,
    name_vi: String,
    name_en: String,
    #[serde(default)]
    scopes: Vec<String>,
    province_code: Option<String>,
    authority_id: Option<String>,
    #[serde(default)]
    second_factor_acr: Vec<String>,
    #[serde(default)]
    second_factor_amr: Vec<String>,
    ca_file: Option<PathBuf>,
}

/// Secrets of clients by the id of their provider: lines of both, as in `TNLD_MASTER_KEYS`.
pub(super) fn secrets(text: &str) -> Result<BTreeMap<String, Secret>, Said> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines
        .map(|line| {
            let (id, secret) = line
                .split_once(char::is_whitespace)
                .ok_or_else(|| settings::OIDC_SECRETS.said())?;
            Ok((id.to_owned(), Secret::new(secret.trim_start())))
        })
        .collect()
}

/// The providers of the file at `path`, with the secrets that stand in a setting.
pub(super) fn read(
    path: &str,
    mut secrets: BTreeMap<String, Secret>,
) -> Result<Vec<ProviderSettings>, Said> {
    let wrong = |why: String| settings::OIDC_FILE.said().with("why", why);
    let text = std::fs::read_to_string(path).map_err(|why| wrong(why.to_string()))?;
    let file: File = toml::from_str(&text).map_err(|why: toml::de::Error| {
        let line = why.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        wrong(format!("{line}: {}", why.message().replace('\n', " ")))
    })?;
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    let mut found: Vec<ProviderSettings> = Vec::new();
    for written in file.provider {
        let id = written.id.clone();
        let provider = provider(written, folder, secrets.remove(&id))
            .map_err(|why| wrong(format!("{id}: {why}")))?;
        if found.iter().any(|other| other.id == id) {
            return Err(wrong(format!("{id}: twice")));
        }
        found.push(provider);
    }
    match secrets.keys().next() {
        Some(id) => Err(wrong(format!("TNLD_OIDC_SECRETS: {id}?"))),
        None => Ok(found),
    }
}

fn provider(
    written: Written,
    folder: &Path,
    secret: Option<Secret>,
) -> Result<ProviderSettings, String> {
    let is_name = |text: &str| {
        (1..=40).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    if !is_name(&written.id) {
        return Err("id: a-z 0-9 -".to_owned());
    }
    let issuer = Url::parse(&written.issuer).map_err(|why| format!("issuer: {why}"))?;
    let is_plain = issuer.username().is_empty()
        && issuer.password().is_none()
        && issuer.query().is_none()
        && issuer.fragment().is_none();
    if !is_plain || !(issuer.scheme() == "https" || is_local(&issuer)) {
        return Err("issuer: https://…".to_owned());
    }
    let is_empty = |text: &String| text.trim().is_empty();
    if [&written.client_id, &written.name_vi, &written.name_en]
        .into_iter()
        .any(is_empty)
    {
        return Err("client_id, name_vi, name_en".to_owned());
    }
    let in_file = written.client_secret_file.map(|file| {
        let text = std::fs::read_to_string(folder.join(file))
            .map_err(|why| format!("client_secret_file: {why}"))?;
        match text.trim() {
            "" => Err("client_secret_file".to_owned()),
            secret => Ok(Secret::new(secret)),
        }
    });
    let client_secret = match (in_file.transpose()?, secret) {
        (Some(_), Some(_)) => {
            return Err("client_secret_file + TNLD_OIDC_SECRETS".to_owned());
        }
        (one, other) => one.or(other),
    };
    Ok(ProviderSettings {
        id: written.id,
        issuer: written.issuer,
        client_id: written.client_id,
        client_secret,
        name_vi: written.name_vi,
        name_en: written.name_en,
        scopes: written.scopes,
        province_code: written.province_code,
        authority_id: written.authority_id,
        second_factor_acr: written.second_factor_acr,
        second_factor_amr: written.second_factor_amr,
        ca_file: written.ca_file.map(|file| folder.join(file)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        [[provider]]
        id = "snv-19"
        issuer = "https://id.thainguyen.test/realms/cong-chuc"
        client_id = "tnld"
        client_secret_file = "secret"
        name_vi = "Đăng nhập một lần tỉnh Thái Nguyên"
        name_en = "Thái Nguyên single sign-on"
        scopes = ["profile"]
        province_code = "19"
        second_factor_amr = ["mfa"]
    "#;

    fn read_text(text: &str, secrets: &str) -> Result<Vec<ProviderSettings>, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("oidc.toml");
        std::fs::write(&file, text).unwrap();
        std::fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
        let secrets = super::secrets(secrets).map_err(|why| why.to_string())?;
        read(file.to_str().unwrap(), secrets).map_err(|why| why.to_string())
    }

    #[test]
    fn a_provider_is_read_with_its_secret_from_a_file_or_a_setting() {
        let found = read_text(GOOD, "").unwrap();
        let one = &found[0];
        assert_eq!(one.client_secret.as_ref().unwrap().expose(), "s3cret");
        assert_eq!(one.issuer, "https://id.thainguyen.test/realms/cong-chuc");
        assert!(!format!("{found:?}").contains("s3cret"));
        let without = GOOD.replace("client_secret_file = \"secret\"", "");
        let found = read_text(&without, "snv-19 other secret\n").unwrap();
        assert_eq!(
            found[0].client_secret.as_ref().unwrap().expose(),
            "other secret"
        );
        assert!(read_text(&without, "").unwrap()[0].client_secret.is_none());
        assert!(read_text("", "").unwrap().is_empty());
    }

    #[test]
    fn what_is_wrong_is_refused_and_no_secret_is_repeated() {
        for (text, secrets) in [
            (GOOD.replace("https://", "http://"), ""),
            (GOOD.replace("https://id", "https://user:s3cret@id"), ""),
            (GOOD.replace("snv-19", "../x"), ""),
            (GOOD.replace("\"tnld\"", "\" \""), ""),
            (GOOD.replace("scopes", "scope"), ""),
            (GOOD.replace("\"secret\"", "\"missing\""), ""),
            (format!("{GOOD}{GOOD}"), ""),
            (GOOD.to_owned(), "snv-19 s3cret"),
            (GOOD.to_owned(), "other s3cret"),
            (GOOD.to_owned(), "s3cret"),
        ] {
            let refused = read_text(&text, secrets).unwrap_err();
            assert!(!refused.contains("s3cret"), "{refused}");
        }
    }
}
