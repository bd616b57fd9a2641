//! What the insurance dossier of a victim holds, and what it lacks (L84 Art. 57, 59; D143 Art. 23;
//! `administration.md` 5). Read from the declaration and the timeline; the papers themselves lie in the file.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::{
    domain::{
        case::{Event, event::Conclusion},
        declaration::Declaration,
        victim::{Employment, Outcome, Victim},
    },
    named,
};

named! {
    /// Which insurance covers a victim.
    pub enum Scheme {
        /// Compulsory: under a labour contract (L84 Art. 43).
        Compulsory = "compulsory",
        /// Voluntary accident insurance (D143).
        Voluntary = "voluntary",
        /// None that is known.
        Uninsured = "none",
    }
}

named! {
    /// Something that a dossier holds.
    pub enum DossierItem {
        /// Name, birth, sex, identity number.
        Person = "person",
        /// Name and tax code of the employer.
        Employer = "employer",
        /// The declaration, with its receipt.
        Declaration = "declaration",
        /// Number, day and conclusion of the minutes.
        InvestigationMinutes = "investigation_minutes",
        /// The commune's record.
        CommuneRecord = "commune_record",
        /// What the police wrote of an accident in traffic.
        PolicePapers = "police_papers",
        /// Giấy ra viện or an extract of the medical file.
        DischargePaper = "discharge_paper",
        /// Biên bản giám định mức suy giảm khả năng lao động.
        Assessment = "assessment",
        /// Proof of the death.
        Death = "death",
    }
}

impl DossierItem {
    /// Its ground.
    pub fn article(self) -> &'static str {
        match self {
            Self::Person | Self::Employer => "L84 Điều 57",
            Self::Declaration => "L84 Điều 34",
            Self::InvestigationMinutes => "L84 Điều 35, 57",
            Self::CommuneRecord => "L84 Điều 35.1; NĐ 143/2024 Điều 23",
            Self::PolicePapers => "L84 Điều 35.5",
            Self::DischargePaper => "L84 Điều 57.2",
            Self::Assessment => "L84 Điều 57.3",
            Self::Death => "L84 Điều 53",
        }
    }

    /// Whether it tells of somebody's health.
    pub fn is_health(self) -> bool {
        matches!(self, Self::DischargePaper | Self::Assessment | Self::Death)
    }
}

named! {
    /// Whether an item is there.
    pub enum PaperState {
        /// There.
        Present = "present",
        /// Missing.
        Missing = "missing",
        /// Not needed in this case.
        NotNeeded = "not_needed",
    }
}

/// One item of a dossier.
#[derive(Debug, Clone, PartialEq)]
pub struct DossierEntry {
    /// Which.
    pub item: DossierItem,
    /// Whether it is there.
    pub state: PaperState,
    /// What is known of it; `null` where it is missing or not needed.
    pub value: Value,
}

/// The dossier of one victim.
#[derive(Debug, Clone, PartialEq)]
pub struct Dossier {
    /// Which insurance.
    pub scheme: Scheme,
    /// Every item, in the order of the law.
    pub entries: Vec<DossierEntry>,
    /// The day on which the last paper came, once nothing is missing.
    pub complete_since: Option<NaiveDate>,
}

impl Dossier {
    /// Whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        let is_missing = |entry: &DossierEntry| entry.state == PaperState::Missing;
        !self.entries.iter().any(is_missing)
    }
}

/// Which insurance covers `victim`.
pub fn scheme(facts: &Declaration, victim: &Victim) -> Scheme {
    if facts.employment_of(victim.employment) == Some(Employment::Contract) {
        Scheme::Compulsory
    } else if victim.voluntary_insurance == Some(true) {
        Scheme::Voluntary
    } else {
        Scheme::Uninsured
    }
}

/// The dossier of `victim` in a case with these facts and this timeline, declared as `receipt_no`.
pub fn of(facts: &Declaration, victim: &Victim, events: &[Event], receipt_no: &str) -> Dossier {
    let scheme = scheme(facts, victim);
    let papers = Papers { victim, events };
    let item = DossierItem::InvestigationMinutes;
    let has_minutes = papers.value(item, facts, receipt_no).is_some();
    let entries = DossierItem::ALL
        .iter()
        .map(|item| {
            let value = papers.value(*item, facts, receipt_no);
            let state = match value {
                Some(_) => PaperState::Present,
                None if needs(*item, scheme, has_minutes, facts, victim) => PaperState::Missing,
                None => PaperState::NotNeeded,
            };
            DossierEntry {
                item: *item,
                state,
                value: value.unwrap_or(Value::Null),
            }
        })
        .collect();
    let mut dossier = Dossier {
        scheme,
        entries,
        complete_since: None,
    };
    if dossier.is_complete() {
        dossier.complete_since = papers.last_day();
    }
    dossier
}

fn needs(
    item: DossierItem,
    scheme: Scheme,
    has_minutes: bool,
    facts: &Declaration,
    victim: &Victim,
) -> bool {
    let died = victim.outcome == Some(Outcome::Dead);
    match item {
        DossierItem::Person | DossierItem::Declaration => true,
        DossierItem::Employer => scheme == Scheme::Compulsory,
        DossierItem::InvestigationMinutes => scheme == Scheme::Compulsory,
        // Of a worker without contract it stands in the place of the minutes.
        DossierItem::CommuneRecord => scheme != Scheme::Compulsory && !has_minutes,
        DossierItem::PolicePapers => facts.accident.traffic == Some(true),
        DossierItem::DischargePaper | DossierItem::Assessment => !died,
        DossierItem::Death => died,
    }
}

/// What the timeline knows of a victim's papers.
struct Papers<'a> {
    victim: &'a Victim,
    events: &'a [Event],
}

impl Papers<'_> {
    fn value(&self, item: DossierItem, facts: &Declaration, receipt_no: &str) -> Option<Value> {
        match item {
            DossierItem::Person => self.victim.full_name.as_ref().map(|name| {
                json!({
                    "full_name": name,
                    "date_of_birth": self.victim.date_of_birth,
                    "birth_year": self.victim.birth_year,
                    "sex": self.victim.sex,
                    "citizen_id": self.victim.citizen_id,
                })
            }),
            DossierItem::Employer => {
                let employer = facts.employer.as_ref().or(facts.establishment.as_ref())?;
                let name = employer.name.as_ref()?;
                Some(json!({ "name": name, "tax_code": employer.tax_code }))
            }
            DossierItem::Declaration => Some(json!({ "receipt_no": receipt_no })),
            DossierItem::InvestigationMinutes => {
                let minutes = self.last("draft_minutes")?;
                let held = self.last("announce")?;
                let conclusion = minutes.details["conclusion"]
                    .as_str()
                    .and_then(Conclusion::parse);
                Some(json!({
                    "number": minutes.details["minutes_number"],
                    "dated": minutes.details["drafted_on"],
                    "conclusion": conclusion?.as_str(),
                    "cause_code": minutes.details["cause_code"],
                    "announced_at": held.details["held_at"],
                }))
            }
            DossierItem::CommuneRecord => {
                let record = self.last("record_commune")?;
                Some(json!({
                    "number": record.details["record_number"],
                    "dated": record.details["recorded_on"],
                }))
            }
            DossierItem::PolicePapers => {
                let answer = self.last("record_police_answer")?;
                Some(json!({
                    "number": answer.details["letter_number"],
                    "dated": answer.details["answered_on"],
                }))
            }
            DossierItem::DischargePaper => {
                let checked = self.last_of_victim("check_file")?;
                let is_there = checked.details["discharge_paper"] == "in_file";
                is_there.then(|| json!({ "in_file": true }))
            }
            DossierItem::Assessment => {
                let assessed = self.last_of_victim("record_assessment")?;
                Some(json!({
                    "number": assessed.details["document_number"],
                    "dated": assessed.details["assessed_on"],
                    "loss_percent": assessed.details["loss_percent"],
                }))
            }
            DossierItem::Death => {
                let checked = self.last_of_victim("check_file")?;
                let found = &checked.details["examination_minutes"];
                (self.victim.outcome == Some(Outcome::Dead)).then(|| json!({ "proof": found }))
            }
        }
    }

    fn last(&self, action: &str) -> Option<&Event> {
        self.events.iter().rfind(|event| event.action == action)
    }

    fn last_of_victim(&self, action: &str) -> Option<&Event> {
        let number = self.victim.no.to_string();
        let is_his = |event: &&Event| event.action == action && event.details["victim"] == number;
        self.events.iter().rfind(is_his)
    }

    /// When the last of the papers was written down here.
    fn last_day(&self) -> Option<NaiveDate> {
        let papers = [
            self.last("announce"),
            self.last("record_commune"),
            self.last("record_police_answer"),
            self.last_of_victim("check_file"),
            self.last_of_victim("record_assessment"),
        ];
        let moments = papers.into_iter().flatten().map(|event| event.happened_at);
        moments.max().map(crate::time::day_in_vietnam)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        access::ActorRole, case::CaseStatus, clocks::tests::at, declaration::examples,
    };
    use crate::ids::{CaseId, EventId};

    fn event(action: &str, details: Value) -> Event {
        Event {
            id: EventId::generate(),
            case_id: CaseId::generate(),
            happened_at: at("2026-03-20T09:00:00+07:00"),
            actor: "Đào Văn Tám".to_owned(),
            actor_role: ActorRole::Inspector,
            action: action.to_owned(),
            from_status: Some(CaseStatus::FollowUp),
            to_status: CaseStatus::FollowUp,
            reason: None,
            details,
        }
    }

    fn one_serious_under_contract() -> Declaration {
        let mut all = examples::all().into_iter();
        let example = all.find(|example| example.name.starts_with("06")).unwrap();
        examples::read_at(&example.body, &example.received_at)
            .declaration
            .unwrap()
    }

    fn missing(dossier: &Dossier) -> Vec<DossierItem> {
        let missing = dossier.entries.iter();
        missing
            .filter(|entry| entry.state == PaperState::Missing)
            .map(|entry| entry.item)
            .collect()
    }

    #[test]
    fn a_worker_under_contract_needs_minutes_discharge_and_assessment() {
        let facts = one_serious_under_contract();
        let victim = &facts.victims[0];
        let empty = of(&facts, victim, &[], "2626-AAAA-BBBB");
        assert_eq!(empty.scheme, Scheme::Compulsory);
        assert_eq!(
            missing(&empty),
            [
                DossierItem::InvestigationMinutes,
                DossierItem::DischargePaper,
                DossierItem::Assessment
            ]
        );
        let events = [
            event(
                "draft_minutes",
                json!({ "minutes_number": "1/BB", "drafted_on": "2026-03-16", "conclusion": "work_accident" }),
            ),
            event(
                "announce",
                json!({ "held_at": "2026-03-17T08:00:00+07:00" }),
            ),
            event(
                "check_file",
                json!({ "victim": "1", "discharge_paper": "in_file" }),
            ),
            event(
                "record_assessment",
                json!({ "victim": "1", "document_number": "7/GĐYK", "assessed_on": "2026-03-18", "loss_percent": 21 }),
            ),
        ];
        let whole = of(&facts, victim, &events, "2626-AAAA-BBBB");
        assert!(whole.is_complete(), "{:?}", missing(&whole));
        assert_eq!(whole.complete_since, Some("2026-03-20".parse().unwrap()));
        // The papers of another victim are not this one's.
        let other = [event(
            "record_assessment",
            json!({ "victim": "2", "loss_percent": 9 }),
        )];
        assert!(missing(&of(&facts, victim, &other, "x")).contains(&DossierItem::Assessment));
    }

    #[test]
    fn the_communes_record_stands_in_the_place_of_minutes_that_there_are_not() {
        let mut facts = one_serious_under_contract();
        facts.victims[0].employment = Some(Employment::NoContract);
        facts.victims[0].voluntary_insurance = Some(true);
        let of_these = |events: &[Event]| {
            let dossier = of(&facts, &facts.victims[0], events, "x");
            assert_eq!(dossier.scheme, Scheme::Voluntary);
            missing(&dossier).contains(&DossierItem::CommuneRecord)
        };
        assert!(of_these(&[]));
        let record = event(
            "record_commune",
            json!({ "record_number": "3/BB", "recorded_on": "2026-03-16" }),
        );
        assert!(!of_these(&[record]));
        let minutes = [
            event(
                "draft_minutes",
                json!({ "minutes_number": "1/BB", "drafted_on": "2026-03-16", "conclusion": "work_accident" }),
            ),
            event(
                "announce",
                json!({ "held_at": "2026-03-17T08:00:00+07:00" }),
            ),
        ];
        assert!(!of_these(&minutes));
    }

    #[test]
    fn the_family_of_the_dead_needs_the_proof_of_the_death_and_no_assessment() {
        let mut facts = one_serious_under_contract();
        facts.victims[0].outcome = Some(Outcome::Dead);
        let dossier = of(&facts, &facts.victims[0], &[], "x");
        assert_eq!(
            missing(&dossier),
            [DossierItem::InvestigationMinutes, DossierItem::Death]
        );
    }
}
