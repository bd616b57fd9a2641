//! Clients that let the service wait. It runs in this process, with shorter bounds than it has.

use std::{
    net::SocketAddr,
    sync::mpsc,
    thread::JoinHandle,
    time::{Duration, Instant},
};

use tnld::{
    api::bounds::Bounds, config::Config, error::Result, server::Service, store::conn::DbConn,
};
use tokio::sync::oneshot;

use super::Line;
use crate::{
    api::{recent, rows},
    support::{Client, Db, program::eventually},
};

const SHORT: Duration = Duration::from_millis(400);
/// More than anything here takes on a busy machine, and less than the usual bounds.
const SOON: Duration = Duration::from_secs(8);

/// The service in a thread of this process.
struct Served {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<Result<()>>>,
}

impl Served {
    fn start(db: &Db, bounds: Bounds) -> Self {
        db.with_authorities();
        let mails = db.folder().join("mail");
        let keys = db.folder().join("master.keys");
        let settings = [
            ("TNLD_DATABASE_URL", db.url().to_owned()),
            ("TNLD_LISTEN", "127.0.0.1:0".to_owned()),
            ("TNLD_SMTP_URL", format!("file:{}", mails.display())),
            ("TNLD_MASTER_KEYS_FILE", keys.display().to_string()),
            ("TNLD_CANARIES", "off".to_owned()),
        ];
        let config =
            Config::from_environment(settings.map(|(key, value)| (key.into(), value.into())))
                .unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let (told, address) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let service = Service::prepare(config)?.with_bounds(bounds);
            told.send(service.address()).unwrap();
            actix_web::rt::System::new().block_on(service.run_until(async {
                let _ = stopped.await;
            }))
        });
        let served = Self {
            address: address.recv().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        };
        eventually(SOON, || served.client("").try_get("/readyz"));
        served
    }

    fn client(&self, token: &str) -> Client {
        Client::new(&format!("http://{}", self.address), token)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.stop.take().unwrap().send(());
        let ended = self.thread.take().unwrap().join();
        if !std::thread::panicking() {
            ended.unwrap().unwrap();
        }
    }
}

fn post(token: &str, length: usize) -> String {
    format!(
        "POST /api/v1/declarations HTTP/1.1\r\nhost: tnld.test\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: {length}\r\n\r\n"
    )
}

/// Sends a space again and again until the other side hangs up.
#[track_caller]
fn drip(line: &mut Line, within: Duration) -> String {
    let begun = Instant::now();
    let mut heard = String::new();
    while begun.elapsed() < within {
        let sent = line.send(" ");
        let (more, closed) = line.read(Duration::from_millis(20));
        heard += &more;
        if closed || !sent {
            return heard;
        }
    }
    panic!("nobody hung up within {within:?}; {heard:?}");
}

on_both_databases! {
    fn a_body_that_comes_by_drips_is_not_waited_for(db: &Db) {
        let served = Served::start(db, Bounds { body: SHORT, ..Bounds::default() });
        let token = db.token("employer", &["--tax-code", "6099254308"]);
        let mut line = Line::to(served.address);
        line.send(&post(&token, 1000));
        let answer = drip(&mut line, SOON);
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        assert!(answer.contains("\"code\":\"body_too_slow\""), "{answer}");
        assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
        // In chunks, of which nobody knows how many will come.
        let mut line = Line::to(served.address);
        let head = post(&token, 0).replace("content-length: 0", "transfer-encoding: chunked");
        line.send(&head);
        line.send("1\r\n \r\n");
        let (answer, _) = line.read(SOON);
        assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
        // Meanwhile and afterwards others are served.
        served.client(&token).post("/api/v1/declarations", &recent("03")).expect(201);
        assert_eq!(rows(db, "declarations"), 1);
    }

    fn work_that_was_begun_is_done_though_nobody_waited_for_it(db: &Db) {
        let served = Served::start(db, Bounds { answer: SHORT, ..Bounds::default() });
        let employer = served.client(&db.token("employer", &["--tax-code", "6099254308"]));
        let key = [("idempotency-key", "one")];
        let body = recent("03");
        let mut other = db.connect();
        let lock = match other {
            DbConn::Sqlite(_) => "BEGIN IMMEDIATE",
            DbConn::Postgres(_) => "BEGIN; LOCK TABLE declarations IN EXCLUSIVE MODE",
        };
        other.execute_sql(lock).unwrap();
        let begun = Instant::now();
        let busy = employer.post_with("/api/v1/declarations", &key, &body);
        assert!(begun.elapsed() < Duration::from_secs(4), "{:?}", begun.elapsed());
        assert_eq!(busy.header("retry-after"), "2");
        assert_eq!(busy.header("x-content-type-options"), "nosniff");
        assert_eq!(busy.expect(503)["code"], "busy");
        assert_eq!(rows(db, "declarations"), 0);
        other.execute_sql("ROLLBACK").unwrap();
        eventually(SOON, || (rows(db, "declarations") == 1).then_some(()));
        // Whoever asks again gets the receipt of what was done.
        let again = eventually(SOON, || {
            let answer = employer.post_with("/api/v1/declarations", &key, &body);
            (answer.status == 201).then_some(answer)
        });
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(rows(db, "declarations"), 1);
    }
}

#[test]
fn a_head_that_comes_by_drips_is_not_waited_for() {
    let db = Db::sqlite();
    let bounds = Bounds {
        // The clock of the HTTP layer moves every half a second.
        head: SHORT * 4,
        quiet: SHORT * 8,
        ..Bounds::default()
    };
    let served = Served::start(&db, bounds);
    let mut line = Line::to(served.address);
    line.send("GET /healthz HTTP/1.1\r\nhost:");
    let answer = drip(&mut line, SOON);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    // The second head of a connection.
    let mut line = Line::to(served.address);
    line.send("GET /healthz HTTP/1.1\r\nhost: tnld.test\r\n\r\n");
    let (answer, closed) = line.read(Duration::from_millis(100));
    assert!(answer.starts_with("HTTP/1.1 200") && !closed, "{answer}");
    line.send("GET /healthz HTTP/1.1\r\nhost:");
    drip(&mut line, SOON);
}

#[test]
fn a_connection_in_use_is_left_open() {
    let db = Db::sqlite();
    let bounds = Bounds {
        quiet: SHORT * 2,
        ..Bounds::default()
    };
    let served = Served::start(&db, bounds);
    let mut line = Line::to(served.address);
    let begun = Instant::now();
    while begun.elapsed() < SHORT * 5 {
        line.send("GET /healthz HTTP/1.1\r\nhost: tnld.test\r\n\r\n");
        let (answer, closed) = line.read(Duration::from_millis(100));
        assert!(answer.starts_with("HTTP/1.1 200") && !closed, "{answer}");
    }
}

#[test]
fn connections_are_limited_and_the_next_is_served_when_one_ends() {
    let db = Db::sqlite();
    let bounds = Bounds {
        connections: 2,
        ..Bounds::default()
    };
    let served = Served::start(&db, bounds);
    let workers = std::thread::available_parallelism().unwrap().get();
    let ask = "GET /healthz HTTP/1.1\r\nhost: tnld.test\r\n\r\n";
    // The system takes them on; the service does not.
    let mut lines: Vec<Line> = (0..2 * workers + 4)
        .map(|_| {
            let mut line = Line::to(served.address);
            line.send("GET /healthz HTTP/1.1\r\n");
            line
        })
        .collect();
    let mut late = Line::to(served.address);
    late.send(ask);
    let (answer, _) = late.read(Duration::from_millis(500));
    assert_eq!(answer, "", "nobody is free");
    lines.clear();
    let (answer, _) = late.read(Duration::from_secs(5));
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}
