//! The pages of a commune for workers without a contract: from a family's words to a record on one page, the paper to sign, and
//! the figures of the half-year so far (L84 Art. 34.1.d, 35.1; D129 Art. 43.1).

mod done;
mod entry;
mod list;
mod paper;
mod record;

pub use done::show as done;
pub use list::show as list;
pub use record::{ask, blank, make};
