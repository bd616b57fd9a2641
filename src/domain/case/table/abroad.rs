//! Vietnamese workers abroad: others investigate, and the province of the employer's seat verifies on the dossier
//! (D39 Art. 19).

use super::{build::*, *};
use crate::domain::{
    case::{
        Step,
        step::{ClockEffect, Earliest},
    },
    clocks::ClockId,
};

const PROVINCE: &[Who] = &[
    who(Inspector, &[L::Provincial, L::Central]),
    who(Ministry, OF_MINISTRY),
];
const ITEM: &[&str] = &["in_file", "missing"];
const ITEM_IF_ANY: &[&str] = &["in_file", "none", "missing"];
/// Nothing abroad waits for the papers here.
const WHILE_OPEN: &[CaseStatus] = &[
    Declared,
    Transferred,
    Received,
    Classified,
    TeamFormed,
    Investigating,
];

pub(super) const ROWS: &[StepRule] = &[
    row(
        Step::EndForeignInvestigation,
        &[stay(WHILE_OPEN)],
        PROVINCE,
        &[
            date("ended_on", Earliest::Accident),
            optional(text("foreign_body", 200)),
        ],
        "D39 Điều 19.3",
    )
    .acted_on("ended_on")
    .clocks(&[ClockEffect::Start(ClockId::K1c)]),
    row(
        Step::ReceiveDossier,
        &[stay(WHILE_OPEN)],
        PROVINCE,
        // Items a to h of D39 Art. 19.3; papers in another language with a certified translation.
        &[
            date("received_on", Earliest::Accident),
            choice("sending_decision", ITEM),
            choice("scene_minutes", ITEM),
            choice("sketch", ITEM),
            choice("examination_minutes", ITEM),
            choice("statements", ITEM_IF_ANY),
            choice("foreign_certificate", ITEM),
            choice("injury_certificate", ITEM),
            choice("discharge_paper", ITEM_IF_ANY),
            choice("certified_translation", ITEM),
            NOTE,
        ],
        "D39 Điều 19.3",
    )
    .acted_on("received_on")
    .clocks(&[ClockEffect::StopOnceComplete(
        ClockId::K1c,
        "dossier_received",
    )]),
];
