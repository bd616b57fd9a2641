//! The team and its investigation (L84 Art. 35; D39 Art. 11–15).

use super::{build::*, *};
use crate::domain::case::{
    Step,
    step::{Circumstance, ClockEffect, Earliest, Field, Need, Values},
};

/// Whom a member speaks for (L84 Art. 35.1–35.3).
const CAPACITIES: &[&str] = &[
    "head",
    "labour_authority",
    "health",
    "union",
    "workers_representative",
    "safety_officer",
    "medical_officer",
    "labour_ministry",
    "line_ministry",
    "other_employer",
    "leasing_firm",
    "commune",
    "other",
];
const MEMBER: &[Field] = &[
    text("full_name", 200),
    choice("capacity", CAPACITIES),
    optional(text("unit", 200)),
    optional(text("position", 200)),
];
/// A representative of the employer leads a facility team with a written authority (L84 Art. 35.1).
const AUTHORITY: Field = optional(text("written_authority", 200));
/// A central team is formed by the minister alone (L84 Art. 35.3).
const FORMERS: &[Who] = &[
    who(Inspector, &[L::Facility, L::Provincial, L::SpecialLaw]),
    who(Employer, OF_EMPLOYER),
    who(Commune, OF_EMPLOYER),
    who(Ministry, OF_MINISTRY),
];
/// The employer of the premises forms the team and invites the employer of the victims (D39 Art. 11.1.b); who leased
/// them out is invited as well (`accidents.md` 8.1, rows 12 and 13).
const INVITED: Field = needed(
    Need::Where(Circumstance::OtherEmployer),
    text("other_employer_invited", 300),
);
const EXPERTISE: &[&str] = &["technical", "forensic_medical", "both"];

pub(super) const ROWS: &[StepRule] = &[
    row(
        Step::FormTeam,
        // After the police a new team may go on, as where the case has come up meanwhile (7.3).
        &[to(
            &[Classified, SceneResponse, ReturnedByPolice],
            TeamFormed,
        )],
        FORMERS,
        &[
            text("decision_number", 100),
            date("decided_on", Earliest::Receipt),
            text("head", 200),
            AUTHORITY,
            INVITED,
            optional(list("members", MEMBER)),
        ],
        "L84 Điều 35.1–35.4; D39 Điều 11",
    ),
    row(
        Step::ChangeTeam,
        &[stay(TEAM_WORKS)],
        TEAM,
        &[
            text("decision_number", 100),
            date("decided_on", Earliest::Decision),
            optional(text("head", 200)),
            AUTHORITY,
            optional(list("members", MEMBER)),
            // Who goes stays named in the timeline, and signs nothing any more.
            optional(list("leaving", &[one_of("member", Values::TeamMembers)])),
            REASON,
        ],
        "D39 Điều 11, 12",
    ),
    row(
        Step::StartInvestigation,
        &[to(&[TeamFormed, ReturnedByPolice], Investigating)],
        TEAM,
        &[
            optional(moment("started_at", Earliest::Decision)),
            // The head starts at once, also while a member is absent (12.1.a).
            optional(text("absent", 500)),
        ],
        "D39 Điều 12.1.a, 20.3",
    ),
    row(
        Step::OrderExpertise,
        &[stay(&[
            TeamFormed,
            Investigating,
            PoliceOpinionPending,
            MinutesDrafted,
            Reinvestigating,
        ])],
        TEAM,
        &[
            text("document_number", 100),
            date("ordered_on", Earliest::Receipt),
            choice("expertise", EXPERTISE),
            text("expert_body", 200),
        ],
        "L84 Điều 35.6.d; D39 Điều 13.3",
    )
    .acted_on("ordered_on")
    .clocks(&[ClockEffect::ExpertiseK3]),
    row(
        Step::Extend,
        &[stay(&[
            TeamFormed,
            Investigating,
            PoliceOpinionPending,
            ReturnedByPolice,
            MinutesDrafted,
            Reinvestigating,
        ])],
        TEAM,
        &[number("days"), text("consent_number", 100), REASON],
        "L84 Điều 35.6",
    )
    .acted_now()
    .clocks(&[ClockEffect::ExtendK3]),
    row(
        Step::ReserveOpinion,
        &[stay(TEAM_WORKS), stay(&[Announced])],
        TEAM,
        &[
            one_of("member", Values::TeamMembers),
            text("opinion", 4000),
            optional(date("reported_on", Earliest::Decision)),
        ],
        "D39 Điều 12.2.b",
    ),
];
