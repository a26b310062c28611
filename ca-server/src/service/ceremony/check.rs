//! What must hold before the result of a ceremony is taken.

use ca_core::ceremony::rehearsal;
use ca_core::issuance::AuthorityName;
use ca_core::key::PublicKey;
use ca_core::lint::{self, Finding, Severity};
use ca_core::path::{Answer, Question, TrustAnchor, judge};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::extension::KeyUsage;
use ca_core::x509::name::Name;
use jiff::Timestamp;

use super::CeremonyError;
use crate::port::record::CrlSummary;

/// The authority's certificate and the root's, which belong together. Only the check makes it.
pub(super) struct CheckedChain {
    pub(super) certificate: Certificate,
    pub(super) root: Certificate,
}

/// A CRL that its issuer signed and that is in force. Only the check makes it.
pub(super) struct CheckedCrl {
    pub(super) crl: CertificateList,
    pub(super) number: u64,
    pub(super) next_update: Timestamp,
}

/// Checks the certificate of an authority and its root's, DER: the key, the path, the rules.
pub(super) fn chain(
    name: &AuthorityName,
    key: &PublicKey,
    certificate: &[u8],
    root: &[u8],
    at: Timestamp,
) -> Result<CheckedChain, CeremonyError> {
    let (certificate, root) = (read("the certificate", certificate)?, read("the root", root)?);
    for subject in [certificate.subject(), certificate.issuer(), root.subject()] {
        refuse_rehearsal(subject)?;
    }
    if certificate.public_key().ok().as_ref() != Some(key) {
        return Err(CeremonyError::OtherKey { name: name.clone() });
    }
    self_signed(&root)?;
    issuing(&certificate)?;
    refuse_findings("the root", lint::certificate(&root, None))?;
    refuse_findings("the certificate", lint::certificate(&certificate, Some(&root)))?;
    let refused = |reason: String| CeremonyError::Path { at, reason };
    if !root.validity().contains(at) {
        return Err(refused("the root is not in its validity".to_owned()));
    }
    let anchors = [TrustAnchor::from_certificate(&root).map_err(|error| refused(error.to_string()))?];
    match judge(&Question::new(&certificate, &anchors, at)) {
        Answer::Accepted(_) => Ok(CheckedChain { certificate, root }),
        Answer::Refused(why) => Err(refused(format!("{} [{}]", why.cause(), why.code()))),
    }
}

/// Checks the certificate, DER, of an OCSP responder of an authority whose key is offline. That it leads to the authority
/// is asked elsewhere.
pub(super) fn responder(
    name: &AuthorityName,
    key: &PublicKey,
    certificate: &[u8],
    root: &Certificate,
    at: Timestamp,
) -> Result<Certificate, CeremonyError> {
    let certificate = read("the certificate", certificate)?;
    refuse_rehearsal(certificate.subject())?;
    if certificate.public_key().ok().as_ref() != Some(key) {
        return Err(CeremonyError::OtherKey { name: name.clone() });
    }
    let refused =
        |reason: &str| CeremonyError::NotAResponder { name: name.clone(), reason: reason.to_owned() };
    if certificate.basic_constraints().ok().flatten().is_some_and(|constraints| constraints.ca) {
        return Err(refused("it is that of an authority"));
    }
    if !certificate.validity().contains(at) {
        return Err(refused("it is not in its validity"));
    }
    refuse_findings("the certificate", lint::certificate(&certificate, Some(root)))?;
    Ok(certificate)
}

/// Checks a CRL, DER, of an authority whose key is offline. `newest` is the one before.
pub(super) fn crl(
    name: &AuthorityName,
    issuer: &Certificate,
    der: &[u8],
    newest: Option<&CrlSummary>,
    at: Timestamp,
) -> Result<CheckedCrl, CeremonyError> {
    let crl = CertificateList::from_der(der)
        .map_err(|error| CeremonyError::Malformed { what: "the CRL", reason: error.to_string() })?;
    refuse_rehearsal(crl.issuer())?;
    let other = |reason: String| CeremonyError::CrlIssuer { name: name.clone(), reason };
    if !crl.issuer().matches(issuer.subject()) {
        return Err(other(format!("its issuer is {}", crl.issuer())));
    }
    let key = issuer.public_key().map_err(|error| other(error.to_string()))?;
    crl.verify_signed_by(&key).map_err(|error| other(error.to_string()))?;
    let kind = |reason: &str| CeremonyError::CrlKind { reason: reason.to_owned() };
    // Delta CRLs and partitions say less than all.
    for (oid, reason) in
        [("2.5.29.27", "it is a delta CRL"), ("2.5.29.28", "it is limited to a distribution point")]
    {
        if crl.extensions().iter().any(|extension| extension.oid.to_string() == oid) {
            return Err(kind(reason));
        }
    }
    let number = crl.number().ok().flatten().and_then(|number| number.to_u64());
    let number = number.ok_or_else(|| kind("it has no number, or one above 64 bits"))?;
    let next_update = crl.next_update().ok_or_else(|| kind("it has no nextUpdate"))?;
    refuse_findings("the CRL", lint::crl(&crl, Some(issuer)))?;
    let this_update = crl.this_update();
    if this_update > at || next_update <= at {
        return Err(CeremonyError::CrlNotInForce { this_update, next_update, at });
    }
    if let Some(newest) = newest
        && (number <= newest.number || this_update < newest.this_update)
    {
        return Err(CeremonyError::CrlNotRising {
            number,
            this_update,
            newest: newest.number,
            newest_update: newest.this_update,
        });
    }
    Ok(CheckedCrl { crl, number, next_update })
}

fn read(what: &'static str, der: &[u8]) -> Result<Certificate, CeremonyError> {
    Certificate::from_der(der).map_err(|error| CeremonyError::Malformed { what, reason: error.to_string() })
}

fn refuse_rehearsal(subject: &Name) -> Result<(), CeremonyError> {
    if rehearsal::is_marked(subject) {
        return Err(CeremonyError::Rehearsal { subject: subject.to_string() });
    }
    Ok(())
}

fn self_signed(root: &Certificate) -> Result<(), CeremonyError> {
    let refused = |reason: String| CeremonyError::NotARoot { reason };
    if !root.subject().matches(root.issuer()) {
        return Err(refused(format!("{} is certified by {}", root.subject(), root.issuer())));
    }
    let key = root.public_key().map_err(|error| refused(error.to_string()))?;
    root.verify_signed_by(&key).map_err(|error| refused(error.to_string()))?;
    let usage = root.key_usage().ok().flatten();
    if !usage.is_some_and(|usage| usage.contains(KeyUsage::KeyCertSign) && usage.contains(KeyUsage::CrlSign))
    {
        return Err(refused("it may not sign certificates and CRLs".to_owned()));
    }
    Ok(())
}

fn issuing(certificate: &Certificate) -> Result<(), CeremonyError> {
    let refused = |reason: &str| CeremonyError::NotAnAuthority { reason: reason.to_owned() };
    if certificate.subject().matches(certificate.issuer()) {
        return Err(refused("it names itself as its issuer"));
    }
    if !certificate.basic_constraints().ok().flatten().is_some_and(|constraints| constraints.ca) {
        return Err(refused("it has no basicConstraints with cA"));
    }
    let usage = certificate.key_usage().ok().flatten();
    if !usage.is_some_and(|usage| usage.contains(KeyUsage::KeyCertSign) && usage.contains(KeyUsage::CrlSign))
    {
        return Err(refused("it may not sign certificates and CRLs"));
    }
    Ok(())
}

fn refuse_findings(what: &'static str, findings: Vec<Finding>) -> Result<(), CeremonyError> {
    match findings.into_iter().find(|finding| finding.severity == Severity::Error) {
        Some(finding) => Err(CeremonyError::Lint { what, finding }),
        None => Ok(()),
    }
}
