//! `tnld retention`: what is past its time, planned and destroyed.

use std::sync::Arc;

use clap::Subcommand;

use super::{Failure, open, print};
use crate::{
    config::Config,
    domain::{
        access::Actor,
        audit::{ActorKind, Origin, Who},
    },
    error::AppError,
    ids::PlanId,
    service::{
        Ctx,
        audit::{AuditKeys, Notes, Trail},
        keys, retention,
        world::Worlds,
    },
    store::retention as stored,
    time::Clock,
    wording::{duties as words, problems},
};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    #[command(about = words::PLAN.label())]
    Plan,
    #[command(about = words::RUN.label())]
    Run {
        #[arg(long, value_name = "ID", help = words::PLAN_ID.label())]
        plan: String,
    },
}

pub(super) fn perform(action: &Action) -> Result<(), Failure> {
    let config = Config::load()?;
    let now = Clock::with_offset(config.clock_offset).now();
    let mut conn = open(&config)?;
    let keys = Arc::new(keys::open(&mut conn, &config.master_keys, now)?);
    let trail = Trail::new(AuditKeys::of(&keys)?);
    stored::overwrite_freed(&mut conn)?;
    let done = conn.write(|tx| {
        let ctx = Ctx {
            actor: Actor::service(),
            now,
            world: Worlds::new().now(tx)?,
            operator_mail: None,
            keys,
            origin: Origin::default(),
            notes: Notes::default(),
            latest_root: None,
        };
        let text = match action {
            Action::Plan => {
                let (plan, items) = retention::make_plan(tx, &ctx)?;
                let shown = serde_json::json!({
                    "plan": plan.id, "expires_at": plan.expires_at, "would_destroy": items,
                });
                format!("{}\n", serde_json::to_string_pretty(&shown)?)
            }
            Action::Run { plan } => {
                let id = PlanId::parse(plan).ok_or(AppError::NotFound("plan"))?;
                let done = retention::run(tx, &ctx, &id)?;
                let said = words::DONE.said().with("cases", done.cases);
                said.with("rows", done.rows).lines()
            }
        };
        let who = Who {
            kind: ActorKind::Service,
            ..Who::from(&ctx.actor)
        };
        trail.append(tx, ctx.notes.take(), &who, &ctx.origin, now)?;
        Ok(text)
    });
    let text = done.map_err(refused)?;
    if let Action::Run { .. } = action {
        stored::drop_copies(&mut conn)?;
    }
    print(&text)
}

fn refused(error: AppError) -> Failure {
    match error {
        AppError::NotFound(_) => words::NO_PLAN.said().into(),
        AppError::Conflict(code) => match problems::problem(code) {
            Some(text) => text.said().into(),
            None => words::REFUSED.said().with("why", code).into(),
        },
        other => other.into(),
    }
}
