//! Sessions, and the devices that have signed in before: by the hash of what they show.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use super::{
    accounts::{Account, AccountRow},
    conn::DbConn,
    schema::{accounts, known_devices, sessions},
};
use crate::{
    domain::account::session::{DEVICE_KNOWN, Proof, SessionKind, Standing, good_until},
    ids::{AccountId, PostId, SessionId},
};

/// A time for which somebody is signed in on a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Id, shown in lists and used to end it.
    pub id: SessionId,
    /// Whose.
    pub account_id: AccountId,
    /// Decides the time limits.
    pub kind: SessionKind,
    /// In what the person acts; none until they choose.
    pub standing: Option<Standing>,
    /// What the device is called.
    pub device_name: Option<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// Last request, to the minute.
    pub seen_at: DateTime<Utc>,
    /// Until when, unless there is another request before.
    pub good_until: DateTime<Utc>,
    /// When it was ended, if it was.
    pub ended_at: Option<DateTime<Utc>>,
    /// By what its holder showed who they are.
    pub proof: Proof,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct SessionRow {
    id: String,
    account_id: String,
    kind: String,
    post_id: Option<String>,
    tax_code: Option<String>,
    device_name: Option<String>,
    created_at: NaiveDateTime,
    seen_at: NaiveDateTime,
    good_until: NaiveDateTime,
    ended_at: Option<NaiveDateTime>,
    proof: String,
}

impl From<SessionRow> for Session {
    fn from(row: SessionRow) -> Self {
        let standing = match (row.post_id, row.tax_code) {
            (Some(post), _) => Some(Standing::Post(PostId::from(post))),
            (None, Some(tax_code)) => Some(Standing::Employer(tax_code)),
            (None, None) => None,
        };
        Self {
            id: row.id.into(),
            account_id: row.account_id.into(),
            // A kind of an older program: what is strictest.
            kind: SessionKind::parse(&row.kind).unwrap_or(SessionKind::Administrator),
            standing,
            device_name: row.device_name,
            created_at: row.created_at.and_utc(),
            seen_at: row.seen_at.and_utc(),
            good_until: row.good_until.and_utc(),
            ended_at: row.ended_at.map(|at| at.and_utc()),
            // One of another program: what opens least.
            proof: Proof::parse(&row.proof).unwrap_or(Proof::Password),
        }
    }
}

/// The two columns of a standing.
fn columns(standing: Option<&Standing>) -> (Option<&str>, Option<&str>) {
    match standing {
        Some(Standing::Post(post)) => (Some(post.as_str()), None),
        Some(Standing::Employer(tax_code)) => (None, Some(tax_code)),
        None => (None, None),
    }
}

/// Stores a session under the hash of its secret.
pub fn insert(conn: &mut DbConn, session: &Session, secret_hash: &str) -> QueryResult<()> {
    let (post_id, tax_code) = columns(session.standing.as_ref());
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(session.id.as_str()),
            sessions::account_id.eq(session.account_id.as_str()),
            sessions::secret_hash.eq(secret_hash),
            sessions::kind.eq(session.kind.as_str()),
            sessions::post_id.eq(post_id),
            sessions::tax_code.eq(tax_code),
            sessions::device_name.eq(session.device_name.as_deref()),
            sessions::created_at.eq(session.created_at.naive_utc()),
            sessions::seen_at.eq(session.seen_at.naive_utc()),
            sessions::good_until.eq(session.good_until.naive_utc()),
            sessions::proof.eq(session.proof.as_str()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The session whose secret has this hash, with its account; also one that has ended.
pub fn find(conn: &mut DbConn, secret_hash: &str) -> QueryResult<Option<(Session, Account)>> {
    let row: Option<(SessionRow, AccountRow)> = sessions::table
        .inner_join(accounts::table)
        .filter(sessions::secret_hash.eq(secret_hash))
        .select((SessionRow::as_select(), AccountRow::as_select()))
        .get_result(conn)
        .optional()?;
    row.map(|(session, account)| Ok((session.into(), account.try_into()?)))
        .transpose()
}

/// The sessions of an account that are good at `now`, the newest first.
pub fn of_account(
    conn: &mut DbConn,
    account: &AccountId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Session>> {
    let rows: Vec<SessionRow> = sessions::table
        .filter(sessions::account_id.eq(account.as_str()))
        .filter(sessions::ended_at.is_null())
        .filter(sessions::good_until.gt(now.naive_utc()))
        .order((sessions::created_at.desc(), sessions::id.desc()))
        .select(SessionRow::as_select())
        .load(conn)?;
    Ok(rows.into_iter().map(Session::from).collect())
}

/// Notes that a session was used; never moves the moment back.
pub fn note_use(conn: &mut DbConn, session: &Session, now: DateTime<Utc>) -> QueryResult<()> {
    let older = sessions::table
        .find(session.id.as_str())
        .filter(sessions::seen_at.lt(now.naive_utc()));
    diesel::update(older)
        .set((
            sessions::seen_at.eq(now.naive_utc()),
            sessions::good_until.eq(good_until(session.kind, session.created_at, now).naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// Ends a session of this account; `false` where it has none by that id that has not ended.
pub fn end(
    conn: &mut DbConn,
    account: &AccountId,
    id: &SessionId,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let mine = sessions::table
        .find(id.as_str())
        .filter(sessions::account_id.eq(account.as_str()))
        .filter(sessions::ended_at.is_null());
    let changed = diesel::update(mine)
        .set(sessions::ended_at.eq(now.naive_utc()))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Ends every session of an account. How many there were.
pub fn end_all(conn: &mut DbConn, account: &AccountId, now: DateTime<Utc>) -> QueryResult<usize> {
    let all = sessions::table
        .filter(sessions::account_id.eq(account.as_str()))
        .filter(sessions::ended_at.is_null());
    diesel::update(all)
        .set(sessions::ended_at.eq(now.naive_utc()))
        .execute(conn)
}

/// Whether this account has signed in on the device that shows a secret of this hash.
pub fn knows_device(
    conn: &mut DbConn,
    account: &AccountId,
    secret_hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let known = known_devices::table
        .find(secret_hash)
        .filter(known_devices::account_id.eq(account.as_str()))
        .filter(known_devices::seen_at.gt((now - DEVICE_KNOWN).naive_utc()));
    diesel::select(diesel::dsl::exists(known)).get_result(conn)
}

/// From now on the device that shows a secret of this hash is known.
pub fn know_device(
    conn: &mut DbConn,
    account: &AccountId,
    secret_hash: &str,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(known_devices::table)
        .values((
            known_devices::secret_hash.eq(secret_hash),
            known_devices::account_id.eq(account.as_str()),
            known_devices::seen_at.eq(now.naive_utc()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// No device is known any more but the one that shows a secret of this hash.
pub fn forget_devices(
    conn: &mut DbConn,
    account: &AccountId,
    but: Option<&str>,
) -> QueryResult<()> {
    let others = known_devices::table
        .filter(known_devices::account_id.eq(account.as_str()))
        .filter(known_devices::secret_hash.ne(but.unwrap_or_default()));
    diesel::delete(others).execute(conn).map(|_| ())
}

/// The device that shows the secret `old` shows `new` from now on; `false` where none did.
pub fn renew_device(
    conn: &mut DbConn,
    account: &AccountId,
    old: &str,
    new: &str,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let known = known_devices::table
        .find(old)
        .filter(known_devices::account_id.eq(account.as_str()));
    let changed = diesel::update(known)
        .set((
            known_devices::secret_hash.eq(new),
            known_devices::seen_at.eq(now.naive_utc()),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}
