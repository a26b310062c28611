//! Certificates as the service shows them.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::RevocationReason;

/// The status of a certificate. Whether it has expired follows from `not_after`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CertificateStatus {
    /// Neither held nor revoked.
    Good,
    /// Suspended: relying parties see it revoked with certificateHold until it is released.
    Held,
    /// Revoked for good.
    Revoked,
}

impl CertificateStatus {
    /// The word that stands for it in JSON and in queries.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Held => "held",
            Self::Revoked => "revoked",
        }
    }
}

impl fmt::Display for CertificateStatus {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A certificate that was issued here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateView {
    /// UUIDv7 of the record.
    pub id: Uuid,
    /// Name of the authority that signed it.
    #[schema(example = "issuing")]
    pub authority: String,
    /// Serial, lowercase hexadecimal without separators; unique within the authority.
    #[schema(example = "43e0f6c3d1a94f0b8d0c5be1a7a2f39b51")]
    pub serial: String,
    /// Name of the subject as RFC 4514 text.
    #[schema(example = "CN=meter-7.example")]
    pub subject: String,
    /// Random UUIDv4 of the subject, the same for all certificates of one name.
    pub subject_id: Uuid,
    /// The profile that it was issued under.
    #[schema(example = "device")]
    pub profile: String,
    /// Its status now.
    pub status: CertificateStatus,
    /// notBefore.
    pub not_before: Timestamp,
    /// notAfter.
    pub not_after: Timestamp,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it was revoked or held; absent while good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Timestamp>,
    /// Why it was revoked; `certificateHold` while held; absent while good.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<RevocationReason>,
    /// Since when its key is known or suspected to be compromised or it became invalid otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invalidity_date: Option<Timestamp>,
    /// SHA-256 of the DER SubjectPublicKeyInfo, lowercase hexadecimal.
    pub key_fingerprint: String,
    /// The certificate in PEM.
    pub pem: String,
}

/// A page of certificates, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificatePage {
    /// The certificates.
    pub items: Vec<CertificateView>,
    /// Cursor of the next page; absent on the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}
