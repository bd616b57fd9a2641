//! Signing in by a real OpenID provider, which runs beside the service.

use diesel::prelude::*;
use serde_json::json;

use super::{Browser, House, PASSWORD, trace};
use crate::{
    api::office::text,
    support::{
        Db,
        oidc::{LyingProvider, RealProvider, settings_file},
    },
};

const LUA: &str = "lua.tran@donvi.test";
/// As browsers reach the service.
pub const PUBLIC: &str = "https://tnld.test";
const BACK: &str = "https://tnld.test/api/v1/oidc/that/callback";
const START: &str = "/api/v1/oidc/that/start";
const IDENTITIES: &str = "/api/v1/account/identities";

/// A service with the providers `that` and `doi`.
pub fn open<'a>(db: &'a Db, real: &str, lying: &str, more: &str) -> House<'a> {
    let text = format!(
        r#"
        [[provider]]
        id = "that"
        issuer = "{real}"
        client_id = "tnld"
        client_secret_file = "oidc.secret"
        name_vi = "Đăng nhập một lần"
        name_en = "Single sign-on"
        second_factor_acr = ["urn:tnld:two-factors"]
        second_factor_amr = ["otp"]
        {more}

        [[provider]]
        id = "doi"
        issuer = "{lying}"
        client_id = "tnld"
        client_secret_file = "oidc.secret"
        name_vi = "Nhà cung cấp khác"
        name_en = "Another provider"
        "#
    );
    let file = settings_file(db.folder(), &text);
    let settings = [
        ("TNLD_PUBLIC_URL", PUBLIC),
        ("TNLD_OIDC_FILE", file.to_str().unwrap()),
    ];
    House::open_with(db, &settings)
}

/// A browser of this service.
pub fn browser(house: &House<'_>) -> Browser {
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

/// Where a browser is sent that wants to sign in.
pub fn sent(browser: &Browser, start: &str) -> String {
    let answer = browser.get(start);
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.header("location").to_owned()
}

/// Links the identity `who` to the account that is signed in.
pub fn link(browser: &Browser, real: &RealProvider, who: &str, how: &str) {
    let shown = json!({"password": PASSWORD});
    let redirect = browser
        .send("POST", &format!("{IDENTITIES}/that/link"), &shown)
        .expect(200);
    let back = real.sign_in(text(&redirect["redirect"]), who, how);
    browser.get(&back).expect(200);
}

/// Gives the account of this address a post in Thái Nguyên.
fn appoint(db: &Db, email: &str) {
    db.with_authorities();
    let accounts = db.tnld(&["account", "list"]).ok();
    let line = accounts.lines().find(|line| line.contains(email)).unwrap();
    let account = line.split(' ').next().unwrap();
    let made = db.tnld(&[
        "post",
        "create",
        "--authority",
        "SNV-19",
        "--kind",
        "investigator",
        "--name",
        "Số 1",
    ]);
    let post = made.ok();
    db.tnld(&["post", "appoint", post.trim_end(), "--account", account])
        .ok();
}

on_both_databases! {
    fn a_person_links_an_identity_and_signs_in_by_it(db: &Db) {
        let real = RealProvider::start(BACK);
        let house = open(db, &real.issuer(), "https://khac.test", "");
        let list = browser(&house).get("/api/v1/oidc").expect(200);
        assert_eq!((&list["items"][0]["id"], &list["items"][1]["name_en"]), (&json!("that"), &json!("Another provider")));
        assert!(!list.to_string().contains("issuer") && !list.to_string().contains("client"));
        house.person(LUA);

        // Nobody is known by an address that merely is the same.
        let stranger = browser(&house);
        let back = real.sign_in(&sent(&stranger, START), LUA, "");
        let refused = stranger.get(&back).expect(409);
        assert_eq!(refused["code"], "identity_unknown");
        assert!(text(&refused["detail_en"]).contains("link it"), "{refused}");
        stranger.get("/api/v1/session").expect(401);

        let owner = signed_in(&house, LUA);
        let wrong = json!({"password": "sai rồi sai rồi"});
        owner.send("POST", &format!("{IDENTITIES}/that/link"), &wrong).expect(422);
        let before = owner.stolen();
        link(&owner, &real, "lua-19", "");
        // The session has a new secret since.
        before.get("/api/v1/session").expect(401);
        let items = owner.get(IDENTITIES).expect(200)["items"].take();
        assert_eq!((items.as_array().unwrap().len(), &items[0]["provider"]), (1, &json!("that")));

        let other = browser(&house);
        let back = real.sign_in(&sent(&other, START), "lua-19", "");
        let shown = other.get(&back).expect(200);
        assert_eq!(shown["account"]["email"], LUA);
        assert_eq!(shown["session"]["proof"], "provider");
        other.get("/api/v1/session").expect(200);

        let onward = browser(&house);
        let back = real.sign_in(&sent(&onward, &format!("{START}?return_to=/desk%3Fa=1")), "lua-19", "");
        let answer = onward.get(&back);
        assert_eq!((answer.status, answer.header("location")), (303, "https://tnld.test/desk?a=1"));
        onward.get("/api/v1/session").expect(200);
        // The cookie that bound the way to the browser is gone.
        assert_eq!(onward.cookies.borrow().keys().collect::<Vec<_>>(), ["__Host-tnld", "__Host-tnld-device"]);

        // An identity belongs to one account.
        house.person("khac@donvi.test");
        let thief = signed_in(&house, "khac@donvi.test");
        let shown = json!({"password": PASSWORD});
        let redirect = thief.send("POST", &format!("{IDENTITIES}/that/link"), &shown).expect(200);
        let back = real.sign_in(text(&redirect["redirect"]), "lua-19", "");
        assert_eq!(thief.get(&back).expect(409)["code"], "identity_taken");
        // Nor is anybody else's unlinked.
        let path = format!("{IDENTITIES}/{}/removal", text(&items[0]["id"]));
        thief.send("POST", &path, &shown).expect(404);

        assert_eq!(owner.send("POST", &path, &shown).status, 204);
        onward.get("/api/v1/session").expect(401);
        let back = real.sign_in(&sent(&other, START), "lua-19", "");
        other.get(&back).expect(409);
        assert_eq!((trace(db, "link_identity").len(), trace(db, "unlink_identity").len()), (1, 1));
        assert_eq!(house.refused("an identity of no account"), 2);
        assert_eq!(house.refused("identity_taken"), 1);
        // What the provider calls its people is nowhere.
        let mut file = super::links::dump(db, "audit_entries");
        if let Some(raw) = db.sqlite_file() {
            file += &String::from_utf8_lossy(&std::fs::read(raw).unwrap());
        }
        assert!(!file.contains("lua-19"));
        let log = house.program.log();
        assert!(!log.contains("lua-19") && !log.contains(crate::support::oidc::SECRET), "{log}");
    }

    fn a_locked_account_is_not_opened_by_its_provider(db: &Db) {
        let real = RealProvider::start(BACK);
        let house = open(db, &real.issuer(), "https://khac.test", "");
        house.person(LUA);
        link(&signed_in(&house, LUA), &real, "lua-19", "");
        db.tnld(&["account", "lock", LUA]).ok();
        let owner = browser(&house);
        let back = real.sign_in(&sent(&owner, START), "lua-19", "");
        assert_eq!(owner.get(&back).expect(401)["code"], "sign_in_refused");
        assert_eq!(house.refused("locked"), 1);
    }

    fn an_official_acts_by_a_provider_that_has_seen_two_factors(db: &Db) {
        let real = RealProvider::start(BACK);
        let house = open(db, &real.issuer(), "https://khac.test", "province_code = \"19\"");
        house.person(LUA);
        let owner = signed_in(&house, LUA);
        // The provider of a province is for those who hold a post there.
        let shown = json!({"password": PASSWORD});
        let redirect = owner.send("POST", &format!("{IDENTITIES}/that/link"), &shown).expect(200);
        let back = real.sign_in(text(&redirect["redirect"]), "lua-19", "");
        assert_eq!(owner.get(&back).expect(409)["code"], "identity_elsewhere");
        appoint(db, LUA);
        owner.get("/api/v1/cases").expect(403);
        link(&owner, &real, "lua-19", "&acr=urn:tnld:two-factors");
        owner.sign_in(LUA, PASSWORD).expect(201);

        // A password alone does not add another second factor to the account.
        owner.get("/api/v1/cases").expect(403);
        let refused = owner.send("POST", "/api/v1/account/totp", &shown).expect(409);
        assert_eq!(refused["code"], "second_factor_not_shown");

        for (how, both) in [("", false), ("&acr=urn:other", false), ("&amr=pwd", false), ("&amr=otp", true), ("&acr=urn:tnld:two-factors", true)] {
            let official = browser(&house);
            let back = real.sign_in(&sent(&official, START), "lua-19", how);
            let session = official.get(&back).expect(200);
            assert_eq!(session["totp_required"], json!(!both), "{how}");
            official.get("/api/v1/cases").expect(if both { 200 } else { 403 });
        }
    }

    fn an_invitation_is_accepted_by_an_identity_instead_of_a_password(db: &Db) {
        let real = RealProvider::start(BACK);
        let house = open(db, &real.issuer(), "https://khac.test", "");
        let secret = house.invited(LUA, "Trần Thị Lụa");
        let guest = browser(&house);
        let invitation = "/api/v1/oidc/that/invitation";
        let wrong = guest.send("POST", invitation, &json!({"secret": "x"})).expect(409);
        assert_eq!(wrong["code"], "link_expired");
        let redirect = guest.send("POST", invitation, &json!({"secret": secret})).expect(200);
        let again = guest.stolen();
        let second = again.send("POST", invitation, &json!({"secret": secret})).expect(200);
        let back = real.sign_in(text(&redirect["redirect"]), "lua-19", "");
        assert_eq!(guest.get(&back).expect(200)["account"]["email"], LUA);
        // It is used up, whoever has it.
        let back = real.sign_in(text(&second["redirect"]), "ke-gian", "");
        assert_eq!(again.get(&back).expect(409)["code"], "link_expired");
        guest.send("POST", invitation, &json!({"secret": secret})).expect(409);
        let other = browser(&house);
        let back = real.sign_in(&sent(&other, START), "lua-19", "");
        other.get(&back).expect(200);
        assert_eq!(trace(db, "link_identity").len(), 1);
    }

    fn every_way_back_is_walked_once_by_the_browser_that_was_sent(db: &Db) {
        let real = RealProvider::start(BACK);
        let lying = LyingProvider::start();
        let house = open(db, &real.issuer(), &lying.issuer(), "");
        house.person(LUA);
        link(&signed_in(&house, LUA), &real, "lua-19", "");
        let refuse = |browser: &Browser, path: &str| {
            assert_eq!(browser.get(path).expect(502)["code"], "provider_refused", "{path}");
            browser.get("/api/v1/session").expect(401);
        };

        let owner = browser(&house);
        let back = real.sign_in(&sent(&owner, START), "lua-19", "");
        // An attacker's answer in a victim's browser, with or without a way of its own begun.
        let victim = browser(&house);
        refuse(&victim, &back);
        refuse(&owner, &back);
        let back = real.sign_in(&sent(&owner, START), "lua-19", "");
        sent(&victim, START);
        refuse(&victim, &back);

        let back = real.sign_in(&sent(&owner, START), "lua-19", "");
        let kept = owner.stolen();
        owner.get(&back).expect(200);
        refuse(&kept, &back);

        // Mix-up: sent to one provider, back as from another.
        let attacked = browser(&house);
        let back = real.sign_in(&sent(&attacked, START), "lua-19", "");
        refuse(&attacked, &back.replace("/that/", "/doi/"));
        let back = real.sign_in(&sent(&attacked, START), "lua-19", "");
        let issuer = url::form_urlencoded::byte_serialize(real.issuer().as_bytes()).collect::<String>();
        assert!(back.contains(&format!("iss={issuer}")), "{back}");
        refuse(&attacked, &back.replace(&format!("iss={issuer}"), "iss=https%3A%2F%2Fevil.test"));
        assert_eq!(lying.lies.lock().unwrap().asked.len(), 0, "no code goes to another provider");

        let back = real.sign_in(&sent(&attacked, START), "lua-19", "");
        refuse(&attacked, &back.replace("code=", "code=x"));
        let back = real.sign_in(&sent(&attacked, START), "lua-19", "");
        refuse(&attacked, &back.replace("code=", "error=access_denied&x="));
        let back = real.sign_in(&sent(&attacked, START), "lua-19", "");
        refuse(&attacked, &back.replace("state=", "state=x"));
        refuse(&attacked, "/api/v1/oidc/that/callback");

        let late = real.sign_in(&sent(&attacked, START), "lua-19", "");
        let past = "UPDATE oidc_visits SET expires_at = '2020-01-01 00:00:00'";
        diesel::sql_query(past).execute(&mut db.connect()).unwrap();
        refuse(&attacked, &late);
        browser(&house).get("/api/v1/oidc/nobody/start").expect(404);
        browser(&house).get("/api/v1/oidc/nobody/callback").expect(404);

        for (why, count) in [
            ("came back with another browser", 2),
            ("nobody was sent there, or came back before", 4),
            ("came back from another provider", 1),
            ("an answer of another issuer", 1),
            ("the provider does not take the code", 1),
            ("the provider signs nobody in", 1),
            ("came back too late", 1),
        ] {
            assert_eq!(house.refused(why), count, "{why}");
        }
    }

    fn whoever_links_comes_back_with_the_session_that_asked(db: &Db) {
        let real = RealProvider::start(BACK);
        let house = open(db, &real.issuer(), "https://khac.test", "");
        house.person(LUA);
        house.person("khac@donvi.test");
        let owner = signed_in(&house, LUA);
        let shown = json!({"password": PASSWORD});
        let path = format!("{IDENTITIES}/that/link");
        let redirect = owner.send("POST", &path, &shown).expect(200);
        let back = real.sign_in(text(&redirect["redirect"]), "ke-gian", "");
        // Somebody else signs in with the same browser meanwhile.
        owner.sign_in("khac@donvi.test", PASSWORD).expect(201);
        assert_eq!(owner.get(&back).expect(409)["code"], "link_expired");
        let redirect = owner.send("POST", &path, &shown).expect(200);
        let back = real.sign_in(text(&redirect["redirect"]), "ke-gian", "");
        assert_eq!(owner.delete("/api/v1/session").status, 204);
        owner.get(&back).expect(401);
        assert_eq!(trace(db, "link_identity").len(), 0);
        // Only a page of ours asks for it.
        let evil = Browser { origin: Some("https://evil.test".into()), ..signed_in(&house, LUA) };
        evil.send("POST", &path, &shown).expect(403);
    }

    fn nobody_is_sent_on_to_another_site(db: &Db) {
        let house = open(db, "https://that.test", "https://khac.test", "");
        for to in ["//evil.test", "https://evil.test", "/%5Cevil.test", "%5C/evil.test", "/%0D%0ASet-Cookie:%20a=b", "evil", "", "/%09/evil.test"] {
            let answer = browser(&house).get(&format!("{START}?return_to={to}"));
            assert_eq!(answer.error_pointers(), ["/return_to"], "{to}");
        }
    }
}
