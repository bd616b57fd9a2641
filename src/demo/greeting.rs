//! What the demo says when it is ready: what to click, who to be, what to `curl`.

use std::{fmt, net::SocketAddr};

use chrono::{DateTime, TimeDelta, Utc};

use super::{FOLDER, visitors};
use crate::{
    config::Secret,
    domain::{
        access::{ActorRole, Sight},
        classify::CaseClass,
    },
    error::Result,
    store::{
        alerts,
        conn::DbConn,
        links::{self, NewLink},
        queue::{self, QueueFilter, Sort},
    },
    time::vietnam,
    wording::{Text, demo::demo},
};

/// Everything that is printed.
pub struct Greeting {
    base: String,
    alert: Option<String>,
    tokens: Vec<(ActorRole, Secret)>,
    declaration: String,
}

impl Greeting {
    /// Issues the tokens and a link to the newest fatal case.
    pub fn prepare(tx: &mut DbConn, address: SocketAddr, now: DateTime<Utc>) -> Result<Self> {
        let base = format!("http://{}", reachable(address));
        let alert = newest_alert(tx, now)?.map(|secret| format!("{base}/a/{secret}"));
        Ok(Self {
            alert,
            tokens: visitors::invite(tx, now)?,
            declaration: a_death(now),
            base,
        })
    }

    fn token(&self, wanted: ActorRole) -> &str {
        self.tokens
            .iter()
            .find(|(role, _)| *role == wanted)
            .map_or("", |(_, secret)| secret.expose())
    }
}

/// Where a browser of this machine finds what listens on every address.
fn reachable(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    let loopback: std::net::IpAddr = match address {
        SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
        SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
    };
    SocketAddr::new(loopback, address.port())
}

/// A new link to the newest fatal case, like the one in its mails.
fn newest_alert(tx: &mut DbConn, now: DateTime<Utc>) -> Result<Option<String>> {
    let filter = QueueFilter {
        class: Some(CaseClass::Fatal),
        sort: Sort::Newest,
        limit: 1,
        ..QueueFilter::default()
    };
    let (newest, _) = queue::page(tx, &Sight::All, &filter, now)?;
    let Some(case) = newest.into_iter().next() else {
        return Ok(None);
    };
    let message = alerts::ledger(tx, &case.id)?
        .into_iter()
        .flat_map(|ledger| ledger.messages)
        .next();
    let Some(message) = message else {
        return Ok(None);
    };
    let secret = links::new_secret()?;
    let link = NewLink {
        secret_hash: links::hash(&secret),
        message_id: message.id,
        case_id: case.id,
        expires_at: now + links::LIFETIME,
    };
    links::insert_many(tx, &[link])?;
    Ok(Some(secret))
}

/// The first declaration of a newcomer: the least that an urgent notice needs, written to be read.
fn a_death(now: DateTime<Utc>) -> String {
    let employer = visitors::employer();
    let occurred_at = (now - TimeDelta::minutes(40))
        .with_timezone(&vietnam())
        .format("%Y-%m-%dT%H:%M:00+07:00");
    format!(
        r#"{{ "kind": "accident",
  "declarant": {{ "full_name": "Đỗ Minh An", "phone": "0199 000 0000" }},
  "establishment": {{ "name": "{}", "tax_code": "{}" }},
  "accident": {{
    "occurred_at": "{occurred_at}", "place": {{ "commune_code": "{}" }},
    "summary": "Vỡ ống dẫn hơi của nồi hơi, một công nhân tử vong.",
    "casualties": {{ "dead": 1 }} }} }}"#,
        employer.name,
        employer.tax_code(),
        visitors::COMMUNE,
    )
}

impl fmt::Display for Greeting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let base = &self.base;
        let title = say("title")?;
        let folder = say("folder")?;
        let stop = say("stop")?;
        writeln!(f, "tnld demo: {}", title.vi)?;
        writeln!(f, "           {}", title.en)?;
        writeln!(f, "           {base}\n")?;
        for line in [folder.vi, folder.en] {
            writeln!(f, "  {}", line.replace("{folder}", FOLDER))?;
        }
        writeln!(f, "  {} · {}\n", stop.vi, stop.en)?;

        heading(f, "open")?;
        let pages = [
            ("people", Some(format!("{base}/demo"))),
            ("mailbox", Some(format!("{base}/mailbox"))),
            ("docs", Some(format!("{base}/docs/"))),
            ("operations", Some(format!("{base}/operations"))),
            ("alert", self.alert.clone()),
        ];
        for (key, address) in pages {
            if let Some(address) = address {
                let text = say(key)?;
                let label = format!("{} · {}", text.vi, text.en);
                writeln!(f, "  {label:<32} {address}")?;
            }
        }

        writeln!(f)?;
        heading(f, "tokens")?;
        for (role, secret) in &self.tokens {
            let text = say(role.as_str())?;
            let label = format!("{} · {}", text.vi, text.en);
            writeln!(f, "  {:<10} {}  {label}", role.as_str(), secret.expose())?;
        }

        writeln!(f)?;
        comment(f, "declare")?;
        writeln!(f, "curl -sS {base}/api/v1/declarations \\")?;
        writeln!(
            f,
            "  -H 'Authorization: Bearer {}' \\",
            self.token(ActorRole::Employer)
        )?;
        writeln!(
            f,
            "  -H 'Content-Type: application/json' --data @- <<'JSON'"
        )?;
        writeln!(f, "{}\nJSON\n", self.declaration)?;
        comment(f, "story")?;
        writeln!(f)?;
        comment(f, "queue")?;
        writeln!(f, "curl -sS '{base}/api/v1/cases?status=open&limit=5' \\")?;
        writeln!(
            f,
            "  -H 'Authorization: Bearer {}'\n",
            self.token(ActorRole::Inspector)
        )?;
        comment(f, "mails")?;
        writeln!(f, "curl -sS {base}/mailbox | grep -c '\\.eml'")
    }
}

fn heading(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    let text = say(key)?;
    writeln!(f, "{} · {}", text.vi, text.en)
}

fn comment(f: &mut fmt::Formatter<'_>, key: &str) -> fmt::Result {
    let text = say(key)?;
    writeln!(f, "# {}\n# {}", text.vi, text.en)
}

/// A text of the greeting. A test prints it whole, so a missing key does not get out.
fn say(key: &str) -> Result<Text, fmt::Error> {
    demo(key).ok_or(fmt::Error)
}
