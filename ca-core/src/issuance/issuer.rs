//! An authority that issues.

use std::sync::Arc;

use jiff::Timestamp;
use rand_core::CryptoRng;
use thiserror::Error;

use super::build::{self, BuildError, Content};
use super::hierarchy::Constraints;
use super::signing::{RehearsalError, SigningError, SigningKeys, ThrowawayError};
use super::{
    AuthorityName, AuthorizedRequest, CertificateFacts, CommittedCertificate, IssuedCertificate,
    PreparedCertificate, Urls,
};
use crate::algorithm::digest::sm3;
use crate::algorithm::{Signer, VerifyError};
use crate::key::{KeyError, KeyFingerprint, PublicKey};
use crate::profile::{Profile, ValidityRefusal};
use crate::x509::certificate::Certificate;
use crate::x509::extension::KeyUsage;
use crate::x509::key_identifier::KeyIdentifier;
use crate::x509::serial::SerialNumber;

/// An authority with its certificate and its key.
pub struct Issuer {
    name: AuthorityName,
    certificate: Certificate,
    key_identifier: KeyIdentifier,
    keys: SigningKeys,
    urls: Urls,
}

/// Why a certificate and a key are not an authority.
#[derive(Debug, Error)]
pub enum IssuerError {
    /// The key of the certificate cannot be read.
    #[error("the key of the authority's certificate cannot be read: {0}")]
    Key(#[from] KeyError),
    /// The key is not that of the certificate.
    #[error("the certificate is for the key {certified}, not for {key}")]
    KeyMismatch {
        /// The key of the certificate.
        certified: KeyFingerprint,
        /// The key given.
        key: KeyFingerprint,
    },
    /// The certificate is not that of an authority.
    #[error("the certificate is not that of an authority: it has no {missing}")]
    NotAnAuthority {
        /// What it lacks.
        missing: &'static str,
    },
    /// There is no throwaway key of the same algorithm.
    #[error("{0}")]
    Throwaway(#[from] ThrowawayError),
}

impl IssuerError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Key(_) => "issuer-key-unreadable",
            Self::KeyMismatch { .. } => "issuer-key-mismatch",
            Self::NotAnAuthority { .. } => "issuer-not-an-authority",
            Self::Throwaway(error) => error.code(),
        }
    }
}

/// Why no certificate is prepared for an authorized request.
#[derive(Debug, Error)]
pub enum PrepareError {
    /// No validity can be given.
    #[error("{0}")]
    Validity(#[from] ValidityRefusal),
    /// The subject is the issuer's: the certificate would pass for one that the authority issued to itself.
    #[error("the subject {subject} is the name of the issuer")]
    SubjectOfIssuer {
        /// The subject.
        subject: String,
    },
    /// The key is the issuer's.
    #[error("the key is the issuer's own")]
    KeyOfIssuer,
    /// A certificate to be linked is not that of a root: its own key did not sign it.
    #[error("only roots are linked, and this certificate is not signed by its own key: {0}")]
    NotSelfSigned(#[from] VerifyError),
    /// The key of a certificate to be linked cannot be read.
    #[error("the key of the certificate to be linked cannot be read: {0}")]
    LinkedKey(#[from] KeyError),
    /// The bytes cannot be built.
    #[error("{0}")]
    Build(#[from] BuildError),
    /// The bytes did not pass the rehearsal.
    #[error("{0}")]
    Rehearsal(#[from] RehearsalError),
}

impl PrepareError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Validity(refusal) => refusal.code(),
            Self::SubjectOfIssuer { .. } => "subject-of-issuer",
            Self::KeyOfIssuer => "key-of-issuer",
            Self::NotSelfSigned(_) => "link-not-a-root",
            Self::LinkedKey(_) => "link-key-unreadable",
            Self::Build(error) => error.code(),
            Self::Rehearsal(error) => error.code(),
        }
    }
}

/// Why stored to-be-signed bytes are not taken up again.
#[derive(Debug, Error)]
pub enum RecheckError {
    /// The bytes are not those whose hash was stored.
    #[error("the stored bytes do not have the stored hash")]
    Hash,
    /// The bytes did not pass the rehearsal.
    #[error("{0}")]
    Rehearsal(#[from] RehearsalError),
}

impl RecheckError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Hash => "stored-bytes-differ",
            Self::Rehearsal(error) => error.code(),
        }
    }
}

impl Issuer {
    /// Checks that the key is that of the certificate and the certificate that of an authority, and makes the
    /// throwaway key.
    ///
    /// # Errors
    /// [`IssuerError`].
    pub fn new(
        name: AuthorityName,
        certificate: Certificate,
        signer: Arc<dyn Signer>,
        urls: Urls,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, IssuerError> {
        let certified = certificate.public_key()?;
        if certified != *signer.public_key() {
            return Err(IssuerError::KeyMismatch {
                certified: certified.fingerprint(),
                key: signer.public_key().fingerprint(),
            });
        }
        let missing = |missing| IssuerError::NotAnAuthority { missing };
        if !certificate.basic_constraints().ok().flatten().is_some_and(|constraints| constraints.ca) {
            return Err(missing("basicConstraints with cA"));
        }
        let usage = certificate.key_usage().ok().flatten();
        if !usage.is_some_and(|usage| usage.contains(KeyUsage::KeyCertSign)) {
            return Err(missing("keyUsage with keyCertSign"));
        }
        let key_identifier = certificate
            .subject_key_identifier()
            .ok()
            .flatten()
            .ok_or_else(|| missing("subjectKeyIdentifier"))?;
        let keys = SigningKeys::new(signer, rng)?;
        Ok(Self { name, certificate, key_identifier, keys, urls })
    }

    /// Builds a certificate for an authorized request, signs it with the throwaway key and lints it.
    ///
    /// # Errors
    /// [`PrepareError`].
    pub fn prepare(
        &self,
        request: AuthorizedRequest,
        serial: SerialNumber,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<PreparedCertificate, PrepareError> {
        self.prepare_constrained(request, &Constraints::default(), serial, now, rng)
    }

    /// As [`Self::prepare`], within constraints: for an authority of another domain.
    ///
    /// # Errors
    /// [`PrepareError`].
    pub fn prepare_constrained(
        &self,
        request: AuthorizedRequest,
        constraints: &Constraints,
        serial: SerialNumber,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<PreparedCertificate, PrepareError> {
        if request.subject().matches(self.certificate.subject()) {
            return Err(PrepareError::SubjectOfIssuer { subject: request.subject().to_string() });
        }
        if request.public_key() == self.public_key() {
            return Err(PrepareError::KeyOfIssuer);
        }
        let profile = request.profile();
        let validity =
            profile.validity().apply(now, request.not_after(), Some(self.certificate.validity()))?;
        let facts = CertificateFacts { profile: profile.name().to_owned(), profile_hash: profile.hash() };
        let tbs_der = build::certificate(Content {
            profile,
            serial,
            algorithm: self.keys.identifier(),
            issuer: self.certificate.subject(),
            issuer_key: &self.key_identifier,
            urls: Some(&self.urls),
            validity,
            subject: request.subject(),
            public_key: request.public_key(),
            alternative_names: request.alternative_names(),
            identity: request.identity(),
            constraints: Some(constraints),
        })?;
        Ok(self.keys.prepare(tbs_der, Some(&self.certificate), facts, rng)?)
    }

    /// Builds a certificate that leads from this root to another of the same authority, or back (RFC 4210 section 4.4): for
    /// the subject and key of `other`, whose own signature proves possession. The names may be the same.
    ///
    /// # Errors
    /// [`PrepareError`]; also where `other` is not self-signed or has this issuer's key.
    pub fn prepare_link(
        &self,
        other: &Certificate,
        profile: &Profile,
        not_after: Timestamp,
        serial: SerialNumber,
        now: Timestamp,
        rng: &mut dyn CryptoRng,
    ) -> Result<PreparedCertificate, PrepareError> {
        let public_key = other.public_key()?;
        other.verify_signed_by(&public_key)?;
        if public_key == *self.public_key() {
            return Err(PrepareError::KeyOfIssuer);
        }
        let validity = profile.validity().apply(now, Some(not_after), Some(self.certificate.validity()))?;
        let facts = CertificateFacts { profile: profile.name().to_owned(), profile_hash: profile.hash() };
        let tbs_der = build::certificate(Content {
            profile,
            serial,
            algorithm: self.keys.identifier(),
            issuer: self.certificate.subject(),
            issuer_key: &self.key_identifier,
            urls: Some(&self.urls),
            validity,
            subject: other.subject(),
            public_key: &public_key,
            alternative_names: &[],
            identity: &[],
            constraints: None,
        })?;
        Ok(self.keys.prepare(tbs_der, Some(&self.certificate), facts, rng)?)
    }

    /// Takes up to-be-signed bytes from a stored intent, after a crash: they are signed by the throwaway key and linted
    /// as when they were prepared. Committing the value then stands for taking over the intent.
    ///
    /// # Errors
    /// [`RecheckError`] where the bytes do not have the hash, are not this issuer's or break rules.
    pub fn recheck(
        &self,
        tbs_der: Vec<u8>,
        tbs_hash: [u8; 32],
        facts: CertificateFacts,
        rng: &mut dyn CryptoRng,
    ) -> Result<PreparedCertificate, RecheckError> {
        if sm3(&tbs_der) != tbs_hash {
            return Err(RecheckError::Hash);
        }
        Ok(self.keys.prepare(tbs_der, Some(&self.certificate), facts, rng)?)
    }

    /// Signs a committed certificate, compares the signed bytes with the committed ones and verifies the signature.
    ///
    /// # Errors
    /// [`SigningError`]; the intent then stays open, and nothing leaves.
    pub fn sign(
        &self,
        committed: CommittedCertificate,
        rng: &mut dyn CryptoRng,
    ) -> Result<IssuedCertificate, SigningError> {
        self.keys.sign(committed, rng)
    }

    /// Takes the signature that the authority's key made elsewhere over a committed certificate: as [`Self::sign`], the bytes
    /// are compared and the signature is verified.
    ///
    /// # Errors
    /// [`SigningError`]; the intent then stays open, and nothing leaves.
    pub fn accept(
        &self,
        committed: CommittedCertificate,
        signature: &[u8],
    ) -> Result<IssuedCertificate, SigningError> {
        self.keys.accept(committed, signature)
    }

    /// The name of the authority.
    #[must_use]
    pub const fn name(&self) -> &AuthorityName {
        &self.name
    }

    /// The certificate of the authority.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The subject key identifier of the authority, which is the authority key identifier of what it signs.
    #[must_use]
    pub const fn key_identifier(&self) -> &KeyIdentifier {
        &self.key_identifier
    }

    /// The public key of the authority.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        self.keys.public_key()
    }

    /// The addresses that stand in what it issues.
    #[must_use]
    pub const fn urls(&self) -> &Urls {
        &self.urls
    }

    /// The key and its throwaway, for the other documents that an authority signs.
    pub(crate) const fn keys(&self) -> &SigningKeys {
        &self.keys
    }
}
