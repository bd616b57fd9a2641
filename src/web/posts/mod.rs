//! `/posts` and the rosters: who holds which post, who is given one, what a post holds and to whom it goes, who is on duty.

mod act;
mod act_form;
mod list;
mod post;
mod roster;
mod week;

pub use act::{act, ask};
pub use list::{create, list};
pub use post::show;
pub use roster::show as show_roster;

use uuid::Uuid;

use super::{
    chrome::Chrome,
    fields::{Choice, Field, Typed},
};
use crate::{
    domain::post::Holding,
    error::{AppError, Result},
    ids::PostId,
    wording::posts_page as words,
};

/// Gives the form the key under which it is done once.
fn keyed(typed: &mut Typed) -> String {
    let key = Uuid::try_parse(typed.get("key")).unwrap_or_else(|_| Uuid::now_v7());
    key.to_string()
}

fn post_id(text: &str) -> Result<PostId> {
    PostId::parse(text).ok_or(AppError::NotFound("post"))
}

/// A holder by name, where the reader may know it.
fn person(c: &Chrome, name: Option<&String>) -> String {
    name.map_or_else(|| c.t(words::SOMEBODY).to_owned(), String::clone)
}

/// The holders to choose from.
fn people(c: &Chrome, holders: &[Holding], names: &[Option<String>]) -> Vec<Choice> {
    let choice = |(holding, name): (&Holding, &Option<String>)| Choice {
        value: holding.account.to_string(),
        label: person(c, name.as_ref()),
    };
    let mut choices: Vec<Choice> = holders.iter().zip(names).map(choice).collect();
    // Somebody may hold it now and again from later on.
    choices.dedup_by(|one, other| one.value == other.value);
    choices
}

/// An entry that may stay empty without saying so.
fn quiet(field: Field) -> Field {
    Field {
        required: false,
        optional: "",
        ..field
    }
}
