//! How soon other reports of an accident are found, over HTTP, with a million victims on PostgreSQL: beside the bar of
//! 50 ms, and beside what the database alone needs for the same cases in the same run.

use std::time::Instant;

use diesel::{ExpressionMethods, QueryDsl, RunQueryDsl};
use tnld::{
    domain::{access::Sight, case::duplicates::WINDOW_OF_DAYS},
    ids::CaseId,
    store::{
        cases as stored,
        conn::DbConn,
        schema::{cases, likeness_keys},
    },
};

use crate::{
    Plan,
    declare::{POSTGRES, database_on},
    generate::BIG_PROVINCE,
    load, queue,
    report::{Bar, Report, ms, percentile, short},
    service,
    support::{Db, cluster::Cluster, smtp::Sink},
};

/// What a person who compares cases may have to wait.
const BAR_MS: f64 = 50.0;
/// The whole answer beside what the database alone needs: opening and comparing some dozens of sealed records.
const TIMES_THE_DATABASE: f64 = 8.0;
/// A ratio between figures below this says nothing.
const MILLISECONDS_THAT_COUNT: f64 = 3.0;

/// Fills a database and asks for the duplicates of its open cases.
pub fn measure(plan: Plan, report: &mut Report) {
    let wanted: u64 = if plan.quick { 20_000 } else { 1_000_000 };
    let cluster = Cluster::start_with(POSTGRES);
    let db = database_on(&cluster, "same");
    let begun = Instant::now();
    // Of each three templates two have two victims.
    queue::fill(&db, wanted * 3 / 5);
    let mut conn = db.connect();
    spread_keys(&mut conn);
    let count = |conn: &mut DbConn, table| -> i64 {
        match table {
            "victims" => tnld::store::schema::victims::table
                .count()
                .get_result(conn)
                .unwrap(),
            _ => likeness_keys::table.count().get_result(conn).unwrap(),
        }
    };
    let victims = count(&mut conn, "victims");
    report.heading(&format!("Duplicates on PostgreSQL, {victims} victims"));
    report.figure(
        "seconds to generate them",
        format!("{:.0}", begun.elapsed().as_secs_f64()),
    );
    report.figure("rows of likeness keys", count(&mut conn, "keys"));

    let times = if plan.quick { 100 } else { 400 };
    let ids = open_cases(&mut conn, times);
    let alone = database_alone(&mut conn, &ids);
    let (asked, found) = over_http(&db, &ids);
    report.figure(
        "cases found, on average",
        short(found as f64 / ids.len() as f64),
    );
    report.figure("database alone, p50 ms", short(percentile(&alone, 0.5)));
    report.figure("database alone, p95 ms", short(percentile(&alone, 0.95)));
    report.figure(
        "possible duplicates, p50 ms",
        short(percentile(&asked, 0.5)),
    );
    let p95 = percentile(&asked, 0.95);
    report.bar("possible duplicates, p95", p95, "ms", Bar::AtMost(BAR_MS));
    let ratio = p95 / percentile(&alone, 0.95);
    if p95 > MILLISECONDS_THAT_COUNT {
        report.bar(
            "possible duplicates / database alone, p95",
            ratio,
            "",
            Bar::AtMost(TIMES_THE_DATABASE),
        );
    } else {
        report.figure("ratio (counts above 3 ms only)", short(ratio));
    }
}

/// Gives every generated case the keys of its persons: most have keys of their own, common ones more often than rare
/// ones; every twentieth shares those of the cases that are asked for.
fn spread_keys(conn: &mut DbConn) {
    for sql in [
        // A million rows in one statement take longer than any of the service may.
        "SET statement_timeout = 0",
        "INSERT INTO likeness_keys (key, occurred_on, case_id)
         SELECT DISTINCT CASE WHEN c.n % 20 = 0 THEN t.key ELSE left(md5('key' || CAST(floor(
                    power((c.n * 7919 + t.no * 104729) % 100003 / 100003.0, 2) * 60000) AS TEXT)), 22) END,
                CAST(c.occurred_at + INTERVAL '7 hours' AS DATE), c.id
         FROM (SELECT id, occurred_at, establishment_name, CAST(right(id, 12) AS BIGINT) AS n
               FROM cases WHERE id LIKE '01970000-0000-7000-8000-%') c
         JOIN (SELECT k.key, x.establishment_name,
                      row_number() OVER (PARTITION BY x.id ORDER BY k.key) AS no
               FROM likeness_keys k JOIN cases x ON x.id = k.case_id) t
           ON t.establishment_name = c.establishment_name",
        "INSERT INTO likeness_fills (scheme, started_at, done_at) VALUES (1, now(), now())
         ON CONFLICT (scheme) DO UPDATE SET done_at = now()",
        "VACUUM (ANALYZE) likeness_keys",
        "CHECKPOINT",
        "SET statement_timeout = '30s'",
    ] {
        conn.execute_sql(sql).unwrap_or_else(|error| panic!("{error} in {sql}"));
    }
}

/// Open cases of the big province, scattered.
fn open_cases(conn: &mut DbConn, count: usize) -> Vec<CaseId> {
    let ids: Vec<String> = cases::table
        .filter(cases::province_code.eq(BIG_PROVINCE))
        .filter(cases::closed_at.is_null())
        .order(cases::id)
        .select(cases::id)
        .load(conn)
        .unwrap();
    let step = (ids.len() / count).max(1);
    ids.into_iter()
        .step_by(step)
        .take(count)
        .map(CaseId::from)
        .collect()
}

/// How long the database alone takes to find and hand over the candidates, in milliseconds.
fn database_alone(conn: &mut DbConn, ids: &[CaseId]) -> Vec<f64> {
    let sight = Sight::Audiences(vec![format!("L{BIG_PROVINCE}")]);
    let one = |id: &CaseId| {
        let case = stored::find(conn, id, &sight).unwrap().unwrap();
        let persons = stored::victims(conn, id).unwrap();
        let keys: Vec<String> = likeness_keys::table
            .filter(likeness_keys::case_id.eq(id.as_str()))
            .select(likeness_keys::key)
            .load(conn)
            .unwrap();
        let begun = Instant::now();
        stored::near(conn, &case, &persons, &keys, WINDOW_OF_DAYS, &sight).unwrap();
        ms(begun.elapsed())
    };
    ids.iter().map(one).collect()
}

/// How long a person waits, in milliseconds, and how many cases were found in all.
fn over_http(db: &Db, ids: &[CaseId]) -> (Vec<f64>, usize) {
    let sink = Sink::start();
    let program = service::start(db, &sink.url());
    let inspector = db.token("inspector", &["--province", BIG_PROVINCE]);
    let path = |number: usize| {
        format!(
            "/api/v1/cases/{}/possible-duplicates",
            ids[number % ids.len()]
        )
    };
    let request = |number: usize, _: Option<&load::Answered>| load::get(&path(number), &inspector);
    let mut found = 0;
    let answers = load::one_by_one(program.address(), ids.len(), request);
    let took = answers.iter().map(|answer| {
        let body = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, 200, "{body}");
        found += body.matches("\"score\"").count();
        answer.took.as_secs_f64() * 1000.0
    });
    let took = took.collect();
    (took, found)
}
