//! Bodies and handlers of employers: registering, and what the province decides.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Path, Query},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    cookies,
    extract::{Credentials, JsonBody, origin},
    openapi::{QueryRefusals, ReadRefusals, Refusals, RegisterRefusals},
    session::private,
};
use crate::{
    app::AppState,
    domain::{account::Language, employer::EmployerStatus},
    error::{AppError, Result},
    ids::EmployerId,
    service::employers::{self, EmployerShown, EmployersQuery, registering},
    time::rfc3339_in_vietnam,
};

/// What an employer says of itself, and whoever registers it of themselves.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisterEmployer, example = json!({
    "tax_code": "6099254308", "company_name": "Công ty CP Xây dựng Tây Nguyên", "address": "Số 5 Lê Duẩn",
    "commune_code": "22015", "representative": "Hà Văn Tư", "email": "tu.ha@taynguyen.test",
    "phone": "0912 345 601", "language": "vi",
}))]
pub struct RegisterBody {
    /// Tax code, with its check digit.
    tax_code: String,
    /// Name.
    company_name: String,
    /// Address of its seat.
    address: String,
    /// Code of the commune of its seat today.
    commune_code: String,
    /// Who represents it, and has the account.
    representative: String,
    /// E-mail address of the account, to be proven by a link.
    email: String,
    /// Telephone.
    phone: String,
    /// Vietnamese where it is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
}

/// An employer for the account that is signed in.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisterAnotherEmployer, example = json!({
    "tax_code": "6099254308", "company_name": "Công ty CP Xây dựng Tây Nguyên", "address": "Số 5 Lê Duẩn",
    "commune_code": "22015", "representative": "Hà Văn Tư", "phone": "0912 345 601",
}))]
pub struct RegisterAnotherBody {
    /// Tax code, with its check digit.
    tax_code: String,
    /// Name.
    company_name: String,
    /// Address of its seat.
    address: String,
    /// Code of the commune of its seat today.
    commune_code: String,
    /// Who represents it.
    representative: String,
    /// Telephone.
    phone: String,
}

/// A record that was merged into another.
#[derive(Serialize, ToSchema)]
#[schema(as = MergedEmployer)]
pub struct MergedBody {
    /// Id.
    id: String,
    /// Tax code.
    tax_code: String,
    /// Name.
    company_name: String,
}

/// The record of an employer.
#[derive(Serialize, ToSchema)]
#[schema(as = Employer, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e48", "tax_code": "6099254308",
    "company_name": "Công ty CP Xây dựng Tây Nguyên", "address": "Số 5 Lê Duẩn", "commune_code": "22015",
    "province_code": "66", "representative": "H. V. T.", "phone": "*******601", "status": "verified",
    "registered_at": "2026-05-20T08:00:00+07:00", "verified_at": "2026-05-21T08:00:00+07:00",
    "proof": "Giấy chứng nhận đăng ký doanh nghiệp, bản chính", "locked_at": null, "locked_because": null,
    "merged_into": null, "merged_because": null, "claim_on": null, "settled_because": null, "merged": [],
    "masked": ["/representative", "/phone"],
}))]
pub struct EmployerBody {
    /// Id.
    id: String,
    /// Tax code.
    tax_code: String,
    /// Name.
    company_name: String,
    /// Address of its seat.
    address: String,
    /// Code of the commune of its seat, as of its registration.
    commune_code: String,
    /// Today's code of its province; `null` where no single one is.
    province_code: Option<String>,
    /// Who represents it.
    representative: String,
    /// Telephone.
    phone: String,
    /// Where it stands.
    status: EmployerStatus,
    /// When its first person proved their address.
    registered_at: String,
    /// When the province verified it.
    verified_at: Option<String>,
    /// What the province has seen; for authorities.
    proof: Option<String>,
    /// When it was locked.
    locked_at: Option<String>,
    /// Why.
    locked_because: Option<String>,
    /// The record that it was merged into; for authorities.
    merged_into: Option<String>,
    /// Why.
    merged_because: Option<String>,
    /// The record that stood under the tax code already; for authorities.
    claim_on: Option<String>,
    /// Why a claim was accepted or refused.
    settled_because: Option<String>,
    /// Records that were merged into it.
    merged: Vec<MergedBody>,
    /// Pointers of what is masked here.
    masked: Vec<&'static str>,
}

impl From<EmployerShown> for EmployerBody {
    fn from(shown: EmployerShown) -> Self {
        let employer = shown.employer;
        let status = employer.status();
        let stated = employer.stated;
        Self {
            id: employer.id.to_string(),
            tax_code: stated.tax_code,
            company_name: stated.name,
            address: stated.address,
            commune_code: stated.commune_code,
            province_code: shown.province_code,
            representative: stated.representative,
            phone: stated.phone,
            status,
            registered_at: rfc3339_in_vietnam(employer.registered_at),
            verified_at: employer.verified_at.map(rfc3339_in_vietnam),
            proof: employer.proof,
            locked_at: employer.locked_at.map(rfc3339_in_vietnam),
            locked_because: employer.locked_because,
            merged_into: employer.merged_into.map(String::from),
            merged_because: employer.merged_because,
            claim_on: employer.claim_on.map(String::from),
            settled_because: employer.settled_because,
            merged: shown
                .merged
                .into_iter()
                .map(|one| MergedBody {
                    id: one.id.to_string(),
                    tax_code: one.tax_code,
                    company_name: one.name,
                })
                .collect(),
            masked: shown.masked,
        }
    }
}

/// A page of employers.
#[derive(Serialize, ToSchema)]
#[schema(as = EmployerList, example = json!({"items": [], "next": null}))]
pub struct EmployersBody {
    /// By age.
    items: Vec<EmployerBody>,
    /// Cursor of the next page, or `null`.
    next: Option<String>,
}

/// What was registered.
#[derive(Serialize, ToSchema)]
#[schema(as = RegisteredEmployer, example = json!({"id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e48", "tax_code": "6099254308"}))]
pub struct RegisteredBody {
    /// Id of its record.
    id: String,
    /// Tax code: `PUT /api/v1/session/standing` takes it.
    tax_code: String,
}

pub(super) fn employer_id(text: &str) -> Result<EmployerId> {
    EmployerId::parse(text).ok_or(AppError::NotFound("employer"))
}

/// Registers an employer and an account, without one. Whether address or tax code are known already, the
/// answer is the same, and comes before anything is looked up; a mail with a link says how to go on.
#[utoipa::path(
    post, path = "/api/v1/employers", tag = "employers", operation_id = "register_employer", security(()),
    request_body = RegisterBody,
    responses((status = 202, description = "A mail is on its way"), RegisterRefusals),
)]
pub async fn register(
    state: Data<AppState>,
    request: HttpRequest,
    body: JsonBody,
) -> Result<HttpResponse> {
    if cookies::is_foreign(&request) {
        return Err(AppError::OtherSite);
    }
    let (worlds, now) = (state.worlds.clone(), state.clock.now());
    let asked = state
        .db
        .read(move |tx| {
            let world = worlds.now(tx)?;
            registering::read(&body.value, &world, now)
        })
        .await?;
    let subject = registering::subject(&origin(&request));
    state.take(registering::LIMIT, subject).await?;
    actix_web::rt::spawn(async move {
        let keys = state.keys.clone();
        let noted = state
            .write_open(move |tx, _| Ok((registering::ask(tx, &keys, asked, now)?, Vec::new())))
            .await;
        if let Err(error) = noted {
            tracing::warn!("A registration could not be noted: {error}");
        }
    });
    Ok(private(StatusCode::ACCEPTED).finish())
}

/// Registers an employer for the account that is signed in, which is its owner.
#[utoipa::path(
    post, path = "/api/v1/account/employers", tag = "account", operation_id = "register_another_employer", security(("session" = [])),
    request_body = RegisterAnotherBody,
    responses((status = 201, description = "Registered", body = RegisteredBody), Refusals),
)]
pub async fn register_another(
    state: Data<AppState>,
    sender: Credentials,
    body: JsonBody,
) -> Result<HttpResponse> {
    let employer = state
        .write_signed(sender, move |tx, signed| {
            registering::register_signed(tx, signed, &body.value)
        })
        .await?;
    Ok(private(StatusCode::CREATED).json(RegisteredBody {
        id: employer.id.to_string(),
        tax_code: employer.stated.tax_code,
    }))
}

/// The employers of the caller's province; for the ministry and the operator all.
#[utoipa::path(
    get, path = "/api/v1/employers", tag = "employers", operation_id = "list_employers",
    params(
        ("status" = Option<EmployerStatus>, Query, description = "Those that stand so"),
        ("open_claims" = Option<bool>, Query, description = "`true`: those on whose tax code somebody is still to decide"),
        ("q" = Option<String>, Query, description = "Words of name and tax code, without diacritics"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page; a page may be short and still have a next one", body = EmployersBody), QueryRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<EmployersQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| employers::list(tx, ctx, &query))
        .await?;
    Ok(private(StatusCode::OK).json(EmployersBody {
        items: page.items.into_iter().map(EmployerBody::from).collect(),
        next: page.next,
    }))
}

/// The record of an employer, for its people and for whoever decides about it.
#[utoipa::path(
    get, path = "/api/v1/employers/{employer_id}", tag = "employers", operation_id = "show_employer",
    params(("employer_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The record", body = EmployerBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let shown = state
        .read_as(sender, move |tx, ctx| {
            employers::show(tx, ctx, &employer_id(&id)?)
        })
        .await?;
    Ok(private(StatusCode::OK).json(EmployerBody::from(shown)))
}

/// One step of the province, by its body.
macro_rules! decided {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        pub async fn $name(
            state: Data<AppState>,
            sender: Credentials,
            id: Path<String>,
            body: JsonBody,
        ) -> Result<HttpResponse> {
            let shown = state
                .write_as(sender, move |tx, ctx| {
                    employers::$name(tx, ctx, &employer_id(&id)?, &body.value)
                })
                .await?;
            Ok(private(StatusCode::OK).json(EmployerBody::from(shown)))
        }
    };
}

decided! {
    /// The province has seen what proves that the employer is the one of its tax code. Its people now see
    /// everything of the tax code; others who registered it claim it from now on.
    #[utoipa::path(
        post, path = "/api/v1/employers/{employer_id}/verify", tag = "employers", operation_id = "verify_employer",
        params(("employer_id" = String, Path, description = "Id")),
        request_body(content = Object, description = "`proof`: what was seen", example = json!({"proof": "Giấy chứng nhận đăng ký doanh nghiệp, bản chính"})),
        responses((status = 200, description = "The record", body = EmployerBody), Refusals),
    )]
    verify
}

decided! {
    /// Takes that back: everybody sees what they declared themselves.
    #[utoipa::path(
        post, path = "/api/v1/employers/{employer_id}/unverify", tag = "employers", operation_id = "unverify_employer",
        params(("employer_id" = String, Path, description = "Id")),
        request_body(content = Object, description = "`reason`", example = json!({"reason": "Giấy tờ không đúng"})),
        responses((status = 200, description = "The record", body = EmployerBody), Refusals),
    )]
    unverify
}

decided! {
    /// Nobody acts for the employer from now on. Urgent notices need no account.
    #[utoipa::path(
        post, path = "/api/v1/employers/{employer_id}/lock", tag = "employers", operation_id = "lock_employer",
        params(("employer_id" = String, Path, description = "Id")),
        request_body(content = Object, description = "`reason`", example = json!({"reason": "Khai báo giả"})),
        responses((status = 200, description = "The record", body = EmployerBody), Refusals),
    )]
    lock
}

decided! {
    /// Its people act for the employer again.
    #[utoipa::path(
        post, path = "/api/v1/employers/{employer_id}/unlock", tag = "employers", operation_id = "unlock_employer",
        params(("employer_id" = String, Path, description = "Id")),
        request_body(content = Object, description = "`reason`", example = json!({"reason": "Đã làm rõ"})),
        responses((status = 200, description = "The record", body = EmployerBody), Refusals),
    )]
    unlock
}

decided! {
    /// Merges the record into a verified one, whose people then see its declarations as well. The caller must
    /// keep both: of two provinces, the ministry does. Its own people act for nobody until they are invited.
    #[utoipa::path(
        post, path = "/api/v1/employers/{employer_id}/merge", tag = "employers", operation_id = "merge_employer",
        params(("employer_id" = String, Path, description = "Id of the record that goes")),
        request_body(content = Object, description = "`into`: id of the record that stays, and `reason`", example = json!({"into": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e49", "reason": "Đổi mã số thuế sau sáp nhập"})),
        responses((status = 200, description = "The record", body = EmployerBody), Refusals),
    )]
    merge
}

decided! {
    /// Takes a merger back: everybody is what they were before.
    #[utoipa::path(
        post, path = "/api/v1/employers/{employer_id}/unmerge", tag = "employers", operation_id = "unmerge_employer",
        params(("employer_id" = String, Path, description = "Id of the record that went")),
        request_body(content = Object, description = "`reason`", example = json!({"reason": "Nhập nhầm"})),
        responses((status = 200, description = "The record", body = EmployerBody), Refusals),
    )]
    unmerge
}
