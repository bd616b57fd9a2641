//! What the employer owes the victims (L84 Art. 38, 39; C28 Art. 6, 7).
//!
//! A case may be closed once the benefits are decided (`accidents.md` 7.5). To pay them and to send the file
//! are duties of their own, with days of their own, which no end of an investigation takes from the employer:
//! their clocks run on in a case that was closed, and in the archive, until both are done.

use super::{
    build::*,
    follow_up::{TO_FOLLOW_UP, VICTIM, WHILE_OPEN},
    *,
};
use crate::domain::{
    case::{
        Step,
        step::{ClockEffect, Earliest, End, Field, Move},
    },
    clocks::ClockId,
};

const BENEFITS: &[&str] = &["compensation", "allowance", "none"];
const AFTER_THE_END: &[Move] = &[stay(&[CaseStatus::Closed, CaseStatus::Archived])];
const PAYMENT: &[Field] = &[
    VICTIM,
    date("paid_on", Earliest::Accident),
    optional(text("proof", 500)),
];
const PAID: &[ClockEffect] = &[ClockEffect::StopForVictim(ClockId::K10c, "paid")];
const SENDING: &[Field] = &[
    VICTIM,
    date("sent_on", Earliest::Accident),
    optional(text("proof", 500)),
];
const SENT: &[ClockEffect] = &[ClockEffect::StopForVictim(ClockId::K10d, "sent")];

pub(super) const ROWS: &[StepRule] = &[
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
        PAYMENT,
        "C28 Điều 7.2",
    )
    .acted_on("paid_on")
    .clocks(PAID),
    row(
        Step::PayBenefits,
        AFTER_THE_END,
        TEAM,
        PAYMENT,
        "C28 Điều 7.2",
    )
    .acted_on("paid_on")
    .clocks(PAID)
    .end(End::Outlived),
    row(
        Step::SendBenefitFile,
        TO_FOLLOW_UP,
        TEAM,
        SENDING,
        "C28 Điều 6.3.c",
    )
    .acted_on("sent_on")
    .clocks(SENT),
    row(
        Step::SendBenefitFile,
        AFTER_THE_END,
        TEAM,
        SENDING,
        "C28 Điều 6.3.c",
    )
    .acted_on("sent_on")
    .clocks(SENT)
    .end(End::Outlived),
];
