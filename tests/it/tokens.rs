//! `tnld token`: issue, list, revoke. The secret is shown once and stored nowhere.

use diesel::prelude::*;
use tnld::store::schema::tokens;

on_both_databases! {
    fn only_the_hash_of_a_token_is_stored(db: &Db) {
        let secret = db.token("employer", &["--tax-code", "0100233488", "--name", "Công ty A"]);
        assert!(secret.starts_with("tnld_") && secret.len() == 48, "{secret}");

        let hash: String = tokens::table
            .select(tokens::secret_hash)
            .first(&mut db.connect())
            .unwrap();
        assert_eq!(hash.len(), 64);
        assert!(!hash.contains(&secret["tnld_".len()..]));
        let list = db.tnld(&["token", "list"]).ok();
        assert!(!list.contains(&secret["tnld_".len()..]) && !list.contains(&hash), "{list}");
    }

    fn every_role_gets_a_token_for_its_territory(db: &Db) {
        let good: [(&str, &[&str]); 7] = [
            ("employer", &["--tax-code", "0314409058-002"]),
            ("commune", &["--commune", "25270"]),
            ("inspector", &["--province", "79"]),
            ("police", &["--commune", "25270"]),
            ("police", &["--province", "79"]),
            ("ministry", &[]),
            ("operator", &["--expires", "1", "--name", "Trực ban"]),
        ];
        for (role, territory) in good {
            db.token(role, territory);
        }
        let list = db.tnld(&["token", "list"]).ok();
        assert_eq!(list.lines().count(), 1 + good.len(), "{list}");
        for (line, (role, territory)) in list.lines().skip(1).zip(good) {
            assert!(line.contains(role), "{list}");
            assert!(territory.get(1).is_none_or(|code| line.contains(code) || role == "operator"), "{list}");
        }
        assert!(list.contains("Trực ban"), "{list}");
    }

    fn a_revoked_token_stays_in_the_list_as_revoked(db: &Db) {
        db.token("ministry", &[]);
        db.token("operator", &[]);
        let ended = |list: &str| {
            let lines: Vec<&str> = list.lines().skip(1).collect();
            lines.iter().filter(|line| !line.ends_with('-')).count()
        };
        let list = db.tnld(&["token", "list"]).ok();
        assert_eq!(ended(&list), 0, "{list}");
        let id = list.lines().nth(1).unwrap().split_whitespace().next().unwrap();

        assert_eq!(db.tnld(&["token", "revoke", id]).ok(), "");
        assert_eq!(db.tnld(&["token", "revoke", id]).ok(), "");
        let list = db.tnld(&["token", "list"]).ok();
        assert_eq!(ended(&list), 1, "{list}");

        let line = db.tnld(&["token", "revoke", "0197"]).failed(1);
        assert!(line.contains("no token 0197"), "{line}");
    }

    fn a_token_that_makes_no_sense_is_wrong_usage(db: &Db) {
        let bad: [&[&str]; 12] = [
            &["--role", "employer"],
            &["--role", "employer", "--tax-code", "0100233480"],
            &["--role", "employer", "--tax-code", "0100233488", "--province", "79"],
            &["--role", "commune", "--province", "79"],
            &["--role", "inspector"],
            &["--role", "inspector", "--province", "079"],
            &["--role", "police"],
            &["--role", "police", "--province", "79", "--commune", "25270"],
            &["--role", "ministry", "--province", "79"],
            &["--role", "director"],
            &["--role", "operator", "--expires", "0"],
            &["--role", "operator", "--name", "two\nlines"],
        ];
        for arguments in bad {
            let output = db.tnld(&[&["token", "issue"], arguments].concat());
            assert_eq!(output.stdout, "", "{arguments:?}");
            output.failed(2);
        }
        let list = db.tnld(&["token", "list"]).ok();
        assert_eq!(list.lines().count(), 1, "{list}");
    }
}
