//! Pages: every page URL in one place.

pub mod account;
pub mod alert;
pub mod assets;
mod authorities;
mod canary;
mod case;
pub mod chrome;
mod commune;
mod coverage;
mod declaration;
pub mod demo;
mod design;
mod desk;
mod desk_assign;
mod desk_lines;
mod desk_map;
mod desk_overview;
mod desk_page;
mod drafts_kept;
pub mod failures;
pub mod fields;
mod help;
mod injuries;
mod law;
pub mod mailbox;
mod notice;
mod offline;
mod open;
pub mod operations;
mod places;
mod posts;
pub mod privacy;
mod refused;
pub mod reminders;
mod second_factor;
mod session_end;
mod sign_in;
mod status;
mod trace;
mod visitor;
pub mod when;

use std::path::PathBuf;

use actix_web::{
    HttpResponse,
    http::header,
    web::{self, Data, ServiceConfig},
};
use askama::Template;
use utoipa_swagger_ui::SwaggerUi;

use crate::api::{GET, at, at_length};

/// Largest form of all, in bytes as it is sent.
const LARGEST_FORM: usize = 512 * 1024;
/// Forms with several long texts, in bytes as they are sent: a Vietnamese letter takes up to nine.
const LARGE_FORM: usize = 128 * 1024;

/// Every page, and `/mailbox` where a folder of mails is shown (the demo).
pub fn routes(mailbox: Option<PathBuf>) -> impl FnOnce(&mut ServiceConfig) {
    move |config| {
        config
            .service(
                at("/a/{secret}", "GET, HEAD, POST")
                    .route(web::get().to(alert::show))
                    .route(web::post().to(alert::answer)),
            )
            .app_data(
                web::FormConfig::default()
                    .limit(4096)
                    .error_handler(account::bad_form),
            )
            // What comes too late is read whole, to be shown again (`failures`).
            .app_data(web::PayloadConfig::new(LARGEST_FORM))
            .service(
                at("/account/proof/{secret}", "GET, HEAD, POST")
                    .route(web::get().to(account::show_proof))
                    .route(web::post().to(account::prove)),
            )
            .service(
                at("/account/reset/{secret}", "GET, HEAD, POST")
                    .route(web::get().to(account::show_reset))
                    .route(web::post().to(account::reset)),
            )
            .service(
                at("/reminders/{token}", "GET, HEAD, POST")
                    .route(web::get().to(reminders::show))
                    .route(web::post().to(reminders::change)),
            )
            .service(
                at("/operations", "GET, HEAD, POST")
                    .route(web::get().to(operations::show))
                    .route(web::post().to(operations::show_by_token)),
            )
            .service(at("/privacy", GET).route(web::get().to(privacy::show)))
            .service(at("/", GET).route(web::get().to(status::start)))
            .service(
                at("/notice", "GET, HEAD, POST")
                    .app_data(
                        web::FormConfig::default()
                            .limit(notice::LARGEST)
                            .error_handler(account::bad_form),
                    )
                    .route(web::get().to(notice::show))
                    .route(web::post().to(notice::send)),
            )
            .service(at("/notice/{receipt}", GET).route(web::get().to(notice::show_receipt)))
            .service(at("/notice/{receipt}/told", GET).route(web::get().to(notice::told)))
            .service(
                at_length("/notice/{receipt}/photos", "POST")
                    .route(web::post().to(notice::photos::begin)),
            )
            .service(
                at_length(
                    "/notice/{receipt}/photos/{photo_id}",
                    "GET, HEAD, PATCH, DELETE",
                )
                .route(web::get().to(notice::photos::show))
                .route(web::patch().to(notice::photos::append))
                .route(web::delete().to(notice::photos::end)),
            )
            .service(at("/drafts", GET).route(web::get().to(offline::drafts)))
            .service(
                at("/drafts/kept/{address}", "GET, HEAD, PUT, DELETE")
                    .route(web::get().to(drafts_kept::get))
                    .route(web::put().to(drafts_kept::put))
                    .route(web::delete().to(drafts_kept::delete)),
            )
            .service(at("/sw.js", GET).route(web::get().to(offline::worker)))
            .service(at("/manifest.webmanifest", GET).route(web::get().to(offline::manifest)))
            .service(at("/places/all", GET).route(web::get().to(offline::all_places)))
            .service(at("/places", GET).route(web::get().to(places::suggest)))
            .service(
                at("/status", "GET, HEAD, POST")
                    .route(web::get().to(status::show))
                    .route(web::post().to(status::look_up)),
            )
            .service(at("/help", GET).route(web::get().to(help::show)))
            .service(at("/help/{topic}", GET).route(web::get().to(help::show_topic)))
            .service(at("/forms", GET).route(web::get().to(open::show_forms)))
            .service(at("/forms/{file}", GET).route(web::get().to(open::form_file)))
            .service(at("/figures", GET).route(web::get().to(open::show_figures)))
            .service(at("/conclusions", GET).route(web::get().to(open::show_conclusions)))
            .service(
                at("/sign-in", "GET, HEAD, POST")
                    .route(web::get().to(sign_in::show))
                    .route(web::post().to(sign_in::sign_in)),
            )
            .service(at("/commune", GET).route(web::get().to(commune::list)))
            .service(
                at("/commune/record", "GET, HEAD, POST")
                    .app_data(
                        web::FormConfig::default()
                            .limit(LARGE_FORM)
                            .error_handler(account::bad_form),
                    )
                    .route(web::get().to(commune::ask))
                    .route(web::post().to(commune::make)),
            )
            .service(at("/commune/record/blank", GET).route(web::get().to(commune::blank)))
            .service(at("/commune/record/{case_id}", GET).route(web::get().to(commune::done)))
            .service(at("/design", GET).route(web::get().to(design::show)))
            .service(at("/sign-out", "POST").route(web::post().to(sign_in::sign_out)))
            .service(
                at("/session-end", "GET, HEAD, POST")
                    .route(web::get().to(session_end::left))
                    .route(web::post().to(session_end::stay)),
            )
            .service(
                at("/second-factor", "GET, HEAD, POST")
                    .route(web::get().to(second_factor::show))
                    .route(web::post().to(second_factor::offer)),
            )
            .service(
                at("/second-factor/confirm", "POST").route(web::post().to(second_factor::confirm)),
            )
            .service(
                at("/standing", "GET, HEAD, POST")
                    .route(web::get().to(sign_in::show_standings))
                    .route(web::post().to(sign_in::choose_standing)),
            )
            .service(at("/desk", GET).route(web::get().to(desk::show)))
            .service(at("/desk/list", GET).route(web::get().to(desk::show_list)))
            .service(at("/desk/map", GET).route(web::get().to(desk_map::show)))
            .service(at("/desk/overview", GET).route(web::get().to(desk_overview::show)))
            .service(
                at("/desk/assign", "POST")
                    .app_data(large_form())
                    .route(web::post().to(desk_assign::assign)),
            )
            .service(at("/declarations/{receipt_no}", GET).route(web::get().to(declaration::show)))
            .service(
                at("/declarations/{receipt_no}/{part}", "GET, HEAD, POST")
                    .app_data(large_form())
                    .route(web::get().to(declaration::show_part))
                    .route(web::post().to(declaration::save)),
            )
            .service(at("/authorities", GET).route(web::get().to(authorities::list)))
            .service(at("/trace", GET).route(web::get().to(trace::show)))
            .service(at("/coverage", GET).route(web::get().to(coverage::show)))
            .service(at("/authorities/{id}/roster", GET).route(web::get().to(posts::show_roster)))
            .service(
                at("/authorities/new", "GET, HEAD, POST")
                    .app_data(large_form())
                    .route(web::get().to(authorities::ask_new))
                    .route(web::post().to(authorities::add)),
            )
            .service(at("/authorities/{authority_id}", GET).route(web::get().to(authorities::show)))
            .service(
                at("/authorities/{authority_id}/{change}", "GET, HEAD, POST")
                    .app_data(large_form())
                    .route(web::get().to(authorities::ask))
                    .route(web::post().to(authorities::act)),
            )
            .service(
                at("/posts", "GET, HEAD, POST")
                    .route(web::get().to(posts::list))
                    .route(web::post().to(posts::create)),
            )
            .service(at("/posts/{post_id}", GET).route(web::get().to(posts::show)))
            .service(
                at("/posts/{post_id}/{act}", "GET, HEAD, POST")
                    .app_data(large_form())
                    .route(web::get().to(posts::ask))
                    .route(web::post().to(posts::act)),
            )
            .service(at("/law", GET).route(web::get().to(law::show)))
            .service(
                at("/law/rules/{rule_id}", "GET, HEAD, POST")
                    .app_data(large_form())
                    .route(web::get().to(law::show_rule))
                    .route(web::post().to(law::propose_rule)),
            )
            .service(
                at("/law/holidays", "GET, HEAD, POST")
                    .app_data(large_form())
                    .route(web::get().to(law::show_holidays))
                    .route(web::post().to(law::propose_holiday)),
            )
            .service(at("/law/proposals", GET).route(web::get().to(law::list_proposals)))
            .service(
                at("/law/proposals/{proposal_id}", "GET, HEAD, POST")
                    .app_data(large_form())
                    .route(web::get().to(law::show_proposal))
                    .route(web::post().to(law::settle)),
            )
            .service(at("/cases/{case_id}", GET).route(web::get().to(case::show)))
            .service(at("/cases/{case_id}/forms", "POST").route(web::post().to(case::issue)))
            .service(
                at("/cases/{case_id}/steps/{step}", "GET, HEAD, POST")
                    .app_data(large_form())
                    .route(web::get().to(case::show_step))
                    .route(web::post().to(case::take_step)),
            )
            .service(at("/assets/{name:.*}", GET).route(web::get().to(assets::serve)))
            .service(
                // It reads the description from the API's own address, byte for byte the published one.
                SwaggerUi::new("/docs/{_:.*}")
                    .config(utoipa_swagger_ui::Config::from("/openapi.json")),
            )
            // The one before takes nothing but GET and lets the rest pass.
            .service(at("/docs/{_:.*}", GET))
            .service(at("/docs", GET).route(web::get().to(to_docs)));
        if let Some(folder) = mailbox {
            config
                .app_data(Data::new(mailbox::Folder(folder)))
                .service(
                    at("/demo", "GET, HEAD, POST")
                        .route(web::get().to(demo::show))
                        .route(web::post().to(demo::enter)),
                )
                .service(at("/demo/clock", "POST").route(web::post().to(demo::leap)))
                .service(at("/mailbox", GET).route(web::get().to(mailbox::list)))
                .service(at("/mailbox/{mail}", GET).route(web::get().to(mailbox::read)));
        }
    }
}

/// Forms with long texts and many entries: of Vietnamese letters each takes up to nine bytes on its way.
fn large_form() -> web::FormConfig {
    web::FormConfig::default()
        .limit(LARGEST_FORM)
        .error_handler(account::bad_form)
}

async fn to_docs() -> HttpResponse {
    HttpResponse::Found()
        .insert_header((header::LOCATION, "/docs/"))
        .finish()
}

/// A page that no other site may frame, that no cache keeps, and that runs no script. What holds for
/// every answer is added on its way (`api::shield`).
pub fn page(
    response: &mut actix_web::HttpResponseBuilder,
    template: &impl Template,
) -> HttpResponse {
    written(response, template, "'none'")
}

/// The same with a form that is sent to where the page came from.
pub fn form_page(
    response: &mut actix_web::HttpResponseBuilder,
    template: &impl Template,
) -> HttpResponse {
    written(response, template, "'self'")
}

fn written(
    response: &mut actix_web::HttpResponseBuilder,
    template: &impl Template,
    form_action: &str,
) -> HttpResponse {
    match template.render() {
        Ok(html) => response
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((
                header::CONTENT_SECURITY_POLICY,
                format!("default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action {form_action}; frame-ancestors 'none'"),
            ))
            .body(html),
        Err(error) => {
            tracing::error!("A page could not be written: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}
