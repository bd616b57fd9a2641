//! A case as a step finds it.

use chrono::{DateTime, Utc};

use super::{TakeStep, candidates, of_each};
use crate::{
    domain::{
        case::{
            Case, CaseFacts,
            take::{Calendar, Taken, take},
        },
        clocks::Clock,
        decide::Decision,
    },
    error::Result,
    sealing::CaseKey,
    service::{Ctx, sealed, seen::not_held},
    store::{cases, clocks, conn::DbConn, events},
};

/// The case, its limits, what the law says of it, and what the guards look at.
pub(super) struct AtHand {
    pub case: Case,
    pub running: Vec<Clock>,
    pub decision: Option<Decision>,
    pub facts: CaseFacts,
}

impl AtHand {
    /// `case` as it is at `at`.
    pub fn read(
        tx: &mut DbConn,
        ctx: &Ctx,
        case: Case,
        key: &CaseKey,
        at: DateTime<Utc>,
    ) -> Result<Self> {
        let notice = not_held(tx, &case.id)?;
        let running = clocks::list(tx, &case.id)?;
        let timeline = events::list(tx, &case.id, key)?;
        let decision = sealed::decision(key, &case)?;
        let possible = candidates(decision.as_ref());
        let law = &ctx.world.law;
        let mut facts = CaseFacts::new(&case, &running, &timeline, possible, at, law)
            .with_notice(notice)
            .with_victims(of_each(&cases::victims(tx, &case.id)?))
            .with_declaration(sealed::shown_facts(key, &case)?.as_ref())
            .with_decision(decision.as_ref());
        if let Some(decision) = &decision {
            facts = facts.with_limit(&decision.investigation);
        }
        Ok(Self {
            case,
            running,
            decision,
            facts,
        })
    }

    /// What follows from the step at `at`; nothing is written.
    pub fn take(&self, ctx: &Ctx, cmd: &TakeStep, at: DateTime<Utc>) -> Result<Taken> {
        let law = &ctx.world.law;
        let calendar = Calendar {
            law,
            holidays: law.holidays(),
        };
        let known = (&self.case, self.running.as_slice(), &self.facts);
        Ok(take(cmd.step, &cmd.body, known, &ctx.actor, at, calendar)?)
    }
}
