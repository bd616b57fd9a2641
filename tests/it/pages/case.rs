//! A case on its page: led from the declaration to the archive by nothing but buttons and forms.

use serde_json::{Value, json};

use super::form::{between, entries, filled, form, page, send};
use crate::{
    api::{office::text, recent, with},
    people::{House, Official, PASSWORD},
    support::Client,
};

fn employer(house: &House<'_>) -> Client {
    let token = house.db.token("employer", &["--tax-code", "4799123402"]);
    house.program.client(&token)
}

/// A death in Cẩm Giàng; the path of its page.
fn fatal(house: &House<'_>) -> (Value, String) {
    let body = with(
        recent("01"),
        &[("/accident/place/commune_code", json!("02008"))],
    );
    let answer = employer(house)
        .post("/api/v1/declarations", &body)
        .expect(201);
    let path = format!("/cases/{}", text(&answer["case"]["id"]));
    (answer, path)
}

fn inspector(house: &House<'_>) -> Official {
    house.official("chanh@so-19.test", "SNV-19", "chief_inspector", &[])
}

/// Where the one big button leads.
fn next_step(html: &str) -> Option<String> {
    let card = between(html, "id=\"next\"", "</section>").unwrap();
    between(card, "class=\"button\" href=\"", "\"").map(str::to_owned)
}

/// Opens the form of a step, fills it in with what it asks for, and with `own`; where that leads.
#[track_caller]
fn take(official: &Official, path: &str, own: &[(&str, &str)]) -> crate::support::Answer {
    let html = page(&official.browser, path);
    let mut pairs = filled(&entries(form(&html, path)));
    for (name, value) in own {
        assert!(pairs.contains_key(*name), "{name} is not on {path}");
        pairs.insert((*name).to_owned(), (*value).to_owned());
    }
    let pairs = pairs
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()));
    send(&official.browser, path, pairs)
}

on_both_databases! {
    fn an_inspector_leads_a_death_from_the_declaration_to_the_archive_by_the_big_button(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = inspector(&house);
        let (declared, path) = fatal(&house);
        let mut taken = Vec::new();
        loop {
            let html = page(&official.browser, &path);
            let Some(step) = next_step(&html) else { break };
            let name = step.rsplit('/').next().unwrap().to_owned();
            let cause: &[_] = if name == "draft_minutes" { &[("cause_code", "3")] } else { &[] };
            let answer = take(&official, &step, cause);
            assert_eq!(answer.status, 303, "{name}: {}", answer.text);
            assert_eq!(answer.header("location"), format!("{path}?said={name}"));
            let said = page(&official.browser, answer.header("location"));
            assert!(said.contains("Đã ghi nhận: "), "{said}");
            taken.push(name);
            assert!(taken.len() < 40, "{taken:?}");
        }
        assert_eq!(
            taken,
            [
                "receive", "classify", "send_to_scene", "form_team", "start_investigation", "send_opinion",
                "record_police_answer", "draft_minutes", "announce", "dispatch_minutes", "confirm_posting",
                "release_scene", "enter_register", "check_file", "decide_benefits", "close",
                // What the employer still owes the victims outlives the case.
                "pay_benefits", "send_benefit_file", "archive",
            ]
        );
        let case = official.browser.get(text(&declared["case"]["href"])).expect(200);
        assert_eq!(case["status"], "ARCHIVED");
        assert_eq!(case["missing_to_close"], json!([]));
        let html = page(&official.browser, &path);
        for said in ["Lưu trữ", "Hiện không có việc nào đến lượt bạn.", "Nông Văn Bình", "Tai nạn lao động chết người"] {
            assert!(html.contains(said), "{said}");
        }
    }

    fn what_is_sent_after_the_session_has_ended_is_sent_once_somebody_has_signed_in(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = inspector(&house);
        let (_, path) = fatal(&house);
        for step in ["receive", "classify"] {
            assert_eq!(take(&official, &format!("{path}/steps/{step}"), &[]).status, 303);
        }
        let step = format!("{path}/steps/form_team");
        let html = page(&official.browser, &step);
        let mut pairs = filled(&entries(form(&html, &step)));
        pairs.insert("head".into(), "Lý Thị <Mận>\r\nĐoàn \"một\"".into());
        let typed = || pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        // The session ends while somebody types.
        assert_eq!(send(&official.browser.stolen(), "/sign-out", []).status, 303);
        let late = send(&official.browser, &step, typed());
        assert_eq!(late.status, 401, "{}", late.text);
        assert!(late.text.contains("Phiên làm việc đã hết"), "{}", late.text);
        let kept = entries(form(&late.text, &step));
        let value = |name: &str| kept.iter().find(|entry| entry.name == name).unwrap().value.clone();
        assert!(value("head").contains("Mận"), "{}", value("head"));
        assert_eq!(value("seen_version"), pairs["seen_version"]);
        // Of another site nothing is kept: whoever signs in would send it as their own.
        let kind = "application/x-www-form-urlencoded";
        let foreign = [("accept", "text/html"), ("origin", "https://elsewhere.test"), ("sec-fetch-site", "cross-site")];
        let others = official.browser.send_bytes("POST", &step, kind, b"head=X", &foreign);
        assert!([303, 403].contains(&others.status) && !others.text.contains("name=\"head\""), "{}", others.text);
        // Signed in on another tab, it goes.
        let proof = json!({ "email": "chanh@so-19.test", "password": PASSWORD, "recovery_code": official.recovery[0] });
        official.browser.send("POST", "/api/v1/session", &proof).expect(201);
        let mut again = filled(&kept);
        again.insert("head".into(), "Lý Thị Mận".into());
        let again = again.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let sent = send(&official.browser, &step, again);
        assert_eq!(sent.status, 303, "{}", sent.text);
    }

    fn an_inspector_corrects_a_declaration_from_the_page_of_its_case(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = inspector(&house);
        let (declared, path) = fatal(&house);
        let form = format!("/declarations/{}", text(&declared["receipt_no"]));
        let html = page(&official.browser, &path);
        assert!(html.contains(&format!("href=\"{form}\"")), "{html}");
        let saved = take(&official, &format!("{form}/accident"), &[("detail", "Chân vách mỏ số 2")]);
        assert_eq!(saved.status, 303, "{}", saved.text);
        let html = page(&official.browser, &path);
        assert!(html.contains("Chân vách mỏ số 2"), "{html}");
    }

    fn what_is_wrong_stands_beside_its_entry_and_nothing_that_was_typed_is_lost(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = inspector(&house);
        let (_, path) = fatal(&house);
        for step in ["receive", "classify"] {
            assert_eq!(take(&official, &format!("{path}/steps/{step}"), &[]).status, 303);
        }
        let step = format!("{path}/steps/form_team");
        // A day in the future, a member without a capacity in the second row, nothing else.
        let own = [
            ("decided_on", "2099-01-01"), ("decision_number", ""), ("head", "Lý Thị <Mận>"),
            ("members.1.full_name", "Vi Văn Đào"),
            ("members.1.capacity", ""),
        ];
        let answer = take(&official, &step, &own);
        assert_eq!(answer.status, 422, "{}", answer.text);
        let html = answer.text;
        let again = entries(form(&html, &step));
        let value = |name: &str| again.iter().find(|entry| entry.name == name).unwrap().value.clone();
        assert_eq!(value("decided_on"), "2099-01-01");
        assert_eq!(value("members.1.full_name"), "Vi Văn Đào");
        assert_eq!(value("seen_version"), "3");
        assert!(html.contains("Lý Thị &#60;Mận&#62;"));
        for id in ["decided_on-wrong", "decision_number-wrong", "members.1.capacity-wrong"] {
            assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
        }
        assert!(html.contains("href=\"#members.1.capacity\"") && html.contains("role=\"alert\""));
        // One more row, without script, and nothing stored.
        let own = [("head", "Lý Thị Mận"), ("decision_number", "")];
        let html = page(&official.browser, &step);
        let mut pairs = filled(&entries(form(&html, &step)));
        pairs.extend(own.map(|(name, value)| (name.to_owned(), value.to_owned())));
        pairs.insert("do".into(), "more.members".into());
        let pairs = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let answer = send(&official.browser, &step, pairs);
        assert_eq!(answer.status, 200);
        assert!(answer.text.contains("members.2.full_name") && answer.text.contains("Lý Thị Mận"));
        // The preview stores nothing and keeps everything.
        let mut pairs = filled(&entries(form(&answer.text, &step)));
        pairs.insert("decision_number".into(), "12/QĐ".into());
        pairs.insert("do".into(), "preview".into());
        let sent: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = send(&official.browser, &step, sent);
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert!(answer.text.contains("Trạng thái sẽ là: Đã thành lập Đoàn điều tra"), "{}", answer.text);
        assert!(page(&official.browser, &path).contains("Đã phân loại"));
    }

    fn whoever_comes_second_sees_what_changed_and_keeps_what_they_typed(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = inspector(&house);
        let (_, path) = fatal(&house);
        let step = format!("{path}/steps/receive");
        let html = page(&official.browser, &step);
        let old = filled(&entries(form(&html, &step)));
        let other = house.official("tra@so-19.test", "SNV-19", "chief_inspector", &[]);
        let public = [("followed", "yes"), ("reason", "Báo chí hỏi")];
        assert_eq!(take(&other, &format!("{path}/steps/follow_publicly"), &public).status, 303);
        let mut pairs = old.clone();
        pairs.insert("file_number".into(), "77/HS".into());
        let send_all = |pairs: &std::collections::BTreeMap<String, String>| {
            let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            send(&official.browser, &step, pairs)
        };
        let answer = send_all(&pairs);
        assert_eq!(answer.status, 409, "{}", answer.text);
        for said in ["Người khác vừa thay đổi", "Đánh dấu vụ việc dư luận quan tâm", "Báo chí hỏi", "77/HS"] {
            assert!(answer.text.contains(said), "{said}");
        }
        // A fault beside it changes nothing about that.
        let mut faulty = pairs.clone();
        faulty.insert("file_number".into(), "7".repeat(101));
        let answer = send_all(&faulty);
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("Người khác vừa thay đổi"));
        // Once more, having seen it.
        let answer = send_all(&pairs);
        let again = filled(&entries(form(&answer.text, &step)));
        assert_eq!(send_all(&again).status, 303);
        // A third time it is no longer possible; what was typed can be copied.
        let answer = send_all(&again);
        assert_eq!(answer.status, 409);
        assert!(answer.text.contains("77/HS") && answer.text.contains("Bước này hiện không thực hiện được"));
        assert!(page(&official.browser, &path).contains("Đã tiếp nhận"));
    }

    fn who_may_not_see_a_case_finds_no_page_and_no_form(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let (_, path) = fatal(&house);
        let neighbour = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let accept = [("accept", "text/html")];
        for path in [path.clone(), format!("{path}/steps/receive")] {
            let answer = neighbour.browser.send_bytes("GET", &path, "", b"", &accept);
            assert_eq!(answer.status, 404);
            assert!(!answer.text.contains("Nông"));
        }
        let sent = [("seen_version", "1")];
        assert_eq!(send(&neighbour.browser, &format!("{path}/steps/receive"), sent).status, 404);
        assert_eq!(send(&neighbour.browser, &format!("{path}/forms"), [("form", "D39-VIII"), ("seen", "0")]).status, 404);
        // Nobody, another site, a step that does not exist.
        let nobody = house.browser().send_bytes("GET", &path, "", b"", &accept);
        assert_eq!(nobody.status, 303);
        assert!(nobody.header("location").starts_with("/sign-in?to=%2Fcases%2F"));
        let mut foreign = inspector(&house);
        let answer = foreign.browser.send_bytes("GET", &format!("{path}/steps/dance"), "", b"", &accept);
        assert_eq!(answer.status, 404);
        foreign.browser.origin = Some("https://evil.test".into());
        assert_eq!(send(&foreign.browser, &format!("{path}/steps/receive"), sent).status, 403);
    }

    fn a_form_is_issued_by_one_press_and_not_by_two(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = inspector(&house);
        let (declared, path) = fatal(&house);
        let action = format!("{path}/forms");
        let html = page(&official.browser, &path);
        let offered = entries(form(&html, &action));
        let codes = &offered.iter().find(|entry| entry.name == "form").unwrap().choices;
        assert!(codes.len() > 5, "{codes:?}");
        let sent = [("form", "D39-VIII"), ("victim", ""), ("seen", "0")];
        let first = send(&official.browser, &action, sent);
        assert_eq!(first.status, 303, "{}", first.text);
        let html = page(&official.browser, first.header("location").split('#').next().unwrap());
        assert!(html.contains("Đã phát hành D39-VIII."), "{html}");
        let second = send(&official.browser, &action, sent);
        assert_eq!(second.header("location"), format!("{path}?twice=yes#forms"));
        let list = format!("{}/forms", text(&declared["case"]["href"]));
        let list = official.browser.get(&list).expect(200);
        assert_eq!(list["items"].as_array().unwrap().len(), 1);
        let pdf = between(&html, "/api/v1/forms/issued/", "\"").unwrap();
        let file = official.browser.get(&format!("/api/v1/forms/issued/{pdf}"));
        assert_eq!((file.status, file.header("content-type")), (200, "application/pdf"));
        // What is not possible is said on the page.
        let none = send(&official.browser, &action, [("form", "NONE"), ("seen", "1")]);
        assert_eq!(none.status, 422);
        assert!(none.text.contains("Chưa phát hành được"), "{}", none.text);
    }
}
