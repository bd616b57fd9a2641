//! Signing in, choosing a capacity and setting up a second factor by pages alone.

use super::{fill, leads_to, open};
use crate::people::{House, PASSWORD, code};

const LUA: &str = "lua.tran@donvi.test";

/// The secret that the page offers, without its spaces.
fn offered(page: &str) -> String {
    let (_, rest) = page.split_once(r#"<strong class="whole">"#).unwrap();
    rest.split('<').next().unwrap().replace(' ', "")
}

on_both_databases! {
    fn whoever_is_not_signed_in_signs_in_and_comes_back(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let browser = house.browser();
        let sent = open(&browser, "/standing?x=1");
        assert_eq!(leads_to(&sent), "/sign-in?to=%2Fstanding%3Fx%3D1");
        let wrong = fill(&browser, "/sign-in", &[("email", LUA), ("password", "sai"), ("to", "/standing?x=1")]);
        assert_eq!(wrong.status, 401);
        assert!(wrong.text.contains(&format!(r#"value="{LUA}""#)) && !wrong.text.contains(r#"value="sai""#));
        assert!(wrong.text.contains(r#"role="alert""#) && wrong.text.contains(r#"value="/standing?x=1""#));
        let right = fill(&browser, "/sign-in", &[("email", LUA), ("password", PASSWORD), ("to", "/standing?x=1")]);
        assert_eq!(leads_to(&right), "/standing?x=1");
        // Nobody is led to another host.
        let other = house.browser();
        let led = fill(&other, "/sign-in", &[("email", LUA), ("password", PASSWORD), ("to", "//evil.test/")]);
        assert_eq!(leads_to(&led), "/desk");
        // She holds nothing, and is told so.
        assert!(open(&browser, "/standing").text.contains("không giữ vị trí nào"));
        assert_eq!(leads_to(&fill(&browser, "/sign-out", &[])), "/");
        assert_eq!(leads_to(&open(&browser, "/standing")), "/sign-in?to=%2Fstanding");
    }

    fn the_page_of_another_site_signs_nobody_in_or_out(db: &Db) {
        let house = House::open(db);
        house.person(LUA);
        let mut browser = house.browser();
        assert_eq!(fill(&browser, "/sign-in", &[("email", LUA), ("password", PASSWORD)]).status, 303);
        browser.origin = Some("https://evil.test".into());
        assert_eq!(fill(&browser, "/sign-in", &[("email", LUA), ("password", PASSWORD)]).status, 403);
        assert_eq!(fill(&browser, "/sign-out", &[]).status, 403);
        assert_eq!(open(&browser, "/standing").status, 200);
    }

    fn an_official_sets_up_codes_before_anything_else(db: &Db) {
        let house = House::open(db);
        db.with_authorities();
        house.person(LUA);
        let list = db.tnld(&["account", "list"]).ok();
        let account = list.lines().find(|line| line.contains(LUA)).unwrap().split(' ').next().unwrap().to_owned();
        let post = db.tnld(&["post", "create", "--authority", "SNV-19", "--kind", "investigator", "--name", "Thanh tra viên"]).ok();
        db.tnld(&["post", "appoint", post.trim_end(), "--account", &account]).ok();

        let browser = house.browser();
        fill(&browser, "/sign-in", &[("email", LUA), ("password", PASSWORD)]);
        assert_eq!(leads_to(&open(&browser, "/commune")), "/second-factor");
        assert_eq!(fill(&browser, "/second-factor", &[("password", "sai")]).status, 422);
        let offer = fill(&browser, "/second-factor", &[("password", PASSWORD)]);
        assert_eq!(offer.status, 200);
        assert!(offer.text.contains("<svg") && offer.text.contains(r#"role="img""#));
        let secret = offered(&offer.text);
        let wrong = fill(&browser, "/second-factor/confirm", &[("code", "000000")]);
        assert_eq!(wrong.status, 422);
        assert!(!wrong.text.contains(&secret));
        let done = fill(&browser, "/second-factor/confirm", &[("code", &code(&secret, 0))]);
        assert_eq!(done.status, 200, "{}", done.text);
        // Signed in with two factors now; the page of communes is still not hers.
        assert_eq!(open(&browser, "/commune").status, 403);
    }
}
