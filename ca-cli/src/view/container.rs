//! Keys and certificates in one file.

use ca_core::encoding::dump;
use ca_core::pkcs12::{CfcaContainer, Contents, Part, Pfx};
use serde::Serialize;

use super::certificate::algorithm;
use super::{CertificateSummary, Fingerprints, Identifier, KeyDetails};

/// A PKCS #12 file.
#[derive(Serialize)]
pub(crate) struct Pkcs12Details {
    /// What protects it from changes, and the iterations that make guessing slow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mac: Option<MacDetails>,
    /// How its parts are encrypted, as far as they are so as a whole.
    pub(crate) encryption: Vec<Identifier>,
    /// Whether it was opened with its password.
    pub(crate) opened: bool,
    /// The public keys of the private keys inside.
    pub(crate) keys: Vec<NamedKey>,
    pub(crate) certificates: Vec<CertificateSummary>,
    pub(crate) crl_count: usize,
    /// Bags that hold something else.
    pub(crate) other_count: usize,
    pub(crate) fingerprints: Fingerprints,
}

/// The MAC of a PKCS #12 file.
#[derive(Serialize)]
pub(crate) struct MacDetails {
    pub(crate) algorithm: Identifier,
    pub(crate) iterations: u32,
}

/// A key in a container.
#[derive(Serialize)]
pub(crate) struct NamedKey {
    /// What it is called there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(flatten)]
    pub(crate) key: KeyDetails,
}

/// A file of CFCA: a key under a password and its certificate.
#[derive(Serialize)]
pub(crate) struct CfcaDetails {
    /// Whether the key was opened with its password, and found to be the certificate's.
    pub(crate) opened: bool,
    pub(crate) certificate: CertificateSummary,
    pub(crate) fingerprints: Fingerprints,
}

impl Pkcs12Details {
    pub(super) fn of(pfx: &Pfx, contents: Option<&Contents>, der: &[u8]) -> Self {
        let encryption = pfx.parts().iter().filter_map(|part| match part {
            Part::Encrypted(encrypted) => Some(algorithm(encrypted.algorithm())),
            _ => None,
        });
        let mac = pfx.mac().map(|mac| MacDetails {
            algorithm: Identifier { oid: mac.algorithm.oid.to_string(), name: dump::name(mac.algorithm.oid) },
            iterations: mac.iterations,
        });
        let mut details = Self {
            mac,
            encryption: encryption.collect(),
            opened: contents.is_some(),
            keys: Vec::new(),
            certificates: Vec::new(),
            crl_count: 0,
            other_count: 0,
            fingerprints: Fingerprints::of(der),
        };
        if let Some(contents) = contents {
            let keys = contents.keys.iter().map(|entry| NamedKey {
                name: entry.friendly_name.clone(),
                key: KeyDetails::of(entry.value.public_key()),
            });
            details.keys = keys.collect();
            details.certificates =
                contents.certificates.iter().map(|entry| CertificateSummary::of(&entry.value)).collect();
            details.crl_count = contents.crls.len();
            details.other_count = contents.others;
        }
        details
    }
}

impl CfcaDetails {
    pub(super) fn of(container: &CfcaContainer, opened: bool) -> Self {
        Self {
            opened,
            certificate: CertificateSummary::of(container.certificate()),
            fingerprints: Fingerprints::of(container.der()),
        }
    }
}
