//! `tnld audit`: the trace, verified and written out.

use clap::Subcommand;
use serde_json::json;

use super::{Failure, open, print};
use crate::{
    config::Config,
    domain::audit::chain::{Break, Row},
    service::{
        audit::{self, Anchor, AuditKeys, Finding, Verified},
        keys,
    },
    store::audit as stored,
    time::{Clock, rfc3339_in_vietnam},
    wording::{Said, audit as words, cli},
};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    #[command(about = cli::AUDIT_VERIFY.label())]
    Verify,
    #[command(about = cli::AUDIT_EXPORT.label())]
    Export,
}

pub(super) fn perform(action: &Action) -> Result<(), Failure> {
    let config = Config::load()?;
    let now = Clock::with_offset(config.clock_offset).now();
    let mut conn = open(&config)?;
    match action {
        Action::Verify => {
            let keys = keys::open(&mut conn, &config.master_keys, now)?;
            let keys = AuditKeys::of(&keys)?;
            let public_key = keys.signer.public_key();
            let anchor = Anchor::new(&config.master_keys.folder(), &public_key);
            let remembered = anchor.read().map_err(|why| {
                let said = words::CANNOT_REMEMBER.said();
                said.with("file", anchor.path().display()).because(why)
            })?;
            let file = anchor.path().display();
            print(
                &match &remembered {
                    Some((no, _)) => words::REMEMBERED.said().with("no", no),
                    None => words::NOT_REMEMBERED.said(),
                }
                .with("file", file)
                .lines(),
            )?;
            let verified = conn.read(|tx| audit::verify(tx, &keys, remembered))?;
            report(&verified, &public_key)
        }
        Action::Export => {
            let mut after = (String::new(), 0);
            loop {
                let rows = conn.read(|tx| stored::in_order(tx, (&after.0, after.1), 1000))?;
                let Some(last) = rows.last() else {
                    return Ok(());
                };
                after = (last.chain.clone(), last.seq);
                let lines: String = rows.iter().map(line).collect();
                print(&lines)?;
            }
        }
    }
}

fn report(verified: &Verified, public_key: &str) -> Result<(), Failure> {
    let mut text = words::LOOKED
        .said()
        .with("entries", verified.entries)
        .with("chains", verified.chains)
        .with("roots", verified.roots)
        .lines();
    if let Some(root) = &verified.latest {
        text += &words::LATEST
            .said()
            .with("no", root.no)
            .with("at", rfc3339_in_vietnam(root.made_at))
            .with("root", &root.root)
            .with("key", public_key)
            .lines();
    }
    for finding in &verified.findings {
        text += &said(finding).lines();
    }
    if verified.findings.is_empty() {
        return print(&(text + &words::SOUND.said().lines()));
    }
    print(&text)?;
    Err(words::BROKEN.said().into())
}

fn said(finding: &Finding) -> Said {
    match finding {
        Finding::Chain(Break::Missing { chain, seq }) => {
            words::MISSING.said().with("chain", chain).with("seq", seq)
        }
        Finding::Chain(Break::Changed { chain, seq }) => {
            words::CHANGED.said().with("chain", chain).with("seq", seq)
        }
        Finding::Root { no } => words::WRONG_ROOT.said().with("no", no),
        Finding::RootGone { no } => words::ROOT_GONE.said().with("no", no),
        Finding::CutOff { no, chain, seq } => words::CUT_OFF
            .said()
            .with("no", no)
            .with("chain", chain)
            .with("seq", seq),
    }
}

fn line(row: &Row) -> String {
    let entry = json!({
        "chain": row.chain,
        "seq": row.seq,
        "happened_at": rfc3339_in_vietnam(row.happened_at),
        "actor_kind": row.actor_kind,
        "actor_id": row.actor_id,
        "actor_name": row.actor_name,
        "actor_role": row.actor_role,
        "territory": row.territory,
        "action": row.action,
        "purpose": row.purpose,
        "object_kind": row.object_kind,
        "object_id": row.object_id,
        "result": row.result,
        "origin": row.origin,
        "request_id": row.request_id,
        "details": row.details,
        "mac": row.mac,
    });
    format!("{entry}\n")
}
