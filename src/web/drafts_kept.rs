//! `/drafts/kept/{address}`: drafts that phones seal and give into safe keeping. They come and go as the phone wrote them.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Data, Path},
};

use crate::{
    api::{cookies, extract::Stranger},
    app::AppState,
    error::{AppError, Result},
    service::drafts_kept,
    service::intake::receipts::asker,
};

/// `GET /drafts/kept/{address}`.
pub async fn get(
    state: Data<AppState>,
    sender: Stranger,
    address: Path<String>,
) -> Result<HttpResponse> {
    let sealed = state
        .read_by_link(sender, move |tx, ctx| drafts_kept::get(tx, ctx, &address))
        .await?;
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(sealed))
}

/// `PUT /drafts/kept/{address}`.
pub async fn put(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Stranger,
    address: Path<String>,
    sealed: String,
) -> Result<HttpResponse> {
    only_our_own(&request)?;
    let network = asker(&sender.origin);
    state
        .write_by_link(sender, move |tx, ctx| {
            drafts_kept::put(tx, ctx, &address, &sealed, &network)?;
            Ok(((), Vec::new()))
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /drafts/kept/{address}`.
pub async fn delete(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Stranger,
    address: Path<String>,
) -> Result<HttpResponse> {
    only_our_own(&request)?;
    state
        .write_by_link(sender, move |tx, _| {
            drafts_kept::delete(tx, &address)?;
            Ok(((), Vec::new()))
        })
        .await?;
    Ok(HttpResponse::NoContent().finish())
}

fn only_our_own(request: &HttpRequest) -> Result<()> {
    match cookies::is_foreign(request) {
        true => Err(AppError::OtherSite),
        false => Ok(()),
    }
}
