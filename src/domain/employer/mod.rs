//! Employers as they register themselves (*người sử dụng lao động*), before and after the province
//! has verified them.
//!
//! A tax code belongs to nobody because of having been typed first. Each registration is a record of
//! its own; several may stand under one tax code, and each acts for what its own people declare. Once
//! the province has verified one of them, the tax code is that record's, and the others are claims.

pub mod people;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        account::full_name,
        place::{Places, UnitLevel},
    },
    ids::EmployerId,
    named,
    text::search_key,
    time::day_in_vietnam,
};

named! {
    /// Where the record of an employer stands.
    pub enum EmployerStatus {
        /// The province has not looked at it: its people see what they declared themselves.
        Unverified = "unverified",
        /// The province has seen that it is the employer of the tax code.
        Verified = "verified",
        /// Its people cannot act for it.
        Locked = "locked",
        /// It is one with another record, whose people see its declarations.
        Merged = "merged",
        /// A claim that was accepted: its people act for the other record.
        Accepted = "accepted",
        /// A claim that was refused.
        Refused = "refused",
    }
}

named! {
    /// How a claim on a tax code was decided.
    pub enum ClaimOutcome {
        /// Its people become members of the employer that it was made on.
        Accepted = "accepted",
        /// Its people act for nobody.
        Refused = "refused",
    }
}

/// What somebody says of an employer. `Debug` names nobody.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// Tax code in its normal form.
    pub tax_code: String,
    /// Company name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Commune of its seat, by the code of that day.
    pub commune_code: String,
    /// Who represents it.
    pub representative: String,
    /// Telephone in its normal form.
    pub phone: String,
}

impl std::fmt::Debug for Stated {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stated")
            .field("commune_code", &self.commune_code)
            .finish_non_exhaustive()
    }
}

impl Stated {
    /// What it is found by.
    pub fn search(&self) -> String {
        search_key(&format!("{} {}", self.name, self.tax_code))
    }
}

/// The record of an employer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Employer {
    /// Id.
    pub id: EmployerId,
    /// What it said of itself.
    pub stated: Stated,
    /// When its first person proved the address.
    pub registered_at: DateTime<Utc>,
    /// When the province verified it.
    pub verified_at: Option<DateTime<Utc>>,
    /// What the province has seen.
    pub proof: Option<String>,
    /// When it was locked.
    pub locked_at: Option<DateTime<Utc>>,
    /// Why.
    pub locked_because: Option<String>,
    /// The record that it is one with.
    pub merged_into: Option<EmployerId>,
    /// Why.
    pub merged_because: Option<String>,
    /// The record that stood under the tax code already.
    pub claim_on: Option<EmployerId>,
    /// How that claim was decided.
    pub settled_as: Option<ClaimOutcome>,
    /// Why.
    pub settled_because: Option<String>,
}

impl Employer {
    /// A record that begins now.
    pub fn new(stated: Stated, claim_on: Option<EmployerId>, now: DateTime<Utc>) -> Self {
        Self {
            id: EmployerId::generate(),
            stated,
            registered_at: now,
            verified_at: None,
            proof: None,
            locked_at: None,
            locked_because: None,
            merged_into: None,
            merged_because: None,
            claim_on,
            settled_as: None,
            settled_because: None,
        }
    }

    /// Where it stands.
    pub fn status(&self) -> EmployerStatus {
        match self.settled_as {
            Some(ClaimOutcome::Accepted) => EmployerStatus::Accepted,
            Some(ClaimOutcome::Refused) => EmployerStatus::Refused,
            None if self.merged_into.is_some() => EmployerStatus::Merged,
            None if self.locked_at.is_some() => EmployerStatus::Locked,
            None if self.verified_at.is_some() => EmployerStatus::Verified,
            None => EmployerStatus::Unverified,
        }
    }

    /// Whether its people act for it.
    pub fn is_acted_for(&self) -> bool {
        matches!(
            self.status(),
            EmployerStatus::Unverified | EmployerStatus::Verified
        )
    }

    /// Whether somebody is still to decide whose the tax code is.
    pub fn is_open_claim(&self) -> bool {
        self.claim_on.is_some() && self.status() == EmployerStatus::Unverified
    }

    /// Whether the telephone and the representative are shown to the province in full: while it has to
    /// ask, and no longer (PD-1: no more than the purpose needs).
    pub fn needs_contact(&self) -> bool {
        self.verified_at.is_none() && self.settled_as.is_none()
    }

    /// Today's code of the province of its seat. `None` where its commune was divided among several
    /// provinces, or nobody knows what became of it: then no single province decides.
    pub fn province<'a>(&self, places: &'a Places, today: NaiveDate) -> Option<&'a str> {
        let registered = day_in_vietnam(self.registered_at);
        let seat = &self.stated.commune_code;
        let before = places.unit_on(UnitLevel::Commune, seat, registered).ok()?;
        one_province(places, before, today)
    }
}

fn one_province<'a>(
    places: &'a Places,
    unit: &'a crate::domain::place::Unit,
    today: NaiveDate,
) -> Option<&'a str> {
    let now = places.on_day(unit, today);
    let mut codes = now.into_iter().map(|unit| {
        places
            .province_of(unit, today)
            .map(|unit| unit.code.as_str())
    });
    let first = codes.next()??;
    codes.all(|code| code == Some(first)).then_some(first)
}

/// Every code of a commune, of today or of before, that lies in today's province `code`: the seats of
/// the employers of that province, for lists. What a code meant on the day of a registration is asked
/// of each record again.
pub fn communes_of_province(places: &Places, code: &str, today: NaiveDate) -> Vec<String> {
    let is_in = |unit: &crate::domain::place::Unit| {
        places
            .province_of(unit, today)
            .is_some_and(|province| province.code == code)
    };
    let now = places
        .in_force(UnitLevel::Commune, today)
        .filter(|unit| is_in(unit))
        .map(|unit| unit.code.clone());
    let before = places
        .codes_out_of_force(UnitLevel::Commune, today)
        .into_iter()
        .filter(|old| {
            let units = places.with_code(UnitLevel::Commune, old);
            units
                .iter()
                .any(|unit| places.on_day(unit, today).into_iter().any(is_in))
        })
        .map(str::to_owned);
    now.chain(before).collect()
}

/// Which of several records of one tax code comes first: the verified one, else the oldest.
pub fn foremost<'a>(records: impl IntoIterator<Item = &'a Employer>) -> Option<&'a Employer> {
    records.into_iter().min_by_key(|record| {
        (
            record.verified_at.is_none(),
            record.registered_at,
            record.id.clone(),
        )
    })
}

/// The name of a company: one visible line of at most 200 characters with letters, and no address of a
/// page.
pub fn company_name(text: &str) -> Option<String> {
    plain_name(text).filter(|name| name.chars().any(char::is_alphabetic))
}

/// A name that a stranger wrote and that stands in a mail of ours: no address of a page, which a mail
/// program would make a link of.
pub fn plain_name(text: &str) -> Option<String> {
    full_name(text).filter(|name| !has_link(name))
}

fn has_link(text: &str) -> bool {
    let lower = text.to_lowercase();
    let is_host = |word: &str| {
        let head = word.split('/').next().unwrap_or_default();
        word.contains('/') && head.contains('.') && !head.ends_with('.')
    };
    lower.contains("://") || lower.contains("www.") || lower.split_whitespace().any(is_host)
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::reference::units::places_for_tests;

    pub(super) fn record(day: u32) -> Employer {
        let stated = Stated {
            tax_code: "6099254308".into(),
            name: "Công ty CP Xây dựng Tây Nguyên".into(),
            address: "Số 5 Lê Duẩn".into(),
            commune_code: "02008".into(),
            representative: "Hà Văn Tư".into(),
            phone: "0912345601".into(),
        };
        let at = Utc.with_ymd_and_hms(2026, 5, day, 1, 0, 0).unwrap();
        Employer::new(stated, None, at)
    }

    #[test]
    fn a_name_in_our_mails_is_no_link() {
        for good in [
            "Công ty A/B",
            "Cty TNHH T.M.D.V. An Phú",
            "CN 3/2, Q. 10",
            "Hà Văn Tư",
        ] {
            assert_eq!(plain_name(good).as_deref(), Some(good));
        }
        for link in [
            "https://evil.test/x",
            "Nhận tiền evil.test/nhan",
            "WWW.evil.test",
            "evil.test/",
        ] {
            assert_eq!(plain_name(link), None, "{link}");
        }
        assert_eq!(company_name("123"), None);
    }

    #[test]
    fn a_decision_about_a_claim_goes_before_a_merger_and_that_before_a_lock() {
        let at = Some(Utc.with_ymd_and_hms(2026, 5, 20, 1, 0, 0).unwrap());
        let mut record = record(1);
        assert_eq!(record.status(), EmployerStatus::Unverified);
        record.verified_at = at;
        assert_eq!(record.status(), EmployerStatus::Verified);
        assert!(record.is_acted_for());
        record.locked_at = at;
        assert_eq!(record.status(), EmployerStatus::Locked);
        record.merged_into = Some(EmployerId::generate());
        assert_eq!(record.status(), EmployerStatus::Merged);
        record.settled_as = Some(ClaimOutcome::Refused);
        assert_eq!(record.status(), EmployerStatus::Refused);
        assert!(!record.is_acted_for());
    }

    #[test]
    fn the_verified_record_comes_first_and_else_the_oldest() {
        let (old, mut new) = (record(1), record(2));
        assert_eq!(foremost([&new, &old]), Some(&old));
        new.verified_at = Some(new.registered_at);
        assert_eq!(foremost([&old, &new]), Some(&new));
        assert_eq!(foremost([]), None);
    }

    #[test]
    fn an_employer_lies_in_the_province_of_its_commune_and_a_list_finds_it() {
        let places = places_for_tests();
        let today: NaiveDate = "2026-05-20".parse().unwrap();
        assert_eq!(record(1).province(places, today), Some("19"));
        let communes = communes_of_province(places, "19", today);
        assert!(communes.contains(&"02008".to_owned()));
        assert!(!communes_of_province(places, "66", today).contains(&"02008".to_owned()));
        let mut nowhere = record(1);
        nowhere.stated.commune_code = "99999".into();
        assert_eq!(nowhere.province(places, today), None);
    }

    #[test]
    fn a_company_name_is_one_line_and_no_link() {
        assert_eq!(
            company_name(" Công ty TNHH An  ").as_deref(),
            Some("Công ty TNHH An")
        );
        for wrong in [
            "",
            "12345",
            "An\r\nBcc: x@y.test",
            "An\u{202e}x",
            "Nhấn https://evil.test",
            "WWW.evil.test",
            &"a".repeat(201),
        ] {
            assert_eq!(company_name(wrong), None, "{wrong:?}");
        }
    }
}
