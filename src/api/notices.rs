//! Bodies and handlers of notices without an account (L84 Art. 34.1), and of who gave them.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    bodies::{AccidentBody, DeclarantBody, EstablishmentBody, VictimBody},
    extract::{Credentials, IdempotencyKey, JsonBody, Stranger},
    openapi::{NoticeRefusals, OpenReadRefusals, QuietRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{
        case::Case,
        challenge::BITS,
        classify::CaseClass,
        declaration::{DeclarantRole, Kind},
        notice::{HeldBecause, NoticeState},
    },
    error::{AppError, Result},
    ids::CaseId,
    service::{
        declarations::answer::{Answer, CaseRef, EmergencyNumber, national_numbers},
        intake::{self, Held, Reject, Release, Submit, Taken},
    },
    time::rfc3339_in_vietnam,
    wording::{challenge::asked, notices as words},
};

/// A notice: what a declaration takes, from whoever knows of an accident.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = Notice, example = json!({
    "kind": "accident",
    "declarant": { "role": "witness", "full_name": "Lò Thị Mai", "phone": "0912000111" },
    "accident": {
        "occurred_at": "2026-05-20T14:30:00+07:00",
        "place": { "commune_code": "22015", "detail": "Công trình nhà ở số 5" },
        "summary": "Sập giàn giáo, hai người bị thương nặng.",
        "casualties": { "dead": 0, "serious": 2, "light": 0, "missing": 0, "unknown": 0 }
    },
    "challenge": { "id": "AAAAAGoA5V0…", "answer": "bảy" }
}))]
pub struct NoticeBody {
    /// Accident or technical incident.
    kind: Kind,
    /// Who tells; a witness where no role is stated. Who family, witnesses and workers are is kept apart and
    /// shown only to the authority that receives the notice.
    declarant: DeclarantBody,
    /// Where it happened.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    establishment: Option<EstablishmentBody>,
    /// The victims' employer where it is another.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    employer: Option<EstablishmentBody>,
    /// What happened.
    accident: AccidentBody,
    /// The persons hurt, as far as they are named.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    #[schema(max_items = 500)]
    victims: Vec<VictimBody>,
    /// The answered challenge. Without one an urgent notice goes out all the same, and any other waits
    /// for a human.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    challenge: Option<ChallengeAnswerBody>,
}

/// An answered challenge: a nonce or an answer.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = ChallengeAnswer)]
pub struct ChallengeAnswerBody {
    /// Its id.
    id: String,
    /// A text such that SHA-256 of the salt followed by it begins with so many zero bits.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    nonce: Option<String>,
    /// The answer to the question, in words or digits, Vietnamese or English.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    answer: Option<String>,
}

/// A challenge: answer the question, or do the work.
#[derive(Serialize, ToSchema)]
#[schema(as = Challenge)]
pub struct ChallengeBody {
    /// Its id.
    id: String,
    /// A plain question.
    question_vi: String,
    /// In English.
    question_en: String,
    /// The work, for whoever runs a script.
    proof: ProofBody,
    /// Until when it counts; once.
    expires_at: String,
}

/// A proof of work.
#[derive(Serialize, ToSchema)]
#[schema(as = ProofOfWork)]
pub struct ProofBody {
    /// Always `SHA-256`.
    algorithm: &'static str,
    /// What stands before the nonce.
    salt: String,
    /// How many zero bits the hash begins with.
    bits: u32,
}

/// A notice that is stored and waits for a human.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeHeld)]
pub struct HeldBody {
    /// Number.
    receipt_no: String,
    /// Always `true`.
    held: bool,
    /// What that means, and what to do meanwhile.
    message_vi: &'static str,
    /// In English.
    message_en: &'static str,
    /// Whom to call.
    emergency_numbers: Vec<EmergencyNumber>,
}

/// A new challenge. Nothing is stored.
#[utoipa::path(
    get, path = "/api/v1/notices/challenge", tag = "notices", operation_id = "challenge", security(()),
    responses((status = 200, description = "A challenge", body = ChallengeBody), OpenReadRefusals),
)]
pub async fn challenge(state: Data<AppState>, sender: Stranger) -> Result<HttpResponse> {
    let challenge = state
        .read_for_nobody(sender, intake::give_challenge)
        .await?;
    let (question_vi, question_en) = asked(challenge.question);
    Ok(HttpResponse::Ok().json(ChallengeBody {
        question_vi,
        question_en,
        proof: ProofBody {
            algorithm: "SHA-256",
            salt: challenge.id.clone(),
            bits: BITS,
        },
        expires_at: rfc3339_in_vietnam(challenge.expires_at),
        id: challenge.id,
    }))
}

/// An urgent notice without an account. It is never turned away: told at once, or stored and held for a
/// human where it comes without an answered challenge or too often.
#[utoipa::path(
    post, path = "/api/v1/notices", tag = "notices", operation_id = "give_notice", security(()),
    params(("Idempotency-Key" = Option<String>, Header, description = "The same key and body give the same receipt again, for 30 days")),
    request_body = NoticeBody,
    responses(
        (status = 201, description = "Received; everybody whom the law names is told", body = Answer, headers(("Idempotent-Replayed" = String, description = "`true` where the receipt was given before"))),
        (status = 202, description = "Stored; a human looks at it first", body = HeldBody, headers(("Idempotent-Replayed" = String, description = "`true` where the receipt was given before"))),
        NoticeRefusals,
    ),
)]
pub async fn give(
    state: Data<AppState>,
    sender: Stranger,
    key: IdempotencyKey,
    body: JsonBody,
) -> Result<HttpResponse> {
    let cmd = Submit {
        body: body.value,
        key: key.0,
    };
    let taken = state
        .plan_and_write_for_nobody(sender, move |ctx| intake::plan(ctx, cmd), intake::store)
        .await?;
    state.metrics.declared();
    let (mut response, replayed) = match &taken {
        Taken::Told { replayed, .. } => (HttpResponse::Created(), *replayed),
        Taken::Held { replayed, .. } => (HttpResponse::Accepted(), *replayed),
    };
    if replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    Ok(match taken {
        Taken::Told { answer, .. } => response.content_type("application/json").body(answer),
        Taken::Held { receipt_no, .. } => response.json(HeldBody {
            receipt_no,
            held: true,
            message_vi: words::HELD.vi,
            message_en: words::HELD.en,
            emergency_numbers: national_numbers(),
        }),
    })
}

/// A held notice in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = HeldNotice)]
pub struct HeldLineBody {
    /// Number.
    receipt_no: String,
    /// When it was received.
    received_at: String,
    /// Why it is held.
    because: HeldBecause,
    /// Class of the case as it would be.
    case_class: CaseClass,
    /// Whether somebody must be told at once.
    urgent: bool,
    /// Place.
    place: String,
    /// What was said; only for the commune and the labour authority.
    summary: Option<String>,
}

/// Held notices.
#[derive(Serialize, ToSchema)]
#[schema(as = HeldNoticeList)]
pub struct HeldListBody {
    /// At most 200, the oldest first.
    items: Vec<HeldLineBody>,
    /// Always `null`.
    next: Option<String>,
}

/// The notices that are held, for the commune and the labour authority of the place, and for the operator.
#[utoipa::path(
    get, path = "/api/v1/notices/held", tag = "notices", operation_id = "list_held_notices",
    responses((status = 200, description = "Held notices", body = HeldListBody), QuietRefusals),
)]
pub async fn held(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    // May give an old case its key, so it writes.
    let found = state.write_as(sender, intake::list_held).await?;
    let line = |held: Held| HeldLineBody {
        received_at: rfc3339_in_vietnam(held.notice.noticed_at),
        because: held.notice.held_because.unwrap_or(HeldBecause::NoProof),
        receipt_no: held.notice.receipt_no,
        case_class: held.case.class,
        urgent: held.case.class.is_urgent(),
        place: held.case.place_name,
        summary: held.summary,
    };
    Ok(HttpResponse::Ok().json(HeldListBody {
        items: found.into_iter().map(line).collect(),
        next: None,
    }))
}

/// What became of a held notice.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeDecided)]
pub struct DecidedBody {
    /// Number.
    receipt_no: String,
    /// Where it stands now.
    notice: NoticeState,
    /// Its case.
    case: CaseRef,
}

fn decided(case: &Case, notice: NoticeState) -> HttpResponse {
    HttpResponse::Ok().json(DecidedBody {
        receipt_no: case.receipt_no.clone(),
        notice,
        case: CaseRef::of(&case.id),
    })
}

/// What may come with a release.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = NoticeRelease, example = json!({"note": "Đã gọi lại, đúng sự thật."}))]
pub struct ReleaseBody {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    note: Option<String>,
}

/// Lets a held notice be told: everything that a declaration does, with its moment of receipt unchanged.
#[utoipa::path(
    post, path = "/api/v1/notices/{receipt_no}/release", tag = "notices", operation_id = "release_notice",
    params(("receipt_no" = String, Path, description = "Receipt number", example = "267K-3M9Q-XR4F")),
    request_body = ReleaseBody,
    responses((status = 200, description = "It is told", body = DecidedBody), Refusals),
)]
pub async fn release(
    state: Data<AppState>,
    sender: Credentials,
    receipt_no: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let cmd = Release {
        receipt_no: receipt_no.into_inner(),
        body: body.value,
    };
    let case = state
        .write_as(sender, move |tx, ctx| intake::release(tx, ctx, &cmd))
        .await?;
    Ok(decided(&case, NoticeState::Unverified))
}

/// Why a notice is rejected.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = NoticeRejection, example = json!({"reason": "Số điện thoại không có thật; không có tai nạn tại địa chỉ này."}))]
pub struct RejectBody {
    /// Why.
    reason: String,
}

/// Lets a held notice be told to nobody: it was false. Its case ends and stays on record.
#[utoipa::path(
    post, path = "/api/v1/notices/{receipt_no}/reject", tag = "notices", operation_id = "reject_notice",
    params(("receipt_no" = String, Path, description = "Receipt number", example = "267K-3M9Q-XR4F")),
    request_body = RejectBody,
    responses((status = 200, description = "It is told to nobody", body = DecidedBody), Refusals),
)]
pub async fn reject(
    state: Data<AppState>,
    sender: Credentials,
    receipt_no: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let cmd = Reject {
        receipt_no: receipt_no.into_inner(),
        body: body.value,
    };
    let case = state
        .write_as(sender, move |tx, ctx| intake::reject(tx, ctx, &cmd))
        .await?;
    Ok(decided(&case, NoticeState::Rejected))
}

/// Who gave notice.
#[derive(Serialize, ToSchema)]
#[schema(as = Informant)]
pub struct InformantBody {
    /// Number of the declaration or notice.
    receipt_no: String,
    /// In which quality.
    role: DeclarantRole,
    /// Full name.
    full_name: String,
    /// Number to call back.
    phone: String,
    /// Position.
    position: Option<String>,
    /// E-mail.
    email: Option<String>,
}

/// Who gave notice of a case.
#[derive(Serialize, ToSchema)]
#[schema(as = InformantList)]
pub struct InformantsBody {
    /// Empty where the employer or the commune declared.
    items: Vec<InformantBody>,
    /// Always `null`.
    next: Option<String>,
}

/// Who gave notice of a case: for the commune and the labour authority that received it. Every look is
/// traced.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/informants", tag = "notices", operation_id = "list_informants",
    params(("case_id" = String, Path, description = "Id")),
    responses((status = 200, description = "Who gave notice", body = InformantsBody), ReadRefusals),
)]
pub async fn informants(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let found = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
            intake::informants(tx, ctx, &id)
        })
        .await?;
    let items = found
        .into_iter()
        .map(|one| InformantBody {
            receipt_no: one.receipt_no,
            role: one.identity.role,
            full_name: one.identity.full_name,
            phone: one.identity.phone,
            position: one.identity.position,
            email: one.identity.email,
        })
        .collect();
    Ok(HttpResponse::Ok().json(InformantsBody { items, next: None }))
}
