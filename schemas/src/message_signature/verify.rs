//! Verifying a request.

use std::time::Duration;

use ca_core::algorithm::{self, KeyAlgorithm, Sm2Parameters, raw};
use ca_core::key::PublicKey;
use jiff::Timestamp;

use super::sign::signature_algorithm;
use super::{
    Covered, MessageSignatureError, SignatureInput, TAG, algorithm_name, check_content_digest, signature_base,
};

/// A request whose signature was verified: the proof, and the evidence to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedSignature {
    base: String,
    signature: Vec<u8>,
    created: Timestamp,
    nonce: String,
}

impl VerifiedSignature {
    /// The text that was signed. With the signature and the key anyone can verify it again.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// The signature over it.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// When it was made.
    #[must_use]
    pub fn created(&self) -> Timestamp {
        self.created
    }

    /// The nonce: the act that the request authorises is refused where it was seen before.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.nonce
    }
}

/// Verifies a request with the registered key. `body` is checked against `Content-Digest`; every component that the
/// request has must be covered; `created` may differ from `now` by `max_skew` ([`MAX_SKEW`](super::MAX_SKEW)).
///
/// # Errors
/// The first of these that does not hold.
pub fn verify(
    covered: &Covered,
    body: &[u8],
    input: &SignatureInput,
    signature: &[u8],
    key: &PublicKey,
    now: Timestamp,
    max_skew: Duration,
) -> Result<VerifiedSignature, MessageSignatureError> {
    let parameters = input.parameters();
    if parameters.tag != TAG {
        return Err(MessageSignatureError::WrongTag(parameters.tag.clone()));
    }
    let fingerprint = key.fingerprint().to_string();
    if parameters.keyid != fingerprint {
        return Err(MessageSignatureError::WrongKey {
            keyid: parameters.keyid.clone(),
            expected: fingerprint,
        });
    }
    let expected = algorithm_name(key.algorithm());
    if parameters.alg != expected {
        return Err(MessageSignatureError::AlgorithmMismatch { named: parameters.alg.clone(), expected });
    }
    if let Some(component) = covered.components().into_iter().find(|one| !input.components().contains(one)) {
        return Err(MessageSignatureError::MissingComponent(component.name()));
    }
    let created = check_time(parameters.created, now, max_skew)?;
    check_content_digest(&covered.content_digest, body)?;
    let base = signature_base(covered, input)?;
    check_signature(key, base.as_bytes(), signature)?;
    Ok(VerifiedSignature { base, signature: signature.to_vec(), created, nonce: parameters.nonce.clone() })
}

fn check_time(created: i64, now: Timestamp, max_skew: Duration) -> Result<Timestamp, MessageSignatureError> {
    // Whole seconds on both sides: `created` has no fraction.
    let apart = created.abs_diff(now.as_second());
    match Timestamp::from_second(created) {
        Ok(time) if apart <= max_skew.as_secs() => Ok(time),
        time => Err(MessageSignatureError::Skew {
            created: time.map_or_else(|_| created.to_string(), |time| time.to_string()),
            now,
            max_seconds: max_skew.as_secs(),
        }),
    }
}

pub(super) fn check_signature(
    key: &PublicKey,
    message: &[u8],
    signature: &[u8],
) -> Result<(), MessageSignatureError> {
    let (length, algorithm) = (signature.len(), key.algorithm());
    let of_length = |expected: usize| match length == expected {
        true => Ok(signature),
        false => Err(MessageSignatureError::SignatureLength { length, expected }),
    };
    let signature = match algorithm {
        KeyAlgorithm::Sm2 | KeyAlgorithm::P256 => raw::pair_to_der(of_length(64)?),
        KeyAlgorithm::P384 => raw::pair_to_der(of_length(96)?),
        KeyAlgorithm::Ed25519 => Ok(of_length(64)?.to_vec()),
        // As long as the modulus, or it does not verify.
        KeyAlgorithm::Rsa => Ok(signature.to_vec()),
    };
    let signature = signature.map_err(|_| MessageSignatureError::Invalid)?;
    let identifier = signature_algorithm(algorithm).identifier(Sm2Parameters::Absent);
    algorithm::verify(&identifier, key, message, &signature).map_err(|_| MessageSignatureError::Invalid)
}
