//! Saying by the link of a mail that an alert is not one's own, and where it belongs.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::text,
    taking::{SON, alerts, column, press, told},
};
use crate::support::{mailbox::Mail, program::eventually};

const SOON: Duration = Duration::from_secs(20);

/// The link that went to an address in which these words stand.
fn link<'a>(links: &'a [(String, String)], to: &str) -> &'a str {
    let found = links.iter().find(|(address, _)| address.contains(to));
    &found.unwrap_or_else(|| panic!("{to}: {links:?}")).1
}

fn refusing(belongs_to: &str) -> String {
    format!("{SON}&action=refuse&belongs_to={belongs_to}")
}

/// The mail to an address in whose subject these words stand.
fn mail(office: &Office<'_>, to: &str, words: &str) -> Mail {
    eventually(SOON, || {
        let mut mails = office.mails().into_iter();
        mails.find(|mail| mail.header("to").contains(to) && mail.header("subject").contains(words))
    })
}

fn of<'a>(all: &'a [Value], authority: &str) -> &'a Value {
    let found = all
        .iter()
        .find(|alert| alert["recipient"]["id"] == authority);
    found.unwrap_or_else(|| panic!("{authority}: {all:?}"))
}

/// Waits until the alert of an authority has left.
fn is_sent(office: &Office<'_>, answer: &Value, authority: &str) {
    let inspector = office.inspector("66");
    eventually(SOON, || {
        let all = alerts(&inspector, answer);
        (of(&all, authority)["status"] == "sent").then_some(())
    });
}

fn clocks(inspector: &Caller, answer: &Value) -> Value {
    inspector.case_of(answer)["clocks"].clone()
}

on_both_databases! {
    fn what_is_refused_is_passed_on_at_once_and_no_clock_moves(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_OPERATOR_MAIL", "truc@tnld.test")]);
        let (answer, links) = told(&office);
        let (visitor, inspector) = (office.with_token(""), office.inspector("66"));
        let before = clocks(&inspector, &answer);
        let police = link(&links, "ca22015");
        let page = visitor.get(police);
        // The other police of the province, and nobody else.
        assert!(page.text.contains("Công an phường Bình Kiến") && !page.text.contains("Công an xã Cẩm Giàng"), "{}", page.text);
        assert_eq!(office.police("22045").get(text(&answer["case"]["href"])).status, 404);

        let refused = press(&visitor, police, &refusing("CAX-22045"));
        assert_eq!(refused.status, 200, "{}", refused.text);
        assert!(refused.text.contains("Công an phường Bình Kiến"), "{}", refused.text);
        // The link of whoever is no longer concerned opens nothing.
        assert_eq!((visitor.get(police).status, press(&visitor, police, SON).status), (404, 404));

        // Both sides are told.
        let theirs = mail(&office, "ca22045", "Bản sao");
        let line = theirs.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.contains("Được chuyển từ: Công an phường Tuy Hòa"), "{line}");
        let ours = mail(&office, "ca22015", "Rút thông báo");
        let line = ours.text().split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(line.contains("Đã chuyển đến: Công an phường Bình Kiến"), "{line}");
        mail(&office, "truc@tnld.test", "danh bạ");

        let all = alerts(&inspector, &answer);
        assert_eq!((&of(&all, "CAX-22015")["status"], &of(&all, "CAX-22015")["refused"]["passed_to"]), (&json!("refused"), &json!(["CAX-22045"])));
        assert_eq!(of(&all, "CAX-22015")["refused"]["name"], "Đặng Văn Sơn");
        assert_eq!(of(&all, "CAX-22045")["duty"], of(&all, "CAX-22015")["duty"]);
        assert_eq!(clocks(&inspector, &answer), before);
        let last = inspector.case_of(&answer)["timeline"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["action"], &last["by"]), (&json!("alert_refused"), &json!("Công an phường Tuy Hòa")));
        office.police("22045").get(text(&answer["case"]["href"])).expect(200);

        // The declarant reads it in plain words, and not who it was.
        let shown = office.employer("6099254308").get(&format!("/api/v1/declarations/{}", text(&answer["receipt_no"]))).expect(200);
        let said: Vec<&str> = shown["routing"].as_array().unwrap().iter().filter_map(|one| one["said_vi"].as_str()).collect();
        assert!(said.iter().any(|one| one.contains("Công an phường Tuy Hòa báo không thuộc thẩm quyền")), "{said:?}");
        assert!(!shown.to_string().contains("Văn Sơn"), "{shown}");
        let stored = column(db, "SELECT officer AS text FROM refusals");
        assert!(stored.len() == 1 && stored[0].starts_with("tnld"), "{stored:?}");
        assert!(!office.program.log().contains("Văn Sơn"));
        db.tnld(&["audit", "verify"]).ok();

        // Later news goes to the new one, and not back.
        let died = json!({"note": "Thêm một người tử vong", "accident": {"casualties": {"dead": 2}}});
        let declarations = format!("/api/v1/declarations/{}/supplements", text(&answer["receipt_no"]));
        office.employer("6099254308").post(&declarations, &died).expect(201);
        mail(&office, "ca22045", "KHẨN");
        let again = alerts(&inspector, &answer);
        let mut theirs = again.iter().filter(|alert| alert["recipient"]["id"] == "CAX-22015");
        assert!(theirs.all(|alert| alert["status"] == "refused"), "{again:?}");
        office.police("22045").get(text(&answer["case"]["href"])).expect(200);
    }

    fn whoever_does_not_know_where_it_belongs_tells_the_level_above(db: &Db) {
        let office = Office::open(db);
        let (answer, links) = told(&office);
        let refused = press(&office.with_token(""), link(&links, "ca22015"), &refusing("%3F"));
        assert_eq!(refused.status, 200, "{}", refused.text);
        is_sent(&office, &answer, "CAT-66");
        let all = alerts(&office.inspector("66"), &answer);
        assert_eq!(of(&all, "CAX-22015")["status"], "refused");
    }

    fn nothing_is_passed_on_without_a_name_or_to_nowhere(db: &Db) {
        let office = Office::open(db);
        let (_, links) = told(&office);
        let (visitor, police) = (office.with_token(""), link(&links, "ca22015"));
        for wrong in ["", "NOBODY", "CAX-02008", "SNV-66", "CAX-22015"] {
            let page = press(&visitor, police, &refusing(wrong));
            assert_eq!(page.status, 422, "{wrong}");
            assert!(page.text.contains("belongs_to-wrong"), "{}", page.text);
        }
        let page = press(&visitor, police, "action=refuse&belongs_to=CAX-22045");
        assert_eq!(page.status, 422);
        // What was chosen is not lost.
        assert!(page.text.contains("value=\"CAX-22045\" selected"), "{}", page.text);
        assert_eq!((office.rows("refusals"), office.rows("directory_proposals")), (0, 0));
    }

    fn two_who_refuse_do_not_send_it_back_and_forth(db: &Db) {
        let office = Office::open(db);
        let (answer, links) = told(&office);
        let visitor = office.with_token("");
        press(&visitor, link(&links, "ca22015"), &refusing("CAX-22045"));
        let theirs = mail(&office, "ca22045", "Bản sao");
        let text_of = theirs.text();
        let at = text_of.find("/a/").unwrap();
        let second = text_of[at..].split_whitespace().next().unwrap();
        let page = visitor.get(second);
        assert!(!page.text.contains("value=\"CAX-22015\""), "{}", page.text);
        assert_eq!(press(&visitor, second, &refusing("CAX-22015")).status, 422);
        assert_eq!(press(&visitor, second, &refusing("%3F")).status, 200);
        is_sent(&office, &answer, "CAT-66");
    }

    fn of_two_who_press_at_once_one_counts(db: &Db) {
        let office = Office::open(db);
        let (_, links) = told(&office);
        let police = link(&links, "ca22015");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let visitor = office.with_token("");
                let body = if number % 2 == 0 { SON.to_owned() } else { refusing("CAX-22045") };
                scope.spawn(move || press(&visitor, police, &body));
            }
        });
        let both = (office.rows("acknowledgements"), office.rows("refusals"));
        assert!(both == (1, 0) || both == (0, 1), "{both:?}");
    }

    fn whoever_keeps_the_directory_sees_what_is_wrong_with_it_and_settles_it(db: &Db) {
        let office = Office::open(db);
        let (answer, links) = told(&office);
        press(&office.with_token(""), link(&links, "ca22015"), &refusing("CAX-22045"));
        let path = "/api/v1/directory-proposals";
        let operator = office.caller("operator", &[]);
        let waiting = operator.get(path).expect(200);
        let one = &waiting["items"][0];
        assert_eq!((&one["authority_id"], &one["belongs_to"], &one["receipt_no"]), (&json!("CAX-22015"), &json!("CAX-22045"), &answer["receipt_no"]));
        office.inspector("66").get(path).expect(403);
        let settle = format!("{path}/{}/settle", text(&one["id"]));
        assert_eq!(operator.post(&settle, &json!({})).error_pointers(), ["/outcome", "/reason"]);
        let body = json!({"outcome": "rejected", "reason": "Danh bạ đúng"});
        assert_eq!(operator.post(&settle, &body).expect(200)["outcome"], "rejected");
        assert_eq!(operator.post(&settle, &body).expect(409)["code"], "proposal_settled");
        assert_eq!(operator.get(path).expect(200)["items"], json!([]));
    }

    fn a_place_that_is_corrected_to_elsewhere_begins_anew(db: &Db) {
        let office = Office::open(db);
        let (answer, links) = told(&office);
        press(&office.with_token(""), link(&links, "ca22015"), &refusing("CAX-22045"));
        let moved = json!({"note": "Sai địa bàn", "accident": {"place": {"commune_code": "25270"}}});
        let path = format!("/api/v1/declarations/{}/supplements", text(&answer["receipt_no"]));
        office.employer("6099254308").post(&path, &moved).expect(201);
        assert_eq!(office.police("22045").get(text(&answer["case"]["href"])).status, 404);
        let all = alerts(&office.inspector("75"), &answer);
        assert_eq!(of(&all, "CAX-25270")["refused"], Value::Null);
    }
}
