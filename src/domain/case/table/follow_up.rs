//! What follows the minutes: the scene, recommendations, victims, the file, the register.

use super::{build::*, *};
use crate::domain::{
    case::{
        Step,
        step::{ClockEffect, Earliest, Field, Move, Values},
    },
    clocks::ClockId,
};

pub(super) const VICTIM: Field = one_of("victim", Values::Victims);
const IN_FILE: &[&str] = &["in_file"];
const IF_ANY: &[&str] = &["in_file", "none"];
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
pub(super) const TO_FOLLOW_UP: &[Move] = &[
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
pub(super) const WHILE_OPEN: &[Move] = &[
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
];
