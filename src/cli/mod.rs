//! The command line: one function for each command.
//!
//! Exit status 0 on success, 2 on wrong usage, 1 on any other failure, with one line on standard
//! error: Vietnamese first, then English. Standard output holds the answer and nothing else.

mod account;
mod audit;
mod bounce;
mod exchange;
mod explain;
mod keys;
mod post;
mod retention;
mod token;
mod trace;

use std::{
    ffi::OsString,
    fmt,
    io::{self, Write},
    path::{Path, PathBuf},
    process::ExitCode,
};

use chrono::{DateTime, FixedOffset};
use clap::{Parser, Subcommand, error::ErrorKind};

use crate::{
    api::openapi,
    config::{Config, ConfigError},
    domain::document::MediaType,
    error::AppError,
    inspect,
    mail::dkim::Signer,
    server::{self, Service},
    store::conn::DbConn,
    telemetry,
    wording::{Said, cli, duties, posts},
};

#[derive(Debug, Parser)]
#[command(
    name = "tnld",
    version,
    max_term_width = 100,
    about = cli::ABOUT.label(),
    after_help = cli::SETTINGS.said().lines(),
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(about = cli::SERVE.label())]
    Serve,
    #[command(about = cli::DEMO.label())]
    Demo,
    #[command(about = cli::MIGRATE.label())]
    Migrate,
    #[command(about = cli::AUTHORITIES.label())]
    Authorities {
        #[command(subcommand)]
        action: exchange::Exchange,
    },
    #[command(about = cli::RULES.label())]
    Rules {
        #[command(subcommand)]
        action: exchange::Exchange,
    },
    #[command(about = cli::TOKEN.label())]
    Token {
        #[command(subcommand)]
        action: token::Action,
    },
    #[command(about = posts::POST.label())]
    Post {
        #[command(subcommand)]
        action: post::Action,
    },
    #[command(about = cli::ACCOUNT.label())]
    Account {
        #[command(subcommand)]
        action: account::Action,
    },
    #[command(about = cli::KEYS.label())]
    Keys {
        #[command(subcommand)]
        action: keys::Action,
    },
    #[command(about = duties::RETENTION.label())]
    Retention {
        #[command(subcommand)]
        action: retention::Action,
    },
    #[command(about = cli::AUDIT.label())]
    Audit {
        #[command(subcommand)]
        action: audit::Action,
    },
    #[command(about = cli::BOUNCE.label())]
    Bounce {
        #[arg(value_name = "ADDRESS", help = cli::BOUNCE_RECIPIENT.label())]
        recipient: Option<String>,
    },
    #[command(about = cli::DKIM.label())]
    Dkim,
    #[command(about = cli::INSPECT.label(), hide = true)]
    Inspect {
        #[arg(value_name = "TYPE", value_parser = media_type, help = cli::INSPECT_TYPE.label())]
        media_type: MediaType,
        #[arg(long, help = cli::INSPECT_ANEW.label())]
        anew: bool,
    },
    #[command(about = cli::OPENAPI.label())]
    Openapi,
    #[command(about = cli::EXPLAIN.label())]
    Explain {
        #[arg(help = cli::EXPLAIN_FILE.label())]
        file: PathBuf,
        #[arg(long, value_name = "TIME", value_parser = moment, help = cli::RECEIVED_AT.label())]
        received_at: Option<DateTime<FixedOffset>>,
    },
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// It was asked in a wrong way: exit status 2.
    Usage(Said),
    /// Anything else: exit status 1.
    Other(Said),
    /// A status that the caller of this command knows.
    Status(u8, Said),
}

impl Failure {
    fn status(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Other(_) => ExitCode::FAILURE,
            Self::Status(status, _) => ExitCode::from(*status),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(said) | Self::Other(said) | Self::Status(_, said)) = self;
        // Causes come from elsewhere and may have several lines.
        let text = said.to_string();
        let words: Vec<&str> = text.split_whitespace().collect();
        f.write_str(&words.join(" "))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Other(error.said())
    }
}

impl From<Said> for Failure {
    fn from(said: Said) -> Self {
        Self::Other(said)
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        // The operator in front of the screen is the one who needs the cause.
        Self::Other(match error {
            AppError::Internal(cause) => match cause.downcast::<Said>() {
                Ok(said) => *said,
                Err(cause) => cli::OUR_FAULT.said().because(cause),
            },
            AppError::Busy => cli::DATABASE_BUSY.said(),
            other => cli::OUR_FAULT.said().because(other),
        })
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::Other(cli::DATABASE_REFUSED.said().because(error))
    }
}

/// Runs the command that `arguments` (the program's name first) ask for.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let done = match Cli::try_parse_from(arguments) {
        Ok(cli) => perform(cli.command),
        Err(answer) if !answer.use_stderr() => print(&answer.to_string()),
        Err(error) => Err(Failure::Usage(usage(&error))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // Nobody is left to be told if even this cannot be written.
            let _ = writeln!(io::stderr(), "tnld: {failure}");
            failure.status()
        }
    }
}

fn perform(command: Command) -> Result<(), Failure> {
    match command {
        Command::Migrate => open(&Config::load()?).map(drop),
        Command::Token { action } => token::perform(action),
        Command::Post { action } => post::perform(action),
        Command::Account { action } => account::perform(action),
        Command::Keys { action } => keys::perform(action),
        Command::Serve => serve(),
        Command::Demo => demo(),
        Command::Authorities { action } => exchange::authorities(action),
        Command::Rules { action } => exchange::rules(action),
        Command::Retention { action } => retention::perform(&action),
        Command::Audit { action } => audit::perform(&action),
        Command::Bounce { recipient } => bounce::perform(recipient.as_deref()),
        Command::Dkim => dkim(),
        Command::Inspect { media_type, anew } => {
            let done = inspect::run(media_type, anew, io::stdin().lock(), io::stdout().lock());
            Ok(done.map_err(|why| cli::CANNOT_PRINT.said().because(why))?)
        }
        Command::Openapi => print(&openapi::document_json()),
        Command::Explain { file, received_at } => explain::perform(&file, received_at),
    }
}

/// Serves until the program is asked to stop.
fn serve() -> Result<(), Failure> {
    let config = Config::load()?;
    telemetry::init_logs(config.log_filter());
    config
        .database_url
        .create_folder()
        .map_err(|why| server::cannot_open(&config.database_url).because(why))?;
    let service = Service::prepare(config)?;
    Ok(actix_web::rt::System::new().block_on(service.run())?)
}

/// Prints what is to be published beside the key of signatures.
fn dkim() -> Result<(), Failure> {
    let settings = Config::load()?.dkim;
    let settings = settings.ok_or_else(|| cli::DKIM_NOT_SET.said())?;
    let (name, text) = Signer::open(&settings)?.record();
    // A text of DNS has at most 255 letters; a longer one is written in pieces.
    let pieces: Vec<String> = text
        .as_bytes()
        .chunks(250)
        .map(|piece| format!("\"{}\"", String::from_utf8_lossy(piece)))
        .collect();
    print(&format!("{name}. IN TXT ( {} )\n", pieces.join(" ")))
}

/// Fills a small province where there is none yet, and serves it.
fn demo() -> Result<(), Failure> {
    let config = Config::load()?;
    // What it says on the screen would drown in the log of so many requests.
    // Nobody operates the demo: that some of its invented cases are nobody's stands in its figures.
    let quiet = "warn,tnld::service::digests=error";
    telemetry::init_logs(config.log.as_deref().unwrap_or(quiet));
    Ok(actix_web::rt::System::new().block_on(crate::demo::run(config))?)
}

/// What clap says (in English), in one line: its first paragraph; and where there is more.
fn usage(error: &clap::Error) -> Said {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return cli::NO_COMMAND.said();
    }
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first).trim();
    cli::SEE_HELP.said().with("fault", first)
}

fn media_type(text: &str) -> Result<MediaType, Said> {
    MediaType::parse(text).ok_or_else(|| cli::INSPECT_TYPE.said())
}

fn moment(text: &str) -> Result<DateTime<FixedOffset>, Said> {
    DateTime::parse_from_rfc3339(text).map_err(|_| cli::NOT_A_MOMENT.said())
}

/// A connection to the database of the settings, brought up to date.
fn open(config: &Config) -> Result<DbConn, Failure> {
    let about = server::cannot_open(&config.database_url);
    config
        .database_url
        .create_folder()
        .map_err(|why| about.clone().because(why))?;
    let mut conn = DbConn::open(config.database_url.expose()).map_err(|why| about.because(why))?;
    server::bring_up_to_date(&mut conn)?;
    Ok(conn)
}

/// The bytes of a file that somebody named.
fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|why| {
        let said = cli::CANNOT_READ.said().with("file", file.display());
        said.because(why).into()
    })
}

/// Prints to standard output. A reader that went away early is no failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done.map_err(|why| cli::CANNOT_PRINT.said().because(why))?),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(std::iter::once("tnld").chain(line.split_whitespace()))
    }

    #[test]
    fn the_description_of_the_command_line_holds_together() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_of_the_contract_is_known() {
        for line in [
            "serve",
            "demo",
            "migrate",
            "authorities import a.csv",
            "authorities export",
            "rules import a.csv",
            "rules export",
            "token issue --role employer --tax-code 0100233488 --name A --expires 30",
            "token issue --role inspector --province 01",
            "token issue --role commune --commune 00004",
            "token list",
            "token revoke 0197",
            "post create --authority SNV-19 --kind investigator --name A --grant read_health_data",
            "post list --authority SNV-19",
            "post end 0197 --reason x",
            "post appoint 0197 --account 0198",
            "post remove 0197 --account 0198 --reason x",
            "account create --email a@donvi.test --name A",
            "account list",
            "account lock a@donvi.test",
            "account unlock a@donvi.test",
            "account reset-totp a@donvi.test",
            "keys list",
            "keys rotate",
            "keys retire 20261122-0a1b2c",
            "retention plan",
            "retention run --plan 0197",
            "openapi",
            "bounce",
            "bounce bounce+0197.abc@tnld.test",
            "dkim",
            "audit verify",
            "audit export",
            "explain a.json",
            "explain a.json --received-at 2026-05-20T19:02:00+07:00",
        ] {
            assert!(parse(line).is_ok(), "{line}");
        }
    }

    #[test]
    fn wrong_usage_is_told_in_one_line() {
        for (line, expected) in [
            ("", "command"),
            ("serv", "serv"),
            ("token", "command"),
            ("token issue", "--role"),
            ("token issue --role chief", "operator"),
            ("token issue --role operator --expires 0", "0"),
            ("keys retire", "ID"),
            ("account lock nobody", "donvi"),
            ("authorities import", "FILE"),
            ("explain a.json --received-at yesterday", "2026-05-20"),
            ("serve --port 80", "--port"),
        ] {
            let error = parse(line).unwrap_err();
            let shown = Failure::Usage(usage(&error)).to_string();
            assert!(shown.contains(expected), "{line:?}: {shown}");
            assert_eq!(shown.lines().count(), 1, "{shown}");
        }
    }
}
