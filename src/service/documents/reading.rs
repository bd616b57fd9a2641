//! One document: what is said of it, its bytes, its removal.

use serde_json::{Value, json};

use super::{Announced, Blob, Listed, Seen, file::shown, found};
use crate::{
    domain::{
        access::{ActorRole, Right},
        audit::Action,
        document::{DocumentState, Reader, sees},
    },
    error::{AppError, Result},
    ids::{CaseId, DocumentId},
    sealing::Column,
    service::{Ctx, form::Form, sealed},
    store::{conn::DbConn, documents},
};

/// What of a document is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Its bytes.
    Content,
    /// A small picture of it.
    Preview,
}

/// What is said of the document `id`.
pub fn show(tx: &mut DbConn, ctx: &Ctx, id: &DocumentId) -> Result<Listed> {
    let (document, seen, key) = found(tx, ctx, id, Right::ReadDocuments)?;
    let (announced, _) = Announced::of(tx, &seen.case, &key)?;
    let case_id = document.case_id.clone();
    let listed = shown(ctx, &seen, announced, &key, document)?;
    if listed.is_hidden() {
        return Err(AppError::NotFound("document"));
    }
    ctx.note(Action::ListDocuments, &case_id, json!({ "document": id }));
    Ok(listed)
}

/// The blob of what is asked for, for a caller who may read it. That it is read is traced with the item and
/// the victim that it is about.
pub fn to_read(tx: &mut DbConn, ctx: &Ctx, id: &DocumentId, what: Shown) -> Result<(Listed, Blob)> {
    let (document, seen, key) = found(tx, ctx, id, Right::ReadDocuments)?;
    let (announced, _) = Announced::of(tx, &seen.case, &key)?;
    let listed = shown(ctx, &seen, announced, &key, document)?;
    let document = &listed.document;
    if listed.is_hidden() {
        return Err(AppError::NotFound("document"));
    }
    if !listed.readable {
        return Err(if announced.for_added(document.added_at) {
            AppError::Forbidden("a document that is not told to this role")
        } else {
            AppError::Conflict("not_announced")
        });
    }
    match document.state {
        DocumentState::WaitingForScan => return Err(AppError::Conflict("waiting_for_scan")),
        DocumentState::Quarantined => return Err(AppError::Conflict("quarantined")),
        DocumentState::Removed => return Err(AppError::Gone("document_removed")),
        DocumentState::Ready => {}
    }
    let blob = match what {
        Shown::Content => document.content.clone(),
        Shown::Preview => document.preview.clone(),
    };
    let blob = blob.ok_or(AppError::NotFound("preview"))?;
    let blob = Blob::open(tx, &ctx.keys, &blob)?;
    ctx.note(
        Action::ReadDocument,
        &document.case_id,
        json!({
            "document": id, "item": document.item, "victim": document.victim,
            "preview": what == Shown::Preview,
        }),
    );
    Ok((listed, blob))
}

/// Removes a document from the file: it is marked, with a `reason`; its bytes go later, and not while there is
/// a legal hold.
pub fn remove(tx: &mut DbConn, ctx: &Ctx, id: &DocumentId, body: &Value) -> Result<Listed> {
    let (document, seen, key) = found(tx, ctx, id, Right::RemoveDocuments)?;
    seen.may_change(ctx)?;
    // Who is investigated takes back what it sent itself, and while the case is open.
    let is_theirs = document.caller_id == ctx.actor.caller.id();
    if ctx.actor.role == ActorRole::Employer && (seen.case.is_ended() || !is_theirs) {
        return Err(AppError::Forbidden("a document of another"));
    }
    let mut form = Form::new(body);
    let reason = form.text("reason", 1000);
    form.finish()?;
    let reason = reason.unwrap_or_default();
    let removal = key.seal(Column::DocumentRemoval, id.as_str(), &reason)?;
    if !documents::set_removed(tx, id, &ctx.actor.name, &removal, ctx.now)? {
        return Err(AppError::Conflict("document_removed"));
    }
    ctx.note(
        Action::RemoveDocument,
        &document.case_id,
        json!({ "document": id, "item": document.item, "victim": document.victim }),
    );
    let removed = documents::find(tx, id)?.ok_or(AppError::NotFound("document"))?;
    let (announced, _) = Announced::of(tx, &seen.case, &key)?;
    shown(ctx, &seen, announced, &key, removed)
}

/// Why a document is not in what is taken along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// The caller may not read it, or not before the announcement (D39 Art. 12).
    NotReadable,
    /// It is not scanned yet.
    WaitingForScan,
    /// The scanner found something in it.
    Quarantined,
}

impl LeftOut {
    /// As the list says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotReadable => "not_readable",
            Self::WaitingForScan => "waiting_for_scan",
            Self::Quarantined => "quarantined",
        }
    }
}

/// The documents that go with the insurance dossier of a victim, and those that would.
pub struct ForInsurer {
    /// To take along, the oldest first.
    pub files: Vec<(Listed, Blob)>,
    /// The others, with the reason.
    pub left_out: Vec<(Listed, LeftOut)>,
}

/// Documents of the case `id` that go with the insurance dossier of the victim `no`: what the insurer is told (L84 Art.
/// 57, 59), of this victim and of all of them. Each that is taken along is traced like any other that is read.
pub fn for_insurer(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, no: u32) -> Result<ForInsurer> {
    let seen = Seen::find(tx, ctx, id, Right::ReadDocuments)?;
    let key = sealed::key_of(&ctx.keys, &seen.case)?;
    let (announced, _) = Announced::of(tx, &seen.case, &key)?;
    let mut found = ForInsurer {
        files: Vec::new(),
        left_out: Vec::new(),
    };
    for document in documents::of_case(tx, id, None, MOST_TAKEN_ALONG)? {
        let is_his = document.victim.is_none_or(|victim| victim == no);
        let is_told = sees(Reader::Insures, document.item, false, true);
        if !is_his || !is_told || document.state == DocumentState::Removed {
            continue;
        }
        let listed = shown(ctx, &seen, announced, &key, document)?;
        let document = &listed.document;
        let why_not = match document.state {
            _ if !listed.readable => Some(LeftOut::NotReadable),
            DocumentState::WaitingForScan => Some(LeftOut::WaitingForScan),
            DocumentState::Quarantined => Some(LeftOut::Quarantined),
            _ => None,
        };
        match (why_not, document.content.clone()) {
            (None, Some(blob)) => {
                let blob = Blob::open(tx, &ctx.keys, &blob)?;
                ctx.note(
                    Action::ReadDocument,
                    id,
                    json!({
                        "document": document.id, "item": document.item, "victim": document.victim,
                        "insurance_dossier": no,
                    }),
                );
                found.files.push((listed, blob));
            }
            (why_not, _) => {
                let why = why_not.unwrap_or(LeftOut::NotReadable);
                found.left_out.push((listed, why));
            }
        }
    }
    Ok(found)
}

/// Documents of a case that are looked through at most.
const MOST_TAKEN_ALONG: i64 = 20_000;
