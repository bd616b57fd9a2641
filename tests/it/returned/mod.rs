//! What comes back of a mail: over LMTP and SMTP, through the pipe, and from a real mail server.

mod dkim;
mod pipe;
mod postfix;
mod receiver;

use std::{
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use crate::{
    api::{Caller, Office, office::text, recent},
    support::{
        Db,
        program::{eventually, free_port},
        smtp::{Received, Sink},
    },
};

const SOON: Duration = Duration::from_secs(30);

/// A sample of `tests/returned`.
fn sample(name: &str) -> Vec<u8> {
    std::fs::read(format!(
        "{}/tests/returned/{name}.eml",
        env!("CARGO_MANIFEST_DIR")
    ))
    .unwrap()
}

/// A program that receives returned mail, and the mail server it sends over.
struct House<'a> {
    office: Office<'a>,
    sink: Sink,
    listens: SocketAddr,
}

impl<'a> House<'a> {
    fn open(db: &'a Db) -> Self {
        let sink = Sink::start();
        let listens = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let (url, listen) = (sink.url(), listens.to_string());
        let office = Office::open_with(
            db,
            &[
                ("TNLD_SMTP_URL", &url),
                ("TNLD_BOUNCE_ADDRESS", "bounce@tnld.test"),
                ("TNLD_BOUNCE_LISTEN", &listen),
                ("TNLD_OPERATOR_MAIL", "truc@tnld.test"),
            ],
        );
        Self {
            office,
            sink,
            listens,
        }
    }

    /// An accident is declared; its mails, once all of them have left.
    fn declare(&self) -> (Value, Vec<Received>) {
        let before = self.sink.count();
        let answer = self.office.employer("6099254308").declare(&recent("03"));
        let mails = self.sink.wait_for(before + 3, SOON);
        (answer, mails[before..].to_vec())
    }

    fn alerts(&self, answer: &Value) -> Vec<Value> {
        let path = format!("{}/alerts", text(&answer["case"]["href"]));
        let found = self.office.inspector("66").get(&path).expect(200);
        found["items"].as_array().unwrap().clone()
    }

    /// The entry of the ledger of the address that a mail went to.
    fn alert(&self, answer: &Value, mail: &Received) -> Value {
        let found = self.alerts(answer);
        let of_mail = found
            .into_iter()
            .find(|one| one["address"] == mail.to[0].as_str());
        of_mail.unwrap()
    }

    fn alarms(&self) -> Vec<Value> {
        let found = self.office.operator().get("/api/v1/alarms").expect(200);
        let items = found["items"].as_array().unwrap().clone();
        items
            .into_iter()
            .filter(|one| one["kind"] == "address_bounced")
            .collect()
    }

    fn figure(&self, line: &str) -> bool {
        let metrics = self.office.with_token("").get("/metrics").text;
        metrics.lines().any(|found| found == line)
    }

    /// Hands a mail to the receiver; the replies to RCPT and after the text.
    fn hand_in(&self, hello: &str, to: &[&str], mail: &[u8]) -> Vec<String> {
        Wire::open(self.listens).hand_in(hello, to, mail)
    }
}

/// A conversation with the receiver.
struct Wire(BufReader<TcpStream>);

impl Wire {
    fn open(at: SocketAddr) -> Self {
        let mut wire = Self(BufReader::new(TcpStream::connect(at).unwrap()));
        assert!(wire.reply().starts_with("220 "));
        wire
    }

    fn reply(&mut self) -> String {
        loop {
            let mut line = String::new();
            self.0.read_line(&mut line).unwrap();
            if line.as_bytes().get(3) != Some(&b'-') {
                return line.trim_end().to_owned();
            }
        }
    }

    fn ask(&mut self, command: &str) -> String {
        write!(self.0.get_mut(), "{command}\r\n").unwrap();
        self.reply()
    }

    fn hand_in(&mut self, hello: &str, to: &[&str], mail: &[u8]) -> Vec<String> {
        assert!(
            self.ask(&format!("{hello} mx.donvi.test"))
                .starts_with("250")
        );
        assert!(self.ask("MAIL FROM:<>").starts_with("250"));
        let mut replies: Vec<String> = to
            .iter()
            .map(|to| self.ask(&format!("RCPT TO:<{to}>")))
            .collect();
        let taken = replies
            .iter()
            .filter(|reply| reply.starts_with("250"))
            .count();
        if taken == 0 {
            return replies;
        }
        assert!(self.ask("DATA").starts_with("354"));
        self.0.get_mut().write_all(mail).unwrap();
        let verdicts = if hello == "LHLO" { taken } else { 1 };
        replies.push(self.ask("."));
        for _ in 1..verdicts {
            replies.push(self.reply());
        }
        replies
    }
}

/// The authority that an alert is for, as the directory shows it.
fn authority(operator: &Caller, alert: &Value) -> Value {
    let id = text(&alert["recipient"]["id"]);
    operator
        .get(&format!("/api/v1/authorities/{id}"))
        .expect(200)
}

fn wait_until(done: impl Fn() -> bool) {
    eventually(SOON, || done().then_some(()));
}
