//! What is so of a case beside its state (`accidents.md` 7.2). Nothing here is stored: it is read from the
//! case, its clocks and its timeline.

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        case::{Case, Progress, event::Conclusion},
        clocks::{Clock, ClockState},
        declaration::{Declaration, Kind, Sector},
    },
    named,
};

named! {
    /// Something that is so of a case.
    pub enum Flag {
        /// Expertise was ordered (L84 Art. 35.6.d).
        ExpertiseOrdered = "EXPERTISE_ORDERED",
        /// The limit was extended (L84 Art. 35.6).
        Extended = "EXTENDED",
        /// A duty is overdue.
        Overdue = "OVERDUE",
        /// Of a special sector (L84 Art. 34.1.c).
        SectorSpecial = "SECTOR_SPECIAL",
        /// Abroad (D39 Art. 19).
        Abroad = "ABROAD",
        /// In traffic, on duty or between home and work (D39 Art. 23).
        Traffic = "TRAFFIC",
        /// The allowance of L84 Art. 39.2: conclusion (ii).
        Commute39_2 = "COMMUTE_39_2",
        /// A technical incident (D39 Art. 26).
        TechnicalIncident = "TECHNICAL_INCIDENT",
        /// Earlier minutes have lost their force (D39 Art. 17.2).
        MinutesSuperseded = "MINUTES_SUPERSEDED",
        /// The public follows it: nothing is said outside but what somebody approved.
        PubliclyFollowed = "PUBLICLY_FOLLOWED",
    }
}

/// Every flag of a case at `now`; `facts` are those that are kept.
pub fn of(
    case: &Case,
    clocks: &[Clock],
    progress: &Progress,
    facts: Option<&Declaration>,
    now: DateTime<Utc>,
) -> Vec<Flag> {
    let accident = facts.map(|facts| &facts.accident);
    let is_overdue = |clock: &Clock| clock.state(now) == ClockState::Overdue;
    let holds = |flag: &Flag| match flag {
        Flag::ExpertiseOrdered => progress.expertise_ordered,
        Flag::Extended => progress.extended,
        Flag::Overdue => clocks.iter().any(is_overdue),
        Flag::SectorSpecial => case.sector != Sector::Ordinary,
        Flag::Abroad => accident.is_some_and(|accident| accident.abroad.is_some()),
        Flag::Traffic => accident.is_some_and(|accident| accident.traffic == Some(true)),
        Flag::Commute39_2 => progress.conclusion == Some(Conclusion::Allowance39_2),
        Flag::TechnicalIncident => case.kind == Kind::TechnicalIncident,
        Flag::MinutesSuperseded => progress.superseded,
        Flag::PubliclyFollowed => progress.followed_publicly,
    };
    Flag::ALL.iter().copied().filter(holds).collect()
}
