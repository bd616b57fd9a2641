//! Pages for everybody: that nothing of anybody stands on them, what they say of the law, and how much of a line they take.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::json;

use super::page;
use crate::{
    api::{Office, recent},
    support::Program,
};

/// Every page that needs no account, but for those of receipts.
const PAGES: [&str; 16] = [
    "/",
    "/notice",
    "/status",
    "/help",
    "/help/contract",
    "/help/no-contract",
    "/help/insured",
    "/help/leased",
    "/help/traffic",
    "/help/abroad",
    "/help/disease",
    "/privacy",
    "/sign-in",
    "/places?q=xuan",
    "/commune/record/blank",
    "/no-such-page",
];

/// The bytes of an answer on the line, head and body, as a browser asks for it.
fn transferred(program: &Program, path: &str) -> usize {
    let mut line = TcpStream::connect(program.address()).unwrap();
    let request = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nAccept: text/html,*/*\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
        program.address()
    );
    line.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).unwrap();
    let head = String::from_utf8_lossy(&answer[..15.min(answer.len())]).into_owned();
    assert!(head.starts_with("HTTP/1.1 200"), "{path}: {head}");
    answer.len()
}

/// The files that a page names, and those that they name.
fn files(office: &Office<'_>, path: &str) -> Vec<String> {
    let nobody = office.program.client("");
    let named = |text: &str| -> Vec<String> {
        let parts = text.split("/assets/").skip(1);
        let names = parts.map(|rest| rest.split(['"', ')']).next().unwrap());
        names.map(|name| format!("/assets/{name}")).collect()
    };
    let mut all = named(&page(&nobody, path).text);
    let styles: Vec<String> = all
        .iter()
        .filter(|name| name.ends_with(".css"))
        .cloned()
        .collect();
    for style in styles {
        all.extend(named(&nobody.get(&style).text));
    }
    all.sort();
    all.dedup();
    all
}

on_both_databases! {
    fn nothing_of_anybody_stands_on_a_page_for_everybody(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let mut body = recent("03");
        body["declarant"]["full_name"] = json!("Phan Thị Không Ai Biết");
        body["declarant"]["phone"] = json!("0987600111");
        body["accident"]["summary"] = json!("Câu chuyện riêng của một vụ.");
        let answer = employer.declare(&body);
        let case = answer["case"]["id"].as_str().unwrap().to_owned();
        let receipt_no = answer["receipt_no"].as_str().unwrap().to_owned();
        let nobody = office.program.client("");
        let form = vec![("number", receipt_no.clone())];
        let found = super::send(&nobody, "/status", &form);
        assert_eq!(found.status, 303);
        let receipt = found.header("location").to_owned();
        let mut secrets = vec![
            "Phan Thị Không Ai Biết".to_owned(),
            "0987600111".to_owned(),
            "Câu chuyện riêng".to_owned(),
            case,
        ];
        let victims = body["victims"].as_array().cloned().unwrap_or_default();
        assert!(!victims.is_empty());
        for victim in victims {
            let of_victim = ["full_name", "citizen_id", "date_of_birth"];
            secrets.extend(of_victim.iter().filter_map(|key| Some(victim[key].as_str()?.to_owned())));
        }
        let told = format!("{receipt}/told");
        let status = super::send(&nobody, "/status", &vec![("number", "26".to_owned())]).text;
        let mut shown: Vec<(String, String)> = vec![("POST /status".to_owned(), status)];
        for path in PAGES.iter().copied().chain([receipt.as_str(), told.as_str()]) {
            shown.push((path.to_owned(), page(&nobody, path).text));
        }
        for (path, text) in &shown {
            for secret in &secrets {
                assert!(!text.contains(secret), "{path}: {secret}");
            }
            let is_of_receipt = path.starts_with("/notice/");
            assert!(is_of_receipt || !text.contains(&receipt_no), "{path}");
        }
    }

    fn the_first_page_leads_on_and_what_to_do_has_its_articles(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let start = page(&nobody, "/");
        assert_eq!(start.status, 200);
        for way in ["/notice", "/status", "/sign-in", "/help/contract", "tel:115"] {
            assert!(start.text.contains(&format!("href=\"{way}\"")), "{way}");
        }
        let contract = page(&nobody, "/help/contract").text;
        for said in ["trong 30 ngày", "trong 7 ngày", "Điều 34.1.b", "Điều 35.2, 35.6.d"] {
            assert!(contract.contains(said), "{said}");
        }
        assert!(page(&nobody, "/help/contract?lang=en").text.contains("within 30 days"));
        assert_eq!(page(&nobody, "/help/nobody").status, 404);
        for path in PAGES.iter().filter(|path| path.starts_with("/help")) {
            let text = page(&nobody, path).text;
            assert!(!text.contains("{n}") && !text.contains("{day}"), "{path}");
            assert_eq!(text.matches("<h1").count(), 1, "{path}");
        }
    }

    fn the_urgent_notice_is_small_enough_for_a_bad_line(db: &Db) {
        let office = Office::open(db);
        let page = transferred(&office.program, "/notice");
        // The work in place of the question is asked for by the script, which names it in the page.
        let files = files(&office, "/notice");
        for needed in ["page.css", "notice.js", "work.js", "latin-600.woff2"] {
            assert!(files.iter().any(|file| file.ends_with(needed)), "{needed}: {files:?}");
        }
        let others: usize = files.iter().map(|file| transferred(&office.program, file)).sum();
        assert!(page + others <= 60_000, "first visit: {page} + {others}");
        // Files are kept for good: of a repeated visit the page alone is transferred.
        assert!(page <= 15_000, "repeated visit: {page}");
        let answer = office.program.client("").get(&files[0]);
        assert!(answer.header("cache-control").contains("immutable"));
    }
}
