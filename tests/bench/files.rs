//! A case with 60 victims and 500 documents over HTTP: its documents, itself and its page, beside a case with one of
//! each.

use serde_json::{Value, json};
use tnld::{
    config::Secret,
    sealing::KeySource,
    time::{Clock, rfc3339_in_vietnam},
};

use crate::{
    Plan,
    bodies::{self, PATH},
    declare::{POSTGRES, database_on},
    generate::BIG_PROVINCE,
    load::{self, Answered},
    report::{Bar, Report, ms, percentile, short},
    service,
    support::{Client, Db, cluster::Cluster, documents, smtp::Sink},
};

/// How often the small case and the large one take turns.
const TURNS: usize = 4;

/// Both databases.
pub fn measure(plan: Plan, report: &mut Report) {
    of("SQLite", &Db::sqlite(), plan, report);
    let cluster = Cluster::start_with(POSTGRES);
    let db = database_on(&cluster, "files");
    db.tnld(&["migrate"]).ok();
    of("PostgreSQL", &db, plan, report);
}

fn of(name: &str, db: &Db, plan: Plan, report: &mut Report) {
    report.heading(&format!("500 documents of 60 victims on {name}"));
    db.with_authorities();
    let sink = Sink::start();
    let program = service::start(db, &sink.url());
    let employer = program.client(&db.token("employer", &["--tax-code", bodies::TAX_CODE]));
    let token = db.token("inspector", &["--province", BIG_PROVINCE]);
    let inspector = program.client(&token);
    let (large, small) = (case_of(&employer, 60), case_of(&employer, 1));
    let id = a_document(&inspector, &large);
    let keys = KeySource::Setting(Secret::new(service::MASTER_KEYS));
    documents::copy(db, &keys, &id, 499);
    a_document(&inspector, &small);
    let times = if plan.quick { 20 } else { 200 };
    let ask = |path: &str| {
        let request = |_, _: Option<&Answered>| load::get(path, &token);
        let answers = load::one_by_one(program.address(), times / TURNS, request);
        let took = answers.iter().map(|answer| {
            assert_eq!(answer.status, 200, "{path}");
            ms(answer.took)
        });
        took.collect::<Vec<f64>>()
    };
    for (what, before, after) in [
        ("documents", "/api/v1/cases/", "/documents"),
        ("case", "/api/v1/cases/", ""),
        ("page of the case", "/cases/", ""),
    ] {
        let path = |case: &str| format!("{before}{case}{after}");
        // In turns, so that both see the same minutes of the machine.
        let (mut of_small, mut of_large) = (vec![], vec![]);
        for _ in 0..TURNS {
            of_small.extend(ask(&path(&small)));
            of_large.extend(ask(&path(&large)));
        }
        let (small, large) = (percentile(&of_small, 0.95), percentile(&of_large, 0.95));
        report.bar(
            &format!("{name}: {what}, p95"),
            large,
            "ms",
            Bar::AtMost(100.0),
        );
        report.figure(&format!("{what}, one of each, p95 ms"), short(small));
        report.figure(&format!("{what}, many / one"), short(large / small));
    }
}

/// A case of so many victims.
fn case_of(employer: &Client, count: u32) -> String {
    let moment = rfc3339_in_vietnam(Clock::default().now() - chrono::TimeDelta::minutes(40));
    let mut body = bodies::two_dead(&moment, "02008", bodies::TAX_CODE, 0);
    let one = body["victims"][0].clone();
    let victims = (1..=count).map(|number| {
        let mut victim = one.clone();
        victim["no"] = json!(number);
        victim["full_name"] = json!(format!("Người Thứ {number}"));
        if let Some(victim) = victim.as_object_mut() {
            victim.remove("citizen_id");
        }
        victim
    });
    body["victims"] = victims.collect::<Vec<Value>>().into();
    body["accident"]["casualties"]["dead"] = json!(count);
    let answer = employer.post(PATH, &body).expect(201);
    answer["case"]["id"].as_str().unwrap().to_owned()
}

/// A small recording, which is a document at once.
fn a_document(inspector: &Client, case: &str) -> String {
    let mut sound = b"RIFF\x24\0\0\0WAVEfmt ".to_vec();
    sound.resize(2_000, 3);
    let length = sound.len().to_string();
    let entry = |key: &str, value: &str| {
        format!("{key} {}", data_encoding::BASE64.encode(value.as_bytes()))
    };
    let metadata = [
        entry("filename", "Lời khai của người làm chứng.wav"),
        entry("filetype", "audio/wav"),
        entry("item", "e"),
    ];
    let headers = [
        ("tus-resumable", "1.0.0"),
        ("upload-length", length.as_str()),
        ("upload-metadata", &metadata.join(",")),
        ("content-type", "application/offset+octet-stream"),
    ];
    let begun = inspector
        .send(
            "POST",
            &format!("/api/v1/cases/{case}/uploads"),
            &headers,
            &sound,
        )
        .unwrap();
    assert_eq!(begun.status, 201, "{}", begun.text);
    let listed = inspector
        .get(&format!("/api/v1/cases/{case}/documents"))
        .expect(200);
    listed["items"][0]["id"].as_str().unwrap().to_owned()
}
