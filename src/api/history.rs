//! Who changed dated data when and why, as answers show it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::audit::{Action, ActorKind, chain::Row},
    time::rfc3339_in_vietnam,
    wording::audit::action_text,
};

/// A change.
#[derive(Serialize, ToSchema)]
#[schema(as = DatedChange)]
pub struct ChangeBody {
    /// When.
    #[schema(example = "2026-05-20T19:02:00+07:00")]
    happened_at: String,
    /// What kind of caller.
    actor_kind: Option<ActorKind>,
    /// Who.
    actor: String,
    /// Its role.
    role: String,
    /// What was done.
    action: Option<Action>,
    /// The same in words.
    action_vi: &'static str,
    /// In English.
    action_en: &'static str,
    /// Why; `null` where a file was read in.
    reason: Option<String>,
    /// What else the trace keeps of it: the rows before and after, or the file.
    #[schema(value_type = Object)]
    details: serde_json::Value,
}

impl From<&Row> for ChangeBody {
    fn from(row: &Row) -> Self {
        let action = Action::parse(&row.action);
        let text = action_text(action);
        let details: serde_json::Value = serde_json::from_str(&row.details).unwrap_or_default();
        Self {
            happened_at: rfc3339_in_vietnam(row.happened_at),
            actor_kind: ActorKind::parse(&row.actor_kind),
            actor: row.actor_name.clone(),
            role: row.actor_role.clone(),
            action,
            action_vi: text.vi,
            action_en: text.en,
            reason: details["reason"].as_str().map(str::to_owned),
            details,
        }
    }
}
