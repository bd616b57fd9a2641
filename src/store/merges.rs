//! Which cases are duplicates now, and of which: the sealed timelines, to be found from the other side.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{conn::DbConn, schema::merged_cases};
use crate::{ids::CaseId, on_each_backend};

/// Cases of one accident that are gathered at most.
const MOST: usize = 100;
/// How often a case that stands for others may itself have been merged.
const MOST_STEPS: usize = 20;

/// `case` is a duplicate of `of`.
pub fn note(
    conn: &mut DbConn,
    case: &CaseId,
    of: &CaseId,
    since: DateTime<Utc>,
) -> QueryResult<()> {
    separate(conn, case)?;
    on_each_backend!(conn, |inner| diesel::insert_into(merged_cases::table)
        .values((
            merged_cases::case_id.eq(case.as_str()),
            merged_cases::of_case.eq(of.as_str()),
            merged_cases::since.eq(since.naive_utc()),
        ))
        .execute(inner))?;
    Ok(())
}

/// `case` stands alone.
pub fn separate(conn: &mut DbConn, case: &CaseId) -> QueryResult<()> {
    diesel::delete(merged_cases::table.find(case.as_str())).execute(conn)?;
    Ok(())
}

/// Every case of the accident of `case`: the one that stands for it first, then its duplicates and theirs, at most
/// 100. Of a case that was never merged itself alone.
pub fn of_one_accident(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<CaseId>> {
    let mut first = case.to_string();
    for _ in 0..MOST_STEPS {
        let above: Option<String> = merged_cases::table
            .find(&first)
            .select(merged_cases::of_case)
            .first(conn)
            .optional()?;
        match above {
            Some(above) => first = above,
            None => break,
        }
    }
    let mut all = vec![first];
    let mut looked = 0;
    while looked < all.len() && all.len() < MOST {
        let some: Vec<String> = all[looked..].to_vec();
        looked = all.len();
        let below: Vec<String> = merged_cases::table
            .filter(merged_cases::of_case.eq_any(some))
            .order((merged_cases::since, merged_cases::case_id))
            .limit(MOST as i64)
            .select(merged_cases::case_id)
            .load(conn)?;
        all.extend(
            below
                .into_iter()
                .filter(|id| !all.contains(id))
                .collect::<Vec<_>>(),
        );
    }
    all.truncate(MOST);
    Ok(all.into_iter().map(CaseId::from).collect())
}
