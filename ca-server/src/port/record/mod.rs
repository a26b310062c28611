//! The records that the store keeps, as the services see them.
//!
//! `version` counts the versions of a row from 1; each version has one audit entry.

mod access;
mod authority;
mod authority_request;
mod certificate;
mod crl;
mod intent;
mod recovery;

pub use access::{AdministratorRecord, BlockedKeyRecord, CredentialRecord};
pub use authority::{AuthorityKind, AuthorityRecord, KeyPlace, OcspSignerRecord, Origin};
pub use authority_request::{AuthorityRequestRecord, NewAuthorityRequest, REQUEST_NONCE, RequestState};
pub use certificate::{
    CertificateFilter, CertificatePage, CertificateRecord, NewCertificate, RevokedRecord, Standing,
    StatusChange, StatusFilter,
};
pub use crl::{
    ChangedRecord, CrlRecord, CrlSummary, LeftRecord, ListScope, NewCrl, StatusAsk, StatusSnapshot,
};
pub use intent::{IntentKind, IntentRecord, IntentState, NewIntent, Once, OpenIntent};
pub use recovery::{
    CrlTold, Progress, QUARANTINE, RecoveredRecord, SUSPENDED, StatusTold, crl_floor, suspension,
};
