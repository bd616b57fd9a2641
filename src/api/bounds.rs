//! How long and how much a client may keep the service waiting.

use std::time::Duration;

use actix_web::{
    Error,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::StatusCode,
    middleware::Next,
    web::Data,
};

use super::problem::ProblemBody;

/// Bounds of the HTTP server. Tests make them shorter; nobody has to choose them.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// For the head of the first request of a connection.
    pub head: Duration,
    /// For a body, of 1 MiB at most.
    pub body: Duration,
    /// For the answer, the body among it.
    pub answer: Duration,
    /// For a connection on which no request is being answered.
    pub quiet: Duration,
    /// Connections of one worker; there is a worker for each processor.
    pub connections: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            // 1 MiB in that time is 70 KB/s, and a declaration of a few KB comes over any line.
            body: Duration::from_secs(15),
            // The database gives a statement 30 seconds as well; nobody waits longer for a page.
            answer: Duration::from_secs(30),
            // A head that comes by drips after the first request, or an answer that is read so. Long,
            // for an answer may be a megabyte over a slow line; the HTTP layer closes idle ones after 5 s.
            quiet: Duration::from_secs(60),
            // Each may hold 128 KiB of a head that never ends: 128 MiB at the worst. The web server in
            // front needs a few dozen.
            connections: 1024,
        }
    }
}

/// Answers 503 where a handler takes too long. What it began in the database goes on to its commit, so
/// that the client asks again with the same `Idempotency-Key`, as after a connection that broke.
pub async fn in_time<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let bounds = request.app_data::<Data<Bounds>>();
    let within = bounds.map_or(Bounds::default().answer, |bounds| bounds.answer);
    let asked = request.request().clone();
    match actix_web::rt::time::timeout(within, next.call(request)).await {
        Ok(answered) => Ok(answered?.map_into_left_body()),
        Err(_elapsed) => {
            tracing::warn!("A request was not answered within {within:?}");
            let busy = ProblemBody::new(StatusCode::SERVICE_UNAVAILABLE, "busy").into_response();
            Ok(ServiceResponse::new(asked, busy).map_into_right_body())
        }
    }
}
