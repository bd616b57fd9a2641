//! Every address × every kind of caller: one table. An address that is described and not in it fails
//! the test, so that nothing is added without somebody saying who may call it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Caller, Office, described, office::text, recent};

/// The callers, in the order of the columns. The case lies in province 66, commune 22015; its employer
/// has the tax code 6099254308.
const CALLERS: [&str; 14] = [
    "employer that declared",
    "other employer",
    "commune of the place",
    "neighbour commune",
    "inspector of the province",
    "inspector of a neighbour",
    "police of the commune",
    "police of the province",
    "police of a neighbour",
    "ministry",
    "operator",
    "nobody",
    "expired token",
    "revoked token",
];

/// A sound request of the tus protocol, of a PDF of ten bytes.
pub const TUS: [(&str, &str); 5] = [
    ("tus-resumable", "1.0.0"),
    ("upload-length", "10"),
    ("upload-offset", "0"),
    (
        "upload-metadata",
        "filename YQ==,filetype YXBwbGljYXRpb24vcGRm,item Yg==",
    ),
    ("content-type", "application/offset+octet-stream"),
];

/// Nobody, expired, revoked.
const NO: [u16; 3] = [401, 401, 401];

/// One row: the operation, its body, and what each caller is answered.
struct Row(&'static str, Value, [u16; 14]);

/// The answers of eleven callers with a good token, and of the three without.
fn row(operation: &'static str, body: Value, good: [u16; 11]) -> Row {
    let all: Vec<u16> = good.into_iter().chain(NO).collect();
    Row(operation, body, all.try_into().unwrap())
}

/// The table. A case that is not theirs is not found (404); a right that is not theirs is refused
/// (403); whoever may, and sends an empty body, hears of its faults (422).
fn table() -> Vec<Row> {
    let none = Value::Null;
    let empty = json!({});
    //                  employer  commune   inspector police         ministry
    //                  own other own other own other own prov other     operator
    let of_declaration = |ok| [ok, 404, 404, 404, ok, 404, ok, ok, 404, ok, 404];
    let of_case = |ok| [403, 403, 404, 404, ok, 404, ok, ok, 404, ok, 403];
    let operator_only = |ok| [403, 403, 403, 403, 403, 403, 403, 403, 403, 403, ok];
    let office_66 = |ok| [403, 403, 404, 404, ok, 404, 404, 404, 404, 404, ok];
    let officials = |ok| [403, 403, ok, ok, ok, ok, ok, ok, ok, ok, ok];
    let employers_only = [404, 404, 403, 403, 403, 403, 403, 403, 403, 403, 403];
    let employers_and_operator = [404, 404, 403, 403, 403, 403, 403, 403, 403, 403, 404];
    let declaring = recent("03");
    vec![
        row(
            "POST /api/v1/declarations",
            declaring.clone(),
            [201, 201, 201, 201, 403, 403, 403, 403, 403, 403, 403],
        ),
        // Police give notice of what they learn, as police.
        row(
            "POST /api/v1/official-notices",
            declaring.clone(),
            [403, 403, 403, 403, 403, 403, 201, 201, 201, 403, 403],
        ),
        row(
            "POST /api/v1/declarations/preview",
            declaring,
            [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
        ),
        row(
            "GET /api/v1/declarations/{receipt_no}",
            none.clone(),
            of_declaration(200),
        ),
        row(
            "POST /api/v1/declarations/{receipt_no}/supplements",
            empty.clone(),
            of_declaration(422),
        ),
        row(
            "GET /api/v1/declarations/{receipt_no}/trace",
            none.clone(),
            of_declaration(200),
        ),
        row(
            "GET /api/v1/cases",
            none.clone(),
            [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
        ),
        row(
            "GET /api/v1/cases/counts",
            none.clone(),
            [200, 200, 200, 200, 200, 200, 200, 200, 200, 200, 403],
        ),
        // Nothing is asked for.
        row(
            "GET /api/v1/cases/search",
            none.clone(),
            [422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 403],
        ),
        row(
            "POST /api/v1/cases/assignments",
            empty.clone(),
            [403, 403, 422, 422, 422, 422, 422, 422, 422, 422, 403],
        ),
        // A token acts in no post.
        row("GET /api/v1/saved-filters", none.clone(), [403; 11]),
        row("POST /api/v1/saved-filters", empty.clone(), [403; 11]),
        row(
            "DELETE /api/v1/saved-filters/{filter_id}",
            none.clone(),
            [403; 11],
        ),
        // Of the cases only those that its own team investigates are an employer's; this one is the province's.
        row(
            "GET /api/v1/cases/{case_id}",
            none.clone(),
            [404, 404, 404, 404, 200, 404, 200, 200, 404, 200, 403],
        ),
        row(
            "GET /api/v1/cases/{case_id}/alerts",
            none.clone(),
            of_case(200),
        ),
        // Police read forms and issue none; the province leads, the commune of another place does not see it.
        row(
            "POST /api/v1/cases/{case_id}/forms",
            empty.clone(),
            [404, 404, 404, 404, 422, 404, 403, 403, 403, 422, 403],
        ),
        row(
            "GET /api/v1/cases/{case_id}/forms",
            none.clone(),
            [404, 404, 404, 404, 200, 404, 200, 200, 404, 200, 403],
        ),
        row("GET /api/v1/forms", none.clone(), officials(200)),
        // Nobody has issued one.
        row(
            "GET /api/v1/forms/issued/{file}",
            none.clone(),
            [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "GET /api/v1/forms/by-mark/{mark}",
            none.clone(),
            [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "POST /api/v1/scans",
            none.clone(),
            [415, 415, 415, 415, 415, 415, 415, 415, 415, 415, 403],
        ),
        // No such message: whoever may send again does not find it.
        row(
            "POST /api/v1/cases/{case_id}/alerts/{message_id}/resend",
            none.clone(),
            of_case(404),
        ),
        // The ministry sees the case, but the province leads it.
        // No such alert: whoever may assign one does not find it.
        row(
            "POST /api/v1/cases/{case_id}/alerts/{alert_id}/assign",
            empty.clone(),
            [403, 403, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "POST /api/v1/cases/{case_id}/steps/{step}",
            empty.clone(),
            [404, 404, 404, 404, 422, 404, 422, 422, 404, 403, 403],
        ),
        row(
            "POST /api/v1/cases/{case_id}/steps/{step}/preview",
            empty.clone(),
            [404, 404, 404, 404, 422, 404, 422, 422, 404, 403, 403],
        ),
        // Whoever sees a case, or declared it, adds to its file. No such upload, no such document: whoever may
        // ask for one does not find it.
        Row("OPTIONS /api/v1/uploads", none.clone(), [204; 14]),
        row(
            "POST /api/v1/cases/{case_id}/uploads",
            none.clone(),
            [201, 404, 404, 404, 201, 404, 201, 201, 404, 201, 403],
        ),
        row(
            "GET /api/v1/uploads/{upload_id}",
            none.clone(),
            [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "DELETE /api/v1/uploads/{upload_id}",
            none.clone(),
            [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "PATCH /api/v1/uploads/{upload_id}",
            none.clone(),
            [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "GET /api/v1/cases/{case_id}/documents",
            none.clone(),
            [200, 404, 404, 404, 200, 404, 200, 200, 404, 200, 403],
        ),
        row(
            "GET /api/v1/documents/{document_id}",
            none.clone(),
            [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "GET /api/v1/documents/{document_id}/content",
            none.clone(),
            [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "GET /api/v1/documents/{document_id}/preview",
            none.clone(),
            [404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 403],
        ),
        row(
            "POST /api/v1/documents/{document_id}/remove",
            empty.clone(),
            [404, 404, 404, 404, 404, 404, 403, 403, 403, 404, 403],
        ),
        // Whoever knows of an accident gives notice: a token is not looked at.
        Row("GET /api/v1/notices/challenge", none.clone(), [200; 14]),
        Row("POST /api/v1/notices", recent("03"), [201; 14]),
        row(
            "GET /api/v1/notices/held",
            none.clone(),
            [403, 403, 200, 200, 200, 200, 403, 403, 403, 403, 200],
        ),
        // Of the declaration of an employer no notice is held.
        row(
            "POST /api/v1/notices/{receipt_no}/release",
            empty.clone(),
            [403, 403, 404, 404, 404, 404, 403, 403, 403, 403, 403],
        ),
        row(
            "POST /api/v1/notices/{receipt_no}/reject",
            empty.clone(),
            [403, 403, 404, 404, 404, 404, 403, 403, 403, 403, 403],
        ),
        row(
            "GET /api/v1/cases/{case_id}/victims/{no}/insurance-dossier",
            none.clone(),
            [404, 404, 404, 404, 200, 404, 200, 200, 404, 200, 403],
        ),
        row(
            "GET /api/v1/cases/{case_id}/victims/{no}/insurance-dossier/export",
            none.clone(),
            [404, 404, 404, 404, 200, 404, 200, 200, 404, 200, 403],
        ),
        // Reports are compared by whoever handles cases: not by employers, and not by the police.
        row(
            "GET /api/v1/cases/{case_id}/possible-duplicates",
            none.clone(),
            [403, 403, 404, 404, 200, 404, 403, 403, 403, 200, 403],
        ),
        // What went along is read by those who give cases and take them.
        row(
            "GET /api/v1/cases/{case_id}/transfers",
            none.clone(),
            [403, 403, 404, 404, 200, 404, 403, 403, 403, 200, 403],
        ),
        row(
            "GET /api/v1/cases/{case_id}/contradictions",
            none.clone(),
            [403, 403, 404, 404, 200, 404, 403, 403, 403, 200, 403],
        ),
        row(
            "GET /api/v1/cases/{case_id}/informants",
            none.clone(),
            [403, 403, 404, 404, 200, 404, 403, 403, 403, 403, 403],
        ),
        // The operator finds what was sent where, and no case.
        row(
            "GET /api/v1/alerts",
            none.clone(),
            [403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        row("GET /api/v1/operations", none.clone(), operator_only(200)),
        row("GET /api/v1/places", none.clone(), [200; 11]),
        Row("GET /api/v1/privacy", none.clone(), [200; 14]),
        row(
            "GET /api/v1/data-subject-requests",
            none.clone(),
            operator_only(200),
        ),
        row(
            "POST /api/v1/data-subject-requests",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "GET /api/v1/data-subject-requests/{request_id}",
            none.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/data-subject-requests/{request_id}/acknowledge",
            none.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/data-subject-requests/{request_id}/extend",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/data-subject-requests/{request_id}/answer",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/data-subject-requests/{request_id}/refuse",
            empty.clone(),
            operator_only(404),
        ),
        row("GET /api/v1/breaches", none.clone(), operator_only(200)),
        row("POST /api/v1/breaches", empty.clone(), operator_only(422)),
        row(
            "GET /api/v1/breaches/{breach_id}",
            none.clone(),
            operator_only(404),
        ),
        row(
            "GET /api/v1/breaches/{breach_id}/form",
            none.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/breaches/{breach_id}/measures",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/breaches/{breach_id}/notified",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/breaches/{breach_id}/close",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "GET /api/v1/retention/plan",
            none.clone(),
            operator_only(200),
        ),
        row(
            "POST /api/v1/cases/{case_id}/hold",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/cases/{case_id}/hold/lift",
            empty.clone(),
            operator_only(422),
        ),
        row("GET /api/v1/duties", none.clone(), operator_only(200)),
        row("PUT /api/v1/duties", empty.clone(), operator_only(422)),
        // A token acts for a tax code and is none of the people of an employer; people of every kind
        // are in tests/it/employers.
        Row("POST /api/v1/employers", json!({}), [422; 14]),
        row("GET /api/v1/employers", none.clone(), operator_only(200)),
        row(
            "GET /api/v1/employers/{employer_id}",
            none.clone(),
            employers_and_operator,
        ),
        row(
            "GET /api/v1/employers/{employer_id}/people",
            none.clone(),
            employers_and_operator,
        ),
        row(
            "POST /api/v1/employers/{employer_id}/verify",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/employers/{employer_id}/unverify",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/employers/{employer_id}/lock",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/employers/{employer_id}/unlock",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/employers/{employer_id}/merge",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/employers/{employer_id}/unmerge",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "GET /api/v1/employers/{employer_id}/claims",
            none.clone(),
            employers_and_operator,
        ),
        row(
            "POST /api/v1/employers/{employer_id}/claims/{claim_id}/decide",
            empty.clone(),
            employers_and_operator,
        ),
        row(
            "POST /api/v1/employers/{employer_id}/people/{account_id}/role",
            empty.clone(),
            employers_only,
        ),
        row(
            "POST /api/v1/employers/{employer_id}/people/{account_id}/remove",
            empty.clone(),
            employers_only,
        ),
        row(
            "POST /api/v1/employers/{employer_id}/leave",
            empty.clone(),
            employers_only,
        ),
        row(
            "GET /api/v1/employers/{employer_id}/invitations",
            none.clone(),
            employers_only,
        ),
        row(
            "POST /api/v1/employers/{employer_id}/invitations",
            empty.clone(),
            employers_only,
        ),
        row(
            "POST /api/v1/employers/{employer_id}/invitations/{invitation_id}/withdraw",
            none.clone(),
            employers_only,
        ),
        row(
            "GET /api/v1/employers/{employer_id}/tokens",
            none.clone(),
            employers_only,
        ),
        row(
            "POST /api/v1/employers/{employer_id}/tokens",
            json!({"name": "x", "scopes": ["declare"], "password": "x"}),
            [403; 11],
        ),
        row(
            "POST /api/v1/employers/{employer_id}/tokens/{token_id}/revoke",
            empty.clone(),
            employers_only,
        ),
        row("GET /api/v1/alarms", none.clone(), operator_only(200)),
        row("GET /api/v1/calls", none.clone(), operator_only(200)),
        // No such entry: whoever may telephone does not find it.
        row(
            "POST /api/v1/calls/{call_id}",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "GET /api/v1/posts",
            none.clone(),
            [403, 403, 200, 200, 200, 200, 200, 200, 200, 200, 200],
        ),
        row("POST /api/v1/posts", empty.clone(), operator_only(422)),
        row("GET /api/v1/posts/{post_id}", none.clone(), office_66(200)),
        row(
            "GET /api/v1/posts/{post_id}/held",
            none.clone(),
            [403, 403, 404, 404, 403, 404, 404, 404, 404, 404, 200],
        ),
        row(
            "POST /api/v1/posts/{post_id}/end",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/posts/{post_id}/holders",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/posts/{post_id}/holders/{account_id}/remove",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/posts/{post_id}/hand-over",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/posts/{post_id}/shifts",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/posts/{post_id}/shifts/{shift_id}/cancel",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/accounts/{account_id}/lock",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/accounts/{account_id}/unlock",
            none.clone(),
            operator_only(404),
        ),
        // Only a person, who shows again who they are.
        row(
            "POST /api/v1/accounts/{account_id}/reset-second-factor",
            json!({"password": "x"}),
            [403; 11],
        ),
        row("GET /api/v1/tokens", none.clone(), operator_only(200)),
        // Only a person in a post makes one.
        row(
            "POST /api/v1/tokens",
            json!({"name": "x", "scopes": ["list_cases"], "password": "x"}),
            [403; 11],
        ),
        row(
            "POST /api/v1/tokens/{token_id}/revoke",
            empty.clone(),
            operator_only(404),
        ),
        row("GET /api/v1/authorities", none.clone(), officials(200)),
        row(
            "GET /api/v1/authorities/{authority_id}",
            none.clone(),
            officials(200),
        ),
        row(
            "POST /api/v1/authorities",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/authorities/preview",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/authorities/{authority_id}/end",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/authorities/{authority_id}/correct",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "GET /api/v1/directory-proposals",
            none.clone(),
            operator_only(200),
        ),
        row(
            "POST /api/v1/directory-proposals/{proposal_id}/settle",
            empty.clone(),
            operator_only(404),
        ),
        row("GET /api/v1/coverage", none.clone(), operator_only(200)),
        row(
            "GET /api/v1/authorities/{authority_id}/contacts",
            none.clone(),
            operator_only(200),
        ),
        row(
            "POST /api/v1/authorities/{authority_id}/contacts",
            empty.clone(),
            operator_only(422),
        ),
        // No such contact: whoever may end one does not find it.
        row(
            "POST /api/v1/authorities/{authority_id}/contacts/{contact_id}/end",
            empty.clone(),
            operator_only(404),
        ),
        row("GET /api/v1/rules", none.clone(), officials(200)),
        row("GET /api/v1/rules/{rule_id}", none.clone(), officials(200)),
        row(
            "POST /api/v1/rules/preview",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "GET /api/v1/rules/proposals",
            none.clone(),
            operator_only(200),
        ),
        row(
            "POST /api/v1/rules/proposals",
            empty.clone(),
            operator_only(422),
        ),
        // No such proposal: whoever may look does not find it.
        row(
            "GET /api/v1/rules/proposals/{proposal_id}",
            none.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/rules/proposals/{proposal_id}/approve",
            empty.clone(),
            operator_only(404),
        ),
        row(
            "POST /api/v1/rules/proposals/{proposal_id}/reject",
            empty.clone(),
            operator_only(422),
        ),
        row(
            "POST /api/v1/rules/proposals/{proposal_id}/withdraw",
            empty,
            operator_only(422),
        ),
        row(
            "GET /api/v1/authorities/{authority_id}/roster",
            none.clone(),
            office_66(200),
        ),
        row(
            "GET /api/v1/authorities/{authority_id}/on-duty",
            none.clone(),
            office_66(200),
        ),
        // A token has no account: these are for people who are signed in (tests/it/people).
        row("GET /api/v1/session", none.clone(), [403; 11]),
        row("DELETE /api/v1/session", none.clone(), [403; 11]),
        row(
            "PUT /api/v1/session/standing",
            json!({"tax_code": "0100233488"}),
            [403; 11],
        ),
        row("GET /api/v1/sessions", none.clone(), [403; 11]),
        row(
            "DELETE /api/v1/sessions/{session_id}",
            none.clone(),
            [403; 11],
        ),
        row(
            "POST /api/v1/account/totp",
            json!({"password": "x"}),
            [403; 11],
        ),
        row(
            "POST /api/v1/account/totp/confirm",
            json!({"code": "000000"}),
            [403; 11],
        ),
        row(
            "POST /api/v1/account/totp/removal",
            json!({"password": "x"}),
            [403; 11],
        ),
        row(
            "POST /api/v1/account/recovery-codes",
            json!({"password": "x"}),
            [403; 11],
        ),
        row(
            "PUT /api/v1/account/password",
            json!({"old_password": "x", "new_password": "y"}),
            [403; 11],
        ),
        row("GET /api/v1/account/passkeys", none.clone(), [403; 11]),
        // An empty credential is a fault of the body, whoever sends it.
        Row(
            "POST /api/v1/account/passkeys",
            json!({}),
            [
                422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 422, 401, 422, 422,
            ],
        ),
        row(
            "POST /api/v1/account/passkeys/challenge",
            json!({"password": "x"}),
            [403; 11],
        ),
        row(
            "PUT /api/v1/account/passkeys/{passkey_id}",
            json!({"name": "x"}),
            [403; 11],
        ),
        row(
            "POST /api/v1/account/passkeys/{passkey_id}/removal",
            json!({"password": "x"}),
            [403; 11],
        ),
        row("GET /api/v1/account/identities", none.clone(), [403; 11]),
        // No such provider.
        Row(
            "POST /api/v1/account/identities/{provider}/link",
            json!({"password": "x"}),
            [
                404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 404, 401, 404, 404,
            ],
        ),
        row(
            "POST /api/v1/account/identities/{identity_id}/removal",
            json!({"password": "x"}),
            [403; 11],
        ),
        row("POST /api/v1/account/employers", json!({}), [403; 11]),
        row("GET /api/v1/account/invitations", none.clone(), [403; 11]),
        row(
            "POST /api/v1/account/invitations/{invitation_id}/accept",
            none.clone(),
            [403; 11],
        ),
        row(
            "POST /api/v1/account/invitations/{invitation_id}/decline",
            none.clone(),
            [403; 11],
        ),
        row(
            "POST /api/v1/account/email",
            json!({"password": "x", "email": "a@donvi.test"}),
            [403; 11],
        ),
        row(
            "PUT /api/v1/account/phone",
            json!({"password": "x"}),
            [403; 11],
        ),
        // For everybody, whatever they show.
        Row("POST /api/v1/session/passkey", json!({}), [422; 14]),
        // The address of the tests is no host name.
        Row(
            "POST /api/v1/session/passkey/challenge",
            none.clone(),
            [409; 14],
        ),
        Row("GET /api/v1/oidc", none.clone(), [200; 14]),
        Row("GET /api/v1/oidc/{provider}/start", none.clone(), [404; 14]),
        Row(
            "GET /api/v1/oidc/{provider}/callback",
            none.clone(),
            [404; 14],
        ),
        Row(
            "POST /api/v1/oidc/{provider}/invitation",
            json!({"secret": "x"}),
            [404; 14],
        ),
        Row("POST /api/v1/session", json!({}), [422; 14]),
        Row("POST /api/v1/password-reset", json!({}), [422; 14]),
        Row("POST /api/v1/password-reset/confirm", json!({}), [422; 14]),
        Row("POST /api/v1/account/email-proof", json!({}), [422; 14]),
        Row("GET /healthz", none.clone(), [200; 14]),
        Row("GET /readyz", none.clone(), [200; 14]),
        Row("GET /metrics", none.clone(), [200; 14]),
        Row("GET /openapi.json", none, [200; 14]),
    ]
}

/// A caller of each kind.
fn callers(office: &Office) -> Vec<Caller> {
    let mut all = vec![
        office.employer("6099254308"),
        office.employer("0100233488"),
        office.commune("22015"),
        office.commune("22045"),
        office.inspector("66"),
        office.inspector("19"),
        office.police("22015"),
        office.police("66"),
        office.police("22045"),
        office.ministry(),
        office.operator(),
        office.with_token(""),
    ];
    for how in ["expired", "revoked"] {
        let token = office
            .db
            .token("inspector", &["--province", "66", "--name", how]);
        all.push(office.with_token(&token));
    }
    let end = "UPDATE tokens SET expires_at = '2020-01-01 00:00:00' WHERE name = 'expired'; \
               UPDATE tokens SET revoked_at = '2020-01-01 00:00:00' WHERE name = 'revoked';";
    office.db.connect().execute_sql(end).unwrap();
    all
}

/// What the addresses are about.
pub struct Declared {
    /// The answer to a declaration.
    pub answer: Value,
    /// An authority of its province.
    pub authority: String,
    /// A post of that authority.
    pub post: String,
}

/// The address of an operation, with things that are there; ids that nothing has where none is needed.
pub fn address(template: &str, declared: &Declared) -> String {
    let nothing = "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44";
    let path = template
        .replace("{receipt_no}", text(&declared.answer["receipt_no"]))
        .replace("{case_id}", text(&declared.answer["case"]["id"]))
        .replace("{step}", "receive")
        .replace("{no}", "1")
        .replace("{post_id}", &declared.post)
        .replace("{authority_id}", &declared.authority)
        .replace("{request_id}", nothing)
        .replace("{breach_id}", nothing)
        .replace("{rule_id}", "L-POLICE")
        .replace("{proposal_id}", nothing)
        .replace("{message_id}", nothing)
        .replace("{alert_id}", nothing)
        .replace("{token_id}", nothing)
        .replace("{account_id}", nothing)
        .replace("{employer_id}", nothing)
        .replace("{claim_id}", nothing)
        .replace("{invitation_id}", nothing)
        .replace("{session_id}", nothing)
        .replace("{passkey_id}", nothing)
        .replace("{identity_id}", nothing)
        .replace("{provider}", "nobody")
        .replace("{contact_id}", nothing)
        .replace("{call_id}", nothing)
        .replace("{shift_id}", nothing)
        .replace("{filter_id}", nothing)
        .replace("{upload_id}", nothing)
        .replace("{document_id}", nothing)
        .replace("{file}", &format!("{nothing}.pdf"))
        .replace("{mark}", "K7Q2-M4XW-RT90-BHVE");
    assert!(
        !path.contains('{'),
        "{template}: a part of the path that nothing is put in for"
    );
    if path == "/api/v1/places" {
        format!("{path}?q=a")
    } else {
        path
    }
}

#[test]
fn every_address_that_is_described_is_in_the_table() {
    let described: BTreeSet<String> = described::operations().into_keys().collect();
    let tabled: BTreeSet<String> = table().iter().map(|row| row.0.to_owned()).collect();
    assert_eq!(described, tabled);
    assert_eq!(tabled.len(), table().len(), "an address stands twice");
}

on_both_databases! {
    fn every_caller_is_answered_at_every_address_as_the_table_says(db: &Db) {
        let office = Office::open(db);
        let callers = callers(&office);
        let answer = callers[0].declare(&recent("03"));
        let post = db.tnld(&[
            "post", "create", "--authority", "SNV-66", "--kind", "investigator", "--name", "Số 1",
        ]);
        let declared = Declared {
            answer,
            authority: "SNV-66".to_owned(),
            post: post.ok().trim_end().to_owned(),
        };
        let mut wrong = Vec::new();
        for Row(operation, body, expected) in table() {
            let (method, template) = operation.split_once(' ').unwrap();
            let path = address(template, &declared);
            for ((caller, who), expected) in callers.iter().zip(CALLERS).zip(expected) {
                let (headers, sent): (&[_], _) = if template.contains("uploads") {
                    (&TUS, String::new())
                } else if body.is_null() {
                    (&[], String::new())
                } else {
                    (&[("content-type", "application/json")], body.to_string())
                };
                let answer = caller.send(method, &path, headers, sent.as_bytes());
                if answer.status != expected {
                    let got = answer.status;
                    wrong.push(format!("{operation}, {who}: {got} instead of {expected}"));
                }
            }
        }
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    fn a_refusal_does_not_tell_whether_a_record_is_there(db: &Db) {
        let office = Office::open(db);
        let declared = office.employer("6099254308").declare(&recent("03"));
        let stranger = office.inspector("19");
        let nothing = "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44";
        let without_instance = |path: &str| {
            let mut body = stranger.get(path).expect(404);
            body["instance"] = Value::Null;
            body
        };
        let theirs = without_instance(text(&declared["case"]["href"]));
        assert_eq!(theirs, without_instance(&format!("/api/v1/cases/{nothing}")));
        let post = db.tnld(&[
            "post", "create", "--authority", "SNV-66", "--kind", "investigator", "--name", "Số 1",
        ]);
        let theirs = without_instance(&format!("/api/v1/posts/{}", post.ok().trim_end()));
        assert_eq!(theirs, without_instance(&format!("/api/v1/posts/{nothing}")));
        let theirs = without_instance("/api/v1/authorities/SNV-66/on-duty");
        assert_eq!(theirs, without_instance("/api/v1/authorities/NOBODY/on-duty"));
    }
}
