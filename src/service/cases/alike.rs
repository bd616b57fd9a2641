//! Other cases that may be the same accident, and why. Each look at the persons of another case is traced.

use std::collections::BTreeMap;

use serde_json::json;

use super::not_held;
use crate::{
    domain::{
        access::{Facts, Right, Sight, audiences},
        audit::Action,
        case::{
            Case, CaseStatus,
            duplicates::{self, Compared, Ground, Likeness, PossibleDuplicate},
        },
        declaration::Declaration,
        notice::NoticeState,
        victim::Victim,
    },
    error::{AppError, Result},
    ids::CaseId,
    service::{Ctx, likeness, masking, sealed},
    store::{
        cases::{self, CaseVictim},
        conn::DbConn,
        notices, territories,
    },
    time::rfc3339_in_vietnam,
};

/// Cases that are shown at most.
const MOST_SHOWN: usize = 20;

/// Another case, as it is compared.
pub struct Alike {
    /// How alike, and why.
    pub found: PossibleDuplicate,
    /// The other case.
    pub case: Case,
    facts: Option<Declaration>,
}

/// Those that may be the accident of `case`, the likeliest first. A case that is a duplicate itself is not among them,
/// nor a notice that is held.
pub(super) fn possible(
    tx: &mut DbConn,
    ctx: &Ctx,
    (case, facts): (&Case, Option<&Declaration>),
    victims: &[CaseVictim],
    sight: &Sight,
) -> Result<Vec<Alike>> {
    let keys = facts.map(|facts| likeness::keys_of(&ctx.keys, facts));
    let keys = keys.unwrap_or_default();
    let mut near = cases::near(tx, case, victims, &keys, duplicates::WINDOW_OF_DAYS, sight)?;
    // What is too far is not opened.
    near.retain(|other| {
        other.status != CaseStatus::Duplicate
            && duplicates::nearness(case.occurred_at, other.occurred_at).is_some()
    });
    if near.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<&str> = near
        .iter()
        .chain([case])
        .map(|case| case.id.as_str())
        .collect();
    let candidates = territories::candidates_of(tx, &ids)?;
    let held: BTreeMap<String, NoticeState> = notices::states(tx, &ids)?;
    let units = |case: &Case| {
        candidates
            .get(case.id.as_str())
            .cloned()
            .unwrap_or_default()
    };
    let mine = units(case);
    let compared = Compared::of(case, facts, &mine);
    let mut found = Vec::new();
    for other in near {
        if held.get(other.id.as_str()) == Some(&NoticeState::Held) {
            continue;
        }
        let facts = sealed::shown_facts(&sealed::key_of(&ctx.keys, &other)?, &other)?;
        let theirs = units(&other);
        let likeness =
            duplicates::compare(&compared, &Compared::of(&other, facts.as_ref(), &theirs));
        if likeness.is_near() {
            found.push(Alike {
                found: likeness,
                case: other,
                facts,
            });
        }
    }
    found.sort_by(|a, b| (b.found.score, &a.found.case_id).cmp(&(a.found.score, &b.found.case_id)));
    found.truncate(MOST_SHOWN);
    Ok(found)
}

/// A ground with what the two cases say; `None` where the caller may not read it or there is nothing more to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExplainedGround {
    /// The ground.
    pub ground: Ground,
    /// What this case says.
    pub here: Option<String>,
    /// What the other says.
    pub there: Option<String>,
}

/// Another case with the whole explanation of its score.
pub struct Explained {
    /// How alike.
    pub found: PossibleDuplicate,
    /// The other case.
    pub case: Case,
    /// Its grounds, each with what both say.
    pub grounds: Vec<ExplainedGround>,
}

/// Which other cases may be the accident of the case `id`, with every ground of their scores.
pub fn explain(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<(Case, Vec<Explained>)> {
    ctx.require(Right::CompareCases)?;
    let sight = audiences(&ctx.actor);
    let case = cases::find(tx, id, &sight)?.ok_or(AppError::NotFound("case"))?;
    not_held(tx, id)?;
    let facts = sealed::shown_facts(&sealed::key_of(&ctx.keys, &case)?, &case)?;
    let victims = cases::victims(tx, id)?;
    let alike = possible(tx, ctx, (&case, facts.as_ref()), &victims, &sight)?;
    ctx.note(
        Action::ReadCase,
        id,
        json!({ "receipt_no": case.receipt_no, "possible_duplicates": alike.len() }),
    );
    let may_read_numbers = ctx.may(Right::ReadIdentityNumbers, Facts::Found);
    let explained = alike.into_iter().map(|other| {
        ctx.note(
            Action::ReadCase,
            &other.case.id,
            json!({ "receipt_no": other.case.receipt_no, "compared_with": case.receipt_no }),
        );
        let grounds = other.found.grounds.iter().map(|ground| {
            let no = |side: fn((u32, u32)) -> u32| ground.victims.map(side);
            let says = |case: &Case, facts: &Option<Declaration>, no: Option<u32>| {
                let facts = facts.as_ref();
                said(ground.likeness, case, facts, no, may_read_numbers)
            };
            ExplainedGround {
                here: says(&case, &facts, no(|pair| pair.0)),
                there: says(&other.case, &other.facts, no(|pair| pair.1)),
                ground: ground.clone(),
            }
        });
        Explained {
            grounds: grounds.collect(),
            found: other.found.clone(),
            case: other.case,
        }
    });
    let explained = explained.collect();
    Ok((case, explained))
}

/// What a case says of a ground.
fn said(
    likeness: Likeness,
    case: &Case,
    facts: Option<&Declaration>,
    no: Option<u32>,
    may_read_numbers: bool,
) -> Option<String> {
    let victim = || -> Option<&Victim> {
        let victims = &facts?.victims;
        victims.iter().find(|victim| Some(victim.no) == no)
    };
    match likeness {
        Likeness::SameVictim | Likeness::SameSpelling | Likeness::SimilarName => {
            victim()?.full_name.clone()
        }
        Likeness::SameIdentityNumber | Likeness::OtherIdentityNumber => {
            let number = victim()?.citizen_id.as_deref()?;
            Some(match may_read_numbers {
                true => number.to_owned(),
                false => masking::shortened(number),
            })
        }
        Likeness::SameBirthDate | Likeness::SameBirthYear | Likeness::OtherBirthYear => {
            let victim = victim()?;
            let date = victim.date_of_birth.map(|day| day.to_string());
            date.or_else(|| victim.birth_year.map(|year| year.to_string()))
        }
        Likeness::SameTaxCode => case.establishment_tax_code.clone(),
        Likeness::SameEstablishmentName => case.establishment_name.clone(),
        Likeness::SameCommune | Likeness::SameProvince => Some(case.place_name.clone()),
        Likeness::SameHour | Likeness::SameHalfDay | Likeness::SameDays => {
            Some(rfc3339_in_vietnam(case.occurred_at))
        }
        Likeness::SameCounts => None,
    }
}
