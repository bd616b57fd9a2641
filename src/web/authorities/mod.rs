//! `/authorities`: the directory. Who holds which role where, and how they are reached. Whoever keeps it changes it from a day
//! on, and sees beforehand who would be told instead of whom.

mod change;
mod change_form;
mod effect;
mod list;
mod one;

pub use change::{act, add, ask, ask_new};
pub use list::list;
pub use one::show;

use crate::domain::authority::Authority;

/// An address, and whether mail to it came back.
struct Address {
    text: String,
    is_returned: bool,
}

fn addresses(row: &Authority, is_returned: impl Fn(&str) -> bool) -> Vec<Address> {
    let address = |email: &String| Address {
        is_returned: is_returned(email),
        text: email.clone(),
    };
    row.emails.iter().map(address).collect()
}
