//! Bad luck, for real: a killed program, a restarted database, a full disk, the same request twice at
//! one instant. What was acknowledged is never lost, no alert is lost, nothing is decided twice.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::Command,
    sync::{
        Barrier, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tnld::store::conn::DbConn;

use crate::support::{
    Client, Db, Program,
    cluster::{Cluster, is_root},
    examples, mailbox,
    program::{clock_offset_to, eventually},
};

/// Alerts leave within this time after a crash and a restart.
const ALERTS_WITHIN: Duration = Duration::from_secs(30);

/// Addresses that are told of an urgent notice of example 07: two of the labour authority, one of
/// the police.
const TOLD: usize = 3;

/// Serves `db` on the day of the examples.
fn serve(db: &Db) -> Program {
    let offset = clock_offset_to("2026-05-20T20:00:00+07:00");
    Program::start(db, &[("TNLD_CLOCK_OFFSET", &offset)])
}

fn employer(db: &Db) -> String {
    db.token("employer", &["--tax-code", "0100233488"])
}

/// An urgent notice, each with its own sentence.
fn notice() -> Value {
    static COUNT: AtomicUsize = AtomicUsize::new(0);

    let mut body = examples::example("07")["request"]["body"].clone();
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    body["accident"]["summary"] = json!(format!("Nổ lò hơi, tin báo số {number}."));
    body
}

/// Declares over and over from four clients while `meanwhile` runs, and a little longer. Returns the
/// receipts: what the service has promised to keep.
fn declare_while(clients: &Client, meanwhile: impl FnOnce()) -> BTreeSet<String> {
    let receipts = Mutex::new(BTreeSet::new());
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while !stop.load(Ordering::Relaxed) {
                    let Ok(answer) = clients.try_post("/api/v1/declarations", &[], &notice())
                    else {
                        std::thread::sleep(Duration::from_millis(20));
                        continue;
                    };
                    match answer.status {
                        201 => {
                            let receipt = answer.json()["receipt_no"].as_str().unwrap().to_owned();
                            let is_new = receipts.lock().unwrap().insert(receipt);
                            assert!(is_new, "no receipt number is given twice");
                        }
                        // Anything but a receipt is no promise; a fault of ours must be a 5xx.
                        status => assert!(status >= 500, "{status}: {}", answer.text),
                    }
                }
            });
        }
        // The flag is set also when `meanwhile` panics, or its failure would never be seen.
        let _stop = SetOnDrop(&stop);
        meanwhile();
    });
    receipts.into_inner().unwrap()
}

struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

/// Every receipt is still known, and each under a case of its own.
#[track_caller]
fn assert_kept(program: &Program, token: &str, receipts: &BTreeSet<String>) {
    assert!(!receipts.is_empty(), "nothing was declared at all");
    let client = program.client(token);
    for receipt in receipts {
        let shown = client.get(&format!("/api/v1/declarations/{receipt}"));
        shown.expect(200);
    }
}

/// Every authority was told of every receipt, each with one Message-ID however often it was sent.
fn told_of_all(db: &Db, receipts: &BTreeSet<String>) -> Option<()> {
    let mails = mailbox::read(&db.folder().join("mail"));
    let mut told: BTreeMap<(&str, String), BTreeSet<String>> = BTreeMap::new();
    for mail in &mails {
        for receipt in receipts {
            if mail.text().contains(receipt) {
                let ids = told.entry((receipt, mail.header("to"))).or_default();
                ids.insert(mail.header("message-id"));
            }
        }
    }
    assert!(told.values().all(|ids| ids.len() == 1), "{told:?}");
    (told.len() == receipts.len() * TOLD).then_some(())
}

on_both_databases! {
    fn a_killed_program_loses_nothing_that_was_acknowledged(db: &Db) {
        db.with_authorities();
        let token = employer(db);
        let mut program = serve(db);
        let mut receipts = BTreeSet::new();
        for milliseconds in [900, 350, 620] {
            let client = program.client(&token);
            receipts.extend(declare_while(&client, || {
                std::thread::sleep(Duration::from_millis(milliseconds));
                program.kill_hard();
            }));
            program.restart();
        }
        assert_kept(&program, &token, &receipts);
        eventually(ALERTS_WITHIN, || told_of_all(db, &receipts));
    }

    fn an_orderly_stop_finishes_what_was_begun(db: &Db) {
        db.with_authorities();
        let token = employer(db);
        let mut program = serve(db);
        let client = program.client(&token);
        let receipts = declare_while(&client, || {
            std::thread::sleep(Duration::from_millis(700));
            assert_eq!(program.stop().code(), Some(0));
        });
        program.restart();
        assert_kept(&program, &token, &receipts);
        eventually(ALERTS_WITHIN, || told_of_all(db, &receipts));
    }

    fn the_same_request_at_the_same_instant_is_one_case(db: &Db) {
        const ROUNDS: usize = 10;
        const AT_ONCE: usize = 4;

        db.with_authorities();
        let program = serve(db);
        let client = program.client(&employer(db));
        let mut receipts = BTreeSet::new();
        for round in 0..ROUNDS {
            let body = notice();
            let key = format!("round-{round}");
            let barrier = Barrier::new(AT_ONCE);
            let ask = || {
                barrier.wait();
                client.post_with("/api/v1/declarations", &[("idempotency-key", &key)], &body)
            };
            let answers: Vec<_> = std::thread::scope(|scope| {
                let asked: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(ask)).collect();
                asked.into_iter().map(|asked| asked.join().unwrap()).collect()
            });
            let replayed = answers
                .iter()
                .filter(|answer| answer.header("idempotent-replayed") == "true")
                .count();
            assert_eq!(replayed, AT_ONCE - 1);
            let given: BTreeSet<String> = answers
                .into_iter()
                .map(|answer| answer.expect(201)["receipt_no"].as_str().unwrap().to_owned())
                .collect();
            assert_eq!(given.len(), 1, "{given:?}");
            receipts.extend(given);
        }
        assert_eq!(receipts.len(), ROUNDS);

        let inspector = program.client(&db.token("inspector", &["--province", "75"]));
        let queue = inspector.get("/api/v1/cases?limit=100").expect(200);
        assert_eq!(queue["items"].as_array().unwrap().len(), ROUNDS);
        eventually(ALERTS_WITHIN, || told_of_all(db, &receipts));
        let mails = mailbox::read(&db.folder().join("mail"));
        assert_eq!(mails.len(), ROUNDS * TOLD, "nobody is told twice");
    }
}

#[test]
fn a_restarted_postgres_loses_nothing_that_was_acknowledged() {
    let cluster = Cluster::start();
    DbConn::open(&cluster.url("postgres"))
        .unwrap()
        .execute_sql("CREATE DATABASE tnld")
        .unwrap();
    let db = Db::at(cluster.url("tnld"));
    db.with_authorities();
    let token = employer(&db);
    let program = serve(&db);
    let client = program.client(&token);

    let receipts = declare_while(&client, || {
        std::thread::sleep(Duration::from_millis(700));
        cluster.stop_hard();
        eventually(Duration::from_secs(15), || {
            (client.get("/readyz").status == 503).then_some(())
        });
        assert_eq!(client.get("/healthz").status, 200);
        let asked = Instant::now();
        let refused = client.post("/api/v1/declarations", &notice());
        assert_eq!(refused.status, 503, "{}", refused.text);
        assert!(asked.elapsed() < Duration::from_secs(15));
        cluster.start_again();
        eventually(Duration::from_secs(30), || {
            (client.get("/readyz").status == 200).then_some(())
        });
        std::thread::sleep(Duration::from_millis(700));
    });
    assert_kept(&program, &token, &receipts);
    eventually(ALERTS_WITHIN, || told_of_all(&db, &receipts));
}

/// Space for the database, and how much of it: a file system of its own where that can be had.
enum Disk {
    /// A small file system in memory, which this mounted.
    Small(tempfile::TempDir),
    /// A limit on the size of files, for those who may not mount.
    Limited(tempfile::TempDir),
}

impl Disk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().to_str().unwrap();
        let mounted = is_root()
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", "size=40m", "tnld-test", path])
                .status()
                .is_ok_and(|status| status.success());
        if mounted {
            Self::Small(folder)
        } else {
            Self::Limited(folder)
        }
    }

    fn folder(&self) -> &std::path::Path {
        match self {
            Self::Small(folder) | Self::Limited(folder) => folder.path(),
        }
    }

    /// Takes all that is left.
    fn fill(&self, program: &mut Program, database: &std::path::Path) {
        match self {
            Self::Small(folder) => {
                let mut filler = std::fs::File::create(folder.path().join("filler")).unwrap();
                let block = vec![0; 4096];
                while std::io::Write::write_all(&mut filler, &block).is_ok() {}
            }
            Self::Limited(_) => {
                let size = std::fs::metadata(database).unwrap().len();
                program.restart_with_file_limit(size + 512 * 1024);
            }
        }
    }

    /// Gives it back.
    fn make_room(&self, program: &mut Program) {
        match self {
            Self::Small(folder) => std::fs::remove_file(folder.path().join("filler")).unwrap(),
            Self::Limited(_) => program.restart(),
        }
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Self::Small(folder) = self {
            // A file system that is still in use goes away with its last user.
            let _ = Command::new("umount").arg("-l").arg(folder.path()).status();
        }
    }
}

#[test]
fn a_full_disk_refuses_declarations_and_loses_none() {
    let disk = Disk::new();
    let file = disk.folder().join("tnld.db");
    let template = Db::sqlite();
    std::fs::copy(template.sqlite_file().unwrap(), &file).unwrap();
    let db = Db::at(format!("sqlite:{}", file.display()));
    db.with_authorities();
    let token = employer(&db);
    let mut program = serve(&db);
    let client = program.client(&token);
    let mut receipts = BTreeSet::new();
    let mut declare = || {
        let answer = client.post("/api/v1/declarations", &notice());
        let status = answer.status;
        if status == 201 {
            receipts.insert(answer.json()["receipt_no"].as_str().unwrap().to_owned());
        } else {
            assert!(status >= 500, "{}", answer.text);
            assert_eq!(answer.header("content-type"), "application/problem+json");
        }
        status
    };
    assert_eq!(declare(), 201);

    disk.fill(&mut program, &file);
    let refused = (0..20_000).find(|_| declare() != 201);
    assert!(refused.is_some(), "the disk never was full");
    assert_eq!(program.client("").get("/healthz").status, 200);

    disk.make_room(&mut program);
    eventually(Duration::from_secs(20), || (declare() == 201).then_some(()));
    program.kill_hard();
    program.restart();
    assert_kept(&program, &token, &receipts);
    eventually(ALERTS_WITHIN, || told_of_all(&db, &receipts));
}
