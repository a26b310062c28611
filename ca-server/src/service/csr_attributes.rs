//! What a client is told to put into its request: `CsrAttrs` of RFC 7030 §4.5.2.

use ca_core::algorithm::KeyAlgorithm;
use ca_core::profile::KeyPolicy;

/// 1.2.840.10045.2.1, id-ecPublicKey (RFC 5480 §2.1.1).
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01];
/// 1.2.840.10045.3.1.7, secp256r1.
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];
/// 1.3.132.0.34, secp384r1.
const P384: &[u8] = &[0x2b, 0x81, 0x04, 0x00, 0x22];
/// 1.2.156.10197.1.301, the curve of SM2 (GB/T 32918.5).
const SM2: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];
/// 1.2.156.10197.1.501, SM2 with SM3.
const SM2_SM3: &[u8] = &[0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x83, 0x75];
/// 1.2.840.10045.4.3.2, ecdsa-with-SHA256.
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
/// 1.2.840.10045.4.3.3, ecdsa-with-SHA384.
const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x03];
/// 1.3.101.112, Ed25519 (RFC 8410).
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];
/// 1.2.840.113549.1.1.11, sha256WithRSAEncryption.
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b];

/// The attributes of a profile: the curves as values of `id-ecPublicKey`, and the identifier of each signature
/// algorithm in which a request may prove possession.
pub(super) fn of(keys: &KeyPolicy) -> Vec<u8> {
    let mut curves = Vec::new();
    let mut signatures = Vec::new();
    for algorithm in &keys.algorithms {
        let (curve, signature) = match algorithm {
            KeyAlgorithm::Sm2 => (Some(SM2), SM2_SM3),
            KeyAlgorithm::P256 => (Some(P256), ECDSA_SHA256),
            KeyAlgorithm::P384 => (Some(P384), ECDSA_SHA384),
            KeyAlgorithm::Ed25519 => (None, ED25519),
            KeyAlgorithm::Rsa => (None, RSA_SHA256),
        };
        curves.extend(curve.map(|curve| element(0x06, curve)));
        signatures.push(element(0x06, signature));
    }
    let mut attributes = Vec::new();
    if !curves.is_empty() {
        // DER orders the members of a SET OF.
        curves.sort();
        let values = element(0x31, &curves.concat());
        attributes.push(element(0x30, &[element(0x06, EC_PUBLIC_KEY), values].concat()));
    }
    attributes.append(&mut signatures);
    element(0x30, &attributes.concat())
}

/// A DER element. All that is written here is shorter than 128 octets, which a test over all algorithms holds to.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    debug_assert!(length < 0x80, "the short form of lengths");
    let mut bytes = vec![tag, length];
    bytes.extend_from_slice(content);
    bytes
}
