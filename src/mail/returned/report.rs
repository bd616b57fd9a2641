//! Delivery status notifications: the fields of RFC 3464.

use super::code;
use crate::domain::bounce::{ReturnKind, Returned};

/// Most groups of a report that are looked at; ours are about one recipient.
const MOST_GROUPS: usize = 100;

/// What a `message/delivery-status` part says; nothing where it says nothing of any recipient.
pub(super) fn read(text: &str) -> Option<Returned> {
    let said: Vec<Returned> = groups(text)
        .iter()
        .take(MOST_GROUPS)
        .filter_map(|group| of_recipient(group))
        .collect();
    // A list may have many readers: as long as one of them is reached or may be, nothing is final.
    let worst_first = [
        ReturnKind::Failed,
        ReturnKind::Delayed,
        ReturnKind::Delivered,
        ReturnKind::Unknown,
    ];
    let kind = if said.iter().all(Returned::is_final) {
        ReturnKind::Failed
    } else {
        let others = &worst_first[1..];
        *others
            .iter()
            .find(|kind| said.iter().any(|one| one.kind == **kind))?
    };
    let shown = worst_first
        .iter()
        .find_map(|kind| said.iter().find(|one| one.kind == *kind))?;
    Some(Returned {
        kind,
        ..shown.clone()
    })
}

type Field = (String, String);

/// Fields with their folded lines, in groups that empty lines divide.
fn groups(text: &str) -> Vec<Vec<Field>> {
    let mut groups: Vec<Vec<Field>> = vec![vec![]];
    for line in text.lines() {
        let Some(group) = groups.last_mut() else {
            break;
        };
        if line.trim().is_empty() {
            if !group.is_empty() {
                groups.push(vec![]);
            }
        } else if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = group.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            group.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    groups
}

fn of_recipient(group: &[Field]) -> Option<Returned> {
    let field = |wanted: &str| {
        let found = group.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str())
    };
    let (action, status) = (field("action"), field("status"));
    if action.is_none() && status.is_none() {
        return None;
    }
    // `smtp; 550 5.1.1 no such user`: what stands before the semicolon names the protocol.
    let diagnostic = field("diagnostic-code").map(|text| match text.split_once(';') {
        Some((_, said)) => said.trim(),
        None => text,
    });
    let status = better(
        status.and_then(code::status_in),
        diagnostic.and_then(code::status_in),
    );
    // Comments may stand after the word: `failed (bad destination mailbox address)`.
    let word = action.map(|action| {
        let word = action.split([' ', '(', ';']).next().unwrap_or_default();
        word.to_ascii_lowercase()
    });
    let kind = match (word.as_deref(), &status) {
        (Some("failed"), _) => ReturnKind::Failed,
        (Some("delayed"), _) => ReturnKind::Delayed,
        (Some("delivered" | "relayed" | "expanded"), _) => ReturnKind::Delivered,
        (Some(_), _) => ReturnKind::Unknown,
        (None, Some(status)) if code::is_permanent(status) => ReturnKind::Failed,
        (None, Some(status)) if status.starts_with('4') => ReturnKind::Delayed,
        (None, Some(_)) => ReturnKind::Delivered,
        (None, None) => ReturnKind::Unknown,
    };
    Some(Returned {
        kind,
        status,
        diagnostic: diagnostic.and_then(code::line),
    })
}

/// Of two codes of one class the one that says more: many servers write `5.0.0` and mean the other.
fn better(stated: Option<String>, said: Option<String>) -> Option<String> {
    match (stated, said) {
        (Some(stated), Some(said)) => {
            let is_vague = stated.ends_with(".0.0");
            let is_alike = stated.as_bytes().first() == said.as_bytes().first();
            Some(if is_vague && is_alike { said } else { stated })
        }
        (stated, said) => stated.or(said),
    }
}
