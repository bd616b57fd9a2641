use chrono::{TimeZone, Utc};

use super::*;
use crate::domain::{
    account::news::News,
    authority::Role,
    clocks::ClockId,
    declaration::DeclarantRole,
    ladder::RungKind,
    message::{
        AlarmKind, AlertUpdate, CanaryFacts, Climbed, WithdrawnBecause, tests::a_fatal_alert,
    },
    post::PostKind,
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
            post: Some(PostKind::Investigator),
            authority: Some("Sở Nội vụ".into()),
            reason: Some("Nghỉ việc".into()),
        }));
    }
    for clock in ClockId::ALL {
        for left in [-9, -1, 0, 1, 9] {
            let day = moment.date_naive() + chrono::TimeDelta::days(left);
            let of_clock = DueLimit {
                clock: *clock,
                ..due(1, &day.to_string())
            };
            for (post, authority) in [
                (Some("Điều tra viên"), "Sở Nội vụ"),
                (None, "Sở Nội vụ"),
                (None, ""),
            ] {
                messages.push(Message::Digest(Box::new(DigestFacts {
                    day: moment.date_naive(),
                    at: moment,
                    authority: authority.into(),
                    post: post.map(str::to_owned),
                    limits: vec![of_clock.clone()],
                    ..reminder()
                })));
            }
        }
    }
    messages.push(Message::Canary(a_test()));
    for message in messages {
        let email = render(&message, None).unwrap();
        for part in [&email.subject, &email.text, &email.html] {
            assert!(!part.contains('?') && !part.contains('{'), "{part}");
        }
    }
}

fn a_test() -> CanaryFacts {
    CanaryFacts {
        month: "2026-11-01".parse().unwrap(),
        authority: "Công an xã Cẩm Giàng".into(),
        answer_by: Utc.with_ymd_and_hms(2026, 11, 24, 2, 0, 0).unwrap(),
    }
}

#[test]
fn a_test_says_before_anything_else_that_nothing_has_happened() {
    let message = Message::Canary(a_test());
    let email = render(&message, Some(LINK)).unwrap();
    assert!(
        email.subject.starts_with("[THỬ] [TEST] Không có tai nạn"),
        "{}",
        email.subject
    );
    assert!(
        email
            .text
            .starts_with("Thư thử: không có tai nạn nào xảy ra\n"),
        "{}",
        email.text
    );
    let english = email.text.split("\nEnglish\n").nth(1).unwrap().trim_start();
    assert!(
        english.starts_with("A test: no accident has happened\n"),
        "{english}"
    );
    assert!(
        email.text.contains("Trả lời trước: 09:00 ngày 24/11/2026"),
        "{}",
        email.text
    );
    assert!(email.text.contains(LINK));
    assert!(short(&message, Some(LINK)).starts_with("[THỬ] [TEST] Không có tai nạn"));
    assert!(!message.is_urgent() && message.opt_out_of().is_none());
    assert_eq!(message.priority(), crate::domain::delivery::Priority::Bulk);
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

fn due(no: usize, day: &str) -> DueLimit {
    DueLimit {
        receipt_no: format!("TN26-{no:06}-K"),
        place: "Phường Đức Xuân, Tỉnh Thái Nguyên".to_owned(),
        case_class: CaseClass::Fatal,
        clock: ClockId::K3,
        due_at: crate::time::end_of_day_in_vietnam(day.parse().unwrap()),
        moved_to: None,
        article: "Luật ATVSLĐ Điều 35.6".to_owned(),
    }
}

fn reminder() -> DigestFacts {
    let scene = DueLimit {
        clock: ClockId::K2,
        due_at: Utc.with_ymd_and_hms(2026, 6, 10, 1, 30, 0).unwrap(),
        article: "NĐ 39/2016 Điều 11.2.a".to_owned(),
        ..due(1, "2026-06-10")
    };
    let rolled = DueLimit {
        moved_to: "2026-06-15".parse().ok(),
        ..due(3, "2026-06-13")
    };
    DigestFacts {
        day: "2026-06-10".parse().unwrap(),
        at: Utc.with_ymd_and_hms(2026, 6, 10, 0, 0, 5).unwrap(),
        authority: "Sở Nội vụ tỉnh Thái Nguyên".to_owned(),
        post: Some("Điều tra viên số 1".to_owned()),
        cases: 5,
        overdue: 1,
        limits: vec![scene, due(1, "2026-06-11"), due(2, "2026-06-09"), rolled],
        opt_out_of: Some("post/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44".to_owned()),
    }
}

#[test]
fn a_reminder_reads_well_as_plain_text() {
    let message = Message::Digest(Box::new(reminder()));
    let email = render(&message, Some("https://tnld.example.test")).unwrap();
    assert_eq!(
        email.subject,
        "Nhắc việc ngày 10/06/2026: 5 vụ có thời hạn, trong đó 1 vụ đã quá hạn"
    );
    assert_eq!(email.text, include_str!("reminder.txt"));
    assert!(email.html.contains("<ol>"), "{}", email.html);
}

#[test]
fn a_reminder_says_where_early_ones_are_stopped() {
    let message = Message::Digest(Box::new(reminder()));
    let links = Links {
        link: None,
        opt_out: Some("https://tnld.example.test/reminders/x.y"),
    };
    let email = render_with(&message, links).unwrap();
    let said = "Ngừng hoặc nhận lại thư nhắc trước hạn:\nhttps://tnld.example.test/reminders/x.y\n";
    assert!(email.text.contains(said), "{}", email.text);
    assert!(
        email
            .text
            .contains("Stop or resume early reminders:\nhttps://"),
        "{}",
        email.text
    );
    assert!(
        email
            .html
            .contains("href=\"https://tnld.example.test/reminders/x.y\"")
    );
}

#[test]
fn a_reminder_says_what_is_over_and_what_is_not() {
    let late = |at: &str, due_at: DueLimit| {
        let facts = DigestFacts {
            at: at.parse().unwrap(),
            ..reminder()
        };
        due_limit(&due_at, &facts, Language::Vi)
    };
    let scene = || reminder().limits[0].clone();
    assert!(late("2026-06-10T01:29:59Z", scene()).starts_with("Hết hạn hôm nay"));
    assert!(late("2026-06-10T01:30:00Z", scene()).starts_with("Đã quá hạn hôm nay"));
    let weeks = due(1, "2026-05-27");
    assert!(late("2026-06-10T01:30:00Z", weeks).starts_with("Quá hạn 14 ngày"));
}

#[test]
fn a_place_in_a_reminder_cannot_break_out_of_its_line() {
    let mut facts = reminder();
    facts.limits[0].place = "Xã {receipt}\r\n<script>".to_owned();
    let email = render(&Message::Digest(Box::new(facts)), None).unwrap();
    assert!(
        email.text.contains("Xã {receipt} <script>."),
        "{}",
        email.text
    );
    assert!(!email.html.contains("<script>"));
}
