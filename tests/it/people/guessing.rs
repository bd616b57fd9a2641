//! Those who guess, and those who must not suffer from it.

use serde_json::json;

use super::{House, PASSWORD, trace};

const LUA: &str = "lua.tran@donvi.test";

on_both_databases! {
    fn every_refusal_is_one_and_the_same(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        house.person("khoa@donvi.test");
        db.tnld(&["account", "lock", "khoa@donvi.test"]).ok();
        house.invited("moi@donvi.test", "Lê Văn Mới");
        house.person("ma@donvi.test");
        house.signed_in("ma@donvi.test").set_up_totp();
        let refused = |body: serde_json::Value| {
            let answer = house.browser().send("POST", "/api/v1/session", &body);
            assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 0);
            let mut body = answer.expect(401);
            assert_eq!(body["code"], "sign_in_refused");
            body["instance"].take();
            body
        };
        let unknown = refused(json!({"email": "nobody@donvi.test", "password": PASSWORD}));
        for body in [
            json!({"email": LUA, "password": "sai rồi sai rồi"}),
            json!({"email": "khoa@donvi.test", "password": PASSWORD}),
            json!({"email": "moi@donvi.test", "password": PASSWORD}),
            json!({"email": "no address", "password": PASSWORD}),
            json!({"email": "ma@donvi.test", "password": PASSWORD}),
            json!({"email": "ma@donvi.test", "password": PASSWORD, "totp": "000000"}),
            json!({"email": "ma@donvi.test", "password": PASSWORD, "recovery_code": "AAAA-AAAA-AAAA-AAAA"}),
            json!({"email": LUA, "password": "a".repeat(4000)}),
        ] {
            assert_eq!(refused(body), unknown);
        }
        for (why, count) in [("no account", 2), ("wrong password", 3), ("locked", 1), ("wrong code", 3)] {
            assert_eq!(house.refused(why), count, "{why}");
        }
        // The trace names an account where there is one, and never what was typed.
        let rows = trace(db, "sign_in_refused");
        assert!(rows.iter().all(|row| row.actor_kind == "unknown" && !row.object_id.contains('@')));
        let log = house.program.log();
        assert!(!log.contains("sai rồi") && !log.contains(LUA), "{log}");
    }

    fn whoever_guesses_waits_and_the_owner_does_not(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let owner = house.signed_in(LUA);
        for _ in 0..12 {
            house.browser().sign_in(LUA, "đoán mò cho vui").expect(401);
        }
        assert_eq!(house.refused("wrong password"), 5);
        assert_eq!(house.refused("too many tries"), 7);
        // From the same network even the right password must wait,
        house.browser().sign_in(LUA, PASSWORD).expect(401);
        // but a device on which the owner has signed in before does not,
        owner.sign_in(LUA, PASSWORD).expect(201);
        // nor does another account, nor whoever can read the owner's mail.
        house.person("khac@donvi.test");
        house.signed_in("khac@donvi.test");
        owner.send("POST", "/api/v1/password-reset", &json!({"email": LUA}));

        // A device that is known to one account is not to another.
        let stranger = house.signed_in("khac@donvi.test");
        stranger.sign_in(LUA, PASSWORD).expect(401);
        // A known device that guesses waits by itself.
        for _ in 0..8 {
            owner.sign_in(LUA, "đoán mò cho vui").expect(401);
        }
        owner.sign_in(LUA, PASSWORD).expect(401);
    }

    fn a_thousand_guesses_at_once_are_a_thousand_guesses(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..5 {
                        let status = house.browser().sign_in(LUA, "đoán mò cho vui").status;
                        assert!(matches!(status, 401 | 503), "{status}");
                    }
                });
            }
        });
        assert_eq!(house.refused("wrong password"), 5);
        assert!(house.refused("too many tries") > 20);
    }

    fn a_stolen_session_cannot_guess_the_password_either(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let thief = house.signed_in(LUA);
        for _ in 0..8 {
            thief
                .send("POST", "/api/v1/account/totp", &json!({"password": "đoán mò cho vui"}))
                .expect(422);
        }
        thief
            .send("POST", "/api/v1/account/totp", &json!({"password": PASSWORD}))
            .expect(422);
        assert_eq!(trace(db, "sign_in_refused").len(), 9);
        house.signed_in(LUA);
    }

    fn one_address_is_one_account_however_it_is_typed(db: &Db) {
        let house = House::open(db);
        house.person("phap.che@công-ty.vn");
        for typed in [
            "PHAP.CHE@Công-Ty.VN",
            "phap.che@co\u{302}ng-ty.vn",
            "ｐｈａｐ．ｃｈｅ＠công-ty.vn",
            "phap.che@xn--cng-ty-ixa.vn",
            "  phap.che@công-ty.vn ",
        ] {
            house.browser().sign_in(typed, PASSWORD).expect(201);
            let again = db.tnld(&["account", "create", "--email", typed, "--name", "A"]);
            assert!(again.failed(1).contains("has an account"), "{typed}");
        }
        // A Cyrillic а is another letter, and no account is made with it.
        house.browser().sign_in("phаp.che@công-ty.vn", PASSWORD).expect(401);
        let twin = db.tnld(&["account", "create", "--email", "phаp.che@công-ty.vn", "--name", "A"]);
        twin.failed(2);
        // A password typed letter by letter apart is the same one.
        let apart = "tra\u{302}u ca\u{300}y ruo\u{323}\u{302}ng sa\u{302}u";
        house.browser().sign_in("phap.che@công-ty.vn", apart).expect(201);
    }
}
