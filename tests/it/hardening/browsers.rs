//! What a browser is told on every answer, and what it is never told.

use std::time::Duration;

use crate::{
    api::{Office, recent},
    support::{Answer, Client, Db, Program, program::eventually},
};

/// What stands on every answer.
const ALWAYS: [(&str, &str); 6] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// The page behind the first mail that leaves.
fn link(office: &Office<'_>) -> String {
    eventually(Duration::from_secs(10), || {
        let mails = office.mails();
        let text = mails.first()?.text();
        let at = text.find("/a/")?;
        Some(text[at..].split_whitespace().next()?.to_owned())
    })
}

#[track_caller]
fn check(path: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), value, "{path}: {name}");
        assert_eq!(
            answer.headers.get_all(name).iter().count(),
            1,
            "{path}: {name}"
        );
    }
    let policies: Vec<_> = answer
        .headers
        .get_all("content-security-policy")
        .iter()
        .collect();
    assert_eq!(policies.len(), 1, "{path}");
    let policy = policies[0].to_str().unwrap();
    for part in [
        "default-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ] {
        assert!(
            policy.split("; ").any(|found| found == part),
            "{path}: {policy}"
        );
    }
    // No script but from files of ours, in no way.
    let scripts = policy
        .split("; ")
        .find(|part| part.starts_with("script-src"));
    assert!(
        matches!(scripts, None | Some("script-src 'self'")),
        "{path}: {policy}"
    );
    assert!(
        !policy.contains("unsafe-eval") && !policy.contains('*'),
        "{path}: {policy}"
    );
    assert!(!policy.contains("http"), "{path}: {policy}");
}

on_both_databases! {
    fn every_answer_says_what_a_browser_must_not_do_with_it(db: &Db) {
        let office = Office::open(db);
        let employer = office.employer("6099254308");
        let answer = employer.post("/api/v1/declarations", &recent("03"));
        assert_eq!(answer.status, 201);
        check("declared", &answer);
        assert_eq!(answer.header("cache-control"), "no-store");
        let link = link(&office);

        for (path, status, kept) in [
            ("/api/v1/declarations/preview", 405, "no-store"),
            ("/api/v1/cases", 200, "no-store"),
            ("/api/v1/alarms", 403, "no-store"),
            ("/api/v1/cases/unknown", 404, "no-store"),
            ("/api/v1/places?q=thai", 200, "no-store"),
            ("/nothing", 404, "no-store"),
            ("/healthz", 200, "no-store"),
            ("/readyz", 200, "no-store"),
            ("/metrics", 200, "no-store"),
            ("/openapi.json", 200, "no-store"),
            (link.as_str(), 200, "no-store"),
            ("/a/unknown", 404, "no-store"),
            ("/assets/page.css", 200, "public, max-age=3600"),
            ("/docs", 302, "no-store"),
            ("/docs/", 200, "public, max-age=3600"),
            ("/docs/swagger-ui-bundle.js", 200, "public, max-age=3600"),
            ("/docs/nothing", 404, "no-store"),
        ] {
            let answer = employer.get(path);
            assert_eq!(answer.status, status, "{path}: {}", answer.text);
            check(path, &answer);
            assert_eq!(answer.header("cache-control"), kept, "{path}");
            assert_eq!(answer.header("strict-transport-security"), "", "{path}");
        }
        let nobody = office.with_token("").get("/api/v1/cases");
        assert_eq!(nobody.status, 401);
        check("401", &nobody);
    }

    fn only_behind_tls_a_browser_is_told_to_stay_there(db: &Db) {
        let tls = [("TNLD_PUBLIC_URL", "https://tnld.example.test")];
        let program = Program::start(db, &tls);
        for path in ["/healthz", "/docs/", "/api/v1/cases", "/a/unknown"] {
            let answer = program.client("").get(path);
            let said = answer.header("strict-transport-security");
            assert_eq!(said, "max-age=31536000", "{path}");
        }
    }

    fn other_sites_are_not_let_in(db: &Db) {
        let office = Office::open(db);
        let client = office.program.client(&db.token("employer", &["--tax-code", "6099254308"]));
        let origin = ("origin", "https://evil.test");
        let ask = |method: &str, path: &str, headers: &[(&str, &str)], client: &Client| {
            let answer = client.send(method, path, headers, b"").unwrap();
            for name in answer.headers.keys() {
                assert!(!name.as_str().starts_with("access-control"), "{method} {path}: {name}");
            }
            answer.status
        };
        for path in ["/api/v1/declarations", "/api/v1/cases", "/a/unknown", "/openapi.json"] {
            let preflight = [
                origin,
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", "authorization, content-type"),
            ];
            assert_eq!(ask("OPTIONS", path, &preflight, &client), 405, "{path}");
        }
        assert_eq!(ask("OPTIONS", "/nothing", &[origin], &client), 404);
        assert_eq!(ask("GET", "/api/v1/places?q=thai", &[origin], &client), 200);
        assert_eq!(ask("GET", "/api/v1/places?q=thai", &[("origin", "null")], &client), 200);
    }
}

#[test]
fn no_page_holds_a_script_or_a_style_of_its_own() {
    let db = Db::sqlite();
    let office = Office::open(&db);
    let employer = office.employer("6099254308");
    employer.declare(&recent("03"));
    let link = link(&office);
    for path in [&link, "/a/unknown", "/docs/", "/docs/index.html"] {
        let page = employer.get(path).text.to_lowercase();
        assert!(page.contains("<html"), "{path}");
        for script in page.split("<script").skip(1) {
            let (attributes, rest) = script.split_once('>').unwrap();
            assert!(attributes.contains("src="), "{path}: {attributes}");
            let inside = rest.split("</script").next().unwrap();
            assert_eq!(inside.trim(), "", "{path}");
        }
        for written in [
            "<style",
            " style=",
            " onclick=",
            " onload=",
            " onerror=",
            "javascript:",
        ] {
            assert!(!page.contains(written), "{path}: {written}");
        }
    }
}
