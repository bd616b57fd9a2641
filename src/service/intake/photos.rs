//! Photographs that follow what was received. Whoever holds the address of the receipt adds them, for a week; nobody
//! reads one back by it. They become photographs of the file (D39 Art. 16.1.c) that nobody has verified.
//!
//! Each is named by whoever sends it: one whose answer was lost is the same one when it is sent again.

use chrono::{DateTime, Utc};

use super::{gate, receipts};
use crate::{
    domain::{
        access::{Right, Sight},
        case::{Case, CaseStatus},
        document::{FileItem, MediaType},
        notice::{LARGEST_PHOTO, MOST_PHOTOS, NoticeState, PHOTOS_FROM_ADDRESS, photos_until},
    },
    error::{AppError, Result},
    ids::{CaseId, PhotoId},
    service::{
        Ctx,
        documents::{
            self, Blob,
            uploads::{self as sending, NewUpload},
        },
        limits,
    },
    store::{
        cases,
        conn::DbConn,
        declarations::Stored,
        merges, notice_photos, notices,
        uploads::{self, Upload},
    },
};

/// A photograph that is to come.
#[derive(Debug, Clone)]
pub struct NewPhoto {
    /// As whoever sends it names it.
    pub id: PhotoId,
    /// Bytes.
    pub length: u64,
    /// Its type, as declared.
    pub media_type: MediaType,
}

/// Where a photograph stands.
#[derive(Debug, Clone)]
pub enum Standing {
    /// On its way: so much of it is there. What came whole is being checked.
    Coming(Box<Upload>),
    /// It is a document of the case.
    Received,
}

/// What the page of a receipt says of photographs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taking {
    /// Until when they are taken.
    pub until: DateTime<Utc>,
    /// Whether one is taken now.
    pub is_open: bool,
    /// How many were received.
    pub received: u32,
}

/// Whether photographs are taken at the receipt of `address`, and how many there are.
pub fn taking(tx: &mut DbConn, ctx: &Ctx, address: &str) -> Result<Taking> {
    let stored = receipts::behind(tx, ctx, address)?;
    let received = notice_photos::count_received(tx, &stored.receipt_no)?;
    let received = u32::try_from(received).unwrap_or(u32::MAX);
    let is_taken = match case_of(tx, ctx, &stored) {
        Ok(_) => true,
        Err(AppError::Conflict(_) | AppError::Gone(_)) => false,
        Err(other) => return Err(other),
    };
    Ok(Taking {
        until: photos_until(stored.received_at),
        is_open: is_taken && received < MOST_PHOTOS,
        received,
    })
}

/// Notes a photograph that is to come, or finds the one that was noted under its name.
///
/// # Errors
/// [`AppError::Gone`] after the week, [`AppError::Conflict`] where the receipt has its ten or nobody writes in the file,
/// [`AppError::TooLarge`], [`AppError::NotTaken`] of what is no photograph, [`AppError::TooMany`], and
/// [`AppError::KeyReused`] where the name stands for one of another length.
pub fn begin(tx: &mut DbConn, ctx: &Ctx, address: &str, new: &NewPhoto) -> Result<Standing> {
    ctx.require(Right::Notice)?;
    let stored = receipts::behind(tx, ctx, address)?;
    if let Some(known) = standing(tx, ctx, &stored.receipt_no, &new.id)? {
        return match &known {
            Standing::Coming(upload) if upload.length != new.length => Err(AppError::KeyReused),
            _ => Ok(known),
        };
    }
    if new.length > LARGEST_PHOTO {
        return Err(AppError::TooLarge("photo_too_large"));
    }
    if !new.media_type.is_image() {
        return Err(AppError::NotTaken("photo_no_image"));
    }
    let mut case = case_of(tx, ctx, &stored)?;
    // Of two that come at once the second counts the first.
    cases::lock(tx, &case.id)?;
    let others = notice_photos::count_others(tx, &stored.receipt_no, &new.id, ctx.now)?;
    if others >= i64::from(MOST_PHOTOS) {
        return Err(AppError::Conflict("photos_too_many"));
    }
    let network = gate::network(ctx.origin.address.as_deref());
    limits::take(tx, &ctx.keys, &PHOTOS_FROM_ADDRESS, &network, ctx.now)?;
    // Not the name that it had: people name pictures by what is on them, and by whom.
    let ending = new.media_type.endings()[0];
    let upload = NewUpload {
        length: new.length,
        item: Some(FileItem::Photographs),
        victim: None,
        media_type: new.media_type,
        file_name: format!("Ảnh kèm tin báo {}.{ending}", others + 1),
        purpose: None,
        keep_original: None,
    };
    let upload = sending::write(tx, ctx, &mut case, &upload)?;
    notice_photos::put(
        tx,
        &stored.receipt_no,
        &new.id,
        &case.id,
        &upload.id,
        ctx.now,
    )?;
    Ok(Standing::Coming(Box::new(upload)))
}

/// Where the photograph `id` of a receipt stands.
///
/// # Errors
/// [`AppError::NotFound`] where there is none, or it was forgotten half way; [`AppError::Gone`] with the reason where it
/// was not taken.
pub fn show(tx: &mut DbConn, ctx: &Ctx, address: &str, id: &PhotoId) -> Result<Standing> {
    let stored = receipts::behind(tx, ctx, address)?;
    let gone = || AppError::NotFound("upload");
    if let Some(known) = standing(tx, ctx, &stored.receipt_no, id)? {
        return Ok(known);
    }
    let photo = notice_photos::find(tx, &stored.receipt_no, id)?.ok_or_else(gone)?;
    let upload = uploads::find(tx, &photo.upload)?.ok_or_else(gone)?;
    match upload.refused {
        Some(why) => Err(AppError::Gone(why.as_str())),
        None => Err(gone()),
    }
}

/// The upload of a photograph with its blob, to go on from `offset`, which must be where it stands.
pub fn to_append(
    tx: &mut DbConn,
    ctx: &Ctx,
    address: &str,
    id: &PhotoId,
    offset: u64,
    announced: Option<u64>,
) -> Result<(Upload, Blob)> {
    let Standing::Coming(upload) = show(tx, ctx, address, id)? else {
        return Err(AppError::Conflict("wrong_offset"));
    };
    sending::check_offset(&upload, offset, announced)?;
    let case = found(tx, &upload.case_id)?;
    documents::may_change(&case, ctx.actor.role)?;
    let blob = Blob::open(tx, &ctx.keys, &upload.blob)?;
    Ok((*upload, blob))
}

/// Ends a photograph that is not wanted any more, before it is a document: nothing of it is kept.
pub fn end(tx: &mut DbConn, ctx: &Ctx, address: &str, id: &PhotoId) -> Result<()> {
    ctx.require(Right::Notice)?;
    let stored = receipts::behind(tx, ctx, address)?;
    let photo = notice_photos::find(tx, &stored.receipt_no, id)?;
    let photo = photo.ok_or(AppError::NotFound("upload"))?;
    if photo.document.is_some() {
        return Err(AppError::Conflict("upload_ended"));
    }
    if let Some(upload) = uploads::find(tx, &photo.upload)? {
        sending::end(tx, &upload, ctx.now)?;
    }
    Ok(notice_photos::delete(tx, &stored.receipt_no, id)?)
}

/// Where a photograph stands; `None` where there is none, or its latest try came to nothing.
fn standing(
    tx: &mut DbConn,
    ctx: &Ctx,
    receipt_no: &str,
    id: &PhotoId,
) -> Result<Option<Standing>> {
    let Some(photo) = notice_photos::find(tx, receipt_no, id)? else {
        return Ok(None);
    };
    if photo.document.is_some() {
        return Ok(Some(Standing::Received));
    }
    let upload = uploads::find(tx, &photo.upload)?;
    let upload = upload.filter(|upload| upload.refused.is_none() && !upload.has_expired(ctx.now));
    Ok(upload.map(|upload| Standing::Coming(Box::new(upload))))
}

fn found(tx: &mut DbConn, id: &CaseId) -> Result<Case> {
    cases::find(tx, id, &Sight::All)?.ok_or(AppError::NotFound("declaration"))
}

/// The case to which a photograph goes now: that of what was received, or the one of the same accident into which it
/// was merged.
fn case_of(tx: &mut DbConn, ctx: &Ctx, stored: &Stored) -> Result<Case> {
    if photos_until(stored.received_at) <= ctx.now {
        return Err(AppError::Gone("photos_closed"));
    }
    if notices::state(tx, &stored.case_id)? == Some(NoticeState::Rejected) {
        return Err(AppError::Conflict("case_ended"));
    }
    let mut case = found(tx, &stored.case_id)?;
    if case.status == CaseStatus::Duplicate
        && let Some(of) = merges::of_one_accident(tx, &case.id)?.first()
    {
        case = found(tx, of)?;
    }
    documents::may_change(&case, ctx.actor.role)?;
    Ok(case)
}
