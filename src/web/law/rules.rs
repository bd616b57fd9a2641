//! The rules in force on a day.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Query},
};
use askama::Template;
use serde::Deserialize;

use super::{
    lasts, named, note, sureness,
    words::{conditions, says},
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Facts, Right},
        law::Subject,
    },
    error::{AppError, Result},
    service::rule_proposals::{self as proposals, RulesQuery},
    time::day_in_vietnam,
    web::{
        chrome::Chrome,
        fields::{Choice, Control, Field, Typed},
    },
    wording::{law_page as words, shown::FaultShown},
};

struct Line {
    id: String,
    subject: String,
    says: String,
    conditions: String,
    lasts: String,
    article: String,
    confidence: String,
    note: String,
}

#[derive(Template)]
#[template(path = "law.html", config = "src/web/askama.toml")]
struct RulesPage {
    c: Chrome,
    may_propose: bool,
    subject: Field,
    day: Field,
    lines: Vec<Line>,
    next: Option<String>,
}

/// What is asked for.
#[derive(Clone, Deserialize)]
pub struct LawQuery {
    #[serde(default)]
    subject: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    cursor: String,
}

/// `GET /law`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<LawQuery>,
) -> Result<HttpResponse> {
    let query = query.into_inner();
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let asked = RulesQuery {
        subject: some(&query.subject),
        day: some(&query.day),
        limit: None,
        cursor: some(&query.cursor),
    };
    let read = state.read_as(sender, move |_, ctx| {
        let may_propose = ctx.may(Right::ProposeRules, Facts::Any);
        // Whoever may not read them is told so; what was mistyped stands beside its entry.
        let found = match proposals::list(ctx, &asked) {
            Err(AppError::Invalid(faults)) => Err(faults),
            other => Ok(other?),
        };
        Ok((ctx.actor.clone(), ctx.now, may_propose, found))
    });
    let (actor, now, may_propose, found) = read.await?;
    let c = Chrome::of(&request).with(&actor);
    let mut typed = Typed::new([
        ("subject".to_owned(), query.subject.clone()),
        ("day".to_owned(), query.day.clone()),
    ]);
    if query.day.is_empty() {
        typed.forget("day");
        typed.suggest("day", day_in_vietnam(now).to_string());
    }
    let page = found.unwrap_or_else(|faults| {
        let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
        typed.faults(&c, &faults, |pointer| {
            Some(pointer.trim_start_matches('/').to_owned())
        });
        proposals::Page {
            items: Vec::new(),
            next: None,
        }
    });
    let all = Choice {
        value: String::new(),
        label: c.t(words::ALL).to_owned(),
    };
    let subjects = Subject::ALL.iter().map(|one| Choice {
        value: one.to_string(),
        label: named(&c, &format!("subject.{one}")),
    });
    let subjects = Control::Select([all].into_iter().chain(subjects).collect());
    let encoded =
        |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let next = page.next.map(|cursor| {
        let (subject, day) = (encoded(&query.subject), encoded(&query.day));
        format!(
            "/law?subject={subject}&day={day}&cursor={}",
            encoded(&cursor)
        )
    });
    let lines = page.items.iter().map(|rule| Line {
        id: rule.rule_id.clone(),
        subject: named(&c, &format!("subject.{}", rule.decides)),
        says: says(&c, rule),
        conditions: conditions(&c, rule),
        lasts: lasts(&c, rule),
        article: rule.article.clone(),
        confidence: sureness(&c, &rule.confidence),
        note: note(&c, &rule.note).to_owned(),
    });
    let plain = |field: Field| Field {
        required: false,
        optional: "",
        ..field
    };
    let page = RulesPage {
        lines: lines.collect(),
        subject: plain(typed.field(&c, "subject", c.t(words::SUBJECT), subjects)),
        day: plain(typed.field(&c, "day", c.t(words::DAY), Control::Line("date"))),
        may_propose,
        next,
        c,
    };
    Ok(page.c.ok(&page))
}
