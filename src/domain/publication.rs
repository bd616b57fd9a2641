//! Which conclusions stand on a page for everybody, and what of them.
//!
//! Who publishes (L84 Art. 35.9): the employer what its own team found, to its workers at the establishment; the commune
//! its record, and for workers without a contract the minutes, to the public; the head of the team or the leading agency
//! what a provincial or central team found. So nothing of a facility's team is listed. An investigation by special law is
//! published as that law says (35.9.d), which this service does not know: it is not listed either.
//!
//! No article orders names of establishments or persons before everybody. An establishment of one household has the name
//! of a person, and day and commune of an accident with one victim say who it was: so the province and the month are
//! listed, and nothing that somebody typed. What is contested is no conclusion: it is taken down until it is decided.
//!
//! Whoever counts the list learns no number that [`super::suppress`] withholds: what is not concluded, published elsewhere,
//! contested or older is not in it, and it does not say how many those are.

use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use super::{
    access::ActorRole,
    case::{
        Case, CaseStatus, Event,
        event::{Conclusion, Progress},
    },
    classify::CaseClass,
    declaration::Kind,
    investigation::InvestigationLevel,
};
use crate::time::day_in_vietnam;

/// Whose conclusions an authority publishes.
pub const LEVELS: [InvestigationLevel; 3] = [
    InvestigationLevel::Provincial,
    InvestigationLevel::Central,
    InvestigationLevel::CommuneRecord,
];

/// Who speaks for an authority.
const OFFICIALS: [ActorRole; 3] = [
    ActorRole::Inspector,
    ActorRole::Ministry,
    ActorRole::Commune,
];

/// A conclusion as everybody may read it: nothing that somebody typed, and nothing of anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicConclusion {
    /// Who investigated.
    pub level: InvestigationLevel,
    /// Class.
    pub class: CaseClass,
    /// First day of the month of the accident, in Việt Nam.
    pub month: NaiveDate,
    /// Code of the province.
    pub province: String,
    /// Since when it hangs in public.
    pub posted_on: NaiveDate,
    /// Main cause, by its code (D39 Phụ lục XII); none where the minutes name none, and in a commune's record.
    pub cause: Option<String>,
    /// How many recommendations were made.
    pub recommended: usize,
    /// Of them those on which nobody has reported yet.
    pub open: usize,
}

/// What of the case is published; `None` where nothing is. Its `events` are in order of time.
pub fn published(case: &Case, events: &[Event]) -> Option<PublicConclusion> {
    use CaseStatus::{Archived, Closed, CommuneRecorded, FollowUp, Posted};
    let stands = matches!(
        case.status,
        Posted | FollowUp | Closed | Archived | CommuneRecorded
    );
    if !stands || case.kind != Kind::Accident || !LEVELS.contains(&case.level) {
        return None;
    }
    let last = |action: &str| events.iter().rfind(|event| event.action == action);
    let by_official = |action: &str| {
        let event = last(action)?;
        OFFICIALS.contains(&event.actor_role).then_some(event)
    };
    let progress = Progress::of(events);
    if progress.conclusion == Some(Conclusion::NotWorkAccident) || progress.early_end.is_some() {
        return None;
    }
    let posted_on = progress.posted_on?;
    by_official("confirm_posting")?;
    // A commune's record has no meeting.
    if case.level != InvestigationLevel::CommuneRecord {
        progress.announced_at?;
        by_official("announce")?;
    }
    let minutes = last("draft_minutes");
    let cause = minutes.and_then(|event| event.details.get("cause_code"));
    let occurred = day_in_vietnam(case.occurred_at);
    let recommended = events.iter().filter(|event| event.action == "recommend");
    Some(PublicConclusion {
        level: case.level,
        class: case.class,
        month: occurred.with_day(1).unwrap_or(occurred),
        province: case.province_code.clone(),
        posted_on,
        cause: cause.and_then(Value::as_str).map(str::to_owned),
        recommended: recommended.count(),
        open: progress.open_recommendations.len(),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{
        domain::{case::tests::a_case, declaration::examples::moment},
        ids::EventId,
    };

    fn event(case: &Case, action: &str, role: ActorRole, details: Value) -> Event {
        Event {
            id: EventId::generate(),
            case_id: case.id.clone(),
            happened_at: moment("2026-03-05T09:00:00+07:00"),
            actor: "Lê Thị Hoa".to_owned(),
            actor_role: role,
            action: action.to_owned(),
            from_status: None,
            to_status: case.status,
            reason: None,
            details,
        }
    }

    /// The steps of an investigation that came to its end, taken by `role`.
    fn steps(case: &Case, role: ActorRole) -> Vec<Event> {
        let taken = [
            (
                "draft_minutes",
                json!({ "conclusion": "work_accident", "cause_code": "4" }),
            ),
            (
                "recommend",
                json!({ "recommendation": "Che chắn.", "addressee": "Giám đốc" }),
            ),
            (
                "announce",
                json!({ "held_at": "2026-03-04T09:00:00+07:00" }),
            ),
            (
                "confirm_posting",
                json!({ "posted_on": "2026-03-05", "posted_where": "Nhà ông Tư" }),
            ),
        ];
        taken
            .map(|(action, details)| event(case, action, role, details))
            .into()
    }

    fn posted(level: InvestigationLevel) -> Case {
        a_case(CaseStatus::Posted, CaseClass::Fatal, level)
    }

    #[test]
    fn what_an_authority_announced_and_posted_is_published() {
        let case = posted(InvestigationLevel::Provincial);
        let found = published(&case, &steps(&case, ActorRole::Inspector)).unwrap();
        assert_eq!(found.posted_on, "2026-03-05".parse().unwrap());
        assert_eq!(
            (found.cause.as_deref(), found.recommended, found.open),
            (Some("4"), 1, 1)
        );
        assert_eq!(found.month.day(), 1);
    }

    #[test]
    fn what_an_employer_posts_hangs_at_the_establishment_alone() {
        let case = posted(InvestigationLevel::Facility);
        assert_eq!(published(&case, &steps(&case, ActorRole::Employer)), None);
        assert_eq!(published(&case, &steps(&case, ActorRole::Inspector)), None);
        // And nobody but an official publishes for an authority.
        let case = posted(InvestigationLevel::Provincial);
        assert_eq!(published(&case, &steps(&case, ActorRole::Employer)), None);
    }

    #[test]
    fn before_it_is_announced_and_posted_nothing_is_known() {
        let case = posted(InvestigationLevel::Provincial);
        let all = steps(&case, ActorRole::Inspector);
        for missing in ["announce", "confirm_posting"] {
            let without: Vec<Event> = all
                .iter()
                .filter(|one| one.action != missing)
                .cloned()
                .collect();
            assert_eq!(published(&case, &without), None, "{missing}");
        }
        for status in CaseStatus::ALL {
            use CaseStatus::{Archived, Closed, CommuneRecorded, FollowUp, Posted};
            let stands = [Posted, FollowUp, Closed, Archived, CommuneRecorded].contains(status);
            let case = a_case(*status, CaseClass::Fatal, InvestigationLevel::Provincial);
            assert_eq!(published(&case, &all).is_some(), stands, "{status}");
        }
    }

    #[test]
    fn what_was_no_accident_at_work_is_nobodys_business() {
        let case = posted(InvestigationLevel::Provincial);
        let mut all = steps(&case, ActorRole::Inspector);
        all[0].details = json!({ "conclusion": "not_work_accident" });
        assert_eq!(published(&case, &all), None);
    }

    #[test]
    fn a_communes_record_is_posted_without_a_meeting() {
        let level = InvestigationLevel::CommuneRecord;
        let case = a_case(CaseStatus::CommuneRecorded, CaseClass::SingleSerious, level);
        let details = json!({ "posted_on": "2026-03-05", "posted_where": "Trụ sở" });
        let events = [event(&case, "confirm_posting", ActorRole::Commune, details)];
        let found = published(&case, &events).unwrap();
        assert_eq!((found.cause, found.recommended), (None, 0));
    }
}
