//! Bodies and handlers of cases.

use actix_web::{
    HttpResponse,
    web::{Data, Path, Query},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    choices::{self, FlagBody, OptionBody},
    extract::{Credentials, JsonBody},
    openapi::{QueryRefusals, ReadRefusals, Refusals},
};
use crate::{
    app::AppState,
    domain::{
        case::{
            CaseStatus, Step,
            closing::ClosingItem,
            duplicates::{Ground, Likeness, PossibleDuplicate},
            event::Document,
            flags::Flag,
            views::QueueView,
        },
        classify::CaseClass,
        clocks::NO_DUE,
        decide::PlaceShown,
        declaration::{Casualties, Fault, FaultCode},
        investigation::Investigation,
        law::Basis,
        notice::NoticeState,
    },
    error::{AppError, Result},
    ids::CaseId,
    service::{
        cases::{
            self, AllowedField, AllowedStep, CaseDetail, QueueParams, TakeStep,
            alike::ExplainedGround,
            foresee::{Foreseen, foresee},
        },
        declarations::answer::{ClockAnswer, VictimAnswer},
    },
    store::queue::CaseLine,
    time::rfc3339_in_vietnam,
    wording::{labels, shown::ContradictionShown},
};

/// A case in a list.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseLine)]
pub struct CaseLineBody {
    /// Id.
    id: String,
    /// Receipt number of its first declaration.
    receipt_no: String,
    /// State.
    #[schema(value_type = CaseStatus)]
    status: String,
    /// Class.
    case_class: CaseClass,
    /// First receipt.
    received_at: String,
    /// Nearest running legal limit, or `null`.
    due_at: Option<String>,
    /// Place as of the accident.
    place: String,
    /// Establishment.
    establishment: Option<String>,
    /// Who works on it.
    assigned_to: Option<String>,
    /// Where the notice of somebody without an account stands: `unverified` until an official confirms it.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeState>,
    /// For `seen_version`.
    version: i32,
}

impl From<&CaseLine> for CaseLineBody {
    fn from(line: &CaseLine) -> Self {
        Self {
            id: line.id.to_string(),
            receipt_no: line.receipt_no.clone(),
            status: line.status.to_string(),
            case_class: line.class,
            received_at: rfc3339_in_vietnam(line.received_at),
            due_at: line.due_at.map(rfc3339_in_vietnam),
            place: line.place_name.clone(),
            establishment: line.establishment_name.clone(),
            assigned_to: line.assigned_to.clone(),
            notice: line.notice,
            version: line.version,
        }
    }
}

/// A page of the queue.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseList)]
pub struct CaseListBody {
    /// Cases.
    pub(super) items: Vec<CaseLineBody>,
    /// Cursor of the next page, or `null`.
    pub(super) next: Option<String>,
}

/// The queue: the caller's cases by the nearest legal limit, within territory and role.
#[utoipa::path(
    get, path = "/api/v1/cases", tag = "cases", operation_id = "list_cases",
    params(
        ("view" = Option<QueueView>, Query, description = "A view: open work of the caller's posts, of its authority, of nobody, that waits for others, due this week, overdue"),
        ("status" = Option<String>, Query, description = "A state (`RECEIVED`, …), or `open` for all that have not ended; every case where absent"),
        ("class" = Option<CaseClass>, Query, description = "Class"),
        ("due_before" = Option<String>, Query, description = "RFC 3339; a limit ends before this moment"),
        ("overdue" = Option<bool>, Query, description = "A limit has passed"),
        ("assigned_to" = Option<String>, Query, description = "Who works on it: a name, the id of a post, or `me`"),
        ("q" = Option<String>, Query, description = "Words of receipt number, place or establishment, without diacritics"),
        ("commune" = Option<String>, Query, pattern = "^[0-9]{5}$", description = "Today's commune"),
        ("province" = Option<String>, Query, pattern = "^[0-9]{2}$", description = "Today's province"),
        ("sort" = Option<String>, Query, description = "`due` or `-received`"),
        ("limit" = Option<u32>, Query, minimum = 1, maximum = 100, description = "1 to 100, 50 where absent"),
        ("cursor" = Option<String>, Query, description = "`next` of the page before"),
    ),
    responses((status = 200, description = "A page", body = CaseListBody), QueryRefusals),
)]
pub async fn queue(
    state: Data<AppState>,
    sender: Credentials,
    params: Query<QueueParams>,
) -> Result<HttpResponse> {
    let params = params.into_inner();
    let page = state
        .read_as(sender, move |tx, ctx| cases::queue(tx, ctx, &params))
        .await?;
    let items = page.items.iter().map(CaseLineBody::from).collect();
    Ok(HttpResponse::Ok().json(CaseListBody {
        items,
        next: page.next,
    }))
}

/// A case.
#[derive(Serialize, ToSchema)]
#[schema(as = Case)]
pub struct CaseBody {
    /// Id.
    id: String,
    /// Receipt number of its first declaration.
    receipt_no: String,
    /// State.
    #[schema(value_type = CaseStatus)]
    status: String,
    /// The state in words.
    status_vi: String,
    /// The state in words.
    status_en: String,
    /// Where the notice of somebody without an account stands: `unverified` until an official confirms it.
    #[serde(skip_serializing_if = "Option::is_none")]
    notice: Option<NoticeState>,
    /// Why the case ended other than by its investigation.
    ended_because: Option<String>,
    /// Class.
    case_class: CaseClass,
    /// What the class rests on.
    class_basis: Vec<Basis>,
    /// When it happened.
    occurred_at: String,
    /// First receipt.
    received_at: String,
    /// Nearest running legal limit, or `null`.
    due_at: Option<String>,
    /// When it ended.
    closed_at: Option<String>,
    /// Place as of the accident, and today's.
    place: Option<PlaceShown>,
    /// Establishment.
    establishment: Option<String>,
    /// Counts that decided.
    casualties: Casualties,
    /// Victims and their classes.
    victims: Vec<VictimAnswer>,
    /// The declaration with all its supplements, as it now stands; `null` where the content is not kept.
    #[schema(value_type = Option<Object>)]
    declaration: Option<Value>,
    /// Pointers of what is masked in it, because the caller may not read it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    masked: Vec<String>,
    /// Who investigates.
    investigation: Option<Investigation>,
    /// Legal time limits with their derivation.
    clocks: Vec<ClockAnswer>,
    /// What does not go together: in what was declared, and for whoever may compare them where the reports of one
    /// accident differ (`reports_differ`; all that they say stands at `/contradictions`).
    contradictions: Vec<ContradictionShown>,
    /// Timeline, oldest first.
    timeline: Vec<EventBody>,
    /// Papers that the timeline names.
    documents: Vec<DocumentBody>,
    /// What is so beside its state.
    flags: Vec<Flag>,
    /// The same, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    flag_labels: Vec<FlagBody>,
    /// What is missing before it can be closed (see `close`); empty where nothing is.
    missing_to_close: Vec<MissingBody>,
    /// Other cases that may be the same accident; nothing is merged by itself.
    possible_duplicates: Vec<DuplicateBody>,
    /// What the caller may do now.
    allowed_actions: Vec<ActionBody>,
    /// Who works on it.
    assigned_to: Option<String>,
    /// The post that works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assigned_post_id: Option<String>,
    /// For `seen_version`.
    version: i32,
}

/// A row of the timeline.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseEvent)]
pub struct EventBody {
    /// Its id: what a later step names, as the report on a recommendation does.
    id: String,
    /// When.
    at: String,
    /// Who: the name of the token.
    by: String,
    /// In which role.
    role: String,
    /// What.
    action: String,
    /// State before.
    #[schema(value_type = Option<CaseStatus>)]
    from: Option<String>,
    /// State after.
    #[schema(value_type = CaseStatus)]
    to: String,
    /// Why.
    reason: Option<String>,
    /// Fields of the step.
    #[schema(value_type = Object)]
    details: Value,
}

/// Something that is missing before a case can be closed.
#[derive(Serialize, ToSchema)]
#[schema(as = MissingToClose)]
pub struct MissingBody {
    /// What.
    item: ClosingItem,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// Legal ground.
    article: &'static str,
    /// Numbers of the victims whom it concerns; left out where it concerns the case.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    victims: Vec<u32>,
}

impl From<&(ClosingItem, Vec<u32>)> for MissingBody {
    fn from((item, victims): &(ClosingItem, Vec<u32>)) -> Self {
        let label = labels::closing(*item);
        Self {
            item: *item,
            label_vi: label.vi.into(),
            label_en: label.en.into(),
            article: item.article(),
            victims: victims.clone(),
        }
    }
}

/// A paper of the case.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseDocument)]
pub struct DocumentBody {
    /// The step that brought it.
    step: String,
    /// Its number.
    number: String,
    /// Its day.
    dated: Option<chrono::NaiveDate>,
    /// When it was recorded.
    recorded_at: String,
}

impl From<&Document> for DocumentBody {
    fn from(document: &Document) -> Self {
        Self {
            step: document.step.clone(),
            number: document.number.clone(),
            dated: document.dated,
            recorded_at: rfc3339_in_vietnam(document.recorded_at),
        }
    }
}

/// A case that may be the same accident.
#[derive(Serialize, ToSchema)]
#[schema(as = PossibleDuplicate)]
pub struct DuplicateBody {
    /// The other case.
    case_id: String,
    /// Its receipt number.
    receipt_no: String,
    /// How alike, 0 to 100.
    score: u32,
    /// What is alike, or speaks against it: the names of the grounds.
    reasons: Vec<String>,
    /// The same with what each adds to the score.
    grounds: Vec<GroundBody>,
}

impl From<&PossibleDuplicate> for DuplicateBody {
    fn from(other: &PossibleDuplicate) -> Self {
        let codes = other.grounds.iter().map(|ground| ground.likeness);
        Self {
            case_id: other.case_id.to_string(),
            receipt_no: other.receipt_no.clone(),
            score: other.score,
            reasons: codes.map(|code| code.to_string()).collect(),
            grounds: other.grounds.iter().map(GroundBody::from).collect(),
        }
    }
}

/// A ground on which two cases may be one accident.
#[derive(Serialize, ToSchema)]
#[schema(as = DuplicateGround)]
pub struct GroundBody {
    /// Which.
    ground: Likeness,
    /// What it adds to the score; negative where it speaks against. The score is their sum within 0 and 100.
    #[schema(example = 30)]
    points: i32,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// Number of the victim in this case, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    victim: Option<u32>,
    /// Number of the victim in the other case.
    #[serde(skip_serializing_if = "Option::is_none")]
    other_victim: Option<u32>,
    /// What this case says, where it is explained; identity numbers shortened for whoever may not read them.
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<String>,
    /// What the other case says.
    #[serde(skip_serializing_if = "Option::is_none")]
    there: Option<String>,
}

impl From<&ExplainedGround> for GroundBody {
    fn from(one: &ExplainedGround) -> Self {
        Self {
            here: one.here.clone(),
            there: one.there.clone(),
            ..Self::from(&one.ground)
        }
    }
}

impl From<&Ground> for GroundBody {
    fn from(ground: &Ground) -> Self {
        let label = labels::likeness(ground.likeness);
        Self {
            ground: ground.likeness,
            points: ground.points,
            label_vi: label.vi.into(),
            label_en: label.en.into(),
            victim: ground.victims.map(|pair| pair.0),
            other_victim: ground.victims.map(|pair| pair.1),
            here: None,
            there: None,
        }
    }
}

/// Something that the caller may do.
#[derive(Serialize, ToSchema)]
#[schema(as = AllowedAction)]
pub struct ActionBody {
    /// Name.
    #[schema(example = "receive")]
    name: String,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// Where to send it.
    href: String,
    /// How.
    #[schema(example = "POST")]
    method: &'static str,
    /// Legal ground.
    article: &'static str,
    /// What to send.
    fields: Vec<FieldBody>,
}

/// A field of an action.
#[derive(Serialize, ToSchema)]
#[schema(as = ActionField)]
pub struct FieldBody {
    /// Name.
    name: String,
    /// In words.
    label_vi: String,
    /// In words.
    label_en: String,
    /// `text`, `date`, `moment`, `number`, `choice`, `case_id`, `post_id`, `list`.
    #[serde(rename = "type")]
    kind: String,
    /// Whether it must be there.
    required: bool,
    /// Allowed values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<String>,
    /// The same, in words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    options: Vec<OptionBody>,
    /// The fields of each object of a `list`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(no_recursion)]
    items: Vec<FieldBody>,
}

impl FieldBody {
    fn of(field: &AllowedField, detail: &CaseDetail) -> Self {
        let label = labels::field(field.name);
        let items = field.items.iter().map(|item| Self::of(item, detail));
        Self {
            name: field.name.to_owned(),
            label_vi: label.vi.into(),
            label_en: label.en.into(),
            kind: field.kind.to_string(),
            required: field.required,
            values: field.values.clone(),
            options: choices::options(field.name, field.source, &field.values, detail),
            items: items.collect(),
        }
    }
}

fn action(allowed: &AllowedStep, detail: &CaseDetail) -> ActionBody {
    let case = &detail.case.id;
    let label = labels::step(allowed.step);
    let seen = labels::field("seen_version");
    let seen_version = FieldBody {
        name: "seen_version".into(),
        label_vi: seen.vi.into(),
        label_en: seen.en.into(),
        kind: "number".into(),
        required: true,
        values: Vec::new(),
        options: Vec::new(),
        items: Vec::new(),
    };
    let fields = allowed.fields.iter();
    let fields = fields.map(|field| FieldBody::of(field, detail));
    ActionBody {
        name: allowed.step.to_string(),
        label_vi: label.vi.into(),
        label_en: label.en.into(),
        href: format!("/api/v1/cases/{case}/steps/{}", allowed.step),
        method: "POST",
        article: allowed.article,
        fields: std::iter::once(seen_version).chain(fields).collect(),
    }
}

fn body(detail: &CaseDetail, now: chrono::DateTime<chrono::Utc>) -> CaseBody {
    let case = &detail.case;
    let decision = detail.decision.as_ref();
    let status = labels::status(case.status);
    let moment = |at: chrono::DateTime<chrono::Utc>| rfc3339_in_vietnam(at);
    CaseBody {
        id: case.id.to_string(),
        receipt_no: case.receipt_no.clone(),
        status: case.status.to_string(),
        status_vi: status.vi.into(),
        status_en: status.en.into(),
        notice: detail.notice,
        ended_because: case.ended_because.clone(),
        case_class: case.class,
        class_basis: decision
            .map(|decision| decision.class_basis.clone())
            .unwrap_or_default(),
        occurred_at: moment(case.occurred_at),
        received_at: moment(case.received_at),
        due_at: Some(case.due_at)
            .filter(|due| *due < crate::domain::clocks::NO_DUE)
            .map(moment),
        closed_at: case.closed_at.map(moment),
        place: decision.map(|decision| decision.place.clone()),
        establishment: case.establishment_name.clone(),
        casualties: case.counts,
        victims: detail
            .victims
            .iter()
            .map(|victim| VictimAnswer {
                no: victim.no,
                class: victim.class,
                possible_disease: detail.possible_disease(victim.no).cloned(),
            })
            .collect(),
        declaration: detail.declaration.clone(),
        masked: detail.masked.clone(),
        investigation: decision.map(|decision| decision.investigation.clone()),
        clocks: detail
            .clocks
            .iter()
            .map(|clock| ClockAnswer::at(clock, now))
            .collect(),
        contradictions: decision
            .into_iter()
            .flat_map(|decision| &decision.contradictions)
            .chain(&detail.differing)
            .map(ContradictionShown::from)
            .collect(),
        timeline: detail
            .events
            .iter()
            .map(|event| EventBody {
                id: event.id.to_string(),
                at: moment(event.happened_at),
                by: event.actor.clone(),
                role: event.actor_role.to_string(),
                action: event.action.clone(),
                from: event.from_status.map(|status| status.to_string()),
                to: event.to_status.to_string(),
                reason: event.reason.clone(),
                details: event.details.clone(),
            })
            .collect(),
        documents: detail.documents.iter().map(DocumentBody::from).collect(),
        flags: detail.flags.clone(),
        flag_labels: choices::flags(&detail.flags),
        missing_to_close: detail
            .missing_to_close
            .iter()
            .map(MissingBody::from)
            .collect(),
        possible_duplicates: detail
            .possible_duplicates
            .iter()
            .map(DuplicateBody::from)
            .collect(),
        allowed_actions: detail
            .allowed
            .iter()
            .map(|allowed| action(allowed, detail))
            .collect(),
        assigned_to: case.assigned_to.clone(),
        assigned_post_id: detail.assigned_post.as_ref().map(ToString::to_string),
        version: case.version,
    }
}

/// The case, with clocks that explain themselves and what the caller may do next.
#[utoipa::path(
    get, path = "/api/v1/cases/{case_id}", tag = "cases", operation_id = "show_case",
    params(("case_id" = String, Path, description = "Id")),
    responses((status = 200, description = "The case", body = CaseBody), ReadRefusals),
)]
pub async fn show(
    state: Data<AppState>,
    sender: Credentials,
    id: Path<String>,
) -> Result<HttpResponse> {
    let now = state.clock.now();
    let detail = state
        .read_as(sender, move |tx, ctx| {
            let id = CaseId::parse(&id).ok_or(AppError::NotFound("case"))?;
            cases::show(tx, ctx, &id)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body(&detail, now)))
}

/// Takes the case one step further. Which steps, with which fields, stands in `allowed_actions`.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/steps/{step}", tag = "cases",
    params(
        ("case_id" = String, Path, description = "Id"),
        ("step" = Step, Path, description = "Name of an allowed action"),
    ),
    request_body(content = Object, description = "`seen_version` and the fields of the action", example = json!({"seen_version": 1, "file_number": "12/2026"})),
    responses((status = 200, description = "The case as it now stands", body = CaseBody), Refusals),
)]
pub async fn take_step(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    body_sent: JsonBody,
) -> Result<HttpResponse> {
    let (case, step) = path.into_inner();
    let now = state.clock.now();
    let detail = state
        .write_as(sender, move |tx, ctx| {
            let cmd = TakeStep {
                case: CaseId::parse(&case).ok_or(AppError::NotFound("case"))?,
                step: Step::parse(&step).ok_or(AppError::NotFound("step"))?,
                body: body_sent.value,
            };
            cases::take_step(tx, ctx, &cmd)
        })
        .await?;
    Ok(HttpResponse::Ok().json(body(&detail, now)))
}

/// What a step would do to state and limits; nothing is written. Fields and refusals are those of the step. With
/// `at` it is asked for a later moment, as for the day on which a meeting is planned.
#[utoipa::path(
    post, path = "/api/v1/cases/{case_id}/steps/{step}/preview", tag = "cases", operation_id = "preview_step",
    params(
        ("case_id" = String, Path, description = "Id"),
        ("step" = Step, Path, description = "Name of an allowed action"),
        ("at" = Option<String>, Query, description = "A moment from now on, RFC 3339; now where absent", example = "2030-03-02T09:00:00+07:00"),
    ),
    request_body(content = Object, description = "`seen_version` and the fields of the action", example = json!({"seen_version": 1, "file_number": "12/2026"})),
    responses((status = 200, description = "The case as the step would leave it", body = ForeseenBody), Refusals),
)]
pub async fn preview_step(
    state: Data<AppState>,
    sender: Credentials,
    path: Path<(String, String)>,
    query: Query<Moment>,
    body_sent: JsonBody,
) -> Result<HttpResponse> {
    let (case, step) = path.into_inner();
    let now = state.clock.now();
    let at = query.into_inner().read()?;
    let foreseen = state
        .read_as(sender, move |tx, ctx| {
            let cmd = TakeStep {
                case: CaseId::parse(&case).ok_or(AppError::NotFound("case"))?,
                step: Step::parse(&step).ok_or(AppError::NotFound("step"))?,
                body: body_sent.value,
            };
            foresee(tx, ctx, &cmd, at)
        })
        .await?;
    Ok(HttpResponse::Ok().json(ForeseenBody::at(&foreseen, at.unwrap_or(now))))
}

/// When a step would be taken.
#[derive(Deserialize)]
pub struct Moment {
    at: Option<String>,
}

impl Moment {
    fn read(self) -> Result<Option<DateTime<Utc>>> {
        let Some(text) = self.at else {
            return Ok(None);
        };
        match DateTime::parse_from_rfc3339(&text) {
            Ok(at) => Ok(Some(at.to_utc())),
            Err(_) => Err(AppError::Invalid(vec![Fault {
                pointer: "/at".to_owned(),
                code: FaultCode::WrongType,
            }])),
        }
    }
}

/// A case as a step would leave it.
#[derive(Serialize, ToSchema)]
#[schema(as = ForeseenStep)]
pub struct ForeseenBody {
    /// Where it would stand.
    #[schema(value_type = CaseStatus)]
    status: String,
    /// In words.
    status_vi: String,
    /// In words.
    status_en: String,
    /// Nearest running legal limit, or `null`.
    due_at: Option<String>,
    /// When it would have ended.
    closed_at: Option<String>,
    /// Every limit as it would then be, with its derivation.
    clocks: Vec<ClockAnswer>,
}

impl ForeseenBody {
    fn at(foreseen: &Foreseen, at: DateTime<Utc>) -> Self {
        let status = labels::status(foreseen.status);
        let due_at = Some(foreseen.due_at).filter(|due| *due < NO_DUE);
        Self {
            status: foreseen.status.to_string(),
            status_vi: status.vi.into(),
            status_en: status.en.into(),
            due_at: due_at.map(rfc3339_in_vietnam),
            closed_at: foreseen.closed_at.map(rfc3339_in_vietnam),
            clocks: foreseen
                .clocks
                .iter()
                .map(|clock| ClockAnswer::at(clock, at))
                .collect(),
        }
    }
}
