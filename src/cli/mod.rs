//! The command line: one function for each command.
//!
//! Exit status 0 on success, 2 on wrong usage, 1 on any other failure, with one line on standard
//! error. Standard output holds the answer and nothing else.

mod exchange;
mod explain;
mod token;

use std::{
    ffi::OsString,
    fmt,
    io::{self, Write},
    path::PathBuf,
    process::ExitCode,
};

use chrono::{DateTime, FixedOffset};
use clap::{Parser, Subcommand, error::ErrorKind};

use crate::{
    api::openapi,
    config::{Config, ConfigError},
    error::AppError,
    server::{self, Service},
    store::conn::DbConn,
    telemetry,
};

/// Reports of accidents at work in Việt Nam: declare, decide, alert, investigate, close.
///
/// Settings come from TNLD_ variables, or from the TOML file that TNLD_CONFIG names.
#[derive(Debug, Parser)]
#[command(name = "tnld", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API, the pages and the background jobs until SIGTERM
    Serve,
    /// Serve a small invented province, with a mailbox that shows every mail
    Demo,
    /// Apply pending migrations and exit
    Migrate,
    /// Load or write out the directory of authorities
    Authorities {
        #[command(subcommand)]
        action: exchange::Exchange,
    },
    /// Load or write out the dated rules and values
    Rules {
        #[command(subcommand)]
        action: exchange::Exchange,
    },
    /// Issue, list and revoke API tokens
    Token {
        #[command(subcommand)]
        action: token::Action,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print what the law says of a declaration, without storing anything
    Explain {
        /// A declaration as JSON, or an example with `request` and `body`
        file: PathBuf,
        /// The moment of receipt, as RFC 3339 with an offset; now where absent
        #[arg(long, value_name = "TIME", value_parser = moment)]
        received_at: Option<DateTime<FixedOffset>>,
    },
}

/// Why a command did not do what it was asked.
#[derive(Debug)]
pub enum Failure {
    /// It was asked in a wrong way: exit status 2.
    Usage(String),
    /// Anything else: exit status 1.
    Other(String),
}

impl Failure {
    /// A failure that is not the caller's, with its cause.
    fn because(what: impl fmt::Display, why: impl fmt::Display) -> Self {
        Self::Other(format!("{what}: {why}"))
    }

    fn status(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Other(_) => ExitCode::FAILURE,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Usage(text) | Self::Other(text)) = self;
        // Causes come from elsewhere and may have several lines.
        let words: Vec<&str> = text.split_whitespace().collect();
        f.write_str(&words.join(" "))
    }
}

impl From<ConfigError> for Failure {
    fn from(error: ConfigError) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::because("cannot write the answer", error)
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        // The operator in front of the screen is the one who needs the cause.
        match error {
            AppError::Internal(cause) => Self::Other(cause.to_string()),
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Self::because("the database refused", error)
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
        Command::Serve => serve(),
        Command::Demo => demo(),
        Command::Authorities { action } => exchange::authorities(action),
        Command::Rules { action } => exchange::rules(action),
        Command::Openapi => print(&openapi::document_json()),
        Command::Explain { file, received_at } => explain::perform(&file, received_at),
    }
}

/// Serves until the program is asked to stop.
fn serve() -> Result<(), Failure> {
    let config = Config::load()?;
    telemetry::init_logs(&config.log);
    config
        .database_url
        .create_folder()
        .map_err(|why| Failure::because(&config.database_url, why))?;
    let service = Service::prepare(config)?;
    Ok(actix_web::rt::System::new().block_on(service.run())?)
}

/// Fills a small province where there is none yet, and serves it.
fn demo() -> Result<(), Failure> {
    let config = Config::load()?;
    telemetry::init_logs("warn");
    Ok(actix_web::rt::System::new().block_on(crate::demo::run(config))?)
}

/// What clap says, in one line: its first paragraph.
fn usage(error: &clap::Error) -> String {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return "a command is missing; see tnld --help".into();
    }
    let text = error.to_string();
    let first = text.split("\n\n").next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(first).trim();
    format!("{first}; see tnld --help")
}

fn moment(text: &str) -> Result<DateTime<FixedOffset>, String> {
    DateTime::parse_from_rfc3339(text)
        .map_err(|_| "a moment such as 2026-05-20T19:02:00+07:00 is expected".into())
}

/// A connection to the database of the settings, brought up to date.
fn open(config: &Config) -> Result<DbConn, Failure> {
    let about = || format!("cannot open the database {}", config.database_url);
    config
        .database_url
        .create_folder()
        .map_err(|why| Failure::because(about(), why))?;
    let mut conn =
        DbConn::open(config.database_url.expose()).map_err(|why| Failure::because(about(), why))?;
    server::bring_up_to_date(&mut conn)?;
    Ok(conn)
}

/// Prints to standard output. A reader that went away early is no failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => Ok(done?),
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
            "openapi",
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
