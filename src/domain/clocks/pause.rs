//! K3 standing still, going on, and replaced by the limit of expertise (D39 Art. 20.1.h; L84 Art. 35.6.d).

use chrono::{DateTime, NaiveDate, Utc};

use super::{Clock, DerivationStep, NoRule, en, ends, value, vi};
use crate::{
    domain::{
        deadline::{Holidays, after_calendar_days},
        law::Law,
    },
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

const PAUSES: &str = "clock.suspend.pauses";
const EXPERTISE_DAYS: &str = "limits.expertise_days";

/// `clock` standing still from `at`. The law is silent on what a suspension does to the limit; the dated
/// value says 1 where it pauses, 0 where it runs on.
pub fn pause(clock: &mut Clock, at: DateTime<Utc>, law: &Law) -> Result<(), NoRule> {
    let (pauses, basis) = value(law, PAUSES, day_in_vietnam(at))?;
    if pauses == 0 || !clock.is_running() {
        return Ok(());
    }
    clock.paused_at = Some(at);
    clock.derivation.push(DerivationStep {
        text_vi: "Tạm dừng điều tra: thời hạn ngừng tính".to_owned(),
        text_en: "The investigation is suspended: the limit stands still".to_owned(),
        value: rfc3339_in_vietnam(at),
        article: basis.article,
    });
    Ok(())
}

/// `clock` running again from `at`: it ends as many calendar days later as it stood still.
pub fn resume(clock: &mut Clock, at: DateTime<Utc>, holidays: &Holidays) {
    let Some(since) = clock.paused_at.take() else {
        return;
    };
    let days = (day_in_vietnam(at) - day_in_vietnam(since))
        .num_days()
        .max(0);
    let days = u32::try_from(days).unwrap_or(u32::MAX);
    let last = after_calendar_days(day_in_vietnam(clock.due_raw), days);
    clock.derivation.push(DerivationStep {
        text_vi: format!(
            "Tiếp tục điều tra sau {days} ngày tạm dừng, hết ngày {}",
            vi(last)
        ),
        text_en: format!("Resumed after {days} days of suspension, to {}", en(last)),
        value: last.to_string(),
        article: "D39 Điều 20.1.h".to_owned(),
    });
    (clock.due_raw, clock.due_rolled) = ends(last, holidays, &mut clock.derivation);
    clock.paused_days = clock
        .paused_days
        .saturating_add(i32::try_from(days).unwrap_or(i32::MAX));
}

/// `clock`, which an end by mistake stopped at `ended_at`, running again from `now`: to the same day.
pub fn revive(clock: &mut Clock, ended_at: DateTime<Utc>, now: DateTime<Utc>) {
    clock.stopped_at = None;
    clock.stopped_because = None;
    let (ended, back) = (day_in_vietnam(ended_at), day_in_vietnam(now));
    clock.derivation.push(DerivationStep {
        text_vi: format!(
            "Vụ việc kết thúc nhầm ngày {}, khôi phục ngày {}: thời hạn không kéo dài thêm",
            vi(ended),
            vi(back)
        ),
        text_en: format!(
            "The case was ended by mistake on {} and reinstated on {}: the limit is not made longer",
            en(ended),
            en(back)
        ),
        value: rfc3339_in_vietnam(clock.due_raw),
        article: "L84 Điều 34.2".to_owned(),
    });
}

/// `clock`, a K3, with the limit of expertise in place of its own, from the same start (L84 Art. 35.6.d).
/// `ordered_at` is `None` where it was ordered for an earlier limit of the case. Days that were added by an extension or a suspension stay added; a limit is never made shorter.
pub fn with_expertise(
    clock: &mut Clock,
    ordered_at: Option<DateTime<Utc>>,
    law: &Law,
    holidays: &Holidays,
) -> Result<(), NoRule> {
    let start = day_in_vietnam(clock.starts_at);
    let (days, basis) = value(law, EXPERTISE_DAYS, start)?;
    let (excluded, _) = value(law, super::FIRST_DAY_EXCLUDED, start)?;
    let added = clock.extended_days.saturating_add(clock.paused_days).max(0);
    let whole = days.saturating_add(added.unsigned_abs());
    let from = if excluded == 0 {
        start.pred_opt().unwrap_or(start)
    } else {
        start
    };
    let last = after_calendar_days(from, whole).max(day_in_vietnam(clock.due_raw));
    let on = |vi_or_en: fn(NaiveDate) -> String, on: &str, before: &str| match ordered_at {
        Some(at) => format!("{on} {}", vi_or_en(day_in_vietnam(at))),
        None => before.to_owned(),
    };
    clock.derivation.push(DerivationStep {
        text_vi: format!(
            "{}: {days} ngày từ cùng thời điểm bắt đầu{}, hết ngày {}",
            on(
                vi,
                "Trưng cầu giám định ngày",
                "Đã trưng cầu giám định trước đó"
            ),
            plus(added, "cộng", "ngày"),
            vi(last)
        ),
        text_en: format!(
            "{}: {days} days from the same start{}, to {}",
            on(en, "Expertise ordered on", "Expertise was ordered before"),
            plus(added, "and", "days"),
            en(last)
        ),
        value: last.to_string(),
        article: basis.article.clone(),
    });
    (clock.due_raw, clock.due_rolled) = ends(last, holidays, &mut clock.derivation);
    clock.basis = basis;
    Ok(())
}

/// Whether `clock` is a K3 that has the limit of expertise.
pub fn is_of_expertise(clock: &Clock, law: &Law) -> bool {
    let start = day_in_vietnam(clock.starts_at);
    value(law, EXPERTISE_DAYS, start).is_ok_and(|(_, basis)| basis.rule == clock.basis.rule)
}

fn plus(days: i32, and: &str, unit: &str) -> String {
    if days == 0 {
        String::new()
    } else {
        format!(" {and} {days} {unit}")
    }
}
