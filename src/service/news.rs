//! News of a case that is known: what the law now says of it, and everything that follows, written
//! down together. A supplement is news; so is what a duplicate tells of the case that it repeats.

use serde_json::{Value, json};

use super::{
    Ctx,
    cases::of_each,
    declarations::decided,
    inventory::{self, Before, Move},
    notices::{self, Alerting, Told},
    opening::{self, Revision, kept_beside},
    reform, sealed, transfer,
};
use crate::{
    domain::{
        access::{ActorRole, Sight},
        authority::Role,
        case::{
            Case, CaseStatus, Progress,
            course::{self, Course, InCharge},
        },
        classify::{CaseClass, VictimResult},
        decide::{Decision, Standing},
        declaration::{Casualties, DeclarantRole, Declaration},
        inventory::MovedBecause,
        investigation::InvestigationLevel,
        refusal,
        routing::{self, Recipient},
    },
    error::{AppError, Result},
    ids::CaseId,
    sealing::CaseKey,
    store::{
        alerts::{self, AlertLedger},
        cases, clocks as stored_clocks,
        conn::DbConn,
        events,
    },
    time::day_in_vietnam,
};

/// What is known of a case.
pub struct Known {
    /// The facts.
    pub facts: Declaration,
    /// What the law says of them.
    pub decision: Decision,
    /// What its timeline fixed.
    pub progress: Progress,
}

impl Known {
    /// What is known of `case`.
    pub fn of(tx: &mut DbConn, key: &CaseKey, case: &Case) -> Result<Self> {
        let (facts, decision) = sealed::both(key, case)?;
        let progress = Progress::of(&events::list(tx, &case.id, key)?);
        Ok(Self {
            facts,
            decision,
            progress,
        })
    }

    /// What the law says of the case once its facts are `after`.
    pub fn decide_again(&self, ctx: &Ctx, case: &Case, after: &Declaration) -> Result<Decision> {
        let earlier = &self.decision;
        // From UNCLEAR everything is a step to knowing; else going down needs a document and a reason.
        let held = Some(earlier.case_class).filter(|class| *class != CaseClass::Unclear);
        let is_office = is_of_an_office(ctx);
        let team = Some(&earlier.investigation).filter(|_| held.is_some());
        let standing = Standing {
            received_at: case.received_at,
            held,
            team: team.filter(|_| !is_office || earlier.is_held()),
        };
        self.decide_with(ctx, case, after, standing)
    }

    /// What the law says of the facts as they stand: a document says that the case is no graver than they are.
    pub fn decide_lower(&self, ctx: &Ctx, case: &Case) -> Result<Decision> {
        let standing = Standing {
            received_at: case.received_at,
            held: None,
            team: None,
        };
        self.decide_with(ctx, case, &self.facts, standing)
    }

    fn decide_with(
        &self,
        ctx: &Ctx,
        case: &Case,
        after: &Declaration,
        standing: Standing<'_>,
    ) -> Result<Decision> {
        let earlier = &self.decision;
        let as_declared = self.as_declared(after);
        let as_declared = as_declared.as_ref().unwrap_or(after);
        let mut decision = decided(as_declared, &ctx.world, ctx.now, Some(standing))?;
        let same_law = !self.changes_command(after);
        // Who was told because of a class that is held up stays named, with the duty that went with it.
        if decision.class_is_held() && same_law && !place_changed(earlier, &decision) {
            routing::keep_stronger(&mut decision.recipients, &earlier.recipients);
        }
        // The class that is held rests on what it rested on when it was decided.
        if decision.class_is_held() {
            decision.class_basis.clone_from(&earlier.class_basis);
        }
        // Whether it was late is asked of the first receipt, and again only with other times: a class
        // that rose later, as after a late death, does not make late what nobody had to declare then.
        let times = |facts: &Declaration| {
            let accident = &facts.accident;
            (
                accident.occurred_at,
                accident.learned_at,
                accident.abroad.is_some(),
            )
        };
        if times(after) == times(&self.facts) {
            decision.late.clone_from(&earlier.late);
        }
        // The form belongs to the first receipt too; a class that rose needs that of its own class.
        let is_filed = earlier.form.is_some() || !self.progress.declared;
        if earlier.case_class == decision.case_class && same_law && is_filed {
            decision.form.clone_from(&earlier.form);
            decision.form_basis.clone_from(&earlier.form_basis);
        }
        if let Some(handed) = &self.progress.handed_to
            && !after.accident.sector.is_armed_forces()
            && !course::goes_elsewhere(case, earlier, &decision, &self.progress)
        {
            transfer::keep_in_charge(handed, earlier, &mut decision);
        }
        if !after.accident.sector.is_armed_forces()
            && !course::goes_elsewhere(case, earlier, &decision, &self.progress)
        {
            let today = day_in_vietnam(ctx.now);
            let (passed_on, directory) = (&self.progress.passed_on, &ctx.world.directory);
            refusal::stand_in(passed_on, &mut decision.recipients, directory, today);
        }
        // The commune that made a notice its declaration has had its alert, and keeps it.
        if self.progress.declared && same_law {
            let is_commune = |recipient: &&Recipient| recipient.role == Role::CommunePc;
            let communes = earlier.recipients.iter().filter(is_commune);
            routing::keep_stronger(
                &mut decision.recipients,
                &communes.cloned().collect::<Vec<_>>(),
            );
        }
        // Whoever took the case over keeps it: no news sends it down to the level of its class.
        let above = self.progress.taken_over_by;
        if let Some(above) = above.filter(|above| above.is_above(decision.investigation.level)) {
            decision.investigation.level = above;
        }
        Ok(decision)
    }

    /// What holds from the moment in which the commune makes the notice its declaration (L84 Art.
    /// 34.1.d; `accidents.md` 7.3): its form goes to whoever is told. Class, investigation and limits
    /// stand: they count from the notice.
    pub fn declared(mut self, ctx: &Ctx, case: &Case) -> Result<Decision> {
        self.progress.declared = true;
        let now = self.decide_again(ctx, case, &self.facts)?;
        Ok(Decision {
            form: now.form,
            form_basis: now.form_basis,
            recipients: now.recipients,
            ..self.decision
        })
    }

    /// `facts` as the law sees them once the commune has made a notice its own declaration.
    fn as_declared(&self, facts: &Declaration) -> Option<Declaration> {
        self.progress.declared.then(|| {
            let mut facts = facts.clone();
            facts.declarant.role = DeclarantRole::Commune;
            facts
        })
    }

    /// Whether the case becomes one of an army or police unit, or is one no longer: others are told.
    fn changes_command(&self, after: &Declaration) -> bool {
        let armed = |facts: &Declaration| facts.accident.sector.is_armed_forces();
        armed(after) != armed(&self.facts)
    }

    /// The state in which a case of these facts begins.
    fn first_status(&self) -> CaseStatus {
        if self.progress.declared {
            CaseStatus::Declared
        } else {
            CaseStatus::first(self.facts.declarant.role)
        }
    }
}

/// Whether whoever tells is one of the authorities that lead or record cases, and no party to them.
pub fn is_of_an_office(ctx: &Ctx) -> bool {
    matches!(
        ctx.actor.role,
        ActorRole::Inspector | ActorRole::Ministry | ActorRole::Commune
    )
}

/// Why the facts changed, for the timeline and the mails.
pub struct Cause<'a> {
    /// What the timeline calls it.
    pub action: &'static str,
    /// In the words of whoever tells.
    pub note: &'a str,
    /// More for the timeline.
    pub details: Value,
    /// Name of the event, once for each.
    pub event: &'a str,
}

/// Writes down that the facts of `case` are now `after`, of which the law says `decision`: clocks,
/// alerts, state, sight and timeline. `case` is one that was read under lock. Answers the decision
/// with every clock of the case.
pub fn take_in(
    tx: &mut DbConn,
    ctx: &Ctx,
    (case, key): (&mut Case, &CaseKey),
    known: &Known,
    after: &Declaration,
    mut decision: Decision,
    cause: Cause<'_>,
) -> Result<Decision> {
    let earlier = &known.decision;
    let course = Course::after(
        case,
        earlier,
        &decision,
        &known.progress,
        known.first_status(),
    );
    let moves = why_it_moves(case, known, &course, after, &decision);
    let before_it = match moves {
        Some(_) => Some(Before::of(tx, case)?),
        None => None,
    };
    let told_before = alerts::ledger(tx, &case.id)?;
    decision.clocks = course::follow(
        stored_clocks::list(tx, &case.id)?,
        case,
        (earlier, &decision),
        &course,
        &in_charge(&told_before, &decision),
        &ctx.world.law,
        ctx.now,
    )
    .map_err(AppError::internal)?;
    if !case.is_ended() || course.reopens {
        let hurt = of_each(&opening::persons(&ctx.keys, after, &decision));
        let owed = hurt.iter().filter(|victim| victim.family_is_owed());
        let owed: Vec<u32> = owed.map(|victim| victim.number).collect();
        let named_before = earlier.counts.dead >= decision.counts.dead;
        let since = Some(ctx.now).filter(|_| !named_before);
        let (clocks, law) = (&mut decision.clocks, &ctx.world.law);
        course::owe_the_dead(clocks, &known.progress, &course, &owed, since, law)
            .map_err(AppError::internal)?;
    }

    opening::say_what_did_not_start(&case.id, &decision);

    let told = Told {
        case_id: &case.id,
        key,
        receipt_no: &case.receipt_no,
        received_at: case.received_at,
        declaration: after,
        decision: &decision,
    };
    let new: Vec<&Recipient> = decision
        .recipients
        .iter()
        .filter(|recipient| {
            let alerts = told_before.iter().map(|ledger| &ledger.alert);
            !course.rests && !notices::knows(alerts, recipient)
        })
        .collect();
    Alerting::of(ctx, &told, &new)?.write_anew(tx, ctx)?;
    let place_changed = place_changed(earlier, &decision);
    let others_are_told = place_changed || known.changes_command(after);
    if earlier.case_class != decision.case_class || others_are_told || course.graver {
        let earlier = earlier.into();
        notices::tell_change(tx, ctx, &told, earlier, &told_before, &new, cause.event)?;
    }

    let mut details = cause.details;
    details["note"] = json!(cause.note);
    details["class_before"] = json!(earlier.case_class);
    details["class_now"] = json!(decision.case_class);
    let (before, level) = (earlier.investigation.level, decision.investigation.level);
    if level != before {
        details["level_now"] = json!(level);
    }
    // What was found and decided of them was so of another outcome.
    let same = |victim: &&VictimResult| {
        let mut known = earlier.victims.iter();
        known.any(|old| old.no == victim.no && old.class != victim.class)
    };
    let changed: Vec<u32> = decision
        .victims
        .iter()
        .filter(same)
        .map(|one| one.no)
        .collect();
    if !changed.is_empty() {
        details["victims_changed"] = json!(changed);
    }
    if place_changed {
        details["place_before"] = shown_place(earlier);
        details["place_now"] = shown_place(&decision);
    }
    if course.elsewhere {
        details["elsewhere"] = json!(true);
    }
    let handed_to = known
        .progress
        .handed_to
        .clone()
        .filter(|_| !course.elsewhere);
    let revision = Revision {
        declaration: &kept_beside(&known.facts, after, decision.counts),
        decision: &decision,
        clocks: &decision.clocks,
        course,
        handed_to: handed_to.as_ref(),
        passed_on: match course.elsewhere {
            true => &[],
            false => &known.progress.passed_on,
        },
        action: cause.action,
        details,
    };
    opening::revise(tx, ctx, case, &revision, key)?;
    if let Some((because, before_it)) = moves.zip(before_it) {
        let of = Move {
            because,
            from: match because {
                // The employer's own team is no authority.
                MovedBecause::ClassRaised => Vec::new(),
                _ => inventory::in_hands_of(earlier),
            },
            to: match because {
                MovedBecause::ArmedForces => {
                    let told = decision.recipients.iter();
                    told.filter_map(|one| one.authority.clone()).collect()
                }
                _ => inventory::in_hands_of(&decision),
            },
            letter_number: None,
            reason: Some(cause.note.to_owned()).filter(|note| !note.is_empty()),
            basis: Vec::new(),
        };
        inventory::record(tx, ctx, (case, key), &before_it, of)?;
    }
    if course.graver
        && case.status == CaseStatus::Duplicate
        && let Some(other) = course::master(&known.progress)
    {
        carry(tx, ctx, case, &other, cause.event)?;
    }
    Ok(decision)
}

/// Why the news takes the case to others; `None` where it stays with those who have it. A class that rises before
/// anybody has taken the case up moves no file.
fn why_it_moves(
    case: &Case,
    known: &Known,
    course: &Course,
    after: &Declaration,
    now: &Decision,
) -> Option<MovedBecause> {
    let earlier = known.decision.investigation.level;
    let is_taken_up = case.status.is_in_hand();
    if known.changes_command(after) && after.accident.sector.is_armed_forces() {
        Some(MovedBecause::ArmedForces)
    } else if course.elsewhere {
        Some(MovedBecause::PlaceCorrected)
    } else if earlier == InvestigationLevel::Facility
        && now.investigation.level.is_above(earlier)
        && is_taken_up
        && !course.rests
    {
        Some(MovedBecause::ClassRaised)
    } else {
        None
    }
}

/// What the duplicate `from` tells of the case `to`, which stands for it: the graver of the two counts
/// holds there, with all that follows. The law does not know duplicates. Decided: each declaration
/// keeps what it said, and whoever must be told is told of the one case on which people work.
pub fn carry(tx: &mut DbConn, ctx: &Ctx, from: &Case, to: &CaseId, event: &str) -> Result<()> {
    cases::lock(tx, to)?;
    reform::carry_over(tx, ctx, to)?;
    let mut case = cases::find(tx, to, &Sight::All)?
        .ok_or_else(|| AppError::internal(format!("{} is a duplicate of no case", from.id)))?;
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let known = Known::of(tx, &key, &case)?;
    let mut after = known.facts.clone();
    after.accident.casualties = known.decision.counts.graver(&from.counts);
    let decision = known.decide_again(ctx, &case, &after)?;
    let cause = Cause {
        action: CARRIED,
        note: "",
        details: json!({
            "duplicate": from.id,
            "receipt_no": from.receipt_no,
            "counts_before": known.facts.accident.casualties,
            "counts_now": after.accident.casualties,
        }),
        event,
    };
    take_in(tx, ctx, (&mut case, &key), &known, &after, decision, cause)?;
    Ok(())
}

/// What the timeline calls it when a duplicate's counts came to the case that stands for it.
const CARRIED: &str = "news_of_duplicate";

/// `from` is no duplicate of `of` after all: where the counts there are still those that it brought, they are
/// again those of before. The class stays until somebody lowers it with a document and a reason.
pub fn separate(tx: &mut DbConn, ctx: &Ctx, from: &Case, of: &CaseId, reason: &str) -> Result<()> {
    cases::lock(tx, of)?;
    reform::carry_over(tx, ctx, of)?;
    let Some(mut case) = cases::find(tx, of, &Sight::All)? else {
        return Err(AppError::internal(format!(
            "{} was a duplicate of no case",
            from.id
        )));
    };
    let key = sealed::key_to_write(tx, &ctx.keys, &mut case)?;
    let known = Known::of(tx, &key, &case)?;
    let mut after = known.facts.clone();
    let timeline = events::list(tx, &case.id, &key)?;
    let brought = timeline
        .iter()
        .rfind(|event| event.action == CARRIED && event.details["duplicate"] == json!(from.id));
    let counts = |name: &str| {
        let counts = brought?.details.get(name)?.clone();
        serde_json::from_value::<Casualties>(counts).ok()
    };
    let is_theirs = counts("counts_now") == Some(known.facts.accident.casualties);
    if let Some(before) = counts("counts_before").filter(|_| is_theirs) {
        after.accident.casualties = before;
    }
    let decision = known.decide_again(ctx, &case, &after)?;
    let cause = Cause {
        action: "duplicate_separated",
        note: reason,
        details: json!({ "duplicate": from.id, "receipt_no": from.receipt_no }),
        event: &format!("separated/{}/{}", from.id, from.version),
    };
    take_in(tx, ctx, (&mut case, &key), &known, &after, decision, cause)?;
    Ok(())
}

/// The times in which the labour authority that `decision` puts in charge had an alert.
fn in_charge(ledgers: &[AlertLedger], decision: &Decision) -> Vec<InCharge> {
    let is_named = |ledger: &&AlertLedger| {
        ledger.alert.authority.is_some()
            && decision.recipients.iter().any(|recipient| {
                recipient.role == Role::ProvincialLabourAuthority
                    && recipient.authority == ledger.alert.authority
            })
    };
    ledgers
        .iter()
        .filter(is_named)
        .map(|ledger| InCharge {
            from: ledger.alert.created_at,
            to: ledger.alert.ended.map(|(at, _)| at),
        })
        .collect()
}

/// Whether the case lies, or may lie, in other units than before.
fn place_changed(earlier: &Decision, now: &Decision) -> bool {
    let today = |decision: &Decision| -> Vec<String> {
        let units = decision.place.today.iter();
        units.map(|unit| unit.code.clone()).collect()
    };
    (&earlier.place.code, earlier.place.valid_from) != (&now.place.code, now.place.valid_from)
        || today(earlier) != today(now)
        || earlier.provinces != now.provinces
}

fn shown_place(decision: &Decision) -> Value {
    json!({ "name": decision.place.name, "code": decision.place.code, "provinces": decision.provinces })
}
