//! What can be chosen in the legal form, and what is searched for.

use std::sync::Arc;

use super::rows::{Finder, List};
use crate::{
    domain::{
        codes::{Codes, FoundCode, Label, LongList},
        declaration::Sector,
        victim::{Circumstance, Employment, Outcome, Sex, WorkerClass},
    },
    service::declarations::LegalForm,
    web::{
        chrome::Chrome,
        fields::Choice,
        injuries::{self, Injury},
    },
    wording::{Text, commune_page, labels, legal_form as words},
};

/// What can be chosen.
pub struct Lists {
    pub codes: Arc<Codes>,
    pub injuries: Vec<Injury>,
}

impl Lists {
    pub fn long(&self, finder: Finder, form: &LegalForm) -> LongList {
        match finder {
            Finder::Industry => LongList::Industries(form.day),
            Finder::Occupation => LongList::Occupations,
        }
    }

    pub fn label(&self, finder: Finder, form: &LegalForm, code: &str) -> Option<&Label> {
        match finder {
            Finder::Industry => self.codes.industry(code, form.day),
            Finder::Occupation => self.codes.occupation(code),
        }
    }

    pub fn choices(&self, c: &Chrome, list: List) -> Vec<Choice> {
        let of_codes = |codes: Vec<FoundCode<'_>>| -> Vec<Choice> {
            codes.iter().map(|found| choice_of(c, found)).collect()
        };
        match list {
            List::EstablishmentType => of_codes(self.codes.establishment_types().collect()),
            List::Cause => of_codes(self.codes.causes().collect()),
            List::Factor => of_codes(self.codes.injury_factors().collect()),
            List::Injury => injuries::choices(c, &self.injuries),
            List::Sector => Sector::ALL
                .iter()
                .map(|sector| named(c, sector.as_str(), labels::sector(*sector)))
                .collect(),
            List::Sex => vec![
                named(c, Sex::Male.as_str(), words::MALE),
                named(c, Sex::Female.as_str(), words::FEMALE),
            ],
            List::Employment => vec![
                named(c, Employment::Contract.as_str(), words::CONTRACT),
                named(c, Employment::NoContract.as_str(), words::NO_CONTRACT),
            ],
            List::WorkerClass => WORK
                .iter()
                .map(|(class, text)| named(c, class.as_str(), *text))
                .collect(),
            List::Outcome => OUTCOMES
                .iter()
                .map(|(outcome, text)| named(c, outcome.as_str(), *text))
                .collect(),
            List::Circumstance => vec![
                named(c, Circumstance::Scene.as_str(), words::AT_SCENE),
                named(c, Circumstance::EnRoute.as_str(), words::EN_ROUTE),
                named(c, Circumstance::Treatment.as_str(), words::IN_TREATMENT),
                named(c, Circumstance::CourtDeclared.as_str(), words::BY_COURT),
            ],
        }
    }
}

const OUTCOMES: [(Outcome, Text); 5] = [
    (Outcome::Dead, words::DEAD),
    (Outcome::Serious, words::SERIOUS),
    (Outcome::Light, words::LIGHT),
    (Outcome::Missing, words::MISSING),
    (Outcome::Unknown, words::UNKNOWN),
];
const WORK: [(WorkerClass, Text); 11] = [
    (WorkerClass::Apprentice, words::WORK_APPRENTICE),
    (WorkerClass::Probation, words::WORK_PROBATION),
    (WorkerClass::Leased, words::WORK_LEASED),
    (WorkerClass::CivilServant, words::WORK_CIVIL),
    (WorkerClass::ConstructionCrew, commune_page::CONSTRUCTION),
    (WorkerClass::Farmer, commune_page::FARMER),
    (WorkerClass::SelfEmployed, commune_page::SELF_EMPLOYED),
    (WorkerClass::HouseholdHelper, commune_page::HOUSEHOLD),
    (WorkerClass::CooperativeMember, commune_page::COOPERATIVE),
    (WorkerClass::PlatformWorker, commune_page::PLATFORM),
    (WorkerClass::Other, commune_page::OTHER),
];

fn named(c: &Chrome, value: &str, label: Text) -> Choice {
    Choice {
        value: value.to_owned(),
        label: c.t(label).to_owned(),
    }
}

pub fn choice_of(c: &Chrome, found: &FoundCode<'_>) -> Choice {
    Choice {
        value: found.code.to_owned(),
        label: format!(
            "{} {}",
            found.code,
            c.either(&found.label.vi, &found.label.en)
        ),
    }
}
