//! Changes of the directory by its keepers: dated, from today on, checked as an import is.

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{
    COLUMNS, Effect, Reason, RowFault, cells_of, checked, effect,
    listing::{AuthorityDetail, detail, of_id},
};
use crate::{
    domain::{
        access::{AuthorityFacts, Facts, Right},
        audit::{Action, Object, ObjectKind},
        authority::{Authority, Directory},
        dated::{self, Edit, NoChange},
        declaration::{Fault, FaultCode},
        place::Places,
        post::facts_of,
    },
    error::{AppError, Result},
    service::{Ctx, form::Form},
    store::{
        address_marks,
        authorities::{self, joined},
        catalogues,
        conn::DbConn,
    },
    time::day_in_vietnam,
};

/// Longest text of a member, in characters; the check of the row says what is too long for it.
const LONGEST: usize = 1_000;
/// The members of a new entry that are one text each, in the order of the columns.
const TEXTS: [&str; 9] = [
    "authority_id",
    "role",
    "name",
    "level",
    "territory_code",
    "valid_from",
    "valid_to",
    "phone",
    "escalates_to",
];

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new entry.
    Add,
    /// This authority ends.
    End(String),
    /// The name or contacts of this authority are others.
    Correct(String),
    /// One of these, as the body says, and only its effect is asked for.
    Preview,
}

/// A change that was checked: what is left to write, and what it alters.
#[derive(Debug, Clone)]
pub struct Planned {
    id: String,
    edit: Edit<Authority>,
    reason: String,
    what: &'static str,
    on: NaiveDate,
    revision: i64,
    /// Whether somebody says of the addresses that they are right.
    confirms: bool,
    /// Who would be told instead of whom.
    pub effect: Effect,
}

/// Reads and checks a change, and says what it would alter; writes nothing.
pub fn plan_change(tx: &mut DbConn, ctx: &Ctx, change: Change, body: &Value) -> Result<Planned> {
    ctx.require(Right::ManageDirectory)?;
    let today = day_in_vietnam(ctx.now);
    let rows = ctx.world.directory.rows();
    let revision = catalogues::revisions(tx)?.directory;
    let mut form = Form::new(body);
    let is_preview = change == Change::Preview;
    let change = match change {
        Change::Preview => named_in(&mut form)?,
        told => told,
    };
    let reason = if is_preview {
        form.optional_text("reason", LONGEST)
    } else {
        form.text("reason", LONGEST)
    };
    let seen = form.optional_number("seen_revision");
    let (what, id, edit, on) = match change {
        Change::Add | Change::Preview => {
            let row = add(&mut form, ctx, rows, today);
            let id = row.as_ref().map(|row| row.authority_id.clone());
            let on = row.as_ref().map(|row| row.valid_from);
            let edit = row.map(|row| Edit {
                put: vec![row],
                gone: Vec::new(),
            });
            ("add", id, edit, on)
        }
        Change::End(id) => {
            known(ctx, rows, &id)?;
            let on = from_today(&mut form, "on", today);
            let edit = on.and_then(|on| {
                let ended = dated::end(rows, &id, on, today);
                or_fault(&mut form, "on", ended)
            });
            ("end", Some(id), edit, on)
        }
        Change::Correct(id) => {
            known(ctx, rows, &id)?;
            let (edit, on) = correct(&mut form, ctx, rows, &id, today);
            ("correct", Some(id), edit, on)
        }
    };
    form.finish()?;
    if seen.is_some_and(|seen| seen != revision) {
        return Err(AppError::Conflict("directory_changed"));
    }
    let (Some(id), Some(edit), Some(on)) = (id, edit, on) else {
        return Err(AppError::internal("a form without faults lacks an entry"));
    };
    let after = edit.applied_to(rows);
    let contacts = ctx.world.directory.contacts().to_vec();
    let after = Directory::new(after, &ctx.world.places).with_contacts(contacts);
    let effect = effect::of(tx, ctx, &edit, after, on, revision)?;
    Ok(Planned {
        id,
        edit,
        reason: reason.unwrap_or_default(),
        what,
        on,
        revision,
        confirms: body.get("emails").is_some(),
        effect,
    })
}

/// Which change a preview is about.
fn named_in(form: &mut Form<'_>) -> Result<Change> {
    let action = form.value("change", FaultCode::NotAllowed, |text| {
        ["add", "end", "correct"]
            .contains(&text)
            .then(|| text.to_owned())
    });
    let Some(action) = action else {
        let fault = Fault {
            pointer: "/change".into(),
            code: FaultCode::NotAllowed,
        };
        return Err(AppError::Invalid(vec![fault]));
    };
    if action == "add" {
        return Ok(Change::Add);
    }
    let id = form.text("authority_id", LONGEST).unwrap_or_default();
    Ok(if action == "end" {
        Change::End(id)
    } else {
        Change::Correct(id)
    })
}

/// Writes a change; refused where the directory is no longer the one that it was checked against.
pub fn carry_out_change(tx: &mut DbConn, ctx: &Ctx, planned: &Planned) -> Result<AuthorityDetail> {
    ctx.require(Right::ManageDirectory)?;
    catalogues::lock(tx, catalogues::DIRECTORY)?;
    if catalogues::revisions(tx)?.directory != planned.revision {
        return Err(AppError::Conflict("directory_changed"));
    }
    let before = authorities::all(tx)?;
    authorities::remove(tx, &planned.edit.gone)?;
    authorities::upsert(tx, &planned.edit.put.iter().collect::<Vec<_>>())?;
    catalogues::bump(tx, catalogues::DIRECTORY)?;
    if planned.confirms {
        let put = planned.edit.put.iter();
        address_marks::clear(tx, put.flat_map(|row| &row.emails).map(String::as_str))?;
    }
    let shown = |rows: &[Authority]| -> Vec<Vec<String>> {
        let cells = rows.iter().map(cells_of);
        cells.map(Vec::from).collect()
    };
    let replaced: Vec<Authority> = of_id(&before, &planned.id)
        .into_iter()
        .filter(|old| {
            let put = planned.edit.put.iter();
            put.chain(&planned.edit.gone)
                .any(|row| row.valid_from == old.valid_from)
        })
        .collect();
    ctx.note_of(
        Action::ChangeDirectory,
        Object::new(ObjectKind::Authority, &planned.id),
        json!({
            "change": planned.what,
            "from": planned.on,
            "reason": planned.reason,
            "before": shown(&replaced),
            "after": shown(&planned.edit.put),
        }),
    );
    let after = planned.edit.applied_to(&before);
    detail(tx, of_id(&after, &planned.id), &planned.id)
}

/// The rows of `id`, all of which the caller must keep: an id is not taken over by adding to it.
pub(super) fn known(ctx: &Ctx, rows: &[Authority], id: &str) -> Result<()> {
    let found = of_id(rows, id);
    if found.is_empty() || !found.iter().all(|row| keeps(ctx, row)) {
        return Err(AppError::NotFound("authority"));
    }
    Ok(())
}

/// Whether the caller keeps this row: by where its unit lies today, or on its first day where it
/// has not begun.
fn keeps(ctx: &Ctx, row: &Authority) -> bool {
    let day = day_in_vietnam(ctx.now).max(row.valid_from);
    let facts = facts_of(row, &ctx.world.places, day).unwrap_or(AuthorityFacts {
        id: row.authority_id.clone(),
        role: None,
        province_code: None,
        commune_code: None,
    });
    ctx.may(Right::ManageDirectory, Facts::Authority(&facts))
}

/// A day that is not over yet.
fn from_today(form: &mut Form<'_>, name: &'static str, today: NaiveDate) -> Option<NaiveDate> {
    let day = form.day(name)?;
    if day < today {
        form.fault(name, FaultCode::InThePast);
        return None;
    }
    Some(day)
}

pub(in crate::service) fn or_fault<T>(
    form: &mut Form<'_>,
    name: &str,
    found: std::result::Result<T, NoChange>,
) -> Option<T> {
    let why = match found {
        Ok(found) => return Some(found),
        Err(NoChange::NotInForce) => FaultCode::NotInForce,
        Err(NoChange::LaterHasBegun) => FaultCode::LaterHasBegun,
    };
    form.fault(name, why);
    None
}

fn add(form: &mut Form<'_>, ctx: &Ctx, rows: &[Authority], today: NaiveDate) -> Option<Authority> {
    let texts = TEXTS.map(|name| form.optional_text(name, LONGEST).unwrap_or_default());
    let [id, role, name, level, code, from, to, phone, above] = texts;
    let text = |text: &str| Some(text.to_owned());
    let emails = form.names("emails", text);
    let sectors = form.names("sectors", text);
    let list = |entries: &[String]| joined(entries.iter().map(String::as_str));
    let cells = [
        id,
        role,
        name,
        level,
        code,
        from,
        to,
        list(&emails),
        phone,
        above,
        list(&sectors),
    ];
    let row = sound(
        form,
        rows,
        &ctx.world.places,
        &[cells],
        |column| match column {
            "email" => "emails",
            same => same,
        },
    )?
    .pop()?;
    if row.valid_from < today {
        form.fault("valid_from", FaultCode::InThePast);
    }
    // An import would replace it.
    let is_there = |old: &Authority| {
        (&old.authority_id, old.valid_from) == (&row.authority_id, row.valid_from)
    };
    if rows.iter().any(is_there) {
        form.fault("valid_from", FaultCode::Overlaps);
    }
    if !keeps(ctx, &row) {
        form.fault("territory_code", FaultCode::NotAllowed);
    }
    let theirs = of_id(rows, &row.authority_id);
    if !theirs.iter().all(|row| keeps(ctx, row)) {
        form.fault("authority_id", FaultCode::NotAllowed);
    }
    Some(row)
}

fn correct(
    form: &mut Form<'_>,
    ctx: &Ctx,
    rows: &[Authority],
    id: &str,
    today: NaiveDate,
) -> (Option<Edit<Authority>>, Option<NaiveDate>) {
    const CONTACTS: [&str; 4] = ["name", "emails", "phone", "escalates_to"];
    let on = from_today(form, "from", today);
    let given = CONTACTS.map(|name| form.knows(name));
    let name = form.optional_text("name", LONGEST);
    let phone = form.optional_text("phone", LONGEST);
    let above = form.optional_text("escalates_to", LONGEST);
    let emails = form.names("emails", |text| Some(text.to_owned()));
    if given == [false; 4] {
        form.fault("", FaultCode::Empty);
    }
    let Some(from) = on else { return (None, None) };
    let places = &ctx.world.places;
    let corrected = dated::correct(rows, id, from, |row| {
        if let Some(code) = code_on(row, rows, places, from) {
            row.territory_code = code;
        }
        let [has_name, has_emails, has_phone, has_above] = given;
        if has_name {
            row.name = name.unwrap_or_default();
        }
        if has_emails {
            row.emails = emails;
        }
        if has_phone {
            row.phone = phone.unwrap_or_default();
        }
        if has_above {
            row.escalates_to = above;
        }
    });
    let Some(edit) = or_fault(form, "from", corrected) else {
        return (None, on);
    };
    let cells: Vec<_> = edit.put.iter().map(cells_of).collect();
    let put = sound(form, rows, places, &cells, |column| match column {
        "email" => "emails",
        "name" | "phone" | "escalates_to" => column,
        _ => "from",
    });
    (put.map(|put| Edit { put, ..edit }), on)
}

/// Today's code of a row's unit: it may be another than on the first day of the row.
fn code_on(new: &Authority, rows: &[Authority], places: &Places, day: NaiveDate) -> Option<String> {
    let old = rows
        .iter()
        .find(|row| row.authority_id == new.authority_id && row.in_force_on(day))?;
    let unit = places
        .unit_on(old.level.unit_level()?, &old.territory_code, old.valid_from)
        .ok()?;
    let now = places.on_day(unit, day);
    now.iter()
        .find(|other| places.same_body(unit, other))
        .map(|unit| unit.code.clone())
}

/// The rows of these cells, checked exactly as an import checks them.
fn sound(
    form: &mut Form<'_>,
    existing: &[Authority],
    places: &Places,
    cells: &[[String; COLUMNS.len()]],
    member_of: impl Fn(&'static str) -> &'static str,
) -> Option<Vec<Authority>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _ = writer.write_record(COLUMNS);
    for row in cells {
        let _ = writer.write_record(row);
    }
    let csv = writer.into_inner().unwrap_or_default();
    match checked(existing, places, &csv) {
        Ok(rows) => Some(rows),
        Err(faults) => {
            for RowFault { column, reason, .. } in faults {
                let name = member_of(column);
                if !form.has_fault(name) {
                    form.fault(name, code_of(reason));
                }
            }
            None
        }
    }
}

fn code_of(reason: Reason) -> FaultCode {
    match reason {
        Reason::Required => FaultCode::Required,
        Reason::TooLong => FaultCode::TooLong,
        Reason::BadCharacters | Reason::NotUtf8 => FaultCode::BadCharacters,
        Reason::NotADate => FaultCode::NotADate,
        Reason::EndsBeforeStart => FaultCode::EndsBeforeItStarts,
        Reason::LevelAndCode => FaultCode::LevelAndCode,
        Reason::TerritoryUnknown => FaultCode::PlaceUnknown,
        Reason::TerritoryNotInForce => FaultCode::PlaceNotInForce,
        Reason::Email => FaultCode::Email,
        Reason::Repeated => FaultCode::Repeated,
        Reason::DuplicateKey | Reason::Overlap => FaultCode::Overlaps,
        Reason::EscalatesToUnknown => FaultCode::AuthorityUnknown,
        Reason::EscalatesToItself => FaultCode::EscalatesToItself,
        Reason::SectorsRequired => FaultCode::SectorsRequired,
        Reason::SectorsNotAllowed => FaultCode::SectorsNotAllowed,
        Reason::UnknownRole
        | Reason::UnknownLevel
        | Reason::UnknownSector
        | Reason::WrongHeader
        | Reason::FieldCount => FaultCode::NotAllowed,
    }
}
