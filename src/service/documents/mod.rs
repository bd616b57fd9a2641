//! The documents of a case: who may add, read and remove them, and what stands in the file of each victim.

mod blobs;
mod file;
mod life;
mod reading;
pub mod uploads;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        access::{ActorRole, DeclaredBy, Denial, Facts, Right, Sight, decide},
        case::{Case, CaseStatus, Progress},
        document::{FileItem, Reader, sees, sees_of_informant},
        investigation::InvestigationLevel,
    },
    error::{AppError, Result},
    ids::{CallerId, CaseId, DocumentId},
    sealing::{CaseKey, Column},
    service::{Ctx, sealed, seen::not_held},
    store::{
        cases,
        conn::DbConn,
        declarations,
        documents::{self, Document},
        events,
    },
};

pub use blobs::{Blob, NewBlob};
pub use file::{Listed, Listing, list};
pub use life::{
    Due, Finished, Made, ToErase, add, due, erase_some, forget_case, refuse, scan_again, scanned,
    to_scan, to_write,
};
pub use reading::{ForInsurer, LeftOut, Shown, for_insurer, remove, show, to_read};

/// What is said of a document, sealed with its case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct About {
    /// Its name, as whoever added it called it.
    pub file_name: String,
    /// What it is for.
    pub purpose: Option<String>,
    /// Why an image is kept as it came, with everything that is written in it.
    pub keep_original: Option<String>,
    /// SHA-256 of what came, in hex.
    pub received_sha256: String,
    /// SHA-256 of what is kept, in hex.
    pub sha256: String,
    /// Pixels of an image, or of the first page.
    pub width: Option<u32>,
    /// The same.
    pub height: Option<u32>,
    /// Whether its sender left it to the code of a form on it where it belongs.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub by_code: bool,
}

/// A case and what its reader is to it.
struct Seen {
    case: Case,
    by: Vec<DeclaredBy>,
    audiences: BTreeSet<String>,
    /// Why its documents are read or added to.
    reader: Reader,
}

impl Seen {
    /// The case `id`, if the caller has `right` on its documents; of a stranger's it is not told that it
    /// exists.
    fn find(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, right: Right) -> Result<Self> {
        ctx.require(right)?;
        let hidden = || AppError::NotFound("case");
        let case = cases::find(tx, id, &Sight::All)?.ok_or_else(hidden)?;
        not_held(tx, id)?;
        let by = declarations::declarants(tx, id)?;
        let audiences = cases::audiences(tx, id)?;
        let within = Facts::Case {
            audiences: &audiences,
        };
        let territory = decide(&ctx.actor, right, within, ctx.now);
        let reader = match territory {
            Ok(()) => Reader::of(ctx.actor.role).ok_or_else(hidden)?,
            Err(denial) => {
                let declared = by.iter().any(|by| {
                    let facts = Facts::Declaration {
                        by,
                        audiences: &audiences,
                    };
                    ctx.may(right, facts)
                });
                match (declared, denial.is_about_the_record()) {
                    (true, _) => Reader::Declared,
                    (false, true) => return Err(hidden()),
                    (false, false) => return Err(Denial::into(denial)),
                }
            }
        };
        Ok(Self {
            case,
            by,
            audiences,
            reader,
        })
    }

    /// Whether the caller may use `right` on this case as well, such as reading health data.
    fn may(&self, ctx: &Ctx, right: Right) -> bool {
        let audiences = &self.audiences;
        ctx.may(right, Facts::Case { audiences })
            || self
                .by
                .iter()
                .any(|by| ctx.may(right, Facts::Declaration { by, audiences }))
    }

    /// Refuses what is added or removed where nobody writes in the file.
    fn may_change(&self, ctx: &Ctx) -> Result<()> {
        may_change(&self.case, ctx.actor.role)
    }
}

/// Refuses what is added or removed where nobody writes in the file (D39 Art. 20.3: the police have it; the case has
/// ended elsewhere).
pub(super) fn may_change(case: &Case, role: ActorRole) -> Result<()> {
    use crate::domain::access::ActorRole::{Police, Procuracy};
    if case.sector.is_armed_forces() {
        // Nothing of it is kept but the way it took.
        return Err(AppError::Conflict("content_not_kept"));
    }
    match case.status {
        CaseStatus::Archived | CaseStatus::Duplicate => Err(AppError::Conflict("case_ended")),
        CaseStatus::Transferred if case.is_ended() => Err(AppError::Conflict("case_ended")),
        CaseStatus::ProsecutionRecommended | CaseStatus::CriminalCase
            if !matches!(role, Police | Procuracy) =>
        {
            Err(AppError::Conflict("file_with_police"))
        }
        _ => Ok(()),
    }
}

/// From when on what an investigation found may be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Announced {
    /// When the minutes in force were announced, or the commune made its record.
    at: Option<DateTime<Utc>>,
    /// Whether it is investigated again: what was added since is confidential anew.
    again: bool,
}

impl Announced {
    fn of(
        tx: &mut DbConn,
        case: &Case,
        key: &CaseKey,
    ) -> Result<(Self, Vec<crate::domain::case::Event>)> {
        let events = events::list(tx, &case.id, key)?;
        let progress = Progress::of(&events);
        let at = match (progress.announced_at, case.level) {
            (Some(at), _) => Some(at),
            (None, InvestigationLevel::CommuneRecord) => events
                .iter()
                .filter(|event| event.action == "record_commune")
                .map(|event| event.happened_at)
                .next_back(),
            (None, _) => None,
        };
        let announced = Self {
            at,
            again: progress.minutes_awaited,
        };
        Ok((announced, events))
    }

    /// Whether it counts for what was added then.
    fn for_added(self, added_at: DateTime<Utc>) -> bool {
        match self.at {
            Some(at) => !self.again || added_at <= at,
            None => false,
        }
    }
}

/// Whether the caller reads what a document says: D39 Art. 12, the grant for health data, and that who gave notice is
/// kept from everybody but the authorities.
fn is_readable(
    ctx: &Ctx,
    seen: &Seen,
    announced: Announced,
    item: FileItem,
    victim: Option<u32>,
    added: (&CallerId, &str, DateTime<Utc>),
) -> bool {
    let (by, in_role, at) = added;
    if in_role == ActorRole::Informant.as_str() {
        return sees_of_informant(seen.reader, ctx.actor.role);
    }
    let is_own = *by == ctx.actor.caller.id();
    let told = sees(seen.reader, item, is_own, announced.for_added(at));
    let needs_grant = item.is_health_data(victim.is_some()) && !is_own;
    told && (!needs_grant || seen.may(ctx, Right::ReadHealthData))
}

/// What is said of a document.
pub(super) fn about(key: &CaseKey, document: &Document) -> Result<About> {
    let text = key.open(Column::DocumentAbout, document.id.as_str(), &document.about)?;
    Ok(serde_json::from_str(&text)?)
}

/// The document `id` with its case, for whoever has `right` on it.
fn found(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &DocumentId,
    right: Right,
) -> Result<(Document, Seen, CaseKey)> {
    ctx.require(right)?;
    let hidden = || AppError::NotFound("document");
    let document = documents::find(tx, id)?.ok_or_else(hidden)?;
    let seen = Seen::find(tx, ctx, &document.case_id, right).map_err(|why| match why {
        AppError::NotFound(_) => hidden(),
        other => other,
    })?;
    let key = sealed::key_of(&ctx.keys, &seen.case)?;
    Ok((document, seen, key))
}
