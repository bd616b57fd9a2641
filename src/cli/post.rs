//! `tnld post`: the operator's way to posts. The first administrator is made here.

use std::sync::Arc;

use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};
use serde_json::{Value, json};

use super::{Failure, open, print};
use crate::{
    config::Config,
    domain::{
        access::{Actor, Right},
        account::email::normal_form,
        audit::{ActorKind, Origin, Who},
        declaration::FaultCode,
        post::PostKind,
    },
    error::{AppError, Result},
    ids::{AccountId, PostId},
    service::{
        Ctx,
        accounts::wrong,
        audit::{AuditKeys, Notes, Trail},
        keys, posts,
        posts::{PostDetail, PostsQuery},
        world::Worlds,
    },
    store::{accounts, conn::DbConn},
    time::Clock,
    wording::{Said, posts as words, problems},
};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    #[command(about = words::CREATE.label())]
    Create(CreateArgs),
    #[command(about = words::LIST.label())]
    List {
        #[arg(long, value_name = "ID", help = words::AUTHORITY.label())]
        authority: Option<String>,
    },
    #[command(about = words::END.label())]
    End {
        #[arg(help = words::POST_ID.label())]
        id: String,
        #[arg(long, value_name = "TEXT", help = words::REASON.label())]
        reason: String,
    },
    #[command(about = words::APPOINT.label())]
    Appoint {
        #[arg(help = words::POST_ID.label())]
        id: String,
        #[arg(long, value_name = "ID|ADDRESS", help = words::ACCOUNT.label())]
        account: String,
    },
    #[command(about = words::REMOVE.label())]
    Remove {
        #[arg(help = words::POST_ID.label())]
        id: String,
        #[arg(long, value_name = "ID|ADDRESS", help = words::ACCOUNT.label())]
        account: String,
        #[arg(long, value_name = "TEXT", help = words::REASON.label())]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    #[arg(long, value_name = "ID", help = words::AUTHORITY.label())]
    authority: String,
    #[arg(long, value_parser = kind(), help = words::KIND.label())]
    kind: PostKind,
    #[arg(long, value_name = "TEXT", help = words::NAME.label())]
    name: String,
    #[arg(long = "grant", value_name = "RIGHT", value_parser = grant(), help = words::GRANT.label())]
    grants: Vec<Right>,
}

fn kind() -> impl TypedValueParser<Value = PostKind> {
    PossibleValuesParser::new(PostKind::ALL.iter().map(|kind| kind.as_str()))
        .try_map(PostKind::try_from)
}

fn grant() -> impl TypedValueParser<Value = Right> {
    PossibleValuesParser::new(Right::ALL.iter().map(|right| right.as_str()))
        .try_map(Right::try_from)
}

pub(super) fn perform(action: Action) -> Result<(), Failure> {
    let config = Config::load()?;
    let now = Clock::with_offset(config.clock_offset).now();
    let mut conn = open(&config)?;
    let keys = Arc::new(keys::open(&mut conn, &config.master_keys, now)?);
    let trail = Trail::new(AuditKeys::of(&keys)?);
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
        let done = run(tx, &ctx, action)?;
        let who = Who {
            kind: ActorKind::Service,
            ..Who::from(&ctx.actor)
        };
        trail.append(tx, ctx.notes.take(), &who, &ctx.origin, now)?;
        Ok(done)
    });
    print(&done.map_err(refused)?)
}

/// Does it; what is printed.
fn run(tx: &mut DbConn, ctx: &Ctx, action: Action) -> Result<String> {
    let post = |id: &str| PostId::parse(id).ok_or(AppError::NotFound("post"));
    let changed = match action {
        Action::Create(args) => {
            let body = json!({
                "authority_id": args.authority, "kind": args.kind, "name": args.name,
                "grants": args.grants,
            });
            let created = posts::create(tx, ctx, &body)?;
            return Ok(format!("{}\n", created.post.id));
        }
        Action::List { authority } => return all(tx, ctx, authority),
        Action::End { id, reason } => {
            posts::end(tx, ctx, &post(&id)?, &json!({ "reason": reason }))?
        }
        Action::Appoint { id, account } => {
            let account = match account.contains('@') {
                true => of_address(tx, &account)?.to_string(),
                false => account,
            };
            posts::appoint(tx, ctx, &post(&id)?, &json!({ "account_id": account }))?
        }
        Action::Remove {
            id,
            account,
            reason,
        } => {
            let account = holder(tx, &account)?;
            let body: Value = json!({ "reason": reason });
            posts::remove(tx, ctx, &post(&id)?, &account, &body)?
        }
    };
    Ok(line(&changed))
}

/// The account of an address.
fn of_address(tx: &mut DbConn, typed: &str) -> Result<AccountId> {
    let email = normal_form(typed).ok_or_else(|| wrong("/email", FaultCode::Email))?;
    let account = accounts::find_by_email(tx, &email)?;
    account
        .map(|account| account.id)
        .ok_or_else(|| wrong("/email", FaultCode::NotAllowed))
}

/// The account that is meant: by its id, or by its address.
fn holder(tx: &mut DbConn, typed: &str) -> Result<AccountId> {
    let not_found = || AppError::NotFound("holder");
    if !typed.contains('@') {
        return AccountId::parse(typed).ok_or_else(not_found);
    }
    let email = normal_form(typed).ok_or_else(not_found)?;
    let account = accounts::find_by_email(tx, &email)?;
    account.map(|account| account.id).ok_or_else(not_found)
}

fn all(tx: &mut DbConn, ctx: &Ctx, authority_id: Option<String>) -> Result<String> {
    let mut query = PostsQuery {
        authority_id,
        limit: Some("100".into()),
        cursor: None,
    };
    let mut text = String::new();
    loop {
        let page = posts::list(tx, ctx, &query)?;
        text.extend(page.items.iter().map(line));
        query.cursor = page.next;
        if query.cursor.is_none() {
            return Ok(text);
        }
    }
}

/// Id, authority, kind, name, who holds it.
fn line(detail: &PostDetail) -> String {
    let post = &detail.post;
    let holders: Vec<String> = detail
        .holders
        .iter()
        .map(|holding| holding.account.to_string())
        .collect();
    format!(
        "{}  {}  {}  {}  {}\n",
        post.id,
        post.authority_id,
        post.kind,
        post.name,
        if holders.is_empty() {
            "-".to_owned()
        } else {
            holders.join(",")
        }
    )
}

fn refused(error: AppError) -> Failure {
    let said: Said = match error {
        AppError::Invalid(faults) => {
            let faults: Vec<String> = faults
                .iter()
                .map(|fault| format!("{}: {}", fault.pointer.trim_start_matches('/'), fault.code))
                .collect();
            words::REFUSED.said().with("faults", faults.join("; "))
        }
        AppError::NotFound(_) => words::NO_POST.said(),
        AppError::Conflict(code) => match problems::problem(code) {
            Some(text) => text.said(),
            None => words::REFUSED.said().with("faults", code),
        },
        other => return other.into(),
    };
    said.into()
}
