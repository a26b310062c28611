//! What is told off the host, what comes back from there, and the settings by which servers know what stands.

use ca_core::audit::Head;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::Status;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

/// The setting that says since when and why nothing is issued: JSON, or `no`.
pub const QUARANTINE: &str = "quarantine";

/// The value of [`suspension`] where an authority is suspended.
pub const SUSPENDED: &str = "yes";

/// The setting that says whether an authority is suspended.
pub fn suspension(authority: impl std::fmt::Display) -> String {
    format!("suspended:{authority}")
}

/// The setting with the CRL number above which the next one of an authority has to be.
pub fn crl_floor(authority: impl std::fmt::Display) -> String {
    format!("crl-floor:{authority}")
}

/// A status that somebody was told, whatever the store says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecoveredRecord {
    /// UUIDv7.
    pub id: Uuid,
    /// Whose certificate it is.
    pub authority: Uuid,
    /// Its serial.
    pub serial: SerialNumber,
    /// Held or revoked.
    pub status: Status,
}

/// The newest change of a certificate's status.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusTold {
    /// Whose certificate it is.
    pub authority: AuthorityName,
    /// Its serial.
    pub serial: SerialNumber,
    /// What it is now.
    pub status: Status,
    /// The sequence of the audit's entry about it.
    pub position: u64,
}

/// A list that was published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrlTold {
    /// Whose.
    pub authority: AuthorityName,
    /// CRLNumber.
    pub number: u64,
    /// The number of the full list that it adds to, where it is a delta.
    pub base: Option<u64>,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// SM3 of its to-be-signed bytes.
    pub tbs_hash: [u8; 32],
}

/// What became of the store since some entry of its audit.
#[derive(Clone, Debug)]
pub struct Progress {
    /// The audit's entry up to which this tells; its newest one where nothing was left out.
    pub head: Head,
    /// The time of that entry.
    pub at: Timestamp,
    /// Changes of status, in their order.
    pub changes: Vec<StatusTold>,
    /// Lists.
    pub crls: Vec<CrlTold>,
}
