//! The command line: what is printed where, and with which exit status.

use crate::support::program;

#[test]
fn wrong_usage_ends_with_status_2_and_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let wrong: [(&[&str], &str); 6] = [
        (&[], "--help"),
        (&["serv"], "serv"),
        (&["serve", "--port", "80"], "--port"),
        (&["token"], "--help"),
        (&["explain"], "FILE"),
        (&["authorities", "import"], "FILE"),
    ];
    for (arguments, expected) in wrong {
        let output = program::run(folder.path(), &[], arguments);
        assert_eq!(output.stdout, "", "{arguments:?}");
        let line = output.failed(2);
        assert!(line.contains(expected), "{line}");
    }
}

#[test]
fn help_and_version_go_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let help = program::run(folder.path(), &[], &["--help"]).ok();
    for command in [
        "serve",
        "demo",
        "migrate",
        "authorities",
        "rules",
        "token",
        "openapi",
        "explain",
    ] {
        assert!(help.contains(command), "{help}");
    }
    let version = program::run(folder.path(), &[], &["--version"]).ok();
    assert_eq!(version, format!("tnld {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_database_that_is_away_is_told_in_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let nobody = program::free_port();
    let url = format!("postgres://tnld@127.0.0.1:{nobody}/tnld");
    let line = program::run(folder.path(), &[("TNLD_DATABASE_URL", &url)], &["migrate"]).failed(1);
    assert!(line.contains(&url) && line.contains("refused"), "{line}");
}

on_both_databases! {
    fn migrating_twice_changes_nothing(db: &Db) {
        assert_eq!(db.tnld(&["migrate"]).ok(), "");
        assert_eq!(db.tnld(&["migrate"]).ok(), "");
    }
}
