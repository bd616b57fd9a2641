//! Many reports of one accident: which cases may be one, and what each report says.

use actix_web::{
    HttpResponse,
    web::{Data, Path},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{cases::GroundBody, extract::Credentials, openapi::ReadRefusals};
use crate::{
    app::AppState,
    domain::{
        case::{
            Case, CaseStatus,
            contradictions::{Report, ReportSource, ReportedField, ReportedRow},
        },
        classify::CaseClass,
    },
    error::{AppError, Result},
    ids::CaseId,
    service::cases::{
        alike::{self, Explained},
        reports::{self, ReportTable, received},
    },
    time::rfc3339_in_vietnam,
    wording::{labels, shown::ContradictionShown},
};

/// The cases that may be the accident of this one.
#[derive(Serialize, ToSchema)]
#[schema(as = PossibleDuplicateList)]
pub struct DuplicatesBody {
    /// This case.
    case_id: String,
    /// Its receipt number.
    receipt_no: String,
    /// The others, the likeliest first; at most 20.
    items: Vec<ExplainedBody>,
}

/// A case that may be the same accident, with the whole explanation.
#[derive(Serialize, ToSchema)]
#[schema(as = ExplainedDuplicate)]
pub struct ExplainedBody {
    /// The other case.
    case_id: String,
    /// Its receipt number.
    receipt_no: String,
    /// Its state.
    #[schema(value_type = CaseStatus)]
    status: String,
    /// Its class.
    case_class: CaseClass,
    /// When it happened.
    occurred_at: String,
    /// First receipt.
    received_at: String,
    /// Place as of the accident.
    place: String,
    /// Establishment.
    establishment: Option<String>,
    /// How alike, 0 to 100.
    score: u32,
    /// Every ground of the score, with what both cases say.
    grounds: Vec<GroundBody>,
}

impl DuplicatesBody {
    fn of(case: &Case, found: &[Explained]) -> Self {
        let items = found.iter().map(|other| ExplainedBody {
            case_id: other.case.id.to_string(),
            receipt_no: other.case.receipt_no.clone(),
            status: other.case.status.to_string(),
            case_class: other.case.class,
            occurred_at: rfc3339_in_vietnam(other.case.occurred_at),
            received_at: rfc3339_in_vietnam(other.case.received_at),
            place: other.case.place_name.clone(),
            establishment: other.case.establishment_name.clone(),
            score: other.found.score,
            grounds: other.grounds.iter().map(GroundBody::from).collect(),
        });
        Self {
            case_id: case.id.to_string(),
            receipt_no: case.receipt_no.clone(),
            items: items.collect(),
        }
    }
}

/// Other cases that may be the same accident, with every ground of each score and what both cases say of it. For
/// those who may compare cases; nothing is merged by it (see the step `mark_duplicate`). Each look is traced, at
/// each case that is shown.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/possible-duplicates", tag = "cases",
    operation_id = "list_possible_duplicates",
    params(("case_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The cases", body = DuplicatesBody), ReadRefusals),
)]
pub async fn possible_duplicates(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let (case, found) = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
            alike::explain(tx, ctx, &id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(DuplicatesBody::of(&case, &found)))
}

/// What each report of one accident says, field by field.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportTable)]
pub struct ReportTableBody {
    /// The reports: of this case, and of every case that was merged with it and that the caller sees; in the order
    /// of their receipt.
    reports: Vec<ReportBody>,
    /// What they say. Fields of which nobody says anything are left out.
    rows: Vec<ReportRowBody>,
    /// The same list as on the page of the case: what does not go together.
    contradictions: Vec<ContradictionShown>,
}

/// A report as it was received.
#[derive(Serialize, ToSchema)]
#[schema(as = AccidentReport)]
pub struct ReportBody {
    /// Its number in this table, from 1.
    no: usize,
    /// The case that it opened, or to which it was added.
    case_id: String,
    /// Receipt number of the declaration.
    receipt_no: String,
    /// Who tells.
    source: ReportSource,
    /// In words.
    source_vi: String,
    /// In words.
    source_en: String,
    /// Whether it adds to a declaration.
    is_supplement: bool,
    /// When it was received.
    received_at: String,
}

/// A field, and what each report says of it.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportRow)]
pub struct ReportRowBody {
    /// Which.
    field: ReportedField,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// The person it is about, counted from 1 over all reports; left out where it is about the accident.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<u32>,
    /// Whether the last words of two sources differ. Spelling without marks, an old code of the same place, a year
    /// instead of a date do not.
    differs: bool,
    /// Whether the caller may not read the values; identity numbers are shortened then, health data left out.
    masked: bool,
    /// What each report says, as it was written.
    readings: Vec<ReportReadingBody>,
}

/// What one report says of a field.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportReading)]
pub struct ReportReadingBody {
    /// Number of the report.
    report: usize,
    /// Number of the victim in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    victim: Option<u32>,
    /// What it says, as it was written: one text, or each entry of a list; none where masked.
    values: Vec<String>,
}

impl ReportTableBody {
    fn of(found: &ReportTable) -> Self {
        let rows = found.rows.iter().enumerate();
        Self {
            reports: (1..).zip(&found.reports).map(ReportBody::of).collect(),
            rows: rows
                .map(|(at, row)| ReportRowBody::of(row, found.masked.contains(&at)))
                .collect(),
            contradictions: found
                .contradictions
                .iter()
                .map(ContradictionShown::from)
                .collect(),
        }
    }
}

impl ReportBody {
    fn of((no, report): (usize, &Report)) -> Self {
        let source = labels::report_source(report.source);
        Self {
            no,
            case_id: report.case_id.to_string(),
            receipt_no: report.receipt_no.clone(),
            source: report.source,
            source_vi: source.vi.into(),
            source_en: source.en.into(),
            is_supplement: report.is_supplement,
            received_at: received(report),
        }
    }
}

impl ReportRowBody {
    fn of(row: &ReportedRow, masked: bool) -> Self {
        let label = labels::reported(row.field);
        let readings = row.readings.iter().map(|reading| ReportReadingBody {
            report: reading.report + 1,
            victim: reading.victim,
            values: texts(&reading.value),
        });
        Self {
            field: row.field,
            label_vi: label.vi.into(),
            label_en: label.en.into(),
            person: row.person,
            differs: row.differs,
            masked,
            readings: readings.collect(),
        }
    }
}

/// A value of a body as texts.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// What each report of the accident says (employer, commune, family, police, hospital), field by field, and where
/// they differ. For those who may compare cases; nothing is overwritten. Each look is traced, at each of the cases.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}/contradictions", tag = "cases",
    operation_id = "list_contradictions",
    params(("case_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The table", body = ReportTableBody), ReadRefusals),
)]
pub async fn contradictions(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let found = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
            reports::contradictions(tx, ctx, &id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ReportTableBody::of(&found)))
}
