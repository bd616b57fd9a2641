//! What proves the duties of whoever processes without consent (L91/2025 Art. 19.2).

use chrono::{Months, NaiveDate};

use crate::{
    domain::{
        clocks::{NoRule, value},
        law::{Basis, Law, ValueKey},
    },
    named,
};

named! {
    /// A duty.
    pub enum LegalDuty {
        /// A written procedure that says who is responsible (a).
        ProcedureDocument = "procedure_document",
        /// The risks are looked at regularly (b).
        RiskReview = "risk_review",
        /// Compliance is checked periodically (c).
        ComplianceCheck = "compliance_check",
        /// There is a channel for complaints (d).
        ComplaintChannel = "complaint_channel",
    }
}

impl LegalDuty {
    /// Its article.
    pub const fn article(self) -> &'static str {
        match self {
            Self::ProcedureDocument => "Luật 91/2025 Điều 19.2.a",
            Self::RiskReview => "Luật 91/2025 Điều 19.2.b",
            Self::ComplianceCheck => "Luật 91/2025 Điều 19.2.c",
            Self::ComplaintChannel => "Luật 91/2025 Điều 19.2.d",
        }
    }
}

named! {
    /// Where a duty stands.
    pub enum DutyStatus {
        /// Nothing proves that it was ever done.
        Missing = "missing",
        /// Done, and not due again.
        Done = "done",
        /// Due again.
        Overdue = "overdue",
    }
}

/// Where a duty stands on `today` that is due again after `due_on`; `None` where nothing proves it.
pub fn status(due_on: Option<NaiveDate>, today: NaiveDate) -> DutyStatus {
    match due_on {
        None => DutyStatus::Missing,
        Some(due_on) if due_on < today => DutyStatus::Overdue,
        Some(_) => DutyStatus::Done,
    }
}

/// When a duty that was done on `done_on` is due again.
pub fn due_again(done_on: NaiveDate, law: &Law) -> Result<(NaiveDate, Basis), NoRule> {
    let (months, basis) = value(law, ValueKey::DutyIntervalMonths.as_str(), done_on)?;
    let due = done_on
        .checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX);
    Ok((due, basis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::rules::shipped;

    #[test]
    fn a_duty_is_due_again_after_a_year_and_overdue_the_day_after() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let law = Law::new(shipped());
        let (due, _) = due_again(day("2026-02-28"), &law).unwrap();
        assert_eq!(due, day("2027-02-28"));
        assert_eq!(status(Some(due), due), DutyStatus::Done);
        assert_eq!(status(Some(due), day("2027-03-01")), DutyStatus::Overdue);
        assert_eq!(status(None, due), DutyStatus::Missing);
    }
}
