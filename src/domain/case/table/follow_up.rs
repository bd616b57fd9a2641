//! What follows the minutes: the scene, recommendations, benefits, the register, complaints, the end.

use super::{build::*, *};
use crate::domain::{
    case::{
        Step,
        step::{ClockEffect, Earliest, End, Field, Move, To, Values},
    },
    clocks::ClockId,
};
use CaseStatus::{Archived, Closed};

const VICTIM: Field = one_of("victim", Values::Victims);
const IN_FILE: &[&str] = &["in_file"];
const IF_ANY: &[&str] = &["in_file", "none"];
const BENEFITS: &[&str] = &["compensation", "allowance", "none"];
const CARE: &[&str] = &[
    "treatment",
    "assessment",
    "rehabilitation",
    "compensation",
    "visit",
    "other",
];
const YES_OR_NO: &[&str] = &["yes", "no"];
const MEASURES: &[&str] = &[
    "sanction_proposed",
    "sanctioned",
    "suspended_work",
    "remedied",
    "to_inspectorate",
];
/// Recommendations and benefits are dealt with while the minutes are on their way as well.
const TO_FOLLOW_UP: &[Move] = &[
    to(&[Posted, FollowUp], FollowUp),
    stay(&[
        Announced,
        Dispatched,
        NotWorkAccident,
        Complained,
        Reinvestigating,
    ]),
];
/// Facts about victims and violations wait for no minutes.
const WHILE_OPEN: &[Move] = &[
    to(&[Posted, FollowUp], FollowUp),
    stay(TEAM_WORKS),
    stay(&[
        Classified,
        SceneResponse,
        CommuneRecorded,
        Announced,
        Dispatched,
        NotWorkAccident,
        Complained,
    ]),
];

pub(super) const ROWS: &[StepRule] = &[
    row(
        Step::ReleaseScene,
        WHILE_OPEN,
        &[
            who(Inspector, WITH_TEAM),
            who(Ministry, OF_MINISTRY),
            who(Police, WITH_TEAM),
        ],
        &[
            text("consent_number", 100),
            date("consented_on", Earliest::Accident),
            choice("given_by", &["team", "police"]),
        ],
        "D39 Điều 18.3.b",
    ),
    row(
        Step::Recommend,
        &[
            to(&[Posted, FollowUp], FollowUp),
            stay(&[
                MinutesDrafted,
                Announced,
                Dispatched,
                NotWorkAccident,
                Reinvestigating,
            ]),
        ],
        TEAM,
        &[
            text("recommendation", 2000),
            text("addressee", 200),
            date("due_on", Earliest::Today),
        ],
        "D39 Điều 13.4, 18.10",
    ),
    row(
        Step::ReportRecommendation,
        TO_FOLLOW_UP,
        TEAM,
        &[
            one_of("recommendation_id", Values::OpenRecommendations),
            choice("result", &["done", "not_done"]),
            date("reported_on", Earliest::Minutes),
            text("evidence", 2000),
        ],
        "D39 Điều 18.10",
    ),
    row(
        Step::RecordAssessment,
        WHILE_OPEN,
        TEAM,
        &[
            VICTIM,
            text("document_number", 100),
            date("assessed_on", Earliest::Accident),
            number("loss_percent"),
        ],
        "L84 Điều 38.6, 38.7; C28 Điều 7.1",
    )
    .acted_on("assessed_on")
    .clocks(&[ClockEffect::StartForVictim(ClockId::K10b)]),
    row(
        Step::DecideBenefits,
        TO_FOLLOW_UP,
        TEAM,
        &[
            VICTIM,
            choice("benefit", BENEFITS),
            text("decision_number", 100),
            date("decided_on", Earliest::Accident),
            optional(number("amount_vnd")),
            NOTE,
        ],
        "L84 Điều 38.4, 38.5, 38.7, 39; C28 Điều 7.1",
    )
    .acted_on("decided_on")
    .clocks(&[
        ClockEffect::StopForVictim(ClockId::K10, "decided"),
        ClockEffect::StopForVictim(ClockId::K10b, "decided"),
        ClockEffect::StartForVictim(ClockId::K10c),
        ClockEffect::StartForVictim(ClockId::K10d),
    ]),
    row(
        Step::PayBenefits,
        TO_FOLLOW_UP,
        TEAM,
        &[
            VICTIM,
            date("paid_on", Earliest::Accident),
            optional(text("proof", 500)),
        ],
        "C28 Điều 7.2",
    )
    .acted_on("paid_on")
    .clocks(&[ClockEffect::StopForVictim(ClockId::K10c, "paid")]),
    row(
        Step::SendBenefitFile,
        TO_FOLLOW_UP,
        TEAM,
        &[
            VICTIM,
            date("sent_on", Earliest::Accident),
            optional(text("proof", 500)),
        ],
        "C28 Điều 6.3.c",
    )
    .acted_on("sent_on")
    .clocks(&[ClockEffect::StopForVictim(ClockId::K10d, "sent")]),
    row(
        Step::FollowVictim,
        WHILE_OPEN,
        TEAM_OR_COMMUNE,
        &[
            VICTIM,
            choice("care", CARE),
            date("happened_on", Earliest::Accident),
            text("remark", 2000),
        ],
        "L84 Điều 38",
    ),
    row(
        Step::EnterRegister,
        &[
            to(&[Posted, FollowUp], FollowUp),
            stay(&[
                CommuneRecorded,
                Announced,
                Dispatched,
                NotWorkAccident,
                Complained,
                Reinvestigating,
            ]),
        ],
        TEAM_OR_COMMUNE,
        &[
            text("register_number", 100),
            date("entered_on", Earliest::Accident),
        ],
        "C13 Điều 3; Q01 Điều 19.1",
    )
    .acted_on("entered_on")
    .clocks(&[ClockEffect::Stop(ClockId::K11, "entered")]),
    row(
        Step::CheckFile,
        WHILE_OPEN,
        TEAM,
        // Items a to i and k of D39 Art. 16.1; the minutes and those of the meeting are steps of their own.
        &[
            VICTIM,
            choice("scene_minutes", IF_ANY),
            choice("sketch", IN_FILE),
            choice("photographs", IN_FILE),
            choice(
                "examination_minutes",
                &["in_file", "declared_dead_by_court"],
            ),
            choice("expertise_results", IF_ANY),
            choice("statements", IN_FILE),
            choice("injury_certificate", IF_ANY),
            choice("discharge_paper", IF_ANY),
            NOTE,
        ],
        "D39 Điều 16",
    ),
    row(
        Step::RecordViolation,
        WHILE_OPEN,
        STATE,
        &[
            text("violation", 2000),
            text("who", 200),
            choice("measure", MEASURES),
            date("taken_on", Earliest::Accident),
            NOTE,
        ],
        "D39 Điều 13.4, 18.10; D283 Điều 31–34",
    ),
    row(
        Step::RecordEquipment,
        WHILE_OPEN,
        TEAM_OR_COMMUNE,
        &[
            text("equipment", 200),
            choice("strict_safety", YES_OR_NO),
            choice("declared", &["yes", "no", "not_required", "not_known"]),
            optional(date("inspected_on", Earliest::Any)),
            optional(text("inspection_number", 100)),
            NOTE,
        ],
        "L84 Điều 28–31; D39 Điều 13.4",
    ),
    row(
        Step::FollowPublicly,
        &[stay(OPEN)],
        OFFICE,
        &[choice("followed", YES_OR_NO), REASON],
        "D39 Điều 12",
    ),
    row(
        Step::ReleaseInformation,
        &[stay(OPEN)],
        OFFICE,
        // No name of a victim belongs into it (C13; L91/2025).
        &[
            text("briefing", 4000),
            text("approved_by", 200),
            date("approved_on", Earliest::Receipt),
            text("released_to", 200),
        ],
        "D39 Điều 12",
    ),
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
            text("letter_number", 100),
            date("answered_on", Earliest::Publication),
            text("answer", 4000),
        ],
        "D39 Điều 17.1.a",
    )
    .acted_on("answered_on")
    .clocks(&[ClockEffect::Stop(ClockId::K12, "answered")]),
    row(
        Step::RefuseReinvestigation,
        // What was still to be sent or posted is still to be sent and posted.
        &[by(&[Complained], To::Before)],
        TEAM,
        &[
            text("letter_number", 100),
            date("answered_on", Earliest::Publication),
            REASON,
        ],
        "D39 Điều 17.1.b",
    )
    .acted_on("answered_on")
    .clocks(&[ClockEffect::Stop(ClockId::K12, "refused")]),
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
        STATE,
        REINVESTIGATION,
        "L84 Điều 35.2, 35.3; D39 Điều 17",
    )
    .acted_on("decided_on")
    .clocks(REINVESTIGATES),
    row(
        Step::Reinvestigate,
        &[to(&[Closed, Archived], Reinvestigating)],
        STATE,
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
    .clocks(&[ClockEffect::StopAll])
    .end(End::Done),
    row(
        Step::Close,
        &[to(&[CommuneRecorded], Closed)],
        &[who(Commune, OF_COMMUNE), who(Inspector, OF_COMMUNE)],
        &[NOTE],
        "L84 Điều 35.9.c; D129 Điều 43.1",
    )
    .acted_now()
    .clocks(&[ClockEffect::StopAll])
    .end(End::Done),
    row(
        Step::Close,
        &[to(&[Classified], Closed)],
        &[who(Inspector, NOBODY_INVESTIGATES)],
        &[NOTE],
        "L84 Điều 36",
    )
    .acted_now()
    .clocks(&[ClockEffect::StopAll])
    .end(End::Done),
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
const REINVESTIGATION: &[Field] = &[
    text("decision_number", 100),
    date("decided_on", Earliest::Publication),
    text("head", 200),
    REASON,
];
/// The earlier minutes keep their force until the new ones are announced (17.2); what runs from them runs on.
const REINVESTIGATES: &[ClockEffect] = &[
    ClockEffect::Stop(ClockId::K12, "reinvestigated"),
    ClockEffect::RestartK3,
];
