//! What a change of the law would alter: open cases and samples decided under both, and the clocks
//! whose due dates would be others. Nothing is changed.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::changes::Changed;
use crate::{
    domain::{
        access::Sight,
        case::Case,
        clocks::{ClockId, recount::recount},
        decide::{
            Standing, World, decide,
            differences::{Decided, Difference, differences},
        },
        declaration::{DeclarantRole, Declaration},
        law::Law,
        place::UnitLevel,
    },
    error::Result,
    sealing::CaseKey,
    service::{Ctx, declarations, recount, sealed},
    store::{cases, clocks as stored_clocks, conn::DbConn, recounts, territories},
    time::{day_in_vietnam, rfc3339_in_vietnam, vietnam},
};

/// Open cases, and as many ended ones, that are looked at; where there are more it is said.
const MOST: usize = 2_000;
/// Entries of a list that are shown; what is more is counted.
const SHOWN: usize = 20;

/// What a change of the law would alter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = RulesEffect)]
pub struct Effect {
    /// Sample cases that would be decided otherwise.
    pub samples: Vec<CaseEffect>,
    /// Sample cases that were looked at.
    pub samples_looked_at: usize,
    /// Open cases that would be decided otherwise, were they received now as they were: how many.
    pub open_cases: usize,
    /// The first of them.
    pub cases: Vec<CaseEffect>,
    /// Open cases that were looked at.
    pub cases_looked_at: usize,
    /// Whether there are more cases than were looked at.
    pub cases_left_out: bool,
    /// Running clocks that would be due on another day, were they counted anew, of open cases and of ended ones that
    /// they outlived: how many.
    pub clocks_moved: usize,
    /// The first of them.
    pub clocks: Vec<ClockEffect>,
}

/// A case that would be decided otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CaseEffect {
    /// Receipt number, or what the sample is.
    pub case: String,
    /// When it was received, or would be.
    pub received_at: String,
    /// What is otherwise.
    pub differences: Vec<Difference>,
}

/// A clock that would be due on another day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClockEffect {
    /// Receipt number of its case.
    pub case: String,
    /// Which clock.
    pub clock: ClockId,
    /// Due so far, moved to a working day.
    pub due_before: String,
    /// Due then.
    pub due_after: String,
}

/// What `changed` would alter, looked at now.
pub(super) fn of(tx: &mut DbConn, ctx: &Ctx, changed: &Changed) -> Result<Effect> {
    let then = World {
        places: Arc::clone(&ctx.world.places),
        directory: Arc::clone(&ctx.world.directory),
        law: Arc::new(Law::new(changed.law.clone())),
        codes: Arc::clone(&ctx.world.codes),
    };
    let mut effect = Effect {
        samples: Vec::new(),
        samples_looked_at: 0,
        open_cases: 0,
        cases: Vec::new(),
        cases_looked_at: 0,
        cases_left_out: false,
        clocks_moved: 0,
        clocks: Vec::new(),
    };
    look_at_samples(ctx, &then, &changed.days, &mut effect)?;
    look_at_open_cases(tx, ctx, &then, &mut effect)?;
    look_at_ended_cases(tx, ctx, &then, &mut effect)?;
    Ok(effect)
}

/// What is otherwise of one declaration, received then, in the two worlds.
fn compare(
    facts: &Declaration,
    before: &World,
    after: &World,
    received_at: DateTime<Utc>,
) -> Vec<Difference> {
    let standing = Standing {
        received_at,
        held: None,
        team: None,
    };
    let in_world = |world: &World| decide(facts, world, received_at, Some(standing));
    match (in_world(before), in_world(after)) {
        (Ok(old), Ok(new)) => differences(&old, &new),
        (Err(_), Err(_)) => Vec::new(),
        (old, new) => vec![Difference {
            what: Decided::Applicable,
            before: vec![old.is_ok().to_string()],
            after: vec![new.is_ok().to_string()],
        }],
    }
}

fn look_at_samples(ctx: &Ctx, then: &World, days: &[NaiveDate], effect: &mut Effect) -> Result<()> {
    let today = day_in_vietnam(ctx.now);
    let mut all = vec![today];
    all.extend(days.iter().filter(|day| **day != today).take(5));
    for day in all {
        let Some(received_at) = noon(day) else {
            continue;
        };
        let mut communes = ctx.world.places.in_force(UnitLevel::Commune, day);
        let Some(commune) = communes.next() else {
            continue;
        };
        for (name, body) in samples(&commune.code, received_at) {
            let role = DeclarantRole::Employer;
            let Ok(prepared) = declarations::prepare(&body, &ctx.world, received_at, role) else {
                continue;
            };
            effect.samples_looked_at += 1;
            let found = compare(&prepared.declaration, &ctx.world, then, received_at);
            if !found.is_empty() {
                effect.samples.push(CaseEffect {
                    case: name,
                    received_at: rfc3339_in_vietnam(received_at),
                    differences: found,
                });
            }
        }
    }
    Ok(())
}

fn noon(day: NaiveDate) -> Option<DateTime<Utc>> {
    let noon = day.and_time(NaiveTime::from_hms_opt(12, 0, 0)?);
    let here = noon.and_local_timezone(vietnam()).single()?;
    Some(here.to_utc())
}

/// A case of every kind that rules tell apart, in an ordinary sector and in a special one.
fn samples(commune: &str, received_at: DateTime<Utc>) -> Vec<(String, Value)> {
    let occurred_at = rfc3339_in_vietnam(received_at - chrono::TimeDelta::hours(2));
    let mut all = Vec::new();
    let hurt = [
        ("dead", 1),
        ("serious", 2),
        ("serious", 1),
        ("light", 1),
        ("missing", 1),
        ("unknown", 1),
    ];
    for role in ["employer", "commune"] {
        for employment in ["contract", "no_contract"] {
            for sector in ["ordinary", "oil_gas"] {
                for (outcome, count) in hurt {
                    let mut casualties =
                        json!({"dead": 0, "serious": 0, "light": 0, "missing": 0, "unknown": 0});
                    casualties[outcome] = json!(count);
                    let victims: Vec<Value> = (0..count)
                        .map(|_| json!({"employment": employment, "outcome": outcome}))
                        .collect();
                    let body = json!({
                        "kind": "accident",
                        "declarant": {"role": role, "full_name": "Nguyễn Văn Mẫu", "phone": "0900000000"},
                        "establishment": {"name": "Công ty Mẫu"},
                        "accident": {
                            "occurred_at": occurred_at,
                            "place": {"commune_code": commune},
                            "summary": "Vụ việc mẫu",
                            "sector": sector,
                            "casualties": casualties,
                        },
                        "victims": victims,
                    });
                    let name = format!("{role}, {count} {outcome}, {employment}, {sector}");
                    all.push((name, body));
                }
            }
        }
    }
    all
}

fn look_at_open_cases(tx: &mut DbConn, ctx: &Ctx, then: &World, effect: &mut Effect) -> Result<()> {
    let (open, next) =
        territories::open_received_before(tx, DateTime::<Utc>::MAX_UTC, None, MOST as i64)?;
    effect.cases_left_out = next.is_some();
    for open in open {
        let Some(case) = cases::find(tx, &open.id, &Sight::All)? else {
            continue;
        };
        effect.cases_looked_at += 1;
        let key = sealed::key_of(&ctx.keys, &case)?;
        if let Some(facts) = sealed::facts(&key, &case)? {
            let found = compare(&facts, &ctx.world, then, case.received_at);
            if !found.is_empty() {
                effect.open_cases += 1;
                if effect.cases.len() < SHOWN {
                    effect.cases.push(CaseEffect {
                        case: case.receipt_no.clone(),
                        received_at: rfc3339_in_vietnam(case.received_at),
                        differences: found,
                    });
                }
            }
        }
        look_at_clocks(tx, ctx, then, (&case, &key), effect)?;
    }
    Ok(())
}

/// What was decided and is still owed outlives a case, and its limits are counted again like those of open ones.
fn look_at_ended_cases(
    tx: &mut DbConn,
    ctx: &Ctx,
    then: &World,
    effect: &mut Effect,
) -> Result<()> {
    let outlived = recounts::outlived(tx, MOST as i64 + 1)?;
    effect.cases_left_out |= outlived.len() > MOST;
    for id in outlived.iter().take(MOST) {
        if let Some(case) = cases::find(tx, id, &Sight::All)? {
            let key = sealed::key_of(&ctx.keys, &case)?;
            look_at_clocks(tx, ctx, then, (&case, &key), effect)?;
        }
    }
    Ok(())
}

fn look_at_clocks(
    tx: &mut DbConn,
    ctx: &Ctx,
    then: &World,
    (case, key): (&Case, &CaseKey),
    effect: &mut Effect,
) -> Result<()> {
    let (_, limit_moved) = recount::decided_anew(then, ctx.now, case, key)?;
    for clock in stored_clocks::list(tx, &case.id)? {
        // A value that would be missing starts no clock; what runs stays as it is.
        let Ok(Some(anew)) = recount(&clock, limit_moved, &then.law, ctx.now) else {
            continue;
        };
        effect.clocks_moved += 1;
        if effect.clocks.len() < SHOWN {
            effect.clocks.push(ClockEffect {
                case: case.receipt_no.clone(),
                clock: clock.id,
                due_before: rfc3339_in_vietnam(clock.due_rolled),
                due_after: rfc3339_in_vietnam(anew.due_rolled),
            });
        }
    }
    Ok(())
}
