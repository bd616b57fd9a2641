//! Cases, who sees them, and the persons hurt.
//!
//! Writes name the version they are based on: of two people at once one wins, and the other is
//! told. Reads stay within the reader's [`Sight`]: a case outside it does not exist.

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use diesel::{
    dsl::{AsSelect, SqlTypeOf},
    prelude::*,
    result::Error as DieselError,
};

use crate::{
    domain::{
        access::Sight,
        case::{Case, CaseStatus},
        classify::CaseClass,
        clocks::{Clock, NO_DUE},
        declaration::{Casualties, Kind, Sector},
        investigation::InvestigationLevel,
        place::UnitLevel,
        victim::{Employment, Outcome, Sex, VictimClass},
    },
    ids::CaseId,
    insert_rows, on_each_backend,
    sealing::WrappedKey,
    store::{
        clocks,
        conn::{DbConn, MultiBackend},
        events::{self, NewEvent},
        likeness,
        schema::{case_audiences, cases, victims},
        search, territories,
    },
};

/// Everything that a new case brings.
#[derive(Debug, Clone)]
pub struct NewCase {
    /// The case; `due_at` is the nearest of `clocks`.
    pub case: Case,
    /// Who sees it; see [`crate::domain::access::audiences_of_case`].
    pub audiences: BTreeSet<String>,
    /// Codes of today's communes and provinces in which it may lie, where more than one.
    pub candidates: BTreeSet<String>,
    /// The persons hurt.
    pub victims: Vec<CaseVictim>,
    /// Clocks that start.
    pub clocks: Vec<Clock>,
    /// First rows of its timeline.
    pub events: Vec<NewEvent>,
    /// Marks of the words by which it is found.
    pub marks: search::Marks,
    /// By whom other reports of the accident are found; see [`likeness`].
    pub likeness: Vec<String>,
}

/// What is counted of a person hurt; the rest stands in the facts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseVictim {
    /// Number in the case: 1, 2, …
    pub no: u32,
    /// Class.
    pub class: VictimClass,
    /// Outcome as declared; `Unknown` where not stated.
    pub outcome: Outcome,
    /// Under contract or not.
    pub employment: Option<Employment>,
    /// Sex.
    pub sex: Option<Sex>,
    /// Year of birth.
    pub birth_year: Option<i32>,
    /// Keyed hash of the identity number.
    pub citizen_id_hash: Option<String>,
}

#[derive(Insertable, Queryable, Selectable, AsChangeset)]
#[diesel(table_name = cases)]
#[diesel(treat_none_as_null = true)]
#[diesel(treat_none_as_default_value = false)]
struct CaseRow {
    id: String,
    receipt_no: String,
    status: String,
    case_class: String,
    kind: String,
    sector: String,
    level: String,
    occurred_at: NaiveDateTime,
    received_at: NaiveDateTime,
    due_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
    ended_because: Option<String>,
    place_code: String,
    place_valid_from: Option<NaiveDate>,
    commune_code: String,
    province_code: String,
    place_name: String,
    establishment_name: Option<String>,
    establishment_tax_code: Option<String>,
    dead: i32,
    serious: i32,
    light: i32,
    missing: i32,
    unknown: i32,
    facts: String,
    decision: String,
    assigned_to: Option<String>,
    search_key: String,
    version: i32,
}

/// A row with its key, which no update of a case touches: it belongs to the rotation of keys.
#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = cases)]
#[diesel(treat_none_as_default_value = false)]
struct KeyedRow {
    #[diesel(embed)]
    case: CaseRow,
    master_key: Option<String>,
    data_key: Option<String>,
}

impl From<Case> for KeyedRow {
    fn from(mut case: Case) -> Self {
        let (master_key, data_key) = case
            .data_key
            .take()
            .map(|key| (key.master_key, key.wrapped))
            .unzip();
        Self {
            case: case.into(),
            master_key,
            data_key,
        }
    }
}

impl TryFrom<KeyedRow> for Case {
    type Error = DieselError;

    fn try_from(row: KeyedRow) -> QueryResult<Self> {
        let mut case = Self::try_from(row.case)?;
        case.data_key = wrapped(row.master_key, row.data_key);
        Ok(case)
    }
}

/// A key from its two columns.
pub(super) fn wrapped(master_key: Option<String>, wrapped: Option<String>) -> Option<WrappedKey> {
    let (master_key, wrapped) = master_key.zip(wrapped)?;
    Some(WrappedKey {
        master_key,
        wrapped,
    })
}

impl From<Case> for CaseRow {
    fn from(case: Case) -> Self {
        let count = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            id: case.id.into(),
            receipt_no: case.receipt_no,
            status: case.status.as_str().to_owned(),
            case_class: case.class.as_str().to_owned(),
            kind: case.kind.as_str().to_owned(),
            sector: case.sector.as_str().to_owned(),
            level: case.level.as_str().to_owned(),
            occurred_at: case.occurred_at.naive_utc(),
            received_at: case.received_at.naive_utc(),
            due_at: case.due_at.naive_utc(),
            closed_at: case.closed_at.map(|moment| moment.naive_utc()),
            ended_because: case.ended_because,
            place_code: case.place_code,
            place_valid_from: case.place_valid_from,
            commune_code: case.commune_code,
            province_code: case.province_code,
            place_name: case.place_name,
            establishment_name: case.establishment_name,
            establishment_tax_code: case.establishment_tax_code,
            dead: count(case.counts.dead),
            serious: count(case.counts.serious),
            light: count(case.counts.light),
            missing: count(case.counts.missing),
            unknown: count(case.counts.unknown),
            facts: case.facts.into_stored(),
            decision: case.decision.into_stored(),
            assigned_to: case.assigned_to,
            search_key: case.search_key,
            version: case.version,
        }
    }
}

impl TryFrom<CaseRow> for Case {
    type Error = DieselError;

    fn try_from(row: CaseRow) -> QueryResult<Self> {
        let count = |number: i32| u32::try_from(number).unwrap_or(0);
        Ok(Self {
            id: CaseId::from(row.id),
            receipt_no: row.receipt_no,
            status: CaseStatus::try_from(row.status).map_err(unknown)?,
            class: CaseClass::try_from(row.case_class).map_err(unknown)?,
            kind: Kind::try_from(row.kind).map_err(unknown)?,
            sector: Sector::try_from(row.sector).map_err(unknown)?,
            level: InvestigationLevel::try_from(row.level).map_err(unknown)?,
            occurred_at: row.occurred_at.and_utc(),
            received_at: row.received_at.and_utc(),
            due_at: row.due_at.and_utc(),
            closed_at: row.closed_at.map(|moment| moment.and_utc()),
            ended_because: row.ended_because,
            place_code: row.place_code,
            place_valid_from: row.place_valid_from,
            commune_code: row.commune_code,
            province_code: row.province_code,
            place_name: row.place_name,
            establishment_name: row.establishment_name,
            establishment_tax_code: row.establishment_tax_code,
            counts: Casualties {
                dead: count(row.dead),
                serious: count(row.serious),
                light: count(row.light),
                missing: count(row.missing),
                unknown: count(row.unknown),
            },
            facts: row.facts.into(),
            decision: row.decision.into(),
            data_key: None,
            assigned_to: row.assigned_to,
            search_key: row.search_key,
            version: row.version,
        })
    }
}

/// A value in the database that this program does not know.
pub(crate) fn unknown(error: impl std::error::Error + Send + Sync + 'static) -> DieselError {
    DieselError::DeserializationError(Box::new(error))
}

#[derive(Insertable)]
#[diesel(table_name = case_audiences)]
#[diesel(treat_none_as_default_value = false)]
struct AudienceRow {
    audience: String,
    case_id: String,
    due_at: NaiveDateTime,
    received_at: NaiveDateTime,
    closed_at: Option<NaiveDateTime>,
    status: &'static str,
}

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = victims)]
#[diesel(treat_none_as_default_value = false)]
struct VictimRow {
    case_id: String,
    victim_no: i32,
    class: String,
    outcome: String,
    employment: Option<String>,
    sex: Option<String>,
    birth_year: Option<i32>,
    citizen_id_hash: Option<String>,
}

/// Writes a new case with everything that belongs to it, one statement for each table.
pub fn insert(conn: &mut DbConn, new: NewCase) -> QueryResult<()> {
    let audiences = audience_rows(&new.case, &new.audiences);
    let id = new.case.id.clone();
    let (received_at, occurred_at) = (new.case.received_at, new.case.occurred_at);
    let row = KeyedRow::from(new.case);
    on_each_backend!(conn, |inner| diesel::insert_into(cases::table)
        .values(row)
        .execute(inner))?;
    add_audiences(conn, audiences)?;
    search::insert(conn, (&id, received_at), &new.audiences, &new.marks)?;
    territories::insert_candidates(conn, &id, &new.candidates)?;
    add_victims(conn, &id, &new.victims)?;
    likeness::insert(conn, &id, occurred_at, &new.likeness)?;
    clocks::insert(conn, &id, &new.clocks)?;
    events::insert(conn, new.events)
}

/// The case `id`, if `sight` reaches it.
pub fn find(conn: &mut DbConn, id: &CaseId, sight: &Sight) -> QueryResult<Option<Case>> {
    let mut query = cases::table
        .find(id.as_str())
        .filter(super::retention::is_there())
        .into_boxed();
    match sight {
        Sight::All => {}
        Sight::Nothing => return Ok(None),
        Sight::Audiences(keys) => {
            let seen = case_audiences::table
                .filter(case_audiences::audience.eq_any(keys))
                .filter(case_audiences::case_id.eq(id.as_str()))
                .select(case_audiences::case_id);
            query = query.filter(cases::id.eq_any(seen));
        }
    }
    query
        .select(KeyedRow::as_select())
        .first(conn)
        .optional()?
        .map(Case::try_from)
        .transpose()
}

/// Gives a case that is older than sealing its key. `false` where it has one.
pub fn give_key(conn: &mut DbConn, id: &CaseId, key: &WrappedKey) -> QueryResult<bool> {
    let keyless = cases::table
        .find(id.as_str())
        .filter(cases::data_key.is_null());
    let changed = diesel::update(keyless)
        .set((
            cases::master_key.eq(&key.master_key),
            cases::data_key.eq(&key.wrapped),
        ))
        .execute(conn)?;
    Ok(changed == 1)
}

/// Makes whoever else wants to change the case wait until this transaction ends. SQLite lets only
/// one write at a time; PostgreSQL takes a row lock with an update that changes nothing.
pub fn lock(conn: &mut DbConn, id: &CaseId) -> QueryResult<()> {
    diesel::update(cases::table.find(id.as_str()))
        .set(cases::version.eq(cases::version))
        .execute(conn)
        .map(|_| ())
}

/// Writes `case` as it is now, if it still stands at `seen_version`; `false` if somebody else
/// changed it meanwhile. Its audiences' order, state and end follow.
pub fn update(conn: &mut DbConn, case: &Case, seen_version: i32) -> QueryResult<bool> {
    let unchanged = cases::table
        .filter(cases::id.eq(case.id.as_str()))
        .filter(cases::version.eq(seen_version));
    let changed = diesel::update(unchanged)
        .set(CaseRow::from(case.clone()))
        .execute(conn)?;
    if changed == 0 {
        return Ok(false);
    }
    diesel::update(case_audiences::table.filter(case_audiences::case_id.eq(case.id.as_str())))
        .set((
            case_audiences::due_at.eq(case.due_at.naive_utc()),
            case_audiences::closed_at.eq(case.closed_at.map(|moment| moment.naive_utc())),
            case_audiences::status.eq(case.status.as_str()),
        ))
        .execute(conn)?;
    Ok(true)
}

/// Who sees the case `id`.
pub fn audiences(conn: &mut DbConn, id: &CaseId) -> QueryResult<BTreeSet<String>> {
    let keys: Vec<String> = case_audiences::table
        .filter(case_audiences::case_id.eq(id.as_str()))
        .select(case_audiences::audience)
        .load(conn)?;
    Ok(keys.into_iter().collect())
}

/// From now on `audiences`, and nobody else, see `case`. Call it after [`update`].
pub fn set_audiences(
    conn: &mut DbConn,
    case: &Case,
    audiences: &BTreeSet<String>,
) -> QueryResult<()> {
    let before = self::audiences(conn, &case.id)?;
    let gone: Vec<&String> = before.difference(audiences).collect();
    if !gone.is_empty() {
        diesel::delete(
            case_audiences::table
                .filter(case_audiences::case_id.eq(case.id.as_str()))
                .filter(case_audiences::audience.eq_any(gone)),
        )
        .execute(conn)?;
    }
    let new: BTreeSet<String> = audiences.difference(&before).cloned().collect();
    if before != *audiences {
        search::set_scope(conn, case, audiences)?;
    }
    add_audiences(conn, audience_rows(case, &new))
}

/// For those of `audiences` the case has ended at `at`: another authority is in charge, and they only
/// read on. Call it after [`update`] and [`set_audiences`].
pub fn set_aside(
    conn: &mut DbConn,
    id: &CaseId,
    audiences: &[String],
    at: DateTime<Utc>,
) -> QueryResult<()> {
    if audiences.is_empty() {
        return Ok(());
    }
    let rows = case_audiences::table
        .filter(case_audiences::case_id.eq(id.as_str()))
        .filter(case_audiences::audience.eq_any(audiences));
    diesel::update(rows)
        .set((
            case_audiences::due_at.eq(NO_DUE.naive_utc()),
            case_audiences::closed_at.eq(Some(at.naive_utc())),
            case_audiences::status.eq(CaseStatus::Transferred.as_str()),
        ))
        .execute(conn)
        .map(|_| ())
}

/// The persons hurt, by number.
pub fn victims(conn: &mut DbConn, id: &CaseId) -> QueryResult<Vec<CaseVictim>> {
    let rows: Vec<VictimRow> = victims::table
        .filter(victims::case_id.eq(id.as_str()))
        .order(victims::victim_no)
        .select(VictimRow::as_select())
        .load(conn)?;
    rows.into_iter()
        .map(|row| {
            Ok(CaseVictim {
                no: u32::try_from(row.victim_no).unwrap_or(0),
                class: VictimClass::try_from(row.class).map_err(unknown)?,
                outcome: Outcome::try_from(row.outcome).map_err(unknown)?,
                employment: row
                    .employment
                    .map(Employment::try_from)
                    .transpose()
                    .map_err(unknown)?,
                sex: row.sex.map(Sex::try_from).transpose().map_err(unknown)?,
                birth_year: row.birth_year,
                citizen_id_hash: row.citizen_id_hash,
            })
        })
        .collect()
}

/// From now on `victims` are the persons hurt: after a supplement.
pub fn set_victims(conn: &mut DbConn, id: &CaseId, victims: &[CaseVictim]) -> QueryResult<()> {
    diesel::delete(victims::table.filter(victims::case_id.eq(id.as_str()))).execute(conn)?;
    add_victims(conn, id, victims)
}

/// Other cases that happened within `window` of `case`: in today's commune, to a person of the same identity number,
/// or to one with a key of `likeness`. Of each kind the [`MOST_NEAR`] nearest before and after, in the order of
/// time, within `sight`; none whose key was destroyed. Where the place is not certain, each commune in which one of
/// the two may lie counts.
pub fn near(
    conn: &mut DbConn,
    case: &Case,
    persons: &[CaseVictim],
    likeness: &[String],
    window: TimeDelta,
    sight: &Sight,
) -> QueryResult<Vec<Case>> {
    if *sight == Sight::Nothing {
        return Ok(Vec::new());
    }
    let sides = || [true, false].map(|later| about_then(case, window, sight, later));
    let mut rows: Vec<KeyedRow> = Vec::new();
    let candidates = territories::candidates(conn, &case.id)?;
    let mut communes: Vec<&str> = candidates
        .iter()
        .map(String::as_str)
        .filter(|code| UnitLevel::of_code(code) == Some(UnitLevel::Commune))
        .collect();
    if communes.is_empty() {
        communes.push(&case.commune_code);
    }
    let undecided = territories::cases_with_candidate(conn, &communes)?;
    if !case.commune_code.is_empty() {
        for side in sides() {
            let here = side.filter(cases::commune_code.eq_any(communes.clone()));
            rows.extend(here.load::<KeyedRow>(conn)?);
        }
        // Asked for by themselves, the few leave the question above its index.
        if !undecided.is_empty() {
            for side in sides() {
                let maybe_here = side.filter(cases::id.eq_any(undecided.clone()));
                rows.extend(maybe_here.load::<KeyedRow>(conn)?);
            }
        }
    }
    let hashes: Vec<&String> = persons
        .iter()
        .filter_map(|person| person.citizen_id_hash.as_ref())
        .collect();
    let mut of_persons = likeness::cases_of(conn, likeness, case.occurred_at, window)?;
    if !hashes.is_empty() {
        let named = victims::table
            .filter(victims::citizen_id_hash.eq_any(hashes))
            .select(victims::case_id)
            .limit(likeness::MOST);
        of_persons.extend(named.load::<String>(conn)?);
    }
    of_persons.sort_unstable();
    of_persons.dedup();
    if !of_persons.is_empty() {
        for side in sides() {
            let same = side.filter(cases::id.eq_any(of_persons.clone()));
            rows.extend(same.load::<KeyedRow>(conn)?);
        }
    }
    in_order(&mut rows);
    rows.into_iter().map(Case::try_from).collect()
}

/// Cases of one kind to each side of a moment.
pub const MOST_NEAR: i64 = 20;

type Near<'a> = cases::BoxedQuery<'a, MultiBackend, SqlTypeOf<AsSelect<KeyedRow, MultiBackend>>>;

/// Other cases until `window` after `case`, or before it: the nearest first.
fn about_then<'a>(case: &'a Case, window: TimeDelta, sight: &'a Sight, later: bool) -> Near<'a> {
    let then = case.occurred_at.naive_utc();
    let query = cases::table
        .filter(cases::id.ne(case.id.as_str()))
        .filter(super::retention::is_there())
        .limit(MOST_NEAR)
        .select(KeyedRow::as_select())
        .into_boxed();
    let query = if later {
        query
            .filter(cases::occurred_at.between(then, then + window))
            .order((cases::occurred_at.asc(), cases::id.asc()))
    } else {
        query
            .filter(cases::occurred_at.ge(then - window))
            .filter(cases::occurred_at.lt(then))
            .order((cases::occurred_at.desc(), cases::id.desc()))
    };
    match sight {
        Sight::Audiences(keys) => {
            let seen = case_audiences::table
                .filter(case_audiences::audience.eq_any(keys))
                .filter(case_audiences::case_id.eq(cases::id));
            query.filter(diesel::dsl::exists(seen))
        }
        Sight::All | Sight::Nothing => query,
    }
}

/// In the order of time, each case once.
fn in_order(rows: &mut Vec<KeyedRow>) {
    rows.sort_by(|a, b| (a.case.occurred_at, &a.case.id).cmp(&(b.case.occurred_at, &b.case.id)));
    rows.dedup_by(|a, b| a.case.id == b.case.id);
}

/// How many cases have passed a raw limit at `now`, those among them that have ended with a duty that outlives
/// them.
pub fn count_overdue(conn: &mut DbConn, now: DateTime<Utc>) -> QueryResult<i64> {
    let late = || cases::table.filter(cases::due_at.lt(now.naive_utc()));
    // One index for each of the two.
    let open: i64 = late()
        .filter(cases::closed_at.is_null())
        .count()
        .get_result(conn)?;
    let ended: i64 = late()
        .filter(cases::closed_at.is_not_null())
        .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
            "cases.due_at < '9999-12-31 00:00:00'",
        ))
        .count()
        .get_result(conn)?;
    Ok(open + ended)
}

fn audience_rows(case: &Case, audiences: &BTreeSet<String>) -> Vec<AudienceRow> {
    audiences
        .iter()
        .map(|audience| AudienceRow {
            audience: audience.clone(),
            case_id: case.id.to_string(),
            due_at: case.due_at.naive_utc(),
            received_at: case.received_at.naive_utc(),
            closed_at: case.closed_at.map(|moment| moment.naive_utc()),
            status: case.status.as_str(),
        })
        .collect()
}

fn add_audiences(conn: &mut DbConn, rows: Vec<AudienceRow>) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    insert_rows!(conn, rows, |values| diesel::insert_into(
        case_audiences::table
    )
    .values(values))?;
    Ok(())
}

fn add_victims(conn: &mut DbConn, id: &CaseId, victims: &[CaseVictim]) -> QueryResult<()> {
    if victims.is_empty() {
        return Ok(());
    }
    let rows: Vec<VictimRow> = victims
        .iter()
        .map(|victim| VictimRow {
            case_id: id.as_str().to_owned(),
            victim_no: i32::try_from(victim.no).unwrap_or(i32::MAX),
            class: victim.class.as_str().to_owned(),
            outcome: victim.outcome.as_str().to_owned(),
            employment: victim.employment.map(|choice| choice.as_str().to_owned()),
            sex: victim.sex.map(|choice| choice.as_str().to_owned()),
            birth_year: victim.birth_year,
            citizen_id_hash: victim.citizen_id_hash.clone(),
        })
        .collect();
    insert_rows!(conn, rows, |values| diesel::insert_into(victims::table)
        .values(values))?;
    Ok(())
}

#[cfg(test)]
mod tests;
