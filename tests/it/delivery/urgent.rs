//! Ten thousand digests wait, and somebody dies.

use std::time::{Duration, Instant};

use diesel::{QueryableByName, RunQueryDsl, sql_types::Text};
use tnld::{
    domain::delivery::Priority,
    error::AppError,
    jobs::{Job, JobMetrics, keep_running},
    mail::transport::Patience,
    store::conn::DbConn,
};

use super::{outbox::House, relays::note};
use crate::support::{
    scratch::Scratch,
    smtp::{Behaviour, Received},
};

const AT_MOST: Duration = Duration::from_secs(2);

/// Notes a death, and waits until its alert is taken.
async fn a_death(house: &House, case: &str, to: &str) -> Duration {
    let begun = Instant::now();
    house.an_alert_to(case, &[to]).await;
    house.wake.wake();
    let is_alert = |mail: &Received| mail.to[0] == to;
    while !house.sink.received().iter().any(is_alert) {
        assert!(begun.elapsed() < 3 * AT_MOST, "the alert does not leave");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_death_leaves_within_two_seconds_beside_ten_thousand_digests() {
    for scratch in Scratch::all() {
        let house = House::new(&scratch);
        // At one domain they hang, and take every place that they can get there.
        house.sink.behave(Behaviour::HangForSlow);
        note(&house, 10_000, Priority::Bulk, "slow#@ca.test").await;
        note(&house, 1_000, Priority::Bulk, "a#@so.test").await;
        uses_the_index(&house).await;
        let job = house.job_with(0, Patience::default());
        let running = tokio::spawn(async move { job.run().await });
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let same = a_death(&house, "c1", "truc@ca.test").await;
        let other = a_death(&house, "c2", "truc@snv.test").await;
        running.abort();

        // They leave as fast as they can.
        house.sink.behave(Behaviour::Accept);
        let later = House::new(&scratch);
        let job = later.job_in(60);
        let running = tokio::spawn(keep_running(
            job,
            later.stop.subscribe(),
            JobMetrics::default(),
        ));
        later.sink.wait_for(200, Duration::from_secs(20));
        let busy = a_death(&later, "c3", "truc@ca.test").await;
        println!("{same:?} beside hanging ones, {other:?} elsewhere, {busy:?} beside quick ones");
        assert!(same < AT_MOST && other < AT_MOST && busy < AT_MOST);
        later.stop.send(true).unwrap();
        running.await.unwrap();
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// What is due of one priority is read in order from the index, however much waits.
async fn uses_the_index(house: &House) {
    let plan = house
        .db
        .write(|tx| {
            let query = "SELECT id FROM outbox WHERE settled_at IS NULL AND channel = 'email' AND priority = 0 \
                 AND due_at <= '2030-01-01 00:00:00' AND (lease_until IS NULL OR lease_until <= '2030-01-01 00:00:00') \
                 ORDER BY due_at, id LIMIT 8";
            let lines: Vec<String> = match tx {
                DbConn::Sqlite(conn) => {
                    let explain = format!("EXPLAIN QUERY PLAN {query}");
                    let rows: Vec<Detail> = diesel::sql_query(explain).load(conn)?;
                    rows.into_iter().map(|row| row.detail).collect()
                }
                DbConn::Postgres(conn) => {
                    diesel::sql_query("ANALYZE outbox").execute(conn)?;
                    diesel::sql_query(format!(
                        "CREATE FUNCTION pg_temp.plan() RETURNS SETOF text LANGUAGE plpgsql AS $$ \
                         BEGIN RETURN QUERY EXECUTE $q$EXPLAIN {query}$q$; END $$"
                    ))
                    .execute(conn)?;
                    let rows: Vec<Line> =
                        diesel::sql_query("SELECT plan AS line FROM pg_temp.plan()").load(conn)?;
                    rows.into_iter().map(|row| row.line).collect()
                }
            };
            Ok::<_, AppError>(lines.join("\n"))
        })
        .await
        .unwrap();
    assert!(plan.contains("outbox_waiting"), "{plan}");
    assert!(
        !plan.contains("Sort") && !plan.contains("TEMP B-TREE"),
        "{plan}"
    );
}

#[derive(QueryableByName)]
struct Detail {
    #[diesel(sql_type = Text)]
    detail: String,
}
