//! A change as a form sends it: looked at beforehand, or proposed.

use serde_json::Value;

use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::declaration::Fault,
    error::{AppError, Result},
    service::rule_proposals::{self as proposals, Effect},
};

/// What came of it.
pub enum Acted {
    /// What it would alter; nothing was written.
    Effect(Box<Effect>),
    /// It was proposed: where it stands.
    Proposed(String),
    /// It cannot be.
    Wrong(Vec<Fault>),
}

/// Looks at `body`, or proposes it.
pub async fn act(
    state: &AppState,
    sender: Credentials,
    body: Value,
    is_preview: bool,
) -> Result<Acted> {
    let acted = if is_preview {
        let read = move |tx: &mut _, ctx: &_| proposals::plan(tx, ctx, &body, true);
        let planned = state.read_as(sender, read).await;
        planned.map(|planned| Acted::Effect(Box::new(planned.effect)))
    } else {
        let proposed = state
            .plan_and_write_as(
                sender,
                move |tx, ctx| proposals::plan(tx, ctx, &body, false),
                |tx, ctx, planned| proposals::propose(tx, ctx, &planned),
            )
            .await;
        proposed.map(|proposal| Acted::Proposed(format!("/law/proposals/{}", proposal.id)))
    };
    match acted {
        Err(AppError::Invalid(faults)) => Ok(Acted::Wrong(faults)),
        other => other,
    }
}
