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
use crate::x509::extension::Extensions;
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
