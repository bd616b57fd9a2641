//! The directory is changed by pages: looked at beforehand, written with a reason, and only by whoever keeps it.

use std::collections::BTreeMap;

use super::form::{entries, filled, form, page, send};
use crate::{
    people::{Browser, House},
    support::Answer,
};

#[track_caller]
fn typed(html: &str, action: &str, own: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut pairs = filled(&entries(form(html, action)));
    for (name, value) in own {
        assert!(
            *name == "do" || pairs.contains_key(*name),
            "{name} is not in {action}"
        );
        pairs.insert((*name).to_owned(), (*value).to_owned());
    }
    pairs
}

#[track_caller]
fn post(browser: &Browser, action: &str, pairs: &BTreeMap<String, String>) -> Answer {
    let pairs = pairs.iter();
    send(
        browser,
        action,
        pairs.map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

on_both_databases! {
    fn contacts_are_looked_at_and_corrected_and_an_authority_ends(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let keeper = house.official("quan-tri@so-66.test", "SNV-66", "provincial_administrator", &[]);
        let at = "/authorities/CAX-22015";
        let path = format!("{at}/correct");
        assert!(page(&keeper.browser, at).contains(&path));
        let html = page(&keeper.browser, &path);
        let same = post(&keeper.browser, &path, &typed(&html, &path, &[("do", "preview")]));
        assert_eq!(same.status, 422, "{}", same.text);
        assert!(same.text.contains("role=\"alert\""), "{}", same.text);
        let wrong = typed(&html, &path, &[("emails", "không phải thư"), ("escalates_to", "nowhere"), ("from", "2020-01-01"), ("reason", ""), ("do", "change")]);
        let wrong = post(&keeper.browser, &path, &wrong);
        assert_eq!(wrong.status, 422);
        for id in ["from-wrong", "reason-wrong"] {
            assert!(wrong.text.contains(&format!("id=\"{id}\"")), "{id}: {}", wrong.text);
        }
        assert!(wrong.text.contains("không phải thư") && wrong.text.contains("value=\"nowhere\""));
        let wrong = typed(&html, &path, &[("emails", "không phải thư"), ("escalates_to", "nowhere"), ("do", "preview")]);
        let wrong = post(&keeper.browser, &path, &wrong);
        for id in ["emails-wrong", "escalates_to-wrong"] {
            assert!(wrong.text.contains(&format!("id=\"{id}\"")), "{id}: {}", wrong.text);
        }

        let own = [("emails", "truc-moi@cax-22015.test\r\nphu@cax-22015.test"), ("reason", "Đổi địa chỉ")];
        let mut pairs = typed(&html, &path, &own);
        pairs.insert("do".into(), "preview".into());
        let seen = post(&keeper.browser, &path, &pairs);
        assert_eq!(seen.status, 200, "{}", seen.text);
        assert!(seen.text.contains("Sẽ báo") && seen.text.contains("truc-moi@cax-22015.test, ") , "{}", seen.text);
        assert!(!page(&keeper.browser, at).contains("truc-moi@"), "only looked at");
        pairs.insert("do".into(), "change".into());
        let done = post(&keeper.browser, &path, &pairs);
        assert_eq!(done.header("location"), format!("{at}?said=changed"), "{}", done.text);
        let html = page(&keeper.browser, &format!("{at}?said=changed"));
        assert!(html.contains("truc-moi@cax-22015.test") && html.contains("Danh bạ đã được sửa."), "{html}");
        // Pressed twice: the second says that the directory is another now, and has what was typed.
        let again = post(&keeper.browser, &path, &pairs);
        assert!([409, 422].contains(&again.status), "{}: {}", again.status, again.text);
        assert!(again.text.contains("Đổi địa chỉ"));

        // An end says who would be missing.
        let path = "/authorities/UBX-22015/end";
        let html = page(&keeper.browser, path);
        let seen = post(&keeper.browser, path, &typed(&html, path, &[("do", "preview")]));
        assert_eq!(seen.status, 200, "{}", seen.text);
        assert!(seen.text.contains("không còn ai để báo: 1"), "{}", seen.text);
        let done = post(&keeper.browser, path, &typed(&html, path, &[("reason", "Sáp nhập"), ("do", "change")]));
        assert_eq!(done.status, 303, "{}", done.text);
        assert!(!page(&keeper.browser, "/authorities?territory=22015&role=COMMUNE_PC").contains("UBX-22015"));

        // And another begins.
        let path = "/authorities/new";
        let html = page(&keeper.browser, path);
        let own = [("authority_id", "UBX-22015-2"), ("role", "COMMUNE_PC"), ("level", "commune"), ("territory_code", "22015"), ("name", "Ủy ban nhân dân phường mới"), ("emails", "moi@ubx-22015.test"), ("phone", "02620001234"), ("reason", "Thành lập"), ("do", "change")];
        let elsewhere = post(&keeper.browser, path, &typed(&html, path, &[own.as_slice(), &[("territory_code", "00004")]].concat()));
        assert_eq!(elsewhere.status, 422, "{}", elsewhere.text);
        assert!(elsewhere.text.contains("id=\"territory_code-wrong\"") && elsewhere.text.contains("value=\"commune\" selected"), "{}", elsewhere.text);
        let made = post(&keeper.browser, path, &typed(&html, path, &own));
        assert_eq!(made.header("location"), "/authorities/UBX-22015-2?said=changed", "{}", made.text);
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn the_directory_is_changed_by_whoever_keeps_it_alone(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        for (kind, authority, one, new) in [
            ("chief_inspector", "SNV-66", 403, 403),
            ("commune_police_officer", "CAX-22015", 403, 403),
            ("provincial_administrator", "SNV-66", 200, 200),
            ("provincial_administrator", "SNV-19", 404, 200),
            ("ministry_officer", "BNV", 200, 200),
            ("operator", "BNV", 200, 200),
        ] {
            let email = format!("{}@{}.test", kind.replace('_', "-"), authority.to_lowercase());
            let somebody = house.official(&email, authority, kind, &[]);
            for (path, status) in [("/authorities/CAX-22015/correct", one), ("/authorities/CAX-22015/end", one), ("/authorities/new", new)] {
                assert_eq!(somebody.browser.get(path).status, status, "{kind} {path}");
                let sent = send(&somebody.browser, path, [("do", "change"), ("reason", "")]);
                let expected = if status == 200 { 422 } else { status };
                assert_eq!(sent.status, expected, "{kind} {path}: {}", sent.text);
            }
            let html = page(&somebody.browser, "/authorities/CAX-22015");
            assert_eq!(html.contains("/correct\""), one == 200, "{kind}");
        }
        let token = db.token("inspector", &["--province", "66"]);
        let employer = db.token("employer", &["--tax-code", "6099254308"]);
        for path in ["/authorities/CAX-22015/correct", "/authorities/CAX-22015/end", "/authorities/new"] {
            assert_eq!(house.program.client(&token).get(path).status, 403, "{path}");
            assert_eq!(house.program.client(&employer).get(path).status, 403, "{path}");
            assert_eq!(house.program.client("").get(path).status, 401, "{path}");
        }
        assert_eq!(house.program.client(&token).get("/authorities/CAX-22015/other").status, 404);
    }
}
