//! Numbers of the law for people who read what to do after an accident: for everybody, as in force today.

use chrono::NaiveDate;

use super::Ctx;
use crate::{
    domain::law::{Law, Rule, Subject, ValueKey},
    time::day_in_vietnam,
};

/// Where the law's rows have a number.
#[derive(Debug, Clone, Copy)]
pub enum NumberOf {
    /// A value by its name.
    Value(ValueKey),
    /// The days of an investigation, by the id of its rule.
    Investigation(&'static str),
}

/// A number and what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Days, working days or hours, as the rule says.
    pub number: i32,
    /// Document and article.
    pub article: String,
}

/// The numbers that are in force today; `None` for one that no row gives.
pub fn numbers(ctx: &Ctx, of: &[Option<NumberOf>]) -> (NaiveDate, Vec<Option<Known>>) {
    let today = day_in_vietnam(ctx.now);
    let known = of.iter().map(|of| known(&ctx.world.law, (*of)?, today));
    (today, known.collect())
}

fn known(law: &Law, of: NumberOf, today: NaiveDate) -> Option<Known> {
    let rule: &Rule = match of {
        NumberOf::Value(key) => law.keyed(Subject::Value, key.as_str(), today)?,
        NumberOf::Investigation(id) => law
            .rules(Subject::Investigation)
            .iter()
            .find(|rule| rule.rule_id == id && rule.in_force_on(today))?,
    };
    Some(Known {
        number: rule.days?,
        article: rule.article.clone(),
    })
}
