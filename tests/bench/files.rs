//! The documents of a case with 60 victims and 500 documents, over HTTP.

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
    report::{Bar, Report, percentile},
    service,
    support::{Client, Db, cluster::Cluster, documents, smtp::Sink},
};

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
    let case = case_of_sixty(&employer);
    let id = a_document(&inspector, &case);
    let keys = KeySource::Setting(Secret::new(service::MASTER_KEYS));
    documents::copy(db, &keys, &id, 499);
    let times = if plan.quick { 20 } else { 200 };
    for (what, path) in [
        ("documents, p95", format!("/api/v1/cases/{case}/documents")),
        ("case page, p95", format!("/api/v1/cases/{case}")),
    ] {
        let request = |_, _: Option<&Answered>| load::get(&path, &token);
        let answers = load::one_by_one(program.address(), times, request);
        let times: Vec<f64> = answers
            .iter()
            .map(|answer| answer.took.as_secs_f64() * 1000.0)
            .collect();
        report.bar(what, percentile(&times, 0.95), "ms", Bar::AtMost(100.0));
    }
}

/// A case of sixty victims.
fn case_of_sixty(employer: &Client) -> String {
    let moment = rfc3339_in_vietnam(Clock::default().now() - chrono::TimeDelta::minutes(40));
    let mut body = bodies::two_dead(&moment, "02008", bodies::TAX_CODE, 0);
    let one = body["victims"][0].clone();
    let victims = (1..=60).map(|number| {
        let mut victim = one.clone();
        victim["no"] = json!(number);
        victim["full_name"] = json!(format!("Người Thứ {number}"));
        if let Some(victim) = victim.as_object_mut() {
            victim.remove("citizen_id");
        }
        victim
    });
    body["victims"] = victims.collect::<Vec<Value>>().into();
    body["accident"]["casualties"]["dead"] = json!(60);
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
