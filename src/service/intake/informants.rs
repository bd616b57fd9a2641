//! Who gave notice: for the authority that received it alone, and every look is traced (L84 Art. 34.2;
//! PD-14).

use serde_json::json;

use crate::{
    domain::{
        access::{AuthorityFacts, Facts, Right, audiences},
        audit::Action,
        authority::Role,
        decide::Decision,
        declaration::Declarant,
        post::facts_of,
        routing::Duty,
    },
    error::{AppError, Result},
    ids::CaseId,
    sealing::Column,
    service::{Ctx, sealed},
    store::{cases, conn::DbConn, declarations, notices},
    time::day_in_vietnam,
};

/// Somebody who gave notice of a case.
pub struct Informant {
    /// Number of the declaration or notice.
    pub receipt_no: String,
    /// Who.
    pub identity: Declarant,
}

/// Who gave notice of the case `id`.
pub fn informants(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<Vec<Informant>> {
    ctx.require(Right::ReadInformant)?;
    let case = cases::find(tx, id, &audiences(&ctx.actor))?.ok_or(AppError::NotFound("case"))?;
    let key = sealed::key_of(&ctx.keys, &case)?;
    let decision = sealed::decision(&key, &case)?;
    let received_by = decision.map_or_else(Vec::new, |decision| received_by(ctx, &decision));
    let facts = Facts::Informant {
        received_by: &received_by,
    };
    ctx.require_of(Right::ReadInformant, facts, "case")?;
    ctx.note(
        Action::ReadInformant,
        id,
        json!({ "receipt_no": case.receipt_no }),
    );
    let mut found = Vec::new();
    for (declaration, kept) in notices::informants(tx, id)? {
        let text = key.open(Column::InformantIdentity, declaration.as_str(), &kept)?;
        let stored = declarations::answer_of(tx, declaration.as_str())?;
        found.push(Informant {
            receipt_no: stored.map_or_else(|| case.receipt_no.clone(), |one| one.receipt_no),
            identity: serde_json::from_str(&text)?,
        });
    }
    if found.is_empty() {
        // A record from before they were kept apart has it among its facts.
        let mut facts = sealed::facts(&key, &case)?;
        let identity = facts
            .as_mut()
            .and_then(|facts| facts.declarant.take_identity());
        found.extend(identity.map(|identity| Informant {
            receipt_no: case.receipt_no.clone(),
            identity,
        }));
    }
    Ok(found)
}

/// The authorities to which the law sends the notice, as they are today: the commune, and the labour
/// authority where it is told as well.
fn received_by(ctx: &Ctx, decision: &Decision) -> Vec<AuthorityFacts> {
    let today = day_in_vietnam(ctx.now);
    let receives = [Role::CommunePc, Role::ProvincialLabourAuthority];
    decision
        .recipients
        .iter()
        .filter(|one| receives.contains(&one.role) && one.duty == Duty::MustReceive)
        .filter_map(|one| {
            let authority = ctx
                .world
                .directory
                .by_id(&one.authority.as_ref()?.id, today)?;
            facts_of(authority, &ctx.world.places, today)
        })
        .collect()
}
