//! A case, as the API shows it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    action::{ActionBody, action},
    alike::DuplicateBody,
};
use crate::{
    api::choices::{self, FlagBody},
    domain::{
        case::{CaseStatus, Event, closing::ClosingItem, event::Document, flags::Flag},
        classify::CaseClass,
        clocks::NO_DUE,
        decide::PlaceShown,
        declaration::Casualties,
        investigation::Investigation,
        law::Basis,
        notice::NoticeState,
    },
    service::{
        cases::CaseDetail,
        declarations::answer::{ClockAnswer, VictimAnswer},
    },
    time::rfc3339_in_vietnam,
    wording::{labels, shown::ContradictionShown},
};

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
#[derive(Serialize, Deserialize, ToSchema)]
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

impl From<&Event> for EventBody {
    fn from(event: &Event) -> Self {
        Self {
            id: event.id.to_string(),
            at: rfc3339_in_vietnam(event.happened_at),
            by: event.actor.clone(),
            role: event.actor_role.to_string(),
            action: event.action.clone(),
            from: event.from_status.map(|status| status.to_string()),
            to: event.to_status.to_string(),
            reason: event.reason.clone(),
            details: event.details.clone(),
        }
    }
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

pub(super) fn body(detail: &CaseDetail, now: DateTime<Utc>) -> CaseBody {
    let case = &detail.case;
    let decision = detail.decision.as_ref();
    let status = labels::status(case.status);
    let moment = |at: DateTime<Utc>| rfc3339_in_vietnam(at);
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
        due_at: Some(case.due_at).filter(|due| *due < NO_DUE).map(moment),
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
        timeline: detail.events.iter().map(EventBody::from).collect(),
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
