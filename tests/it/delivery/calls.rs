//! Webhooks and short messages, with a receiver on a real socket.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tnld::channels::webhook::signature;

use crate::support::{
    Client, Db, Program, examples,
    program::{clock_offset_to, eventually},
    smtp::Sink,
};

const SOON: Duration = Duration::from_secs(20);

/// A call as it arrived.
#[derive(Debug, Clone)]
struct Arrived {
    path: String,
    headers: BTreeMap<String, String>,
    body: String,
}

/// A web server that answers each path with what it is told to.
struct Receiver {
    address: SocketAddr,
    arrived: Arc<Mutex<Vec<Arrived>>>,
    answers: Arc<Mutex<BTreeMap<String, String>>>,
    stop: Arc<AtomicBool>,
}

impl Receiver {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            arrived: Arc::default(),
            answers: Arc::default(),
            stop: Arc::default(),
        };
        let (arrived, answers) = (receiver.arrived.clone(), receiver.answers.clone());
        let stop = receiver.stop.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stop.load(Ordering::Relaxed) {
                    return;
                }
                // A caller that hangs up is no concern of the receiver.
                let _ = stream.and_then(|stream| serve(stream, &arrived, &answers));
            }
        });
        receiver
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Answers `path` with this line and these headers from now on; with 204 before.
    fn answer(&self, path: &str, head: &str) {
        self.answers
            .lock()
            .unwrap()
            .insert(path.into(), head.into());
    }

    fn at(&self, path: &str) -> Vec<Arrived> {
        let arrived = self.arrived.lock().unwrap();
        arrived
            .iter()
            .filter(|one| one.path == path)
            .cloned()
            .collect()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.address);
    }
}

fn serve(
    stream: TcpStream,
    arrived: &Mutex<Vec<Arrived>>,
    answers: &Mutex<BTreeMap<String, String>>,
) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let head = answers.lock().unwrap().get(&path).cloned();
    arrived.lock().unwrap().push(Arrived {
        path,
        headers,
        body: String::from_utf8(body).unwrap(),
    });
    let head = head.unwrap_or_else(|| "204 No Content".into());
    let answer = format!("HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    reader.get_mut().write_all(answer.as_bytes())
}

/// Adds a contact of position 0, and gives the answer.
fn add(operator: &Client, authority: &str, channel: &str, address: &str) -> Value {
    let body = json!({"position": 0, "channel": channel, "address": address, "name": "Trực ban", "reason": "Thử"});
    operator
        .post(&format!("/api/v1/authorities/{authority}/contacts"), &body)
        .expect(201)
}

fn declare(program: &Program, db: &Db) -> Value {
    let body = examples::example("07")["request"]["body"].clone();
    let employer = program.client(&db.token("employer", &["--tax-code", "0100233488"]));
    employer.post("/api/v1/declarations", &body).expect(201)
}

/// The ledger's entries of one channel.
fn ledger(client: &Client, answer: &Value, channel: &str) -> Vec<Value> {
    let path = format!("{}/alerts", answer["case"]["href"].as_str().unwrap());
    let items = client.get(&path).expect(200)["items"]
        .as_array()
        .unwrap()
        .clone();
    items
        .into_iter()
        .filter(|item| item["channel"] == channel)
        .collect()
}

fn police(answer: &Value) -> String {
    let routing = answer["routing"].as_array().unwrap();
    let police = routing
        .iter()
        .find(|one| one["role"] == "LOCAL_POLICE")
        .unwrap();
    police["authority"]["id"].as_str().unwrap().to_owned()
}

on_both_databases! {
    fn a_program_and_a_telephone_are_told_together_with_the_mails(db: &Db) {
        db.with_authorities();
        let (receiver, mails) = (Receiver::start(), Sink::start());
        let file = db.folder().join("sms.toml");
        std::fs::write(db.folder().join("sms-secret"), "s3cret-of-the-gateway").unwrap();
        let text = format!(
            "url = \"{}\"\ncontent_type = \"application/json\"\nsecret_file = \"sms-secret\"\n\
             body = '{{\"to\": \"{{to_international}}\", \"text\": \"{{text}}\"}}'\n\
             [headers]\nAuthorization = \"Bearer {{secret}}\"\n",
            receiver.url("/sms")
        );
        std::fs::write(&file, text).unwrap();
        let offset = clock_offset_to("2026-05-20T20:00:00+07:00");
        let program = Program::start(db, &[
            ("TNLD_CLOCK_OFFSET", &offset),
            ("TNLD_SMTP_URL", &mails.url()),
            ("TNLD_SMS_FILE", file.to_str().unwrap()),
            ("TNLD_WEBHOOK_NETWORKS", "127.0.0.1"),
        ]);
        let operator = program.client(&db.token("operator", &[]));
        let authority = police(&declare(&program, db));
        let hook = add(&operator, &authority, "webhook", &receiver.url("/hook"));
        let secret = hook["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("whs_") && secret.len() > 40);
        assert_eq!(add(&operator, &authority, "sms", "+84 912 000 111")["secret"], Value::Null);
        let path = format!("/api/v1/authorities/{authority}/contacts");
        let listed = operator.get(&path);
        assert!(!listed.text.contains(&secret), "shown once");

        receiver.answer("/hook", "503 Service Unavailable");
        let answer = declare(&program, db);
        let receipt = answer["receipt_no"].as_str().unwrap();
        eventually(SOON, || (receiver.at("/hook").len() >= 2).then_some(()));
        receiver.answer("/hook", "204 No Content");
        let inspector = program.client(&db.token("inspector", &["--province", "75"]));
        let entry = eventually(SOON, || {
            let entry = ledger(&inspector, &answer, "webhook").pop()?;
            (entry["status"] == "sent").then_some(entry)
        });
        let attempts = entry["attempts"].as_array().unwrap();
        assert_eq!((&attempts[0]["reply"], &attempts[0]["outcome"]), (&json!("HTTP 503"), &json!("delayed")));
        let last = attempts.last().unwrap();
        assert_eq!((&last["reply"], &last["tls"]), (&json!("HTTP 204"), &json!("none")));
        assert_eq!(last["relay"], receiver.address.to_string());

        // Each repeat is signed anew, and is the same delivery.
        let calls = receiver.at("/hook");
        for call in &calls {
            let timestamp: i64 = call.headers["tnld-timestamp"].parse().unwrap();
            let expected = format!("v1={}", signature(&secret, timestamp, &call.body));
            assert_eq!(call.headers["tnld-signature"], expected);
            assert_eq!(call.headers["tnld-delivery"], calls[0].headers["tnld-delivery"]);
        }
        let told: Value = serde_json::from_str(&calls[0].body).unwrap();
        assert_eq!((told["receipt_no"].as_str(), told["kind"].as_str()), (Some(receipt), Some("alert")));
        let link = told["link"].as_str().unwrap();
        assert!(link.contains("/a/"), "{link}");

        let text = eventually(SOON, || receiver.at("/sms").pop());
        assert_eq!(text.headers["authorization"], "Bearer s3cret-of-the-gateway");
        let said: Value = serde_json::from_str(&text.body).unwrap();
        assert_eq!(said["to"], "+84912000111");
        assert!(said["text"].as_str().unwrap().contains(receipt), "{said}");
        assert_eq!(ledger(&inspector, &answer, "sms").len(), 1);

        // What neither a mail nor a call may carry, and no secret in the log.
        let victims = examples::example("07")["request"]["body"]["victims"].clone();
        for victim in victims.as_array().into_iter().flatten() {
            if let Some(name) = victim["full_name"].as_str() {
                assert!(!calls[0].body.contains(name) && !text.body.contains(name), "{name}");
            }
        }
        let log = program.log();
        assert!(!log.contains(&secret) && !log.contains("s3cret-of-the-gateway"));
        assert!(!log.contains(link.rsplit_once('/').unwrap().1));
        let dump = db.connect();
        assert!(!stored(dump, &secret), "the secret stands in no table that is read here");
    }

    fn a_call_into_an_own_network_is_refused_and_a_redirect_is_not_followed(db: &Db) {
        db.with_authorities();
        let (receiver, mails) = (Receiver::start(), Sink::start());
        let offset = clock_offset_to("2026-05-20T20:00:00+07:00");
        let mut settings = vec![("TNLD_CLOCK_OFFSET", offset.as_str())];
        let url = mails.url();
        settings.push(("TNLD_SMTP_URL", &url));
        let authority = {
            let program = Program::start(db, &settings);
            let operator = program.client(&db.token("operator", &[]));
            let authority = police(&declare(&program, db));
            add(&operator, &authority, "webhook", &receiver.url("/first"));
            let answer = declare(&program, db);
            let inspector = program.client(&db.token("inspector", &["--province", "75"]));
            let entry = eventually(SOON, || {
                let entry = ledger(&inspector, &answer, "webhook").pop()?;
                (entry["status"] == "failed").then_some(entry)
            });
            let reply = entry["attempts"][0]["reply"].as_str().unwrap();
            assert!(reply.contains("must not be called"), "{reply}");
            assert!(receiver.at("/first").is_empty());
            authority
        };
        settings.push(("TNLD_WEBHOOK_NETWORKS", "127.0.0.0/8"));
        let program = Program::start(db, &settings);
        let operator = program.client(&db.token("operator", &[]));
        add(&operator, &authority, "webhook", &receiver.url("/moved"));
        let to = format!("302 Found\r\nLocation: {}", receiver.url("/secret"));
        receiver.answer("/moved", &to);
        declare(&program, db);
        eventually(SOON, || (!receiver.at("/moved").is_empty()).then_some(()));
        eventually(SOON, || (!receiver.at("/first").is_empty()).then_some(()));
        assert!(receiver.at("/secret").is_empty());
    }
}

/// Whether a text stands where contacts and messages are kept.
fn stored(mut conn: tnld::store::conn::DbConn, text: &str) -> bool {
    use diesel::prelude::*;
    use tnld::store::schema::{contacts, outbox};

    let contacts: Vec<String> = contacts::table
        .select(contacts::address)
        .load(&mut conn)
        .unwrap();
    let messages: Vec<Option<String>> = outbox::table
        .select(outbox::payload)
        .load(&mut conn)
        .unwrap();
    contacts
        .iter()
        .chain(messages.iter().flatten())
        .any(|kept| kept.contains(text))
}
