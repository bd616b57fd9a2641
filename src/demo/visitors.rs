//! Whoever looks at the demo: one token for each role, new at each start.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    establishments::{ESTABLISHMENTS, Establishment},
    province::PROVINCE,
};
use crate::{
    config::Secret,
    domain::access::ActorRole,
    error::{AppError, Result},
    service::tokens::{self, Holder, Issue, IssueError},
    store::conn::DbConn,
};

/// The commune of the demo's commune token: Xã Phú Bình, which kept the code of the township
/// Hương Sơn.
pub const COMMUNE: &str = "05908";
/// How long a token of the demo is good.
const VALID_FOR: TimeDelta = TimeDelta::days(30);

/// What the timelines call each of them.
const NAMES: [(ActorRole, &str); 6] = [
    (
        ActorRole::Employer,
        "Người dùng thử: người sử dụng lao động",
    ),
    (ActorRole::Commune, "Người dùng thử: Ủy ban nhân dân phường"),
    (ActorRole::Inspector, "Người dùng thử: thanh tra viên"),
    (ActorRole::Police, "Người dùng thử: công an tỉnh"),
    (ActorRole::Ministry, "Người dùng thử: Bộ Nội vụ"),
    (ActorRole::Operator, "Người dùng thử: người vận hành"),
];

/// The employer of the demo's employer token.
pub fn employer() -> &'static Establishment {
    ESTABLISHMENTS
        .iter()
        .find(|one| one.commune == COMMUNE)
        .unwrap_or(&ESTABLISHMENTS[0])
}

/// Revokes the tokens of the start before and issues new ones.
pub fn invite(tx: &mut DbConn, now: DateTime<Utc>) -> Result<Vec<(ActorRole, Secret)>> {
    let is_ours = |name: &str| NAMES.iter().any(|(_, ours)| *ours == name);
    for old in tokens::list(tx)? {
        if old.revoked_at.is_none() && is_ours(&old.name) {
            tokens::revoke(tx, &old.id, now)?;
        }
    }
    NAMES
        .into_iter()
        .map(|(role, name)| {
            let issue = Issue {
                holder: holder(role),
                name: name.to_owned(),
                valid_for: VALID_FOR,
            };
            let (_, secret) = tokens::issue(tx, issue, now).map_err(|error| match error {
                IssueError::App(error) => error,
                IssueError::Holder(bad) => AppError::internal(bad),
            })?;
            Ok((role, secret))
        })
        .collect()
}

fn holder(role: ActorRole) -> Holder {
    let nobody = Holder {
        role,
        province_code: None,
        commune_code: None,
        tax_code: None,
    };
    match role {
        ActorRole::Employer => Holder {
            tax_code: Some(employer().tax_code()),
            ..nobody
        },
        ActorRole::Commune => Holder {
            commune_code: Some(COMMUNE.to_owned()),
            ..nobody
        },
        ActorRole::Inspector | ActorRole::Police => Holder {
            province_code: Some(PROVINCE.to_owned()),
            ..nobody
        },
        _ => nobody,
    }
}
