//! The listener, and what follows from what it is handed.

use serde_json::{Value, json};

use super::{House, authority, sample, text};
use crate::support::{Db, smtp::Received};

const KEPT: &str = "250 2.0.0 kept";

/// The mail to the police: its role has one address in the directory of the examples.
fn to_the_police<'a>(house: &House<'_>, answer: &Value, mails: &'a [Received]) -> &'a Received {
    let found = mails
        .iter()
        .find(|mail| house.alert(answer, mail)["role"] == "LOCAL_POLICE");
    found.unwrap()
}

on_both_databases! {
    fn an_alert_that_comes_back_is_seen_by_everybody_concerned_and_counts_once(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let mail = to_the_police(&house, &answer, &mails);
        assert!(mail.from.starts_with("bounce+") && mail.from.ends_with("@tnld.test"), "{}", mail.from);
        assert!(mail.header("From").unwrap().contains("no-reply@localhost"));
        for other in &mails {
            assert_eq!(other.from == mail.from, other.to == mail.to, "each has an address of its own");
        }

        let report = sample("postfix_failed");
        assert_eq!(house.hand_in("LHLO", &[&mail.from], &report), ["250 2.1.5 ok", KEPT]);
        let alert = house.alert(&answer, mail);
        assert_eq!(alert["status"], "bounced");
        let back = alert["returned"].as_array().unwrap();
        assert_eq!(back.len(), 1);
        assert_eq!(
            (&back[0]["kind"], &back[0]["status_code"], &back[0]["diagnostic"]),
            (&json!("failed"), &json!("5.1.1"), &json!("550 5.1.1 no such user"))
        );

        // The same once more, over the other protocol and in capital letters.
        let again = house.hand_in("EHLO", &[&mail.from.to_uppercase()], &report);
        assert_eq!(again, ["250 2.1.5 ok", KEPT]);
        assert_eq!(house.alert(&answer, mail)["returned"].as_array().unwrap().len(), 1);
        assert_eq!((house.office.rows("bounces"), house.alarms().len()), (1, 1));

        let operator = house.office.operator();
        let shown = authority(&operator, &alert);
        let marks = &shown["rows"][0]["bounced"];
        assert_eq!((&marks[0]["address"], &marks[0]["status_code"]), (&alert["address"], &json!("5.1.1")));
        let id = text(&alert["recipient"]["id"]);
        assert_eq!(house.alarms()[0]["authority_id"], id);
        let listed = operator.get("/api/v1/authorities?territory=66&limit=100").expect(200);
        let listed = listed["items"].as_array().unwrap().iter().find(|row| row["authority_id"] == id).unwrap();
        assert_eq!(&listed["bounced"], marks);

        let receipt = format!("/api/v1/declarations/{}", text(&answer["receipt_no"]));
        let declaration = house.office.employer("6099254308").get(&receipt).expect(200);
        let routing = declaration["routing"].as_array().unwrap();
        let told = routing.iter().find(|one| one["role"] == "LOCAL_POLICE").unwrap();
        assert_eq!(told["status"], "bounced");

        assert!(house.figure("tnld_returned_mails{kind=\"failed\"} 1"));
        assert!(house.figure("tnld_alerts{status=\"bounced\"} 1"));
        assert!(db.tnld(&["audit", "verify"]).ok().contains("sound"));
        let trace = house.office.employer("6099254308").get(&format!("{receipt}/trace")).expect(200).to_string();
        assert!(trace.contains("note_return"), "{trace}");
        // The operator is told, and not of its own dead mailbox.
        let told = house.sink.wait_for(mails.len() + 1, super::SOON);
        assert_eq!(told.last().unwrap().to, ["truc@tnld.test"]);
    }

    fn nobody_makes_an_alert_come_back_without_having_seen_its_mail(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let (name, code) = mails[0].from.rsplit_once('.').map(|_| {
            let (local, _) = mails[0].from.split_once('@').unwrap();
            local.split_once('.').unwrap()
        }).unwrap();
        let (other, _) = mails[1].from.split_once('@').unwrap();
        let (other, _) = other.split_once('.').unwrap();
        let forged = [
            format!("{other}.{code}@tnld.test"),
            format!("{name}@tnld.test"),
            format!("{name}.{code}@elsewhere.test"),
            format!("{name}.aaaaaaaaaaaaaaaa@tnld.test"),
            "postmaster@tnld.test".to_owned(),
        ];
        for address in &forged {
            let replies = house.hand_in("LHLO", &[address], &sample("postfix_failed"));
            assert!(replies[0].starts_with("550 5.1.1"), "{address}: {replies:?}");
        }
        assert_eq!(house.office.rows("bounces"), 0);
        assert!(house.alerts(&answer).iter().all(|alert| alert["status"] == "sent"));
    }

    fn what_is_not_final_goes_to_the_ledger_and_changes_nothing(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let mail = &mails[0];
        for (name, kind) in [
            ("postfix_delayed", "delayed"),
            ("vacation", "auto_reply"),
            ("person_who_answers", "unknown"),
            ("relayed", "delivered"),
        ] {
            assert_eq!(house.hand_in("LHLO", &[&mail.from], &sample(name)).last().unwrap(), KEPT);
            let alert = house.alert(&answer, mail);
            assert_eq!(alert["status"], "sent", "{name}");
            let kinds: Vec<&str> = alert["returned"].as_array().unwrap().iter().map(|one| text(&one["kind"])).collect();
            assert!(kinds.contains(&kind), "{name}: {kinds:?}");
            assert!(house.figure(&format!("tnld_returned_mails{{kind=\"{kind}\"}} 1")));
        }
        assert_eq!((house.office.rows("bounces"), house.office.rows("address_marks")), (4, 0));
        assert!(house.alarms().is_empty());
        // Of the text nothing is kept.
        let ledger = Value::from(house.alerts(&answer)).to_string();
        assert!(!ledger.contains("0912 345 678") && !ledger.contains("nghỉ phép"), "{ledger}");
        // One that answers for ever fills nothing, and what is final is still taken.
        for number in 0..30 {
            let answer = format!("From: a@b.test\r\nMessage-ID: <{number}@b.test>\r\nAuto-Submitted: auto-replied\r\n\r\nx\r\n");
            assert_eq!(house.hand_in("LHLO", &[&mail.from], answer.as_bytes()).last().unwrap(), KEPT);
        }
        assert_eq!(house.office.rows("bounces"), 20);
        house.hand_in("LHLO", &[&mail.from], &sample("qmail"));
        assert_eq!(house.alert(&answer, mail)["status"], "bounced");
    }

    fn one_text_for_several_addresses_is_kept_for_each_and_answered_for_each(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let to = [&*mails[0].from, "nobody@tnld.test", &*mails[1].from];
        let replies = house.hand_in("LHLO", &to, &sample("exim_failed"));
        assert_eq!(replies.len(), 5);
        assert!(replies[1].starts_with("550"), "{replies:?}");
        assert_eq!(replies[3..], [KEPT, KEPT]);
        let bounced = house.alerts(&answer).iter().filter(|alert| alert["status"] == "bounced").count();
        assert_eq!(bounced, 2);
    }

    fn an_alert_that_was_taken_needs_no_alarm_and_taking_clears_the_mark(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let mail = to_the_police(&house, &answer, &mails);
        house.hand_in("LHLO", &[&mail.from], &sample("postfix_failed"));
        assert_eq!((house.office.rows("address_marks"), house.alarms().len()), (1, 1));

        // It came back from one reader of the mailbox, and another has read it all the same.
        let plain = crate::support::mailbox::Mail::parse(&mail.data);
        let at = plain.text().find("/a/").unwrap();
        let link = plain.text()[at..].split_whitespace().next().unwrap().to_owned();
        let form = ("content-type", "application/x-www-form-urlencoded");
        let visitor = house.office.with_token("");
        let pressed = visitor.send("POST", &link, &[form], b"name=Dang+Van+Son&post=Truc+ban&phone=0912345678");
        assert_eq!(pressed.status, 303, "{}", pressed.text);
        assert_eq!(house.office.rows("address_marks"), 0);
        assert_eq!(house.alert(&answer, mail)["status"], "acknowledged");

        let (second, mails) = house.declare();
        let mail = to_the_police(&house, &second, &mails);
        let plain = crate::support::mailbox::Mail::parse(&mail.data);
        let at = plain.text().find("/a/").unwrap();
        let link = plain.text()[at..].split_whitespace().next().unwrap().to_owned();
        visitor.send("POST", &link, &[form], b"name=Dang+Van+Son&post=Truc+ban&phone=0912345678");
        assert_eq!(house.hand_in("LHLO", &[&mail.from], &sample("postfix_failed")).last().unwrap(), KEPT);
        let alert = house.alert(&second, mail);
        assert_eq!((&alert["status"], &alert["returned"][0]["kind"]), (&json!("acknowledged"), &json!("failed")));
        assert_eq!(house.alarms().len(), 1, "the one of before");
    }

    fn what_came_back_can_be_sent_again_and_come_back_again(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let mail = to_the_police(&house, &answer, &mails);
        house.hand_in("LHLO", &[&mail.from], &sample("postfix_failed"));
        let alert = house.alert(&answer, mail);
        let before = house.sink.count();
        house.office.inspector("66").post(text(&alert["resend"]), &json!({})).expect(200);
        super::wait_until(|| house.alert(&answer, mail)["status"] == "sent");
        let again = house.sink.wait_for(before + 1, super::SOON);
        let again = again.iter().rev().find(|one| one.to == mail.to).unwrap();
        assert_eq!((&again.from, again.header("Message-ID")), (&mail.from, mail.header("Message-ID")));
        house.hand_in("LHLO", &[&mail.from], &sample("postfix_failed"));
        let alert = house.alert(&answer, mail);
        assert_eq!((&alert["status"], alert["returned"].as_array().unwrap().len()), (&json!("bounced"), 2));
        assert_eq!(house.alarms().len(), 2);
    }

    fn when_the_last_address_comes_back_the_next_rung_is_climbed_at_once(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let labour: Vec<&Received> = mails.iter().filter(|mail| mail.to[0].contains("snv66")).collect();
        let above = || house.sink.received().iter().filter(|mail| mail.to[0] == "ubnd66@example.test").count();
        assert_eq!((labour.len(), above()), (2, 0));
        house.hand_in("LHLO", &[&labour[0].from], &sample("mailbox_full"));
        let ladder = house.alert(&answer, labour[0])["ladder"].clone();
        // By the rules it would wait for a quarter of an hour.
        assert_eq!(ladder["rungs"], json!([]), "{ladder}");
        house.hand_in("LHLO", &[&labour[1].from], &sample("gmail_failed"));
        super::wait_until(|| above() == 1);
        let ladder = house.alert(&answer, labour[0])["ladder"].clone();
        let rungs: Vec<&str> = ladder["rungs"].as_array().unwrap().iter().map(|rung| text(&rung["rung"])).collect();
        assert!(rungs.contains(&"higher_authority"), "{ladder}");
        assert_eq!(house.alert(&answer, labour[0])["status"], "bounced");
    }

    fn a_correction_of_the_directory_clears_the_mark(db: &Db) {
        let house = House::open(db);
        let (answer, mails) = house.declare();
        let mail = to_the_police(&house, &answer, &mails);
        house.hand_in("LHLO", &[&mail.from], &sample("postfix_failed"));
        let alert = house.alert(&answer, mail);
        let operator = house.office.operator();
        let id = text(&alert["recipient"]["id"]);
        let today = tnld::time::day_in_vietnam(tnld::time::Clock::default().now());
        let correct = |body: Value| operator.post(&format!("/api/v1/authorities/{id}/correct"), &body).expect(200);
        // Another telephone says nothing of the address.
        let shown = correct(json!({"from": today, "phone": "02623855555", "reason": "Số mới"}));
        assert!(shown["authority"]["rows"].to_string().contains("5.1.1"), "{shown}");
        let shown = correct(json!({"from": today, "emails": [alert["address"]], "phone": "02623855556", "reason": "Đã sửa hộp thư"}));
        assert!(!shown["authority"]["rows"].to_string().contains("5.1.1"), "{shown}");
        assert_eq!(house.office.rows("address_marks"), 0);
    }
}

#[test]
fn a_database_that_is_away_makes_the_mail_server_come_again() {
    use crate::support::cluster::Cluster;

    let cluster = Cluster::start();
    let db = Db::at(cluster.url("postgres"));
    db.tnld(&["migrate"]).ok();
    let house = House::open(&db);
    let (answer, mails) = house.declare();
    let mail = &mails[0];
    cluster.stop_hard();
    let replies = house.hand_in("LHLO", &[&mail.from], &sample("postfix_failed"));
    assert_eq!(replies, ["250 2.1.5 ok", "451 4.3.0 not now, try again"]);
    cluster.start_again();
    super::wait_until(|| {
        house
            .hand_in("LHLO", &[&mail.from], &sample("postfix_failed"))
            .last()
            .unwrap()
            == KEPT
    });
    assert_eq!(house.alert(&answer, mail)["status"], "bounced");
    assert_eq!(house.office.rows("bounces"), 1);
}
