//! Verifying: every chain from its beginning, every root, and that each root is true.

use crate::{
    domain::audit::{
        chain::{Break, Walk},
        root::Root,
    },
    error::Result,
    store::{audit, conn::DbConn},
};

use super::{AuditKeys, Remembered};

/// Rows that are read at a time.
const PAGE: i64 = 1000;

/// Something that was changed, taken away or put in another place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// Within a chain.
    Chain(Break),
    /// A root is not what was signed, or the one before it is gone.
    Root {
        /// Its number.
        no: i64,
    },
    /// A root that this machine remembers is gone, with what it closed.
    RootGone {
        /// Its number.
        no: i64,
    },
    /// A root names an entry that is gone or is another now: the end of a chain was cut off.
    CutOff {
        /// Number of the root.
        no: i64,
        /// Chain.
        chain: String,
        /// The entry that it names.
        seq: i64,
    },
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verified {
    /// Entries.
    pub entries: u64,
    /// Chains.
    pub chains: u64,
    /// Roots.
    pub roots: u64,
    /// The newest root.
    pub latest: Option<Root>,
    /// What is wrong, chains first.
    pub findings: Vec<Finding>,
}

/// Looks at everything, and for the root that is remembered outside of the database. Reads; changes
/// nothing.
pub fn verify(
    conn: &mut DbConn,
    keys: &AuditKeys,
    mut remembered: Option<Remembered>,
) -> Result<Verified> {
    let mut verified = Verified::default();
    let otherwise = audit::written_otherwise(conn)?;
    let is_walkable = otherwise.iter().all(|(_, seq)| seq.is_some());
    for (chain, seq) in otherwise {
        let seq = seq.unwrap_or_default();
        verified
            .findings
            .push(Finding::Chain(Break::Changed { chain, seq }));
    }
    // What has no number has no place either: there is no order in which to walk on.
    if is_walkable {
        walk_chains(conn, keys, &mut verified)?;
    }
    let otherwise = audit::roots_written_otherwise(conn)?;
    let otherwise = otherwise.into_iter().map(|no| Finding::Root { no });
    verified.findings.extend(otherwise);
    let public_key = keys.signer.public_key();
    loop {
        let from = verified.latest.as_ref().map_or(0, |root| root.no);
        let roots = audit::roots_after(conn, from, PAGE)?;
        if roots.is_empty() {
            break;
        }
        for root in roots {
            if !root.is_sound(verified.latest.as_ref(), &public_key) {
                verified.findings.push(Finding::Root { no: root.no });
            }
            for (chain, head) in &root.heads {
                if audit::mac_at(conn, chain, head.seq)?.as_ref() != Some(&head.mac) {
                    verified.findings.push(Finding::CutOff {
                        no: root.no,
                        chain: chain.clone(),
                        seq: head.seq,
                    });
                }
            }
            verified.roots += 1;
            remembered.take_if(|(no, text)| *no == root.no && *text == root.root);
            verified.latest = Some(root);
        }
    }
    if let Some((no, _)) = remembered {
        verified.findings.push(Finding::RootGone { no });
    }
    Ok(verified)
}

fn walk_chains(conn: &mut DbConn, keys: &AuditKeys, verified: &mut Verified) -> Result<()> {
    let mut walk = Walk::new(&keys.chain);
    let mut after = (String::new(), 0);
    loop {
        let rows = audit::in_order(conn, (&after.0, after.1), PAGE)?;
        let Some(last) = rows.last() else {
            return Ok(());
        };
        let next = (last.chain.clone(), last.seq);
        for row in &rows {
            if verified.entries == 0 || row.chain != after.0 {
                verified.chains += 1;
                after.0.clone_from(&row.chain);
            }
            verified.entries += 1;
            verified.findings.extend(walk.step(row).map(Finding::Chain));
        }
        after = next;
    }
}
