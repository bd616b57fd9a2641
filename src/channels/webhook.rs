//! What a webhook is told, and its signature. It carries what a mail may carry and less: no names of
//! victims, no health data, nobody's telephone; who wants more follows the link.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use ring::hmac;
use serde::Serialize;
use url::Url;

use super::Call;
use crate::{
    domain::{
        authority::Role,
        classify::CaseClass,
        declaration::Casualties,
        message::{AlertFacts, Message, WithdrawnBecause},
        routing::Duty,
    },
    ids::{ContactId, MessageId},
    sealing::Keys,
    time::rfc3339_in_vietnam,
};

/// How a secret begins, so that one that lies about is recognised.
const PREFIX: &str = "whs_";

/// The secret of a contact. It follows from the keys of this database, so that it stands nowhere, and stays
/// the same for as long as the contact does.
pub fn secret(keys: &Keys, contact: &ContactId) -> String {
    format!("{PREFIX}{}", keys.word("webhook", contact.as_str()))
}

/// HMAC-SHA256 over the timestamp, a dot and the body, in hex; its key is the whole secret.
pub fn signature(secret: &str, timestamp: i64, body: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let tag = hmac::sign(&key, format!("{timestamp}.{body}").as_bytes());
    HEXLOWER.encode(tag.as_ref())
}

#[derive(Serialize)]
struct Body<'a> {
    delivery_id: &'a str,
    kind: &'static str,
    receipt_no: &'a str,
    case_class: CaseClass,
    place: &'a str,
    authority: &'a str,
    #[serde(flatten)]
    more: Option<More<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    withdrawn_because: Option<WithdrawnBecause>,
    link: Option<&'a str>,
}

#[derive(Serialize)]
struct More<'a> {
    counts: Casualties,
    occurred_at: String,
    received_at: String,
    role: Role,
    duty: Duty,
    form: Option<&'a str>,
}

impl<'a> Body<'a> {
    fn of(message: &'a Message, id: &'a MessageId, link: Option<&'a str>) -> Option<Self> {
        let alert = |kind, facts: &'a AlertFacts| Self {
            delivery_id: id.as_str(),
            kind,
            receipt_no: &facts.receipt_no,
            case_class: facts.case_class,
            place: &facts.place,
            authority: &facts.authority,
            more: Some(More {
                counts: facts.counts,
                occurred_at: rfc3339_in_vietnam(facts.occurred_at),
                received_at: rfc3339_in_vietnam(facts.received_at),
                role: facts.role,
                duty: facts.duty,
                form: facts.form.as_deref(),
            }),
            withdrawn_because: None,
            link,
        };
        match message {
            Message::Alert(facts) => Some(alert("alert", facts)),
            Message::AlertUpdate(update) => Some(alert("alert_update", &update.now)),
            Message::Withdrawn(withdrawn) => Some(Self {
                delivery_id: id.as_str(),
                kind: "withdrawn",
                receipt_no: &withdrawn.receipt_no,
                case_class: withdrawn.case_class,
                place: &withdrawn.place,
                authority: &withdrawn.authority,
                more: None,
                withdrawn_because: Some(withdrawn.because),
                link,
            }),
            // Accounts, alarms and the trace are nothing for another program.
            _ => None,
        }
    }
}

/// A test of the way to an authority: nothing has happened.
#[derive(Serialize)]
struct TestBody<'a> {
    delivery_id: &'a str,
    kind: &'static str,
    authority: &'a str,
    answer_by: String,
    link: Option<&'a str>,
}

fn body_of(message: &Message, id: &MessageId, link: Option<&str>) -> Option<String> {
    let written = match message {
        Message::Canary(facts) => serde_json::to_string(&TestBody {
            delivery_id: id.as_str(),
            kind: "test",
            authority: &facts.authority,
            answer_by: rfc3339_in_vietnam(facts.answer_by),
            link,
        }),
        _ => serde_json::to_string(&Body::of(message, id, link)?),
    };
    written.ok()
}

/// The call that tells `message`; `None` where no program is told such a thing. `id` is the same for every
/// repeat of a message, so that a receiver can leave out what it has seen.
pub fn call(
    url: Url,
    secret: &str,
    message: &Message,
    id: &MessageId,
    link: Option<&str>,
    now: DateTime<Utc>,
) -> Option<Call> {
    let body = body_of(message, id, link)?;
    let timestamp = now.timestamp();
    let headers = [
        ("Content-Type", "application/json".to_owned()),
        ("Tnld-Delivery", id.to_string()),
        ("Tnld-Timestamp", timestamp.to_string()),
        (
            "Tnld-Signature",
            format!("v1={}", signature(secret, timestamp, &body)),
        ),
    ];
    Some(Call {
        url,
        headers: headers.map(|(name, value)| (name.to_owned(), value)).into(),
        body,
        keeps_answer: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::tests::a_fatal_alert;

    #[test]
    fn the_signature_is_the_one_that_openssl_makes() {
        // printf '1772415000.{"a":1}' | openssl dgst -sha256 -hmac whs_test
        assert_eq!(signature("whs_test", 1_772_415_000, "{\"a\":1}"), OPENSSL);
        assert_ne!(signature("whs_test", 1_772_415_001, "{\"a\":1}"), OPENSSL);
        assert_ne!(signature("whs_tess", 1_772_415_000, "{\"a\":1}"), OPENSSL);
    }

    const OPENSSL: &str = "4a701ada80271ed7b554fbae151f115c1ee36b62e337b7e6e7911623d5089d13";

    #[test]
    fn a_program_is_told_what_happened_where_and_nobodys_name_or_telephone() {
        let message = Message::Alert(Box::new(a_fatal_alert()));
        let id = MessageId::from("0197-abc".to_owned());
        let url = Url::parse("https://sos.test/hook").unwrap();
        let now = DateTime::from_timestamp(1_772_415_000, 0).unwrap();
        let call = call(
            url,
            "whs_test",
            &message,
            &id,
            Some("https://t.test/a/x"),
            now,
        )
        .unwrap();
        for told in [
            "FATAL",
            "TN26-000123-K",
            "Phường Đức Xuân",
            "\"dead\":1",
            "https://t.test/a/x",
        ] {
            assert!(call.body.contains(told), "{told} in {}", call.body);
        }
        for kept in ["Nguyễn Thị Hòa", "0912345678", "Sông Cầu", "whs_test"] {
            assert!(!call.body.contains(kept), "{kept} in {}", call.body);
        }
        let header = |wanted: &str| {
            let found = call.headers.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.clone()).unwrap()
        };
        assert_eq!(header("Tnld-Delivery"), "0197-abc");
        let expected = signature("whs_test", 1_772_415_000, &call.body);
        assert_eq!(header("Tnld-Signature"), format!("v1={expected}"));
        assert!(!format!("{call:?}").contains("v1="));
    }
}
