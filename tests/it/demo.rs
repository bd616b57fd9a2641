//! `tnld demo`: what a newcomer sees.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::File,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::support::{
    Client, mailbox,
    program::{eventually, free_port},
};

/// The first start plays two years; a build of a busy machine without optimisation takes its time.
const FILLED_WITHIN: Duration = Duration::from_secs(180);
/// Far less than a filling takes.
const STARTED_WITHIN: Duration = Duration::from_secs(30);

/// A running demo. Ended when it is dropped.
struct Demo {
    child: Child,
    base: String,
    greeting: String,
    log: String,
    took: Duration,
}

impl Demo {
    /// Starts it in `folder` and waits until it has printed everything and answers.
    fn start(folder: &Path, within: Duration, settings: &[(&str, &str)]) -> Self {
        let port = free_port();
        let (out, log) = (folder.join("greeting.txt"), folder.join("demo.log"));
        let begun = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_tnld"))
            .arg("demo")
            .current_dir(folder)
            .env_clear()
            .env("TNLD_LISTEN", format!("127.0.0.1:{port}"))
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(File::create(&out).unwrap())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let base = format!("http://127.0.0.1:{port}");
        let greeting = eventually(within, || {
            let ended = child.try_wait().unwrap();
            let log = || std::fs::read_to_string(&log).unwrap();
            assert!(ended.is_none(), "it ended: {ended:?}\n{}", log());
            let printed = std::fs::read_to_string(&out).unwrap();
            printed.ends_with("grep -c '\\.eml'\n").then_some(printed)
        });
        eventually(STARTED_WITHIN, || {
            Client::new(&base, "")
                .try_get("/readyz")
                .filter(|ready| ready.status == 200)
        });
        Self {
            child,
            base,
            greeting,
            log: std::fs::read_to_string(log).unwrap(),
            took: begun.elapsed(),
        }
    }

    /// The token that it printed for each role.
    fn tokens(&self) -> BTreeMap<&str, &str> {
        self.greeting
            .lines()
            .filter_map(|line| {
                let mut words = line.split_whitespace();
                let (role, token) = (words.next()?, words.next()?);
                token.starts_with("tnld_").then_some((role, token))
            })
            .collect()
    }

    fn as_role(&self, role: &str) -> Client {
        Client::new(&self.base, self.tokens()[role])
    }

    /// Receipt numbers and states of the inspector's first hundred open cases.
    fn queue(&self) -> BTreeMap<String, (String, String)> {
        let page = self
            .as_role("inspector")
            .get("/api/v1/cases?status=open&limit=100");
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        page.expect(200)["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|line| {
                (
                    text(&line["receipt_no"]),
                    (text(&line["id"]), text(&line["status"])),
                )
            })
            .collect()
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_newcomer_sees_a_province_at_once_and_finds_it_again() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), FILLED_WITHIN, &[]);
    assert_eq!(demo.log, "", "nothing went wrong on the way");
    assert!(demo.greeting.contains(&demo.base), "{}", demo.greeting);
    let roles: Vec<&str> = demo.tokens().into_keys().collect();
    assert_eq!(
        roles,
        [
            "commune",
            "employer",
            "inspector",
            "ministry",
            "operator",
            "police"
        ]
    );

    let queue = demo.queue();
    let states: BTreeSet<&str> = queue.values().map(|(_, state)| state.as_str()).collect();
    assert!(queue.len() >= 15 && states.len() >= 5, "{states:?}");
    let closed = demo
        .as_role("inspector")
        .get("/api/v1/cases?status=CLOSED&limit=100");
    assert_eq!(closed.expect(200)["items"].as_array().unwrap().len(), 100);

    no_mail_names_a_victim(&demo, folder.path(), &queue);
    the_alert_page_opens(&demo);
    let receipt_no = the_printed_declaration_works(&demo, folder.path());
    the_alert_comes_back_and_the_duty_room_takes_it(&demo, folder.path(), &receipt_no);

    let old_tokens: Vec<String> = demo.tokens().values().map(ToString::to_string).collect();
    drop(demo);
    let again = Demo::start(folder.path(), STARTED_WITHIN, &[("TNLD_LOG", "info")]);
    assert!(again.log.contains("Listening on"), "{}", again.log);
    assert!(again.took < STARTED_WITHIN, "{:?}", again.took);
    let kept = again.queue();
    assert!(kept.contains_key(&receipt_no));
    assert!(queue.keys().all(|receipt| kept.contains_key(receipt)));
    for token in old_tokens {
        let refused = Client::new(&again.base, &token).get("/api/v1/cases");
        assert_eq!(refused.status, 401);
    }
}

fn no_mail_names_a_victim(demo: &Demo, folder: &Path, queue: &BTreeMap<String, (String, String)>) {
    let inspector = demo.as_role("inspector");
    let mut names = BTreeSet::new();
    for (id, _) in queue.values() {
        let case = inspector.get(&format!("/api/v1/cases/{id}")).expect(200);
        let victims = case["declaration"]["victims"].as_array().cloned();
        for victim in victims.unwrap_or_default() {
            names.extend(victim["full_name"].as_str().map(str::to_owned));
        }
    }
    assert!(names.len() >= 10, "{names:?}");

    let mails = mailbox::read(&folder.join("tnld-demo/mail"));
    assert!(mails.len() > 100, "{}", mails.len());
    // But what comes back, which a mail server has written.
    let ours = |mail: &&mailbox::Mail| mail.header("to") != "bounce@tnld.test";
    for mail in mails.iter().filter(ours) {
        assert!(mail.text().contains("Kính gửi"), "{:?}", mail.headers);
        let named = names
            .iter()
            .find(|name| mail.text().contains(*name) || mail.html().contains(*name));
        assert_eq!(named, None, "{}", mail.text());
    }

    let list = Client::new(&demo.base, "").get("/mailbox").text;
    let links: Vec<&str> = list
        .split('"')
        .filter(|part| part.starts_with("/mailbox/") && part.ends_with(".eml"))
        .collect();
    assert!(links.len() > 100, "{list}");
    let written = links.iter().find(|link| !link.ends_with("-back.eml"));
    let page = Client::new(&demo.base, "").get(written.unwrap());
    assert_eq!(page.status, 200);
    assert!(page.text.contains("Kính gửi"), "{}", page.text);
    assert!(names.iter().all(|name| !page.text.contains(name)));
}

fn the_alert_page_opens(demo: &Demo) {
    let link = demo
        .greeting
        .split_whitespace()
        .find_map(|word| word.strip_prefix(&format!("{}/a/", demo.base)))
        .unwrap();
    let page = Client::new(&demo.base, "").get(&format!("/a/{link}"));
    assert_eq!(page.status, 200);
    assert!(
        page.text.contains("Tai nạn lao động chết người"),
        "{}",
        page.text
    );
}

/// Sends what stands between the two `JSON` lines; returns the receipt number.
fn the_printed_declaration_works(demo: &Demo, folder: &Path) -> String {
    let (_, rest) = demo.greeting.split_once("<<'JSON'\n").unwrap();
    let (body, _) = rest.split_once("\nJSON\n").unwrap();
    let body = serde_json::from_str(body).unwrap();
    let answer = demo.as_role("employer").post("/api/v1/declarations", &body);
    let receipt_no = answer.expect(201)["receipt_no"]
        .as_str()
        .unwrap()
        .to_owned();
    // Its mails are there within a second or so.
    eventually(Duration::from_secs(10), || {
        let mails = mailbox::read(&folder.join("tnld-demo/mail"));
        let told = mails
            .iter()
            .filter(|mail| mail.text().contains(&receipt_no));
        (told.count() >= 2).then_some(())
    });
    receipt_no
}

/// The first address of the commune police is given up: its mail comes back, the duty room has one at once,
/// and whoever opens it in the mailbox takes the alert by a click.
fn the_alert_comes_back_and_the_duty_room_takes_it(demo: &Demo, folder: &Path, receipt_no: &str) {
    let (visitor, inspector) = (Client::new(&demo.base, ""), demo.as_role("inspector"));
    let link = eventually(Duration::from_secs(60), || {
        let mut mails = mailbox::read(&folder.join("tnld-demo/mail")).into_iter();
        let is_it = |mail: &mailbox::Mail| {
            mail.header("to").starts_with("trucban-") && mail.text().contains(receipt_no)
        };
        let text = mails.find(is_it)?.text().to_owned();
        let at = text.find("/a/")?;
        text[at..].split_whitespace().next().map(str::to_owned)
    });
    let officer = "name=Ma+Van+Truc&post=Truc+ban&phone=0912345678&action=take";
    let form = [("content-type", "application/x-www-form-urlencoded")];
    let pressed = visitor
        .send("POST", &link, &form, officer.as_bytes())
        .unwrap();
    assert_eq!(pressed.status, 303, "{}", pressed.text);
    let (id, _) = demo.queue()[receipt_no].clone();
    let alerts = inspector
        .get(&format!("/api/v1/cases/{id}/alerts"))
        .expect(200);
    let alerts = alerts["items"].as_array().unwrap().clone();
    let of = |address: &str| {
        let to =
            |alert: &&serde_json::Value| alert["address"].as_str().unwrap_or("").contains(address);
        alerts.iter().find(to).unwrap().clone()
    };
    assert_eq!(of("congan-xa-phu-binh")["status"], "bounced");
    assert_eq!(of("trucban-xa-phu-binh")["status"], "acknowledged");
}
