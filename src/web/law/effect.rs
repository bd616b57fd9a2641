//! What a change would alter, as people read it.

use askama::Template;
use chrono::DateTime;

use super::named;
use crate::{
    domain::{clocks::ClockId, decide::differences::Decided},
    service::rule_proposals::Effect,
    web::chrome::Chrome,
    wording::{labels, law_page as words},
};

struct Differs {
    case: String,
    what: String,
    before: String,
    after: String,
}

struct Moves {
    case: String,
    clock: &'static str,
    before: String,
    after: String,
}

/// The part of a page that says it.
#[derive(Template)]
#[template(path = "law_effect.html", config = "src/web/askama.toml")]
pub struct EffectPart {
    c: Chrome,
    is_nothing: bool,
    left_out: bool,
    clocks: String,
    clock_lines: Vec<Moves>,
    /// Open cases, then samples: how many, and the first of them.
    decided: Vec<(String, Vec<Differs>)>,
}

/// A sample by its parts: who declares, how many of what, of which workers, in which sector.
fn sample(c: &Chrome, name: &str) -> String {
    let parts = name.split(", ").map(|part| {
        let (count, what) = part.split_once(' ').unwrap_or(("", part));
        let what = words::code(&format!("sample.{what}")).map_or(what, |text| c.t(text));
        format!("{count} {what}").trim().to_owned()
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// What is decided, in words: of a limit its name and the working day on which it ends.
fn decided(c: &Chrome, what: Decided, value: &str) -> String {
    let mut parts = value.split(' ');
    match (
        what,
        parts.next().and_then(ClockId::parse),
        parts.next_back(),
    ) {
        (Decided::DueAt, Some(clock), Some(due)) => {
            format!("{}: {}", c.t(labels::clock(clock)), moment(c, due))
        }
        _ => value.to_owned(),
    }
}

fn moment(c: &Chrome, text: &str) -> String {
    DateTime::parse_from_rfc3339(text).map_or_else(|_| text.to_owned(), |at| c.exact(at.to_utc()))
}

/// `effect` in words.
pub fn part(c: Chrome, effect: &Effect) -> EffectPart {
    let joined = |what: Decided, values: &[String]| {
        let said: Vec<String> = values.iter().map(|one| decided(&c, what, one)).collect();
        match said.is_empty() {
            true => c.t(words::NOTHING).to_owned(),
            false => said.join(", "),
        }
    };
    let lines = |cases: &[crate::service::rule_proposals::CaseEffect]| -> Vec<Differs> {
        let each = cases.iter().flat_map(|case| {
            case.differences.iter().map(|one| Differs {
                case: sample(&c, &case.case),
                what: named(&c, &format!("decided.{}", one.what)),
                before: joined(one.what, &one.before),
                after: joined(one.what, &one.after),
            })
        });
        each.collect()
    };
    let counted = |text, n: usize, all: usize| {
        c.t(text)
            .replace("{n}", &n.to_string())
            .replace("{all}", &all.to_string())
    };
    let clock_lines = effect.clocks.iter().map(|one| Moves {
        case: one.case.clone(),
        clock: c.t(labels::clock(one.clock)),
        before: moment(&c, &one.due_before),
        after: moment(&c, &one.due_after),
    });
    let cases = counted(
        words::EFFECT_CASES,
        effect.open_cases,
        effect.cases_looked_at,
    );
    let samples = counted(
        words::EFFECT_SAMPLES,
        effect.samples.len(),
        effect.samples_looked_at,
    );
    let otherwise = vec![
        (cases, lines(&effect.cases)),
        (samples, lines(&effect.samples)),
    ];
    EffectPart {
        is_nothing: effect.samples.is_empty() && effect.open_cases == 0 && effect.clocks_moved == 0,
        left_out: effect.cases_left_out,
        clocks: counted(words::EFFECT_CLOCKS, effect.clocks_moved, 0),
        decided: otherwise,
        clock_lines: clock_lines.collect(),
        c,
    }
}
