//! Alerts: the ledger, what a mail says and keeps to itself, and the page behind its link.

use std::{collections::BTreeSet, time::Duration};

use serde_json::{Value, json};

use super::{
    Caller, Office,
    office::{each, text},
    recent, with,
};
use crate::support::{
    mailbox::Mail,
    program::eventually,
    smtp::{Behaviour, Sink},
};

const SOON: Duration = Duration::from_secs(20);

/// The ledger of a case, once every entry has one of these statuses.
fn ledger(caller: &Caller, answer: &Value, statuses: &[&str]) -> Value {
    let path = format!("{}/alerts", text(&answer["case"]["href"]));
    eventually(SOON, || {
        let ledger = caller.get(&path).expect(200);
        let all = each(&ledger["items"], "status");
        all.iter()
            .all(|status| statuses.contains(status))
            .then_some(ledger)
    })
}

/// The path of the link in a mail.
fn link(mail: &Mail) -> String {
    let text = mail.text();
    let start = text.find("/a/").expect("the mail has a link");
    text[start..].split_whitespace().next().unwrap().to_owned()
}

/// A case with everything in it that must not be mailed.
fn with_secrets() -> Value {
    with(
        recent("03"),
        &[
            (
                "/accident/summary",
                json!(
                    "Tời đứt, thùng vữa rơi <script>alert('x')</script> từ tầng 3, gãy xương đùi & dập lá lách."
                ),
            ),
            ("/accident/place/detail", json!("Công trình nhà ở số 5")),
            ("/victims/0/citizen_id", json!("066090012345")),
            ("/victims/0/full_name", json!("Lê Văn <b>Nam</b>")),
            ("/victims/1/date_of_birth", json!("2008-03-04")),
            ("/declarant/email", json!("hoa@congty.test")),
        ],
    )
}

on_both_databases! {
    fn the_ledger_shows_every_address_and_every_try(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.declare(&recent("03"));
        let inspector = office.inspector("66");
        let ledger = ledger(&inspector, &answer, &["sent"]);
        let items = ledger["items"].as_array().unwrap();
        let found: BTreeSet<(&str, &str, &str)> = items
            .iter()
            .map(|alert| {
                (
                    text(&alert["recipient"]["id"]),
                    text(&alert["address"]),
                    text(&alert["duty"]),
                )
            })
            .collect();
        assert_eq!(
            found,
            BTreeSet::from([
                ("SNV-66", "snv66@example.test", "must_receive"),
                ("SNV-66", "truc.snv66@example.test", "must_receive"),
                ("CAX-22015", "ca22015@example.test", "copy"),
            ])
        );
        for alert in items {
            let attempts = alert["attempts"].as_array().unwrap();
            assert_eq!(attempts.len(), 1, "{alert:#}");
            assert_eq!(attempts[0]["outcome"], "sent");
            assert_ne!(attempts[0]["reply"], "");
            assert!(text(&attempts[0]["at"]) >= text(&answer["received_at"]));
            assert_ne!(alert["basis"][0]["article"], "");
            assert_eq!(
                (&alert["resend"], &alert["next_attempt_at"]),
                (&Value::Null, &Value::Null)
            );
        }
        let shown = employer
            .get(&format!(
                "/api/v1/declarations/{}",
                text(&answer["receipt_no"])
            ))
            .expect(200);
        assert_eq!(each(&shown["routing"], "status"), ["sent", "sent"]);
        let metrics = office.with_token("").get("/metrics").text;
        assert!(
            metrics
                .lines()
                .any(|line| line == "tnld_alerts{status=\"sent\"} 3"),
            "{metrics}"
        );
        assert!(
            metrics.lines().any(|line| line == "tnld_outbox_depth 0"),
            "{metrics}"
        );
    }

    fn a_mail_says_what_the_law_asks_and_keeps_health_and_names_to_itself(db: &Db) {
        let office = Office::open(db);
        let body = with_secrets();
        let answer = office.employer("6099254308").declare(&body);
        ledger(&office.inspector("66"), &answer, &["sent"]);
        let (mails, as_sent) = (office.mails(), office.mails_as_sent());
        assert_eq!((mails.len(), as_sent.len()), (3, 3));
        let receipt_no = text(&answer["receipt_no"]);
        let mut ids = BTreeSet::new();
        for mail in &mails {
            for part in [mail.text(), mail.html()] {
                for said in [
                    receipt_no,
                    "Tuy Hòa",
                    "Công ty CP Xây dựng Tây Nguyên",
                    "Trần Thị Hoa",
                    "0987000111",
                    "2 bị thương nặng",
                    "Căn cứ",
                    "/a/",
                    "D129-01",
                    "115",
                    "Accident",
                    "serious",
                ] {
                    let found =
                        part.contains(said) || part.to_lowercase().contains(&said.to_lowercase());
                    assert!(found, "{said} is missing in {part}");
                }
            }
            let whole = format!("{:?} {} {}", mail.headers, mail.text(), mail.html());
            for secret in [
                "thùng vữa",
                "Tời đứt",
                "script",
                "xương",
                "lá lách",
                "Lê Văn",
                "Y Thuận",
                "066090012345",
                "2008",
                "hoa@congty.test",
                "043",
                "số 5",
                "tầng 3",
            ] {
                // Receipt numbers and links are random: short digits may stand in them by chance.
                let read = whole.replace(receipt_no, "").replace(&link(mail), "");
                assert!(
                    secret.len() < 5 || !read.contains(secret),
                    "{secret} stands in {read}"
                );
                assert!(
                    !mail
                        .text()
                        .replace(receipt_no, "")
                        .replace(&link(mail), "")
                        .contains(secret),
                    "{secret}"
                );
            }
            assert!(
                mail.header("from").contains("no-reply@localhost"),
                "{}",
                mail.header("from")
            );
            assert!(
                mail.header("subject").contains("Tuy Hòa"),
                "{}",
                mail.header("subject")
            );
            assert_eq!(mail.header("auto-submitted"), "auto-generated");
            assert!(mail.parts[0].0 == "text/plain" && mail.parts[1].0 == "text/html");
            assert!(
                ids.insert(mail.header("message-id")) && mail.header("message-id").starts_with('<')
            );
        }
        for secret in ["thùng vữa", "script", "066090012345", "hoa@congty.test"] {
            assert!(
                !as_sent.iter().any(|mail| mail.contains(secret)),
                "{secret}"
            );
        }
        // Nothing of it in the log either.
        let log = office.program.log();
        for secret in [
            "thùng vữa",
            "Lê Văn",
            "066090012345",
            "0987000111",
            "Trần Thị Hoa",
            "example.test",
        ] {
            assert!(!log.contains(secret), "{secret} stands in the log: {log}");
        }
    }

    fn the_link_opens_a_page_that_shows_the_case_and_changes_nothing(db: &Db) {
        let office = Office::open(db);
        let answer = office.employer("6099254308").declare(&with_secrets());
        let inspector = office.inspector("66");
        ledger(&inspector, &answer, &["sent"]);
        let links: BTreeSet<String> = office.mails().iter().map(link).collect();
        assert_eq!(links.len(), 3, "each address has a link of its own");

        let visitor = office.with_token("");
        for path in &links {
            let page = visitor.get(path);
            assert_eq!(
                (page.status, page.header("content-type")),
                (200, "text/html; charset=utf-8")
            );
            for (name, value) in [
                ("cache-control", "no-store"),
                ("referrer-policy", "no-referrer"),
                ("x-content-type-options", "nosniff"),
            ] {
                assert_eq!(page.header(name), value);
            }
            let policy = page.header("content-security-policy");
            for part in [
                "default-src 'none'",
                "frame-ancestors 'none'",
                "form-action 'self'",
                "base-uri 'none'",
            ] {
                assert!(policy.contains(part), "{policy}");
            }
            assert!(!policy.contains("script-src"), "{policy}");
            for shown in [
                text(&answer["receipt_no"]),
                "thùng vữa",
                "Y Thuận",
                "Tuy Hòa",
                "Trần Thị Hoa",
                "043",
            ] {
                assert!(
                    page.text.contains(shown),
                    "{shown} is missing: {}",
                    page.text
                );
            }
            let lower = page.text.to_lowercase();
            for active in [
                "<script",
                "<iframe",
                "onclick",
                "javascript:",
                "<b>nam",
                "http-equiv",
            ] {
                assert!(!lower.contains(active), "{active}: {}", page.text);
            }
            // Nothing comes from another host.
            assert!(
                !lower.contains("http://") && !lower.contains("https://"),
                "{}",
                page.text
            );
        }
        let style = visitor.get("/assets/page.css");
        assert_eq!(
            (style.status, style.header("content-type")),
            (200, "text/css; charset=utf-8")
        );
        let some = links.first().unwrap();
        for method in ["PUT", "DELETE"] {
            let answer = visitor.send(method, some, &[], b"");
            assert!(matches!(answer.status, 404 | 405), "{method}");
        }
        let wrong = visitor.get(&format!("{some}x"));
        assert_eq!(
            (wrong.status, wrong.header("content-type")),
            (404, "text/html; charset=utf-8")
        );
        assert!(!wrong.text.contains("Tuy Hòa"));
        // The secret is no token, is not stored and not logged.
        let secret = some.strip_prefix("/a/").unwrap();
        office.with_token(secret).get("/api/v1/cases").expect(401);
        assert!(!office.program.log().contains(secret));
        assert_eq!(inspector.case_of(&answer)["version"], 1);
        assert_eq!(
            each(&inspector.case_of(&answer)["timeline"], "action"),
            ["declared"]
        );

        // The page shows the case as it now stands.
        office.employer("6099254308").supplement(
            &answer["receipt_no"],
            &json!({ "note": "x", "accident": { "summary": "Viết lại sau khi xem hiện trường." } }),
        );
        let page = visitor.get(some);
        assert!(
            page.text.contains("Viết lại sau khi xem hiện trường."),
            "{}",
            page.text
        );
        drop(office);

        // A link ends with its fortnight.
        for (days, status) in [(13, 200), (15, 404)] {
            let offset = (days * 24 * 3600).to_string();
            let later = Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", &offset)]);
            let page = later.with_token("").get(some);
            assert_eq!(page.status, status, "{days} days later");
            assert_eq!(page.text.contains("Y Thuận"), status == 200);
        }
    }

    fn an_alert_that_was_refused_is_sent_again_by_hand(db: &Db) {
        let server = Sink::start();
        server.behave(Behaviour::RejectRecipient);
        let office = Office::open_with(db, &[("TNLD_SMTP_URL", &server.url())]);
        let answer = office.employer("6099254308").declare(&recent("03"));
        let (inspector, operator) = (office.inspector("66"), office.operator());
        let failed = ledger(&inspector, &answer, &["failed"]);
        let entry = failed["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|alert| alert["address"] == "ca22015@example.test")
            .unwrap()
            .clone();
        assert!(
            text(&entry["attempts"][0]["reply"]).contains("550"),
            "{entry:#}"
        );
        let resend = text(&entry["resend"]).to_owned();
        let alarms = operator.get("/api/v1/alarms").expect(200);
        // Where every address is dead the ladder goes on at once: there may be more.
        let failed: Vec<&Value> = alarms["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|alarm| alarm["kind"] == "message_failed")
            .collect();
        assert!(failed.len() >= 3, "{alarms}");
        assert!(text(&failed[0]["reply"]).contains("550"));
        assert_eq!(failed[0]["receipt_no"], answer["receipt_no"]);
        let metrics = office.with_token("").get("/metrics").text;
        let counted = metrics
            .lines()
            .find_map(|line| line.strip_prefix("tnld_alerts{status=\"failed\"} "));
        assert!(counted.unwrap().parse::<u32>().unwrap() >= 3, "{metrics}");

        // Again in vain, then with success; each try stands in the ledger.
        inspector.post(&resend, &json!({})).expect(200);
        let tries = |count: usize| {
            eventually(SOON, || {
                let ledger = inspector
                    .get(&format!("{}/alerts", text(&answer["case"]["href"])))
                    .expect(200);
                let entry = ledger["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .find(|alert| alert["id"] == entry["id"])
                    .unwrap()
                    .clone();
                (entry["attempts"].as_array().unwrap().len() == count).then_some(entry)
            })
        };
        assert_eq!(tries(2)["status"], "failed");
        server.behave(Behaviour::Accept);
        inspector.post(&resend, &json!({})).expect(200);
        let sent = tries(3);
        assert_eq!(sent["status"], "sent");
        assert_eq!(
            sent["attempts"]
                .as_array()
                .unwrap()
                .iter()
                .map(|attempt| text(&attempt["outcome"]))
                .collect::<Vec<_>>(),
            ["failed", "failed", "sent"]
        );
        let received = server.wait_for(1, SOON);
        assert!(received.iter().any(|mail| {
            let id = mail.header("Message-ID").unwrap();
            id.contains(text(&entry["message_id"]))
        }));
        let timeline = inspector.case_of(&answer)["timeline"].clone();
        let mut actions = each(&timeline, "action");
        actions.retain(|action| *action != "alert_climbed");
        assert_eq!(
            actions,
            ["declared", "alert_sent_again", "alert_sent_again"]
        );

        assert_eq!(
            inspector.post(&resend, &json!({})).expect(409)["code"],
            "already_delivered"
        );
        let (head, _) = resend.rsplit_once("/alerts/").unwrap();
        inspector
            .post(
                &format!("{head}/alerts/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44/resend"),
                &json!({}),
            )
            .expect(404);
        office.inspector("19").post(&resend, &json!({})).expect(404);
        office
            .employer("6099254308")
            .post(&resend, &json!({}))
            .expect(403);
        // Of another case of the same sight: not that one's message.
        let other = office.employer("6099254308").declare(&recent("08"));
        let wrong = resend.replace(text(&answer["case"]["id"]), text(&other["case"]["id"]));
        inspector.post(&wrong, &json!({})).expect(404);
    }

    fn a_role_that_nobody_holds_is_shown_alarmed_and_stood_in_for(db: &Db) {
        let office = Office::open_with(db, &[("TNLD_OPERATOR_MAIL", "truc@van-hanh.test")]);
        // Of this commune the directory knows neither police nor committee, of its province both.
        let commune = commune_without_police(db);
        let body = with(
            recent("04"),
            &[
                ("/accident/place/commune_code", json!(commune)),
                ("/declarant/role", json!("employer")),
            ],
        );
        let answer = office.employer("4799123402").declare(&body);
        let routing = answer["routing"].as_array().unwrap();
        let missing: Vec<(&str, &str)> = routing
            .iter()
            .filter(|told| told["authority"].is_null())
            .map(|told| (text(&told["role"]), text(&told["status"])))
            .collect();
        assert!(
            missing.contains(&("LOCAL_POLICE", "undeliverable")),
            "{answer:#}"
        );
        assert!(
            missing.contains(&("COMMUNE_PC", "undeliverable")),
            "{answer:#}"
        );
        let stands_in = routing
            .iter()
            .find(|told| told["authority"]["id"] == "CAT-19")
            .expect("the province's police stand in");
        assert_eq!(
            (&stands_in["duty"], &stands_in["status"]),
            (&json!("must_receive"), &json!("queued"))
        );

        let operator = office.operator();
        let alarms = operator.get("/api/v1/alarms").expect(200);
        let roles: BTreeSet<&str> = each(&alarms["items"], "role").into_iter().collect();
        assert_eq!(roles, BTreeSet::from(["COMMUNE_PC", "LOCAL_POLICE"]));
        assert!(
            each(&alarms["items"], "kind")
                .iter()
                .all(|kind| ["undeliverable", "call_needed"].contains(kind))
        );
        for other in [
            office.inspector("19"),
            office.ministry(),
            office.employer("4799123402"),
        ] {
            other.get("/api/v1/alarms").expect(403);
        }
        let inspector = office.inspector("19");
        let ledger = ledger(&inspector, &answer, &["sent", "undeliverable"]);
        let nobody: Vec<&Value> = ledger["items"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|alert| alert["recipient"].is_null())
            .collect();
        assert_eq!(nobody.len(), missing.len());
        assert!(
            nobody
                .iter()
                .all(|alert| alert["status"] == "undeliverable" && alert["address"].is_null())
        );
        let to_operator = eventually(SOON, || {
            let mails = office
                .mails()
                .into_iter()
                .filter(|mail| mail.header("to") == "truc@van-hanh.test")
                .collect::<Vec<_>>();
            // Nobody stands in for the committee: somebody must telephone.
            (mails.len() == 3).then_some(mails)
        });
        for mail in to_operator {
            for secret in [
                "Triệu Văn Lý",
                "Máy cày",
                "Ma Thị Lan",
                "02093888777",
                "/a/",
            ] {
                assert!(!mail.text().contains(secret), "{secret}: {}", mail.text());
            }
            assert!(mail.text().contains(text(&answer["receipt_no"])));
        }
        let metrics = office.with_token("").get("/metrics").text;
        assert!(
            metrics.lines().any(|line| line == "tnld_operator_alarms 3"),
            "{metrics}"
        );
    }
}

/// A commune of Thái Nguyên other than those of the directory.
fn commune_without_police(db: &crate::support::Db) -> String {
    use diesel::prelude::*;
    use tnld::store::schema::units;
    units::table
        .filter(units::level.eq("commune"))
        .filter(units::province_code.eq("19"))
        .filter(units::valid_to.is_null())
        .filter(units::code.ne("02008"))
        .order(units::code.asc())
        .select(units::code)
        .first(&mut db.connect())
        .unwrap()
}
