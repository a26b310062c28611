//! The status of a certificate by revocation lists, RFC 5280 §6.3.3.

use super::fault::{Answering, Fault, PassedOver};
use super::reasons::Reasons;
use super::scope::Points;
use super::signer::{self, Signed};
use super::validator::Validator;
use super::verdict::{Asked, Found, Verdict};
use super::{Source, delta};
use crate::path::limits::Exhausted;
use crate::x509::crl::RevokedCertificate;
use crate::x509::extension::{
    AuthorityKeyIdentifier, CrlNumber, DeltaCrlIndicator, DistributionPointName, ExtensionError,
    ExtensionValue, IssuingDistributionPoint, ReasonCode,
};
use crate::x509::{CertificateList, Extension};
use const_oid::ObjectIdentifier;
use core::cmp::Reverse;
use jiff::Timestamp;

/// Critical extensions of a list that are judged here.
const UNDERSTOOD: [ObjectIdentifier; 4] =
    [IssuingDistributionPoint::OID, CrlNumber::OID, AuthorityKeyIdentifier::OID, DeltaCrlIndicator::OID];

/// How many pairs of extensions are compared in what a step takes.
const EXTENSIONS_COMPARED_IN_A_STEP: usize = 16;

/// A list that may answer for the certificate.
struct Candidate<'a> {
    list: &'a CertificateList,
    scope: Option<IssuingDistributionPoint>,
    /// The reasons for which it answers.
    reasons: Reasons,
}

/// What the lists say together; faults of those that do not count are added to `passed`.
///
/// Of several lists of one scope the newest counts. Of older ones, and of lists of other issuers once every reason is answered for,
/// only revocations that cannot be taken back are looked at.
pub(super) fn status<'a>(
    asked: &Asked<'a, '_>,
    context: &mut dyn Validator<'a>,
    passed: &mut Vec<PassedOver>,
) -> Result<Option<Found>, Exhausted> {
    let points = match Points::of(asked.certificate, asked.issuer) {
        Ok(points) => points,
        // The same fault would be found at every list.
        Err(fault) => {
            passed.extend(asked.evidence.crls.first().map(|list| passed_over(list, fault)));
            return Ok(None);
        }
    };
    let (mut complete, mut deltas) = (Vec::new(), Vec::new());
    for list in &asked.evidence.crls {
        context.spend_steps(1 + points.names)?;
        if !points.may_have_lists_of(list.issuer(), asked.issuer.name) {
            continue;
        }
        match candidate(asked, context, &points, list)? {
            Ok(delta) if is_delta(list) => deltas.push(delta),
            Ok(candidate) => complete.push(candidate),
            Err(fault) => passed.push(passed_over(list, fault)),
        }
    }
    // Newest first.
    for lists in [&mut complete, &mut deltas] {
        lists.sort_by_cached_key(|candidate| {
            Reverse((candidate.list.this_update(), candidate.list.number().ok().flatten()))
        });
    }
    if complete.is_empty() {
        passed.extend(deltas.first().map(|delta| passed_over(delta.list, Fault::NoBase)));
    }
    let mut answered = Reasons::NONE;
    let mut good: Option<Found> = None;
    let mut partial = None;
    for candidate in &complete {
        let is_answered = answered.includes(candidate.reasons);
        if is_answered && !revokes_for_good(candidate.list, asked) {
            continue;
        }
        let found = match answer(asked, context, candidate, &deltas)? {
            Ok(found) => found,
            Err(fault) => {
                passed.push(passed_over(candidate.list, fault));
                continue;
            }
        };
        if found.verdict.is_final() || (found.verdict != Verdict::Good && !is_answered) {
            return Ok(Some(found));
        }
        if is_answered {
            continue;
        }
        answered = answered.or(candidate.reasons);
        good = Some(match good {
            Some(good) => good.with(&found),
            None => found,
        });
        partial = Some(candidate.list);
    }
    if answered == Reasons::ALL {
        return Ok(good);
    }
    passed.extend(partial.map(|list| passed_over(list, Fault::SomeReasons)));
    Ok(None)
}

fn passed_over(list: &CertificateList, fault: Fault) -> PassedOver {
    PassedOver { what: Answering::List { this_update: list.this_update() }, fault }
}

fn is_delta(list: &CertificateList) -> bool {
    list.extensions().get(&DeltaCrlIndicator::OID.into()).is_some()
}

/// Reads what a list says about itself: steps (b) to (d), but for who signed it.
fn candidate<'a>(
    asked: &Asked<'a, '_>,
    context: &mut dyn Validator<'a>,
    points: &Points,
    list: &'a CertificateList,
) -> Result<Result<Candidate<'a>, Fault>, Exhausted> {
    // Each extension is compared with each.
    let extensions = list.extensions().len();
    context.spend_steps(extensions * extensions / EXTENSIONS_COMPARED_IN_A_STEP)?;
    let scope = match usable(list, asked.at) {
        Ok(scope) => scope,
        Err(fault) => return Ok(Err(fault)),
    };
    let names = match scope.as_ref().and_then(|scope| scope.name.as_ref()) {
        Some(DistributionPointName::Full(names)) => names.len(),
        Some(DistributionPointName::Relative(_)) => 1,
        None => 0,
    };
    context.spend_steps(names * points.names)?;
    Ok(match points.covered_by(list, scope.as_ref(), asked.issuer.name) {
        Ok(reasons) if reasons.is_empty() => Err(Fault::Scope),
        Ok(reasons) => Ok(Candidate { list, scope, reasons }),
        Err(fault) => Err(fault),
    })
}

/// Whether a list can be understood, and its scope.
fn usable(list: &CertificateList, at: Timestamp) -> Result<Option<IssuingDistributionPoint>, Fault> {
    if list.this_update() > at {
        return Err(Fault::NotYetValid { this_update: list.this_update() });
    }
    if let Some(oid) = list.extensions().first_duplicate() {
        return Err(ExtensionError::Duplicate(oid.clone()).into());
    }
    let unknown = |extension: &&Extension| {
        extension.critical && !UNDERSTOOD.iter().any(|understood| extension.oid == *understood)
    };
    let unknown = list.extensions().iter().find(unknown).map(|extension| &extension.oid);
    if let Some(oid) = unknown.or(list.unknown_critical_entry_extension()) {
        return Err(Fault::UnknownCriticalExtension { oid: oid.clone() });
    }
    match list.extensions().get(&CrlNumber::OID.into()) {
        Some(number) if !number.critical => list.number()?,
        number => return Err(Fault::Number { critical: number.is_some() }),
    };
    let scope = list.extensions().find::<IssuingDistributionPoint>()?;
    if list.has_entry_issuers() && !scope.as_ref().is_some_and(|scope| scope.indirect) {
        return Err(Fault::NotIndirect);
    }
    Ok(scope)
}

/// Whether a list still counts at the time.
pub(super) fn current(asked: &Asked<'_, '_>, list: &CertificateList) -> Result<Timestamp, Fault> {
    let next_update = list.next_update().ok_or(Fault::NoNextUpdate)?;
    if next_update < asked.at {
        return Err(Fault::Stale { next_update });
    }
    asked.young_enough(list.this_update())?;
    Ok(next_update)
}

/// What one complete list says, with the newest delta that adds to it: steps (f) to (k).
fn answer<'a>(
    asked: &Asked<'a, '_>,
    context: &mut dyn Validator<'a>,
    candidate: &Candidate<'a>,
    deltas: &[Candidate<'a>],
) -> Result<Result<Found, Fault>, Exhausted> {
    let list = candidate.list;
    let fresh = current(asked, list);
    let mut deltas = deltas
        .iter()
        .filter(|delta| delta.scope == candidate.scope && delta::adds_to(delta.list, list))
        .filter(|delta| current(asked, delta.list).is_ok())
        .peekable();
    // A list that is out of date counts with a delta that is not, §6.3.3 (a)(1).
    if let (Err(fault), None) = (&fresh, deltas.peek()) {
        return Ok(Err(fault.clone()));
    }
    let key = match signer::of_list(asked, context, list)? {
        Ok(key) => key,
        Err(fault) => return Ok(Err(fault)),
    };
    for delta in deltas {
        if let Ok(next_update) = current(asked, delta.list)
            && signer::is_signed_by(Signed::List(delta.list), &key, context)?.is_ok()
        {
            let (issuer, serial) = (asked.issuer.name, asked.certificate.serial());
            // (i), (j): what the delta says comes first.
            let entry = delta.list.find_of(issuer, serial).or_else(|| list.find_of(issuer, serial));
            let verdict = entry.map_or(Verdict::Good, verdict_of);
            let this_update = delta.list.this_update();
            return Ok(Ok(Found {
                verdict,
                this_update,
                next_update: Some(next_update),
                source: Source::Crl,
            }));
        }
    }
    let next_update = match fresh {
        Ok(next_update) => next_update,
        Err(fault) => return Ok(Err(fault)),
    };
    let entry = list.find_of(asked.issuer.name, asked.certificate.serial());
    Ok(Ok(Found {
        verdict: entry.map_or(Verdict::Good, verdict_of),
        this_update: list.this_update(),
        next_update: Some(next_update),
        source: Source::Crl,
    }))
}

/// Whether a list, should it count, says that the certificate is revoked and will stay so.
fn revokes_for_good(list: &CertificateList, asked: &Asked<'_, '_>) -> bool {
    list.find_of(asked.issuer.name, asked.certificate.serial())
        .is_some_and(|entry| verdict_of(entry).is_final())
}

/// (k): what was removed is not revoked any more.
fn verdict_of(entry: &RevokedCertificate) -> Verdict {
    match entry.reason {
        Some(ReasonCode::RemoveFromCrl) => Verdict::Good,
        reason => Verdict::Revoked { since: entry.revocation_date, reason },
    }
}
