//! Self-signed roots, by the same way as everything else that a CA key signs.

use std::sync::Arc;

use jiff::Timestamp;
use rand_core::CryptoRng;
use thiserror::Error;

use super::build::{self, BuildError, Content};
use super::signing::{self, RehearsalError, SigningError, SigningKeys, ThrowawayError};
use super::{CertificateFacts, CommittedCertificate, IssuedCertificate, PreparedCertificate};
use crate::algorithm::Signer;
use crate::key::weak::{self, WeakKey};
use crate::profile::{KeyRefusal, Kind, Profile, SubjectRefusal, ValidityRefusal};
use crate::x509::key_identifier::KeyIdentifier;
use crate::x509::name::Name;
use crate::x509::serial::SerialNumber;

/// Why no root is prepared.
#[derive(Debug, Error)]
pub enum RootError {
    /// The profile is not that of a root.
    #[error("profile {profile} makes certificates of kind {kind}, not roots")]
    NotARoot {
        /// Name of the profile.
        profile: String,
        /// Its kind.
        kind: Kind,
    },
    /// The profile does not let the end of validity be chosen.
    #[error("profile {profile} does not let the end of validity be chosen")]
    NotAfterNotAllowed {
        /// Name of the profile.
        profile: String,
    },
    /// The key is weak.
    #[error("the key of the root is weak: {0}")]
    WeakKey(#[from] WeakKey),
    /// The profile does not take the key.
    #[error("{0}")]
    Key(#[from] KeyRefusal),
    /// The profile does not take the subject.
    #[error("{0}")]
    Subject(#[from] SubjectRefusal),
    /// No validity can be given.
    #[error("{0}")]
    Validity(#[from] ValidityRefusal),
    /// There is no throwaway key of the same algorithm.
    #[error("{0}")]
    Throwaway(#[from] ThrowawayError),
    /// The bytes cannot be built.
    #[error("{0}")]
    Build(#[from] BuildError),
    /// The bytes did not pass the rehearsal.
    #[error("{0}")]
    Rehearsal(#[from] RehearsalError),
}

impl RootError {
    /// A stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotARoot { .. } => "profile-not-of-a-root",
            Self::NotAfterNotAllowed { .. } => "choice-not-allowed",
            Self::WeakKey(error) => error.code(),
            Self::Key(refusal) => refusal.code(),
            Self::Subject(refusal) => refusal.code(),
            Self::Validity(refusal) => refusal.code(),
            Self::Throwaway(error) => error.code(),
            Self::Build(error) => error.code(),
            Self::Rehearsal(error) => error.code(),
        }
    }
}

/// Builds a self-signed certificate for the key of `signer`, signs it with a throwaway key and lints it. `not_after`
/// chooses the end of validity where the profile lets it.
///
/// # Errors
/// [`RootError`].
pub fn prepare(
    profile: &Profile,
    subject: &Name,
    signer: Arc<dyn Signer>,
    not_after: Option<Timestamp>,
    serial: SerialNumber,
    now: Timestamp,
    rng: &mut dyn CryptoRng,
) -> Result<PreparedCertificate, RootError> {
    if profile.kind() != Kind::Root {
        return Err(RootError::NotARoot { profile: profile.name().to_owned(), kind: profile.kind() });
    }
    if not_after.is_some() && !profile.requester().not_after {
        return Err(RootError::NotAfterNotAllowed { profile: profile.name().to_owned() });
    }
    let public_key = signer.public_key().clone();
    weak::assess(&public_key)?;
    profile.key().check(&public_key)?;
    let subject = profile.subject().apply(subject)?;
    let validity = profile.validity().apply(now, not_after, None)?;
    let keys = SigningKeys::new(signer, rng)?;
    let facts = CertificateFacts { profile: profile.name().to_owned(), profile_hash: profile.hash() };
    let tbs_der = build::certificate(Content {
        profile,
        serial,
        algorithm: keys.identifier(),
        issuer: &subject,
        issuer_key: &KeyIdentifier::from(public_key.key_identifier()),
        urls: None,
        validity,
        subject: &subject,
        public_key: &public_key,
        alternative_names: &[],
        identity: &[],
        constraints: None,
    })?;
    Ok(keys.prepare(tbs_der, None, facts, rng)?)
}

/// Signs a committed root with its own key.
///
/// # Errors
/// [`SigningError`], also where `signer` is not the key that the root was prepared for.
pub fn sign(
    committed: CommittedCertificate,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<IssuedCertificate, SigningError> {
    signing::sign(signer, committed, rng)
}
