//! Published CRLs.

use jiff::Timestamp;
use uuid::Uuid;

/// A CRL to store when its intent is closed.
#[derive(Clone, Debug)]
pub struct NewCrl {
    /// UUIDv7.
    pub id: Uuid,
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
    /// The CRL, DER.
    pub der: Vec<u8>,
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
