//! Complaints about the minutes, a new investigation, the end and the archive.

use super::{build::*, *};
use crate::domain::{
    case::{
        Step,
        step::{Circumstance, ClockEffect, Earliest, End, Field, Need, To, Values},
    },
    clocks::ClockId,
};
use CaseStatus::{Archived, Closed};

pub(super) const ROWS: &[StepRule] = &[
    row(
        Step::ReceiveComplaint,
        &[
            to(
                &[Announced, Dispatched, Posted, FollowUp, NotWorkAccident],
                Complained,
            ),
            // Another person's.
            stay(&[Complained]),
        ],
        TEAM,
        COMPLAINT,
        "D39 Điều 17.1",
    )
    .acted_on("received_on")
    .clocks(&[ClockEffect::Start(ClockId::K12)]),
    row(
        Step::ReceiveComplaint,
        &[to(&[Closed, Archived], Complained)],
        TEAM,
        COMPLAINT,
        "D39 Điều 17.1",
    )
    .acted_on("received_on")
    .clocks(&[ClockEffect::Start(ClockId::K12)])
    .end(End::Reopens),
    row(
        Step::AnswerComplaint,
        &[by(&[Complained], To::Before)],
        TEAM,
        &[
            WHICH,
            text("letter_number", 100),
            date("answered_on", Earliest::Publication),
            text("answer", 4000),
        ],
        "D39 Điều 17.1.a",
    )
    .acted_on("answered_on")
    .clocks(&[ClockEffect::StopOfComplaint(ClockId::K12, "answered")]),
    row(
        Step::RefuseReinvestigation,
        // What was still to be sent or posted is still to be sent and posted.
        &[by(&[Complained], To::Before)],
        TEAM,
        &[
            WHICH,
            text("letter_number", 100),
            date("answered_on", Earliest::Publication),
            REASON,
        ],
        "D39 Điều 17.1.b",
    )
    .acted_on("answered_on")
    .clocks(&[ClockEffect::StopOfComplaint(ClockId::K12, "refused")]),
    row(
        Step::Reinvestigate,
        &[to(
            &[
                Complained,
                Announced,
                Dispatched,
                Posted,
                FollowUp,
                NotWorkAccident,
            ],
            Reinvestigating,
        )],
        ABOVE_THE_TEAM,
        REINVESTIGATION,
        "L84 Điều 35.2, 35.3; D39 Điều 17",
    )
    .acted_on("decided_on")
    .clocks(REINVESTIGATES),
    row(
        Step::Reinvestigate,
        &[to(&[Closed, Archived], Reinvestigating)],
        ABOVE_THE_TEAM,
        REINVESTIGATION,
        "L84 Điều 35.2, 35.3; D39 Điều 17",
    )
    .acted_on("decided_on")
    .clocks(REINVESTIGATES)
    .end(End::Reopens),
    row(
        Step::Close,
        &[to(&[Posted, FollowUp, NotWorkAccident], Closed)],
        TEAM,
        &[NOTE],
        "L84 Điều 35.9; D39 Điều 16, 18",
    )
    .acted_now()
    .clocks(&[ClockEffect::StopAllOfTheCase])
    .end(End::Done),
    row(
        Step::Close,
        &[to(&[CommuneRecorded], Closed)],
        &[who(Commune, OF_COMMUNE), who(Inspector, OF_COMMUNE)],
        &[NOTE],
        "L84 Điều 35.9.c; D129 Điều 43.1",
    )
    .acted_now()
    .clocks(&[ClockEffect::StopAllOfTheCase])
    .end(End::Done),
    row(
        Step::Close,
        &[to(&[Classified], Closed)],
        &[who(Inspector, NOBODY_INVESTIGATES)],
        &[NOTE],
        "L84 Điều 36",
    )
    .acted_now()
    .clocks(&[ClockEffect::StopAllOfTheCase])
    .end(End::Done),
    // It does not wait for the money: the file of Art. 16 holds no proof of payment, and the time for which it
    // is kept counts from the end either way (Art. 18.8). What is still owed runs on in the archive.
    row(
        Step::Archive,
        &[to(&[Closed], Archived)],
        OFFICE,
        &[text("archive_number", 100)],
        "D39 Điều 16.3, 18.8",
    )
    .acted_now()
    .clocks(&[ClockEffect::StartK13])
    .end(End::Done),
];

const COMPLAINT: &[Field] = &[
    date("received_on", Earliest::Publication),
    text("complainant", 200),
    choice("kind", &["complaint", "denunciation"]),
    text("subject", 4000),
];
/// Each has its own answer; of one alone there is no question which.
const WHICH: Field = needed(
    Need::Where(Circumstance::SeveralComplaints),
    one_of("complaint_id", Values::OpenComplaints),
);
const REINVESTIGATION: &[Field] = &[
    text("decision_number", 100),
    date("decided_on", Earliest::Publication),
    text("head", 200),
    REASON,
];
/// The earlier minutes keep their force until the new ones are announced (17.2); what runs from them runs on.
const REINVESTIGATES: &[ClockEffect] = &[
    ClockEffect::Stop(ClockId::K12, "reinvestigated"),
    ClockEffect::RestartK3ForAnother,
];
