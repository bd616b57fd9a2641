//! What is asked of the queue, and a line of the answer.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::{
    domain::{
        case::{
            CaseStatus,
            views::{QueueView, Wait},
        },
        classify::CaseClass,
        clocks::NO_DUE,
        notice::NoticeState,
    },
    ids::{CaseId, PostId},
    store::{cases::unknown, schema::cases},
};

/// Which states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StatusFilter {
    /// Every case.
    #[default]
    Any,
    /// Everything that has not ended: the work to do.
    Open,
    /// That, and what has ended with a duty that outlives it: where somebody must still do something.
    Unsettled,
    /// One state.
    Exactly(CaseStatus),
}

impl StatusFilter {
    /// Whether a case in it has ended, whatever its limits.
    pub(super) fn is_final(self) -> bool {
        matches!(self, Self::Exactly(status) if status.is_final())
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

/// Where a list has come to what is settled: after any limit.
pub(super) const ENDED: DateTime<Utc> = match DateTime::from_timestamp(NO_DUE.timestamp() + 1, 0) {
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

impl QueueFilter {
    /// Whether only cases with a limit are asked for: what is settled has none.
    pub(super) fn is_of_limits(&self) -> bool {
        self.overdue == Some(true)
            || matches!(self.narrowed, Narrowed::Due(..) | Narrowed::Overdue(_))
            || self.due_before.is_some_and(|before| before <= NO_DUE)
    }
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
pub(super) struct LineRow {
    pub(super) id: String,
    receipt_no: String,
    status: String,
    case_class: String,
    pub(super) received_at: NaiveDateTime,
    pub(super) due_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
    place_name: String,
    establishment_name: Option<String>,
    assigned_to: Option<String>,
    version: i32,
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
