//! Until when a record is kept, and what becomes of it then (D39 Art. 16.3, 18.8; L91/2025 Art. 3.3).

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        classify::CaseClass,
        law::{Basis, Law, Subject},
    },
    named,
};

named! {
    /// A class of records.
    pub enum RecordClass {
        /// A fatal accident.
        CaseFatal = "case.fatal",
        /// Two or more seriously injured.
        CaseMultiSerious = "case.multi_serious",
        /// Casualties that never became clear.
        CaseUnclear = "case.unclear",
        /// One seriously injured.
        CaseSingleSerious = "case.single_serious",
        /// A light accident.
        CaseLight = "case.light",
        /// Any case, as the file of a state body (archive law).
        CaseStateFile = "case.state_file",
        /// The trace.
        Trace = "trace",
        /// What messages said.
        OutboxPayload = "outbox_payload",
        /// Keys of requests that are not to be done twice.
        IdempotencyKeys = "idempotency_keys",
        /// Times for which somebody was signed in.
        Sessions = "sessions",
        /// Attempts to sign in.
        SignInAttempts = "sign_in_attempts",
        /// What strangers and holders of accounts asked for and never proved: registrations, invitations.
        NeverProven = "never_proven",
        /// Requests of data subjects.
        DataSubjectRequests = "data_subject_requests",
        /// Breaches.
        Breaches = "breaches",
        /// The bytes of documents that were removed from a file.
        RemovedDocuments = "removed_documents",
    }
}

impl RecordClass {
    /// The class of a case's record.
    pub const fn of_case(class: CaseClass) -> Self {
        match class {
            CaseClass::Fatal => Self::CaseFatal,
            CaseClass::MultiSerious => Self::CaseMultiSerious,
            CaseClass::Unclear => Self::CaseUnclear,
            CaseClass::SingleSerious => Self::CaseSingleSerious,
            CaseClass::Light => Self::CaseLight,
        }
    }
}

named! {
    /// What becomes of records whose time is over.
    pub enum Disposal {
        /// They are destroyed; of a case the figures stay.
        Destroy = "destroy",
        /// What is personal in them is emptied.
        Anonymise = "anonymise",
        /// They stay.
        Keep = "keep",
    }
}

/// How a rule counts the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// They stay for good.
    Kept,
    /// So many days.
    Days(Disposal),
    /// So many years.
    Years(Disposal),
    /// Until the youngest victim has reached so many years of age.
    RetirementAge(Disposal),
}

impl Keeping {
    /// Reads `keep`, `destroy:years`, `anonymise:days` or `destroy:retirement_age`.
    pub fn parse(text: &str) -> Option<Self> {
        if text == "keep" {
            return Some(Self::Kept);
        }
        let (disposal, unit) = text.split_once(':')?;
        let disposal = Disposal::parse(disposal).filter(|disposal| *disposal != Disposal::Keep)?;
        match unit {
            "days" => Some(Self::Days(disposal)),
            "years" => Some(Self::Years(disposal)),
            "retirement_age" => Some(Self::RetirementAge(disposal)),
            _ => None,
        }
    }

    /// What becomes of the records.
    pub fn disposal(self) -> Disposal {
        match self {
            Self::Kept => Disposal::Keep,
            Self::Days(disposal) | Self::Years(disposal) | Self::RetirementAge(disposal) => {
                disposal
            }
        }
    }
}

/// How long a class is kept, as the rule in force on a day says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// How it counts.
    pub keeping: Keeping,
    /// Days, years, or years of age.
    pub number: u32,
    /// The rule.
    pub basis: Basis,
}

/// How long `class` is kept on `day`; `None` where no rule in force says so.
pub fn period(class: RecordClass, law: &Law, day: NaiveDate) -> Option<Period> {
    let rule = law.keyed(Subject::Retention, class.as_str(), day)?;
    Some(Period {
        keeping: Keeping::parse(&rule.outcome)?,
        number: u32::try_from(rule.days.unwrap_or(0)).ok()?,
        basis: rule.basis(),
    })
}

impl Period {
    /// What ended at this moment or before need not be kept at `now`; `None` where it is kept for
    /// good, or by the age of people.
    pub fn cutoff(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.keeping {
            Keeping::Days(_) => now.checked_sub_days(Days::new(self.number.into())),
            Keeping::Years(_) => now.checked_sub_months(Months::new(self.number * 12)),
            Keeping::Kept | Keeping::RetirementAge(_) => None,
        }
    }

    /// The first day on which a record that ended on `ended_on` need not be kept; `None` is never,
    /// or not known.
    pub fn over_on(&self, ended_on: NaiveDate, birth_years: &[Option<i32>]) -> Option<NaiveDate> {
        let after = match self.keeping {
            Keeping::Kept => return None,
            Keeping::Days(_) => ended_on.checked_add_days(Days::new(self.number.into()))?,
            Keeping::Years(_) => ended_on.checked_add_months(Months::new(self.number * 12))?,
            Keeping::RetirementAge(_) => {
                // Nobody is forgotten: one year of birth that is not known keeps the record.
                let years: Option<Vec<i32>> = birth_years.iter().copied().collect();
                let youngest = years?.into_iter().max()?;
                let year = youngest.checked_add(i32::try_from(self.number).ok()?)?;
                let end = NaiveDate::from_ymd_opt(year, 12, 31)?;
                end.max(ended_on)
            }
        };
        after.succ_opt()
    }
}

/// Until when a case is kept: the longest of all periods that apply to it (`accidents.md` 2.9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseTerm {
    /// The first day on which it need not be kept; `None` where that is not known: a person decides.
    pub over_on: Option<NaiveDate>,
    /// The rules of all periods.
    pub basis: Vec<Basis>,
}

/// The term of a case of `class` that ended on `ended_on`, by the rules in force on `today`. A period
/// that is missing, or that cannot be computed, keeps it.
pub fn case_term(
    class: CaseClass,
    ended_on: NaiveDate,
    birth_years: &[Option<i32>],
    law: &Law,
    today: NaiveDate,
) -> CaseTerm {
    let mut basis = Vec::new();
    let mut over_on = Some(NaiveDate::MIN);
    for class in [RecordClass::of_case(class), RecordClass::CaseStateFile] {
        let period = period(class, law, today);
        let over = period
            .as_ref()
            .and_then(|period| period.over_on(ended_on, birth_years));
        over_on = over_on.zip(over).map(|(one, other)| one.max(other));
        basis.extend(period.map(|period| period.basis));
    }
    CaseTerm { over_on, basis }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::service::rules::shipped;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn law() -> Law {
        Law::new(shipped())
    }

    #[test]
    fn every_class_of_records_has_a_rule() {
        for class in RecordClass::ALL {
            assert!(
                period(*class, &law(), day("2026-05-20")).is_some(),
                "{class}"
            );
        }
    }

    #[test]
    fn the_longest_period_counts() {
        let term = |class, years: &[Option<i32>]| {
            case_term(class, day("2026-05-20"), years, &law(), day("2060-01-01")).over_on
        };
        // 15 years of the employer's file, 20 of the state's.
        assert_eq!(
            term(CaseClass::Fatal, &[Some(1990)]),
            Some(day("2046-05-21"))
        );
        assert_eq!(
            term(CaseClass::Light, &[Some(1990), Some(2001)]),
            Some(day("2064-01-01"))
        );
        assert_eq!(
            term(CaseClass::Light, &[Some(1960)]),
            Some(day("2046-05-21"))
        );
    }

    #[test]
    fn without_a_year_of_birth_somebody_must_decide() {
        let term = |years: &[Option<i32>]| {
            let (ended, today) = (day("1990-05-20"), day("2060-01-01"));
            case_term(CaseClass::Light, ended, years, &law(), today).over_on
        };
        assert_eq!(term(&[Some(1960), None]), None);
        assert_eq!(term(&[]), None);
    }

    #[test]
    fn without_a_rule_everything_is_kept() {
        let nothing = Law::new(Vec::new());
        let (ended, today) = (day("1990-05-20"), day("2060-01-01"));
        let term = case_term(CaseClass::Fatal, ended, &[Some(1950)], &nothing, today);
        assert_eq!(term.over_on, None);
    }

    proptest! {
        #[test]
        fn a_case_is_never_kept_shorter_than_any_of_its_periods(
            class in select(CaseClass::ALL),
            ended in 0u64..20_000,
            years in prop::collection::vec(prop::option::of(1930i32..2010), 0..4),
        ) {
            let law = law();
            let ended_on = day("2000-01-01") + Days::new(ended);
            let today = day("2100-01-01");
            let term = case_term(class, ended_on, &years, &law, today);
            for record in [RecordClass::of_case(class), RecordClass::CaseStateFile] {
                let own = period(record, &law, today).unwrap().over_on(ended_on, &years);
                match (term.over_on, own) {
                    (Some(all), Some(own)) => prop_assert!(all >= own && all > ended_on),
                    (None, _) => {}
                    (Some(_), None) => prop_assert!(false, "kept by one period for good"),
                }
            }
        }
    }
}
