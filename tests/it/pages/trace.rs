//! Who saw a record: found by its receipt number, and from the page of its case.

use super::form::page;
use crate::{
    api::{office::text, recent},
    people::House,
};

on_both_databases! {
    fn whoever_may_see_a_record_sees_who_saw_it(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let chief = house.official("chanh@so-66.test", "SNV-66", "chief_inspector", &[]);
        let token = db.token("employer", &["--tax-code", "6099254308"]);
        let employer = house.program.client(&token);
        let declared = employer.post("/api/v1/declarations", &recent("03")).expect(201);
        let receipt = text(&declared["receipt_no"]);
        let case = page(&chief.browser, text(&declared["case"]["href"]).trim_start_matches("/api/v1"));
        let path = format!("/trace?receipt_no={receipt}");
        assert!(case.contains(&format!("href=\"{path}\"")), "{case}");
        let html = page(&chief.browser, &path);
        assert!(html.contains("Xem hồ sơ vụ việc") && html.contains("Khai báo"), "{html}");
        assert!(html.contains("khai báo theo luật"), "{html}");
        // Whoever looks who looked is in it as well.
        let again = page(&chief.browser, &format!("{path}&lang=en"));
        assert!(again.contains("answering who saw a record"), "{again}");
        assert_eq!(employer.get(&path).status, 200);
        // What is another's is said to be nowhere, beside the entry; so is what is no number.
        let neighbour = house.official("chanh@so-19.test", "SNV-19", "chief_inspector", &[]);
        for number in [receipt, "267K-3M9Q-XR4G", "none"] {
            let answer = neighbour.browser.get(&format!("/trace?receipt_no={number}"));
            assert_eq!(answer.status, 422, "{number}");
            assert!(answer.text.contains("id=\"receipt_no-wrong\"") && answer.text.contains(&format!("value=\"{number}\"")), "{}", answer.text);
        }
        assert!(!page(&neighbour.browser, "/trace").contains("class=\"timeline\""));
        assert_eq!(chief.browser.get(&format!("{path}&cursor=none")).status, 422);
        let keeper = house.official("quan-tri@ub-66.test", "UBND-66", "provincial_administrator", &[]);
        assert_eq!(keeper.browser.get("/trace").status, 403);
        assert_eq!(house.program.client("").get("/trace").status, 401);
    }
}
