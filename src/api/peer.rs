//! Who is at the other end of a connection.

use std::net::IpAddr;

use actix_web::{
    HttpMessage, HttpRequest, dev::ServiceRequest, http::header::HeaderMap, web::Data,
};

use crate::{app::AppState, config::Proxies};

/// The address of the client: the other end of the connection, or, where that is a proxy of ours
/// (`TNLD_PROXIES`), the one for whom it speaks. The only place that reads `X-Forwarded-For`.
pub fn client_address(request: &HttpRequest) -> Option<IpAddr> {
    let state = request.app_data::<Data<AppState>>();
    address(
        state.map(|state| &*state.proxies),
        request.peer_addr().map(|peer| peer.ip())?,
        request.headers(),
    )
}

/// The same before a handler is found.
pub fn client_address_of(request: &ServiceRequest) -> Option<IpAddr> {
    let state = request.app_data::<Data<AppState>>();
    address(
        state.map(|state| &*state.proxies),
        request.peer_addr().map(|peer| peer.ip())?,
        HttpMessage::headers(request),
    )
}

fn address(proxies: Option<&Proxies>, peer: IpAddr, headers: &HeaderMap) -> Option<IpAddr> {
    let Some(proxies) = proxies.filter(|proxies| !proxies.is_empty()) else {
        return Some(peer.to_canonical());
    };
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        // What is no text came from the client and not from a proxy.
        .map(|value| value.to_str().unwrap_or_default())
        .collect();
    Some(proxies.client(peer, forwarded.into_iter()))
}
