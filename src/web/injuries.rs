//! The injuries that make an accident serious, to choose from (D39 Phụ lục II).

use super::{chrome::Chrome, fields::Choice};
use crate::{domain::law::Subject, service::Ctx, time::day_in_vietnam};

/// An injury of the list: code, Vietnamese and English.
pub type Injury = (String, String, String);

/// Those in force today.
pub fn in_force(ctx: &Ctx) -> Vec<Injury> {
    let today = day_in_vietnam(ctx.now);
    let rules = ctx.world.law.rules(Subject::SeriousInjury).iter();
    let in_force = rules.filter(|rule| rule.in_force_on(today));
    in_force
        .map(|rule| {
            // The note holds both languages.
            let (vi, en) = rule
                .note
                .split_once(" / ")
                .unwrap_or((&rule.note, &rule.note));
            (rule.key.clone(), vi.to_owned(), en.to_owned())
        })
        .collect()
}

/// The same as choices, each behind its code.
pub fn choices(c: &Chrome, injuries: &[Injury]) -> Vec<Choice> {
    let choice = |(code, vi, en): &Injury| Choice {
        value: code.clone(),
        label: format!("{code} {}", c.either(vi, en)),
    };
    injuries.iter().map(choice).collect()
}
