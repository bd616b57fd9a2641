//! The minutes, their meeting, their way to everybody, and the wall on which they hang (L84 Art. 35.8,
//! 35.9; D39 Art. 13–15).

use super::{build::*, *};
use crate::domain::{
    case::{
        Step,
        step::{Circumstance, ClockEffect, Earliest, Field, Need, To, Values},
    },
    clocks::ClockId,
};

const CONCLUSIONS: &[&str] = &["work_accident", "allowance_39_2", "not_work_accident"];
const CAUSES: &[&str] = &["1", "2", "3", "4", "5", "6", "7", "8", "9"];
/// Who of a group came to the meeting; whom the law wants invited may stay away.
const ATTENDANCE: &[&str] = &["attended", "invited_absent"];

/// Minutes rest on what the team found at the scene (D39 Art. 13, 14): with them people were there,
/// whether or not anybody wrote down when they were sent. The steps that follow say the same, so that K2
/// never runs on beside them.
const K2_IS_PAST: ClockEffect = ClockEffect::Stop(ClockId::K2, "minutes_drafted");

/// A group of the legal list of attendees, which must be told of where the case has it.
const fn attendance(group: &'static str, need: Need) -> Field {
    needed(need, choice(group, ATTENDANCE))
}

pub(super) const ROWS: &[StepRule] = &[
    row(
        Step::DraftMinutes,
        &[
            to(
                &[Investigating, PoliceOpinionPending, MinutesDrafted],
                MinutesDrafted,
            ),
            stay(&[Reinvestigating]),
        ],
        TEAM,
        &[
            text("minutes_number", 100),
            date("drafted_on", Earliest::Decision),
            choice("conclusion", CONCLUSIONS),
            optional(choice("cause_code", CAUSES)),
            // After a death the team waits for the police (20.1.g); why it did not, its head says.
            needed(
                Need::Where(Circumstance::FatalUnanswered),
                text("why_before_police_answer", 2000),
            ),
        ],
        "D39 Điều 13.5, 14.2, 15.3, 20.1.g",
    )
    .acted_now()
    .clocks(&[K2_IS_PAST]),
    // The verification minutes of an accident abroad (biên bản xác minh).
    row(
        Step::DraftMinutes,
        &[to(&[Classified], MinutesDrafted)],
        &[
            who(Inspector, &[L::Provincial, L::Central]),
            who(Ministry, OF_MINISTRY),
        ],
        &[
            text("minutes_number", 100),
            date("drafted_on", Earliest::Receipt),
            choice("conclusion", CONCLUSIONS),
            optional(choice("cause_code", CAUSES)),
        ],
        "D39 Điều 19.3.b",
    )
    .acted_now()
    .clocks(&[K2_IS_PAST]),
    row(
        Step::Announce,
        &[by(
            &[MinutesDrafted, Reinvestigating],
            To::AsConcluded(Announced),
        )],
        TEAM,
        &[
            moment("held_at", Earliest::Minutes),
            text("meeting_minutes_number", 100),
            attendance("members", Need::Always),
            attendance("employer", Need::Where(Circumstance::UnderContract)),
            attendance("commune", Need::Where(Circumstance::WithoutContract)),
            attendance("union", Need::Where(Circumstance::UnderContract)),
            attendance("victims_or_relatives", Need::Always),
            attendance("persons_concerned", Need::Optional),
            attendance("police", Need::Where(Circumstance::Fatal)),
            attendance("procuracy", Need::Where(Circumstance::Fatal)),
            optional(list(
                "dissent",
                &[text("full_name", 200), text("opinion", 4000)],
            )),
        ],
        "L84 Điều 35.8; D39 Điều 13.6–13.8, 14.3–14.5, 15.3",
    )
    .acted_on("held_at")
    .clocks(&[
        K2_IS_PAST,
        ClockEffect::Stop(ClockId::K3, "announced"),
        ClockEffect::Stop(ClockId::K5, "announced"),
        ClockEffect::Stop(ClockId::K6, "announced"),
        ClockEffect::Start(ClockId::K4),
        ClockEffect::Start(ClockId::K9),
        ClockEffect::StartUnlessDenied(ClockId::K11),
        ClockEffect::StartForTheDead(ClockId::K10),
    ]),
    row(
        Step::DispatchMinutes,
        &[
            by(&[Announced], To::OnceAllSent(Dispatched)),
            // Whom a later correction adds gets them too.
            stay(&[
                Dispatched,
                Posted,
                FollowUp,
                Complained,
                Reinvestigating,
                NotWorkAccident,
            ]),
        ],
        TEAM,
        &[
            moment("dispatched_at", Earliest::Publication),
            // Left out: to everybody who does not have them yet.
            optional(one_of("recipient", Values::MinutesRecipients)),
            optional(text("proof", 500)),
        ],
        "L84 Điều 35.8; D39 Điều 13.9, 14.6, 15.5",
    )
    .acted_on("dispatched_at")
    .clocks(&[K2_IS_PAST, ClockEffect::StopK4OnceAllSent]),
    row(
        Step::ConfirmPosting,
        &[
            to(&[Dispatched], Posted),
            stay(&[NotWorkAccident, CommuneRecorded]),
        ],
        TEAM_OR_COMMUNE,
        &[
            date("posted_on", Earliest::Publication),
            text("posted_where", 500),
            optional(text("proof", 500)),
        ],
        "L84 Điều 35.9",
    ),
];
