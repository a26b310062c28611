//! Requests that a profile agrees to.

use std::sync::Arc;

use jiff::Timestamp;
use thiserror::Error;

use super::alternative_names::{self, AlternativeNameRefusal};
use super::identity::{self, IdentityRefusal};
use crate::key::{BlockedKeys, PublicKey};
use crate::profile::{KeyRefusal, Kind, Profile, SubjectRefusal};
use crate::x509::extension::{Decoded, GeneralName, IdentityNumber};
use crate::x509::name::Name;
use crate::x509::oid::Oid;
use crate::x509::request::{RequestError, VerifiedRequest};

/// What a requester chooses beside the certification request, as far as the profile lets it.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    /// A subject in place of the request's.
    pub subject: Option<Name>,
    /// Alternative names in place of the request's.
    pub alternative_names: Option<Vec<GeneralName>>,
    /// The end of validity, in whole seconds; fractions are cut.
    pub not_after: Option<Timestamp>,
}

/// Something that a requester may choose under some profiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// [`Choices::subject`].
    Subject,
    /// [`Choices::alternative_names`].
    AlternativeNames,
    /// [`Choices::not_after`].
    NotAfter,
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Subject => "the subject",
            Self::AlternativeNames => "the alternative names",
            Self::NotAfter => "the end of validity",
        })
    }
}

/// Why a verified request gets no certificate under a profile.
#[derive(Debug, Error)]
pub enum AuthorizationError {
    /// The profile is for authorities or responders, which ask in another way.
    #[error("profile {profile} makes certificates of kind {kind}, which are not for requesters")]
    Reserved {
        /// Name of the profile.
        profile: String,
        /// Its kind.
        kind: Kind,
    },
    /// The profile is not for what the hierarchy is made of.
    #[error(
        "profile {profile} makes certificates of kind {kind}, not of authorities below a root or responders"
    )]
    NotOfTheHierarchy {
        /// Name of the profile.
        profile: String,
        /// Its kind.
        kind: Kind,
    },
    /// The profile does not let requesters choose this.
    #[error("profile {profile} does not let requesters choose {choice}")]
    ChoiceNotAllowed {
        /// Name of the profile.
        profile: String,
        /// What was chosen.
        choice: Choice,
    },
    /// The key is blocked.
    #[error("the key is blocked")]
    BlockedKey,
    /// The profile does not take the key.
    #[error("{0}")]
    Key(#[from] KeyRefusal),
    /// The profile does not take the subject.
    #[error("{0}")]
    Subject(#[from] SubjectRefusal),
    /// The profile does not take the alternative names.
    #[error("{0}")]
    AlternativeName(#[from] AlternativeNameRefusal),
    /// The profile does not take the identity numbers.
    #[error("{0}")]
    Identity(#[from] IdentityRefusal),
    /// The request asks to be an authority.
    #[error(
        "the request asks for the certificate of an authority (basicConstraints with cA), profile {profile} does not make one"
    )]
    AsksForAuthority {
        /// Name of the profile.
        profile: String,
    },
    /// The request insists on an extension that is not known.
    #[error(
        "the request asks for the critical extension {oid}, which is not known, or not for requests to ask for"
    )]
    UnknownCriticalExtension {
        /// Its object identifier.
        oid: Oid,
    },
    /// The request is not of the form that certificates are issued on.
    #[error("{0}")]
    Request(#[source] RequestError),
    /// The extensions of the request cannot be read.
    #[error("{0}")]
    Extensions(#[source] RequestError),
    /// An extension of the request cannot be read.
    #[error("the request asks for an extension {oid} that cannot be read: {reason}")]
    UnreadableExtension {
        /// Its object identifier.
        oid: Oid,
        /// Why.
        reason: String,
    },
}

impl AuthorizationError {
    /// A stable code of the refusal.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Reserved { .. } => "profile-reserved",
            Self::NotOfTheHierarchy { .. } => "profile-not-of-the-hierarchy",
            Self::ChoiceNotAllowed { .. } => "choice-not-allowed",
            Self::BlockedKey => "key-blocked",
            Self::Key(refusal) => refusal.code(),
            Self::Subject(refusal) => refusal.code(),
            Self::AlternativeName(refusal) => refusal.code(),
            Self::Identity(refusal) => refusal.code(),
            Self::AsksForAuthority { .. } => "request-asks-for-authority",
            Self::UnknownCriticalExtension { .. } => "request-unknown-critical-extension",
            Self::Request(error) | Self::Extensions(error) => error.code(),
            Self::UnreadableExtension { .. } => "request-extension-unreadable",
        }
    }
}

/// A request that proved possession of its key and that a profile agrees to.
#[derive(Debug)]
pub struct AuthorizedRequest {
    profile: Arc<Profile>,
    subject: Name,
    public_key: PublicKey,
    alternative_names: Vec<GeneralName>,
    identity: Vec<IdentityNumber>,
    not_after: Option<Timestamp>,
}

impl AuthorizedRequest {
    /// Checks a request for an end entity against a profile: key, subject, alternative names and choices.
    ///
    /// Of the extensions that the request asks for, the alternative names and identity numbers are taken as the profile says. Key usage,
    /// extended key usage, key identifiers and policies are the profile's to set; what the request says of them is
    /// not read. One that asks to be an authority, or for an unknown extension that it calls critical, is refused.
    ///
    /// # Errors
    /// [`AuthorizationError`]; profiles of roots, authorities and responders are refused here, see
    /// [`super::hierarchy::authorize`] and [`super::root`].
    pub fn new(
        profile: Arc<Profile>,
        request: VerifiedRequest,
        choices: Choices,
        blocked: &dyn BlockedKeys,
    ) -> Result<Self, AuthorizationError> {
        if profile.kind() != Kind::EndEntity {
            return Err(AuthorizationError::Reserved {
                profile: profile.name().to_owned(),
                kind: profile.kind(),
            });
        }
        Self::check(profile, &request, choices, blocked)
    }

    /// The checks that hold for every kind of profile.
    pub(super) fn check(
        profile: Arc<Profile>,
        request: &VerifiedRequest,
        choices: Choices,
        blocked: &dyn BlockedKeys,
    ) -> Result<Self, AuthorizationError> {
        request.request().require_conforming().map_err(AuthorizationError::Request)?;
        choices_allowed(&profile, &choices)?;
        let public_key = request.public_key().clone();
        if blocked.is_blocked(&public_key.normalized()) {
            return Err(AuthorizationError::BlockedKey);
        }
        profile.key().check(&public_key)?;
        let subject =
            profile.subject().apply(choices.subject.as_ref().unwrap_or_else(|| request.subject()))?;
        let requested = requested_alternative_names(&profile, request)?;
        let alternative_names = match choices.alternative_names {
            Some(chosen) => alternative_names::check(profile.alternative_names(), chosen)?,
            None if requested.is_empty() || profile.alternative_names().from_request => {
                alternative_names::check(profile.alternative_names(), requested)?
            }
            None => return Err(AlternativeNameRefusal::NotFromRequest.into()),
        };
        let extensions = request.extensions().map_err(AuthorizationError::Extensions)?;
        let identity = identity::check(profile.identity(), &extensions)?;
        Ok(Self { profile, subject, public_key, alternative_names, identity, not_after: choices.not_after })
    }

    /// The profile that agreed.
    #[must_use]
    pub const fn profile(&self) -> &Arc<Profile> {
        &self.profile
    }

    /// The subject, typed anew by the strict rules.
    #[must_use]
    pub const fn subject(&self) -> &Name {
        &self.subject
    }

    /// The key whose possession was proven.
    #[must_use]
    pub const fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The identity numbers.
    #[must_use]
    pub fn identity(&self) -> &[IdentityNumber] {
        &self.identity
    }

    /// The alternative names.
    #[must_use]
    pub fn alternative_names(&self) -> &[GeneralName] {
        &self.alternative_names
    }

    /// The chosen end of validity.
    #[must_use]
    pub const fn not_after(&self) -> Option<Timestamp> {
        self.not_after
    }
}

fn choices_allowed(profile: &Profile, choices: &Choices) -> Result<(), AuthorizationError> {
    let requester = profile.requester();
    let chosen = [
        (choices.subject.is_some(), requester.subject, Choice::Subject),
        (choices.alternative_names.is_some(), requester.alternative_names, Choice::AlternativeNames),
        (choices.not_after.is_some(), requester.not_after, Choice::NotAfter),
    ];
    match chosen.into_iter().find(|(chosen, allowed, _)| *chosen && !allowed) {
        Some((_, _, choice)) => {
            Err(AuthorizationError::ChoiceNotAllowed { profile: profile.name().to_owned(), choice })
        }
        None => Ok(()),
    }
}

/// Reads what the request asks for, and refuses what must not be passed over in silence.
fn requested_alternative_names(
    profile: &Profile,
    request: &VerifiedRequest,
) -> Result<Vec<GeneralName>, AuthorizationError> {
    let mut names = Vec::new();
    let extensions = request.extensions().map_err(AuthorizationError::Extensions)?;
    for extension in &extensions {
        match extension.decoded() {
            Decoded::BasicConstraints(constraints) if constraints.ca && !profile.kind().is_authority() => {
                return Err(AuthorizationError::AsksForAuthority { profile: profile.name().to_owned() });
            }
            Decoded::SubjectAlternativeName(requested) => names.extend(requested.0),
            Decoded::Unknown
            | Decoded::NameConstraints(_)
            | Decoded::PolicyMappings(_)
            | Decoded::PolicyConstraints(_)
            | Decoded::InhibitAnyPolicy(_)
            | Decoded::PrivateKeyUsagePeriod(_)
            | Decoded::SubjectInformationAccess(_)
            | Decoded::TlsFeature(_)
            | Decoded::QualifiedStatements(_)
            | Decoded::SignedTimestamps(_)
            | Decoded::Identity(_)
                if extension.critical =>
            {
                return Err(AuthorizationError::UnknownCriticalExtension { oid: extension.oid.clone() });
            }
            Decoded::Unreadable(malformed) if !extension.is_only_shown() => {
                return Err(AuthorizationError::UnreadableExtension {
                    oid: extension.oid.clone(),
                    reason: malformed.to_string(),
                });
            }
            _ => {}
        }
    }
    Ok(names)
}
