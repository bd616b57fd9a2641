//! Bodies and handlers of forms: which there are, issuing them, and finding them again.

use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Path, Query},
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    extract::{Credentials, JsonBody},
    openapi::{QueryRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{
        document::FileItem,
        forms::{Field, HeadOf, Part, PartKind, Rows, Signer},
    },
    error::{AppError, Result},
    ids::{CaseId, DocumentId},
    service::forms::{self, Belongs, Blank, FileKind, FormFile, JustIssued, Offered},
    store::forms::Issued,
    time::rfc3339_in_vietnam,
};

/// The forms of a day.
#[derive(Serialize, ToSchema)]
#[schema(as = FormList, example = json!({"items": []}))]
pub struct FormsBody {
    /// The forms.
    items: Vec<FormBody>,
}

/// A form: what it asks, and where each value comes from.
#[derive(Serialize, ToSchema)]
#[schema(as = FormDefinition)]
pub struct FormBody {
    /// Code, for `form`.
    code: String,
    /// Which form of which act.
    name_vi: String,
    /// Which form of which act.
    name_en: String,
    /// What stands above it.
    title: String,
    /// What stands below that.
    subtitle: String,
    /// Document and article.
    article: String,
    /// Whose name stands above it.
    head: HeadOf,
    /// What stands in its number for its kind; empty for one without a number.
    sign: String,
    /// What the signed form is in the accident file (D39 Art. 16.1).
    file_item: Option<FileItem>,
    /// First day.
    valid_from: NaiveDate,
    /// First day no longer; `null` is open.
    valid_to: Option<NaiveDate>,
    /// How sure it is.
    confidence: String,
    /// What a lawyer should know.
    note: String,
    /// Keys of the rules (`form_label`) that have corrected it for this day.
    corrected: Vec<String>,
    /// Parts, in order.
    parts: Vec<PartBody>,
}

/// A part of a form. The key of a rule that corrects it is `CODE/key`.
#[derive(Serialize, ToSchema)]
#[schema(as = FormPart)]
pub struct PartBody {
    /// Name within the form.
    key: String,
    /// What it is.
    kind: PartKind,
    /// Heading.
    title: String,
    /// Words, of a text; sources in braces.
    text: String,
    /// What its rows are, of a table.
    rows: Option<Rows>,
    /// Fields, or columns.
    fields: Vec<FieldBody>,
    /// Who signs.
    signers: Vec<SignerBody>,
}

/// A field of a form.
#[derive(Serialize, ToSchema)]
#[schema(as = FormField)]
pub struct FieldBody {
    /// Name within the form, for `entries`, `victims` and `rows`.
    key: String,
    /// What stands before it.
    label: String,
    /// Where its value comes from; `typed` where the case does not have it.
    #[schema(value_type = String)]
    source: String,
    /// Whether what is typed comes before what the case says.
    typed: bool,
    /// What may be ticked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<ChoiceBody>,
    /// How sure it is.
    confidence: String,
    /// What a lawyer should know.
    note: String,
}

/// Something that may be ticked.
#[derive(Serialize, ToSchema)]
#[schema(as = FormChoice)]
pub struct ChoiceBody {
    /// Value.
    code: String,
    /// In words.
    label: String,
}

/// Somebody who signs.
#[derive(Serialize, ToSchema)]
#[schema(as = FormSigner)]
pub struct SignerBody {
    /// Name within the form.
    key: String,
    /// In which quality.
    title: String,
}

impl From<&Offered> for FormBody {
    fn from(offered: &Offered) -> Self {
        let form = &offered.form;
        let part = |part: &Part| PartBody {
            key: part.key.clone(),
            kind: part.kind,
            title: part.title.clone(),
            text: part.text.clone(),
            rows: part.rows,
            fields: part
                .fields
                .iter()
                .map(|one| field(one, &form.confidence))
                .collect(),
            signers: part.signers.iter().map(signer).collect(),
        };
        Self {
            code: form.code.clone(),
            name_vi: form.name.clone(),
            name_en: form.name_en.clone(),
            title: form.title.clone(),
            subtitle: form.subtitle.clone(),
            article: form.article.clone(),
            head: form.head,
            sign: form.sign.clone(),
            file_item: form.file_item,
            valid_from: form.valid_from,
            valid_to: form.valid_to,
            confidence: form.confidence.clone(),
            note: form.note.clone(),
            corrected: offered.corrected.clone(),
            parts: form.parts.iter().map(part).collect(),
        }
    }
}

fn field(field: &Field, of_form: &str) -> FieldBody {
    let own = Some(field.confidence.as_str()).filter(|text| !text.is_empty());
    let choice = |(code, label): &(String, String)| ChoiceBody {
        code: code.clone(),
        label: label.clone(),
    };
    FieldBody {
        key: field.key.clone(),
        label: field.label.clone(),
        source: field.source.to_string(),
        typed: field.typed,
        choices: field.choices.iter().map(choice).collect(),
        confidence: own.unwrap_or(of_form).to_owned(),
        note: field.note.clone(),
    }
}

fn signer(signer: &Signer) -> SignerBody {
    SignerBody {
        key: signer.key.clone(),
        title: signer.title.clone(),
    }
}

/// What a query for forms says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormsQuery {
    day: Option<String>,
}

/// The forms that are used on a day: their parts and fields, with how sure each is.
#[utoipa::path(
    get, path = "/api/v1/forms", tag = "forms", operation_id = "list_forms",
    params(("day" = Option<String>, Query, description = "`YYYY-MM-DD`, today where absent")),
    responses((status = 200, description = "The forms", body = FormsBody), QueryRefusals),
)]
pub async fn list(
    state: Data<AppState>,
    sender: Credentials,
    query: Query<FormsQuery>,
) -> Result<HttpResponse> {
    let day = query.into_inner().day;
    let offered = state
        .read_as(sender, move |_, ctx| forms::offered(ctx, day.as_deref()))
        .await?;
    let items = offered.iter().map(FormBody::from).collect();
    Ok(HttpResponse::Ok().json(FormsBody { items }))
}

/// A form that was issued.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedForm, example = json!({
    "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "case_id": "01a200d8-4179-76ff-9fa4-a94213b875e5",
    "form": "D39-X", "title": "BIÊN BẢN ĐIỀU TRA TAI NẠN LAO ĐỘNG", "victim": null,
    "issuer": "SNV-19", "year": 2026, "number": 12, "number_text": "12/BB-SNV", "version": 1, "dated": "2026-11-22",
    "issued_at": "2026-11-22T09:30:00+07:00", "issued_by": "Lê Thị Quản Trị", "case_version": 7,
    "mark": "K7Q2-M4XW-RT90-BHVE", "pages": 4, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "pdf": "/api/v1/forms/issued/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44.pdf", "docx": "/api/v1/forms/issued/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44.docx", "scans": [],
}))]
pub struct IssuedBody {
    /// Id.
    id: String,
    /// The case.
    case_id: String,
    /// Code of the form.
    form: String,
    /// Its title.
    title: String,
    /// The one victim whom it is about; `null` where all.
    victim: Option<u32>,
    /// The authority that issued it.
    issuer: String,
    /// Year of its number.
    year: i32,
    /// Its number: 1, 2, … of the authority in the year, none left out.
    number: i32,
    /// What stands behind `Số:` on it; `null` for one without a number.
    number_text: Option<String>,
    /// 1, and one more each time that the form is issued anew of the case.
    version: i32,
    /// Its day.
    dated: NaiveDate,
    /// When.
    issued_at: String,
    /// By whom.
    issued_by: String,
    /// The version of the case that it was filled from.
    case_version: i32,
    /// The code on its pages, for `by-mark`.
    mark: String,
    /// Pages.
    pages: u32,
    /// SHA-256 of the PDF, in hex.
    sha256: String,
    /// Address of the PDF, always byte for byte the same.
    pdf: String,
    /// Address of the same as DOCX, to go on with.
    docx: String,
    /// Ids of the documents that are scans of it, signed, the oldest first.
    scans: Vec<String>,
}

impl IssuedBody {
    fn new(issued: &Issued, scans: &[DocumentId]) -> Self {
        let at = format!("/api/v1/forms/issued/{}", issued.id);
        Self {
            id: issued.id.to_string(),
            case_id: issued.case_id.to_string(),
            form: issued.form.clone(),
            title: forms::name_of(issued).into_owned(),
            victim: issued.victim,
            issuer: issued.issuer.clone(),
            year: issued.year,
            number: issued.number,
            number_text: issued.number_text.clone(),
            version: issued.version,
            dated: issued.dated,
            issued_at: rfc3339_in_vietnam(issued.issued_at),
            issued_by: issued.issued_by_name.clone(),
            case_version: issued.case_version,
            mark: issued.mark.grouped(),
            pages: issued.pages,
            sha256: issued.sha256.clone(),
            pdf: format!("{at}.pdf"),
            docx: format!("{at}.docx"),
            scans: scans.iter().map(ToString::to_string).collect(),
        }
    }
}

/// Something that is left to be written by hand.
#[derive(Serialize, ToSchema)]
#[schema(as = FormBlank)]
pub struct BlankBody {
    /// The field; `part:source` for a place in a sentence.
    field: String,
    /// Its label.
    label: String,
    /// The victim whom it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    victim: Option<u32>,
}

impl From<&Blank> for BlankBody {
    fn from(blank: &Blank) -> Self {
        Self {
            field: blank.field.clone(),
            label: blank.label.clone(),
            victim: blank.victim,
        }
    }
}

/// A form that was just issued, with what is left blank on it.
#[derive(Serialize, ToSchema)]
#[schema(as = FormIssued, example = json!({
    "issued": {
        "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "case_id": "01a200d8-4179-76ff-9fa4-a94213b875e5",
        "form": "D39-X", "title": "BIÊN BẢN ĐIỀU TRA TAI NẠN LAO ĐỘNG", "victim": null,
        "issuer": "SNV-19", "year": 2026, "number": 12, "number_text": "12/BB-SNV", "version": 1, "dated": "2026-11-22",
        "issued_at": "2026-11-22T09:30:00+07:00", "issued_by": "Lê Thị Quản Trị", "case_version": 7,
        "mark": "K7Q2-M4XW-RT90-BHVE", "pages": 4, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "pdf": "/api/v1/forms/issued/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44.pdf", "docx": "/api/v1/forms/issued/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44.docx", "scans": [],
    },
    "blanks": [{"field": "victim_home", "label": "Quê quán", "victim": 1}],
}))]
pub struct JustIssuedBody {
    /// The form.
    issued: IssuedBody,
    /// What is left to be written by hand, in the order of the form.
    blanks: Vec<BlankBody>,
}

impl From<&JustIssued> for JustIssuedBody {
    fn from(just: &JustIssued) -> Self {
        Self {
            issued: IssuedBody::new(&just.issued, &[]),
            blanks: just.blanks.iter().map(BlankBody::from).collect(),
        }
    }
}

/// Fills a form from the case, numbers it and keeps it as it is. What nobody said is left as dots.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/forms", tag = "forms", operation_id = "issue_form",
    params(("case_id" = String, Path, description = "Id")),
    request_body(content = Object, description = "`form`: a code; `victim`: the one whom it is about; `number`: what stands behind `Số:` where the office numbers it itself; `dated`: its day, today where absent; `entries`: values of fields that the case does not have; `victims`: the same by number of the victim; `rows`: rows of tables", example = json!({"form": "D39-VIII", "entries": {"person_name": "Hoàng Thị Mai"}, "rows": {"questions": [{"question": "Lúc đó anh ở đâu?", "answer": "Ở cạnh máy nghiền."}]}})),
    responses((status = 201, description = "The form, and what is blank on it", body = JustIssuedBody), Refusals),
)]
pub async fn issue(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
    body: JsonBody,
) -> Result<HttpResponse> {
    let just = state
        .plan_and_write_as(
            sender,
            move |tx, ctx| {
                let id = case_id(&id)?;
                let draft = forms::draft(tx, ctx, &id, &body.value)?;
                Ok((id, body, draft))
            },
            |tx, ctx, (id, body, draft)| forms::issue(tx, ctx, &id, &body.value, draft),
        )
        .await?;
    Ok(HttpResponse::Created().json(JustIssuedBody::from(&just)))
}

fn case_id(id: &str) -> Result<CaseId> {
    CaseId::parse(id).ok_or(AppError::NotFound("case"))
}

/// The forms that were issued of a case.
#[derive(Serialize, ToSchema)]
#[schema(as = IssuedFormList, example = json!({"items": []}))]
pub struct IssuedListBody {
    /// The newest first.
    items: Vec<IssuedBody>,
}

/// The forms that were issued of a case, the newest first.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/forms", tag = "forms", operation_id = "list_issued_forms",
    params(("case_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The forms", body = IssuedListBody), ReadRefusals),
)]
pub async fn of_case(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let issued = state
        .read_as(sender, move |tx, ctx| {
            forms::of_case(tx, ctx, &case_id(&id)?)
        })
        .await?;
    let items = issued
        .iter()
        .map(|(issued, scans)| IssuedBody::new(issued, scans));
    let items = items.collect();
    Ok(HttpResponse::Ok().json(IssuedListBody { items }))
}

/// An issued form: `ID.pdf` is exactly as it was issued, `ID.docx` is to go on with.
#[utoipa::path(
    get, path = "/api/v1/forms/issued/{file}", tag = "forms", operation_id = "read_form",
    params(("file" = String, Path, description = "Id with `.pdf` or `.docx`")),
    responses((status = 200, description = "The file", content(
        (String = "application/pdf"),
        (String = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    )), ReadRefusals),
)]
pub async fn file(
    state: Data<AppState>,
    sender: Credentials,
    file: Path<String>,
) -> Result<HttpResponse> {
    let kinds = [("pdf", FileKind::Pdf), ("docx", FileKind::Docx)];
    let asked = file.rsplit_once('.').and_then(|(id, ending)| {
        let found = kinds.iter().find(|(name, _)| *name == ending);
        found.map(|(_, kind)| (id.to_owned(), *kind))
    });
    // Whoever shows no good token hears of that first.
    let (id, kind) = asked.unwrap_or_else(|| (String::new(), FileKind::Pdf));
    let FormFile { issued, bytes } = state
        .read_as(sender, move |tx, ctx| forms::file(tx, ctx, &id, kind))
        .await?;
    let (ending, content_type) = match kind {
        FileKind::Pdf => ("pdf", "application/pdf"),
        FileKind::Docx => (
            "docx",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
    };
    let name = format!("{}-{}-{}.{ending}", issued.form, issued.year, issued.number);
    Ok(HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ))
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .body(bytes))
}

/// Where a signed form belongs.
#[derive(Serialize, ToSchema)]
#[schema(as = FormBelongs, example = json!({
    "issued": {
        "id": "0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44", "case_id": "01a200d8-4179-76ff-9fa4-a94213b875e5",
        "form": "D39-X", "title": "BIÊN BẢN ĐIỀU TRA TAI NẠN LAO ĐỘNG", "victim": null,
        "issuer": "SNV-19", "year": 2026, "number": 12, "number_text": "12/BB-SNV", "version": 1, "dated": "2026-11-22",
        "issued_at": "2026-11-22T09:30:00+07:00", "issued_by": "Lê Thị Quản Trị", "case_version": 7,
        "mark": "K7Q2-M4XW-RT90-BHVE", "pages": 4, "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "pdf": "/api/v1/forms/issued/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44.pdf", "docx": "/api/v1/forms/issued/0197f3c2-8a4e-7c11-9d35-5b1f0c2a7e44.docx", "scans": [],
    },
    "page": 2, "file_item": "g",
}))]
pub struct BelongsBody {
    /// The form, with its case.
    issued: IssuedBody,
    /// The page that bears the code, where the code says it.
    page: Option<u32>,
    /// The item of the accident file that it is (D39 Art. 16.1).
    file_item: Option<FileItem>,
}

impl From<&Belongs> for BelongsBody {
    fn from(found: &Belongs) -> Self {
        Self {
            issued: IssuedBody::new(&found.issued, &found.scans),
            page: found.page,
            file_item: found.file_item,
        }
    }
}

/// Where a signed form belongs, by the text of the code on its page or by the mark below it.
#[utoipa::path(
    get, path = "/api/v1/forms/by-mark/{mark}", tag = "forms", operation_id = "find_form_by_mark",
    params(("mark" = String, Path, description = "`TNLD:K7Q2M4XWRT90BHVE.2`, or `K7Q2-M4XW-RT90-BHVE`")),
    responses((status = 200, description = "Form, case and item of the file", body = BelongsBody), ReadRefusals),
)]
pub async fn by_mark(
    state: Data<AppState>,
    sender: Credentials,
    mark: Path<String>,
) -> Result<HttpResponse> {
    let found = state
        .read_as(sender, move |tx, ctx| forms::by_mark(tx, ctx, &mark))
        .await?;
    Ok(HttpResponse::Ok().json(BelongsBody::from(&found)))
}
