//! The mail server of the demo: it takes every mail, and brings back those to an address that does not exist.
//!
//! What comes back is a report of delivery (RFC 3464) as a real server writes it, and goes the way that any
//! returned mail goes; only the road from the folder to the service is the demo's own.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use crate::{
    app::AppState, error::Result, files, ids::MessageId, returns, service::returns::receive,
};

use super::province::DEAD_MAILBOX;

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);

/// Looks at the folder until the program ends. Mails that lie there already are of the past.
pub async fn carry(state: AppState, folder: PathBuf) {
    let mut seen: BTreeSet<String> = mails(&folder).into_iter().collect();
    loop {
        tokio::time::sleep(EVERY).await;
        for name in mails(&folder) {
            if !seen.insert(name.clone()) {
                continue;
            }
            if let Err(why) = bring_back(&state, &folder, &name).await {
                tracing::warn!("The demo's mail server does not bring {name} back: {why}");
            }
        }
    }
}

fn mails(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    names
        .filter(|name| name.ends_with(".eml") && !name.starts_with('.'))
        .collect()
}

/// Where the mail is to the address that does not exist: files the report and hands it in.
async fn bring_back(state: &AppState, folder: &Path, name: &str) -> Result<()> {
    let mail = std::fs::read_to_string(folder.join(name)).unwrap_or_default();
    let head = mail.split("\r\n\r\n").next().unwrap_or_default();
    let to = format!("To: {DEAD_MAILBOX}");
    if !head.lines().any(|line| line == to) {
        return Ok(());
    }
    // `20260302T013000000000Z-ID.eml`
    let id = name.trim_end_matches(".eml").split_once('-');
    let Some(message) = id.and_then(|(_, id)| MessageId::parse(id)) else {
        return Ok(());
    };
    let report = report(head);
    let back = returns::read(message, report.as_bytes(), None);
    let (operator, now) = (state.operator_mail.clone(), state.clock.now());
    let trail = state.trail.clone();
    let chain = state
        .db
        .write(move |tx| {
            let (_, entries) = receive(tx, operator.as_deref(), &back, now)?;
            trail.append_entries(tx, entries)
        })
        .await?;
    state.trail.give_back(chain);
    state.wake.wake();
    let file = files::create(&folder.join(name.replace(".eml", "-back.eml")));
    let written = file.and_then(|mut file| std::io::Write::write_all(&mut file, report.as_bytes()));
    written.map_err(crate::error::AppError::internal)
}

/// What a mail server says of a mail that it took and could not put anywhere.
fn report(head: &str) -> String {
    let of = |header: &str| {
        let line = head.lines().find(|line| line.starts_with(header));
        line.unwrap_or_default().to_owned()
    };
    let lines = [
        "From: MAILER-DAEMON@mail.phu-binh.test (Mail Delivery System)",
        "To: bounce@tnld.test",
        "Subject: Undelivered Mail Returned to Sender",
        &of("Date: "),
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"back\"",
        "",
        "--back",
        "Content-Type: text/plain; charset=utf-8",
        "",
        "Thư không gửi được đến địa chỉ dưới đây. / The mail could not be delivered to:",
        "",
        &format!("<{DEAD_MAILBOX}>: 550 5.1.1 no such mailbox"),
        "",
        "--back",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mail.phu-binh.test",
        "",
        &format!("Final-Recipient: rfc822; {DEAD_MAILBOX}"),
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 no such mailbox",
        "",
        "--back",
        "Content-Type: text/rfc822-headers",
        "",
        &of("Message-ID: "),
        "",
        "--back--",
        "",
    ];
    lines.join("\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::bounce::ReturnKind;

    #[test]
    fn the_report_is_one_that_is_understood() {
        let id = MessageId::generate();
        let text = report("Date: Mon, 02 Mar 2026 01:30:00 +0000\r\nMessage-ID: <x@tnld.test>");
        let back = returns::read(id, text.as_bytes(), None);
        assert_eq!(back.returned.kind, ReturnKind::Failed);
        assert_eq!(back.returned.status.as_deref(), Some("5.1.1"));
    }
}
