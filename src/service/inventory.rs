//! What went along each time that a case went to others: written down in the transaction that moves it, read by
//! whoever sees the case and by those who gave it away.

use std::collections::BTreeSet;

use serde_json::json;

use super::{Ctx, documents, sealed};
use crate::{
    domain::{
        access::{Facts, Right, Sight, audiences},
        audit::Action,
        authority::Role,
        case::{Case, CaseStatus},
        clocks::Clock,
        decide::Decision,
        inventory::{
            Inventory, Moved, MovedAlert, MovedBecause, MovedClock, MovedDeclaration,
            MovedDocument, MovedForm,
        },
        investigation::InvestigationLevel,
        notice::NoticeState,
        routing::AuthorityName,
    },
    error::{AppError, Result},
    ids::{CaseId, TransferId},
    sealing::{CaseKey, Column},
    store::{
        alerts, cases, clocks,
        conn::DbConn,
        declarations, documents as stored_documents, events, forms, notices,
        transfers::{self, StoredTransfer},
    },
};

/// Documents that a list names at most: no case has as many, and a list stays a list.
const MOST_DOCUMENTS: i64 = 20_000;

/// A case as those who give it away have it.
pub struct Before {
    status: CaseStatus,
    level: InvestigationLevel,
    clocks: Vec<Clock>,
    givers: BTreeSet<String>,
}

impl Before {
    /// `case` as it is now. Call it before anything of the move is written.
    pub fn of(tx: &mut DbConn, case: &Case) -> Result<Self> {
        let mut givers = cases::audiences(tx, &case.id)?;
        // Who handles cases; the others read what they are told.
        givers.retain(|key| key.starts_with(['L', 'C']));
        Ok(Self {
            status: case.status,
            level: case.level,
            clocks: clocks::list(tx, &case.id)?,
            givers,
        })
    }
}

/// Who gives a case to whom, and why.
pub struct Move {
    /// Why.
    pub because: MovedBecause,
    /// Who had it.
    pub from: Vec<AuthorityName>,
    /// Who has it.
    pub to: Vec<AuthorityName>,
    /// Number of the letter or decision.
    pub letter_number: Option<String>,
    /// In the words of whoever moves it.
    pub reason: Option<String>,
    /// Acts on which it rests, beside its own article.
    pub basis: Vec<String>,
}

/// A move as it is read.
pub struct ShownMove {
    /// As it is stored.
    pub stored: StoredTransfer,
    /// Who, and what went along.
    pub moved: Moved,
}

/// The labour authorities that `decision` names: in whose hands a case is.
pub fn in_hands_of(decision: &Decision) -> Vec<AuthorityName> {
    let recipients = decision.recipients.iter();
    recipients
        .filter(|one| one.role == Role::ProvincialLabourAuthority)
        .filter_map(|one| one.authority.clone())
        .collect()
}

/// Writes down what goes along with `case`, which is as the move leaves it. Call it when everything else of the move
/// is written.
pub fn record(
    tx: &mut DbConn,
    ctx: &Ctx,
    (case, key): (&Case, &CaseKey),
    before: &Before,
    of: Move,
) -> Result<()> {
    let inventory = take_stock(tx, case, key, before)?;
    let counted = json!({
        "receipt_no": case.receipt_no, "because": of.because, "declarations": inventory.declarations.len(),
        "documents": inventory.documents.len(), "forms": inventory.forms.len(), "events": inventory.events,
    });
    let moved = Moved {
        from: of.from,
        to: of.to,
        moved_by: ctx.actor.name.clone(),
        letter_number: of.letter_number,
        reason: of.reason,
        basis: of.basis,
        status_before: before.status,
        status_after: case.status,
        level_before: before.level,
        level_after: case.level,
        inventory,
    };
    let id = TransferId::generate();
    let text = serde_json::to_string(&moved)?;
    let new = StoredTransfer {
        case_id: case.id.clone(),
        case_version: case.version,
        moved_at: ctx.now,
        because: of.because,
        record: Some(key.seal(Column::TransferRecord, id.as_str(), &text)?),
        id,
    };
    transfers::insert(tx, &new, &before.givers)?;
    ctx.note(Action::MoveCase, &case.id, counted);
    Ok(())
}

/// What there is of `case` now; its limits as they were before the move ended them.
fn take_stock(tx: &mut DbConn, case: &Case, key: &CaseKey, before: &Before) -> Result<Inventory> {
    let mut inventory = Inventory {
        content_kept: true,
        victims: case.counts,
        ..Inventory::default()
    };
    let declared = declarations::received_of(tx, &case.id)?.into_iter();
    inventory.declarations = declared
        .map(|(receipt_no, received_at)| MovedDeclaration {
            receipt_no,
            received_at,
        })
        .collect();
    inventory.supplements = counted(declarations::supplements_of(tx, &case.id)?.len());
    inventory.victims_named = counted(cases::victims(tx, &case.id)?.len());
    for document in stored_documents::of_case(tx, &case.id, None, MOST_DOCUMENTS)? {
        let about = documents::about(key, &document)?;
        inventory.documents.push(MovedDocument {
            document_id: Some(document.id.to_string()),
            item: document.item,
            victim: document.victim,
            file_name: Some(about.file_name),
            sha256: Some(about.sha256),
            length: document.length,
            form_page: document.form.and_then(|form| form.page),
            state: document.state,
        });
    }
    let issued = forms::of_case(tx, &case.id)?.into_iter();
    inventory.forms = issued
        .map(|issued| MovedForm {
            form: issued.form,
            issuer: issued.issuer,
            number: issued.number,
            year: issued.year,
            number_text: issued.number_text,
            version: issued.version,
            pages: issued.pages,
            sha256: issued.sha256,
        })
        .collect();
    let open = before.clocks.iter();
    inventory.open_clocks = open
        .filter(|clock| clock.stopped_at.is_none())
        .map(|clock| MovedClock {
            clock: clock.id,
            round: clock.round,
            victim: clock.about,
            starts_at: clock.starts_at,
            due_raw: clock.due_raw,
            paused: clock.paused_at.is_some(),
        })
        .collect();
    inventory.events = u32::try_from(events::count(tx, &case.id)?).unwrap_or(u32::MAX);
    let holding = alerts::ledger(tx, &case.id)?.into_iter();
    inventory.alerts = holding
        .filter(|ledger| ledger.alert.ended.is_none())
        .map(|ledger| MovedAlert {
            role: ledger.alert.role,
            authority: ledger.alert.authority.map(|who| who.name),
            created_at: ledger.alert.created_at,
            taken: ledger.taken.is_some(),
        })
        .collect();
    Ok(match case.sector.is_armed_forces() {
        true => inventory.without_content(),
        false => inventory,
    })
}

fn counted(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

/// Every time that the case `id` went to others, the first one first: all of them for whoever sees the case; those
/// that they gave for who no longer does. That it was read is traced.
pub fn of_case(tx: &mut DbConn, ctx: &Ctx, id: &CaseId) -> Result<(Case, Vec<ShownMove>)> {
    ctx.require(Right::ReadTransfers)?;
    let hidden = || AppError::NotFound("case");
    let sight = audiences(&ctx.actor);
    let seen = cases::find(tx, id, &sight)?;
    let given_by: Option<BTreeSet<String>> = match (&seen, sight) {
        (Some(_), _) => None,
        (None, Sight::Audiences(keys)) => Some(keys.into_iter().collect()),
        (None, _) => return Err(hidden()),
    };
    let case = match seen {
        Some(case) => case,
        None => cases::find(tx, id, &Sight::All)?.ok_or_else(hidden)?,
    };
    if notices::state(tx, id)? == Some(NoticeState::Held) {
        return Err(hidden());
    }
    let stored = transfers::of_case(tx, id, given_by.as_ref())?;
    if given_by.is_some() && stored.is_empty() {
        return Err(hidden());
    }
    let key = sealed::key_of(&ctx.keys, &case)?;
    let mut shown = Vec::new();
    for stored in stored {
        if let Some(moved) = opened(ctx, &case, &key, &stored)? {
            shown.push(ShownMove { stored, moved });
        }
    }
    ctx.note(
        Action::ReadTransfers,
        id,
        json!({ "receipt_no": case.receipt_no, "transfers": shown.len() }),
    );
    Ok((case, shown))
}

/// The last time that `case` went to others, as far as the caller may read of it.
pub fn last_of(tx: &mut DbConn, ctx: &Ctx, case: &Case, key: &CaseKey) -> Result<Option<Moved>> {
    let Some(stored) = transfers::of_case(tx, &case.id, None)?.pop() else {
        return Ok(None);
    };
    opened(ctx, case, key, &stored)
}

/// What is written of a move, as the caller may read it; of a case that was destroyed nothing.
fn opened(ctx: &Ctx, case: &Case, key: &CaseKey, stored: &StoredTransfer) -> Result<Option<Moved>> {
    let Some(record) = &stored.record else {
        return Ok(None);
    };
    let text = key.open(Column::TransferRecord, stored.id.as_str(), record)?;
    let mut moved: Moved = serde_json::from_str(&text)?;
    if case.sector.is_armed_forces() {
        moved.inventory = moved.inventory.without_content();
    }
    mask(ctx, &mut moved.inventory);
    Ok(Some(moved))
}

/// The name that somebody gave to a document about a person's health says what they suffer from.
fn mask(ctx: &Ctx, inventory: &mut Inventory) {
    if ctx.may(Right::ReadHealthData, Facts::Found) {
        return;
    }
    for document in &mut inventory.documents {
        if document.item.is_health_data(document.victim.is_some()) {
            document.file_name = None;
            document.sha256 = None;
        }
    }
}
