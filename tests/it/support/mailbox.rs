//! Mails that left through the folder transport (`TNLD_SMTP_URL=file:…`), read back.

use std::path::Path;

use data_encoding::BASE64_MIME_PERMISSIVE;

/// One mail.
#[derive(Debug, Clone)]
pub struct Mail {
    /// Headers in order, unfolded, as they were sent.
    pub headers: Vec<(String, String)>,
    /// The bodies of its parts with their types: `text/plain`, `text/html`.
    pub parts: Vec<(String, String)>,
}

impl Mail {
    /// A header, decoded; empty where it is missing.
    pub fn header(&self, name: &str) -> String {
        let found = self
            .headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map_or_else(String::new, |(_, value)| decode_words(value))
    }

    /// The text part.
    pub fn text(&self) -> &str {
        self.part("text/plain")
    }

    /// The HTML part.
    pub fn html(&self) -> &str {
        self.part("text/html")
    }

    fn part(&self, kind: &str) -> &str {
        let found = self.parts.iter().find(|(other, _)| other == kind);
        found.map_or("", |(_, body)| body)
    }

    /// Reads a mail as it was sent.
    pub fn parse(raw: &str) -> Self {
        let (headers, parts) = parse_part(&raw.replace("\r\n", "\n"));
        Self { headers, parts }
    }
}

/// Every mail in a folder, in the order of the file names. An empty list where there is no folder.
pub fn read(folder: &Path) -> Vec<Mail> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "eml"))
        .collect();
    files.sort();
    files
        .iter()
        .map(|file| Mail::parse(&std::fs::read_to_string(file).unwrap()))
        .collect()
}

type Headers = Vec<(String, String)>;

fn parse_part(text: &str) -> (Headers, Vec<(String, String)>) {
    let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
    let mut headers: Headers = Vec::new();
    for line in head.lines() {
        match (line.split_once(':'), headers.last_mut()) {
            (_, Some((_, value))) if line.starts_with([' ', '\t']) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (Some((name, value)), _) => headers.push((name.to_owned(), value.trim().to_owned())),
            (None, _) => {}
        }
    }
    let value = |name: &str| {
        let found = headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        found.map_or("", |(_, value)| value.as_str())
    };
    let kind = value("content-type");
    let parts = match kind.split_once("boundary=") {
        Some((_, boundary)) => {
            let boundary = boundary.split(';').next().unwrap_or_default();
            let marker = format!("--{}", boundary.trim().trim_matches('"'));
            body.split(&marker)
                .skip(1)
                .filter(|part| !part.starts_with("--"))
                .flat_map(|part| parse_part(part.trim_start_matches('\n')).1)
                .collect()
        }
        None => {
            let kind = kind.split(';').next().unwrap_or_default().trim();
            let kind = if kind.is_empty() { "text/plain" } else { kind };
            let body = decode_body(body, value("content-transfer-encoding"));
            vec![(kind.to_ascii_lowercase(), body)]
        }
    };
    (headers, parts)
}

fn decode_body(body: &str, encoding: &str) -> String {
    match encoding.to_ascii_lowercase().as_str() {
        "base64" => {
            let bytes = BASE64_MIME_PERMISSIVE.decode(body.trim().as_bytes());
            String::from_utf8(bytes.unwrap())
                .unwrap()
                .replace("\r\n", "\n")
        }
        "quoted-printable" => {
            let joined = body.replace("=\n", "");
            String::from_utf8(unquote(joined.as_bytes())).unwrap()
        }
        _ => body.to_owned(),
    }
}

/// `=C3=A1` as the bytes that it stands for.
fn unquote(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, others)) = rest.split_first() {
        let code = others
            .get(..2)
            .and_then(|code| std::str::from_utf8(code).ok())
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match (first, code) {
            (b'=', Some(byte)) => {
                bytes.push(byte);
                rest = &others[2..];
            }
            _ => {
                bytes.push(*first);
                rest = others;
            }
        }
    }
    bytes
}

/// Decodes the words of RFC 2047: `=?utf-8?b?…?=`.
fn decode_words(value: &str) -> String {
    // White space between two encoded words is no part of the text.
    let value = value.replace("?= =?", "?==?");
    let mut decoded = String::new();
    let mut rest = value.as_str();
    while let Some((before, word)) = rest.split_once("=?") {
        decoded.push_str(before);
        let mut fields = word.splitn(3, '?');
        let (_, encoding, text) = (fields.next(), fields.next(), fields.next());
        let Some((text, after)) = text.and_then(|text| text.split_once("?=")) else {
            decoded.push_str("=?");
            rest = word;
            continue;
        };
        let bytes = match encoding {
            Some("b" | "B") => BASE64_MIME_PERMISSIVE.decode(text.as_bytes()).unwrap(),
            _ => unquote(text.replace('_', " ").as_bytes()),
        };
        decoded.push_str(&String::from_utf8_lossy(&bytes));
        rest = after;
    }
    decoded.push_str(rest);
    decoded
}

#[test]
fn a_mail_with_two_parts_is_read_back() {
    use lettre::message::{Mailbox, MultiPart};

    let address = |text: &str| text.parse::<Mailbox>().unwrap();
    let text = "Khai báo tai nạn lao động: một người chết tại xưởng gỗ. ".repeat(3);
    let sent = lettre::Message::builder()
        .from(address("Khai báo TNLĐ <no-reply@tnld.test>"))
        .to(address("congan@xa.test"))
        .subject("TNLĐ làm chết người: Phường Thủ Dầu Một, Thành phố Hồ Chí Minh")
        .multipart(MultiPart::alternative_plain_html(
            text.clone(),
            format!("<p>{text}</p>"),
        ))
        .unwrap();
    let mail = Mail::parse(&String::from_utf8(sent.formatted()).unwrap());
    assert_eq!(
        mail.header("subject"),
        "TNLĐ làm chết người: Phường Thủ Dầu Một, Thành phố Hồ Chí Minh"
    );
    assert_eq!(mail.header("to"), "congan@xa.test");
    assert_eq!(mail.text().trim_end(), text.trim_end());
    assert_eq!(mail.html().trim_end(), format!("<p>{text}</p>"));
}
