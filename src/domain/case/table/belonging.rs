//! Whose case it is, and whether it is one.

use super::{build::*, *};
use crate::domain::case::{
    Step,
    step::{Circumstance, ClockEffect, Earliest, End, Need, To, Values},
};
use crate::domain::clocks::ClockId;
use CaseStatus::Duplicate;

pub(super) const ROWS: &[StepRule] = &[
    row(
        Step::Assign,
        &[stay(OPEN)],
        OFFICE,
        &[
            unless("post_id", text("assigned_to", 200)),
            optional(post("post_id")),
            optional(REASON),
        ],
        "L84 Điều 34.2",
    ),
    row(
        Step::ChoosePlace,
        &[stay(OPEN)],
        &[
            who(Inspector, EVERY_LEVEL),
            who(Commune, EVERY_LEVEL),
            who(Ministry, EVERY_LEVEL),
        ],
        &[one_of("commune_code", Values::Candidates)],
        "L84 Điều 34.1.b",
    ),
    row(
        Step::Transfer,
        // The limits go on at the other authority, from its receipt; it takes the case on from
        // `TRANSFERRED`. One that has no queue here ends it: see `service::transfer`.
        &[to(
            &[Noticed, Declared, Transferred, Received, Classified],
            Transferred,
        )],
        OFFICE,
        &[
            text("to_authority", 100),
            text("letter_number", 100),
            REASON,
        ],
        "L84 Điều 34.2",
    ),
    row(
        Step::TakeOver,
        &[to(
            &[
                Received,
                Classified,
                TeamFormed,
                Investigating,
                MinutesDrafted,
            ],
            Classified,
        )],
        &[who(Inspector, &[L::Facility])],
        TAKEN_OVER,
        "L84 Điều 35.2",
    )
    .acted_on("decided_on")
    .clocks(TAKES_OVER),
    row(
        Step::TakeOver,
        &[to(
            &[
                Received,
                Classified,
                SceneResponse,
                TeamFormed,
                Investigating,
                PoliceOpinionPending,
                MinutesDrafted,
            ],
            Classified,
        )],
        &[who(Ministry, &[L::Provincial])],
        TAKEN_OVER,
        "L84 Điều 35.3; D39 Điều 11.3",
    )
    .acted_on("decided_on")
    .clocks(TAKES_OVER),
    // Up it goes by itself; down by a document and a reason only (7.1). While the file is with the police nobody moves it.
    row(
        Step::LowerClass,
        &[by(LOWERED_IN, To::AsDecided)],
        &[who(Inspector, EVERY_LEVEL), who(Ministry, EVERY_LEVEL)],
        &[
            text("document_number", 100),
            date("issued_on", Earliest::Accident),
            REASON,
        ],
        "D39 Điều 9, 22",
    ),
    row(
        Step::MarkDuplicate,
        &[to(BEFORE_ANNOUNCEMENT, Duplicate)],
        OFFICE,
        &[case("of_case"), REASON],
        "L84 Điều 34.2",
    )
    .acted_now()
    .clocks(&[ClockEffect::StopAll])
    .end(End::Because("duplicate")),
    row(
        Step::Withdraw,
        &[to(BEFORE_ANNOUNCEMENT, NotWorkAccident)],
        OFFICE,
        &[
            // What a team or a commune has found out is put aside by a paper, not by a word (7.1).
            needed(
                Need::Where(Circumstance::Begun),
                text("document_number", 100),
            ),
            REASON,
        ],
        "L84 Điều 12.1, 34.2",
    )
    .acted_now()
    .clocks(&[ClockEffect::StopAll])
    .end(End::Because("withdrawn")),
    // The law knows no such end: whoever was told must examine and resolve, also after a mistake of an office.
    row(
        Step::Reinstate,
        &[by(
            &[Duplicate, NotWorkAccident, Transferred],
            To::BeforeTheEnd,
        )],
        OFFICE,
        &[REASON],
        "L84 Điều 34.2",
    )
    .acted_now()
    .clocks(&[ClockEffect::Revive])
    .end(End::Reopens),
];

/// The states in which a class may go down.
const LOWERED_IN: &[CaseStatus] = &[
    Declared,
    Transferred,
    Received,
    Classified,
    CommuneRecorded,
    SceneResponse,
    TeamFormed,
    Investigating,
    PoliceOpinionPending,
    ReturnedByPolice,
    MinutesDrafted,
    Announced,
    Dispatched,
    Posted,
    FollowUp,
    Complained,
    Reinvestigating,
];

/// The new team has a limit of its own, and asks the police itself.
const TAKES_OVER: &[ClockEffect] = &[
    ClockEffect::Stop(ClockId::K5, "restarted"),
    ClockEffect::Stop(ClockId::K6, "restarted"),
    ClockEffect::RestartK3ForAnother,
];

/// The decision by which the higher level takes the case, with the whole file.
const TAKEN_OVER: &[crate::domain::case::step::Field] = &[
    text("decision_number", 100),
    date("decided_on", Earliest::Receipt),
    REASON,
];
