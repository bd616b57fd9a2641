//! The step that brings a case on: of all that somebody may do, the one that a page shows as its one big button.
//!
//! It is advice and no guard: everything else that is allowed stays allowed.

use crate::domain::case::{CaseStatus, Step, closing::ClosingItem};

/// The way from each state, the likeliest step first. Police and procuracy find theirs in the same list.
fn way(status: CaseStatus) -> &'static [Step] {
    use CaseStatus as S;
    match status {
        S::Noticed => &[Step::Declare, Step::Receive, Step::ConfirmNotice],
        S::Declared => &[Step::Receive, Step::Classify],
        S::Transferred => &[Step::Receive],
        S::Received => &[Step::Classify],
        S::Classified => &[
            Step::RecordCommune,
            Step::SendToScene,
            Step::FormTeam,
            Step::DraftMinutes,
        ],
        S::SceneResponse => &[Step::FormTeam],
        S::TeamFormed => &[Step::StartInvestigation],
        S::ReturnedByPolice => &[
            Step::CompleteReturn,
            Step::StartInvestigation,
            Step::FormTeam,
        ],
        S::Investigating => &[Step::DraftMinutes],
        S::PoliceOpinionPending => &[Step::RecordPoliceAnswer, Step::DraftMinutes],
        S::Suspended => &[Step::Resume],
        S::ProsecutionRecommended => &[Step::DeclineProsecution, Step::ReturnFile],
        S::CriminalCase => &[Step::ReturnFile],
        S::MinutesDrafted => &[Step::Announce],
        S::Announced => &[Step::DispatchMinutes],
        S::Dispatched => &[Step::ConfirmPosting],
        S::Complained => &[Step::AnswerComplaint],
        S::Reinvestigating => &[Step::Announce, Step::DraftMinutes],
        S::Closed => &[Step::Archive],
        S::CommuneRecorded | S::Posted | S::FollowUp | S::NotWorkAccident => &[],
        S::Draft | S::Archived | S::Duplicate => &[],
    }
}

/// The step that does something about what is missing before the end; `None` where no step does.
pub fn remedy(item: ClosingItem) -> Option<Step> {
    match item {
        ClosingItem::MinutesNotSent => Some(Step::DispatchMinutes),
        ClosingItem::NotPosted => Some(Step::ConfirmPosting),
        ClosingItem::FileIncomplete => Some(Step::CheckFile),
        ClosingItem::SceneNotReleased => Some(Step::ReleaseScene),
        ClosingItem::RecommendationOpen => Some(Step::ReportRecommendation),
        ClosingItem::BenefitsUndecided => Some(Step::DecideBenefits),
        ClosingItem::NotRegistered => Some(Step::EnterRegister),
        // Named by a supplement, or over with time.
        ClosingItem::VictimsNotNamed | ClosingItem::ComplaintsStillHeard => None,
    }
}

/// Of the `allowed` steps the one that brings the case on; `None` where somebody else must act, or only time. Minutes
/// of an accident with a death wait for the police, so that their opinion comes first where `asks_police`
/// (D39 Art. 20.1.g).
pub fn next(
    status: CaseStatus,
    allowed: &[Step],
    missing: &[ClosingItem],
    asks_police: bool,
) -> Option<Step> {
    let may = |step: &Step| allowed.contains(step);
    if status == CaseStatus::Investigating && asks_police && may(&Step::SendOpinion) {
        return Some(Step::SendOpinion);
    }
    let on_the_way = way(status).iter().copied().find(may);
    let to_mend = || {
        let mut remedies = missing.iter().copied().filter_map(remedy);
        remedies.find(may)
    };
    let to_the_end = || [Step::Close].into_iter().find(may);
    on_the_way.or_else(to_mend).or_else(to_the_end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::case::table;

    #[test]
    fn each_state_is_left_by_a_step_of_the_table() {
        for status in CaseStatus::ALL {
            for step in way(*status) {
                assert!(
                    step.rules().any(|rule| rule.way_from(*status).is_some()),
                    "{step} from {status}"
                );
            }
        }
        assert!(table::rows().any(|rule| rule.step == Step::Close));
    }

    #[test]
    fn what_is_missing_comes_before_the_end() {
        let allowed = [Step::Close, Step::CheckFile, Step::EnterRegister];
        let of = |missing: &[ClosingItem]| next(CaseStatus::FollowUp, &allowed, missing, false);
        assert_eq!(
            of(&[ClosingItem::NotRegistered, ClosingItem::FileIncomplete]),
            Some(Step::EnterRegister)
        );
        assert_eq!(of(&[]), Some(Step::Close));
        assert_eq!(next(CaseStatus::FollowUp, &[], &[], false), None);
    }

    #[test]
    fn after_a_death_the_police_are_asked_before_the_minutes() {
        let allowed = [Step::DraftMinutes, Step::SendOpinion];
        let of = |asks| next(CaseStatus::Investigating, &allowed, &[], asks);
        assert_eq!(of(true), Some(Step::SendOpinion));
        assert_eq!(of(false), Some(Step::DraftMinutes));
    }
}
