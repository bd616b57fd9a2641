//! REST, version 1: every URL in one place.

use actix_web::{
    Error, Resource,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::{self, ServiceConfig},
};

pub mod admit;
pub mod alerts;
pub mod audit;
pub mod bodies;
pub mod bounds;
pub mod cases;
pub mod declarations;
pub mod extract;
pub mod gates;
pub mod guard;
pub mod head;
pub mod notices;
pub mod openapi;
pub mod operations;
pub mod peer;
pub mod places;
pub mod posts;
pub mod problem;
pub mod shield;
pub mod trace;

/// Every address of the API.
pub fn routes(config: &mut ServiceConfig) {
    let get = |path: &'static str| at(path, GET);
    let post = |path: &'static str| at(path, "POST");
    config
        .app_data(web::QueryConfig::default().error_handler(problem::bad_query))
        .service(post("/api/v1/declarations").route(web::post().to(declarations::submit)))
        .service(post("/api/v1/declarations/preview").route(web::post().to(declarations::preview)))
        .service(get("/api/v1/declarations/{receipt_no}").route(web::get().to(declarations::show)))
        .service(
            post("/api/v1/declarations/{receipt_no}/supplements")
                .route(web::post().to(declarations::supplement)),
        )
        .service(get("/api/v1/declarations/{receipt_no}/trace").route(web::get().to(audit::show)))
        .service(get("/api/v1/notices/challenge").route(web::get().to(notices::challenge)))
        .service(get("/api/v1/notices/held").route(web::get().to(notices::held)))
        .service(post("/api/v1/notices").route(web::post().to(notices::give)))
        .service(
            post("/api/v1/notices/{receipt_no}/release").route(web::post().to(notices::release)),
        )
        .service(post("/api/v1/notices/{receipt_no}/reject").route(web::post().to(notices::reject)))
        .service(
            get("/api/v1/cases/{case_id}/informants").route(web::get().to(notices::informants)),
        )
        .service(get("/api/v1/cases").route(web::get().to(cases::queue)))
        .service(get("/api/v1/cases/{case_id}").route(web::get().to(cases::show)))
        .service(get("/api/v1/cases/{case_id}/alerts").route(web::get().to(alerts::list)))
        .service(
            post("/api/v1/cases/{case_id}/alerts/{message_id}/resend")
                .route(web::post().to(alerts::resend)),
        )
        .service(
            post("/api/v1/cases/{case_id}/steps/{step}").route(web::post().to(cases::take_step)),
        )
        .service(get("/api/v1/places").route(web::get().to(places::search)))
        .service(
            at("/api/v1/posts", "GET, HEAD, POST")
                .route(web::get().to(posts::list))
                .route(web::post().to(posts::create)),
        )
        .service(get("/api/v1/posts/{post_id}").route(web::get().to(posts::show)))
        .service(post("/api/v1/posts/{post_id}/end").route(web::post().to(posts::end)))
        .service(post("/api/v1/posts/{post_id}/holders").route(web::post().to(posts::appoint)))
        .service(
            post("/api/v1/posts/{post_id}/holders/{account_id}/remove")
                .route(web::post().to(posts::remove)),
        )
        .service(post("/api/v1/posts/{post_id}/hand-over").route(web::post().to(posts::hand_over)))
        .service(post("/api/v1/posts/{post_id}/shifts").route(web::post().to(posts::add_shift)))
        .service(
            post("/api/v1/posts/{post_id}/shifts/{shift_id}/cancel")
                .route(web::post().to(posts::cancel_shift)),
        )
        .service(
            get("/api/v1/authorities/{authority_id}/roster").route(web::get().to(posts::roster)),
        )
        .service(
            get("/api/v1/authorities/{authority_id}/on-duty").route(web::get().to(posts::on_duty)),
        )
        .service(get("/api/v1/alarms").route(web::get().to(operations::alarms)))
        .service(get("/healthz").route(web::get().to(operations::healthz)))
        .service(get("/readyz").route(web::get().to(operations::readyz)))
        .service(get("/metrics").route(web::get().to(operations::metrics)))
        .service(get("/openapi.json").route(web::get().to(openapi::document)))
        .default_service(web::to(problem::not_found));
}

/// What an address takes that is only read: `HEAD` is answered as `GET` is (`head::as_get`).
pub const GET: &str = "GET, HEAD";

/// An address that takes these methods and says so to every other, and that answers in time.
pub fn at(
    path: &'static str,
    methods: &'static str,
) -> Resource<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + 'static>,
        Error = Error,
        InitError = (),
    > + 'static,
> {
    let refuse = move || async move { problem::method_not_allowed(methods) };
    web::resource(path)
        .default_service(web::to(refuse))
        .wrap(from_fn(bounds::in_time))
}
