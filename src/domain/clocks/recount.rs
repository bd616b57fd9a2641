//! A limit counted again after the law or the calendar changed (`accidents.md` 7.4: open clocks only, and the
//! old value is kept).

use chrono::{DateTime, TimeDelta, Utc};

use super::{Clock, ClockId, DerivationStep, NoRule, en, ends, limits, vi};
use crate::{
    domain::law::Law,
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

/// `clock` as `law` counts it from the same start, or `None` where it ends when it ended before, or has stopped.
/// K3 keeps what an extension, a suspension or expertise made of it: its last day moves by `limit_moved`, the
/// calendar days by which the limit of its case became longer.
pub fn recount(
    clock: &Clock,
    limit_moved: i64,
    law: &Law,
    now: DateTime<Utc>,
) -> Result<Option<Clock>, NoRule> {
    if clock.stopped_at.is_some() {
        return Ok(None);
    }
    let holidays = law.holidays();
    let mut steps = Vec::new();
    let (due_raw, due_rolled, basis) = match clock.id {
        ClockId::K3 => {
            let last = day_in_vietnam(clock.due_raw) + TimeDelta::days(limit_moved);
            let (raw, rolled) = ends(last, holidays, &mut steps);
            (raw, rolled, clock.basis.clone())
        }
        id => {
            let anew = limits::start(id, clock.starts_at, law, holidays)?;
            steps = anew.derivation;
            (anew.due_raw, anew.due_rolled, anew.basis)
        }
    };
    if (due_raw, due_rolled) == (clock.due_raw, clock.due_rolled) {
        return Ok(None);
    }
    let (today, before) = (day_in_vietnam(now), day_in_vietnam(clock.due_rolled));
    let mut derivation = clock.derivation.clone();
    derivation.push(DerivationStep {
        text_vi: format!(
            "Quy định hoặc lịch nghỉ thay đổi, tính lại ngày {}; trước đây hết hạn ngày {}",
            vi(today),
            vi(before)
        ),
        text_en: format!(
            "Rules or days off changed; counted again on {}; before, it ended with {}",
            en(today),
            en(before)
        ),
        value: rfc3339_in_vietnam(clock.due_rolled),
        article: basis.article.clone(),
    });
    derivation.append(&mut steps);
    Ok(Some(Clock {
        due_raw,
        due_rolled,
        basis,
        derivation,
        ..clock.clone()
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clocks::{
        stop,
        tests::{at, law, new_law, new_rows},
    };
    use crate::domain::deadline::tests::holiday;

    /// The same law with Wednesday, 4 March 2026 as a day off.
    fn with_another_day_off() -> Law {
        let mut rows = new_rows();
        rows.push(holiday(
            "2026-03-04",
            "2026-03-05",
            "off",
            "Nghỉ bù / Day in lieu",
        ));
        Law::new(rows)
    }

    #[test]
    fn a_new_day_off_moves_working_days_and_says_what_was_before() {
        let start = at("2026-03-02T09:00:00+07:00");
        let k4 = limits::start(ClockId::K4, start, law(), law().holidays()).unwrap();
        assert_eq!(k4.due_raw, at("2026-03-05T23:59:59+07:00"));
        let now = at("2026-03-03T08:00:00+07:00");
        let moved = recount(&k4, 0, &with_another_day_off(), now)
            .unwrap()
            .unwrap();
        assert_eq!(moved.due_raw, at("2026-03-06T23:59:59+07:00"));
        assert!(moved.derivation.starts_with(&k4.derivation));
        let said = &moved.derivation[k4.derivation.len()];
        assert!(said.text_vi.contains("05/03/2026"), "{}", said.text_vi);
        // Once is enough.
        assert_eq!(recount(&moved, 0, &with_another_day_off(), now), Ok(None));
    }

    #[test]
    fn what_has_stopped_or_ends_as_before_stays_as_it_is() {
        let start = at("2026-03-02T09:00:00+07:00");
        let now = at("2026-03-03T08:00:00+07:00");
        let mut k4 = limits::start(ClockId::K4, start, law(), law().holidays()).unwrap();
        assert_eq!(recount(&k4, 0, &new_law(), now), Ok(None));
        stop(&mut k4, now, "minutes_sent");
        assert_eq!(recount(&k4, 0, &with_another_day_off(), now), Ok(None));
    }

    #[test]
    fn a_longer_limit_of_the_investigation_adds_its_days_to_what_was_granted() {
        let k3 = crate::domain::case::tests::limit(30);
        let now = at("2026-03-03T08:00:00+07:00");
        let longer = recount(&k3, 10, law(), now).unwrap().unwrap();
        assert_eq!(longer.due_raw - k3.due_raw, TimeDelta::days(10));
        assert_eq!(recount(&k3, 0, law(), now), Ok(None));
    }
}
