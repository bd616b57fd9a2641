//! A commune's record that a device kept: the form it keeps, and what its script is answered when it sends.

use serde_json::Value;
use url::form_urlencoded::Serializer;

use super::{fill, hidden, open};
use crate::{
    api::office::{now, rows},
    people::{Browser, House},
    support::Answer,
};

/// What an official typed.
fn told<'a>(key: &'a str, day: &'a str, of: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("key", key),
        ("of", of),
        ("day", day),
        ("time", "07:30"),
        ("where", "Thôn Bản Chang"),
        ("summary", "Thợ xây ngã từ mái nhà, gãy xương chậu."),
        ("victim", "Hứa Văn Đức"),
        ("work", "construction_crew"),
        ("outcome", "serious"),
        ("official", "Ma Thị Lan"),
        ("phone", "02093888777"),
    ]
}

fn yesterday() -> String {
    let day = tnld::time::day_in_vietnam(now()) - chrono::TimeDelta::days(1);
    day.to_string()
}

/// Sends what was kept, as the script does.
fn post(browser: &Browser, entries: &[(&str, &str)]) -> Answer {
    let body = Serializer::new(String::new())
        .extend_pairs(entries)
        .finish();
    let kind = "application/x-www-form-urlencoded";
    let takes = [("accept", "application/json")];
    browser.send_bytes("POST", "/commune/record", kind, body.as_bytes(), &takes)
}

const KEY: &str = "0198f0a0-1111-7111-8111-111111111111";

on_both_databases! {
    fn a_device_keeps_a_form_on_which_nothing_is_anybodys(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        let blank = house.program.client("").get("/commune/record/blank");
        assert_eq!(blank.status, 200, "{}", blank.text);
        for name in ["key", "of"] {
            assert_eq!(hidden(&blank, name), "", "{name}");
        }
        // The same for an official: what is kept on a device does not say who was signed in.
        let official = house.official("xa@donvi.test", "UBX-02008", "commune_official", &[]);
        let own = open(&official.browser, "/commune/record");
        assert_eq!(hidden(&own, "of"), "02008");
        let blank = open(&official.browser, "/commune/record/blank");
        assert!(!blank.text.contains("02008") && hidden(&blank, "key").is_empty(), "{}", blank.text);
    }

    fn what_was_kept_is_one_record_however_often_it_is_sent(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        let official = house.official("xa@donvi.test", "UBX-02008", "commune_official", &[]);
        let day = yesterday();
        let told = told(KEY, &day, "");
        let first: Value = post(&official.browser, &told).expect(200);
        assert_eq!(post(&official.browser, &told).expect(200), first);
        assert_eq!((rows(db, "cases"), rows(db, "issued_forms")), (1, 1));
        let done = open(&official.browser, first["address"].as_str().unwrap());
        assert!(done.text.contains(first["receipt_no"].as_str().unwrap()), "{}", done.text);
    }

    fn sent_again_while_the_first_is_at_work_it_is_one_paper(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        let official = house.official("xa@donvi.test", "UBX-02008", "commune_official", &[]);
        let day = yesterday();
        let told = told(KEY, &day, "02008");
        std::thread::scope(|scope| {
            for _ in 0..6 {
                let (browser, told) = (official.browser.clone(), &told);
                scope.spawn(move || post(&browser, told));
            }
        });
        // Whoever was refused for the others' sake comes once more.
        post(&official.browser, &told).expect(200);
        assert_eq!((rows(db, "cases"), rows(db, "issued_forms")), (1, 1));
    }

    fn what_is_wrong_is_said_to_the_script_and_nothing_is_stored(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        let official = house.official("xa@donvi.test", "UBX-02008", "commune_official", &[]);
        let day = yesterday();
        let mut told = told(KEY, &day, "02008");
        told.retain(|(name, _)| *name != "time");
        told.iter_mut().find(|(name, _)| *name == "phone").unwrap().1 = "12";
        let said: Value = post(&official.browser, &told).expect(422);
        let named: Vec<&str> = said["faults"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
        assert_eq!(named, ["time", "phone"], "{said}");
        // Begun for another commune, on a device that both use.
        told[1].1 = "05908";
        let said: Value = post(&official.browser, &told).expect(422);
        assert!(said["faults"][0]["message"].as_str().unwrap().contains("một xã khác"), "{said}");
        // Shown again it is still that commune's.
        assert_eq!(hidden(&fill(&official.browser, "/commune/record", &told), "of"), "05908");
        // A session that has ended.
        let body = "key=";
        let kind = ("content-type", "application/x-www-form-urlencoded");
        let nobody = house.program.client("").send("POST", "/commune/record", &[kind, ("accept", "application/json")], body.as_bytes());
        assert_eq!(nobody.unwrap().status, 401);
        assert_eq!(rows(db, "cases"), 0);
    }

    fn a_form_that_is_sent_again_with_other_words_is_shown_again_with_all_of_them(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        let official = house.official("xa@donvi.test", "UBX-02008", "commune_official", &[]);
        let day = yesterday();
        let mut told = told(KEY, &day, "02008");
        post(&official.browser, &told).expect(200);
        told.iter_mut().find(|(name, _)| *name == "victim").unwrap().1 = "Lò Văn Pính";
        let again = fill(&official.browser, "/commune/record", &told);
        assert_eq!(again.status, 409, "{}", again.text);
        assert!(again.text.contains("Lò Văn Pính") && again.text.contains("đã có số tiếp nhận"));
        // Its key is its own: sent once more, it is another record.
        let key = hidden(&again, "key");
        assert_ne!(key, KEY);
        told[0].1 = &key;
        assert_eq!(fill(&official.browser, "/commune/record", &told).status, 303);
        assert_eq!(rows(db, "cases"), 2);
    }
}
