//! How many open cases there are of each class in each state: the table beside the queue.

use diesel::prelude::*;

use crate::{
    domain::{access::Sight, case::CaseStatus, classify::CaseClass},
    store::{
        cases::unknown,
        conn::DbConn,
        retention,
        schema::{case_audiences, cases, notices},
    },
};

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
                .filter(retention::is_there())
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
