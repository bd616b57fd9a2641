//! The legal time limits of a case, each with its derivation (`accidents.md` 7.4: K2, K3, K4).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{domain::law::Basis, named};

named! {
    /// Which limit.
    pub enum ClockId {
        /// People sent to the scene: hours from receipt (D39 Art. 11.2.a).
        K2 = "K2",
        /// Investigation: calendar days from receipt to announcement (L84 Art. 35.6).
        K3 = "K3",
        /// Minutes sent: working days from the announcement (D39 Art. 13.9, 14.6, 15.5).
        K4 = "K4",
    }
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
    /// Why: `announced`, `people_sent`, `minutes_sent`, `class_changed`, `ended`.
    pub stopped_because: Option<String>,
    /// Days added by the one extension; 0 where there is none.
    pub extended_days: i32,
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
        } else if self.due_raw < now {
            ClockState::Overdue
        } else {
            ClockState::Running
        }
    }
}
