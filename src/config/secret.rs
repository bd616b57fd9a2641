//! Texts that must not be shown, and addresses shown without their passwords.

use std::fmt;

/// A text that holds a secret. `Debug` and `Display` show `***`, so that it cannot slip into a log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The secret itself, for the one place that uses it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// An address with `***` in the place of every password: the one before `@`, and any parameter
/// that is called so. Works on mistyped addresses too, for it is what error messages show.
pub fn without_passwords(address: &str) -> String {
    // A password with a raw `?` or `#` would else be taken for parameters.
    if let Some((before, host)) = address.rsplit_once('@')
        && before.contains(['?', '#'])
    {
        return mask_user_info(&format!("{}@{host}", before.replace(['?', '#'], "*")));
    }
    let (address, query) = match address.split_once('?') {
        Some((address, query)) => (address, Some(query)),
        None => (address, None),
    };
    let mut shown = mask_user_info(address);
    if let Some(query) = query {
        shown.push('?');
        shown.push_str(&mask_parameters(query, '&'));
    }
    // The other form in which PostgreSQL takes an address: words like `password=…`.
    if shown.contains(' ') {
        shown = mask_parameters(&shown, ' ');
    }
    shown
}

fn mask_user_info(address: &str) -> String {
    let Some((before, host)) = address.rsplit_once('@') else {
        return address.to_owned();
    };
    let user_starts = before.find("://").map_or(0, |at| at + "://".len());
    let (scheme, user_info) = before.split_at(user_starts);
    match user_info.split_once(':') {
        Some((user, _)) => format!("{scheme}{user}:***@{host}"),
        // Without a scheme nobody can say which part is the secret.
        None if scheme.is_empty() => format!("***@{host}"),
        None => address.to_owned(),
    }
}

fn mask_parameters(text: &str, separator: char) -> String {
    let masked: Vec<String> = text
        .split(separator)
        .map(|parameter| match parameter.split_once('=') {
            Some((name, _)) if name.to_ascii_lowercase().contains("password") => {
                format!("{name}=***")
            }
            _ => parameter.to_owned(),
        })
        .collect();
    masked.join(&separator.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_printed() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret} {secret:?}"), "*** ***");
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn passwords_in_addresses_are_masked_even_in_mistyped_ones() {
        let shown = [
            ("postgres://a:s3cret@h/db", "postgres://a:***@h/db"),
            ("postgres://a:s3@cret@h/db", "postgres://a:***@h/db"),
            ("postgres://a@h/db", "postgres://a@h/db"),
            ("mysql:a:s3cret@h", "mysql:***@h"),
            ("s3cret@h", "***@h"),
            (
                "postgres://h/db?user=a&password=s3cret",
                "postgres://h/db?user=a&password=***",
            ),
            (
                "postgres://h/db?sslpassword=s3cret&sslmode=require",
                "postgres://h/db?sslpassword=***&sslmode=require",
            ),
            (
                "host=h password=s3cret user=a",
                "host=h password=*** user=a",
            ),
            ("sqlite:tnld-data/tnld.db", "sqlite:tnld-data/tnld.db"),
        ];
        for (address, expected) in shown {
            assert_eq!(without_passwords(address), expected);
        }
    }
}
