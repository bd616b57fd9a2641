//! `HEAD` is `GET` without a body (RFC 9110, 9.3.2), for every address of API and pages.

use actix_web::{
    Error,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::Method,
    middleware::Next,
};

/// Routes a `HEAD` as a `GET`. The HTTP layer, which has seen the true method, sends the head of the
/// answer with its `Content-Length` and leaves the body out.
pub async fn as_get(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    if request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    next.call(request).await
}
