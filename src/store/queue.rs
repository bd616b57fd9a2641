//! The queue: pages of cases by key, never by OFFSET.
//!
//! Whoever belongs to an audience reads one range of an index of `case_audiences`; the ministry,
//! which sees everything, one of `cases`. `closed_at IS NULL` binds nothing, so that both databases
//! use their partial indexes for it (a bound `status IN (…)` would hide them).

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::{
    domain::{
        access::Sight,
        case::{
            CaseStatus,
            views::{QueueView, Wait},
        },
        classify::CaseClass,
        clocks::NO_DUE,
        notice::NoticeState,
    },
    ids::{CaseId, PostId},
    store::{
        cases::unknown,
        conn::{DbConn, MultiBackend},
        notices as store_notices,
        schema::{case_audiences, case_posts, cases, notices, posts},
        territories,
    },
};

/// Which states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatusFilter {
    /// Every case.
    #[default]
    Any,
    /// Everything that has not ended: the work to do.
    Open,
    /// Everything that has ended.
    Ended,
    /// One state.
    Exactly(CaseStatus),
}

impl StatusFilter {
    fn is_final(self) -> bool {
        match self {
            Self::Ended => true,
            Self::Exactly(status) => status.is_final(),
            Self::Any | Self::Open => false,
        }
    }
}

/// In which order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The nearest raw end of a running limit first; cases without one last.
    #[default]
    Due,
    /// The newest receipt first.
    Newest,
}

/// Where a page begins: after this row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// What the list is sorted by: the due moment, or the receipt.
    pub at: DateTime<Utc>,
    /// The case.
    pub id: CaseId,
}

/// Where a list of every case has come to those that have ended: after any limit.
const ENDED: DateTime<Utc> = match DateTime::from_timestamp(NO_DUE.timestamp() + 1, 0) {
    Some(moment) => moment,
    None => NO_DUE,
};

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct QueueFilter {
    /// States.
    pub status: StatusFilter,
    /// Class.
    pub class: Option<CaseClass>,
    /// A limit ends before this moment (raw).
    pub due_before: Option<DateTime<Utc>>,
    /// A limit has, or none has, passed.
    pub overdue: Option<bool>,
    /// Who works on it.
    pub assigned_to: Option<String>,
    /// The post that it is assigned to.
    pub assigned_post: Option<PostId>,
    /// The view that is asked for; what it means for the caller stands in `narrowed`.
    pub view: Option<QueueView>,
    /// What the view of the caller holds.
    pub narrowed: Narrowed,
    /// Words that must all stand in the search key, themselves search keys.
    pub words: Vec<String>,
    /// Words were asked for, but none that a search key could hold: nothing is found.
    pub finds_nothing: bool,
    /// Today's commune.
    pub commune: Option<String>,
    /// Today's province.
    pub province: Option<String>,
    /// Order.
    pub sort: Sort,
    /// How many, from 1.
    pub limit: u32,
    /// Where to begin.
    pub after: Option<Position>,
}

/// What a view holds for one caller.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Narrowed {
    /// Everything.
    #[default]
    Not,
    /// What is assigned to one of these posts.
    Posts(Vec<PostId>),
    /// What is assigned to a post of one of these authorities.
    Authorities(Vec<String>),
    /// What is assigned to this name.
    Name(String),
    /// What is assigned to nobody.
    Unassigned,
    /// What waits by one of these rows.
    Waiting(Vec<&'static Wait>),
    /// What has a limit that ends from the one moment to before the other.
    Due(DateTime<Utc>, DateTime<Utc>),
    /// What has a limit that ended before this moment.
    Overdue(DateTime<Utc>),
}

/// A case in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseLine {
    /// Id.
    pub id: CaseId,
    /// Receipt number.
    pub receipt_no: String,
    /// State.
    pub status: CaseStatus,
    /// Class.
    pub class: CaseClass,
    /// Receipt.
    pub received_at: DateTime<Utc>,
    /// Nearest raw end of a running limit; `None` where none runs.
    pub due_at: Option<DateTime<Utc>>,
    /// End.
    pub closed_at: Option<DateTime<Utc>>,
    /// Place as of the accident.
    pub place_name: String,
    /// Establishment.
    pub establishment_name: Option<String>,
    /// Who works on it.
    pub assigned_to: Option<String>,
    /// Where the notice of an unknown person stands, where it began with one.
    pub notice: Option<NoticeState>,
    /// Version.
    pub version: i32,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = cases)]
struct LineRow {
    id: String,
    receipt_no: String,
    status: String,
    case_class: String,
    received_at: NaiveDateTime,
    due_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
    place_name: String,
    establishment_name: Option<String>,
    assigned_to: Option<String>,
    version: i32,
}

/// The filters and the order, written once for all drivers: `$undecided` are the cases whose place is
/// not certain, where they alone are asked for; `$sorted` is the table whose
/// `due_at`, `received_at`, `closed_at` and key `$id` lead.
macro_rules! page_of {
    ($query:expr, $filter:expr, $undecided:expr, $now:expr, $sorted:ident, $id:ident) => {{
        let (filter, now) = ($filter, $now.naive_utc());
        let undecided: Option<&Undecided> = $undecided;
        let mut query = $query;
        match filter.status {
            StatusFilter::Any => {}
            StatusFilter::Open => query = query.filter($sorted::closed_at.is_null()),
            StatusFilter::Ended => query = query.filter($sorted::closed_at.is_not_null()),
            StatusFilter::Exactly(status) => {
                query = query.filter($sorted::status.eq(status.as_str()));
                if status.is_final() {
                    query = query.filter($sorted::closed_at.is_not_null());
                } else if !status.may_have_ended() {
                    query = query.filter($sorted::closed_at.is_null());
                }
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
        if filter.view.is_some() {
            query = query.filter($sorted::closed_at.is_null());
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
                Sort::Due if filter.status.is_final() => query.filter($sorted::$id.gt(id)),
                Sort::Due => query
                    .filter($sorted::due_at.ge(at))
                    .filter($sorted::due_at.gt(at).or($sorted::$id.gt(id))),
                Sort::Newest => query
                    .filter($sorted::received_at.le(at))
                    .filter($sorted::received_at.lt(at).or($sorted::$id.lt(id))),
            };
        }
        match filter.sort {
            // All due moments are the same here, so the key alone is the same order.
            Sort::Due if filter.status.is_final() => query.order($sorted::$id.asc()),
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
struct Undecided {
    commune: Vec<String>,
    province: Vec<String>,
}

impl Undecided {
    fn is_empty(&self) -> bool {
        self.commune.is_empty() && self.province.is_empty()
    }

    fn of(conn: &mut DbConn, filter: &QueueFilter) -> QueryResult<Self> {
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
fn not_held() -> cases::BoxedQuery<'static, MultiBackend> {
    let is_held = diesel::dsl::sql::<diesel::sql_types::Bool>("notices.state = 'held'");
    let held = notices::table.filter(is_held).select(notices::case_id);
    cases::table
        .filter(cases::id.ne_all(held))
        .filter(super::retention::is_there())
        .into_boxed()
}

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
    let (mut lines, next) = match (filter.status, filter.sort) {
        (StatusFilter::Any, Sort::Due) => open_then_ended(conn, sight, filter, &undecided, now),
        _ => range(conn, sight, filter, &undecided, now),
    }?;
    let ids: Vec<&str> = lines.iter().map(|line| line.id.as_str()).collect();
    let mut states = store_notices::states(conn, &ids)?;
    for line in &mut lines {
        line.notice = states.remove(line.id.as_str());
    }
    Ok((lines, next))
}

/// Every case by its nearest limit: what is open, then what has ended, which has no limit any more.
/// Two ranges, because one index over both leads SQLite past every ended case.
fn open_then_ended(
    conn: &mut DbConn,
    sight: &Sight,
    filter: &QueueFilter,
    undecided: &Undecided,
    now: DateTime<Utc>,
) -> QueryResult<(Vec<CaseLine>, Option<Position>)> {
    let among_ended = filter.after.as_ref().filter(|after| after.at == ENDED);
    let mut lines = Vec::new();
    if among_ended.is_none() {
        let open = QueueFilter {
            status: StatusFilter::Open,
            ..filter.clone()
        };
        let (first, next) = range(conn, sight, &open, undecided, now)?;
        if next.is_some() {
            return Ok((first, next));
        }
        lines = first;
    }
    let room = filter.limit - u32::try_from(lines.len()).unwrap_or(filter.limit);
    let ended = QueueFilter {
        status: StatusFilter::Ended,
        // One at least, so that a full page knows whether anything follows.
        limit: room.max(1),
        after: among_ended.cloned(),
        ..filter.clone()
    };
    let (mut more, next) = range(conn, sight, &ended, undecided, now)?;
    let follows = next.is_some() || (room == 0 && !more.is_empty());
    more.truncate(room as usize);
    let after = more
        .last()
        .map(|line| line.id.clone())
        .or(among_ended.map(|after| after.id.clone()));
    let first_of_all = CaseId::from(uuid::Uuid::nil().to_string());
    lines.append(&mut more);
    Ok((
        lines,
        follows.then(|| Position {
            at: ENDED,
            id: after.unwrap_or(first_of_all),
        }),
    ))
}

/// The cases that one of these audiences sees.
fn seen_by(keys: &[String]) -> cases::BoxedQuery<'_, MultiBackend> {
    let seen = case_audiences::table
        .filter(case_audiences::audience.eq_any(keys))
        .filter(case_audiences::case_id.eq(cases::id));
    cases::table.filter(diesel::dsl::exists(seen)).into_boxed()
}

fn range(
    conn: &mut DbConn,
    sight: &Sight,
    filter: &QueueFilter,
    undecided: &Undecided,
    now: DateTime<Utc>,
) -> QueryResult<(Vec<CaseLine>, Option<Position>)> {
    let mut rows: Vec<LineRow> = match sight {
        Sight::Nothing => Vec::new(),
        Sight::All => page_of!(not_held(), filter, None, now, cases, id).load(conn)?,
        Sight::Audiences(keys) => match keys.as_slice() {
            // A commune has few cases: its index narrows more than that of an audience.
            [key] if filter.commune.is_none() => {
                let query = case_audiences::table
                    .inner_join(cases::table)
                    .filter(case_audiences::audience.eq(key))
                    .into_boxed();
                page_of!(query, filter, None, now, case_audiences, case_id).load(conn)?
            }
            keys => page_of!(seen_by(keys), filter, None, now, cases, id).load(conn)?,
        },
    };
    // Where a place is not certain, each of its candidates finds the case. They are few and mostly
    // none; asked for by themselves, they leave the question above its index.
    if !undecided.is_empty() {
        let few = Some(undecided);
        rows.extend(match sight {
            Sight::Nothing => Vec::new(),
            Sight::All => page_of!(not_held(), filter, few, now, cases, id).load(conn)?,
            Sight::Audiences(keys) => {
                page_of!(seen_by(keys), filter, few, now, cases, id).load(conn)?
            }
        });
        match filter.sort {
            Sort::Due => rows.sort_by(|a, b| (a.due_at, &a.id).cmp(&(b.due_at, &b.id))),
            Sort::Newest => {
                rows.sort_by(|a, b| (b.received_at, &b.id).cmp(&(a.received_at, &a.id)));
            }
        }
        rows.dedup_by(|a, b| a.id == b.id);
    }
    let more = rows.len() > filter.limit as usize;
    let lines = rows
        .into_iter()
        .take(filter.limit as usize)
        .map(CaseLine::try_from)
        .collect::<QueryResult<Vec<_>>>()?;
    let next = lines.last().filter(|_| more).map(|line| Position {
        at: match filter.sort {
            Sort::Due => line.due_at.unwrap_or(NO_DUE),
            Sort::Newest => line.received_at,
        },
        id: line.id.clone(),
    });
    Ok((lines, next))
}

/// How many open cases within `sight` there are of each class in each state.
pub fn open_by_class_and_state(
    conn: &mut DbConn,
    sight: &Sight,
) -> QueryResult<Vec<(CaseClass, CaseStatus, i64)>> {
    let grouped = cases::table
        .group_by((cases::case_class, cases::status))
        .filter(cases::closed_at.is_null())
        .select((cases::case_class, cases::status, diesel::dsl::count_star()));
    let rows: Vec<(String, String, i64)> = match sight {
        Sight::Nothing => Vec::new(),
        Sight::All => {
            let is_held = diesel::dsl::sql::<diesel::sql_types::Bool>("notices.state = 'held'");
            let held = notices::table.filter(is_held).select(notices::case_id);
            grouped
                .filter(cases::id.ne_all(held))
                .filter(super::retention::is_there())
                .load(conn)?
        }
        Sight::Audiences(keys) => {
            let seen = case_audiences::table
                .filter(case_audiences::audience.eq_any(keys))
                .filter(case_audiences::closed_at.is_null())
                .select(case_audiences::case_id);
            grouped.filter(cases::id.eq_any(seen)).load(conn)?
        }
    };
    let parsed = |(class, status, count): (String, String, i64)| {
        Ok((
            CaseClass::try_from(class).map_err(unknown)?,
            CaseStatus::try_from(status).map_err(unknown)?,
            count,
        ))
    };
    rows.into_iter().map(parsed).collect()
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

impl TryFrom<LineRow> for CaseLine {
    type Error = diesel::result::Error;

    fn try_from(row: LineRow) -> QueryResult<Self> {
        Ok(Self {
            id: CaseId::from(row.id),
            receipt_no: row.receipt_no,
            status: CaseStatus::try_from(row.status).map_err(unknown)?,
            class: CaseClass::try_from(row.case_class).map_err(unknown)?,
            received_at: row.received_at.and_utc(),
            due_at: Some(row.due_at.and_utc()).filter(|due| *due != NO_DUE),
            closed_at: row.closed_at.map(|moment| moment.and_utc()),
            place_name: row.place_name,
            establishment_name: row.establishment_name,
            assigned_to: row.assigned_to,
            notice: None,
            version: row.version,
        })
    }
}
