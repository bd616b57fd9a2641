//! Sealed drafts in safe keeping: what is kept, for whom, and what is not taken.

use crate::api::Office;

/// An address as a phone makes it of a code.
const ADDRESS: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
const SEALED: &str = "c2VhbGVkLW9uLXRoZS1waG9uZQ";

on_both_databases! {
    fn a_sealed_draft_is_kept_and_given_back_to_whoever_knows_its_address(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let at = format!("/drafts/kept/{ADDRESS}");
        let put = |body: &str, headers: &[(&str, &str)]| nobody.send("PUT", &at, headers, body.as_bytes()).unwrap();
        assert_eq!(nobody.get(&at).status, 404);
        assert_eq!(put(SEALED, &[]).status, 204);
        assert_eq!(put("bmV3ZXI", &[]).status, 204);
        let kept = nobody.get(&at);
        assert_eq!((kept.status, kept.text.as_str()), (200, "bmV3ZXI"));
        assert_eq!(kept.header("cache-control"), "no-store");
        // Whoever reads the database finds no address by which to ask.
        assert_eq!(office.rows("drafts_kept"), 1);
        assert_eq!(office.rows(&format!("drafts_kept WHERE id_hash = '{ADDRESS}'")), 0);
        // What is not sealed, too long, or sent by the page of another site is not taken.
        for body in ["", "{\"name\": \"Lò Thị Mai\"}", &"A".repeat(24 * 1024 + 1)] {
            assert_eq!(put(body, &[]).status, 422, "{}", body.len());
        }
        assert_eq!(put(SEALED, &[("origin", "https://elsewhere.test")]).status, 403);
        for address in ["9f86", &ADDRESS.to_uppercase(), &format!("{ADDRESS}0")] {
            let answer = nobody.send("PUT", &format!("/drafts/kept/{address}"), &[], SEALED.as_bytes()).unwrap();
            assert_eq!(answer.status, 404, "{address}");
        }
        assert_eq!(nobody.get(&at).text, "bmV3ZXI");
        assert_eq!(nobody.send("DELETE", &at, &[], b"").unwrap().status, 204);
        assert_eq!(nobody.get(&at).status, 404);
        // Once more, as after an answer that was lost.
        assert_eq!(nobody.send("DELETE", &at, &[], b"").unwrap().status, 204);
    }
}
