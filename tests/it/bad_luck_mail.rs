//! A mail server that refuses, hangs or drops the line: no alert is lost, the intake stays open.

use std::{collections::BTreeSet, time::Duration};

use crate::support::{
    Db, Program, examples,
    mailbox::Mail,
    program::{clock_offset_to, eventually},
    smtp::{Behaviour, Sink},
};

/// Longest time from the recovery of the server to the last mail: what hangs must first run out of
/// patience (30 s), and what failed must wait for its next try.
const RECOVERED_WITHIN: Duration = Duration::from_secs(90);

/// Who is told of example 07.
const TOLD: [&str; 3] = [
    "snv75@example.test",
    "truc.snv75@example.test",
    "ca25270@example.test",
];

on_both_databases! {
    fn a_mail_server_in_trouble_costs_no_alert(db: &Db) {
        let troubles = [
            Behaviour::Refuse,
            Behaviour::Silent,
            Behaviour::RejectConnection,
            Behaviour::DeferRecipient,
            Behaviour::HangAfterData,
            Behaviour::DropMidMessage,
            Behaviour::DropAfterMessage,
        ];
        // They spend their time waiting, so they wait together.
        std::thread::scope(|scope| {
            for trouble in troubles {
                scope.spawn(move || check(&db.another(), trouble));
            }
        });
    }
}

fn check(db: &Db, trouble: Behaviour) {
    db.with_authorities();
    let server = Sink::start();
    let offset = clock_offset_to("2026-05-20T20:00:00+07:00");
    let settings = [
        ("TNLD_CLOCK_OFFSET", offset.as_str()),
        ("TNLD_SMTP_URL", &server.url()),
    ];
    let program = Program::start(db, &settings);
    let client = program.client(&db.token("employer", &["--tax-code", "0100233488"]));
    server.behave(trouble);

    let body = examples::example("07")["request"]["body"].clone();
    let declare = || {
        let answer = client.post("/api/v1/declarations", &body).expect(201);
        answer["receipt_no"].as_str().unwrap().to_owned()
    };
    let receipts = [declare(), declare()];
    // Long enough for the first tries to fail.
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(client.get("/readyz").status, 200, "{trouble:?}");
    let metrics = client.get("/metrics").text;
    assert!(
        !metrics.contains("\ntnld_outbox_depth 0\n"),
        "{trouble:?}: {metrics}"
    );

    server.behave(Behaviour::Accept);
    let expected: BTreeSet<(String, String)> = TOLD
        .iter()
        .flat_map(|to| {
            receipts
                .iter()
                .map(move |receipt| ((*to).to_owned(), receipt.clone()))
        })
        .collect();
    eventually(RECOVERED_WITHIN, || {
        let mut told = BTreeSet::new();
        let mut ids = BTreeSet::new();
        for received in server.received() {
            let mail = Mail::parse(&received.data);
            for receipt in receipts
                .iter()
                .filter(|receipt| mail.text().contains(*receipt))
            {
                told.insert((received.to[0].clone(), receipt.clone()));
                ids.insert(mail.header("message-id"));
            }
        }
        // Whatever came twice came under one Message-ID.
        assert!(ids.len() <= told.len(), "{trouble:?}: {ids:?}");
        (told == expected).then_some(())
    });
    eventually(Duration::from_secs(60), || {
        let metrics = client.get("/metrics").text;
        metrics.contains("\ntnld_outbox_depth 0\n").then_some(())
    });
}
