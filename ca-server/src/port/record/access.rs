//! Who may act: administrators, enrolment credentials; and keys that may not be used.

use jiff::Timestamp;
use uuid::Uuid;

/// An administrator: a registered signing key and the certificate that vouches for it.
#[derive(Clone, Debug)]
pub struct AdministratorRecord {
    /// UUIDv7.
    pub id: Uuid,
    /// The name under which they are registered.
    pub name: String,
    /// Fingerprint of the key, 64 lowercase hex digits: the `keyid` of signed requests; unique.
    pub key_fingerprint: String,
    /// The key, DER SubjectPublicKeyInfo.
    pub spki: Vec<u8>,
    /// The certificate that must be good and in its validity for the administrator to act. The first ones are registered
    /// by key alone, before there is an authority.
    pub certificate: Option<Uuid>,
    /// Whether the registration is in force.
    pub active: bool,
    /// When they were registered.
    pub created_at: Timestamp,
    /// Row version.
    pub version: u32,
}

/// Credentials for enrolment by HTTP Basic.
#[derive(Clone, Debug)]
pub struct CredentialRecord {
    /// UUIDv7.
    pub id: Uuid,
    /// User name; unique.
    pub user: String,
    /// Salt of the verifier.
    pub salt: Vec<u8>,
    /// SM3 of salt and password. One pass is enough because the passwords are made by us, of 160 random bits.
    pub verifier: [u8; 32],
    /// The profiles that they may enrol under.
    pub profiles: Vec<String>,
    /// Whether they are in force.
    pub active: bool,
    /// When they were made.
    pub created_at: Timestamp,
    /// Row version.
    pub version: u32,
}

/// A key that no certificate may be issued on.
#[derive(Clone, Debug)]
pub struct BlockedKeyRecord {
    /// UUIDv7.
    pub id: Uuid,
    /// The normalised key: SHA-256 over algorithm and point or modulus.
    pub key: [u8; 32],
    /// Why it is blocked, in words.
    pub reason: String,
    /// When it was blocked.
    pub created_at: Timestamp,
    /// Row version.
    pub version: u32,
}
