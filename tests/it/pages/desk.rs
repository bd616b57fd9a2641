//! The desk: what is due, what is found, many cases given to a post.

use serde_json::{Value, json};

use super::form::{entries, form, page, send};
use crate::{
    api::{ago, office::text, recent, with},
    people::House,
};

/// Cases in Tuy Hòa, the oldest first.
fn declared(house: &House<'_>, count: i64) -> Vec<Value> {
    let token = house.db.token("employer", &["--tax-code", "6099254308"]);
    let employer = house.program.client(&token);
    let declare = |number| {
        let moment = json!(ago(90 + number));
        let body = with(recent("03"), &[("/accident/occurred_at", moment)]);
        employer.post("/api/v1/declarations", &body).expect(201)
    };
    (0..count).map(declare).collect()
}

/// The boxes of the list, each with case, version and receipt number.
fn boxes(html: &str) -> Vec<String> {
    let pieces = html.split("name=\"case\" value=\"").skip(1);
    let values = pieces.map(|piece| piece.split('"').next().unwrap().to_owned());
    values.collect()
}

on_both_databases! {
    fn the_desk_shows_what_is_open_finds_by_words_and_gives_pages(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let cases = declared(&house, 3);
        let html = page(&chief.browser, "/desk");
        for case in &cases {
            assert!(html.contains(text(&case["receipt_no"])));
            assert!(html.contains(&format!("/cases/{}", text(&case["case"]["id"]))));
        }
        for said in ["Chưa có người thụ lý", "Đến hạn hôm nay", "Tai nạn lao động nặng từ hai người trở lên", "còn 1 giờ"] {
            assert!(html.contains(said), "{said}");
        }
        let found = page(&chief.browser, &format!("/desk?q={}", text(&cases[0]["receipt_no"])));
        assert!(found.contains("1 vụ"), "{found}");
        // The same without the rest of the page, for the script.
        let list = page(&chief.browser, &format!("/desk/list?q={}", text(&cases[0]["receipt_no"])));
        assert!(!list.contains("<html") && boxes(&list).len() == 1);
        assert!(page(&chief.browser, "/desk?q=zzzz").contains("Không tìm thấy vụ nào"));
        // Filters, and a view.
        assert!(page(&chief.browser, "/desk?class=FATAL").contains("Không có vụ nào ở đây."));
        assert_eq!(boxes(&page(&chief.browser, "/desk?view=unassigned&class=MULTI_SERIOUS")).len(), 3);
        assert!(page(&chief.browser, "/desk?lang=en").contains("Due today"));
        // As a drawing, with the same in words.
        let drawn = page(&chief.browser, "/desk/overview?lang=vi");
        assert!(drawn.contains("aria-label=\"Đã khai báo: Tai nạn lao động nặng từ hai người trở lên 3\""), "{drawn}");
        // As a map: a province at once for whoever works in one, with its communes; one of them leads to its cases.
        let map = page(&chief.browser, "/desk/map?lang=vi");
        assert!(map.contains("Vụ đang mở: Tỉnh Đắk Lắk") && !map.contains("href=\"/desk/map\""), "{map}");
        let commune = map.split("href=\"/desk?commune=").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        assert!(map.contains(&format!("/desk?commune={commune}\">Phường Tuy Hòa <strong>3</strong>")), "{map}");
        let there = page(&chief.browser, &format!("/desk?commune={commune}"));
        assert!(there.contains("Chỉ những vụ ở Phường Tuy Hòa.") && boxes(&there).len() == 3, "{there}");
        assert_eq!(boxes(&page(&chief.browser, "/desk?commune=00004")).len(), 0);
        let ministry = house.official("vu@bo.test", "BNV", "ministry_officer", &[]);
        let country = page(&ministry.browser, "/desk/map?lang=vi");
        assert!(country.contains("/desk/map?province=66\">Đắk Lắk <strong>3</strong>"), "{country}");
        assert!(page(&ministry.browser, "/desk/map?province=19").contains("Vụ đang mở: Tỉnh Thái Nguyên"));
        // The neighbour has an empty desk, nobody has none.
        let neighbour = house.official("chanh@so-19.test", "SNV-19", "chief_inspector", &[]);
        assert_eq!(boxes(&page(&neighbour.browser, "/desk")), Vec::<String>::new());
        let accept = [("accept", "text/html")];
        let nobody = house.browser().send_bytes("GET", "/desk", "", b"", &accept);
        assert_eq!((nobody.status, nobody.header("location")), (303, "/sign-in?to=%2Fdesk"));
    }

    fn many_cases_are_given_to_a_post_and_whoever_is_late_is_told(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let officer = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        declared(&house, 3);
        let html = page(&chief.browser, "/desk?view=unassigned");
        let all = boxes(&html);
        let own = form(&html, "/desk/assign");
        let posts = entries(own).into_iter().find(|entry| entry.name == "post").unwrap();
        assert!(posts.choices.contains(&officer.post));
        // Nothing chosen: said beside the entries, and what was selected stays selected.
        let sent = [("view", "unassigned"), ("case", &all[0])];
        let answer = send(&chief.browser, "/desk/assign", sent);
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("id=\"post-wrong\"") && answer.text.contains("id=\"reason-wrong\""));
        assert_eq!(answer.text.matches(" checked>").count(), 1);
        let sent = [
            ("view", "unassigned"), ("case", &all[0]), ("case", &all[1]), ("post", &officer.post), ("reason", "Theo địa bàn"),
        ];
        let answer = send(&chief.browser, "/desk/assign", sent);
        assert_eq!((answer.status, answer.header("location")), (303, "/desk?view=unassigned&done=2"));
        let html = page(&chief.browser, answer.header("location"));
        assert!(html.contains("Đã phân công 2 vụ."));
        assert_eq!(boxes(&html), all[2..]);
        assert_eq!(boxes(&page(&officer.browser, "/desk?view=mine")).len(), 2);
        // The same once more, from a page of before.
        let late = send(&chief.browser, "/desk/assign", sent);
        assert_eq!(late.status, 409);
        assert!(late.text.contains("Người khác vừa thay đổi vụ này"), "{}", late.text);
        // Who investigates takes what nobody has, by one press.
        let one = send(&officer.browser, "/desk/assign", [("one", all[2].as_str())]);
        assert_eq!((one.status, one.header("location")), (303, "/desk?done=1"));
        assert_eq!(boxes(&page(&officer.browser, "/desk?view=mine")).len(), 3);
    }
}
