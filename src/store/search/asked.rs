//! The questions in SQL.

use std::collections::BTreeMap;

use chrono::NaiveDateTime;
use diesel::{
    prelude::*,
    sql_types::{BigInt, Double, Text, Timestamp},
};

use super::{
    Ask,
    plan::{Indexed, Shares},
};
use crate::{
    domain::access::Sight,
    store::{
        conn::{DbConn, MultiBackend},
        queue::Position,
    },
};

/// A case that was found.
#[derive(QueryableByName)]
pub(super) struct Found {
    #[diesel(sql_type = Text)]
    pub case_id: String,
    #[diesel(sql_type = Timestamp)]
    pub received_at: NaiveDateTime,
}

/// The audiences of a sight; `None` is every case.
fn keys(sight: &Sight) -> Option<&[String]> {
    match sight {
        Sight::All => None,
        Sight::Audiences(keys) => Some(keys),
        Sight::Nothing => Some(&[]),
    }
}

/// Statement and values of a question, in the words of the database.
struct Statement {
    text: String,
    values: Vec<Bound>,
    is_sqlite: bool,
}

enum Bound {
    Text(String),
    Moment(NaiveDateTime),
    Number(i64),
}

impl Statement {
    fn new(conn: &DbConn) -> Self {
        Self {
            text: String::new(),
            values: Vec::new(),
            is_sqlite: matches!(conn, DbConn::Sqlite(_)),
        }
    }

    fn say(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    fn bind(&mut self, value: Bound) -> &mut Self {
        self.values.push(value);
        if self.is_sqlite {
            self.text.push('?');
        } else {
            self.text.push_str(&format!("${}", self.values.len()));
        }
        self
    }

    /// What comes after a position in the order of receipts, the newest first.
    fn after(&mut self, after: Option<&Position>, of: &str) {
        if let Some(after) = after {
            self.say(&format!(" AND ({of}received_at, {of}case_id) < ("));
            self.bind(Bound::Moment(after.at.naive_utc())).say(", ");
            self.bind(Bound::Text(after.id.to_string())).say(")");
        }
    }

    /// The marks of a case have one of these. Every mark has eight signs and none is a space: it stands nowhere but
    /// as itself.
    fn has_mark(&mut self, marks: &[String]) {
        let position = if self.is_sqlite { "instr" } else { "strpos" };
        for (at, mark) in marks.iter().enumerate() {
            self.say(if at == 0 { " AND (" } else { " OR " });
            self.say(position).say("(s.marks, ");
            self.bind(Bound::Text(mark.clone())).say(") > 0");
        }
        self.say(")");
    }

    fn load<T>(self, conn: &mut DbConn) -> QueryResult<Vec<T>>
    where
        T: QueryableByName<MultiBackend> + 'static,
    {
        let mut query = diesel::sql_query(self.text).into_boxed::<MultiBackend>();
        for value in self.values {
            query = match value {
                Bound::Text(text) => query.bind::<Text, _>(text),
                Bound::Moment(at) => query.bind::<Timestamp, _>(at),
                Bound::Number(number) => query.bind::<BigInt, _>(number),
            };
        }
        query.load(conn)
    }
}

/// Walks down the cases of the caller from the newest, at most `most` of them, and looks into the marks of each.
pub(super) fn walk(conn: &mut DbConn, ask: &Ask<'_>, most: Option<i64>) -> QueryResult<Vec<Found>> {
    let mut asked = Statement::new(conn);
    asked.say("SELECT s.case_id, s.received_at FROM (");
    let sees_all = *ask.sight == Sight::All;
    let newest = match keys(ask.sight) {
        None => {
            asked.say("SELECT case_id, received_at, marks FROM case_search WHERE 1 = 1");
            true
        }
        Some([one]) => {
            asked.say("SELECT case_id FROM case_audiences WHERE audience = ");
            asked.bind(Bound::Text(one.clone()));
            true
        }
        Some(several) => {
            asked.say("SELECT DISTINCT case_id FROM case_audiences WHERE audience IN (''");
            for one in several {
                asked.say(", ").bind(Bound::Text(one.clone()));
            }
            asked.say(")");
            false
        }
    };
    asked.after(ask.after, "");
    if let Some(most) = most.filter(|_| newest) {
        asked.say(" ORDER BY received_at DESC, case_id DESC LIMIT ");
        asked.bind(Bound::Number(most));
    }
    asked.say(match sees_all {
        true => ") s WHERE 1 = 1",
        false => ") a JOIN case_search s ON s.case_id = a.case_id WHERE 1 = 1",
    });
    for marks in ask.words {
        asked.has_mark(marks);
    }
    asked.say(" ORDER BY s.received_at DESC, s.case_id DESC LIMIT ");
    asked.bind(Bound::Number(i64::from(ask.limit) + 1));
    asked.load(conn)
}

/// Who sees a case and when it was received, as the inverted index of PostgreSQL has it (migration 000118).
const SCOPE: &str = "string_to_array(s.scope || ' s' || \
                     CAST(floor(extract(epoch FROM s.received_at) / 4838400) AS BIGINT), ' ')";
/// The marks, as the inverted index has them.
const MARKS: &str = "string_to_array(s.marks, ' ')";

/// Asks the inverted index of PostgreSQL, for cases of some `weeks` or of all, for what `indexed` names; the rows that
/// it finds are looked into for the rest.
pub(super) fn indexed(
    conn: &mut DbConn,
    ask: &Ask<'_>,
    weeks: &str,
    indexed: &Indexed,
) -> QueryResult<Vec<Found>> {
    let has_one_of = |asked: &mut Statement, column: &str, texts: String| {
        asked.say(" AND ").say(column).say(" && string_to_array(");
        asked.bind(Bound::Text(texts)).say(", ' ')");
    };
    let mut asked = Statement::new(conn);
    // Found first and sorted then: an index in the order of receipts would be read to its end.
    asked.say(
        "WITH found AS MATERIALIZED (SELECT s.case_id, s.received_at FROM case_search s WHERE TRUE",
    );
    match keys(ask.sight) {
        None => {}
        Some(keys) if indexed.scope => has_one_of(&mut asked, SCOPE, keys.join(" ")),
        Some(keys) => {
            asked.say(" AND (FALSE");
            for key in keys {
                asked.say(" OR strpos(' ' || s.scope || ' ', ");
                asked.bind(Bound::Text(format!(" {key} "))).say(") > 0");
            }
            asked.say(")");
        }
    }
    if !weeks.is_empty() {
        has_one_of(&mut asked, SCOPE, weeks.to_owned());
    }
    for (marks, is_indexed) in ask.words.iter().zip(&indexed.words) {
        match is_indexed {
            true => has_one_of(&mut asked, MARKS, marks.join(" ")),
            false => asked.has_mark(marks),
        }
    }
    asked.after(ask.after, "s.");
    asked.say(
        ") SELECT case_id, received_at FROM found ORDER BY received_at DESC, case_id DESC LIMIT ",
    );
    asked.bind(Bound::Number(i64::from(ask.limit) + 1));
    asked.load(conn)
}

#[derive(QueryableByName)]
struct Share {
    #[diesel(sql_type = Text)]
    what: String,
    #[diesel(sql_type = Double)]
    share: f64,
}

/// How common PostgreSQL believes to be what is asked for: its statistics of the inverted index, which its nightly
/// maintenance renews. They tell how often a mark stands there and not of which case.
pub(super) fn shares(conn: &mut DbConn, ask: &Ask<'_>) -> QueryResult<Shares> {
    let scope = keys(ask.sight);
    let marks = ask.words.iter().flatten();
    let all: Vec<&str> = marks
        .chain(scope.into_iter().flatten())
        .map(String::as_str)
        .collect();
    let mut asked = Statement::new(conn);
    asked.say(
        "WITH known AS (
             SELECT u.what, CAST(u.share AS float8) AS share
             FROM pg_stats s, unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS u (what, share)
             WHERE s.schemaname = current_schema() AND s.tablename = 'case_search_by_marks')
         SELECT what, share FROM known WHERE what = ANY (string_to_array(",
    );
    asked.bind(Bound::Text(all.join(" "))).say(
        ", ' '))
         UNION ALL
         SELECT 'a week', avg(share) FROM known WHERE what ~ '^w[0-9]{1,6}$' HAVING count(*) > 0
         UNION ALL
         SELECT 'cases', CAST(reltuples AS float8) FROM pg_class WHERE oid = to_regclass('case_search')",
    );
    let rows: Vec<Share> = asked.load(conn)?;
    let known: BTreeMap<String, f64> = rows.into_iter().map(|row| (row.what, row.share)).collect();
    let share_of = |texts: &[String]| {
        let shares: Vec<f64> = texts
            .iter()
            .filter_map(|text| known.get(text).copied())
            .collect();
        (!shares.is_empty()).then(|| shares.iter().sum::<f64>().min(1.0))
    };
    Ok(Shares {
        cases: known.get("cases").copied().unwrap_or_default(),
        week: known.get("a week").copied(),
        scope: scope.map_or(Some(1.0), share_of),
        words: ask.words.iter().map(|marks| share_of(marks)).collect(),
    })
}
