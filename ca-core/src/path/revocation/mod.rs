//! Whether a certificate of a path is revoked, RFC 5280 §6.3 and RFC 6960.
//!
//! All evidence that is there is asked. A revocation is final, whoever says it; of a hold and an answer that takes it back, the
//! newer counts. Names stand for authorities here as in RFC 5280: what is signed by another key of the issuer's name counts where
//! a valid path leads to that key from the same anchor.

mod cause;
mod delta;
mod evidence;
mod fault;
mod lists;
mod reasons;
mod response;
mod scope;
mod signer;
mod validator;
mod verdict;

#[cfg(test)]
mod tests;

pub use cause::RevocationCause;
pub use evidence::{Evidence, Freshness, Mode, Source};
pub use fault::{Answering, Fault, PassedOver};
pub use response::MAX_AGE_WITHOUT_NEXT_UPDATE;
pub use validator::{IssuerOf, SignerRole, Validator};

use crate::x509::Certificate;
use const_oid::ObjectIdentifier;
use jiff::Timestamp;
use verdict::{Asked, Found, Verdict};

/// noRevAvail, RFC 9608 §2.
const NEVER_AVAILABLE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.56");

/// The most of what does not count that is told.
const MAX_PASSED_OVER: usize = 8;

/// Whether `certificate`, which `issuer` signed, is revoked at `at`, by `evidence`. The path down to `issuer` must be valid.
///
/// # Errors
/// It is revoked; or nothing answers for it, and that is not accepted; or the work that is allowed is done.
pub fn check<'a>(
    certificate: &'a Certificate,
    issuer: &IssuerOf<'_>,
    evidence: &'a Evidence,
    at: Timestamp,
    context: &mut dyn Validator<'a>,
) -> Result<Freshness, RevocationCause> {
    let asked = Asked { certificate, issuer, evidence, at };
    let mut passed_over = Vec::new();
    let by_response = response::status(&asked, context, &mut passed_over)?;
    let found = match by_response {
        Some(found) if found.verdict.is_final() => Some(found),
        _ => newest(by_response, lists::status(&asked, context, &mut passed_over)?),
    };
    match found {
        Some(Found { verdict: Verdict::Revoked { since, reason }, .. }) => {
            Err(RevocationCause::Revoked { since, reason })
        }
        Some(Found { verdict: Verdict::Good, this_update, next_update, source }) => {
            Ok(Freshness { this_update: Some(this_update), next_update, source })
        }
        None if is_never_answered_for(certificate) => Ok(Freshness::without(Source::NeverAvailable)),
        None if evidence.mode == Mode::Soft => Ok(Freshness::without(Source::None)),
        None => {
            passed_over.truncate(MAX_PASSED_OVER);
            Err(RevocationCause::Unknown { issuer: Box::new(issuer.name.clone()), at, passed_over })
        }
    }
}

/// A final revocation before all else; else the newer one, and of two of one time the one that says revoked.
fn newest(one: Option<Found>, other: Option<Found>) -> Option<Found> {
    let weight =
        |found: &Found| (found.verdict.is_final(), found.this_update, found.verdict != Verdict::Good);
    one.into_iter().chain(other).max_by_key(weight)
}

/// RFC 9608 §4: of end entities only.
fn is_never_answered_for(certificate: &Certificate) -> bool {
    let is_authority = certificate.basic_constraints().map_or(true, |it| it.is_some_and(|it| it.ca));
    !is_authority && certificate.extensions().iter().any(|extension| extension.oid == NEVER_AVAILABLE)
}
