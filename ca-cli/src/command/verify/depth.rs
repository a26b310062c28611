//! Paths of bounded length.

use ca_core::path::plain::{self as path, Accepted};
use ca_core::x509::{Certificate, CertificateList};
use jiff::Timestamp;

use crate::report::Notice;

/// The most chains of intermediates that are tried where a longer path than allowed was found first. Pools with
/// this many short ways to one anchor are made to be expensive.
const MAX_CHAINS: usize = 1000;

/// Verifies with at most `max_depth` intermediates.
///
/// The search of the core may find a longer path where a shorter one exists as well. With a pool of no more
/// certificates than the depth no path can be too long, so that each chain of names is tried as a pool of its own.
pub(super) fn verify(
    certificate: &Certificate,
    anchors: &[Certificate],
    intermediates: &[Certificate],
    crls: Option<&[CertificateList]>,
    time: Timestamp,
    max_depth: Option<usize>,
) -> Result<Accepted, Notice> {
    let verify = |pool: &[Certificate]| {
        path::verify(certificate, anchors, pool, crls, time)
            .map_err(|refused| Notice { code: refused.code().to_owned(), detail: refused.to_string() })
    };
    let accepted = verify(intermediates)?;
    // The end entity's and the anchor's do not count.
    let depth = accepted.path().len().saturating_sub(2);
    let Some(max_depth) = max_depth.filter(|max_depth| depth > *max_depth) else { return Ok(accepted) };
    let mut chains: Vec<Vec<&Certificate>> = vec![Vec::new()];
    let mut tried = 0;
    while let Some(chain) = chains.pop() {
        tried += 1;
        if tried > MAX_CHAINS {
            break;
        }
        let pool: Vec<Certificate> = chain.iter().copied().cloned().collect();
        if let Ok(accepted) = verify(&pool) {
            return Ok(accepted);
        }
        if chain.len() < max_depth {
            let top = chain.last().copied().unwrap_or(certificate);
            let above = intermediates
                .iter()
                .filter(|next| next.subject().matches(top.issuer()) && !chain.contains(next));
            chains.extend(above.map(|next| chain.iter().copied().chain([next]).collect()));
        }
    }
    let detail = format!("the path needs {depth} intermediate certificates, and {max_depth} are allowed");
    Err(Notice { code: "path-too-deep".to_owned(), detail })
}
