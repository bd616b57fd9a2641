//! Pages for everybody beside the notice and the help: forms to print, figures, conclusions that are published. Nothing
//! of anybody stands on them.

mod bars;
mod conclusions;
mod figures;
mod forms;

pub use conclusions::show as show_conclusions;
pub use figures::show as show_figures;
pub use forms::{file as form_file, show as show_forms};
