//! Cases, their timeline, clocks and queue on both databases.

use std::{sync::LazyLock, thread};

use super::*;
use crate::{
    domain::{
        access::ActorRole,
        case::{
            Event,
            tests::{a_case, limit},
        },
        clocks::{self as limits, NO_DUE, nearest_due, tests::at},
    },
    ids::EventId,
    sealing::{CaseKey, tests::some_keys},
    store::{
        queue::{CaseLine, Position, QueueFilter, Sort, StatusFilter, page},
        testing::TestDb,
    },
};

fn audience(keys: &[&str]) -> Sight {
    Sight::Audiences(keys.iter().map(|key| (*key).to_owned()).collect())
}

/// One for all of them: what it seals is bound to its row.
static KEY: LazyLock<CaseKey> =
    LazyLock::new(|| some_keys().new_case_key(&CaseId::generate()).unwrap().0);

fn timeline(db: &mut TestDb, case: &Case) -> Vec<String> {
    let events = events::list(&mut db.conn, &case.id, &KEY).unwrap();
    let line = |event: Event| format!("{} {}", event.action, event.details);
    events.into_iter().map(line).collect()
}

fn declared(case: &Case) -> String {
    format!("declared {{\"receipt_no\":\"{}\"}}", case.receipt_no)
}

fn new_case(received_at: &str, audiences: &[&str]) -> NewCase {
    let mut case = a_case(
        CaseStatus::Declared,
        CaseClass::Fatal,
        InvestigationLevel::Provincial,
    );
    case.received_at = at(received_at);
    let clocks = vec![limit(30)];
    case.due_at = nearest_due(&clocks);
    let event = Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: case.received_at,
        actor: "Công ty TNHH Gạch Sông Cầu".to_owned(),
        actor_role: ActorRole::Employer,
        action: "declared".to_owned(),
        from_status: None,
        to_status: CaseStatus::Declared,
        reason: None,
        details: serde_json::json!({"receipt_no": case.receipt_no}),
    };
    NewCase {
        audiences: audiences.iter().map(|key| (*key).to_owned()).collect(),
        candidates: BTreeSet::new(),
        victims: vec![
            CaseVictim {
                no: 1,
                class: VictimClass::Fatal,
                outcome: Outcome::Dead,
                employment: Some(Employment::Contract),
                sex: Some(Sex::Male),
                birth_year: Some(1990),
                citizen_id_hash: None,
            },
            CaseVictim {
                no: 2,
                class: VictimClass::Light,
                outcome: Outcome::Light,
                employment: None,
                sex: None,
                birth_year: None,
                citizen_id_hash: None,
            },
        ],
        clocks,
        events: vec![NewEvent::seal(&event, &KEY).unwrap()],
        marks: crate::store::search::Marks::default(),
        likeness: Vec::new(),
        case,
    }
}

fn filter() -> QueueFilter {
    QueueFilter {
        limit: 50,
        ..QueueFilter::default()
    }
}

fn ids(lines: &[CaseLine]) -> Vec<&str> {
    lines.iter().map(|line| line.id.as_str()).collect()
}

fn list(db: &mut TestDb, sight: &Sight, filter: &QueueFilter) -> Vec<String> {
    let (lines, _) = page(&mut db.conn, sight, filter, at("2026-03-20T09:00:00+07:00")).unwrap();
    ids(&lines).into_iter().map(str::to_owned).collect()
}

#[test]
fn a_case_that_may_lie_in_several_units_is_found_by_each_of_them() {
    for mut db in TestDb::all() {
        let mut new = new_case("2026-03-02T09:00:00+07:00", &["L19"]);
        let other = new_case("2026-03-02T10:00:00+07:00", &["L19"]);
        let id = new.case.id.clone();
        new.case.commune_code = "02011".to_owned();
        new.case.province_code = "19".to_owned();
        let units = ["02011", "02012", "19", "20"];
        new.candidates = units.iter().map(|code| (*code).to_owned()).collect();
        let open = StatusFilter::Open;
        insert(&mut db.conn, new).unwrap();
        insert(&mut db.conn, other).unwrap();
        let mut finds = |commune: Option<&str>, province: Option<&str>, sight: &Sight| {
            let filter = QueueFilter {
                status: open,
                commune: commune.map(str::to_owned),
                province: province.map(str::to_owned),
                ..filter()
            };
            list(&mut db, sight, &filter).contains(&id.to_string())
        };
        for sight in [Sight::All, audience(&["L19"]), audience(&["L19", "P19"])] {
            for code in ["02011", "02012"] {
                assert!(finds(Some(code), None, &sight), "{code}");
            }
            for code in ["19", "20"] {
                assert!(finds(None, Some(code), &sight), "{code}");
            }
            assert!(finds(Some("02012"), Some("20"), &sight));
            assert!(!finds(Some("02013"), None, &sight));
            assert!(!finds(None, Some("21"), &sight));
        }
        assert!(!finds(Some("02012"), None, &audience(&["L66"])));
        territories::set_candidates(&mut db.conn, &id, &BTreeSet::new()).unwrap();
        let filter = QueueFilter {
            commune: Some("02012".to_owned()),
            ..filter()
        };
        assert!(list(&mut db, &Sight::All, &filter).is_empty());
    }
}

#[test]
fn a_case_reads_back_as_it_was_written() {
    for mut db in TestDb::all() {
        let new = new_case("2026-03-02T09:00:00.123456+07:00", &["L19", "C02008"]);
        let id = new.case.id.clone();
        db.conn.write(|tx| insert(tx, new.clone())).unwrap();
        let found = find(&mut db.conn, &id, &Sight::All).unwrap().unwrap();
        assert_eq!(found, new.case);
        assert_eq!(victims(&mut db.conn, &id).unwrap(), new.victims);
        assert_eq!(clocks::list(&mut db.conn, &id).unwrap(), new.clocks);
        assert_eq!(timeline(&mut db, &new.case), [declared(&new.case)]);
        assert_eq!(audiences(&mut db.conn, &id).unwrap(), new.audiences);
    }
}

#[test]
fn a_case_outside_the_sight_does_not_exist() {
    for mut db in TestDb::all() {
        let new = new_case("2026-03-02T09:00:00+07:00", &["L19", "C02008"]);
        let id = new.case.id.clone();
        insert(&mut db.conn, new.clone()).unwrap();
        let table = [
            (Sight::All, true),
            (audience(&["L19"]), true),
            (audience(&["C02008"]), true),
            (audience(&["L20", "C02008"]), true),
            (audience(&["L20"]), false),
            (audience(&["P02008"]), false),
            (audience(&[]), false),
            (Sight::Nothing, false),
        ];
        for (sight, seen) in table {
            let found = find(&mut db.conn, &id, &sight).unwrap();
            assert_eq!(found.is_some(), seen, "{sight:?}");
            assert_eq!(
                !list(&mut db, &sight, &filter()).is_empty(),
                seen,
                "{sight:?}"
            );
        }
    }
}

#[test]
fn of_two_people_at_once_one_wins() {
    for db in TestDb::all() {
        let mut first = db.connect();
        let new = new_case("2026-03-02T09:00:00+07:00", &["L19"]);
        insert(&mut first, new.clone()).unwrap();
        let racers: Vec<_> = (0..4)
            .map(|racer| {
                let mut conn = db.connect();
                let mut case = new.case.clone();
                case.version += 1;
                case.assigned_to = Some(format!("người thứ {racer}"));
                thread::spawn(move || conn.write(|tx| update(tx, &case, 1)).unwrap())
            })
            .collect();
        let won = racers
            .into_iter()
            .map(|racer| racer.join().unwrap())
            .filter(|won| *won)
            .count();
        assert_eq!(won, 1);
        let found = find(&mut first, &new.case.id, &Sight::All)
            .unwrap()
            .unwrap();
        assert_eq!(found.version, 2);
    }
}

#[test]
fn an_update_moves_the_case_in_every_queue() {
    for mut db in TestDb::all() {
        let new = new_case("2026-03-02T09:00:00+07:00", &["L19", "C02008"]);
        insert(&mut db.conn, new.clone()).unwrap();
        let mut case = new.case.clone();
        case.status = CaseStatus::Closed;
        case.closed_at = Some(at("2026-03-20T08:00:00+07:00"));
        case.due_at = NO_DUE;
        case.version = 2;
        assert!(update(&mut db.conn, &case, 1).unwrap());
        assert!(!update(&mut db.conn, &case, 1).unwrap());
        for sight in [Sight::All, audience(&["L19"]), audience(&["C02008"])] {
            let open = QueueFilter {
                status: StatusFilter::Open,
                ..filter()
            };
            assert!(list(&mut db, &sight, &open).is_empty());
            let closed = QueueFilter {
                status: StatusFilter::Exactly(CaseStatus::Closed),
                ..filter()
            };
            assert_eq!(list(&mut db, &sight, &closed), [case.id.as_str()]);
        }
    }
}

#[test]
fn what_outlives_a_case_stands_before_what_is_settled_on_every_page_and_in_the_lists_of_what_is_late()
 {
    use crate::{domain::case::views::QueueView, store::queue::Narrowed};
    let now = at("2026-03-20T09:00:00+07:00");
    for mut db in TestDb::all() {
        // By hour: open, settled, outlived (late), outlived (not late), settled, open without a limit.
        let dues = ["2026-03-25", "", "2026-03-19", "2026-03-28", "", "-"];
        let mut all = Vec::new();
        for (hour, due) in dues.iter().enumerate() {
            let mut new = new_case(
                &format!("2026-03-02T{:02}:00:00+07:00", 9 + hour),
                &["L19", "P19"],
            );
            new.case.due_at = match *due {
                "" | "-" => NO_DUE,
                day => at(&format!("{day}T23:59:59+07:00")),
            };
            if (1..=4).contains(&hour) {
                new.case.status = CaseStatus::Closed;
                new.case.closed_at = Some(at("2026-03-18T08:00:00+07:00"));
            }
            insert(&mut db.conn, new.clone()).unwrap();
            all.push(new.case.id.to_string());
        }
        let mut settled = vec![all[1].clone(), all[4].clone()];
        settled.sort();
        let closed = StatusFilter::Exactly(CaseStatus::Closed);
        let late = |status, view| QueueFilter {
            status,
            view,
            narrowed: Narrowed::Overdue(now),
            ..filter()
        };
        for sight in [Sight::All, audience(&["L19"]), audience(&["L19", "P19"])] {
            for limit in [1, 2, 3, 50] {
                let mut pages = |filter: QueueFilter| {
                    let mut filter = QueueFilter { limit, ..filter };
                    let mut seen = Vec::new();
                    loop {
                        let (lines, next) = page(&mut db.conn, &sight, &filter, now).unwrap();
                        seen.extend(lines.into_iter().map(|line| line.id.to_string()));
                        let Some(position) = next else { break seen };
                        filter.after = Some(position);
                    }
                };
                let every = pages(filter());
                assert_eq!(
                    every[..4],
                    [&all[2], &all[0], &all[3], &all[5]].map(Clone::clone)
                );
                assert_eq!(every[4..], settled);
                let of_one_state = pages(QueueFilter {
                    status: closed,
                    ..filter()
                });
                assert_eq!(of_one_state[..2], [all[2].clone(), all[3].clone()]);
                assert_eq!(of_one_state[2..], settled);
                for view in [Some(QueueView::Overdue), None] {
                    assert_eq!(pages(late(StatusFilter::Unsettled, view)), [all[2].clone()]);
                    assert_eq!(pages(late(closed, view)), [all[2].clone()]);
                }
                let mut newest = pages(QueueFilter {
                    status: StatusFilter::Unsettled,
                    view: Some(QueueView::Mine),
                    sort: Sort::Newest,
                    ..filter()
                });
                assert_eq!(newest, [5, 3, 2, 0].map(|n: usize| all[n].clone()));
                newest = pages(QueueFilter {
                    status: StatusFilter::Open,
                    ..filter()
                });
                assert_eq!(newest, [all[0].clone(), all[5].clone()]);
            }
        }
        assert_eq!(count_overdue(&mut db.conn, now).unwrap(), 1);
    }
}

#[test]
fn who_sees_a_case_can_change() {
    for mut db in TestDb::all() {
        let new = new_case("2026-03-02T09:00:00+07:00", &["L19", "C02008", "C02009"]);
        insert(&mut db.conn, new.clone()).unwrap();
        let now: BTreeSet<String> = ["L19", "C02009", "P19"].map(str::to_owned).into();
        set_audiences(&mut db.conn, &new.case, &now).unwrap();
        assert_eq!(audiences(&mut db.conn, &new.case.id).unwrap(), now);
        assert_eq!(
            list(&mut db, &audience(&["P19"]), &filter()),
            [new.case.id.as_str()]
        );
        assert!(list(&mut db, &audience(&["C02008"]), &filter()).is_empty());
    }
}

#[test]
fn persons_hurt_are_replaced_as_a_whole() {
    for mut db in TestDb::all() {
        let mut new = new_case("2026-03-02T09:00:00+07:00", &["L19"]);
        insert(&mut db.conn, new.clone()).unwrap();
        new.victims[1].outcome = Outcome::Dead;
        new.victims[1].class = VictimClass::FatalProvisional;
        set_victims(&mut db.conn, &new.case.id, &new.victims).unwrap();
        assert_eq!(victims(&mut db.conn, &new.case.id).unwrap(), new.victims);
    }
}

#[test]
fn clocks_are_stopped_and_extended_in_place() {
    for mut db in TestDb::all() {
        let new = new_case("2026-03-02T09:00:00+07:00", &["L19"]);
        insert(&mut db.conn, new.clone()).unwrap();
        let mut k3 = new.clocks[0].clone();
        limits::stop(&mut k3, at("2026-03-17T08:00:00+07:00"), "announced");
        clocks::update(&mut db.conn, &new.case.id, std::slice::from_ref(&k3)).unwrap();
        assert_eq!(clocks::list(&mut db.conn, &new.case.id).unwrap(), [k3]);
    }
}

#[test]
fn a_timeline_is_only_ever_added_to() {
    for mut db in TestDb::all() {
        let new = new_case("2026-03-02T09:00:00+07:00", &["L19"]);
        insert(&mut db.conn, new.clone()).unwrap();
        assert!(
            db.conn
                .execute_sql("UPDATE case_events SET actor = 'x'")
                .is_err()
        );
        assert!(db.conn.execute_sql("DELETE FROM case_events").is_err());
        assert_eq!(timeline(&mut db, &new.case), [declared(&new.case)]);
    }
}

#[test]
fn pages_by_key_show_every_case_once_in_both_orders() {
    for mut db in TestDb::all() {
        // Same due moment for some, so that the id decides; distinct receipts.
        for n in 0..23 {
            let mut new = new_case(&format!("2026-03-02T09:{n:02}:00+07:00"), &["L19", "P19"]);
            new.case.due_at = at(&format!("2026-04-{:02}T23:59:59+07:00", 1 + n / 5));
            if n % 7 == 3 {
                new.case.due_at = NO_DUE;
            }
            insert(&mut db.conn, new.clone()).unwrap();
        }
        insert(
            &mut db.conn,
            new_case("2026-03-02T10:00:00+07:00", &["L20"]),
        )
        .unwrap();
        for sort in [Sort::Due, Sort::Newest] {
            let sights = [
                audience(&["L19"]),
                audience(&["L19", "P19"]),
                audience(&["L20"]),
                Sight::All,
            ];
            for (sight, expected) in sights.into_iter().zip([23, 23, 1, 24]) {
                let mut filter = QueueFilter {
                    sort,
                    limit: 4,
                    ..filter()
                };
                let mut seen = Vec::new();
                loop {
                    let now = at("2026-03-20T09:00:00+07:00");
                    let (lines, next) = page(&mut db.conn, &sight, &filter, now).unwrap();
                    assert!(lines.len() <= 4);
                    seen.extend(lines);
                    let Some(position) = next else { break };
                    filter.after = Some(position);
                }
                let keys: Vec<_> = seen
                    .iter()
                    .map(|line| match sort {
                        Sort::Due => (line.due_at.unwrap_or(NO_DUE), line.id.as_str()),
                        Sort::Newest => (line.received_at, line.id.as_str()),
                    })
                    .collect();
                let in_order = keys.windows(2).all(|pair| match sort {
                    Sort::Due => pair[0] < pair[1],
                    Sort::Newest => pair[0] > pair[1],
                });
                assert!(in_order, "{sort:?} {sight:?}");
                assert_eq!(keys.len(), expected, "{sort:?} {sight:?}");
            }
        }
    }
}

#[test]
fn each_filter_keeps_what_it_names() {
    for mut db in TestDb::all() {
        let mut urgent = new_case("2026-03-02T09:00:00+07:00", &["L19"]);
        urgent.case.due_at = at("2026-03-10T23:59:59+07:00");
        urgent.case.assigned_to = Some("Đào Văn Tám".to_owned());
        urgent.case.search_key = "tn1 xa cam giang gach song cau".to_owned();
        let mut light = new_case("2026-03-03T09:00:00+07:00", &["L19"]);
        light.case.class = CaseClass::Light;
        light.case.status = CaseStatus::Received;
        light.case.commune_code = "02009".to_owned();
        light.case.due_at = at("2026-03-25T23:59:59+07:00");
        light.case.search_key = "tn2 xa my thanh may bac kan".to_owned();
        insert(&mut db.conn, urgent.clone()).unwrap();
        insert(&mut db.conn, light.clone()).unwrap();
        let words = |text: &str| text.split(' ').map(str::to_owned).collect();
        let some = |text: &str| Some(text.to_owned());
        let (both, first, second, none) =
            ([true, true], [true, false], [false, true], [false, false]);
        let table = [
            (filter(), both),
            (
                QueueFilter {
                    status: StatusFilter::Exactly(CaseStatus::Received),
                    ..filter()
                },
                second,
            ),
            (
                QueueFilter {
                    status: StatusFilter::Exactly(CaseStatus::NotWorkAccident),
                    ..filter()
                },
                none,
            ),
            (
                QueueFilter {
                    class: Some(CaseClass::Fatal),
                    ..filter()
                },
                first,
            ),
            (
                QueueFilter {
                    due_before: Some(at("2026-03-25T23:59:59+07:00")),
                    ..filter()
                },
                first,
            ),
            (
                QueueFilter {
                    overdue: Some(true),
                    ..filter()
                },
                first,
            ),
            (
                QueueFilter {
                    overdue: Some(false),
                    ..filter()
                },
                second,
            ),
            (
                QueueFilter {
                    assigned_to: some("Đào Văn Tám"),
                    ..filter()
                },
                first,
            ),
            (
                QueueFilter {
                    words: words("giang cam"),
                    ..filter()
                },
                first,
            ),
            (
                QueueFilter {
                    words: words("tn2"),
                    ..filter()
                },
                second,
            ),
            (
                QueueFilter {
                    words: words("cam kan"),
                    ..filter()
                },
                none,
            ),
            (
                QueueFilter {
                    commune: some("02009"),
                    ..filter()
                },
                second,
            ),
            (
                QueueFilter {
                    province: some("19"),
                    ..filter()
                },
                both,
            ),
            (
                QueueFilter {
                    province: some("20"),
                    ..filter()
                },
                none,
            ),
        ];
        for (filter, expected) in table {
            for sight in [audience(&["L19"]), Sight::All] {
                let found = list(&mut db, &sight, &filter);
                let seen =
                    [&urgent, &light].map(|new| found.contains(&new.case.id.as_str().to_owned()));
                assert_eq!(seen, expected, "{filter:?} {sight:?}");
            }
        }
    }
}

#[test]
fn a_later_page_may_begin_behind_the_last_case() {
    for mut db in TestDb::all() {
        insert(
            &mut db.conn,
            new_case("2026-03-02T09:00:00+07:00", &["L19"]),
        )
        .unwrap();
        let after = Some(Position {
            at: NO_DUE,
            id: CaseId::generate(),
        });
        let behind = QueueFilter { after, ..filter() };
        assert!(list(&mut db, &audience(&["L19"]), &behind).is_empty());
    }
}

#[test]
fn near_cases_are_those_of_the_commune_within_the_window_and_the_sight() {
    for mut db in TestDb::all() {
        let case = new_case("2026-03-02T09:00:00+07:00", &["L19"]);
        let mut near_by = new_case("2026-03-02T10:00:00+07:00", &["L19", "C02008"]);
        near_by.case.occurred_at += TimeDelta::hours(12);
        let mut too_late = new_case("2026-03-02T11:00:00+07:00", &["L19"]);
        too_late.case.occurred_at += TimeDelta::hours(13);
        let mut elsewhere = new_case("2026-03-02T11:00:00+07:00", &["L19"]);
        elsewhere.case.commune_code = "02009".to_owned();
        let same_person = |new: &mut NewCase| new.victims[0].citizen_id_hash = Some("h1".into());
        let mut also_elsewhere = elsewhere.clone();
        also_elsewhere.case = Case {
            receipt_no: "TN-also".into(),
            id: CaseId::generate(),
            ..elsewhere.case.clone()
        };
        also_elsewhere.events.clear();
        let mut case = case;
        for new in [&mut case, &mut near_by, &mut too_late, &mut also_elsewhere] {
            same_person(new);
        }
        for new in [&case, &near_by, &too_late, &elsewhere, &also_elsewhere] {
            insert(&mut db.conn, new.clone()).unwrap();
        }
        let mut found = |sight: &Sight| -> Vec<CaseId> {
            let window = TimeDelta::hours(12);
            let near = near(&mut db.conn, &case.case, &case.victims, &[], window, sight).unwrap();
            near.into_iter().map(|case| case.id).collect()
        };
        let both = [also_elsewhere.case.id.clone(), near_by.case.id.clone()];
        assert_eq!(found(&Sight::All), both);
        assert_eq!(found(&audience(&["L19"])), both);
        assert_eq!(found(&audience(&["C02008"])), both[1..]);
        assert_eq!(found(&audience(&["C02009"])), []);
    }
}
