//! What a change would alter, as people read it.

use askama::Template;
use chrono::DateTime;

use super::named;
use crate::{
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

fn moment(c: &Chrome, text: &str) -> String {
    DateTime::parse_from_rfc3339(text).map_or_else(|_| text.to_owned(), |at| c.exact(at.to_utc()))
}

/// `effect` in words.
pub fn part(c: Chrome, effect: &Effect) -> EffectPart {
    let joined = |values: &[String]| match values.is_empty() {
        true => c.t(words::NOTHING).to_owned(),
        false => values.join(", "),
    };
    let lines = |cases: &[crate::service::rule_proposals::CaseEffect]| -> Vec<Differs> {
        let each = cases.iter().flat_map(|case| {
            case.differences.iter().map(|one| Differs {
                case: case.case.clone(),
                what: named(&c, &format!("decided.{}", one.what)),
                before: joined(&one.before),
                after: joined(&one.after),
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
    let decided = vec![
        (cases, lines(&effect.cases)),
        (samples, lines(&effect.samples)),
    ];
    EffectPart {
        is_nothing: effect.samples.is_empty() && effect.open_cases == 0 && effect.clocks_moved == 0,
        left_out: effect.cases_left_out,
        clocks: counted(words::EFFECT_CLOCKS, effect.clocks_moved, 0),
        decided,
        clock_lines: clock_lines.collect(),
        c,
    }
}
