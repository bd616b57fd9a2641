//! Accounts of people: made, invited, locked; signing in, second factors, passwords, sessions.

pub mod actions;
pub mod administration;
pub mod contact;
pub mod identities;
pub mod links;
pub mod making;
pub mod news;
pub mod passkeys;
pub mod proof;
pub mod second_factor;
pub mod sessions;
pub mod sign_in;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    domain::{
        audit::{Action, ActorKind, Entry, Object, ObjectKind, Origin, Who},
        decide::World,
        declaration::{Fault, FaultCode},
    },
    error::{AppError, Result},
    sealing::Keys,
    service::{audit::Notes, standings::Person},
    store::{accounts::Account, sessions::Session},
};

pub use making::make;

/// Who is signed in, for what people do with their own account.
pub struct Signed {
    /// The account.
    pub account: Account,
    /// The session.
    pub session: Session,
    /// When.
    pub now: DateTime<Utc>,
    /// Places, authorities and law as they are now.
    pub world: Arc<World>,
    /// From where.
    pub origin: Origin,
    /// The keys to what is sealed.
    pub keys: Arc<Keys>,
    /// What is done, for the trace.
    pub notes: Notes,
}

impl Signed {
    /// The person.
    pub fn person(&self) -> Person {
        person(&self.account)
    }

    /// Notes that the account is changed.
    pub fn note(&self, action: Action, details: Value) {
        let object = Object::new(ObjectKind::Account, &self.account.id);
        self.notes.add(action, object, details);
    }

    /// Notes that a session is begun, changed or ended.
    pub fn note_session(&self, action: Action, session: &Session) {
        let object = Object::new(ObjectKind::Session, &session.id);
        self.notes.add(action, object, json!({}));
    }
}

/// The holder of an account.
pub fn person(account: &Account) -> Person {
    Person {
        account: account.id.clone(),
        name: account.full_name.clone(),
    }
}

/// The holder of an account, as the trace names them before they act in anything.
pub fn who(account: &Account) -> Who {
    Who {
        kind: ActorKind::Account,
        id: account.id.to_string(),
        name: account.full_name.clone(),
        role: String::new(),
        territory: None,
    }
}

/// Somebody who is not signed in.
pub fn somebody() -> Who {
    Who {
        kind: ActorKind::Unknown,
        id: String::new(),
        name: String::new(),
        role: String::new(),
        territory: None,
    }
}

/// Where and when something was done by whom.
#[derive(Clone)]
pub struct Occasion {
    /// Who.
    pub who: Who,
    /// From where.
    pub origin: Origin,
    /// When.
    pub now: DateTime<Utc>,
}

impl Occasion {
    /// An entry of the trace about the account `id`.
    pub fn entry(self, action: Action, id: impl ToString, result: &str) -> Entry {
        let object = Object::new(ObjectKind::Account, id);
        self.entry_about(action, object, result)
    }

    /// An entry of the trace about something else.
    pub fn entry_about(self, action: Action, object: Object, result: &str) -> Entry {
        Entry {
            happened_at: self.now,
            who: self.who,
            action,
            purpose: action.purpose(),
            object,
            result: result.to_owned(),
            origin: self.origin,
            details: json!({}),
        }
    }
}

/// A refusal that names one entry of the body.
pub fn wrong(pointer: &str, code: FaultCode) -> AppError {
    AppError::Invalid(vec![Fault {
        pointer: pointer.to_owned(),
        code,
    }])
}

/// Refuses a new password that is too weak for the holder of `account`.
pub fn check_password(password: &str, account: &Account, pointer: &str) -> Result<()> {
    check_new_password(password, &account.email, &account.full_name, pointer)
}

/// The same before there is an account.
pub fn check_new_password(password: &str, email: &str, name: &str, pointer: &str) -> Result<()> {
    match weakness_of(password, email, name) {
        None => Ok(()),
        Some(code) => Err(wrong(pointer, code)),
    }
}

/// What is wrong with a new password.
pub fn weakness_of(password: &str, email: &str, name: &str) -> Option<FaultCode> {
    use crate::domain::account::password::{Weakness, weakness};

    Some(match weakness(password, email, name)? {
        Weakness::TooShort => FaultCode::TooShort,
        Weakness::TooLong => FaultCode::TooLong,
        Weakness::Common => FaultCode::CommonPassword,
        Weakness::NamesOwner => FaultCode::NamesOwner,
    })
}
