//! What settings mean, and which are refused.

use std::ffi::OsString;

use super::{Config, ConfigError};
use crate::{mail::address::SmtpUrl, sealing::KeySource};

fn load(settings: &[(&str, &str)]) -> Result<Config, ConfigError> {
    Config::from_environment(
        settings
            .iter()
            .map(|(key, value)| (OsString::from(key), OsString::from(value))),
    )
}

fn refusal(key: &str, value: &str) -> String {
    match load(&[(key, value)]) {
        Ok(_) => panic!("{key}={value:?} was taken"),
        Err(why) => why.to_string(),
    }
}

#[test]
fn without_any_setting_the_defaults_of_the_contract_hold() {
    let config = load(&[("PATH", "/bin"), ("PGSSLMODE", "require")]).unwrap();
    assert_eq!(config.database_url.expose(), "sqlite:tnld-data/tnld.db");
    assert_eq!(
        config.master_keys,
        KeySource::File("tnld-data/master.keys".into())
    );
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.public_url(), "http://127.0.0.1:8080");
    assert_eq!(config.smtp_url, SmtpUrl::Folder("tnld-data/mail".into()));
    assert_eq!(config.smtp_urls().len(), 1);
    assert_eq!(config.mail_from.name.as_deref(), Some("Khai báo TNLĐ"));
    assert_eq!(config.mail_from.email.to_string(), "no-reply@localhost");
    assert_eq!(config.operator_mail, None);
    assert!(config.canaries);
    assert!(config.proxies.is_empty());
    assert_eq!(config.rate_per_token.map(|rate| rate.get()), Some(2000));
    assert_eq!(config.clock_offset, 0);
    assert_eq!(config.log_filter(), "info");
}

#[test]
fn a_wrong_value_is_refused_with_key_value_and_what_is_allowed() {
    let wrong = [
        ("TNLD_DATABASE_URL", "mysql://h/d", "postgres://"),
        ("TNLD_DATABASE_URL", "", "sqlite:PATH"),
        ("TNLD_MASTER_KEYS_FILE", "", "a file"),
        ("TNLD_LISTEN", "8080", "127.0.0.1:8080"),
        ("TNLD_LISTEN", "127.0.0.1", "a port"),
        ("TNLD_LISTEN", "127.0.0.1:99999", "a port"),
        ("TNLD_PUBLIC_URL", "tnld.example.test", "https://"),
        ("TNLD_PUBLIC_URL", "ftp://tnld.example.test", "https://"),
        ("TNLD_PUBLIC_URL", "https://h.test/?a=b", "https://"),
        ("TNLD_PROXIES", "proxy.tnld.test", "127.0.0.1,10.0.0.0/8"),
        ("TNLD_PROXIES", "10.0.0.0/33", "networks"),
        ("TNLD_RATE_PER_TOKEN", "fast", "a whole number"),
        ("TNLD_WEBHOOK_NETWORKS", "sos.test", "10.20.0.0/16"),
        ("TNLD_SMS_FILE", "/nowhere/sms.toml", "see the README"),
        ("TNLD_RATE_PER_TOKEN", "-1", "0 for no limit"),
        ("TNLD_SMTP_URL", "imap://h", "smtps://"),
        ("TNLD_SMTP_URL", "file:", "file:DIR"),
        ("TNLD_SMTP_URL_2", "imap://h", "smtps://"),
        ("TNLD_MAIL_FROM", "nobody", "a mail address"),
        ("TNLD_OPERATOR_MAIL", "a b@c", "a mail address"),
        ("TNLD_CANARIES", "yes", "on or off"),
        ("TNLD_CLOCK_OFFSET", "1h", "seconds"),
        ("TNLD_CLOCK_OFFSET", "99999999999999", "a hundred years"),
        ("TNLD_LOG", "verbose", "debug"),
        ("TNLD_LOG", "info,tnld=verbose", "debug"),
        ("TNLD_LOG", "", "info"),
    ];
    for (key, value, allowed) in wrong {
        let line = refusal(key, value);
        assert!(
            line.starts_with(&format!("{key} đang là {value:?}")),
            "{line}"
        );
        let (vietnamese, english) = line.split_once(" | ").unwrap();
        assert!(vietnamese.contains("; giá trị được phép: "), "{line}");
        assert!(
            english.starts_with(&format!("{key} is {value:?}")),
            "{line}"
        );
        assert!(english.contains("; allowed: "), "{line}");
        assert!(english.contains(allowed), "{line}");
        assert_eq!(line.lines().count(), 1, "{line}");
    }
}

#[test]
fn a_refusal_does_not_tell_passwords() {
    for (key, value) in [
        ("TNLD_DATABASE_URL", "mysql://tnld:s3cret@h/d"),
        ("TNLD_DATABASE_URL", "postgres://tnld:s3cret@h:port/d"),
        ("TNLD_DATABASE_URL", "postgres://tnld:s3cret@h/d?sslmode=no"),
        ("TNLD_SMTP_URL", "smpt://tnld:s3cret@h"),
    ] {
        let line = refusal(key, value);
        assert!(line.contains("***") && !line.contains("s3cret"), "{line}");
    }
    let config = load(&[
        ("TNLD_DATABASE_URL", "postgres://tnld:s3cret@h/d"),
        ("TNLD_SMTP_URL", "smtps://tnld:s3cret@h.test:465"),
    ]);
    assert!(!format!("{:?}", config.unwrap()).contains("s3cret"));
}

#[test]
fn keys_come_from_one_place_and_are_never_shown() {
    let key = "k1 AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let setting = ("TNLD_MASTER_KEYS", key);
    let config = load(&[setting]).unwrap();
    assert!(matches!(config.master_keys, KeySource::Setting(_)));
    assert!(!format!("{config:?}").contains("AAECAw"));
    for (wrong, why) in [
        ("k1 AAECAwQFBgcICQ==", "line 1"),
        ("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=", "line 1"),
        ("", "no key"),
    ] {
        let line = refusal("TNLD_MASTER_KEYS", wrong);
        assert!(line.contains("TNLD_MASTER_KEYS is \"***\""), "{line}");
        assert!(line.contains(why) && !line.contains("AAECAw"), "{line}");
    }
    let both = load(&[setting, ("TNLD_MASTER_KEYS_FILE", "/a/b")]).unwrap_err();
    assert!(both.to_string().contains("not both"), "{both}");

    let beside = |url| load(&[("TNLD_DATABASE_URL", url)]).unwrap().master_keys;
    let file = |path: &str| KeySource::File(path.into());
    assert_eq!(
        beside("sqlite:/var/lib/tnld.db"),
        file("/var/lib/master.keys")
    );
    assert_eq!(beside("sqlite:tnld.db"), file("master.keys"));
    assert_eq!(beside("postgres://h/d"), file("tnld-data/master.keys"));
}

#[test]
fn the_clock_moves_on_loopback_only() {
    let offset = ("TNLD_CLOCK_OFFSET", "-86400");
    for loopback in ["127.0.0.1:80", "[::1]:80"] {
        let config = load(&[offset, ("TNLD_LISTEN", loopback)]).unwrap();
        assert_eq!(config.clock_offset, -86400);
    }
    let line = load(&[offset, ("TNLD_LISTEN", "0.0.0.0:80")]).unwrap_err();
    assert!(
        line.to_string()
            .starts_with("TNLD_CLOCK_OFFSET đang là \"-86400\"")
    );
    assert!(load(&[("TNLD_CLOCK_OFFSET", "0"), ("TNLD_LISTEN", "0.0.0.0:80")]).is_ok());
}

#[test]
fn the_public_address_is_the_base_of_links() {
    let mut config = load(&[("TNLD_LISTEN", "127.0.0.1:0")]).unwrap();
    config.listen.set_port(4321);
    assert_eq!(config.public_url(), "http://127.0.0.1:4321");
    let config = load(&[("TNLD_PUBLIC_URL", "https://tnld.example.test/intake/")]).unwrap();
    assert_eq!(config.public_url(), "https://tnld.example.test/intake");
}

#[test]
fn the_operator_is_known_by_address() {
    let config = load(&[("TNLD_OPERATOR_MAIL", "Trực ban <truc@tnld.test>")]).unwrap();
    assert_eq!(config.operator_mail.as_deref(), Some("truc@tnld.test"));
    assert_eq!(
        load(&[("TNLD_OPERATOR_MAIL", "")]).unwrap().operator_mail,
        None
    );
}

#[test]
fn a_file_holds_the_same_keys_and_the_environment_wins() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tnld.toml");
    std::fs::write(
        &path,
        "TNLD_LISTEN = \"127.0.0.1:1111\"\nTNLD_CLOCK_OFFSET = 60\nTNLD_LOG = \"warn\"\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let config = load(&[("TNLD_CONFIG", path), ("TNLD_LISTEN", "127.0.0.1:2222")]).unwrap();
    assert_eq!(config.listen.port(), 2222);
    assert_eq!(config.clock_offset, 60);
    assert_eq!(config.log_filter(), "warn");
}

#[test]
fn an_unknown_key_and_an_unreadable_file_are_refused() {
    let mistyped = refusal("TNLD_LISTN", "127.0.0.1:80");
    assert!(
        mistyped.starts_with("TNLD_LISTN trong biến môi trường "),
        "{mistyped}"
    );
    assert!(
        mistyped.contains(" | TNLD_LISTN in the environment "),
        "{mistyped}"
    );
    assert!(refusal("TNLD_CONFIG", "/nowhere/tnld.toml").contains(" | TNLD_CONFIG is"));

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("tnld.toml");
    let with = |text: &str| {
        std::fs::write(&path, text).unwrap();
        refusal("TNLD_CONFIG", path.to_str().unwrap())
    };
    assert!(with("TNLD_LISTN = \"127.0.0.1:80\"").contains(" | TNLD_LISTN in "));
    assert!(with("[server]\nlisten = 1").contains(" | server in "));
    assert!(with("TNLD_CONFIG = \"other.toml\"").contains(" | TNLD_CONFIG in "));
    assert!(with("TNLD_LOG = [\"info\"]").contains(" | TNLD_LOG is of type array"));
    let line = with("TNLD_LOG = \"info\"\nTNLD_SMTP_URL = \"smtp://a:s3cret@h\n");
    assert!(
        line.contains("line 2") && !line.contains("s3cret"),
        "{line}"
    );
    assert_eq!(line.lines().count(), 1, "{line}");
}
