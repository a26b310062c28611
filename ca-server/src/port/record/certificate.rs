//! Certificates, their status, and how they are looked up.

use ca_core::issuance::{AuthorityName, Shard};
use ca_core::key::KeyFingerprint;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

/// A certificate to store when its intent is closed.
#[derive(Clone, Debug)]
pub struct NewCertificate {
    /// UUIDv7.
    pub id: Uuid,
    /// The id that its subject gets if the subject's name is new.
    pub new_subject: Uuid,
    /// The subject's name, DER. An empty name makes a subject of its own for each certificate.
    pub subject_der: Vec<u8>,
    /// The subject's name as RFC 4514 text, for people and for searching.
    pub subject: String,
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// Fingerprint of the subject's key.
    pub key_fingerprint: KeyFingerprint,
    /// The shard that its CRL distribution point names; none where it names the list of the whole, or none.
    pub shard: Option<Shard>,
    /// notBefore.
    pub not_before: Timestamp,
    /// notAfter.
    pub not_after: Timestamp,
    /// Where it may not be used: it is revoked from the start, as of the act.
    pub revoked: Option<Reason>,
}

/// What there is to say of a certificate by its serial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its status.
    pub status: Status,
    /// notAfter.
    pub not_after: Timestamp,
}

/// A certificate that we issued.
#[derive(Clone, Debug)]
pub struct CertificateRecord {
    /// UUIDv7.
    pub id: Uuid,
    /// The intent that it fulfils.
    pub intent: Uuid,
    /// The authority that signed it.
    pub authority: AuthorityName,
    /// Its serial, unique within the authority.
    pub serial: SerialNumber,
    /// Its subject's random id.
    pub subject_id: Uuid,
    /// Its subject's name as RFC 4514 text.
    pub subject: String,
    /// The profile that it was issued under.
    pub profile: String,
    /// The hash of that profile as it then was.
    pub profile_hash: [u8; 32],
    /// The certificate, DER.
    pub der: Vec<u8>,
    /// SM3 of its to-be-signed bytes.
    pub tbs_hash: [u8; 32],
    /// Fingerprint of the subject's key, 64 lowercase hex digits.
    pub key_fingerprint: String,
    /// Good, held or revoked.
    pub status: Status,
    /// notBefore.
    pub not_before: Timestamp,
    /// notAfter.
    pub not_after: Timestamp,
    /// Who asked for it.
    pub requester: String,
    /// When it was stored.
    pub issued_at: Timestamp,
    /// Row version.
    pub version: u32,
}

/// Which change of status is made; the name of the audit's action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusChange {
    /// Good or held to revoked.
    Revoke,
    /// Good to held.
    Hold,
    /// Held to good.
    Release,
}

impl StatusChange {
    /// The action as the audit names it.
    pub fn action(self) -> &'static str {
        match self {
            Self::Revoke => "certificate.revoke",
            Self::Hold => "certificate.hold",
            Self::Release => "certificate.release",
        }
    }
}

/// A line of a CRL to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedRecord {
    /// The certificate's serial.
    pub serial: SerialNumber,
    /// When it was revoked or held.
    pub at: Timestamp,
    /// Why; certificateHold for a held one.
    pub reason: Reason,
    /// Since when the key is suspected.
    pub invalidity_date: Option<Timestamp>,
}

/// A status by which certificates are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusFilter {
    /// Neither held nor revoked.
    Good,
    /// Held.
    Held,
    /// Revoked.
    Revoked,
}

/// Which certificates are asked for: all conditions hold at once; the default asks for all.
#[derive(Clone, Debug, Default)]
pub struct CertificateFilter {
    /// Of this authority.
    pub authority: Option<AuthorityName>,
    /// Issued under this profile.
    pub profile: Option<String>,
    /// Of this status.
    pub status: Option<StatusFilter>,
    /// The subject's text contains this, letter case aside.
    pub subject: Option<String>,
    /// With this serial.
    pub serial: Option<SerialNumber>,
    /// On this key: 64 lowercase hex digits.
    pub key_fingerprint: Option<String>,
    /// notAfter is before this.
    pub expires_before: Option<Timestamp>,
    /// notAfter is at or after this.
    pub expires_after: Option<Timestamp>,
    /// Stored at or after this.
    pub issued_after: Option<Timestamp>,
    /// Stored before this.
    pub issued_before: Option<Timestamp>,
}

/// A page of certificates, newest first.
#[derive(Clone, Debug)]
pub struct CertificatePage {
    /// The certificates.
    pub items: Vec<CertificateRecord>,
    /// The last id of this page where there are more.
    pub next: Option<Uuid>,
}
