//! The legal time limits of a case, each with its derivation (`accidents.md` 7.4).
//!
//! K3, the limit of the investigation, has a life of its own: it is extended, replaced, paused ([`pause`]).
//! Every other limit is one row of [`limits`].

pub mod limits;
pub mod pause;
pub mod recount;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        classify::CaseClass,
        deadline::{Holidays, after_calendar_days},
        law::{Basis, Law},
    },
    named,
    time::{day_in_vietnam, end_of_day_in_vietnam, rfc3339_in_vietnam},
};

/// `due_at` of a case on which no clock runs: 9999-12-31T00:00:00Z, after every real moment.
pub const NO_DUE: DateTime<Utc> = match DateTime::from_timestamp(253_402_214_400, 0) {
    Some(moment) => moment,
    None => panic!("a valid moment"),
};

/// A dated value that a limit needs has no row in force. It is never invented: the caller turns
/// this into an alarm.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no usable value {key} in force on {day}")]
pub struct NoRule {
    /// Key of the value.
    pub key: &'static str,
    /// The legal day for which it was looked up.
    pub day: NaiveDate,
}

/// Why a limit cannot be extended (L84 Art. 35.6).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoExtension {
    /// Light accidents: the law extends only points b, c and d.
    #[error("the limit of a light accident is never extended")]
    Light,
    /// It was extended before, and once is all.
    #[error("extended before")]
    Already,
    /// It has passed.
    #[error("the limit has passed")]
    Expired,
    /// It no longer runs.
    #[error("the limit no longer runs")]
    NotRunning,
    /// Longer than the limit allows.
    #[error("at most {most} days")]
    TooLong {
        /// The longest extension, in days.
        most: u32,
    },
    /// A value is missing.
    #[error(transparent)]
    NoRule(#[from] NoRule),
}

named! {
    /// Which limit.
    pub enum ClockId {
        /// The declaration of what somebody gave notice of: "at once"; the hours are an alarm (L84 Art. 34).
        K1 = "K1",
        /// The declaration of an accident abroad: working days from the notice (D39 Art. 19.2.b).
        K1b = "K1B",
        /// The dossier of an accident abroad: days from the end of the foreign investigation (D39 Art. 19.3.b).
        K1c = "K1C",
        /// People sent to the scene: hours from receipt (D39 Art. 11.2.a).
        K2 = "K2",
        /// Investigation: calendar days from receipt to announcement (L84 Art. 35.6).
        K3 = "K3",
        /// Minutes sent: working days from the announcement (D39 Art. 13.9, 14.6, 15.5).
        K4 = "K4",
        /// The team's opinion to the police: working days from the end of the joint work (D39 Art. 20.1.đ).
        K5 = "K5",
        /// The answer of the police: working days from the letter (D39 Art. 20.1.e).
        K6 = "K6",
        /// A decision not to prosecute to the procuracy: hours (D39 Art. 20.3.a).
        K7a = "K7A",
        /// The file back after the procuracy's consent: days (D39 Art. 20.3.b).
        K7b = "K7B",
        /// The file back after a decision not to prosecute, at the latest: days (L84 Art. 35.7).
        K7c = "K7C",
        /// A decision to prosecute to procuracy and department: hours (D39 Art. 20.4.a).
        K7d = "K7D",
        /// The conclusion to procuracy and department: days (D39 Art. 20.4.b).
        K7e = "K7E",
        /// The file back after the consent to stop: days (D39 Art. 20.4.c).
        K7f = "K7F",
        /// The commune's record: days; the law sets none, it is an alarm (D129 Art. 43.1).
        K8 = "K8",
        /// The time in which complaints about the minutes are heard: days (D39 Art. 17.1). Nobody's duty.
        K9 = "K9",
        /// The decision on benefits after a death: working days from the announcement (C28 Art. 7.1).
        K10 = "K10",
        /// The same after the medical assessment of an injured worker (C28 Art. 7.1).
        K10b = "K10B",
        /// Payment: days from that decision (C28 Art. 7.2).
        K10c = "K10C",
        /// One set of the file to the department: days from that decision (C28 Art. 6.3.c).
        K10d = "K10D",
        /// The line in the register: working days from the minutes (C13 Art. 3; Q01 Art. 19.1).
        K11 = "K11",
        /// The answer to a complaint: working days (D39 Art. 17.1.a).
        K12 = "K12",
        /// How long the file of a fatal accident is kept: years from the end (D39 Art. 18.8). Nobody's duty.
        K13 = "K13",
    }
}

impl ClockId {
    /// Whether somebody must do something before it is over. The others are windows: no alarm goes by
    /// them, no queue is sorted by them, and they may run on in a case that has ended.
    pub fn is_duty(self) -> bool {
        !matches!(self, Self::K9 | Self::K13)
    }

    /// Duties of the employer towards the victims that outlive a case that was closed: the law lets a case end
    /// with benefits that are decided, and gives days of their own to pay them and to send the file (C28 Art.
    /// 6.3.c, 7.2).
    pub const OUTLIVING: &'static [Self] = &[Self::K10c, Self::K10d];

    /// Whether it is a duty that ends where the case does.
    pub fn ends_with_the_case(self) -> bool {
        self.is_duty() && !Self::OUTLIVING.contains(&self)
    }

    /// Those that are no duty.
    pub const WINDOWS: &'static [Self] = &[Self::K9, Self::K13];
}

named! {
    /// Where a clock stands at a moment.
    pub enum ClockState {
        /// Runs.
        Running = "running",
        /// Stands still for a time.
        Paused = "paused",
        /// Over, in time or not.
        Stopped = "stopped",
        /// Runs, and the raw due moment has passed.
        Overdue = "overdue",
    }
}

/// One step of a computation, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct DerivationStep {
    /// Vietnamese.
    pub text_vi: String,
    /// English.
    pub text_en: String,
    /// What the step arrives at (a moment with `+07:00`, a day, or a number).
    pub value: String,
    /// Article or rule of the step.
    pub article: String,
}

/// One time limit of one case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clock {
    /// Which limit.
    pub id: ClockId,
    /// 1, and one more for each restart.
    pub round: i32,
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// Exact end; alarms and the queue go by it. For limits in days the last second of the legal day.
    pub due_raw: DateTime<Utc>,
    /// End moved to a working day where `due_raw` is a day off (Civil Code 2015, Art. 148).
    pub due_rolled: DateTime<Utc>,
    /// When it stopped.
    pub stopped_at: Option<DateTime<Utc>>,
    /// Why: `announced`, `people_sent`, `people_there`, `minutes_drafted`, `minutes_sent`, `class_changed`,
    /// `place_changed`, `transferred`, `ended`.
    pub stopped_because: Option<String>,
    /// Days added by the one extension; 0 where there is none.
    pub extended_days: i32,
    /// Since when it stands still; `None` where it runs or has stopped.
    #[serde(default)]
    pub paused_at: Option<DateTime<Utc>>,
    /// Calendar days for which it stood still, and by which it ends later.
    #[serde(default)]
    pub paused_days: i32,
    /// The number of the victim whom it is about; `None` where it is about the case.
    #[serde(default)]
    pub about: Option<i32>,
    /// Rule.
    pub basis: Basis,
    /// How the dates came about.
    pub derivation: Vec<DerivationStep>,
}

impl Clock {
    /// Where the clock stands at `now`.
    pub fn state(&self, now: DateTime<Utc>) -> ClockState {
        if self.stopped_at.is_some() {
            ClockState::Stopped
        } else if self.paused_at.is_some() {
            ClockState::Paused
        } else if self.has_elapsed(now) {
            ClockState::Stopped
        } else if self.due_raw < now {
            ClockState::Overdue
        } else {
            ClockState::Running
        }
    }

    /// Whether it is a window that is over by itself: nobody was late.
    pub fn has_elapsed(&self, now: DateTime<Utc>) -> bool {
        self.is_running() && !self.id.is_duty() && self.due_raw < now
    }

    /// Whether it runs, in time or not.
    pub fn is_running(&self) -> bool {
        self.stopped_at.is_none() && self.paused_at.is_none()
    }
}

/// The running duty of a case that is over first (raw).
pub fn nearest(clocks: &[Clock]) -> Option<&Clock> {
    clocks
        .iter()
        .filter(|clock| clock.is_running() && clock.id.is_duty())
        .min_by_key(|clock| clock.due_raw)
}

/// When that is, or [`NO_DUE`]: the order of the queue.
pub fn nearest_due(clocks: &[Clock]) -> DateTime<Utc> {
    nearest(clocks).map_or(NO_DUE, |clock| clock.due_raw)
}

/// K3: the investigation, `limit_days` calendar days from the receipt by the body that
/// investigates to the announcement (L84 Art. 35.6). `basis` is the rule that gave the limit.
pub fn k3(
    start: DateTime<Utc>,
    limit_days: u32,
    basis: Basis,
    law: &Law,
    holidays: &Holidays,
) -> Result<Clock, NoRule> {
    let mut derivation = vec![received(start, &basis.article)];
    let from = counted_from(start, law, &mut derivation)?;
    let last = after_calendar_days(from, limit_days);
    derivation.push(DerivationStep {
        text_vi: format!(
            "Đếm {limit_days} ngày (ngày theo lịch), hết ngày {}",
            vi(last)
        ),
        text_en: format!("{limit_days} calendar days end with {}", en(last)),
        value: last.to_string(),
        article: basis.article.clone(),
    });
    let (raw, rolled) = ends(last, holidays, &mut derivation);
    Ok(clock(ClockId::K3, start, raw, rolled, basis, derivation))
}

/// How many days `clock`, a K3, may be extended by at `now`: never for light accidents, once,
/// only before it expires, and at most so many percent of the limit itself as the dated value
/// says (L84 Art. 35.6: the limit itself).
pub fn longest_extension(
    clock: &Clock,
    class: CaseClass,
    now: DateTime<Utc>,
    law: &Law,
) -> Result<u32, NoExtension> {
    if class == CaseClass::Light {
        return Err(NoExtension::Light);
    }
    if clock.id != ClockId::K3 || !clock.is_running() {
        return Err(NoExtension::NotRunning);
    }
    if clock.extended_days != 0 {
        return Err(NoExtension::Already);
    }
    // "Before it expires": where the last day is a day off, the period expires with the working day
    // to which it moves (Civil Code 2015, Art. 148.5). Alarms go by the raw day all the same.
    if clock.due_rolled < now {
        return Err(NoExtension::Expired);
    }
    let start = day_in_vietnam(clock.starts_at);
    let (excluded, _) = value(law, FIRST_DAY_EXCLUDED, start)?;
    let (percent, _) = value(law, "limits.extension_max_percent", start)?;
    // The limit itself, without the days for which it stood still.
    let counted = (day_in_vietnam(clock.due_raw) - start).num_days() + i64::from(excluded == 0)
        - i64::from(clock.paused_days);
    let most = counted.max(0) * i64::from(percent) / 100;
    Ok(u32::try_from(most).unwrap_or(u32::MAX))
}

/// `clock`, a K3, with its one extension of `days` calendar days (L84 Art. 35.6), granted
/// at `now`.
pub fn extend(
    clock: &Clock,
    days: u32,
    class: CaseClass,
    now: DateTime<Utc>,
    law: &Law,
    holidays: &Holidays,
) -> Result<Clock, NoExtension> {
    let most = longest_extension(clock, class, now, law)?;
    if days == 0 || days > most {
        return Err(NoExtension::TooLong { most });
    }
    let last = after_calendar_days(day_in_vietnam(clock.due_raw), days);
    let mut derivation = clock.derivation.clone();
    if clock.due_raw < now {
        let (raw, rolled) = (
            day_in_vietnam(clock.due_raw),
            day_in_vietnam(clock.due_rolled),
        );
        derivation.push(DerivationStep {
            text_vi: format!(
                "Gia hạn ngày {}, khi thời hạn đã chuyển sang ngày {} chưa hết; đếm tiếp từ ngày {}",
                vi(day_in_vietnam(now)), vi(rolled), vi(raw)
            ),
            text_en: format!(
                "Extended on {}, before the end that moved to {}; counted on from {}",
                en(day_in_vietnam(now)), en(rolled), en(raw)
            ),
            value: rolled.to_string(),
            article: "Bộ luật Dân sự 2015, Điều 148.5".to_owned(),
        });
    }
    derivation.push(DerivationStep {
        text_vi: format!(
            "Gia hạn một lần {days} ngày (tối đa {most}), hết ngày {}",
            vi(last)
        ),
        text_en: format!(
            "Extended once by {days} days (at most {most}), to {}",
            en(last)
        ),
        value: last.to_string(),
        article: clock.basis.article.clone(),
    });
    let (due_raw, due_rolled) = ends(last, holidays, &mut derivation);
    Ok(Clock {
        due_raw,
        due_rolled,
        extended_days: i32::try_from(days).unwrap_or(i32::MAX),
        derivation,
        ..clock.clone()
    })
}

/// Stops `clock` at `at`, unless it has stopped already.
pub fn stop(clock: &mut Clock, at: DateTime<Utc>, because: &str) {
    if clock.stopped_at.is_none() {
        clock.stopped_at = Some(at);
        clock.stopped_because = Some(because.to_owned());
        clock.paused_at = None;
    }
}

const FIRST_DAY_EXCLUDED: &str = "clock.count.first_day_excluded";

/// A value that is in force on `day` and not negative.
pub(super) fn value(law: &Law, key: &'static str, day: NaiveDate) -> Result<(u32, Basis), NoRule> {
    law.number(key, day)
        .and_then(|(number, basis)| Some((u32::try_from(number).ok()?, basis)))
        .ok_or(NoRule { key, day })
}

/// The day from which days are counted, itself not counted: the start, or the day before it
/// where the dated value says that the first day counts.
pub(super) fn counted_from(
    start: DateTime<Utc>,
    law: &Law,
    derivation: &mut Vec<DerivationStep>,
) -> Result<NaiveDate, NoRule> {
    let day = day_in_vietnam(start);
    let (excluded, basis) = value(law, FIRST_DAY_EXCLUDED, day)?;
    let (from, text_vi, text_en) = if excluded == 0 {
        let before = day.pred_opt().unwrap_or(day);
        (
            before,
            format!("Tính cả ngày đầu {}", vi(day)),
            format!("The first day, {}, counts", en(day)),
        )
    } else {
        (
            day,
            format!("Không tính ngày đầu {}", vi(day)),
            format!("The first day, {}, is not counted", en(day)),
        )
    };
    derivation.push(DerivationStep {
        text_vi,
        text_en,
        value: day.to_string(),
        article: basis.article,
    });
    Ok(from)
}

/// The raw and the rolled end of a period whose last day is `last` (Civil Code 2015, Art. 148.5).
pub(super) fn ends(
    last: NaiveDate,
    holidays: &Holidays,
    derivation: &mut Vec<DerivationStep>,
) -> (DateTime<Utc>, DateTime<Utc>) {
    let rolled = holidays.first_working_day_from(last);
    derivation.push(match holidays.why_off(last) {
        Some(off) => DerivationStep {
            text_vi: format!(
                "Ngày {} là ngày nghỉ ({}): chuyển sang ngày làm việc {}; cảnh báo vẫn theo ngày {}",
                vi(last), off.vi, vi(rolled), vi(last)
            ),
            text_en: format!(
                "{} is a day off ({}): moved to the working day {}; alarms still go by {}",
                en(last), off.en, en(rolled), en(last)
            ),
            value: rolled.to_string(),
            article: off.article,
        },
        None => DerivationStep {
            text_vi: format!("Ngày {} là ngày làm việc: giữ nguyên", vi(last)),
            text_en: format!("{} is a working day: it stays", en(last)),
            value: last.to_string(),
            article: "Bộ luật Dân sự 2015, Điều 148".to_owned(),
        },
    });
    (end_of_day_in_vietnam(last), end_of_day_in_vietnam(rolled))
}

fn received(at: DateTime<Utc>, article: &str) -> DerivationStep {
    DerivationStep {
        text_vi: "Nhận tin báo, khai báo".to_owned(),
        text_en: "Notice or declaration received".to_owned(),
        value: rfc3339_in_vietnam(at),
        article: article.to_owned(),
    }
}

fn clock(
    id: ClockId,
    starts_at: DateTime<Utc>,
    due_raw: DateTime<Utc>,
    due_rolled: DateTime<Utc>,
    basis: Basis,
    derivation: Vec<DerivationStep>,
) -> Clock {
    Clock {
        id,
        round: 1,
        starts_at,
        due_raw,
        due_rolled,
        stopped_at: None,
        stopped_because: None,
        extended_days: 0,
        paused_at: None,
        paused_days: 0,
        about: None,
        basis,
        derivation,
    }
}

pub(super) fn vi(day: NaiveDate) -> String {
    day.format("%d/%m/%Y").to_string()
}

pub(super) fn en(day: NaiveDate) -> String {
    day.format("%-d %B %Y").to_string()
}

#[cfg(test)]
pub(crate) mod tests;
