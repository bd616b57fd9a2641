//! Who was told of a case, and who took it.

use chrono::{DateTime, Utc};

use crate::{
    service::alerts::AlertShown,
    store::alerts::AlertStatus,
    web::{chrome::Chrome, when},
    wording::{case_page as words, labels},
};

/// An authority that is told.
pub struct Told {
    /// Its name, or the role that nobody holds.
    pub who: String,
    /// Role and duty.
    pub role: String,
    /// Where the alert stands.
    pub status: &'static str,
    /// Colour; the words say the same.
    pub tone: &'static str,
    /// Who took or refused it there.
    pub officer: Option<String>,
    /// Telephone of whoever took it, else of the authority.
    pub phone: Option<String>,
    /// The moment that counts.
    pub exact: String,
    /// As people say it.
    pub said: String,
    /// For `datetime`.
    pub machine: String,
    /// Tries, and what comes next.
    pub more: Vec<String>,
}

fn tone(status: AlertStatus) -> &'static str {
    match status {
        AlertStatus::Acknowledged => "good",
        AlertStatus::Failed | AlertStatus::Bounced | AlertStatus::Undeliverable => "alarm",
        AlertStatus::Delayed | AlertStatus::Refused => "warn",
        AlertStatus::Queued | AlertStatus::Sent => "",
        AlertStatus::Superseded | AlertStatus::Withdrawn => "quiet",
    }
}

/// Every alert of the case.
pub fn views(c: &Chrome, alerts: &[AlertShown], now: DateTime<Utc>) -> Vec<Told> {
    let view = |shown: &AlertShown| {
        let (ledger, alert) = (&shown.ledger, &shown.ledger.alert);
        let status = ledger.status();
        let answered = ledger.taken.as_ref().map(|taken| taken.at);
        let answered = answered.or(ledger.refused.as_ref().map(|refused| refused.at));
        let tries = ledger.messages.iter().flat_map(|one| &one.attempts);
        let last_try = tries.clone().map(|one| one.attempted_at).max();
        let moment = answered.or(last_try).unwrap_or(alert.created_at);
        let officer = shown.officer.as_ref();
        let mut more = Vec::new();
        match tries.count() {
            0 => {}
            count => more.push(c.t(words::TRIED).replace("{count}", &count.to_string())),
        }
        if let Some((_, at)) = shown.ladder.as_ref().and_then(|ladder| ladder.next) {
            more.push(c.t(words::NEXT_RUNG).replace("{at}", &c.exact(at)));
        }
        let role = c.t(labels::role(alert.role));
        Told {
            who: alert
                .authority
                .as_ref()
                .map_or_else(|| role.to_owned(), |one| one.name.clone()),
            role: format!("{role} · {}", c.t(labels::duty(alert.duty))),
            status: c.t(labels::alert_status(status)),
            tone: tone(status),
            officer: officer.map(|one| {
                let parts = [one.name.as_str(), one.post.as_str()];
                let parts = parts.into_iter().filter(|part| !part.is_empty());
                parts.collect::<Vec<_>>().join(", ")
            }),
            phone: officer
                .map(|one| one.phone.clone())
                .filter(|phone| !phone.is_empty())
                .or_else(|| alert.phone.clone()),
            exact: c.exact(moment),
            said: when::said(moment, now, c.lang),
            machine: c.machine(moment),
            more,
        }
    };
    alerts.iter().map(view).collect()
}
