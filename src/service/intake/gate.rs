//! Whether a notice is told at once or held.

use std::net::IpAddr;

use serde_json::Value;

use crate::{
    domain::{
        challenge::Answered,
        limits::{self, Limit, NOTICE_FROM_ADDRESS},
        notice::{self, HeldBecause, Proof, URGENT_FROM_ADDRESS, URGENT_WITHOUT_PROOF},
    },
    error::{AppError, Result},
    service::{Ctx, limits as counted},
    store::conn::DbConn,
};

/// What came as `challenge`. What cannot be read counts as nothing: it blocks nobody.
pub(super) fn answered(sent: Option<Value>) -> Answered {
    let text = |name: &str| match sent.as_ref()?.get(name)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    Answered {
        id: text("id").unwrap_or_default(),
        nonce: text("nonce"),
        answer: text("answer"),
    }
}

/// The network that an address counts as.
pub(super) fn network(address: Option<&str>) -> String {
    address
        .and_then(|address| address.parse::<IpAddr>().ok())
        .map_or_else(
            || "unknown".to_owned(),
            |ip| limits::network(ip).to_string(),
        )
}

/// Why a notice is held; `None` where it is told at once.
pub(super) fn admit(
    tx: &mut DbConn,
    ctx: &Ctx,
    proof: Proof,
    is_urgent: bool,
    network: &str,
) -> Result<Option<HeldBecause>> {
    // One closure at a time has the transaction.
    let tx = std::cell::RefCell::new(tx);
    notice::admit(
        proof,
        is_urgent,
        || {
            has_room(
                &mut tx.borrow_mut(),
                ctx,
                &[(&NOTICE_FROM_ADDRESS, network)],
            )
        },
        || {
            let both = [
                (&URGENT_FROM_ADDRESS, network),
                (&URGENT_WITHOUT_PROOF, "all"),
            ];
            has_room(&mut tx.borrow_mut(), ctx, &both)
        },
    )
}

/// Counts one more under each limit, unless one of them is reached: then under none, so that who is over
/// a limit does not stay there by trying.
fn has_room(tx: &mut DbConn, ctx: &Ctx, of: &[(&Limit, &str)]) -> Result<bool> {
    for (limit, subject) in of {
        match counted::check(tx, &ctx.keys, limit, subject, ctx.now) {
            Err(AppError::TooMany { .. }) => return Ok(false),
            other => other?,
        }
    }
    for (limit, subject) in of {
        match counted::take(tx, &ctx.keys, limit, subject, ctx.now) {
            // Of two at once the other was faster.
            Err(AppError::TooMany { .. }) => return Ok(false),
            other => other?,
        }
    }
    Ok(true)
}
