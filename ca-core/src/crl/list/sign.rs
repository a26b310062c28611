//! From a committed list to a signed one.

use std::io;

use rand_core::CryptoRng;

use super::draft::header;
use super::prepare::{Tbs, at_once};
use super::{CommittedList, ListFacts, PreparedList, Scratch};
use crate::algorithm::{self, PartsVerifier, VerifyError};
use crate::encoding::der as wire;
use crate::issuance::{Issuer, SigningError};
use crate::x509::asn1::{self, tag};

/// Why a committed list is not signed. What the key may have signed is dropped, and never leaves.
#[derive(Debug, thiserror::Error)]
pub enum SignListError {
    /// The key cannot sign, or what it signed does not hold.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The entries cannot be read.
    #[error("the entries of the CRL cannot be read: {0}")]
    Scratch(#[from] io::Error),
    /// The algorithm identifier cannot be written.
    #[error("the CRL cannot be encoded: {0}")]
    Encoding(#[from] wire::DerError),
}

impl SignListError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Signing(error) => error.code(),
            Self::Scratch(_) => "crl-scratch",
            Self::Encoding(_) => "crl-not-encodable",
        }
    }
}

/// A list that carries the signature of the authority over the committed octets.
pub struct SignedList<S> {
    tbs: Tbs<S>,
    facts: ListFacts,
    tbs_hash: [u8; 32],
    tail: Vec<u8>,
    signature: Vec<u8>,
}

impl Issuer {
    /// Signs a committed list, compares the signed octets with the committed ones and verifies the signature.
    ///
    /// # Errors
    /// [`SignListError`]; the intent then stays open, and nothing leaves.
    pub fn sign_list<S: Scratch>(
        &self,
        CommittedList(prepared): CommittedList<S>,
        rng: &mut dyn CryptoRng,
    ) -> Result<SignedList<S>, SignListError> {
        let signer = self.keys().signer();
        self.require_own(&prepared)?;
        let tbs = prepared.tbs;
        let (hash, message, verifier) =
            at_once(tbs.octets(), || tbs.sm3(), || tbs.hash(signer), || self.verifier(&tbs));
        let (hash, message, verifier) = (hash?, message?, verifier?);
        if hash != prepared.tbs_hash {
            return Err(SigningError::Altered.into());
        }
        let signature = signer.sign_parts(message, rng).map_err(SigningError::from)?;
        verifier.finish(&signature).map_err(SigningError::from)?;
        let tail = self.tail(&signature)?;
        Ok(SignedList { tbs, facts: prepared.facts, tbs_hash: hash, tail, signature })
    }

    /// Takes the signature that the authority's key made elsewhere over a committed list: as [`Self::sign_list`], the octets are
    /// compared and the signature is verified.
    ///
    /// # Errors
    /// [`SignListError`]; the intent then stays open, and nothing leaves.
    pub fn accept_list<S: Scratch>(
        &self,
        CommittedList(prepared): CommittedList<S>,
        signature: &[u8],
    ) -> Result<SignedList<S>, SignListError> {
        self.require_own(&prepared)?;
        let tbs = prepared.tbs;
        let (hash, (), verifier) = at_once(tbs.octets(), || tbs.sm3(), || (), || self.verifier(&tbs));
        let (hash, verifier) = (hash?, verifier?);
        if hash != prepared.tbs_hash {
            return Err(SigningError::Altered.into());
        }
        verifier.finish(signature).map_err(SigningError::from)?;
        let tail = self.tail(signature)?;
        Ok(SignedList { tbs, facts: prepared.facts, tbs_hash: hash, tail, signature: signature.to_vec() })
    }

    fn require_own<S>(&self, prepared: &PreparedList<S>) -> Result<(), SigningError> {
        let key = self.keys().public_key().fingerprint();
        if prepared.signer == key {
            return Ok(());
        }
        Err(SigningError::OtherKey { prepared: prepared.signer, key })
    }

    /// What stands after the octets that are signed.
    fn tail(&self, signature: &[u8]) -> Result<Vec<u8>, wire::DerError> {
        let bits = asn1::element(tag::BIT_STRING, &[&[0], signature].concat());
        Ok([wire::encode(self.keys().identifier())?, bits].concat())
    }

    fn verifier<S: Scratch>(&self, tbs: &Tbs<S>) -> io::Result<Verifier<'_>> {
        let (identifier, key) = (self.keys().identifier(), self.keys().public_key());
        let mut verifier = match PartsVerifier::new(identifier, key) {
            Ok(parts) => Verifier::Parts(Box::new(parts)),
            Err(VerifyError::WholeMessage { .. }) => Verifier::Whole { issuer: self, message: Vec::new() },
            Err(error) => Verifier::None(error),
        };
        tbs.visit(&mut |part| {
            match &mut verifier {
                Verifier::Parts(parts) => parts.update(part),
                Verifier::Whole { message, .. } => message.extend_from_slice(part),
                Verifier::None(_) => {}
            }
            Ok(())
        })?;
        Ok(verifier)
    }
}

enum Verifier<'a> {
    Parts(Box<PartsVerifier>),
    /// Ed25519 hashes the message twice.
    Whole {
        issuer: &'a Issuer,
        message: Vec<u8>,
    },
    None(VerifyError),
}

impl Verifier<'_> {
    fn finish(self, signature: &[u8]) -> Result<(), VerifyError> {
        match self {
            Self::Parts(parts) => parts.finish(signature),
            Self::Whole { issuer, message } => {
                let keys = issuer.keys();
                algorithm::verify(keys.identifier(), keys.public_key(), &message, signature)
            }
            Self::None(error) => Err(error),
        }
    }
}

impl<S> SignedList<S> {
    /// The signature alone, as it stands in the BIT STRING.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// What is known of the list.
    #[must_use]
    pub const fn facts(&self) -> &ListFacts {
        &self.facts
    }

    /// SM3 over the octets that are signed.
    #[must_use]
    pub const fn tbs_hash(&self) -> [u8; 32] {
        self.tbs_hash
    }

    /// What stands after the octets that are signed: algorithm and signature.
    #[must_use]
    pub fn tail(&self) -> &[u8] {
        &self.tail
    }
}

/// What stands before the signed part of a CRL: its tag and its length.
#[must_use]
pub fn outer_header(tbs_octets: u64, tail_octets: u64) -> Vec<u8> {
    header(tag::SEQUENCE, tbs_octets.saturating_add(tail_octets))
}

impl<S: Scratch> SignedList<S> {
    /// How many octets are signed.
    #[must_use]
    pub fn tbs_octets(&self) -> u64 {
        self.tbs.octets()
    }

    /// Gives the whole CRL, DER, in its order.
    ///
    /// # Errors
    /// Those of the sink and of the scratch.
    pub fn visit(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()> {
        sink(&outer_header(self.tbs.octets(), self.tail.len() as u64))?;
        self.tbs.visit(sink)?;
        sink(&self.tail)
    }
}
