//! Taking an alert by the link of its mail, without an account.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Caller, Office, office::text, recent};
use crate::support::{Answer, Db, program::eventually};

const SOON: Duration = Duration::from_secs(20);
pub(super) const SON: &str =
    "name=%C4%90%E1%BA%B7ng+V%C4%83n+S%C6%A1n&post=Tr%E1%BB%B1c+ban&phone=0912+345+678";
const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");

/// A case that was told of, and the links of its mails, each with the address that it went to.
pub(super) fn told(office: &Office<'_>) -> (Value, Vec<(String, String)>) {
    let answer = office.employer("6099254308").declare(&recent("03"));
    let links = eventually(SOON, || {
        let mails = office.mails();
        let found: Vec<(String, String)> = mails
            .iter()
            .map(|mail| {
                let text = mail.text();
                let at = text.find("/a/").unwrap();
                let link = text[at..].split_whitespace().next().unwrap();
                (mail.header("to"), link.to_owned())
            })
            .collect();
        (found.len() == 3).then_some(found)
    });
    (answer, links)
}

pub(super) fn press(visitor: &Caller, link: &str, body: &str) -> Answer {
    visitor.send("POST", link, &[FORM], body.as_bytes())
}

pub(super) fn alerts(inspector: &Caller, answer: &Value) -> Vec<Value> {
    let path = format!("{}/alerts", text(&answer["case"]["href"]));
    let found = inspector.get(&path).expect(200);
    found["items"].as_array().unwrap().clone()
}

on_both_databases! {
    fn somebody_takes_an_alert_and_everybody_concerned_sees_it(db: &Db) {
        let office = Office::open(db);
        let (answer, links) = told(&office);
        let (visitor, inspector) = (office.with_token(""), office.inspector("66"));
        let employer = office.employer("6099254308");
        let receipt = format!("/api/v1/declarations/{}", text(&answer["receipt_no"]));
        let of_police = alerts(&office.inspector("66"), &answer);
        let of_police = of_police.iter().find(|alert| alert["role"] == "LOCAL_POLICE").unwrap();
        let address = text(&of_police["address"]);
        let police = links.iter().find(|(to, _)| to.contains(address)).unwrap();
        assert_eq!(visitor.get(&police.1).status, 200);

        let pressed = press(&visitor, &police.1, SON);
        assert_eq!((pressed.status, pressed.header("location")), (303, police.1.as_str()));
        let page = visitor.get(&police.1);
        for shown in ["Đặng Văn Sơn", "Trực ban", "Đã có người tiếp nhận"] {
            assert!(page.text.contains(shown), "{shown}: {}", page.text);
        }
        assert!(!page.text.contains("<form"), "{}", page.text);
        // Whoever comes after that cannot say that it is not theirs.
        let late = press(&visitor, &police.1, &format!("{SON}&action=refuse&belongs_to=CAX-22045"));
        assert_eq!((late.status, office.rows("refusals")), (303, 0));

        let of_police: Vec<Value> = alerts(&inspector, &answer)
            .into_iter()
            .filter(|alert| alert["role"] == "LOCAL_POLICE")
            .collect();
        assert_eq!(of_police.len(), 1);
        assert_eq!(of_police[0]["status"], "acknowledged");
        assert_eq!(of_police[0]["taken"]["name"], "Đặng Văn Sơn");
        assert!(text(&of_police[0]["taken"]["phone"]).starts_with("0912") || text(&of_police[0]["taken"]["phone"]).starts_with("+84"));

        // The declarant reads it in plain words, and not who it was.
        let shown = employer.get(&receipt).expect(200);
        let routing = shown["routing"].as_array().unwrap();
        let told = routing.iter().find(|one| one["role"] == "LOCAL_POLICE").unwrap();
        assert_eq!(told["status"], "acknowledged");
        let sentence = text(&told["said_vi"]);
        assert!(sentence.starts_with(text(&told["authority"]["name"])) && sentence.contains("đã nhận lúc"), "{sentence}");
        assert!(!shown.to_string().contains("Văn Sơn"), "{shown}");
        let others = routing.iter().filter(|one| one["status"] == "sent" && one.get("taken_at").is_none());
        assert_eq!(others.count(), routing.len() - 1);

        let timeline = inspector.case_of(&answer)["timeline"].clone();
        let last = timeline.as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["action"], &last["by"]), (&json!("alert_taken"), &told["authority"]["name"]));
        // It is no step: whoever works on the case loses nothing.
        assert_eq!(inspector.case_of(&answer)["version"], 1);
        let trace = employer.get(&format!("{receipt}/trace")).expect(200).to_string();
        assert!(trace.contains("take_alert"), "{trace}");
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
        // Who it was is sealed, and stands in no log.
        assert!(!office.program.log().contains("Văn Sơn"));
        let stored: Vec<String> = column(db, "SELECT officer AS text FROM acknowledgements");
        assert!(stored.len() == 1 && stored[0].starts_with("tnld"), "{stored:?}");
    }

    fn a_robot_that_opens_every_link_fifty_times_takes_nothing(db: &Db) {
        let office = Office::open(db);
        let (answer, links) = told(&office);
        let (robot, inspector) = (office.with_token(""), office.inspector("66"));
        for (_, link) in &links {
            for _ in 0..50 {
                assert_eq!(robot.get(link).status, 200);
            }
            robot.send("HEAD", link, &[], b"");
            // One that presses buttons does not know who it is.
            for body in ["", "name=&post=&phone=", "phone=0912345678"] {
                assert_eq!(press(&robot, link, body).status, 422, "{body}");
            }
            let other = robot.send("POST", link, &[("content-type", "application/json")], b"{}");
            assert!(matches!(other.status, 415 | 422), "{}", other.status);
        }
        for alert in alerts(&inspector, &answer) {
            assert_eq!((&alert["status"], &alert["taken"]), (&json!("sent"), &Value::Null));
            assert!(alert["opened_at"].is_string(), "{alert}");
        }
        assert_eq!(office.rows("acknowledgements"), 0);
    }

    fn everything_wrong_in_the_form_is_said_beside_it_and_nothing_typed_is_lost(db: &Db) {
        let office = Office::open(db);
        let (_, links) = told(&office);
        let visitor = office.with_token("");
        let page = press(&visitor, &links[0].1, "name=%3Cb%3ES%C6%A1n&post=&phone=abc");
        assert_eq!(page.status, 422);
        assert!(!page.text.contains("<b>S"), "{}", page.text);
        assert!(page.text.contains("&#60;b&#62;Sơn") || page.text.contains("&lt;b&gt;Sơn"), "{}", page.text);
        assert_eq!(page.text.matches("aria-invalid").count(), 2, "{}", page.text);
        assert!(page.text.contains("post-wrong") && page.text.contains("phone-wrong"));
        assert_eq!(office.rows("acknowledgements"), 0);
    }

    fn of_two_who_press_at_once_one_has_it_and_the_other_sees_who(db: &Db) {
        let office = Office::open(db);
        let (_, links) = told(&office);
        let link = &links[0].1;
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let hands: Vec<_> = (0..8)
                .map(|number| {
                    let visitor = office.with_token("");
                    let body = format!("name=Ngo+Van+{number}a&post=Truc&phone=091234567{number}");
                    scope.spawn(move || press(&visitor, link, &body).status)
                })
                .collect();
            hands.into_iter().map(|hand| hand.join().unwrap()).collect()
        });
        assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
        assert_eq!(office.rows("acknowledgements"), 1);
        let page = office.with_token("").get(link);
        assert_eq!(page.text.matches("Ngo Van").count(), 1, "{}", page.text);
    }

    fn a_link_that_opens_nothing_takes_nothing(db: &Db) {
        let office = Office::open(db);
        let (_, links) = told(&office);
        assert_eq!(press(&office.with_token(""), &format!("{}x", links[0].1), SON).status, 404);
        drop(office);
        let later = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", "1296000")]);
        assert_eq!(press(&later.with_token(""), &links[0].1, SON).status, 404);
        assert_eq!(later.rows("acknowledgements"), 0);
    }
}

/// A text column of some rows.
pub(super) fn column(db: &Db, sql: &str) -> Vec<String> {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let lines: Vec<Line> = diesel::sql_query(sql).load(&mut db.connect()).unwrap();
    lines.into_iter().map(|line| line.text).collect()
}
