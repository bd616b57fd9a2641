//! The ledger of all alerts, searched by receipt number, address, status, authority and day.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::{each, text},
    taking::{SON, press, told},
};

fn found(caller: &Caller, query: &str) -> Vec<Value> {
    let page = caller.get(&format!("/api/v1/alerts?{query}")).expect(200);
    page["items"].as_array().unwrap().clone()
}

on_both_databases! {
    fn alerts_are_found_by_what_is_known_of_them_within_the_callers_rights(db: &Db) {
        let office = Office::open(db);
        let (answer, links) = told(&office);
        let receipt = text(&answer["receipt_no"]);
        let (inspector, operator) = (office.inspector("66"), office.operator());
        let all = found(&inspector, "");
        assert_eq!(all.len(), 3, "{all:?}");
        let ledger = format!("{}/alerts", text(&answer["case"]["href"]));
        for one in &all {
            assert_eq!((&one["receipt_no"], &one["ledger"]), (&json!(receipt), &json!(ledger)));
            assert_eq!((&one["status"], &one["attempts"]), (&json!("sent"), &json!(1)));
            assert!(one["settled_at"].is_string() && one["address"].is_string());
        }
        assert_eq!(found(&inspector, &format!("receipt_no={receipt}")).len(), 3);
        assert_eq!(found(&inspector, "authority=SNV-66").len(), 2);
        assert_eq!(found(&inspector, "authority=SNV-19").len(), 0);
        assert_eq!(found(&inspector, "address=CA22015%40example.test").len(), 1);
        assert_eq!(found(&inspector, "address=ca22015").len(), 0);
        let day = &text(&all[0]["noted_at"])[..10];
        assert_eq!(found(&inspector, &format!("from={day}&to={day}")).len(), 3);
        assert_eq!(found(&inspector, "to=2020-01-01").len(), 0);

        let police = links.iter().find(|(to, _)| to.contains("ca22015")).unwrap();
        let visitor = office.with_token("");
        visitor.get(&police.1);
        press(&visitor, &police.1, SON);
        let other = links.iter().find(|(to, _)| to.starts_with("snv66@")).unwrap();
        let refused = press(&visitor, &other.1, &format!("{SON}&action=refuse&belongs_to=?"));
        assert_eq!(refused.status, 200, "{}", refused.text);
        let taken = found(&inspector, "status=acknowledged");
        assert_eq!(each(&json!(taken), "address"), ["ca22015@example.test"]);
        assert!(taken[0]["opened_at"].is_string());
        // What was sent to whoever refused, and that it no longer holds for them.
        let refused = found(&inspector, "status=refused");
        assert!(refused.len() >= 2 && refused.iter().all(|one| one["recipient"]["id"] == "SNV-66"), "{refused:?}");
        assert!(found(&inspector, "status=sent").iter().all(|one| one["recipient"]["id"] != "SNV-66"));
        for none in ["failed", "bounced", "superseded", "undeliverable"] {
            assert_eq!(found(&inspector, &format!("status={none}")).len(), 0, "{none}");
        }
        let metrics = visitor.get("/metrics").text;
        for line in ["tnld_alerts{status=\"acknowledged\"} 1", "tnld_alerts{status=\"refused\"} 1"] {
            assert!(metrics.lines().any(|found| found == line), "{line}: {metrics}");
        }

        // Pages, the newest first, each entry once.
        let count = found(&inspector, "").len();
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = inspector.get(&format!("/api/v1/alerts?limit=2{next}")).expect(200);
            seen.extend(each(&page["items"], "message_id").into_iter().map(str::to_owned));
            match page["next"].as_str() {
                Some(cursor) => next = format!("&cursor={cursor}"),
                None => break,
            }
        }
        assert!(seen.windows(2).all(|two| two[0] > two[1]), "{seen:?}");
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), count);

        // A neighbour finds nothing of it; the operator finds it without the case.
        assert_eq!(found(&office.inspector("19"), "").len(), 0);
        assert_eq!(found(&office.commune("22045"), &format!("receipt_no={receipt}")).len(), 0);
        let of_operator = found(&operator, "authority=CAX-22015");
        assert_eq!((of_operator.len(), &of_operator[0]["ledger"]), (1, &Value::Null));
        assert_eq!(of_operator[0]["address"], "ca22015@example.test");
        assert!(!json!(of_operator).to_string().contains("Văn Sơn"));
        office.employer("6099254308").get("/api/v1/alerts").expect(403);
        let wrong = inspector.get("/api/v1/alerts?receipt_no=x&status=gone&from=1&to=9999999-01-01&limit=0&cursor=x");
        assert_eq!(wrong.status, 422, "{}", wrong.text);
        assert_eq!(wrong.error_pointers(), ["/cursor", "/from", "/limit", "/receipt_no", "/status", "/to"]);
    }
}
