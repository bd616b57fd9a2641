//! What holds for every page: language, files, failures.

use super::{TAKES, fill, open};
use crate::people::House;

on_both_databases! {
    fn a_page_is_vietnamese_until_somebody_chooses_english(db: &Db) {
        let house = House::open(db);
        let browser = house.browser();
        let page = open(&browser, "/sign-in");
        assert!(page.text.contains(r#"<html lang="vi">"#) && page.text.contains("Đăng nhập"));
        assert_eq!(page.header("content-language"), "vi");
        let english = open(&browser, "/sign-in?to=%2Fdesk&lang=en");
        assert!(english.text.contains(r#"<html lang="en">"#) && english.text.contains("Sign in"));
        // The link back keeps what else stood in the address.
        assert!(english.text.contains("/sign-in?to=%2Fdesk&#38;lang=vi"), "{}", english.text);
        // It stays chosen, and what is no language chooses none.
        assert!(open(&browser, "/sign-in").text.contains(r#"<html lang="en">"#));
        assert!(open(&browser, "/sign-in?lang=fr").text.contains(r#"<html lang="en">"#));
    }

    fn files_of_pages_are_kept_for_good_and_packed(db: &Db) {
        let house = House::open(db);
        let browser = house.browser();
        let page = open(&browser, "/sign-in");
        let (_, rest) = page.text.split_once(r#"rel="stylesheet" href=""#).unwrap();
        let address = rest.split('"').next().unwrap();
        let style = browser.get(address);
        assert_eq!(style.status, 200);
        assert_eq!(style.header("cache-control"), "public, max-age=31536000, immutable");
        let packed = browser.send_bytes("GET", address, "", b"", &[("accept-encoding", "gzip, br")]);
        assert_eq!(packed.header("content-encoding"), "gzip");
        // The typeface stands in it under its own hash.
        let (_, font) = style.text.split_once("url(/assets/").unwrap();
        let font = browser.client.bytes(&format!("/assets/{}", font.split(')').next().unwrap()));
        assert_eq!((font.0.status, font.0.header("content-type")), (200, "font/woff2"));
        assert_eq!(&font.1[..4], b"wOF2");
        // A page of the version before still finds its style, for an hour.
        let old = browser.get("/assets/000000000000/page.css");
        assert_eq!((old.status, old.header("cache-control")), (200, "public, max-age=3600"));
        assert_eq!(browser.get("/assets/no-such.css").status, 404);
        assert_eq!(browser.get("/assets/../Cargo.toml").status, 404);
    }

    fn what_goes_wrong_is_a_page_for_browsers_and_json_for_programs(db: &Db) {
        let house = House::open(db);
        let browser = house.browser();
        let page = open(&browser, "/no-such-page");
        assert_eq!((page.status, page.header("content-type")), (404, "text/html; charset=utf-8"));
        assert!(page.text.contains("Không có trang này"));
        let program = browser.get("/no-such-page");
        assert_eq!(program.header("content-type"), "application/problem+json");
        // The API answers browsers and programs alike.
        let api = browser.send_bytes("GET", "/api/v1/no-such-thing", "", b"", &[TAKES]);
        assert_eq!(api.header("content-type"), "application/problem+json");
        let method = browser.send_bytes("DELETE", "/sign-in", "", b"", &[TAKES]);
        assert_eq!((method.status, method.header("allow")), (405, "GET, HEAD, POST"));
        // A form that is none.
        let odd = browser.send_bytes("POST", "/sign-in", "text/plain", b"email", &[TAKES]);
        assert!(odd.status >= 400 && odd.header("content-type").starts_with("text/html"), "{}", odd.text);
        assert_eq!(fill(&browser, "/sign-out", &[]).status, 303);
    }
}
