use proptest::prelude::*;

use super::*;
use crate::{
    domain::{
        deadline::tests::calendar_2026,
        law::{DateBasis, Rule},
    },
    time::end_of_day_in_vietnam,
};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn rule(key: &str, outcome: &str, days: i32) -> Rule {
    Rule {
        rule_id: format!("reminder.{key}.{days}"),
        decides: Subject::Reminder,
        rank: 10,
        key: key.to_owned(),
        facts: Vec::new(),
        outcome: outcome.to_owned(),
        days: Some(days),
        date_basis: DateBasis::Step,
        valid_from: day("2016-07-01"),
        valid_to: None,
        article: "Mặc định của hệ thống".to_owned(),
        confidence: "D".to_owned(),
        note: String::new(),
    }
}

/// As they are shipped.
fn shipped() -> Vec<Rule> {
    let mut rules: Vec<Rule> = [3, 1, 0, -1, -3]
        .into_iter()
        .map(|days| rule("any", "once", days))
        .collect();
    rules.push(rule("any", "repeat", -7));
    rules
}

fn stages(rules: Vec<Rule>) -> Stages {
    Stages::on(&Law::new(rules), day("2026-05-01"))
}

fn calendar() -> Holidays {
    Holidays::of(&calendar_2026())
}

fn limit(no: usize, due: NaiveDate) -> Limit {
    Limit {
        case_id: CaseId::from(format!("case-{no:04}")),
        receipt_no: format!("TNLD-{no:04}"),
        place: "Phường Tuy Hòa, Tỉnh Đắk Lắk".to_owned(),
        class: CaseClass::Fatal,
        status: CaseStatus::Investigating,
        has_ended: false,
        clock: ClockId::K3,
        round: 1,
        due_raw: end_of_day_in_vietnam(due),
        due_rolled: end_of_day_in_vietnam(due),
        stopped_at: None,
        article: "Luật ATVSLĐ Điều 35.6".to_owned(),
    }
}

fn post(no: usize) -> Addressee {
    Addressee::Post(PostId::from(format!("post-{no}")))
}

/// The days of 2026 on which a limit that ends on `due` is named.
fn told(stages: &Stages, clock: ClockId, due: &str) -> Vec<String> {
    let days = day("2026-01-01").iter_days().take(365);
    days.filter(|on| stages.name(clock, day(due), *on, &calendar()))
        .map(|on| on.format("%m-%d").to_string())
        .take(8)
        .collect()
}

#[test]
fn a_limit_is_named_before_on_and_after_its_day_and_then_every_week() {
    // A Thursday; what is said after it falls on a Sunday as well.
    assert_eq!(
        told(&stages(shipped()), ClockId::K3, "2026-06-11"),
        [
            "06-08", "06-10", "06-11", "06-12", "06-14", "06-18", "06-25", "07-02"
        ]
    );
}

#[test]
fn what_falls_on_days_off_is_told_on_the_last_working_day_before_them() {
    // Tết is off from 14 to 22 February: three days and one day before the 19th are told on the 13th.
    let found = told(&stages(shipped()), ClockId::K3, "2026-02-19");
    assert_eq!(&found[..4], ["02-13", "02-19", "02-20", "02-22"]);
    // A Monday: of the three days before, Friday; of the one day before, a Sunday, Friday as well.
    let found = told(&stages(shipped()), ClockId::K3, "2026-06-15");
    assert_eq!(&found[..3], ["06-12", "06-15", "06-16"]);
}

#[test]
fn rules_of_a_clock_stand_in_place_of_those_for_any() {
    let mut rules = shipped();
    rules.push(rule("K2", "once", 0));
    let stages = stages(rules);
    assert_eq!(told(&stages, ClockId::K2, "2026-06-11"), ["06-11"]);
    assert_eq!(told(&stages, ClockId::K4, "2026-06-11").len(), 8);
}

#[test]
fn the_shipped_rules_are_these() {
    let rules = crate::service::rules::shipped();
    let wanted = rules
        .into_iter()
        .filter(|rule| rule.decides == Subject::Reminder);
    let stages = stages(wanted.collect());
    let of = |clock| told(&stages, clock, "2026-06-11");
    assert_eq!(
        of(ClockId::K3),
        told(&self::stages(shipped()), ClockId::K3, "2026-06-11")
    );
    assert_eq!(of(ClockId::K2)[..4], ["06-12", "06-14", "06-18", "06-25"]);
}

#[test]
fn without_rules_nobody_is_reminded() {
    let none = stages(Vec::new());
    assert!(told(&none, ClockId::K3, "2026-06-11").is_empty());
    let day = day("2026-06-11");
    assert!(digests([(limit(1, day), post(1))], &none, day, &calendar()).is_empty());
}

#[test]
fn what_rests_is_not_named() {
    let on = day("2026-06-11");
    let rests = [
        Limit {
            stopped_at: Some(end_of_day_in_vietnam(on)),
            ..limit(1, on)
        },
        Limit {
            has_ended: true,
            ..limit(2, on)
        },
        Limit {
            status: CaseStatus::Suspended,
            ..limit(3, on)
        },
    ];
    let limits = rests.map(|limit| (limit, post(1)));
    assert!(digests(limits, &stages(shipped()), on, &calendar()).is_empty());
}

#[test]
fn the_nearest_comes_first_and_what_is_over_before_what_comes() {
    let on = day("2026-06-10");
    let dues = [
        "2026-06-13",
        "2026-06-11",
        "2026-06-03",
        "2026-06-09",
        "2026-06-10",
    ];
    let limits = dues.iter().enumerate();
    let limits = limits.map(|(no, due)| (limit(no, day(due)), post(1)));
    let made = digests(limits, &stages(shipped()), on, &calendar());
    let order: Vec<String> = made[0]
        .limits
        .iter()
        .map(|limit| day_in_vietnam(limit.due_raw).to_string())
        .collect();
    assert_eq!(
        order,
        [
            "2026-06-10",
            "2026-06-09",
            "2026-06-11",
            "2026-06-13",
            "2026-06-03"
        ]
    );
}

#[test]
fn whoever_takes_the_case_further_is_in_charge() {
    let told = |roles: &[Role]| {
        let told = roles.iter().map(|role| (*role, role.to_string()));
        told.collect::<Vec<_>>()
    };
    let all = told(&[
        Role::LocalPolice,
        Role::CommunePc,
        Role::LabourMinistry,
        Role::ProvincialLabourAuthority,
    ]);
    let who = |level, told: &[(Role, String)]| in_charge(level, told).map(str::to_owned);
    let labour = Some(Role::ProvincialLabourAuthority.to_string());
    assert_eq!(who(InvestigationLevel::Provincial, &all), labour);
    assert_eq!(who(InvestigationLevel::Facility, &all), labour);
    assert_eq!(
        who(InvestigationLevel::CommuneRecord, &all),
        Some(Role::CommunePc.to_string())
    );
    assert_eq!(
        who(InvestigationLevel::Central, &all),
        Some(Role::LabourMinistry.to_string())
    );
    let police = told(&[Role::LocalPolice]);
    assert_eq!(who(InvestigationLevel::Provincial, &police), None);
}

#[test]
fn the_hour_is_a_rule_and_seven_without_one() {
    let on = day("2026-06-11");
    let with = |hours: &[i32]| {
        let rules = hours.iter().map(|hour| Rule {
            decides: Subject::Value,
            ..rule("reminder.hour", "", *hour)
        });
        hour(&Law::new(rules.collect()), on)
    };
    assert_eq!(with(&[8]), 8);
    assert_eq!(with(&[]), 7);
}

/// What is due, stopped and assigned in any way.
fn any_limits() -> impl Strategy<Value = Vec<(Limit, Addressee)>> {
    let one = (
        0_u64..200,
        0_usize..4,
        0_usize..3,
        prop::option::of(0_u64..200),
    );
    prop::collection::vec(one, 0..60).prop_map(|all| {
        let begin = day("2026-01-20");
        let limits = all.into_iter().enumerate();
        limits
            .map(|(no, (due, to, clock, stopped))| {
                let mut limit = limit(no, begin + Days::new(due));
                limit.clock = ClockId::ALL[clock];
                limit.stopped_at = stopped.map(|at| end_of_day_in_vietnam(begin + Days::new(at)));
                (limit, post(to))
            })
            .collect()
    })
}

proptest! {
    #[test]
    fn a_day_has_one_mail_for_each_post_and_names_a_limit_at_most_once(
        limits in any_limits(), offset in 0_u64..250
    ) {
        let on = day("2026-01-20") + Days::new(offset);
        let made = digests(limits.clone(), &stages(shipped()), on, &calendar());
        let to: BTreeSet<&Addressee> = made.iter().map(|digest| &digest.to).collect();
        prop_assert_eq!(to.len(), made.len());
        let named: Vec<&CaseId> = made.iter().flat_map(|d| &d.limits).map(|l| &l.case_id).collect();
        prop_assert_eq!(named.iter().collect::<BTreeSet<_>>().len(), named.len());
        for digest in &made {
            prop_assert!(!digest.limits.is_empty());
            for limit in &digest.limits {
                prop_assert!(limit.runs());
                prop_assert!(limits.contains(&(limit.clone(), digest.to.clone())));
            }
        }
    }

    #[test]
    fn every_overdue_limit_that_runs_is_named_on_its_days_also_on_days_off(
        limits in any_limits(), offset in 0_u64..250
    ) {
        let on = day("2026-01-20") + Days::new(offset);
        let made = digests(limits.clone(), &stages(shipped()), on, &calendar());
        let named: BTreeSet<&CaseId> = made.iter().flat_map(|d| &d.limits).map(|l| &l.case_id).collect();
        for (limit, _) in &limits {
            let past = (on - day_in_vietnam(limit.due_raw)).num_days();
            let is_its_day = [0, 1, 3].contains(&past) || (past > 0 && past % 7 == 0);
            if past >= 0 {
                prop_assert_eq!(named.contains(&limit.case_id), limit.runs() && is_its_day);
            }
        }
    }

    #[test]
    fn a_limit_is_told_before_its_day_on_a_working_day(due in 30_u64..300, early in 1_i32..10) {
        let due = day("2026-01-01") + Days::new(due);
        let stages = stages(vec![rule("any", "once", early)]);
        let days = day("2025-12-01").iter_days().take(400);
        let told: Vec<NaiveDate> = days
            .filter(|on| stages.name(ClockId::K3, due, *on, &calendar()))
            .collect();
        prop_assert_eq!(told.len(), 1);
        prop_assert!(calendar().is_working_day(told[0]));
        prop_assert!((due - told[0]).num_days() >= i64::from(early));
    }

    #[test]
    fn the_database_is_asked_for_every_day_that_may_be_named(
        offset in 0_u64..300, due in 0_u64..300, clock in 0_usize..3
    ) {
        let oldest = day("2025-06-01");
        let (on, due) = (day("2026-01-01") + Days::new(offset), oldest + Days::new(due * 2));
        let mut rules = shipped();
        rules.push(rule("K2", "once", 5));
        let stages = stages(rules);
        if stages.name(ClockId::ALL[clock], due, on, &calendar()) {
            prop_assert!(stages.due_days(on, oldest, &calendar()).contains(&due));
        }
    }
}
