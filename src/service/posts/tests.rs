//! Posts, who holds them, and what they hold, on both databases.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::json;

use super::*;
use crate::{
    domain::{
        access::{Actor, ActorRole, Sight},
        authority::{Authority, Directory, Level, Role},
        case::{Case, CaseStatus, Step, tests::NOW},
        clocks::tests::{at, new_law},
        codes::Codes,
        decide::World,
        place::{Places, Succession, Unit, UnitLevel},
        routing::{AuthorityName, Duty},
    },
    ids::{AccountId, AlertId, CaseId, PlanId},
    service::{
        accounts::make,
        alerts::belonging,
        cases::{
            self, QueueParams, TakeStep,
            tests::{commune, ctx as ctx_of, opened},
        },
        masking,
        standings::{self, Person, Standing},
    },
    store::{
        alerts::{self, Alert, AlertEnd},
        retention,
        testing::TestDb,
    },
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn province(code: &str, from: &str, to: Option<&str>) -> Unit {
    Unit {
        level: UnitLevel::Province,
        code: code.to_owned(),
        valid_from: day(from),
        valid_to: to.map(day),
        full_name: format!("Tỉnh Số {code}"),
        kind: "tỉnh".into(),
        ..commune(code, code)
    }
}

fn authority(id: &str, role: Role, level: Level, code: &str, to: Option<&str>) -> Authority {
    Authority {
        authority_id: id.to_owned(),
        role,
        name: format!("Cơ quan {id}"),
        level,
        territory_code: code.to_owned(),
        valid_from: day("2025-07-01"),
        valid_to: to.map(day),
        emails: vec!["so@example.test".to_owned()],
        phone: "02083855555".to_owned(),
        escalates_to: None,
        sectors: Vec::new(),
    }
}

/// Province 06 became a part of 19 on 1 May 2026, after [`NOW`].
const MERGED_ON: &str = "2026-05-01";

fn world() -> World {
    let places = Places::new(
        vec![
            province("19", "2025-07-01", None),
            province("20", "2025-07-01", None),
            province("06", "2025-07-01", Some(MERGED_ON)),
            commune("02008", "19"),
        ],
        vec![Succession {
            level: UnitLevel::Province,
            old_code: "06".to_owned(),
            old_valid_from: day("2025-07-01"),
            new_code: "19".to_owned(),
            new_valid_from: day("2025-07-01"),
            extent: "whole".to_owned(),
            effective_on: day(MERGED_ON),
        }],
    );
    let labour = Role::ProvincialLabourAuthority;
    let rows = vec![
        authority("SNV-19", labour, Level::Province, "19", None),
        authority("SNV-20", labour, Level::Province, "20", None),
        authority("SNV-06", labour, Level::Province, "06", Some(MERGED_ON)),
        authority("UBX-02008", Role::CommunePc, Level::Commune, "02008", None),
    ];
    World {
        directory: Directory::new(rows, &places).into(),
        places: places.into(),
        law: new_law().into(),
        codes: Codes::built_in().into(),
    }
}

fn acting(actor: Actor, now: DateTime<Utc>) -> Ctx {
    Ctx {
        world: Arc::new(world()),
        now,
        ..ctx_of(actor)
    }
}

/// The operator, now.
fn operator() -> Ctx {
    acting(Actor::service(), at(NOW))
}

/// Somebody with an account.
fn person(tx: &mut DbConn, name: &str) -> Person {
    let email = format!("{}@so-noi-vu.test", AccountId::generate());
    let account = make(tx, &email, name, at(NOW)).unwrap().unwrap();
    Person {
        account: account.id,
        name: name.to_owned(),
    }
}

fn post(tx: &mut DbConn, authority: &str, kind: PostKind, holder: Option<&Person>) -> PostId {
    let body = json!({"authority_id": authority, "kind": kind, "name": format!("Vị trí {kind}")});
    let id = create(tx, &operator(), &body).unwrap().post.id;
    if let Some(person) = holder {
        let body = json!({ "account_id": person.account });
        appoint(tx, &operator(), &id, &body).unwrap();
    }
    id
}

/// `person` in its first standing.
fn as_holder(tx: &mut DbConn, person: &Person) -> Ctx {
    let ctx = operator();
    let found = standings::of(tx, &ctx.world, person, ctx.now).unwrap();
    acting(found.into_iter().next().unwrap().1, ctx.now)
}

fn faults(result: Result<impl std::fmt::Debug>) -> Vec<String> {
    match result {
        Err(AppError::Invalid(faults)) => faults.into_iter().map(|fault| fault.pointer).collect(),
        other => panic!("no faults: {other:?}"),
    }
}

#[test]
fn a_person_acts_in_each_of_its_posts_for_as_long_as_it_holds_it() {
    for mut db in TestDb::all() {
        let tx = &mut db.conn;
        let (mai, ctx) = (person(tx, "Lò Thị Mai"), operator());
        let chief = post(tx, "SNV-19", PostKind::ChiefInspector, Some(&mai));
        let official = post(tx, "UBX-02008", PostKind::CommuneOfficial, None);
        let until = ctx.now + TimeDelta::days(1);
        let body = json!({ "account_id": mai.account, "until": until });
        appoint(tx, &ctx, &official, &body).unwrap();

        let standings_at = |tx: &mut DbConn, now| {
            let found = standings::of(tx, &ctx.world, &mai, now).unwrap();
            let mut found: Vec<_> = found
                .into_iter()
                .map(|(standing, actor)| {
                    let Standing::Post(id) = standing else {
                        panic!("no post")
                    };
                    (id, actor.role, actor.province_code, actor.commune_code)
                })
                .collect();
            found.sort_by_key(|(_, role, ..)| role.as_str());
            found
        };
        let as_chief = (
            chief.clone(),
            ActorRole::Inspector,
            Some("19".to_owned()),
            None,
        );
        let as_official = (
            official.clone(),
            ActorRole::Commune,
            None,
            Some("02008".to_owned()),
        );
        assert_eq!(standings_at(tx, ctx.now), [as_official, as_chief.clone()]);
        assert_eq!(standings_at(tx, until), [as_chief]);
        let again = appoint(tx, &ctx, &chief, &json!({ "account_id": mai.account }));
        assert!(matches!(again, Err(AppError::Conflict("already_held"))));

        remove(
            tx,
            &ctx,
            &chief,
            &mai.account,
            &json!({"reason": "Chuyển công tác"}),
        )
        .unwrap();
        assert!(standings_at(tx, until).is_empty());
        let standing = Standing::Post(chief);
        let gone = standings::actor(tx, &ctx.world, &mai, &standing, ctx.now);
        assert_eq!(gone.unwrap(), None);
    }
}

#[test]
fn a_chief_keeps_the_posts_below_its_own_in_its_own_authority() {
    for mut db in TestDb::all() {
        let tx = &mut db.conn;
        let tu = person(tx, "Hà Văn Tư");
        let own = post(tx, "SNV-19", PostKind::ChiefInspector, Some(&tu));
        let foreign = post(tx, "SNV-20", PostKind::Investigator, None);
        let chief = as_holder(tx, &tu);
        let body = |authority: &str, kind: &str, grants: Value| json!({"authority_id": authority, "kind": kind, "name": "Một vị trí", "grants": grants});
        let good = body("SNV-19", "duty_officer", json!(["read_health_data"]));
        let made = create(tx, &chief, &good).unwrap();
        assert_eq!(made.post.grants, [Right::ReadHealthData]);
        for (body, expected) in [
            (body("SNV-20", "investigator", json!([])), "/authority_id"),
            (body("NOBODY", "investigator", json!([])), "/authority_id"),
            (body("SNV-19", "chief_inspector", json!([])), "/kind"),
            (
                body("SNV-19", "provincial_administrator", json!([])),
                "/kind",
            ),
            (body("SNV-19", "operator", json!([])), "/kind"),
            (body("SNV-19", "commune_official", json!([])), "/kind"),
            (
                body("SNV-19", "investigator", json!(["manage_rules"])),
                "/grants/0",
            ),
            (
                body("SNV-19", "investigator", json!(["manage_posts"])),
                "/grants/0",
            ),
        ] {
            assert_eq!(faults(create(tx, &chief, &body)), [expected], "{body}");
        }
        let reason = json!({"reason": "Sắp xếp lại"});
        let strangers = end(tx, &chief, &foreign, &reason);
        assert!(matches!(strangers, Err(AppError::NotFound("post"))));
        let of_itself = appoint(
            tx,
            &chief,
            &own,
            &json!({"account_id": AccountId::generate()}),
        );
        assert!(matches!(of_itself, Err(AppError::Forbidden(_))));
        let seen = list(tx, &chief, &PostsQuery::default()).unwrap();
        let mut authorities: Vec<_> = seen
            .items
            .iter()
            .map(|one| &one.post.authority_id)
            .collect();
        authorities.dedup();
        assert_eq!(authorities, ["SNV-19"]);
        assert_eq!(
            end(tx, &chief, &made.post.id, &reason)
                .unwrap()
                .post
                .ended_at,
            Some(chief.now)
        );
    }
}

#[test]
fn everything_that_a_post_holds_is_handed_over_in_one_step() {
    for mut db in TestDb::all() {
        let case = opened(&mut db, CaseStatus::Classified, &["L19"]);
        let tx = &mut db.conn;
        let (tu, nam) = (person(tx, "Hà Văn Tư"), person(tx, "Vi Thị Năm"));
        let chief_post = post(tx, "SNV-19", PostKind::ChiefInspector, Some(&tu));
        let from = post(tx, "SNV-19", PostKind::Investigator, Some(&nam));
        let to = post(tx, "SNV-19", PostKind::Investigator, None);
        let foreign = post(tx, "SNV-20", PostKind::Investigator, None);
        let chief = as_holder(tx, &tu);

        let assign = |post: &PostId| TakeStep {
            case: case.id.clone(),
            step: Step::Assign,
            body: json!({"seen_version": case.version, "post_id": post}),
        };
        assert_eq!(
            faults(cases::take_step(tx, &chief, &assign(&foreign))),
            ["/post_id"]
        );
        let taken = cases::take_step(tx, &chief, &assign(&from)).unwrap();
        assert_eq!(taken.assigned_post.as_ref(), Some(&from));
        assert_eq!(
            taken.case.assigned_to.as_deref(),
            Some("Vị trí investigator")
        );
        let shift = json!({
            "starts_at": chief.now, "ends_at": chief.now + TimeDelta::hours(12),
            "phone": "02083855555", "account_id": nam.account,
        });
        add_shift(tx, &chief, &from, &shift).unwrap();
        let on_duty_now = |tx: &mut DbConn| on_duty(tx, &chief, "SNV-19").unwrap();
        assert_eq!(
            on_duty_now(tx)[0].shift.account.as_ref(),
            Some(&nam.account)
        );

        let mine = |tx: &mut DbConn, who: &Ctx| {
            let params = QueueParams {
                assigned_to: Some("me".to_owned()),
                ..QueueParams::default()
            };
            cases::queue(tx, who, &params).unwrap().items.len()
        };
        let investigator = as_holder(tx, &nam);
        assert_eq!((mine(tx, &investigator), mine(tx, &chief)), (1, 0));

        let busy = end(tx, &chief, &from, &json!({"reason": "x"}));
        assert!(matches!(busy, Err(AppError::Conflict("post_holds_work"))));
        let hand =
            |to: &PostId| json!({"to_post_id": to, "reason": "Nghỉ hưu", "leaving": nam.account});
        for bad in [&foreign, &from, &PostId::generate()] {
            assert_eq!(
                faults(hand_over(tx, &chief, &from, &hand(bad))),
                ["/to_post_id"]
            );
        }
        let done = db
            .conn
            .write(|tx| hand_over(tx, &chief, &from, &hand(&to)))
            .unwrap();
        assert_eq!(
            done,
            HandedOver {
                cases: 1,
                alerts: 0,
                shifts: 1,
                tokens: 0,
                ended_tokens: 0
            }
        );
        let tx = &mut db.conn;
        let after = cases::show(tx, &chief, &case.id).unwrap();
        assert_eq!(after.assigned_post.as_ref(), Some(&to));
        let event = after.events.last().unwrap();
        assert_eq!(event.action, "handed_over");
        assert_eq!(event.reason.as_deref(), Some("Nghỉ hưu"));
        assert_eq!(event.details["from_post_id"], json!(from));
        assert_eq!(on_duty_now(tx)[0].post.id, to);
        let left = standings::of(tx, &chief.world, &nam, chief.now).unwrap();
        assert!(left.is_empty());
        end(tx, &chief, &from, &json!({"reason": "Sắp xếp lại"})).unwrap();
        assert!(show(tx, &chief, &chief_post).is_ok());
        assert!(
            crate::store::cases::find(tx, &case.id, &Sight::All)
                .unwrap()
                .is_some()
        );
    }
}

#[test]
fn posts_of_a_merged_authority_go_on_in_its_successor() {
    for mut db in TestDb::all() {
        let tx = &mut db.conn;
        let mai = person(tx, "Lò Thị Mai");
        let id = post(tx, "SNV-06", PostKind::Investigator, Some(&mai));
        let before = operator();
        assert_eq!(move_to_successors(tx, &before).unwrap(), 0);

        let after = acting(Actor::service(), at("2026-05-01T00:00:00+07:00"));
        let codes = |tx: &mut DbConn| -> Vec<Option<String>> {
            let found = standings::of(tx, &after.world, &mai, after.now).unwrap();
            found
                .into_iter()
                .map(|(_, actor)| actor.province_code)
                .collect()
        };
        assert!(
            codes(tx).is_empty(),
            "an authority that has ended gives no rights"
        );
        assert_eq!(move_to_successors(tx, &after).unwrap(), 1);
        assert_eq!(move_to_successors(tx, &after).unwrap(), 0);
        assert_eq!(codes(tx), [Some("19".to_owned())]);
        let moved = show(tx, &after, &id).unwrap();
        assert_eq!(moved.post.authority_id, "SNV-19");
        assert_eq!(moved.holders.len(), 1);
    }
}

/// An alert of a case to an authority, as it is stored.
fn alerted(tx: &mut DbConn, case: &CaseId, authority: &str) -> Alert {
    let alert = Alert {
        id: AlertId::generate(),
        case_id: case.clone(),
        role: Role::ProvincialLabourAuthority,
        authority: Some(AuthorityName {
            id: authority.to_owned(),
            name: format!("Cơ quan {authority}"),
        }),
        phone: None,
        duty: Duty::MustReceive,
        form: None,
        basis: Vec::new(),
        created_at: at(NOW),
        ended: None,
        climbs: None,
        climbed_from: None,
    };
    alerts::insert_many(tx, std::slice::from_ref(&alert)).unwrap();
    alert
}

#[test]
fn an_alert_stays_with_its_post_when_units_merge_and_so_does_the_one_after_it() {
    for mut db in TestDb::all() {
        let case = opened(&mut db, CaseStatus::Classified, &["L06"]);
        let tx = &mut db.conn;
        let id = post(tx, "SNV-06", PostKind::DutyOfficer, None);
        let other = post(tx, "SNV-19", PostKind::DutyOfficer, None);
        let first = alerted(tx, &case.id, "SNV-06");
        alert_posts::assign(tx, (&case.id, &first.id), &id, at(NOW)).unwrap();

        let after = acting(Actor::service(), at("2026-05-01T00:00:00+07:00"));
        let second = alerted(tx, &case.id, "SNV-19");
        let elsewhere = alerted(tx, &case.id, "SNV-20");
        // Whether the post has gone over already or not.
        for moved in [0, 1] {
            if moved == 1 {
                assert_eq!(move_to_successors(tx, &after).unwrap(), 1);
            }
            belonging::inherit(tx, &after, &[second.clone(), elsewhere.clone()]).unwrap();
            let theirs = alert_posts::of_post(tx, &id).unwrap();
            let theirs: Vec<&AlertId> = theirs.iter().map(|(_, alert)| alert).collect();
            assert_eq!(theirs, [&first.id, &second.id]);
        }
        alerts::end(tx, &first.id, AlertEnd::Superseded, after.now).unwrap();
        let page = held(tx, &after, &id, &HeldQuery::default()).unwrap();
        assert_eq!(page.items.len(), 1);
        assert_eq!(page.items[0].alerts[0].id, second.id);
        let hand = json!({"to_post_id": other, "reason": "Sáp nhập"});
        let done = hand_over(tx, &after, &id, &hand).unwrap();
        assert_eq!((done.cases, done.alerts), (0, 1));
        assert!(alert_posts::of_post(tx, &id).unwrap().is_empty());
        end(tx, &after, &id, &json!({"reason": "Sáp nhập"})).unwrap();
    }
}

#[test]
fn a_case_that_was_destroyed_is_held_by_no_post() {
    for mut db in TestDb::all() {
        let case = opened(&mut db, CaseStatus::Closed, &["L19"]);
        let tx = &mut db.conn;
        let id = post(tx, "SNV-19", PostKind::Investigator, None);
        posts::assign(tx, &case.id, Some(&id), at(NOW)).unwrap();
        let alert = alerted(tx, &case.id, "SNV-19");
        alert_posts::assign(tx, (&case.id, &alert.id), &id, at(NOW)).unwrap();
        let plan = PlanId::generate();
        let planned = format!(
            "INSERT INTO retention_plans (id, made_at, expires_at, made_by, items) \
             VALUES ('{plan}', '2026-01-01 00:00:00', '2026-01-02 00:00:00', 'x', '[]')"
        );
        tx.execute_sql(&planned).unwrap();
        retention::destroy(tx, &case.id, &plan, at(NOW)).unwrap();
        let page = held(tx, &operator(), &id, &HeldQuery::default()).unwrap();
        assert_eq!(page.items, []);
        end(tx, &operator(), &id, &json!({"reason": "Sáp nhập"})).unwrap();
    }
}

#[test]
fn what_a_post_holds_is_shown_page_by_page() {
    let mut db = TestDb::all().remove(0);
    let all: Vec<Case> = (0..5)
        .map(|_| opened(&mut db, CaseStatus::Classified, &["L19"]))
        .collect();
    let tx = &mut db.conn;
    let id = post(tx, "SNV-19", PostKind::Investigator, None);
    // Some are assigned, some have an alert, one both.
    for case in &all[..3] {
        posts::assign(tx, &case.id, Some(&id), at(NOW)).unwrap();
    }
    for case in &all[2..] {
        let alert = alerted(tx, &case.id, "SNV-19");
        alert_posts::assign(tx, (&case.id, &alert.id), &id, at(NOW)).unwrap();
    }
    let mut query = HeldQuery {
        limit: Some("2".into()),
        cursor: None,
    };
    let mut found = Vec::new();
    loop {
        let page = held(tx, &operator(), &id, &query).unwrap();
        assert!(page.items.len() <= 2);
        found.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            break;
        }
    }
    let ids: Vec<&CaseId> = found.iter().map(|one| &one.case).collect();
    let mut expected: Vec<&CaseId> = all.iter().map(|case| &case.id).collect();
    expected.sort();
    assert_eq!(ids, expected);
    let both = |one: &&alert_posts::HeldCase| one.is_assigned && !one.alerts.is_empty();
    assert_eq!(found.iter().filter(both).count(), 1);
}

#[test]
fn of_an_authority_that_nobody_succeeded_the_operator_hands_over() {
    let mut db = TestDb::all().remove(0);
    let case = opened(&mut db, CaseStatus::Classified, &["L20"]);
    let tx = &mut db.conn;
    let from = post(tx, "SNV-20", PostKind::Investigator, None);
    let to = post(tx, "SNV-19", PostKind::Investigator, None);
    posts::assign(tx, &case.id, Some(&from), at(NOW)).unwrap();
    let hand = json!({"to_post_id": to, "reason": "Cơ quan đã giải thể"});
    // While it is in force, nothing leaves the authority.
    assert_eq!(
        faults(hand_over(tx, &operator(), &from, &hand)),
        ["/to_post_id"]
    );
    posts::set_authority(tx, &from, "GONE").unwrap();
    assert_eq!(move_to_successors(tx, &operator()).unwrap(), 0);
    let done = hand_over(tx, &operator(), &from, &hand).unwrap();
    assert_eq!(
        done,
        HandedOver {
            cases: 1,
            alerts: 0,
            shifts: 0,
            tokens: 0,
            ended_tokens: 0
        }
    );
}

#[test]
fn who_is_on_duty_reads_no_health_data_without_a_grant() {
    let mut db = TestDb::all().remove(0);
    let tx = &mut db.conn;
    let tu = person(tx, "Hà Văn Tư");
    post(tx, "SNV-19", PostKind::DutyOfficer, Some(&tu));
    let mut duty = as_holder(tx, &tu);
    let record = json!({"victims": [{"citizen_id": "001099012345", "injuries": ["043"]}]});
    let shown = |ctx: &Ctx| {
        let mut record = record.clone();
        let masked = masking::mask(ctx, Facts::Found, &mut record, "");
        (record, masked.len())
    };
    let hidden = json!({"victims": [{"citizen_id": "001*********", "injuries": null}]});
    assert_eq!(shown(&duty), (hidden, 2));
    let grants = vec![Right::ReadHealthData, Right::ReadIdentityNumbers];
    duty.actor.post.as_mut().unwrap().grants = grants;
    assert_eq!(shown(&duty), (record.clone(), 0));
}

#[test]
fn whoever_only_looks_at_a_case_reads_no_sentence_of_what_happened() {
    use crate::domain::access::tests::in_post;

    let record = json!({"accident": {"summary": "Ngã giàn giáo, gãy chân"}});
    let masked = |kind: PostKind, grants: &[Right]| {
        let (_, role) = acts_as(kind).next().unwrap();
        let mut ctx = acting(in_post(kind, role, "19", "05701"), at(NOW));
        ctx.actor.post.as_mut().unwrap().grants = grants.to_vec();
        masking::mask(&ctx, Facts::Found, &mut record.clone(), "")
    };
    for kind in [PostKind::Union, PostKind::ZoneBoard, PostKind::Insurer] {
        assert_eq!(masked(kind, &[]), ["/accident/summary"], "{kind}");
    }
    assert!(masked(PostKind::Insurer, &[Right::ReadHealthData]).is_empty());
    for kind in [
        PostKind::ChiefInspector,
        PostKind::Investigator,
        PostKind::DutyOfficer,
        PostKind::CommuneOfficial,
        PostKind::ProvincialPoliceInvestigator,
        PostKind::Procuracy,
    ] {
        assert!(masked(kind, &[]).is_empty(), "{kind}");
    }
}

#[test]
fn an_administrator_changes_the_directory_of_its_own_province_only() {
    use crate::{
        domain::access::tests::in_post,
        service::directory::{Change, plan_change},
    };

    for mut db in TestDb::all() {
        let kind = PostKind::ProvincialAdministrator;
        let ctx = acting(in_post(kind, ActorRole::Administrator, "19", ""), at(NOW));
        let day = "2027-01-01";
        let mut plan =
            |change: Change, body| plan_change(&mut db.conn, &ctx, change, &body).map(drop);
        let end = json!({"on": day, "reason": "Sáp nhập"});
        plan(Change::End("SNV-19".into()), end.clone()).unwrap();
        plan(Change::End("UBX-02008".into()), end.clone()).unwrap();
        let refused = plan(Change::End("SNV-20".into()), end).unwrap_err();
        assert!(matches!(refused, AppError::NotFound(_)), "{refused}");
        // Neither is something added elsewhere, nor the id of another province's authority taken over.
        let add = |id: &str, level: &str, code: &str| {
            json!({
                "authority_id": id, "role": "PROVINCIAL_HEALTH", "name": "Sở Y tế", "level": level,
                "territory_code": code, "valid_from": day, "emails": ["syt@example.test"],
                "reason": "Thành lập",
            })
        };
        plan(Change::Add, add("SYT-19", "province", "19")).unwrap();
        let elsewhere = plan(Change::Add, add("SYT-20", "province", "20"));
        assert_eq!(faults(elsewhere), ["/territory_code"]);
        let country = plan(Change::Add, add("SYT", "country", "VN"));
        assert_eq!(faults(country), ["/territory_code"]);
        let theirs = plan(Change::Add, add("SNV-20", "province", "19"));
        assert_eq!(faults(theirs), ["/valid_from"], "it is in force there");
    }
}
