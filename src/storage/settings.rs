//! Where files are kept, as the settings say it.

use std::path::PathBuf;

use url::Url;

use crate::config::Secret;

/// Where files are kept.
#[derive(Debug, Clone)]
pub enum StorageUrl {
    /// A folder.
    Folder(PathBuf),
    /// A bucket.
    S3(S3),
}

/// A bucket of an S3-compatible store.
#[derive(Debug, Clone)]
pub struct S3 {
    /// `https://host:port`.
    pub endpoint: String,
    /// Bucket.
    pub bucket: String,
    /// What every name begins with; empty or without a slash at its end.
    pub prefix: String,
    /// Region; stores that have none take any.
    pub region: String,
    /// Access key.
    pub access_key: String,
    /// Secret key.
    pub secret_key: Secret,
}

impl StorageUrl {
    /// Reads `file:DIR` or `s3://KEY:SECRET@HOST[:PORT]/BUCKET[/PREFIX][?region=REGION][&tls=off]`; `None` where
    /// it is neither.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(folder) = text.strip_prefix("file:") {
            return (!folder.is_empty()).then(|| Self::Folder(folder.into()));
        }
        let url = Url::parse(text).ok().filter(|url| url.scheme() == "s3")?;
        let plain = |text: &str| {
            percent_decoded(text)
                .filter(|text| !text.is_empty() && !text.contains(char::is_control))
        };
        let mut scheme = "https";
        let mut region = "us-east-1".to_owned();
        for (name, value) in url.query_pairs() {
            match (name.as_ref(), value.as_ref()) {
                ("tls", "off") => scheme = "http",
                ("region", value) if !value.is_empty() => value.clone_into(&mut region),
                _ => return None,
            }
        }
        let host = url.host_str().filter(|host| !host.is_empty())?;
        let endpoint = match url.port() {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        let path = url.path().trim_matches('/');
        let (bucket, prefix) = path.split_once('/').unwrap_or((path, ""));
        if bucket.is_empty() || url.fragment().is_some() {
            return None;
        }
        Some(Self::S3(S3 {
            endpoint,
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            region,
            access_key: plain(url.username())?,
            secret_key: Secret::new(&plain(url.password()?)?),
        }))
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let (digits, after) = after.split_first_chunk::<2>()?;
            let digits = std::str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_read_with_its_keys() {
        let text = "s3://KEY:sec%2Fret@s3.example.test:9000/tnld/ho-so?region=hn-1&tls=off";
        let Some(StorageUrl::S3(s3)) = StorageUrl::parse(text) else {
            panic!("it is one");
        };
        assert_eq!(s3.endpoint, "http://s3.example.test:9000");
        assert_eq!((s3.bucket.as_str(), s3.prefix.as_str()), ("tnld", "ho-so"));
        assert_eq!(
            (s3.region.as_str(), s3.access_key.as_str()),
            ("hn-1", "KEY")
        );
        assert_eq!(s3.secret_key.expose(), "sec/ret");
        assert!(!format!("{s3:?}").contains("sec/ret"));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for text in [
            "",
            "tnld-data/files",
            "file:",
            "s3://host/bucket",
            "s3://KEY@host/bucket",
            "s3://KEY:SECRET@host",
            "s3://KEY:SECRET@host/bucket?tls=maybe",
            "https://KEY:SECRET@host/bucket",
        ] {
            assert!(StorageUrl::parse(text).is_none(), "{text}");
        }
    }
}
