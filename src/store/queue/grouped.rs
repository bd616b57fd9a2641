//! How many open cases there are of each class in each state, and in each commune: the tables beside the queue.

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

/// Cases of notices that wait to be confirmed: nobody's yet.
macro_rules! held {
    () => {{
        let is_held = diesel::dsl::sql::<diesel::sql_types::Bool>("notices.state = 'held'");
        notices::table.filter(is_held).select(notices::case_id)
    }};
}

/// Open cases of these audiences.
macro_rules! seen {
    ($keys:expr) => {
        case_audiences::table
            .filter(case_audiences::audience.eq_any($keys))
            .filter(case_audiences::closed_at.is_null())
            .select(case_audiences::case_id)
    };
}

/// How many open cases within `sight` there are in each commune: codes of today's province and commune.
pub fn open_by_commune(
    conn: &mut DbConn,
    sight: &Sight,
) -> QueryResult<Vec<(String, String, i64)>> {
    let grouped = cases::table
        .group_by((cases::province_code, cases::commune_code))
        .filter(cases::closed_at.is_null())
        .select((
            cases::province_code,
            cases::commune_code,
            diesel::dsl::count_star(),
        ));
    match sight {
        Sight::Nothing => Ok(Vec::new()),
        Sight::All => grouped
            .filter(cases::id.ne_all(held!()))
            .filter(retention::is_there())
            .load(conn),
        Sight::Audiences(keys) => grouped.filter(cases::id.eq_any(seen!(keys))).load(conn),
    }
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
        Sight::All => grouped
            .filter(cases::id.ne_all(held!()))
            .filter(retention::is_there())
            .load(conn)?,
        Sight::Audiences(keys) => grouped.filter(cases::id.eq_any(seen!(keys))).load(conn)?,
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
