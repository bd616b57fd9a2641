//! A case from its declaration: opened once, revised by supplements.

use std::{borrow::Cow, collections::BTreeSet};

use serde_json::{Value, json};

use crate::{
    domain::{
        access::{self, ActorRole, CaseSeen, DeclaredBy},
        case::{Case, CaseStatus, Event, course::Course, event::HandedTo, search_key},
        clocks::{self, Clock},
        decide::Decision,
        declaration::{Casualties, Declaration},
        refusal::PassedOn,
        victim::Outcome,
    },
    error::{AppError, Result},
    ids::{CaseId, EventId},
    sealing::{CaseKey, Keys, WrappedKey},
    service::{Ctx, likeness, sealed, search, transfer},
    store::{
        cases::{self, CaseVictim, NewCase},
        clocks as stored_clocks,
        conn::DbConn,
        declarations,
        events::{self, NewEvent},
        likeness as stored_likeness, posts, search as stored_search, territories,
    },
};

/// A case to open.
pub struct Opening<'a> {
    /// Id.
    pub id: &'a CaseId,
    /// Number of its declaration.
    pub receipt_no: &'a str,
    /// First state.
    pub status: CaseStatus,
    /// What is kept of the declaration.
    pub declaration: &'a Declaration,
    /// What the law says.
    pub decision: &'a Decision,
}

/// The case, who sees it, its persons, clocks and the first row of its timeline, sealed with `key`,
/// which is kept as `data_key`.
pub fn open(
    ctx: &Ctx,
    opening: &Opening<'_>,
    key: &CaseKey,
    data_key: WrappedKey,
) -> Result<NewCase> {
    let Opening {
        id,
        receipt_no,
        status,
        declaration,
        decision,
    } = opening;
    let mut case = Case {
        id: (*id).clone(),
        receipt_no: (*receipt_no).to_owned(),
        status: *status,
        class: decision.case_class,
        kind: declaration.kind,
        sector: declaration.accident.sector,
        level: decision.investigation.level,
        occurred_at: declaration.accident.occurred_at,
        received_at: ctx.now,
        due_at: clocks::nearest_due(&decision.clocks),
        closed_at: None,
        ended_because: None,
        place_code: String::new(),
        place_valid_from: None,
        commune_code: String::new(),
        province_code: String::new(),
        place_name: String::new(),
        establishment_name: None,
        establishment_tax_code: None,
        counts: decision.counts,
        facts: String::new().into(),
        decision: String::new().into(),
        data_key: Some(data_key),
        assigned_to: None,
        search_key: String::new(),
        version: 1,
    };
    say_what_did_not_start(&case.id, decision);
    let territory = Territory::of(decision);
    describe(&mut case, declaration, decision, &territory, key)?;
    let event = event(
        ctx,
        &case,
        "declared",
        None,
        json!({ "declarant_role": declaration.declarant.role }),
    );
    Ok(NewCase {
        marks: search::marks(&ctx.keys, &case, Some(*declaration)),
        audiences: audiences(declaration, decision, &territory, &[declarer(ctx)]),
        candidates: territory.candidates(),
        victims: persons(&ctx.keys, declaration, decision),
        clocks: decision.clocks.clone(),
        events: vec![NewEvent::seal(&event, key)?],
        likeness: likeness::keys_of(&ctx.keys, &shown(declaration, decision.counts)),
        case,
    })
}

/// An alarm that did not start holds nothing up, and nobody is left to find that out alone.
pub(super) fn say_what_did_not_start(id: &CaseId, decision: &Decision) {
    for missing in &decision.not_started {
        tracing::error!(case.id = %id, "A clock did not start: {missing}");
    }
}

/// What news changes.
pub struct Revision<'a> {
    /// The facts as they now stand.
    pub declaration: &'a Declaration,
    /// What the law says of them.
    pub decision: &'a Decision,
    /// All clocks, old and new.
    pub clocks: &'a [Clock],
    /// How the case goes on.
    pub course: Course,
    /// Whom a transfer put in charge.
    pub handed_to: Option<&'a HandedTo>,
    /// Who stands in the place of those that refused.
    pub passed_on: &'a [PassedOn],
    /// What the timeline calls it.
    pub action: &'static str,
    /// For the timeline.
    pub details: Value,
}

/// Writes what news changes; `case` is the one that was read under lock.
pub fn revise(
    tx: &mut DbConn,
    ctx: &Ctx,
    case: &mut Case,
    revision: &Revision<'_>,
    key: &CaseKey,
) -> Result<()> {
    let Revision {
        declaration,
        decision,
        clocks,
        course,
        handed_to,
        passed_on,
        action,
        details,
    } = revision;
    let (seen_version, from) = (case.version, case.status);
    let territory = Territory::of(decision);
    case.class = decision.case_class;
    case.level = decision.investigation.level;
    case.counts = decision.counts;
    case.occurred_at = declaration.accident.occurred_at;
    case.sector = declaration.accident.sector;
    if course.status != from {
        case.status = course.status;
        case.closed_at = None;
        case.ended_because = None;
    }
    // Nobody there works on it yet.
    if course.elsewhere {
        case.assigned_to = None;
    }
    // Of what was closed runs what outlives it; of what ended before its time nothing.
    let before_its_time = case.is_ended() && case.ended_because.is_some();
    case.due_at = match before_its_time {
        true => clocks::NO_DUE,
        false => clocks::nearest_due(clocks),
    };
    case.version += 1;
    describe(case, declaration, decision, &territory, key)?;

    if course.elsewhere {
        posts::assign(tx, &case.id, None, ctx.now)?;
    }
    if !cases::update(tx, case, seen_version)? {
        return Err(AppError::Conflict("stale_version"));
    }
    let before = cases::audiences(tx, &case.id)?;
    let marks = search::marks(&ctx.keys, case, Some(*declaration));
    let declared = declarations::declarants(tx, &case.id)?;
    let mut seen_by = audiences(declaration, decision, &territory, &declared);
    if course.keeps_sight && !case.sector.is_armed_forces() {
        seen_by.extend(before.iter().cloned());
    }
    // A unit of the army or the police is no matter of the territory, whoever saw the case before.
    if !case.sector.is_armed_forces() {
        seen_by.extend(territory.with_codes(|provinces, communes| {
            access::within_territory(&before, provinces, communes)
        }));
        seen_by.extend(transfer::also_seen_by(*handed_to));
        seen_by.extend(passed_on.iter().flat_map(|passed| passed.audiences.clone()));
    }
    cases::set_audiences(tx, case, &seen_by)?;
    stored_search::set(tx, case, &seen_by, &marks)?;
    transfer::set_aside(tx, case, *handed_to)?;
    territories::set_candidates(tx, &case.id, &territory.candidates())?;
    let shown = shown(declaration, decision.counts);
    cases::set_victims(tx, &case.id, &persons(&ctx.keys, &shown, decision))?;
    let keys = likeness::keys_of(&ctx.keys, &shown);
    stored_likeness::set(tx, &case.id, case.occurred_at, &keys)?;
    let known = stored_clocks::list(tx, &case.id)?;
    let is_known = |clock: &Clock| {
        known
            .iter()
            .any(|old| old.id == clock.id && old.round == clock.round)
    };
    let (changed, new): (Vec<Clock>, Vec<Clock>) = clocks.iter().cloned().partition(is_known);
    stored_clocks::update(tx, &case.id, &changed)?;
    stored_clocks::insert(tx, &case.id, &new)?;
    let event = event(ctx, case, action, Some(from), details.clone());
    events::append(tx, NewEvent::seal(&event, key)?)?;
    Ok(())
}

/// Today's communes and provinces of the place: several while nobody has chosen.
pub(super) struct Territory {
    communes: Vec<String>,
    provinces: Vec<String>,
}

impl Territory {
    pub(super) fn of(decision: &Decision) -> Self {
        Self {
            // Abroad no commune is concerned: only the labour authority of the seat.
            communes: decision
                .place
                .today
                .iter()
                .map(|unit| unit.code.clone())
                .collect(),
            provinces: decision.provinces.clone(),
        }
    }

    /// Every commune and province in which the case may lie, where more than one (RT-6).
    pub(super) fn candidates(&self) -> BTreeSet<String> {
        [&self.communes, &self.provinces]
            .into_iter()
            .filter(|units| units.len() > 1)
            .flatten()
            .cloned()
            .collect()
    }

    /// Hands the codes of provinces and communes to `ask`.
    pub(super) fn with_codes<T>(&self, ask: impl FnOnce(&[&str], &[&str]) -> T) -> T {
        let provinces: Vec<&str> = self.provinces.iter().map(String::as_str).collect();
        let communes: Vec<&str> = self.communes.iter().map(String::as_str).collect();
        ask(&provinces, &communes)
    }
}

/// Writes into `case` what is shown and searched of it.
pub(super) fn describe(
    case: &mut Case,
    declaration: &Declaration,
    decision: &Decision,
    territory: &Territory,
    key: &CaseKey,
) -> Result<()> {
    let shown = shown(declaration, decision.counts);
    let establishment = shown.establishment.as_ref();
    case.place_code.clone_from(&decision.place.code);
    case.place_valid_from = decision.place.valid_from;
    case.place_name.clone_from(&decision.place.name);
    case.commune_code = territory.communes.first().cloned().unwrap_or_default();
    case.province_code = territory.provinces.first().cloned().unwrap_or_default();
    case.establishment_name = establishment.and_then(|one| one.name.clone());
    case.establishment_tax_code = establishment.and_then(|one| one.tax_code.clone());
    sealed::set_facts(key, case, declaration)?;
    sealed::set_decision(key, case, decision)?;
    let today: Vec<&str> = decision
        .place
        .today
        .iter()
        .map(|unit| unit.full_name.as_str())
        .collect();
    case.search_key = search_key(
        &case.receipt_no,
        &[
            Some(&case.place_name),
            Some(&today.join(" ")),
            case.establishment_name.as_deref(),
            case.establishment_tax_code.as_deref(),
        ],
    );
    Ok(())
}

/// In whose name the caller declares.
pub(super) fn declarer(ctx: &Ctx) -> DeclaredBy {
    let actor = &ctx.actor;
    // The police of a commune are not its People's Committee.
    let is_commune = actor.role == ActorRole::Commune;
    DeclaredBy {
        caller_id: actor.caller.id(),
        tax_code: actor.tax_code.clone(),
        commune_code: actor.commune_code.clone().filter(|_| is_commune),
        employer: actor.employer.as_ref().map(|acts| acts.id.clone()),
    }
}

/// Who sees a case of these facts, which was declared in these names.
pub(super) fn audiences(
    declaration: &Declaration,
    decision: &Decision,
    territory: &Territory,
    declared: &[DeclaredBy],
) -> BTreeSet<String> {
    let premises = declaration.tax_code_of_premises();
    let employers = declared.iter();
    let employers = employers.filter_map(|by| access::key_of_declarer(by, premises));
    let employers: Vec<String> = employers.collect();
    let told: Vec<_> = decision
        .recipients
        .iter()
        .map(|recipient| (recipient.role, recipient.duty))
        .collect();
    territory.with_codes(|provinces, communes| {
        access::audiences_of_case(CaseSeen {
            provinces,
            communes,
            told: &told,
            declared_by: declaration.declarant.role,
            employers: &employers,
            level: decision.investigation.level,
            sector: declaration.accident.sector,
        })
    })
}

pub(super) fn persons(
    keys: &Keys,
    declaration: &Declaration,
    decision: &Decision,
) -> Vec<CaseVictim> {
    declaration
        .victims
        .iter()
        .filter_map(|victim| {
            let class = decision
                .victims
                .iter()
                .find(|result| result.no == victim.no)?
                .class;
            Some(CaseVictim {
                no: victim.no,
                class,
                outcome: victim.outcome.unwrap_or(Outcome::Unknown),
                employment: declaration.employment_of(victim.employment),
                sex: victim.sex,
                birth_year: victim
                    .birth_year
                    .or(victim.date_of_birth.map(|day| chrono::Datelike::year(&day))),
                citizen_id_hash: victim
                    .citizen_id
                    .as_deref()
                    .and_then(|number| keys.citizen_id_hash(number)),
            })
        })
        .collect()
}

/// A row of the timeline of `case` as it now stands.
pub(super) fn event(
    ctx: &Ctx,
    case: &Case,
    action: &str,
    from: Option<CaseStatus>,
    details: Value,
) -> Event {
    Event {
        id: EventId::generate(),
        case_id: case.id.clone(),
        happened_at: ctx.now,
        actor: ctx.actor.name.clone(),
        actor_role: ctx.actor.role,
        action: action.to_owned(),
        from_status: from,
        to_status: case.status,
        reason: details
            .get("note")
            .and_then(Value::as_str)
            .map(str::to_owned),
        details,
    }
}

/// What is kept of a declaration: everything, and of army and police units where, when, how many
/// and who told, but no content (`sector.armed_forces.store_content`). The counts are those that
/// decided, so that the record stands without its victims.
pub fn kept(mut kept: Declaration, counts: Casualties) -> Declaration {
    if kept.accident.sector.is_armed_forces() {
        kept.establishment = None;
        kept.employer = None;
        kept.victims.clear();
        kept.accident.casualties = counts;
        kept.accident.summary.clear();
        kept.accident.place.detail = None;
        kept.accident.cause_code = None;
        kept.accident.injury_factor_code = None;
        kept.accident.injury_factor_scheme = None;
    }
    kept
}

/// What is shown of a case's facts: while it is one of an army or police unit no more than would be
/// [`kept`] of it, to nobody.
pub fn shown(facts: &Declaration, counts: Casualties) -> Cow<'_, Declaration> {
    if facts.accident.sector.is_armed_forces() {
        Cow::Owned(kept(facts.clone(), counts))
    } else {
        Cow::Borrowed(facts)
    }
}

/// What is kept of the facts `after` news of a case of which `before` was kept. The law is silent on
/// a sector that is corrected. Decided: what the case had as an ordinary one stays sealed, so that a
/// wrong word cannot erase it and it is there again with the right one; nothing of the content that
/// comes while it is one of an army or police unit is added to it.
pub fn kept_beside<'a>(
    before: &Declaration,
    after: &'a Declaration,
    counts: Casualties,
) -> Cow<'a, Declaration> {
    if !after.accident.sector.is_armed_forces() {
        return Cow::Borrowed(after);
    }
    let mut facts = kept(after.clone(), counts);
    facts.establishment.clone_from(&before.establishment);
    facts.employer.clone_from(&before.employer);
    facts.victims.clone_from(&before.victims);
    let (accident, old) = (&mut facts.accident, &before.accident);
    accident.summary.clone_from(&old.summary);
    accident.place.detail.clone_from(&old.place.detail);
    accident.cause_code.clone_from(&old.cause_code);
    accident
        .injury_factor_code
        .clone_from(&old.injury_factor_code);
    accident
        .injury_factor_scheme
        .clone_from(&old.injury_factor_scheme);
    // Who has died meanwhile is no content but what the law counts.
    for victim in &mut facts.victims {
        if let Some(now) = after.victims.iter().find(|now| now.no == victim.no) {
            victim.outcome = now.outcome;
        }
    }
    Cow::Owned(facts)
}
