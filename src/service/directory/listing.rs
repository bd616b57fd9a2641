//! Looking through the directory: who holds what on a day, and the history of one authority.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::changes::known;
use crate::{
    domain::{
        access::{Facts, Right},
        audit::chain::Row,
        authority::{Authority, Level, Role},
        declaration::{Fault, FaultCode},
        place::UnitLevel,
        post::facts_of,
    },
    error::{AppError, Result},
    service::{Ctx, paging},
    store::{
        address_marks::{self, Mark},
        audit, catalogues,
        conn::DbConn,
    },
    time::day_in_vietnam,
};

/// Changes of one authority that are shown.
const CHANGES: i64 = 100;

/// What a query of the directory says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuthoritiesQuery {
    /// Those that hold this role.
    pub role: Option<String>,
    /// `VN` for those of the whole country, the code of a province with everything in it, or that of a
    /// commune; as of the day.
    pub territory: Option<String>,
    /// In force on this day, by default today.
    pub day: Option<String>,
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A page of the directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuthoritiesPage {
    /// By id.
    pub items: Vec<Authority>,
    /// Addresses among them to which mail does not arrive.
    pub marks: HashMap<String, Mark>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// An authority over time.
#[derive(Debug, Clone)]
pub struct AuthorityDetail {
    /// Its rows, by first day.
    pub rows: Vec<Authority>,
    /// Addresses among them to which mail does not arrive.
    pub marks: HashMap<String, Mark>,
    /// Who changed them when and why, the newest first.
    pub changes: Vec<Row>,
    /// The revision of the directory.
    pub revision: i64,
}

/// The revision of the directory, by which a change says what it was made for.
pub fn revision(tx: &mut DbConn) -> Result<i64> {
    Ok(catalogues::revisions(tx)?.directory)
}

/// Whether the caller may change the authority called `id`: it keeps all of its rows.
pub fn may_change(ctx: &Ctx, id: &str) -> bool {
    ctx.may(Right::ManageDirectory, Facts::Any)
        && known(ctx, ctx.world.directory.rows(), id).is_ok()
}

/// What a text says, or a fault.
pub(in crate::service) fn read_query<T>(
    text: Option<&str>,
    name: &str,
    code: FaultCode,
    faults: &mut Vec<Fault>,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let found = text.map(read)?;
    if found.is_none() {
        faults.push(Fault {
            pointer: format!("/{name}"),
            code,
        });
    }
    found
}

/// A day `YYYY-MM-DD`.
pub(in crate::service) fn read_day(text: &str) -> Option<NaiveDate> {
    let day: NaiveDate = text.parse().ok()?;
    (day.to_string() == text).then_some(day)
}

/// The authorities that the query asks for, by id.
pub fn list(tx: &mut DbConn, ctx: &Ctx, query: &AuthoritiesQuery) -> Result<AuthoritiesPage> {
    ctx.require(Right::ReadDirectory)?;
    let mut faults = Vec::new();
    let not_allowed = FaultCode::NotAllowed;
    let role = query.role.as_deref();
    let role = read_query(role, "role", not_allowed, &mut faults, Role::parse);
    let on = query.day.as_deref();
    let on = read_query(on, "day", FaultCode::NotADate, &mut faults, read_day)
        .unwrap_or_else(|| day_in_vietnam(ctx.now));
    let territory = query.territory.as_deref();
    let territory = read_query(territory, "territory", not_allowed, &mut faults, |code| {
        let is_known = match UnitLevel::of_code(code) {
            Some(UnitLevel::District) | None => code == "VN",
            Some(level) => ctx.world.places.unit_on(level, code, on).is_ok(),
        };
        is_known.then(|| code.to_owned())
    });
    let limit = paging::limit(query.limit.as_deref(), &mut faults);
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let lies_in = |row: &Authority| match territory.as_deref() {
        None => true,
        Some("VN") => row.level == Level::Country,
        Some(code) => facts_of(row, &ctx.world.places, on).is_some_and(|facts| {
            [facts.province_code, facts.commune_code].contains(&Some(code.to_owned()))
        }),
    };
    let after = query.cursor.as_deref().unwrap_or_default();
    let rows = ctx.world.directory.rows();
    let begin = rows.partition_point(|row| row.authority_id.as_str() <= after);
    let mut items: Vec<Authority> = rows[begin..]
        .iter()
        .filter(|row| row.in_force_on(on) && role.is_none_or(|role| row.role == role))
        .filter(|row| lies_in(row))
        .take(limit + 1)
        .cloned()
        .collect();
    let next = paging::cut(&mut items, limit).map(|row| row.authority_id.clone());
    Ok(AuthoritiesPage {
        marks: marks_of(tx, &items)?,
        items,
        next,
    })
}

/// The authority `id` over all times, and who changed it.
pub fn show(tx: &mut DbConn, ctx: &Ctx, id: &str) -> Result<AuthorityDetail> {
    ctx.require(Right::ReadDirectory)?;
    let rows = of_id(ctx.world.directory.rows(), id);
    if rows.is_empty() {
        return Err(AppError::NotFound("authority"));
    }
    detail(tx, rows, id)
}

fn marks_of(tx: &mut DbConn, rows: &[Authority]) -> Result<HashMap<String, Mark>> {
    let addresses = rows.iter().flat_map(|row| &row.emails);
    Ok(address_marks::of(tx, addresses.map(String::as_str))?)
}

pub(super) fn of_id(rows: &[Authority], id: &str) -> Vec<Authority> {
    let of_id = rows.iter().filter(|row| row.authority_id == id);
    let mut found: Vec<Authority> = of_id.cloned().collect();
    found.sort_by_key(|row| row.valid_from);
    found
}

pub(super) fn detail(tx: &mut DbConn, rows: Vec<Authority>, id: &str) -> Result<AuthorityDetail> {
    let mut changes = audit::of_object(tx, id, None, CHANGES)?;
    changes.extend(audit::of_object(tx, catalogues::DIRECTORY, None, CHANGES)?);
    changes.sort_by_key(|row| std::cmp::Reverse(row.happened_at));
    changes.truncate(CHANGES as usize);
    Ok(AuthorityDetail {
        marks: marks_of(tx, &rows)?,
        rows,
        changes,
        revision: catalogues::revisions(tx)?.directory,
    })
}
