//! A wrong setting stops the start with one line: key, value and what is allowed.

use crate::support::{Db, program};

#[test]
fn each_wrong_setting_stops_the_start_with_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = [
        (
            "TNLD_DATABASE_URL",
            "mysql://localhost/tnld",
            "sqlite:PATH or postgres://",
        ),
        ("TNLD_LISTEN", "localhost", "127.0.0.1:8080"),
        ("TNLD_PUBLIC_URL", "tnld.test", "https://"),
        ("TNLD_SMTP_URL", "mail.test:25", "smtps://"),
        ("TNLD_MAIL_FROM", "Khai báo", "a mail address"),
        ("TNLD_OPERATOR_MAIL", "trực ban", "a mail address"),
        ("TNLD_CLOCK_OFFSET", "1 hour", "seconds"),
        ("TNLD_LOG", "loud", "debug"),
        ("TNLD_CONFIG", "absent.toml", "a TOML file"),
    ];
    for (key, value, allowed) in wrong {
        for command in ["serve", "migrate"] {
            let line = program::run(folder.path(), &[(key, value)], &[command]).failed(1);
            let (vietnamese, english) = line.split_once(" | ").unwrap();
            let expected = format!("tnld: {key} đang là {value:?}");
            assert!(vietnamese.starts_with(&expected), "{line}");
            assert!(vietnamese.contains("; giá trị được phép: "), "{line}");
            assert!(
                english.starts_with(&format!("{key} is {value:?}")),
                "{line}"
            );
            assert!(
                english.contains("; allowed: ") && english.contains(allowed),
                "{line}"
            );
        }
    }
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(
        left.is_empty(),
        "nothing is made by a refused start: {left:?}"
    );
}

#[test]
fn a_mistyped_key_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let line = program::run(folder.path(), &[("TNLD_LISTN", "127.0.0.1:80")], &["serve"]).failed(1);
    assert!(line.contains("TNLD_LISTN in the environment"), "{line}");

    std::fs::write(folder.path().join("tnld.toml"), "TNLD_LOGG = \"info\"\n").unwrap();
    let line = program::run(folder.path(), &[("TNLD_CONFIG", "tnld.toml")], &["serve"]).failed(1);
    assert!(line.contains("TNLD_LOGG in tnld.toml"), "{line}");
}

#[test]
fn a_moved_clock_is_refused_where_others_can_reach_it() {
    let folder = tempfile::tempdir().unwrap();
    let settings = [("TNLD_CLOCK_OFFSET", "60"), ("TNLD_LISTEN", "0.0.0.0:8080")];
    let line = program::run(folder.path(), &settings, &["serve"]).failed(1);
    assert!(line.contains(" | TNLD_CLOCK_OFFSET is \"60\""), "{line}");
    assert!(line.contains("loopback"), "{line}");
}

#[test]
fn passwords_are_not_told() {
    let folder = tempfile::tempdir().unwrap();
    for settings in [
        [(
            "TNLD_DATABASE_URL",
            "postgres://tnld:s3cret@127.0.0.1:1/tnld",
        )],
        [("TNLD_DATABASE_URL", "postgre://tnld:s3cret@127.0.0.1/tnld")],
    ] {
        let line = program::run(folder.path(), &settings, &["migrate"]).failed(1);
        assert!(line.contains("tnld:***@"), "{line}");
        assert!(!line.contains("s3cret"), "{line}");
    }
}

#[cfg(not(feature = "postgres-tls"))]
#[test]
fn tls_to_the_database_is_refused_with_the_reason_in_a_build_without_it() {
    let folder = tempfile::tempdir().unwrap();
    let plain = "postgres://tnld@127.0.0.1:1/tnld";
    let asking = format!("{plain}?sslmode=verify-full");
    for settings in [
        vec![("TNLD_DATABASE_URL", asking.as_str())],
        vec![("TNLD_DATABASE_URL", plain), ("PGSSLMODE", "require")],
    ] {
        let line = program::run(folder.path(), &settings, &["migrate"]).failed(1);
        assert!(line.contains("built without it"), "{line}");
        assert!(line.contains("--features postgres-tls"), "{line}");
    }
}

#[test]
fn a_file_gives_settings_and_the_environment_wins() {
    let db = Db::empty_sqlite();
    let file = db.folder().join("tnld.toml");
    std::fs::write(&file, "TNLD_DATABASE_URL = \"sqlite:from/file.db\"\n").unwrap();
    let from_file = [("TNLD_CONFIG", "tnld.toml")];
    program::run(db.folder(), &from_file, &["migrate"]).ok();
    assert!(db.folder().join("from/file.db").is_file());

    let both = [
        ("TNLD_DATABASE_URL", "sqlite:env.db"),
        ("TNLD_CONFIG", "tnld.toml"),
    ];
    program::run(db.folder(), &both, &["migrate"]).ok();
    assert!(db.folder().join("env.db").is_file());
}

#[test]
fn without_a_database_setting_there_is_a_file_in_tnld_data() {
    let folder = tempfile::tempdir().unwrap();
    program::run(folder.path(), &[], &["migrate"]).ok();
    assert!(folder.path().join("tnld-data/tnld.db").is_file());
}
