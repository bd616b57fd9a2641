//! What went wrong, sorted by what the caller can do about it. Each edge turns it into its own form.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::domain::declaration::Fault;

/// Why a use case said no.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Correct every named fault and send again. Nothing was stored.
    #[error("{} fault(s) in the input", .0.len())]
    Invalid(Vec<Fault>),
    /// Say who you are first.
    #[error("not signed in")]
    Unauthenticated,
    /// Nobody is signed in by what was shown. Says no more, to nobody.
    #[error("sign-in refused")]
    SignInRefused,
    /// Nothing by that name, or nothing the caller may see.
    #[error("{0} not found")]
    NotFound(&'static str),
    /// The receipt number was misheard or mistyped: its check character is wrong.
    #[error("receipt number mistyped")]
    ReceiptMistyped,
    /// Known, but this needs another role.
    #[error("not allowed: {0}")]
    Forbidden(&'static str),
    /// The page of another site sent it, by the browser of whoever it was.
    #[error("sent by the page of another site")]
    OtherSite,
    /// Well formed, but not possible in the present state. Read again, then decide.
    #[error("conflict: {0}")]
    Conflict(&'static str),
    /// What was sent is well formed, and not taken. Nothing of it was kept.
    #[error("not taken: {0}")]
    NotTaken(&'static str),
    /// A file that is larger than the settings allow, or than was said.
    #[error("too large: {0}")]
    TooLarge(&'static str),
    /// It was there, and is no more.
    #[error("gone: {0}")]
    Gone(&'static str),
    /// Something that the service works with does not answer. Try the same request again later.
    #[error("away: {0}")]
    Away(&'static str),
    /// An OpenID provider does not answer, or what it answers is not believed.
    #[error("OpenID provider: {0}")]
    Provider(&'static str),
    /// The `Idempotency-Key` was used for another request.
    #[error("idempotency key used for another request")]
    KeyReused,
    /// Over a limit that is held by all processes together.
    #[error("over the limit {limit}")]
    TooMany {
        /// Its name (`domain::limits`).
        limit: &'static str,
        /// In how many seconds there is room again.
        retry_after: u32,
    },
    /// Try the same request again a little later.
    #[error("the service is busy")]
    Busy,
    /// A fault of ours. The cause goes to the log and never to the caller.
    #[error("internal error")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The result of a use case.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

impl AppError {
    /// A fault of ours.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }
}

impl From<DieselError> for AppError {
    fn from(error: DieselError) -> Self {
        match &error {
            DieselError::DatabaseError(
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::SerializationFailure,
                _,
            ) => {
                tracing::warn!("The database is away or overloaded: {error}");
                Self::Busy
            }
            DieselError::DatabaseError(_, info)
                if info.message().contains("database is locked") =>
            {
                Self::Busy
            }
            _ => Self::internal(error),
        }
    }
}

impl From<serde_json::Error> for AppError {
    fn from(error: serde_json::Error) -> Self {
        Self::internal(error)
    }
}
