//! The gateway of short messages: the file that `TNLD_SMS_FILE` names.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use url::Url;

use super::{Secret, is_local};
use crate::{
    channels::{Gateway, Kind},
    wording::{Said, settings},
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    url: String,
    content_type: String,
    body: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    secret_file: Option<PathBuf>,
}

/// The gateway of the file at `path`.
pub(super) fn read(path: &str) -> Result<Gateway, Said> {
    let wrong = |why: String| settings::SMS_FILE.said().with("why", why);
    let text = std::fs::read_to_string(path).map_err(|why| wrong(why.to_string()))?;
    let written: Written = toml::from_str(&text).map_err(|why: toml::de::Error| {
        let line = why.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        wrong(format!("{line}: {}", why.message().replace('\n', " ")))
    })?;
    let folder = Path::new(path).parent().unwrap_or(Path::new(""));
    gateway(written, folder).map_err(wrong)
}

fn gateway(written: Written, folder: &Path) -> Result<Gateway, String> {
    let url = Url::parse(&written.url).map_err(|why| format!("url: {why}"))?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    if !is_plain || !(url.scheme() == "https" || is_local(&url)) {
        return Err("url: https://…".to_owned());
    }
    let kind = match written.content_type.as_str() {
        "application/json" => Kind::Json,
        "application/x-www-form-urlencoded" => Kind::Form,
        _ => {
            return Err(
                "content_type: application/json | application/x-www-form-urlencoded".to_owned(),
            );
        }
    };
    if !written.body.contains("{to") || !written.body.contains("{text}") {
        return Err("body: {to} {text}".to_owned());
    }
    let is_header = |(name, value): (&String, &String)| {
        ureq::http::HeaderName::try_from(name).is_ok()
            && ureq::http::HeaderValue::try_from(value).is_ok()
    };
    if !written.headers.iter().all(is_header) {
        return Err("headers".to_owned());
    }
    let secret = match written.secret_file {
        None => None,
        Some(file) => {
            let text = std::fs::read_to_string(folder.join(file))
                .map_err(|why| format!("secret_file: {why}"))?;
            match text.trim() {
                "" => return Err("secret_file".to_owned()),
                secret if secret.chars().any(char::is_control) => {
                    return Err("secret_file".to_owned());
                }
                secret => Some(Secret::new(secret)),
            }
        }
    };
    Ok(Gateway {
        url,
        headers: written.headers.into_iter().collect(),
        kind,
        body: written.body,
        secret,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"
        url = "https://sms.example.test/send"
        content_type = "application/json"
        body = '{"to": "{to}", "text": "{text}"}'
        secret_file = "secret"
        [headers]
        Authorization = "Bearer {secret}"
    "#;

    fn read_text(text: &str) -> Result<Gateway, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("sms.toml");
        std::fs::write(&file, text).unwrap();
        std::fs::write(folder.path().join("secret"), "s3cret\n").unwrap();
        read(file.to_str().unwrap()).map_err(|why| why.to_string())
    }

    #[test]
    fn a_gateway_is_read_with_its_secret_and_shows_it_nowhere() {
        let gateway = read_text(GOOD).unwrap();
        assert_eq!(gateway.secret.as_ref().unwrap().expose(), "s3cret");
        assert_eq!(gateway.kind, Kind::Json);
        assert!(!format!("{gateway:?}").contains("s3cret"));
    }

    #[test]
    fn what_is_wrong_is_refused() {
        for text in [
            GOOD.replace("https://", "http://"),
            GOOD.replace("https://", "https://u:s3cret@"),
            GOOD.replace("application/json", "text/plain"),
            GOOD.replace("{text}", "text"),
            GOOD.replace("{to}", "113"),
            GOOD.replace("Authorization", "\"Bad Name\""),
            GOOD.replace("\"secret\"", "\"missing\""),
            GOOD.replace("body", "bodies"),
        ] {
            let refused = read_text(&text).unwrap_err();
            assert!(!refused.contains("s3cret"), "{refused}");
        }
    }
}
