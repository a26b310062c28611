//! Certificates on their way through [`super::signing`].

use spki::AlgorithmIdentifierOwned;

use super::sealed::Sealed;
use super::signing::{Committed, Issued, Prepared, Signable};
use crate::algorithm::{PreparedKey, VerifyError};
use crate::key::{KeyError, PublicKey};
use crate::lint::{self, Finding};
use crate::x509::certificate::{self, Certificate};
use crate::x509::name::Name;
use crate::x509::serial::SerialNumber;
use crate::x509::validity::Validity;

/// What is known of a certificate beside its bytes, and kept with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateFacts {
    /// Name of the profile it is issued under.
    pub profile: String,
    /// [`Profile::hash`](crate::profile::Profile::hash) at the time of issuing.
    pub profile_hash: [u8; 32],
}

/// A certificate that is built and linted, and not signed by the authority.
pub type PreparedCertificate = Prepared<Certificate, CertificateFacts>;

/// A prepared certificate whose intent is on durable storage.
pub type CommittedCertificate = Committed<Certificate, CertificateFacts>;

/// A certificate signed by the authority, equal to what was committed.
pub type IssuedCertificate = Issued<Certificate, CertificateFacts>;

impl Sealed for Certificate {}

impl Signable for Certificate {
    fn assemble(
        tbs_der: &[u8],
        algorithm: &AlgorithmIdentifierOwned,
        signature: &[u8],
    ) -> Result<Self, String> {
        certificate::assemble(tbs_der, algorithm, signature).map_err(|error| error.to_string())
    }

    fn tbs_der(&self) -> &[u8] {
        self.tbs_der()
    }

    fn der(&self) -> &[u8] {
        self.der()
    }

    fn verify_signed_by(&self, key: &PreparedKey) -> Result<(), VerifyError> {
        self.verify_with(key)
    }

    fn lint(&self, issuer: Option<&Certificate>) -> Vec<Finding> {
        lint::certificate(self, issuer)
    }
}

impl PreparedCertificate {
    /// The serial number.
    #[must_use]
    pub fn serial(&self) -> &SerialNumber {
        self.rehearsal().serial()
    }

    /// The subject.
    #[must_use]
    pub fn subject(&self) -> &Name {
        self.rehearsal().subject()
    }

    /// The validity.
    #[must_use]
    pub fn validity(&self) -> &Validity {
        self.rehearsal().validity()
    }

    /// The certified key.
    ///
    /// # Errors
    /// [`KeyError`] for what was read from storage and holds no key.
    pub fn public_key(&self) -> Result<PublicKey, KeyError> {
        self.rehearsal().public_key()
    }

    /// Name of the profile.
    #[must_use]
    pub fn profile(&self) -> &str {
        &self.facts().profile
    }

    /// [`Profile::hash`](crate::profile::Profile::hash) at the time of issuing.
    #[must_use]
    pub fn profile_hash(&self) -> [u8; 32] {
        self.facts().profile_hash
    }
}

impl IssuedCertificate {
    /// The signed certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        self.document()
    }
}
