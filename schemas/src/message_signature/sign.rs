//! Signing a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::algorithm::{KeyAlgorithm, SignatureAlgorithm, Signer, Sm2Parameters, raw};
use jiff::Timestamp;
use rand_core::CryptoRng;

use super::{Covered, LABEL, MessageSignatureError, Parameters, SignatureInput, TAG, signature_base};

/// The headers that a signed request carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHeaders {
    /// `Content-Digest`.
    pub content_digest: String,
    /// `Signature-Input`.
    pub signature_input: String,
    /// `Signature`.
    pub signature: String,
}

/// The name of a key's algorithm in the parameter `alg` (RFC 9421 §3.3, which does not name SM2).
#[must_use]
pub const fn algorithm_name(key: KeyAlgorithm) -> &'static str {
    match key {
        KeyAlgorithm::Sm2 => "sm2-sm3",
        KeyAlgorithm::P256 => "ecdsa-p256-sha256",
        KeyAlgorithm::P384 => "ecdsa-p384-sha384",
        KeyAlgorithm::Ed25519 => "ed25519",
        KeyAlgorithm::Rsa => "rsa-v1_5-sha256",
    }
}

/// The algorithm of that name.
pub(super) const fn signature_algorithm(key: KeyAlgorithm) -> SignatureAlgorithm {
    match key {
        KeyAlgorithm::Sm2 => SignatureAlgorithm::Sm2Sm3,
        KeyAlgorithm::P256 => SignatureAlgorithm::EcdsaSha256,
        KeyAlgorithm::P384 => SignatureAlgorithm::EcdsaSha384,
        KeyAlgorithm::Ed25519 => SignatureAlgorithm::Ed25519,
        KeyAlgorithm::Rsa => SignatureAlgorithm::RsaSha256,
    }
}

/// Whether an administrator may have a key of this kind. Subscribers sign with the keys that their certificates have.
///
/// # Errors
/// [`MessageSignatureError::UnsupportedKey`].
pub const fn check_administrator_key(key: KeyAlgorithm) -> Result<(), MessageSignatureError> {
    match key {
        KeyAlgorithm::Sm2 | KeyAlgorithm::P256 | KeyAlgorithm::Ed25519 => Ok(()),
        KeyAlgorithm::P384 | KeyAlgorithm::Rsa => Err(MessageSignatureError::UnsupportedKey(key)),
    }
}

/// Signs a request at a time. `covered.content_digest` is that of the body
/// ([`content_digest`](super::content_digest)); the nonce is 16 to 128 random characters of printable ASCII that no
/// other request carries.
///
/// # Errors
/// Where a value cannot be signed, the signer signs by another algorithm than requests are signed by, or signing fails.
pub fn sign(
    covered: &Covered,
    created: Timestamp,
    nonce: &str,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<SignedHeaders, MessageSignatureError> {
    let key = signer.public_key();
    let algorithm = key.algorithm();
    let parameters = Parameters {
        created: created.as_second(),
        nonce: nonce.to_owned(),
        keyid: key.fingerprint().to_string(),
        alg: algorithm_name(algorithm).to_owned(),
        tag: TAG.to_owned(),
    };
    let input = SignatureInput::new(covered.components(), parameters);
    let signature_input = format!("{LABEL}={}", input.as_str());
    // What this side would not read is not sent either.
    super::parse_signature_input(&signature_input)?;
    let base = signature_base(covered, &input)?;
    if signer.identifier().oid != signature_algorithm(algorithm).identifier(Sm2Parameters::Absent).oid {
        return Err(MessageSignatureError::Invalid);
    }
    let signature = signer.sign(base.as_bytes(), rng)?;
    let signature = match algorithm {
        KeyAlgorithm::Ed25519 | KeyAlgorithm::Rsa => Ok(signature),
        KeyAlgorithm::Sm2 | KeyAlgorithm::P256 => raw::from_der(&signature).map(Vec::from),
        KeyAlgorithm::P384 => raw::pair_from_der::<96>(&signature).map(Vec::from),
    };
    let signature = signature.map_err(|_| MessageSignatureError::Invalid)?;
    Ok(SignedHeaders {
        content_digest: covered.content_digest.clone(),
        signature_input,
        signature: format!("{LABEL}=:{}:", STANDARD.encode(signature)),
    })
}
