//! SQL. Takes and returns domain values; decides nothing.

pub mod account_links;
pub mod accounts;
pub mod acknowledgements;
pub mod action_links;
pub mod address_marks;
pub mod alarms;
pub mod alert_posts;
pub mod alerts;
pub mod audit;
pub mod authorities;
pub mod blobs;
pub mod bounces;
pub mod breaches;
pub mod calls;
pub mod canaries;
pub mod cases;
pub mod catalogues;
pub mod clocks;
pub mod conn;
pub mod contacts;
pub mod coverage;
pub mod declarations;
pub mod deliveries;
pub mod digests;
pub mod directory_proposals;
pub mod documents;
pub mod drafts_kept;
pub mod email_changes;
pub mod employer_invitations;
pub mod employer_people;
pub mod employer_registrations;
pub mod employers;
pub mod events;
pub mod evidence;
pub mod figures;
pub mod forget;
pub mod forms;
pub mod idempotency;
pub mod identities;
pub mod keys;
pub mod ladders;
pub mod law;
pub mod likeness;
pub mod links;
pub mod merges;
pub mod migrate;
pub mod notice_photos;
pub mod notices;
pub mod outbox;
pub mod outbox_due;
pub mod overview;
pub mod passkeys;
pub mod places;
pub mod pool;
pub mod postings;
pub mod posts;
pub mod queue;
pub mod rate;
pub mod recounts;
pub mod refusals;
pub mod retention;
pub mod rule_proposals;
pub mod saved_filters;
pub mod schema;
pub mod search;
pub mod seed;
pub mod sessions;
pub mod shifts;
pub mod sign_in_tries;
pub mod subject_requests;
pub mod territories;
#[cfg(test)]
pub(crate) mod testing;
pub mod tokens;
pub mod transfers;
pub mod uploads;
mod writer;

use diesel::{
    QueryResult,
    result::Error::{DeserializationError, SerializationError},
};

/// A value as JSON text, as columns keep it.
pub(crate) fn as_json<T: serde::Serialize>(value: &T) -> QueryResult<String> {
    serde_json::to_string(value).map_err(|error| SerializationError(error.into()))
}

/// A value from a column of JSON text.
pub(crate) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> QueryResult<T> {
    serde_json::from_str(text).map_err(|error| DeserializationError(error.into()))
}
