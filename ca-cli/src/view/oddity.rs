//! What is odd about an object: allowed or not, people should know of it.

use ca_core::encoding::der;
use ca_core::encoding::oid;
use ca_core::key::weak;
use ca_core::x509::extension::Decoded;
use ca_core::x509::{Certificate, CertificateList, CertificationRequest, Extensions};
use serde::Serialize;
use spki::AlgorithmIdentifierOwned;

use super::Identifier;

/// Something odd, told by its code; the words are those of the language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Oddity {
    /// Stable code.
    pub(crate) code: &'static str,
    /// What it is about: an extension, a length.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<String>,
}

impl Oddity {
    pub(super) fn new(code: &'static str) -> Self {
        Self { code, value: None }
    }

    pub(super) fn with(code: &'static str, value: impl ToString) -> Self {
        Self { code, value: Some(value.to_string()) }
    }
}

/// Octets of a key identifier by SHA-1, which nearly all are.
const USUAL_IDENTIFIER: usize = 20;

/// Of a certificate.
pub(super) fn of_certificate(certificate: &Certificate) -> Vec<Oddity> {
    let mut odd = of_algorithm(certificate.signature_algorithm());
    odd.extend(of_key(certificate.spki_der()));
    if let Ok(key) = certificate.public_key()
        && let Err(error) = weak::assess(&key)
    {
        odd.push(Oddity::with("key-weak", error));
    }
    if certificate.tbs_signature_algorithm() != certificate.signature_algorithm() {
        odd.push(Oddity::new("signature-algorithms-differ"));
    }
    if certificate.has_unique_identifiers() {
        odd.push(Oddity::new("unique-identifiers"));
    }
    if certificate.validity().not_after < certificate.validity().not_before {
        odd.push(Oddity::new("ends-before-it-begins"));
    }
    if let Ok(Some(identifier)) = certificate.subject_key_identifier()
        && identifier.as_bytes().len() != USUAL_IDENTIFIER
    {
        odd.push(Oddity::with("key-identifier-length", identifier.as_bytes().len()));
    }
    odd.extend(of_extensions(certificate.extensions()));
    let critical = |oid| certificate.extensions().iter().any(|other| other.oid == oid && other.critical);
    if certificate.basic_constraints().is_ok_and(|found| found.is_some_and(|found| found.ca))
        && !critical(oid::BASIC_CONSTRAINTS)
    {
        odd.push(Oddity::new("authority-not-critical"));
    }
    odd
}

/// Of a request.
pub(super) fn of_request(request: &CertificationRequest) -> Vec<Oddity> {
    let mut odd = of_algorithm(request.signature_algorithm());
    odd.extend(of_key(request.spki_der()));
    let has = |wanted| request.attributes().iter().any(|attribute| attribute.oid == wanted);
    if has(oid::CHALLENGE_PASSWORD) {
        odd.push(Oddity::new("challenge-password"));
    }
    if request.require_conforming().is_err() {
        odd.push(Oddity::new("attributes-without-set"));
    }
    if let Ok(Some(temporary)) = request.temporary_key() {
        odd.push(Oddity::with("temporary-key", temporary.key.fingerprint()));
    }
    match request.extensions() {
        Ok(extensions) => odd.extend(of_extensions(&extensions)),
        Err(error) => odd.push(Oddity::with("extensions-unreadable", error)),
    }
    odd
}

/// Of a revocation list.
pub(super) fn of_list(crl: &CertificateList) -> Vec<Oddity> {
    let mut odd = of_algorithm(crl.signature_algorithm());
    if crl.next_update().is_none() {
        odd.push(Oddity::new("next-update-missing"));
    }
    if crl.has_empty_list() {
        odd.push(Oddity::new("list-empty"));
    }
    odd.extend(of_extensions(crl.extensions()));
    if let Some(oid) = crl.unknown_critical_entry_extension() {
        odd.push(Oddity::with("entry-extension-critical-unknown", Identifier::of(oid)));
    }
    odd
}

fn of_algorithm(algorithm: &AlgorithmIdentifierOwned) -> Vec<Oddity> {
    let null = algorithm.oid == oid::SM2_SM3 && algorithm.parameters.is_some();
    if null { vec![Oddity::new("sm2-parameters-null")] } else { Vec::new() }
}

fn of_key(spki: &[u8]) -> Option<Oddity> {
    let spki: spki::SubjectPublicKeyInfoOwned = der::decode(spki).ok()?;
    (spki.algorithm.oid == oid::SM2).then(|| Oddity::new("key-algorithm-is-curve"))
}

fn of_extensions(extensions: &Extensions) -> Vec<Oddity> {
    let mut odd = Vec::new();
    if let Some(oid) = extensions.first_duplicate() {
        odd.push(Oddity::with("extension-repeated", Identifier::of(oid)));
    }
    for extension in extensions {
        let name = || Identifier::of(&extension.oid).to_string();
        match extension.decoded() {
            Decoded::Unreadable(error) => {
                odd.push(Oddity::with("extension-unreadable", format!("{}: {error}", name())));
            }
            Decoded::Unknown if extension.critical => {
                odd.push(Oddity::with("extension-critical-unknown", name()));
            }
            Decoded::Unknown if der::check_structure(&extension.value).is_err() => {
                odd.push(Oddity::with("extension-not-der", name()));
            }
            _ => {}
        }
    }
    odd
}
