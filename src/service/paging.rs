//! Pages of lists: how many entries a query asks for, and where the next page begins.

use super::queue_params;
use crate::{
    domain::declaration::{Fault, FaultCode},
    error::{AppError, Result},
};

/// How many entries a page has at most, as a query says; a fault is noted.
pub(super) fn limit(text: Option<&str>, faults: &mut Vec<Fault>) -> usize {
    let limit = queue_params::limit(text).unwrap_or_else(|code| {
        faults.push(Fault {
            pointer: "/limit".into(),
            code,
        });
        1
    });
    limit as usize
}

/// The entry after which a page begins, as `read` makes it of the cursor; a fault is noted.
pub(super) fn after<T>(
    text: Option<&str>,
    faults: &mut Vec<Fault>,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let text = text?;
    let found = read(text);
    if found.is_none() {
        faults.push(Fault {
            pointer: "/cursor".into(),
            code: FaultCode::NotAllowed,
        });
    }
    found
}

/// The same of a list whose query says nothing else.
pub fn after_only<T>(
    text: Option<&str>,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<Option<T>> {
    let mut faults = Vec::new();
    let found = after(text, &mut faults, read);
    match faults.is_empty() {
        true => Ok(found),
        false => Err(AppError::Invalid(faults)),
    }
}

/// How many rows to look for: one more than a page has tells whether there is another.
pub(super) fn one_more(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1)
}

/// Cuts a list to a page; its last entry, where there are more.
pub(super) fn cut<T>(items: &mut Vec<T>, limit: usize) -> Option<&T> {
    let more = items.len() > limit;
    items.truncate(limit);
    items.last().filter(|_| more)
}
