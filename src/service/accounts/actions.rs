//! Links that do something else than those of accounts: they finish the registration of an employer,
//! take an invitation, or make another address count.

use chrono::{DateTime, Utc};
use serde_json::json;

use super::{Occasion, check_new_password, news::tell_holder, who};
use crate::{
    domain::{
        account::{ActionPurpose, news::News},
        audit::{Action, Entry, Origin},
    },
    error::{AppError, Result},
    ids::{EmailChangeId, InvitationId, RegistrationId},
    service::employers::{invitations, registering},
    store::{
        account_links, accounts,
        action_links::{self, ActionLink},
        conn::DbConn,
        email_changes, employer_registrations,
        links::hash,
    },
};

fn expired() -> AppError {
    AppError::Conflict("link_expired")
}

/// The link behind a secret, where it is one of these and good.
pub fn find(tx: &mut DbConn, secret: &str, now: DateTime<Utc>) -> Result<Option<ActionLink>> {
    Ok(action_links::find(tx, &hash(secret), now)?)
}

/// Whether something is still to be finished by it.
pub fn is_good(tx: &mut DbConn, link: &ActionLink, now: DateTime<Utc>) -> Result<bool> {
    Ok(match link.purpose {
        ActionPurpose::RegisterEmployer => {
            let id = RegistrationId::from(link.subject.clone());
            employer_registrations::find(tx, &id)?.is_some()
        }
        ActionPurpose::JoinEmployer => {
            let id = InvitationId::from(link.subject.clone());
            invitations::by_link(tx, &id, now).is_ok()
        }
        ActionPurpose::ChangeEmail => {
            let id = EmailChangeId::from(link.subject.clone());
            email_changes::find(tx, &id)?.is_some()
        }
        // Nothing of an account.
        ActionPurpose::TakeCanary => false,
    })
}

/// Uses a link that proves an address.
pub fn prove(
    tx: &mut DbConn,
    link: &ActionLink,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>> {
    if !action_links::use_up(tx, link, now)? {
        return Err(expired());
    }
    match link.purpose {
        ActionPurpose::ChangeEmail => {
            let id = EmailChangeId::from(link.subject.clone());
            change_email(tx, &id, origin, now)
        }
        ActionPurpose::RegisterEmployer
        | ActionPurpose::JoinEmployer
        | ActionPurpose::TakeCanary => Err(expired()),
    }
}

/// Whether a first password may be chosen by a link, before the password is hashed.
pub fn may_choose(
    tx: &mut DbConn,
    link: &ActionLink,
    password: &str,
    now: DateTime<Utc>,
) -> Result<()> {
    let (email, full_name) = match link.purpose {
        ActionPurpose::RegisterEmployer => {
            let id = RegistrationId::from(link.subject.clone());
            let registration = employer_registrations::find(tx, &id)?.ok_or_else(expired)?;
            (registration.email, registration.stated.representative)
        }
        ActionPurpose::JoinEmployer => {
            let id = InvitationId::from(link.subject.clone());
            let invitation = invitations::by_link(tx, &id, now)?;
            (invitation.email, invitation.full_name)
        }
        ActionPurpose::ChangeEmail | ActionPurpose::TakeCanary => return Err(expired()),
    };
    check_new_password(password, &email, &full_name, "/password")
}

/// Uses a link by which somebody chooses a first password; what makes their device a known one.
pub fn choose(
    tx: &mut DbConn,
    link: &ActionLink,
    password_hash: &str,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<(String, Vec<Entry>)> {
    if !action_links::use_up(tx, link, now)? {
        return Err(expired());
    }
    match link.purpose {
        ActionPurpose::RegisterEmployer => {
            let id = RegistrationId::from(link.subject.clone());
            registering::finish(tx, &id, password_hash, origin, now)
        }
        ActionPurpose::JoinEmployer => {
            let id = InvitationId::from(link.subject.clone());
            invitations::join_by_link(tx, &id, password_hash, origin, now)
        }
        ActionPurpose::ChangeEmail | ActionPurpose::TakeCanary => Err(expired()),
    }
}

/// Another address counts from now on. Links that went to the one until now are good no more.
fn change_email(
    tx: &mut DbConn,
    id: &EmailChangeId,
    origin: &Origin,
    now: DateTime<Utc>,
) -> Result<Vec<Entry>> {
    let change = email_changes::find(tx, id)?.ok_or_else(expired)?;
    let account = accounts::find(tx, &change.account)?.ok_or_else(expired)?;
    let is_taken = accounts::find_by_email(tx, &change.email)?.is_some();
    if is_taken || account.status != crate::domain::account::AccountStatus::Active {
        return Err(expired());
    }
    email_changes::set_email(tx, &account.id, &change.email)?;
    email_changes::delete_of(tx, &account.id)?;
    account_links::end_all(tx, &account.id, now)?;
    tell_holder(tx, &account, News::AddressChanged, now)?;
    let occasion = Occasion {
        who: who(&account),
        origin: origin.clone(),
        now,
    };
    let mut entry = occasion.entry(Action::ChangeEmail, &account.id, "done");
    entry.details = json!({ "by": "link" });
    Ok(vec![entry])
}
