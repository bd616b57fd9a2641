//! Accepting a declaration: read and decided first, then everything that follows is written down in
//! one transaction.

use std::borrow::Cow;

use serde_json::{Value, json};

use super::{
    answer::{Answer, Parts},
    prepare::{Prepared, declarant_differs, default_role, prepare},
};
use crate::{
    domain::{
        access::Right, audit::Action, case::CaseStatus, declaration::DeclarantRole,
        declaration::Fault, receipt::ReceiptNo,
    },
    error::{AppError, Result},
    ids::{CaseId, DeclarationId},
    sealing::{Column, Sealed},
    service::{
        Ctx,
        idempotency::{self, Fingerprint, Key},
        notices::{Alerting, Told},
        opening::{self, Opening, kept},
        sealed,
    },
    store::{
        cases::{self, NewCase},
        conn::DbConn,
        declarations::{self, NewDeclaration},
        notices,
    },
    time::day_in_vietnam,
};

/// A declaration to accept.
pub struct Submit {
    /// By which right: [`Right::Declare`], or that of an office to give notice.
    pub right: Right,
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
    pub fn again(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<Self> {
        let stored = declarations::answer_of(tx, id)?.ok_or(AppError::Busy)?;
        let key = sealed::key_of_id(tx, &ctx.keys, &stored.case_id)?;
        Ok(Self {
            answer: key.open(stored.column, id, &stored.answer)?,
            receipt_no: stored.receipt_no,
            replayed: true,
        })
    }
}

/// A declaration that was read and decided, with every row that it will leave.
///
/// Reading, deciding and sealing need no write lock: on SQLite they run beside the thread that writes,
/// which then only stores.
pub struct Planned {
    key: Option<String>,
    fingerprint: Fingerprint,
    id: DeclarationId,
    /// Where the body is at fault and a key was sent, the fault waits until the key was looked up:
    /// what was accepted once is answered again, also where today's rules would refuse it.
    outcome: Result<Accepted>,
}

/// A declaration that may be stored, with every row that it leaves.
pub(in crate::service) struct Accepted {
    receipt_no: String,
    declarant_role: DeclarantRole,
    /// The case.
    pub(in crate::service) case: NewCase,
    alerting: Alerting,
    /// The body as it came; `None` where the content is not kept.
    body: Option<Sealed>,
    /// Who gave notice, where the law protects them.
    informant: Option<Sealed>,
    answer: String,
    sealed_answer: Sealed,
}

/// Reads a declaration and decides. Stores nothing.
pub fn plan(ctx: &Ctx, cmd: Submit) -> Result<Planned> {
    ctx.require(cmd.right)?;
    let fingerprint = match &cmd.key {
        Some(_) => idempotency::fingerprint(&ctx.keys, "declare", &cmd.body),
        None => Fingerprint::default(),
    };
    let id = DeclarationId::generate();
    let outcome = accept(ctx, &id, &cmd.body, &cmd.raw, Vec::new());
    let outcome = match outcome {
        Err(fault) if cmd.key.is_none() => return Err(fault),
        other => other,
    };
    Ok(Planned {
        key: cmd.key,
        fingerprint,
        id,
        outcome,
    })
}

/// Reads and decides, and seals every row under the key of a new case. `warnings` are those of who
/// calls. Who an informant is goes into a row of its own, and stands neither in the facts nor in the
/// body, nor in what anybody is told (L84 Art. 34.2).
pub(in crate::service) fn accept(
    ctx: &Ctx,
    id: &DeclarationId,
    body: &Value,
    raw: &str,
    warnings: Vec<Fault>,
) -> Result<Accepted> {
    let Prepared {
        mut declaration,
        mut decision,
        warnings: mut found,
    } = prepare(body, &ctx.world, ctx.now, default_role(&ctx.actor))?;
    decision
        .contradictions
        .extend(declarant_differs(&ctx.actor, &declaration, &decision));

    found.extend(warnings);
    let warnings = found;

    let case_id = CaseId::generate();
    let (key, data_key) = ctx.keys.new_case_key(&case_id)?;
    let seal = |column, text: &str| key.seal(column, id.as_str(), text);
    let informant = match declaration.declarant.take_identity() {
        Some(identity) => {
            let text = serde_json::to_string(&identity)?;
            Some(seal(Column::InformantIdentity, &text)?)
        }
        None => None,
    };
    let raw = match informant {
        Some(_) => Cow::Owned(nameless(body, declaration.declarant.role)),
        None => Cow::Borrowed(raw),
    };
    let receipt_no = new_receipt_no(ctx)?;
    let told = Told {
        case_id: &case_id,
        key: &key,
        receipt_no: &receipt_no,
        received_at: ctx.now,
        declaration: &declaration,
        decision: &decision,
    };
    let recipients: Vec<_> = decision.recipients.iter().collect();
    let alerting = Alerting::of(ctx, &told, &recipients)?;
    let answer = serde_json::to_string(&Answer::new(&Parts {
        receipt_no: Some(&receipt_no),
        case: Some(&case_id),
        received_at: ctx.now,
        decision: &decision,
        clocks: &decision.clocks,
        warnings: &warnings,
        root: ctx.latest_root.as_ref(),
        now: ctx.now,
    }))?;

    let declarant_role = declaration.declarant.role;
    let keep_content = !declaration.accident.sector.is_armed_forces();
    let case = opening::open(
        ctx,
        &Opening {
            id: &case_id,
            receipt_no: &receipt_no,
            status: CaseStatus::first(declarant_role),
            declaration: &kept(declaration, decision.counts),
            decision: &decision,
        },
        &key,
        data_key,
    )?;
    let body = keep_content.then(|| seal(Column::DeclarationBody, &raw));
    Ok(Accepted {
        receipt_no,
        declarant_role,
        case,
        alerting,
        body: body.transpose()?,
        informant,
        sealed_answer: seal(Column::DeclarationAnswer, &answer)?,
        answer,
    })
}

/// Stores what [`plan`] made: the one transaction in which case, clocks, alerts, messages, timeline
/// and receipt are written down together. What is answered is durable, and whoever must know is
/// written down to be told.
pub fn store(tx: &mut DbConn, ctx: &Ctx, planned: Planned) -> Result<Answered> {
    if let Key::AnsweredAs(earlier) = idempotency::claim(
        tx,
        &ctx.actor.caller.id(),
        planned.key.as_deref(),
        &planned.fingerprint,
        planned.id.as_str(),
        ctx.now,
    )? {
        return Answered::again(tx, ctx, &earlier);
    }
    write(tx, ctx, &planned.id, planned.outcome?, false)
}

/// Writes what was accepted. Where it is `held`, nobody sees the case or is told of it yet.
pub(in crate::service) fn write(
    tx: &mut DbConn,
    ctx: &Ctx,
    id: &DeclarationId,
    accepted: Accepted,
    held: bool,
) -> Result<Answered> {
    let Accepted {
        receipt_no,
        declarant_role,
        mut case,
        alerting,
        body,
        informant,
        answer,
        sealed_answer,
    } = accepted;
    let case_id = case.case.id.clone();
    ctx.note(
        Action::Declare,
        &case_id,
        json!({ "receipt_no": receipt_no }),
    );
    if held {
        case.audiences.clear();
    }
    cases::insert(tx, case)?;
    if !held {
        alerting.write(tx, ctx)?;
    }
    let by = opening::declarer(ctx);
    declarations::insert(
        tx,
        &NewDeclaration {
            id,
            receipt_no: &receipt_no,
            case_id: &case_id,
            caller_id: &by.caller_id,
            declarant_role: declarant_role.as_str(),
            tax_code: by.tax_code.as_deref(),
            commune_code: by.commune_code.as_deref(),
            employer_id: by.employer.as_ref(),
            received_at: ctx.now,
            body: body.as_ref(),
            answer: &sealed_answer,
        },
    )?;
    if let Some(identity) = &informant {
        notices::keep_informant(tx, id, &case_id, identity)?;
    }
    Ok(Answered {
        answer,
        receipt_no,
        replayed: false,
    })
}

/// The body without who gave notice, whatever was written where that belongs.
fn nameless(body: &Value, role: DeclarantRole) -> String {
    let mut body = body.clone();
    if let Some(declarant) = body.get_mut("declarant") {
        *declarant = json!({ "role": role });
    }
    body.to_string()
}

fn new_receipt_no(ctx: &Ctx) -> Result<String> {
    use chrono::Datelike;
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| AppError::internal(error.to_string()))?;
    Ok(ReceiptNo::generate(day_in_vietnam(ctx.now).year(), random).to_string())
}
