//! Accepting a declaration: the one transaction in which everything that follows is written down.

use serde_json::Value;

use super::{
    answer::{Answer, Parts},
    prepare::{Prepared, declarant_differs, default_role, prepare},
};
use crate::{
    domain::{case::CaseStatus, declaration::DeclarantRole, receipt::ReceiptNo},
    error::{AppError, Result},
    ids::{CaseId, DeclarationId},
    service::{
        Ctx,
        idempotency::{self, Key},
        notices::{self, Told},
        opening::{self, Opening, kept},
    },
    store::{
        conn::DbConn,
        declarations::{self, NewDeclaration},
    },
    time::day_in_vietnam,
};

/// A declaration to accept.
pub struct Submit {
    /// The body as a value.
    pub body: Value,
    /// The body as it came.
    pub raw: String,
    /// `Idempotency-Key`.
    pub key: Option<String>,
}

/// An answer that was stored.
pub struct Answered {
    /// The answer, JSON.
    pub answer: String,
    /// The number of its declaration.
    pub receipt_no: String,
    /// Whether it was given before.
    pub replayed: bool,
}

impl Answered {
    /// The answer that `id` was given before.
    pub fn again(tx: &mut DbConn, id: &str) -> Result<Self> {
        let (receipt_no, answer) = declarations::answer_of(tx, id)?.ok_or(AppError::Busy)?;
        Ok(Self {
            answer,
            receipt_no,
            replayed: true,
        })
    }
}

/// Accepts a declaration: decides, and stores case, clocks, alerts, messages, timeline and receipt
/// together. What is answered is durable, and whoever must know is written down to be told.
pub fn submit(tx: &mut DbConn, ctx: &Ctx, cmd: Submit) -> Result<Answered> {
    if !ctx.actor.may_declare() {
        return Err(AppError::Forbidden("declare"));
    }
    let id = DeclarationId::generate();
    let fingerprint = idempotency::fingerprint("declare", &cmd.body);
    let key = cmd.key.as_deref();
    if let Key::AnsweredAs(earlier) = idempotency::claim(
        tx,
        &ctx.actor.token_id,
        key,
        &fingerprint,
        id.as_str(),
        ctx.now,
    )? {
        return Answered::again(tx, &earlier);
    }

    let Prepared {
        declaration,
        mut decision,
        warnings,
    } = prepare(&cmd.body, &ctx.world, ctx.now, default_role(&ctx.actor))?;
    decision
        .contradictions
        .extend(declarant_differs(&ctx.actor, &declaration, &decision));

    let case_id = CaseId::generate();
    let receipt_no = new_receipt_no(ctx)?;
    let keep_content = !declaration.accident.sector.is_armed_forces();
    let told = Told {
        case_id: &case_id,
        receipt_no: &receipt_no,
        received_at: ctx.now,
        declaration: &declaration,
        decision: &decision,
    };
    let answer = serde_json::to_string(&Answer::new(&Parts {
        receipt_no: Some(&receipt_no),
        case: Some(&case_id),
        received_at: ctx.now,
        decision: &decision,
        clocks: &decision.clocks,
        warnings: &warnings,
        now: ctx.now,
    }))?;

    let facts = kept(&declaration, decision.counts);
    opening::open(
        tx,
        ctx,
        &Opening {
            id: &case_id,
            receipt_no: &receipt_no,
            status: first_status(declaration.declarant.role),
            declaration: &facts,
            decision: &decision,
        },
    )?;
    notices::alert(
        tx,
        ctx,
        &told,
        &decision.recipients.iter().collect::<Vec<_>>(),
    )?;
    declarations::insert(
        tx,
        &NewDeclaration {
            id: &id,
            receipt_no: &receipt_no,
            case_id: &case_id,
            token_id: &ctx.actor.token_id,
            declarant_role: declaration.declarant.role.as_str(),
            tax_code: ctx.actor.tax_code.as_deref(),
            commune_code: ctx.actor.commune_code.as_deref(),
            received_at: ctx.now,
            body: keep_content.then_some(cmd.raw.as_str()),
            answer: &answer,
        },
    )?;
    Ok(Answered {
        answer,
        receipt_no,
        replayed: false,
    })
}

/// A notice by family, witness or worker waits for the employer's or the commune's declaration.
fn first_status(role: DeclarantRole) -> CaseStatus {
    match role {
        DeclarantRole::Employer | DeclarantRole::Commune => CaseStatus::Declared,
        DeclarantRole::Family | DeclarantRole::Witness | DeclarantRole::Worker => {
            CaseStatus::Noticed
        }
    }
}

fn new_receipt_no(ctx: &Ctx) -> Result<String> {
    use chrono::Datelike;
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| AppError::internal(error.to_string()))?;
    Ok(ReceiptNo::generate(day_in_vietnam(ctx.now).year(), random).to_string())
}
