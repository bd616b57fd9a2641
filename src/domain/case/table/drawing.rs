//! The table of steps as people read it: a drawing (Mermaid) and one line for each row. `states.md` beside
//! the case's rules is this text, and a test compares the two.

use std::fmt::Write;

use super::rows;
use crate::domain::{
    access::ActorRole,
    case::{
        CaseStatus,
        step::{ClockEffect, SceneMoment, StepRule, To},
    },
    clocks::ClockId,
};

/// The whole text of `states.md`.
pub fn document() -> String {
    format!(
        "# The states of a case\n\nWritten by `domain/case/table/drawing.rs` from the one table of steps; a test \
         compares the two.\n\n```mermaid\n{}```\n\n{}",
        diagram(),
        table()
    )
}

/// Every way from one state to another, with the steps that lead there.
fn diagram() -> String {
    let mut drawing = "stateDiagram-v2\n".to_owned();
    for from in CaseStatus::ALL {
        let mut ways: Vec<(String, Vec<&str>)> = Vec::new();
        for row in rows() {
            for to in row.way_from(*from).map(ends).unwrap_or_default() {
                if to == from.as_str() {
                    continue;
                }
                match ways.iter_mut().find(|(end, _)| *end == to) {
                    Some((_, steps)) if steps.contains(&row.step.as_str()) => {}
                    Some((_, steps)) => steps.push(row.step.as_str()),
                    None => ways.push((to, vec![row.step.as_str()])),
                }
            }
        }
        for (to, steps) in ways {
            line(
                &mut drawing,
                &format!("    {from} --> {to}: {}", steps.join(", ")),
            );
        }
    }
    drawing
}

/// One line for each row.
fn table() -> String {
    let mut table = String::new();
    line(
        &mut table,
        "| step | from → to | who | clocks | legal ground |",
    );
    line(&mut table, "| --- | --- | --- | --- | --- |");
    for row in rows() {
        line(
            &mut table,
            &format!(
                "| `{}` | {} | {} | {} | {} |",
                row.step,
                ways(row),
                who(row),
                clocks(row),
                row.article
            ),
        );
    }
    table
}

fn ways(row: &StepRule) -> String {
    let ways = row.moves.iter().map(|m| {
        let from = m.from.iter().map(|from| from.as_str());
        let to = match m.to {
            To::Same => "stays".to_owned(),
            other => format!("→ {}", ends(other).join(" or ")),
        };
        format!("{} {to}", from.collect::<Vec<_>>().join(", "))
    });
    ways.collect::<Vec<_>>().join("; ")
}

/// Where a way may end, by name.
fn ends(to: To) -> Vec<String> {
    match to {
        To::Same => Vec::new(),
        To::State(to) | To::OnceAllSent(to) | To::IfPoliceKnow(to) => vec![to.to_string()],
        To::AsConcluded(to) => vec![to.to_string(), CaseStatus::NotWorkAccident.to_string()],
        To::AsDecided => vec!["as_decided".to_owned()],
        To::Before => vec!["as_before".to_owned()],
        To::BeforeTheEnd => vec!["as_before_the_end".to_owned()],
    }
}

fn who(row: &StepRule) -> String {
    let mut roles: Vec<ActorRole> = row.who.iter().map(|who| who.role).collect();
    roles.dedup();
    let of = |role: ActorRole| {
        let mine = row.who.iter().filter(|who| who.role == role);
        let levels = mine.flat_map(|who| who.levels).map(|level| level.as_str());
        let levels: Vec<_> = levels.collect();
        if levels.len() == crate::domain::investigation::InvestigationLevel::ALL.len() {
            role.to_string()
        } else {
            format!("{role} ({})", levels.join(", "))
        }
    };
    let mut named = Vec::new();
    for role in roles {
        let text = of(role);
        if !named.contains(&text) {
            named.push(text);
        }
    }
    named.join("; ")
}

fn clocks(row: &StepRule) -> String {
    let effects = row.clocks.iter().map(|effect| match effect {
        ClockEffect::Stop(id, _) => format!("stops {id}"),
        ClockEffect::StopK2(SceneMoment::Dispatch) => "stops K2, where sending counts".to_owned(),
        ClockEffect::StopK2(SceneMoment::Arrival) => "stops K2".to_owned(),
        ClockEffect::StopK4OnceAllSent => "stops K4 once all have them".to_owned(),
        ClockEffect::StopOfComplaint(id, _) => format!("stops {id} of the complaint"),
        ClockEffect::StopForVictim(id, _) => format!("stops {id} of the victim"),
        ClockEffect::ExtendK3 => "extends K3".to_owned(),
        ClockEffect::ExpertiseK3 => "K3 becomes that of expertise".to_owned(),
        ClockEffect::PauseK3 => "pauses K3".to_owned(),
        ClockEffect::ResumeK3 => "resumes K3".to_owned(),
        ClockEffect::RestartK3 => "K3 anew, in full".to_owned(),
        ClockEffect::RestartK3ForAnother => "K3 anew, in full, for another team".to_owned(),
        ClockEffect::RestartK3OnceComplete => "K3 anew, in full, once complete".to_owned(),
        ClockEffect::StopOnceComplete(id, _) => format!("stops {id} once complete"),
        ClockEffect::Start(id) => format!("starts {id}"),
        ClockEffect::StartUnlessDenied(id) => format!("starts {id}, if it was one"),
        ClockEffect::StartForTheDead(id) => format!("starts {id} for each dead under contract"),
        ClockEffect::StartForVictim(id) => format!("starts {id} of the victim"),
        ClockEffect::StartHandover => "starts K7b or K7f".to_owned(),
        ClockEffect::StartK13 => "starts K13 after a death".to_owned(),
        ClockEffect::StopAll => "stops all".to_owned(),
        ClockEffect::StopAllOfTheCase => {
            let outlive: Vec<_> = ClockId::OUTLIVING.iter().map(|id| id.as_str()).collect();
            format!("stops all but {}", outlive.join(", "))
        }
        ClockEffect::Revive => "what the end stopped goes on".to_owned(),
    });
    effects.collect::<Vec<_>>().join(", ")
}

fn line(text: &mut String, line: &str) {
    // Writing to a string does not fail.
    let _ = writeln!(text, "{line}");
}

#[cfg(test)]
mod tests {
    use super::document;

    const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/domain/case/states.md");

    #[test]
    fn the_drawing_in_the_documentation_is_that_of_the_table() {
        let written = std::fs::read_to_string(FILE).unwrap_or_default();
        assert!(
            written == document(),
            "write it again: cargo test --lib -- --ignored writes_the_drawing"
        );
    }

    #[test]
    #[ignore = "writes src/domain/case/states.md"]
    fn writes_the_drawing() {
        std::fs::write(FILE, document()).unwrap();
    }
}
