use chrono::{TimeZone, Utc};

use super::*;
use crate::domain::{
    account::news::News,
    authority::Role,
    declaration::DeclarantRole,
    ladder::RungKind,
    message::{AlarmKind, AlertUpdate, Climbed, WithdrawnBecause, tests::a_fatal_alert},
};

const LINK: &str = "https://tnld.example.test/a/c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2U";

fn alert_mail(facts: AlertFacts) -> Email {
    render(&Message::Alert(Box::new(facts)), Some(LINK)).unwrap()
}

#[test]
fn an_alert_reads_well_as_plain_text() {
    let email = alert_mail(a_fatal_alert());
    assert_eq!(
        email.subject,
        "[KHẨN] Tai nạn lao động chết người – Phường Đức Xuân, Tỉnh Thái Nguyên – số tiếp nhận TN26-000123-K"
    );
    assert_eq!(email.text, include_str!("typical.txt"));
}

#[test]
fn what_people_typed_cannot_break_out_of_its_place() {
    let mut facts = a_fatal_alert();
    facts.establishment = Some("<script>alert(1)</script>\r\nBcc: all@example.test".into());
    facts.declarant.full_name = "{phone}\u{202e} <b>Đinh\nVăn Ất</b>".into();
    facts.place = "Xã <Ea>\r\nSubject: x".into();
    facts.authority = "Hòa".repeat(100);
    let email = alert_mail(facts);

    assert!(!email.subject.contains(['\r', '\n']), "{}", email.subject);
    assert!(
        email
            .text
            .contains("Cơ sở: <script>alert(1)</script> Bcc: all@example.test\n")
    );
    assert!(
        email
            .text
            .contains("Người báo: {phone} <b>Đinh Văn Ất</b> (người sử dụng lao động)")
    );
    assert!(!email.text.contains('\u{202e}'));
    assert!(
        !email.html.contains("<script>") && !email.html.contains("<b>"),
        "{}",
        email.html
    );
    assert!(email.html.contains("&#60;script&#62;"));
    assert!(
        !email.text.contains(&"Hòa".repeat(70)),
        "a name is cut, and in one normal form"
    );
}

#[test]
fn lines_are_short_but_a_link_stays_whole() {
    let email = alert_mail(a_fatal_alert());
    for line in email.text.lines().filter(|line| *line != LINK) {
        assert!(line.chars().count() <= 74, "{line}");
    }
    assert_eq!(email.text.lines().filter(|line| *line == LINK).count(), 2);
}

#[test]
fn every_kind_of_message_has_all_its_words_in_both_languages() {
    let moment = Utc.with_ymd_and_hms(2026, 3, 3, 2, 0, 0).unwrap();
    let mut messages = vec![];
    for role in Role::ALL {
        for case_class in CaseClass::ALL {
            for level in crate::domain::investigation::InvestigationLevel::ALL {
                for duty in Duty::ALL {
                    let now = AlertFacts {
                        role: *role,
                        case_class: *case_class,
                        level: *level,
                        duty: *duty,
                        stands_in: *duty == Duty::MayReceive,
                        ..a_fatal_alert()
                    };
                    messages.push(Message::AlertUpdate(Box::new(AlertUpdate {
                        earlier_class: CaseClass::Light,
                        earlier_counts: None,
                        now,
                    })));
                }
            }
        }
    }
    for role in DeclarantRole::ALL {
        for case_kind in Kind::ALL {
            let mut facts = AlertFacts {
                case_kind: *case_kind,
                role: Role::CommunePc,
                abroad: true,
                ..a_fatal_alert()
            };
            facts.declarant.role = *role;
            messages.push(Message::Alert(Box::new(facts.clone())));
            facts.counts = Casualties::default();
            facts.role = Role::ProvincialLabourAuthority;
            messages.push(Message::Alert(Box::new(facts)));
        }
    }
    for rung in RungKind::ALL {
        for authority in [None, Some("Công an xã Cẩm Giàng".to_owned())] {
            messages.push(Message::Alert(Box::new(AlertFacts {
                climbed: Some(Climbed {
                    rung: *rung,
                    since: moment,
                    authority,
                }),
                ..a_fatal_alert()
            })));
        }
    }
    for because in WithdrawnBecause::ALL {
        messages.push(Message::Withdrawn(Withdrawn {
            receipt_no: "TN26-000123-K".into(),
            case_class: CaseClass::Fatal,
            authority: "Sở Nội vụ".into(),
            place: "Phường Đức Xuân".into(),
            because: *because,
            passed_to: vec!["Công an xã Cẩm Giàng".into()],
            withdrawn_at: moment,
        }));
    }
    for alarm in AlarmKind::ALL {
        messages.push(Message::OperatorAlarm(Alarm {
            alarm: *alarm,
            raised_at: moment,
            case_id: Some("c".into()),
            receipt_no: Some("r".into()),
            role: Some(Role::LocalPolice),
            authority_id: Some("a".into()),
            message_id: Some("m".into()),
            reply: Some("550 no such user".into()),
            record: None,
        }));
    }
    for news in News::ALL {
        let of_employer = news.is_about_an_employer();
        messages.push(Message::AccountNews(AccountNews {
            news: *news,
            full_name: "Hà Văn Tư".into(),
            employer: of_employer.then(|| "Công ty CP Xây dựng Tây Nguyên".into()),
            tax_code: of_employer.then(|| "6099254308".into()),
            reason: Some("Nghỉ việc".into()),
        }));
    }
    for message in messages {
        let email = render(&message, None).unwrap();
        for part in [&email.subject, &email.text, &email.html] {
            assert!(!part.contains('?') && !part.contains('{'), "{part}");
        }
    }
}

#[test]
fn a_copy_is_not_marked_as_urgent() {
    let email = alert_mail(AlertFacts {
        duty: Duty::Copy,
        ..a_fatal_alert()
    });
    assert!(
        email.subject.starts_with("[Bản sao để biết] "),
        "{}",
        email.subject
    );
    assert!(email.text.contains("1. Gửi để biết.\n"));
}
