//! A declaration as received, its supplements, and where each alert stands.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::answer::{Answer, CaseRef, RoutingAnswer};
use crate::{
    domain::{
        access::{DeclaredBy, Facts, Right, Sight},
        audit::Action,
        notice::NoticeState,
        receipt::ReceiptNo,
    },
    error::{AppError, Result},
    ids::CaseId,
    sealing::{Column, Sealed},
    service::{Ctx, masking, sealed},
    store::{
        alerts, cases,
        conn::DbConn,
        declarations::{self, Stored},
        notices,
    },
    time::rfc3339_in_vietnam,
};

/// A declaration, for its declarant and for the authorities of its case.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Declaration)]
pub struct DeclarationShown {
    /// Number.
    #[schema(example = "267K-3M9Q-XR4F")]
    pub receipt_no: String,
    /// When it was received.
    pub received_at: String,
    /// The case.
    pub case: CaseRef,
    /// State of the case.
    #[schema(value_type = crate::domain::case::CaseStatus)]
    pub status: String,
    /// The body as received; `null` for army and police units, whose content is not kept.
    #[schema(value_type = Option<Object>)]
    pub declaration: Option<Value>,
    /// The answer that was given.
    pub answer: Answer,
    /// What was added later, oldest first.
    pub supplements: Vec<SupplementShown>,
    /// Who is told, and where each alert stands now.
    pub routing: Vec<RoutingAnswer>,
    /// Pointers of what is masked here, because the caller may not read it.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub masked: Vec<String>,
}

/// A supplement as received.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = Supplement)]
pub struct SupplementShown {
    /// When it was received.
    pub received_at: String,
    /// Why.
    pub note: String,
    /// The body as received.
    #[schema(value_type = Option<Object>)]
    pub body: Option<Value>,
}

/// A declaration that the caller may see, and what makes it so.
pub struct Visible {
    /// The declaration.
    pub stored: Stored,
    by: DeclaredBy,
    audiences: BTreeSet<String>,
}

impl Visible {
    fn facts(&self) -> Facts<'_> {
        Facts::Declaration {
            by: &self.by,
            audiences: &self.audiences,
        }
    }
}

/// The declaration of a receipt number as it was written, if the caller has `right` on it.
pub fn visible(tx: &mut DbConn, ctx: &Ctx, right: Right, written: &str) -> Result<Visible> {
    let number = ReceiptNo::parse(written).map_err(|_| AppError::ReceiptMistyped)?;
    let stored =
        declarations::find(tx, &number.to_string())?.ok_or(AppError::NotFound("declaration"))?;
    let by = DeclaredBy {
        caller_id: stored.caller_id.clone(),
        tax_code: stored.tax_code.clone(),
        commune_code: stored.commune_code.clone(),
        employer: stored.employer_id.clone(),
    };
    let audiences = cases::audiences(tx, &stored.case_id)?;
    let visible = Visible {
        stored,
        by,
        audiences,
    };
    // Whoever may not read it is not told that it exists; what is held is read in the list of those.
    let is_held = notices::state(tx, &visible.stored.case_id)? == Some(NoticeState::Held);
    if !is_held && ctx.may(right, visible.facts()) {
        Ok(visible)
    } else {
        Err(AppError::NotFound("declaration"))
    }
}

/// The declaration of a receipt number.
pub fn show(tx: &mut DbConn, ctx: &Ctx, written: &str) -> Result<DeclarationShown> {
    let visible = visible(tx, ctx, Right::ReadDeclaration, written)?;
    let stored = &visible.stored;
    let case = cases::find(tx, &stored.case_id, &Sight::All)?.ok_or(AppError::NotFound("case"))?;
    ctx.note(
        Action::ReadDeclaration,
        &case.id,
        json!({ "receipt_no": stored.receipt_no }),
    );
    let key = sealed::key_of(&ctx.keys, &case)?;
    // What came while it was an ordinary case stays sealed, and nobody reads it.
    let is_hidden = case.sector.is_armed_forces();
    let of_row =
        |column, text: Option<&Sealed>| sealed::json(&key, column, stored.id.as_str(), text);
    let body = stored.body.as_ref().filter(|_| !is_hidden);
    let mut declaration: Option<Value> = of_row(Column::DeclarationBody, body)?;
    let mut masked = Vec::new();
    let mut mask = |shown: Option<&mut Value>, at: &str| {
        if let Some(shown) = shown {
            masked.extend(masking::mask(ctx, visible.facts(), shown, at));
        }
    };
    mask(declaration.as_mut(), "/declaration");
    let answer = key.open(
        Column::DeclarationAnswer,
        stored.id.as_str(),
        &stored.answer,
    )?;
    let answer: Answer = serde_json::from_str(&answer)?;
    let routing = alerts::ledger(tx, &stored.case_id)?
        .iter()
        .map(RoutingAnswer::from)
        .collect();
    let supplements = declarations::supplements_of(tx, &stored.case_id)?
        .into_iter()
        .enumerate()
        .map(|(number, supplement)| {
            let row = supplement.id.as_str();
            let body = supplement.body.as_ref().filter(|_| !is_hidden);
            let mut body: Option<Value> = sealed::json(&key, Column::SupplementBody, row, body)?;
            mask(body.as_mut(), &format!("/supplements/{number}/body"));
            let note = if is_hidden {
                String::new()
            } else {
                key.open(Column::SupplementNote, row, &supplement.note)?
            };
            Ok(SupplementShown {
                received_at: rfc3339_in_vietnam(supplement.received_at),
                note,
                body,
            })
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(DeclarationShown {
        case: CaseRef::of(&stored.case_id),
        status: case.status.to_string(),
        declaration,
        received_at: rfc3339_in_vietnam(stored.received_at),
        receipt_no: stored.receipt_no.clone(),
        answer,
        supplements,
        masked,
        routing,
    })
}

/// Puts the present status of each alert into an answer.
pub fn set_statuses(tx: &mut DbConn, case: &CaseId, routing: &mut [RoutingAnswer]) -> Result<()> {
    let now: Vec<RoutingAnswer> = alerts::ledger(tx, case)?
        .iter()
        .map(RoutingAnswer::from)
        .collect();
    for entry in routing {
        let same = now
            .iter()
            .rev()
            .find(|alert| alert.role == entry.role && alert.authority == entry.authority);
        if let Some(alert) = same {
            entry.status.clone_from(&alert.status);
            entry.taken_at.clone_from(&alert.taken_at);
            entry.said_vi.clone_from(&alert.said_vi);
            entry.said_en.clone_from(&alert.said_en);
        }
    }
    Ok(())
}
