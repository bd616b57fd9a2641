//! Forms on paper: blocks are laid out on pages of A4 and written as PDF, or as DOCX to go on with.
//!
//! [`block`] is what a form says; [`pages`] puts it on pages, with a file for each kind of block;
//! [`pdf`] and [`docx`] write them; [`mark`] is the code on each page by which a scan finds back, and
//! [`scan`] reads it. The layout follows NĐ 30/2020/NĐ-CP, Phụ lục I. Knows no case and no database, and
//! reads no clock: the same form gives the same bytes.

pub mod block;
pub mod docx;
mod entry;
pub mod face;
mod head;
pub mod mark;
pub mod pages;
mod paragraph;
pub mod pdf;
pub mod scan;
mod sheet;
mod signatures;
mod table;

pub use block::Paper;
pub use mark::{FormRef, Mark};
