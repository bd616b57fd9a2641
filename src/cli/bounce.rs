//! `tnld bounce`: takes one returned mail from a local mail server, on standard input.
//!
//! The exit status is what mail servers expect of such a program: 0 where it is kept, 67 where the
//! address is none of ours, 75 where it must come again; never a status by which it would be lost.

use std::io::Read;

use mail_parser::MessageParser;

use super::{Failure, open};
use crate::{
    config::Config,
    error::Result as AppResult,
    ids::MessageId,
    mail::return_address::ReturnAddresses,
    returns::{self, Bounds},
    service::{
        audit::{AuditKeys, Trail},
        keys, returns as service,
    },
    store::{conn::DbConn, keys::known},
    time::Clock,
    wording::{Said, cli},
};

/// `EX_NOUSER` of `sysexits.h`.
const NO_USER: u8 = 67;
/// `EX_TEMPFAIL`.
const TRY_AGAIN: u8 = 75;

pub(super) fn perform(recipient: Option<&str>) -> Result<(), Failure> {
    keep(recipient).map_err(|failure| match failure {
        Failure::Usage(said) | Failure::Other(said) => Failure::Status(TRY_AGAIN, said),
        status @ Failure::Status(..) => status,
    })
}

fn keep(recipient: Option<&str>) -> Result<(), Failure> {
    let config = Config::load()?;
    let raw = read_mail()?;
    let now = Clock::with_offset(config.clock_offset).now();
    let base = config
        .bounce_address
        .clone()
        .ok_or_else(|| Failure::from(cli::BOUNCE_NOT_SET.said()))?;
    let mut conn = open(&config)?;
    // Keys are made where the service finds them, and never by whoever delivers mail.
    if known(&mut conn)?.is_empty() {
        return Err(cli::BOUNCE_NEVER_SERVED.said().into());
    }
    let keys = keys::open(&mut conn, &config.master_keys, now)?;
    let addresses = ReturnAddresses::new(base, &keys);
    let message = match recipient {
        Some(recipient) => addresses.message(recipient),
        None => named_in(&raw, &addresses),
    };
    let message =
        message.ok_or_else(|| Failure::Status(NO_USER, Said::from(cli::BOUNCE_NOT_OURS)))?;
    let trail = Trail::new(AuditKeys::of(&keys)?);
    let back = returns::read(message, &raw, None);
    let operator = config.operator_mail.as_deref();
    conn.write(|tx: &mut DbConn| -> AppResult<()> {
        let (_, entries) = service::receive(tx, operator, &back, now)?;
        // A chain that is given back to nobody is begun anew by the next command.
        trail.append_entries(tx, entries).map(drop)
    })?;
    Ok(())
}

/// The mail; of one that is larger than any report only the beginning, which says what it is.
fn read_mail() -> Result<Vec<u8>, Failure> {
    let mut raw = Vec::new();
    let largest = Bounds::default().largest as u64;
    let mut input = std::io::stdin().lock();
    let cannot = |why| Failure::from(cli::BOUNCE_UNREADABLE.said().because(why));
    input
        .by_ref()
        .take(largest)
        .read_to_end(&mut raw)
        .map_err(cannot)?;
    // Read to its end all the same: a broken pipe would look like a fault of ours.
    std::io::copy(&mut input, &mut std::io::sink()).map_err(cannot)?;
    Ok(raw)
}

/// The message of the first address of ours, where mail servers write to whom they deliver.
fn named_in(raw: &[u8], addresses: &ReturnAddresses) -> Option<MessageId> {
    let mail = MessageParser::default().parse_headers(raw)?;
    ["Delivered-To", "X-Original-To", "Envelope-To", "To"]
        .into_iter()
        .flat_map(|name| {
            let all = mail.headers_raw();
            all.filter(move |(other, _)| other.eq_ignore_ascii_case(name))
        })
        .flat_map(|(_, text)| text.split([',', ' ', '<', '>', '\t', '\r', '\n']))
        .find_map(|address| addresses.message(address))
}
