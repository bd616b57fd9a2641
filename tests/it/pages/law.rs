//! The law by pages: one proposes and sees beforehand what would change, another approves.

use std::collections::BTreeMap;

use serde_json::Value;

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
    send(
        browser,
        action,
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

on_both_databases! {
    fn a_day_off_is_looked_at_proposed_by_one_and_approved_by_another(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let keeper = house.official("quan-tri@so-66.test", "SNV-66", "provincial_administrator", &[]);
        let ministry = house.official("phap-che@bo.test", "BNV", "ministry_officer", &[]);
        let token = db.token("employer", &["--tax-code", "6099254308"]);
        let declared = house.program.client(&token).post("/api/v1/declarations", &recent("03")).expect(201);
        let clocks = declared["clocks"].as_array().unwrap();
        let k3 = clocks.iter().find(|clock| clock["id"] == "K3").unwrap();
        let day = &text(&k3["due_rolled"])[..10];

        let path = "/law/holidays";
        let own = [("day", day), ("kind", "off"), ("name", "Nghỉ bù / In lieu"), ("article", "Thông báo 12"), ("do", "preview")];
        let html = page(&keeper.browser, path);
        let mut pairs = typed(&html, path, &own);
        pairs.insert("reason".into(), String::new());
        let seen = post(&keeper.browser, path, &pairs);
        assert_eq!(seen.status, 200, "{}", seen.text);
        assert!(seen.text.contains("1 thời hạn đang chạy sẽ dời ngày") && seen.text.contains(text(&declared["receipt_no"])), "{}", seen.text);
        assert!(seen.text.contains("Nghỉ bù / In lieu"));
        // A proposal says why.
        pairs.insert("do".into(), "propose".into());
        let wrong = post(&keeper.browser, path, &pairs);
        assert_eq!(wrong.status, 422);
        assert!(wrong.text.contains("id=\"reason-wrong\""), "{}", wrong.text);
        pairs.insert("reason".into(), "Thông báo nghỉ bù".into());
        let proposed = post(&keeper.browser, path, &pairs);
        assert_eq!(proposed.status, 303, "{}", proposed.text);
        let at = proposed.header("location").split('?').next().unwrap().to_owned();

        // Not by the same person, nor by who may not.
        let html = page(&keeper.browser, &at);
        assert!(html.contains("Chờ duyệt") && html.contains("Đây là đề xuất của bạn") && !html.contains("value=\"approve\""), "{html}");
        let own = post(&keeper.browser, &at, &typed(&html, &at, &[("do", "approve")]));
        assert_eq!(own.status, 403, "{}", own.text);
        // Whoever turns it down says why; who approves need not.
        let html = page(&ministry.browser, &at);
        let silent = post(&ministry.browser, &at, &typed(&html, &at, &[("do", "reject"), ("reason", "")]));
        assert_eq!(silent.status, 422);
        assert!(silent.text.contains("id=\"reason-wrong\""), "{}", silent.text);
        let approve = typed(&html, &at, &[("do", "approve"), ("reason", "")]);
        let done = post(&ministry.browser, &at, &approve);
        assert_eq!(done.header("location"), format!("{at}?said=settled"), "{}", done.text);
        assert!(page(&ministry.browser, &at).contains("Đã duyệt"));
        // Pressed twice: it is said that it was settled.
        let again = post(&ministry.browser, &at, &approve);
        assert_eq!(again.status, 409);
        assert!(again.text.contains("Đã duyệt"), "{}", again.text);
        // It counts.
        let year = &day[..4];
        let html = page(&keeper.browser, &format!("{path}?year={year}&lang=en"));
        assert!(html.contains("In lieu") && html.contains(&format!("/law/rules/H-{day}-off")), "{html}");
        let rule = page(&keeper.browser, &format!("/law/rules/H-{day}-off"));
        assert!(rule.contains("Thông báo 12"), "{rule}");
    }

    fn a_rule_is_found_by_what_it_decides_and_a_correction_says_what_it_alters(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let keeper = house.official("quan-tri@so-66.test", "SNV-66", "provincial_administrator", &[]);
        let found = page(&keeper.browser, "/law?subject=investigation");
        assert!(found.contains("Luật ATVSLĐ Điều 35.6") && !found.contains("limits.scene_hours"), "{found}");
        let wrong = page(&keeper.browser, "/law?subject=nothing&day=gestern");
        assert!(wrong.contains("id=\"day-wrong\"") && wrong.contains("id=\"subject-wrong\""), "{wrong}");
        let path = "/law/rules/X-limits.scene_hours";
        let html = page(&keeper.browser, path);
        let same = post(&keeper.browser, path, &typed(&html, path, &[("do", "preview")]));
        assert_eq!(same.status, 422, "{}", same.text);
        assert!(same.text.contains("Chưa có gì khác"));
        let faulty = post(&keeper.browser, path, &typed(&html, path, &[("days", "nhiều"), ("article", ""), ("do", "preview")]));
        assert_eq!(faulty.status, 422);
        for id in ["days-wrong", "article-wrong"] {
            assert!(faulty.text.contains(&format!("id=\"{id}\"")), "{id}: {}", faulty.text);
        }
        assert!(faulty.text.contains("value=\"nhiều\""));
        let seen = post(&keeper.browser, path, &typed(&html, path, &[("days", "3"), ("do", "preview")]));
        assert_eq!(seen.status, 200, "{}", seen.text);
        assert!(seen.text.contains("Sẽ thay đổi"));
        let list = page(&keeper.browser, "/law/proposals");
        assert!(list.contains("Chưa có đề xuất nào."), "{list}");
        assert_eq!(keeper.browser.get("/law/rules/none").status, 404);
    }

    fn the_law_is_open_to_those_who_apply_it_and_changed_by_few(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        for (role, territory, reads, proposes) in [
            ("employer", ["--tax-code", "6099254308"], 403, 403),
            ("commune", ["--commune", "22015"], 200, 403),
            ("inspector", ["--province", "66"], 200, 403),
            ("police", ["--commune", "22015"], 200, 403),
        ] {
            let client = house.program.client(&db.token(role, &territory));
            for path in ["/law", "/law/holidays", "/law/rules/X-limits.scene_hours"] {
                assert_eq!(client.get(path).status, reads, "{role} {path}");
            }
            assert_eq!(client.get("/law/proposals").status, proposes, "{role}");
            let html = client.get("/law/holidays").text;
            assert!(between(&html, "action=\"/law/holidays\"", ">").is_none(), "{role}");
            let sent = client.send("POST", "/law/holidays", &[("content-type", "application/x-www-form-urlencoded")], b"day=2027-01-01&do=preview").unwrap();
            assert_eq!(sent.status, 403, "{role}: {}", sent.text);
        }
        let nobody: Value = house.program.client("").get("/law").json();
        assert_eq!(nobody["status"], 401);
    }
}
