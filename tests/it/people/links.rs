//! Links of mails: they are good once, and nobody learns who has an account.

use std::time::Duration;

use diesel::{prelude::*, sql_types::Text};
use serde_json::json;

use super::{House, PASSWORD, trace};
use crate::support::{Db, program::eventually};

const LUA: &str = "lua.tran@donvi.test";
const ASK: &str = "/api/v1/password-reset";
const CONFIRM: &str = "/api/v1/password-reset/confirm";

/// Every row of a table, as text.
pub fn dump(db: &Db, table: &str) -> String {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        line: String,
    }
    let mut conn = db.connect();
    let query = match conn {
        tnld::store::conn::DbConn::Postgres(_) => {
            format!("SELECT row_to_json(t)::text AS line FROM {table} t")
        }
        tnld::store::conn::DbConn::Sqlite(_) => {
            let columns = match table {
                "accounts" => "email, full_name, password_hash, totp_secret, totp_pending",
                "recovery_codes" => "account_id, code_hash",
                "sessions" => "id, secret_hash, device_name",
                "known_devices" => "secret_hash, account_id",
                "account_links" => "id, message_id",
                "account_link_secrets" => "secret_hash, link_id",
                "outbox" => "recipient, payload, dedup_key",
                _ => "actor_name, object_id, result, details",
            };
            let text: Vec<String> = columns
                .split(", ")
                .map(|column| format!("coalesce({column}, '')"))
                .collect();
            format!("SELECT {} AS line FROM {table}", text.join(" || ' ' || "))
        }
    };
    let lines: Vec<Line> = diesel::sql_query(query).load(&mut conn).unwrap();
    lines.into_iter().map(|line| line.line + "\n").collect()
}

/// Asks for a new password; the secret of the link that is mailed.
pub fn reset_link(house: &House<'_>, email: &str) -> String {
    let before = house.mails().len();
    let answer = house.browser().send("POST", ASK, &json!({"email": email}));
    assert_eq!((answer.status, answer.text.as_str()), (202, ""));
    let mail = eventually(Duration::from_secs(20), || {
        let new = house.mails().into_iter().skip(before);
        new.into_iter()
            .find(|mail| mail.header("to") == email && mail.text().contains("/account/reset/"))
    });
    let link = mail
        .text()
        .lines()
        .find(|line| line.contains("/account/reset/"))
        .unwrap()
        .to_owned();
    assert!(link.starts_with(&house.program.base()), "{link}");
    link.rsplit('/').next().unwrap().to_owned()
}

on_both_databases! {
    fn a_reset_ends_every_session_and_its_link_is_good_once(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.signed_in(LUA);
        let first = reset_link(&house, LUA);
        let secret = reset_link(&house, LUA);
        let body = json!({"secret": secret, "password": "con cò bay lả bay la"});
        let weak = json!({"secret": secret, "password": "Matkhau@12345"});
        assert_eq!(house.browser().send("POST", CONFIRM, &weak).error_pointers(), ["/password"]);
        assert_eq!(house.browser().send("POST", CONFIRM, &body).status, 204);
        browser.get("/api/v1/session").expect(401);
        for used in [&first, &secret, &"x".to_owned(), &"A".repeat(43)] {
            let again = json!({"secret": used, "password": "con cò bay lả bay la"});
            let answer = house.browser().send("POST", CONFIRM, &again).expect(409);
            assert_eq!(answer["code"], "link_expired");
        }
        house.browser().sign_in(LUA, PASSWORD).expect(401);
        house.browser().sign_in(LUA, "con cò bay lả bay la").expect(201);
        // Of a link to a password, nobody makes a proof of the address.
        house.browser().send("POST", "/api/v1/account/email-proof", &json!({"secret": first})).expect(409);
        assert_eq!((trace(db, "ask_reset").len(), trace(db, "reset_password").len()), (2, 2));
    }

    fn whoever_asks_for_a_reset_learns_nothing(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        house.person("khoa@donvi.test");
        db.tnld(&["account", "lock", "khoa@donvi.test"]).ok();
        for email in ["nobody@donvi.test", "khoa@donvi.test"] {
            let answer = house.browser().send("POST", ASK, &json!({"email": email}));
            assert_eq!((answer.status, answer.text.as_str()), (202, ""), "{email}");
        }
        // Five times is no flood of mails.
        reset_link(&house, LUA);
        for _ in 0..4 {
            house.browser().send("POST", ASK, &json!({"email": LUA}));
        }
        eventually(Duration::from_secs(20), || (trace(db, "ask_reset").len() == 5).then_some(()));
        // One more says to whom it concerns that the account was locked.
        eventually(Duration::from_secs(20), || (house.mails().len() == 4).then_some(()));
        std::thread::sleep(Duration::from_millis(1500));
        let mails = house.mails();
        let to_lua = mails.iter().filter(|mail| mail.header("to") == LUA).count();
        assert_eq!((mails.len(), to_lua), (4, 3));
        let locked = mails.iter().find(|mail| mail.header("to") != LUA).unwrap();
        assert!(locked.header("to") == "khoa@donvi.test" && locked.header("subject").contains("bị khóa"));
        for wrong in [json!({}), json!({"email": "x"}), json!({"email": LUA, "admin": true})] {
            house.browser().send("POST", ASK, &wrong).expect(422);
        }
    }

    fn a_link_ends_with_its_hour(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let secret = reset_link(&house, LUA);
        drop(house);
        let later = House::open_with(db, &[("TNLD_CLOCK_OFFSET", "3660")]);
        let body = json!({"secret": secret, "password": "con cò bay lả bay la"});
        later.browser().send("POST", CONFIRM, &body).expect(409);
        assert_eq!(later.browser().get(&format!("/account/reset/{secret}")).status, 404);
    }

    fn the_page_of_a_link_changes_nothing_until_its_button_is_pressed(db: &Db) {
        let house = House::open(db);
        let secret = house.invited(LUA, "Trần <b>Thị</b> Lụa");
        let path = format!("/account/reset/{secret}");
        let browser = house.browser();
        for _ in 0..3 {
            let page = browser.get(&path);
            assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
            assert!(page.header("content-security-policy").contains("form-action 'self'"));
            assert!(page.text.contains("Đặt mật khẩu") && page.text.contains("Choose a password"), "{}", page.text);
        }
        let send = |form: &str| {
            browser.send_bytes("POST", &path, "application/x-www-form-urlencoded", form.as_bytes(), &[])
        };
        let encoded = crate::api::office::encoded(PASSWORD);
        for (form, said) in [
            (format!("password={encoded}&again=x"), "not the same"),
            ("password=ngan&again=ngan".to_owned(), "10 characters"),
            ("password=Matkhau%4012345&again=Matkhau%4012345".to_owned(), "Too many people"),
            ("x=1".to_owned(), "cannot be read"),
        ] {
            let page = send(&form);
            assert_eq!(page.status, 422, "{form}");
            assert!(page.text.contains(said), "{form}: {}", page.text);
        }
        let done = send(&format!("password={encoded}&again={encoded}"));
        assert_eq!(done.status, 200, "{}", done.text);
        assert_eq!(send(&format!("password={encoded}&again={encoded}")).status, 404);
        assert_eq!(browser.get(&path).status, 404);
        assert_eq!(browser.get(&format!("/account/proof/{secret}")).status, 404);
        browser.sign_in(LUA, PASSWORD).expect(201);
        assert!(!house.program.log().contains(&secret));
    }

    fn an_address_is_confirmed_by_its_mail(db: &Db) {
        use tnld::{
            domain::account::LinkPurpose,
            service::accounts::{links::mail, make},
            time::Clock,
        };
        let house = House::open(db);
        let now = Clock::default().now();
        let made: tnld::error::Result<()> = db.connect().write(|tx| {
            let account = make(tx, LUA, "Trần Thị Lụa", now)?.unwrap();
            mail(tx, &account, LinkPurpose::ProveEmail, now)
        });
        made.unwrap();
        let sent = eventually(Duration::from_secs(20), || house.mails().pop());
        let lines = sent.text().to_owned();
        let link = lines.lines().find(|line| line.contains("/account/proof/")).unwrap();
        let secret = link.rsplit('/').next().unwrap();
        let browser = house.browser();
        let path = format!("/account/proof/{secret}");
        assert_eq!(browser.get(&path).status, 200);
        assert_eq!(trace(db, "prove_email").len(), 0);
        let pressed = browser.send_bytes("POST", &path, "application/x-www-form-urlencoded", b"", &[]);
        assert_eq!(pressed.status, 200, "{}", pressed.text);
        browser
            .send("POST", "/api/v1/account/email-proof", &json!({"secret": secret}))
            .expect(409);
        assert_eq!(trace(db, "prove_email").len(), 1);
        assert!(db.tnld(&["account", "list"]).ok().contains("active"));
    }
}
