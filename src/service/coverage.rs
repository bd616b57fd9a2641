//! Who could not be reached tonight: looked at once a day, told to the operator where it grew worse, and
//! shown to whoever keeps the directory.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, Timelike, Utc};

use super::{Ctx, directory::read_query};
use crate::{
    domain::{
        access::{AuthorityFacts, Facts, Right},
        coverage::{self, Coverage, Limits, Share},
        decide::World,
        declaration::FaultCode,
        law::names::ValueKey,
        message::{Alarm, AlarmKind},
        place::UnitLevel,
    },
    error::{AppError, Result},
    store::{
        alarms,
        conn::DbConn,
        coverage::{self as reports, Report},
    },
    time::{day_in_vietnam, vietnam},
};

/// Days for which reports are kept.
const KEPT: Days = Days::new(400);
/// The hour from which the day is looked at, where no dated value says so.
const HOUR: i32 = 1;

/// What a query says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CoverageQuery {
    /// Code of a province.
    pub province: Option<String>,
    /// `true`: as it is now, instead of last night.
    pub now: Option<String>,
}

/// What somebody is shown.
#[derive(Debug, Clone)]
pub struct Shown {
    /// The report, with what they may see of it: gaps of one province only.
    pub report: Report,
    /// The whole country.
    pub country: Share,
}

/// Whether it is time for today's report.
pub fn is_due(tx: &mut DbConn, world: &World, now: DateTime<Utc>) -> Result<bool> {
    let day = day_in_vietnam(now);
    let hour = world.law.number(ValueKey::CoverageHour.as_str(), day);
    let hour = hour.map_or(HOUR, |(hour, _)| hour);
    let is_time = i64::from(now.with_timezone(&vietnam()).hour()) >= i64::from(hour);
    Ok(is_time && !reports::is_there(tx, day)?)
}

/// Looks at every commune as it is now.
pub fn look(tx: &mut DbConn, world: &World, now: DateTime<Utc>) -> Result<Report> {
    let day = day_in_vietnam(now);
    let limits = Limits::on(&world.law, day).map_err(AppError::internal)?;
    let proofs = reports::proofs(tx, now - limits.verified)?;
    Ok(Report {
        day,
        looked_at: now,
        coverage: coverage::look(world, &proofs, now).map_err(AppError::internal)?,
    })
}

/// Stores the report of the day, unless another process was faster, and tells the operator of the
/// provinces of which less is covered than before. Whether it was stored.
pub fn note(
    tx: &mut DbConn,
    world: &World,
    report: &Report,
    operator_mail: Option<&str>,
) -> Result<bool> {
    if !reports::insert(tx, report)? {
        return Ok(false);
    }
    let before = reports::newest_shares(tx, Some(report.day))?.unwrap_or_default();
    let fallen: Vec<String> = fallen(&before, &report.coverage)
        .map(|(code, then, now)| {
            let name = province_name(world, code, report.day);
            let (then, now) = (then.percent(), now.percent());
            format!("{name} ({code}) {then:.1} % → {now:.1} %")
        })
        .collect();
    if !fallen.is_empty() {
        let kind = AlarmKind::CoverageFell;
        let alarm = Alarm::of_record(kind, &fallen.join("; "), report.looked_at);
        let key = format!("{kind}/{}", report.day);
        alarms::raise_and_tell(tx, &alarm, &key, operator_mail)?;
    }
    if let Some(first) = report.day.checked_sub_days(KEPT) {
        reports::forget(tx, first)?;
    }
    Ok(true)
}

fn fallen<'a>(
    before: &'a BTreeMap<String, Share>,
    now: &'a Coverage,
) -> impl Iterator<Item = (&'a str, Share, Share)> {
    now.provinces.iter().filter_map(|(code, share)| {
        let then = *before.get(code)?;
        share
            .is_less_than(then)
            .then_some((code.as_str(), then, *share))
    })
}

/// The name of a province on a day; its code where none has it.
pub fn province_name(world: &World, code: &str, day: NaiveDate) -> String {
    let unit = world.places.unit_on(UnitLevel::Province, code, day);
    unit.map_or_else(|_| code.to_owned(), |unit| unit.full_name.clone())
}

/// The newest report, or how it is now: every province that the caller keeps, and the gaps of the one that
/// was asked for, or is the only one.
pub fn show(tx: &mut DbConn, ctx: &Ctx, query: &CoverageQuery) -> Result<Shown> {
    ctx.require(Right::ManageDirectory)?;
    let today = day_in_vietnam(ctx.now);
    let mut faults = Vec::new();
    let not_allowed = FaultCode::NotAllowed;
    let province = query.province.as_deref();
    let province = read_query(province, "province", not_allowed, &mut faults, |code| {
        let unit = ctx.world.places.unit_on(UnitLevel::Province, code, today);
        unit.is_ok().then(|| code.to_owned())
    });
    let as_now = query.now.as_deref();
    let as_now = read_query(as_now, "now", not_allowed, &mut faults, |text| {
        text.parse::<bool>().ok()
    });
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    if let Some(code) = &province {
        let facts = of_province(code);
        ctx.require_of(Right::ManageDirectory, Facts::Authority(&facts), "province")?;
    }
    let stored = match as_now {
        Some(true) => None,
        _ => reports::newest(tx)?,
    };
    let mut report = match stored {
        Some(report) => report,
        None => look(tx, &ctx.world, ctx.now)?,
    };
    let country = report.coverage.country();
    let keeps = |code: &String| {
        let facts = of_province(code);
        ctx.may(Right::ManageDirectory, Facts::Authority(&facts))
    };
    let provinces = &mut report.coverage.provinces;
    provinces.retain(|code, _| keeps(code) && province.as_ref().is_none_or(|one| one == code));
    let only = match provinces.len() {
        1 => provinces.keys().next().cloned(),
        _ => None,
    };
    report
        .coverage
        .gaps
        .retain(|gap| only.as_ref() == Some(&gap.province));
    Ok(Shown { report, country })
}

fn of_province(code: &str) -> AuthorityFacts {
    AuthorityFacts {
        id: String::new(),
        role: None,
        province_code: Some(code.to_owned()),
        commune_code: None,
    }
}
