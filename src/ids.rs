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

            /// The id that a client wrote; `None` where it cannot be one, so that no other text
            /// reaches the database (PostgreSQL refuses some, such as a NUL).
            pub fn parse(text: &str) -> Option<Self> {
                let has_form = text.len() == 36
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
                has_form.then(|| Self(text.to_owned()))
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

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
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
    /// What a refusal says of the directory.
    DirectoryProposalId;
    /// An authority to be told about a case.
    AlertId;
    /// A message in the outbox.
    MessageId;
    /// An API token.
    TokenId;
    /// The account of a person.
    AccountId;
    /// A time for which a person is signed in.
    SessionId;
    /// A passkey.
    PasskeyId;
    /// Who a person is at an OpenID provider.
    IdentityId;
    /// A link that is good once.
    LinkId;
    /// An employer as it registered itself.
    EmployerId;
    /// What somebody typed to register an employer, until their address is proven.
    RegistrationId;
    /// An invitation to act for an employer.
    InvitationId;
    /// Another address that somebody wants for their account.
    EmailChangeId;
    /// A post in an authority.
    PostId;
    /// A contact of an authority.
    ContactId;
    /// A shift on duty.
    ShiftId;
    /// A proposal to change the law.
    ProposalId;
    /// Who calls: the id of a token or of an account.
    CallerId;
    /// A row of a case's timeline.
    EventId;
    /// Somebody must be telephoned.
    CallId;
    /// A telephone call that was made.
    CallNoteId;
    /// A row of a message's delivery ledger.
    AttemptId;
    /// Something that came back of a message.
    BounceId;
    /// A monthly test of the way to an authority.
    CanaryId;
    /// Something that an operator must look at.
    AlarmId;
    /// What a data subject asked for.
    RequestId;
    /// A breach of the protection of personal data.
    BreachId;
    /// A plan of what is destroyed because its time is over.
    PlanId;
    /// A legal hold on a case.
    HoldId;
    /// What proves that a duty was done.
    EvidenceId;
    /// A document of a case.
    DocumentId;
    /// A file that is on its way here.
    UploadId;
    /// A photograph that follows a notice, named by whoever sends it.
    PhotoId;
    /// Sealed bytes in the file store.
    BlobId;
    /// A form that was issued.
    IssuedFormId;
    /// A time that a case went to others.
    TransferId;
    /// A filter of the queue that a post has saved.
    SavedFilterId;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_an_id_if_it_has_the_form_of_one() {
        let id = CaseId::generate();
        assert_eq!(CaseId::parse(id.as_str()), Some(id));
        let nul = format!("{}\0", "a".repeat(35));
        for wrong in ["", "x", nul.as_str(), &"ă".repeat(18), &"a".repeat(37)] {
            assert_eq!(CaseId::parse(wrong), None, "{wrong:?}");
        }
    }
}
