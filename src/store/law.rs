//! The dated rules.

use chrono::NaiveDate;
use diesel::prelude::*;

use super::{conn::DbConn, schema::law_rules};
use crate::{
    domain::law::{Condition, DateBasis, Rule, Subject, rows::CellFault},
    on_each_backend,
};

#[derive(Queryable, Insertable)]
#[diesel(table_name = law_rules)]
struct RuleRow {
    rule_id: String,
    decides: String,
    rank: i32,
    key: String,
    facts: String,
    outcome: String,
    days: Option<i32>,
    date_basis: String,
    valid_from: NaiveDate,
    valid_to: Option<NaiveDate>,
    article: String,
    confidence: String,
    note: String,
}

/// A stored rule that this program does not understand: it was written by a newer one, or by hand.
#[derive(Debug, thiserror::Error)]
#[error("rule {rule_id} from {valid_from} cannot be read: {column} is {fault}")]
pub struct UnreadableRule {
    rule_id: String,
    valid_from: NaiveDate,
    column: &'static str,
    fault: CellFault,
}

/// Every rule of all times, by id and first day.
pub fn load(conn: &mut DbConn) -> QueryResult<Vec<Rule>> {
    law_rules::table
        .order((law_rules::rule_id, law_rules::valid_from))
        .load::<RuleRow>(conn)?
        .into_iter()
        .map(|row| {
            rule_of(row).map_err(|unreadable| {
                diesel::result::Error::DeserializationError(Box::new(unreadable))
            })
        })
        .collect()
}

/// The ids of all rules.
pub fn ids(conn: &mut DbConn) -> QueryResult<std::collections::BTreeSet<String>> {
    let ids: Vec<String> = law_rules::table
        .select(law_rules::rule_id)
        .distinct()
        .load(conn)?;
    Ok(ids.into_iter().collect())
}

fn rule_of(row: RuleRow) -> Result<Rule, UnreadableRule> {
    let unreadable = |column, fault| UnreadableRule {
        rule_id: row.rule_id.clone(),
        valid_from: row.valid_from,
        column,
        fault,
    };
    let decides =
        Subject::parse(&row.decides).ok_or_else(|| unreadable("decides", CellFault::NotAllowed))?;
    let date_basis = DateBasis::parse(&row.date_basis)
        .ok_or_else(|| unreadable("date_basis", CellFault::NotAllowed))?;
    let facts = row
        .facts
        .split(';')
        .filter(|name| !name.is_empty())
        .map(Condition::parse)
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| unreadable("facts", CellFault::UnknownFact))?;
    Ok(Rule {
        decides,
        facts,
        date_basis,
        rule_id: row.rule_id,
        rank: row.rank,
        key: row.key,
        outcome: row.outcome,
        days: row.days,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
        article: row.article,
        confidence: row.confidence,
        note: row.note,
    })
}

fn row_of(rule: &Rule) -> RuleRow {
    let facts: Vec<String> = rule.facts.iter().map(Condition::to_string).collect();
    RuleRow {
        rule_id: rule.rule_id.clone(),
        decides: rule.decides.to_string(),
        rank: rule.rank,
        key: rule.key.clone(),
        facts: facts.join(";"),
        outcome: rule.outcome.clone(),
        days: rule.days,
        date_basis: rule.date_basis.to_string(),
        valid_from: rule.valid_from,
        valid_to: rule.valid_to,
        article: rule.article.clone(),
        confidence: rule.confidence.clone(),
        note: rule.note.clone(),
    }
}

/// Adds the rules, or replaces the versions of the same first day.
pub fn upsert(conn: &mut DbConn, rules: &[Rule]) -> QueryResult<()> {
    for rule in rules {
        let same = law_rules::table.find((&rule.rule_id, rule.valid_from));
        diesel::delete(same).execute(conn)?;
    }
    for chunk in rules.chunks(500) {
        let rows: Vec<RuleRow> = chunk.iter().map(row_of).collect();
        on_each_backend!(conn, |inner| diesel::insert_into(law_rules::table)
            .values(&rows)
            .execute(inner))?;
    }
    Ok(())
}

/// Takes rows away that never began.
pub fn remove(conn: &mut DbConn, rules: &[Rule]) -> QueryResult<()> {
    for rule in rules {
        let same = law_rules::table.find((&rule.rule_id, rule.valid_from));
        diesel::delete(same).execute(conn)?;
    }
    Ok(())
}
