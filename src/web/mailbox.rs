//! The built-in mailbox of the demo: every mail that would have left, newest first.

use std::path::PathBuf;

use actix_web::{
    HttpResponse,
    web::{self, Data, Path},
};
use askama::Template;

use super::page;

/// The folder that mails are written to.
pub struct Folder(pub PathBuf);

/// Most mails in the list.
const MOST: usize = 200;
/// Longest mail that is shown, in bytes.
const LONGEST: u64 = 256 * 1024;

#[derive(Template)]
#[template(path = "mailbox.html", config = "src/web/askama.toml")]
struct Mailbox {
    mails: Vec<Line>,
    total: usize,
}

struct Line {
    file: String,
    to: String,
    subject: String,
    date: String,
}

#[derive(Template)]
#[template(path = "mail.html", config = "src/web/askama.toml")]
struct Mail {
    to: String,
    subject: String,
    date: String,
    text: String,
    link: Option<String>,
}

/// `GET /mailbox`.
pub async fn list(folder: Data<Folder>) -> HttpResponse {
    let folder = folder.0.clone();
    let (mails, total) = web::block(move || newest(&folder))
        .await
        .unwrap_or_default();
    page(&mut HttpResponse::Ok(), &Mailbox { mails, total })
}

/// The newest mails, and how many there are in all.
fn newest(folder: &std::path::Path) -> (Vec<Line>, usize) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return (Vec::new(), 0);
    };
    let mut files: Vec<String> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.ends_with(".eml"))
        .collect();
    // File names sort by time.
    files.sort_unstable_by(|a, b| b.cmp(a));
    let total = files.len();
    let mails = files
        .into_iter()
        .take(MOST)
        .filter_map(|file| {
            let mail = read_file(folder, &file)?;
            Some(Line {
                file,
                to: mail.to,
                subject: mail.subject,
                date: mail.date,
            })
        })
        .collect();
    (mails, total)
}

/// `GET /mailbox/{mail}`.
pub async fn read(folder: Data<Folder>, file: Path<String>) -> HttpResponse {
    let (folder, file) = (folder.0.clone(), file.into_inner());
    let found = web::block(move || read_file(&folder, &file))
        .await
        .ok()
        .flatten();
    match found {
        Some(mail) => page(&mut HttpResponse::Ok(), &mail),
        None => HttpResponse::NotFound().finish(),
    }
}

fn read_file(folder: &std::path::Path, file: &str) -> Option<Mail> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if !file.ends_with(".eml") || file.starts_with('.') || !file.chars().all(plain) {
        return None;
    }
    let path = folder.join(file);
    if std::fs::metadata(&path).ok()?.len() > LONGEST {
        return None;
    }
    let raw = std::fs::read(&path).ok()?;
    let mail = mail_parser::MessageParser::default().parse(&raw)?;
    let text = mail
        .body_text(0)
        .map(|text| text.into_owned())
        .unwrap_or_default();
    let link = text
        .split_whitespace()
        .find(|word| word.contains("/a/"))
        .and_then(|word| {
            let at = word.find("/a/")?;
            Some(word[at..].to_owned())
        });
    let to = mail
        .to()
        .and_then(|to| to.first())
        .and_then(|to| to.address())
        .unwrap_or_default()
        .to_owned();
    let date = mail
        .date()
        .map(|date| super::alert::written_timestamp(date.to_timestamp()))
        .unwrap_or_default();
    Some(Mail {
        to,
        subject: mail.subject().unwrap_or_default().to_owned(),
        date,
        text,
        link,
    })
}
