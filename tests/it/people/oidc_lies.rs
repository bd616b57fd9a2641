//! Providers that lie, that are slow, and that are not there.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{
    Browser, House, PASSWORD,
    oidc::{browser, open},
};
use crate::support::oidc::{LyingProvider, RealProvider, SECRET, unsigned};

const LUA: &str = "lua.tran@donvi.test";
const START: &str = "/api/v1/oidc/doi/start";

/// A browser that was sent to a provider, and what it takes with it.
struct Sent {
    browser: Browser,
    state: String,
    nonce: String,
}

fn sent(house: &House<'_>, start: &str) -> Sent {
    let browser = browser(house);
    let answer = browser.get(start);
    assert_eq!(answer.status, 303, "{}", answer.text);
    let address = url::Url::parse(answer.header("location")).unwrap();
    let said = |name: &str| {
        let mut pairs = address.query_pairs();
        pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
    };
    assert_eq!(said("code_challenge_method"), "S256");
    assert_eq!(said("response_type"), "code");
    Sent {
        state: said("state"),
        nonce: said("nonce"),
        browser,
    }
}

impl Sent {
    /// Comes back with a code; the answer's status and code.
    fn back(&self) -> (u16, Value) {
        let path = format!("/api/v1/oidc/doi/callback?code=abc&state={}", self.state);
        let answer = self.browser.get(&path);
        (answer.status, answer.json()["code"].take())
    }
}

/// The claims of an honest token.
fn claims(provider: &LyingProvider, nonce: &str) -> Value {
    let now = tnld::time::Clock::default().now().timestamp();
    json!({
        "iss": provider.issuer(), "aud": "tnld", "sub": "lua-19", "nonce": nonce,
        "iat": now, "exp": now + 300,
    })
}

fn header() -> Value {
    json!({"alg": "ES256", "kid": "one", "typ": "JWT"})
}

on_both_databases! {
    fn only_a_token_that_is_wholly_right_is_believed(db: &Db) {
        let lying = LyingProvider::start();
        let house = open(db, "https://that.test", &lying.issuer(), "");
        // It has answered everything with the truth first.
        let visit = sent(&house, START);
        let token = lying.signed(&header(), &claims(&lying, &visit.nonce));
        lying.lie(|lies| lies.token = token.clone());
        assert_eq!(visit.back(), (409, json!("identity_unknown")));

        // The same token again, in a visit of its own.
        let replayed = sent(&house, START);
        assert_eq!(replayed.back(), (502, json!("provider_refused")));
        assert_eq!(house.refused("a token of another visit"), 1);

        type Change = fn(&mut Value);
        let wrong: [(&str, Change, &str); 8] = [
            ("aud", |claims| claims["aud"] = json!("another"), "a token for somebody else"),
            ("two", |claims| claims["aud"] = json!(["tnld", "another"]), "a token for somebody else"),
            ("azp", |claims| claims["azp"] = json!("another"), "a token for somebody else"),
            ("iss", |claims| claims["iss"] = json!("https://evil.test"), "a token of another issuer"),
            ("nonce", |claims| claims["nonce"] = json!("x"), "a token of another visit"),
            ("none", |claims| claims["nonce"] = Value::Null, "a token of another visit"),
            ("exp", |claims| claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 1), "a token that has expired"),
            ("iat", |claims| claims["iat"] = json!(claims["iat"].as_i64().unwrap() - 4000), ""),
        ];
        for (name, change, why) in wrong {
            let visit = sent(&house, START);
            let mut claims = claims(&lying, &visit.nonce);
            change(&mut claims);
            let token = lying.signed(&header(), &claims);
            let before = house.refused(why);
            lying.lie(|lies| lies.token = token);
            assert_eq!(visit.back(), (502, json!("provider_refused")), "{name}");
            if !why.is_empty() {
                assert_eq!(house.refused(why), before + 1, "{name}");
            }
        }

        let none = json!({"alg": "none", "typ": "JWT"});
        let hmac = json!({"alg": "HS256", "kid": "one", "typ": "JWT"});
        let unknown = json!({"alg": "ES256", "kid": "two", "typ": "JWT"});
        let other = LyingProvider::start();
        type Forge<'a> = Box<dyn Fn(&Value) -> String + 'a>;
        let forged: [(&str, Forge<'_>); 7] = [
            ("alg none", Box::new(|claims| format!("{}.", unsigned(&none, claims)))),
            ("alg none with a signature", Box::new(|claims| lying.signed(&none, claims))),
            ("HMAC with the client's secret", Box::new(|claims| {
                let text = unsigned(&hmac, claims);
                let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, SECRET.as_bytes());
                let tag = ring::hmac::sign(&key, text.as_bytes());
                format!("{text}.{}", data_encoding::BASE64URL_NOPAD.encode(tag.as_ref()))
            })),
            ("another's key", Box::new(|claims| other.signed(&header(), claims))),
            ("an unknown key", Box::new(|claims| lying.signed(&unknown, claims))),
            ("other claims under a signature", Box::new(|claims| {
                let token = lying.signed(&header(), claims);
                let signature = token.rsplit('.').next().unwrap();
                let mut changed = claims.clone();
                changed["sub"] = json!("admin");
                format!("{}.{signature}", unsigned(&header(), &changed))
            })),
            ("no token", Box::new(|_| "x".into())),
        ];
        for (name, forge) in forged {
            let visit = sent(&house, START);
            let token = forge(&claims(&lying, &visit.nonce));
            lying.lie(|lies| lies.token = token);
            assert_eq!(visit.back(), (502, json!("provider_refused")), "{name}");
            visit.browser.get("/api/v1/session").expect(401);
        }
        for why in ["a token signed in a way that is not taken", "a token with a wrong signature", "a token signed with an unknown key"] {
            assert!(house.refused(why) > 0, "{why}");
        }
        // Keys that are made up do not make us ask for keys all the time.
        let keys = |asked: &[String]| asked.iter().filter(|path| *path == "/jwks").count();
        assert!(keys(&lying.lies.lock().unwrap().asked) <= 2);
        let log = house.program.log();
        assert!(!log.contains(SECRET) && !log.contains("lua-19"), "{log}");
    }

    fn a_provider_with_new_keys_is_asked_for_them(db: &Db) {
        let back = "https://tnld.test/api/v1/oidc/that/callback";
        let mut real = RealProvider::start(back);
        let house = open(db, &real.issuer(), "https://khac.test", "");
        for _ in 0..2 {
            let browser = browser(&house);
            let answer = browser.get("/api/v1/oidc/that/start");
            let way = real.sign_in(answer.header("location"), "lua-19", "");
            assert_eq!(browser.get(&way).expect(409)["code"], "identity_unknown");
            real.restart();
        }
    }

    fn a_provider_that_is_slow_or_down_holds_nobody_else_up(db: &Db) {
        let lying = LyingProvider::start();
        let house = open(db, "http://127.0.0.1:9", &lying.issuer(), "");
        house.person(LUA);
        let refused = |start: &str| {
            let begun = Instant::now();
            let answer = browser(&house).get(start).expect(502);
            assert_eq!(answer["code"], "provider_unavailable");
            begun.elapsed()
        };
        refused("/api/v1/oidc/that/start");
        assert_eq!(house.refused("the provider does not answer"), 1);
        // Whoever comes right after is not kept waiting for the same.
        assert!(refused("/api/v1/oidc/that/start") < Duration::from_secs(1));
        assert_eq!(house.refused("the provider did not answer just now"), 1);

        lying.lie(|lies| lies.delay = Duration::from_secs(60));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| refused(START));
            // Others sign in meanwhile.
            for _ in 0..3 {
                browser(&house).sign_in(LUA, PASSWORD).expect(201);
            }
            assert!(!waiting.is_finished());
            assert!(waiting.join().unwrap() < Duration::from_secs(20));
        });
        assert_eq!(house.refused("the provider does not answer in time"), 1);
        // An office is not locked out because its provider is down.
        browser(&house).sign_in(LUA, PASSWORD).expect(201);
    }

    fn what_is_no_provider_is_not_followed(db: &Db) {
        let lying = LyingProvider::start();
        let other = LyingProvider::start();
        let issuer = lying.issuer();
        type Lie<'a> = Box<dyn Fn() + 'a>;
        let lies: [(&str, Lie<'_>); 5] = [
            ("redirects", Box::new(|| lying.lie(|lies| lies.redirect = Some(format!("{}/.well-known/openid-configuration", other.issuer()))))),
            ("another issuer", Box::new(|| lying.lie(|lies| { lies.metadata.insert("issuer".into(), json!(other.issuer())); }))),
            ("keys without TLS", Box::new(|| lying.lie(|lies| { lies.metadata.insert("jwks_uri".into(), json!("http://evil.test/jwks")); }))),
            ("a page without TLS", Box::new(|| lying.lie(|lies| { lies.metadata.insert("authorization_endpoint".into(), json!("http://evil.test/")); }))),
            ("an answer without end", Box::new(|| lying.lie(|lies| lies.bytes = 2_000_000))),
        ];
        for (name, lie) in lies {
            lie();
            // A service of its own each, for what was fetched is kept.
            let house = open(db, "https://that.test", &issuer, "");
            let answer = browser(&house).get(START);
            assert_eq!(answer.status, 502, "{name}");
            lying.lie(|lies| *lies = crate::support::oidc::Lies::default());
        }
        assert!(other.lies.lock().unwrap().asked.is_empty());
    }
}
