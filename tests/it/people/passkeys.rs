//! Passkeys: added, used, removed; and those that are forged, replayed, copied or somebody else's.

use std::time::Duration;

use diesel::prelude::*;
use serde_json::{Value, json};

use super::{Browser, House, PASSWORD, authenticator::Device, trace};
use crate::{
    api::office::text,
    support::{Answer, Db, Program, program::eventually},
};

const LUA: &str = "lua.tran@donvi.test";
/// As browsers reach the service.
const PUBLIC: &str = "https://tnld.test";
const PASSKEYS: &str = "/api/v1/account/passkeys";
const ASK: &str = "/api/v1/session/passkey/challenge";
const SIGN_IN: &str = "/api/v1/session/passkey";

fn open(db: &Db) -> House<'_> {
    House::open_with(db, &[("TNLD_PUBLIC_URL", PUBLIC)])
}

fn browser(house: &House<'_>) -> Browser {
    Browser {
        origin: Some(PUBLIC.into()),
        ..house.browser()
    }
}

fn signed_in(house: &House<'_>, email: &str) -> Browser {
    let browser = browser(house);
    browser.sign_in(email, PASSWORD).expect(201);
    browser
}

fn challenge(browser: &Browser) -> Value {
    browser.send_bytes("POST", ASK, "", b"", &[]).expect(200)
}

fn begin(browser: &Browser) -> Value {
    let shown = json!({"password": PASSWORD});
    browser
        .send("POST", &format!("{PASSKEYS}/challenge"), &shown)
        .expect(200)
}

fn add(browser: &Browser, device: &mut Device, name: &str) -> Answer {
    let credential = device.create(&begin(browser));
    browser.send(
        "POST",
        PASSKEYS,
        &json!({"credential": credential, "name": name}),
    )
}

/// A device with a passkey of the account.
fn registered(browser: &Browser) -> Device {
    let mut device = Device::new(PUBLIC);
    add(browser, &mut device, "Điện thoại").expect(201);
    device
}

fn sign_in(browser: &Browser, device: &mut Device) -> Answer {
    let credential = device.answer(&challenge(browser));
    browser.send("POST", SIGN_IN, &json!({"credential": credential}))
}

/// Gives the account of this address a post.
fn appoint(db: &Db, email: &str) {
    db.with_authorities();
    let accounts = db.tnld(&["account", "list"]).ok();
    let line = accounts.lines().find(|line| line.contains(email)).unwrap();
    let account = line.split(' ').next().unwrap();
    let made = db.tnld(&[
        "post",
        "create",
        "--authority",
        "SNV-66",
        "--kind",
        "investigator",
        "--name",
        "Số 1",
    ]);
    db.tnld(&[
        "post",
        "appoint",
        made.ok().trim_end(),
        "--account",
        account,
    ])
    .ok();
}

on_both_databases! {
    fn a_passkey_that_a_thief_has_added_ends_with_a_reset_by_mail(db: &Db) {
        let house = open(db);
        house.person(LUA);
        let thief = signed_in(&house, LUA);
        let mut device = registered(&thief);
        house.browser().send("POST", "/api/v1/password-reset", &json!({"email": LUA}));
        let link = eventually(Duration::from_secs(20), || {
            let mails = house.mails().into_iter().map(|mail| mail.text().to_owned());
            let text = mails.into_iter().find(|text| text.contains("/account/reset/"))?;
            let at = text.find("/account/reset/")?;
            let link = text[at..].split_whitespace().next()?;
            link.rsplit('/').next().map(str::to_owned)
        });
        let body = json!({"secret": link, "password": "con cò bay lả bay la"});
        let set = browser(&house).send("POST", "/api/v1/password-reset/confirm", &body);
        assert_eq!(set.status, 204, "{}", set.text);
        assert_eq!(sign_in(&browser(&house), &mut device).status, 401);
        browser(&house).sign_in(LUA, "con cò bay lả bay la").expect(201);
        // The holder was told of both.
        for subject in ["Đã thêm khóa đăng nhập (passkey)", "Đã đổi mật khẩu của tài khoản"] {
            eventually(Duration::from_secs(20), || {
                house.mails().iter().any(|mail| mail.header("subject").contains(subject)).then_some(())
            });
        }
    }

    fn a_person_adds_a_passkey_signs_in_with_it_and_removes_it(db: &Db) {
        let house = open(db);
        house.person(LUA);
        let owner = signed_in(&house, LUA);
        let wrong = json!({"password": "sai rồi sai rồi"});
        let refused = owner.send("POST", &format!("{PASSKEYS}/challenge"), &wrong);
        assert_eq!(refused.error_pointers(), ["/password"]);

        let asked = begin(&owner);
        let public = &asked["publicKey"];
        assert_eq!(public["rp"]["id"], "tnld.test");
        assert_eq!(public["authenticatorSelection"]["userVerification"], "required");
        assert_eq!(public["authenticatorSelection"]["residentKey"], "required");
        // The authenticator is told no e-mail address as the handle.
        assert!(!text(&public["user"]["id"]).contains('@'));
        let before = owner.stolen();
        let mut device = Device::new(PUBLIC);
        let credential = device.create(&asked);
        let added = owner.send("POST", PASSKEYS, &json!({"credential": credential, "name": "Điện thoại"})).expect(201);
        assert_eq!(added["name"], "Điện thoại");
        // The session has a new secret since.
        before.get("/api/v1/session").expect(401);
        // The same answer a second time, and the same key again.
        let again = owner.send("POST", PASSKEYS, &json!({"credential": credential})).expect(409);
        assert_eq!(again["code"], "passkey_refused");
        assert_eq!(add(&owner, &mut device, "x").expect(409)["code"], "passkey_known");

        let other = browser(&house);
        let asked = challenge(&other);
        assert_eq!(asked["publicKey"]["userVerification"], "required");
        // Whoever asks learns of nobody's passkeys.
        assert!(asked["publicKey"]["allowCredentials"].as_array().is_none_or(Vec::is_empty), "{asked}");
        let body = json!({"credential": device.answer(&asked), "device_name": "Máy trực"});
        let shown = other.send("POST", SIGN_IN, &body).expect(201);
        assert_eq!((&shown["account"]["email"], &shown["session"]["proof"]), (&json!(LUA), &json!("passkey")));
        assert_eq!(shown["session"]["device_name"], "Máy trực");
        other.get("/api/v1/session").expect(200);
        assert!(other.cookies.borrow().contains_key("__Host-tnld-device"));

        let items = owner.get(PASSKEYS).expect(200)["items"].take();
        assert_eq!(items.as_array().unwrap().len(), 1);
        assert_ne!(items[0]["used_at"], Value::Null);
        let path = format!("{PASSKEYS}/{}", text(&items[0]["id"]));
        assert_eq!(owner.send("PUT", &path, &json!({"name": "Khóa USB"})).status, 204);
        owner.send("PUT", &path, &json!({"name": "a\r\nb"})).expect(422);
        assert_eq!(owner.get(PASSKEYS).expect(200)["items"][0]["name"], "Khóa USB");
        // Nobody else renames or removes it.
        house.person("ke.gian@donvi.test");
        let thief = signed_in(&house, "ke.gian@donvi.test");
        thief.send("PUT", &path, &json!({"name": "x"})).expect(404);
        let removal = format!("{path}/removal");
        thief.send("POST", &removal, &json!({"password": PASSWORD})).expect(404);
        owner.send("POST", &removal, &wrong).expect(422);
        assert_eq!(owner.send("POST", &removal, &json!({"password": PASSWORD})).status, 204);
        // Whoever was signed in with it is not any more, and nobody is again.
        other.get("/api/v1/session").expect(401);
        owner.get("/api/v1/session").expect(200);
        sign_in(&other, &mut device).expect(401);
        for action in ["add_passkey", "rename_passkey", "remove_passkey"] {
            assert_eq!(trace(db, action).len(), 1, "{action}");
        }
    }

    fn nothing_but_a_fresh_answer_of_the_right_device_is_taken(db: &Db) {
        let house = open(db);
        house.person(LUA);
        house.person("khac@donvi.test");
        let mut device = registered(&signed_in(&house, LUA));
        let mut foreign = registered(&signed_in(&house, "khac@donvi.test"));
        let stranger = browser(&house);
        let refused = |credential: Value| {
            let answer = stranger.send("POST", SIGN_IN, &json!({"credential": credential}));
            assert_eq!(answer.headers.get_all("set-cookie").iter().count(), 0);
            let mut body = answer.expect(401);
            body["instance"].take();
            body
        };
        // One and the same refusal, whatever is wrong.
        let mut unknown = Device::new(PUBLIC);
        unknown.belongs_to_whom(&device);
        let same = refused(unknown.answer(&challenge(&stranger)));
        assert_eq!(same["code"], "sign_in_refused");

        let answered = device.answer(&challenge(&stranger));
        browser(&house).send("POST", SIGN_IN, &json!({"credential": answered})).expect(201);
        assert_eq!(refused(answered), same, "replayed");

        let asked = challenge(&stranger);
        let mut made_up = asked.clone();
        made_up["publicKey"]["challenge"] = json!("A".repeat(43));
        assert_eq!(refused(device.answer(&made_up)), same, "a challenge of nobody");
        let of_adding = begin(&signed_in(&house, LUA));
        let mut other_use = asked.clone();
        other_use["publicKey"]["challenge"] = of_adding["publicKey"]["challenge"].clone();
        assert_eq!(refused(device.answer(&other_use)), same, "a challenge for adding");

        type Lie = fn(&mut Device);
        let lies: [(&str, Lie); 5] = [
            ("origin", |device| device.origin = "https://evil.test".into()),
            ("origin below", |device| device.origin = "https://a.tnld.test".into()),
            ("plain origin", |device| device.origin = "http://tnld.test".into()),
            ("rp", |device| device.rp = Some("evil.test".into())),
            ("not verified", |device| device.verifies = false),
        ];
        for (name, lie) in lies {
            lie(&mut device);
            assert_eq!(refused(device.answer(&challenge(&stranger))), same, "{name}");
            (device.origin, device.rp, device.verifies) = (PUBLIC.into(), None, true);
        }

        // Somebody else's device under this one's name, and this one for somebody else.
        let mut disguised = Device::new(PUBLIC);
        disguised.belongs_to_whom(&device);
        disguised.is_called_as(&device);
        assert_eq!(refused(disguised.answer(&challenge(&stranger))), same, "another key");
        foreign.belongs_to_whom(&device);
        assert_eq!(refused(foreign.answer(&challenge(&stranger))), same, "another's passkey");

        let late = device.answer(&challenge(&stranger));
        let past = "UPDATE passkey_challenges SET expires_at = '2020-01-01 00:00:00'";
        diesel::sql_query(past).execute(&mut db.connect()).unwrap();
        assert_eq!(refused(late), same, "too late");

        for broken in [json!({}), json!({"id": "x"}), json!({"id": 7, "response": []})] {
            stranger.send("POST", SIGN_IN, &json!({"credential": broken})).expect(422);
        }
        for field in ["clientDataJSON", "authenticatorData", "signature", "userHandle"] {
            for value in [json!("AAAA"), json!("%"), Value::Null] {
                let mut credential = device.answer(&challenge(&stranger));
                credential["response"][field] = value.clone();
                let answer = stranger.send("POST", SIGN_IN, &json!({"credential": credential}));
                assert!(matches!(answer.status, 401 | 422), "{field} {value}: {}", answer.text);
            }
        }

        db.tnld(&["account", "lock", LUA]).ok();
        assert_eq!(refused(device.answer(&challenge(&stranger))), same, "locked");
        assert_eq!(house.refused("locked"), 1);
        db.tnld(&["account", "unlock", LUA]).ok();
        sign_in(&stranger, &mut device).expect(201);
        assert!(house.refused("no challenge") >= 4 && house.refused("no passkey") >= 1);
        // The page of another site does not sign its visitor in to an account of its own.
        let evil = Browser { origin: Some("https://evil.test".into()), ..house.browser() };
        evil.send("POST", SIGN_IN, &json!({"credential": device.answer(&challenge(&stranger))})).expect(403);
        evil.send_bytes("POST", ASK, "", b"", &[]).expect(403);
    }

    fn a_device_whose_counter_goes_back_was_copied(db: &Db) {
        let house = open(db);
        house.person(LUA);
        let owner = signed_in(&house, LUA);
        let mut device = Device::new(PUBLIC);
        device.counter = Some(5);
        add(&owner, &mut device, "Khóa USB").expect(201);
        let other = browser(&house);
        sign_in(&other, &mut device).expect(201);
        for counter in [2, 5, 0] {
            device.counter = Some(counter);
            sign_in(&other, &mut device).expect(401);
        }
        device.counter = None;
        sign_in(&other, &mut device).expect(401);
        assert_eq!(house.refused("the counter went back"), 4);
        device.counter = Some(6);
        sign_in(&other, &mut device).expect(201);
    }

    fn only_what_was_asked_and_verified_is_added(db: &Db) {
        let house = open(db);
        house.person(LUA);
        house.person("khac@donvi.test");
        let owner = signed_in(&house, LUA);
        let refused = |browser: &Browser, credential: Value| {
            let answer = browser.send("POST", PASSKEYS, &json!({"credential": credential}));
            assert_eq!(answer.expect(409)["code"], "passkey_refused");
        };
        type Lie = fn(&mut Device);
        let lies: [Lie; 3] = [
            |device| device.origin = "https://evil.test".into(),
            |device| device.rp = Some("evil.test".into()),
            |device| device.verifies = false,
        ];
        for lie in lies {
            let mut device = Device::new(PUBLIC);
            lie(&mut device);
            refused(&owner, device.create(&begin(&owner)));
        }
        // Another's challenge, one for signing in, and one that is over.
        let other = signed_in(&house, "khac@donvi.test");
        refused(&owner, Device::new(PUBLIC).create(&begin(&other)));
        let mut asked = begin(&owner);
        asked["publicKey"]["challenge"] = challenge(&other)["publicKey"]["challenge"].clone();
        refused(&owner, Device::new(PUBLIC).create(&asked));
        let late = Device::new(PUBLIC).create(&begin(&owner));
        let past = "UPDATE passkey_challenges SET expires_at = '2020-01-01 00:00:00'";
        diesel::sql_query(past).execute(&mut db.connect()).unwrap();
        refused(&owner, late);
        assert_eq!(owner.get(PASSKEYS).expect(200)["items"], json!([]));
        assert_eq!(trace(db, "add_passkey").len(), 0);
        assert_eq!(trace(db, "sign_in_refused").len(), 6);
    }

    fn a_passkey_counts_as_two_factors_and_a_password_does_not_add_another(db: &Db) {
        let house = open(db);
        house.person(LUA);
        appoint(db, LUA);
        let official = signed_in(&house, LUA);
        assert_eq!(official.get("/api/v1/session").expect(200)["totp_required"], true);
        official.get("/api/v1/cases").expect(403);
        let mut device = registered(&official);
        // Shown just now: the session is as good as one that began with it.
        official.get("/api/v1/cases").expect(200);

        let other = browser(&house);
        let shown = sign_in(&other, &mut device).expect(201);
        assert_eq!(shown["totp_required"], false);
        other.get("/api/v1/cases").expect(200);

        // Whoever found the password out adds no second factor of their own, and removes none.
        let thief = signed_in(&house, LUA);
        thief.get("/api/v1/cases").expect(403);
        let id = text(&thief.get(PASSKEYS).expect(200)["items"][0]["id"]).to_owned();
        let shown = json!({"password": PASSWORD});
        for path in ["/api/v1/account/totp", "/api/v1/account/passkeys/challenge", &format!("{PASSKEYS}/{id}/removal")] {
            assert_eq!(thief.send("POST", path, &shown).expect(409)["code"], "second_factor_not_shown", "{path}");
        }
        // The only second factor is not removed, but a second one can be added first.
        let removal = format!("{PASSKEYS}/{id}/removal");
        assert_eq!(other.send("POST", &removal, &shown).expect(409)["code"], "last_second_factor");
        let mut second = registered(&other);
        assert_eq!(other.send("POST", &removal, &shown).status, 204);
        sign_in(&browser(&house), &mut device).expect(401);
        sign_in(&browser(&house), &mut second).expect(201);

        // Who has lost everything is helped by an operator.
        db.tnld(&["account", "reset-totp", LUA]).ok();
        other.get("/api/v1/session").expect(401);
        sign_in(&browser(&house), &mut second).expect(401);
        let again = signed_in(&house, LUA);
        again.get("/api/v1/cases").expect(403);
        registered(&again);
        again.get("/api/v1/cases").expect(200);
    }

    fn with_an_app_its_code_is_asked_for_before_a_passkey_is_added(db: &Db) {
        let house = open(db);
        house.person(LUA);
        let owner = signed_in(&house, LUA);
        let (_, recovery) = owner.set_up_totp();
        let path = format!("{PASSKEYS}/challenge");
        let refused = owner.send("POST", &path, &json!({"password": PASSWORD}));
        assert_eq!(refused.error_pointers(), ["/totp"]);
        let shown = json!({"password": PASSWORD, "recovery_code": recovery[0]});
        let asked = owner.send("POST", &path, &shown).expect(200);
        let mut device = Device::new(PUBLIC);
        let credential = device.create(&asked);
        owner.send("POST", PASSKEYS, &json!({"credential": credential})).expect(201);
        // No code beside the passkey.
        sign_in(&browser(&house), &mut device).expect(201);
    }

    fn a_challenge_is_good_once_whichever_process_gave_it_and_however_many_answer(db: &Db) {
        let house = open(db);
        house.person(LUA);
        let mut device = registered(&signed_in(&house, LUA));
        let asked = challenge(&browser(&house));
        let body = json!({"credential": device.answer(&asked)});
        let taken: usize = if db.sqlite_file().is_some() {
            answer_at_once(&[&house.program], &house, &body)
        } else {
            // A second process on the same database.
            let second = Program::start(db, &[("TNLD_PUBLIC_URL", PUBLIC)]);
            answer_at_once(&[&second, &house.program], &house, &body)
        };
        assert_eq!(taken, 1);
    }
}

/// How many of several that show the same answer at once are signed in.
fn answer_at_once(programs: &[&Program], house: &House<'_>, body: &Value) -> usize {
    let browsers: Vec<Browser> = programs
        .iter()
        .cycle()
        .take(4)
        .map(|program| Browser {
            client: program.client(""),
            ..browser(house)
        })
        .collect();
    std::thread::scope(|scope| {
        let tries: Vec<_> = browsers
            .into_iter()
            .map(|browser| scope.spawn(move || browser.send("POST", SIGN_IN, body).status == 201))
            .collect();
        let taken = tries
            .into_iter()
            .map(|one| usize::from(one.join().unwrap()));
        taken.sum()
    })
}

#[test]
fn without_a_host_name_there_are_no_passkeys() {
    let db = Db::sqlite();
    let house = House::open(&db);
    let refused = house.browser().send_bytes("POST", ASK, "", b"", &[]);
    assert_eq!(refused.expect(409)["code"], "passkeys_unavailable");
}
