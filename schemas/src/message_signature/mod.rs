//! HTTP message signatures as defined in [RFC 9421](https://www.rfc-editor.org/rfc/rfc9421), in the one form that
//! City CA's requests use.
//!
//! One signature labelled `sig1` covers `@method`, `@target-uri` and `content-digest` (RFC 9530, sha-256, also of an
//! empty body), and `content-type` and `idempotency-key` where the request has them. Its parameters are `created`,
//! `nonce`, `keyid` (the key's fingerprint), `alg` and the tag `cityca`. Signatures are raw bytes, `r‖s` for SM2 and
//! ECDSA. The algorithm is that of the registered key: a header that names another is refused.

mod component;
mod digest;
mod error;
mod field;
mod input;
mod sign;
mod verify;

#[cfg(test)]
mod tests;

pub use component::{Component, Covered};
pub use digest::{check_content_digest, content_digest};
pub use error::MessageSignatureError;
pub use input::{Parameters, SignatureInput, parse_signature, parse_signature_input};
pub use sign::{SignedHeaders, algorithm_name, check_administrator_key, sign};
pub use verify::{VerifiedSignature, verify};

use std::time::Duration;

/// The label of the signature in both headers.
pub const LABEL: &str = "sig1";

/// The application's tag (RFC 9421 §2.3), so that a signature made for something else is none here.
pub const TAG: &str = "cityca";

/// How far `created` may be from the verifier's clock, both ways.
pub const MAX_SKEW: Duration = Duration::from_secs(60);

/// The shortest signature that is read, bytes: those of SM2, P-256 and Ed25519.
pub const MIN_SIGNATURE: usize = 64;

/// The longest signature that is read, bytes: that of RSA with 8192 bits.
pub const MAX_SIGNATURE: usize = 1024;

/// The text that is signed (RFC 9421 §2.5): a line for each covered component, then the parameters.
///
/// # Errors
/// Where a component is covered that the request does not have, or a value cannot stand on one line.
pub fn signature_base(covered: &Covered, input: &SignatureInput) -> Result<String, MessageSignatureError> {
    let mut lines = Vec::with_capacity(input.components().len());
    for component in input.components() {
        let value =
            covered.value(*component).ok_or(MessageSignatureError::UnexpectedComponent(component.name()))?;
        check_value(component.name(), value)?;
        lines.push((component.name(), value));
    }
    Ok(assemble(&lines, input.as_str()))
}

/// Visible ASCII with single or several inner blanks: no line can be smuggled in, and both sides see the same bytes.
fn check_value(name: &'static str, value: &str) -> Result<(), MessageSignatureError> {
    let printable = value.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
    if !printable || value.trim() != value {
        return Err(MessageSignatureError::InvalidValue(name));
    }
    Ok(())
}

fn assemble(lines: &[(&str, &str)], parameters: &str) -> String {
    let mut base = String::new();
    for (name, value) in lines {
        base.push_str(&format!("\"{name}\": {value}\n"));
    }
    base.push_str(&format!("\"@signature-params\": {parameters}"));
    base
}
