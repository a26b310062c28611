//! The status of a certificate by OCSP responses, RFC 6960 §3.2 and §4.2.2.

use super::Source;
use super::fault::{Answering, Fault, PassedOver};
use super::signer::{self, Signed};
use super::validator::{SignerRole, Validator};
use super::verdict::{Asked, Found, Verdict};
use crate::ocsp::{Answer, BasicResponse, CertStatus, ResponderIdentity};
use crate::path::limits::Exhausted;
use crate::x509::Certificate;
use crate::x509::extension::{ExtendedKeyUsage, KeyUsage};
use core::cmp::Reverse;
use jiff::SignedDuration;

/// How old an answer without nextUpdate may be. RFC 6960 §4.2.2.1: newer ones are to be had at any time then.
pub const MAX_AGE_WITHOUT_NEXT_UPDATE: SignedDuration = SignedDuration::from_hours(24);

/// What hashing the issuer's name and key costs, in steps.
const STEPS_OF_HASHES: usize = 10;

/// What the newest response says that counts, or one that says what cannot be taken back; faults of those that do not count are added to `passed`.
pub(super) fn status<'a>(
    asked: &Asked<'a, '_>,
    context: &mut dyn Validator<'a>,
    passed: &mut Vec<PassedOver>,
) -> Result<Option<Found>, Exhausted> {
    let mut answers = Vec::new();
    for response in &asked.evidence.responses {
        context.spend_steps(response.answers().len())?;
        for answer in response.answers() {
            if answer.cert_id.serial() == asked.certificate.serial() {
                context.spend_steps(STEPS_OF_HASHES)?;
                if is_about(answer, asked) {
                    answers.push((response, answer));
                }
            }
        }
    }
    // Revocations that cannot be taken back first; then the newest, and of one time what is less of a comfort.
    answers.sort_by_key(|(_, answer)| {
        let is_final = verdict_of(answer).is_some_and(Verdict::is_final);
        (!is_final, Reverse(answer.this_update), answer.status == CertStatus::Good)
    });
    for (response, answer) in answers {
        let fault = match current(answer, asked).and_then(|()| understood(response)) {
            Err(fault) => fault,
            Ok(()) => match signed(asked, context, response)? {
                Err(fault) => fault,
                Ok(()) => match verdict_of(answer) {
                    Some(verdict) => {
                        let (this_update, next_update) = (answer.this_update, answer.next_update);
                        return Ok(Some(Found { verdict, this_update, next_update, source: Source::Ocsp }));
                    }
                    None => Fault::Unknown,
                },
            },
        };
        let what = Answering::Response { produced_at: response.produced_at() };
        passed.push(PassedOver { what, fault });
    }
    Ok(None)
}

/// Whether an answer with the right serial names the right issuer.
///
/// The hash of the name is over the issuer's name as the certificate has it, or as the issuer itself writes it.
fn is_about(answer: &Answer, asked: &Asked<'_, '_>) -> bool {
    let names = [asked.certificate.issuer(), asked.issuer.name];
    names.iter().any(|name| answer.cert_id.names_holder(name.as_der(), asked.issuer.key))
}

fn current(answer: &Answer, asked: &Asked<'_, '_>) -> Result<(), Fault> {
    let this_update = answer.this_update;
    if this_update > asked.at {
        return Err(Fault::NotYetValid { this_update });
    }
    match answer.next_update {
        Some(next_update) if next_update < asked.at => return Err(Fault::Stale { next_update }),
        None if asked.at.duration_since(this_update) > MAX_AGE_WITHOUT_NEXT_UPDATE => {
            return Err(Fault::TooOld { this_update, maximum: MAX_AGE_WITHOUT_NEXT_UPDATE });
        }
        _ => {}
    }
    asked.young_enough(this_update)
}

fn understood(response: &BasicResponse) -> Result<(), Fault> {
    match response.critical_extension() {
        Some(oid) => Err(Fault::UnknownCriticalExtension { oid: oid.into() }),
        None => Ok(()),
    }
}

fn verdict_of(answer: &Answer) -> Option<Verdict> {
    match answer.status {
        CertStatus::Good => Some(Verdict::Good),
        CertStatus::Revoked { at, reason } => Some(Verdict::Revoked { since: at, reason: Some(reason) }),
        CertStatus::Unknown => None,
    }
}

/// Whether the issuer of the certificate signed the response, or a responder to whom it delegated its answers: directly, with
/// the key that signed the certificate (RFC 6960 §4.2.2.2), so that no sibling of it can answer.
fn signed<'a>(
    asked: &Asked<'a, '_>,
    context: &mut dyn Validator<'a>,
    response: &'a BasicResponse,
) -> Result<Result<(), Fault>, Exhausted> {
    let issuer = asked.issuer;
    let mut fault = Fault::NoSigner;
    if response.responder().is_holder(issuer.name, issuer.key) {
        match signer::is_signed_by(Signed::Response(response), issuer.key, context)? {
            Ok(()) => return Ok(Ok(())),
            Err(error) => fault = Fault::Signature(error),
        }
    }
    let known = match response.responder() {
        ResponderIdentity::ByName(name) => context.candidates(name),
        ResponderIdentity::ByKey(_) => Vec::new(),
    };
    let sent = response.certificates().iter().filter(|certificate| response.responder().is(certificate));
    for responder in sent.chain(known) {
        context.spend_steps(1)?;
        match delegated(asked, context, response, responder)? {
            Ok(()) => return Ok(Ok(())),
            Err(why) => fault = why,
        }
    }
    Ok(Err(fault))
}

fn delegated<'a>(
    asked: &Asked<'a, '_>,
    context: &mut dyn Validator<'a>,
    response: &'a BasicResponse,
    responder: &'a Certificate,
) -> Result<Result<(), Fault>, Exhausted> {
    if let Err(fault) = may_answer(asked, responder) {
        return Ok(Err(fault));
    }
    let Ok(key) = responder.public_key() else {
        return Ok(Err(Fault::NotDelegated { reason: "its key cannot be used" }));
    };
    if let Err(error) = signer::is_signed_by(Signed::Response(response), &key, context)? {
        return Ok(Err(Fault::Signature(error)));
    }
    context.spend_signature()?;
    if responder.verify_signed_by(asked.issuer.key).is_err() {
        return Ok(Err(Fault::NotDelegated { reason: "its certificate is not signed by the authority" }));
    }
    Ok(signer::validated(responder, SignerRole::Ocsp, context)?.map(|_| ()))
}

fn may_answer(asked: &Asked<'_, '_>, responder: &Certificate) -> Result<(), Fault> {
    let refuse = |reason| Err(Fault::NotDelegated { reason });
    if !responder.issuer().matches(asked.issuer.name) {
        return refuse("its certificate has another issuer");
    }
    // anyExtendedKeyUsage delegates nothing.
    let for_responses =
        |usages: ExtendedKeyUsage| usages.0.iter().any(|usage| *usage == ExtendedKeyUsage::OCSP_SIGNING);
    if !responder.extended_key_usages()?.is_some_and(for_responses) {
        return refuse("its certificate has no extended key usage OCSPSigning");
    }
    if responder.key_usage()?.is_some_and(|usage| !usage.contains(KeyUsage::DigitalSignature)) {
        return refuse("its key usage has no digitalSignature");
    }
    Ok(())
}
