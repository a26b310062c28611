//! Published CRLs.

use ca_core::issuance::Shard;
use ca_core::revocation::Status;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

/// What a series of lists is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ListScope {
    /// Whose.
    pub authority: Uuid,
    /// The shard; none where it is all that the authority issued.
    pub shard: Option<Shard>,
}

impl ListScope {
    /// All that an authority issued.
    pub fn whole(authority: Uuid) -> Self {
        Self { authority, shard: None }
    }
}

/// A CRL to store when its intent is closed.
#[derive(Clone, Debug)]
pub struct NewCrl {
    /// UUIDv7.
    pub id: Uuid,
    /// The shard that it is about; none where it is about all.
    pub shard: Option<Shard>,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
    /// How many entries it lists.
    pub entries: u64,
    /// Whether it is one of the regular series; only those let expired entries go.
    pub scheduled: bool,
    /// The newest status position of its authority that it takes into account.
    pub status_position: u64,
    /// The number of the full list that it adds to, where it is a delta.
    pub base: Option<u64>,
    /// SM3 of its to-be-signed bytes; none for that of the intent, where it alone is issued under its number.
    pub tbs_hash: Option<[u8; 32]>,
    /// How many to-be-signed bytes are stored in parts, and then `der` is what follows them; 0 where `der` is all.
    pub tbs_octets: u64,
    /// The CRL, DER.
    pub der: Vec<u8>,
}

impl CrlSummary {
    /// What it is about.
    pub fn scope(&self) -> ListScope {
        ListScope { authority: self.authority, shard: self.shard }
    }
}

/// What is known of a published CRL without its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlSummary {
    /// UUIDv7.
    pub id: Uuid,
    /// The intent that it fulfils.
    pub intent: Uuid,
    /// The authority that signed it.
    pub authority: Uuid,
    /// The shard that it is about; none where it is about all.
    pub shard: Option<Shard>,
    /// CRLNumber.
    pub number: u64,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
    /// How many entries it lists.
    pub entries: u64,
    /// Whether it is one of the regular series.
    pub scheduled: bool,
    /// The number of the full list that it adds to, where it is a delta.
    pub base: Option<u64>,
    /// The newest status position of its authority that it takes into account.
    pub status_position: u64,
    /// SM3 of its to-be-signed bytes.
    pub tbs_hash: [u8; 32],
    /// When it was stored.
    pub created_at: Timestamp,
    /// Row version.
    pub version: u32,
}

/// A published CRL.
#[derive(Clone, Debug)]
pub struct CrlRecord {
    /// What is known of it.
    pub summary: CrlSummary,
    /// The CRL, DER.
    pub der: Vec<u8>,
}

/// What the next lists of an authority need of the store.
#[derive(Clone, Copy, Debug)]
pub struct StatusAsk {
    /// Whose, and which part.
    pub scope: ListScope,
    /// Whether all that is held or revoked is visited, as [`visit_revoked`] does, without what both expired and had its
    /// status changed before this, where it is given.
    ///
    /// [`visit_revoked`]: crate::port::store::CertificateStore::visit_revoked
    pub all: Option<Option<Timestamp>>,
    /// The changes after this status position are given, at most so many.
    pub changed: Option<(u64, u32)>,
}

/// One state of the store.
#[derive(Clone, Debug)]
pub struct StatusSnapshot {
    /// The newest status position in it.
    pub position: u64,
    /// What changed, ordered by the octets of the serials; none where it was not asked for or is too much.
    pub changed: Option<Vec<ChangedRecord>>,
}

/// A certificate whose status changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedRecord {
    /// Its serial.
    pub serial: SerialNumber,
    /// What it is now.
    pub status: Status,
}

/// What the store says of a certificate that is not listed any more.
#[derive(Clone, Copy, Debug)]
pub struct LeftRecord {
    /// Good, held or revoked.
    pub status: Status,
    /// notAfter.
    pub not_after: Timestamp,
    /// When its status was last changed.
    pub changed_at: Option<Timestamp>,
    /// Whether the audit says of the row as it is that it was released.
    pub released_on_record: bool,
}
