//! Limits that all processes hold together: for what is rare and invites guessing.
//!
//! Requests as such are held back in memory (`api::gates`): a write for each would cost more than the
//! request. What stands here is one row for each subject and period.

use chrono::{DateTime, Utc};

use crate::{
    domain::limits::Limit,
    error::{AppError, Result},
    sealing::Keys,
    store::{conn::DbConn, rate},
};

/// Counts one more of `subject` under `limit`, or refuses with [`AppError::TooMany`].
///
/// It is counted where the transaction commits. So count a failure in a transaction of its own
/// (`AppState::take`): the one in which it failed is rolled back, and the count with it. A refusal that
/// is rolled back is not counted, so that who is over the limit does not stay there by trying.
pub fn take(
    tx: &mut DbConn,
    keys: &Keys,
    limit: &Limit,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let key = keys.subject_hash(limit.name, subject);
    let window = limit.window(now);
    // First counted, then judged: two processes at once see each other's.
    let current = rate::add(tx, &key, window.start, window.expires)?;
    let previous = rate::count(tx, &key, window.previous)?;
    judge(limit, &window, previous, current)
}

/// Refuses as [`take`] would, and counts nothing: before a password is looked at, where only wrong ones
/// are counted.
pub fn check(
    tx: &mut DbConn,
    keys: &Keys,
    limit: &Limit,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let key = keys.subject_hash(limit.name, subject);
    let window = limit.window(now);
    let current = rate::count(tx, &key, window.start)?;
    let previous = rate::count(tx, &key, window.previous)?;
    judge(limit, &window, previous, current + 1)
}

fn judge(
    limit: &Limit,
    window: &crate::domain::limits::Window,
    previous: i64,
    current: i64,
) -> Result<()> {
    match limit.wait(window, previous, current) {
        None => Ok(()),
        Some(wait) => Err(AppError::TooMany {
            limit: limit.name,
            // Rounded up: whoever comes back after it is let in.
            retry_after: u32::try_from(wait.num_milliseconds().div_euclid(1000) + 1)
                .unwrap_or(u32::MAX),
        }),
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::{
        domain::limits::{NOTICE_FROM_ADDRESS, PASSWORD_RESET_FROM_ADDRESS},
        sealing::tests::some_keys,
        store::testing::TestDb,
    };

    fn now() -> DateTime<Utc> {
        "2026-11-22T03:10:00Z".parse().unwrap()
    }

    fn retry_after(refused: Result<()>) -> i64 {
        match refused {
            Err(AppError::TooMany { retry_after, .. }) => i64::from(retry_after),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_limit_holds_over_processes_and_ends_when_it_said() {
        for mut db in TestDb::all() {
            let keys = some_keys();
            let limit = PASSWORD_RESET_FROM_ADDRESS;
            let mut other = db.connect();
            let take = |conn: &mut DbConn, subject: &str, at| {
                conn.write(|tx| take(tx, &keys, &limit, subject, at))
            };
            for number in 0..limit.most {
                let conn = if number % 2 == 0 {
                    &mut db.conn
                } else {
                    &mut other
                };
                take(conn, "an@tnld.test", now()).unwrap();
            }
            let wait = retry_after(take(&mut db.conn, "an@tnld.test", now()));
            assert!((1..=2 * 3600).contains(&wait), "{wait}");
            assert!(take(&mut other, "an@tnld.test", now()).is_err());
            take(&mut other, "binh@tnld.test", now()).unwrap();
            // Refusals were not counted, so that the wait that was told is enough.
            let later = now() + TimeDelta::seconds(wait);
            take(&mut other, "an@tnld.test", later).unwrap();
        }
    }

    #[test]
    fn looking_counts_nothing() {
        for mut db in TestDb::all() {
            let keys = some_keys();
            let limit = NOTICE_FROM_ADDRESS;
            db.conn
                .write(|tx| -> Result<()> {
                    for _ in 0..limit.most {
                        check(tx, &keys, &limit, "203.0.113.9", now())?;
                        check(tx, &keys, &limit, "203.0.113.9", now())?;
                        take(tx, &keys, &limit, "203.0.113.9", now())?;
                    }
                    assert!(check(tx, &keys, &limit, "203.0.113.9", now()).is_err());
                    Ok(())
                })
                .unwrap();
        }
    }

    #[test]
    fn neither_address_nor_account_is_stored_and_old_windows_go_away() {
        use crate::store::schema::rate_windows;
        use diesel::prelude::*;

        for mut db in TestDb::all() {
            let keys = some_keys();
            let subjects = ["203.0.113.9", "an@tnld.test"];
            for subject in subjects {
                let taken = db.conn.write(|tx| {
                    take(tx, &keys, &NOTICE_FROM_ADDRESS, subject, now())?;
                    take(tx, &keys, &PASSWORD_RESET_FROM_ADDRESS, subject, now())
                });
                taken.unwrap();
            }
            let stored = |conn: &mut DbConn| -> Vec<String> {
                let rows = rate_windows::table.select(rate_windows::key_hash);
                rows.load(conn).unwrap()
            };
            let found = stored(&mut db.conn);
            assert_eq!(found.len(), 4);
            for key in &found {
                assert!(
                    !subjects.iter().any(|subject| key.contains(subject)),
                    "{key}"
                );
                assert_eq!(found.iter().filter(|other| *other == key).count(), 1);
            }
            let mut clean = |at| {
                let done = db
                    .conn
                    .write(|tx| rate::delete_expired(tx, at, 500).map_err(AppError::from));
                done.unwrap()
            };
            assert_eq!(clean(now()), 0);
            assert_eq!(clean(now() + TimeDelta::hours(2)), 4);
        }
    }
}
