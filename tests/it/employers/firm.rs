//! A running program in which employers register themselves and a province decides.

use std::time::Duration;

use serde_json::{Value, json};

use crate::{
    api::office::{recent, text},
    people::{Browser, House, PASSWORD},
    support::{Db, mailbox::Mail, program::eventually},
};

/// Tax codes whose check digit is right.
pub const ONE: &str = "6099254308";
pub const OTHER: &str = "0100233488";

/// Opens a house with a directory; every request may come from another network.
pub fn open(db: &Db) -> House<'_> {
    db.with_authorities();
    House::open_with(db, &[("TNLD_PROXIES", "127.0.0.1")])
}

/// What somebody types to register.
pub fn form(tax_code: &str, email: &str) -> Value {
    json!({
        "tax_code": tax_code, "company_name": "Công ty CP Xây dựng Tây Nguyên", "address": "Số 5 Lê Duẩn",
        "commune_code": "22015", "representative": "Hà Văn Tư", "email": email, "phone": "0912 345 601",
        "language": "vi",
    })
}

/// Sends a registration from a network of its own.
#[track_caller]
pub fn send(house: &House<'_>, body: &Value) -> crate::support::Answer {
    use std::sync::atomic::{AtomicU16, Ordering};
    static NETWORK: AtomicU16 = AtomicU16::new(0);
    let number = NETWORK.fetch_add(1, Ordering::Relaxed);
    let address = format!("198.18.{}.{}", number / 250, number % 250 + 1);
    let bytes = body.to_string();
    house.browser().send_bytes(
        "POST",
        "/api/v1/employers",
        "application/json",
        bytes.as_bytes(),
        &[("x-forwarded-for", &address)],
    )
}

/// The last mail to an address in which these words stand, once so many have come.
#[track_caller]
pub fn mail(house: &House<'_>, email: &str, words: &str, count: usize) -> Mail {
    let found = || {
        let all = house.mails().into_iter().filter(|mail| {
            mail.header("to") == email
                && (mail.header("subject").contains(words) || flat(mail).contains(words))
        });
        let mut all: Vec<Mail> = all.collect();
        (all.len() >= count).then(|| all.pop().unwrap())
    };
    eventually(Duration::from_secs(30), found)
}

/// The text of a mail on one line.
pub fn flat(mail: &Mail) -> String {
    mail.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The secret of the link in a mail.
#[track_caller]
pub fn secret(mail: &Mail) -> String {
    let text = mail.text();
    let link = text
        .lines()
        .find(|line| line.starts_with("http"))
        .unwrap_or_else(|| panic!("no link: {text}"));
    link.rsplit('/').next().unwrap().to_owned()
}

/// Proves an address by the link of a mail.
#[track_caller]
pub fn prove(house: &House<'_>, secret: &str) -> crate::support::Answer {
    let body = json!({ "secret": secret });
    house
        .browser()
        .send("POST", "/api/v1/account/email-proof", &body)
}

/// Finishes a registration by the link of its mail and a password.
#[track_caller]
pub fn finish(house: &House<'_>, secret: &str) -> crate::support::Answer {
    let body = json!({ "secret": secret, "password": PASSWORD });
    house
        .browser()
        .send("POST", "/api/v1/password-reset/confirm", &body)
}

/// An employer that has registered itself: a browser in which its first owner is signed in.
#[track_caller]
pub fn registered(house: &House<'_>, tax_code: &str, email: &str) -> Browser {
    assert_eq!(send(house, &form(tax_code, email)).status, 202);
    let link = secret(&mail(house, email, "Xác nhận đăng ký", 1));
    assert_eq!(finish(house, &link).status, 204);
    house.signed_in(email)
}

/// The id of the record that somebody acts for.
#[track_caller]
pub fn employer(browser: &Browser) -> String {
    let shown = browser.get("/api/v1/session").expect(200);
    text(&shown["standing"]["employer_id"]).to_owned()
}

/// The account of somebody.
#[track_caller]
pub fn account(browser: &Browser) -> String {
    let shown = browser.get("/api/v1/session").expect(200);
    text(&shown["account"]["id"]).to_owned()
}

/// Somebody in a post of this kind, with a second factor.
#[track_caller]
pub fn official(house: &House<'_>, authority: &str, kind: &str) -> Browser {
    let email = format!("{kind}.{authority}@so.test")
        .to_lowercase()
        .replace('_', "-");
    house.person(&email);
    let made = house.db.tnld(&[
        "post",
        "create",
        "--authority",
        authority,
        "--kind",
        kind,
        "--name",
        "Quản trị",
    ]);
    let post = made.ok().trim_end().to_owned();
    house
        .db
        .tnld(&["post", "appoint", &post, "--account", &email])
        .ok();
    let browser = house.signed_in(&email);
    browser.set_up_totp();
    browser
}

/// The administrator of a province.
#[track_caller]
pub fn administrator(house: &House<'_>, province: &str) -> Browser {
    official(
        house,
        &format!("UBND-{province}"),
        "provincial_administrator",
    )
}

/// The address of something of an employer.
pub fn at(employer: &str, what: &str) -> String {
    format!("/api/v1/employers/{employer}{what}")
}

/// Sends a body to it.
#[track_caller]
pub fn post(browser: &Browser, employer: &str, what: &str, body: Value) -> crate::support::Answer {
    browser.send("POST", &at(employer, what), &body)
}

/// The province verifies.
#[track_caller]
pub fn verify(browser: &Browser, employer: &str) -> Value {
    let proof = json!({"proof": "Giấy chứng nhận đăng ký doanh nghiệp, bản chính"});
    post(browser, employer, "/verify", proof).expect(200)
}

/// Declares; the address of the declaration.
#[track_caller]
pub fn declared(browser: &Browser) -> String {
    let answer = browser
        .send("POST", "/api/v1/declarations", &recent("03"))
        .expect(201);
    format!("/api/v1/declarations/{}", text(&answer["receipt_no"]))
}

/// Somebody whom the owner invited and who had no account: signed in.
#[track_caller]
pub fn joined(house: &House<'_>, owner: &Browser, email: &str) -> Browser {
    let body = json!({"email": email, "full_name": "Trần Thị Lụa"});
    post(owner, &employer(owner), "/invitations", body).expect(201);
    let link = secret(&mail(house, email, "Mời tham gia", 1));
    let body = json!({"secret": link, "password": PASSWORD});
    let set = house
        .browser()
        .send("POST", "/api/v1/password-reset/confirm", &body);
    assert_eq!(set.status, 204, "{}", set.text);
    house.signed_in(email)
}
