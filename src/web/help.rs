//! What to do after an accident, by the kind of worker: short steps, each with its article. Numbers of days come from the
//! law's rows, so that they change with the law.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path},
};
use askama::Template;

use super::{
    chrome::Chrome,
    visitor::{frame, visitor},
};
use crate::{
    api::extract::{Credentials, Stranger},
    app::AppState,
    domain::law::ValueKey,
    error::{AppError, Result},
    service::help::{NumberOf, numbers},
    wording::{Text, help as words},
};

/// What is to be done in one kind of case.
pub struct Topic {
    /// Last part of its address.
    pub name: &'static str,
    /// Name.
    pub title: Text,
    steps: &'static [Step],
}

/// One thing to do.
struct Step {
    text: Text,
    /// Document and article; where a number comes from a row of the law, that of the row stands instead.
    article: &'static str,
    number: Option<NumberOf>,
}

const fn step(text: Text, article: &'static str) -> Step {
    Step {
        text,
        article,
        number: None,
    }
}

const fn value(text: Text, key: ValueKey) -> Step {
    Step {
        text,
        article: "",
        number: Some(NumberOf::Value(key)),
    }
}

const fn days(text: Text, rule: &'static str) -> Step {
    Step {
        text,
        article: "",
        number: Some(NumberOf::Investigation(rule)),
    }
}

const RESCUE: Step = step(words::RESCUE, "Luật ATVSLĐ Điều 38.1; NĐ 39/2016 Điều 18.1");
const RESCUE_ANYBODY: Step = step(words::RESCUE_ANYBODY, "Luật ATVSLĐ Điều 34");
const KEEP_SCENE: Step = step(words::KEEP_SCENE, "NĐ 39/2016 Điều 18.3");
const MULTI: Step = days(words::PROVINCE_MULTI, "I-MULTI");
const FATAL: Step = days(words::PROVINCE_FATAL, "I-FATAL");
const DECIDE: Step = value(words::DECIDE_BENEFITS, ValueKey::DecideBenefits);
const PAY: Step = value(words::PAY_BENEFITS, ValueKey::PayBenefits);
const COMPLAIN: Step = value(words::COMPLAIN, ValueKey::ComplaintWindow);
const FAMILY: Step = step(
    words::FAMILY_TELLS,
    "Luật ATVSLĐ Điều 34.1.d; NĐ 39/2016 Điều 10.3.a",
);
const COMMUNE: Step = step(
    words::COMMUNE_TELLS,
    "Luật ATVSLĐ Điều 34.1.d; NĐ 129/2025 Điều 45",
);

/// Every kind of case.
pub const TOPICS: &[Topic] = &[
    Topic {
        name: "contract",
        title: words::CONTRACT,
        steps: &[
            RESCUE,
            step(words::TELL_EMPLOYER, "Luật ATVSLĐ Điều 34.1.a"),
            KEEP_SCENE,
            step(
                words::EMPLOYER_DECLARES,
                "Luật ATVSLĐ Điều 34.1.b; NĐ 39/2016 Điều 10.1; NĐ 129/2025 Điều 42",
            ),
            days(words::LIGHT_TEAM, "I-LIGHT"),
            days(words::FACILITY_TEAM, "I-SINGLE"),
            MULTI,
            FATAL,
            DECIDE,
            PAY,
            COMPLAIN,
        ],
    },
    Topic {
        name: "no-contract",
        title: words::NO_CONTRACT,
        steps: &[
            RESCUE_ANYBODY,
            FAMILY,
            COMMUNE,
            value(words::COMMUNE_RECORDS, ValueKey::CommuneRecord),
            MULTI,
            FATAL,
            step(words::POSTED, "Luật ATVSLĐ Điều 35.9.c"),
            COMPLAIN,
        ],
    },
    Topic {
        name: "insured",
        title: words::INSURED,
        steps: &[
            RESCUE_ANYBODY,
            FAMILY,
            step(
                words::QUICK_REPORT,
                "NĐ 143/2024 Điều 18.2.b; NĐ 129/2025 Điều 49",
            ),
            days(words::INSURED_TEAM, "I-INSURED-SINGLE"),
            MULTI,
            FATAL,
            step(words::ASK_INSURER, "NĐ 143/2024 Điều 18"),
        ],
    },
    Topic {
        name: "leased",
        title: words::LEASED,
        steps: &[
            RESCUE,
            step(words::USER_DECLARES, "NĐ 39/2016 Điều 31"),
            KEEP_SCENE,
            step(words::TELL_LESSOR, "NĐ 39/2016 Điều 31"),
            days(words::FACILITY_TEAM, "I-SINGLE"),
            MULTI,
            FATAL,
            step(words::LESSOR_PAYS, "NĐ 39/2016 Điều 32"),
            COMPLAIN,
        ],
    },
    Topic {
        name: "traffic",
        title: words::TRAFFIC,
        steps: &[
            RESCUE_ANYBODY,
            step(words::TRAFFIC_TELLS, "Luật ATVSLĐ Điều 34.1.a"),
            step(
                words::TRAFFIC_PROOF,
                "NĐ 39/2016 Điều 23; Luật ATVSLĐ Điều 35.5",
            ),
            step(words::TRAFFIC_RIGHTS, "Luật ATVSLĐ Điều 39.2"),
            DECIDE,
            PAY,
        ],
    },
    Topic {
        name: "abroad",
        title: words::ABROAD,
        steps: &[
            step(words::ABROAD_TELLS, "NĐ 39/2016 Điều 19.2"),
            value(words::ABROAD_DECLARES, ValueKey::AbroadWorkingDays),
            value(words::ABROAD_DOSSIER, ValueKey::AbroadDossier),
            DECIDE,
            PAY,
        ],
    },
    Topic {
        name: "disease",
        title: words::DISEASE,
        steps: &[
            step(words::DISEASE_EXAM, "TT 28/2016/TT-BYT Điều 8, 9"),
            step(words::DISEASE_DECLARES, "TT 28/2016/TT-BYT Điều 22.4, 22.9"),
            step(words::DISEASE_INVESTIGATION, "TT 28/2016/TT-BYT Điều 14"),
            step(words::DISEASE_REPORT, "Luật ATVSLĐ Điều 37.1"),
            DECIDE,
            PAY,
        ],
    },
];

#[derive(Template)]
#[template(path = "help.html", config = "src/web/askama.toml")]
struct HelpPage {
    c: Chrome,
    topics: &'static [Topic],
}

/// `GET /help`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
) -> Result<HttpResponse> {
    let visitor = visitor(&state, sender).await?;
    let page = HelpPage {
        c: frame(&request, visitor.as_ref()),
        topics: TOPICS,
    };
    Ok(page.c.ok(&page))
}

/// A step as it is read.
struct StepShown {
    text: String,
    article: String,
}

#[derive(Template)]
#[template(path = "help_topic.html", config = "src/web/askama.toml")]
struct TopicPage {
    c: Chrome,
    title: Text,
    steps: Vec<StepShown>,
    note: String,
    others: Vec<&'static Topic>,
}

/// `GET /help/{topic}`.
pub async fn show_topic(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Option<Credentials>,
    stranger: Stranger,
    name: Path<String>,
) -> Result<HttpResponse> {
    let topic = TOPICS.iter().find(|topic| topic.name == name.as_str());
    let topic = topic.ok_or(AppError::NotFound("page"))?;
    let visitor = visitor(&state, sender).await?;
    let c = frame(&request, visitor.as_ref());
    let (today, numbers) = state
        .read_for_nobody(stranger, move |ctx| {
            let of: Vec<_> = topic.steps.iter().map(|step| step.number).collect();
            Ok(numbers(ctx, &of))
        })
        .await?;
    let steps = topic.steps.iter().zip(numbers);
    let steps = steps.filter_map(|(step, known)| match (step.number, known) {
        (None, _) => Some(StepShown {
            text: c.t(step.text).to_owned(),
            article: step.article.to_owned(),
        }),
        (Some(_), Some(known)) => Some(StepShown {
            text: c.t(step.text).replace("{n}", &known.number.to_string()),
            article: known.article,
        }),
        // No row of the law gives the number any more: nothing is said instead of something old.
        (Some(_), None) => None,
    });
    let steps = steps.collect();
    let day = today.format("%d/%m/%Y").to_string();
    let page = TopicPage {
        title: topic.title,
        steps,
        note: c.t(words::DAY_NOTE).replace("{day}", &day),
        others: TOPICS
            .iter()
            .filter(|other| other.name != topic.name)
            .collect(),
        c,
    };
    Ok(page.c.ok(&page))
}
