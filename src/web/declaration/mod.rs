//! `/declarations/{receipt_no}`: a declaration is completed to its legal form, part by part. What is saved is a
//! supplement: it is received at once, with its class, its recipients and its time limits, and needs no draft.

mod entries;
mod lists;
mod part;
mod parts;
mod rows;
mod supplement;

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Path, Query},
};
use askama::Template;
use serde::Deserialize;

use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::access::Actor,
    error::Result,
    service::declarations::{self, LegalForm},
    web::{chrome::Chrome, injuries},
    wording::{Text, labels, legal_form as words},
};
use lists::Lists;
pub use part::{save, show as show_part};
use parts::{lacks, lacks_victims, next_part, next_victim, parts};

/// The form, who looks at it, and what can be chosen.
struct Looked {
    form: LegalForm,
    actor: Actor,
    lists: Lists,
}

async fn look(state: &AppState, sender: Credentials, receipt_no: String) -> Result<Looked> {
    state
        .read_as(sender, move |tx, ctx| {
            Ok(Looked {
                form: declarations::legal_form(tx, ctx, &receipt_no)?,
                actor: ctx.actor.clone(),
                lists: Lists {
                    codes: ctx.world.codes.clone(),
                    injuries: injuries::in_force(ctx),
                },
            })
        })
        .await
}

/// A part in the list.
struct Line {
    href: String,
    label: String,
    is_done: bool,
    chip: String,
    /// What is missing, in words.
    lacks: String,
}

#[derive(Template)]
#[template(path = "declaration.html", config = "src/web/askama.toml")]
struct FormPage {
    c: Chrome,
    receipt_no: String,
    class: Text,
    said: Option<Text>,
    is_kept: bool,
    is_complete: bool,
    left: usize,
    lacks_victims: bool,
    lines: Vec<Line>,
    /// The button, and where it leads.
    next: Option<(String, String)>,
    /// One more victim.
    add: (String, String),
}

/// What was said before.
#[derive(Deserialize)]
pub struct FormQuery {
    #[serde(default)]
    said: String,
}

/// `GET /declarations/{receipt_no}`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
    path: Path<String>,
    query: Query<FormQuery>,
) -> Result<HttpResponse> {
    let looked = look(&state, sender, path.into_inner()).await?;
    let c = Chrome::of(&request).with(&looked.actor);
    let form = &looked.form;
    let address = format!("/declarations/{}", form.shown.receipt_no);
    let lines = parts(form).into_iter().map(|part| {
        let missing = part.missing(form);
        let names: Vec<&str> = missing.iter().map(|row| c.t(row.label)).collect();
        let is_done = !lacks(form, part);
        Line {
            href: format!("{address}/{}", part.name()),
            label: part.label(&c),
            chip: match (is_done, names.len()) {
                (true, _) => c.t(words::PART_DONE).to_owned(),
                (false, 0) => c.t(words::LACKS).to_owned(),
                (false, some) => c.t(words::PART_LEFT).replace("{n}", &some.to_string()),
            },
            lacks: names.join(", "),
            is_done,
        }
    });
    let next = next_part(form, None).map(|part| {
        let label = c.t(words::GO_ON).replace("{part}", &part.label(&c));
        (format!("{address}/{}", part.name()), label)
    });
    let no = next_victim(form);
    let page = FormPage {
        receipt_no: form.shown.receipt_no.clone(),
        class: labels::class(form.shown.answer.classification.case_class),
        said: match query.said.as_str() {
            "saved" => Some(words::SAVED),
            "same" => Some(words::NOTHING_NEW),
            _ => None,
        },
        is_complete: next.is_none(),
        is_kept: form.shown.declaration.is_some(),
        left: form.missing.len(),
        lacks_victims: lacks_victims(form),
        lines: lines.collect(),
        next,
        add: (
            format!("{address}/victim-{no}"),
            c.t(words::ADD_VICTIM).replace("{no}", &no.to_string()),
        ),
        c,
    };
    Ok(page.c.ok(&page))
}
