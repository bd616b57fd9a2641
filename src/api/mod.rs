//! REST, version 1: every URL in one place.

use actix_web::{
    Error, Resource,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::Method,
    middleware::from_fn,
    web::{self, ServiceConfig},
};

pub mod account_administration;
pub mod accounts;
pub mod admit;
pub mod alerts;
pub mod audit;
pub mod authorities;
pub mod bodies;
pub mod bounds;
pub mod breaches;
pub mod calls;
pub mod cases;
pub mod choices;
pub mod contact;
pub mod contacts;
pub mod cookies;
pub mod coverage;
pub mod declarations;
pub mod deliveries;
pub mod desk;
pub mod directory_proposals;
pub mod documents;
pub mod dossier;
mod dossier_export;
mod employer_claims;
pub mod employer_invitations;
pub mod employer_people;
pub mod employer_tokens;
pub mod employers;
pub mod extract;
pub mod forms;
pub mod gates;
pub mod guard;
pub mod hand_over;
pub mod head;
pub mod history;
pub mod identities;
pub mod notices;
pub mod oidc;
pub mod openapi;
pub mod operations;
pub mod overview;
pub mod passkeys;
pub mod peer;
pub mod places;
pub mod posts;
pub mod privacy;
pub mod problem;
pub mod ranges;
pub mod refusals;
pub mod reports;
pub mod retention;
pub mod rules;
pub mod saved_filters;
pub mod scans;
pub mod session;
pub mod shield;
pub mod subject_requests;
pub mod tokens;
pub mod trace;
mod transfers;
pub mod tus;
pub mod uploads;

/// Every address of the API.
pub fn routes(config: &mut ServiceConfig) {
    let get = |path: &'static str| at(path, GET);
    let post = |path: &'static str| at(path, "POST");
    config
        .app_data(web::QueryConfig::default().error_handler(problem::bad_query))
        .service(post("/api/v1/declarations").route(web::post().to(declarations::submit)))
        .service(
            post("/api/v1/official-notices").route(web::post().to(declarations::official_notice)),
        )
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
        .service(get("/api/v1/cases/counts").route(web::get().to(desk::counts)))
        .service(get("/api/v1/cases/search").route(web::get().to(desk::search)))
        .service(post("/api/v1/cases/assignments").route(web::post().to(desk::assign)))
        .service(
            at("/api/v1/saved-filters", "GET, HEAD, POST")
                .route(web::get().to(saved_filters::list))
                .route(web::post().to(saved_filters::create)),
        )
        .service(
            at("/api/v1/saved-filters/{filter_id}", "DELETE")
                .route(web::delete().to(saved_filters::delete)),
        )
        .service(get("/api/v1/cases/{case_id}").route(web::get().to(cases::show)))
        .service(
            get("/api/v1/cases/{case_id}/victims/{no}/insurance-dossier")
                .route(web::get().to(dossier::show)),
        )
        .service(
            get("/api/v1/cases/{case_id}/victims/{no}/insurance-dossier/export")
                .route(web::get().to(dossier_export::export)),
        )
        .service(get("/api/v1/cases/{case_id}/transfers").route(web::get().to(transfers::list)))
        .service(
            get("/api/v1/cases/{case_id}/possible-duplicates")
                .route(web::get().to(reports::possible_duplicates)),
        )
        .service(
            get("/api/v1/cases/{case_id}/contradictions")
                .route(web::get().to(reports::contradictions)),
        )
        .service(get("/api/v1/cases/{case_id}/alerts").route(web::get().to(alerts::list)))
        .service(
            post("/api/v1/cases/{case_id}/alerts/{message_id}/resend")
                .route(web::post().to(alerts::resend)),
        )
        .service(
            post("/api/v1/cases/{case_id}/alerts/{alert_id}/assign")
                .route(web::post().to(alerts::assign)),
        )
        .service(
            post("/api/v1/cases/{case_id}/steps/{step}").route(web::post().to(cases::take_step)),
        )
        .service(
            post("/api/v1/cases/{case_id}/steps/{step}/preview")
                .route(web::post().to(cases::preview_step)),
        )
        .service(
            at("/api/v1/cases/{case_id}/forms", "GET, HEAD, POST")
                .route(web::get().to(forms::of_case))
                .route(web::post().to(forms::issue)),
        )
        .service(get("/api/v1/forms").route(web::get().to(forms::list)))
        .service(get("/api/v1/forms/issued/{file}").route(web::get().to(forms::file)))
        .service(get("/api/v1/forms/by-mark/{mark}").route(web::get().to(forms::by_mark)))
        .service(get("/api/v1/alerts").route(web::get().to(deliveries::search)))
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
        .service(
            post("/api/v1/accounts/{account_id}/lock")
                .route(web::post().to(account_administration::lock)),
        )
        .service(
            post("/api/v1/accounts/{account_id}/unlock")
                .route(web::post().to(account_administration::unlock)),
        )
        .service(
            post("/api/v1/accounts/{account_id}/reset-second-factor")
                .route(web::post().to(account_administration::reset_second_factor)),
        )
        .service(get("/api/v1/posts/{post_id}/held").route(web::get().to(hand_over::held)))
        .service(
            post("/api/v1/posts/{post_id}/hand-over").route(web::post().to(hand_over::hand_over)),
        )
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
        .service(
            at("/api/v1/tokens", "GET, HEAD, POST")
                .route(web::get().to(tokens::list))
                .route(web::post().to(tokens::create)),
        )
        .service(post("/api/v1/tokens/{token_id}/revoke").route(web::post().to(tokens::revoke)))
        .service(get("/api/v1/privacy").route(web::get().to(privacy::show)))
        .service(
            at("/api/v1/data-subject-requests", "GET, HEAD, POST")
                .route(web::get().to(subject_requests::list))
                .route(web::post().to(subject_requests::register)),
        )
        .service(
            get("/api/v1/data-subject-requests/{request_id}")
                .route(web::get().to(subject_requests::show)),
        )
        .service(
            post("/api/v1/data-subject-requests/{request_id}/acknowledge")
                .route(web::post().to(subject_requests::acknowledge)),
        )
        .service(
            post("/api/v1/data-subject-requests/{request_id}/extend")
                .route(web::post().to(subject_requests::extend)),
        )
        .service(
            post("/api/v1/data-subject-requests/{request_id}/answer")
                .route(web::post().to(subject_requests::answer)),
        )
        .service(
            post("/api/v1/data-subject-requests/{request_id}/refuse")
                .route(web::post().to(subject_requests::refuse)),
        )
        .service(
            at("/api/v1/breaches", "GET, HEAD, POST")
                .route(web::get().to(breaches::list))
                .route(web::post().to(breaches::open)),
        )
        .service(get("/api/v1/breaches/{breach_id}").route(web::get().to(breaches::show)))
        .service(get("/api/v1/breaches/{breach_id}/form").route(web::get().to(breaches::form)))
        .service(
            post("/api/v1/breaches/{breach_id}/measures")
                .route(web::post().to(breaches::add_measure)),
        )
        .service(
            post("/api/v1/breaches/{breach_id}/notified").route(web::post().to(breaches::notified)),
        )
        .service(post("/api/v1/breaches/{breach_id}/close").route(web::post().to(breaches::close)))
        .service(get("/api/v1/retention/plan").route(web::get().to(retention::plan)))
        .service(post("/api/v1/cases/{case_id}/hold").route(web::post().to(retention::set_hold)))
        .service(
            post("/api/v1/cases/{case_id}/hold/lift").route(web::post().to(retention::lift_hold)),
        )
        .service(
            at("/api/v1/duties", "GET, HEAD, PUT")
                .route(web::get().to(retention::duties))
                .route(web::put().to(retention::note_duty)),
        )
        .configure(employer_routes)
        .configure(file_routes)
        .service(
            at("/api/v1/authorities", "GET, HEAD, POST")
                .route(web::get().to(authorities::list))
                .route(web::post().to(authorities::add)),
        )
        .service(post("/api/v1/authorities/preview").route(web::post().to(authorities::preview)))
        .service(get("/api/v1/authorities/{authority_id}").route(web::get().to(authorities::show)))
        .service(get("/api/v1/coverage").route(web::get().to(coverage::show)))
        .service(get("/api/v1/directory-proposals").route(web::get().to(directory_proposals::list)))
        .service(
            post("/api/v1/directory-proposals/{proposal_id}/settle")
                .route(web::post().to(directory_proposals::settle)),
        )
        .service(
            post("/api/v1/authorities/{authority_id}/end").route(web::post().to(authorities::end)),
        )
        .service(
            post("/api/v1/authorities/{authority_id}/correct")
                .route(web::post().to(authorities::correct)),
        )
        .service(
            at(
                "/api/v1/authorities/{authority_id}/contacts",
                "GET, HEAD, POST",
            )
            .route(web::get().to(contacts::list))
            .route(web::post().to(contacts::add)),
        )
        .service(
            post("/api/v1/authorities/{authority_id}/contacts/{contact_id}/end")
                .route(web::post().to(contacts::end)),
        )
        .service(get("/api/v1/rules").route(web::get().to(rules::list)))
        .service(post("/api/v1/rules/preview").route(web::post().to(rules::preview)))
        .service(
            at("/api/v1/rules/proposals", "GET, HEAD, POST")
                .route(web::get().to(rules::proposals_list))
                .route(web::post().to(rules::propose)),
        )
        .service(get("/api/v1/rules/proposals/{proposal_id}").route(web::get().to(rules::proposal)))
        .service(
            post("/api/v1/rules/proposals/{proposal_id}/approve")
                .route(web::post().to(rules::approve)),
        )
        .service(
            post("/api/v1/rules/proposals/{proposal_id}/reject")
                .route(web::post().to(rules::reject)),
        )
        .service(
            post("/api/v1/rules/proposals/{proposal_id}/withdraw")
                .route(web::post().to(rules::withdraw)),
        )
        .service(get("/api/v1/rules/{rule_id}").route(web::get().to(rules::show)))
        .service(get("/api/v1/operations").route(web::get().to(overview::show)))
        .service(get("/api/v1/alarms").route(web::get().to(operations::alarms)))
        .service(get("/api/v1/calls").route(web::get().to(calls::list)))
        .service(post("/api/v1/calls/{call_id}").route(web::post().to(calls::answer)))
        .service(
            at("/api/v1/session", "GET, HEAD, POST, DELETE")
                .route(web::post().to(session::sign_in))
                .route(web::get().to(session::show))
                .route(web::delete().to(session::sign_out)),
        )
        .service(at("/api/v1/session/standing", "PUT").route(web::put().to(session::choose)))
        .service(get("/api/v1/sessions").route(web::get().to(session::list)))
        .service(
            at("/api/v1/sessions/{session_id}", "DELETE").route(web::delete().to(session::end)),
        )
        .service(post("/api/v1/account/totp").route(web::post().to(accounts::offer_totp)))
        .service(post("/api/v1/account/totp/confirm").route(web::post().to(accounts::confirm_totp)))
        .service(post("/api/v1/account/totp/removal").route(web::post().to(accounts::remove_totp)))
        .service(
            post("/api/v1/account/recovery-codes").route(web::post().to(accounts::renew_codes)),
        )
        .service(
            at("/api/v1/account/password", "PUT").route(web::put().to(accounts::change_password)),
        )
        .service(
            at("/api/v1/account/passkeys", "GET, HEAD, POST")
                .route(web::get().to(passkeys::list))
                .route(web::post().to(passkeys::add)),
        )
        .service(post("/api/v1/account/passkeys/challenge").route(web::post().to(passkeys::begin)))
        .service(
            at("/api/v1/account/passkeys/{passkey_id}", "PUT")
                .route(web::put().to(passkeys::rename)),
        )
        .service(
            post("/api/v1/account/passkeys/{passkey_id}/removal")
                .route(web::post().to(passkeys::remove)),
        )
        .service(
            post("/api/v1/session/passkey/challenge")
                .route(web::post().to(passkeys::begin_sign_in)),
        )
        .service(post("/api/v1/session/passkey").route(web::post().to(passkeys::sign_in)))
        .service(get("/api/v1/account/identities").route(web::get().to(identities::list)))
        .service(
            post("/api/v1/account/identities/{provider}/link").route(web::post().to(oidc::link)),
        )
        .service(
            post("/api/v1/account/identities/{identity_id}/removal")
                .route(web::post().to(identities::remove)),
        )
        .service(get("/api/v1/oidc").route(web::get().to(oidc::list)))
        .service(get("/api/v1/oidc/{provider}/start").route(web::get().to(oidc::start)))
        .service(get("/api/v1/oidc/{provider}/callback").route(web::get().to(oidc::finish)))
        .service(post("/api/v1/oidc/{provider}/invitation").route(web::post().to(oidc::accept)))
        .service(post("/api/v1/account/email").route(web::post().to(contact::change_email)))
        .service(at("/api/v1/account/phone", "PUT").route(web::put().to(contact::change_phone)))
        .service(
            post("/api/v1/account/employers").route(web::post().to(employers::register_another)),
        )
        .service(
            get("/api/v1/account/invitations").route(web::get().to(employer_invitations::received)),
        )
        .service(
            post("/api/v1/account/invitations/{invitation_id}/accept")
                .route(web::post().to(employer_invitations::accept)),
        )
        .service(
            post("/api/v1/account/invitations/{invitation_id}/decline")
                .route(web::post().to(employer_invitations::decline)),
        )
        .service(post("/api/v1/account/email-proof").route(web::post().to(accounts::prove_email)))
        .service(post("/api/v1/password-reset").route(web::post().to(accounts::ask_reset)))
        .service(post("/api/v1/password-reset/confirm").route(web::post().to(accounts::reset)))
        .service(get("/healthz").route(web::get().to(operations::healthz)))
        .service(get("/readyz").route(web::get().to(operations::readyz)))
        .service(get("/metrics").route(web::get().to(operations::metrics)))
        .service(get("/openapi.json").route(web::get().to(openapi::document)))
        .default_service(web::to(problem::not_found));
}

/// The addresses of files.
fn file_routes(config: &mut ServiceConfig) {
    let post = |path: &'static str| at(path, "POST");
    let get = |path: &'static str| at(path, GET);
    config
        .service(
            at("/api/v1/uploads", "OPTIONS")
                .route(web::method(Method::OPTIONS).to(uploads::options)),
        )
        .service(
            at_length("/api/v1/cases/{case_id}/uploads", "OPTIONS, POST")
                .route(web::method(Method::OPTIONS).to(uploads::options))
                .route(web::post().to(uploads::create)),
        )
        .service(
            at_length(
                "/api/v1/uploads/{upload_id}",
                "GET, HEAD, PATCH, DELETE, OPTIONS",
            )
            .route(web::method(Method::OPTIONS).to(uploads::options))
            .route(web::get().to(uploads::show))
            .route(web::patch().to(uploads::append))
            .route(web::delete().to(uploads::terminate)),
        )
        .service(at_length("/api/v1/scans", "POST").route(web::post().to(scans::place)))
        .service(get("/api/v1/cases/{case_id}/documents").route(web::get().to(documents::list)))
        .service(get("/api/v1/documents/{document_id}").route(web::get().to(documents::show)))
        .service(
            get("/api/v1/documents/{document_id}/content").route(web::get().to(documents::content)),
        )
        .service(
            get("/api/v1/documents/{document_id}/preview").route(web::get().to(documents::preview)),
        )
        .service(
            post("/api/v1/documents/{document_id}/remove").route(web::post().to(documents::remove)),
        );
}

/// The addresses of employers and their people.
fn employer_routes(config: &mut ServiceConfig) {
    use employer_claims as claims;
    use employer_invitations as invitations;
    use employer_people as people;

    let post = |path: &'static str| at(path, "POST");
    config
        .service(
            at("/api/v1/employers", "GET, HEAD, POST")
                .route(web::get().to(employers::list))
                .route(web::post().to(employers::register)),
        )
        .service(at("/api/v1/employers/{employer_id}", GET).route(web::get().to(employers::show)))
        .service(
            post("/api/v1/employers/{employer_id}/verify").route(web::post().to(employers::verify)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/unverify")
                .route(web::post().to(employers::unverify)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/lock").route(web::post().to(employers::lock)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/unlock").route(web::post().to(employers::unlock)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/merge").route(web::post().to(employers::merge)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/unmerge")
                .route(web::post().to(employers::unmerge)),
        )
        .service(
            at("/api/v1/employers/{employer_id}/claims", GET).route(web::get().to(claims::claims)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/claims/{claim_id}/decide")
                .route(web::post().to(claims::decide)),
        )
        .service(
            at("/api/v1/employers/{employer_id}/people", GET).route(web::get().to(people::people)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/people/{account_id}/role")
                .route(web::post().to(people::change_role)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/people/{account_id}/remove")
                .route(web::post().to(people::remove)),
        )
        .service(post("/api/v1/employers/{employer_id}/leave").route(web::post().to(people::leave)))
        .service(
            at("/api/v1/employers/{employer_id}/tokens", "GET, HEAD, POST")
                .route(web::get().to(employer_tokens::list))
                .route(web::post().to(employer_tokens::create)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/tokens/{token_id}/revoke")
                .route(web::post().to(employer_tokens::revoke)),
        )
        .service(
            at(
                "/api/v1/employers/{employer_id}/invitations",
                "GET, HEAD, POST",
            )
            .route(web::get().to(invitations::invitations))
            .route(web::post().to(invitations::invite)),
        )
        .service(
            post("/api/v1/employers/{employer_id}/invitations/{invitation_id}/withdraw")
                .route(web::post().to(invitations::withdraw)),
        );
}

/// What an address takes that is only read: `HEAD` is answered as `GET` is (`head::as_get`).
pub const GET: &str = "GET, HEAD";

/// An address that takes these methods and says so to every other. Files come for as long as their bytes come,
/// which the handler bounds.
pub fn at_length(path: &'static str, methods: &'static str) -> Resource {
    let refuse = move || async move { problem::method_not_allowed(methods) };
    web::resource(path).default_service(web::to(refuse))
}

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
