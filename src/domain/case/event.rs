//! What happened to a case: its timeline, and what later steps must know of earlier ones.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use crate::{
    domain::{
        access::{self, Actor, ActorRole, Sight},
        case::CaseStatus,
        refusal::PassedOn,
    },
    ids::{CaseId, EventId},
    named,
};

named! {
    /// The conclusion on the accident, one of three (D39, form IX).
    pub enum Conclusion {
        /// (i) Tai nạn lao động.
        WorkAccident = "work_accident",
        /// (ii) Tai nạn được hưởng trợ cấp theo khoản 2 Điều 39 Luật ATVSLĐ.
        Allowance39_2 = "allowance_39_2",
        /// (iii) Không phải là tai nạn lao động.
        NotWorkAccident = "not_work_accident",
    }
}

/// One row of a timeline. Only ever added.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// Id; sorts by time.
    pub id: EventId,
    /// The case.
    pub case_id: CaseId,
    /// When it was recorded.
    pub happened_at: DateTime<Utc>,
    /// Name of the token.
    pub actor: String,
    /// Its role.
    pub actor_role: ActorRole,
    /// A step's name, or what else happened: `declared`, `supplemented`, …
    pub action: String,
    /// State before; `None` for the first.
    pub from_status: Option<CaseStatus>,
    /// State after.
    pub to_status: CaseStatus,
    /// Why, in the actor's words.
    pub reason: Option<String>,
    /// Fields of the step.
    pub details: Value,
}

/// A paper of a case, as its timeline knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Which paper: the step that brought it.
    pub step: String,
    /// Its number.
    pub number: String,
    /// Its day.
    pub dated: Option<NaiveDate>,
    /// When it was recorded here.
    pub recorded_at: DateTime<Utc>,
}

/// What earlier steps fixed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress {
    /// Day of the commune record.
    pub recorded_on: Option<NaiveDate>,
    /// Day of the decision that formed the team.
    pub decided_on: Option<NaiveDate>,
    /// Day of the minutes.
    pub drafted_on: Option<NaiveDate>,
    /// Their conclusion.
    pub conclusion: Option<Conclusion>,
    /// When the meeting was held that announced them.
    pub announced_at: Option<DateTime<Utc>>,
    /// Whether they were sent to everybody.
    pub minutes_sent: bool,
    /// Whether the commune made a notice its declaration.
    pub declared: bool,
    /// To whom a transfer handed the case; `None` where those of its place are in charge.
    pub handed_to: Option<HandedTo>,
    /// Who said that the case is not theirs, and who stands in their place.
    pub passed_on: Vec<PassedOn>,
    /// The case of which this one is a duplicate.
    pub duplicate_of: Option<String>,
}

/// The authority to which a case was transferred.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandedTo {
    /// Id in the directory.
    pub authority: String,
    /// Its audience (see [`crate::domain::access`]); `None` where it has no queue here.
    pub audience: Option<String>,
    /// Since when.
    pub since: DateTime<Utc>,
}

impl HandedTo {
    /// Whether `actor` is of the kind of those in charge, but not the one to whom the case was handed:
    /// they go on reading it, and leave it to the other.
    pub fn bars(&self, actor: &Actor) -> bool {
        let Some(audience) = &self.audience else {
            return false;
        };
        let is_theirs = match access::audiences(actor) {
            Sight::All => audience == MINISTRY,
            Sight::Audiences(keys) => keys.contains(audience),
            Sight::Nothing => false,
        };
        let of_a_commune = audience.starts_with('C');
        let of_their_kind = match actor.role {
            ActorRole::Inspector => !of_a_commune,
            ActorRole::Commune => of_a_commune,
            ActorRole::Ministry => audience == MINISTRY,
            _ => false,
        };
        of_their_kind && !is_theirs
    }

    /// Of the audiences `seen_by`, those for which the case has ended with the transfer.
    pub fn set_aside(&self, seen_by: &BTreeSet<String>) -> Vec<String> {
        let Some(audience) = &self.audience else {
            return Vec::new();
        };
        let kind = if audience.starts_with('C') { 'C' } else { 'L' };
        let others = seen_by.iter().filter(|key| *key != audience);
        others
            .filter(|key| key.starts_with(kind))
            .cloned()
            .collect()
    }
}

/// What the timeline calls it when an authority says that a case is not its own.
pub const REFUSED: &str = "alert_refused";

/// The labour ministry in charge of a case: it sees every case, so no row of audiences names it.
pub const MINISTRY: &str = "M";

impl Progress {
    /// What `events`, in order of time, fixed. A later step of the same kind replaces an earlier.
    pub fn of(events: &[Event]) -> Self {
        let mut progress = Self::default();
        for event in events {
            let text = |name: &str| event.details.get(name).and_then(Value::as_str);
            let day = |name: &str| text(name).and_then(|day| day.parse().ok());
            match event.action.as_str() {
                "record_commune" => progress.recorded_on = day("recorded_on"),
                "form_team" => progress.decided_on = day("decided_on"),
                "draft_minutes" => {
                    progress.drafted_on = day("drafted_on");
                    progress.conclusion = text("conclusion").and_then(Conclusion::parse);
                }
                "announce" => {
                    progress.announced_at = text("held_at")
                        .and_then(|moment| DateTime::parse_from_rfc3339(moment).ok())
                        .map(|moment| moment.to_utc());
                    progress.minutes_sent = false;
                }
                "dispatch_minutes" => progress.minutes_sent = true,
                "declare" => progress.declared = true,
                "mark_duplicate" => progress.duplicate_of = text("of_case").map(str::to_owned),
                "transfer" => {
                    // Before transfers named an authority of the directory, they had no receipt.
                    progress.handed_to = text("received_by").map(|authority| HandedTo {
                        authority: authority.to_owned(),
                        audience: text("audience").map(str::to_owned),
                        since: event.happened_at,
                    });
                }
                REFUSED => {
                    let passed = serde_json::from_value(event.details["passed_on"].clone());
                    progress.passed_on.extend(passed.ok());
                }
                // The place was corrected: those of the new one are in charge.
                _ if event.details["elsewhere"] == true => {
                    progress.handed_to = None;
                    progress.passed_on.clear();
                }
                _ => {}
            }
        }
        progress
    }
}

/// The papers that `events` name, in their order.
pub fn documents(events: &[Event]) -> Vec<Document> {
    const NUMBERS: [(&str, &str); 6] = [
        ("record_number", "recorded_on"),
        ("decision_number", "decided_on"),
        ("consent_number", ""),
        ("minutes_number", "drafted_on"),
        ("meeting_minutes_number", ""),
        ("letter_number", ""),
    ];
    let mut documents = Vec::new();
    for event in events {
        let text = |name: &str| event.details.get(name).and_then(Value::as_str);
        for (number, dated) in NUMBERS {
            if let Some(found) = text(number) {
                documents.push(Document {
                    step: event.action.clone(),
                    number: found.to_owned(),
                    dated: text(dated).and_then(|day| day.parse().ok()),
                    recorded_at: event.happened_at,
                });
            }
        }
    }
    documents
}
