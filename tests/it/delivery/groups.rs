//! Writes that share a commit: all land, one failure takes nobody along.

use diesel::prelude::*;
use tnld::{
    error::AppError,
    store::{
        conn::DbConn,
        pool::{Db, DbOptions},
        schema::catalogues,
    },
};

use crate::support::scratch::Scratch;

fn put(tx: &mut DbConn, name: &str) -> Result<(), AppError> {
    diesel::insert_into(catalogues::table)
        .values((catalogues::name.eq(name), catalogues::revision.eq(1)))
        .execute(tx)?;
    Ok(())
}

async fn names(db: &Db) -> Vec<String> {
    db.read(|tx| {
        Ok(catalogues::table
            .filter(catalogues::revision.eq(1))
            .select(catalogues::name)
            .order(catalogues::name)
            .load(tx)?)
    })
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_writes_at_once_all_land() {
    for scratch in Scratch::all() {
        let db = scratch.db();
        let mut writes = tokio::task::JoinSet::new();
        for n in 0..200 {
            let db = db.clone();
            writes.spawn(async move { db.write(move |tx| put(tx, &format!("n{n:03}"))).await });
        }
        while let Some(write) = writes.join_next().await {
            write.unwrap().unwrap();
        }
        assert_eq!(names(&db).await.len(), 200);
        if scratch.url.starts_with("sqlite:") {
            let groups = db.metrics().group.get_sample_count();
            assert!(groups < 200, "{groups} commits for 200 writes");
        }
        db.shutdown().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_or_a_panic_takes_only_its_own_changes_back() {
    for scratch in Scratch::all() {
        let db = scratch.db();
        let mut writes = tokio::task::JoinSet::new();
        for n in 0..60_u32 {
            let db = db.clone();
            writes.spawn(async move {
                let outcome = db
                    .write(move |tx| {
                        put(tx, &format!("n{n:03}"))?;
                        match n % 3 {
                            0 => Ok(()),
                            1 => Err(AppError::Conflict("on purpose")),
                            _ => tx.transaction(|_| panic!("on purpose, two savepoints deep")),
                        }
                    })
                    .await;
                (n % 3, outcome)
            });
        }
        while let Some(write) = writes.join_next().await {
            match write.unwrap() {
                (0, outcome) => outcome.unwrap(),
                (1, outcome) => assert!(matches!(outcome, Err(AppError::Conflict(_)))),
                (_, outcome) => assert!(matches!(outcome, Err(AppError::Internal(_)))),
            }
        }
        let expected: Vec<String> = (0..60).step_by(3).map(|n| format!("n{n:03}")).collect();
        assert_eq!(names(&db).await, expected);
        db.write(|tx| put(tx, "later")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unique_key_twice_in_one_group_is_the_fault_of_the_second_only() {
    for scratch in Scratch::all() {
        let db = scratch.db();
        let (a, b) = tokio::join!(
            db.write(|tx| put(tx, "same")),
            db.write(|tx| put(tx, "same"))
        );
        assert!(a.is_ok() != b.is_ok());
        assert_eq!(names(&db).await, ["same"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_write_whose_caller_went_away_is_committed() {
    for scratch in Scratch::all() {
        let db = scratch.db();
        let writing = db.clone();
        let write = tokio::spawn(async move {
            writing
                .write(|tx| {
                    std::thread::sleep(std::time::Duration::from_millis(200));
                    put(tx, "alone")
                })
                .await
        });
        tokio::time::sleep(std::time::Duration::from_millis(80)).await;
        write.abort();
        assert!(write.await.unwrap_err().is_cancelled());
        tokio::time::sleep(std::time::Duration::from_millis(400)).await;
        assert_eq!(names(&db).await, ["alone"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_finishes_what_waits_and_takes_no_more() {
    let scratch = Scratch::sqlite();
    let db = scratch.db();
    let mut writes = tokio::task::JoinSet::new();
    for n in 0..50 {
        let db = db.clone();
        writes.spawn(async move {
            db.write(move |tx| put(tx, &format!("n{n:03}")))
                .await
                .is_ok()
        });
    }
    tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    db.shutdown().await;
    let mut landed = 0;
    while let Some(write) = writes.join_next().await {
        landed += usize::from(write.unwrap());
    }
    assert_eq!(names(&db).await.len(), landed);
    let late = db.write(|tx| put(tx, "late")).await;
    assert!(matches!(late, Err(AppError::Busy)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_acknowledges_nothing_and_is_got_over() {
    let scratch = Scratch::sqlite();
    let db = scratch.db();
    db.write(|tx| put(tx, "before")).await.unwrap();
    // SQLite's own limit stands for the full disk; it holds for the writer's connection.
    db.write(|tx| Ok(tx.execute_sql("PRAGMA max_page_count = 1")?))
        .await
        .unwrap();

    let mut writes = tokio::task::JoinSet::new();
    for n in 0..40 {
        let db = db.clone();
        writes.spawn(async move {
            // Behind a slow one, so that small ones that fit and big ones that do not share a commit.
            let length = if n % 8 == 7 { 100_000 } else { 10 };
            let name = format!("{n:03}{}", "x".repeat(length));
            let write = move |tx: &mut DbConn| {
                if n == 0 {
                    std::thread::sleep(std::time::Duration::from_millis(200));
                }
                put(tx, &name)
            };
            db.write(write).await
        });
        tokio::task::yield_now().await;
    }
    let mut landed = 0;
    while let Some(write) = writes.join_next().await {
        match write.unwrap() {
            Ok(()) => landed += 1,
            Err(AppError::Busy) => {}
            Err(other) => panic!("{other}"),
        }
    }
    assert!(landed < 40, "the disk was full");
    let stored = names(&db).await;
    assert_eq!(stored.len(), landed + 1, "stored is what was acknowledged");
    assert!(stored.contains(&"before".to_owned()));
    db.write(|tx| put(tx, "room")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_another_process_locks_makes_writes_wait() {
    let scratch = Scratch::sqlite();
    let db = scratch.db();
    let url = scratch.url.clone();
    let other = std::thread::spawn(move || {
        DbConn::open(&url).unwrap().write(|tx| {
            put(tx, "other")?;
            std::thread::sleep(std::time::Duration::from_millis(300));
            Ok::<_, AppError>(())
        })
    });
    tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    db.write(|tx| put(tx, "ours")).await.unwrap();
    other.join().unwrap().unwrap();
    assert_eq!(names(&db).await, ["other", "ours"]);
}

#[test]
fn a_wrong_address_is_told_with_its_cause() {
    let open = |url: &str| match Db::open(&DbOptions::new(url)) {
        Err(error) => error.to_string(),
        Ok(_) => panic!("{url} was opened"),
    };
    assert!(open("postgres://nobody@127.0.0.1:1/none").contains("refused"));
    assert!(open("sqlite:/nowhere/at/all.db").contains("/nowhere/at/all.db: No such file"));
    assert!(open("tnld.db").contains("expected sqlite:PATH"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_that_throws_everybody_out_is_got_over() {
    let Some(scratch) = Scratch::postgres() else {
        return;
    };
    let db = scratch.db();
    let mut writes = tokio::task::JoinSet::new();
    for n in 0..400 {
        let db = db.clone();
        writes.spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(n)).await;
            let outcome = db
                .write(move |tx| {
                    put(tx, &format!("n{n:03}"))?;
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    Ok(())
                })
                .await;
            (format!("n{n:03}"), outcome)
        });
    }
    for _ in 0..3 {
        tokio::time::sleep(std::time::Duration::from_millis(80)).await;
        let url = scratch.url.clone();
        let throw_out = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
                         WHERE datname = current_database() AND pid <> pg_backend_pid()";
        tokio::task::spawn_blocking(move || DbConn::open(&url).unwrap().execute_sql(throw_out))
            .await
            .unwrap()
            .unwrap();
    }
    let mut acknowledged = vec![];
    let mut refused = 0;
    while let Some(write) = writes.join_next().await {
        match write.unwrap() {
            (name, Ok(())) => acknowledged.push(name),
            (_, Err(AppError::Busy)) => refused += 1,
            (name, Err(other)) => panic!("{name}: {other:?}"),
        }
    }
    assert!(refused > 0, "somebody was thrown out");
    let stored = names(&db).await;
    for name in acknowledged {
        assert!(stored.contains(&name), "{name} was acknowledged");
    }
    db.write(|tx| put(tx, "afterwards")).await.unwrap();
}
