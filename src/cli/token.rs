//! `tnld token`: who may call the service.

use chrono::{DateTime, TimeDelta, Utc};
use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

use super::{Failure, open, print};
use crate::{
    config::Config,
    domain::access::ActorRole,
    error::AppError,
    ids::TokenId,
    service::tokens::{self, Holder, Issue, IssueError, territory},
    store::tokens::Token,
    time::{Clock, vietnam},
};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    /// Print one new token, and nothing else; only its hash is stored
    Issue(IssueArgs),
    /// List all tokens, without their secrets
    List,
    /// End a token now
    Revoke {
        /// Its id, as in the list
        id: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct IssueArgs {
    /// What the holder is
    #[arg(long, value_parser = role())]
    role: ActorRole,
    /// Province of an inspector or of the province's police: 2 digits
    #[arg(long, value_name = "CODE")]
    province: Option<String>,
    /// Commune of its committee or its police: 5 digits
    #[arg(long, value_name = "CODE")]
    commune: Option<String>,
    /// Tax code of an employer
    #[arg(long, value_name = "CODE")]
    tax_code: Option<String>,
    /// The name that timelines show; role and territory where absent
    #[arg(long, value_name = "TEXT", value_parser = name)]
    name: Option<String>,
    /// Days until it expires
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = clap::value_parser!(i64).range(1..=3650))]
    expires: i64,
}

fn role() -> impl TypedValueParser<Value = ActorRole> {
    PossibleValuesParser::new(ActorRole::ALL.iter().map(|role| role.as_str()))
        .try_map(ActorRole::try_from)
}

fn name(text: &str) -> Result<String, &'static str> {
    let is_good = !text.trim().is_empty()
        && text.chars().count() <= 200
        && !text.chars().any(char::is_control);
    is_good
        .then(|| text.to_owned())
        .ok_or("1 to 200 characters on one line are expected")
}

pub(super) fn perform(action: Action) -> Result<(), Failure> {
    // Usage is checked before anything is opened.
    let issue = match &action {
        Action::Issue(args) => Some(args.command()?),
        _ => None,
    };
    let config = Config::load()?;
    let now = Clock::with_offset(config.clock_offset).now();
    let mut conn = open(&config)?;
    match (action, issue) {
        (Action::Revoke { id }, _) => {
            let id = TokenId::from(id);
            conn.write(|tx| tokens::revoke(tx, &id, now))
                .map_err(|why| match why {
                    AppError::NotFound(_) => Failure::Other(format!("there is no token {id}")),
                    other => other.into(),
                })
        }
        (_, Some(cmd)) => {
            let (_, secret) = conn.write(|tx| tokens::issue(tx, cmd, now))?;
            print(&format!("{}\n", secret.expose()))
        }
        (_, None) => {
            let all = conn.read(tokens::list)?;
            print(&table(&all, now))
        }
    }
}

impl IssueArgs {
    fn command(&self) -> Result<Issue, Failure> {
        let holder = Holder {
            role: self.role,
            province_code: self.province.clone(),
            commune_code: self.commune.clone(),
            tax_code: self.tax_code.clone(),
        };
        let holder = holder
            .checked()
            .map_err(|why| Failure::Usage(why.to_string()))?;
        let name = match &self.name {
            Some(name) => name.clone(),
            None => match holder.territory() {
                "-" => holder.role.to_string(),
                territory => format!("{} {territory}", holder.role),
            },
        };
        Ok(Issue {
            holder,
            name,
            valid_for: TimeDelta::days(self.expires),
        })
    }
}

impl From<IssueError> for Failure {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Holder(why) => Self::Other(why.to_string()),
            IssueError::App(why) => why.into(),
        }
    }
}

/// Aligned columns, times in Việt Nam; the last column says what is wrong with a token.
fn table(all: &[Token], now: DateTime<Utc>) -> String {
    let minute = |at: DateTime<Utc>| at.with_timezone(&vietnam()).format("%F %R").to_string();
    let optional = |at: Option<DateTime<Utc>>| at.map_or_else(|| "-".to_owned(), minute);
    let head = [
        "ID",
        "ROLE",
        "TERRITORY",
        "NAME",
        "CREATED",
        "EXPIRES",
        "LAST USED",
        "REVOKED",
    ];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(all.iter().map(|token| {
        let expired = if token.expires_at <= now {
            " (expired)"
        } else {
            ""
        };
        [
            token.id.to_string(),
            token.role.clone(),
            territory(&token.province_code, &token.commune_code, &token.tax_code).to_owned(),
            token.name.clone(),
            minute(token.created_at),
            format!("{}{expired}", minute(token.expires_at)),
            optional(token.last_used_at),
            optional(token.revoked_at),
        ]
    }));
    let widths: Vec<usize> = (0..head.len())
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.max().unwrap_or_default()
        })
        .collect();
    let line = |row: &[String; 8]| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_aligned_and_says_what_ended() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let token = Token {
            id: TokenId::from("0197".to_owned()),
            role: "inspector".into(),
            province_code: Some("19".into()),
            commune_code: None,
            tax_code: None,
            name: "Sở Nội vụ".into(),
            created_at: at("2026-01-01T00:00:00Z"),
            expires_at: at("2027-01-01T00:00:00Z"),
            revoked_at: None,
            last_used_at: Some(at("2026-05-20T10:00:00Z")),
        };
        let other = Token {
            role: "operator".into(),
            province_code: None,
            name: "Trực".into(),
            expires_at: at("2026-02-01T00:00:00Z"),
            revoked_at: Some(at("2026-01-15T17:30:00Z")),
            last_used_at: None,
            ..token.clone()
        };
        assert_eq!(
            table(&[token, other], at("2026-05-21T00:00:00Z")),
            "\
ID    ROLE       TERRITORY  NAME       CREATED           EXPIRES                     LAST USED         REVOKED
0197  inspector  19         Sở Nội vụ  2026-01-01 07:00  2027-01-01 07:00            2026-05-20 17:00  -
0197  operator   -          Trực       2026-01-01 07:00  2026-02-01 07:00 (expired)  -                 2026-01-16 00:30
"
        );
    }
}
