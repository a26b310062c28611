//! Why the store could not do what was asked.

use uuid::Uuid;

/// Why the store could not do what was asked.
#[derive(Clone, Debug, thiserror::Error)]
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
    /// The lease under which this was to be written was taken by another.
    #[error("the lease {name} was taken over")]
    LeaseLost {
        /// The lease.
        name: String,
    },
    /// The store went back in time, and nothing is issued until what it forgot is recovered.
    #[error("the store went back in time: nothing is issued until ca-server recover was run")]
    Quarantined,
    /// The authority was suspended meanwhile.
    #[error("the authority was suspended meanwhile")]
    Suspended,
    /// The key is blocked.
    #[error("the key is blocked")]
    KeyBlocked,
    /// The order was given before.
    #[error("the order was given before")]
    Ordered {
        /// The intent that answers it.
        intent: Uuid,
        /// SM3 over the request that it was given with.
        request_hash: [u8; 32],
    },
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
    /// The store is older than what it acknowledged: an older copy was put in its place.
    #[error(
        "the store {place} went back in time: its audit had {had} entries and now does not hold the last of them (it ends \
         at {has}); put the newer file back (to go on with this one, which forgets what was revoked since, remove {witness})"
    )]
    WentBack {
        /// Which.
        place: String,
        /// The sequence of the newest entry that was written.
        had: u64,
        /// That of the newest entry that is there.
        has: u64,
        /// Where it is written how far the store was.
        witness: String,
    },
    /// Something is to be put into a place where there is a store.
    #[error("there is a store in {place}: choose an empty place, or take that one away first")]
    NotEmpty {
        /// Which.
        place: String,
    },
    /// The server of the store cannot be used.
    #[error("cannot use the store {place}: {fault} ({detail})")]
    CannotConnect {
        /// Which, without password.
        place: String,
        /// What is wrong, and what to do.
        fault: ConnectFault,
        /// What it said.
        detail: String,
    },
}

/// Why the server of a store cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConnectFault {
    /// Nothing answers there, or not in time.
    #[error("it does not answer; check host, port and that the server runs")]
    NoAnswer,
    /// User or password.
    #[error("it does not accept user or password")]
    Credentials,
    /// The connection cannot be protected, or the server does not prove whom it is.
    #[error("TLS failed; check sslmode, sslrootcert and the server's certificate")]
    Tls,
    /// There is no such database.
    #[error("there is no such database; make it with createdb")]
    Missing,
    /// A standby, or a server that takes no changes.
    #[error("it takes no changes; name the primary, or all servers of the cluster")]
    ReadOnly,
    /// The server or the database cannot hold a store.
    #[error("it cannot hold a store")]
    Unsuitable,
    /// The schema cannot be made or brought up to date; nothing of it was changed.
    #[error("its schema cannot be made or brought up to date, nothing was changed")]
    Migration,
}

impl ConnectFault {
    /// The stable code of this refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoAnswer => "database-no-answer",
            Self::Credentials => "database-credentials",
            Self::Tls => "database-tls",
            Self::Missing => "database-missing",
            Self::ReadOnly => "database-read-only",
            Self::Unsuitable => "database-unsuitable",
            Self::Migration => "database-migration",
        }
    }
}

impl StoreError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NonceReplayed => "nonce-replayed",
            Self::Conflict { .. } => "conflict",
            Self::IntentClosed => "intent-closed",
            Self::LeaseLost { .. } => "lease-lost",
            Self::Quarantined => "quarantined",
            Self::Suspended => "authority-suspended",
            Self::KeyBlocked => "key-blocked",
            Self::Ordered { .. } => "order-repeated",
            Self::NotFound { .. } => "not-found",
            Self::SchemaFromFuture { .. } => "schema-from-future",
            Self::Damaged { .. } => "store-damaged",
            Self::Unavailable { .. } => "store-unavailable",
            Self::CannotOpen { .. } => "store-cannot-open",
            Self::WentBack { .. } => "store-went-back",
            Self::NotEmpty { .. } => "store-not-empty",
            Self::CannotConnect { fault, .. } => fault.code(),
        }
    }
}
