//! Whether a certificate of a path is revoked, RFC 5280 §6.3 and RFC 6960.

use super::limits::Exhausted;
use super::{Cause, TrustAnchor};
use crate::key::PublicKey;
use crate::ocsp::BasicResponse;
use crate::x509::extension::ReasonCode;
use crate::x509::{Certificate, CertificateList, Name};
use jiff::Timestamp;

/// What is known about revocation. Nothing of it is believed before its signature and its signer's path are verified.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Revocation lists of any issuers, complete ones and deltas.
    pub crls: Vec<CertificateList>,
    /// OCSP responses.
    pub responses: Vec<BasicResponse>,
    /// What becomes of a certificate that nothing answers for.
    pub mode: Mode,
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
    /// When it was known.
    pub this_update: Option<Timestamp>,
    /// Until when that may be relied on.
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
    /// Nothing answers, and that was accepted ([`Mode::Soft`]).
    None,
}

/// Why a certificate is refused.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationCause {
    /// It is revoked.
    #[error("it was revoked at {since}{}", .reason.map(|reason| format!(" ({reason})")).unwrap_or_default())]
    Revoked {
        /// Since when.
        since: Timestamp,
        /// Why, where that is said.
        reason: Option<ReasonCode>,
    },
    /// The work that is allowed is done.
    #[error(transparent)]
    Exhausted(#[from] Exhausted),
}

impl RevocationCause {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Revoked { .. } => "certificate-revoked",
            Self::Exhausted(error) => error.code(),
        }
    }

    /// Where the rule stands.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Revoked { .. } => "RFC 5280 §6.3",
            Self::Exhausted(_) => "RFC 4158 §2.4.2",
        }
    }

    /// Whether the work that is allowed is done, so that nothing else need be tried.
    pub fn is_exhausted(&self) -> bool {
        matches!(self, Self::Exhausted(_))
    }
}

/// The issuer of the certificate asked about: the next certificate of the path, or the anchor.
#[derive(Clone, Copy, Debug)]
pub struct IssuerOf<'a> {
    /// The issuer's name.
    pub name: &'a Name,
    /// The key that signed the certificate.
    pub key: &'a PublicKey,
    /// The issuer's certificate; `None` where it is an anchor that came without one.
    pub certificate: Option<&'a Certificate>,
    /// Whether it is the anchor, whose certificate's extensions restrict nothing.
    pub is_anchor: bool,
}

/// What a signer of revocation information must be allowed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignerRole {
    /// Sign revocation lists: key usage cRLSign, where there is key usage.
    Crl,
    /// Sign OCSP responses: extended key usage OCSPSigning.
    Ocsp,
}

/// What the path validation does for the checking of revocation.
pub trait Validator<'a> {
    /// Certificates with this subject that paths may be built of, those of the path included. None is validated.
    fn candidates(&self, name: &Name) -> Vec<&'a Certificate>;

    /// The anchor of the path under validation: its key may sign revocation lists in its name.
    fn anchor(&self) -> &'a TrustAnchor;

    /// The key of a signer, once there is a valid path to it from the anchor of the path under validation (RFC 5280 §6.3.3 (f)),
    /// in which each certificate's own status is known to be good, but for that of an OCSP signer with ocsp-nocheck.
    ///
    /// # Errors
    /// Why there is none; [`Cause::Exhausted`] must be passed on. A signer whose own status depends on what it signs is refused.
    fn validate_signer(&mut self, signer: &'a Certificate, role: SignerRole) -> Result<PublicKey, Cause>;

    /// To be called before each signature that is verified.
    ///
    /// # Errors
    /// No more may be verified.
    fn spend_signature(&mut self) -> Result<(), Exhausted>;

    /// To be called for work that grows with what was received.
    ///
    /// # Errors
    /// No more may be done.
    fn spend_steps(&mut self, count: usize) -> Result<(), Exhausted>;
}
