//! Who could be reached: bars by province, and what is missing in one.

use super::form::page;
use crate::people::House;

on_both_databases! {
    fn whoever_keeps_a_directory_sees_who_cannot_be_reached(db: &Db) {
        db.with_authorities();
        let house = House::open(db);
        let operator = house.official("van.hanh@bo.test", "BNV", "operator", &[]);
        let all = page(&operator.browser, "/coverage?now=true");
        assert!(all.contains("Chọn một tỉnh") && all.contains("/coverage?province=66"), "{all}");
        // One bar for each province, with the same in words.
        assert_eq!(all.matches("role=\"img\"").count(), 34);
        let one = page(&operator.browser, "/coverage?province=66&now=true");
        assert!(one.contains("Nơi chưa liên lạc được") && one.contains("chưa từng trả lời"), "{one}");
        assert!(one.contains("Công an") && one.contains("Tất cả các tỉnh"));
        // A province sees its own, without asking, and no other.
        let keeper = house.official("quan-tri@so-66.test", "SNV-66", "provincial_administrator", &[]);
        let own = page(&keeper.browser, "/coverage?now=true&lang=en");
        assert!(own.contains("Who cannot be reached") && own.matches("role=\"img\"").count() == 1, "{own}");
        assert_eq!(keeper.browser.get("/coverage?province=01").status, 404);
        assert_eq!(keeper.browser.get("/coverage?province=zz").status, 422);
        // Each gap leads to the authority, and the directory to whoever is responsible somewhere.
        assert!(one.contains("href=\"/authorities/"), "{one}");
        let found = page(&keeper.browser, "/authorities?place=phuong+tuy+hoa+dak+lak");
        assert!(found.contains("22015"), "{found}");
        let found = page(&keeper.browser, "/authorities?territory=22015");
        assert!(found.contains("Công an") && found.contains("/authorities/CAX-22015"), "{found}");
        let police = page(&keeper.browser, "/authorities/CAX-22015");
        assert!(police.contains("@example.test") && police.contains("Over time"), "{police}");
        assert!(page(&keeper.browser, "/authorities?place=zzzz").contains("id=\"place-wrong\""));
        assert_eq!(keeper.browser.get("/authorities/none").status, 404);
        assert_eq!(keeper.browser.get("/authorities?role=none").status, 422);
        let inspector = house.official("tra@so-66.test", "SNV-66", "investigator", &[]);
        assert_eq!(inspector.browser.get("/coverage").status, 403);
    }
}
