use std::collections::BTreeMap;

use super::*;
use crate::{
    domain::{access::Sight, case::CaseStatus, classify::CaseClass},
    server::bring_up_to_date,
    service::keys,
    store::queue::{self, QueueFilter, Sort, StatusFilter},
};

fn filled_at(now: &str) -> (DbConn, Played, DateTime<Utc>, tempfile::TempDir) {
    let now: DateTime<Utc> = now.parse().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite:{}", folder.path().join("tnld.db").display());
    let mut conn = DbConn::open(&url).unwrap();
    bring_up_to_date(&mut conn).unwrap();
    let source = KeySource::File(folder.path().join("master.keys"));
    let keys = Arc::new(keys::open(&mut conn, &source, now).unwrap());
    let letterhead = Letterhead {
        sender: Sender::parse("Khai báo TNLĐ <no-reply@localhost>").unwrap(),
        public_url: "http://127.0.0.1:8080".into(),
        operator: None,
    };
    let post = PostOffice {
        folder: folder.path(),
        letterhead: &letterhead,
        keys: &keys,
    };
    let played = fill_once(&mut conn, &post, now).unwrap().unwrap();
    assert!(fill_once(&mut conn, &post, now).unwrap().is_none());
    (conn, played, now, folder)
}

#[test]
fn the_province_is_believable_and_no_use_case_refuses_it() {
    let (mut conn, played, now, folder) = filled_at("2026-11-21T09:30:00Z");
    assert_eq!(played.refused, Vec::<String>::new());

    let mut by_class = BTreeMap::<CaseClass, usize>::new();
    let mut by_status = BTreeMap::<CaseStatus, usize>::new();
    let mut overdue = 0;
    for status in CaseStatus::ALL {
        let filter = QueueFilter {
            status: StatusFilter::Exactly(*status),
            sort: Sort::Newest,
            limit: 1000,
            ..QueueFilter::default()
        };
        let (lines, _) = queue::page(&mut conn, &Sight::All, &filter, now).unwrap();
        for line in lines {
            *by_class.entry(line.class).or_default() += 1;
            *by_status.entry(line.status).or_default() += 1;
            overdue +=
                usize::from(line.closed_at.is_none() && line.due_at.is_some_and(|due| due < now));
        }
    }
    let cases: usize = by_class.values().sum();
    assert!((195..=205).contains(&cases), "{by_class:?}");
    let share = |class| by_class[&class] * 100 / cases;
    assert!((10..=16).contains(&share(CaseClass::Fatal)), "{by_class:?}");
    assert!(
        (5..=10).contains(&share(CaseClass::MultiSerious)),
        "{by_class:?}"
    );
    assert!(
        (25..=38).contains(&share(CaseClass::SingleSerious)),
        "{by_class:?}"
    );
    assert!(by_class.contains_key(&CaseClass::Unclear), "{by_class:?}");
    assert!(by_status.len() >= 10, "{by_status:?}");
    assert!(by_status[&CaseStatus::Closed] > 130, "{by_status:?}");
    assert!(
        (3..=25).contains(&overdue),
        "{overdue} overdue, {by_status:?}"
    );

    // Whoever answers for the new province sees the cases of both old ones.
    let inspector = Sight::Audiences(vec!["L19".into()]);
    let all = QueueFilter {
        status: StatusFilter::Exactly(CaseStatus::Closed),
        limit: 1000,
        ..QueueFilter::default()
    };
    let (seen, _) = queue::page(&mut conn, &inspector, &all, now).unwrap();
    assert_eq!(seen.len(), by_status[&CaseStatus::Closed]);

    let mails = std::fs::read_dir(folder.path()).unwrap();
    let mails = mails.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .path()
            .extension()
            .is_some_and(|e| e == "eml")
    });
    assert!(mails.count() > 100);
    let waiting = crate::store::outbox::backlog(&mut conn).unwrap().depth;
    assert!(
        (3..=20).contains(&waiting),
        "{waiting} mails are left to the delivery job"
    );
}

#[test]
fn it_can_be_started_on_any_day_and_greets_in_both_languages() {
    // The night before Tết.
    let (mut conn, played, now, _folder) = filled_at("2027-02-05T18:10:00Z");
    assert_eq!(played.refused, Vec::<String>::new());

    let address = "0.0.0.0:8080".parse().unwrap();
    let mut greeting = || {
        conn.write(|tx| Greeting::prepare(tx, address, now))
            .unwrap()
            .to_string()
    };
    let (first, second) = (greeting(), greeting());
    assert!(first.contains("http://127.0.0.1:8080/mailbox"), "{first}");
    assert!(first.contains("Một tin báo khẩn · One alert"), "{first}");
    assert_eq!(
        first.matches("tnld_").count(),
        8,
        "six tokens, two of them in a command"
    );
    for word in first.split_whitespace() {
        assert!(!word.starts_with("tnld_") || !second.contains(word));
    }
    let tokens = crate::service::tokens::list(&mut conn).unwrap();
    let good = tokens.iter().filter(|token| token.revoked_at.is_none());
    assert_eq!(good.count(), 6);
}
