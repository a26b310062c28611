//! What each certificate of a path must fulfil, RFC 5280 §6.1.3 and §6.1.4.

use super::{Cause, Refused};
use crate::key::weak;
use crate::x509::Certificate;
use crate::x509::certificate::Version;
use crate::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, Decoded, ExtendedKeyUsage, Extension,
    ExtensionError, ExtensionValue, KeyUsage, KeyUsages, SubjectAlternativeName, SubjectKeyIdentifier,
};
use const_oid::ObjectIdentifier;
use jiff::Timestamp;

/// Extensions that may be critical: those that are judged, and those that restrict nothing about a path.
///
/// Extended key usage and alternative names say for what and for whom a certificate is; nothing of that is asked here.
const UNDERSTOOD: [ObjectIdentifier; 7] = [
    BasicConstraints::OID,
    KeyUsages::OID,
    ExtendedKeyUsage::OID,
    SubjectAlternativeName::OID,
    SubjectKeyIdentifier::OID,
    AuthorityKeyIdentifier::OID,
    CertificatePolicies::OID,
];

/// Extensions that restrict paths, critical or not, and are not judged: nameConstraints, policyConstraints, inhibitAnyPolicy.
const NOT_JUDGED: [ObjectIdentifier; 3] = [
    ObjectIdentifier::new_unwrap("2.5.29.30"),
    ObjectIdentifier::new_unwrap("2.5.29.36"),
    ObjectIdentifier::new_unwrap("2.5.29.54"),
];

/// What holds for the end entity, intermediates and anchors alike.
pub(super) fn any_certificate(certificate: &Certificate, at: Timestamp) -> Result<(), Refused> {
    let refused = |cause: Cause| Refused::of(certificate, cause);
    let validity = certificate.validity();
    if at < validity.not_before {
        return Err(refused(Cause::NotYetValid { at, not_before: validity.not_before }));
    }
    if !validity.contains(at) {
        return Err(refused(Cause::Expired { at, not_after: validity.not_after }));
    }
    if let Some(oid) = certificate.extensions().first_duplicate() {
        return Err(refused(ExtensionError::Duplicate(oid.clone()).into()));
    }
    for extension in certificate.extensions() {
        extension_understood(extension).map_err(refused)?;
    }
    let key = certificate.public_key().map_err(|error| refused(Cause::Key(error)))?;
    weak::assess(&key).map_err(|weak| refused(Cause::WeakKey(weak)))
}

fn extension_understood(extension: &Extension) -> Result<(), Cause> {
    let oid = || extension.oid.clone();
    if NOT_JUDGED.iter().any(|not_judged| extension.oid == *not_judged) {
        return Err(Cause::NotJudged { oid: oid() });
    }
    let decoded = extension.decoded();
    if let Decoded::Unreadable(malformed) = decoded {
        return Err(ExtensionError::Malformed { oid: oid(), malformed }.into());
    }
    if !extension.critical {
        return Ok(());
    }
    if !UNDERSTOOD.iter().any(|understood| extension.oid == *understood) {
        return Err(Cause::UnknownCriticalExtension { oid: oid() });
    }
    match decoded {
        // RFC 5280 §4.2.1.4: the qualifiers of a critical extension must be interpreted too.
        Decoded::CertificatePolicies(policies)
            if policies.0.iter().any(|policy| policy.qualifiers.is_some()) =>
        {
            Err(Cause::NotJudged { oid: oid() })
        }
        _ => Ok(()),
    }
}

/// What holds for the certificate of an issuer above the intermediates `below`.
pub(super) fn authority(
    issuer: &Certificate,
    below: &[&Certificate],
    is_anchor: bool,
) -> Result<(), Refused> {
    let refused = |cause: Cause| Refused::of(issuer, cause);
    let constraints = issuer.basic_constraints().map_err(|error| refused(error.into()))?;
    match constraints {
        Some(constraints) if !constraints.ca => return Err(refused(Cause::NotAuthority { stated: true })),
        // A root of version 1 cannot say it; that it is an anchor says it. RFC 5280 §6.1.4 (k).
        None if !(is_anchor && issuer.version() == Version::V1) => {
            return Err(refused(Cause::NotAuthority { stated: false }));
        }
        _ => {}
    }
    let usage = issuer.key_usage().map_err(|error| refused(error.into()))?;
    if usage.is_some_and(|usage| !usage.contains(KeyUsage::KeyCertSign)) {
        return Err(refused(Cause::MayNotSignCertificates));
    }
    let followed_by = below.iter().filter(|intermediate| !intermediate.is_self_issued()).count();
    match constraints.and_then(|constraints| constraints.path_length) {
        Some(allowed) if followed_by > allowed as usize => {
            Err(refused(Cause::PathLength { allowed, followed_by }))
        }
        _ => Ok(()),
    }
}
