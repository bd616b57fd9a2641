//! Which cases were posted in public last.

use diesel::{dsl::sql, prelude::*, sql_types::Bool};

use super::{
    conn::DbConn,
    retention,
    schema::{case_events, cases},
};
use crate::{domain::investigation::InvestigationLevel, ids::CaseId};

/// The cases of these `levels` that were posted last, the newest posting first: those of the newest `limit` postings.
pub fn newest(
    conn: &mut DbConn,
    levels: &[InvestigationLevel],
    limit: i64,
) -> QueryResult<Vec<CaseId>> {
    let levels = levels.iter().map(|level| level.as_str());
    // Written out: the index of postings is found by these words and by no parameter.
    let is_posting = sql::<Bool>("case_events.action = 'confirm_posting'");
    let posted: Vec<String> = case_events::table
        .inner_join(cases::table)
        .filter(is_posting)
        .filter(cases::level.eq_any(levels))
        .filter(retention::is_there())
        .order((case_events::happened_at.desc(), case_events::case_id.desc()))
        .limit(limit)
        .select(case_events::case_id)
        .load(conn)?;
    let mut newest: Vec<CaseId> = Vec::new();
    for id in posted.into_iter().map(CaseId::from) {
        // Posted again after another investigation.
        if !newest.contains(&id) {
            newest.push(id);
        }
    }
    Ok(newest)
}
