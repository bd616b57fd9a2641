//! The desk of an official, from the queue to the closure, on both databases.

use std::sync::Arc;

use diesel::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    domain::victim::Outcome,
    domain::{
        access::{Actor, ActorRole, Sight, tests::actor},
        audit::Origin,
        authority::Directory,
        case::{
            CaseStatus,
            tests::{NOW, a_case, inspector, limit, sound},
        },
        classify::{CaseClass, Contradiction},
        clocks::{
            ClockId,
            limits::k2,
            nearest_due,
            tests::{at, law, new_law},
        },
        codes::Codes,
        decide::{PlaceShown, World},
        declaration::Casualties,
        investigation::{Investigation, InvestigationLevel},
        place::{Places, Unit, UnitName},
    },
    sealing::tests::{a_source, some_keys},
    service::keys,
    store::{cases::NewCase, schema::outbox, testing::TestDb},
};
use crate::{service::audit::Notes, store::alerts};

pub(crate) fn commune(code: &str, province: &str) -> Unit {
    Unit {
        level: UnitLevel::Commune,
        code: code.to_owned(),
        valid_from: "2025-07-01".parse().unwrap(),
        valid_to: None,
        name: format!("Số {code}"),
        full_name: format!("Xã Số {code}"),
        kind: "xã".into(),
        province_code: province.to_owned(),
        district_code: None,
        source: "test".into(),
    }
}

pub(crate) fn ctx(actor: Actor) -> Ctx {
    let units = vec![commune("02008", "19"), commune("02009", "20")];
    let places = Places::new(units, Vec::new());
    let world = World {
        directory: Directory::new(Vec::new(), &places).into(),
        places: places.into(),
        law: new_law().into(),
        codes: Codes::built_in().into(),
    };
    Ctx {
        actor,
        now: at(NOW),
        world: Arc::new(world),
        operator_mail: None,
        keys: Arc::new(some_keys()),
        origin: Origin::default(),
        notes: Notes::default(),
        latest_root: None,
    }
}

fn decision(today: &[&str]) -> Decision {
    let unit = |code: &&str| UnitName {
        code: (*code).to_owned(),
        name: format!("Số {code}"),
        full_name: format!("Xã Số {code}"),
        valid_from: "2025-07-01".parse().unwrap(),
        valid_to: None,
    };
    Decision {
        victims: Vec::new(),
        counts: Casualties {
            dead: 1,
            ..Casualties::default()
        },
        case_class: CaseClass::Fatal,
        class_basis: Vec::new(),
        recipients: Vec::new(),
        form: None,
        form_basis: None,
        investigation: Investigation {
            level: InvestigationLevel::Provincial,
            limit_days: Some(30),
            basis: Vec::new(),
        },
        clocks: Vec::new(),
        not_started: Vec::new(),
        late: None,
        place: PlaceShown {
            name: "Xã Cẩm Giàng, Huyện Bạch Thông, Tỉnh Bắc Kạn".to_owned(),
            code: "02008".to_owned(),
            valid_from: None,
            today: today.iter().map(unit).collect(),
        },
        territory_on: None,
        provinces: vec!["19".to_owned()],
        missing: Vec::new(),
        contradictions: vec![Contradiction {
            pointer: "/accident/place/commune_code".to_owned(),
            code: ContradictionCode::PlaceDivided,
            readings: Vec::new(),
        }],
    }
}

/// A fatal case in `status`, seen by the labour authority of province 19.
pub(crate) fn opened(db: &mut TestDb, status: CaseStatus, audiences: &[&str]) -> Case {
    let mut case = a_case(status, CaseClass::Fatal, InvestigationLevel::Provincial);
    // Older than sealing: the first step gives it its key.
    case.decision = serde_json::to_string(&decision(&["02008", "02009"]))
        .unwrap()
        .into();
    let clocks = vec![limit(30), k2(case.received_at, law()).unwrap()];
    case.due_at = nearest_due(&clocks);
    let new = NewCase {
        case: case.clone(),
        audiences: audiences.iter().map(|key| (*key).to_owned()).collect(),
        candidates: BTreeSet::new(),
        victims: vec![CaseVictim {
            no: 1,
            class: VictimClass::Fatal,
            outcome: Outcome::Dead,
            employment: Some(Employment::Contract),
            sex: None,
            birth_year: None,
            citizen_id_hash: None,
        }],
        clocks,
        events: Vec::new(),
        marks: crate::store::search::Marks::default(),
        likeness: Vec::new(),
    };
    // The database knows the key that [`ctx`] holds.
    keys::open(&mut db.conn, &a_source(), at(NOW)).unwrap();
    db.conn.write(|tx| cases::insert(tx, new)).unwrap();
    case
}

fn step(case: &Case, step: Step, body: Value) -> TakeStep {
    TakeStep {
        case: case.id.clone(),
        step,
        body,
    }
}

fn take(db: &mut TestDb, ctx: &Ctx, cmd: &TakeStep) -> Result<CaseDetail> {
    db.conn.write(|tx| take_step(tx, ctx, cmd))
}

#[test]
fn an_inspector_brings_a_fatal_case_from_the_queue_to_closure() {
    for mut db in TestDb::all() {
        let ctx = ctx(inspector());
        let case = opened(&mut db, CaseStatus::Declared, &["L19"]);
        let page = queue(&mut db.conn, &ctx, &QueueParams::default()).unwrap();
        assert_eq!(page.items[0].id, case.id);
        assert_eq!(page.next, None);

        let steps = [
            Step::Receive,
            Step::Classify,
            Step::SendToScene,
            Step::FormTeam,
            Step::StartInvestigation,
            Step::Extend,
            Step::DraftMinutes,
            Step::Announce,
            Step::DispatchMinutes,
            Step::ConfirmPosting,
            Step::ReleaseScene,
            Step::EnterRegister,
            Step::CheckFile,
            Step::DecideBenefits,
            Step::Close,
        ];
        let mut seen = detail(&mut db.conn, &ctx, &case.id).unwrap();
        for next in steps {
            assert!(
                seen.allowed.iter().any(|allowed| allowed.step == next),
                "{next}"
            );
            let cmd = step(&case, next, sound(next, seen.case.version));
            seen = take(&mut db, &ctx, &cmd).unwrap();
        }
        assert_eq!(seen.case.status, CaseStatus::Closed);
        let way_back: Vec<_> = seen.allowed.iter().map(|allowed| allowed.step).collect();
        assert_eq!(
            way_back,
            [
                Step::PayBenefits,
                Step::SendBenefitFile,
                Step::ReceiveComplaint,
                Step::Archive
            ]
        );
        // The benefits were decided, not yet paid: of all duties these two outlive the case.
        let duties = seen.clocks.iter().filter(|clock| clock.id.is_duty());
        let running: Vec<_> = duties.filter(|clock| clock.is_running()).collect();
        let ids: Vec<_> = running.iter().map(|clock| clock.id).collect();
        assert_eq!(ids, ClockId::OUTLIVING);
        assert_eq!(
            Some(seen.case.due_at),
            running.iter().map(|clock| clock.due_raw).min()
        );
        let actions: Vec<_> = seen
            .events
            .iter()
            .map(|event| event.action.as_str())
            .collect();
        assert_eq!(actions, steps.map(Step::as_str));
        let open = QueueParams {
            status: Some("open".into()),
            ..QueueParams::default()
        };
        assert!(queue(&mut db.conn, &ctx, &open).unwrap().items.is_empty());
    }
}

#[test]
fn another_province_does_not_find_the_case_and_other_roles_may_not_ask() {
    for mut db in TestDb::all() {
        let case = opened(&mut db, CaseStatus::Declared, &["L19"]);
        let stranger = ctx(actor(ActorRole::Inspector, "20", "", ""));
        let cmd = step(&case, Step::Receive, sound(Step::Receive, 1));
        assert!(matches!(
            detail(&mut db.conn, &stranger, &case.id),
            Err(AppError::NotFound(_))
        ));
        assert!(matches!(
            take(&mut db, &stranger, &cmd),
            Err(AppError::NotFound(_))
        ));
        let operator = ctx(actor(ActorRole::Operator, "19", "02008", ""));
        let refused = queue(&mut db.conn, &operator, &QueueParams::default());
        assert!(matches!(refused, Err(AppError::Forbidden(_))));
        assert!(matches!(
            detail(&mut db.conn, &operator, &case.id),
            Err(AppError::Forbidden(_))
        ));
        // An employer has cases of its own, and this is the province's.
        let employer = ctx(actor(ActorRole::Employer, "", "", "0101234567"));
        let page = queue(&mut db.conn, &employer, &QueueParams::default()).unwrap();
        assert!(page.items.is_empty());
        assert!(matches!(
            detail(&mut db.conn, &employer, &case.id),
            Err(AppError::NotFound(_))
        ));
    }
}

#[test]
fn a_stale_version_a_wrong_state_and_a_wrong_role_change_nothing() {
    for mut db in TestDb::all() {
        let inspector = ctx(inspector());
        let police = ctx(actor(ActorRole::Police, "19", "", ""));
        let case = opened(&mut db, CaseStatus::Declared, &["L19", "P19"]);
        let stale = step(&case, Step::Receive, sound(Step::Receive, 7));
        assert!(matches!(
            take(&mut db, &inspector, &stale),
            Err(AppError::Conflict("stale_version"))
        ));
        let early = step(&case, Step::Close, sound(Step::Close, 1));
        assert!(matches!(
            take(&mut db, &inspector, &early),
            Err(AppError::Conflict("not_in_this_state"))
        ));
        let theirs = step(&case, Step::Withdraw, sound(Step::Withdraw, 1));
        assert!(matches!(
            take(&mut db, &police, &theirs),
            Err(AppError::Forbidden("role_not_allowed"))
        ));
        let faulty = step(&case, Step::Withdraw, json!({"seen_version": 1}));
        assert!(
            matches!(take(&mut db, &inspector, &faulty), Err(AppError::Invalid(faults)) if faults.len() == 1)
        );
        let after = detail(&mut db.conn, &inspector, &case.id).unwrap();
        assert_eq!((after.case.version, after.events.len()), (1, 0));
    }
}

#[test]
fn of_two_inspectors_at_once_one_is_told_to_read_again() {
    for mut db in TestDb::all() {
        let ctx = ctx(inspector());
        let case = opened(&mut db, CaseStatus::Declared, &["L19"]);
        let racers: Vec<_> = (0..4)
            .map(|_| {
                let (mut conn, ctx) = (db.connect(), ctx.clone());
                let cmd = step(&case, Step::Receive, sound(Step::Receive, 1));
                std::thread::spawn(move || conn.write(|tx| take_step(tx, &ctx, &cmd)))
            })
            .collect();
        let answers: Vec<_> = racers
            .into_iter()
            .map(|racer| racer.join().unwrap())
            .collect();
        let won = answers.iter().filter(|answer| answer.is_ok()).count();
        let told = answers
            .iter()
            .filter(|answer| matches!(answer, Err(AppError::Conflict("stale_version"))))
            .count();
        assert_eq!((won, told), (1, 3));
        assert_eq!(
            detail(&mut db.conn, &ctx, &case.id).unwrap().events.len(),
            1
        );
    }
}

#[test]
fn a_duplicate_names_a_case_that_exists_and_is_itself_none() {
    for mut db in TestDb::all() {
        let ctx = ctx(inspector());
        let case = opened(&mut db, CaseStatus::Declared, &["L19"]);
        let other = opened(&mut db, CaseStatus::Declared, &["L19"]);
        let hidden = opened(&mut db, CaseStatus::Declared, &["L20"]);
        let seen = detail(&mut db.conn, &ctx, &case.id).unwrap();
        let alike: Vec<_> = seen
            .possible_duplicates
            .iter()
            .map(|found| &found.case_id)
            .collect();
        assert_eq!(alike, [&other.id]);

        let of = |id: &CaseId| {
            let body = json!({"seen_version": 1, "of_case": id.as_str(), "reason": "một vụ"});
            step(&case, Step::MarkDuplicate, body)
        };
        for wrong in [&case.id, &hidden.id, &CaseId::generate()] {
            assert!(matches!(
                take(&mut db, &ctx, &of(wrong)),
                Err(AppError::Invalid(_))
            ));
        }
        let done = take(&mut db, &ctx, &of(&other.id)).unwrap();
        assert_eq!(done.case.status, CaseStatus::Duplicate);
        assert_eq!(done.case.ended_because.as_deref(), Some("duplicate"));
    }
}

#[test]
fn a_case_that_is_withdrawn_takes_its_waiting_alerts_with_it() {
    for mut db in TestDb::all() {
        let ctx = ctx(inspector());
        let case = opened(&mut db, CaseStatus::Received, &["L19"]);
        let sql = format!(
            "INSERT INTO alerts (id, case_id, role, duty, basis, created_at) \
             VALUES ('a-{0}', '{0}', 'LOCAL_POLICE', 'must_receive', '[]', '2026-03-02 02:00:00'); \
             INSERT INTO outbox (id, alert_id, case_id, recipient, dedup_key, status, created_at, due_at, attempts) \
             VALUES ('m-{0}', 'a-{0}', '{0}', 'ca@tn.test', 'k-{0}', 'queued', '2026-03-02 02:00:00', '2026-03-02 02:00:00', 0);",
            case.id
        );
        db.conn.execute_sql(&sql).unwrap();
        let cmd = step(&case, Step::Withdraw, sound(Step::Withdraw, 1));
        take(&mut db, &ctx, &cmd).unwrap();
        let alerts = alerts::list(&mut db.conn, &case.id).unwrap();
        assert!(alerts.iter().all(|alert| alert.ended.is_some()));
        let status: String = outbox::table
            .select(outbox::status)
            .first(&mut db.conn)
            .unwrap();
        assert_eq!(status, "withdrawn");
    }
}

#[test]
fn whoever_chooses_the_place_leaves_it_to_that_commune() {
    for mut db in TestDb::all() {
        let ctx = ctx(inspector());
        let case = opened(
            &mut db,
            CaseStatus::Received,
            &["L19", "L20", "C02008", "C02009", "P20"],
        );
        let seen = detail(&mut db.conn, &ctx, &case.id).unwrap();
        let offered = seen
            .allowed
            .iter()
            .find(|allowed| allowed.step == Step::ChoosePlace)
            .unwrap();
        assert_eq!(offered.fields[0].values, ["02008", "02009"]);

        let mut body = sound(Step::ChoosePlace, 1);
        body["commune_code"] = json!("02008");
        let after = take(&mut db, &ctx, &step(&case, Step::ChoosePlace, body)).unwrap();
        assert_eq!(
            (
                after.case.commune_code.as_str(),
                after.case.province_code.as_str()
            ),
            ("02008", "19")
        );
        let decision = after.decision.unwrap();
        assert_eq!(decision.place.today.len(), 1);
        assert!(decision.contradictions.is_empty());
        let seen_by = cases::audiences(&mut db.conn, &case.id).unwrap();
        assert_eq!(seen_by.into_iter().collect::<Vec<_>>(), ["C02008", "L19"]);
        assert!(
            !after
                .allowed
                .iter()
                .any(|allowed| allowed.step == Step::ChoosePlace)
        );
    }
}

#[test]
fn whoever_gives_a_case_away_is_told_that_it_is_done() {
    for mut db in TestDb::all() {
        let ctx = ctx(inspector());
        let case = opened(&mut db, CaseStatus::Received, &["L19", "L20"]);
        let mut body = sound(Step::ChoosePlace, 1);
        body["commune_code"] = json!("02009");
        let after = take(&mut db, &ctx, &step(&case, Step::ChoosePlace, body)).unwrap();
        assert_eq!(after.case.province_code, "20");
        assert!(matches!(
            detail(&mut db.conn, &ctx, &case.id),
            Err(AppError::NotFound(_))
        ));
        assert!(
            cases::find(&mut db.conn, &case.id, &Sight::All)
                .unwrap()
                .is_some()
        );
    }
}

#[test]
fn a_page_leads_to_the_next_by_its_cursor() {
    for mut db in TestDb::all() {
        let ctx = ctx(inspector());
        for _ in 0..5 {
            opened(&mut db, CaseStatus::Declared, &["L19"]);
        }
        let mut params = QueueParams {
            limit: Some("2".to_owned()),
            ..QueueParams::default()
        };
        let mut sizes = Vec::new();
        loop {
            let page = queue(&mut db.conn, &ctx, &params).unwrap();
            sizes.push(page.items.len());
            if page.next.is_none() {
                break;
            }
            params.cursor = page.next;
        }
        assert_eq!(sizes, [2, 2, 1]);
    }
}
