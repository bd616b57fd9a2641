//! The list of a case's documents, and the file of each victim.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use super::{About, Announced, Seen, about, is_readable};
use crate::{
    domain::{
        access::{ActorRole, Right},
        audit::Action,
        case::{Event, Progress},
        document::{VictimFile, file_of},
    },
    error::Result,
    ids::{CaseId, DocumentId},
    service::{Ctx, sealed},
    store::{
        cases,
        conn::DbConn,
        documents::{self, Document},
    },
};

/// Documents of one page.
pub const PAGE: usize = 500;

/// A document in a list.
#[derive(Debug, Clone)]
pub struct Listed {
    /// As it is stored.
    pub document: Document,
    /// What is said of it; `None` where the caller may not know.
    pub about: Option<About>,
    /// Whether the caller may read it, once it is ready.
    pub readable: bool,
    /// Why it was removed.
    pub removal: Option<String>,
}

impl Listed {
    /// Whether its reader is not told that it exists: what whoever gave notice has sent says that somebody did.
    pub(super) fn is_hidden(&self) -> bool {
        !self.readable && self.document.added_role == ActorRole::Informant.as_str()
    }
}

/// The documents of a case.
#[derive(Debug, Clone)]
pub struct Listing {
    /// The oldest first.
    pub items: Vec<Listed>,
    /// The file of each victim.
    pub files: Vec<VictimFile>,
    /// Since when the caller may read what is told after the announcement; `None` before it.
    pub announced_at: Option<DateTime<Utc>>,
    /// Where the next page begins.
    pub next: Option<(DateTime<Utc>, DocumentId)>,
}

/// The documents of the case `id`, and what stands in the file of each victim. Whoever reads none of them
/// before the announcement sees that they are there and no more.
pub fn list(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &CaseId,
    after: Option<&(DateTime<Utc>, DocumentId)>,
) -> Result<Listing> {
    let seen = Seen::find(tx, ctx, id, Right::ReadDocuments)?;
    let key = sealed::key_of(&ctx.keys, &seen.case)?;
    let (announced, events) = Announced::of(tx, &seen.case, &key)?;
    let after = after.map(|(at, id)| (*at, id));
    let mut stored = documents::of_case(tx, id, after, PAGE as i64 + 1)?;
    let more = stored.len() > PAGE;
    stored.truncate(PAGE);
    let next = stored
        .last()
        .filter(|_| more)
        .map(|last| (last.added_at, last.id.clone()));
    let items = stored
        .into_iter()
        .map(|document| shown(ctx, &seen, announced, &key, document))
        .filter(|listed| !listed.as_ref().is_ok_and(Listed::is_hidden))
        .collect::<Result<_>>()?;
    let counts = documents::counts(tx, id)?
        .into_iter()
        .map(|(item, victim, count)| ((item, victim), count))
        .collect();
    let answers = answers(&events);
    let progress = Progress::of(&events);
    let victims: BTreeSet<u32> = cases::victims(tx, id)?
        .into_iter()
        .map(|one| one.no)
        .collect();
    let files = victims
        .into_iter()
        .map(|victim| {
            file_of(
                victim,
                &counts,
                answers.get(&victim),
                progress.drafted_on.is_some() && !progress.minutes_awaited,
                progress.announced_at.is_some(),
            )
        })
        .collect();
    ctx.note(
        Action::ListDocuments,
        id,
        json!({ "receipt_no": seen.case.receipt_no }),
    );
    Ok(Listing {
        items,
        files,
        announced_at: announced.at,
        next,
    })
}

/// A document as the caller may see it.
pub(super) fn shown(
    ctx: &Ctx,
    seen: &Seen,
    announced: Announced,
    key: &crate::sealing::CaseKey,
    document: Document,
) -> Result<Listed> {
    let readable = is_readable(
        ctx,
        seen,
        announced,
        document.item,
        document.victim,
        (&document.caller_id, &document.added_role, document.added_at),
    );
    let removal = match &document.removal {
        Some(sealed) if readable => Some(key.open(
            crate::sealing::Column::DocumentRemoval,
            document.id.as_str(),
            sealed,
        )?),
        _ => None,
    };
    Ok(Listed {
        about: readable.then(|| about(key, &document)).transpose()?,
        readable,
        removal,
        document,
    })
}

/// The last answers of `check_file` for each victim, by field.
fn answers(events: &[Event]) -> BTreeMap<u32, BTreeMap<String, String>> {
    let mut answers = BTreeMap::new();
    for event in events.iter().filter(|event| event.action == "check_file") {
        let Some(entries) = event.details.as_object() else {
            continue;
        };
        let victim = entries.get("victim").and_then(Value::as_str);
        let Some(victim) = victim.and_then(|number| number.parse().ok()) else {
            continue;
        };
        let said = entries
            .iter()
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
        answers.insert(victim, said.collect());
    }
    answers
}
