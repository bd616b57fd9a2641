//! Files on their way here, as the tus protocol sends them.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::{About, Blob, NewBlob, Seen};
use crate::{
    domain::{
        access::Right,
        audit::Action,
        case::Case,
        declaration::{Fault, FaultCode},
        document::{FileFault, FileItem, MediaType},
    },
    error::{AppError, Result},
    ids::{CaseId, UploadId},
    sealing::Column,
    service::{Ctx, sealed},
    store::{
        blobs::{self, Piece},
        cases,
        conn::DbConn,
        uploads::{self, Upload},
    },
};

/// How long an upload is kept after the last piece of it came.
pub const KEPT: TimeDelta = TimeDelta::hours(24);
/// Uploads of one caller that are open at a time.
const MOST_OPEN: i64 = 100;

/// What is to come.
#[derive(Debug, Clone)]
pub struct NewUpload {
    /// Bytes.
    pub length: u64,
    /// Where it belongs; `None`: where the code of a form on it says, or to nothing else.
    pub item: Option<FileItem>,
    /// Which victim it is about.
    pub victim: Option<u32>,
    /// Its type, as declared.
    pub media_type: MediaType,
    /// Its name.
    pub file_name: String,
    /// What it is for.
    pub purpose: Option<String>,
    /// Why an image is kept as it came.
    pub keep_original: Option<String>,
}

/// Whether the caller may bring scans of forms at all.
pub fn may_place_scans(ctx: &Ctx) -> Result<()> {
    ctx.require(Right::ReadForms)?;
    ctx.require(Right::AddDocuments)
}

/// Notes a file that is to come for the case `id`.
pub fn create(tx: &mut DbConn, ctx: &Ctx, id: &CaseId, new: &NewUpload) -> Result<Upload> {
    let mut seen = Seen::find(tx, ctx, id, Right::AddDocuments)?;
    seen.may_change(ctx)?;
    if let Some(number) = new.victim {
        let victims = cases::victims(tx, id)?;
        if !victims.iter().any(|victim| victim.no == number) {
            return Err(AppError::Invalid(vec![Fault {
                pointer: "/victim".to_owned(),
                code: FaultCode::NotAllowed,
            }]));
        }
    }
    let caller_id = ctx.actor.caller.id();
    if uploads::count_open(tx, &caller_id, ctx.now)? >= MOST_OPEN {
        return Err(AppError::Conflict("too_many_uploads"));
    }
    write(tx, ctx, &mut seen.case, new)
}

/// Notes a file that is to come for `case`, whoever may bring it.
pub(in crate::service) fn write(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &mut Case,
    new: &NewUpload,
) -> Result<Upload> {
    let key = sealed::key_to_write(tx, &ctx.keys, case)?;
    let id = &case.id;
    let blob = NewBlob::note(tx, (id, &key), new.length, None, ctx.now)?;
    let upload_id = UploadId::generate();
    let about = About {
        file_name: new.file_name.clone(),
        purpose: new.purpose.clone(),
        keep_original: new.keep_original.clone(),
        by_code: new.item.is_none(),
        ..About::default()
    };
    let about = serde_json::to_string(&about)?;
    let upload = Upload {
        about: key.seal(Column::UploadAbout, upload_id.as_str(), &about)?,
        id: upload_id,
        case_id: id.clone(),
        caller_id: ctx.actor.caller.id(),
        added_by: ctx.actor.name.clone(),
        added_role: ctx.actor.role.to_string(),
        item: new.item.unwrap_or(FileItem::Other),
        victim: new.victim,
        media_type: new.media_type,
        blob: blob.shape.id,
        length: new.length,
        received: 0,
        created_at: ctx.now,
        expires_at: ctx.now + KEPT,
        busy_until: None,
        refused: None,
        document: None,
    };
    uploads::insert(tx, &upload)?;
    ctx.note(
        Action::BeginUpload,
        id,
        json!({ "upload": upload.id, "item": upload.item, "victim": new.victim, "length": new.length }),
    );
    Ok(upload)
}

/// The upload `id` of the caller. Whoever loses the right on its case meanwhile does not go on with it.
pub fn own(tx: &mut DbConn, ctx: &Ctx, id: &UploadId) -> Result<Upload> {
    ctx.require(Right::AddDocuments)?;
    let hidden = || AppError::NotFound("upload");
    let upload = uploads::find(tx, id)?
        .filter(|upload| upload.caller_id == ctx.actor.caller.id())
        .ok_or_else(hidden)?;
    Seen::find(tx, ctx, &upload.case_id, Right::AddDocuments).map_err(|why| match why {
        AppError::NotFound(_) => hidden(),
        other => other,
    })?;
    if upload.has_expired(ctx.now) {
        return Err(AppError::Gone("upload_expired"));
    }
    Ok(upload)
}

/// The same with its blob, to go on from `offset`, which must be where it stands.
pub fn to_append(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &UploadId,
    offset: u64,
    announced: Option<u64>,
) -> Result<(Upload, Blob)> {
    let upload = own(tx, ctx, id)?;
    check_offset(&upload, offset, announced)?;
    let seen = Seen::find(tx, ctx, &upload.case_id, Right::AddDocuments)?;
    seen.may_change(ctx)?;
    let blob = Blob::open(tx, &ctx.keys, &upload.blob)?;
    Ok((upload, blob))
}

/// Refuses a part that does not begin where `upload` stands, or is longer than what is left.
pub(in crate::service) fn check_offset(
    upload: &Upload,
    offset: u64,
    announced: Option<u64>,
) -> Result<()> {
    match upload.refused {
        Some(_) => return Err(AppError::Gone("upload_refused")),
        None if upload.document.is_some() || upload.received != offset => {
            return Err(AppError::Conflict("wrong_offset"));
        }
        None => {}
    }
    let left = upload.length - upload.received;
    if announced.is_some_and(|more| more > left) {
        return Err(AppError::TooLarge("upload_too_long"));
    }
    Ok(())
}

/// Notes pieces that are in the store: so much is there now, where there was `seen`. `false` if somebody
/// else was faster.
pub fn advance(
    tx: &mut DbConn,
    upload: &Upload,
    pieces: &[Piece],
    seen: u64,
    received: u64,
    now: DateTime<Utc>,
) -> Result<bool> {
    if !uploads::advance(tx, &upload.id, seen, received, now + KEPT)? {
        return Ok(false);
    }
    blobs::put_pieces(tx, &upload.blob, pieces)?;
    Ok(true)
}

/// Ends an upload that its caller does not want any more: nothing of it is kept.
pub fn terminate(tx: &mut DbConn, ctx: &Ctx, id: &UploadId) -> Result<()> {
    let upload = own(tx, ctx, id)?;
    end(tx, &upload, ctx.now)
}

/// The same of an upload that was found before.
pub(in crate::service) fn end(tx: &mut DbConn, upload: &Upload, now: DateTime<Utc>) -> Result<()> {
    if upload.document.is_some() {
        return Err(AppError::Conflict("upload_ended"));
    }
    if uploads::delete(tx, &upload.id)? {
        blobs::let_go(tx, std::slice::from_ref(&upload.blob), now)?;
    }
    Ok(())
}

/// What is said of an upload.
pub fn about(tx: &mut DbConn, ctx: &Ctx, upload: &Upload) -> Result<About> {
    let key = sealed::key_of_id(tx, &ctx.keys, &upload.case_id)?;
    let text = key.open(Column::UploadAbout, upload.id.as_str(), &upload.about)?;
    Ok(serde_json::from_str(&text)?)
}

/// Why a file is not taken, as its sender is told.
pub fn not_taken(why: FileFault) -> AppError {
    AppError::NotTaken(why.as_str())
}
