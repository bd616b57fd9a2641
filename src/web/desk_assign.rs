//! `POST /desk/assign`: many cases to a post, or to whoever asks, with a reason.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use serde_json::{Value, json};

use super::{
    chrome::{Chrome, see},
    desk::{DeskQuery, look},
    desk_page::drawn,
    refused,
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::declaration::Fault,
    error::{AppError, Result},
    service::cases::{self, Assigned, Outcome},
    wording::{desk_page as words, shown::FaultShown},
};

/// What was typed into the form.
#[derive(Clone, Default)]
pub struct AssignForm {
    /// Selected cases: id, version, receipt number, with dots between them.
    pub picked: Vec<String>,
    /// The post.
    pub post: String,
    /// Why.
    pub reason: String,
    /// What is wrong: entry and words.
    pub wrong: Vec<(&'static str, String)>,
    /// The caller takes them.
    takes: bool,
}

impl AssignForm {
    /// What is wrong with an entry.
    pub fn wrong_of(&self, name: &str) -> Option<&str> {
        let found = self.wrong.iter().find(|(entry, _)| *entry == name);
        found.map(|(_, message)| message.as_str())
    }

    fn body(&self, c: &Chrome) -> Value {
        let cases = self.picked.iter().map(|picked| {
            let mut parts = picked.splitn(3, '.');
            let (case, version) = (parts.next(), parts.next());
            json!({ "case_id": case, "seen_version": version.and_then(|text| text.parse::<i64>().ok()) })
        });
        let mut body = json!({ "cases": cases.collect::<Vec<_>>() });
        let reason = match self.reason.trim() {
            "" if self.takes => c.t(words::TAKEN_BECAUSE),
            reason => reason,
        };
        body["reason"] = Value::from(reason);
        match self.takes {
            true => body["take"] = Value::Bool(true),
            false => body["to_post_id"] = Value::from(self.post.as_str()),
        }
        body
    }

    fn note(&mut self, c: &Chrome, faults: &[Fault]) {
        for fault in faults {
            let shown = FaultShown::from(fault);
            let name = match fault.pointer.as_str() {
                "/to_post_id" => "post",
                "/reason" => "reason",
                _ => "",
            };
            let message = match fault.pointer.as_str() {
                "/cases" => c.t(words::NONE_PICKED).to_owned(),
                _ => c.either(&shown.message_vi, &shown.message_en).to_owned(),
            };
            if !self.wrong.contains(&(name, message.clone())) {
                self.wrong.push((name, message));
            }
        }
    }
}

/// What became of the cases, where not all of them were assigned.
#[derive(Default)]
pub struct Outcomes {
    /// How many were.
    pub done: usize,
    /// The others: receipt number and why.
    pub others: Vec<(String, String)>,
}

impl Outcomes {
    fn of(c: &Chrome, picked: &[String], assigned: &[Assigned]) -> Self {
        let mut outcomes = Self::default();
        for (one, picked) in assigned.iter().zip(picked) {
            let mut why = match &one.outcome {
                Outcome::Done(_) => {
                    outcomes.done += 1;
                    continue;
                }
                Outcome::Changed => c.t(words::CHANGED).to_owned(),
                Outcome::Refused(error) => c.t(refused::said(error)).to_owned(),
            };
            if let Some(held) = &one.held_by {
                let held = c.t(words::HELD_BY).replace("{who}", &held.name);
                why = format!("{why} {held}");
            }
            let receipt = picked.splitn(3, '.').nth(2).unwrap_or_default();
            outcomes.others.push((receipt.to_owned(), why));
        }
        outcomes
    }
}

/// What the form sends: names may come several times.
pub type Pairs = Form<Vec<(String, String)>>;

fn read(pairs: Vec<(String, String)>) -> (AssignForm, DeskQuery) {
    let (mut form, mut query) = (AssignForm::default(), DeskQuery::default());
    for (name, value) in pairs {
        match name.as_str() {
            "case" => form.picked.push(value),
            "post" => form.post = value,
            "reason" => form.reason = value,
            "take" => form.takes = true,
            // One press on one line: that case alone.
            "one" => {
                form.takes = true;
                form.picked = vec![value];
                break;
            }
            "view" => query.view = value,
            "class" => query.class = value,
            "status" => query.status = value,
            "commune" => query.commune = value,
            "q" => query.q = value,
            _ => {}
        }
    }
    (form, query)
}

/// `POST /desk/assign`.
pub async fn assign(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    pairs: Pairs,
) -> Result<HttpResponse> {
    let (mut form, query) = read(pairs.into_inner());
    let c = Chrome::of(&request);
    let body = form.body(&c);
    let outcome = state
        .write_as(sender.clone(), move |tx, ctx| {
            cases::assign_many(tx, ctx, &body)
        })
        .await;
    let mut outcomes = Outcomes::default();
    let status = match outcome {
        Ok(assigned) => {
            outcomes = Outcomes::of(&c, &form.picked, &assigned);
            if outcomes.others.is_empty() {
                let back = query.href(None);
                let mark = if back.contains('?') { '&' } else { '?' };
                return Ok(see(&format!("{back}{mark}done={}", outcomes.done)));
            }
            form.picked.clear();
            StatusCode::CONFLICT
        }
        Err(AppError::Invalid(faults)) => {
            form.note(&c, &faults);
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(other) => return Err(other),
    };
    let asked = query.clone();
    let looked = state
        .read_as(sender, move |tx, ctx| look(tx, ctx, &asked))
        .await?;
    let said = (form, outcomes);
    Ok(drawn(
        &request,
        status,
        state.clock.now(),
        query,
        &looked,
        said,
    ))
}
