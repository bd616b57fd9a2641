//! The urgent notice without script: from the form to the receipt, and who is told.

use std::time::Duration;

use super::{Entries, attribute, entries, page, send, typed};
use crate::{
    api::Office,
    support::{Answer, Client, program::eventually},
};

const SOON: Duration = Duration::from_secs(20);
const NAME: &str = "Lò Thị Mai Chứng";
const PHONE: &str = "0912000333";
const DETAIL: &str = "Lò gạch cuối thôn nhà bà Mận";
const SENTENCE: &str = "Tường lò sập, có người bị vùi.";

/// What somebody in distress types about commune 22015, where one person died.
fn told(html: &str) -> Entries<'_> {
    typed(
        entries(html),
        &[
            ("role", "family"),
            ("name", NAME),
            ("phone", PHONE),
            ("place", "phuong tuy hoa dak lak"),
            ("detail", DETAIL),
            ("dead", "1"),
            ("summary", SENTENCE),
            ("do", "send"),
        ],
    )
}

/// Choices of a page: code and name.
fn choices(html: &str) -> Vec<(String, String)> {
    let labels = html.split("<label class=\"choice\">").skip(1);
    let labels = labels.map(|label| label.split("</label>").next().unwrap());
    labels
        .filter(|label| label.contains("name=\"commune\""))
        .map(|label| {
            let name = label.split("<span>").nth(1).unwrap();
            let name = name.split("</span>").next().unwrap();
            (
                attribute(label, "value").unwrap().to_owned(),
                name.to_owned(),
            )
        })
        .collect()
}

/// Asks for places by these words and chooses the first.
fn chosen<'a>(client: &Client, form: &Entries<'a>) -> Entries<'a> {
    let asked = send(client, "/notice", &typed(form.clone(), &[("do", "find")]));
    assert_eq!(asked.status, 200, "{}", asked.text);
    let (code, _) = choices(&asked.text)[0].clone();
    let words = form
        .iter()
        .find(|(name, _)| *name == "place")
        .unwrap()
        .1
        .clone();
    typed(form.clone(), &[("commune", &code), ("found_for", &words)])
}

#[track_caller]
fn receipt(client: &Client, sent: &Answer) -> Answer {
    assert_eq!(sent.status, 303, "{}", sent.text);
    let shown = page(client, sent.header("location"));
    assert_eq!(shown.status, 200, "{}", shown.text);
    shown
}

/// The texts beside the entries that are wrong, by the name of the entry.
fn wrong(html: &str) -> Vec<&str> {
    let said = html.split("class=\"wrong\" id=\"").skip(1);
    let mut names: Vec<&str> = said
        .map(|rest| rest.split("-wrong\"").next().unwrap())
        .collect();
    names.sort_unstable();
    names
}

on_both_databases! {
    fn a_notice_without_account_or_script_is_told_and_its_receipt_says_to_whom(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let form = page(&nobody, "/notice");
        assert_eq!(form.status, 200);
        // This form alone may ask where the telephone is.
        let asks = |answer: &Answer| answer.header("permissions-policy").contains("geolocation=(self)");
        assert!(asks(&form) && !asks(&page(&nobody, "/drafts")) && !asks(&page(&nobody, "/notice/x")));
        assert!(!form.text.contains("<script>") && !form.text.contains("style="));
        let filled = chosen(&nobody, &told(&form.text));
        let sent = send(&nobody, "/notice", &filled);
        let shown = receipt(&nobody, &sent);
        assert!(shown.text.contains("Đã nhận tin báo"), "{}", shown.text);
        for number in ["tel:113", "tel:114", "tel:115"] {
            assert!(shown.text.contains(number), "{number}");
        }
        eventually(SOON, || {
            let mails = office.mails();
            let has = |to: &str| mails.iter().any(|mail| mail.header("to") == to);
            (has("ubnd22015@example.test") && has("snv66@example.test")).then_some(())
        });

        // Who is told stands there, and the part that follows says when somebody has taken it.
        let follows = format!("{}/told", sent.header("location"));
        let part = page(&nobody, &follows);
        assert_eq!(part.status, 200);
        assert!(part.text.contains("Chưa tiếp nhận") && !part.text.contains("<html"));
        let nobody_yet = "Đã gửi, chưa ai nhận việc";
        assert!(part.text.contains(nobody_yet) && shown.text.contains(nobody_yet), "{}", part.text);
        let mails = office.mails();
        let mail = mails.iter().find(|mail| mail.header("to") == "ubnd22015@example.test");
        let text = mail.unwrap().text();
        let link = &text[text.find("/a/").unwrap()..];
        let link = link.split_whitespace().next().unwrap();
        let take = vec![
            ("name", "Hoàng Thị Nhận".to_owned()),
            ("post", "Trực ban".to_owned()),
            ("phone", "0912000444".to_owned()),
            ("action", "take".to_owned()),
        ];
        assert_eq!(send(&nobody, link, &take).status, 303);
        let part = page(&nobody, &follows);
        assert!(part.text.contains("Đã tiếp nhận"), "{}", part.text);
        assert!(part.text.contains("Đang được giải quyết") && !part.text.contains(nobody_yet), "{}", part.text);

        // Nothing of anybody stands on it: neither of who told it nor of who took it.
        for secret in [NAME, PHONE, DETAIL, SENTENCE, "Hoàng Thị Nhận", "0912000444"] {
            assert!(!page(&nobody, sent.header("location")).text.contains(secret), "{secret}");
            assert!(!part.text.contains(secret), "{secret}");
        }
        // Its address cannot be made from the number.
        let (number, _) = sent.header("location").split_once('~').unwrap();
        for address in [number.to_owned(), format!("{number}~AAAAAAAAAAAAAAAA")] {
            assert_eq!(page(&nobody, &address).status, 404, "{address}");
        }
    }

    fn the_place_is_found_without_diacritics_and_by_its_name_of_before(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let found = |words: &str| {
            let html = page(&nobody, "/notice").text;
            let form = typed(entries(&html), &[("place", words), ("do", "find")]);
            send(&nobody, "/notice", &form)
        };
        let plain = choices(&found("cam giang thai nguyen").text);
        assert_eq!(plain, choices(&found("Cẩm Giàng, Thái Nguyên").text));
        assert_eq!(plain, [("02008".to_owned(), "Xã Cẩm Giàng, Tỉnh Thái Nguyên".to_owned())]);
        let before = choices(&found("ea tam buon ma thuot").text);
        assert_eq!(before.len(), 1);
        assert!(before[0].1.contains("trước đây: Phường Ea Tam"), "{before:?}");
        let many = found("tân phú");
        assert_eq!((many.status, choices(&many.text).len()), (200, 8));
        assert!(many.text.contains("Gõ thêm tên tỉnh"));
        let none = found("Không Có Nơi Này");
        assert_eq!((none.status, wrong(&none.text)), (422, vec!["place"]));
        let suggested = page(&nobody, "/places?q=cam+giang+thai+nguyen").json();
        assert_eq!(suggested[0]["code"], "02008");
        assert_eq!(office.rows("cases"), 0);
    }

    fn every_fault_is_named_beside_its_entry_and_nothing_that_was_typed_is_lost(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let html = page(&nobody, "/notice").text;
        let empty = typed(entries(&html), &[("occurred_at", "hôm qua"), ("do", "send")]);
        let refused = send(&nobody, "/notice", &empty);
        assert_eq!(refused.status, 422);
        assert_eq!(
            wrong(&refused.text),
            ["dead", "name", "occurred_at", "phone", "place", "summary"],
            "{}", refused.text
        );
        assert!(refused.text.contains("role=\"alert\"") && refused.text.contains("autofocus"));

        let filled = typed(told(&html), &[("phone", "12"), ("place", "tan phu")]);
        let refused = send(&nobody, "/notice", &filled);
        assert_eq!(refused.status, 422);
        for kept in [NAME, DETAIL, SENTENCE, "value=\"12\"", "value=\"tan phu\""] {
            assert!(refused.text.contains(kept), "{kept}");
        }
        // Eight places fit: which one is asked beside them.
        assert_eq!(choices(&refused.text).len(), 8);
        assert!(wrong(&refused.text).contains(&"commune"), "{:?}", wrong(&refused.text));
        // A place that was chosen for other words is not sent.
        let stale = typed(filled, &[("commune", "22015"), ("found_for", "xuan son"), ("phone", PHONE)]);
        assert_eq!(send(&nobody, "/notice", &stale).status, 422);
        assert_eq!(office.rows("cases"), 0);
    }

    fn a_double_click_gives_one_notice(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let html = page(&nobody, "/notice").text;
        let filled = chosen(&nobody, &told(&html));
        let first = send(&nobody, "/notice", &filled);
        let second = send(&nobody, "/notice", &filled);
        assert_eq!((first.status, second.status), (303, 303));
        assert_eq!(first.header("location"), second.header("location"));
        assert_eq!(office.rows("cases"), 1);
        // The form of another visit is another notice.
        let html = page(&nobody, "/notice").text;
        let other = send(&nobody, "/notice", &chosen(&nobody, &told(&html)));
        assert_ne!(first.header("location"), other.header("location"));
    }

    fn what_is_not_urgent_waits_unless_the_question_is_answered(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let html = page(&nobody, "/notice").text;
        let light = typed(told(&html), &[("dead", ""), ("serious", "1")]);
        let light = chosen(&nobody, &light);
        let held = receipt(&nobody, &send(&nobody, "/notice", &light));
        assert!(held.text.contains("đang chờ cán bộ xem"), "{}", held.text);
        assert!(held.text.contains("tel:115") && !held.text.contains("Chưa tiếp nhận"));

        let html = page(&nobody, "/notice?lang=en").text;
        let light = typed(told(&html), &[("dead", ""), ("serious", "1")]);
        let light = chosen(&nobody, &light);
        let salt = light.iter().find(|(name, _)| *name == "challenge").unwrap().1.clone();
        let nonce = (0..).map(|n: u32| n.to_string());
        let mut nonce = nonce.filter(|nonce| tnld::domain::challenge::is_proof(&salt, nonce));
        let worked = typed(light, &[("nonce", &nonce.next().unwrap())]);
        let shown = receipt(&nobody, &send(&nobody, "/notice", &worked));
        assert!(shown.text.contains("Đã nhận tin báo"), "{}", shown.text);
    }

    fn whoever_declares_uses_the_same_form(db: &Db) {
        let office = Office::open(db);
        let employer = office.program.client(&db.token("employer", &["--tax-code", "6099254308"]));
        let html = page(&employer, "/notice").text;
        assert!(!html.contains("name=\"role\"") && !html.contains("name=\"challenge\""));
        assert!(html.contains("name=\"ours\" value=\"yes\" checked"), "{html}");
        let filled = chosen(&employer, &told(&html));
        let shown = receipt(&employer, &send(&employer, "/notice", &filled));
        assert!(shown.text.contains("/desk"), "{}", shown.text);
        let list = office.inspector("66").get("/api/v1/cases").expect(200);
        assert_eq!(list["items"][0]["status"], "DECLARED");
        // Somebody whose session has ended is told so, and sends nothing by mistake.
        let nobody = office.program.client("");
        let ended = send(&nobody, "/notice", &filled);
        assert_eq!(ended.status, 422);
        assert!(ended.text.contains("Phiên đăng nhập đã hết") && ended.text.contains(SENTENCE));
        assert_eq!(office.rows("cases"), 1);
        // The page of another site sends nothing at all.
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("origin", "https://evil.test")];
        let foreign = nobody.send("POST", "/notice", &headers, b"name=x").unwrap();
        assert_eq!(foreign.status, 403);
    }

    fn the_form_and_the_receipt_speak_english(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let form = page(&nobody, "/notice?lang=en");
        assert!(form.text.contains("<html lang=\"en\">") && form.text.contains("Send the notice now"));
        assert!(form.header("set-cookie").starts_with("tnld-lang=en"));
        let filled = chosen(&nobody, &told(&form.text));
        let sent = send(&nobody, "/notice", &filled);
        let shown = page(&nobody, &format!("{}?lang=en", sent.header("location")));
        assert!(shown.text.contains("Your notice was received") && shown.text.contains("Not taken yet"));
    }

    fn a_receipt_is_found_by_its_number_and_guessing_ends(db: &Db) {
        let office = Office::open(db);
        let nobody = office.program.client("");
        let html = page(&nobody, "/notice").text;
        let sent = send(&nobody, "/notice", &chosen(&nobody, &told(&html)));
        let number = sent.header("location").trim_start_matches("/notice/").split('~').next().unwrap().to_owned();
        let look = |number: &str| send(&nobody, "/status", &vec![("number", number.to_owned())]);
        for written in [number.clone(), number.to_lowercase().replace('-', " ")] {
            let found = look(&written);
            assert_eq!((found.status, found.header("location")), (303, sent.header("location")));
        }
        // Two characters that changed places: it is said that it was mistyped.
        let mut signs: Vec<char> = number.chars().collect();
        let at = (2..signs.len() - 1).find(|at| signs[*at] != signs[at + 1] && signs[*at] != '-' && signs[at + 1] != '-').unwrap();
        signs.swap(at, at + 1);
        let mistyped = look(&signs.into_iter().collect::<String>());
        assert_eq!(mistyped.status, 422);
        assert!(mistyped.text.contains("ký tự kiểm tra"), "{}", mistyped.text);
        let nobodys = |seed: u8| tnld::domain::receipt::ReceiptNo::generate(2026, [seed; 16]);
        for seed in 0..20 {
            assert_eq!(look(nobodys(seed).as_str()).status, 404, "{seed}");
        }
        let over = look(nobodys(21).as_str());
        assert_eq!(over.status, 429);
        assert!(!over.header("retry-after").is_empty());
        assert_eq!(look(&number).status, 429);
        // Who has the page keeps it.
        assert_eq!(page(&nobody, sent.header("location")).status, 200);
    }
}
