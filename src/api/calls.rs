//! Bodies and handlers of the call list.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{authority::Role, classify::CaseClass, routing::AuthorityName},
    error::{AppError, Result},
    ids::CallId,
    service::calls::{self, CallShown},
    store::calls::CallOutcome,
    time::{rfc3339_in_vietnam, vietnam},
    wording::{Said, calls as words, labels},
};

/// An alert that somebody must telephone about.
#[derive(Serialize, ToSchema)]
#[schema(as = Call, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "alert_id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e45",
    "receipt_no": "268G-FNH8-A7KF", "case_class": "FATAL", "role": "LOCAL_POLICE",
    "recipient": {"id": "CAX-02008", "name": "Công an xã Cẩm Giàng"},
    "opened_at": "2026-11-22T08:41:42+07:00", "closed_at": null, "closed_because": null,
    "numbers": [{"whose": "Công an xã Cẩm Giàng", "phone": "02083870113"}],
    "script_vi": "Xin chào, tôi gọi từ hệ thống khai báo tai nạn lao động. …",
    "script_en": "Good day, this is the accident reporting service. …", "notes": [],
}))]
pub struct CallBody {
    /// Id.
    id: String,
    /// The alert that nobody has taken.
    alert_id: String,
    /// Receipt number of its case.
    receipt_no: String,
    /// Class of the case.
    case_class: CaseClass,
    /// Role in which the authority is told.
    role: Role,
    /// The authority; `null` where nobody holds the role.
    recipient: Option<AuthorityName>,
    /// Since when it is on the list.
    opened_at: String,
    /// Since when nobody need telephone any more.
    closed_at: Option<String>,
    /// `taken` or `ended`.
    closed_because: Option<String>,
    /// Whom to call, in this order.
    numbers: Vec<NumberBody>,
    /// What to say.
    script_vi: String,
    /// The same in English.
    script_en: String,
    /// Calls that were made.
    notes: Vec<CallNoteBody>,
}

/// A telephone number.
#[derive(Serialize, ToSchema)]
#[schema(as = CallNumber)]
pub struct NumberBody {
    /// Authority, office or post.
    whose: String,
    /// Number.
    phone: String,
}

/// A telephone call that was made.
#[derive(Serialize, ToSchema)]
#[schema(as = CallNote)]
pub struct CallNoteBody {
    /// When.
    at: String,
    /// What came of it.
    outcome: CallOutcome,
    /// Who telephoned.
    by: String,
    /// What was said.
    said: Option<String>,
}

/// The call list.
#[derive(Serialize, ToSchema)]
#[schema(as = CallList, example = json!({"items": [], "next": null}))]
pub struct CallsBody {
    /// What is open, the oldest first.
    items: Vec<CallBody>,
    /// Always `null`.
    next: Option<String>,
}

impl From<&CallShown> for CallBody {
    fn from(shown: &CallShown) -> Self {
        let CallShown {
            call,
            alert,
            case,
            numbers,
            notes,
        } = shown;
        let script = script(shown);
        Self {
            id: call.id.to_string(),
            alert_id: alert.id.to_string(),
            receipt_no: case.receipt_no.clone(),
            case_class: case.class,
            role: alert.role,
            recipient: alert.authority.clone(),
            opened_at: rfc3339_in_vietnam(call.opened_at),
            closed_at: call.closed.map(|(at, _)| rfc3339_in_vietnam(at)),
            closed_because: call.closed.map(|(_, because)| because.to_string()),
            numbers: numbers
                .iter()
                .map(|number| NumberBody {
                    whose: number.whose.clone(),
                    phone: number.phone.clone(),
                })
                .collect(),
            script_vi: script.vi().to_owned(),
            script_en: script.en().to_owned(),
            notes: notes
                .iter()
                .map(|(note, said)| CallNoteBody {
                    at: rfc3339_in_vietnam(note.noted_at),
                    outcome: note.outcome,
                    by: note.noted_by.clone(),
                    said: said.clone(),
                })
                .collect(),
        }
    }
}

/// What to say: nothing of persons, for nobody knows who answers.
fn script(shown: &CallShown) -> Said {
    let (alert, case) = (&shown.alert, &shown.case);
    let moment = |at: DateTime<Utc>| at.with_timezone(&vietnam()).format("%H:%M, %d/%m/%Y");
    let said = words::SCRIPT
        .said()
        .with_text("class", labels::class(case.class))
        .with("occurred", moment(case.occurred_at))
        .with("since", moment(alert.created_at))
        .with("receipt", &case.receipt_no);
    let said = match &alert.authority {
        Some(who) => said.with("authority", &who.name),
        None => {
            let nobody = words::NOBODY.said();
            said.with_text(
                "authority",
                nobody.with_text("role", labels::role(alert.role)),
            )
        }
    };
    // What was typed goes in last.
    said.with("place", &case.place_name)
}

/// The alerts that somebody must telephone about, with numbers and what to say.
#[utoipa::path(
    get, path = "/api/v1/calls", tag = "operations", operation_id = "list_calls",
    responses((status = 200, description = "The list", body = CallsBody), ReadRefusals),
)]
pub async fn list(state: Data<AppState>, sender: Credentials) -> Result<HttpResponse> {
    let found = state.read_as(sender, calls::list).await?;
    Ok(HttpResponse::Ok().json(CallsBody {
        items: found.iter().map(CallBody::from).collect(),
        next: None,
    }))
}

/// Notes what came of a telephone call. Where somebody took the alert, that counts as the button in the mail.
#[utoipa::path(
    post, path = "/api/v1/calls/{call_id}", tag = "operations", operation_id = "answer_call",
    params(("call_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`outcome` (`taken` with `name`, `post`, `phone` and `said`; `nobody_answered`, and where wanted `said`)", example = json!({"outcome": "taken", "name": "Đặng Văn Sơn", "post": "Trực ban Công an xã", "phone": "0912345678", "said": "Đã nhận, cử người đến hiện trường."})),
    responses((status = 200, description = "The entry as it now stands", body = CallBody), Refusals),
)]
pub async fn answer(
    state: Data<AppState>,
    sender: Credentials,
    call: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let shown = state
        .write_as(sender, move |tx, ctx| {
            ctx.require(crate::domain::access::Right::HandleCalls)?;
            let id = CallId::parse(&call).ok_or(AppError::NotFound("call"))?;
            calls::answer(tx, ctx, &id, &body.value)
        })
        .await?;
    Ok(HttpResponse::Ok().json(CallBody::from(&shown)))
}
