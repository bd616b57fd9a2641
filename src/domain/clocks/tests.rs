//! Limits with real holidays, leap days and midnight in Việt Nam.

use std::sync::LazyLock;

use chrono::TimeDelta;
use proptest::prelude::*;

use super::{limits::k2, *};
use crate::domain::{
    deadline::tests::{calendar_2026, day},
    law::{DateBasis, Rule, Subject},
};

pub(crate) fn value_row(key: &str, number: i32) -> Rule {
    Rule {
        rule_id: key.to_owned(),
        decides: Subject::Value,
        rank: 0,
        key: key.to_owned(),
        facts: Vec::new(),
        outcome: String::new(),
        days: Some(number),
        date_basis: DateBasis::Step,
        valid_from: day("2016-07-01"),
        valid_to: None,
        article: format!("article of {key}"),
        confidence: "T".to_owned(),
        note: String::new(),
    }
}

static LAW: LazyLock<Law> = LazyLock::new(new_law);

/// A small law.
pub(crate) fn new_law() -> Law {
    Law::new(new_rows())
}

/// Its rows.
pub(crate) fn new_rows() -> Vec<Rule> {
    let mut rows = calendar_2026();
    rows.extend([
        value_row("limits.scene_hours", 2),
        value_row("limits.send_minutes_working_days", 3),
        value_row("limits.extension_max_percent", 100),
        value_row("limits.police.opinion_working_days", 10),
        value_row("limits.police.answer_working_days", 10),
        value_row("limits.police.no_prosecution_hours", 24),
        value_row("limits.police.handover_days", 3),
        value_row("limits.police.handover_outer_days", 5),
        value_row("limits.police.prosecution_hours", 24),
        value_row("limits.police.conclusion_days", 2),
        value_row("limits.police.handover_after_stop_days", 3),
        value_row("limits.commune_record_days", 7),
        value_row("limits.complaint_window_days", 90),
        value_row("limits.benefits.decide_working_days", 5),
        value_row("limits.benefits.pay_days", 5),
        value_row("limits.benefits.send_file_days", 10),
        value_row("limits.register_working_days", 2),
        value_row("clock.declare_abroad.working_days", 5),
        value_row("limits.abroad.dossier_days", 5),
        value_row("limits.complaint_answer_working_days", 10),
        value_row("limits.keep_fatal_years", 15),
        value_row("limits.expertise_days", 60),
        value_row("clock.suspend.pauses", 1),
        value_row("clock.scene.stops_on_arrival", 0),
        value_row("clock.declare_immediate.breach_hours", 24),
        value_row("clock.count.first_day_excluded", 1),
    ]);
    rows
}

/// The same, made once, because random walks ask for it at every step.
pub(crate) fn law() -> &'static Law {
    &LAW
}

pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

fn basis() -> Basis {
    Basis {
        rule: "investigation.multi_serious".to_owned(),
        version: day("2016-07-01"),
        article: "L84 Điều 35.6.c".to_owned(),
        confidence: "T".to_owned(),
        facts: Vec::new(),
    }
}

fn k3_of(start: &str, days: u32) -> Clock {
    let law = law();
    k3(at(start), days, basis(), law, law.holidays()).unwrap()
}

#[test]
fn a_window_that_is_over_makes_nobody_late() {
    let duty = k3_of("2026-03-02T09:00:00+07:00", 30);
    let later = at("2026-06-01T09:00:00+07:00");
    assert_eq!(duty.state(later), ClockState::Overdue);
    for id in ClockId::WINDOWS {
        let window = Clock {
            id: *id,
            ..duty.clone()
        };
        assert_eq!(window.state(duty.starts_at), ClockState::Running);
        assert_eq!(window.state(later), ClockState::Stopped);
        assert_eq!(nearest_due(&[window]), NO_DUE);
    }
}

#[test]
fn a_limit_that_was_stored_before_limits_could_stand_still_is_read() {
    let clock = k3_of("2026-03-02T09:00:00+07:00", 30);
    let mut stored = serde_json::to_value(&clock).unwrap();
    for later in ["paused_at", "paused_days", "about"] {
        stored.as_object_mut().unwrap().remove(later);
    }
    assert_eq!(serde_json::from_value::<Clock>(stored).unwrap(), clock);
}

#[test]
fn people_are_sent_within_two_hours_also_across_midnight() {
    let clock = k2(at("2026-02-16T23:30:00+07:00"), law()).unwrap();
    assert_eq!(clock.due_raw, at("2026-02-17T01:30:00+07:00"));
    assert_eq!(clock.due_rolled, clock.due_raw);
}

#[test]
fn the_investigation_ends_with_the_last_second_of_a_legal_day() {
    let clock = k3_of("2026-03-02T09:00:00+07:00", 4);
    assert_eq!(clock.due_raw, at("2026-03-06T23:59:59+07:00"));
    assert_eq!(clock.due_rolled, clock.due_raw);
}

#[test]
fn the_legal_day_is_the_day_in_viet_nam() {
    let before_midnight = k3_of("2026-03-02T23:59:59+07:00", 7);
    let after_midnight = k3_of("2026-03-03T00:00:00+07:00", 7);
    assert_eq!(before_midnight.due_raw, at("2026-03-09T23:59:59+07:00"));
    assert_eq!(after_midnight.due_raw, at("2026-03-10T23:59:59+07:00"));
    // 16:59:59 and 17:00:00 UTC of one and the same UTC day.
    assert_eq!(
        day_in_vietnam(before_midnight.starts_at).succ_opt(),
        Some(day_in_vietnam(after_midnight.starts_at))
    );
}

#[test]
fn a_limit_that_ends_in_tet_rolls_to_the_monday_after_and_says_why() {
    let clock = k3_of("2026-01-28T08:00:00+07:00", 20);
    assert_eq!(clock.due_raw, at("2026-02-17T23:59:59+07:00"));
    assert_eq!(clock.due_rolled, at("2026-02-23T23:59:59+07:00"));
    let last = clock.derivation.last().unwrap();
    assert!(last.text_vi.contains("Tết Nguyên đán") && last.text_en.contains("Lunar New Year"));
    assert_eq!(last.value, "2026-02-23");
    assert!(clock.derivation.iter().all(|step| !step.article.is_empty()));
}

#[test]
fn a_leap_day_counts_as_a_day() {
    assert_eq!(
        k3_of("2028-02-01T08:00:00+07:00", 30).due_raw,
        at("2028-03-02T23:59:59+07:00")
    );
    assert_eq!(
        k3_of("2026-02-01T08:00:00+07:00", 30).due_raw,
        at("2026-03-03T23:59:59+07:00")
    );
}

#[test]
fn minutes_are_sent_within_three_working_days() {
    let law = law();
    let clock = limits::start(
        ClockId::K4,
        at("2026-02-12T15:00:00+07:00"),
        law,
        law.holidays(),
    )
    .unwrap();
    assert_eq!(clock.due_raw, at("2026-02-24T23:59:59+07:00"));
    assert_eq!(clock.due_rolled, clock.due_raw);
}

#[test]
fn where_the_dated_value_counts_the_first_day_the_limit_is_a_day_shorter() {
    let law = Law::new(vec![value_row("clock.count.first_day_excluded", 0)]);
    let clock = k3(
        at("2026-03-02T09:00:00+07:00"),
        4,
        basis(),
        &law,
        &Holidays::default(),
    );
    assert_eq!(clock.unwrap().due_raw, at("2026-03-05T23:59:59+07:00"));
}

#[test]
fn a_value_without_a_row_in_force_is_never_invented() {
    let law = Law::new(Vec::new());
    let refusal = k2(at("2026-03-02T09:00:00+07:00"), &law).unwrap_err();
    assert_eq!(
        refusal,
        NoRule {
            key: "limits.scene_hours",
            day: day("2026-03-02")
        }
    );
    assert!(
        limits::start(
            ClockId::K4,
            at("2026-03-02T09:00:00+07:00"),
            &law,
            &Holidays::default()
        )
        .is_err()
    );
    let before_the_law = k2(at("2016-06-30T09:00:00+07:00"), tests::law());
    assert!(before_the_law.is_err());
}

#[test]
fn an_extension_is_at_most_the_limit_itself_and_only_once() {
    let law = law();
    let holidays = law.holidays();
    let clock = k3_of("2026-03-02T09:00:00+07:00", 20);
    let now = at("2026-03-20T09:00:00+07:00");
    let too_long = extend(&clock, 21, CaseClass::MultiSerious, now, law, holidays);
    assert_eq!(too_long, Err(NoExtension::TooLong { most: 20 }));

    let longer = extend(&clock, 20, CaseClass::MultiSerious, now, law, holidays).unwrap();
    assert_eq!(longer.due_raw, at("2026-04-11T23:59:59+07:00"));
    assert_eq!(longer.due_rolled, at("2026-04-13T23:59:59+07:00"));
    assert_eq!(longer.extended_days, 20);
    let again = extend(&longer, 1, CaseClass::MultiSerious, now, law, holidays);
    assert_eq!(again, Err(NoExtension::Already));
}

#[test]
fn a_limit_that_moved_to_a_working_day_is_extended_until_then() {
    let law = law();
    let holidays = law.holidays();
    // The last day, Sunday 15 February 2026, and the days after it are off for Tết.
    let clock = k3_of("2026-01-26T09:00:00+07:00", 20);
    assert_eq!(clock.due_raw, at("2026-02-15T23:59:59+07:00"));
    assert_eq!(clock.due_rolled, at("2026-02-23T23:59:59+07:00"));
    let now = at("2026-02-18T09:00:00+07:00");
    assert_eq!(clock.state(now), ClockState::Overdue);
    let longer = extend(&clock, 20, CaseClass::MultiSerious, now, law, holidays).unwrap();
    // Counted on from the day itself: never more than the limit once more.
    assert_eq!(longer.due_raw, at("2026-03-07T23:59:59+07:00"));
    let why = &longer.derivation[clock.derivation.len()];
    assert_eq!(
        (why.value.as_str(), why.article.as_str()),
        ("2026-02-23", "Bộ luật Dân sự 2015, Điều 148.5")
    );
    assert!(why.text_en.contains("18 February 2026"), "{why:?}");
    let late = at("2026-02-24T00:00:00+07:00");
    let expired = longest_extension(&clock, CaseClass::MultiSerious, late, law);
    assert_eq!(expired, Err(NoExtension::Expired));
}

#[test]
fn no_extension_for_light_accidents_after_expiry_or_once_stopped() {
    let law = law();
    let clock = k3_of("2026-03-02T09:00:00+07:00", 4);
    let last_second = clock.due_raw;
    let light = longest_extension(&clock, CaseClass::Light, last_second, law);
    assert_eq!(light, Err(NoExtension::Light));
    assert_eq!(
        longest_extension(&clock, CaseClass::Fatal, last_second, law),
        Ok(4)
    );
    let late = last_second + TimeDelta::seconds(1);
    let expired = longest_extension(&clock, CaseClass::Fatal, late, law);
    assert_eq!(expired, Err(NoExtension::Expired));
    let mut stopped = clock;
    stop(&mut stopped, last_second, "announced");
    let over = longest_extension(&stopped, CaseClass::Fatal, last_second, law);
    assert_eq!(over, Err(NoExtension::NotRunning));
}

#[test]
fn the_nearest_running_limit_orders_the_queue() {
    let mut first = k2(at("2026-03-02T09:00:00+07:00"), law()).unwrap();
    let second = k3_of("2026-03-02T09:00:00+07:00", 30);
    assert_eq!(nearest_due(&[second.clone(), first.clone()]), first.due_raw);
    let sent_at = first.starts_at;
    stop(&mut first, sent_at, "people_sent");
    assert_eq!(nearest_due(&[second.clone(), first]), second.due_raw);
    assert_eq!(nearest_due(&[]), at("9999-12-31T00:00:00Z"));
}

proptest! {
    #[test]
    fn a_limit_in_days_never_ends_early(minutes in 0_i64..600_000, days in 0_u32..130) {
        let law = law();
        let start = at("2025-09-01T00:00:00+07:00") + TimeDelta::minutes(minutes);
        let clock = k3(start, days, basis(), law, law.holidays()).unwrap();
        prop_assert!(clock.due_raw >= start + TimeDelta::days(days.into()));
        prop_assert!(clock.due_raw < start + TimeDelta::days(i64::from(days) + 1));
        prop_assert!(clock.due_rolled >= clock.due_raw);
    }
}
