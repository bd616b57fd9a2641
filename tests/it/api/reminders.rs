//! Reminders of legal limits: one mail a day for each post, until the step is done. The clock is set by
//! the service's offset, never waited for.

use std::{collections::BTreeSet, time::Duration};

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};
use tnld::{domain::law::Law, store::law};

use super::{Office, office::text, recent, rows, steps::walk, with};
use crate::{
    people::House,
    support::{
        Db, Program,
        mailbox::Mail,
        program::{clock_offset_to, eventually},
    },
};

const SOON: Duration = Duration::from_secs(30);
const OPERATOR: (&str, &str) = ("TNLD_OPERATOR_MAIL", "van-hanh@tnld.test");
const INVESTIGATE: &str = "điều tra và công bố biên bản điều tra";

/// The service as it is at this hour of a day in Việt Nam.
fn at<'a>(db: &'a Db, day: NaiveDate, hour: &str) -> Office<'a> {
    let offset = clock_offset_to(&format!("{day}T{hour}:00+07:00"));
    Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &offset), OPERATOR])
}

/// The same once the mails of the day have left.
fn after_the_mails_of<'a>(db: &'a Db, day: NaiveDate) -> Office<'a> {
    let office = at(db, day, "08:00");
    wait_for_the_mails_of(db, day);
    office
}

fn wait_for_the_mails_of(db: &Db, day: NaiveDate) {
    eventually(SOON, || {
        let is_noted = rows(db, &format!("digest_days WHERE day = '{day}'")) == 1;
        (is_noted && rows(db, "outbox WHERE settled_at IS NULL") == 0).then_some(())
    });
}

/// The reminders of a day, by the addresses to which they went.
fn reminders(office: &Office<'_>, day: NaiveDate) -> Vec<Mail> {
    let subject = format!("Nhắc việc ngày {}:", day.format("%d/%m/%Y"));
    let mut mails = office.mails();
    mails.retain(|mail| mail.header("subject").starts_with(&subject));
    mails.sort_by_key(|mail| mail.header("to"));
    mails
}

/// Plain text without the line breaks of its lines.
fn flat(mail: &Mail) -> String {
    let words: Vec<&str> = mail.text().split_whitespace().collect();
    words.join(" ")
}

/// The day on which a limit of the case ends.
fn ends(case: &Value, clock: &str) -> NaiveDate {
    let clocks = case["clocks"].as_array().unwrap().iter();
    let found = clocks.rev().find(|one| one["id"] == clock).unwrap();
    text(&found["due_raw"])[..10].parse().unwrap()
}

fn investigation_ends(case: &Value) -> NaiveDate {
    ends(case, "K3")
}

/// The last working day that is so many days before `due`, or earlier.
fn working_day_before(db: &Db, due: NaiveDate, days: u64) -> NaiveDate {
    let law = Law::new(law::load(&mut db.connect()).unwrap());
    let mut day = due - Days::new(days);
    while !law.holidays().is_working_day(day) {
        day = day - Days::new(1);
    }
    day
}

/// A post of the labour authority of province 66, and its only holder.
fn post_of<'a>(office: Office<'a>, name: &str, email: &str) -> (Office<'a>, String, String) {
    let house = House {
        db: office.db,
        program: office.program,
    };
    house.person(email);
    let db = house.db;
    let list = db.tnld(&["account", "list"]).ok();
    let line = list.lines().find(|line| line.contains(email)).unwrap();
    let account = line.split(' ').next().unwrap().to_owned();
    let made = [
        "post",
        "create",
        "--authority",
        "SNV-66",
        "--kind",
        "investigator",
        "--name",
        name,
    ];
    let post = db.tnld(&made).ok().trim_end().to_owned();
    db.tnld(&["post", "appoint", &post, "--account", &account])
        .ok();
    let office = Office {
        db,
        program: house.program,
    };
    (office, post, account)
}

on_both_databases! {
    fn whoever_holds_the_post_is_reminded_before_on_and_after_the_day(db: &Db) {
        let office = Office::open(db);
        let (office, first, _) = post_of(office, "Điều tra viên số 1", "mai.lo@snv.test");
        let (office, second, son) = post_of(office, "Điều tra viên số 2", "son.vi@snv.test");
        let answer = office.employer("6099254308").declare(&recent("03"));
        let inspector = office.inspector("66");
        let case = inspector.case_of(&answer);
        let case = inspector.step(&case, "assign", json!({"post_id": first})).expect(200);
        let due = investigation_ends(&case);
        drop(office);

        let early = working_day_before(db, due, 3);
        let office = after_the_mails_of(db, early);
        let mails = reminders(&office, early);
        assert_eq!(mails.len(), 1);
        let mail = &mails[0];
        assert_eq!(mail.header("to"), "mai.lo@snv.test");
        let stop = mail.header("list-unsubscribe");
        assert!(stop.starts_with(&format!("<{}/reminders/", office.program.base())), "{stop}");
        // Without TLS nobody is asked to send anything by one click.
        assert_eq!(mail.header("list-unsubscribe-post"), "");
        assert!(mail.text().contains("/api/v1/cases?status=open&assigned_to=me"), "{}", mail.text());
        let said = flat(mail);
        let left = (due - early).num_days();
        let line = format!(
            "Còn {left} ngày: {INVESTIGATE}, hạn 23:59 ngày {}",
            due.format("%d/%m/%Y")
        );
        let place = text(&case["place"]["name"]);
        for part in [
            line.as_str(), "(Luật ATVSLĐ Điều 35.2, 35.6.c)", text(&answer["receipt_no"]), place,
            "Tai nạn lao động làm từ hai người bị thương nặng trở lên",
            "Kính gửi: Điều tra viên số 1, Sở Nội vụ tỉnh Đắk Lắk", &office.program.base(),
        ] {
            assert!(said.contains(part), "{part} in\n{said}");
        }
        for victim in recent("03")["victims"].as_array().unwrap() {
            assert!(!mail.text().contains(text(&victim["full_name"])), "{said}");
            assert!(!mail.html().contains(text(&victim["full_name"])), "{said}");
        }
        assert_eq!(rows(db, "outbox WHERE dedup_key LIKE 'digest/%' AND payload IS NOT NULL"), 0);
        let figures = office.program.client("").get("/metrics").text;
        assert!(figures.contains("tnld_digests_total{to=\"post\"} 1"), "{figures}");
        drop(office);
        // Nothing more on the same day, also from a process that knows nothing of it.
        let office = at(db, early, "15:00");
        eventually(SOON, || {
            let figures = office.program.client("").get("/metrics").text;
            figures.contains("job=\"send_digests\",outcome=\"idle\"").then_some(())
        });
        assert_eq!(reminders(&office, early).len(), 1);

        let inspector = office.inspector("66");
        let case = inspector.case_of(&answer);
        inspector.step(&case, "assign", json!({"post_id": second})).expect(200);
        drop(office);
        let office = after_the_mails_of(db, due);
        let mails = reminders(&office, due);
        assert_eq!(mails.iter().map(|mail| mail.header("to")).collect::<Vec<_>>(), ["son.vi@snv.test"]);
        assert!(flat(&mails[0]).contains(&format!("Hết hạn hôm nay: {INVESTIGATE}")), "{}", flat(&mails[0]));

        // A post that nobody holds: its authority is told, at each of its first addresses.
        let left = json!({"reason": "Chuyển công tác"});
        office.operator().post(&format!("/api/v1/posts/{second}/holders/{son}/remove"), &left).expect(200);
        drop(office);
        let after = due + Days::new(1);
        let office = after_the_mails_of(db, after);
        let mails = reminders(&office, after);
        let to: Vec<String> = mails.iter().map(|mail| mail.header("to")).collect();
        assert_eq!(to, ["snv66@example.test", "truc.snv66@example.test"]);
        let said = flat(&mails[0]);
        assert!(said.contains(&format!("Quá hạn 1 ngày: {INVESTIGATE}")), "{said}");
        assert!(mails[0].header("subject").contains("trong đó 1 vụ đã quá hạn"));
        assert_eq!(rows(db, &format!("digests WHERE day = '{after}'")), 1);
    }

    fn one_click_stops_early_reminders_of_the_post_and_never_what_is_overdue(db: &Db) {
        let office = Office::open(db);
        let (office, post, _) = post_of(office, "Điều tra viên số 1", "mai.lo@snv.test");
        let answer = office.employer("6099254308").declare(&recent("03"));
        let inspector = office.inspector("66");
        let case = inspector.case_of(&answer);
        let case = inspector.step(&case, "assign", json!({"post_id": post})).expect(200);
        let due = investigation_ends(&case);
        drop(office);

        let early = working_day_before(db, due, 3);
        let key = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/dkim/ed25519.pem");
        let settings = [
            ("TNLD_CLOCK_OFFSET", clock_offset_to(&format!("{early}T08:00:00+07:00"))),
            ("TNLD_PUBLIC_URL", "https://tnld.test".to_owned()),
            ("TNLD_DKIM_SELECTOR", "s2026".to_owned()),
            ("TNLD_DKIM_KEY_FILE", key.to_owned()),
        ];
        let settings = settings.each_ref().map(|(name, value)| (*name, value.as_str()));
        let office = Office::reopen_with(db, &settings);
        wait_for_the_mails_of(db, early);
        let mails = reminders(&office, early);
        assert_eq!(mails.len(), 1);
        let stop = mails[0].header("list-unsubscribe");
        assert_eq!(mails[0].header("list-unsubscribe-post"), "List-Unsubscribe=One-Click");
        assert!(mails[0].header("dkim-signature").contains("list-unsubscribe:list-unsubscribe-post"));
        let path = stop.trim_matches(['<', '>']).trim_start_matches("https://tnld.test").to_owned();
        assert!(mails[0].text().contains(&format!("https://tnld.test{path}")), "{}", mails[0].text());

        let visitor = office.with_token("");
        let form = [("content-type", "application/x-www-form-urlencoded")];
        for _ in 0..3 {
            let page = visitor.get(&path);
            assert_eq!(page.status, 200);
            assert!(page.text.contains("Đang nhận") && page.text.contains("không ngừng được"), "{}", page.text);
        }
        assert_eq!(rows(db, "reminder_opt_outs"), 0);
        let (head, code) = path.rsplit_once('.').unwrap();
        let other = if code.starts_with('A') { 'B' } else { 'A' };
        for wrong in [format!("{head}.{other}{}", &code[1..]), "/reminders/x".to_owned()] {
            let one = visitor.send("POST", &wrong, &form, b"List-Unsubscribe=One-Click");
            assert_eq!(one.status, 404, "{wrong}");
        }
        assert_eq!(visitor.send("POST", &path, &form, b"x=y").status, 422);
        assert_eq!(rows(db, "reminder_opt_outs"), 0);
        for _ in 0..2 {
            let one = visitor.send("POST", &path, &form, b"List-Unsubscribe=One-Click");
            assert_eq!(one.status, 200);
            assert!(one.text.contains("Đã ngừng từ"), "{}", one.text);
        }
        assert_eq!(rows(db, "reminder_opt_outs"), 1);
        assert_eq!(rows(db, "audit_entries WHERE action = 'change_reminders'"), 1);
        drop(office);

        let tomorrow = working_day_before(db, due, 1);
        let office = after_the_mails_of(db, tomorrow);
        if tomorrow != early {
            assert_eq!(reminders(&office, tomorrow).len(), 0);
        }
        drop(office);
        let office = after_the_mails_of(db, due);
        let mails = reminders(&office, due);
        assert_eq!(mails.len(), 1);
        assert!(flat(&mails[0]).contains(&format!("Hết hạn hôm nay: {INVESTIGATE}")), "{}", flat(&mails[0]));
        // Programs may send it in the other form; and whoever wants them again has a button.
        let visitor = office.with_token("");
        let resumed = visitor.send("POST", &path, &form, b"action=resume");
        assert!(resumed.text.contains("Đang nhận"), "{}", resumed.text);
        let parts = [("content-type", "multipart/form-data; boundary=b")];
        let body = b"--b\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--b--\r\n";
        assert_eq!(visitor.send("POST", &path, &parts, body).status, 200);
        assert_eq!(rows(db, "reminder_opt_outs"), 1);

        // Whoever has the link cannot fill the trace with it: ten changes within a day.
        let change = |number: usize| {
            let action: &[u8] = if number.is_multiple_of(2) { b"action=resume" } else { b"action=stop" };
            visitor.send("POST", &path, &form, action)
        };
        let refused = (0..30).map(change).find(|answer| answer.status == 429).unwrap();
        assert!(refused.headers.contains_key("retry-after") && refused.text.contains("quá nhiều lần"), "{}", refused.text);
        let entries = || rows(db, "audit_entries WHERE action = 'change_reminders'");
        let most = entries();
        assert!(most <= 11, "{most}");
        for number in 0..20 {
            change(number);
        }
        assert_eq!(entries(), most);

        // Whoever has left the post has a link that is good no more.
        let holding = rows(db, "post_holders WHERE held_until IS NULL");
        assert_eq!(holding, 1);
        db.tnld(&["post", "remove", &post, "--account", "mai.lo@snv.test", "--reason", "Nghỉ hưu"]).ok();
        let before = rows(db, "reminder_opt_outs");
        for action in [&b"action=resume"[..], b"List-Unsubscribe=One-Click"] {
            assert_eq!(visitor.send("POST", &path, &form, action).status, 404);
        }
        assert_eq!(visitor.get(&path).status, 404);
        assert_eq!(rows(db, "reminder_opt_outs"), before);
    }

    fn a_closed_case_is_named_until_its_benefits_are_paid_and_their_file_is_sent(db: &Db) {
        let office = Office::open(db);
        let (office, post, _) = post_of(office, "Điều tra viên số 1", "mai.lo@snv.test");
        let answer = office.employer("6099254308").declare(&recent("03"));
        let receipt = text(&answer["receipt_no"]).to_owned();
        let inspector = office.inspector("66");
        let case = inspector.case_of(&answer);
        let case = inspector.step(&case, "assign", json!({"post_id": post})).expect(200);
        let closed = walk(&inspector, &case, "CLOSED");
        assert!(inspector.queue("status=open").is_empty());
        // Not on the last day yet: C28 Art. 7.2 gives five days from the decision.
        let due = ends(&closed, "K10C");
        drop(office);

        let late = due + Days::new(1);
        let office = after_the_mails_of(db, late);
        let mails = reminders(&office, late);
        assert_eq!(mails.iter().map(|mail| mail.header("to")).collect::<Vec<_>>(), ["mai.lo@snv.test"]);
        let said = flat(&mails[0]);
        for part in ["Quá hạn 1 ngày: chi trả bồi thường, trợ cấp", &receipt] {
            assert!(said.contains(part), "{part} in\n{said}");
        }
        // By every way that a queue has to what is late; and for the ministry, which reads another index.
        let inspector = office.inspector("66");
        let ministry = office.with_token(&db.token("ministry", &[]));
        let late_ways = ["view=overdue", "overdue=true", "overdue=true&status=CLOSED"];
        for way in late_ways {
            assert_eq!(inspector.queue(way), std::slice::from_ref(&receipt), "{way}");
            assert_eq!(ministry.queue(way), std::slice::from_ref(&receipt), "{way}");
        }
        let figures = || office.with_token("").get("/metrics").text;
        assert!(figures().lines().any(|line| line == "tnld_overdue_cases 1"));

        // The archive does not wait for it, nor end it.
        let case = inspector.case_of(&answer);
        let mut case = inspector.step(&case, "archive", json!({"archive_number": "77/LT"})).expect(200);
        for (step, day) in [("pay_benefits", "paid_on"), ("send_benefit_file", "sent_on")] {
            for victim in ["1", "2"] {
                assert_eq!(inspector.queue("view=overdue").len(), usize::from(step == "pay_benefits"));
                let body = json!({"victim": victim, day: late.to_string()});
                case = inspector.step(&case, step, body).expect(200);
                assert_eq!(case["status"], "ARCHIVED");
            }
        }
        assert_eq!(case["due_at"], Value::Null);
        let offered: Vec<&str> = super::office::each(&case["allowed_actions"], "name");
        assert_eq!(offered, ["receive_complaint"]);
        for way in late_ways {
            assert!(inspector.queue(way).is_empty() && ministry.queue(way).is_empty(), "{way}");
        }
        assert!(figures().lines().any(|line| line == "tnld_overdue_cases 0"));
        assert_eq!(inspector.queue("status=ARCHIVED"), [receipt]);
        drop(office);
        let next = late + Days::new(7);
        let office = after_the_mails_of(db, next);
        assert!(reminders(&office, next).is_empty());
    }

    fn what_is_done_or_ended_is_not_named(db: &Db) {
        let office = Office::open(db);
        let inspector = office.inspector("66");
        let declare = || office.employer("6099254308").declare(&recent("03"));
        let (announced, withdrawn, open) = (declare(), declare(), declare());
        let case = inspector.case_of(&open);
        let due = investigation_ends(&case);
        walk(&inspector, &inspector.case_of(&announced), "ANNOUNCED");
        let gone = inspector.case_of(&withdrawn);
        inspector.step(&gone, "withdraw", json!({"reason": "Khai báo nhầm"})).expect(200);
        drop(office);

        let office = after_the_mails_of(db, due);
        let mails = reminders(&office, due);
        assert_eq!(mails.len(), 2, "two addresses of one authority");
        let said = flat(&mails[0]);
        let vietnamese = said.split(" English ").next().unwrap();
        assert!(vietnamese.contains(&format!("Hết hạn hôm nay: {INVESTIGATE}")), "{said}");
        assert_eq!(vietnamese.matches(INVESTIGATE).count(), 1, "{said}");
        assert!(vietnamese.contains(text(&open["receipt_no"])));
        assert!(!said.contains(text(&withdrawn["receipt_no"])), "{said}");
    }

    fn nothing_leaves_before_the_hour_and_nothing_where_nothing_is_due(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let case = office.inspector("66").case_of(&answer);
        let due = investigation_ends(&case);
        drop(office);
        let office = at(db, due, "06:30");
        eventually(SOON, || {
            let figures = office.program.client("").get("/metrics").text;
            figures.contains("job=\"send_digests\",outcome=\"idle\"").then_some(())
        });
        assert_eq!(rows(db, &format!("digest_days WHERE day = '{due}'")), 0);
        assert!(reminders(&office, due).is_empty());
        drop(office);
        // Whoever was down at seven sends later that day, and never on another one.
        let office = at(db, due, "22:30");
        wait_for_the_mails_of(db, due);
        assert_eq!(reminders(&office, due).len(), 2);
        drop(office);
        let quiet = due + Days::new(2);
        let weeks = (quiet - ends(&case, "K2")).num_days() % 7;
        let office = after_the_mails_of(db, quiet);
        let named = reminders(&office, quiet);
        match weeks {
            // Two days past one limit, and whole weeks past the other.
            0 => assert!(named.iter().all(|mail| !flat(mail).contains(INVESTIGATE))),
            _ => assert!(named.is_empty()),
        }
    }

    fn two_hundred_cases_are_one_mail(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        // At two hundred workplaces: nobody takes them for one accident.
        let (mut numbers, mut last) = (BTreeSet::new(), Value::Null);
        for n in 0..200 {
            let body = with(recent("03"), &[("/establishment/name", json!(format!("Xưởng gỗ số {n}")))]);
            last = employer.declare(&body);
            numbers.insert(text(&last["receipt_no"]).to_owned());
        }
        let due = investigation_ends(&office.inspector("66").case_of(&last));
        drop(office);
        let office = after_the_mails_of(db, due);
        let mails = reminders(&office, due);
        assert_eq!(mails.len(), 2, "one for each address of the authority");
        assert!(mails[0].header("subject").contains("200 vụ có thời hạn"), "{}", mails[0].header("subject"));
        let said = flat(&mails[0]);
        let named = numbers.iter().filter(|number| said.contains(number.as_str())).count();
        assert_eq!(named, 50);
        assert!(said.contains("50 vụ gần hạn nhất; còn 150 vụ khác"), "{said}");
    }

    fn two_processes_send_each_reminder_once(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let due = investigation_ends(&office.inspector("66").case_of(&answer));
        drop(office);
        let offset = clock_offset_to(&format!("{due}T08:00:00+07:00"));
        let settings = [("TNLD_CLOCK_OFFSET", offset.as_str()), OPERATOR];
        // An SQLite file has one process; there the same process comes twice.
        let many = if db.sqlite_file().is_some() { 1 } else { 3 };
        let others: Vec<Program> = std::thread::scope(|scope| {
            let started: Vec<_> = (1..many).map(|_| scope.spawn(|| Program::start(db, &settings))).collect();
            started.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let office = Office::reopen_with(db, &settings);
        wait_for_the_mails_of(db, due);
        assert_eq!(reminders(&office, due).len(), 2);
        drop((office, others));
        let office = Office::reopen_with(db, &settings);
        wait_for_the_mails_of(db, due);
        assert_eq!(reminders(&office, due).len(), 2);
        assert_eq!(rows(db, &format!("digests WHERE day = '{due}'")), 1);
    }
}
