//! Search for places: by name without diacritics, on any day, with today's unit beside it.

use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::{each, encoded, text},
};

#[track_caller]
fn search(caller: &Caller, query: &str) -> Vec<Value> {
    let found = caller.get(&format!("/api/v1/places?{query}")).expect(200);
    found["items"].as_array().unwrap().clone()
}

on_both_databases! {
    fn a_place_is_found_by_its_name_however_it_is_typed(db: &Db) {
        let office = Office::open(db);
        let anybody = office.employer("6099254308");
        for q in [
            "Cẩm Giàng",
            "cam giang",
            "CAM GIANG",
            "xã Cẩm Giàng",
            "cam giang thai nguyen",
            "Cẩm Giàng, Thái Nguyên",
        ] {
            let found = search(&anybody, &format!("q={}", encoded(q)));
            let place = found
                .iter()
                .find(|place| place["code"] == "02008")
                .unwrap_or_else(|| panic!("{q}: {found:#?}"));
            assert_eq!(place["level"], "commune");
            assert_eq!(
                (&place["name"], &place["full_name"]),
                (&json!("Cẩm Giàng"), &json!("Xã Cẩm Giàng"))
            );
            assert_eq!(each(&place["parents"], "code"), ["19"]);
            assert_eq!(
                (&place["valid_from"], &place["valid_to"]),
                (&json!("2025-07-01"), &Value::Null)
            );
            assert_eq!(each(&place["today"], "code"), ["02008"]);
        }
        // Either spelling of tone marks.
        for q in ["Hòa Bình", "Hoà Bình", "Thúy", "Thuý"] {
            assert!(
                !search(&anybody, &format!("q={}", encoded(q))).is_empty(),
                "{q}"
            );
        }
        let same = |one: &str, other: &str| {
            assert_eq!(
                search(&anybody, &format!("q={}", encoded(one))),
                search(&anybody, &format!("q={}", encoded(other)))
            );
        };
        same("Hòa Bình", "Hoà Bình");
        same("Thúy", "Thuý");
    }

    fn a_place_is_named_as_it_was_on_that_day_with_what_it_is_now(db: &Db) {
        let office = Office::open(db);
        let anybody = office.commune("02008");
        let then = search(&anybody, "q=my+thanh+bac+kan&date=2024-11-05");
        let place = then
            .iter()
            .find(|place| place["code"] == "02011")
            .unwrap_or_else(|| panic!("{then:#?}"));
        assert_eq!(each(&place["parents"], "level"), ["district", "province"]);
        assert_eq!(each(&place["parents"], "code"), ["063", "06"]);
        assert_eq!(place["valid_to"], "2025-07-01");
        assert_eq!(each(&place["today"], "name"), ["Cẩm Giàng"]);
        // That province is no more.
        assert!(
            search(&anybody, "q=bac+kan&date=2026-01-01")
                .iter()
                .all(|place| place["level"] != "province")
        );
        let provinces = search(&anybody, "q=tinh+thai+nguyen&date=2024-11-05");
        assert_eq!(
            (&provinces[0]["level"], &provinces[0]["code"]),
            (&json!("province"), &json!("19"))
        );
        // Before the law there is nothing.
        assert!(search(&anybody, "q=cam+giang&date=2010-01-01").is_empty());
    }

    fn the_next_page_goes_on_where_the_one_before_ended(db: &Db) {
        let office = Office::open(db);
        let anybody = office.operator();
        let pages = |query: &str| {
            let mut pages = Vec::new();
            let mut cursor = String::new();
            loop {
                let page = anybody
                    .get(&format!("/api/v1/places?{query}{cursor}"))
                    .expect(200);
                pages.push(page["items"].as_array().unwrap().clone());
                match &page["next"] {
                    Value::Null => return pages,
                    next => cursor = format!("&cursor={}", text(next)),
                }
            }
        };
        let hundreds = pages("q=thai+nguyen&date=2026-01-01&limit=100");
        let whole = hundreds.concat();
        assert_eq!(whole.len(), 93, "the province and its 92 communes");
        let sevens = pages("q=thai+nguyen&date=2026-01-01&limit=7");
        assert_eq!(sevens.len(), 14);
        assert!(sevens[..13].iter().all(|page| page.len() == 7));
        assert_eq!(sevens.concat(), whole);
        let usual = pages("q=Thái+Nguyên&date=2026-01-01".replace('á', "%C3%A1").replace('ê', "%C3%AA").as_str());
        assert_eq!(usual.iter().map(Vec::len).collect::<Vec<_>>(), [50, 43]);

        // A cursor keeps its day where none is named, and is good for its own search only.
        let first = anybody
            .get("/api/v1/places?q=bac+kan&date=2024-11-05&limit=5")
            .expect(200);
        let cursor = text(&first["next"]);
        let second = anybody
            .get(&format!("/api/v1/places?q=bac+kan&limit=5&cursor={cursor}"))
            .expect(200);
        assert_eq!(second["items"][0]["valid_to"], "2025-07-01");
        for query in [
            format!("q=thai+nguyen&date=2024-11-05&cursor={cursor}"),
            format!("q=bac+kan&date=2026-01-01&cursor={cursor}"),
            "q=bac+kan&cursor=abc".to_owned(),
            "q=bac+kan&cursor=".to_owned(),
        ] {
            let answer = anybody.get(&format!("/api/v1/places?{query}"));
            assert_eq!(answer.status, 422, "{query}");
            assert_eq!(answer.error_pointers(), ["/cursor"], "{query}");
        }
        for limit in ["0", "101", "-1", "x", ""] {
            let answer = anybody.get(&format!("/api/v1/places?q=a&limit={limit}"));
            assert_eq!(answer.status, 422, "{limit}");
            assert_eq!(answer.error_pointers(), ["/limit"], "{limit}");
        }
    }

    fn a_search_needs_words_a_token_and_a_day_that_exists(db: &Db) {
        let office = Office::open(db);
        let anybody = office.operator();
        assert!(search(&anybody, "q=").is_empty());
        assert!(search(&anybody, "q=%20%2C%20").is_empty());
        assert!(search(&anybody, "q=khong+o+dau+ca").is_empty());
        assert!(search(&anybody, "q=xa").len() <= 50);
        let long = "a+".repeat(3000);
        let answer = anybody.get(&format!("/api/v1/places?q={long}"));
        assert!(matches!(answer.status, 200 | 422), "{}", answer.status);
        for query in [
            "",
            "date=2026-01-01",
            "q=a&date=2026-02-30",
            "q=a&date=today",
            "q=a&day=2026-01-01",
            "q=a&q=b",
        ] {
            let answer = anybody.get(&format!("/api/v1/places?{query}"));
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{query}"
            );
            let problem = answer.expect(422);
            assert!(text(&problem["detail"]) != text(&problem["detail_en"]));
        }
        office.with_token("").get("/api/v1/places?q=a").expect(401);
    }
}
