//! Revocation lists in a path, RFC 5280 §6.3, for complete lists signed by the issuer's own key.

use super::refusal::CrlFault;
use super::{Cause, Refused, Search};
use crate::key::PublicKey;
use crate::x509::extension::{
    AuthorityKeyIdentifier, CrlDistributionPoints, CrlNumber, DeltaCrlIndicator, DistributionPointName,
    ExtensionError, ExtensionValue, IssuingDistributionPoint, KeyUsage,
};
use crate::x509::{Certificate, CertificateList};
use const_oid::ObjectIdentifier;
use jiff::Timestamp;

/// Critical extensions of a list that are judged here.
const UNDERSTOOD: [ObjectIdentifier; 3] =
    [IssuingDistributionPoint::OID, CrlNumber::OID, AuthorityKeyIdentifier::OID];

/// Refuses `subject` unless the newest list of `issuer` that covers it is current and does not name it.
pub(super) fn check(
    search: &mut Search<'_>,
    subject: &Certificate,
    issuer: &Certificate,
    key: &PublicKey,
    crls: &[CertificateList],
) -> Result<(), Refused> {
    let at = search.at;
    let mut newest: Option<&CertificateList> = None;
    let mut rejected = None;
    for crl in crls.iter().filter(|crl| crl.issuer().matches(issuer.subject())) {
        if newest.is_some_and(|newest| crl.this_update() <= newest.this_update()) {
            continue;
        }
        if let Err(fault) = usable(crl, subject, issuer, at) {
            rejected = Some(fault);
            continue;
        }
        search.spend_signature(subject)?;
        match crl.verify_signed_by(key) {
            Ok(()) => newest = Some(crl),
            Err(error) => rejected = Some(CrlFault::Signature(error)),
        }
    }
    let Some(crl) = newest else {
        let rejected = rejected.map(Box::new);
        let cause = Cause::RevocationUnknown { issuer: issuer.subject().clone(), at, rejected };
        return Err(Refused::of(subject, cause));
    };
    match crl.find(subject.serial()) {
        Some(entry) => {
            Err(Refused::of(subject, Cause::Revoked { since: entry.revocation_date, reason: entry.reason }))
        }
        None => Ok(()),
    }
}

/// Whether a list counts for `subject`, its signature aside.
fn usable(
    crl: &CertificateList,
    subject: &Certificate,
    issuer: &Certificate,
    at: Timestamp,
) -> Result<(), CrlFault> {
    if crl.this_update() > at {
        return Err(CrlFault::NotYetValid { this_update: crl.this_update() });
    }
    let next_update = crl.next_update().ok_or(CrlFault::NoNextUpdate)?;
    if next_update < at {
        return Err(CrlFault::Stale { next_update });
    }
    if issuer.key_usage()?.is_some_and(|usage| !usage.contains(KeyUsage::CrlSign)) {
        return Err(CrlFault::MayNotSignCrls);
    }
    if let Some(oid) = crl.extensions().first_duplicate() {
        return Err(ExtensionError::Duplicate(oid.clone()).into());
    }
    if crl.extensions().get(&DeltaCrlIndicator::OID.into()).is_some() {
        return Err(CrlFault::Delta);
    }
    let unknown = |extension: &&crate::x509::Extension| {
        extension.critical && !UNDERSTOOD.iter().any(|understood| extension.oid == *understood)
    };
    if let Some(extension) = crl.extensions().iter().find(unknown) {
        return Err(CrlFault::UnknownCriticalExtension { oid: extension.oid.clone() });
    }
    if let Some(oid) = crl.unknown_critical_entry_extension() {
        return Err(CrlFault::UnknownCriticalExtension { oid: oid.clone() });
    }
    match crl.extensions().find::<IssuingDistributionPoint>()? {
        Some(scope) if !covers(&scope, subject)? => Err(CrlFault::Scope),
        _ => Ok(()),
    }
}

/// Whether a scope holds `subject` for all reasons, RFC 5280 §6.3.3 (b).
fn covers(scope: &IssuingDistributionPoint, subject: &Certificate) -> Result<bool, CrlFault> {
    if scope.indirect || scope.only_attribute_certificates || scope.only_some_reasons.is_some() {
        return Ok(false);
    }
    let is_authority = subject.basic_constraints()?.is_some_and(|constraints| constraints.ca);
    if (scope.only_user_certificates && is_authority) || (scope.only_ca_certificates && !is_authority) {
        return Ok(false);
    }
    let here = match &scope.name {
        None => return Ok(true),
        Some(DistributionPointName::Full(names)) => names,
        Some(DistributionPointName::Relative(_)) => return Ok(false),
    };
    let points = subject.extensions().find::<CrlDistributionPoints>()?;
    Ok(points.is_some_and(|points| {
        points.0.iter().any(|point| match &point.name {
            Some(DistributionPointName::Full(names)) => names.iter().any(|name| here.contains(name)),
            _ => false,
        })
    }))
}
