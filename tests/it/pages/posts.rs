//! Posts and rosters by pages: a post is made, given, put on duty, handed over and ended, each by a form of its own.

use std::collections::BTreeMap;

use chrono::{TimeDelta, Timelike};
use serde_json::json;

use super::form::{between, entries, filled, form, page, send};
use crate::{
    api::{office::text, recent},
    people::{Browser, House},
    support::Answer,
};

#[track_caller]
fn typed(html: &str, action: &str, own: &[(&str, &str)]) -> BTreeMap<String, String> {
    let mut pairs = filled(&entries(form(html, action)));
    for (name, value) in own {
        assert!(pairs.contains_key(*name), "{name} is not in {action}");
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

/// Fills in the page of an act and sends it.
#[track_caller]
fn act(browser: &Browser, action: &str, own: &[(&str, &str)]) -> Answer {
    let html = page(browser, action);
    post(browser, action, &typed(&html, action, own))
}

/// So many hours from now, as a browser sends it.
fn local(hours: i64) -> String {
    let now = tnld::time::Clock::default().now();
    let at = now.with_minute(0).unwrap() + TimeDelta::hours(hours);
    tnld::time::rfc3339_in_vietnam(at)[..16].to_owned()
}

on_both_databases! {
    fn a_post_is_made_given_handed_over_and_ended_by_pages(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        // Of one authority there is nothing to choose.
        let html = page(&chief.browser, "/posts");
        assert!(html.contains("SNV-66/roster") && html.contains(&format!("/posts/{}", chief.post)), "{html}");
        let faulty = post(&chief.browser, "/posts", &typed(&html, "/posts", &[("name", ""), ("kind", "investigator")]));
        assert_eq!(faulty.status, 422, "{}", faulty.text);
        assert!(faulty.text.contains("id=\"name-wrong\""), "{}", faulty.text);
        assert!(faulty.text.contains("value=\"investigator\" selected"), "{}", faulty.text);
        let pairs = typed(&html, "/posts", &[("name", "Điều tra viên số 7"), ("kind", "investigator")]);
        let made = post(&chief.browser, "/posts", &pairs);
        assert_eq!(made.status, 303, "{}", made.text);
        let at = made.header("location").split('?').next().unwrap().to_owned();
        // Pressed twice it is one post.
        assert_eq!(post(&chief.browser, "/posts", &pairs).status, 303);
        assert_eq!(page(&chief.browser, "/posts").matches("Điều tra viên số 7").count(), 1);
        assert!(page(&chief.browser, &at).contains("Chưa ai giữ vị trí này"));

        let appoint = format!("{at}/appoint");
        let empty = act(&chief.browser, &appoint, &[("full_name", ""), ("email", "")]);
        assert_eq!(empty.status, 422);
        for id in ["email-wrong", "full_name-wrong"] {
            assert!(empty.text.contains(&format!("id=\"{id}\"")), "{id}: {}", empty.text);
        }
        let given = act(&chief.browser, &appoint, &[("full_name", "Trần Thị Hoa"), ("email", "hoa.tran@so-66.test")]);
        assert_eq!(given.header("location"), format!("{at}?said=appoint"), "{}", given.text);
        let html = page(&chief.browser, &format!("{at}?said=appoint"));
        assert!(html.contains("Trần Thị Hoa") && html.contains("Đã giao vị trí"), "{html}");

        // What it holds goes to another post; before that it does not end.
        let token = db.token("employer", &["--tax-code", "6099254308"]);
        let declared = house.program.client(&token).post("/api/v1/declarations", &recent("03")).expect(201);
        let case = text(&declared["case"]["href"]);
        let seen = chief.browser.get(case).expect(200);
        let body = json!({"seen_version": seen["version"], "post_id": at.rsplit('/').next().unwrap()});
        chief.browser.send("POST", &format!("{case}/steps/assign"), &body).expect(200);
        assert!(page(&chief.browser, &at).contains(text(&declared["receipt_no"])));
        let busy = act(&chief.browser, &format!("{at}/end"), &[("reason", "Sắp xếp lại bộ máy")]);
        assert_eq!(busy.status, 409, "{}", busy.text);
        assert!(busy.text.contains("hãy bàn giao trước") && busy.text.contains("Sắp xếp lại bộ máy"), "{}", busy.text);
        let hand_over = format!("{at}/hand-over");
        let html = page(&chief.browser, &hand_over);
        let mut pairs = typed(&html, &hand_over, &[("reason", "")]);
        pairs.remove("to");
        let wrong = post(&chief.browser, &hand_over, &pairs);
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        for id in ["to-wrong", "reason-wrong"] {
            assert!(wrong.text.contains(&format!("id=\"{id}\"")), "{id}: {}", wrong.text);
        }
        let done = act(&chief.browser, &hand_over, &[("to", &chief.post), ("reason", "Nghỉ hưu")]);
        assert_eq!(done.status, 303, "{}", done.text);
        assert!(!page(&chief.browser, &at).contains(text(&declared["receipt_no"])));

        // Nobody chosen and no reason: both are said.
        let take = format!("{at}/take");
        let mut pairs = typed(&page(&chief.browser, &take), &take, &[("reason", "")]);
        pairs.remove("account");
        let wrong = post(&chief.browser, &take, &pairs);
        assert_eq!(wrong.status, 422);
        for id in ["account-wrong", "reason-wrong"] {
            assert!(wrong.text.contains(&format!("id=\"{id}\"")), "{id}: {}", wrong.text);
        }
        assert_eq!(act(&chief.browser, &take, &[("reason", "Nghỉ hưu")]).status, 303);
        assert_eq!(act(&chief.browser, &format!("{at}/end"), &[("reason", "Sắp xếp lại bộ máy")]).status, 303);
        let html = page(&chief.browser, &at);
        assert!(html.contains("Sắp xếp lại bộ máy") && between(&html, &format!("{at}/appoint"), ">").is_none(), "{html}");
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn a_week_shows_who_is_on_duty_and_when_nobody_is(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let path = "/authorities/SNV-66/roster";
        let html = page(&chief.browser, path);
        assert!(html.contains("Bây giờ không có ai trực.") && html.matches("role=\"img\"").count() == 7, "{html}");
        let officer = house.official("truc@so-66.test", "SNV-66", "duty_officer", &[]);
        let shift = format!("/posts/{}/shift", officer.post);
        let html = page(&chief.browser, &shift);
        let wrong = typed(&html, &shift, &[("starts_at", &local(3)), ("ends_at", &local(1)), ("phone", "không")]);
        let wrong = post(&chief.browser, &shift, &wrong);
        assert_eq!(wrong.status, 422);
        for id in ["ends_at-wrong", "phone-wrong"] {
            assert!(wrong.text.contains(&format!("id=\"{id}\"")), "{id}: {}", wrong.text);
        }
        assert!(wrong.text.contains("value=\"không\""));
        let pairs = typed(&html, &shift, &[("starts_at", &local(0)), ("ends_at", &local(8)), ("phone", "02620001234"), ("account", &officer.account)]);
        for _ in 0..2 {
            let added = post(&chief.browser, &shift, &pairs);
            assert_eq!(added.header("location"), format!("/posts/{}?said=shift", officer.post), "{}", added.text);
        }
        let html = page(&chief.browser, &format!("{path}?lang=vi"));
        assert!(html.contains("tel:02620001234") && !html.contains("Bây giờ không có ai trực."), "{html}");
        // Pressed twice it is one shift.
        let now = between(&html, "Đang trực", "Cả tuần").unwrap();
        assert_eq!(now.matches("<li").count(), 1, "{now}");
        // A colleague sees that somebody is on duty and how to reach them, and cannot change it.
        let colleague = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        let theirs = page(&colleague.browser, path);
        assert!(theirs.contains("02620001234") && !theirs.contains("cancel-shift"), "{theirs}");
        let cancel = format!("/posts/{}/cancel-shift", officer.post);
        assert_eq!(act(&chief.browser, &cancel, &[("reason", "Đổi ca")]).status, 303);
        assert!(page(&chief.browser, path).contains("Bây giờ không có ai trực."));
        assert!(page(&chief.browser, &cancel).contains("Không có ca trực nào phía trước."));
        // The directory leads to it.
        let entry = page(&chief.browser, "/authorities/SNV-66");
        assert!(entry.contains(&format!("href=\"{path}\"")) && entry.contains("/posts?authority_id=SNV-66"), "{entry}");
        let other = page(&chief.browser, "/authorities/SNV-19");
        assert!(!other.contains("/roster") && !other.contains("/posts?authority_id"), "{other}");
        // Another week, and a week that is none.
        assert!(page(&chief.browser, &format!("{path}?week=2026-05-20&lang=en")).contains("Monday 18/05/2026"));
        assert!(page(&chief.browser, &format!("{path}?week=mai")).contains("today"));
        for nowhere in ["/authorities/SNV-19/roster", "/authorities/none/roster"] {
            assert_eq!(chief.browser.get(nowhere).status, 404, "{nowhere}");
        }
    }

    fn pages_of_posts_are_open_to_those_who_keep_them(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let post_of_chief = format!("/posts/{}", chief.post);
        // Kind of post, where; the list, the post of the chief, giving it, the roster.
        for (kind, authority, statuses) in [
            ("investigator", "SNV-66", [200, 200, 403, 200]),
            ("commune_official", "UBX-22015", [200, 404, 403, 404]),
            ("provincial_administrator", "UBND-66", [200, 200, 200, 200]),
            ("council_member", "UBND-66", [403, 403, 403, 404]),
            ("ministry_officer", "BNV", [200, 404, 403, 404]),
            ("operator", "BNV", [200, 200, 200, 200]),
        ] {
            let email = format!("{}@noi-khac.test", kind.replace('_', "-"));
            let somebody = house.official(&email, authority, kind, &[]);
            let paths = ["/posts".to_owned(), post_of_chief.clone(), format!("{post_of_chief}/appoint"), "/authorities/SNV-66/roster".to_owned()];
            for (path, status) in paths.iter().zip(statuses) {
                assert_eq!(somebody.browser.get(path).status, status, "{kind} {path}");
            }
            let sent = send(&somebody.browser, &paths[2], [("full_name", ""), ("email", "")]);
            assert_eq!(sent.status, if statuses[2] == 200 { 422 } else { 403 }, "{kind}: {}", sent.text);
            let made = send(&somebody.browser, "/posts", [("authority_id", "SNV-66"), ("kind", ""), ("name", "")]);
            assert_eq!(made.status, if statuses[2] == 200 { 422 } else { 403 }, "{kind}: {}", made.text);
        }
        // Whoever keeps the posts of another province finds nothing here.
        let other = house.official("quan-tri@so-19.test", "SNV-19", "provincial_administrator", &[]);
        for path in [post_of_chief.clone(), format!("{post_of_chief}/appoint"), "/posts/none".into(), format!("{post_of_chief}/nothing")] {
            assert_eq!(other.browser.get(&path).status, 404, "{path}");
        }
        assert!(page(&other.browser, "/posts?authority_id=SNV-66").contains("Chưa có vị trí nào."));
        let token = db.token("employer", &["--tax-code", "6099254308"]);
        for path in ["/posts", &post_of_chief, "/authorities/SNV-66/roster"] {
            assert_eq!(house.program.client(&token).get(path).status, 403, "{path}");
            assert_eq!(house.program.client("").get(path).status, 401, "{path}");
        }
    }
}
