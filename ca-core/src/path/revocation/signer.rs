//! Who signed a revocation list, RFC 5280 §6.3.3 (f), (g), (h).

use super::fault::Fault;
use super::validator::{SignerRole, Validator};
use super::verdict::Asked;
use crate::algorithm::VerifyError;
use crate::key::PublicKey;
use crate::ocsp::BasicResponse;
use crate::path::Cause;
use crate::path::limits::Exhausted;
use crate::x509::extension::KeyUsage;
use crate::x509::{Certificate, CertificateList, KeyIdentifier};

/// What a signature stands under.
#[derive(Clone, Copy)]
pub(super) enum Signed<'s> {
    List(&'s CertificateList),
    Response(&'s BasicResponse),
}

/// Verifies one signature, which is counted.
pub(super) fn is_signed_by(
    signed: Signed<'_>,
    key: &PublicKey,
    context: &mut dyn Validator<'_>,
) -> Result<Result<(), VerifyError>, Exhausted> {
    context.spend_signature()?;
    Ok(match signed {
        Signed::List(list) => list.verify_signed_by(key),
        Signed::Response(response) => response.verify_signed_by(key),
    })
}

/// The key that signed `list`, where its holder may: the issuer of the certificate asked about, the anchor, or whoever else has
/// the name of the issuer of the list and a valid path from the same anchor.
///
/// The signature is verified before a path is looked for: it costs less.
pub(super) fn of_list<'a>(
    asked: &Asked<'a, '_>,
    context: &mut dyn Validator<'a>,
    list: &'a CertificateList,
) -> Result<Result<PublicKey, Fault>, Exhausted> {
    let mut fault = Fault::NoSigner;
    let issuer = asked.issuer;
    let anchor = context.anchor();
    let mut tried: Vec<PublicKey> = Vec::new();
    let trusted = [
        (issuer.name, issuer.key, issuer.certificate),
        (&anchor.name, &anchor.key, anchor.certificate.as_deref()),
    ];
    for (name, key, certificate) in trusted {
        if !name.matches(list.issuer()) || tried.contains(key) {
            continue;
        }
        if let Some(Err(not_allowed)) = certificate.map(may_sign_lists) {
            fault = not_allowed;
            continue;
        }
        tried.push(key.clone());
        match is_signed_by(Signed::List(list), key, context)? {
            Ok(()) => return Ok(Ok(key.clone())),
            Err(error) => fault = Fault::Signature(error),
        }
    }
    for candidate in in_order(context.candidates(list.issuer()), list) {
        context.spend_steps(1)?;
        let key = match candidate.public_key() {
            Ok(key) if !tried.contains(&key) => key,
            _ => continue,
        };
        if let Err(not_allowed) = may_sign_lists(candidate) {
            fault = not_allowed;
            continue;
        }
        if let Err(error) = is_signed_by(Signed::List(list), &key, context)? {
            // More than one certificate may hold a key that did not sign; one that did is tried with each of them.
            tried.push(key);
            if !matches!(fault, Fault::Signer(_)) {
                fault = Fault::Signature(error);
            }
            continue;
        }
        match validated(candidate, SignerRole::Crl, context)? {
            Ok(key) => return Ok(Ok(key)),
            Err(cause) => fault = cause,
        }
    }
    Ok(Err(fault))
}

/// The key of a signer with a valid path.
pub(super) fn validated<'a>(
    signer: &'a Certificate,
    role: SignerRole,
    context: &mut dyn Validator<'a>,
) -> Result<Result<PublicKey, Fault>, Exhausted> {
    match context.validate_signer(signer, role) {
        Ok(key) => Ok(Ok(key)),
        Err(Cause::Exhausted(exhausted)) => Err(exhausted),
        Err(Cause::Revocation(super::RevocationCause::Exhausted(exhausted))) => Err(exhausted),
        Err(cause) => Ok(Err(Fault::Signer(Box::new(cause)))),
    }
}

/// §6.3.3 (f): key usage, where there is any, includes cRLSign.
fn may_sign_lists(certificate: &Certificate) -> Result<(), Fault> {
    match certificate.key_usage()? {
        Some(usage) if !usage.contains(KeyUsage::CrlSign) => Err(Fault::MayNotSignCrls),
        _ => Ok(()),
    }
}

/// Those first whose key the list names. Others are not left out: authorities write wrong identifiers.
fn in_order<'a>(mut candidates: Vec<&'a Certificate>, list: &CertificateList) -> Vec<&'a Certificate> {
    let named =
        list.authority_key_identifier().ok().flatten().and_then(|identifier| identifier.key_identifier);
    let Some(named) = named else { return candidates };
    let is_named = |certificate: &&Certificate| {
        let identifier: Option<KeyIdentifier> = certificate.subject_key_identifier().ok().flatten();
        identifier.as_ref() == Some(&named)
    };
    candidates.sort_by_cached_key(|candidate| !is_named(candidate));
    candidates
}
