//! REST, version 1: every URL in one place.

use actix_web::web::{self, ServiceConfig};

pub mod alerts;
pub mod bodies;
pub mod cases;
pub mod declarations;
pub mod extract;
pub mod openapi;
pub mod operations;
pub mod places;
pub mod problem;
pub mod trace;

/// Every address of the API.
pub fn routes(config: &mut ServiceConfig) {
    let get = web::get;
    let post = web::post;
    let at = |path: &str| {
        web::resource(path.to_owned()).default_service(web::to(problem::method_not_allowed))
    };
    config
        .app_data(web::QueryConfig::default().error_handler(problem::bad_query))
        .service(at("/api/v1/declarations").route(post().to(declarations::submit)))
        .service(at("/api/v1/declarations/preview").route(post().to(declarations::preview)))
        .service(at("/api/v1/declarations/{receipt_no}").route(get().to(declarations::show)))
        .service(
            at("/api/v1/declarations/{receipt_no}/supplements")
                .route(post().to(declarations::supplement)),
        )
        .service(at("/api/v1/cases").route(get().to(cases::queue)))
        .service(at("/api/v1/cases/{case_id}").route(get().to(cases::show)))
        .service(at("/api/v1/cases/{case_id}/alerts").route(get().to(alerts::list)))
        .service(
            at("/api/v1/cases/{case_id}/alerts/{message_id}/resend")
                .route(post().to(alerts::resend)),
        )
        .service(at("/api/v1/cases/{case_id}/steps/{step}").route(post().to(cases::take_step)))
        .service(at("/api/v1/places").route(get().to(places::search)))
        .service(at("/api/v1/alarms").route(get().to(operations::alarms)))
        .service(at("/healthz").route(get().to(operations::healthz)))
        .service(at("/readyz").route(get().to(operations::readyz)))
        .service(at("/metrics").route(get().to(operations::metrics)))
        .service(at("/openapi.json").route(get().to(openapi::document)))
        .default_service(web::to(problem::not_found));
}
