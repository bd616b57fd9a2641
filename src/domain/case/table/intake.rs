//! From the first word to the class.

use super::{build::*, *};
use crate::domain::{
    case::{
        Step,
        step::{ClockEffect, Earliest, SceneMoment},
    },
    clocks::ClockId,
};

pub(super) const ROWS: &[StepRule] = &[
    row(
        Step::Declare,
        &[to(&[Noticed], Declared)],
        &[who(Commune, EVERY_LEVEL)],
        &[NOTE],
        "L84 Điều 34.1.d; D39 Điều 10.3",
    )
    .acted_now()
    .clocks(&[
        ClockEffect::Stop(ClockId::K1, "declared"),
        ClockEffect::Stop(ClockId::K1b, "declared"),
    ]),
    row(
        Step::ConfirmNotice,
        &[stay(OPEN)],
        &[who(Commune, EVERY_LEVEL), who(Inspector, EVERY_LEVEL)],
        &[NOTE],
        "L84 Điều 34.2",
    ),
    row(
        Step::Receive,
        &[to(&[Declared, Transferred], Received)],
        OFFICE_AND_POLICE,
        &[optional(text("file_number", 100))],
        "L84 Điều 34.2; D39 Điều 10",
    ),
    // Whoever is told examines it (L84 Art. 34.2), also where nobody declares what others gave notice of.
    row(
        Step::Receive,
        &[to(&[Noticed], Received)],
        &[who(Inspector, EVERY_LEVEL), who(Ministry, OF_MINISTRY)],
        &[optional(text("file_number", 100))],
        "L84 Điều 34.2",
    )
    .acted_now()
    .clocks(&[
        ClockEffect::Stop(ClockId::K1, "taken_up"),
        ClockEffect::Stop(ClockId::K1b, "taken_up"),
    ]),
    row(
        Step::Classify,
        &[to(&[Received], Classified)],
        OFFICE,
        &[NOTE],
        "D39 Điều 9",
    ),
    // The employer of a facility case knows its class from its own safety officer, and waits for nobody.
    row(
        Step::Classify,
        &[to(&[Declared, Received], Classified)],
        &[who(Employer, OF_EMPLOYER), who(Commune, OF_EMPLOYER)],
        &[NOTE],
        "L84 Điều 35.1; D39 Điều 9; D143 Điều 18.4",
    ),
    row(
        Step::RecordCommune,
        &[to(&[Classified], CommuneRecorded)],
        &[who(Commune, OF_COMMUNE)],
        &[
            text("record_number", 100),
            date("recorded_on", Earliest::Accident),
        ],
        "L84 Điều 35.1; D129 Điều 43.1",
    )
    .acted_on("recorded_on")
    .clocks(&[
        ClockEffect::Stop(ClockId::K8, "recorded"),
        ClockEffect::Start(ClockId::K11),
    ]),
    row(
        Step::SendToScene,
        &[
            to(&[Classified], SceneResponse),
            // People go at once, whatever the papers: from any state before the minutes.
            stay(&[
                Noticed,
                Declared,
                Transferred,
                Received,
                TeamFormed,
                Investigating,
            ]),
        ],
        SCENE,
        &[
            moment("dispatched_at", Earliest::Accident),
            text("people", 500),
        ],
        "D39 Điều 11.2.a",
    )
    .acted_on("dispatched_at")
    .clocks(&[ClockEffect::StopK2(SceneMoment::Dispatch)]),
    row(
        Step::ArriveAtScene,
        &[stay(&[
            Noticed,
            Declared,
            Transferred,
            Received,
            Classified,
            SceneResponse,
            TeamFormed,
            Investigating,
        ])],
        SCENE,
        &[moment("arrived_at", Earliest::Accident), NOTE],
        "D39 Điều 11.2.a",
    )
    .acted_on("arrived_at")
    .clocks(&[ClockEffect::StopK2(SceneMoment::Arrival)]),
];
