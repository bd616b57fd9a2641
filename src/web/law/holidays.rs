//! The days off of a year and the days that are worked instead, as a calendar; another is proposed here.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form, Query},
};
use askama::Template;
use chrono::{Datelike, Days, NaiveDate};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    change::{Acted, act},
    effect::{EffectPart, part},
    note, sureness,
};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        access::{Actor, Facts, Right},
        law::{Rule, Subject},
    },
    error::{AppError, Result},
    time::day_in_vietnam,
    web::{
        chrome::{Chrome, see},
        fields::{Choice, Control, Field, Summary, Typed},
        when,
    },
    wording::{law_page as words, shown::FaultShown},
};

/// A square of the calendar.
struct Square {
    number: u32,
    /// `off`, `make-up`, `weekend`, or nothing.
    tone: &'static str,
    /// What is said of it besides.
    said: &'static str,
}

struct Month {
    name: String,
    weeks: Vec<Vec<Option<Square>>>,
}

struct Line {
    day: String,
    kind: &'static str,
    name: String,
    article: String,
    confidence: String,
    id: String,
}

#[derive(Template)]
#[template(path = "law_holidays.html", config = "src/web/askama.toml")]
struct HolidaysPage {
    c: Chrome,
    year: i32,
    before: i32,
    after: i32,
    weekdays: [&'static str; 7],
    months: Vec<Month>,
    lines: Vec<Line>,
    summary: Summary,
    /// The entries of a proposal; none for whoever may make none.
    fields: Vec<Field>,
    effect: Option<EffectPart>,
}

/// Which year; this one where none is named.
#[derive(Deserialize)]
pub struct YearQuery {
    year: Option<i32>,
}

struct Looked {
    actor: Actor,
    may_propose: bool,
    year: i32,
    /// Of that year, by day.
    days: Vec<Rule>,
}

async fn look(state: &AppState, sender: Credentials, year: Option<i32>) -> Result<Looked> {
    state
        .read_as(sender, move |_, ctx| {
            ctx.require(Right::ReadDirectory)?;
            let year = year.filter(|year| (2000..=2200).contains(year));
            let year = year.unwrap_or_else(|| day_in_vietnam(ctx.now).year());
            let all = ctx.world.law.rules(Subject::Holiday).iter();
            let mut days: Vec<Rule> = all
                .filter(|rule| rule.valid_from.year() == year)
                .cloned()
                .collect();
            days.sort_by_key(|rule| rule.valid_from);
            Ok(Looked {
                actor: ctx.actor.clone(),
                may_propose: ctx.may(Right::ProposeRules, Facts::Any),
                year,
                days,
            })
        })
        .await
}

fn month(c: &Chrome, first: NaiveDate, days: &[Rule]) -> Month {
    let square = |day: NaiveDate| {
        let rule = days.iter().find(|rule| rule.in_force_on(day));
        let (tone, said) = match rule.map(|rule| rule.outcome.as_str()) {
            Some("make_up") => ("make-up", c.t(words::MAKE_UP)),
            Some(_) => ("off", c.t(words::OFF)),
            None if day.weekday().num_days_from_monday() > 4 => ("weekend", ""),
            None => ("", ""),
        };
        Square {
            number: day.day(),
            tone,
            said,
        }
    };
    let empty = first.weekday().num_days_from_monday();
    let mut squares: Vec<Option<Square>> = (0..empty).map(|_| None).collect();
    let of_month = first
        .iter_days()
        .take_while(|day| day.month() == first.month());
    squares.extend(of_month.map(|day| Some(square(day))));
    while !squares.len().is_multiple_of(7) {
        squares.push(None);
    }
    let mut weeks = Vec::new();
    while !squares.is_empty() {
        let rest = squares.split_off(7);
        weeks.push(std::mem::replace(&mut squares, rest));
    }
    let name = match c.code() {
        "en" => first.format("%B %Y").to_string(),
        _ => first.format("Tháng %-m/%Y").to_string(),
    };
    Month { name, weeks }
}

fn fields(c: &Chrome, typed: &Typed) -> Vec<Field> {
    let choice = |value: &str, label| Choice {
        value: value.to_owned(),
        label: c.t(label).to_owned(),
    };
    let kinds = vec![
        choice("off", words::KIND_OFF),
        choice("make_up", words::KIND_MAKE_UP),
    ];
    vec![
        typed.field(c, "day", c.t(words::DATE), Control::Line("date")),
        typed.field(c, "kind", c.t(words::KIND), Control::Radio(kinds)),
        typed
            .line(c, "name", &words::NAME)
            .hint(c.t(words::NAME_HINT))
            .max(200),
        typed.line(c, "article", &words::ARTICLE).max(1000),
        typed
            .field(c, "reason", c.t(words::REASON), Control::Lines)
            .max(1000),
    ]
}

fn drawn(
    request: &HttpRequest,
    looked: &Looked,
    status: StatusCode,
    typed: &Typed,
    effect: Option<EffectPart>,
) -> HttpResponse {
    let c = Chrome::of(request).with(&looked.actor);
    let fields = match looked.may_propose {
        true => fields(&c, typed),
        false => Vec::new(),
    };
    let firsts = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(looked.year, month, 1));
    let lines = looked.days.iter().map(|rule| Line {
        day: when::day(rule.valid_from, c.lang()),
        kind: match rule.outcome.as_str() {
            "make_up" => c.t(words::MAKE_UP),
            _ => c.t(words::OFF),
        },
        name: note(&c, &rule.note).to_owned(),
        article: rule.article.clone(),
        confidence: sureness(&c, &rule.confidence),
        id: rule.rule_id.clone(),
    });
    let weekdays = match c.code() {
        "en" => ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"],
        _ => ["T2", "T3", "T4", "T5", "T6", "T7", "CN"],
    };
    let page = HolidaysPage {
        year: looked.year,
        before: looked.year - 1,
        after: looked.year + 1,
        weekdays,
        months: firsts.map(|first| month(&c, first, &looked.days)).collect(),
        lines: lines.collect(),
        summary: typed.summary(&c, &fields),
        fields,
        effect,
        c,
    };
    page.c.page(status, &page)
}

/// `GET /law/holidays`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    query: Query<YearQuery>,
) -> Result<HttpResponse> {
    let looked = look(&state, sender, query.year).await?;
    Ok(drawn(
        &request,
        &looked,
        StatusCode::OK,
        &Typed::default(),
        None,
    ))
}

/// The row of a day, as an import would have it.
fn change(typed: &Typed) -> Value {
    let (day, kind) = (typed.get("day"), typed.get("kind"));
    let next = day
        .parse::<NaiveDate>()
        .ok()
        .and_then(|day| day.checked_add_days(Days::new(1)));
    let name = match kind {
        "make_up" => "make-up",
        _ => "off",
    };
    json!({
        "action": "add", "rule_id": format!("H-{day}-{name}"), "decides": "holiday", "rank": 10,
        "outcome": kind, "date_basis": "step", "valid_from": day,
        "valid_to": next.map_or_else(|| day.to_owned(), |next| next.to_string()),
        "article": typed.get("article"), "confidence": "T", "note": typed.get("name"),
    })
}

/// `POST /law/holidays`: says what another day would alter, or proposes it.
pub async fn propose(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    pairs: Form<Vec<(String, String)>>,
) -> Result<HttpResponse> {
    let pairs = pairs.into_inner().into_iter();
    let mut typed = Typed::new(pairs.map(|(name, text)| (name, text.replace("\r\n", "\n"))));
    let year = typed
        .get("day")
        .parse::<NaiveDate>()
        .ok()
        .map(|day| day.year());
    let looked = look(&state, sender.clone(), year).await?;
    if !looked.may_propose {
        return Err(AppError::Forbidden(
            "changes of the law are proposed by others",
        ));
    }
    let c = Chrome::of(&request).with(&looked.actor);
    let is_preview = typed.get("do") == "preview";
    let mut body = json!({ "changes": [change(&typed)] });
    if !typed.get("reason").is_empty() || !is_preview {
        body["reason"] = json!(typed.get("reason"));
    }
    Ok(match act(&state, sender, body, is_preview).await? {
        Acted::Proposed(address) => see(&format!("{address}?said=proposed")),
        Acted::Effect(effect) => {
            let effect = part(Chrome::of(&request), &effect);
            drawn(&request, &looked, StatusCode::OK, &typed, Some(effect))
        }
        Acted::Wrong(faults) => {
            let faults: Vec<FaultShown> = faults.iter().map(FaultShown::from).collect();
            typed.faults(&c, &faults, |pointer| {
                let name = match pointer {
                    "/reason" => "reason",
                    "/changes/0/outcome" => "kind",
                    "/changes/0/article" => "article",
                    "/changes/0/note" => "name",
                    "/changes/0/valid_from" | "/changes/0/valid_to" | "/changes/0/rule_id" => "day",
                    _ => return None,
                };
                Some(name.to_owned())
            });
            drawn(
                &request,
                &looked,
                StatusCode::UNPROCESSABLE_ENTITY,
                &typed,
                None,
            )
        }
    })
}

impl Line {
    fn href(&self) -> String {
        format!("/law/rules/{}", self.id)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;
    use crate::service::rules;

    #[test]
    fn a_month_begins_on_its_weekday_and_names_what_is_off_and_what_is_worked() {
        let c = Chrome::of(&TestRequest::default().to_http_request());
        let mut days = rules::shipped();
        days.retain(|rule| rule.decides == Subject::Holiday);
        let may = month(&c, "2026-05-01".parse().unwrap(), &days);
        assert_eq!(may.name, "Tháng 5/2026");
        // A Friday, and Labour Day.
        assert!(may.weeks[0][..4].iter().all(Option::is_none));
        let first = may.weeks[0][4].as_ref().unwrap();
        assert_eq!((first.number, first.tone, first.said), (1, "off", "nghỉ"));
        let all: Vec<u32> = may
            .weeks
            .iter()
            .flatten()
            .flatten()
            .map(|one| one.number)
            .collect();
        assert_eq!(all, (1..=31).collect::<Vec<_>>());
        assert!(may.weeks.iter().all(|week| week.len() == 7));
    }
}
