//! The one way in which a CA key signs: throwaway signature → lint → commit → sign → compare → verify.
//!
//! Three types, each made from the one before and in no other way:
//! - [`Prepared`]: the to-be-signed bytes are built, signed by a throwaway key of the same algorithm, read back and
//!   free of lint errors.
//! - [`Committed`]: the caller's store has them on durable storage.
//! - [`Issued`]: the CA key has signed exactly these bytes, and the signature verifies.
//!
//! None of them is Clone, and each step takes the value of the step before: nothing is signed twice.

mod error;

pub use error::{RehearsalError, SigningError, ThrowawayError};

use std::sync::Arc;

use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use super::sealed::Sealed;
use crate::algorithm::digest::sm3;
use crate::algorithm::{PreparedKey, SignError, Signer, Sm2Parameters, VerifyError};
use crate::key::{KeyFingerprint, PrivateKey, PublicKey};
use crate::lint::{Finding, Severity};
use crate::x509::certificate::Certificate;

/// A kind of document that CA keys sign; certificates and CRLs implement it.
pub trait Signable: Sealed + Sized {
    /// Puts the signed document together.
    ///
    /// # Errors
    /// A text that says why the bytes are no such document.
    fn assemble(
        tbs_der: &[u8],
        algorithm: &AlgorithmIdentifierOwned,
        signature: &[u8],
    ) -> Result<Self, String>;

    /// The to-be-signed bytes, as they stand in the document.
    fn tbs_der(&self) -> &[u8];

    /// The whole document.
    fn der(&self) -> &[u8];

    /// Verifies the signature; the algorithm inside has to equal the one outside.
    ///
    /// # Errors
    /// [`VerifyError`] where it does not hold.
    fn verify_signed_by(&self, key: &PreparedKey) -> Result<(), VerifyError>;

    /// All findings about the document, with the certificate of its issuer where that is another one.
    fn lint(&self, issuer: Option<&Certificate>) -> Vec<Finding>;
}

/// The key of an authority together with a throwaway key of the same algorithm, size and parameters.
pub(crate) struct SigningKeys {
    signer: Arc<dyn Signer>,
    throwaway: Box<dyn Signer>,
    /// The public key of the signer, and that of the throwaway key.
    keys: [PreparedKey; 2],
}

impl SigningKeys {
    /// Makes the throwaway key for a signer: the same algorithm identifier and a key of the same size. For RSA this
    /// takes seconds.
    pub(crate) fn new(signer: Arc<dyn Signer>, rng: &mut dyn CryptoRng) -> Result<Self, ThrowawayError> {
        let identifier = signer.identifier();
        let parameters =
            if identifier.parameters.is_some() { Sm2Parameters::Null } else { Sm2Parameters::Absent };
        let throwaway = PrivateKey::generate(signer.public_key().spec(), rng)?.into_signer(parameters);
        if throwaway.identifier() != identifier {
            return Err(ThrowawayError::OtherAlgorithm {
                throwaway: throwaway.identifier().oid.to_string(),
                signer: identifier.oid.to_string(),
            });
        }
        let keys = [signer.public_key(), throwaway.public_key()].map(|key| PreparedKey::new(key.clone()));
        Ok(Self { signer, throwaway: Box::new(throwaway), keys })
    }

    /// The public key of the authority.
    pub(crate) fn public_key(&self) -> &PublicKey {
        self.signer.public_key()
    }

    /// The algorithm with which the authority signs.
    pub(crate) fn identifier(&self) -> &AlgorithmIdentifierOwned {
        self.signer.identifier()
    }

    /// The throwaway key.
    pub(crate) fn throwaway(&self) -> &dyn Signer {
        self.throwaway.as_ref()
    }

    /// The authority's key.
    pub(crate) fn signer(&self) -> &dyn Signer {
        self.signer.as_ref()
    }

    /// Signs with the throwaway key, reads back and lints. `issuer` is the certificate of the authority, None for
    /// its own self-signed one; `facts` stay with the value to the end.
    pub(crate) fn prepare<D: Signable, F>(
        &self,
        tbs_der: Vec<u8>,
        issuer: Option<&Certificate>,
        facts: F,
        rng: &mut dyn CryptoRng,
    ) -> Result<Prepared<D, F>, RehearsalError> {
        let signature = self.throwaway.sign_to_verify(&tbs_der, rng)?;
        let rehearsal = D::assemble(&tbs_der, self.throwaway.identifier(), &signature)
            .map_err(|reason| RehearsalError::Unreadable { reason })?;
        if rehearsal.tbs_der() != tbs_der {
            return Err(RehearsalError::Altered);
        }
        let [_, throwaway] = &self.keys;
        rehearsal.verify_signed_by(throwaway)?;
        let (findings, remarks): (Vec<_>, Vec<_>) =
            rehearsal.lint(issuer).into_iter().partition(|finding| finding.severity == Severity::Error);
        if !findings.is_empty() {
            return Err(RehearsalError::Lint { findings });
        }
        let tbs_hash = sm3(&tbs_der);
        let signer = self.signer.public_key().fingerprint();
        Ok(Prepared { tbs_der, tbs_hash, rehearsal, remarks, facts, signer })
    }

    /// Signs what was prepared for this key and committed.
    pub(crate) fn sign<D: Signable, F>(
        &self,
        committed: Committed<D, F>,
        rng: &mut dyn CryptoRng,
    ) -> Result<Issued<D, F>, SigningError> {
        complete(self.identifier(), self.key(), committed, |tbs_der| self.signer.sign_to_verify(tbs_der, rng))
    }

    /// Takes the signature that the key made elsewhere over what was prepared for it and committed.
    pub(crate) fn accept<D: Signable, F>(
        &self,
        committed: Committed<D, F>,
        signature: &[u8],
    ) -> Result<Issued<D, F>, SigningError> {
        complete(self.identifier(), self.key(), committed, |_| Ok(signature.to_vec()))
    }

    fn key(&self) -> &PreparedKey {
        let [signer, _] = &self.keys;
        signer
    }
}

/// Signs, compares and verifies.
pub(crate) fn sign<D: Signable, F>(
    signer: &dyn Signer,
    committed: Committed<D, F>,
    rng: &mut dyn CryptoRng,
) -> Result<Issued<D, F>, SigningError> {
    let key = PreparedKey::new(signer.public_key().clone());
    complete(signer.identifier(), &key, committed, |tbs_der| signer.sign_to_verify(tbs_der, rng))
}

/// Has the committed bytes signed, wherever the key is, compares and verifies.
fn complete<D: Signable, F>(
    identifier: &AlgorithmIdentifierOwned,
    signer: &PreparedKey,
    Committed(prepared): Committed<D, F>,
    signature: impl FnOnce(&[u8]) -> Result<Vec<u8>, SignError>,
) -> Result<Issued<D, F>, SigningError> {
    let key = signer.public_key().fingerprint();
    if prepared.signer != key {
        return Err(SigningError::OtherKey { prepared: prepared.signer, key });
    }
    let signature = signature(&prepared.tbs_der)?;
    let document = D::assemble(&prepared.tbs_der, identifier, &signature)
        .map_err(|reason| SigningError::Unreadable { reason })?;
    if document.tbs_der() != prepared.tbs_der || sm3(document.tbs_der()) != prepared.tbs_hash {
        return Err(SigningError::Altered);
    }
    document.verify_signed_by(signer)?;
    Ok(Issued { document, facts: prepared.facts })
}

/// To-be-signed bytes that were signed by a throwaway key, read back and linted. Only this crate makes them.
pub struct Prepared<D, F> {
    tbs_der: Vec<u8>,
    tbs_hash: [u8; 32],
    /// Carries the signature of the throwaway key, and so is not handed out.
    rehearsal: D,
    remarks: Vec<Finding>,
    facts: F,
    signer: KeyFingerprint,
}

impl<D, F> Prepared<D, F> {
    /// The bytes that the CA key will sign.
    #[must_use]
    pub fn tbs_der(&self) -> &[u8] {
        &self.tbs_der
    }

    /// SM3 over [`Self::tbs_der`].
    #[must_use]
    pub const fn tbs_hash(&self) -> [u8; 32] {
        self.tbs_hash
    }

    /// Findings of the lint that do not stand against issuing.
    #[must_use]
    pub fn remarks(&self) -> &[Finding] {
        &self.remarks
    }

    /// What is known of the document beside its bytes.
    #[must_use]
    pub const fn facts(&self) -> &F {
        &self.facts
    }

    /// The document with the signature of the throwaway key, for reading its fields.
    pub(crate) const fn rehearsal(&self) -> &D {
        &self.rehearsal
    }

    /// Commits the intent to sign. `store` returns Ok only when the to-be-signed bytes and their hash are on durable
    /// storage in an intent that nobody else may close; after an Err nothing is signed.
    ///
    /// # Errors
    /// Whatever `store` returns.
    pub fn commit<E>(self, store: impl FnOnce(&Self) -> Result<(), E>) -> Result<Committed<D, F>, E> {
        store(&self)?;
        Ok(Committed(self))
    }
}

/// What was prepared and is on durable storage: the only thing that a CA key signs.
pub struct Committed<D, F>(Prepared<D, F>);

impl<D, F> Committed<D, F> {
    /// What was committed.
    #[must_use]
    pub const fn prepared(&self) -> &Prepared<D, F> {
        &self.0
    }
}

/// A document that carries the signature of a CA key over the committed bytes.
#[derive(Debug)]
pub struct Issued<D, F> {
    document: D,
    facts: F,
}

impl<D: Signable, F> Issued<D, F> {
    /// The document in DER.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        self.document.der()
    }
}

impl<D, F> Issued<D, F> {
    /// The signed document.
    #[must_use]
    pub const fn document(&self) -> &D {
        &self.document
    }

    /// What is known of the document beside its bytes.
    #[must_use]
    pub const fn facts(&self) -> &F {
        &self.facts
    }

    /// The signed document, by value.
    #[must_use]
    pub fn into_document(self) -> D {
        self.document
    }
}
