//! Why the store could not do what was asked.

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The nonce was used before.
    #[error("the nonce was used before")]
    NonceReplayed,
    /// A row with this unique value exists, or the row changed since it was read.
    #[error("{what} conflicts with what is stored")]
    Conflict {
        /// What was being stored.
        what: &'static str,
    },
    /// The intent is not open under this fencing number: it was closed or taken over. What was signed under it
    /// must be thrown away.
    #[error("the intent is closed or was taken over")]
    IntentClosed,
    /// There is no such row.
    #[error("{what} is not in the store")]
    NotFound {
        /// What was looked for.
        what: &'static str,
    },
    /// The store was written by a newer version of the program.
    #[error(
        "the store has schema {found}, newer than {known}, the newest this program knows: use the newer program"
    )]
    SchemaFromFuture {
        /// The store's newest migration.
        found: String,
        /// The newest that this program knows.
        known: String,
    },
    /// The store holds what its own rules exclude.
    #[error("the store is damaged: {detail}")]
    Damaged {
        /// What is wrong.
        detail: String,
    },
    /// The store did not answer: locked for too long, full, unreadable. Whether a change was kept is unknown.
    #[error("the store does not answer: {detail}")]
    Unavailable {
        /// What it said.
        detail: String,
    },
    /// The store cannot be opened.
    #[error("cannot open the store {path}: {detail}")]
    CannotOpen {
        /// Which file.
        path: String,
        /// What is wrong and what to do.
        detail: String,
    },
}

impl StoreError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NonceReplayed => "nonce-replayed",
            Self::Conflict { .. } => "conflict",
            Self::IntentClosed => "intent-closed",
            Self::NotFound { .. } => "not-found",
            Self::SchemaFromFuture { .. } => "schema-from-future",
            Self::Damaged { .. } => "store-damaged",
            Self::Unavailable { .. } => "store-unavailable",
            Self::CannotOpen { .. } => "store-cannot-open",
        }
    }
}
