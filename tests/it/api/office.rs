//! A running program with the authorities of the contract's examples, and callers of every role.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};

use super::described;
use crate::support::{
    Answer, Client, Db, Program, examples,
    mailbox::{self, Mail},
};

/// A program on a database of the test.
pub struct Office<'a> {
    pub db: &'a Db,
    pub program: Program,
}

impl<'a> Office<'a> {
    /// Loads the directory and serves.
    pub fn open(db: &'a Db) -> Self {
        Self::open_with(db, &[])
    }

    /// The same with more settings.
    pub fn open_with(db: &'a Db, settings: &[(&str, &str)]) -> Self {
        db.with_authorities();
        Self::reopen_with(db, settings)
    }

    /// Serves a database whose directory is loaded.
    pub fn reopen_with(db: &'a Db, settings: &[(&str, &str)]) -> Self {
        let program = Program::start(db, settings);
        Self { db, program }
    }

    /// Somebody with a new token.
    pub fn caller(&self, role: &str, territory: &[&str]) -> Caller {
        self.with_token(&self.db.token(role, territory))
    }

    /// Somebody with this token.
    pub fn with_token(&self, token: &str) -> Caller {
        Caller {
            client: self.program.client(token),
        }
    }

    pub fn employer(&self, tax_code: &str) -> Caller {
        self.caller("employer", &["--tax-code", tax_code])
    }

    pub fn commune(&self, code: &str) -> Caller {
        self.caller("commune", &["--commune", code])
    }

    pub fn inspector(&self, province: &str) -> Caller {
        self.caller("inspector", &["--province", province])
    }

    /// Police of a commune (five digits) or of a province (two).
    pub fn police(&self, code: &str) -> Caller {
        let level = if code.len() == 5 {
            "--commune"
        } else {
            "--province"
        };
        self.caller("police", &[level, code])
    }

    pub fn ministry(&self) -> Caller {
        self.caller("ministry", &[])
    }

    pub fn operator(&self) -> Caller {
        self.caller("operator", &[])
    }

    /// Loads one more row of the directory.
    pub fn add_authority(&self, row: &str) {
        let header = "authority_id,role,name,level,territory_code,valid_from,valid_to,email,phone,escalates_to,sectors";
        let file = self.db.folder().join("more-authorities.csv");
        std::fs::write(&file, format!("{header}\n{row}\n")).unwrap();
        self.db
            .tnld(&["authorities", "import", file.to_str().unwrap()])
            .ok();
    }

    /// Every mail that has left.
    pub fn mails(&self) -> Vec<Mail> {
        mailbox::read(&self.db.folder().join("mail"))
    }

    /// The same, byte for byte as they left.
    pub fn mails_as_sent(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.db.folder().join("mail")).unwrap();
        let files = entries.map(|entry| entry.unwrap().path());
        files
            .filter(|file| file.extension().is_some_and(|ending| ending == "eml"))
            .map(|file| std::fs::read_to_string(file).unwrap())
            .collect()
    }

    /// `host:port` of the program.
    pub fn address(&self) -> String {
        self.program.base().trim_start_matches("http://").to_owned()
    }

    /// How many rows a table has.
    pub fn rows(&self, table: &str) -> i64 {
        rows(self.db, table)
    }
}

/// How many rows a table has.
pub fn rows(db: &Db, table: &str) -> i64 {
    use diesel::prelude::*;
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let query = diesel::sql_query(format!("SELECT count(*) AS n FROM {table}"));
    let count: Count = query.get_result(&mut db.connect()).unwrap();
    count.n
}

/// A client whose answers are held against the API description.
#[derive(Clone)]
pub struct Caller {
    client: Client,
}

impl Caller {
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_with(path, &[], body)
    }

    #[track_caller]
    pub fn post_with(&self, path: &str, headers: &[(&str, &str)], body: &Value) -> Answer {
        let mut all = vec![("content-type", "application/json")];
        all.extend(headers);
        self.send("POST", path, &all, body.to_string().as_bytes())
    }

    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let answer = self.client.send(method, path, headers, body).unwrap();
        described::check(method, path, &answer);
        answer
    }

    /// `GET` of something that is no text: its head, and its bytes.
    #[track_caller]
    pub fn bytes(&self, path: &str) -> (Answer, Vec<u8>) {
        let (answer, bytes) = self.client.bytes(path);
        described::check("GET", path, &answer);
        (answer, bytes)
    }

    /// Declares; the answer of a declaration that was accepted.
    #[track_caller]
    pub fn declare(&self, body: &Value) -> Value {
        self.post("/api/v1/declarations", body).expect(201)
    }

    /// Adds to a declaration; the answer of a supplement that was accepted.
    #[track_caller]
    pub fn supplement(&self, receipt_no: &Value, body: &Value) -> Value {
        let path = format!("/api/v1/declarations/{}/supplements", text(receipt_no));
        self.post(&path, body).expect(201)
    }

    /// The case that an answer names.
    #[track_caller]
    pub fn case_of(&self, answer: &Value) -> Value {
        self.get(text(&answer["case"]["href"])).expect(200)
    }

    /// The receipt numbers of the cases in the caller's queue.
    #[track_caller]
    pub fn queue(&self, query: &str) -> Vec<String> {
        let page = self.get(&format!("/api/v1/cases?{query}")).expect(200);
        let items = page["items"].as_array().unwrap().iter();
        items
            .map(|line| text(&line["receipt_no"]).to_owned())
            .collect()
    }

    /// Takes a step of a case with these fields, as the case now stands.
    #[track_caller]
    pub fn step(&self, case: &Value, step: &str, fields: Value) -> Answer {
        let path = format!("/api/v1/cases/{}/steps/{step}", text(&case["id"]));
        let mut body = fields;
        body["seen_version"] = case["version"].clone();
        self.post(&path, &body)
    }
}

/// A JSON text.
#[track_caller]
pub fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

/// The texts at `member` of each entry of a list.
#[track_caller]
pub fn each<'a>(list: &'a Value, member: &str) -> Vec<&'a str> {
    let list = list.as_array().unwrap().iter();
    list.map(|entry| text(&entry[member])).collect()
}

/// This moment.
pub fn now() -> DateTime<Utc> {
    tnld::time::Clock::default().now()
}

/// So many minutes ago, as bodies write it.
pub fn ago(minutes: i64) -> String {
    tnld::time::rfc3339_in_vietnam(now() - TimeDelta::minutes(minutes))
}

/// The body of an example of the contract, as if it had happened an hour and a half ago.
pub fn recent(example: &str) -> Value {
    let mut body = examples::example(example)["request"]["body"].clone();
    body["accident"]["occurred_at"] = json!(ago(90));
    for victim in body["victims"].as_array_mut().into_iter().flatten() {
        if victim.get("death").is_some() {
            victim["death"]["at"] = json!(ago(80));
        }
    }
    body
}

/// The body with some entries changed, each named by its pointer; objects on the way are made.
pub fn with(mut body: Value, changes: &[(&str, Value)]) -> Value {
    for (pointer, value) in changes {
        let mut place = &mut body;
        for name in pointer.split('/').skip(1) {
            place = match name.parse::<usize>() {
                Ok(at) if place.is_array() => &mut place[at],
                _ => &mut place[name],
            };
        }
        *place = value.clone();
    }
    body
}

/// Percent-encodes what may not stand in a query as it is.
pub fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
