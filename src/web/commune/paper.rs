//! The paper of a record: takes the case of a declaration that stands to where the record is printed.

use serde_json::{Value, json};

use super::entry;
use crate::{
    api::extract::Credentials,
    app::AppState,
    domain::{
        case::{CaseStatus, Step},
        investigation::InvestigationLevel,
    },
    error::Result,
    ids::CaseId,
    service::{
        Ctx,
        cases::{self, CaseDetail, TakeStep},
        forms,
    },
    store::conn::DbConn,
    time::{day_in_vietnam, vietnam},
    web::fields::Typed,
};

/// Takes a case that is the commune's own to its record, and prints that. What was done before stays done.
pub async fn write(
    state: &AppState,
    sender: &Credentials,
    id: &CaseId,
    typed: &Typed,
) -> Result<()> {
    let case = id.clone();
    let is_ours = state
        .write_as(sender.clone(), move |tx, ctx| {
            let detail = cases::show(tx, ctx, &case)?;
            if detail.case.level != InvestigationLevel::CommuneRecord {
                return Ok(false);
            }
            let detail = step(
                tx,
                ctx,
                detail,
                CaseStatus::Declared,
                Step::Receive,
                json!({}),
            )?;
            let detail = step(
                tx,
                ctx,
                detail,
                CaseStatus::Received,
                Step::Classify,
                json!({}),
            )?;
            Ok(detail.case.status == CaseStatus::Classified)
        })
        .await?;
    if !is_ours {
        return Ok(());
    }
    let (case, typed) = (id.clone(), typed.clone());
    state
        .plan_and_write_as(
            sender.clone(),
            move |tx, ctx| {
                let body = stated(ctx, &typed);
                let draft = forms::draft(tx, ctx, &case, &body)?;
                Ok((case, body, draft))
            },
            // In one go: whoever sends the same once more, while this is at work, finds it done or undoes their own, and
            // one paper is printed.
            |tx, ctx, (case, body, draft)| {
                let detail = cases::show(tx, ctx, &case)?;
                if detail.case.status != CaseStatus::Classified {
                    return Ok(());
                }
                let issued = forms::issue(tx, ctx, &case, &body, draft)?.issued;
                let number = issued
                    .number_text
                    .unwrap_or_else(|| issued.number.to_string());
                let body =
                    json!({ "record_number": number, "recorded_on": day_in_vietnam(ctx.now) });
                step(
                    tx,
                    ctx,
                    detail,
                    CaseStatus::Classified,
                    Step::RecordCommune,
                    body,
                )
                .map(drop)
            },
        )
        .await
}

/// What stands on the paper, by whom and when.
fn stated(ctx: &Ctx, typed: &Typed) -> Value {
    let now = ctx.now.with_timezone(&vietnam());
    let held = ctx.actor.post.as_ref();
    let office = held.and_then(|post| {
        let today = day_in_vietnam(ctx.now);
        ctx.world.directory.by_id(&post.authority_id, today)
    });
    let office = office.map_or("", |office| office.name.as_str());
    entry::paper(
        typed,
        office,
        &now.format("%H giờ %M ngày %d/%m/%Y").to_string(),
    )
}

/// Takes `step` where the case stands at `from`; else it was taken before.
fn step(
    tx: &mut DbConn,
    ctx: &Ctx,
    detail: CaseDetail,
    from: CaseStatus,
    step: Step,
    mut body: Value,
) -> Result<CaseDetail> {
    if detail.case.status != from {
        return Ok(detail);
    }
    body["seen_version"] = json!(detail.case.version);
    let cmd = TakeStep {
        case: detail.case.id,
        step,
        body,
    };
    cases::take_step(tx, ctx, &cmd)
}
