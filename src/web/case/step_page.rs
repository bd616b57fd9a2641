//! The page of a step's form.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use askama::Template;
use chrono::{DateTime, Utc};

use super::{
    entries::{self, Block, Known},
    timeline::{self, Happened},
};
use crate::{
    domain::{access::Actor, case::Step, clocks::NO_DUE},
    service::cases::{AllowedStep, CaseDetail, foresee::Foreseen},
    web::{
        chrome::Chrome,
        fields::{Choice, Field, Summary, Typed},
    },
    wording::{case_page as words, labels},
};

/// What a form of a step is drawn from.
pub struct Looked {
    /// Who asks.
    pub actor: Actor,
    /// The case.
    pub detail: CaseDetail,
    /// Posts to which it may be assigned.
    pub posts: Vec<Choice>,
}

impl Looked {
    /// The step, where it may be taken.
    pub fn allowed(&self, step: Step) -> Option<&AllowedStep> {
        self.detail.allowed.iter().find(|one| one.step == step)
    }
}

/// What the step would do.
struct Preview {
    state: String,
    due: String,
}

impl Preview {
    fn of(c: &Chrome, foreseen: &Foreseen) -> Self {
        let state = c.t(labels::status(foreseen.status));
        Self {
            state: c.t(words::PREVIEW_STATE).replace("{state}", state),
            due: match foreseen.due_at < NO_DUE && foreseen.closed_at.is_none() {
                true => c
                    .t(words::PREVIEW_DUE)
                    .replace("{at}", &c.exact(foreseen.due_at)),
                false => c.t(words::PREVIEW_NO_DUE).to_owned(),
            },
        }
    }
}

#[derive(Template)]
#[template(path = "step.html", config = "src/web/askama.toml")]
struct StepPage {
    c: Chrome,
    case: String,
    receipt: String,
    class: &'static str,
    state: &'static str,
    place: String,
    step: Step,
    label: &'static str,
    article: &'static str,
    summary: Summary,
    since: Option<Vec<Happened>>,
    preview: Option<Preview>,
    seen_version: String,
    seen_event: String,
    rows: Vec<(String, usize)>,
    blocks: Vec<(Block, Vec<Field>)>,
}

/// The step is no longer possible; what was typed can be copied.
#[derive(Template)]
#[template(path = "step_gone.html", config = "src/web/askama.toml")]
struct GonePage {
    c: Chrome,
    case: String,
    receipt: String,
    label: &'static str,
    text: String,
    since: Vec<Happened>,
    typed: Vec<(String, String)>,
}

/// What is said beside the form.
#[derive(Default)]
pub struct Beside {
    /// Somebody else was faster.
    pub is_stale: bool,
    /// What the step would do.
    pub foreseen: Option<Foreseen>,
}

/// Draws the form of a step, or says that the step is no longer possible.
pub fn drawn(
    request: &HttpRequest,
    now: DateTime<Utc>,
    status: StatusCode,
    (step, looked): (Step, &Looked),
    mut typed: Typed,
    beside: &Beside,
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let (detail, case) = (&looked.detail, &looked.detail.case);
    let state = c.t(labels::status(case.status));
    let seen_event = typed.get("seen_event").to_owned();
    let since = || timeline::since(&c, &detail.events, &seen_event, now);
    let Some(allowed) = looked.allowed(step) else {
        let page = GonePage {
            case: case.id.to_string(),
            receipt: case.receipt_no.clone(),
            label: c.t(labels::step(step)),
            text: c.t(words::STEP_GONE_TEXT).replace("{state}", state),
            since: since(),
            typed: typed_before(&c, step, &typed),
            c,
        };
        return page.c.page(StatusCode::CONFLICT, &page);
    };
    // What somebody saw is what the case looked like when they opened the form, whatever is shown again since; they
    // have seen the newest once they were told what changed.
    let seen_version = typed.get("seen_version");
    let keeps = !beside.is_stale && !seen_version.is_empty();
    let seen_version = match keeps {
        true => seen_version.to_owned(),
        false => case.version.to_string(),
    };
    let newest = detail.events.last().map(|event| event.id.to_string());
    let newest = newest.unwrap_or_default();
    let known = Known {
        detail,
        posts: &looked.posts,
    };
    let (fields, blocks) = entries::form(&c, &mut typed, allowed, &known);
    let summary = typed.summary(&c, &fields);
    let mut fields = fields.into_iter();
    let blocks = blocks.into_iter().map(|block| {
        let own = fields.by_ref().take(block.count).collect();
        (block, own)
    });
    let changed = beside.is_stale.then(since);
    let page = StepPage {
        case: case.id.to_string(),
        receipt: case.receipt_no.clone(),
        class: c.t(labels::class(case.class)),
        place: case.place_name.clone(),
        state,
        step,
        label: c.t(labels::step(step)),
        article: allowed.article,
        summary,
        since: changed,
        preview: beside.foreseen.as_ref().map(|one| Preview::of(&c, one)),
        seen_version,
        seen_event: if keeps { seen_event } else { newest },
        rows: entries::row_counts(&typed, allowed),
        blocks: blocks.collect(),
        c,
    };
    page.c.page(status, &page)
}

/// What was typed for a step that is no longer possible, by its labels.
fn typed_before(c: &Chrome, step: Step, typed: &Typed) -> Vec<(String, String)> {
    let fields = step.rules().flat_map(|rule| rule.fields);
    let mut said = BTreeMap::new();
    for field in fields {
        let label = c.t(labels::field(field.name));
        let own = typed.get(field.name).to_owned();
        let of_rows = (0..entries::rows(typed, field.name)).flat_map(|row| {
            let name = move |item: &str| format!("{}.{row}.{item}", field.name);
            field
                .items
                .iter()
                .map(move |item| typed.get(&name(item.name)).to_owned())
        });
        let all = std::iter::once(own).chain(of_rows);
        let all: Vec<String> = all.filter(|text| !text.is_empty()).collect();
        if !all.is_empty() {
            said.insert(label.to_owned(), all.join("; "));
        }
    }
    said.into_iter().collect()
}
