//! What starts to run with the receipt.

use chrono::{DateTime, Utc};

use crate::domain::{
    clocks::{self, Clock, ClockId, NoRule},
    investigation::{Investigation, InvestigationLevel},
    law::Law,
};

/// The limits of whoever investigates: K2 and K3 (`accidents.md` 7.4, 8.4).
pub(super) fn limits(
    investigation: &Investigation,
    is_abroad: bool,
    law: &Law,
    received_at: DateTime<Utc>,
) -> Result<Vec<Clock>, NoRule> {
    let mut started = Vec::new();
    // The province sends people to the scene within two hours; abroad there is no scene to go to.
    if investigation.level == InvestigationLevel::Provincial && !is_abroad {
        started.push(clocks::limits::k2(received_at, law)?);
    }
    started.extend(investigation_clock(investigation, law, received_at)?);
    Ok(started)
}

/// The alarms beside them: K1 until somebody declares what was only given notice of (L84 Art. 34), for an
/// accident abroad K1b (D39 Art. 19.2.b), and K8 until the commune has written its record (D129 Art. 43.1).
pub(super) fn alarms(
    is_notice: bool,
    is_abroad: bool,
    level: InvestigationLevel,
) -> impl Iterator<Item = ClockId> {
    let of_notice = match (is_notice, is_abroad) {
        (true, false) => Some(ClockId::K1),
        (true, true) => Some(ClockId::K1b),
        (false, _) => None,
    };
    let of_record = (level == InvestigationLevel::CommuneRecord).then_some(ClockId::K8);
    of_notice.into_iter().chain(of_record)
}

/// K3 from `start`, where the law sets a limit.
pub fn investigation_clock(
    investigation: &Investigation,
    law: &Law,
    start: DateTime<Utc>,
) -> Result<Option<Clock>, NoRule> {
    let limit = investigation
        .limit_days
        .and_then(|days| u32::try_from(days).ok());
    let (Some(limit), Some(basis)) = (limit, investigation.basis.first()) else {
        return Ok(None);
    };
    clocks::k3(start, limit, basis.clone(), law, law.holidays()).map(Some)
}
