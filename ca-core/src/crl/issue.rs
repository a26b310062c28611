//! From a plan to a signed CRL.

use jiff::Timestamp;
use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use super::{CrlPlan, RevokedEntry};
use crate::algorithm::{PreparedKey, Signer, VerifyError};
use crate::encoding::der::DerError;
use crate::issuance::sealed::Sealed;
use crate::issuance::signing;
use crate::issuance::{Committed, Issued, Issuer, Prepared, RehearsalError, Signable, SigningError};
use crate::lint::{self, Finding};
use crate::x509::crl::{self, RevokedCertificate};
use crate::x509::extension::{
    AuthorityKeyIdentifier, CrlNumber, ExtensionError, ExtensionValue, Extensions, KeyUsage,
};
use crate::x509::{Certificate, CertificateList, TbsCertList};

/// What is known of a CRL beside its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrlFacts {
    /// CRLNumber.
    pub number: u64,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// nextUpdate.
    pub next_update: Timestamp,
    /// How many certificates it lists.
    pub entries: usize,
}

/// A CRL that is built and linted, and not signed by the authority.
pub type PreparedCrl = Prepared<CertificateList, CrlFacts>;

/// A prepared CRL whose intent is on durable storage.
pub type CommittedCrl = Committed<CertificateList, CrlFacts>;

/// A CRL signed by the authority, equal to what was committed.
pub type IssuedCrl = Issued<CertificateList, CrlFacts>;

impl Sealed for CertificateList {}

impl Signable for CertificateList {
    fn assemble(
        tbs_der: &[u8],
        algorithm: &AlgorithmIdentifierOwned,
        signature: &[u8],
    ) -> Result<Self, String> {
        crl::assemble(tbs_der, algorithm, signature).map_err(|error| error.to_string())
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
        lint::crl(self, issuer)
    }
}

/// Why no CRL is prepared.
#[derive(Debug, thiserror::Error)]
pub enum PrepareCrlError {
    /// The authority's certificate does not allow it to sign CRLs.
    #[error("the certificate of authority {authority} lacks key usage cRLSign")]
    NotCrlSigner {
        /// The authority.
        authority: String,
    },
    /// An extension stands twice.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
    /// Its entries are not as they were written.
    #[error("the entries of the CRL, read back: {detail}")]
    ReadBack {
        /// What is wrong.
        detail: &'static str,
    },
    /// Its entries cannot be kept or read.
    #[error("the entries of the CRL cannot be kept: {0}")]
    Scratch(#[from] std::io::Error),
    /// The CRL cannot be encoded.
    #[error("the CRL cannot be encoded: {0}")]
    Encoding(#[from] DerError),
    /// The bytes did not pass the rehearsal.
    #[error(transparent)]
    Rehearsal(#[from] RehearsalError),
}

impl PrepareCrlError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotCrlSigner { .. } => "issuer-not-crl-signer",
            Self::Extension(_) | Self::Encoding(_) => "crl-not-encodable",
            Self::ReadBack { .. } => "crl-entries-altered",
            Self::Scratch(_) => "crl-scratch",
            Self::Rehearsal(error) => error.code(),
        }
    }
}

impl Issuer {
    /// Builds a full CRL (RFC 5280 §5) with CRLNumber and, as authority key identifier, the authority's own subject key
    /// identifier; signs it with the throwaway key and lints it.
    ///
    /// # Errors
    /// [`PrepareCrlError`].
    pub fn prepare_crl(
        &self,
        plan: CrlPlan,
        rng: &mut dyn CryptoRng,
    ) -> Result<PreparedCrl, PrepareCrlError> {
        let usage = self.certificate().key_usage()?;
        if !usage.is_some_and(|usage| usage.contains(KeyUsage::CrlSign)) {
            return Err(PrepareCrlError::NotCrlSigner { authority: self.name().to_string() });
        }
        let facts = CrlFacts {
            number: plan.number(),
            this_update: plan.this_update(),
            next_update: plan.next_update(),
            entries: plan.entries().len(),
        };
        let extensions = Extensions::new(vec![
            AuthorityKeyIdentifier::by_key(self.key_identifier().clone()).to_extension(false),
            CrlNumber::from(facts.number).to_extension(false),
        ])?;
        let tbs = TbsCertList {
            signature_algorithm: self.keys().identifier().clone(),
            issuer: self.certificate().subject().clone(),
            this_update: facts.this_update,
            next_update: facts.next_update,
            revoked: plan.into_entries().into_iter().map(revoked).collect(),
            extensions,
        };
        Ok(self.keys().prepare(tbs.to_der()?, Some(self.certificate()), facts, rng)?)
    }

    /// Signs a committed CRL, compares the signed bytes with the committed ones and verifies the signature.
    ///
    /// # Errors
    /// [`SigningError`]; the intent then stays open, and nothing leaves.
    pub fn sign_crl(
        &self,
        committed: CommittedCrl,
        rng: &mut dyn CryptoRng,
    ) -> Result<IssuedCrl, SigningError> {
        self.keys().sign(committed, rng)
    }
}

/// Signs a committed CRL with the key that it was prepared for, where no [`Issuer`] is at hand.
///
/// # Errors
/// [`SigningError`], also where `signer` is not that key.
pub fn sign(
    committed: CommittedCrl,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<IssuedCrl, SigningError> {
    signing::sign(signer, committed, rng)
}

impl IssuedCrl {
    /// The signed CRL.
    #[must_use]
    pub const fn crl(&self) -> &CertificateList {
        self.document()
    }
}

fn revoked(entry: RevokedEntry) -> RevokedCertificate {
    let RevokedEntry { serial, at, reason, invalidity_date } = entry;
    RevokedCertificate { serial, revocation_date: at, reason, invalidity_date }
}
