//! Signing a request.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ca_core::algorithm::{KeyAlgorithm, Signer, raw};
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

/// The name of a key's algorithm in the parameter `alg`.
///
/// # Errors
/// Where requests cannot be signed with keys of this kind.
pub fn algorithm_name(key: KeyAlgorithm) -> Result<&'static str, MessageSignatureError> {
    match key {
        KeyAlgorithm::Sm2 => Ok("sm2-sm3"),
        KeyAlgorithm::P256 => Ok("ecdsa-p256-sha256"),
        KeyAlgorithm::Ed25519 => Ok("ed25519"),
        other => Err(MessageSignatureError::UnsupportedKey(other)),
    }
}

/// Signs a request at a time. `covered.content_digest` is that of the body
/// ([`content_digest`](super::content_digest)); the nonce is 16 to 128 random characters of printable ASCII that no
/// other request carries.
///
/// # Errors
/// Where a value cannot be signed, the key is of another kind, or signing fails.
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
        alg: algorithm_name(algorithm)?.to_owned(),
        tag: TAG.to_owned(),
    };
    let input = SignatureInput::new(covered.components(), parameters);
    let signature_input = format!("{LABEL}={}", input.as_str());
    // What this side would not read is not sent either.
    super::parse_signature_input(&signature_input)?;
    let base = signature_base(covered, &input)?;
    let signature = signer.sign(base.as_bytes(), rng)?;
    let signature = match algorithm {
        KeyAlgorithm::Ed25519 => signature,
        _ => raw::from_der(&signature).map_err(|_| MessageSignatureError::Invalid)?.to_vec(),
    };
    Ok(SignedHeaders {
        content_digest: covered.content_digest.clone(),
        signature_input,
        signature: format!("{LABEL}=:{}:", STANDARD.encode(signature)),
    })
}
