//! `tnld token`: who may call the service.

use chrono::{DateTime, TimeDelta, Utc};
use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

use serde_json::json;

use super::{Failure, open, print, trace::Trace};
use crate::{
    config::Config,
    domain::{
        access::ActorRole,
        audit::{self, ObjectKind},
    },
    error::AppError,
    ids::TokenId,
    service::tokens::{self, Holder, Issue, IssueError, territory},
    store::tokens::Token,
    text::is_one_visible_line,
    time::{Clock, vietnam},
    wording::{Said, cli},
};

#[derive(Debug, Subcommand)]
pub(super) enum Action {
    #[command(about = cli::ISSUE.label())]
    Issue(IssueArgs),
    #[command(about = cli::LIST.label())]
    List,
    #[command(about = cli::REVOKE.label())]
    Revoke {
        #[arg(help = cli::TOKEN_ID.label())]
        id: String,
    },
}

#[derive(Debug, Args)]
pub(super) struct IssueArgs {
    #[arg(long, value_parser = role(), help = cli::ROLE.label())]
    role: ActorRole,
    #[arg(long, value_name = "CODE", help = cli::PROVINCE.label())]
    province: Option<String>,
    #[arg(long, value_name = "CODE", help = cli::COMMUNE.label())]
    commune: Option<String>,
    #[arg(long, value_name = "CODE", help = cli::TAX_CODE.label())]
    tax_code: Option<String>,
    #[arg(long, value_name = "TEXT", value_parser = name, help = cli::NAME.label())]
    name: Option<String>,
    #[arg(
        long,
        value_name = "DAYS",
        default_value_t = 365,
        value_parser = clap::value_parser!(i64).range(1..=3650),
        help = cli::EXPIRES.label(),
    )]
    expires: i64,
}

fn role() -> impl TypedValueParser<Value = ActorRole> {
    PossibleValuesParser::new(ActorRole::OF_TOKENS.iter().map(|role| role.as_str()))
        .try_map(ActorRole::try_from)
}

fn name(text: &str) -> Result<String, Said> {
    let is_good =
        !text.trim().is_empty() && text.chars().count() <= 200 && is_one_visible_line(text);
    is_good
        .then(|| text.to_owned())
        .ok_or_else(|| cli::NOT_A_NAME.said())
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
            let trace = Trace::open(&mut conn, &config)?;
            let revoked = conn.write(|tx| {
                tokens::revoke(tx, &id, now)?;
                let object = (ObjectKind::Token, id.as_str());
                trace.note(tx, audit::Action::RevokeToken, object, json!({}))
            });
            revoked.map_err(|why| match why {
                AppError::NotFound(_) => cli::NO_TOKEN.said().with("id", &id).into(),
                other => other.into(),
            })
        }
        (_, Some(cmd)) => {
            let trace = Trace::open(&mut conn, &config)?;
            let (_, secret) = conn.write(|tx| {
                let (token, secret) = tokens::issue(tx, cmd, now)?;
                let territory =
                    territory(&token.province_code, &token.commune_code, &token.tax_code);
                let details = json!({
                    "role": token.role, "territory": territory, "expires_at": token.expires_at,
                });
                let object = (ObjectKind::Token, token.id.as_str());
                trace.note(tx, audit::Action::CreateToken, object, details)?;
                Ok::<_, IssueError>((token, secret))
            })?;
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
        let holder = holder.checked().map_err(|why| Failure::Usage(why.said()))?;
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
            IssueError::Holder(why) => Self::Other(why.said()),
            IssueError::App(why) => why.into(),
        }
    }
}

/// Territory or tax code; of a post's token, the post.
fn held_by(token: &Token) -> String {
    match &token.of_post {
        Some(of) => of.post.to_string(),
        None => territory(&token.province_code, &token.commune_code, &token.tax_code).to_owned(),
    }
}

/// Aligned columns, times in Việt Nam; the last column says what is wrong with a token.
fn table(all: &[Token], now: DateTime<Utc>) -> String {
    let minute = |at: DateTime<Utc>| at.with_timezone(&vietnam()).format("%F %R").to_string();
    let optional = |at: Option<DateTime<Utc>>| at.map_or_else(|| "-".to_owned(), minute);
    let head = [
        "ID".to_owned(),
        cli::COLUMN_ROLE.label(),
        cli::COLUMN_TERRITORY.label(),
        cli::COLUMN_NAME.label(),
        cli::COLUMN_CREATED.label(),
        cli::COLUMN_EXPIRES.label(),
        cli::COLUMN_LAST_USED.label(),
        cli::COLUMN_REVOKED.label(),
    ];
    let columns = head.len();
    let mut rows = vec![head];
    rows.extend(all.iter().map(|token| {
        let expired = if token.expires_at <= now {
            format!(" ({})", cli::EXPIRED.label())
        } else {
            String::new()
        };
        [
            token.id.to_string(),
            token.role.clone().unwrap_or_else(|| "post".to_owned()),
            held_by(token),
            token.name.clone(),
            minute(token.created_at),
            format!("{}{expired}", minute(token.expires_at)),
            optional(token.last_used_at),
            optional(token.revoked_at),
        ]
    }));
    let widths: Vec<usize> = (0..columns)
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
            role: Some("inspector".into()),
            province_code: Some("19".into()),
            commune_code: None,
            tax_code: None,
            of_post: None,
            of_employer: None,
            name: "Sở Nội vụ".into(),
            created_at: at("2026-01-01T00:00:00Z"),
            expires_at: at("2027-01-01T00:00:00Z"),
            revoked_at: None,
            revoked_because: None,
            last_used_at: Some(at("2026-05-20T10:00:00Z")),
        };
        let other = Token {
            role: Some("operator".into()),
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
ID    VAI TRÒ · ROLE  ĐỊA BÀN · TERRITORY  TÊN · NAME  CẤP LÚC · CREATED  HẾT HẠN · EXPIRES                        DÙNG LẦN CUỐI · LAST USED  THU HỒI · REVOKED
0197  inspector       19                   Sở Nội vụ   2026-01-01 07:00   2027-01-01 07:00                         2026-05-20 17:00           -
0197  operator        -                    Trực        2026-01-01 07:00   2026-02-01 07:00 (đã hết hạn · expired)  -                          2026-01-16 00:30
"
        );
    }
}
