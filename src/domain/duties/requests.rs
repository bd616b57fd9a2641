//! What a data subject may ask for, and by when it is answered (D356 Art. 5).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Limit;
use crate::{
    domain::{
        clocks::{DerivationStep, NoRule, counted_from, en, ends, value, vi},
        deadline::{after_calendar_days, after_working_days},
        law::{Law, ValueKey},
    },
    named,
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

named! {
    /// What is asked for.
    pub enum RequestKind {
        /// To see their data, and who saw them.
        View = "view",
        /// To have them corrected.
        Correct = "correct",
        /// To be given a copy.
        Copy = "copy",
        /// To withdraw a consent.
        Withdraw = "withdraw",
        /// To have the processing restricted.
        Restrict = "restrict",
        /// To object to it.
        Object = "object",
        /// To have them erased.
        Erase = "erase",
    }
}

named! {
    /// For whom the body that is asked processes the data.
    pub enum Capacity {
        /// For itself.
        Controller = "controller",
        /// For another body.
        Processor = "processor",
    }
}

named! {
    /// Who asks.
    pub enum Relation {
        /// The victim or whoever else the data are about.
        DataSubject = "data_subject",
        /// Who represents a child or somebody who cannot act (L91/2025 Art. 24).
        Representative = "representative",
        /// Family of somebody who has died.
        Family = "family",
        /// The employer, of what it declared.
        Employer = "employer",
    }
}

named! {
    /// Where a request stands.
    pub enum RequestStatus {
        /// Registered.
        Open = "open",
        /// Answered.
        Answered = "answered",
        /// Refused.
        Refused = "refused",
    }
}

named! {
    /// Why a request is refused.
    pub enum RefusalGround {
        /// Processed by law without consent: an Art. 19 case (L91/2025 Art. 14.2, 19.1).
        Art19Case = "art_19_case",
        /// Who asks did not prove to be the person or to act for them.
        IdentityNotProven = "identity_not_proven",
        /// Nothing about the person is kept.
        NoData = "no_data",
        /// It would disclose another person's data, such as who gave notice (L84 Art. 34.2).
        OtherPersons = "other_persons",
    }
}

impl RefusalGround {
    /// Whether a request of this kind may be refused so. That nobody's consent is needed keeps data from being erased
    /// or left unused (L91/2025 Art. 14.2), and hides nothing from the person whom it is about.
    pub fn holds_for(self, kind: RequestKind) -> bool {
        use RequestKind::{Copy, Correct, View};
        self != Self::Art19Case || !matches!(kind, View | Correct | Copy)
    }
}

impl RequestKind {
    fn limit_key(self, capacity: Capacity) -> ValueKey {
        match (self, capacity) {
            (Self::View | Self::Correct | Self::Copy, Capacity::Controller) => {
                ValueKey::ViewRequest
            }
            (Self::View | Self::Correct | Self::Copy, Capacity::Processor) => {
                ValueKey::ViewRequestProcessor
            }
            (Self::Withdraw | Self::Restrict | Self::Object, Capacity::Controller) => {
                ValueKey::RestrictRequest
            }
            (Self::Withdraw | Self::Restrict | Self::Object, Capacity::Processor) => {
                ValueKey::RestrictRequestProcessor
            }
            (Self::Erase, Capacity::Controller) => ValueKey::EraseRequest,
            (Self::Erase, Capacity::Processor) => ValueKey::EraseRequestProcessor,
        }
    }
}

/// The two limits of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestLimits {
    /// To acknowledge it.
    pub acknowledge: Limit,
    /// To do what it asks for, or to refuse it.
    pub answer: Limit,
    /// Days of the limit itself, without its extension.
    pub days: u32,
    /// Days that it was extended by; 0 where it was not.
    pub extended_days: u32,
}

/// Why a limit cannot be extended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotExtended {
    /// Once is all.
    #[error("extended before")]
    Already,
    /// It has passed.
    #[error("the limit has passed")]
    Expired,
    /// A value is missing.
    #[error(transparent)]
    NoRule(#[from] NoRule),
}

/// The limits of a request that was received at `received_at` (D356 Art. 5).
pub fn limits(
    kind: RequestKind,
    capacity: Capacity,
    received_at: DateTime<Utc>,
    law: &Law,
) -> Result<RequestLimits, NoRule> {
    let day = day_in_vietnam(received_at);
    let (working_days, basis) = value(law, ValueKey::AcknowledgeRequest.as_str(), day)?;
    let mut derivation = vec![received(received_at, &basis.article)];
    let from = counted_from(received_at, law, &mut derivation)?;
    let last = after_working_days(from, working_days, law.holidays());
    derivation.push(DerivationStep {
        text_vi: format!("Đếm {working_days} ngày làm việc, hết ngày {}", vi(last)),
        text_en: format!("{working_days} working days end with {}", en(last)),
        value: last.to_string(),
        article: basis.article.clone(),
    });
    let (due_raw, due_rolled) = ends(last, law.holidays(), &mut derivation);
    let acknowledge = Limit {
        due_raw,
        due_rolled,
        basis,
        derivation,
    };

    let (days, basis) = value(law, kind.limit_key(capacity).as_str(), day)?;
    let mut derivation = vec![received(received_at, &basis.article)];
    let from = counted_from(received_at, law, &mut derivation)?;
    let last = after_calendar_days(from, days);
    derivation.push(DerivationStep {
        text_vi: format!("Đếm {days} ngày (ngày theo lịch), hết ngày {}", vi(last)),
        text_en: format!("{days} calendar days end with {}", en(last)),
        value: last.to_string(),
        article: basis.article.clone(),
    });
    let (due_raw, due_rolled) = ends(last, law.holidays(), &mut derivation);
    Ok(RequestLimits {
        acknowledge,
        answer: Limit {
            due_raw,
            due_rolled,
            basis,
            derivation,
        },
        days,
        extended_days: 0,
    })
}

/// The same limits with the one extension by the same length, granted at `now` while the limit runs
/// (D356 Art. 5).
pub fn extend(
    limits: &RequestLimits,
    now: DateTime<Utc>,
    law: &Law,
) -> Result<RequestLimits, NotExtended> {
    if limits.extended_days != 0 {
        return Err(NotExtended::Already);
    }
    if limits.answer.due_raw < now {
        return Err(NotExtended::Expired);
    }
    let key = ValueKey::RequestExtensionPercent.as_str();
    let (percent, basis) = value(law, key, day_in_vietnam(now))?;
    let more = u64::from(limits.days) * u64::from(percent) / 100;
    let more = u32::try_from(more).unwrap_or(u32::MAX);
    let last = after_calendar_days(day_in_vietnam(limits.answer.due_raw), more);
    let mut extended = limits.clone();
    extended.extended_days = more;
    let derivation = &mut extended.answer.derivation;
    derivation.push(DerivationStep {
        text_vi: format!("Gia hạn một lần {more} ngày, hết ngày {}", vi(last)),
        text_en: format!("Extended once by {more} days, to {}", en(last)),
        value: last.to_string(),
        article: basis.article,
    });
    let (due_raw, due_rolled) = ends(last, law.holidays(), derivation);
    extended.answer.due_raw = due_raw;
    extended.answer.due_rolled = due_rolled;
    Ok(extended)
}

fn received(at: DateTime<Utc>, article: &str) -> DerivationStep {
    DerivationStep {
        text_vi: "Nhận yêu cầu của chủ thể dữ liệu".to_owned(),
        text_en: "The data subject's request was received".to_owned(),
        value: rfc3339_in_vietnam(at),
        article: article.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveDate, TimeDelta};
    use proptest::{prelude::*, sample::select};

    use super::*;
    use crate::service::rules::shipped;

    fn law() -> Law {
        Law::new(shipped())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn each_kind_has_the_limits_of_the_decree() {
        let law = law();
        let at: DateTime<Utc> = "2026-05-20T02:00:00Z".parse().unwrap();
        let table = [
            (RequestKind::View, 10, 15),
            (RequestKind::Correct, 10, 15),
            (RequestKind::Copy, 10, 15),
            (RequestKind::Withdraw, 15, 20),
            (RequestKind::Restrict, 15, 20),
            (RequestKind::Object, 15, 20),
            (RequestKind::Erase, 20, 30),
        ];
        for (kind, own, processor) in table {
            for (capacity, days) in [
                (Capacity::Controller, own),
                (Capacity::Processor, processor),
            ] {
                let found = limits(kind, capacity, at, &law).unwrap();
                let last = day("2026-05-20") + TimeDelta::days(days);
                assert_eq!(day_in_vietnam(found.answer.due_raw), last, "{kind}");
                // Wednesday and two working days.
                assert_eq!(day_in_vietnam(found.acknowledge.due_raw), day("2026-05-22"));
                let extended = extend(&found, at, &law).unwrap();
                let last = day("2026-05-20") + TimeDelta::days(2 * days);
                assert_eq!(day_in_vietnam(extended.answer.due_raw), last, "{kind}");
            }
        }
    }

    #[test]
    fn there_is_no_limit_before_the_law_was_in_force() {
        let at: DateTime<Utc> = "2025-12-30T02:00:00Z".parse().unwrap();
        assert!(limits(RequestKind::View, Capacity::Controller, at, &law()).is_err());
    }

    proptest! {
        #[test]
        fn limits_follow_the_receipt_are_extended_once_and_end_on_working_days(
            minutes in 0i64..3 * 365 * 24 * 60,
            kind in select(RequestKind::ALL),
            capacity in select(Capacity::ALL),
            later in 0i64..90 * 24 * 60,
        ) {
            let law = law();
            let start: DateTime<Utc> = "2025-12-31T17:00:00Z".parse().unwrap();
            let at = start + TimeDelta::minutes(minutes);
            let found = limits(kind, capacity, at, &law).unwrap();
            for limit in [&found.acknowledge, &found.answer] {
                prop_assert!(limit.due_raw > at);
                prop_assert!(limit.due_rolled >= limit.due_raw);
                prop_assert!(law.holidays().is_working_day(day_in_vietnam(limit.due_rolled)));
                prop_assert!(!limit.derivation.is_empty());
            }
            prop_assert!(law.holidays().is_working_day(day_in_vietnam(found.acknowledge.due_raw)));
            let own = limits(kind, Capacity::Controller, at, &law).unwrap();
            prop_assert!(found.answer.due_raw >= own.answer.due_raw);

            let asked_at = at + TimeDelta::minutes(later);
            match extend(&found, asked_at, &law) {
                Ok(extended) => {
                    prop_assert!(asked_at <= found.answer.due_raw);
                    let length = extended.answer.due_raw - found.answer.due_raw;
                    prop_assert_eq!(length.num_days(), i64::from(found.days));
                    prop_assert_eq!(extend(&extended, at, &law), Err(NotExtended::Already));
                    prop_assert_eq!(extended.acknowledge, found.acknowledge);
                }
                Err(why) => {
                    prop_assert_eq!(why, NotExtended::Expired);
                    prop_assert!(found.answer.due_raw < asked_at);
                }
            }
        }
    }
}
