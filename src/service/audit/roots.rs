//! Making roots: every few minutes, and one for each day when it is over.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use crate::{
    domain::audit::root::{Root, Signer},
    error::Result,
    store::{audit, conn::DbConn},
    time::{day_in_vietnam, end_of_day_in_vietnam},
};

/// A root is made so long after the one before it, if anything was appended.
const EVERY: TimeDelta = TimeDelta::minutes(5);
/// A request may commit so long after the moment that its entries name.
const SLOWEST_REQUEST: TimeDelta = TimeDelta::minutes(5);

/// What a pass made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Made {
    /// Nothing was due: the newest root there is.
    Nothing(Option<Root>),
    /// A root within a day.
    Within(Root),
    /// The root of a day that is over.
    Day(Root),
}

impl Made {
    /// The newest root after the pass.
    pub fn latest(&self) -> Option<&Root> {
        match self {
            Self::Within(root) | Self::Day(root) => Some(root),
            Self::Nothing(last) => last.as_ref(),
        }
    }
}

/// Makes the root that is due, if one is. Of several processes one makes it.
pub fn close(tx: &mut DbConn, signer: &Signer, now: DateTime<Utc>) -> Result<Made> {
    let last = audit::last_root(tx)?;
    if let Some(day) = day_to_close(tx, now)? {
        let from = start_of(day);
        let heads = audit::heads(tx, from, from + TimeDelta::days(1))?;
        let root = Root::after(last.as_ref(), now, Some(day), heads, signer);
        return Ok(match audit::add_root(tx, &root)? {
            true => Made::Day(root),
            false => Made::Nothing(last),
        });
    }
    if last.as_ref().is_some_and(|last| now - last.made_at < EVERY) {
        return Ok(Made::Nothing(last));
    }
    // What was under way when the last root was made is looked at again.
    let from = match &last {
        Some(last) => last.made_at - SLOWEST_REQUEST,
        None => DateTime::UNIX_EPOCH,
    };
    let mut heads = audit::heads(tx, from, now)?;
    if let Some(last) = &last {
        heads.retain(|chain, head| last.heads.get(chain) != Some(head));
    }
    if heads.is_empty() {
        return Ok(Made::Nothing(last));
    }
    let root = Root::after(last.as_ref(), now, None, heads, signer);
    Ok(match audit::add_root(tx, &root)? {
        true => Made::Within(root),
        false => Made::Nothing(last),
    })
}

/// The earliest day in Việt Nam that is over and has no root.
fn day_to_close(tx: &mut DbConn, now: DateTime<Utc>) -> Result<Option<NaiveDate>> {
    let next = match audit::last_day(tx)? {
        Some(day) => day.checked_add_days(Days::new(1)),
        None => audit::first_entry_at(tx)?.map(day_in_vietnam),
    };
    Ok(next.filter(|day| now > end_of_day_in_vietnam(*day) + SLOWEST_REQUEST))
}

fn start_of(day: NaiveDate) -> DateTime<Utc> {
    end_of_day_in_vietnam(day) + TimeDelta::seconds(1) - TimeDelta::days(1)
}
