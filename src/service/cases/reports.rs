//! What each report of one accident says, side by side, for whoever compares: the case, its duplicates and everything
//! that was added to them. Each look is traced, at each of the cases.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::not_held;
use crate::{
    domain::{
        access::{Facts, Right, Sight, audiences},
        audit::Action,
        case::{
            Case, Event,
            contradictions::{Report, ReportSource, ReportedRow, Sensitive, ToldPlace, table},
        },
        classify::{Contradiction, ContradictionCode},
        declaration::DeclarantRole,
    },
    error::{AppError, Result},
    ids::CaseId,
    sealing::{CaseKey, Column},
    service::{Ctx, masking, sealed},
    store::{
        cases,
        conn::DbConn,
        declarations::{self, Stored},
        events, merges,
    },
    time::{day_in_vietnam, rfc3339_in_vietnam},
};

/// Reports of one accident that are set side by side at most, the first ones.
const MOST: usize = 100;

/// The reports of an accident and where they differ.
pub struct ReportTable {
    /// The reports in the order of their receipt.
    pub reports: Vec<Report>,
    /// Their fields.
    pub rows: Vec<ReportedRow>,
    /// The rows of which the caller reads no values, or shortened ones: their positions.
    pub masked: BTreeSet<usize>,
    /// What does not go together, as the page of the case shows it.
    pub contradictions: Vec<Contradiction>,
}

/// What the reports of the accident of the case `id` say.
pub fn contradictions(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<ReportTable> {
    ctx.require(Right::CompareCases)?;
    let sight = audiences(&ctx.actor);
    let case = cases::find(tx, id, &sight)?.ok_or(AppError::NotFound("case"))?;
    not_held(tx, id)?;
    let key = sealed::key_of(&ctx.keys, &case)?;
    let decision = sealed::decision(&key, &case)?;
    let timeline = events::list(tx, id, &key)?;
    let (reports, mut rows) = side_by_side(tx, ctx, &case, &key, &timeline, &sight)?;
    let mut contradictions = decision.map_or_else(Vec::new, |decision| decision.contradictions);
    contradictions.extend(differing(&case, &reports, &rows));

    let looked_at: BTreeSet<&CaseId> = reports.iter().map(|report| &report.case_id).collect();
    for one in looked_at.into_iter().chain([id]).collect::<BTreeSet<_>>() {
        let details = json!({ "contradictions_of": case.receipt_no });
        ctx.note(Action::ReadCase, one, details);
    }
    let masked = mask(ctx, &mut rows);
    Ok(ReportTable {
        reports,
        rows,
        masked,
        contradictions,
    })
}

/// Where the reports of an accident differ, for the page of its case: in which field, and who says something else.
/// Nothing for whoever may not compare, and where there is one report.
pub(super) fn on_the_page(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &Case,
    key: &CaseKey,
    timeline: &[Event],
    sight: &Sight,
) -> Result<Vec<Contradiction>> {
    if !ctx.may(Right::CompareCases, Facts::Found) {
        return Ok(Vec::new());
    }
    let is_told_once = merges::of_one_accident(tx, &case.id)?.len() == 1
        && !timeline.iter().any(|event| event.action == SUPPLEMENTED);
    if is_told_once {
        return Ok(Vec::new());
    }
    let (reports, rows) = side_by_side(tx, ctx, case, key, timeline, sight)?;
    Ok(differing(case, &reports, &rows))
}

/// What the timeline calls a supplement.
const SUPPLEMENTED: &str = "supplemented";

/// Reads the reports of every case of the accident that the caller sees.
fn side_by_side(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &Case,
    key: &CaseKey,
    timeline: &[Event],
    sight: &Sight,
) -> Result<(Vec<Report>, Vec<ReportedRow>)> {
    let mut reports = Vec::new();
    for id in merges::of_one_accident(tx, &case.id)? {
        if id == case.id {
            reports.extend(of_case(tx, ctx, case, key, timeline)?);
            continue;
        }
        // What the caller does not see is nobody's word here: a family's is not for the employer (L84 Art. 34.2).
        let Some(other) = cases::find(tx, &id, sight)? else {
            continue;
        };
        let key = sealed::key_of(&ctx.keys, &other)?;
        let timeline = events::list(tx, &id, &key)?;
        reports.extend(of_case(tx, ctx, &other, &key, &timeline)?);
        if reports.len() >= MOST {
            reports.truncate(MOST);
            break;
        }
    }
    Ok(table(reports))
}

/// The declaration of a case and its supplements, as received. What came of an army or police unit is not kept, and
/// what came before it was one is not shown.
fn of_case(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &Case,
    key: &CaseKey,
    timeline: &[Event],
) -> Result<Vec<Report>> {
    if case.sector.is_armed_forces() {
        return Ok(Vec::new());
    }
    let Some(stored) = declarations::find(tx, &case.receipt_no)? else {
        return Ok(Vec::new());
    };
    let source = source_of(&stored);
    let row = stored.id.as_str();
    let body: Option<Value> =
        sealed::json(key, Column::DeclarationBody, row, stored.body.as_ref())?;
    let report = |source, is_supplement, received_at, body: Value| Report {
        case_id: case.id.clone(),
        receipt_no: case.receipt_no.clone(),
        source,
        is_supplement,
        received_at,
        place: place(ctx, case, &body, received_at),
        body,
    };
    let declared = body.map(|body| report(source, false, stored.received_at, body));
    let mut reports: Vec<Report> = declared.into_iter().collect();
    for supplement in declarations::supplements_of(tx, &case.id)? {
        let row = supplement.id.as_str();
        let body = sealed::json(key, Column::SupplementBody, row, supplement.body.as_ref())?;
        let Some(body) = body else { continue };
        let event = timeline.iter().find(|event| {
            event.action == SUPPLEMENTED && event.happened_at == supplement.received_at
        });
        let by = event.map_or(source, |event| {
            ReportSource::of_supplement(event.actor_role, source)
        });
        reports.push(report(by, true, supplement.received_at, body));
    }
    Ok(reports)
}

fn source_of(stored: &Stored) -> ReportSource {
    DeclarantRole::parse(&stored.declarant_role)
        .map_or(ReportSource::OtherAuthority, ReportSource::from)
}

/// The commune that a body names, and what is of it today.
fn place(
    ctx: &Ctx,
    case: &Case,
    body: &Value,
    received_at: chrono::DateTime<chrono::Utc>,
) -> Option<ToldPlace> {
    let told = body.pointer("/accident/place")?;
    let text = |name: &str| told.get(name).and_then(Value::as_str);
    let places = &ctx.world.places;
    let occurred_on = body
        .pointer("/accident/occurred_at")
        .and_then(Value::as_str)
        .and_then(|text| chrono::DateTime::parse_from_rfc3339(text).ok())
        .map_or(case.occurred_at, |moment| moment.to_utc());
    let occurred_on = day_in_vietnam(occurred_on);
    let code_date = text("code_date").and_then(|text| text.parse().ok());
    let reading = places
        .reading(
            text("commune_code")?,
            occurred_on,
            day_in_vietnam(received_at),
            code_date,
        )
        .ok()?;
    let today = day_in_vietnam(ctx.now);
    let units = std::iter::once(reading.unit).chain(reading.other);
    let codes = units.flat_map(|unit| places.on_day(unit, today));
    Some(ToldPlace {
        name: places.shown(reading.unit, code_date.unwrap_or(occurred_on)),
        today: codes.map(|unit| unit.code.clone()).collect(),
    })
}

/// Each row in which the reports differ as a contradiction of `case`: its readings name who says something else, and
/// no personal data.
fn differing(case: &Case, reports: &[Report], rows: &[ReportedRow]) -> Vec<Contradiction> {
    let of_row = |row: &ReportedRow| {
        let own = row
            .readings
            .iter()
            .find(|reading| reports[reading.report].case_id == case.id);
        let victim = own.and_then(|reading| reading.victim).or(row.person);
        let pointer = match victim {
            Some(no) => format!("/victims/{}{}", no.saturating_sub(1), row.field.pointer()),
            None => row.field.pointer().to_owned(),
        };
        let mut said_by: Vec<String> = Vec::new();
        for reading in &row.readings {
            let report = &reports[reading.report];
            let by = format!("{} {}", report.source, report.receipt_no);
            if !said_by.contains(&by) {
                said_by.push(by);
            }
        }
        Contradiction {
            pointer,
            code: ContradictionCode::ReportsDiffer,
            readings: said_by,
        }
    };
    rows.iter().filter(|row| row.differs).map(of_row).collect()
}

/// Masks what the caller may not read; that the reports differ there stays.
fn mask(ctx: &Ctx, rows: &mut [ReportedRow]) -> BTreeSet<usize> {
    let may = |right| ctx.may(right, Facts::Found);
    let (health, numbers) = (may(Right::ReadHealthData), may(Right::ReadIdentityNumbers));
    let mut masked = BTreeSet::new();
    for (position, row) in rows.iter_mut().enumerate() {
        for reading in &mut row.readings {
            reading.value = match row.field.sensitive() {
                Some(Sensitive::Health) if !health => Value::Null,
                Some(Sensitive::Identity) if !numbers => Value::from(masking::shortened(
                    reading.value.as_str().unwrap_or_default(),
                )),
                _ => continue,
            };
            masked.insert(position);
        }
    }
    masked
}

/// A moment of receipt as answers write it.
pub fn received(report: &Report) -> String {
    rfc3339_in_vietnam(report.received_at)
}
