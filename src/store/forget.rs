//! Forgets what need not be kept, a little at a time.
//!
//! Each function takes at most `limit` rows and says how many there were, so that no write holds up
//! the others. Declarations, events and delivery ledgers are never forgotten here.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::{QueryResult, prelude::*};

use super::{
    conn::DbConn,
    outbox::MessageStatus,
    schema::{
        account_link_secrets, action_link_secrets, alert_links, email_changes,
        employer_invitations, employer_registrations, idempotency_keys, known_devices, oidc_visits,
        outbox, passkey_challenges, sessions, sign_in_tries,
    },
};
use crate::domain::account::{lockout, session::DEVICE_KNOWN};

/// Messages settled before `before` whose facts are still there. Those that failed or
/// came back are not among them: they may yet be sent again.
pub fn delivered_before(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<String>> {
    outbox::table
        .filter(outbox::payload.is_not_null())
        .filter(outbox::settled_at.is_not_null())
        .filter(outbox::settled_at.lt(before.naive_utc()))
        .filter(outbox::status.ne(MessageStatus::Failed.as_str()))
        .filter(outbox::bounced_at.is_null())
        .order(outbox::id)
        .limit(limit)
        .select(outbox::id)
        .load(conn)
}

/// Empties the facts of these messages. Who was told, when and with which reply stays.
pub fn empty_payloads(conn: &mut DbConn, ids: &[String]) -> QueryResult<usize> {
    diesel::update(outbox::table.filter(outbox::id.eq_any(ids)))
        .set(outbox::payload.eq(None::<String>))
        .execute(conn)
}

/// Deletes idempotency keys made before `before`.
pub fn idempotency_keys(
    conn: &mut DbConn,
    before: DateTime<Utc>,
    limit: i64,
) -> QueryResult<usize> {
    let old: Vec<NaiveDateTime> = idempotency_keys::table
        .filter(idempotency_keys::created_at.lt(before.naive_utc()))
        .order(idempotency_keys::created_at)
        .limit(limit)
        .select(idempotency_keys::created_at)
        .load(conn)?;
    let Some(newest) = old.last() else {
        return Ok(0);
    };
    diesel::delete(idempotency_keys::table.filter(idempotency_keys::created_at.le(newest)))
        .execute(conn)
}

/// Links that no longer open anything at `now`.
pub fn expired_links(
    conn: &mut DbConn,
    now: DateTime<Utc>,
    limit: i64,
) -> QueryResult<Vec<String>> {
    alert_links::table
        .filter(alert_links::expires_at.le(now.naive_utc()))
        .order(alert_links::secret_hash)
        .limit(limit)
        .select(alert_links::secret_hash)
        .load(conn)
}

/// Deletes these links.
pub fn delete_links(conn: &mut DbConn, hashes: &[String]) -> QueryResult<usize> {
    diesel::delete(alert_links::table.filter(alert_links::secret_hash.eq_any(hashes))).execute(conn)
}

/// Deletes sessions that were over before `before`.
pub fn sessions(conn: &mut DbConn, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let ended: Vec<String> = sessions::table
        .filter(sessions::good_until.lt(before.naive_utc()))
        .order(sessions::good_until)
        .limit(limit)
        .select(sessions::id)
        .load(conn)?;
    diesel::delete(sessions::table.filter(sessions::id.eq_any(&ended))).execute(conn)
}

/// What signing in leaves behind, as far as it means nothing at `now` any more: secrets of links,
/// devices that were not seen for long, counts of wrong tries, challenges that nobody
/// answered, visits to providers from which nobody came back.
pub fn signing_in(conn: &mut DbConn, now: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let secrets: Vec<String> = account_link_secrets::table
        .filter(account_link_secrets::expires_at.le(now.naive_utc()))
        .limit(limit)
        .select(account_link_secrets::secret_hash)
        .load(conn)?;
    let actions: Vec<String> = action_link_secrets::table
        .filter(action_link_secrets::expires_at.le(now.naive_utc()))
        .limit(limit)
        .select(action_link_secrets::secret_hash)
        .load(conn)?;
    let devices: Vec<String> = known_devices::table
        .filter(known_devices::seen_at.lt((now - DEVICE_KNOWN).naive_utc()))
        .limit(limit)
        .select(known_devices::secret_hash)
        .load(conn)?;
    let tries: Vec<String> = sign_in_tries::table
        .filter(sign_in_tries::last_at.lt((now - lockout::KEPT).naive_utc()))
        .order(sign_in_tries::last_at)
        .limit(limit)
        .select(sign_in_tries::bucket)
        .load(conn)?;
    let mut forgotten = diesel::delete(
        account_link_secrets::table.filter(account_link_secrets::secret_hash.eq_any(&secrets)),
    )
    .execute(conn)?;
    forgotten += diesel::delete(
        action_link_secrets::table.filter(action_link_secrets::secret_hash.eq_any(&actions)),
    )
    .execute(conn)?;
    forgotten +=
        diesel::delete(known_devices::table.filter(known_devices::secret_hash.eq_any(&devices)))
            .execute(conn)?;
    // One that was counted again meanwhile stays.
    let quiet = sign_in_tries::table
        .filter(sign_in_tries::bucket.eq_any(&tries))
        .filter(sign_in_tries::last_at.lt((now - lockout::KEPT).naive_utc()));
    forgotten += diesel::delete(quiet).execute(conn)?;
    let unanswered: Vec<String> = passkey_challenges::table
        .filter(passkey_challenges::expires_at.le(now.naive_utc()))
        .order(passkey_challenges::expires_at)
        .limit(limit)
        .select(passkey_challenges::challenge_hash)
        .load(conn)?;
    forgotten += diesel::delete(
        passkey_challenges::table.filter(passkey_challenges::challenge_hash.eq_any(&unanswered)),
    )
    .execute(conn)?;
    let gone: Vec<String> = oidc_visits::table
        .filter(oidc_visits::expires_at.le(now.naive_utc()))
        .order(oidc_visits::expires_at)
        .limit(limit)
        .select(oidc_visits::state_hash)
        .load(conn)?;
    forgotten += diesel::delete(oidc_visits::table.filter(oidc_visits::state_hash.eq_any(&gone)))
        .execute(conn)?;
    Ok(forgotten)
}

/// What strangers and holders of accounts asked for before `before` and never proved: registrations of
/// employers, other addresses, invitations that nobody answered in time.
pub fn never_proven(conn: &mut DbConn, before: DateTime<Utc>, limit: i64) -> QueryResult<usize> {
    let registrations: Vec<String> = employer_registrations::table
        .filter(employer_registrations::asked_at.lt(before.naive_utc()))
        .order(employer_registrations::asked_at)
        .limit(limit)
        .select(employer_registrations::id)
        .load(conn)?;
    let changes: Vec<String> = email_changes::table
        .filter(email_changes::asked_at.lt(before.naive_utc()))
        .limit(limit)
        .select(email_changes::id)
        .load(conn)?;
    let old =
        employer_registrations::table.filter(employer_registrations::id.eq_any(&registrations));
    let forgotten = diesel::delete(old).execute(conn)?;
    let old = email_changes::table.filter(email_changes::id.eq_any(&changes));
    let forgotten = forgotten + diesel::delete(old).execute(conn)?;
    let invitations: Vec<String> = employer_invitations::table
        .filter(employer_invitations::expires_at.lt(before.naive_utc()))
        .limit(limit)
        .select(employer_invitations::id)
        .load(conn)?;
    let old = employer_invitations::table.filter(employer_invitations::id.eq_any(&invitations));
    Ok(forgotten + diesel::delete(old).execute(conn)?)
}
