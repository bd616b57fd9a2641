//! Identifiers as types: text outside, distinct inside.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new id: a UUID of version 7, which sorts by the time it was made.
            pub fn generate() -> Self {
                Self(uuid::Uuid::now_v7().to_string())
            }

            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A case (*vụ tai nạn*).
    CaseId;
    /// A declaration as received.
    DeclarationId;
    /// A supplement to a declaration.
    SupplementId;
    /// An authority to be told about a case.
    AlertId;
    /// A message in the outbox.
    MessageId;
    /// An API token.
    TokenId;
    /// A row of a case's timeline.
    EventId;
    /// A row of a message's delivery ledger.
    AttemptId;
    /// Something that an operator must look at.
    AlarmId;
}
