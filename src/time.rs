//! Where the program learns the time, and the day in Việt Nam.
//!
//! Nothing else reads the clock: rules and use cases are given `now`.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{
    DateTime, DurationRound, FixedOffset, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc,
};

/// The service's clock: the computer's, moved by `TNLD_CLOCK_OFFSET` for rehearsals.
#[derive(Debug, Clone, Copy, Default)]
pub struct Clock {
    offset_seconds: i64,
    /// Seconds by which the clock was moved on while it ran.
    moved: Option<&'static AtomicI64>,
}

impl Clock {
    /// A clock that runs `offset_seconds` ahead of (or, negative, behind) the computer's.
    pub fn with_offset(offset_seconds: i64) -> Self {
        Self {
            offset_seconds,
            moved: None,
        }
    }

    /// This clock, and all copies that are made of it, can be moved on while they run: the demo's, where nobody waits
    /// ninety days for a limit. What holds how far is never given back; one is made for a process.
    pub fn movable(self) -> Self {
        Self {
            moved: Some(Box::leak(Box::default())),
            ..self
        }
    }

    /// Moves the clock on; `false` where it cannot be moved, or would run backwards.
    pub fn move_on(self, by: TimeDelta) -> bool {
        match self.moved {
            Some(moved) if by >= TimeDelta::zero() => {
                moved.fetch_add(by.num_seconds(), Ordering::Relaxed);
                true
            }
            _ => false,
        }
    }

    /// By how many seconds this clock is moved.
    pub fn offset_seconds(self) -> i64 {
        let moved = self.moved.map_or(0, |moved| moved.load(Ordering::Relaxed));
        self.offset_seconds + moved
    }

    /// This moment, in whole microseconds: both databases keep no more.
    pub fn now(self) -> DateTime<Utc> {
        #[expect(
            clippy::disallowed_methods,
            reason = "the one place that reads the clock"
        )]
        let computer = Utc::now();
        let moved = computer + TimeDelta::seconds(self.offset_seconds());
        moved
            .duration_trunc(TimeDelta::microseconds(1))
            .unwrap_or(moved)
    }
}

/// The time zone of Việt Nam: seven hours before UTC all year (Asia/Ho_Chi_Minh).
pub fn vietnam() -> FixedOffset {
    FixedOffset::east_opt(7 * 3600).expect("seven hours is a valid offset")
}

/// The legal day of a moment: the calendar day in Việt Nam.
pub fn day_in_vietnam(moment: DateTime<Utc>) -> NaiveDate {
    moment.with_timezone(&vietnam()).date_naive()
}

/// The first moment of a legal day.
pub fn start_of_day_in_vietnam(day: NaiveDate) -> DateTime<Utc> {
    vietnam()
        .from_local_datetime(&day.and_time(NaiveTime::MIN))
        .single()
        .expect("a fixed offset maps every local time to one moment")
        .to_utc()
}

/// The last second of a legal day.
pub fn end_of_day_in_vietnam(day: NaiveDate) -> DateTime<Utc> {
    let last_second = NaiveTime::from_hms_opt(23, 59, 59).expect("a valid time of day");
    vietnam()
        .from_local_datetime(&day.and_time(last_second))
        .single()
        .expect("a fixed offset maps every local time to one moment")
        .to_utc()
}

/// A moment as people and programs read it here: RFC 3339 with `+07:00`.
pub fn rfc3339_in_vietnam(moment: DateTime<Utc>) -> String {
    moment
        .with_timezone(&vietnam())
        .to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
}
