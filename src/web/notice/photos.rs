//! `/notice/{receipt}/photos`: photographs that follow what was received. A script sends each by the tus protocol, so that
//! it goes on where a line broke; a form without script sends one whole. Nothing is read back by these addresses.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{Data, Path, Payload},
};
use serde_json::json;

use super::{
    photo_form::{self, NoPhoto},
    receipt::Shown,
};
use crate::{
    api::{
        cookies,
        extract::{Credentials, Stranger},
        tus::{self, Odd},
        uploads::{Part, bring},
    },
    app::AppState,
    domain::document::MediaType,
    error::{AppError, Result},
    ids::PhotoId,
    service::{
        documents::uploads,
        intake::photos::{self, NewPhoto, Standing},
    },
    web::chrome::see,
    wording::{Text, notice_page as words, problems::problem},
};

/// `POST /notice/{receipt}/photos`: begins a photograph (tus: creation), or takes one whole from the form.
pub async fn begin(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
    stranger: Stranger,
    address: Path<String>,
    payload: Payload,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let address = address.into_inner();
    let kind = request.headers().get(header::CONTENT_TYPE);
    if kind.is_none_or(|kind| !kind.as_bytes().starts_with(b"multipart/form-data")) {
        let begun = by_tus(&state, &request, stranger, &address).await;
        return Ok(begun.unwrap_or_else(Odd::into_response));
    }
    let taken = photo_form::take(&state, &request, stranger.clone(), &address, payload).await;
    let (status, photo_wrong) = match taken {
        Ok(()) => return Ok(see(&format!("/notice/{address}#photos"))),
        Err(NoPhoto::None) => (StatusCode::UNPROCESSABLE_ENTITY, words::PHOTO_NONE),
        Err(NoPhoto::Refused(why)) => match (said_of(&why), why) {
            // There is no such page, or it cannot be shown now.
            (_, why @ (AppError::NotFound(_) | AppError::Busy | AppError::Internal(_))) => {
                return Err(why);
            }
            (Some(text), _) => (StatusCode::UNPROCESSABLE_ENTITY, text),
            (None, why) => return Err(why),
        },
    };
    let page = Shown {
        address,
        status,
        photo_wrong: Some(photo_wrong),
    };
    page.answer(&state, &request, sender, stranger).await
}

fn said_of(why: &AppError) -> Option<Text> {
    problem(why.code())
}

async fn by_tus(
    state: &AppState,
    request: &HttpRequest,
    sender: Stranger,
    address: &str,
) -> Result<HttpResponse, Odd> {
    tus::check_version(request)?;
    let (length, entries) = tus::announced(request)?;
    let kind = entries.get("filetype").map(String::as_str);
    let id = entries.get("id").and_then(|id| PhotoId::parse(id));
    let new = NewPhoto {
        id: id.unwrap_or_else(PhotoId::generate),
        length,
        media_type: kind
            .and_then(MediaType::declared)
            .ok_or(AppError::NotTaken("photo_no_image"))?,
    };
    let location = format!("/notice/{address}/photos/{}", new.id);
    let address = address.to_owned();
    let standing = state
        .plan_and_write_for_nobody(
            sender,
            |_| Ok(()),
            move |tx, ctx, ()| photos::begin(tx, ctx, &address, &new),
        )
        .await?;
    let mut answer = tus::answer(StatusCode::CREATED);
    answer
        .insert_header((header::LOCATION, location))
        .insert_header((
            "Upload-Offset",
            match &standing {
                Standing::Coming(upload) => upload.received,
                Standing::Received => length,
            },
        ));
    if let Standing::Coming(upload) = &standing {
        answer.insert_header(tus::expires(upload.expires_at));
    }
    Ok(answer.json(said(&standing)))
}

/// Where a photograph stands, for a script: its bytes may all be there and be refused yet.
fn said(standing: &Standing) -> serde_json::Value {
    json!({ "state": match standing {
        Standing::Received => "received",
        Standing::Coming(upload) if upload.is_whole() => "checking",
        Standing::Coming(_) => "receiving",
    }})
}

/// `GET /notice/{receipt}/photos/{photo_id}`: how much of it is there (tus: `HEAD`). Of the picture itself nothing.
pub async fn show(
    state: Data<AppState>,
    sender: Stranger,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (address, id) = named(path)?;
    let standing = state
        .read_by_link(sender, move |tx, ctx| photos::show(tx, ctx, &address, &id))
        .await?;
    let mut answer = tus::answer(StatusCode::OK);
    if let Standing::Coming(upload) = &standing {
        answer
            .insert_header(("Upload-Offset", upload.received))
            .insert_header(("Upload-Length", upload.length))
            .insert_header(tus::expires(upload.expires_at));
    }
    Ok(answer.json(said(&standing)))
}

/// `PATCH /notice/{receipt}/photos/{photo_id}`: the next part (tus). The last is answered once the photograph was checked.
pub async fn append(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Stranger,
    path: Path<(String, String)>,
    payload: Payload,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let (address, id) = named(path)?;
    let brought = async {
        let part = Part::of(&request)?;
        let (offset, announced) = (part.offset, part.announced);
        let to_append = state
            .read_by_link(sender, move |tx, ctx| {
                let (upload, blob) = photos::to_append(tx, ctx, &address, &id, offset, announced)?;
                let about = uploads::about(tx, ctx, &upload)?;
                Ok((upload, about, blob))
            })
            .await?;
        bring(&state, to_append, part, payload).await
    };
    Ok(match brought.await {
        Ok(done) => tus::answer(StatusCode::NO_CONTENT)
            .insert_header(("Upload-Offset", done.received))
            .insert_header(tus::expires(done.expires_at))
            .finish(),
        Err(odd) => odd.into_response(),
    })
}

/// `DELETE /notice/{receipt}/photos/{photo_id}`: one that is not wanted any more (tus: termination), unless it was received.
pub async fn end(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Stranger,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let (address, id) = named(path)?;
    state
        .write_by_link(sender, move |tx, ctx| {
            photos::end(tx, ctx, &address, &id)?;
            Ok(((), Vec::new()))
        })
        .await?;
    state.archive.wake();
    Ok(tus::answer(StatusCode::NO_CONTENT).finish())
}

fn named(path: Path<(String, String)>) -> Result<(String, PhotoId)> {
    let (address, id) = path.into_inner();
    let id = PhotoId::parse(&id).ok_or(AppError::NotFound("upload"))?;
    Ok((address, id))
}
