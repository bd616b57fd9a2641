//! What is kept of an alert, and what is forgotten.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, TimeZone, Utc};
use tnld::{
    domain::{
        authority::Role,
        contact::Channel,
        delivery::Priority,
        law::Basis,
        message::{Alarm, AlarmKind, Message},
        routing::{AuthorityName, Duty},
    },
    error::AppError,
    ids::{AlertId, CaseId, MessageId},
    jobs::{Job, clean_up::CleanUp},
    sealing::Sealed,
    service::{rules, world::Worlds},
    store::{
        alarms,
        alerts::{self, Alert, AlertEnd, AlertStatus},
        conn::DbConn,
        links,
        outbox::{self, MessageStatus, NewMessage, Outcome, Settlement, Wanted},
    },
    time::Clock,
};

use crate::support::scratch::Scratch;

pub fn at(minute: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(2026, 3, 2, 1, minute, 0).unwrap()
}

/// A case with nothing in it but what the tables ask for.
pub fn a_case(conn: &mut DbConn, id: &str) -> CaseId {
    conn.execute_sql(&format!(
        "INSERT INTO cases (id, receipt_no, status, case_class, kind, sector, level, occurred_at, \
         received_at, due_at, place_code, commune_code, province_code, place_name, dead, serious, \
         light, missing, unknown, facts, decision, search_key, version) VALUES ('{id}', 'R-{id}', \
         'RECEIVED', 'FATAL', 'accident', 'ordinary', 'provincial', '2026-03-02 00:45:00', \
         '2026-03-02 01:00:00', '2026-04-01 16:59:59', '02008', '02008', '19', 'Phường', 1, 0, 0, \
         0, 0, '{{}}', '{{}}', '', 1)"
    ))
    .unwrap();
    CaseId::from(id.to_owned())
}

pub fn an_alert(case_id: &CaseId, authority: Option<&str>) -> Alert {
    Alert {
        id: AlertId::generate(),
        case_id: case_id.clone(),
        role: Role::LocalPolice,
        authority: authority.map(|name| AuthorityName {
            id: format!("ca-{name}"),
            name: name.into(),
        }),
        phone: Some("02093870113".into()),
        duty: Duty::MustReceive,
        form: Some("D129-01".into()),
        basis: vec![Basis {
            rule: "police-fatal".into(),
            version: chrono::NaiveDate::from_ymd_opt(2025, 7, 1).unwrap(),
            article: "L84 Art. 34.1.b".into(),
            confidence: "T".into(),
            facts: vec!["fatal".into()],
        }],
        created_at: at(0),
        ended: None,
        climbs: None,
        climbed_from: None,
    }
}

/// A message that needs no facts of a case.
pub fn a_notice() -> Message {
    Message::OperatorAlarm(Alarm {
        alarm: AlarmKind::Undeliverable,
        raised_at: at(0),
        case_id: None,
        receipt_no: None,
        role: None,
        authority_id: None,
        message_id: None,
        reply: None,
        record: None,
    })
}

fn note(conn: &mut DbConn, alert: &Alert, to: &str) -> MessageId {
    let id = MessageId::generate();
    let new = NewMessage {
        id: id.clone(),
        alert_id: Some(alert.id.clone()),
        case_id: Some(alert.case_id.clone()),
        channel: Channel::Email,
        contact: None,
        priority: Priority::Urgent,
        recipient: to.to_owned(),
        payload: Sealed::from(outbox::payload(&a_notice()).unwrap()),
        dedup_key: format!("{}/{to}", alert.id),
        noted_at: at(0),
    };
    assert_eq!(outbox::enqueue(conn, vec![new]).unwrap(), 1);
    id
}

fn tried(id: &MessageId, minute: u32, outcome: Outcome, reply: &str) -> Settlement {
    Settlement {
        message_id: id.clone(),
        attempted_at: at(minute),
        outcome,
        reply: reply.into(),
        transit: None,
        earlier: vec![],
    }
}

#[test]
fn the_ledger_shows_each_alert_with_its_addresses_and_tries() {
    for scratch in Scratch::all() {
        let mut conn = DbConn::open(&scratch.url).unwrap();
        let conn = &mut conn;
        let case_id = a_case(conn, "c1");
        let told = an_alert(&case_id, Some("CA phường"));
        let nobody = an_alert(&case_id, None);
        alerts::insert_many(conn, &[told.clone(), nobody.clone()]).unwrap();
        let first = note(conn, &told, "a@ca.test");
        let second = note(conn, &told, "b@ca.test");

        let status = |conn: &mut DbConn| {
            let ledger = alerts::ledger(conn, &case_id).unwrap();
            ledger
                .iter()
                .map(alerts::AlertLedger::status)
                .collect::<Vec<_>>()
        };
        assert_eq!(
            status(conn),
            [AlertStatus::Queued, AlertStatus::Undeliverable]
        );

        let wait = Outcome::Delayed { due_at: at(9) };
        outbox::settle(
            conn,
            &[
                tried(&first, 1, wait, "451 later"),
                tried(&second, 1, Outcome::Failed, "550 no"),
            ],
            at(1),
        )
        .unwrap();
        assert_eq!(status(conn)[0], AlertStatus::Delayed);
        outbox::settle(
            conn,
            &[tried(&first, 2, Outcome::Sent { forget: false }, "250 ok")],
            at(2),
        )
        .unwrap();

        let ledger = alerts::ledger(conn, &case_id).unwrap();
        assert_eq!(ledger[0].status(), AlertStatus::Sent);
        assert_eq!(ledger[0].alert, told);
        assert_eq!(ledger[1].alert, nobody);
        let messages = &ledger[0].messages;
        assert_eq!(messages.len(), 2);
        assert_eq!(
            (messages[0].address.as_str(), messages[0].status),
            ("a@ca.test", MessageStatus::Sent)
        );
        let tries: Vec<_> = messages[0]
            .attempts
            .iter()
            .map(|a| (a.attempted_at, a.outcome, a.reply.as_str()))
            .collect();
        assert_eq!(
            tries,
            [
                (at(1), MessageStatus::Delayed, "451 later"),
                (at(2), MessageStatus::Sent, "250 ok")
            ]
        );
        assert_eq!(messages[1].status, MessageStatus::Failed);
        assert_eq!(alerts::of_message(conn, &first).unwrap().unwrap(), told);

        assert!(outbox::resend(conn, &second, at(3)).unwrap());
        assert!(
            !outbox::resend(conn, &second, at(3)).unwrap(),
            "only what failed is sent again"
        );
        let again = alerts::ledger(conn, &case_id).unwrap();
        assert_eq!(again[0].messages[1].status, MessageStatus::Queued);
        assert_eq!(again[0].messages[1].due_at, Some(at(3)));
        assert_eq!(again[0].messages[1].attempts.len(), 1, "its tries stay");
        assert!(
            alerts::ledger(conn, &CaseId::from("none".to_owned()))
                .unwrap()
                .is_empty()
        );
    }
}

#[test]
fn an_alert_that_ends_takes_its_waiting_messages_along() {
    for scratch in Scratch::all() {
        let mut conn = DbConn::open(&scratch.url).unwrap();
        let conn = &mut conn;
        let case_id = a_case(conn, "c1");
        let alert = an_alert(&case_id, Some("CA phường"));
        alerts::insert_many(conn, std::slice::from_ref(&alert)).unwrap();
        let left = note(conn, &alert, "a@ca.test");
        let waits = note(conn, &alert, "b@ca.test");
        let in_flight = note(conn, &alert, "c@ca.test");
        let sent = Outcome::Sent { forget: false };
        outbox::settle(conn, &[tried(&left, 1, sent, "250 ok")], at(1)).unwrap();

        assert!(alerts::end(conn, &alert.id, AlertEnd::Withdrawn, at(2)).unwrap());
        assert!(!alerts::end(conn, &alert.id, AlertEnd::Superseded, at(3)).unwrap());
        // It had left the house when it was withdrawn: the ledger tells what happened.
        outbox::settle(conn, &[tried(&in_flight, 3, sent, "250 ok")], at(3)).unwrap();
        outbox::settle(
            conn,
            &[tried(&waits, 3, Outcome::Delayed { due_at: at(9) }, "451")],
            at(3),
        )
        .unwrap();

        let ledger = alerts::ledger(conn, &case_id).unwrap();
        assert_eq!(ledger[0].status(), AlertStatus::Withdrawn);
        assert_eq!(ledger[0].alert.ended, Some((at(2), AlertEnd::Withdrawn)));
        let mut found: Vec<_> = ledger[0]
            .messages
            .iter()
            .map(|m| (m.address.as_str(), m.status))
            .collect();
        found.sort();
        assert_eq!(
            found,
            [
                ("a@ca.test", MessageStatus::Sent),
                ("b@ca.test", MessageStatus::Withdrawn),
                ("c@ca.test", MessageStatus::Sent)
            ]
        );
        assert!(
            outbox::claim(conn, at(30), TimeDelta::seconds(30), Wanted::mails(10))
                .unwrap()
                .messages
                .is_empty()
        );
    }
}

#[test]
fn the_same_thing_is_noted_once() {
    for scratch in Scratch::all() {
        let mut conn = DbConn::open(&scratch.url).unwrap();
        let notice = Sealed::from(outbox::payload(&a_notice()).unwrap());
        let new = |key: &str| NewMessage {
            id: MessageId::generate(),
            alert_id: None,
            case_id: None,
            channel: Channel::Email,
            contact: None,
            priority: Priority::Normal,
            recipient: "a@so.test".to_owned(),
            payload: notice.clone(),
            dedup_key: key.into(),
            noted_at: at(0),
        };
        assert_eq!(
            outbox::enqueue(&mut conn, vec![new("a"), new("b"), new("a")]).unwrap(),
            2
        );
        assert_eq!(
            outbox::enqueue(&mut conn, vec![new("b"), new("c")]).unwrap(),
            1
        );
        assert_eq!(outbox::enqueue(&mut conn, vec![]).unwrap(), 0);
        let backlog = outbox::backlog(&mut conn).unwrap();
        assert_eq!((backlog.depth, backlog.oldest), (3, Some(at(0))));
        let counts = outbox::counts(&mut conn).unwrap();
        assert!(
            counts.contains(&(MessageStatus::Queued, 3))
                && counts.contains(&(MessageStatus::Sent, 0))
        );
    }
}

#[test]
fn a_leased_message_is_nobody_elses_until_the_lease_is_over() {
    for scratch in Scratch::all() {
        let mut conn = DbConn::open(&scratch.url).unwrap();
        let conn = &mut conn;
        let case_id = a_case(conn, "c1");
        let alert = an_alert(&case_id, Some("CA phường"));
        alerts::insert_many(conn, std::slice::from_ref(&alert)).unwrap();
        let id = note(conn, &alert, "a@ca.test");
        let lease = TimeDelta::seconds(30);
        let soon = at(1) + TimeDelta::seconds(29);

        let first = outbox::claim(conn, at(1), lease, Wanted::mails(10))
            .unwrap()
            .messages;
        assert_eq!(first.len(), 1);
        assert_eq!(
            (first[0].attempt, &first[0].case_id),
            (1, &Some(case_id.clone()))
        );
        assert!(
            outbox::claim(conn, soon, lease, Wanted::mails(10))
                .unwrap()
                .messages
                .is_empty()
        );
        assert_eq!(
            outbox::renew(conn, std::slice::from_ref(&id), soon + lease).unwrap(),
            std::slice::from_ref(&id)
        );
        assert!(
            outbox::claim(conn, at(1) + lease, lease, Wanted::mails(10))
                .unwrap()
                .messages
                .is_empty()
        );
        let second = outbox::claim(conn, soon + lease, lease, Wanted::mails(10))
            .unwrap()
            .messages;
        assert_eq!(second[0].attempt, 2);

        // Each copy has a link of its own; the database knows no secret.
        let secrets = [
            first[0].link_secret.clone().unwrap(),
            second[0].link_secret.clone().unwrap(),
        ];
        assert_ne!(secrets[0], secrets[1]);
        assert_eq!(secrets[0].len(), 43);
        for (secret, claimed_at) in [(&secrets[0], at(1)), (&secrets[1], soon + lease)] {
            let hash = links::hash(secret);
            let target = links::find(conn, &hash, claimed_at).unwrap().unwrap();
            assert_eq!(
                (target.case_id, target.message_id),
                (case_id.clone(), id.clone())
            );
            assert_eq!(target.expires_at, claimed_at + TimeDelta::days(14));
            assert!(
                links::find(conn, &hash, target.expires_at)
                    .unwrap()
                    .is_none()
            );
            assert!(links::find(conn, secret, claimed_at).unwrap().is_none());
        }

        outbox::release(conn, std::slice::from_ref(&id)).unwrap();
        assert_eq!(
            outbox::claim(conn, at(9), lease, Wanted::mails(10))
                .unwrap()
                .messages[0]
                .attempt,
            2
        );
        assert_eq!(outbox::release_all(conn).unwrap(), 1);
        assert_eq!(
            outbox::claim(conn, at(9), lease, Wanted::mails(10))
                .unwrap()
                .messages
                .len(),
            1
        );
    }
}

#[test]
fn an_alarm_is_raised_and_mailed_once() {
    for scratch in Scratch::all() {
        let mut conn = DbConn::open(&scratch.url).unwrap();
        let alarm = Alarm {
            alarm: AlarmKind::Undeliverable,
            raised_at: at(0),
            case_id: Some("c1".into()),
            receipt_no: Some("TN26-1".into()),
            role: Some(Role::LocalPolice),
            authority_id: None,
            message_id: None,
            reply: None,
            record: None,
        };
        let operator = Some("ops@tnld.test");
        assert!(alarms::raise_and_tell(&mut conn, &alarm, "k", operator).unwrap());
        assert!(!alarms::raise_and_tell(&mut conn, &alarm, "k", operator).unwrap());
        assert!(alarms::raise_and_tell(&mut conn, &alarm, "l", None).unwrap());
        assert_eq!(outbox::backlog(&mut conn).unwrap().depth, 1);
        let all = alarms::list(&mut conn, None, 10).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].alarm, alarm);
        let rest = alarms::list(&mut conn, Some((at(0), &all[0].id)), 10).unwrap();
        assert_eq!(rest, all[1..]);
        assert_eq!(
            alarms::count(&mut conn, AlarmKind::Undeliverable).unwrap(),
            2
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn old_facts_and_links_are_forgotten_but_not_the_ledger() {
    for scratch in Scratch::all() {
        let db = scratch.db();
        let (case_id, delivered) = db
            .write(|tx| {
                let case_id = a_case(tx, "c1");
                let alert = an_alert(&case_id, Some("CA phường"));
                alerts::insert_many(tx, std::slice::from_ref(&alert))?;
                let delivered = note(tx, &alert, "a@ca.test");
                let failed = note(tx, &alert, "b@ca.test");
                outbox::claim(tx, at(1), TimeDelta::seconds(30), Wanted::mails(10))?;
                let sent = Outcome::Sent { forget: false };
                let tries = [tried(&delivered, 1, sent, "250"), tried(&failed, 1, Outcome::Failed, "550")];
                outbox::settle(tx, &tries, at(1))?;
                tx.execute_sql("INSERT INTO idempotency_keys VALUES ('t', 'k', 'f', 'a', '2026-03-02 01:00:00')")?;
                Ok((case_id, delivered))
            })
            .await
            .unwrap();

        let job = |days: i64| {
            let moved = at(1) + TimeDelta::days(days) - Clock::default().now();
            let clock = Clock::with_offset(moved.num_seconds());
            CleanUp::new(db.clone(), clock, Arc::new(Worlds::new()))
        };
        assert_eq!(job(13).run().await.unwrap(), 0);
        assert_eq!(job(15).run().await.unwrap(), 2, "two links");
        // Without a rule nothing is forgotten; with the rules that are shipped, after 30 days.
        assert_eq!(job(31).run().await.unwrap(), 0);
        db.write(rules::seed).await.unwrap();
        assert_eq!(job(29).run().await.unwrap(), 0);
        assert_eq!(
            job(31).run().await.unwrap(),
            3,
            "what the delivered and the failed one said, one key"
        );
        assert_eq!(job(31).run().await.unwrap(), 0);

        let ledger = db
            .read(move |tx| Ok::<_, AppError>(alerts::ledger(tx, &case_id)?))
            .await
            .unwrap();
        assert_eq!(ledger[0].messages[0].id, delivered);
        assert_eq!(ledger[0].messages[0].attempts.len(), 1);
    }
}
