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
        assert!(line.contains("xem tnld --help | "), "{line}");
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
    for line in ["Chạy API", "Serve the API", "Thiết lập lấy từ"] {
        assert!(help.contains(line), "{help}");
    }
    let help = program::run(folder.path(), &[], &["token", "issue", "--help"]).ok();
    assert!(
        help.contains("Mã số thuế của người sử dụng lao động · Tax code of an employer"),
        "{help}"
    );
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
    assert!(
        line.starts_with("tnld: Không mở được cơ sở dữ liệu") && line.contains(" | cannot open"),
        "{line}"
    );
}

#[cfg(unix)]
#[test]
fn what_holds_personal_data_is_for_nobody_else_to_read() {
    use std::{collections::BTreeMap, os::unix::fs::PermissionsExt, path::Path};

    use crate::support::{Db, Program};

    fn modes(folder: &Path) -> BTreeMap<String, u32> {
        let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        entries
            .map(|entry| {
                let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
                (entry.file_name().into_string().unwrap(), mode)
            })
            .collect()
    }

    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("tnld-data");
    let db = Db::at(format!("sqlite:{}", data.join("tnld.db").display()));
    db.tnld(&["migrate"]).ok();
    let mut program = Program::start(&db, &[]);
    assert_eq!(
        modes(folder.path()),
        [("tnld-data".to_owned(), 0o700)].into()
    );
    let mut private: std::collections::BTreeMap<String, u32> =
        ["master.keys", "tnld.db", "tnld.db-shm", "tnld.db-wal"]
            .map(|name| (name.to_owned(), 0o600))
            .into();
    private.insert("files".to_owned(), 0o700);
    assert_eq!(modes(&data), private);

    db.with_authorities();
    let token = db.token("employer", &["--tax-code", "4799123402"]);
    let example = crate::support::examples::folder().join("01-fatal-contract-2024-district.json");
    let example: serde_json::Value =
        serde_json::from_slice(&std::fs::read(example).unwrap()).unwrap();
    let declared = program
        .client(&token)
        .post("/api/v1/declarations", &example["request"]["body"]);
    declared.expect(201);
    let mail = db.folder().join("mail");
    let mails = program::eventually(std::time::Duration::from_secs(10), || {
        Some(modes(&mail)).filter(|mails| mails.keys().any(|name| name.ends_with(".eml")))
    });
    assert!(mails.values().all(|mode| *mode == 0o600), "{mails:?}");
    assert_eq!(modes(db.folder())["mail"], 0o700);

    // What somebody opened to others on purpose stays open.
    program.stop();
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).unwrap();
    program.restart();
    assert_eq!(modes(folder.path())["tnld-data"], 0o755);
}

on_both_databases! {
    fn rules_come_out_as_they_go_in_and_a_bad_file_changes_nothing(db: &Db) {
        let rules = db.tnld(&["rules", "export"]).ok();
        let file = db.folder().join("rules.csv");
        let import = |text: &str| {
            std::fs::write(&file, text).unwrap();
            db.tnld(&["rules", "import", file.to_str().unwrap()])
        };
        let done = import(&rules.replace('\n', "\r\n")).ok();
        let rows = rules.lines().count() - 1;
        assert_eq!(
            done,
            format!("Đã thêm hoặc thay {rows} dòng\n{rows} added or replaced\n")
        );
        assert_eq!(db.tnld(&["rules", "export"]).ok(), rules);

        let header = rules.lines().next().unwrap();
        let bad = format!("\u{feff}{header}\r\n\r\nF-X,form,90,,,D129-1,,received,2030-01-01,,a,T,\r\n");
        let refused = import(&bad);
        assert_eq!(
            refused.stdout,
            "Dòng 3, cột outcome: không phải giá trị được phép | \
             Line 3, column outcome: not one of the allowed values\n"
        );
        let line = refused.failed(1);
        assert!(line.contains("1 lỗi; chưa nhập dòng nào | "), "{line}");
        assert_eq!(db.tnld(&["rules", "export"]).ok(), rules);
    }

    fn migrating_twice_changes_nothing(db: &Db) {
        assert_eq!(db.tnld(&["migrate"]).ok(), "");
        assert_eq!(db.tnld(&["migrate"]).ok(), "");
    }
}
