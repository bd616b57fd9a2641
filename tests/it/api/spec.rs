//! The API description: the one in the repository, sound in itself, and complete.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    described::{self, DOCUMENT, mismatches, resolved},
    office::{each, text},
};
use crate::support::{Db, Program, program};

/// Every address of the API.
const OPERATIONS: [&str; 170] = [
    "DELETE /api/v1/saved-filters/{filter_id}",
    "DELETE /api/v1/session",
    "DELETE /api/v1/sessions/{session_id}",
    "DELETE /api/v1/uploads/{upload_id}",
    "GET /api/v1/account/identities",
    "GET /api/v1/account/invitations",
    "GET /api/v1/account/passkeys",
    "GET /api/v1/alarms",
    "GET /api/v1/alerts",
    "GET /api/v1/authorities",
    "GET /api/v1/authorities/{authority_id}",
    "GET /api/v1/authorities/{authority_id}/contacts",
    "GET /api/v1/authorities/{authority_id}/on-duty",
    "GET /api/v1/authorities/{authority_id}/roster",
    "GET /api/v1/breaches",
    "GET /api/v1/breaches/{breach_id}",
    "GET /api/v1/breaches/{breach_id}/form",
    "GET /api/v1/calls",
    "GET /api/v1/cases",
    "GET /api/v1/cases/counts",
    "GET /api/v1/cases/search",
    "GET /api/v1/cases/{case_id}",
    "GET /api/v1/cases/{case_id}/alerts",
    "GET /api/v1/cases/{case_id}/contradictions",
    "GET /api/v1/cases/{case_id}/documents",
    "GET /api/v1/cases/{case_id}/forms",
    "GET /api/v1/cases/{case_id}/informants",
    "GET /api/v1/cases/{case_id}/possible-duplicates",
    "GET /api/v1/cases/{case_id}/transfers",
    "GET /api/v1/cases/{case_id}/victims/{no}/insurance-dossier",
    "GET /api/v1/cases/{case_id}/victims/{no}/insurance-dossier/export",
    "GET /api/v1/coverage",
    "GET /api/v1/data-subject-requests",
    "GET /api/v1/data-subject-requests/{request_id}",
    "GET /api/v1/declarations/{receipt_no}",
    "GET /api/v1/declarations/{receipt_no}/trace",
    "GET /api/v1/directory-proposals",
    "GET /api/v1/documents/{document_id}",
    "GET /api/v1/documents/{document_id}/content",
    "GET /api/v1/documents/{document_id}/preview",
    "GET /api/v1/duties",
    "GET /api/v1/employers",
    "GET /api/v1/employers/{employer_id}",
    "GET /api/v1/employers/{employer_id}/claims",
    "GET /api/v1/employers/{employer_id}/invitations",
    "GET /api/v1/employers/{employer_id}/people",
    "GET /api/v1/employers/{employer_id}/tokens",
    "GET /api/v1/forms",
    "GET /api/v1/forms/by-mark/{mark}",
    "GET /api/v1/forms/issued/{file}",
    "GET /api/v1/notices/challenge",
    "GET /api/v1/notices/held",
    "GET /api/v1/oidc",
    "GET /api/v1/oidc/{provider}/callback",
    "GET /api/v1/oidc/{provider}/start",
    "GET /api/v1/operations",
    "GET /api/v1/places",
    "GET /api/v1/posts",
    "GET /api/v1/posts/{post_id}",
    "GET /api/v1/posts/{post_id}/held",
    "GET /api/v1/privacy",
    "GET /api/v1/retention/plan",
    "GET /api/v1/rules",
    "GET /api/v1/rules/proposals",
    "GET /api/v1/rules/proposals/{proposal_id}",
    "GET /api/v1/rules/{rule_id}",
    "GET /api/v1/saved-filters",
    "GET /api/v1/session",
    "GET /api/v1/sessions",
    "GET /api/v1/tokens",
    "GET /api/v1/uploads/{upload_id}",
    "GET /healthz",
    "GET /metrics",
    "GET /openapi.json",
    "GET /readyz",
    "OPTIONS /api/v1/uploads",
    "PATCH /api/v1/uploads/{upload_id}",
    "POST /api/v1/account/email",
    "POST /api/v1/account/email-proof",
    "POST /api/v1/account/employers",
    "POST /api/v1/account/identities/{identity_id}/removal",
    "POST /api/v1/account/identities/{provider}/link",
    "POST /api/v1/account/invitations/{invitation_id}/accept",
    "POST /api/v1/account/invitations/{invitation_id}/decline",
    "POST /api/v1/account/passkeys",
    "POST /api/v1/account/passkeys/challenge",
    "POST /api/v1/account/passkeys/{passkey_id}/removal",
    "POST /api/v1/account/recovery-codes",
    "POST /api/v1/account/totp",
    "POST /api/v1/account/totp/confirm",
    "POST /api/v1/account/totp/removal",
    "POST /api/v1/accounts/{account_id}/lock",
    "POST /api/v1/accounts/{account_id}/reset-second-factor",
    "POST /api/v1/accounts/{account_id}/unlock",
    "POST /api/v1/authorities",
    "POST /api/v1/authorities/preview",
    "POST /api/v1/authorities/{authority_id}/contacts",
    "POST /api/v1/authorities/{authority_id}/contacts/{contact_id}/end",
    "POST /api/v1/authorities/{authority_id}/correct",
    "POST /api/v1/authorities/{authority_id}/end",
    "POST /api/v1/breaches",
    "POST /api/v1/breaches/{breach_id}/close",
    "POST /api/v1/breaches/{breach_id}/measures",
    "POST /api/v1/breaches/{breach_id}/notified",
    "POST /api/v1/calls/{call_id}",
    "POST /api/v1/cases/assignments",
    "POST /api/v1/cases/{case_id}/alerts/{alert_id}/assign",
    "POST /api/v1/cases/{case_id}/alerts/{message_id}/resend",
    "POST /api/v1/cases/{case_id}/forms",
    "POST /api/v1/cases/{case_id}/hold",
    "POST /api/v1/cases/{case_id}/hold/lift",
    "POST /api/v1/cases/{case_id}/steps/{step}",
    "POST /api/v1/cases/{case_id}/steps/{step}/preview",
    "POST /api/v1/cases/{case_id}/uploads",
    "POST /api/v1/data-subject-requests",
    "POST /api/v1/data-subject-requests/{request_id}/acknowledge",
    "POST /api/v1/data-subject-requests/{request_id}/answer",
    "POST /api/v1/data-subject-requests/{request_id}/extend",
    "POST /api/v1/data-subject-requests/{request_id}/refuse",
    "POST /api/v1/declarations",
    "POST /api/v1/declarations/preview",
    "POST /api/v1/declarations/{receipt_no}/supplements",
    "POST /api/v1/directory-proposals/{proposal_id}/settle",
    "POST /api/v1/documents/{document_id}/remove",
    "POST /api/v1/employers",
    "POST /api/v1/employers/{employer_id}/claims/{claim_id}/decide",
    "POST /api/v1/employers/{employer_id}/invitations",
    "POST /api/v1/employers/{employer_id}/invitations/{invitation_id}/withdraw",
    "POST /api/v1/employers/{employer_id}/leave",
    "POST /api/v1/employers/{employer_id}/lock",
    "POST /api/v1/employers/{employer_id}/merge",
    "POST /api/v1/employers/{employer_id}/people/{account_id}/remove",
    "POST /api/v1/employers/{employer_id}/people/{account_id}/role",
    "POST /api/v1/employers/{employer_id}/tokens",
    "POST /api/v1/employers/{employer_id}/tokens/{token_id}/revoke",
    "POST /api/v1/employers/{employer_id}/unlock",
    "POST /api/v1/employers/{employer_id}/unmerge",
    "POST /api/v1/employers/{employer_id}/unverify",
    "POST /api/v1/employers/{employer_id}/verify",
    "POST /api/v1/notices",
    "POST /api/v1/notices/{receipt_no}/reject",
    "POST /api/v1/notices/{receipt_no}/release",
    "POST /api/v1/official-notices",
    "POST /api/v1/oidc/{provider}/invitation",
    "POST /api/v1/password-reset",
    "POST /api/v1/password-reset/confirm",
    "POST /api/v1/posts",
    "POST /api/v1/posts/{post_id}/end",
    "POST /api/v1/posts/{post_id}/hand-over",
    "POST /api/v1/posts/{post_id}/holders",
    "POST /api/v1/posts/{post_id}/holders/{account_id}/remove",
    "POST /api/v1/posts/{post_id}/shifts",
    "POST /api/v1/posts/{post_id}/shifts/{shift_id}/cancel",
    "POST /api/v1/rules/preview",
    "POST /api/v1/rules/proposals",
    "POST /api/v1/rules/proposals/{proposal_id}/approve",
    "POST /api/v1/rules/proposals/{proposal_id}/reject",
    "POST /api/v1/rules/proposals/{proposal_id}/withdraw",
    "POST /api/v1/saved-filters",
    "POST /api/v1/scans",
    "POST /api/v1/session",
    "POST /api/v1/session/passkey",
    "POST /api/v1/session/passkey/challenge",
    "POST /api/v1/tokens",
    "POST /api/v1/tokens/{token_id}/revoke",
    "PUT /api/v1/account/passkeys/{passkey_id}",
    "PUT /api/v1/account/password",
    "PUT /api/v1/account/phone",
    "PUT /api/v1/duties",
    "PUT /api/v1/session/standing",
];

/// Those that sign in or register: the first three may not know who it is, and all refuse the pages of
/// other sites.
const SIGNING_IN: [&str; 6] = [
    "POST /api/v1/session",
    "POST /api/v1/session/passkey",
    "GET /api/v1/oidc/{provider}/callback",
    "POST /api/v1/session/passkey/challenge",
    "POST /api/v1/oidc/{provider}/invitation",
    "POST /api/v1/employers",
];

/// Calls `look` with every object in `value` and where it stands.
fn walk<'a>(
    value: &'a Value,
    at: &str,
    look: &mut impl FnMut(&str, &'a serde_json::Map<String, Value>),
) {
    match value {
        Value::Object(members) => {
            look(at, members);
            for (name, value) in members {
                walk(value, &format!("{at}/{name}"), look);
            }
        }
        Value::Array(entries) => {
            for (number, entry) in entries.iter().enumerate() {
                walk(entry, &format!("{at}/{number}"), look);
            }
        }
        _ => {}
    }
}

#[test]
fn the_file_the_command_and_the_address_give_the_same_description() {
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("api-spec/openapi.json");
    let kept = std::fs::read_to_string(file).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let printed = program::run(folder.path(), &[], &["openapi"]).ok();
    let refresh = "it changed: cargo run --quiet -- openapi > api-spec/openapi.json";
    assert!(kept == printed, "{refresh}");
    // The command needs no database and leaves nothing behind.
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);

    let db = Db::sqlite();
    let program = Program::start(&db, &[]);
    let served = program.client("").get("/openapi.json");
    assert_eq!(served.header("content-type"), "application/json");
    assert!(served.text == kept, "{refresh}");
}

#[test]
fn the_description_is_a_sound_openapi_document() {
    let document = &*DOCUMENT;
    assert!(text(&document["openapi"]).starts_with("3.1."));
    assert_ne!(document["info"]["title"], "");
    assert_eq!(document["info"]["version"], env!("CARGO_PKG_VERSION"));

    walk(document, "", &mut |at, members| {
        if let Some(reference) = members.get("$ref") {
            assert!(
                resolved(&serde_json::json!({ "$ref": reference })).is_object(),
                "{at}"
            );
        }
        // What is required is described.
        if let (Some(required), Some(properties)) = (
            members.get("required").and_then(Value::as_array),
            members.get("properties"),
        ) {
            for name in required {
                assert!(properties.get(text(name)).is_some(), "{at}: {name}");
            }
        }
        // The names of schemas are texts that go over the wire, not names in our code.
        if let Some(values) = members.get("enum").and_then(Value::as_array) {
            for value in values {
                let value = text(value);
                let one_case = value == value.to_lowercase() || value == value.to_uppercase();
                assert!(one_case, "{at}: {value}");
            }
        }
    });

    let mut ids = BTreeSet::new();
    let schemes = document["components"]["securitySchemes"]
        .as_object()
        .unwrap();
    let tags: BTreeSet<&str> = each(&document["tags"], "name").into_iter().collect();
    for (name, operation) in described::operations() {
        assert!(
            ids.insert(text(&operation["operationId"])),
            "{name}: its id is not its own"
        );
        assert_ne!(operation["summary"], Value::Null, "{name}");
        assert!(
            operation["tags"]
                .as_array()
                .unwrap()
                .iter()
                .all(|tag| tags.contains(text(tag))),
            "{name}"
        );
        let security = operation.get("security").unwrap_or(&document["security"]);
        for scheme in security
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|one| one.as_object().unwrap().keys())
        {
            assert!(schemes.contains_key(scheme), "{name}: {scheme}");
        }
        // Every part of the path in braces is a parameter, and the other way round.
        let (_, path) = name.split_once(' ').unwrap();
        let in_path: BTreeSet<&str> = path
            .split('/')
            .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let described: BTreeSet<&str> = parameters
            .inspect(|parameter| {
                assert_ne!(parameter["description"], Value::Null, "{name}: {parameter}")
            })
            .filter(|parameter| parameter["in"] == "path")
            .inspect(|parameter| assert_eq!(parameter["required"], true, "{name}"))
            .map(|parameter| text(&parameter["name"]))
            .collect();
        assert_eq!(described, in_path, "{name}");
    }
}

#[test]
fn every_address_is_described_with_all_that_it_may_answer() {
    let operations = described::operations();
    let names: Vec<&str> = operations.keys().map(String::as_str).collect();
    assert_eq!(names, OPERATIONS);
    for (name, operation) in &operations {
        let responses = operation["responses"].as_object().unwrap();
        let has = |status: &str| responses.contains_key(status);
        assert!(
            responses
                .keys()
                .any(|status| status.starts_with(['2', '3'])),
            "{name}"
        );
        assert!(
            responses
                .values()
                .all(|response| response["description"] != ""),
            "{name}"
        );
        for status in ["405", "414", "431"] {
            assert!(has(status), "{name}: {status}");
        }
        let watches = ["GET /healthz", "GET /readyz", "GET /metrics"].contains(&name.as_str());
        assert_eq!(has("429"), !watches, "{name}: 429");
        if !name.contains("/api/v1/") {
            continue;
        }
        for status in ["500", "503"] {
            assert!(has(status), "{name}: {status}");
        }
        // Who needs no token is not asked who it is, but by signing in.
        let is_open = operation["security"] == serde_json::json!([{}])
            || operation["security"] == serde_json::json!([]);
        for (status, may) in [("401", &SIGNING_IN[..3]), ("403", &SIGNING_IN[..])] {
            let may = may.contains(&name.as_str());
            assert_eq!(has(status), !is_open || may, "{name}: {status}");
        }
        assert!(has("404") || !name.contains('{'), "{name}: 404");
        let takes_a_body = operation.get("requestBody").is_some();
        let mut parameters = operation["parameters"].as_array().into_iter().flatten();
        let takes_a_query = parameters.any(|parameter| parameter["in"] == "query");
        assert_eq!(has("422"), takes_a_body || takes_a_query, "{name}: 422");
        for status in ["400", "408", "413", "415"] {
            assert_eq!(has(status), takes_a_body, "{name}: {status}");
        }
        for (status, response) in responses
            .iter()
            .filter(|(status, _)| !status.starts_with(['2', '3']))
        {
            let media = &response["content"]["application/problem+json"];
            let example = &media["example"];
            assert!(example.is_object(), "{name}: {status} has no example");
            assert_eq!(
                mismatches(&media["schema"], example),
                [""; 0],
                "{name}: {status}"
            );
            assert_eq!(example["status"].to_string(), *status, "{name}");
        }
    }
}

#[test]
fn every_body_has_an_example_that_fits_its_description() {
    for (name, operation) in described::operations() {
        let mut bodies = vec![(
            "request",
            &operation["requestBody"]["content"]["application/json"],
        )];
        for (status, response) in operation["responses"].as_object().unwrap() {
            if status.starts_with('2') {
                bodies.push((status, &response["content"]["application/json"]));
            }
        }
        for (what, media) in bodies.into_iter().filter(|(_, media)| media.is_object()) {
            if media["schema"].is_null() {
                continue;
            }
            let schema = &media["schema"];
            let example = [&media["example"], &resolved(schema)["example"]]
                .into_iter()
                .find(|example| !example.is_null());
            let example = example.unwrap_or_else(|| panic!("{name}: {what} has no example"));
            assert_eq!(mismatches(schema, example), [""; 0], "{name}: {what}");
        }
    }
}
