//! A running program, accounts in it, and browsers that keep cookies.

use std::{cell::RefCell, collections::BTreeMap};

use diesel::{prelude::*, sql_types::Text};
use serde_json::{Value, json};
use tnld::domain::account::totp::code_at;

use crate::{
    api::described,
    support::{
        Answer, Client, Db, Program,
        mailbox::{self, Mail},
    },
};

/// A password that nobody minds.
pub const PASSWORD: &str = "trâu cày ruộng sâu";

/// A program on a database of the test.
pub struct House<'a> {
    pub db: &'a Db,
    pub program: Program,
}

impl<'a> House<'a> {
    pub fn open(db: &'a Db) -> Self {
        Self::open_with(db, &[])
    }

    pub fn open_with(db: &'a Db, settings: &[(&str, &str)]) -> Self {
        Self {
            db,
            program: Program::start(db, settings),
        }
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser {
            client: self.program.client(""),
            origin: Some(self.program.base()),
            cookies: RefCell::default(),
            agent: "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0".into(),
        }
    }

    /// Makes an account without password; the secret of its link.
    pub fn invited(&self, email: &str, name: &str) -> String {
        let made = self
            .db
            .tnld(&["account", "create", "--email", email, "--name", name]);
        let link = made.ok();
        link.trim_end().rsplit('/').next().unwrap().to_owned()
    }

    /// Makes an account with [`PASSWORD`].
    pub fn person(&self, email: &str) {
        let secret = self.invited(email, "Trần Thị Lụa");
        let body = json!({"secret": secret, "password": PASSWORD});
        let answer = self
            .browser()
            .send("POST", "/api/v1/password-reset/confirm", &body);
        assert_eq!(answer.status, 204, "{}", answer.text);
    }

    /// A browser in which the person is signed in.
    pub fn signed_in(&self, email: &str) -> Browser {
        let browser = self.browser();
        browser.sign_in(email, PASSWORD).expect(201);
        browser
    }

    /// Somebody in a post, with an authenticator app.
    pub fn official(&self, email: &str, authority: &str, kind: &str, grants: &[&str]) -> Official {
        self.person(email);
        let list = self.db.tnld(&["account", "list"]).ok();
        let line = list.lines().find(|line| line.contains(email)).unwrap();
        let account = line.split(' ').next().unwrap().to_owned();
        let made = ["post", "create", "--authority", authority, "--kind", kind];
        let mut made: Vec<&str> = [made.as_slice(), &["--name", kind]].concat();
        for grant in grants {
            made.extend(["--grant", grant]);
        }
        let post = self.db.tnld(&made).ok().trim_end().to_owned();
        self.db
            .tnld(&["post", "appoint", &post, "--account", &account])
            .ok();
        let browser = self.signed_in(email);
        let (_, recovery) = browser.set_up_totp();
        Official {
            browser,
            post,
            account,
            recovery,
        }
    }

    /// Every mail that has left.
    pub fn mails(&self) -> Vec<Mail> {
        mailbox::read(&self.db.folder().join("mail"))
    }

    /// How often the trace says that signing in was refused for this reason.
    pub fn refused(&self, why: &str) -> usize {
        let rows = trace(self.db, "sign_in_refused");
        rows.iter().filter(|row| row.result == why).count()
    }
}

/// Somebody who is signed in and acts in a post.
pub struct Official {
    pub browser: Browser,
    pub post: String,
    pub account: String,
    /// Recovery codes, each good once in place of a code of the app.
    pub recovery: Vec<String>,
}

/// An entry of the trace.
#[derive(Debug, QueryableByName)]
pub struct Row {
    #[diesel(sql_type = Text)]
    pub actor_kind: String,
    #[diesel(sql_type = Text)]
    pub actor_name: String,
    #[diesel(sql_type = Text)]
    pub object_id: String,
    #[diesel(sql_type = Text)]
    pub result: String,
    /// JSON.
    #[diesel(sql_type = Text)]
    pub details: String,
}

impl Row {
    /// Whether this was refused, with this id of ours in the path.
    pub fn is_of(&self, asked: &str, id: &str) -> bool {
        self.object_id == asked && self.details.contains(&format!("\"{id}\""))
    }
}

/// What the trace says of an action.
pub fn trace(db: &Db, action: &str) -> Vec<Row> {
    diesel::sql_query(format!(
        "SELECT actor_kind, actor_name, object_id, result, details FROM audit_entries WHERE action = '{action}' \
         ORDER BY happened_at, seq"
    ))
    .load(&mut db.connect())
    .unwrap()
}

/// A browser: keeps cookies and says where its pages come from.
#[derive(Clone)]
pub struct Browser {
    pub client: Client,
    /// Who it says that its page comes from.
    pub origin: Option<String>,
    /// Its cookies.
    pub cookies: RefCell<BTreeMap<String, String>>,
    /// What it says that it is.
    pub agent: String,
}

impl Browser {
    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send_bytes("GET", path, "", b"", &[])
    }

    #[track_caller]
    pub fn delete(&self, path: &str) -> Answer {
        self.send_bytes("DELETE", path, "", b"", &[])
    }

    /// Sends JSON.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, body: &Value) -> Answer {
        let bytes = body.to_string();
        self.send_bytes(method, path, "application/json", bytes.as_bytes(), &[])
    }

    #[track_caller]
    pub fn send_bytes(
        &self,
        method: &str,
        path: &str,
        kind: &str,
        body: &[u8],
        more: &[(&str, &str)],
    ) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .borrow()
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let cookies = cookies.join("; ");
        let mut headers = vec![("user-agent", self.agent.as_str())];
        if !cookies.is_empty() {
            headers.push(("cookie", &cookies));
        }
        if let (Some(origin), true) = (&self.origin, method != "GET") {
            headers.push(("origin", origin));
        }
        if !kind.is_empty() {
            headers.push(("content-type", kind));
        }
        headers.extend(more);
        let answer = self.client.send(method, path, &headers, body).unwrap();
        if path.starts_with("/api/") {
            described::check(method, path, &answer);
        }
        for header in answer.headers.get_all("set-cookie") {
            let header = header.to_str().unwrap();
            let (pair, attributes) = header.split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let mut cookies = self.cookies.borrow_mut();
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    #[track_caller]
    pub fn sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({"email": email, "password": password});
        self.send("POST", "/api/v1/session", &body)
    }

    /// The value of a cookie.
    #[track_caller]
    pub fn cookie(&self, name: &str) -> String {
        self.cookies.borrow()[name].clone()
    }

    /// A copy of the browser with its cookies as they are now.
    pub fn stolen(&self) -> Self {
        self.clone()
    }

    /// Sets up an authenticator app; its secret and the recovery codes.
    #[track_caller]
    pub fn set_up_totp(&self) -> (String, Vec<String>) {
        let shown = json!({"password": PASSWORD});
        let offer = self
            .send("POST", "/api/v1/account/totp", &shown)
            .expect(200);
        let secret = offer["secret"].as_str().unwrap().to_owned();
        // The code of the step before now's, so that now's is still good. Where a step ends just
        // now, once more.
        let confirm = || {
            let body = json!({"code": code(&secret, -30)});
            self.send("POST", "/api/v1/account/totp/confirm", &body)
        };
        let mut confirmed = confirm();
        if confirmed.status == 422 {
            confirmed = confirm();
        }
        let codes = confirmed.expect(200);
        let codes = codes["recovery_codes"].as_array().unwrap().iter();
        let codes = codes.map(|code| code.as_str().unwrap().to_owned());
        (secret, codes.collect())
    }
}

/// The code that an app shows so many seconds from now.
pub fn code(secret: &str, seconds: i64) -> String {
    let now = tnld::time::Clock::default().now();
    code_at(secret, now + chrono::TimeDelta::seconds(seconds)).unwrap()
}
