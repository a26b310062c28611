//! What the checking of revocation needs of path validation.

use crate::key::PublicKey;
use crate::path::limits::Exhausted;
use crate::path::{Cause, TrustAnchor};
use crate::x509::{Certificate, Name};

/// The issuer of the certificate asked about: the next certificate of the path, or the anchor.
#[derive(Clone, Copy, Debug)]
pub struct IssuerOf<'a> {
    /// The issuer's name.
    pub name: &'a Name,
    /// The key that signed the certificate.
    pub key: &'a PublicKey,
    /// The issuer's certificate; `None` where it is an anchor that came without one.
    pub certificate: Option<&'a Certificate>,
    /// Whether it is the anchor.
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
