//! A provider behind TLS with a certificate of an authority of one's own (`ca_file`).

use super::{
    House,
    oidc::{browser, link, open, sent},
    trace,
};
use crate::{
    api::office::text,
    people::PASSWORD,
    support::oidc::{RealProvider, Tls},
};

const LUA: &str = "lua.tran@donvi.test";
const BACK: &str = "https://tnld.test/api/v1/oidc/that/callback";
const START: &str = "/api/v1/oidc/that/start";
const OTHER: &str = "/api/v1/oidc/doi/start";

/// How often the trace says that nobody was signed in.
fn refused(house: &House<'_>) -> usize {
    trace(house.db, "sign_in_refused").len()
}

on_both_databases! {
    fn a_provider_is_believed_behind_a_certificate_of_the_authority_that_is_named(db: &Db) {
        let tls = Tls::new(db.folder(), "127.0.0.1");
        std::fs::write(db.folder().join("ca.pem"), &tls.ca).unwrap();
        let real = RealProvider::start_with(BACK, Some(tls));
        // The other entry is the same provider, without the authority.
        let house = open(db, &real.issuer(), &real.issuer(), "ca_file = \"ca.pem\"");
        house.person(LUA);
        let owner = browser(&house);
        owner.sign_in(LUA, PASSWORD).expect(201);
        link(&owner, &real, "lua-19", "");
        let visitor = browser(&house);
        let back = real.sign_in(&sent(&visitor, START), "lua-19", "");
        let shown = visitor.get(&back).expect(200);
        assert_eq!((text(&shown["account"]["email"]), text(&shown["session"]["proof"])), (LUA, "provider"));

        assert_eq!(refused(&house), 0);
        assert_eq!(browser(&house).get(OTHER).expect(502)["code"], "provider_unavailable");
        assert_eq!(refused(&house), 1);
    }

    fn a_certificate_for_another_name_or_of_another_authority_is_none(db: &Db) {
        let tls = Tls::new(db.folder(), "id.khac.test");
        std::fs::write(db.folder().join("ca.pem"), &tls.ca).unwrap();
        let misnamed = RealProvider::start_with(BACK, Some(tls));
        let strange = RealProvider::start_with(BACK, Some(Tls::new(db.folder(), "127.0.0.1")));
        let house = open(db, &misnamed.issuer(), &strange.issuer(), "ca_file = \"ca.pem\"");
        for start in [START, OTHER] {
            assert_eq!(browser(&house).get(start).expect(502)["code"], "provider_unavailable");
        }
        assert_eq!(refused(&house), 2);
    }

    fn a_file_that_holds_no_authority_stops_the_start(db: &Db) {
        std::fs::write(db.folder().join("ca.pem"), "-----BEGIN CERTIFICATE-----\nx\n").unwrap();
        let text = "[[provider]]\nid = \"that\"\nissuer = \"https://id.khac.test\"\nclient_id = \"tnld\"\n\
            client_secret_file = \"oidc.secret\"\nname_vi = \"A\"\nname_en = \"A\"\nca_file = \"ca.pem\"\n";
        let file = crate::support::oidc::settings_file(db.folder(), text);
        let settings = [
            ("TNLD_OIDC_FILE", file.to_str().unwrap()),
            ("TNLD_PUBLIC_URL", "https://tnld.test"),
            ("TNLD_LISTEN", "127.0.0.1:0"),
        ];
        let stopped = db.tnld_with(&settings, &["serve"]);
        assert_eq!(stopped.status, Some(1), "{}", stopped.stderr);
        assert!(stopped.stderr.contains("ca.pem"), "{}", stopped.stderr);
    }
}
