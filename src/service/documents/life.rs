//! What becomes of files without anybody asking: uploads that are whole become documents, documents are
//! scanned, what was removed is erased, what expired is forgotten.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{About, Blob, NewBlob};
use crate::{
    domain::{
        access::Sight,
        audit::Action,
        document::{DocumentState, FileFault},
        duties::retention::{RecordClass, period},
        message::{Alarm, AlarmKind},
    },
    error::Result,
    ids::{BlobId, CaseId, DocumentId, UploadId},
    paper::FormRef,
    sealing::{Column, Keys},
    service::{Ctx, forms, notify, sealed},
    store::{
        blobs::{self, Piece},
        cases,
        conn::DbConn,
        documents::{self, Document, OfForm},
        notice_photos,
        uploads::{self, Upload},
    },
    time::day_in_vietnam,
};

/// Rows in one write.
const BATCH: i64 = 50;
/// How long a blob that is being written is kept without anything that leads to it.
const WRITTEN_WITHIN: TimeDelta = TimeDelta::hours(1);

/// A whole upload that is checked.
#[derive(Debug, Clone)]
pub struct Due {
    /// The upload.
    pub upload: Upload,
    /// What was said of it.
    pub about: About,
    /// Its bytes.
    pub blob: Blob,
}

/// What became of an upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The document.
    pub document: DocumentId,
    /// Whether it waits for the scanner.
    pub waits: bool,
}

/// Takes the upload `id` to check it until `until`; `None` where it is not whole, has ended, or somebody else
/// checks it.
pub fn due(
    tx: &mut DbConn,
    keys: &Keys,
    id: &UploadId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<Due>> {
    if !uploads::claim(tx, id, now, until)? {
        return Ok(None);
    }
    let Some(upload) = uploads::find(tx, id)? else {
        return Ok(None);
    };
    let key = sealed::key_of_id(tx, keys, &upload.case_id)?;
    let about = key.open(Column::UploadAbout, id.as_str(), &upload.about)?;
    Ok(Some(Due {
        about: serde_json::from_str(&about)?,
        blob: Blob::open(tx, keys, &upload.blob)?,
        upload,
    }))
}

/// Notes a blob of `length` bytes that is written now, for the case `id`.
pub fn to_write(
    tx: &mut DbConn,
    keys: &Keys,
    id: &CaseId,
    length: u64,
    now: DateTime<Utc>,
) -> Result<Blob> {
    let key = sealed::key_of_id(tx, keys, id)?;
    NewBlob::note(tx, (id, &key), length, Some(now + WRITTEN_WITHIN), now)
}

/// What was made of an upload: the bytes that are kept, where they are not those that came, and a preview.
#[derive(Debug, Clone, Default)]
pub struct Made {
    /// What is said of it now.
    pub about: About,
    /// What it is.
    pub media_type: Option<crate::domain::document::MediaType>,
    /// Written anew.
    pub content: Option<(Blob, Vec<Piece>)>,
    /// A preview.
    pub preview: Option<(Blob, Vec<Piece>)>,
    /// The code of a form that stands on it.
    pub code: Option<FormRef>,
}

/// Makes the document of an upload. It waits for the scanner where `scans`. `None` where the upload has ended.
pub fn add(
    tx: &mut DbConn,
    ctx: &Ctx,
    due: &Due,
    made: &Made,
    scans: bool,
) -> Result<Option<Finished>> {
    let upload = &due.upload;
    let id = DocumentId::generate();
    if !uploads::finish(tx, &upload.id, &id)? {
        return Ok(None);
    }
    let key = sealed::key_of_id(tx, &ctx.keys, &upload.case_id)?;
    let mut kept = |made: &Option<(Blob, Vec<Piece>)>| -> Result<Option<BlobId>> {
        let Some((blob, pieces)) = made else {
            return Ok(None);
        };
        blobs::insert_pieces(tx, &blob.shape.id, pieces)?;
        blobs::keep(tx, &blob.shape.id)?;
        Ok(Some(blob.shape.id.clone()))
    };
    let content = kept(&made.content)?;
    let preview = kept(&made.preview)?;
    let length = made
        .content
        .as_ref()
        .map_or(upload.length, |(blob, _)| blob.shape.length);
    let is_anew = content.is_some();
    if is_anew && !scans {
        blobs::let_go(tx, std::slice::from_ref(&upload.blob), ctx.now)?;
    }
    let form = match &made.code {
        Some(code) => forms::on_scan(tx, &upload.case_id, code)?,
        None => None,
    };
    // Whoever said where it belongs knows better than the code.
    let left_to_code = form.as_ref().filter(|_| made.about.by_code);
    let about = serde_json::to_string(&made.about)?;
    let document = Document {
        about: key.seal(Column::DocumentAbout, id.as_str(), &about)?,
        id,
        case_id: upload.case_id.clone(),
        added_at: ctx.now,
        caller_id: upload.caller_id.clone(),
        added_by: upload.added_by.clone(),
        added_role: upload.added_role.clone(),
        item: left_to_code
            .and_then(|form| form.file_item)
            .unwrap_or(upload.item),
        victim: upload
            .victim
            .or(left_to_code.and_then(|form| form.issued.victim)),
        form: form.map(|form| OfForm {
            id: form.issued.id,
            page: form.page,
        }),
        media_type: made.media_type.unwrap_or(upload.media_type),
        length,
        state: if scans {
            DocumentState::WaitingForScan
        } else {
            DocumentState::Ready
        },
        received: (is_anew && scans).then(|| upload.blob.clone()),
        content: content.or_else(|| Some(upload.blob.clone())),
        preview,
        scanned_at: None,
        finding: None,
        scan_at: scans.then_some(ctx.now),
        removed_at: None,
        removed_by: None,
        removal: None,
        erased_at: None,
    };
    documents::insert(tx, &document)?;
    notice_photos::set_document(tx, &upload.id, &document.id)?;
    ctx.note(
        Action::AddDocument,
        &upload.case_id,
        json!({
            "document": document.id, "upload": upload.id, "item": document.item, "victim": document.victim,
            "added_by": upload.added_by, "media_type": document.media_type,
            "issued_form": document.form.as_ref().map(|form| &form.id),
        }),
    );
    Ok(Some(Finished {
        document: document.id,
        waits: scans,
    }))
}

/// Ends an upload that is not taken: nothing of it is kept.
pub fn refuse(tx: &mut DbConn, ctx: &Ctx, upload: &Upload, why: FileFault) -> Result<()> {
    if uploads::refuse(tx, &upload.id, why)? {
        blobs::let_go(tx, std::slice::from_ref(&upload.blob), ctx.now)?;
        ctx.note(
            Action::RefuseFile,
            &upload.case_id,
            json!({ "upload": upload.id, "why": why, "added_by": upload.added_by }),
        );
    }
    Ok(())
}

/// Takes the document `id` to scan it until `until`, with the bytes as they came; `None` where somebody else
/// does, or it does not wait.
pub fn to_scan(
    tx: &mut DbConn,
    keys: &Keys,
    id: &DocumentId,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Option<(Document, Blob)>> {
    if !documents::claim_scan(tx, id, now, until)? {
        return Ok(None);
    }
    let Some(document) = documents::find(tx, id)? else {
        return Ok(None);
    };
    let Some(blob) = document.received.as_ref().or(document.content.as_ref()) else {
        return Ok(None);
    };
    let blob = Blob::open(tx, keys, blob)?;
    Ok(Some((document, blob)))
}

/// The scanner did not answer: the document waits until `again_at`.
pub fn scan_again(tx: &mut DbConn, id: &DocumentId, again_at: DateTime<Utc>) -> Result<()> {
    Ok(documents::set_scan_at(tx, id, again_at)?)
}

/// Notes what the scanner said of a document: nothing, or what it found.
pub fn scanned(
    tx: &mut DbConn,
    ctx: &Ctx,
    document: &Document,
    finding: Option<&str>,
) -> Result<()> {
    if !documents::set_scanned(tx, &document.id, finding, ctx.now)? {
        return Ok(());
    }
    match finding {
        Some(finding) => {
            ctx.note(
                Action::QuarantineDocument,
                &document.case_id,
                json!({ "document": document.id, "item": document.item, "finding": finding }),
            );
            tell_operator(tx, ctx, document, finding)?;
        }
        None => {
            if let Some(received) = &document.received {
                blobs::let_go(tx, std::slice::from_ref(received), ctx.now)?;
            }
        }
    }
    Ok(())
}

/// Raises an alarm about malware: one a day for a case and what was found, however often it is sent again.
fn tell_operator(tx: &mut DbConn, ctx: &Ctx, document: &Document, finding: &str) -> Result<()> {
    let case = cases::find(tx, &document.case_id, &Sight::All)?;
    let kind = AlarmKind::MalwareFound;
    let record = format!("{}: {finding}", document.id);
    let alarm = Alarm {
        case_id: Some(document.case_id.to_string()),
        receipt_no: case.map(|case| case.receipt_no),
        ..Alarm::of_record(kind, &record, ctx.now)
    };
    let day = day_in_vietnam(ctx.now);
    let key = format!("{kind}/{}/{finding}/{day}", document.case_id);
    notify::operator(tx, ctx.operator_mail.as_deref(), &alarm, &key)
}

/// What was erased and forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ToErase {
    /// Documents whose bytes are let go of.
    pub documents: usize,
    /// Uploads that expired.
    pub uploads: usize,
}

impl ToErase {
    /// How much there was.
    pub fn sum(self) -> usize {
        self.documents + self.uploads
    }
}

/// Lets go of the bytes of documents that were removed long enough ago (`D-keep.removed_document`), unless
/// there is a legal hold, and of uploads that expired.
pub fn erase_some(tx: &mut DbConn, ctx: &Ctx) -> Result<ToErase> {
    let mut done = ToErase::default();
    let today = day_in_vietnam(ctx.now);
    let period = period(RecordClass::RemovedDocuments, &ctx.world.law, today);
    if let Some(before) = period.and_then(|period| period.cutoff(ctx.now)) {
        for document in documents::to_erase(tx, before, BATCH)? {
            let all = [&document.content, &document.received, &document.preview];
            let ids: Vec<BlobId> = all.into_iter().flatten().cloned().collect();
            blobs::let_go(tx, &ids, ctx.now)?;
            documents::set_erased(tx, &document.id, ctx.now)?;
            ctx.note(
                Action::EraseDocument,
                &document.case_id,
                json!({ "document": document.id }),
            );
            done.documents += 1;
        }
    }
    for (id, blob, became_document) in uploads::expired(tx, ctx.now, BATCH)? {
        if uploads::delete(tx, &id)? {
            done.uploads += 1;
            if !became_document {
                blobs::let_go(tx, &[blob], ctx.now)?;
            }
        }
    }
    Ok(done)
}

/// A case is destroyed: so is everything in the file store that belongs to it. Its key opens none of it any
/// more; the objects go next.
pub fn forget_case(tx: &mut DbConn, case: &CaseId, now: DateTime<Utc>) -> Result<()> {
    documents::erase_of_case(tx, case, now)?;
    uploads::delete_of_case(tx, case)?;
    notice_photos::delete_of_case(tx, case)?;
    blobs::let_go_of_case(tx, case, now)?;
    Ok(())
}
