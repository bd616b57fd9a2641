//! The OpenAPI document, collected from the code. `api-spec/openapi.json` is what this prints.

use std::{collections::BTreeMap, sync::LazyLock};

use actix_web::{HttpResponse, http::StatusCode};
use serde_json::Value;
use utoipa::{
    IntoResponses, Modify, OpenApi, PartialSchema,
    openapi::{
        ContentBuilder, OpenApi as Document, RefOr, Response, ResponseBuilder,
        schema::Schema,
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::problem::ProblemBody;
use crate::{
    domain::{
        case::Step,
        declaration::{Fault, FaultCode},
    },
    wording::shown::FaultShown,
};

/// How a call with a body can be refused.
pub struct Refusals;

/// How a piece of a file can be refused.
pub struct UploadRefusals;

/// How a call about one upload or document can be refused, which may be gone.
pub struct FileRefusals;

/// How the bytes of a file, or a part of them, can be refused.
pub struct PartRefusals;

/// How a call that asks by its query can be refused.
pub struct QueryRefusals;

/// How a call that asks by its path and its query can be refused.
pub struct PageRefusals;

/// How a call that asks by its path alone can be refused.
pub struct ReadRefusals;

/// How a call that changes something by its path alone can be refused.
pub struct ActRefusals;

/// How a call that needs no token can be refused.
pub struct OpenRefusals;

/// How a notice can be refused: it needs no token.
pub struct NoticeRefusals;

/// How signing in can be refused.
pub struct SignInRefusals;

/// How linking an identity of an OpenID provider can be refused.
pub struct LinkIdentityRefusals;

/// How accepting an invitation by an OpenID provider can be refused.
pub struct InvitationRefusals;

/// How a browser on its way to an OpenID provider can be refused.
pub struct OidcStartRefusals;

/// How a browser that comes back from one can be refused.
pub struct OidcRefusals;

/// How a call of somebody who is not signed in and sends no body can be refused.
pub struct OpenActRefusals;
/// How the registration of an employer can be refused: it needs no token.
pub struct RegisterRefusals;

/// How a call of somebody who is not signed in and shows the secret of a link can be refused.
pub struct LinkRefusals;

/// How a call that needs no token and looks into the database can be refused.
pub struct OpenReadRefusals;

/// How a call that asks for a list by nothing can be refused.
pub struct QuietRefusals;

/// How a call of those that watch the service can be refused: never because it comes too often.
pub struct WatchRefusals;

/// Status, the code of an example, and what it means.
const REFUSALS: [(StatusCode, &str, &str); 19] = [
    (
        StatusCode::BAD_REQUEST,
        "not_json",
        "The body is not JSON, has a key twice, is not UTF-8, or did not arrive whole",
    ),
    (
        StatusCode::UNAUTHORIZED,
        "unauthenticated",
        "No valid token or session; `sign_in_refused` where signing in did not work",
    ),
    (
        StatusCode::FORBIDDEN,
        "forbidden",
        "The role may not do this; `choose_standing`, `standing_ended`, `second_factor_required` where something is to be done first",
    ),
    (
        StatusCode::NOT_FOUND,
        "not_found",
        "Not found, or not within the caller's remit; `receipt_mistyped` where the check character is wrong",
    ),
    (
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "The address does not take this method; `Allow` names those that it takes",
    ),
    (
        StatusCode::REQUEST_TIMEOUT,
        "body_too_slow",
        "The body did not arrive within 15 seconds",
    ),
    (
        StatusCode::CONFLICT,
        "stale_version",
        "Not possible in the present state: `stale_version`, `not_in_this_state`, `case_ended`, …",
    ),
    (
        StatusCode::GONE,
        "upload_expired",
        "It was there and is no more; of an upload that was refused the code says why",
    ),
    (
        StatusCode::PRECONDITION_FAILED,
        "tus_version",
        "Another version of the tus protocol, or none; `Tus-Version` names the one that is spoken",
    ),
    (
        StatusCode::PAYLOAD_TOO_LARGE,
        "too_large",
        "The body is larger than 1 MiB",
    ),
    (
        StatusCode::URI_TOO_LONG,
        "address_too_long",
        "Path and query are longer than 8 KiB",
    ),
    (
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "wrong_content_type",
        "The content type is not application/json",
    ),
    (
        StatusCode::RANGE_NOT_SATISFIABLE,
        "range_not_satisfiable",
        "Nothing of the file is in the range; `Content-Range` says how long it is",
    ),
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        "invalid",
        "Every fault of the body or query; nothing was stored",
    ),
    (
        StatusCode::TOO_MANY_REQUESTS,
        "too_many_requests",
        "Too many requests; repeat after `Retry-After` seconds",
    ),
    (
        StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        "headers_too_large",
        "The headers are larger than 32 KiB",
    ),
    (
        StatusCode::INTERNAL_SERVER_ERROR,
        "internal",
        "A fault of ours, recorded under `instance`",
    ),
    (
        StatusCode::BAD_GATEWAY,
        "provider_unavailable",
        "An OpenID provider does not answer; `provider_refused` where what it answers is not believed",
    ),
    (
        StatusCode::SERVICE_UNAVAILABLE,
        "busy",
        "Busy or without its database; repeat after `Retry-After` seconds",
    ),
];

/// The refusals of these statuses.
fn refusals(statuses: &[u16]) -> BTreeMap<String, RefOr<Response>> {
    // The tus protocol has a status of its own, which has no name.
    let of_tus = StatusCode::from_u16(460).map(|status| {
        let meaning = "The checksum does not match; the part was dropped";
        (status, "checksum_mismatch", meaning)
    });
    REFUSALS
        .into_iter()
        .chain(of_tus)
        .filter(|(status, ..)| statuses.contains(&status.as_u16()))
        .map(|(status, code, description)| {
            let of_a_file = status == StatusCode::PAYLOAD_TOO_LARGE && statuses.contains(&460);
            let (code, description) = match of_a_file {
                true => (
                    "file_too_large",
                    "The file is larger than `Tus-Max-Size`, or than was announced",
                ),
                false => (code, description),
            };
            let mut example = ProblemBody::new(status, code);
            // Not that of the request that asks for this description.
            example.instance = Some("0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44".into());
            if status == StatusCode::UNPROCESSABLE_ENTITY {
                example = example.with_faults(&[Fault {
                    pointer: "/accident/occurred_at".into(),
                    code: FaultCode::InTheFuture,
                }]);
            }
            let content = ContentBuilder::new()
                .schema(Some(problem_reference()))
                .example(serde_json::to_value(example).ok())
                .build();
            let response = ResponseBuilder::new()
                .description(description)
                .content("application/problem+json", content)
                .build();
            (status.as_u16().to_string(), RefOr::T(response))
        })
        .collect()
}

macro_rules! refused_with {
    ($($calls:ident: $statuses:expr;)*) => {$(
        impl IntoResponses for $calls {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                refusals(&$statuses)
            }
        }
    )*};
}

refused_with! {
    Refusals: [400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 422, 429, 431, 500, 503];
    UploadRefusals: [400, 401, 403, 404, 405, 408, 409, 410, 412, 413, 414, 415, 422, 429, 431, 460, 500, 503];
    FileRefusals: [401, 403, 404, 405, 409, 410, 414, 429, 431, 500, 503];
    PartRefusals: [401, 403, 404, 405, 409, 410, 414, 416, 429, 431, 500, 503];
    QueryRefusals: [401, 403, 405, 414, 422, 429, 431, 500, 503];
    PageRefusals: [401, 403, 404, 405, 414, 422, 429, 431, 500, 503];
    ReadRefusals: [401, 403, 404, 405, 414, 429, 431, 500, 503];
    ActRefusals: [401, 403, 404, 405, 409, 414, 429, 431, 500, 503];
    OpenRefusals: [405, 414, 429, 431];
    NoticeRefusals: [400, 405, 408, 413, 414, 415, 422, 429, 431, 500, 503];
    SignInRefusals: [400, 401, 403, 405, 408, 413, 414, 415, 422, 429, 431, 500, 503];
    OpenActRefusals: [403, 405, 409, 414, 429, 431, 500, 503];
    LinkIdentityRefusals: [400, 401, 403, 404, 405, 408, 409, 413, 414, 415, 422, 429, 431, 500, 502, 503];
    InvitationRefusals: [400, 403, 404, 405, 408, 409, 413, 414, 415, 422, 429, 431, 500, 502, 503];
    OidcStartRefusals: [404, 405, 414, 422, 429, 431, 500, 502, 503];
    OidcRefusals: [401, 403, 404, 405, 409, 414, 422, 429, 431, 500, 502, 503];
    RegisterRefusals: [400, 403, 405, 408, 413, 414, 415, 422, 429, 431, 500, 503];
    LinkRefusals: [400, 405, 408, 409, 413, 414, 415, 422, 429, 431, 500, 503];
    OpenReadRefusals: [405, 414, 429, 431, 500, 503];
    QuietRefusals: [401, 403, 405, 414, 429, 431, 500, 503];
    WatchRefusals: [405, 414, 431];
}

fn problem_reference() -> RefOr<utoipa::openapi::schema::Schema> {
    RefOr::Ref(utoipa::openapi::Ref::from_schema_name("Problem"))
}

/// What the program answers to the examples of the contract, by the name of the body.
const EXAMPLES: &str = include_str!("examples.json");

struct Components;

impl Modify for Components {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "A token of a post, of an employer, or of `tnld token issue`",
            ))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        let cookie = ApiKeyValue::with_description(
            "__Host-tnld",
            "The session of `POST /api/v1/session`; without TLS the cookie is called `tnld`. \
             A request that changes something must come from a page of the same origin",
        );
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        components
            .schemas
            .insert("Problem".into(), ProblemBody::schema());
        let examples: BTreeMap<String, Value> =
            serde_json::from_str(EXAMPLES).expect("a test reads the file");
        for (name, example) in examples {
            if let Some(RefOr::T(Schema::Object(schema))) = components.schemas.get_mut(&name) {
                schema.example = Some(example);
            }
        }
    }
}

/// The whole description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "tnld",
        description = "Khai báo, thông báo khẩn và điều tra tai nạn lao động tại Việt Nam. \
                       Declaring, alerting and investigating accidents at work in Việt Nam.",
    ),
    paths(
        super::declarations::submit,
        super::declarations::official_notice,
        super::declarations::preview,
        super::declarations::show,
        super::declarations::supplement,
        super::notices::challenge,
        super::notices::give,
        super::notices::held,
        super::notices::release,
        super::notices::reject,
        super::notices::informants,
        super::audit::show,
        super::cases::queue,
        super::desk::counts,
        super::desk::search,
        super::desk::assign,
        super::saved_filters::list,
        super::saved_filters::create,
        super::saved_filters::delete,
        super::cases::show,
        super::dossier::show,
        super::dossier_export::export,
        super::reports::possible_duplicates,
        super::reports::contradictions,
        super::transfers::list,
        super::cases::take_step,
        super::cases::preview_step,
        super::scans::place,
        super::uploads::options,
        super::uploads::create,
        super::uploads::show,
        super::uploads::append,
        super::uploads::terminate,
        super::documents::list,
        super::documents::show,
        super::documents::content,
        super::documents::preview,
        super::documents::remove,
        super::deliveries::search,
        super::alerts::list,
        super::alerts::resend,
        super::alerts::assign,
        super::places::search,
        super::tokens::list,
        super::tokens::create,
        super::tokens::revoke,
        super::posts::list,
        super::posts::create,
        super::posts::show,
        super::posts::end,
        super::posts::appoint,
        super::posts::remove,
        super::account_administration::lock,
        super::account_administration::unlock,
        super::account_administration::reset_second_factor,
        super::hand_over::held,
        super::hand_over::hand_over,
        super::posts::add_shift,
        super::posts::cancel_shift,
        super::posts::roster,
        super::posts::on_duty,
        super::employers::register,
        super::employers::register_another,
        super::employers::list,
        super::employers::show,
        super::employers::verify,
        super::employers::unverify,
        super::employers::lock,
        super::employers::unlock,
        super::employers::merge,
        super::employers::unmerge,
        super::employer_people::people,
        super::employer_people::change_role,
        super::employer_people::remove,
        super::employer_people::leave,
        super::employer_tokens::list,
        super::employer_tokens::create,
        super::employer_tokens::revoke,
        super::employer_invitations::invitations,
        super::employer_invitations::invite,
        super::employer_invitations::withdraw,
        super::employer_claims::claims,
        super::employer_claims::decide,
        super::employer_invitations::received,
        super::employer_invitations::accept,
        super::employer_invitations::decline,
        super::contact::change_email,
        super::contact::change_phone,
        super::session::sign_in,
        super::session::show,
        super::session::sign_out,
        super::session::choose,
        super::session::list,
        super::session::end,
        super::accounts::offer_totp,
        super::accounts::confirm_totp,
        super::accounts::remove_totp,
        super::accounts::renew_codes,
        super::accounts::change_password,
        super::accounts::prove_email,
        super::accounts::ask_reset,
        super::accounts::reset,
        super::passkeys::begin,
        super::passkeys::add,
        super::passkeys::list,
        super::passkeys::rename,
        super::passkeys::remove,
        super::passkeys::begin_sign_in,
        super::passkeys::sign_in,
        super::oidc::list,
        super::oidc::start,
        super::oidc::finish,
        super::oidc::accept,
        super::oidc::link,
        super::identities::list,
        super::identities::remove,
        super::privacy::show,
        super::subject_requests::list,
        super::subject_requests::register,
        super::subject_requests::show,
        super::subject_requests::acknowledge,
        super::subject_requests::extend,
        super::subject_requests::answer,
        super::subject_requests::refuse,
        super::breaches::list,
        super::breaches::open,
        super::breaches::show,
        super::breaches::form,
        super::breaches::add_measure,
        super::breaches::notified,
        super::breaches::close,
        super::retention::plan,
        super::retention::set_hold,
        super::retention::lift_hold,
        super::retention::duties,
        super::retention::note_duty,
        super::authorities::list,
        super::authorities::show,
        super::authorities::preview,
        super::authorities::add,
        super::authorities::end,
        super::authorities::correct,
        super::coverage::show,
        super::directory_proposals::list,
        super::directory_proposals::settle,
        super::contacts::list,
        super::contacts::add,
        super::contacts::end,
        super::rules::list,
        super::rules::show,
        super::rules::preview,
        super::rules::proposals_list,
        super::rules::propose,
        super::rules::proposal,
        super::rules::approve,
        super::rules::reject,
        super::rules::withdraw,
        super::forms::list,
        super::forms::issue,
        super::forms::of_case,
        super::forms::file,
        super::forms::by_mark,
        super::overview::show,
        super::operations::alarms,
        super::calls::list,
        super::calls::answer,
        super::operations::healthz,
        super::operations::readyz,
        super::operations::metrics,
        document,
    ),
    components(schemas(FaultShown, Step, super::cases::changed::ChangedBody)),
    modifiers(&Components),
    security(("token" = []), ("session" = [])),
    tags(
        (name = "declarations", description = "Khai báo"),
        (name = "notices", description = "Tin báo không cần tài khoản"),
        (name = "cases", description = "Vụ việc"),
        (name = "documents", description = "Tài liệu của hồ sơ"),
        (name = "forms", description = "Biểu mẫu"),
        (name = "places", description = "Địa danh"),
        (name = "posts", description = "Vị trí công tác, lịch trực"),
        (name = "tokens", description = "Mã truy cập của vị trí công tác"),
        (name = "employers", description = "Người sử dụng lao động"),
        (name = "account", description = "Tài khoản, đăng nhập"),
        (name = "personal data", description = "Bảo vệ dữ liệu cá nhân"),
        (name = "directory", description = "Danh bạ cơ quan"),
        (name = "rules", description = "Quy tắc, ngày nghỉ"),
        (name = "operations", description = "Vận hành"),
    ),
)]
struct Description;

/// Made once: it is asked for without a token.
static DOCUMENT: LazyLock<String> = LazyLock::new(document_json);

/// The document, byte for byte the one in `api-spec/`.
pub fn document_json() -> String {
    let mut json = Description::openapi()
        .to_pretty_json()
        .expect("the document is plain data");
    json.push('\n');
    json
}

/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operations", security(()),
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json"), OpenRefusals),
)]
pub async fn document() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(DOCUMENT.as_str())
}
