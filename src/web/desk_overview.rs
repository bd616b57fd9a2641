//! `/desk/overview`: open cases by class and state, as a drawing and as a table.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;

use super::{chrome::Chrome, desk_lines};
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{case::CaseStatus, classify::CaseClass},
    error::Result,
    service::cases,
    wording::{desk_page as words, labels},
};

/// Width of the longest bar.
const WIDE: i64 = 400;

/// A part of a bar.
struct Part {
    x: i64,
    width: i64,
    tone: &'static str,
}

/// A state.
struct Row {
    href: String,
    name: &'static str,
    parts: Vec<Part>,
    /// What the bar says, in words.
    said: String,
    /// By class, in the order of the head.
    counts: Vec<i64>,
    total: i64,
    /// Behind the end of the bar.
    end: i64,
}

#[derive(Template)]
#[template(path = "desk_overview.html", config = "src/web/askama.toml")]
struct OverviewPage {
    c: Chrome,
    classes: Vec<(&'static str, &'static str)>,
    rows: Vec<Row>,
    totals: Vec<i64>,
    total: i64,
}

/// As in lists, but that no two classes have one colour.
fn tone_of_class(class: CaseClass) -> &'static str {
    match class {
        CaseClass::Unclear => "unclear",
        other => desk_lines::tone_of_class(other),
    }
}

fn row(c: &Chrome, status: CaseStatus, counts: Vec<i64>, most: i64) -> Row {
    let mut x = 0;
    let classes = || CaseClass::ALL.iter().zip(&counts);
    let parts = classes()
        .filter(|(_, count)| **count > 0)
        .map(|(class, count)| {
            let width = (count * WIDE / most.max(1)).max(2);
            let part = Part {
                x,
                width,
                tone: tone_of_class(*class),
            };
            x += width;
            part
        });
    let parts: Vec<Part> = parts.collect();
    let named = classes().filter(|(_, count)| **count > 0);
    let named = named.map(|(class, count)| format!("{} {count}", c.t(labels::class(*class))));
    let name = c.t(labels::status(status));
    let said = c
        .t(words::OVERVIEW_OF)
        .replace("{state}", name)
        .replace("{parts}", &named.collect::<Vec<_>>().join(", "));
    Row {
        href: format!("/desk?status={status}"),
        name,
        parts,
        said,
        total: counts.iter().sum(),
        counts,
        end: x + 8,
    }
}

/// `GET /desk/overview`.
pub async fn show(
    state: Data<AppState>,
    request: HttpRequest,
    sender: Credentials,
) -> Result<HttpResponse> {
    let (actor, counted) = state
        .read_as(sender, |tx, ctx| {
            let counted = cases::open_by_class_and_state(tx, ctx)?;
            Ok((ctx.actor.clone(), counted))
        })
        .await?;
    let c = Chrome::of(&request).with(&actor);
    let at = |class: CaseClass| CaseClass::ALL.iter().position(|one| *one == class);
    let order = |status: CaseStatus| CaseStatus::ALL.iter().position(|one| *one == status);
    let mut by_state: BTreeMap<Option<usize>, (CaseStatus, Vec<i64>)> = BTreeMap::new();
    for (class, status, count) in counted {
        let empty = || (status, vec![0; CaseClass::ALL.len()]);
        let (_, counts) = by_state.entry(order(status)).or_insert_with(empty);
        if let Some(own) = at(class).and_then(|at| counts.get_mut(at)) {
            *own += count;
        }
    }
    let sums = by_state
        .values()
        .map(|(_, counts)| counts.iter().sum::<i64>());
    let most = sums.max().unwrap_or(1);
    let rows = by_state.into_values();
    let rows: Vec<Row> = rows
        .map(|(status, counts)| row(&c, status, counts, most))
        .collect();
    let classes = CaseClass::ALL.iter();
    let total_of = |at| rows.iter().filter_map(|row: &Row| row.counts.get(at)).sum();
    let page = OverviewPage {
        classes: classes
            .map(|class| (c.t(labels::class(*class)), tone_of_class(*class)))
            .collect(),
        totals: (0..CaseClass::ALL.len()).map(total_of).collect(),
        total: rows.iter().map(|row| row.total).sum(),
        rows,
        c,
    };
    Ok(page.c.ok(&page))
}
