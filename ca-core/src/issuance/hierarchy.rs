//! Authorities below a root, and OCSP responders: requests made by whoever holds the key, and issued like all others.
//!
//! Profiles of these kinds are not for requesters ([`AuthorizedRequest::new`] refuses them), so that no address of a
//! server leads to the certificate of an authority: whoever calls this is a ceremony, or a server that makes a
//! responder for itself.

use std::sync::Arc;

use rand_core::CryptoRng;
use thiserror::Error;

use super::{AuthorizationError, AuthorizedRequest, Choices};
use crate::algorithm::Signer;
use crate::key::BlockedKeys;
use crate::profile::{Kind, Profile};
use crate::x509::extension::{
    Extension, ExtensionValue, Extensions, InhibitAnyPolicy, NameConstraints, PolicyConstraints,
    PolicyMappings,
};
use crate::x509::name::Name;
use crate::x509::request::{CertificationRequest, CreateError, RequestError, VerifiedRequest};

/// Checks a request for an authority or a responder against its profile.
///
/// # Errors
/// [`AuthorizationError`]; profiles of roots and end entities are refused here.
pub fn authorize(
    profile: Arc<Profile>,
    request: VerifiedRequest,
    choices: Choices,
    blocked: &dyn BlockedKeys,
) -> Result<AuthorizedRequest, AuthorizationError> {
    if !matches!(profile.kind(), Kind::Authority | Kind::Ocsp) {
        return Err(AuthorizationError::NotOfTheHierarchy {
            profile: profile.name().to_owned(),
            kind: profile.kind(),
        });
    }
    AuthorizedRequest::check(profile, &request, choices, blocked)
}

/// What an authority of another domain may not do (RFC 5280 sections 4.2.1.5, 4.2.1.10, 4.2.1.11 and 4.2.1.14).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Constraints {
    /// Which names it may certify.
    pub names: Option<NameConstraints>,
    /// Which of its policies count for which of the issuer's.
    pub mappings: Option<PolicyMappings>,
    /// From where on policies are required, and mappings do not count.
    pub policies: Option<PolicyConstraints>,
    /// From where on any policy stands for no other.
    pub inhibit_any_policy: Option<InhibitAnyPolicy>,
}

impl Constraints {
    /// The extensions, all of them critical: who does not understand a limit must not pass over it.
    pub(super) fn extensions(&self) -> Vec<Extension> {
        let names = self.names.as_ref().filter(|names| !names.is_empty());
        [
            names.map(|names| names.to_extension(true)),
            self.mappings.as_ref().map(|mappings| mappings.to_extension(true)),
            self.policies.map(|policies| policies.to_extension(true)),
            self.inhibit_any_policy.map(|inhibit| inhibit.to_extension(true)),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

/// Makes the request of an authority or a responder: by its own key, and read back and verified like any other, so that
/// possession of the key is proven. A key in this process and one behind a device take the same way; a request that
/// comes from another machine is read by [`CertificationRequest::from_der`] and verified instead.
///
/// # Errors
/// [`RequestForKeyError`] where the key does not sign, is weak, or its signature does not verify.
pub fn request(
    subject: &Name,
    signer: &dyn Signer,
    rng: &mut dyn CryptoRng,
) -> Result<VerifiedRequest, RequestForKeyError> {
    let made = CertificationRequest::create(subject, &Extensions::default(), signer, rng)?;
    Ok(CertificationRequest::from_der(made.der())?.verify()?)
}

/// Why no request is made for a key.
#[derive(Debug, Error)]
pub enum RequestForKeyError {
    /// The request cannot be made.
    #[error("{0}")]
    Create(#[from] CreateError),
    /// The request does not verify.
    #[error("{0}")]
    Verify(#[from] RequestError),
}

impl RequestForKeyError {
    /// A stable code of the error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Create(error) => error.code(),
            Self::Verify(error) => error.code(),
        }
    }
}
