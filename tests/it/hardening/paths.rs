//! Addresses that are written in another way: none opens what its plain form does not.

use std::time::Duration;

use super::Line;
use crate::api::{Office, recent};

/// Ways to write `/api/v1/alarms`, which is the operator's.
const DISGUISED: [&str; 14] = [
    "/api/v1/cases/../alarms",
    "/api/v1/cases/%2e%2e/alarms",
    "/api/v1/cases/..%2falarms",
    "/api/v1/cases/..\\alarms",
    "/healthz/../api/v1/alarms",
    "/./api/v1/alarms",
    "//api/v1/alarms",
    "/api//v1/alarms",
    "/api/v1/alarms/",
    "/api/v1/alarms;x=1",
    "/api/v1/alarms%00",
    "/API/V1/ALARMS",
    "/api/v1/%61larms",
    "http://other.test/api/v1/alarms",
];

/// The status of a GET for exactly this target, which no client tidies up.
fn status(office: &Office<'_>, target: &str, more: &str) -> u16 {
    let mut line = Line::to(office.address().parse().unwrap());
    line.send(&format!(
        "GET {target} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{more}\r\n"
    ));
    let (answer, _) = line.read(Duration::from_secs(5));
    let status = answer.split(' ').nth(1).unwrap_or_default();
    status
        .parse()
        .unwrap_or_else(|_| panic!("{target}: {answer}"))
}

on_both_databases! {
    fn a_path_that_is_written_otherwise_opens_nothing_more(db: &Db) {
        let office = Office::open(db);
        office.employer("6099254308").declare(&recent("03"));
        let bearer = |role: &str, of: &[&str]| format!("authorization: Bearer {}\r\n", office.db.token(role, of));
        let (inspector, operator) = (bearer("inspector", &["--province", "66"]), bearer("operator", &[]));
        assert_eq!(status(&office, "/api/v1/alarms", &operator), 200);
        assert_eq!(status(&office, "/api/v1/alarms", &inspector), 403);
        for target in DISGUISED {
            let nobody = status(&office, target, "");
            assert!(matches!(nobody, 400 | 401 | 404), "{target}: {nobody}");
            let inspected = status(&office, target, &inspector);
            assert!(matches!(inspected, 400 | 403 | 404), "{target}: {inspected}");
        }
        // Headers of proxies that say which address is meant are not listened to.
        for header in ["x-original-url", "x-rewrite-url", "x-forwarded-prefix", "x-http-method-override"] {
            let more = format!("{header}: /healthz\r\n");
            assert_eq!(status(&office, "/api/v1/alarms", &more), 401, "{header}");
        }
    }
}
