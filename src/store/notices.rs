//! Notices of people without an account, who gave them, and the challenges that were answered.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    cases::unknown,
    conn::DbConn,
    schema::{case_candidates, cases, informants, notices, used_challenges},
};
use crate::{
    domain::notice::{HeldBecause, NoticeState},
    ids::{CaseId, DeclarationId},
    on_each_backend,
    sealing::Sealed,
};

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its case.
    pub case_id: CaseId,
    /// Number that the informant holds.
    pub receipt_no: String,
    /// Where it stands.
    pub state: NoticeState,
    /// Why it is, or was, held.
    pub held_because: Option<HeldBecause>,
    /// When it was received.
    pub noticed_at: DateTime<Utc>,
}

type Row = (String, String, String, Option<String>, NaiveDateTime);

const COLUMNS: (
    notices::case_id,
    notices::receipt_no,
    notices::state,
    notices::held_because,
    notices::noticed_at,
) = (
    notices::case_id,
    notices::receipt_no,
    notices::state,
    notices::held_because,
    notices::noticed_at,
);

fn read((case_id, receipt_no, state, because, noticed_at): Row) -> QueryResult<Notice> {
    Ok(Notice {
        case_id: case_id.into(),
        receipt_no,
        state: NoticeState::try_from(state).map_err(unknown)?,
        held_because: because
            .map(HeldBecause::try_from)
            .transpose()
            .map_err(unknown)?,
        noticed_at: noticed_at.and_utc(),
    })
}

/// Stores a notice.
pub fn insert(conn: &mut DbConn, new: &Notice) -> QueryResult<()> {
    diesel::insert_into(notices::table)
        .values((
            notices::case_id.eq(new.case_id.as_str()),
            notices::receipt_no.eq(&new.receipt_no),
            notices::state.eq(new.state.as_str()),
            notices::held_because.eq(new.held_because.map(HeldBecause::as_str)),
            notices::noticed_at.eq(new.noticed_at.naive_utc()),
            notices::decided_at.eq(None::<NaiveDateTime>),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The notice of a receipt number.
pub fn find(conn: &mut DbConn, receipt_no: &str) -> QueryResult<Option<Notice>> {
    notices::table
        .filter(notices::receipt_no.eq(receipt_no))
        .select(COLUMNS)
        .first::<Row>(conn)
        .optional()?
        .map(read)
        .transpose()
}

/// Where the notice of a case stands; `None` where it did not begin with one.
pub fn state(conn: &mut DbConn, case: &CaseId) -> QueryResult<Option<NoticeState>> {
    Ok(states(conn, &[case.as_str()])?.into_values().next())
}

/// The same of several cases.
pub fn states(conn: &mut DbConn, of: &[&str]) -> QueryResult<BTreeMap<String, NoticeState>> {
    let rows: Vec<(String, String)> = notices::table
        .filter(notices::case_id.eq_any(of))
        .select((notices::case_id, notices::state))
        .load(conn)?;
    rows.into_iter()
        .map(|(case, state)| Ok((case, NoticeState::try_from(state).map_err(unknown)?)))
        .collect()
}

/// Takes a notice from one state to another; `false` if it does not stand there.
pub fn decide(
    conn: &mut DbConn,
    case: &CaseId,
    from: NoticeState,
    to: NoticeState,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let standing = notices::table
        .find(case.as_str())
        .filter(notices::state.eq(from.as_str()));
    let changed = diesel::update(standing)
        .set((
            notices::state.eq(to.as_str()),
            notices::decided_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// In which units somebody looks for notices that are held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where<'a> {
    /// In all.
    Everywhere,
    /// In today's commune or province of this code; also where it is one of several candidates.
    In(&'a str),
}

/// The notices that are held, the oldest first.
pub fn held(conn: &mut DbConn, within: &Where<'_>, limit: i64) -> QueryResult<Vec<Notice>> {
    // The state stands there as text, so that both databases use their partial index.
    let is_held = diesel::dsl::sql::<diesel::sql_types::Bool>("notices.state = 'held'");
    let mut query = notices::table
        .inner_join(cases::table)
        .filter(is_held)
        .order((notices::noticed_at, notices::case_id))
        .limit(limit)
        .select(COLUMNS)
        .into_boxed();
    if let Where::In(code) = *within {
        let candidates = case_candidates::table
            .filter(case_candidates::unit_code.eq(code))
            .select(case_candidates::case_id);
        query = query.filter(
            cases::commune_code
                .eq(code)
                .or(cases::province_code.eq(code))
                .or(cases::id.eq_any(candidates)),
        );
    }
    query.load::<Row>(conn)?.into_iter().map(read).collect()
}

/// Keeps who gave notice, apart from the declaration.
pub fn keep_informant(
    conn: &mut DbConn,
    declaration: &DeclarationId,
    case: &CaseId,
    identity: &Sealed,
) -> QueryResult<()> {
    diesel::insert_into(informants::table)
        .values((
            informants::declaration_id.eq(declaration.as_str()),
            informants::case_id.eq(case.as_str()),
            informants::identity.eq(identity.as_stored()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Who gave notice of a case, each with the id of the declaration.
pub fn informants(conn: &mut DbConn, case: &CaseId) -> QueryResult<Vec<(DeclarationId, Sealed)>> {
    let rows: Vec<(String, String)> = informants::table
        .filter(informants::case_id.eq(case.as_str()))
        .order(informants::declaration_id)
        .select((informants::declaration_id, informants::identity))
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(id, identity)| (id.into(), identity.into()))
        .collect())
}

/// Notes that a challenge was answered; `false` where it was before.
pub fn use_challenge(
    conn: &mut DbConn,
    id_hash: &str,
    expires_at: DateTime<Utc>,
) -> QueryResult<bool> {
    let row = (
        used_challenges::id_hash.eq(id_hash),
        used_challenges::expires_at.eq(expires_at.naive_utc()),
    );
    let inserted = on_each_backend!(conn, |inner| diesel::insert_into(used_challenges::table)
        .values(row)
        .on_conflict(used_challenges::id_hash)
        .do_nothing()
        .execute(inner))?;
    Ok(inserted == 1)
}

/// Deletes challenges that count no more at `now`, at most about `limit` of them.
pub fn delete_expired_challenges(
    conn: &mut DbConn,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    let old: Vec<NaiveDateTime> = used_challenges::table
        .filter(used_challenges::expires_at.le(now.naive_utc()))
        .order(used_challenges::expires_at)
        .limit(limit)
        .select(used_challenges::expires_at)
        .load(conn)?;
    let Some(newest) = old.last() else {
        return Ok(0);
    };
    diesel::delete(used_challenges::table.filter(used_challenges::expires_at.le(newest)))
        .execute(conn)
}
