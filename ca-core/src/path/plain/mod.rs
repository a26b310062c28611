//! Paths from a certificate to a trust anchor, RFC 5280 §6.
//!
//! What this validation cannot judge is refused, never passed over: name constraints, policy constraints, critical extensions
//! without a meaning here, scopes of revocation lists that it does not know. The policy inputs of RFC 5280 §6.1.1 are their
//! defaults: any policy is accepted, none is required.

mod refusal;
mod revocation;
mod rules;

pub use refusal::{Cause, CrlFault, Refused};

use crate::x509::{Certificate, CertificateList};
use jiff::Timestamp;

/// The most intermediate authorities between the end entity and the anchor. Hierarchies in use have one to three.
pub const MAX_INTERMEDIATES: usize = 8;

/// The most signatures verified for one question, so that many certificates of one name cannot make it expensive.
pub const MAX_SIGNATURES: usize = 100;

/// The most candidates for an issuer that are looked at, so that name comparisons are bounded as well.
pub const MAX_CANDIDATES: usize = 20_000;

/// A path that was verified. Only [`verify`] makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    path: Vec<Certificate>,
}

impl Accepted {
    /// The certificates from the end entity's to the anchor's.
    pub fn path(&self) -> &[Certificate] {
        &self.path
    }

    /// The trust anchor.
    pub fn anchor(&self) -> Option<&Certificate> {
        self.path.last()
    }
}

/// Finds a path from `end_entity` through `intermediates` to one of `anchors` that is valid at `at`.
///
/// With `crls`, each certificate but the anchor must be on no revocation list, and there must be a current one that says so. Without,
/// revocation is not asked. An anchor must itself be valid at `at`.
///
/// # Errors
/// Why there is no such path: of the paths that were tried, the fault of the one that came farthest.
pub fn verify(
    end_entity: &Certificate,
    anchors: &[Certificate],
    intermediates: &[Certificate],
    crls: Option<&[CertificateList]>,
    at: Timestamp,
) -> Result<Accepted, Refused> {
    verify_within(end_entity, anchors, intermediates, crls, at, MAX_INTERMEDIATES)
}

/// As [`verify`], with at most `max_intermediates` between the end entity and the anchor, and never more than
/// [`MAX_INTERMEDIATES`].
///
/// # Errors
/// As [`verify`]; [`Cause::TooLong`] where only longer paths exist.
pub fn verify_within(
    end_entity: &Certificate,
    anchors: &[Certificate],
    intermediates: &[Certificate],
    crls: Option<&[CertificateList]>,
    at: Timestamp,
    max_intermediates: usize,
) -> Result<Accepted, Refused> {
    rules::any_certificate(end_entity, at)?;
    let mut search = Search {
        anchors,
        intermediates,
        crls,
        at,
        max_intermediates: max_intermediates.min(MAX_INTERMEDIATES),
        signatures: 0,
        candidates: 0,
        farthest: None,
    };
    let mut path = vec![end_entity];
    match search.extend(&mut path) {
        Ok(true) => Ok(Accepted { path: path.into_iter().cloned().collect() }),
        Err(exhausted) => Err(exhausted),
        Ok(false) => Err(match search.farthest {
            Some((_, refused)) => refused,
            None => Refused::of(end_entity, Cause::NoIssuer { issuer: end_entity.issuer().clone() }),
        }),
    }
}

/// A depth-first search from the end entity upwards.
struct Search<'a> {
    anchors: &'a [Certificate],
    intermediates: &'a [Certificate],
    crls: Option<&'a [CertificateList]>,
    at: Timestamp,
    max_intermediates: usize,
    /// Signatures verified, candidates of the right name that were refused before included.
    signatures: usize,
    candidates: usize,
    /// How long the path was that failed last, and why.
    farthest: Option<(usize, Refused)>,
}

impl<'a> Search<'a> {
    /// Extends a path whose links are verified up to its last certificate. Errors end the search.
    fn extend(&mut self, path: &mut Vec<&'a Certificate>) -> Result<bool, Refused> {
        let Some(&subject) = path.last() else { return Ok(false) };
        let anchors = self.anchors.iter().map(|anchor| (anchor, true));
        let intermediates = self.intermediates.iter().map(|intermediate| (intermediate, false));
        let mut known = false;
        for (issuer, is_anchor) in anchors.chain(intermediates) {
            self.candidates += 1;
            if self.candidates > MAX_CANDIDATES {
                return Err(Refused::of(subject, Cause::SearchTooLarge { maximum: MAX_CANDIDATES }));
            }
            if !issuer.subject().matches(subject.issuer()) || (!is_anchor && path.contains(&issuer)) {
                continue;
            }
            known = true;
            match self.link(path, issuer, is_anchor) {
                Ok(()) => {}
                Err(refused) if refused.cause.ends_search() => return Err(refused),
                Err(refused) => {
                    self.note(path.len(), refused);
                    continue;
                }
            }
            path.push(issuer);
            if is_anchor || self.extend(path)? {
                return Ok(true);
            }
            path.pop();
        }
        if !known {
            self.note(path.len(), Refused::of(subject, Cause::NoIssuer { issuer: subject.issuer().clone() }));
        }
        Ok(false)
    }

    /// Whether `issuer` may stand above the last certificate of `path`, and signed it.
    fn link(
        &mut self,
        path: &[&'a Certificate],
        issuer: &'a Certificate,
        is_anchor: bool,
    ) -> Result<(), Refused> {
        let Some(&subject) = path.last() else { return Ok(()) };
        let below = &path[1..];
        if !is_anchor && below.len() >= self.max_intermediates {
            return Err(Refused::of(subject, Cause::TooLong { maximum: self.max_intermediates }));
        }
        // The rules look at the key, which costs as much as a signature.
        self.spend_signature(subject)?;
        rules::any_certificate(issuer, self.at)?;
        rules::authority(issuer, below, is_anchor)?;
        let key = issuer.public_key().map_err(|error| Refused::of(issuer, Cause::Key(error)))?;
        subject.verify_signed_by(&key).map_err(|error| Refused::of(subject, Cause::Signature(error)))?;
        match self.crls {
            Some(crls) => revocation::check(self, subject, issuer, &key, crls),
            None => Ok(()),
        }
    }

    fn spend_signature(&mut self, subject: &Certificate) -> Result<(), Refused> {
        self.signatures += 1;
        if self.signatures > MAX_SIGNATURES {
            return Err(Refused::of(subject, Cause::TooManySignatures { maximum: MAX_SIGNATURES }));
        }
        Ok(())
    }

    fn note(&mut self, length: usize, refused: Refused) {
        if self.farthest.as_ref().is_none_or(|(farthest, _)| *farthest < length) {
            self.farthest = Some((length, refused));
        }
    }
}

#[cfg(test)]
mod tests;
