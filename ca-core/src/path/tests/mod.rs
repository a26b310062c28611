//! Statements about judgements.

mod building;
mod hostile;
mod policies;
mod revocation;
mod rules;
mod trees;

use super::*;
use crate::x509::testing::{Party, at};
use crate::x509::{Certificate, Name};

const NOW: &str = "2026-06-15T12:00:00Z";

/// What a refusal says.
#[derive(Debug)]
struct Why {
    code: &'static str,
    /// The subject of the certificate at fault.
    at: Option<Name>,
}

impl From<Refused<'_>> for Why {
    fn from(refused: Refused<'_>) -> Self {
        let at = refused.decisive().certificate().map(|certificate| certificate.subject().clone());
        Self { code: refused.code(), at }
    }
}

fn anchor(party: &Party) -> TrustAnchor {
    TrustAnchor::from_certificate(&party.certificate).unwrap()
}

fn certificates(parties: &[&Party]) -> Vec<Certificate> {
    parties.iter().map(|party| party.certificate.clone()).collect()
}

/// The path that is found, the end entity's certificate first, without the anchor.
fn path(leaf: &Party, root: &Party, intermediates: &[&Party]) -> Result<Vec<Certificate>, Why> {
    asked(leaf, &[anchor(root)], intermediates, |question| question)
}

fn asked(
    leaf: &Party,
    anchors: &[TrustAnchor],
    intermediates: &[&Party],
    with: impl for<'a> FnOnce(Question<'a>) -> Question<'a>,
) -> Result<Vec<Certificate>, Why> {
    let pool = certificates(intermediates);
    let question = Question { intermediates: &pool, ..Question::new(&leaf.certificate, anchors, at(NOW)) };
    let accepted = judge(&with(question)).into_result().map_err(Why::from)?;
    Ok(accepted.path().iter().map(|&certificate| certificate.clone()).collect())
}
