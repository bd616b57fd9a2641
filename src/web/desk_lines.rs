//! The lines of the queue, in groups by when something is due.

use chrono::{DateTime, TimeDelta, Utc};

use super::{chrome::Chrome, when};
use crate::{
    domain::{case::views::end_of_week, classify::CaseClass, notice::NoticeState},
    store::queue::CaseLine,
    time::day_in_vietnam,
    wording::{Text, desk_page as words, labels},
};

/// A limit, as a list shows it.
pub struct Due {
    /// As people say it.
    pub said: String,
    /// To the minute.
    pub exact: String,
    /// For `datetime`.
    pub machine: String,
    /// Colour; the words say the same.
    pub tone: &'static str,
}

impl Due {
    /// The limit that ends at `moment`.
    pub fn of(c: &Chrome, moment: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self {
            said: when::due(moment, now, c.lang),
            exact: c.exact(moment),
            machine: c.machine(moment),
            tone: tone_of(moment, now),
        }
    }
}

/// Red once it is over, amber on its last two days.
pub fn tone_of(moment: DateTime<Utc>, now: DateTime<Utc>) -> &'static str {
    let days = (day_in_vietnam(moment) - day_in_vietnam(now)).num_days();
    match days {
        _ if moment < now => "alarm",
        ..=1 => "warn",
        _ => "",
    }
}

/// The colour of a class; its name always stands in it.
pub fn tone_of_class(class: CaseClass) -> &'static str {
    match class {
        CaseClass::Fatal => "alarm",
        CaseClass::MultiSerious | CaseClass::Unclear => "warn",
        CaseClass::SingleSerious => "",
        CaseClass::Light => "quiet",
    }
}

/// A case in the list.
pub struct Line {
    /// Its page.
    pub href: String,
    /// Receipt number.
    pub receipt: String,
    /// Class in words.
    pub class: &'static str,
    /// Its colour.
    pub class_tone: &'static str,
    /// Place as of the accident.
    pub place: String,
    /// Establishment.
    pub establishment: Option<String>,
    /// State in words.
    pub state: &'static str,
    /// Who works on it.
    pub assigned: Option<String>,
    /// Nobody has confirmed the notice.
    pub is_unverified: bool,
    /// Next limit.
    pub due: Option<Due>,
    /// When it was received.
    pub received: String,
    /// The same for `datetime`.
    pub received_machine: String,
    /// Case, version and receipt number, for the form that assigns.
    pub pick: String,
    /// It is selected.
    pub is_picked: bool,
    /// Label of its box.
    pub pick_label: String,
    /// The caller may take it with one press.
    pub can_take: bool,
}

/// Lines that are due at about the same time.
pub struct Group {
    /// Heading; none where the list is one.
    pub heading: Option<&'static str>,
    /// Colour.
    pub tone: &'static str,
    /// Cases.
    pub lines: Vec<Line>,
}

fn line(
    c: &Chrome,
    line: &CaseLine,
    now: DateTime<Utc>,
    may_take: bool,
    picked: &[String],
) -> Line {
    let pick = format!("{}.{}.{}", line.id, line.version, line.receipt_no);
    let is_open = line.closed_at.is_none();
    Line {
        href: format!("/cases/{}", line.id),
        receipt: line.receipt_no.clone(),
        class: c.t(labels::class(line.class)),
        class_tone: tone_of_class(line.class),
        place: line.place_name.clone(),
        establishment: line.establishment_name.clone(),
        state: c.t(labels::status(line.status)),
        assigned: line.assigned_to.clone(),
        is_unverified: line.notice == Some(NoticeState::Unverified),
        due: line
            .due_at
            .filter(|_| is_open)
            .map(|due| Due::of(c, due, now)),
        received: when::said(line.received_at, now, c.lang),
        received_machine: c.machine(line.received_at),
        is_picked: picked.contains(&pick),
        pick_label: c.t(words::PICK).replace("{receipt}", &line.receipt_no),
        can_take: may_take && is_open && line.assigned_to.is_none(),
        pick,
    }
}

/// How far ahead a limit is still spoken of as today's, after midnight too: what an officer on duty at 23:30 must
/// do until 0:30 is not for "later".
const SOON: TimeDelta = TimeDelta::hours(12);

/// Heading and colour of the group where a case stands that ended at `closed_at` or whose next limit is `due_at`.
fn group_of(
    closed_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> (Text, &'static str) {
    let is_soon = |due| day_in_vietnam(due) == day_in_vietnam(now) || due - now <= SOON;
    match (closed_at, due_at) {
        (Some(_), _) => (words::ENDED, ""),
        (None, None) => (words::NO_LIMIT, ""),
        (None, Some(due)) if due < now => (words::OVERDUE, "alarm"),
        (None, Some(due)) if is_soon(due) => (words::TODAY, "warn"),
        (None, Some(due)) if due < end_of_week(now) => (words::THIS_WEEK, "warn"),
        (None, Some(_)) => (words::LATER, ""),
    }
}

/// The cases, which come in the order of their limits, in groups; `is_one` where they come in another order.
pub fn groups(
    c: &Chrome,
    lines: &[CaseLine],
    now: DateTime<Utc>,
    is_one: bool,
    may_take: bool,
    picked: &[String],
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for one in lines {
        let (heading, tone) = group_of(one.closed_at, one.due_at, now);
        let heading = (!is_one).then(|| c.t(heading));
        let tone = if is_one { "" } else { tone };
        let shown = line(c, one, now, may_take, picked);
        match groups.last_mut() {
            Some(group) if group.heading == heading => group.lines.push(shown),
            _ => groups.push(Group {
                heading,
                tone,
                lines: vec![shown],
            }),
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment of Việt Nam's time.
    fn at(moment: &str) -> DateTime<Utc> {
        DateTime::parse_from_rfc3339(&format!("{moment}:00+07:00"))
            .unwrap()
            .to_utc()
    }

    #[test]
    fn what_ends_after_midnight_is_not_for_later() {
        // A Sunday, ten minutes before the week ends.
        let now = at("2026-11-22T23:50");
        let heading = |due| group_of(None, Some(at(due)), now).0.en;
        assert_eq!(heading("2026-11-22T23:49"), words::OVERDUE.en);
        assert_eq!(heading("2026-11-23T00:50"), words::TODAY.en);
        assert_eq!(heading("2026-11-23T11:50"), words::TODAY.en);
        assert_eq!(heading("2026-11-23T11:51"), words::LATER.en);
        // On the Monday, at its first minute.
        let heading = |due| group_of(None, Some(at(due)), at("2026-11-23T00:00")).0.en;
        assert_eq!(heading("2026-11-23T23:59"), words::TODAY.en);
        assert_eq!(heading("2026-11-24T00:00"), words::THIS_WEEK.en);
        assert_eq!(heading("2026-11-30T00:00"), words::LATER.en);
        assert_eq!(group_of(Some(now), Some(now), now).0.en, words::ENDED.en);
        assert_eq!(group_of(None, None, now).0.en, words::NO_LIMIT.en);
    }
}
