//! One range of an index: the filters and the order of a page.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::filter::{LineRow, Narrowed, Position, QueueFilter, Sort, StatusFilter};
use crate::{
    domain::{access::Sight, case::views::Wait, clocks::NO_DUE},
    store::{
        conn::{DbConn, MultiBackend},
        retention,
        schema::{case_audiences, case_posts, cases, notices, posts},
        territories,
    },
};

/// Which of the cases one range reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All of them.
    Whole,
    /// Those that have not ended.
    Open,
    /// Those that have.
    Ended,
    /// Those that have ended, but for a duty that outlived them: few.
    Outlived,
    /// Those that have ended and on which nothing runs.
    Settled,
}

/// The filters and the order, written once for all drivers: `$undecided` are the cases whose place is
/// not certain, where they alone are asked for; `$sorted` is the table whose
/// `due_at`, `received_at`, `closed_at` and key `$id` lead.
macro_rules! page_of {
    ($query:expr, $filter:expr, $part:expr, $undecided:expr, $now:expr, $sorted:ident, $id:ident) => {{
        let (filter, part, now): (&QueueFilter, Part, _) = ($filter, $part, $now.naive_utc());
        let undecided: Option<&Undecided> = $undecided;
        let mut query = $query;
        if let StatusFilter::Exactly(status) = filter.status {
            query = query.filter($sorted::status.eq(status.as_str()));
        }
        match part {
            Part::Whole => {}
            Part::Open => query = query.filter($sorted::closed_at.is_null()),
            Part::Ended => query = query.filter($sorted::closed_at.is_not_null()),
            Part::Outlived => {
                // As in the partial index, which a bound value would hide.
                let runs = concat!(stringify!($sorted), ".due_at < '9999-12-31 00:00:00'");
                query = query
                    .filter($sorted::closed_at.is_not_null())
                    .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(runs));
            }
            Part::Settled => {
                query = query
                    .filter($sorted::closed_at.is_not_null())
                    .filter($sorted::due_at.eq(NO_DUE.naive_utc()));
            }
        }
        if let Some(before) = filter.due_before {
            query = query.filter($sorted::due_at.lt(before.naive_utc()));
        }
        match filter.overdue {
            Some(true) => query = query.filter($sorted::due_at.lt(now)),
            Some(false) => query = query.filter($sorted::due_at.ge(now)),
            None => {}
        }
        if let Some(class) = filter.class {
            query = query.filter(cases::case_class.eq(class.as_str()));
        }
        if let Some(name) = &filter.assigned_to {
            query = query.filter(cases::assigned_to.eq(name));
        }
        if let Some(post) = &filter.assigned_post {
            let held = case_posts::table
                .filter(case_posts::post_id.eq(post.as_str().to_owned()))
                .filter(case_posts::until.is_null())
                .select(case_posts::case_id);
            query = query.filter(cases::id.eq_any(held));
        }
        match &filter.narrowed {
            Narrowed::Not => {}
            Narrowed::Posts(of) => {
                let of: Vec<String> = of.iter().map(ToString::to_string).collect();
                let held = case_posts::table
                    .filter(case_posts::post_id.eq_any(of))
                    .filter(case_posts::until.is_null())
                    .select(case_posts::case_id);
                query = query.filter(cases::id.eq_any(held));
            }
            Narrowed::Authorities(of) => {
                let held = case_posts::table
                    .inner_join(posts::table)
                    .filter(posts::authority_id.eq_any(of.clone()))
                    .filter(case_posts::until.is_null())
                    .select(case_posts::case_id);
                query = query.filter(cases::id.eq_any(held));
            }
            Narrowed::Name(name) => query = query.filter(cases::assigned_to.eq(name)),
            Narrowed::Unassigned => query = query.filter(cases::assigned_to.is_null()),
            Narrowed::Waiting(rows) => query = query.filter(waits(rows)),
            Narrowed::Due(from, until) => {
                query = query
                    .filter($sorted::due_at.ge(from.naive_utc()))
                    .filter($sorted::due_at.lt(until.naive_utc()));
            }
            Narrowed::Overdue(at) => query = query.filter($sorted::due_at.lt(at.naive_utc())),
        }
        match undecided {
            None => {
                if let Some(code) = &filter.commune {
                    query = query.filter(cases::commune_code.eq(code));
                }
                if let Some(code) = &filter.province {
                    query = query.filter(cases::province_code.eq(code));
                }
            }
            Some(Undecided { commune, province }) => {
                let either = commune.iter().chain(province).cloned();
                query = query.filter(cases::id.eq_any(either.collect::<Vec<_>>()));
                if let Some(code) = &filter.commune {
                    let here = cases::commune_code.eq(code);
                    query = query.filter(here.or(cases::id.eq_any(commune.clone())));
                }
                if let Some(code) = &filter.province {
                    let here = cases::province_code.eq(code);
                    query = query.filter(here.or(cases::id.eq_any(province.clone())));
                }
            }
        }
        for word in &filter.words {
            // A search key holds letters, digits and spaces only: nothing to escape.
            query = query.filter(cases::search_key.like(format!("%{word}%")));
        }
        if let Some(Position { at, id }) = &filter.after {
            let at = at.naive_utc();
            let id = id.as_str().to_owned();
            // `>=` first: with the plain OR form PostgreSQL reads the index from its start.
            query = match filter.sort {
                Sort::Due if part == Part::Settled => query.filter($sorted::$id.gt(id)),
                Sort::Due => query
                    .filter($sorted::due_at.ge(at))
                    .filter($sorted::due_at.gt(at).or($sorted::$id.gt(id))),
                Sort::Newest => query
                    .filter($sorted::received_at.le(at))
                    .filter($sorted::received_at.lt(at).or($sorted::$id.lt(id))),
            };
        }
        match filter.sort {
            // No limit runs here, so the key alone is the same order.
            Sort::Due if part == Part::Settled => query.order($sorted::$id.asc()),
            Sort::Due => query
                .order($sorted::due_at.asc())
                .then_order_by($sorted::$id.asc()),
            Sort::Newest => query
                .order($sorted::received_at.desc())
                .then_order_by($sorted::$id.desc()),
        }
        .limit(i64::from(filter.limit) + 1)
        .select(LineRow::as_select())
    }};
}

/// Whether a case waits by one of these rows: states, levels and steps are names of ours.
fn waits(rows: &[&Wait]) -> diesel::expression::SqlLiteral<diesel::sql_types::Bool> {
    let one = |wait: &&Wait| {
        let states: Vec<String> = wait
            .states
            .iter()
            .map(|status| format!("'{status}'"))
            .collect();
        let mut text = format!("(cases.status IN ({})", states.join(", "));
        if let Some(level) = wait.level {
            text.push_str(&format!(" AND cases.level = '{level}'"));
        }
        if let Some(step) = wait.after {
            text.push_str(&format!(
                " AND EXISTS (SELECT 1 FROM case_events e WHERE e.case_id = cases.id AND e.action = '{step}' \
                  AND NOT EXISTS (SELECT 1 FROM case_events l WHERE l.case_id = e.case_id \
                  AND l.happened_at > e.happened_at AND l.to_status = 'CLASSIFIED' \
                  AND l.from_status <> 'CLASSIFIED' \
                  AND l.action IN ('supplemented', 'news_of_duplicate', 'reinstate')))"
            ));
        }
        text.push(')');
        text
    };
    let any: Vec<String> = rows.iter().map(one).collect();
    diesel::dsl::sql(&format!("({})", any.join(" OR ")))
}

/// The cases whose place is not certain, but may lie in the units that a filter names.
pub(super) struct Undecided {
    commune: Vec<String>,
    province: Vec<String>,
}

impl Undecided {
    fn is_empty(&self) -> bool {
        self.commune.is_empty() && self.province.is_empty()
    }

    pub(super) fn of(conn: &mut DbConn, filter: &QueueFilter) -> QueryResult<Self> {
        let mut with_candidate = |unit: &Option<String>| match unit {
            Some(code) => territories::cases_with_candidate(conn, &[code]),
            None => Ok(Vec::new()),
        };
        Ok(Self {
            commune: with_candidate(&filter.commune)?,
            province: with_candidate(&filter.province)?,
        })
    }
}

/// Every case but those whose notice is held, which no audience sees, and those whose key was destroyed:
/// they are few.
pub(super) fn not_held() -> cases::BoxedQuery<'static, MultiBackend> {
    let is_held = diesel::dsl::sql::<diesel::sql_types::Bool>("notices.state = 'held'");
    let held = notices::table.filter(is_held).select(notices::case_id);
    cases::table
        .filter(cases::id.ne_all(held))
        .filter(retention::is_there())
        .into_boxed()
}

/// The cases that one of these audiences sees.
pub(super) fn seen_by(keys: &[String]) -> cases::BoxedQuery<'_, MultiBackend> {
    let seen = case_audiences::table
        .filter(case_audiences::audience.eq_any(keys))
        .filter(case_audiences::case_id.eq(cases::id));
    cases::table.filter(diesel::dsl::exists(seen)).into_boxed()
}

/// The cases of one part within `sight` in the order that is asked for, at most one more than a page has.
pub(super) fn range(
    conn: &mut DbConn,
    sight: &Sight,
    (filter, part): (&QueueFilter, Part),
    undecided: &Undecided,
    now: DateTime<Utc>,
) -> QueryResult<Vec<LineRow>> {
    let mut rows: Vec<LineRow> = match sight {
        Sight::Nothing => Vec::new(),
        Sight::All => page_of!(not_held(), filter, part, None, now, cases, id).load(conn)?,
        Sight::Audiences(keys) => match keys.as_slice() {
            // A commune has few cases: its index narrows more than that of an audience.
            [key] if filter.commune.is_none() => {
                let query = case_audiences::table
                    .inner_join(cases::table)
                    .filter(case_audiences::audience.eq(key))
                    .into_boxed();
                page_of!(query, filter, part, None, now, case_audiences, case_id).load(conn)?
            }
            keys => page_of!(seen_by(keys), filter, part, None, now, cases, id).load(conn)?,
        },
    };
    // Where a place is not certain, each of its candidates finds the case. They are few and mostly
    // none; asked for by themselves, they leave the question above its index.
    if !undecided.is_empty() {
        let few = Some(undecided);
        rows.extend(match sight {
            Sight::Nothing => Vec::new(),
            Sight::All => page_of!(not_held(), filter, part, few, now, cases, id).load(conn)?,
            Sight::Audiences(keys) => {
                page_of!(seen_by(keys), filter, part, few, now, cases, id).load(conn)?
            }
        });
    }
    Ok(rows)
}
