//! In which units cases lie: the candidates of a place that nobody has settled (RT-6), and whom a
//! reform of the units may concern (RT-5).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::{
    ids::CaseId,
    insert_rows,
    store::{
        conn::DbConn,
        schema::{case_candidates, cases},
    },
};

#[derive(Insertable)]
#[diesel(table_name = case_candidates)]
struct CandidateRow {
    unit_code: String,
    case_id: String,
}

/// Notes the candidates of a new case; none where its place is certain.
pub fn insert_candidates(
    conn: &mut DbConn,
    id: &CaseId,
    units: &BTreeSet<String>,
) -> QueryResult<()> {
    if units.is_empty() {
        return Ok(());
    }
    let rows: Vec<CandidateRow> = units
        .iter()
        .map(|code| CandidateRow {
            unit_code: code.clone(),
            case_id: id.to_string(),
        })
        .collect();
    insert_rows!(conn, rows, |values| diesel::insert_into(
        case_candidates::table
    )
    .values(values))?;
    Ok(())
}

/// From now on `units`, and no others, are the candidates of a case.
pub fn set_candidates(conn: &mut DbConn, id: &CaseId, units: &BTreeSet<String>) -> QueryResult<()> {
    diesel::delete(case_candidates::table.filter(case_candidates::case_id.eq(id.as_str())))
        .execute(conn)?;
    insert_candidates(conn, id, units)
}

/// The codes of the communes and provinces in which the case `id` may lie; none where it is certain.
pub fn candidates(conn: &mut DbConn, id: &CaseId) -> QueryResult<Vec<String>> {
    case_candidates::table
        .filter(case_candidates::case_id.eq(id.as_str()))
        .order(case_candidates::unit_code)
        .select(case_candidates::unit_code)
        .load(conn)
}

/// The same of several cases; those whose place is certain are not among them.
pub fn candidates_of(
    conn: &mut DbConn,
    cases: &[&str],
) -> QueryResult<BTreeMap<String, Vec<String>>> {
    let rows: Vec<(String, String)> = case_candidates::table
        .filter(case_candidates::case_id.eq_any(cases))
        .select((case_candidates::case_id, case_candidates::unit_code))
        .load(conn)?;
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for (case, unit) in rows {
        found.entry(case).or_default().push(unit);
    }
    Ok(found)
}

/// The cases that may lie in one of the units with these codes: few.
pub fn cases_with_candidate(conn: &mut DbConn, units: &[&str]) -> QueryResult<Vec<String>> {
    let mut ids: Vec<String> = case_candidates::table
        .filter(case_candidates::unit_code.eq_any(units))
        .select(case_candidates::case_id)
        .load(conn)?;
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// The codes under which cases lie, each by one step down the index, however many cases there are.
/// (A list of codes to look for would make PostgreSQL read every case.)
const COMMUNES_IN_USE: &str = "WITH RECURSIVE used (code) AS (SELECT min(commune_code) FROM cases \
     UNION ALL SELECT (SELECT min(commune_code) FROM cases WHERE commune_code > used.code) \
               FROM used WHERE used.code IS NOT NULL) \
     SELECT code FROM used WHERE code IS NOT NULL";
/// The same of provinces.
const PROVINCES_IN_USE: &str = "WITH RECURSIVE used (code) AS (SELECT min(province_code) FROM cases \
     UNION ALL SELECT (SELECT min(province_code) FROM cases WHERE province_code > used.code) \
               FROM used WHERE used.code IS NOT NULL) \
     SELECT code FROM used WHERE code IS NOT NULL";

#[derive(QueryableByName)]
struct CodeRow {
    #[diesel(sql_type = diesel::sql_types::Text)]
    code: String,
}

/// The codes among `ended` that the question finds in use.
fn in_use(conn: &mut DbConn, question: &str, ended: &BTreeSet<&str>) -> QueryResult<Vec<String>> {
    let used: Vec<CodeRow> = diesel::sql_query(question).load(conn)?;
    let codes = used.into_iter().map(|row| row.code);
    Ok(codes.filter(|code| ended.contains(code.as_str())).collect())
}

/// Cases, open or ended, that lie or may lie in units with these codes: `limit` of them or few more.
pub fn cases_in(
    conn: &mut DbConn,
    communes: &BTreeSet<&str>,
    provinces: &BTreeSet<&str>,
    limit: usize,
) -> QueryResult<BTreeSet<CaseId>> {
    let most = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut found = BTreeSet::new();
    for code in in_use(conn, COMMUNES_IN_USE, communes)? {
        if found.len() >= limit {
            return Ok(found);
        }
        let ids: Vec<String> = cases::table
            .filter(cases::commune_code.eq(code))
            .limit(most)
            .select(cases::id)
            .load(conn)?;
        found.extend(ids.into_iter().map(CaseId::from));
    }
    for code in in_use(conn, PROVINCES_IN_USE, provinces)? {
        if found.len() >= limit {
            return Ok(found);
        }
        let ids: Vec<String> = cases::table
            .filter(cases::province_code.eq(code))
            .limit(most)
            .select(cases::id)
            .load(conn)?;
        found.extend(ids.into_iter().map(CaseId::from));
    }
    let candidates: Vec<(String, String)> = case_candidates::table
        .select((case_candidates::unit_code, case_candidates::case_id))
        .load(conn)?;
    let ended = candidates
        .into_iter()
        .filter(|(code, _)| communes.contains(code.as_str()) || provinces.contains(code.as_str()));
    found.extend(ended.map(|(_, id)| CaseId::from(id)));
    Ok(found)
}

/// An open case and the codes of units in which it lies or may lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCase {
    /// The case.
    pub id: CaseId,
    /// Its first receipt.
    pub received_at: DateTime<Utc>,
    /// Codes of communes and provinces.
    pub units: Vec<String>,
}

/// Where a page of open cases begins: after this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct After {
    due_at: NaiveDateTime,
    id: String,
}

/// A page of the open cases that were received before `before`, in the order of the queue (so that
/// the index of open cases is read), and where the next one begins.
pub fn open_received_before(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    after: Option<&After>,
    limit: i64,
) -> QueryResult<(Vec<OpenCase>, Option<After>)> {
    type Row = (String, NaiveDateTime, NaiveDateTime, String, String);
    let mut query = cases::table.filter(cases::closed_at.is_null()).into_boxed();
    if let Some(After { due_at, id }) = after {
        query = query
            .filter(cases::due_at.ge(due_at))
            .filter(cases::due_at.gt(due_at).or(cases::id.gt(id)));
    }
    let rows: Vec<Row> = query
        .order((cases::due_at, cases::id))
        .limit(limit)
        .select((
            cases::id,
            cases::due_at,
            cases::received_at,
            cases::commune_code,
            cases::province_code,
        ))
        .load(conn)?;
    let is_full = i64::try_from(rows.len()).is_ok_and(|count| count == limit);
    let next = rows.last().filter(|_| is_full).map(|row| After {
        due_at: row.1,
        id: row.0.clone(),
    });
    let found = rows
        .into_iter()
        .filter(|(_, _, received_at, ..)| received_at.and_utc() < before)
        .map(|(id, _, received_at, commune, province)| OpenCase {
            id: id.into(),
            received_at: received_at.and_utc(),
            units: vec![commune, province],
        })
        .collect();
    Ok((found, next))
}

/// The candidates of open cases, one entry for each.
pub fn open_candidates(conn: &mut DbConn) -> QueryResult<Vec<OpenCase>> {
    let rows: Vec<(String, NaiveDateTime, String)> = case_candidates::table
        .inner_join(cases::table)
        .filter(cases::closed_at.is_null())
        .select((cases::id, cases::received_at, case_candidates::unit_code))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, received_at, unit)| OpenCase {
            id: id.into(),
            received_at: received_at.and_utc(),
            units: vec![unit],
        })
        .collect())
}
