//! What is to happen: some two hundred accidents over two years, and how grave each is.

use chrono::{DateTime, TimeDelta, Timelike, Utc};

use super::dice::Dice;
use crate::time::vietnam;

/// What kind of case is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plot {
    /// One dead, by the employer.
    Fatal,
    /// One dead without a contract, by the commune.
    FatalNoContract,
    /// One dead, told by the family first.
    FatalNotice,
    /// One dead on the railway, on the river or in a gas depot.
    FatalSpecial,
    /// Two or three seriously hurt under contract.
    Multi,
    /// Two seriously hurt, one of them without a contract.
    MultiMixed,
    /// Somebody is missing; found dead later.
    Missing,
    /// Nobody knows yet how badly; known later.
    Unknown,
    /// One seriously hurt under contract.
    Serious,
    /// The same; dies in hospital some days later.
    SeriousDies,
    /// One seriously hurt without a contract, by the commune.
    SeriousNoContract,
    /// Lightly hurt under contract.
    Light,
    /// Lightly hurt without a contract, by the commune.
    LightNoContract,
    /// Nobody hurt.
    Incident,
    /// Nobody hurt, but serious.
    SeriousIncident,
}

/// What is out of the ordinary about a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Twist {
    /// Nothing.
    None,
    /// Declared days after it happened.
    Late,
    /// Somebody else tells of the same accident an hour later; found out and marked.
    ToldTwice,
    /// The same; nobody has looked at it yet.
    ToldTwiceOpen,
    /// The investigation concludes that it was no work accident.
    NoWorkAccident,
    /// Another province answers for it.
    Transferred,
    /// It never happened.
    False,
    /// The declarant adds what was missing.
    Supplemented,
    /// The first try to reach one of the addresses fails.
    MailDelayed,
    /// One of the addresses does not exist any more.
    MailRefused,
    /// In the commune whose police nobody knows.
    Gap,
    /// In the commune of the visitor's token.
    AtTheVisitors,
}

/// One case to tell.
#[derive(Debug, Clone, Copy)]
pub struct Story {
    /// When the declaration comes in.
    pub received_at: DateTime<Utc>,
    /// What.
    pub plot: Plot,
    /// What is out of the ordinary.
    pub twist: Twist,
}

/// How many of each: 12 % fatal, 8 % with two or more seriously hurt, a third with one.
const MIX: &[(Plot, usize)] = &[
    (Plot::Fatal, 13),
    (Plot::FatalNoContract, 5),
    (Plot::FatalNotice, 2),
    (Plot::FatalSpecial, 2),
    (Plot::Multi, 9),
    (Plot::MultiMixed, 5),
    (Plot::Missing, 2),
    (Plot::Unknown, 3),
    (Plot::Serious, 46),
    (Plot::SeriousDies, 3),
    (Plot::SeriousNoContract, 15),
    (Plot::Light, 72),
    (Plot::LightNoContract, 7),
    (Plot::Incident, 3),
    (Plot::SeriousIncident, 2),
];

/// Which case of a kind, in order of time, is out of the ordinary.
const TWISTS: &[(Plot, usize, Twist)] = &[
    (Plot::Fatal, 1, Twist::Late),
    (Plot::Fatal, 2, Twist::MailDelayed),
    (Plot::Fatal, 4, Twist::ToldTwice),
    (Plot::Fatal, 7, Twist::NoWorkAccident),
    (Plot::Fatal, 9, Twist::Late),
    (Plot::Fatal, 12, Twist::MailRefused),
    (Plot::FatalNoContract, 3, Twist::ToldTwice),
    (Plot::FatalNoContract, 4, Twist::Gap),
    (Plot::Multi, 2, Twist::Late),
    (Plot::Multi, 5, Twist::MailDelayed),
    (Plot::MultiMixed, 3, Twist::Late),
    (Plot::MultiMixed, 4, Twist::ToldTwiceOpen),
    (Plot::SeriousNoContract, 3, Twist::AtTheVisitors),
    (Plot::SeriousNoContract, 12, Twist::AtTheVisitors),
    (Plot::Serious, 6, Twist::Supplemented),
    (Plot::Serious, 11, Twist::Transferred),
    (Plot::Serious, 17, Twist::NoWorkAccident),
    (Plot::Serious, 25, Twist::Supplemented),
    (Plot::Serious, 33, Twist::NoWorkAccident),
    (Plot::Serious, 40, Twist::Supplemented),
    (Plot::Light, 13, Twist::False),
    (Plot::Light, 30, Twist::Supplemented),
    (Plot::Light, 51, Twist::NoWorkAccident),
];

/// The newest cases, by minutes before now.
const NEWEST: &[(i64, Plot, Twist)] = &[
    (31 * 60, Plot::SeriousNoContract, Twist::AtTheVisitors),
    (26 * 60, Plot::Light, Twist::None),
    (19 * 60, Plot::Serious, Twist::None),
    (7 * 60, Plot::Multi, Twist::None),
    (5 * 60, Plot::Light, Twist::None),
    (170, Plot::FatalNoContract, Twist::Gap),
    (95, Plot::Unknown, Twist::None),
    (48, Plot::Serious, Twist::None),
    (12, Plot::Fatal, Twist::None),
    (6, Plot::FatalNotice, Twist::AtTheVisitors),
    (2, Plot::MultiMixed, Twist::None),
];

/// Days before now over which the cases are spread.
const SPAN: i64 = 730;
/// The last days, in which more is told: what an office has on its desk.
const DESK: i64 = 35;

/// Every case, in order of time.
pub fn stories(now: DateTime<Utc>, dice: &mut Dice) -> Vec<Story> {
    let mut plots: Vec<Plot> = MIX
        .iter()
        .flat_map(|(plot, count)| std::iter::repeat_n(*plot, *count))
        .collect();
    dice.shuffle(&mut plots);

    let recent = 24;
    let old = plots.len() - recent;
    let mut stories = Vec::with_capacity(plots.len() + NEWEST.len());
    for (at, plot) in plots.into_iter().enumerate() {
        let (begin, days, place, of) = if at < old {
            (SPAN, SPAN - DESK, at, old)
        } else {
            (DESK, DESK - 2, at - old, recent)
        };
        let width = days * 24 * 60;
        let slot = width * i64::try_from(place).unwrap_or(0) / i64::try_from(of).unwrap_or(1);
        let jitter = dice.between(0, u32::try_from(width).unwrap_or(0) / (2 * of as u32));
        let received_at =
            now - TimeDelta::days(begin) + TimeDelta::minutes(slot + i64::from(jitter));
        let received_at = by_day_unless_urgent(received_at, plot, dice);
        stories.push(Story {
            received_at,
            plot,
            twist: Twist::None,
        });
    }
    for (plot, nth, twist) in TWISTS {
        let mut of_plot = stories.iter_mut().filter(|story| story.plot == *plot);
        if let Some(story) = of_plot.nth(nth - 1) {
            story.twist = *twist;
        }
    }
    for (minutes, plot, twist) in NEWEST {
        stories.push(Story {
            received_at: now - TimeDelta::minutes(*minutes) - a_moment(dice),
            plot: *plot,
            twist: *twist,
        });
    }
    stories
}

/// Declarations that can wait come while an office is open, or nearly so.
fn by_day_unless_urgent(moment: DateTime<Utc>, plot: Plot, dice: &mut Dice) -> DateTime<Utc> {
    let can_wait = matches!(
        plot,
        Plot::Serious
            | Plot::SeriousDies
            | Plot::SeriousNoContract
            | Plot::Light
            | Plot::LightNoContract
            | Plot::Incident
    );
    let local = moment.with_timezone(&vietnam());
    let earlier = match local.hour() {
        18.. => i64::from(local.hour()) - i64::from(dice.between(8, 16)),
        ..7 => i64::from(local.hour()) + 24 - i64::from(dice.between(8, 16)),
        _ => 0,
    };
    let earlier = if can_wait { earlier } else { 0 };
    moment - TimeDelta::hours(earlier) - a_moment(dice)
}

/// Nobody sends at the full second.
fn a_moment(dice: &mut Dice) -> TimeDelta {
    TimeDelta::microseconds(dice.between(1, 59_999_999).into())
}
