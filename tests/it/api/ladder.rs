//! Alerts that nobody takes: rung by rung to the telephone, and what stops them. The clock is set by the
//! service's offset, never waited for.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::{each, now, text},
    recent, rows, with,
};
use crate::{
    people::House,
    support::{
        Db, Program,
        program::eventually,
        smtp::{Behaviour, Sink},
    },
};

const SOON: Duration = Duration::from_secs(20);
const OPERATOR: (&str, &str) = ("TNLD_OPERATOR_MAIL", "van-hanh@tnld.test");

/// A death: the labour authority and the police of the commune must be told.
fn a_death() -> Value {
    with(recent("03"), &[("/accident/casualties/dead", json!(1))])
}

/// The service, so many minutes ahead.
fn after<'a>(db: &'a Db, minutes: i64) -> Office<'a> {
    let offset = (minutes * 60).to_string();
    Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &offset), OPERATOR])
}

/// The alerts of a case to this authority, as an inspector of the province sees them.
fn alerts(office: &Office<'_>, answer: &Value, authority: &str) -> Vec<Value> {
    let path = format!("{}/alerts", text(&answer["case"]["href"]));
    let all = office.inspector("66").get(&path).expect(200)["items"].clone();
    let all = all.as_array().unwrap().iter();
    all.filter(|alert| alert["recipient"]["id"] == authority)
        .cloned()
        .collect()
}

/// Waits until the ladder of the alert has these rungs, and no more, and nothing of it is due.
#[track_caller]
fn climbed(office: &Office<'_>, answer: &Value, authority: &str, rungs: &[&str]) -> Value {
    let mut found = Value::Null;
    let begun = std::time::Instant::now();
    while begun.elapsed() < SOON {
        found = alerts(office, answer, authority)[0]["ladder"].clone();
        if each(&found["rungs"], "rung") == rungs {
            return found;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("{rungs:?} instead of {found:#}");
}

fn contact(position: i32, address: &str) -> Value {
    json!({"position": position, "channel": "email", "address": address, "name": "Trực ban Công an phường Tuy Hòa",
           "phone": "0911 000 111", "reason": "Đầu mối trực"})
}

fn calls(operator: &Caller) -> Vec<Value> {
    let all = operator.get("/api/v1/calls").expect(200)["items"].clone();
    all.as_array().unwrap().clone()
}

fn mailed(office: &Office<'_>, address: &str) -> usize {
    let mails = office.mails();
    mails
        .iter()
        .filter(|mail| mail.header("to").contains(address))
        .count()
}

const CONTACTS: &str = "/api/v1/authorities/CAX-22015/contacts";

on_both_databases! {
    fn contacts_are_kept_by_whoever_keeps_the_directory(db: &Db) {
        let office = Office::open(db);
        let operator = office.operator();
        let first = operator.post(CONTACTS, &contact(0, "Phong.Truc@CA22015.example.test")).expect(201);
        assert_eq!(first["address"], "phong.truc@ca22015.example.test");
        assert_eq!(first["phone"], "0911000111");
        let wrong = operator.post(CONTACTS, &json!({"position": 10, "channel": "fax", "address": "x", "more": 1}));
        assert_eq!(wrong.error_pointers(), ["/address", "/channel", "/more", "/name", "/position", "/reason"]);
        let again = operator.post(CONTACTS, &contact(1, "phong.truc@ca22015.example.test"));
        assert_eq!(again.error_pointers(), ["/address"]);
        for (channel, address) in [("sms", "truc@ca.test"), ("webhook", "0912345678")] {
            let mut wrong = contact(1, address);
            wrong["channel"] = json!(channel);
            assert_eq!(operator.post(CONTACTS, &wrong).error_pointers(), ["/address"]);
        }
        operator.get("/api/v1/authorities/NOBODY/contacts").expect(404);

        // Told at once, with the addresses of the directory.
        let answer = office.employer("6099254308").declare(&a_death());
        eventually(SOON, || (mailed(&office, "phong.truc@ca22015") == 1).then_some(()));
        assert_eq!(alerts(&office, &answer, "CAX-22015").len(), 2);

        let today = now().with_timezone(&tnld::time::vietnam()).date_naive();
        let end = json!({"on": today, "reason": "Đổi"});
        let path = format!("{CONTACTS}/{}/end", text(&first["id"]));
        assert_eq!(operator.post(&path, &end).expect(200)["valid_to"], json!(today));
        assert_eq!(operator.post(&path, &end).error_pointers(), ["/on"]);
        operator.post(CONTACTS, &contact(1, "phong.truc@ca22015.example.test")).expect(201);
        assert_eq!(each(&operator.get(CONTACTS).expect(200)["items"], "address").len(), 2);
        let changes = operator.get("/api/v1/authorities/CAX-22015").expect(200)["changes"].clone();
        let what: Vec<&str> = changes.as_array().unwrap().iter().map(|one| text(&one["details"]["change"])).collect();
        assert_eq!(what, ["add_contact", "end_contact", "add_contact"]);
        let answer = office.employer("6099254308").declare(&a_death());
        assert_eq!(alerts(&office, &answer, "CAX-22015").len(), 1);
    }

    fn an_alert_that_nobody_takes_climbs_to_the_telephone_and_is_taken_there(db: &Db) {
        db.with_authorities();
        let answer = {
            let house = House::open(db);
            let officer = house.official("truc.ban@donvi.test", "CAX-22015", "commune_police_officer", &[]);
            let office = Office { db, program: house.program };
            let operator = office.operator();
            operator.post(CONTACTS, &contact(1, "dau.moi@ca22015.example.test")).expect(201);
            let shift = json!({"starts_at": now() - TimeDelta::hours(1), "ends_at": now() + TimeDelta::hours(5), "phone": "0922 000 222"});
            operator.post(&format!("/api/v1/posts/{}/shifts", officer.post), &shift).expect(201);
            let answer = office.employer("6099254308").declare(&a_death());
            eventually(SOON, || (mailed(&office, "ca22015@") == 1).then_some(()));
            let ladder = climbed(&office, &answer, "CAX-22015", &[]);
            assert_eq!(ladder["next"]["rung"], "next_contact");
            let ready = office.with_token("").get("/readyz").expect(200);
            assert_eq!(ready["open_calls"], 0);
            assert!(ready["alert_oldest_seconds"].as_f64().unwrap() > 0.0, "{ready}");
            answer
        };

        let office = after(db, 11);
        let police = climbed(&office, &answer, "CAX-22015", &["next_contact"]);
        assert_eq!(police["rungs"][0]["addresses"], json!(["dau.moi@ca22015.example.test"]));
        assert_eq!(police["next"]["rung"], "duty_roster");
        // Where there is no next contact and nobody on duty, the next higher authority is told at once.
        let labour = climbed(&office, &answer, "SNV-66", &["next_contact", "duty_roster", "higher_authority"]);
        let reached: Vec<&Value> = labour["rungs"].as_array().unwrap().iter().map(|rung| &rung["reached"]).collect();
        assert_eq!(reached, [false, false, true], "{labour}");
        let above = text(&labour["rungs"][2]["authorities"][0]).to_owned();
        let of_above = alerts(&office, &answer, &above);
        assert_eq!(of_above[0]["climbed_from"], alerts(&office, &answer, "SNV-66")[0]["id"]);
        assert_eq!(of_above[0]["ladder"], Value::Null);
        eventually(SOON, || (mailed(&office, "dau.moi@") == 1).then_some(()));
        let mails = office.mails();
        let mail = mails.iter().find(|mail| mail.header("to").contains("dau.moi@")).unwrap();
        assert!(mail.text().contains("chưa có ai ở"), "{}", mail.text());
        drop(office);

        let office = after(db, 21);
        climbed(&office, &answer, "CAX-22015", &["next_contact", "duty_roster"]);
        eventually(SOON, || (mailed(&office, "truc.ban@donvi.test") >= 1).then_some(()));
        assert!(calls(&office.operator()).is_empty());
        drop(office);
        let office = after(db, 31);
        let police = climbed(&office, &answer, "CAX-22015", &["next_contact", "duty_roster", "higher_authority"]);
        assert_eq!(police["rungs"][2]["authorities"], json!(["CAT-66"]));
        eventually(SOON, || (mailed(&office, "csdt66@") == 1).then_some(()));
        drop(office);

        let office = after(db, 41);
        let all = ["next_contact", "duty_roster", "higher_authority", "call_list"];
        let police = climbed(&office, &answer, "CAX-22015", &all);
        assert_eq!(police["next"], Value::Null);
        climbed(&office, &answer, "SNV-66", &all);
        let operator = office.operator();
        let open = calls(&operator);
        assert_eq!(open.len(), 2);
        let of_police = open.iter().find(|call| call["recipient"]["id"] == "CAX-22015").unwrap();
        assert_eq!(of_police["id"], police["call"]["id"]);
        let phones = each(&of_police["numbers"], "phone");
        assert_eq!(phones, ["02207100110", "0911000111", "0922000222", "02207100099"]);
        for part in ["Công an phường Tuy Hòa", text(&answer["receipt_no"]), "Tai nạn lao động chết người"] {
            assert!(text(&of_police["script_vi"]).contains(part), "{part}: {of_police}");
        }
        eventually(SOON, || (mailed(&office, "van-hanh@") == 2).then_some(()));
        assert_eq!(office.with_token("").get("/readyz").expect(200)["open_calls"], 2);
        let metrics = office.with_token("").get("/metrics").text;
        for line in ["tnld_open_calls 2", "tnld_ladders_waiting 0", "tnld_ladder_rungs_total{rung=\"call_list\"} 2"] {
            assert!(metrics.lines().any(|found| found == line), "{line} in\n{metrics}");
        }

        let path = format!("/api/v1/calls/{}", text(&of_police["id"]));
        let nobody = operator.post(&path, &json!({"outcome": "nobody_answered", "said": "Đổ chuông, không ai nghe"})).expect(200);
        assert_eq!(nobody["closed_at"], Value::Null);
        let faults = operator.post(&path, &json!({"outcome": "taken", "phone": "x"}));
        assert_eq!(faults.error_pointers(), ["/name", "/phone", "/post", "/said"]);
        let said = json!({"outcome": "taken", "name": "Đặng Văn Sơn", "post": "Trực ban", "phone": "0912 345 678", "said": "Đã cử người"});
        let taken = operator.post(&path, &said).expect(200);
        assert_eq!((&taken["closed_because"], &taken["notes"][1]["said"]), (&json!("taken"), &json!("Đã cử người")));
        assert_eq!(operator.post(&path, &said).expect(409)["code"], "call_closed");
        let of_police = &alerts(&office, &answer, "CAX-22015")[0];
        assert_eq!((&of_police["status"], &of_police["taken"]["name"]), (&json!("acknowledged"), &json!("Đặng Văn Sơn")));
        let left = calls(&operator);
        assert_eq!((left.len(), &left[0]["recipient"]["id"]), (1, &json!("SNV-66")));
        let timeline = office.inspector("66").case_of(&answer)["timeline"].to_string();
        for action in ["alert_climbed", "call_unanswered", "alert_taken"] {
            assert!(timeline.contains(action), "{action}: {timeline}");
        }
        // Who it was and what was said is sealed.
        for sql in ["SELECT said AS text FROM call_notes", "SELECT officer AS text FROM acknowledgements"] {
            for stored in column(db, sql) {
                assert!(stored.starts_with("tnld"), "{stored}");
            }
        }
        assert!(!office.program.log().contains("Văn Sơn"));
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn nobody_is_told_more_once_an_alert_is_taken(db: &Db) {
        let office = Office::open(db);
        office.operator().post(CONTACTS, &contact(1, "dau.moi@ca22015.example.test")).expect(201);
        let answer = office.employer("6099254308").declare(&a_death());
        drop(office);
        let office = after(db, 11);
        climbed(&office, &answer, "CAX-22015", &["next_contact"]);
        let link = eventually(SOON, || {
            let mails = office.mails();
            let mail = mails.iter().find(|mail| mail.header("to").contains("dau.moi@"))?.text();
            let at = mail.find("/a/")?;
            Some(mail[at..].split_whitespace().next()?.to_owned())
        });
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let pressed = office.with_token("").send("POST", &link, &form, b"name=Dang+Van+Son&post=Truc+ban&phone=0912345678");
        assert_eq!(pressed.status, 303);
        let ladder = climbed(&office, &answer, "CAX-22015", &["next_contact"]);
        assert_eq!(ladder["next"], Value::Null);
        drop(office);
        let office = after(db, 200);
        climbed(&office, &answer, "SNV-66", &["next_contact", "duty_roster", "higher_authority", "call_list"]);
        climbed(&office, &answer, "CAX-22015", &["next_contact"]);
        let open = calls(&office.operator());
        assert_eq!((open.len(), &open[0]["recipient"]["id"]), (1, &json!("SNV-66")));
        // The higher authority takes it over the telephone or by its own link: so has the one below.
        let above = text(&alerts(&office, &answer, "SNV-66")[0]["ladder"]["rungs"][2]["authorities"][0]).to_owned();
        let of_above = alerts(&office, &answer, &above)[0].clone();
        let link = eventually(SOON, || {
            let mails = office.mails();
            let mail = mails.iter().find(|mail| mail.header("to").contains(text(&of_above["address"])))?.text();
            let at = mail.find("/a/")?;
            Some(mail[at..].split_whitespace().next()?.to_owned())
        });
        let pressed = office.with_token("").send("POST", &link, &form, b"name=Le+Thi+Hoa&post=Chanh+van+phong&phone=0912345679");
        assert_eq!(pressed.status, 303);
        assert!(calls(&office.operator()).is_empty());
    }

    fn a_step_of_the_authority_counts_as_taking_its_alert(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&a_death());
        let inspector = office.inspector("66");
        inspector.step(&inspector.case_of(&answer), "receive", json!({})).expect(200);
        let labour = &alerts(&office, &answer, "SNV-66")[0];
        assert_eq!((&labour["status"], &labour["ladder"]["next"]), (&json!("acknowledged"), &Value::Null));
        assert_ne!(labour["taken"]["name"], Value::Null);
        drop(office);
        let office = after(db, 200);
        climbed(&office, &answer, "CAX-22015", &["next_contact", "duty_roster", "higher_authority", "call_list"]);
        climbed(&office, &answer, "SNV-66", &[]);
    }

    fn a_case_that_has_ended_is_told_no_further(db: &Db) {
        let office = Office::open(db);
        let notice = with(a_death(), &[("/declarant/role", json!("witness"))]);
        let answer = office.employer("6099254308").declare(&a_death());
        let inspector = office.inspector("66");
        let other = office.employer("6099254308").declare(&notice);
        let duplicate = json!({"of_case": answer["case"]["id"], "reason": "Cùng một vụ"});
        inspector.step(&inspector.case_of(&other), "mark_duplicate", duplicate).expect(200);
        drop(office);
        let office = after(db, 200);
        // The police of the case that goes on climb; nothing of the duplicate does.
        climbed(&office, &answer, "CAX-22015", &["next_contact", "duty_roster", "higher_authority", "call_list"]);
        climbed(&office, &other, "CAX-22015", &[]);
        climbed(&office, &other, "SNV-66", &[]);
        let open = calls(&office.operator());
        assert!(open.iter().all(|call| call["receipt_no"] == answer["receipt_no"]), "{open:#?}");
        assert!(!open.is_empty());
        let inspector = office.inspector("66");
        let reason = json!({"reason": "Khai sai sự thật."});
        inspector.step(&inspector.case_of(&answer), "withdraw", reason).expect(200);
        assert!(calls(&office.operator()).is_empty());
    }

    fn two_processes_climb_each_rung_once(db: &Db) {
        let office = Office::open(db);
        for _ in 0..4 {
            office.employer("6099254308").declare(&a_death());
        }
        drop(office);
        // An hour during which nobody was there: everything that was missed follows at once.
        let offset = [("TNLD_CLOCK_OFFSET", "7200"), OPERATOR];
        let first = Office::reopen_with(db, &offset);
        let second = db.sqlite_file().is_none().then(|| Program::start(db, &offset));
        eventually(SOON, || (rows(db, "calls") == 8).then_some(()));
        eventually(SOON, || (rows(db, "alerts WHERE next_at IS NOT NULL") == 0).then_some(()));
        assert_eq!(rows(db, "ladder_rungs"), 8 * 4);
        assert_eq!(rows(db, "alerts WHERE climbed_from IS NOT NULL"), 8);
        assert_eq!(rows(db, "alarms WHERE kind = 'call_needed'"), 8);
        assert_eq!(rows(db, "alerts WHERE rung > 4"), 0);
        drop((first, second));
    }

    fn an_alert_whose_addresses_are_dead_goes_on_at_once(db: &Db) {
        let sink = Sink::start();
        sink.behave(Behaviour::RejectNobody);
        let url = sink.url();
        let office = Office::open_with(db, &[("TNLD_SMTP_URL", &url)]);
        office.add_authority("CAX-22015,LOCAL_POLICE,Công an phường Tuy Hòa,commune,22015,2025-07-01,,nobody@example.test,02207100110,CAT-66,");
        office.operator().post(CONTACTS, &contact(1, "dau.moi@ca22015.example.test")).expect(201);
        let answer = office.employer("6099254308").declare(&a_death());
        let ladder = climbed(&office, &answer, "CAX-22015", &["next_contact"]);
        assert_eq!(ladder["rungs"][0]["reached"], true);
        eventually(SOON, || sink.received().iter().any(|mail| mail.to[0].contains("dau.moi@")).then_some(()));
        // The labour authority has its mail, and waits as long as the rules say.
        climbed(&office, &answer, "SNV-66", &[]);
    }

    fn other_rules_are_followed_and_a_death_is_never_without_a_call_list(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_CLOCK_OFFSET", "0")]);
        let answer = office.employer("6099254308").declare(&a_death());
        let next = |office: &Office<'_>| alerts(office, &answer, "CAX-22015")[0]["ladder"]["next"].clone();
        let before = next(&office);
        let rules = db.tnld(&["rules", "export"]).ok();
        let file = db.folder().join("rules.csv");
        let import = |rules: &str| {
            std::fs::write(&file, rules).unwrap();
            db.tnld(&["rules", "import", file.to_str().unwrap()])
        };
        let header = rules.lines().next().unwrap();
        let line = |id: &str| rules.lines().find(|line| line.starts_with(&format!("{id},"))).unwrap();
        let call = line("D-ladder.fatal.call_list").replace("2016-07-01,,", "2016-07-01,2026-01-01,");
        let refused = import(&format!("{header}\n{call}\n"));
        assert_ne!(refused.status, Some(0), "{refused:?}");
        let odd = line("D-ladder.fatal.call_list").replace(",fatal,", ",fatal;abroad,");
        assert_ne!(import(&format!("{header}\n{odd}\n")).status, Some(0));
        let sooner = line("D-ladder.fatal.next_contact").replace(",any,10,", ",LOCAL_POLICE,4,");
        import(&format!("{header}\n{sooner}\n")).ok();
        let after = eventually(SOON, || Some(next(&office)).filter(|next| *next != before));
        let moment = |next: &Value| chrono::DateTime::parse_from_rfc3339(text(&next["at"])).unwrap();
        assert_eq!(moment(&before) - moment(&after), TimeDelta::minutes(6));
        let shown = office.operator().get("/api/v1/rules?subject=ladder").expect(200);
        assert_eq!(shown["items"].as_array().unwrap().len(), 12);
    }
}

/// A text column of some rows.
fn column(db: &Db, sql: &str) -> Vec<String> {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = diesel::sql_types::Text)]
        text: String,
    }
    let lines: Vec<Line> = diesel::sql_query(sql).load(&mut db.connect()).unwrap();
    lines.into_iter().map(|line| line.text).collect()
}
