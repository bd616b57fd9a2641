//! A declaration is completed to its legal form, part by part, without script.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::form::{entries, filled, form, page, send};
use crate::{
    api::{ago, office::text},
    people::{Browser, House, Official},
};

/// An urgent notice of the commune of Cẩm Giàng: what it says at first, and the receipt number.
fn told(house: &House<'_>, official: &Official) -> String {
    let body = json!({
        "kind": "accident",
        "declarant": { "full_name": "Ma Thị Lan", "phone": "02093888777" },
        "accident": {
            "occurred_at": ago(90), "place": { "commune_code": "02008" },
            "summary": "Ngã từ trên cao.", "casualties": { "dead": 1 },
        },
    });
    let _ = house;
    let answer = official
        .browser
        .send("POST", "/api/v1/declarations", &body)
        .expect(201);
    text(&answer["receipt_no"]).to_owned()
}

fn commune(house: &House<'_>) -> Official {
    house.official("xa@cam-giang.test", "UBX-02008", "commune_official", &[])
}

/// What a part of the form sends as it stands, changed by `own`.
#[track_caller]
fn typed(browser: &Browser, path: &str, own: &[(&str, &str)]) -> BTreeMap<String, String> {
    let html = page(browser, path);
    let mut pairs = filled(&entries(form(&html, path)));
    for (name, value) in own {
        assert!(pairs.contains_key(*name), "{name} is not on {path}: {html}");
        pairs.insert((*name).to_owned(), (*value).to_owned());
    }
    pairs
}

#[track_caller]
fn post(browser: &Browser, path: &str, pairs: &BTreeMap<String, String>) -> crate::support::Answer {
    send(
        browser,
        path,
        pairs
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str())),
    )
}

fn declaration(browser: &Browser, receipt_no: &str) -> Value {
    browser
        .get(&format!("/api/v1/declarations/{receipt_no}"))
        .expect(200)
}

on_both_databases! {
    fn a_commune_completes_the_form_part_by_part_and_each_is_received_at_once(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = commune(&house);
        let browser = &official.browser;
        let receipt_no = told(&house, &official);
        let all = format!("/declarations/{receipt_no}");
        let html = page(browser, &all);
        // The commune names no establishment; the dead person is to be named.
        assert!(html.contains("Điền tiếp: Người khai báo") && html.contains("Nạn nhân 1"), "{html}");
        assert!(!html.contains("Cơ sở nơi xảy ra"));
        let part = format!("{all}/declarant");
        let saved = post(browser, &part, &typed(browser, &part, &[("position", "Công chức xã")]));
        assert_eq!(saved.status, 303, "{}", saved.text);
        // It leads on to what is missing next.
        assert_eq!(saved.header("location"), format!("{all}/accident?said=saved"));
        let part = format!("{all}/accident");
        let saved = post(browser, &part, &typed(browser, &part, &[("detail", "Công trình số 5, tầng 3")]));
        assert_eq!(saved.header("location"), format!("{all}/victim-1?said=saved"), "{}", saved.text);
        // The occupation is searched for by words; several are offered, one is chosen.
        let part = format!("{all}/victim-1");
        // One dead was counted: who is named first is that one, unless somebody says otherwise.
        assert_eq!(typed(browser, &part, &[])["outcome"], "dead");
        let own = [
            ("full_name", "Triệu Văn Sơn"), ("sex", "male"), ("birth_year", "1988"), ("employment", "no_contract"),
            ("worker_class", "construction_crew"), ("outcome", "dead"), ("death_circumstance", "scene"),
            ("death_at", &local_of(&ago(80))), ("occupation_code_q", "tho xay"),
        ];
        let mut pairs = typed(browser, &part, &own);
        pairs.insert("do".into(), "find.occupation_code".into());
        let found = post(browser, &part, &pairs);
        assert_eq!(found.status, 200, "{}", found.text);
        let offered = entries(form(&found.text, &part));
        let code = offered.iter().find(|entry| entry.name == "occupation_code").unwrap();
        assert!(!code.choices.is_empty());
        let mut pairs = filled(&offered);
        assert_eq!(pairs["full_name"], "Triệu Văn Sơn");
        pairs.insert("occupation_code".into(), code.choices[0].clone());
        let saved = post(browser, &part, &pairs);
        assert_eq!(saved.status, 303, "{}", saved.text);
        assert_eq!(saved.header("location"), format!("{all}?said=saved"));
        let html = page(browser, saved.header("location"));
        assert!(html.contains("Đã lưu và gửi.") && html.contains("Tờ khai đã đủ các mục luật định."), "{html}");
        // The same stands in the API: three supplements, nothing missing.
        let now = declaration(browser, &receipt_no);
        assert_eq!(now["supplements"].as_array().unwrap().len(), 3);
        let added = &now["supplements"][2]["body"]["victims"][0];
        assert_eq!((&added["no"], &added["birth_year"]), (&json!(1), &json!(1988)));
        assert_eq!(added["occupation_code"], pairs["occupation_code"].as_str());
        // Pressed twice it is one supplement.
        assert_eq!(post(browser, &part, &pairs).status, 303);
        assert_eq!(declaration(browser, &receipt_no)["supplements"].as_array().unwrap().len(), 3);
    }

    fn what_is_wrong_in_a_part_is_said_beside_it_and_nothing_is_stored(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = commune(&house);
        let browser = &official.browser;
        let receipt_no = told(&house, &official);
        let part = format!("/declarations/{receipt_no}/victim-1");
        let own = [
            ("full_name", "Triệu <Sơn>"), ("birth_year", "1788"), ("citizen_id", "12"),
            ("occupation_code_q", "zzzz"), ("outcome", "dead"),
        ];
        // However urgent the case is: whoever sits before the form is told.
        let mut pairs = typed(browser, &part, &own);
        let answer = post(browser, &part, &pairs);
        assert_eq!(answer.status, 422, "{}", answer.text);
        assert!(answer.text.contains("id=\"occupation_code_q-wrong\""), "{}", answer.text);
        pairs.insert("occupation_code_q".into(), String::new());
        let answer = post(browser, &part, &pairs);
        assert_eq!(answer.status, 422, "{}", answer.text);
        for id in ["birth_year-wrong", "citizen_id-wrong"] {
            assert!(answer.text.contains(&format!("id=\"{id}\"")), "{id}: {}", answer.text);
        }
        assert!(answer.text.contains("Triệu &#60;Sơn&#62;") && answer.text.contains("autofocus"));
        assert_eq!(declaration(browser, &receipt_no)["supplements"], json!([]));
        // What was declared is not erased.
        let part = format!("/declarations/{receipt_no}/accident");
        let answer = post(browser, &part, &typed(browser, &part, &[("summary", "")]));
        assert_eq!(answer.status, 422);
        assert!(answer.text.contains("id=\"summary-wrong\""), "{}", answer.text);
        // Nothing was changed: nothing is sent.
        let answer = post(browser, &part, &typed(browser, &part, &[]));
        assert_eq!(answer.header("location"), format!("/declarations/{receipt_no}?said=same"), "{}", declaration(browser, &receipt_no)["supplements"]);
        assert_eq!(declaration(browser, &receipt_no)["supplements"], json!([]));
        let missing = browser.get(&format!("/declarations/{receipt_no}/victim-3"));
        assert_eq!(missing.status, 404);
    }

    fn of_two_who_complete_a_form_at_once_the_second_loses_nothing(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = commune(&house);
        let browser = &official.browser;
        let receipt_no = told(&house, &official);
        let part = format!("/declarations/{receipt_no}/accident");
        let mine = typed(browser, &part, &[("detail", "Bờ suối"), ("serious", "1")]);
        let others = typed(browser, &part, &[("detail", "Chân cầu")]);
        assert_eq!(post(browser, &part, &others).status, 303);
        let late = post(browser, &part, &mine);
        assert_eq!(late.status, 409, "{}", late.text);
        assert!(late.text.contains("Trong lúc bạn điền") && late.text.contains("Bờ suối"));
        // Looked at again and saved once more it stands, and the count has raised nothing else.
        let again = post(browser, &part, &filled(&entries(form(&late.text, &part))));
        assert_eq!(again.status, 303, "{}", again.text);
        let body = declaration(browser, &receipt_no)["supplements"][1]["body"].clone();
        assert_eq!(body["accident"]["place"]["detail"], "Bờ suối");
        assert_eq!(body["accident"]["casualties"], json!({ "serious": 1 }));
    }

    fn nobody_else_sees_the_form(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let official = commune(&house);
        let receipt_no = told(&house, &official);
        let stranger = house.db.token("employer", &["--tax-code", "6099254308"]);
        let stranger = house.program.client(&stranger);
        for path in [format!("/declarations/{receipt_no}"), format!("/declarations/{receipt_no}/accident")] {
            assert_eq!(stranger.get(&path).status, 404, "{path}");
            let nobody = house.program.client("").get(&path);
            assert!([303, 401].contains(&nobody.status), "{path}: {}", nobody.status);
        }
    }
}

/// As browsers write it.
fn local_of(moment: &str) -> String {
    let at: chrono::DateTime<chrono::FixedOffset> = moment.parse().unwrap();
    tnld::time::rfc3339_in_vietnam(at.to_utc())[..16].to_owned()
}
