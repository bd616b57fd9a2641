//! Police and procuracy (D39 Art. 20; L84 Art. 35.7). While the file lies with them the team writes
//! nothing: none of its steps starts from these states.

use super::{build::*, *};
use crate::domain::{
    case::{
        Step,
        step::{ClockEffect, Earliest, Field, To},
    },
    clocks::ClockId,
};

/// What team and police found together they found at the scene.
const PEOPLE_WERE_THERE: ClockEffect = ClockEffect::Stop(ClockId::K2, "people_there");

const OPINIONS: &[&str] = &["work_accident", "not_work_accident"];
const ANSWERS: &[&str] = &["work_accident", "not_work_accident", "not_determined"];

/// What is handed over, item by item of D39 Art. 20.5.
const HANDED: &[&str] = &["received", "missing"];
/// Of photographs, body minutes, expertise and objects the article says: if there are any.
const HANDED_IF_ANY: &[&str] = &["received", "missing", "none"];
const HANDOVER: &[Field] = &[
    text("handover_number", 100),
    date("handed_over_on", Earliest::PoliceDecision),
    choice("decision_paper", HANDED),
    choice("scene_minutes", HANDED),
    choice("sketch", HANDED),
    choice("photographs", HANDED_IF_ANY),
    choice("examination_minutes", HANDED_IF_ANY),
    choice("statements", HANDED),
    choice("expertise_results", HANDED_IF_ANY),
    choice("objects", HANDED_IF_ANY),
    NOTE,
];

pub(super) const ROWS: &[StepRule] = &[
    row(
        Step::EndJointWork,
        &[stay(&[TeamFormed, Investigating])],
        TEAM,
        &[date("ended_on", Earliest::Accident), NOTE],
        "D39 Điều 20.1.a–đ",
    )
    .acted_on("ended_on")
    .clocks(&[PEOPLE_WERE_THERE, ClockEffect::Start(ClockId::K5)]),
    row(
        Step::SendOpinion,
        &[to(&[Investigating], PoliceOpinionPending)],
        TEAM,
        &[
            text("letter_number", 100),
            date("sent_on", Earliest::Decision),
            choice("opinion", OPINIONS),
            NOTE,
        ],
        "D39 Điều 20.1.đ",
    )
    .acted_on("sent_on")
    .clocks(&[
        PEOPLE_WERE_THERE,
        ClockEffect::Stop(ClockId::K5, "opinion_sent"),
        ClockEffect::Start(ClockId::K6),
    ]),
    row(
        Step::RecordPoliceAnswer,
        &[by(&[PoliceOpinionPending], To::IfPoliceKnow(Investigating))],
        POLICE,
        &[
            text("letter_number", 100),
            date("answered_on", Earliest::Opinion),
            choice("answer", ANSWERS),
            NOTE,
        ],
        "D39 Điều 20.1.e, g",
    )
    .acted_on("answered_on")
    .clocks(&[ClockEffect::Stop(ClockId::K6, "answered")]),
    row(
        Step::Suspend,
        &[to(&[PoliceOpinionPending], Suspended)],
        TEAM,
        &[date("suspended_on", Earliest::PoliceAnswer), REASON],
        "D39 Điều 20.1.h",
    )
    .acted_on("suspended_on")
    .clocks(&[ClockEffect::PauseK3]),
    row(
        Step::Resume,
        &[to(&[Suspended], Investigating)],
        TEAM,
        &[
            text("letter_number", 100),
            date("resumed_on", Earliest::Suspension),
            choice("conclusion_of_police", OPINIONS),
            NOTE,
        ],
        "D39 Điều 20.1.h",
    )
    .acted_on("resumed_on")
    .clocks(&[ClockEffect::ResumeK3]),
    row(
        Step::RecommendProsecution,
        &[to(
            &[
                Investigating,
                PoliceOpinionPending,
                Suspended,
                MinutesDrafted,
                Reinvestigating,
            ],
            ProsecutionRecommended,
        )],
        TEAM,
        &[
            text("document_number", 100),
            date("sent_on", Earliest::Decision),
            text("procuracy_copy_number", 100),
            list(
                "inventory",
                &[text("item", 500), optional(text("remark", 500))],
            ),
            NOTE,
        ],
        "L84 Điều 35.7; D39 Điều 20.2",
    )
    .acted_on("sent_on")
    .clocks(&[
        PEOPLE_WERE_THERE,
        ClockEffect::Stop(ClockId::K3, "prosecution_recommended"),
        ClockEffect::Stop(ClockId::K5, "prosecution_recommended"),
        ClockEffect::Stop(ClockId::K6, "prosecution_recommended"),
    ]),
    row(
        Step::Prosecute,
        &[to(
            &[
                ProsecutionRecommended,
                Investigating,
                PoliceOpinionPending,
                Suspended,
            ],
            CriminalCase,
        )],
        POLICE,
        &[
            text("decision_number", 100),
            moment("decided_at", Earliest::FileSent),
            NOTE,
        ],
        "D39 Điều 20.4.a",
    )
    .acted_on("decided_at")
    .clocks(&[
        PEOPLE_WERE_THERE,
        ClockEffect::Stop(ClockId::K3, "prosecuted"),
        ClockEffect::Stop(ClockId::K5, "prosecuted"),
        ClockEffect::Stop(ClockId::K6, "prosecuted"),
        ClockEffect::Start(ClockId::K7d),
    ]),
    row(
        Step::DeclineProsecution,
        &[stay(&[ProsecutionRecommended])],
        POLICE,
        &[
            text("decision_number", 100),
            moment("decided_at", Earliest::FileSent),
            NOTE,
        ],
        "D39 Điều 20.3.a; L84 Điều 35.7",
    )
    .acted_on("decided_at")
    .clocks(&[
        ClockEffect::Start(ClockId::K7a),
        ClockEffect::Start(ClockId::K7c),
    ]),
    row(
        Step::ConcludeCriminalCase,
        &[stay(&[CriminalCase])],
        POLICE,
        &[
            text("document_number", 100),
            date("concluded_on", Earliest::PoliceDecision),
            NOTE,
        ],
        "D39 Điều 20.4.b",
    )
    .acted_on("concluded_on")
    .clocks(&[ClockEffect::Start(ClockId::K7e)]),
    row(
        Step::StopCriminalCase,
        &[stay(&[CriminalCase])],
        POLICE,
        &[
            text("decision_number", 100),
            moment("decided_at", Earliest::PoliceDecision),
            NOTE,
        ],
        "D39 Điều 20.4.c",
    ),
    row(
        Step::InformProcuracy,
        &[stay(&[ProsecutionRecommended, CriminalCase])],
        POLICE,
        &[moment("sent_at", Earliest::PoliceDecision), NOTE],
        "D39 Điều 20.3.a, 20.4.a, 20.4.b",
    )
    .acted_on("sent_at")
    .clocks(&[
        ClockEffect::Stop(ClockId::K7a, "procuracy_informed"),
        ClockEffect::Stop(ClockId::K7d, "procuracy_informed"),
        ClockEffect::Stop(ClockId::K7e, "procuracy_informed"),
    ]),
    row(
        Step::RecordConsent,
        &[stay(&[ProsecutionRecommended, CriminalCase])],
        POLICE_OR_PROCURACY,
        &[
            text("document_number", 100),
            date("consented_on", Earliest::PoliceDecision),
            NOTE,
        ],
        "D39 Điều 20.3.b, 20.4.c",
    )
    .acted_on("consented_on")
    .clocks(&[ClockEffect::StartHandover]),
    row(
        Step::ReturnFile,
        &[to(
            &[ProsecutionRecommended, CriminalCase],
            ReturnedByPolice,
        )],
        POLICE,
        HANDOVER,
        "L84 Điều 35.6.d; D39 Điều 20.3.b, 20.4.c, 20.5",
    )
    .acted_on("handed_over_on")
    .clocks(&[
        ClockEffect::Stop(ClockId::K7a, "handed_over"),
        ClockEffect::StopOnceComplete(ClockId::K7b, "handed_over"),
        ClockEffect::StopOnceComplete(ClockId::K7c, "handed_over"),
        ClockEffect::Stop(ClockId::K7d, "handed_over"),
        ClockEffect::Stop(ClockId::K7e, "handed_over"),
        ClockEffect::StopOnceComplete(ClockId::K7f, "handed_over"),
        ClockEffect::RestartK3OnceComplete,
    ]),
    row(
        Step::CompleteReturn,
        &[stay(&[
            ReturnedByPolice,
            Investigating,
            PoliceOpinionPending,
            MinutesDrafted,
        ])],
        POLICE,
        &[
            text("handover_number", 100),
            date("handed_over_on", Earliest::PoliceDecision),
            NOTE,
        ],
        "L84 Điều 35.6.d; D39 Điều 20.5",
    )
    .acted_on("handed_over_on")
    .clocks(&[
        ClockEffect::Stop(ClockId::K7b, "handed_over"),
        ClockEffect::Stop(ClockId::K7c, "handed_over"),
        ClockEffect::Stop(ClockId::K7f, "handed_over"),
        ClockEffect::RestartK3,
    ]),
];
