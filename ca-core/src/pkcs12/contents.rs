//! What a container holds.

use crate::key::PrivateKey;
use crate::x509::certificate::Certificate;
use crate::x509::crl::CertificateList;

/// What a container holds, once opened.
#[derive(Default)]
pub struct Contents {
    /// The private keys. They have no `Debug` and are wiped when dropped.
    pub keys: Vec<Entry<PrivateKey>>,
    /// The certificates.
    pub certificates: Vec<Entry<Certificate>>,
    /// The revocation lists.
    pub crls: Vec<Entry<CertificateList>>,
    /// How many bags hold something else, secrets or certificates of other kinds, which is not read.
    pub others: usize,
}

/// Something in a container with what it is called there.
pub struct Entry<T> {
    /// What it is.
    pub value: T,
    /// friendlyName, RFC 2985 §5.5.1: a name for people.
    pub friendly_name: Option<String>,
    /// localKeyID, RFC 2985 §5.5.2: what a key and its certificate have in common.
    pub local_key_id: Option<Vec<u8>>,
}

impl<T> Entry<T> {
    /// Something with a name for people.
    pub fn named(value: T, name: &str) -> Self {
        Self { value, friendly_name: Some(name.to_owned()), local_key_id: None }
    }
}

impl<T> From<T> for Entry<T> {
    fn from(value: T) -> Self {
        Self { value, friendly_name: None, local_key_id: None }
    }
}
