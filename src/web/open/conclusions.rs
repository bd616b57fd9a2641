//! `/conclusions`: what authorities published, without a name of anybody, and where the rest is posted. What is listed is
//! decided in [`crate::domain::publication`].

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    api::extract::{Credentials, Stranger},
    app::AppState,
    domain::classify::CaseClass,
    error::Result,
    service::published::NamedConclusion,
    web::{
        chrome::Chrome,
        visitor::{frame, visitor},
    },
    wording::{Text, choices, labels, open_pages as words},
};

/// Where minutes are posted, by whose they are, each with its article.
const WHERE: [(Text, Text); 4] = [
    (words::WHERE_FACILITY, words::ARTICLE_POSTING),
    (words::WHERE_PROVINCE, words::ARTICLE_POSTING),
    (words::WHERE_COMMUNE, words::ARTICLE_POSTING_C),
    (words::WHERE_SPECIAL, words::ARTICLE_POSTING_D),
];

/// A conclusion as it is read.
struct Shown {
    heading: String,
    class: &'static str,
    tone: &'static str,
    level: &'static str,
    posted_on: NaiveDate,
    cause: &'static str,
    recommendations: String,
}

#[derive(Template)]
#[template(path = "conclusions.html", config = "src/web/askama.toml")]
struct ConclusionsPage {
    c: Chrome,
    all: Vec<Shown>,
    places: Vec<(&'static str, &'static str)>,
    read: DateTime<Utc>,
}

fn shown(c: &Chrome, named: &NamedConclusion) -> Shown {
    let of = &named.of;
    let month = of.month.format("%m/%Y").to_string();
    let month = c.t(words::MONTH).replace("{month}", &month);
    let province = named.province.as_deref();
    let province = province.unwrap_or_else(|| c.t(words::ELSEWHERE));
    let cause = of.cause.as_deref();
    let cause = cause.and_then(|code| choices::name_of("cause_code", code));
    let done = of.recommended.saturating_sub(of.open);
    Shown {
        heading: format!("{month} · {province}"),
        class: c.t(labels::class(of.class)),
        tone: match of.class {
            CaseClass::Fatal => "alarm",
            CaseClass::MultiSerious | CaseClass::SingleSerious => "warn",
            CaseClass::Light | CaseClass::Unclear => "",
        },
        level: c.t(labels::level(of.level)),
        posted_on: of.posted_on,
        cause: c.t(cause.unwrap_or(words::NO_CAUSE)),
        recommendations: match of.recommended {
            0 => c.t(words::NO_RECOMMENDATIONS).to_owned(),
            all => c
                .t(words::RECOMMENDED)
                .replace("{n}", &all.to_string())
                .replace("{done}", &done.to_string()),
        },
    }
}

/// `GET /conclusions`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
    stranger: Stranger,
) -> Result<HttpResponse> {
    let visitor = visitor(&state, sender).await?;
    let c = frame(&request, visitor.as_ref());
    let (read, all) = state.conclusions(stranger).await?;
    let page = ConclusionsPage {
        all: all.iter().map(|one| shown(&c, one)).collect(),
        places: WHERE
            .iter()
            .map(|(text, article)| (c.t(*text), c.t(*article)))
            .collect(),
        read,
        c,
    };
    Ok(page.c.ok(&page))
}
