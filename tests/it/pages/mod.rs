//! Pages, as people with a browser meet them.

mod case;
mod desk;
pub mod form;
