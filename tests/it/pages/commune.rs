//! A commune's record, from a family's words to the paper, by pages alone.

use serde_json::Value;

use super::{fill, hidden, leads_to, open};
use crate::{
    api::office::{now, rows},
    people::House,
    support::Answer,
};

/// What an official types.
fn told<'a>(key: &'a str, day: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("day", day),
        ("time", "07:30"),
        ("where", "Thôn Bản Chang"),
        ("summary", "Thợ xây ngã từ mái nhà, gãy xương chậu."),
        ("victim", "Hứa Văn Đức"),
        ("birth_year", "1995"),
        ("work", "construction_crew"),
        ("outcome", "serious"),
        ("witnesses", "Bà Lường Thị Sen kể lại."),
        ("official", "Ma Thị Lan"),
        ("phone", "02093888777"),
    ]
}

fn yesterday() -> String {
    let day = tnld::time::day_in_vietnam(now()) - chrono::TimeDelta::days(1);
    day.to_string()
}

/// The case that a page of a record is about.
fn case_of(answer: &Answer) -> String {
    leads_to(answer).rsplit('/').next().unwrap().to_owned()
}

on_both_databases! {
    fn a_familys_words_become_a_record_on_one_page(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        let official = house.official("xa@donvi.test", "UBX-02008", "commune_official", &[]);
        let browser = official.browser;
        let page = open(&browser, "/commune/record");
        assert_eq!(page.status, 200, "{}", page.text);
        let (key, day) = (hidden(&page, "key"), yesterday());
        let told = told(&key, &day);
        let first = fill(&browser, "/commune/record", &told);
        let case = case_of(&first);
        // Pressed twice: the same record.
        assert_eq!(case_of(&fill(&browser, "/commune/record", &told)), case);
        assert_eq!(rows(db, "cases"), 1);

        let done = open(&browser, leads_to(&first));
        assert!(done.text.contains("Đã ghi nhận"), "{}", done.text);
        let (_, rest) = done.text.split_once(r#"href="/api/v1/forms/issued/"#).unwrap();
        let paper = format!("/api/v1/forms/issued/{}", rest.split('"').next().unwrap());
        let stored: Value = browser.get(&format!("/api/v1/cases/{case}")).expect(200);
        assert_eq!(stored["status"], "COMMUNE_RECORDED");
        assert_eq!(stored["declaration"]["victims"][0]["full_name"], "Hứa Văn Đức");
        let issued = browser.get(&format!("/api/v1/cases/{case}/forms")).expect(200);
        assert_eq!(issued["items"].as_array().unwrap().len(), 1);
        assert_eq!(issued["items"][0]["form"], "COMMUNE-RECORD");
        assert_eq!(browser.get(&paper).status, 200);

        // It stands in the list, and in the half-year where that has not ended since yesterday.
        let list = open(&browser, "/commune");
        assert!(list.text.contains(stored["receipt_no"].as_str().unwrap()), "{}", list.text);
        assert!(!list.text.contains("Hứa Văn Đức"));
    }

    fn a_death_is_told_at_once_and_is_no_record_of_the_commune(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        let official = house.official("xa@donvi.test", "UBX-02008", "commune_official", &[]);
        let browser = official.browser;
        let (key, day) = (hidden(&open(&browser, "/commune/record"), "key"), yesterday());
        let mut told = told(&key, &day);
        told.iter_mut().find(|(name, _)| *name == "outcome").unwrap().1 = "dead";
        let done = open(&browser, leads_to(&fill(&browser, "/commune/record", &told)));
        assert!(done.text.contains("Vụ này phải báo ngay") && done.text.contains(r#"href="tel:"#), "{}", done.text);
        assert!(!done.text.contains("/forms/issued/"));
    }

    fn every_fault_is_named_beside_its_entry_and_nothing_is_stored(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        let official = house.official("xa@donvi.test", "UBX-02008", "commune_official", &[]);
        let day = yesterday();
        let entries = [("day", day.as_str()), ("where", "Thôn <Đồi>"), ("birth_year", "hai mươi"), ("phone", "abc")];
        let page = fill(&official.browser, "/commune/record", &entries);
        assert_eq!(page.status, 422);
        for entry in ["time", "summary", "outcome", "birth_year", "official", "phone"] {
            assert!(page.text.contains(&format!("href=\"#{entry}\"")), "{entry}: {}", page.text);
        }
        assert!(page.text.contains("Thôn &#60;Đồi&#62;") && page.text.contains(r#"value="hai mươi""#));
        assert_eq!(rows(db, "cases"), 0);
    }

    fn only_a_commune_writes_records(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        for (role, territory) in [("inspector", ["--province", "51"]), ("employer", ["--tax-code", "6199331203"])] {
            let client = house.program.client(&db.token(role, &territory));
            assert_eq!(client.get("/commune").status, 403, "{role}");
            assert_eq!(client.get("/commune/record").status, 403, "{role}");
        }
    }
}
