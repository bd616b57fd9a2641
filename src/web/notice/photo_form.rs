//! The form of one photograph, for whoever has no script: it comes whole, is held in memory, and becomes a document before the
//! page is answered.

use std::{future::poll_fn, pin::Pin, time::Duration};

use actix_multipart::Multipart;
use actix_web::{
    HttpRequest,
    rt::time::timeout,
    web::{Bytes, Payload},
};
use futures_core::Stream;

use crate::{
    api::{extract::Stranger, tus},
    app::AppState,
    archive::Outcome,
    domain::{document::MediaType, notice::LARGEST_PHOTO},
    error::AppError,
    ids::PhotoId,
    service::{
        documents::uploads,
        intake::photos::{self, NewPhoto, Standing},
    },
};

/// How long it may take to come: 5 MB over a line of 20 kB/s.
const WITHIN: Duration = Duration::from_secs(300);
/// What is read of a form that is too large before it is cut off, so that whoever sent it sees why it was not taken.
const READ_AT_MOST: u64 = 64 * 1024 * 1024;

/// Why a form brought no photograph.
pub enum NoPhoto {
    /// None was chosen.
    None,
    /// It is not taken.
    Refused(AppError),
}

impl From<AppError> for NoPhoto {
    fn from(why: AppError) -> Self {
        Self::Refused(why)
    }
}

/// Takes the photograph of the form that was sent to the page of `address`.
pub async fn take(
    state: &AppState,
    request: &HttpRequest,
    sender: Stranger,
    address: &str,
    payload: Payload,
) -> Result<(), NoPhoto> {
    // Before anything is held in memory for somebody who has no receipt.
    let wanted = address.to_owned();
    state
        .read_by_link(sender.clone(), move |tx, ctx| {
            photos::taking(tx, ctx, &wanted)
        })
        .await?;
    if tus::content_length(request).is_none_or(|length| length > READ_AT_MOST) {
        return Err(AppError::TooLarge("photo_too_large").into());
    }
    let form = Multipart::new(request.headers(), payload);
    let (id, kind, bytes) = timeout(WITHIN, read(form))
        .await
        .map_err(|_elapsed| AppError::NotTaken("body_too_slow"))??;
    let new = NewPhoto {
        id: id.unwrap_or_else(PhotoId::generate),
        length: bytes.len() as u64,
        media_type: kind.ok_or(AppError::NotTaken("photo_no_image"))?,
    };
    let address = address.to_owned();
    let begun = state
        .plan_and_write_for_nobody(
            sender,
            |_| Ok(()),
            move |tx, ctx, ()| {
                // Of a double click the other request brings it.
                match photos::begin(tx, ctx, &address, &new)? {
                    Standing::Coming(upload) if upload.received == 0 => {}
                    _ => return Ok(None),
                }
                let (upload, blob) = photos::to_append(tx, ctx, &address, &new.id, 0, None)?;
                let about = uploads::about(tx, ctx, &upload)?;
                Ok(Some((upload, about, blob)))
            },
        )
        .await?;
    let Some((upload, about, blob)) = begun else {
        return Ok(());
    };
    let (id, archive) = (upload.id.clone(), state.archive.clone());
    // It goes on to its end also when the sender goes away.
    let finished = actix_web::rt::spawn(async move {
        let mut whole = Some(Ok(bytes));
        archive
            .append(upload, about, blob, None, async || whole.take())
            .await?;
        archive.finish(&id).await
    });
    match finished.await.map_err(AppError::internal)? {
        Ok(Outcome::Document(_) | Outcome::Elsewhere) | Err(AppError::Conflict("wrong_offset")) => {
            Ok(())
        }
        Ok(Outcome::Refused(why)) => Err(uploads::not_taken(why).into()),
        Err(why) => Err(why.into()),
    }
}

/// The entries of the form: the name that its page gave the photograph, its type and its bytes.
async fn read(mut form: Multipart) -> Result<(Option<PhotoId>, Option<MediaType>, Bytes), NoPhoto> {
    let broken = || AppError::NotTaken("body_incomplete");
    let (mut id, mut photo) = (None, None);
    let mut is_too_large = false;
    while let Some(field) = poll_fn(|cx| Pin::new(&mut form).poll_next(cx)).await {
        let mut field = field.map_err(|_| broken())?;
        let most = usize::try_from(LARGEST_PHOTO).unwrap_or(usize::MAX);
        let kind = field
            .content_type()
            .map(|kind| kind.essence_str().to_owned());
        let name = field.name().map(str::to_owned);
        match (name.as_deref(), field.bytes(most).await) {
            (_, Ok(Err(_cut))) => return Err(broken().into()),
            (_, Err(_larger)) => is_too_large = true,
            (Some("id"), Ok(Ok(bytes))) => {
                id = std::str::from_utf8(&bytes).ok().and_then(PhotoId::parse);
            }
            (Some("photo"), Ok(Ok(bytes))) if !bytes.is_empty() => photo = Some((kind, bytes)),
            _ => {}
        }
    }
    if is_too_large {
        return Err(AppError::TooLarge("photo_too_large").into());
    }
    let (kind, bytes) = photo.ok_or(NoPhoto::None)?;
    Ok((id, kind.and_then(|kind| MediaType::declared(&kind)), bytes))
}
