//! The queue: pages of cases by key, never by OFFSET.
//!
//! Whoever belongs to an audience reads ranges of an index of `case_audiences`; the ministry,
//! which sees everything, those of `cases`. `closed_at IS NULL` binds nothing, so that both databases
//! use their partial indexes for it (a bound `status IN (…)` would hide them).
//!
//! What is open and what has ended with a duty that outlived it are two ranges, which a page merges; what is
//! settled is a third, behind both: one index over all leads SQLite past every ended case.

mod filter;
mod grouped;
mod range;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

pub use filter::{CaseLine, Narrowed, Position, QueueFilter, Sort, StatusFilter};
pub use grouped::{open_by_class_and_state, open_by_commune};

use crate::{
    domain::{access::Sight, clocks::NO_DUE},
    ids::CaseId,
    store::{conn::DbConn, notices as store_notices, schema::cases},
};
use filter::{ENDED, LineRow};
use range::{Part, Undecided, not_held, range, seen_by};

/// One page of the cases within `sight`, and where the next begins.
pub fn page(
    conn: &mut DbConn,
    sight: &Sight,
    filter: &QueueFilter,
    now: DateTime<Utc>,
) -> QueryResult<(Vec<CaseLine>, Option<Position>)> {
    if filter.finds_nothing {
        return Ok((Vec::new(), None));
    }
    let undecided = Undecided::of(conn, filter)?;
    let mut read = |filter: &QueueFilter, parts: &[Part]| -> QueryResult<Vec<LineRow>> {
        let mut rows = Vec::new();
        for part in parts {
            rows.extend(range(conn, sight, (filter, *part), &undecided, now)?);
        }
        put_in_order(&mut rows, filter.sort);
        Ok(rows)
    };
    let (first, settled_follow) = parts(filter);
    let among_settled = filter
        .after
        .as_ref()
        .filter(|after| settled_follow && is_among_settled(filter, after));
    let mut rows = match among_settled {
        Some(_) => Vec::new(),
        None => read(filter, first)?,
    };
    let most = filter.limit as usize;
    let mut next = None;
    if rows.len() > most {
        rows.truncate(most);
        next = rows.last().map(|last| Position {
            at: match filter.sort {
                Sort::Due => last.due_at.and_utc(),
                Sort::Newest => last.received_at.and_utc(),
            },
            id: CaseId::from(last.id.clone()),
        });
    } else if settled_follow {
        let room = most - rows.len();
        let settled = QueueFilter {
            // One at least, so that a full page knows whether anything follows.
            limit: u32::try_from(room.max(1)).unwrap_or(filter.limit),
            after: among_settled.cloned(),
            ..filter.clone()
        };
        let mut more = read(&settled, &[Part::Settled])?;
        let follows = more.len() > room;
        more.truncate(room);
        let after = more.last().map(|row| CaseId::from(row.id.clone()));
        let first_of_all = || CaseId::from(uuid::Uuid::nil().to_string());
        next = follows.then(|| Position {
            at: ENDED,
            id: after
                .or(among_settled.map(|after| after.id.clone()))
                .unwrap_or_else(first_of_all),
        });
        rows.append(&mut more);
    }
    let mut lines = rows
        .into_iter()
        .map(CaseLine::try_from)
        .collect::<QueryResult<Vec<_>>>()?;
    note_notices(conn, &mut lines)?;
    Ok((lines, next))
}

/// The parts that a page merges, and whether what is settled follows behind them.
fn parts(filter: &QueueFilter) -> (&'static [Part], bool) {
    const OPEN: &[Part] = &[Part::Open];
    const UNSETTLED: &[Part] = &[Part::Open, Part::Outlived];
    let is_view = filter.view.is_some();
    let by_due = filter.sort == Sort::Due;
    let follow = by_due && !is_view && !filter.is_of_limits();
    match filter.status {
        StatusFilter::Open => (OPEN, false),
        StatusFilter::Unsettled => (UNSETTLED, false),
        StatusFilter::Any if is_view => (UNSETTLED, false),
        StatusFilter::Any if by_due => (UNSETTLED, follow),
        StatusFilter::Any => (&[Part::Whole], false),
        StatusFilter::Exactly(status) if status.is_final() => match is_view || by_due {
            true => (&[Part::Outlived], follow),
            false => (&[Part::Ended], false),
        },
        StatusFilter::Exactly(status) if status.may_have_ended() && !is_view => {
            (&[Part::Whole], false)
        }
        StatusFilter::Exactly(_) => (OPEN, false),
    }
}

/// Whether a page begins among what is settled. (Cursors of before, into a list of one final state, named no
/// limit.)
fn is_among_settled(filter: &QueueFilter, after: &Position) -> bool {
    after.at == ENDED || (after.at == NO_DUE && filter.status.is_final())
}

fn put_in_order(rows: &mut Vec<LineRow>, sort: Sort) {
    match sort {
        Sort::Due => rows.sort_by(|a, b| (a.due_at, &a.id).cmp(&(b.due_at, &b.id))),
        Sort::Newest => rows.sort_by(|a, b| (b.received_at, &b.id).cmp(&(a.received_at, &a.id))),
    }
    rows.dedup_by(|a, b| a.id == b.id);
}

fn note_notices(conn: &mut DbConn, lines: &mut [CaseLine]) -> QueryResult<()> {
    let ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    let mut states = store_notices::states(conn, &ids)?;
    for line in lines {
        line.notice = states.remove(line.id.as_str());
    }
    Ok(())
}

/// The lines of these cases within `sight`, in this order.
pub fn lines(conn: &mut DbConn, sight: &Sight, ids: Vec<String>) -> QueryResult<Vec<CaseLine>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let seen = match sight {
        Sight::Nothing => return Ok(Vec::new()),
        Sight::All => not_held(),
        Sight::Audiences(keys) => seen_by(keys),
    };
    let rows: Vec<LineRow> = seen
        .filter(cases::id.eq_any(ids.clone()))
        .select(LineRow::as_select())
        .load(conn)?;
    let of: Vec<&str> = ids.iter().map(String::as_str).collect();
    let mut states = store_notices::states(conn, &of)?;
    let mut lines = Vec::new();
    for row in rows {
        let mut line = CaseLine::try_from(row)?;
        line.notice = states.remove(line.id.as_str());
        lines.push(line);
    }
    lines.sort_by_key(|line| ids.iter().position(|id| *id == line.id.as_str()));
    Ok(lines)
}
