//! Monthly tests of the way to each authority: marked as such, sent once, answered like an alert, and missing in the
//! coverage where nobody answers. The clock is set by the service's offset.

use std::time::Duration;

use serde_json::{Value, json};
use tnld::{domain::law::Law, store::law};

use super::{
    Caller, Office,
    office::text,
    rows,
    taking::{SON, column, press},
};
use crate::support::{
    Db, Program,
    mailbox::Mail,
    program::{clock_offset_to, eventually},
};

const SOON: Duration = Duration::from_secs(30);
const OPERATOR: (&str, &str) = ("TNLD_OPERATOR_MAIL", "van-hanh@tnld.test");
const ON: (&str, &str) = ("TNLD_CANARIES", "on");
/// The last working day of a month: everybody's turn has come.
const LAST: &str = "2026-11-30";

fn at(moment: &str) -> String {
    clock_offset_to(&format!("{moment}+07:00"))
}

fn office<'a>(db: &'a Db, moment: &str) -> Office<'a> {
    Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &at(moment)), OPERATOR, ON])
}

/// Waits until this process has nothing more to send or to note.
fn done(office: &Office<'_>) {
    eventually(SOON, || {
        let figures = office.program.client("").get("/metrics").text;
        let is_idle = figures.contains("job=\"send_canaries\",outcome=\"idle\"");
        let waits = rows(office.db, "outbox WHERE settled_at IS NULL");
        (is_idle && waits == 0).then_some(())
    });
}

fn tests(office: &Office<'_>) -> Vec<Mail> {
    let mut mails = office.mails();
    mails.retain(|mail| mail.header("subject").starts_with("[THỬ]"));
    mails
}

fn link(mail: &Mail) -> String {
    let at = mail.text().find("/a/").unwrap();
    let link = mail.text()[at..].split_whitespace().next().unwrap();
    link.to_owned()
}

/// Which authority a test went to.
fn tested(db: &Db) -> Vec<String> {
    column(
        db,
        "SELECT authority_id AS text FROM canaries ORDER BY authority_id",
    )
}

/// What the coverage says is missing of an authority in province 66, as it is now.
fn missing(operator: &Caller, authority: &str) -> Vec<String> {
    let found = operator
        .get("/api/v1/coverage?province=66&now=true")
        .expect(200);
    let gaps = found["gaps"].as_array().unwrap().iter();
    let gap = gaps
        .into_iter()
        .find(|gap| gap["authority_id"] == authority);
    let all = gap.map(|gap| gap["missing"].as_array().unwrap().clone());
    let all = all.unwrap_or_default().into_iter();
    all.map(|one| text(&one).to_owned()).collect()
}

fn alarms(operator: &Caller) -> Vec<Value> {
    let found = operator.get("/api/v1/alarms").expect(200);
    let mut all = found["items"].as_array().unwrap().clone();
    all.retain(|one| one["kind"] == "canary_missed");
    all
}

/// A directory in which two authorities of province 66 alone have addresses.
fn two_authorities(db: &Db) {
    use diesel::prelude::*;
    db.with_authorities();
    let query =
        "UPDATE authorities SET emails = '' WHERE authority_id NOT IN ('CAX-22015', 'SNV-66')";
    diesel::sql_query(query).execute(&mut db.connect()).unwrap();
}

on_both_databases! {
    fn a_test_is_marked_answered_without_an_account_and_verifies_the_address(db: &Db) {
        two_authorities(db);
        let office = office(db, &format!("{LAST}T09:30:00"));
        done(&office);
        assert_eq!(tested(db), ["CAX-22015", "SNV-66"]);
        let mails = tests(&office);
        // Two addresses of one, and one of the other, as alerts have them.
        assert_eq!(mails.len(), 3, "{mails:?}");
        for mail in &mails {
            assert!(mail.text().starts_with("Thư thử: không có tai nạn nào xảy ra"), "{}", mail.text());
            assert_eq!(mail.header("list-unsubscribe"), "");
            assert_eq!(mail.header("x-priority"), "");
            assert_eq!(mail.header("auto-submitted"), "auto-generated");
        }
        let (visitor, operator) = (office.with_token(""), office.operator());
        let mail = mails.iter().find(|mail| mail.header("to").contains("ca22015")).unwrap();
        let link = link(mail);
        assert_eq!(missing(&operator, "CAX-22015")[0], "not_verified");

        // Programs that look into mails answer nothing.
        for _ in 0..20 {
            let page = visitor.get(&link);
            assert_eq!(page.status, 200);
            assert!(page.text.contains("Đây là thư thử: không có tai nạn nào xảy ra"), "{}", page.text);
            assert!(page.text.contains("<form") && !page.text.contains("<script"), "{}", page.text);
            assert!(page.header("content-security-policy").contains("form-action 'self'"));
        }
        assert_eq!(rows(db, "canaries WHERE settled_at IS NOT NULL"), 0);
        assert_eq!(rows(db, "outbox WHERE opened_at IS NOT NULL"), 1);
        let faulty = press(&visitor, &link, "name=&post=&phone=abc");
        assert_eq!(faulty.status, 422);
        assert_eq!(faulty.text.matches("aria-invalid").count(), 3, "{}", faulty.text);
        // It is no alert that could belong to somebody else.
        assert_eq!(press(&visitor, &link, &format!("{SON}&action=refuse&belongs_to=?")).status, 200);
        assert_eq!((rows(db, "refusals"), rows(db, "canaries WHERE officer IS NOT NULL")), (0, 0));
        // Nor a link of an account.
        let secret = link.trim_start_matches("/a/");
        for path in ["account/proof", "account/reset"] {
            assert_eq!(visitor.get(&format!("/{path}/{secret}")).status, 404, "{path}");
        }

        let pressed = press(&visitor, &link, SON);
        assert_eq!((pressed.status, pressed.header("location")), (303, link.as_str()));
        let second = press(&visitor, &link, "name=Ngo+Van+An&post=Truc&phone=0912345679");
        assert_eq!(second.status, 303);
        let page = visitor.get(&link);
        for shown in ["Đã có người trả lời", "Đặng Văn Sơn", "Trực ban"] {
            assert!(page.text.contains(shown), "{shown}: {}", page.text);
        }
        assert!(!page.text.contains("Ngo Van An") && !page.text.contains("<form"), "{}", page.text);
        assert_eq!(missing(&operator, "CAX-22015"), Vec::<String>::new());
        // Who it was is sealed; that somebody answered is traced.
        let stored = column(db, "SELECT officer AS text FROM canaries WHERE officer IS NOT NULL");
        assert!(stored.len() == 1 && stored[0].starts_with("tnld"), "{stored:?}");
        assert_eq!(rows(db, "audit_entries WHERE action = 'take_canary'"), 1);
        assert!(!office.program.log().contains("Văn Sơn"));
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
    }

    fn whoever_does_not_answer_is_missing_and_the_operator_hears_once(db: &Db) {
        two_authorities(db);
        {
            let office = office(db, &format!("{LAST}T09:30:00"));
            done(&office);
            let mails = tests(&office);
            let mail = mails.iter().find(|mail| mail.header("to").contains("ca22015")).unwrap();
            press(&office.with_token(""), &link(mail), SON);
            assert_eq!(missing(&office.operator(), "SNV-66"), ["not_verified"]);
        }
        let office = office(db, "2026-12-01T09:45:00");
        let operator = office.operator();
        let alarm = eventually(SOON, || alarms(&operator).pop());
        let record = text(&alarm["record"]);
        assert!(record.starts_with("1/2: ") && record.ends_with("(SNV-66)"), "{record}");
        assert_eq!(alarms(&operator).len(), 1);
        let told = eventually(SOON, || {
            let mut mails = office.mails().into_iter();
            mails.find(|mail| mail.header("to").contains("van-hanh"))
        });
        assert!(told.text().contains("SNV-66"), "{}", told.text());
        assert_eq!(missing(&operator, "SNV-66"), ["not_verified", "test_missed"]);
        assert_eq!(missing(&operator, "CAX-22015"), Vec::<String>::new());
        // Better late than never.
        let mails = tests(&office);
        let late = mails.iter().find(|mail| mail.header("to").contains("snv66@")).unwrap();
        assert_eq!(press(&office.with_token(""), &link(late), SON).status, 303);
        assert_eq!(missing(&operator, "SNV-66"), Vec::<String>::new());
    }

    fn a_test_that_comes_back_marks_the_address_and_raises_no_alarm_of_its_own(db: &Db) {
        two_authorities(db);
        let office = office(db, &format!("{LAST}T09:30:00"));
        done(&office);
        let mails = tests(&office);
        let mail = mails.iter().find(|mail| mail.header("to").contains("ca22015")).unwrap();
        let id = mail.header("message-id").trim_matches(['<', '>']).split('@').next().unwrap().to_owned();
        come_back(db, &id);
        let operator = office.operator();
        assert_eq!(missing(&operator, "CAX-22015"), ["bounced"]);
        assert_eq!(operator.get("/api/v1/alarms").expect(200)["items"], json!([]));
    }

    fn nobody_is_written_to_before_the_hour_on_a_day_off_or_twice(db: &Db) {
        two_authorities(db);
        for moment in ["2026-11-30T08:30:00", "2026-11-29T12:00:00"] {
            let office = office(db, moment);
            eventually(SOON, || {
                let figures = office.program.client("").get("/metrics").text;
                figures.contains("job=\"send_canaries\",outcome=\"idle\"").then_some(())
            });
            assert_eq!(tested(db), Vec::<String>::new(), "{moment}");
        }
        // An SQLite file has one process; there the same process comes twice.
        let offset = at(&format!("{LAST}T10:00:00"));
        let settings = [("TNLD_CLOCK_OFFSET", offset.as_str()), OPERATOR, ON];
        let many = if db.sqlite_file().is_some() { 1 } else { 3 };
        let others: Vec<Program> = std::thread::scope(|scope| {
            let started: Vec<_> = (1..many).map(|_| scope.spawn(|| Program::start(db, &settings))).collect();
            started.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let first = Office::reopen_with(db, &settings);
        done(&first);
        assert_eq!(tests(&first).len(), 3);
        drop((first, others));
        let again = Office::reopen_with(db, &settings);
        done(&again);
        assert_eq!(tests(&again).len(), 3);
        assert_eq!(tested(db).len(), 2);
    }

    fn the_whole_directory_is_tested_within_a_month_and_not_on_one_day(db: &Db) {
        db.with_authorities();
        let law = Law::new(law::load(&mut db.connect()).unwrap());
        let first: chrono::NaiveDate = "2026-12-01".parse().unwrap();
        let working: Vec<_> = first.iter_days().take(31).filter(|day| law.holidays().is_working_day(*day)).collect();
        let mut most = 0;
        // The last five working days catch up on what none of those before has sent.
        for day in &working[working.len() - 5..] {
            let before = tested(db).len();
            let office = office(db, &format!("{day}T09:10:00"));
            done(&office);
            most = most.max(tested(db).len() - before);
        }
        assert!(most <= 4, "{most} on one day");
        assert!(tested(db).len() >= 15, "{:?}", tested(db));
        let again = tested(db);
        let mut once = again.clone();
        once.dedup();
        assert_eq!(once, again);
    }
}

/// As if the mail server had brought the message back.
fn come_back(db: &Db, id: &str) {
    use tnld::{
        domain::bounce::{ReturnKind, Returned},
        service::returns::{Return, receive},
    };
    let back = Return {
        message: id.to_owned().into(),
        returned: Returned {
            kind: ReturnKind::Failed,
            status: Some("5.1.1".into()),
            diagnostic: Some("550 no such user".into()),
        },
        fingerprint: "one".into(),
    };
    let now = "2026-11-30T03:00:00Z".parse().unwrap();
    let mut conn = db.connect();
    let done: tnld::error::Result<_> =
        conn.write(|tx| receive(tx, Some("van-hanh@tnld.test"), &back, now));
    done.unwrap();
}
