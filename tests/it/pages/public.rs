//! Forms to print, figures and conclusions: for everybody, and with nothing of anybody.

use std::collections::{BTreeSet, VecDeque};

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use serde_json::{Value, json};
use tnld::time::{day_in_vietnam, rfc3339_in_vietnam};

use super::page;
use crate::{
    api::{Office, office::now, recent, steps::walk, with},
    support::{Answer, Client, Db},
};

/// Later than the end of the half-year in which the accidents are.
const LATER: &str = "17280000";

/// The service as it is after the half-year.
fn later(db: &Db) -> Office<'_> {
    Office::reopen_with(db, &[("TNLD_CLOCK_OFFSET", LATER)])
}

/// The half-year of an accident of today, as the page names it in its address.
fn half_year(moment: DateTime<Utc>) -> String {
    let day = day_in_vietnam(moment);
    format!(
        "/figures?year={}&part={}",
        day.year(),
        1 + u8::from(day.month() > 6)
    )
}

/// An accident at `commune`, some minutes before others, with names that nobody else has.
fn accident(commune: &str, minutes: i64) -> Value {
    let at = rfc3339_in_vietnam(now() - TimeDelta::minutes(90 + minutes));
    with(
        recent("03"),
        &[
            ("/accident/occurred_at", json!(at)),
            ("/accident/place/commune_code", json!(commune)),
            ("/accident/place/detail", json!("Sân nhà ông Ba Khía")),
            ("/accident/summary", json!("Chuyện riêng của một vụ.")),
            ("/declarant/full_name", json!("Phan Thị Không Ai Biết")),
            ("/declarant/phone", json!("0987600111")),
            ("/establishment/name", json!("Hộ kinh doanh Tạ Thị Mùi")),
            ("/victims/0/full_name", json!("Lò Văn Kín")),
            ("/victims/0/date_of_birth", json!("1990-02-17")),
            ("/victims/0/birth_year", json!(1990)),
            ("/victims/0/address", json!("Ngõ 9 phố Cây Sung")),
            ("/victims/1/full_name", json!("Y Thầm")),
        ],
    )
}

/// What nobody may read of [`accident`].
const SECRETS: [&str; 13] = [
    "Phan Thị Không Ai Biết",
    "0987600111",
    "Lò Văn Kín",
    "Y Thầm",
    "1990-02-17",
    "17/02/1990",
    "Cây Sung",
    "Ba Khía",
    "Tạ Thị Mùi",
    "Chuyện riêng",
    "gãy xương",
    "posted_where",
    "6099254308",
];

/// The text of each row of the table, without tags.
fn table(answer: &Answer) -> Vec<String> {
    let rows = answer.text.split("<tr>").skip(2);
    let rows = rows.map(|row| row.split("</tr>").next().unwrap());
    rows.map(|row| {
        let parts = row.split('<').filter_map(|part| part.split_once('>'));
        let texts = parts
            .map(|(_, text)| text.trim())
            .filter(|text| !text.is_empty());
        texts.collect::<Vec<_>>().join(" | ")
    })
    .collect()
}

/// Every page that is reached from the first one, by whoever is not signed in, with its text.
fn crawled(nobody: &Client) -> Vec<(String, String)> {
    let mut known: BTreeSet<String> = BTreeSet::from(["/".to_owned()]);
    let mut open: VecDeque<String> = known.iter().cloned().collect();
    let mut pages = Vec::new();
    while let Some(path) = open.pop_front() {
        let is_file = [".pdf", ".docx"].iter().any(|end| path.ends_with(end));
        if is_file || path.starts_with("/assets/") {
            continue;
        }
        let text = page(nobody, &path).text;
        let links = text.split("href=\"").skip(1);
        for link in links.filter_map(|rest| rest.split('"').next()) {
            let link = link.replace("&amp;", "&").replace("&#38;", "&");
            if link.starts_with('/') && known.insert(link.clone()) {
                open.push_back(link);
            }
        }
        pages.push((path, text));
        assert!(pages.len() < 400);
    }
    pages
}

on_both_databases! {
    fn forms_are_printed_by_whoever_comes_with_nothing_filled_in(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let list = page(&nobody, "/forms");
        assert_eq!(list.status, 200);
        let files: Vec<&str> = list
            .text
            .split("href=\"/forms/")
            .skip(1)
            .map(|rest| rest.split('"').next().unwrap())
            .collect();
        for needed in ["D129-01.pdf", "D129-06.pdf", "D39-V.pdf", "D39-IX.docx", "COMMUNE-RECORD.pdf"] {
            assert!(files.contains(&needed), "{needed}: {files:?}");
        }
        assert!(list.text.contains("NĐ 129/2025 Điều 45"));
        let caller = office.with_token("");
        for file in &files {
            let (answer, bytes) = caller.bytes(&format!("/forms/{file}"));
            assert_eq!(answer.status, 200, "{file}");
            let begins: &[u8] = if file.ends_with("pdf") { b"%PDF" } else { b"PK" };
            assert!(bytes.starts_with(begins), "{file}");
            assert!(bytes.len() < 200_000, "{file}: {}", bytes.len());
            assert!(answer.header("content-disposition").contains(file), "{file}");
        }
        // Made once: the same bytes, on whatever day.
        let (_, first) = caller.bytes("/forms/D39-IX.pdf");
        let (_, second) = later(db).with_token("").bytes("/forms/D39-IX.pdf");
        assert!(first == second);
        for missing in ["TRANSFER-LIST.pdf", "D39-IX.exe", "D39-IX", "NOTHING.pdf", "..%2FCargo.toml"] {
            assert_eq!(page(&nobody, &format!("/forms/{missing}")).status, 404, "{missing}");
        }
    }

    fn a_few_accidents_of_a_province_are_not_told_and_do_not_follow(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        for nth in 0..6 {
            employer.declare(&accident("22015", nth));
        }
        for nth in 6..8 {
            employer.declare(&accident("23293", nth));
        }
        let figures = half_year(now());
        // While the half-year goes on nothing of it is told.
        let nobody = office.program.client("");
        assert_eq!(page(&nobody, &figures).status, 404);
        let shown = page(&later(db).program.client(""), &figures);
        assert_eq!(shown.status, 200, "{}", shown.text);
        // The province with six says how many the other has, so neither is named.
        assert!(!shown.text.contains("Đắk Lắk") && !shown.text.contains("Quảng Ngãi"), "{}", shown.text);
        let rows = table(&shown);
        let withheld = ["không nêu"; 5].join(" | ");
        assert_eq!(rows, [format!("Cả nước | 8 | {withheld}")]);

        let office = Office::reopen_with(db, &[]);
        let employer = office.employer("6099254308");
        for nth in 8..12 {
            employer.declare(&accident("23293", nth));
        }
        let shown = page(&later(db).program.client(""), &figures);
        let rows = table(&shown);
        assert_eq!(rows, [
            "Tỉnh Quảng Ngãi | 6 | 0 | 6 | 0 | 0 | 12",
            "Tỉnh Đắk Lắk | 6 | 0 | 6 | 0 | 0 | 12",
            "Cả nước | 12 | 0 | 12 | 0 | 0 | 24",
        ]);
        assert!(shown.text.contains("role=\"img\""));
        let english = page(&later(db).program.client(""), &format!("{figures}&lang=en"));
        assert!(english.text.contains("Whole country"));
    }

    fn figures_can_be_asked_of_ended_half_years_alone(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        for path in ["/figures?year=1999", "/figures?year=2999", "/figures?year=x", "/figures?part=3"] {
            let status = page(&nobody, path).status;
            assert!(status == 404 || status == 422, "{path}: {status}");
        }
        let empty = page(&nobody, "/figures");
        assert_eq!(table(&empty).last().unwrap(), "Cả nước | 0 | 0 | 0 | 0 | 0 | 0");
    }

    fn nothing_of_anybody_stands_on_any_page_that_is_reached(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let inspector = office.inspector("66");
        for nth in 0..5 {
            let answer = employer.declare(&accident("22015", nth));
            if nth < 2 {
                let case = inspector.case_of(&answer);
                walk(&inspector, &case, if nth == 0 { "POSTED" } else { "ANNOUNCED" });
            }
        }
        // One that the establishment's own team concluded.
        let facility = office.employer("6199331203");
        facility.declare(&with(recent("06"), &[("/victims/0/full_name", json!("Lò Văn Kín"))]));

        let later = later(db);
        let pages = crawled(&later.program.client(""));
        let paths: Vec<&str> = pages.iter().map(|(path, _)| path.as_str()).collect();
        let figures = half_year(now());
        let figures = figures.as_str();
        for needed in ["/", "/notice", "/status", "/help", "/forms", "/figures", "/conclusions", "/privacy", figures] {
            assert!(paths.contains(&needed), "{needed}: {paths:?}");
        }
        for (path, text) in &pages {
            for secret in SECRETS {
                assert!(!text.contains(secret), "{path}: {secret}");
            }
        }
        let conclusions = &pages.iter().find(|(path, _)| path == "/conclusions").unwrap().1;
        // What is posted stands there, by month and province, and what is only announced does not.
        assert_eq!(conclusions.matches("<h2 class=\"plain\">").count(), 1, "{conclusions}");
        let day = day_in_vietnam(now() - TimeDelta::minutes(90));
        assert!(conclusions.contains(&format!("Tháng {} · Tỉnh Đắk Lắk", day.format("%m/%Y"))));
        assert!(conclusions.contains("Luật ATVSLĐ Điều 35.9.c"));
    }
}
