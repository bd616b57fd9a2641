//! The OpenAPI document, collected from the code. `api-spec/openapi.json` is what this prints.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use utoipa::{
    IntoResponses, Modify, OpenApi, PartialSchema,
    openapi::{
        ContentBuilder, OpenApi as Document, RefOr, Response, ResponseBuilder,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::problem::ProblemBody;

/// Every way in which a call can be refused, declared once.
pub struct Refusals;

/// Status and what it means.
const REFUSALS: [(&str, &str); 11] = [
    (
        "400",
        "The body is not JSON, not UTF-8, or did not arrive whole",
    ),
    ("401", "No valid token"),
    ("403", "The role may not do this"),
    (
        "404",
        "Not found, or not within the caller's remit; `receipt_mistyped` where the check character is wrong",
    ),
    ("405", "The address does not take this method"),
    (
        "409",
        "Not possible in the present state: `stale_version`, `illegal_step`, …",
    ),
    ("413", "The body is larger than 1 MiB"),
    ("415", "The content type is not application/json"),
    (
        "422",
        "Every fault of the body or query; nothing was stored",
    ),
    ("500", "A fault of ours, recorded under `instance`"),
    (
        "503",
        "Busy or without its database; repeat after `Retry-After` seconds",
    ),
];

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        REFUSALS
            .into_iter()
            .map(|(status, description)| {
                let content = ContentBuilder::new()
                    .schema(Some(problem_reference()))
                    .build();
                let response = ResponseBuilder::new()
                    .description(description)
                    .content("application/problem+json", content)
                    .build();
                (status.to_owned(), RefOr::T(response))
            })
            .collect()
    }
}

fn problem_reference() -> RefOr<utoipa::openapi::schema::Schema> {
    RefOr::Ref(utoipa::openapi::Ref::from_schema_name("Problem"))
}

struct BearerToken;

impl Modify for BearerToken {
    fn modify(&self, document: &mut Document) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("A token of `tnld token issue`"))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        components
            .schemas
            .insert("Problem".into(), ProblemBody::schema());
    }
}

/// The whole description.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "tnld",
        description = "Khai báo, thông báo khẩn và điều tra tai nạn lao động tại Việt Nam. \
                       Declaring, alerting and investigating accidents at work in Việt Nam.",
        license(name = "MIT OR Apache-2.0"),
    ),
    paths(
        super::declarations::submit,
        super::declarations::preview,
        super::declarations::show,
        super::declarations::supplement,
        super::cases::queue,
        super::cases::show,
        super::cases::take_step,
        super::alerts::list,
        super::alerts::resend,
        super::places::search,
        super::operations::alarms,
        super::operations::healthz,
        super::operations::readyz,
        super::operations::metrics,
        document,
    ),
    components(schemas(crate::wording::shown::FaultShown)),
    modifiers(&BearerToken),
    security(("token" = [])),
    tags(
        (name = "declarations", description = "Khai báo"),
        (name = "cases", description = "Vụ việc"),
        (name = "places", description = "Địa danh"),
        (name = "operations", description = "Vận hành"),
    ),
)]
struct Description;

/// The document, byte for byte the one in `api-spec/`.
pub fn document_json() -> String {
    let mut json = Description::openapi()
        .to_pretty_json()
        .expect("the document is plain data");
    json.push('\n');
    json
}

/// The description itself, for the page that shows it.
pub fn description() -> Document {
    Description::openapi()
}

/// This document.
#[utoipa::path(
    get, path = "/openapi.json", tag = "operations", security(()),
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json")),
)]
pub async fn document() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(document_json())
}
