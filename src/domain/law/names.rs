//! Names that rows of the law may use: forms and values. Closed lists, as the facts are: a form has
//! its words in the catalogue, a value its place in a calculation, and a mistyped one has neither.

use std::ops::RangeInclusive;

use crate::named;

named! {
    /// The form of a declaration.
    pub enum Form {
        /// D39 Phụ lục III: the employer's declaration, until 30 June 2025.
        D39Employer = "D39-III",
        /// D39 Phụ lục IV: the commune's declaration, until 30 June 2025.
        D39Commune = "D39-IV",
        /// D129 Phụ lục II, Mẫu 01: the employer's declaration.
        D129Employer = "D129-01",
        /// D129 Phụ lục II, Mẫu 06: the commune's quick report.
        D129Commune = "D129-06",
        /// D143 Phụ lục II: the declaration for the voluntarily insured.
        D143Insured = "D143-II",
        /// The commune's own record of the event.
        CommuneRecord = "COMMUNE-RECORD",
        /// No form at all.
        None = "none",
    }
}

named! {
    /// A number that a row of the law gives.
    pub enum ValueKey {
        /// Hours until people are sent to the scene.
        SceneHours = "limits.scene_hours",
        /// Working days until the minutes are sent.
        SendMinutes = "limits.send_minutes_working_days",
        /// Working days until the team's opinion reaches the police (K5).
        PoliceOpinion = "limits.police.opinion_working_days",
        /// Working days in which the police answer (K6).
        PoliceAnswer = "limits.police.answer_working_days",
        /// Hours until a decision not to prosecute reaches the procuracy (K7a).
        NoProsecution = "limits.police.no_prosecution_hours",
        /// Days until the file is back after the procuracy's consent (K7b).
        Handover = "limits.police.handover_days",
        /// Days until it is back after the decision not to prosecute, at the latest (K7c).
        HandoverOuter = "limits.police.handover_outer_days",
        /// Hours until a decision to prosecute reaches procuracy and department (K7d).
        Prosecution = "limits.police.prosecution_hours",
        /// Days until the conclusion reaches them (K7e).
        PoliceConclusion = "limits.police.conclusion_days",
        /// Days until the file is back after a criminal case was stopped (K7f).
        HandoverAfterStop = "limits.police.handover_after_stop_days",
        /// Days in which a commune writes its record (K8).
        CommuneRecord = "limits.commune_record_days",
        /// Days in which complaints about the minutes are heard (K9).
        ComplaintWindow = "limits.complaint_window_days",
        /// Working days to decide on benefits (K10, K10b).
        DecideBenefits = "limits.benefits.decide_working_days",
        /// Days to pay them (K10c).
        PayBenefits = "limits.benefits.pay_days",
        /// Days to send a set of the file to the department (K10d).
        SendBenefitFile = "limits.benefits.send_file_days",
        /// Working days to enter the register (K11).
        Register = "limits.register_working_days",
        /// Working days to answer a complaint (K12).
        AnswerComplaint = "limits.complaint_answer_working_days",
        /// Years for which the file of a fatal accident is kept (K13).
        KeepFatal = "limits.keep_fatal_years",
        /// Days of an investigation that needs expertise.
        Expertise = "limits.expertise_days",
        /// 1 where a suspension stops the limit, 0 where it runs on.
        SuspensionPauses = "clock.suspend.pauses",
        /// 1 where people must have arrived at the scene in time, 0 where they must have been sent.
        SceneStopsOnArrival = "clock.scene.stops_on_arrival",
        /// Longest extension, in percent of the limit.
        ExtensionPercent = "limits.extension_max_percent",
        /// 1 where the first day is not counted.
        FirstDayExcluded = "clock.count.first_day_excluded",
        /// Hours after which a declarant is reminded.
        RemindHours = "clock.declare_immediate.remind_hours",
        /// Hours after which a declaration is late.
        BreachHours = "clock.declare_immediate.breach_hours",
        /// Working days to declare an accident abroad.
        AbroadWorkingDays = "clock.declare_abroad.working_days",
        /// Days from the end of a foreign investigation to the dossier (K1c).
        AbroadDossier = "limits.abroad.dossier_days",
        /// Days in which the employer files a complete dossier with the insurer (L84 Art. 59.1).
        FileInsurance = "limits.insurance.file_days",
        /// 1 where a case stays open until nobody can complain any more.
        WaitForComplaints = "case.close.wait_complaint_window",
        /// 1 where what army and police units declare is stored.
        StoreArmedForces = "sector.armed_forces.store_content",
        /// 1 on the day on which a reform of the units took effect: its article is what counts.
        UnitsReform = "units.reform",
        /// Working days to acknowledge what a data subject asks for.
        AcknowledgeRequest = "data_subject.acknowledge.working_days",
        /// Days to let a person see, correct or copy their data.
        ViewRequest = "data_subject.view.days",
        /// The same where the body processes for another.
        ViewRequestProcessor = "data_subject.view.days_processor",
        /// Days to follow a withdrawal, a restriction or an objection.
        RestrictRequest = "data_subject.restrict.days",
        /// The same where the body processes for another.
        RestrictRequestProcessor = "data_subject.restrict.days_processor",
        /// Days to erase.
        EraseRequest = "data_subject.erase.days",
        /// The same where the body processes for another.
        EraseRequestProcessor = "data_subject.erase.days_processor",
        /// The one extension of such a limit, in percent of it.
        RequestExtensionPercent = "data_subject.extension_percent",
        /// Hours to notify a breach.
        BreachNotifyHours = "breach.notify_hours",
        /// How many hours before their end the operator is warned.
        BreachWarnHours = "breach.warn_hours",
        /// Months from one proof of a duty to the next.
        DutyIntervalMonths = "duties.interval_months",
        /// Hour of the day in Việt Nam from which the reminders of the day leave.
        ReminderHour = "reminder.hour",
        /// Hour of the day, in Việt Nam, from which the coverage of the day is looked at.
        CoverageHour = "coverage.hour",
        /// Days for which an address counts as dead after mail came back.
        CoverageBounceDays = "coverage.bounce_days",
        /// Days for which an address counts as verified after somebody answered.
        CoverageVerifiedDays = "coverage.verified_days",
        /// Every how many months the way to each authority is tested.
        CanaryEveryMonths = "canary.every_months",
        /// Hour of the day, in Việt Nam, from which the tests of a working day leave.
        CanaryHour = "canary.hour",
        /// Hours within which a test is to be answered.
        CanaryAnswerHours = "canary.answer_hours",
    }
}

impl ValueKey {
    /// The numbers that it can have. Ten years are more than any limit; a limit of no time at all would
    /// be over before anybody could keep it.
    pub fn range(self) -> RangeInclusive<i32> {
        match self {
            Self::FirstDayExcluded
            | Self::WaitForComplaints
            | Self::StoreArmedForces
            | Self::UnitsReform
            | Self::SuspensionPauses
            | Self::SceneStopsOnArrival => 0..=1,
            Self::ReminderHour | Self::CoverageHour | Self::CanaryHour => 0..=23,
            Self::CanaryEveryMonths => 1..=12,
            // A link lives for 14 days.
            Self::CanaryAnswerHours => 1..=240,
            Self::ExtensionPercent | Self::RequestExtensionPercent => 0..=1_000,
            Self::KeepFatal => 1..=100,
            Self::SceneHours
            | Self::SendMinutes
            | Self::PoliceOpinion
            | Self::PoliceAnswer
            | Self::NoProsecution
            | Self::Handover
            | Self::HandoverOuter
            | Self::Prosecution
            | Self::PoliceConclusion
            | Self::HandoverAfterStop
            | Self::CommuneRecord
            | Self::ComplaintWindow
            | Self::DecideBenefits
            | Self::PayBenefits
            | Self::SendBenefitFile
            | Self::Register
            | Self::AnswerComplaint
            | Self::Expertise
            | Self::RemindHours
            | Self::BreachHours
            | Self::AbroadWorkingDays
            | Self::AbroadDossier
            | Self::FileInsurance
            | Self::AcknowledgeRequest
            | Self::ViewRequest
            | Self::ViewRequestProcessor
            | Self::RestrictRequest
            | Self::RestrictRequestProcessor
            | Self::EraseRequest
            | Self::EraseRequestProcessor
            | Self::BreachNotifyHours
            | Self::BreachWarnHours
            | Self::DutyIntervalMonths
            | Self::CoverageBounceDays
            | Self::CoverageVerifiedDays => LIMIT,
        }
    }
}

/// Days, working days or hours of a limit.
pub const LIMIT: RangeInclusive<i32> = 1..=3_650;
