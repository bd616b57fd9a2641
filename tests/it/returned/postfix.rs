//! Through Postfix: a mailbox that takes, one that defers, one that is refused, and one whose server
//! takes the mail from Postfix's hand and refuses it there.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::{authority, text, wait_until};
use crate::{
    api::{Office, recent},
    support::{
        Db,
        postfix::Postfix,
        program::free_port,
        smtp::{Behaviour, Sink},
    },
};

/// Who is told of example 03: the labour authority, at two addresses …
const LABOUR: [&str; 2] = ["snv66@example.test", "truc.snv66@example.test"];
/// … and the police of the commune.
const POLICE: &str = "ca22015@example.test";

struct World<'a> {
    office: Office<'a>,
    postfix: Postfix,
    /// The server behind Postfix that has the mailbox of the police.
    far: Sink,
}

impl<'a> World<'a> {
    fn open(db: &'a Db, protocol: &str) -> Self {
        let far = Sink::start();
        let listen = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let (back, on) = (
            format!("{protocol}:[127.0.0.1]:{}", listen.port()),
            format!("smtp:[127.0.0.1]:{}", far.address().port()),
        );
        let postfix = Postfix::start(&[("tnld.test", &back), (POLICE, &on)]);
        let (url, listen) = (postfix.url(), listen.to_string());
        let office = Office::open_with(
            db,
            &[
                ("TNLD_SMTP_URL", &url),
                ("TNLD_MAIL_FROM", "Khai báo TNLĐ <no-reply@tnld.test>"),
                ("TNLD_BOUNCE_ADDRESS", "bounce@tnld.test"),
                ("TNLD_BOUNCE_LISTEN", &listen),
            ],
        );
        Self {
            office,
            postfix,
            far,
        }
    }

    fn alert(&self, answer: &Value, address: &str) -> Value {
        let path = format!("{}/alerts", text(&answer["case"]["href"]));
        let found = self.office.inspector("66").get(&path).expect(200);
        let items = found["items"].as_array().unwrap();
        items
            .iter()
            .find(|one| one["address"] == address)
            .unwrap()
            .clone()
    }
}

on_both_databases! {
    fn every_way_of_a_mail_through_a_real_server_stands_in_the_ledger(db: &Db) {
        let world = World::open(db, "lmtp");
        let (late, refused) = (LABOUR[0], LABOUR[1]);
        world.postfix.refuse(&[
            (late, "450 4.2.1 mailbox is being moved"),
            (refused, "550 5.1.1 there is nobody of that name"),
        ]);
        world.far.behave(Behaviour::DeferRecipient);
        let employer = world.office.employer("6099254308");
        let answer = employer.declare(&recent("03"));

        wait_until(|| world.alert(&answer, refused)["status"] == "failed");
        let attempts = world.alert(&answer, refused)["attempts"].to_string();
        assert!(attempts.contains("550 5.1.1") && attempts.contains("nobody of that name"), "{attempts}");
        wait_until(|| world.alert(&answer, late)["status"] == "delayed");
        world.postfix.refuse(&[]);
        wait_until(|| world.alert(&answer, late)["status"] == "sent");
        wait_until(|| !world.postfix.mailbox().is_empty());
        let delivered = world.postfix.mailbox();
        assert_eq!(delivered.len(), 1, "{delivered:?}");
        let id = text(&world.alert(&answer, late)["message_id"]).to_owned();
        assert!(delivered[0].contains(&format!("Message-ID: <{id}@tnld.test>")), "{}", delivered[0]);
        assert!(delivered[0].starts_with(&format!("<bounce+{id}.")), "{}", delivered[0]);

        // Postfix has taken that of the police, cannot hand it on and says so after a while.
        assert_eq!(world.alert(&answer, POLICE)["status"], "sent");
        wait_until(|| world.alert(&answer, POLICE)["returned"][0]["kind"] == "delayed");
        assert_eq!(world.alert(&answer, POLICE)["status"], "sent");
        world.far.behave(Behaviour::RejectRecipient);
        wait_until(|| world.alert(&answer, POLICE)["status"] == "bounced");
        let alert = world.alert(&answer, POLICE);
        let last = alert["returned"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((&last["kind"], &last["status_code"]), (&json!("failed"), &json!("5.1.1")));
        assert!(text(&last["diagnostic"]).contains("no such user"), "{last}");

        let operator = world.office.operator();
        assert_eq!(authority(&operator, &alert)["rows"][0]["bounced"][0]["address"], POLICE);
        let alarms = operator.get("/api/v1/alarms").expect(200).to_string();
        assert!(alarms.contains("address_bounced"), "{alarms}");
        let receipt = format!("/api/v1/declarations/{}", text(&answer["receipt_no"]));
        let routing = employer.get(&receipt).expect(200)["routing"].clone();
        let told = routing.as_array().unwrap().iter().find(|one| one["role"] == "LOCAL_POLICE").unwrap();
        assert_eq!(told["status"], "bounced");
    }

    fn postfix_hands_in_over_smtp_as_well(db: &Db) {
        let world = World::open(db, "smtp");
        world.far.behave(Behaviour::RejectContent);
        let answer = world.office.employer("6099254308").declare(&recent("03"));
        wait_until(|| world.alert(&answer, POLICE)["status"] == "bounced");
        let back = world.alert(&answer, POLICE)["returned"].clone();
        assert_eq!((back.as_array().unwrap().len(), &back[0]["status_code"]), (1, &json!("5.6.0")));
        wait_until(|| world.postfix.mailbox().len() == 2);
    }
}
