//! What must be there before a case is closed (`accidents.md` 7.5). The case names every item that is
//! missing; closing waits until none is.

use std::collections::BTreeSet;

use crate::{
    domain::{
        case::{CaseFacts, CaseStatus, event::Conclusion},
        classify::CaseClass,
        investigation::InvestigationLevel,
    },
    named,
};

named! {
    /// Something that is missing.
    pub enum ClosingItem {
        /// The minutes have not reached everybody whom the law names (D39 Art. 13.9, 14.6, 15.5).
        MinutesNotSent = "minutes_not_sent",
        /// Nobody has confirmed that they were posted (L84 Art. 35.9).
        NotPosted = "not_posted",
        /// More people were hurt than are named: for each there is a file (D39 Art. 16.2).
        VictimsNotNamed = "victims_not_named",
        /// The file of a victim has not been checked as complete (D39 Art. 16).
        FileIncomplete = "file_incomplete",
        /// Nobody consented in writing to clear the scene (D39 Art. 18.3.b).
        SceneNotReleased = "scene_not_released",
        /// A recommendation without a report (D39 Art. 18.10).
        RecommendationOpen = "recommendation_open",
        /// Nothing was decided about the benefits of a victim (L84 Art. 38, 39).
        BenefitsUndecided = "benefits_undecided",
        /// It does not stand in the register (C13 Art. 3).
        NotRegistered = "not_registered",
        /// Complaints may still come, and the dated value says to wait for them (D39 Art. 17.1).
        ComplaintsStillHeard = "complaints_still_heard",
    }
}

impl ClosingItem {
    /// Its legal ground.
    pub fn article(self) -> &'static str {
        match self {
            Self::MinutesNotSent => "L84 Điều 35.8; D39 Điều 13.9, 14.6, 15.5",
            Self::NotPosted => "L84 Điều 35.9",
            Self::FileIncomplete => "D39 Điều 16",
            Self::VictimsNotNamed => "D39 Điều 16.2",
            Self::SceneNotReleased => "D39 Điều 18.3.b",
            Self::RecommendationOpen => "D39 Điều 18.10",
            Self::BenefitsUndecided => "L84 Điều 38, 39; C28 Điều 7",
            Self::NotRegistered => "C13 Điều 3",
            Self::ComplaintsStillHeard => "D39 Điều 17.1",
        }
    }
}

/// Everything that is missing in a case that stands so, with the numbers of the victims it concerns; empty
/// where it can be closed, and for one that nobody investigates.
pub fn missing(facts: &CaseFacts) -> Vec<(ClosingItem, Vec<u32>)> {
    use InvestigationLevel::{Central, CommuneRecord, Facility, None, Provincial, SpecialLaw};
    match facts.level {
        Facility | Provincial | Central | SpecialLaw => of_a_team(facts),
        CommuneRecord => of_a_commune(facts),
        None => Vec::new(),
    }
}

fn of_a_commune(facts: &CaseFacts) -> Vec<(ClosingItem, Vec<u32>)> {
    let progress = &facts.progress;
    let checks = [
        (progress.posted_on.is_some(), ClosingItem::NotPosted),
        (progress.registered, ClosingItem::NotRegistered),
    ];
    without_what_holds(checks)
}

fn of_a_team(facts: &CaseFacts) -> Vec<(ClosingItem, Vec<u32>)> {
    let progress = &facts.progress;
    // Where it was no work accident nothing is owed, and no register counts it (D39, form IX).
    let is_one = progress.conclusion != Some(Conclusion::NotWorkAccident)
        && facts.status != CaseStatus::NotWorkAccident;
    let needs_consent = facts.class != CaseClass::Light;
    let waits = facts.waits_for_complaints
        && facts
            .complaints_until
            .is_some_and(|until| facts.now <= until);
    let mut all = without_what_holds([
        (
            progress.minutes_sent(facts.level, facts),
            ClosingItem::MinutesNotSent,
        ),
        (progress.posted_on.is_some(), ClosingItem::NotPosted),
        (
            progress.scene_released || !needs_consent,
            ClosingItem::SceneNotReleased,
        ),
        (
            progress.open_recommendations.is_empty(),
            ClosingItem::RecommendationOpen,
        ),
        (progress.registered || !is_one, ClosingItem::NotRegistered),
        (!waits, ClosingItem::ComplaintsStillHeard),
        (
            facts.victims.len() >= facts.hurt as usize,
            ClosingItem::VictimsNotNamed,
        ),
    ]);
    let everybody = || facts.victims.iter().map(|victim| victim.number);
    // Whoever is owed a decision stays owed one, whatever was corrected since.
    let owed = facts
        .victims
        .iter()
        .filter(|victim| victim.under_contract || facts.owed_a_decision.contains(&victim.number));
    let owed = owed.map(|victim| victim.number).filter(|_| is_one);
    let lacking = |numbers: Vec<u32>, done: &BTreeSet<u32>| -> Vec<u32> {
        numbers
            .into_iter()
            .filter(|number| !done.contains(number))
            .collect()
    };
    let files = lacking(everybody().collect(), &progress.files_checked);
    let benefits = lacking(owed.collect(), &progress.benefits_decided);
    for (item, victims) in [
        (ClosingItem::FileIncomplete, files),
        (ClosingItem::BenefitsUndecided, benefits),
    ] {
        if !victims.is_empty() {
            all.push((item, victims));
        }
    }
    all
}

fn without_what_holds<const N: usize>(
    checks: [(bool, ClosingItem); N],
) -> Vec<(ClosingItem, Vec<u32>)> {
    checks
        .into_iter()
        .filter(|(holds, _)| !holds)
        .map(|(_, item)| (item, Vec::new()))
        .collect()
}
