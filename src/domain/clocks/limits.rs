//! Every limit but K3: what starts it, the dated value that gives its length, and how it is counted
//! (`accidents.md` 7.4). Hours run on through nights and holidays; days are days of the calendar;
//! working days leave weekends and holidays out.

use chrono::{DateTime, Months, TimeDelta, Utc};

use super::{Clock, ClockId, DerivationStep, NoRule, clock, counted_from, en, ends, value, vi};
use crate::{
    domain::{
        deadline::{Holidays, after_calendar_days, after_working_days},
        law::Law,
    },
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

/// How a length is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Hours,
    Days,
    WorkingDays,
    Years,
}

/// One limit.
struct Limit {
    id: ClockId,
    /// Key of its length among the dated values.
    key: &'static str,
    unit: Unit,
    /// What starts it.
    vi: &'static str,
    en: &'static str,
}

const fn limit(
    id: ClockId,
    key: &'static str,
    unit: Unit,
    vi: &'static str,
    en: &'static str,
) -> Limit {
    Limit {
        id,
        key,
        unit,
        vi,
        en,
    }
}

#[rustfmt::skip]
const LIMITS: &[Limit] = &[
    limit(ClockId::K1, "clock.declare_immediate.breach_hours", Unit::Hours, "Nhận tin báo chưa có khai báo", "A notice without a declaration was received"),
    limit(ClockId::K1b, "clock.declare_abroad.working_days", Unit::WorkingDays, "Nhận tin báo về tai nạn ở nước ngoài", "A notice of an accident abroad was received"),
    limit(ClockId::K1c, "limits.abroad.dossier_days", Unit::Days, "Kết thúc điều tra ở nước ngoài", "The foreign investigation ended"),
    limit(ClockId::K2, "limits.scene_hours", Unit::Hours, "Nhận tin báo, khai báo", "Notice or declaration received"),
    limit(ClockId::K4, "limits.send_minutes_working_days", Unit::WorkingDays, "Họp công bố biên bản điều tra", "The minutes were announced"),
    limit(ClockId::K5, "limits.police.opinion_working_days", Unit::WorkingDays, "Kết thúc việc điều tra ban đầu cùng cơ quan điều tra", "The joint initial investigation ended"),
    limit(ClockId::K6, "limits.police.answer_working_days", Unit::WorkingDays, "Cơ quan điều tra nhận văn bản của Đoàn điều tra", "The letter went to the police"),
    limit(ClockId::K7a, "limits.police.no_prosecution_hours", Unit::Hours, "Quyết định không khởi tố vụ án hình sự", "The police decided not to prosecute"),
    limit(ClockId::K7b, "limits.police.handover_days", Unit::Days, "Viện kiểm sát nhất trí với quyết định không khởi tố", "The procuracy consented to no prosecution"),
    limit(ClockId::K7c, "limits.police.handover_outer_days", Unit::Days, "Quyết định không khởi tố vụ án hình sự", "The police decided not to prosecute"),
    limit(ClockId::K7d, "limits.police.prosecution_hours", Unit::Hours, "Quyết định khởi tố vụ án hình sự", "The police decided to prosecute"),
    limit(ClockId::K7e, "limits.police.conclusion_days", Unit::Days, "Kết luận điều tra vụ án", "The police concluded the criminal investigation"),
    limit(ClockId::K7f, "limits.police.handover_after_stop_days", Unit::Days, "Viện kiểm sát nhất trí với quyết định đình chỉ", "The procuracy consented to stop the criminal case"),
    limit(ClockId::K8, "limits.commune_record_days", Unit::Days, "UBND cấp xã nhận tin báo", "The commune received the notice"),
    limit(ClockId::K9, "limits.complaint_window_days", Unit::Days, "Công bố biên bản điều tra", "The minutes were announced"),
    limit(ClockId::K10, "limits.benefits.decide_working_days", Unit::WorkingDays, "Họp công bố biên bản điều tra vụ chết người", "The minutes of a fatal accident were announced"),
    limit(ClockId::K10b, "limits.benefits.decide_working_days", Unit::WorkingDays, "Nhận biên bản giám định mức suy giảm khả năng lao động", "The medical assessment was received"),
    limit(ClockId::K10c, "limits.benefits.pay_days", Unit::Days, "Quyết định bồi thường, trợ cấp", "The benefits were decided"),
    limit(ClockId::K10d, "limits.benefits.send_file_days", Unit::Days, "Quyết định bồi thường, trợ cấp", "The benefits were decided"),
    limit(ClockId::K11, "limits.register_working_days", Unit::WorkingDays, "Nhận biên bản", "The minutes were received"),
    limit(ClockId::K12, "limits.complaint_answer_working_days", Unit::WorkingDays, "Nhận khiếu nại, tố cáo", "A complaint or denunciation was received"),
    limit(ClockId::K13, "limits.keep_fatal_years", Unit::Years, "Kết thúc vụ việc", "The case ended"),
];

/// The limit `id`, started at `at`: its first round, about the case. K3 has a start of its own,
/// [`super::k3`]; asked for here it is a value that is missing.
pub fn start(
    id: ClockId,
    at: DateTime<Utc>,
    law: &Law,
    holidays: &Holidays,
) -> Result<Clock, NoRule> {
    let day = day_in_vietnam(at);
    let limit = LIMITS.iter().find(|limit| limit.id == id).ok_or(NoRule {
        key: "limits.investigation",
        day,
    })?;
    let (count, basis) = value(law, limit.key, day)?;
    let mut derivation = vec![DerivationStep {
        text_vi: limit.vi.to_owned(),
        text_en: limit.en.to_owned(),
        value: rfc3339_in_vietnam(at),
        article: basis.article.clone(),
    }];
    let counted = |text_vi: String, text_en: String, value: String, to: &mut Vec<_>| {
        to.push(DerivationStep {
            text_vi,
            text_en,
            value,
            article: basis.article.clone(),
        });
    };
    let last = match limit.unit {
        Unit::Hours => {
            let due = at + TimeDelta::hours(count.into());
            counted(
                format!("Cộng {count} giờ, tính liên tục"),
                format!("Plus {count} hours, running on through nights and holidays"),
                rfc3339_in_vietnam(due),
                &mut derivation,
            );
            return Ok(clock(id, at, due, due, basis, derivation));
        }
        Unit::Days => {
            let from = counted_from(at, law, &mut derivation)?;
            let last = after_calendar_days(from, count);
            counted(
                format!("Đếm {count} ngày (ngày theo lịch), hết ngày {}", vi(last)),
                format!("{count} calendar days end with {}", en(last)),
                last.to_string(),
                &mut derivation,
            );
            last
        }
        Unit::WorkingDays => {
            let from = counted_from(at, law, &mut derivation)?;
            let last = after_working_days(from, count, holidays);
            counted(
                format!("Đếm {count} ngày làm việc, hết ngày {}", vi(last)),
                format!("{count} working days end with {}", en(last)),
                last.to_string(),
                &mut derivation,
            );
            last
        }
        Unit::Years => {
            let last = day
                .checked_add_months(Months::new(count.saturating_mul(12)))
                .unwrap_or(day);
            counted(
                format!("Cộng {count} năm, đến hết ngày {}", vi(last)),
                format!("Plus {count} years, to the end of {}", en(last)),
                last.to_string(),
                &mut derivation,
            );
            last
        }
    };
    let (raw, rolled) = ends(last, holidays, &mut derivation);
    Ok(clock(id, at, raw, rolled, basis, derivation))
}

/// K2: people to the scene, so many hours after the receipt (D39 Art. 11.2.a).
pub fn k2(received_at: DateTime<Utc>, law: &Law) -> Result<Clock, NoRule> {
    start(ClockId::K2, received_at, law, law.holidays())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_but_k3_has_one_row_and_a_value_in_the_law_that_is_delivered() {
        let law = Law::new(crate::service::rules::shipped());
        let at = super::super::tests::at("2026-03-02T09:00:00+07:00");
        for id in ClockId::ALL.iter().filter(|id| **id != ClockId::K3) {
            assert_eq!(
                LIMITS.iter().filter(|limit| limit.id == *id).count(),
                1,
                "{id}"
            );
            let clock = start(*id, at, &law, law.holidays()).unwrap();
            assert!(
                clock.due_raw > at && clock.due_rolled >= clock.due_raw,
                "{id}"
            );
            assert!(
                clock.derivation.iter().all(|step| !step.article.is_empty()),
                "{id}"
            );
        }
    }
}
