//! Who could be reached tonight: reported once a day, shown to whoever keeps the directory, and told to the
//! operator where it grows worse. The clock is set by the service's offset.

use std::time::Duration;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tnld::time::Clock;

use super::{
    Caller, Office,
    office::{each, text},
    rows,
    taking::{SON, press, told},
};
use crate::support::{
    Db,
    program::{clock_offset_to, eventually},
};

const SOON: Duration = Duration::from_secs(30);
const OPERATOR: (&str, &str) = ("TNLD_OPERATOR_MAIL", "van-hanh@tnld.test");
/// A day on which the directory of the examples is in force.
const DAY: &str = "2026-11-20";

fn at(day: &str, time: &str) -> String {
    clock_offset_to(&format!("{day}T{time}+07:00"))
}

/// What is missing in province 66, by authority or role.
fn gaps(caller: &Caller, query: &str) -> Vec<(String, Vec<String>, Vec<String>)> {
    let found = caller
        .get(&format!("/api/v1/coverage?province=66{query}"))
        .expect(200);
    let texts = |value: &Value| {
        let all = value.as_array().unwrap().iter();
        all.map(|one| text(one).to_owned()).collect::<Vec<_>>()
    };
    let gaps = found["gaps"].as_array().unwrap().iter();
    gaps.map(|gap| {
        let who = gap["authority_id"].as_str().unwrap_or(text(&gap["role"]));
        (
            who.to_owned(),
            texts(&gap["missing"]),
            each(&gap["communes"], "code")
                .into_iter()
                .map(str::to_owned)
                .collect(),
        )
    })
    .collect()
}

/// What is missing of one authority, or of a role in the commune 22015.
fn missing(gaps: &[(String, Vec<String>, Vec<String>)], who: &str) -> Vec<String> {
    let here = |communes: &[String]| communes.iter().any(|code| code == "22015");
    let found = gaps
        .iter()
        .find(|(one, _, communes)| one == who && here(communes));
    found
        .map(|(_, missing, _)| missing.clone())
        .unwrap_or_default()
}

fn reports(db: &Db, how_many: i64) {
    eventually(SOON, || {
        (rows(db, "coverage_reports") == how_many).then_some(())
    });
}

on_both_databases! {
    fn an_authority_that_ends_is_missing_in_the_report_of_the_same_night(db: &Db) {
        let next: NaiveDate = DAY.parse::<NaiveDate>().unwrap() + Days::new(1);
        {
            let office = Office::open_with(db, &[("TNLD_CLOCK_OFFSET", &at(DAY, "10:00:00")), OPERATOR]);
            reports(db, 1);
            let operator = office.operator();
            let found = operator.get("/api/v1/coverage?province=66").expect(200);
            assert_eq!(found["day"], DAY);
            assert_eq!(each(&found["provinces"], "code"), ["66"]);
            assert_eq!(found["country"]["total"], 3321 * 3);
            assert_eq!(missing(&gaps(&operator, ""), "CAX-22015"), ["not_verified"]);
            // Every other commune of the country has nobody at all.
            assert_eq!(found["country"]["covered"], 0);
            let all = operator.get("/api/v1/coverage").expect(200);
            assert_eq!((each(&all["provinces"], "code").len(), all["gaps"].clone()), (34, json!([])));
            assert_eq!(operator.get("/api/v1/coverage?province=99&now=x").error_pointers(), ["/now", "/province"]);
            office.inspector("66").get("/api/v1/coverage").expect(403);

            // The one thing that the examples lack there.
            let above = json!({"from": DAY, "escalates_to": "UBND-66", "reason": "Bổ sung cấp trên"});
            operator.post("/api/v1/authorities/UBX-22015/correct", &above).expect(200);
            let body = json!({"on": next, "reason": "Giải thể"});
            let preview = json!({"change": "end", "authority_id": "CAX-22015", "on": next});
            let effect = operator.post("/api/v1/authorities/preview", &preview).expect(200);
            assert_eq!(effect["gaps_opened"], 1, "{effect}");
            assert_eq!(each(&effect["uncovered"], "code"), ["22015"], "{effect}");
            operator.post("/api/v1/authorities/CAX-22015/end", &body).expect(200);
            assert_eq!(missing(&gaps(&operator, "&now=true"), "LOCAL_POLICE"), Vec::<String>::new());
        }
        // Before one o'clock it is last night's.
        {
            let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &at(&next.to_string(), "00:20:00")), OPERATOR]);
            let operator = office.operator();
            assert_eq!(operator.get("/api/v1/coverage").expect(200)["day"], DAY);
            assert_eq!(missing(&gaps(&operator, "&now=true"), "LOCAL_POLICE"), ["no_holder"]);
        }
        let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &at(&next.to_string(), "01:00:05")), OPERATOR]);
        reports(db, 2);
        let operator = office.operator();
        assert_eq!(operator.get("/api/v1/coverage").expect(200)["day"], json!(next));
        assert_eq!(missing(&gaps(&operator, ""), "LOCAL_POLICE"), ["no_holder"]);
        assert_eq!(missing(&gaps(&operator, ""), "CAX-22015"), Vec::<String>::new());
        // Nothing was covered before, so nothing fell.
        assert_eq!(rows(db, "alarms WHERE kind = 'coverage_fell'"), 0);
        let metrics = office.with_token("").get("/metrics").text;
        assert!(metrics.contains("tnld_coverage_ratio 0\n"), "{metrics}");
        assert!(metrics.contains("tnld_provinces_uncovered 34\n"), "{metrics}");
    }

    fn somebody_who_takes_an_alert_by_its_mail_verifies_its_address(db: &Db) {
        let office = Office::open(db);
        let operator = office.operator();
        let (_, links) = told(&office);
        let (visitor, before) = (office.with_token(""), gaps(&operator, "&now=true"));
        assert_eq!(missing(&before, "CAX-22015"), ["not_verified"]);
        for (to, link) in &links {
            if to.contains("ca22015") {
                press(&visitor, link, SON);
            }
        }
        let after = gaps(&operator, "&now=true");
        assert_eq!(missing(&after, "CAX-22015"), Vec::<String>::new(), "{links:?}");
    }

    fn the_operator_hears_of_a_province_of_which_less_is_covered_than_the_day_before(db: &Db) {
        {
            let office = Office::open_with(db, &[("TNLD_CLOCK_OFFSET", &at(DAY, "10:00:00")), OPERATOR]);
            reports(db, 1);
            drop(office);
        }
        // As if all of the province had been covered that night.
        let shares = json!({"66": {"total": 3, "covered": 3}, "19": {"total": 3, "covered": 0}});
        set_shares(db, &shares.to_string());
        let next: NaiveDate = DAY.parse::<NaiveDate>().unwrap() + Days::new(1);
        let office = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &at(&next.to_string(), "06:00:00")), OPERATOR]);
        reports(db, 2);
        let alarms = office.operator().get("/api/v1/alarms").expect(200);
        let fell: Vec<&Value> = alarms["items"].as_array().unwrap().iter().filter(|one| one["kind"] == "coverage_fell").collect();
        assert_eq!(fell.len(), 1, "{alarms}");
        assert_eq!(fell[0]["record"], "Tỉnh Đắk Lắk (66) 100.0 % → 0.0 %");
        let mail = eventually(SOON, || {
            office.mails().into_iter().find(|mail| mail.header("to").contains("van-hanh"))
        });
        assert!(mail.text().contains("Đắk Lắk"), "{}", mail.text());
    }

    fn an_import_warns_of_communes_that_it_leaves_uncovered_and_goes_through(db: &Db) {
        db.with_authorities();
        let header = "authority_id,role,name,level,territory_code,valid_from,valid_to,email,phone,escalates_to,sectors";
        let file = db.folder().join("ending.csv");
        let exported = db.tnld(&["authorities", "export"]).ok();
        let row = |id: &str| -> Vec<&str> {
            exported.lines().find(|line| line.starts_with(id)).unwrap().split(',').collect()
        };
        // The one thing that the examples lack there.
        let mut committee = row("UBX-22015,");
        committee[9] = "UBND-66";
        std::fs::write(&file, format!("{header}\n{}\n", committee.join(","))).unwrap();
        db.tnld(&["authorities", "import", file.to_str().unwrap()]).ok();
        let mut cells = row("CAX-22015,");
        let soon = (Clock::default().now() + Days::new(3)).date_naive().to_string();
        cells[6] = &soon;
        std::fs::write(&file, format!("{header}\n{}\n", cells.join(","))).unwrap();
        let done = db.tnld(&["authorities", "import", file.to_str().unwrap()]);
        assert_eq!(done.status, Some(0), "{}", done.stderr);
        assert!(done.stderr.contains("1 xã do tệp này: Phường Tuy Hòa"), "{}", done.stderr);
        assert_eq!(done.stderr.trim_end().lines().count(), 1, "{}", done.stderr);
    }
}

fn set_shares(db: &Db, shares: &str) {
    use diesel::prelude::*;
    let query = diesel::sql_query(format!("UPDATE coverage_reports SET shares = '{shares}'"));
    query.execute(&mut db.connect()).unwrap();
}
