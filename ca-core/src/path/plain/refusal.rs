//! Why a path is refused.

use crate::algorithm::VerifyError;
use crate::key::{KeyError, weak::WeakKey};
use crate::x509::extension::{ExtensionError, ReasonCode};
use crate::x509::{Certificate, Name, Oid, SerialNumber};
use jiff::Timestamp;

/// A certificate without a valid path, and why.
#[derive(Debug, thiserror::Error)]
#[error("{subject} (serial {serial}): {cause}")]
pub struct Refused {
    /// The subject of the certificate that is at fault.
    pub subject: Name,
    /// Its serial number.
    pub serial: SerialNumber,
    /// What is wrong with it.
    pub cause: Box<Cause>,
}

/// What is wrong with a certificate of a path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// Nobody of its issuer's name is known.
    #[error("its issuer {issuer} is neither a trust anchor nor among the intermediate certificates")]
    NoIssuer {
        /// The issuer's name.
        issuer: Name,
    },
    /// Not valid yet.
    #[error("it is not valid before {not_before}, and the time is {at}")]
    NotYetValid {
        /// The time that was asked about.
        at: Timestamp,
        /// Its start.
        not_before: Timestamp,
    },
    /// Not valid any more.
    #[error("it is not valid after {not_after}, and the time is {at}")]
    Expired {
        /// The time that was asked about.
        at: Timestamp,
        /// Its end.
        not_after: Timestamp,
    },
    /// Its signature does not count.
    #[error("its issuer's key did not sign it: {0}")]
    Signature(VerifyError),
    /// Its key cannot be used.
    #[error("its key cannot be used: {0}")]
    Key(KeyError),
    /// Its key is weak.
    #[error("its key is weak: {0}")]
    WeakKey(WeakKey),
    /// An extension stands twice or cannot be read.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
    /// A critical extension without a meaning here.
    #[error("its critical extension {oid} is not understood")]
    UnknownCriticalExtension {
        /// Which one.
        oid: Oid,
    },
    /// An extension that restricts the path in a way that is not judged.
    #[error("its extension {oid} restricts what follows in a way that cannot be judged yet")]
    NotJudged {
        /// Which one.
        oid: Oid,
    },
    /// It issued a certificate and is no authority.
    #[error("it is not the certificate of an authority: {}", if *.stated { "basicConstraints says so" } else { "it has no basicConstraints" })]
    NotAuthority {
        /// Whether it has basicConstraints.
        stated: bool,
    },
    /// Its key may not sign certificates.
    #[error("its key usage does not include keyCertSign")]
    MayNotSignCertificates,
    /// More intermediates follow than it allows.
    #[error("{followed_by} intermediate authorities follow it, and pathLenConstraint allows {allowed}")]
    PathLength {
        /// How many it allows.
        allowed: u32,
        /// How many follow, those not counted that are self-issued.
        followed_by: usize,
    },
    /// The path is longer than is looked for.
    #[error("more than {maximum} intermediate authorities")]
    TooLong {
        /// The bound.
        maximum: usize,
    },
    /// Too many signatures would have to be verified.
    #[error("more than {maximum} signatures would have to be verified")]
    TooManySignatures {
        /// The bound.
        maximum: usize,
    },
    /// Too many candidates.
    #[error("more than {maximum} candidates for issuers would have to be looked at")]
    SearchTooLarge {
        /// The bound.
        maximum: usize,
    },
    /// It is revoked.
    #[error("it was revoked at {since}{}", .reason.map(|reason| format!(" ({reason})")).unwrap_or_default())]
    Revoked {
        /// Since when.
        since: Timestamp,
        /// Why, where that is said.
        reason: Option<ReasonCode>,
    },
    /// No revocation list answers for it.
    #[error("no revocation list of {issuer} answers for it at {at}{}", .rejected.as_ref().map(|why| format!("; one was passed over: {why}")).unwrap_or_default())]
    RevocationUnknown {
        /// Its issuer.
        issuer: Name,
        /// The time that was asked about.
        at: Timestamp,
        /// Why a list of that issuer does not count, where there is one.
        rejected: Option<Box<CrlFault>>,
    },
}

/// Why a revocation list does not count.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrlFault {
    /// Not issued yet.
    #[error("it is of {this_update}, which is later")]
    NotYetValid {
        /// When it was issued.
        this_update: Timestamp,
    },
    /// Out of date.
    #[error("its nextUpdate was {next_update}")]
    Stale {
        /// By when there was to be another.
        next_update: Timestamp,
    },
    /// Without an end.
    #[error("it has no nextUpdate")]
    NoNextUpdate,
    /// Its signature does not count.
    #[error("the issuer's key did not sign it: {0}")]
    Signature(VerifyError),
    /// The issuer's key may not sign revocation lists.
    #[error("the issuer's key usage does not include cRLSign")]
    MayNotSignCrls,
    /// An extension stands twice or cannot be read.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
    /// A critical extension without a meaning here, of the list or of an entry.
    #[error("its critical extension {oid} is not understood")]
    UnknownCriticalExtension {
        /// Which one.
        oid: Oid,
    },
    /// It answers for other certificates or not for all reasons.
    #[error("it does not cover this certificate for all reasons")]
    Scope,
    /// It only adds to another one.
    #[error("it is a delta CRL")]
    Delta,
}

impl Refused {
    pub(super) fn of(certificate: &Certificate, cause: impl Into<Cause>) -> Self {
        let (subject, serial) = (certificate.subject().clone(), certificate.serial().clone());
        Self { subject, serial, cause: Box::new(cause.into()) }
    }

    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        self.cause.code()
    }
}

impl Cause {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoIssuer { .. } => "path-no-issuer",
            Self::NotYetValid { .. } => "certificate-not-yet-valid",
            Self::Expired { .. } => "certificate-expired",
            Self::Signature(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::WeakKey(error) => error.code(),
            Self::Extension(error) => error.code(),
            Self::UnknownCriticalExtension { .. } => "path-unknown-critical-extension",
            Self::NotJudged { .. } => "path-extension-not-judged",
            Self::NotAuthority { .. } => "path-not-an-authority",
            Self::MayNotSignCertificates => "path-may-not-sign-certificates",
            Self::PathLength { .. } => "path-length-exceeded",
            Self::TooLong { .. } => "path-too-long",
            Self::TooManySignatures { .. } | Self::SearchTooLarge { .. } => "path-search-too-large",
            Self::Revoked { .. } => "certificate-revoked",
            Self::RevocationUnknown { .. } => "revocation-unknown",
        }
    }

    /// Whether trying other paths is of no use.
    pub(super) fn ends_search(&self) -> bool {
        matches!(self, Self::TooManySignatures { .. } | Self::SearchTooLarge { .. })
    }
}
