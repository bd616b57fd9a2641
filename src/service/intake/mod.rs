//! Notices of people without an account (L84 Art. 34.1): taken in as a declaration is, marked, and held
//! for a human where they come in bulk. Who gave one is kept apart (L84 Art. 34.2).

mod gate;
mod held;
mod informants;
pub mod photos;
pub mod receipts;

use serde_json::{Value, json};

use crate::{
    domain::{
        access::Right,
        challenge::{self, Challenge, Verdict},
        declaration::{DeclarantRole, Fault, FaultCode},
        message::{Alarm, AlarmKind},
        notice::{HeldBecause, NoticeState, Proof},
    },
    error::{AppError, Result},
    ids::{CallerId, DeclarationId},
    sealing::Keys,
    service::{
        Ctx,
        declarations::{Accepted, accept, write},
        idempotency::{self, Key},
        notify,
    },
    store::{
        conn::DbConn,
        declarations,
        notices::{self, Notice},
    },
};

pub use held::{Held, Reject, Release, list_held, reject, release};
pub use informants::{Informant, informants};

/// A notice to take in.
pub struct Submit {
    /// The body as a value; its member `challenge` is no part of the declaration.
    pub body: Value,
    /// `Idempotency-Key`.
    pub key: Option<String>,
}

/// What whoever gave notice is answered.
pub enum Taken {
    /// Everybody whom the law names is told.
    Told {
        /// The answer of a declaration, JSON.
        answer: String,
        /// Whether it was given before.
        replayed: bool,
    },
    /// Stored; a human looks at it first.
    Held {
        /// Number of the notice.
        receipt_no: String,
        /// Whether it was given before.
        replayed: bool,
    },
}

/// A notice that was read and decided.
pub struct Planned {
    id: DeclarationId,
    /// With its caller: the key counts for this body alone, so that nobody's key blocks another's notice.
    key: Option<(CallerId, String)>,
    accepted: Accepted,
    verdict: Verdict,
    challenge_hash: String,
    network: String,
}

/// A keyed hash for challenges, from the key of look-ups, which all processes share.
fn secret(keys: &Keys) -> impl Fn(&str, &[u8]) -> [u8; 32] {
    move |purpose, bytes| {
        let text = data_encoding::HEXLOWER.encode(bytes);
        *keys.derived(&format!("notice challenge/{purpose}/{text}"))
    }
}

/// A new challenge. Nothing is stored.
pub fn give_challenge(ctx: &Ctx) -> Result<Challenge> {
    ctx.require(Right::Notice)?;
    let mut random = [0_u8; 16];
    getrandom::fill(&mut random).map_err(|error| AppError::internal(error.to_string()))?;
    Ok(challenge::give(&secret(&ctx.keys), random, ctx.now))
}

/// Reads a notice and decides what the law says of it. Stores nothing.
pub fn plan(ctx: &Ctx, cmd: Submit) -> Result<Planned> {
    ctx.require(Right::Notice)?;
    let Submit { mut body, key } = cmd;
    let answered = gate::answered(
        body.as_object_mut()
            .and_then(|body| body.remove("challenge")),
    );
    let mut warnings = Vec::new();
    if let Some(role) = body.pointer_mut("/declarant/role")
        && role.as_str() == Some(DeclarantRole::Commune.as_str())
    {
        // Else the commune of the place would not be told: it counts as the one that declares.
        *role = Value::from(DeclarantRole::Witness.as_str());
        warnings.push(Fault {
            pointer: "/declarant/role".to_owned(),
            code: FaultCode::RoleNotProven,
        });
    }
    let id = DeclarationId::generate();
    let accepted = accept(ctx, &id, &body, &body.to_string(), warnings)?;
    let hash = idempotency::fingerprint(&ctx.keys, "notice", &body);
    Ok(Planned {
        id,
        key: key.map(|key| (CallerId::from(format!("notice {}", hash.text())), key)),
        accepted,
        verdict: challenge::judge(&secret(&ctx.keys), &answered, ctx.now),
        challenge_hash: ctx.keys.request_hash(answered.id.as_bytes()),
        network: gate::network(ctx.origin.address.as_deref()),
    })
}

/// Stores what [`plan`] made: told at once as a declaration is, or held.
pub fn store(tx: &mut DbConn, ctx: &Ctx, planned: Planned) -> Result<Taken> {
    if let Some((caller, key)) = &planned.key {
        // The caller is the body: nothing else can have used the key.
        let same = idempotency::Fingerprint::of_caller(caller);
        let id = planned.id.as_str();
        let claimed = idempotency::claim(tx, caller, Some(key), &same, id, ctx.now)?;
        if let Key::AnsweredAs(earlier) = claimed {
            return again(tx, ctx, &earlier);
        }
    }
    let proof = match planned.verdict {
        Verdict::NotOurs => Proof::Missing,
        Verdict::Ours {
            expires_at,
            is_right,
        } => {
            // Right or wrong, it counts once: nobody tries every answer.
            match notices::use_challenge(tx, &planned.challenge_hash, expires_at)? {
                true if is_right => Proof::Shown,
                true => Proof::Wrong,
                false => Proof::Missing,
            }
        }
    };
    let is_urgent = planned.accepted.case.case.class.is_urgent();
    let held = gate::admit(tx, ctx, proof, is_urgent, &planned.network)?;
    let case = &planned.accepted.case.case;
    let notice = Notice {
        case_id: case.id.clone(),
        receipt_no: case.receipt_no.clone(),
        state: match held {
            Some(_) => NoticeState::Held,
            None => NoticeState::Unverified,
        },
        held_because: held,
        noticed_at: ctx.now,
    };
    let place = match case.commune_code.as_str() {
        "" => case.province_code.clone(),
        commune => commune.to_owned(),
    };
    let answered = write(tx, ctx, &planned.id, planned.accepted, held.is_some())?;
    notices::insert(tx, &notice)?;
    let Some(because) = held else {
        return Ok(Taken::Told {
            answer: answered.answer,
            replayed: false,
        });
    };
    raise_alarm(tx, ctx, &notice, because, is_urgent, &place)?;
    Ok(Taken::Held {
        receipt_no: notice.receipt_no,
        replayed: false,
    })
}

fn again(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<Taken> {
    use crate::service::declarations::Answered;

    let stored = declarations::answer_of(tx, id)?.ok_or(AppError::Busy)?;
    let was_held =
        notices::find(tx, &stored.receipt_no)?.is_some_and(|notice| notice.held_because.is_some());
    if was_held {
        return Ok(Taken::Held {
            receipt_no: stored.receipt_no,
            replayed: true,
        });
    }
    Ok(Taken::Told {
        answer: Answered::again(tx, ctx, id)?.answer,
        replayed: true,
    })
}

/// Each place alarms once an hour: a flood about one does not hide another, and does not fill a
/// mailbox. The list and the figures have every notice.
fn raise_alarm(
    tx: &mut DbConn,
    ctx: &Ctx,
    notice: &Notice,
    because: HeldBecause,
    is_urgent: bool,
    place: &str,
) -> Result<()> {
    let kind = match is_urgent {
        true => AlarmKind::UrgentNoticeHeld,
        false => AlarmKind::NoticeHeld,
    };
    let alarm = Alarm {
        alarm: kind,
        raised_at: ctx.now,
        case_id: Some(notice.case_id.to_string()),
        receipt_no: Some(notice.receipt_no.clone()),
        role: None,
        authority_id: None,
        message_id: None,
        reply: Some(because.to_string()),
        record: None,
    };
    let hour = ctx.now.timestamp().div_euclid(3600);
    let key = format!("{kind}/{place}/{hour}");
    notify::operator(tx, ctx.operator_mail.as_deref(), &alarm, &key)
}

/// What the timeline and the trace know of a notice.
fn details(notice: &Notice) -> Value {
    json!({ "receipt_no": notice.receipt_no, "held_because": notice.held_because })
}
