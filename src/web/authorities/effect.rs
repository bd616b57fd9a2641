//! What a change of the directory would alter, as people read it.

use askama::Template;

use crate::{
    service::directory::{CommuneName, Effect, RoutingChange, Told},
    web::chrome::Chrome,
    wording::{directory_page as words, labels},
};

struct Line {
    role: String,
    before: String,
    after: String,
    communes: String,
}

/// The part of a page that says it.
#[derive(Template)]
#[template(path = "authority_effect.html", config = "src/web/askama.toml")]
pub struct EffectPart {
    c: Chrome,
    is_nothing: bool,
    /// What is counted: its name, how many, the first of them.
    counts: Vec<(&'static str, usize, String)>,
    is_worse: bool,
    lines: Vec<Line>,
}

fn told(c: &Chrome, all: &[Told]) -> String {
    let one = |told: &Told| {
        let name = match (&told.name, &told.authority_id) {
            (Some(name), _) => name.clone(),
            (None, Some(id)) => id.clone(),
            (None, None) => c.t(words::NOBODY).to_owned(),
        };
        let reached = told.emails.iter().chain(&told.phone).cloned();
        let reached = reached.collect::<Vec<_>>().join(", ");
        let stands_in = match told.stands_in {
            true => format!(" ({})", c.t(words::STANDS_IN)),
            false => String::new(),
        };
        match reached.is_empty() {
            true => format!("{name}{stands_in}"),
            false => format!("{name}{stands_in}: {reached}"),
        }
    };
    all.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn names(communes: &[CommuneName], count: usize) -> String {
    let names: Vec<&str> = communes.iter().map(|one| one.name.as_str()).collect();
    let more = if count > names.len() { "…" } else { "" };
    format!("{}{more}", names.join("; "))
}

fn line(c: &Chrome, change: &RoutingChange) -> Line {
    let role = c.t(labels::role(change.role));
    Line {
        role: match change.sector {
            Some(sector) => format!("{role}: {}", c.t(labels::sector(sector))),
            None => role.to_owned(),
        },
        before: told(c, &change.before),
        after: told(c, &change.after),
        communes: format!(
            "{}: {}",
            change.commune_count,
            names(&change.communes, change.commune_count)
        ),
    }
}

/// What would change, for the page `c`.
pub fn part(c: Chrome, effect: &Effect) -> EffectPart {
    let receipts = effect.receipt_nos.join(", ");
    let mut counts = vec![
        (c.t(words::GAPS_OPENED), effect.gaps_opened, String::new()),
        (c.t(words::GAPS_CLOSED), effect.gaps_closed, String::new()),
        (
            c.t(words::UNCOVERED),
            effect.uncovered_count,
            names(&effect.uncovered, effect.uncovered_count),
        ),
        (c.t(words::OPEN_CASES), effect.open_cases, receipts),
    ];
    counts.retain(|(_, count, _)| *count > 0);
    EffectPart {
        is_nothing: counts.is_empty() && effect.routing.is_empty(),
        is_worse: effect.gaps_opened + effect.uncovered_count > 0,
        counts,
        lines: effect.routing.iter().map(|one| line(&c, one)).collect(),
        c,
    }
}
