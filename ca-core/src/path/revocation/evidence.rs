//! What is known about revocation.

use crate::ocsp::BasicResponse;
use crate::x509::CertificateList;
use jiff::{SignedDuration, Timestamp};

/// What is known about revocation. Nothing of it is believed before its signature and its signer's path are verified.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Revocation lists of any issuers, complete ones and deltas.
    pub crls: Vec<CertificateList>,
    /// OCSP responses.
    pub responses: Vec<BasicResponse>,
    /// What becomes of a certificate that nothing answers for.
    pub mode: Mode,
    /// How old an answer may be, whatever the nextUpdate in it says.
    pub max_age: Option<SignedDuration>,
}

/// What becomes of a certificate that nothing answers for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// It is refused.
    #[default]
    Hard,
    /// It is taken not to be revoked.
    Soft,
}

/// By what a certificate is known not to be revoked, and how fresh that is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freshness {
    /// When it was known: the oldest thisUpdate of what answers together.
    pub this_update: Option<Timestamp>,
    /// Until when that may be relied on: the earliest nextUpdate.
    pub next_update: Option<Timestamp>,
    /// Where from.
    pub source: Source,
}

/// Where a status comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// Revocation lists.
    Crl,
    /// An OCSP response.
    Ocsp,
    /// Its issuer says in it that there is never an answer: noRevAvail, RFC 9608.
    NeverAvailable,
    /// Nothing answers, and that was accepted ([`Mode::Soft`]).
    None,
}

impl Freshness {
    /// That of what needs no answer, or got none.
    pub(super) const fn without(source: Source) -> Self {
        Self { this_update: None, next_update: None, source }
    }
}
