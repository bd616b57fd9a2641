//! `tnld account`: people who may sign in. Their posts are given elsewhere.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use serde_json::json;

use super::{Failure, open, print};
use crate::{
    config::Config,
    domain::{
        access::Actor,
        account::{LinkPurpose, email::normal_form, full_name, news::News},
        audit::{Action as Done, Object, ObjectKind, Origin, Who},
    },
    error::{AppError, Result as AppResult},
    service::{
        accounts::{
            making,
            news::{Told, tell_holder, tell_holder_of},
            second_factor,
        },
        audit::{AuditKeys, Note, Trail},
        keys,
    },
    store::{
        accounts::{self, Account},
        conn::DbConn,
    },
    time::{Clock, vietnam},
    wording::{Said, cli},
};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    #[command(about = cli::ACCOUNT_CREATE.label())]
    Create {
        #[arg(long, value_name = "ADDRESS", value_parser = email, help = cli::ACCOUNT_EMAIL.label())]
        email: String,
        #[arg(long, value_name = "TEXT", value_parser = name, help = cli::ACCOUNT_NAME.label())]
        name: String,
    },
    #[command(about = cli::ACCOUNT_LIST.label())]
    List,
    #[command(about = cli::ACCOUNT_LOCK.label())]
    Lock {
        #[arg(value_parser = email, help = cli::ACCOUNT_EMAIL.label())]
        email: String,
        #[arg(long, value_name = "TEXT", help = cli::ACCOUNT_LOCK_REASON.label())]
        reason: Option<String>,
    },
    #[command(about = cli::ACCOUNT_UNLOCK.label())]
    Unlock {
        #[arg(value_parser = email, help = cli::ACCOUNT_EMAIL.label())]
        email: String,
    },
    #[command(about = cli::ACCOUNT_RESET_TOTP.label())]
    ResetTotp {
        #[arg(value_parser = email, help = cli::ACCOUNT_EMAIL.label())]
        email: String,
    },
}

fn email(text: &str) -> Result<String, Said> {
    normal_form(text).ok_or_else(|| cli::NOT_AN_ADDRESS.said())
}

fn name(text: &str) -> Result<String, Said> {
    full_name(text).ok_or_else(|| cli::NOT_A_NAME.said())
}

pub(super) fn perform(action: Action) -> Result<(), Failure> {
    let config = Config::load()?;
    let now = Clock::with_offset(config.clock_offset).now();
    let mut conn = open(&config)?;
    let keys = keys::open(&mut conn, &config.master_keys, now)?;
    let trail = Trail::new(AuditKeys::of(&keys)?);
    let mut office = Office {
        conn: &mut conn,
        trail: &trail,
        now,
    };
    match action {
        Action::List => {
            let all = office
                .conn
                .read(|tx| Ok::<_, AppError>(accounts::list(tx)?))?;
            print(&table(&all))
        }
        Action::Create { email, name } => {
            let secret = office.create(&email, &name)?;
            let path = LinkPurpose::Invitation.path();
            print(&format!("{}/{path}/{secret}\n", config.public_url()))
        }
        Action::Lock { email, reason } => {
            office.change(&email, Done::LockAccount, |tx, account| {
                if making::lock(tx, account, now)? {
                    let told = Told {
                        reason: reason.as_deref(),
                        ..Told::of_account(News::AccountLocked)
                    };
                    tell_holder_of(tx, account, told, now)?;
                }
                Ok(())
            })
        }
        Action::Unlock { email } => office.change(&email, Done::UnlockAccount, |tx, account| {
            if making::unlock(tx, account)? {
                tell_holder(tx, account, News::AccountUnlocked, now)?;
            }
            Ok(())
        }),
        Action::ResetTotp { email } => office.change(&email, Done::RemoveTotp, |tx, account| {
            second_factor::reset(tx, account, now)
        }),
    }
}

/// Where an operator works at the command line.
struct Office<'a> {
    conn: &'a mut DbConn,
    trail: &'a Trail,
    now: DateTime<Utc>,
}

impl Office<'_> {
    /// Makes an account; the secret of the link by which its holder chooses a password. Where the
    /// address has an account that nobody has used yet, another link to it.
    fn create(&mut self, email: &str, name: &str) -> Result<String, Failure> {
        let (trail, now) = (self.trail, self.now);
        let made: AppResult<Option<String>> = self.conn.write(|tx| {
            let account = match making::make(tx, email, name, now)? {
                Some(account) => account,
                None => match accounts::find_by_email(tx, email)? {
                    Some(known) if known.password_hash.is_none() && known.proven_at.is_none() => {
                        known
                    }
                    _ => return Ok(None),
                },
            };
            trace(tx, trail, Done::MakeAccount, &account, now)?;
            Ok(Some(making::hand_over(tx, &account, now)?))
        });
        made?.ok_or_else(|| cli::ACCOUNT_EXISTS.said().with("email", email).into())
    }

    fn change(
        &mut self,
        email: &str,
        done: Done,
        work: impl FnOnce(&mut DbConn, &Account) -> AppResult<()>,
    ) -> Result<(), Failure> {
        let (trail, now) = (self.trail, self.now);
        let found: AppResult<bool> = self.conn.write(|tx| {
            let Some(account) = accounts::find_by_email(tx, email)? else {
                return Ok(false);
            };
            work(tx, &account)?;
            trace(tx, trail, done, &account, now)?;
            Ok(true)
        });
        match found? {
            true => Ok(()),
            false => Err(cli::NO_ACCOUNT.said().with("email", email).into()),
        }
    }
}

fn trace(
    tx: &mut DbConn,
    trail: &Trail,
    action: Done,
    account: &Account,
    now: DateTime<Utc>,
) -> AppResult<()> {
    let note = Note {
        action,
        object: Object::new(ObjectKind::Account, &account.id),
        details: json!({"by": "command line"}),
    };
    let who = Who::from(&Actor::service());
    // The chain ends with this process.
    trail.append(tx, vec![note], &who, &Origin::default(), now)?;
    Ok(())
}

/// One line for each account: where it stands, whether it has a second factor, since when.
fn table(all: &[Account]) -> String {
    let lines = all.iter().map(|account| {
        let second = if account.totp_secret.is_some() {
            "totp"
        } else {
            "-"
        };
        let made = account.created_at.with_timezone(&vietnam());
        format!(
            "{}  {:8}  {second:4}  {}  {}  {}\n",
            account.id,
            account.status,
            made.format("%F %R"),
            account.email,
            account.full_name
        )
    });
    lines.collect()
}
