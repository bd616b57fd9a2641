//! Reminders (*nhắc việc*): which running limits the mail of a day names, and to whom it goes.
//!
//! One mail a day for each post, whatever the number of its cases. The days are rows of the law
//! ([`Subject::Reminder`]), counted from the raw due day, by which all alarms go (`accidents.md` 7.4).
//! Decided: what comes before the due day is told on working days, so that of a weekend or of Tết on the
//! last working day before it; the due day itself, and what is overdue, on every day.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::{
    domain::{
        authority::Role,
        case::CaseStatus,
        classify::CaseClass,
        clocks::ClockId,
        deadline::Holidays,
        investigation::InvestigationLevel,
        law::{Law, Subject, ValueKey},
    },
    ids::{CaseId, PostId},
    named,
    time::day_in_vietnam,
};

/// The key of a rule that holds for every clock that has no rule of its own.
pub const ANY_CLOCK: &str = "any";

/// When the mails of a day leave where no rule says so: the hour at which work begins.
const DEFAULT_HOUR: u32 = 7;

/// No row of days off is followed further than this.
const LONGEST_REST: usize = 60;

named! {
    /// How often a rule names a limit.
    pub enum Recurrence {
        /// On that day.
        Once = "once",
        /// On that day and again after each further span of as many days.
        Repeat = "repeat",
    }
}

/// To whom a mail goes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Addressee {
    /// Who holds the post to which the cases are assigned.
    Post(PostId),
    /// The first contact of the authority in charge: its cases are assigned to no post, or to one that
    /// nobody holds.
    Authority(String),
    /// The operator: nobody is in charge.
    Operator,
}

/// A limit of a case, with what its mail may say: nothing of victims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The case.
    pub case_id: CaseId,
    /// Its receipt number.
    pub receipt_no: String,
    /// The place as of the accident.
    pub place: String,
    /// Class.
    pub class: CaseClass,
    /// Where the case stands.
    pub status: CaseStatus,
    /// Whether the case has ended.
    pub has_ended: bool,
    /// Which limit.
    pub clock: ClockId,
    /// Which round of it.
    pub round: i32,
    /// Exact end.
    pub due_raw: DateTime<Utc>,
    /// End moved to a working day.
    pub due_rolled: DateTime<Utc>,
    /// When it stopped.
    pub stopped_at: Option<DateTime<Utc>>,
    /// The article that sets it.
    pub article: String,
}

impl Limit {
    /// Whether something is still to be done within it.
    pub fn runs(&self) -> bool {
        let ended_with_it = self.has_ended && self.clock.ends_with_the_case();
        self.stopped_at.is_none() && !ended_with_it && self.status != CaseStatus::Suspended
    }
}

/// The mail of a day to one addressee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// To whom.
    pub to: Addressee,
    /// What is due, the nearest to the day first, and of two equally near the overdue one; never empty.
    pub limits: Vec<Limit>,
}

impl Digest {
    /// The same without limits that end after `day`, for whoever wants no early reminders; `None` where nothing is
    /// left. What ends today or has passed stays.
    pub fn without_early(mut self, day: NaiveDate) -> Option<Self> {
        self.limits
            .retain(|limit| day_in_vietnam(limit.due_raw) <= day);
        (!self.limits.is_empty()).then_some(self)
    }
}

/// On which days limits are named, by the rules of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stages {
    rows: Vec<(Option<ClockId>, i32, Recurrence)>,
}

impl Stages {
    /// The rules in force on `day`.
    pub fn on(law: &Law, day: NaiveDate) -> Self {
        let rows = law.rules(Subject::Reminder).iter();
        let rows = rows
            .filter(|rule| rule.in_force_on(day))
            .filter_map(|rule| {
                let recurrence = Recurrence::parse(&rule.outcome)?;
                Some((ClockId::parse(&rule.key), rule.days?, recurrence))
            });
        Self {
            rows: rows.collect(),
        }
    }

    /// Those of a clock: its own stand in place of those for any.
    fn of(&self, clock: ClockId) -> impl Iterator<Item = (i32, Recurrence)> {
        let has_own = self.rows.iter().any(|(of, ..)| *of == Some(clock));
        let wanted = has_own.then_some(clock);
        self.rows
            .iter()
            .filter(move |(of, ..)| *of == wanted)
            .map(|(_, days, recurrence)| (*days, *recurrence))
    }

    /// Whether the mail of `day` names a limit of this clock whose raw end is on the day `due`.
    pub fn name(
        &self,
        clock: ClockId,
        due: NaiveDate,
        day: NaiveDate,
        holidays: &Holidays,
    ) -> bool {
        let left = (due - day).num_days();
        self.of(clock).any(|(days, recurrence)| {
            let at = i64::from(days);
            if days > 0 {
                let stage = due - TimeDelta::days(at);
                return last_working_day_to(stage, holidays) == day;
            }
            let goes_on = recurrence == Recurrence::Repeat
                && days < 0
                && left < at
                && (at - left) % at.abs() == 0;
            left == at || goes_on
        })
    }

    /// Every due day that the mail of `day` may name, from `oldest` on: what the database is asked for.
    pub fn due_days(
        &self,
        day: NaiveDate,
        oldest: NaiveDate,
        holidays: &Holidays,
    ) -> BTreeSet<NaiveDate> {
        let mut found = BTreeSet::new();
        for (_, days, recurrence) in &self.rows {
            let span = TimeDelta::days((*days).into());
            if *days > 0 {
                if holidays.is_working_day(day) {
                    let off = day
                        .iter_days()
                        .skip(1)
                        .take(LONGEST_REST)
                        .take_while(|next| !holidays.is_working_day(*next));
                    found.extend(std::iter::once(day).chain(off).map(|stage| stage + span));
                }
                continue;
            }
            let mut due = day + span;
            found.insert(due);
            while *recurrence == Recurrence::Repeat && *days < 0 && due > oldest {
                due += span;
                found.insert(due);
            }
        }
        found.split_off(&oldest)
    }
}

/// `day` itself where people work on it, else the last day before it on which they do.
fn last_working_day_to(day: NaiveDate, holidays: &Holidays) -> NaiveDate {
    let mut days =
        (0..LONGEST_REST as u64).filter_map(|back| day.checked_sub_days(Days::new(back)));
    days.find(|one| holidays.is_working_day(*one))
        .unwrap_or(day)
}

/// The hour of `day` in Việt Nam from which its mails leave.
pub fn hour(law: &Law, day: NaiveDate) -> u32 {
    law.number(ValueKey::ReminderHour.as_str(), day)
        .and_then(|(hour, _)| u32::try_from(hour).ok())
        .unwrap_or(DEFAULT_HOUR)
}

/// The mails of `day`: each running limit whose stage it is, to its addressee. At most one mail for each,
/// and none where nothing is due.
pub fn digests(
    limits: impl IntoIterator<Item = (Limit, Addressee)>,
    stages: &Stages,
    day: NaiveDate,
    holidays: &Holidays,
) -> Vec<Digest> {
    let mut by_addressee = BTreeMap::<Addressee, Vec<Limit>>::new();
    for (limit, to) in limits {
        let due = day_in_vietnam(limit.due_raw);
        if limit.runs() && stages.name(limit.clock, due, day, holidays) {
            by_addressee.entry(to).or_default().push(limit);
        }
    }
    let mails = by_addressee.into_iter().map(|(to, mut limits)| {
        limits.sort_by(|a, b| nearness(a, day).cmp(&nearness(b, day)));
        Digest { to, limits }
    });
    mails.collect()
}

fn nearness(limit: &Limit, day: NaiveDate) -> (i64, DateTime<Utc>, &str, ClockId, i32) {
    let left = (day_in_vietnam(limit.due_raw) - day).num_days();
    (
        left.abs(),
        limit.due_raw,
        &limit.receipt_no,
        limit.clock,
        limit.round,
    )
}

/// Who of the authorities that were told and must receive is in charge of a case of this level: of a
/// commune's record the commune, of a central investigation the ministry, else the labour authority;
/// and where none of that role was told, the next that takes cases further.
pub fn in_charge(level: InvestigationLevel, told: &[(Role, String)]) -> Option<&str> {
    use Role::{CommunePc, LabourMinistry, ProvincialLabourAuthority};
    let order = match level {
        InvestigationLevel::CommuneRecord => [CommunePc, ProvincialLabourAuthority, LabourMinistry],
        InvestigationLevel::Central => [LabourMinistry, ProvincialLabourAuthority, CommunePc],
        InvestigationLevel::Facility
        | InvestigationLevel::Provincial
        | InvestigationLevel::SpecialLaw
        | InvestigationLevel::None => [ProvincialLabourAuthority, LabourMinistry, CommunePc],
    };
    order.iter().find_map(|wanted| {
        let holder = told.iter().find(|(role, _)| role == wanted);
        holder.map(|(_, authority)| authority.as_str())
    })
}

#[cfg(test)]
mod tests;
