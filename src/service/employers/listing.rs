//! Looking through the employers of a province, and at one record.

use serde_json::json;

use super::{facts, found, note};
use crate::{
    domain::{
        access::{
            Right,
            table::{self, Bound},
        },
        audit::Action,
        declaration::{Fault, FaultCode},
        employer::{Employer, EmployerStatus, communes_of_province},
    },
    error::{AppError, Result},
    ids::EmployerId,
    service::{Ctx, directory::read_query, masking, paging},
    store::{conn::DbConn, employers},
    text::search_key,
    time::day_in_vietnam,
};

/// What a query of the employers says, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EmployersQuery {
    /// Those that stand so.
    pub status: Option<String>,
    /// `true`: those on whose tax code somebody is still to decide.
    pub open_claims: Option<String>,
    /// Words of name and tax code, without diacritics.
    pub q: Option<String>,
    /// 1 to 100, by default 50.
    pub limit: Option<String>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// A page of employers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployersPage {
    /// By age.
    pub items: Vec<EmployerShown>,
    /// Cursor of the next page.
    pub next: Option<String>,
}

/// A record that was merged into another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MergedShown {
    /// Its id.
    pub id: EmployerId,
    /// Its tax code.
    pub tax_code: String,
    /// Its name.
    pub name: String,
}

/// A record as its reader may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmployerShown {
    /// The record; what is masked in it is named in `masked`.
    pub employer: Employer,
    /// Today's code of its province.
    pub province_code: Option<String>,
    /// The records that were merged into it.
    pub merged: Vec<MergedShown>,
    /// Pointers of what is masked.
    pub masked: Vec<&'static str>,
}

impl EmployerShown {
    pub(super) fn of(ctx: &Ctx, employer: Employer) -> Self {
        let today = day_in_vietnam(ctx.now);
        let province = employer.province(&ctx.world.places, today);
        Self {
            province_code: province.map(str::to_owned),
            employer,
            merged: Vec::new(),
            masked: Vec::new(),
        }
    }

    fn mask_contact(mut self) -> Self {
        let stated = &mut self.employer.stated;
        stated.phone = masking::shortened_phone(&stated.phone);
        stated.representative = masking::initials(&stated.representative);
        self.masked = vec!["/representative", "/phone"];
        self
    }

    /// As its own people see it: nothing tells them that others stand under the tax code.
    fn for_its_people(mut self) -> Self {
        self.employer.claim_on = None;
        self.employer.merged_into = None;
        self.employer.merged_because = None;
        self.employer.proof = None;
        // Once it is verified no more, they see nothing of those either.
        if self.employer.verified_at.is_none() {
            self.merged.clear();
        }
        self
    }
}

/// The employers that the caller keeps: of its province, or all.
pub fn list(tx: &mut DbConn, ctx: &Ctx, query: &EmployersQuery) -> Result<EmployersPage> {
    ctx.require(Right::ManageEmployers)?;
    let mut faults = Vec::new();
    let not_allowed = FaultCode::NotAllowed;
    let status = query.status.as_deref();
    let status = read_query(
        status,
        "status",
        not_allowed,
        &mut faults,
        EmployerStatus::parse,
    );
    let open = query.open_claims.as_deref();
    let open = read_query(open, "open_claims", not_allowed, &mut faults, |text| {
        text.parse::<bool>().ok()
    });
    let after = paging::after(query.cursor.as_deref(), &mut faults, EmployerId::parse);
    let q = query.q.as_deref().unwrap_or_default();
    if q.chars().count() > 200 {
        faults.push(Fault {
            pointer: "/q".into(),
            code: FaultCode::TooLong,
        });
    }
    let limit = paging::limit(query.limit.as_deref(), &mut faults);
    if !faults.is_empty() {
        return Err(AppError::Invalid(faults));
    }
    let filter = employers::Filter {
        communes: communes_kept(ctx),
        status,
        open_claims: open == Some(true),
        words: search_key(q)
            .split_whitespace()
            .take(10)
            .map(str::to_owned)
            .collect(),
    };
    let mut rows = employers::list(tx, &filter, after.as_ref(), paging::one_more(limit))?;
    let next = paging::cut(&mut rows, limit).map(|row| row.id.to_string());
    // A code may have meant another commune on the day of a registration.
    rows.retain(|row| ctx.may(Right::ManageEmployers, facts(ctx, row)));
    let shown = rows
        .into_iter()
        .map(|row| EmployerShown::of(ctx, row).mask_contact());
    Ok(EmployersPage {
        items: shown.collect(),
        next,
    })
}

/// The communes whose employers the caller keeps; `None` is everywhere.
fn communes_kept(ctx: &Ctx) -> Option<Vec<String>> {
    let is_everywhere = table::rows().any(|row| {
        Some(row.holder) == ctx.actor.holder()
            && row.right == Right::ManageEmployers
            && row.bound == Bound::Everywhere
    });
    if is_everywhere {
        return None;
    }
    let province = ctx.actor.province_code.as_deref();
    Some(province.map_or_else(Vec::new, |code| {
        communes_of_province(&ctx.world.places, code, day_in_vietnam(ctx.now))
    }))
}

/// The record `id`. The province sees whom to call while it has to ask; its looks are traced.
pub fn show(tx: &mut DbConn, ctx: &Ctx, id: &EmployerId) -> Result<EmployerShown> {
    let employer = found(tx, ctx, Right::ReadEmployer, id)?;
    shown(tx, ctx, employer)
}

/// A record that the caller has the right to read.
pub(super) fn shown(tx: &mut DbConn, ctx: &Ctx, employer: Employer) -> Result<EmployerShown> {
    let merged = employers::merged_into(tx, &employer.id)?;
    let needs_contact = employer.needs_contact();
    let mut shown = EmployerShown::of(ctx, employer);
    shown.merged = merged
        .into_iter()
        .map(|one| MergedShown {
            id: one.id,
            tax_code: one.stated.tax_code,
            name: one.stated.name,
        })
        .collect();
    if ctx.actor.employer.is_some() {
        return Ok(shown.for_its_people());
    }
    note(ctx, Action::ReadEmployer, &shown.employer, json!({}));
    Ok(if needs_contact {
        shown
    } else {
        shown.mask_contact()
    })
}
