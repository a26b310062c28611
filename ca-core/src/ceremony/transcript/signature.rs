//! Signatures of those who were present.

use rand_core::CryptoRng;

use crate::algorithm::{self, SignError, SignatureAlgorithm, Signer, Sm2Parameters, VerifyError};
use crate::ceremony::Digest;
use crate::key::PublicKey;

/// What a person signs: the digest of the transcript and the person's name, in a domain of its own, so that the signature
/// means nothing elsewhere and nothing signed elsewhere means it.
#[must_use]
pub fn signed_bytes(transcript: &Digest, person: &str) -> Vec<u8> {
    let mut bytes = b"cityca-transcript-signature-1\0".to_vec();
    bytes.extend_from_slice(&transcript.0);
    bytes.extend_from_slice(person.as_bytes());
    bytes
}

/// Signs for a person whose key is at hand.
///
/// # Errors
/// [`SignError`].
pub fn sign(
    transcript: &Digest,
    person: &str,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<Vec<u8>, SignError> {
    signer.sign(&signed_bytes(transcript, person), rng)
}

/// Verifies a signature by the one algorithm of a kind of key.
pub(crate) fn verify(key: &PublicKey, message: &[u8], signature: &[u8]) -> Result<(), VerifyError> {
    let identifier = SignatureAlgorithm::of_key(key.algorithm()).identifier(Sm2Parameters::Absent);
    algorithm::verify(&identifier, key, message, signature)
}
