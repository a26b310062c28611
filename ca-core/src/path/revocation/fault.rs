//! Why a revocation list or an OCSP response does not count.

use crate::algorithm::VerifyError;
use crate::path::Cause;
use crate::x509::Malformed;
use crate::x509::Oid;
use crate::x509::extension::ExtensionError;
use core::fmt;
use jiff::{SignedDuration, Timestamp};

/// Something that could have answered for a certificate and does not count.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{what} does not count: {fault}")]
pub struct PassedOver {
    /// What it is.
    pub what: Answering,
    /// Why it does not count.
    pub fault: Fault,
}

/// What answers for certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answering {
    /// A revocation list.
    List {
        /// When it was issued.
        this_update: Timestamp,
    },
    /// An OCSP response.
    Response {
        /// When it was signed.
        produced_at: Timestamp,
    },
}

impl fmt::Display for Answering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List { this_update } => write!(f, "the revocation list of {this_update}"),
            Self::Response { produced_at } => write!(f, "the OCSP response of {produced_at}"),
        }
    }
}

/// Why it does not count.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Fault {
    /// Of later.
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
    /// Older than was asked for.
    #[error("it is of {this_update} and may be no older than {maximum:#}")]
    TooOld {
        /// When it was issued.
        this_update: Timestamp,
        /// The bound.
        maximum: SignedDuration,
    },
    /// A list without an end, RFC 5280 §5.1.2.5.
    #[error("it has no nextUpdate")]
    NoNextUpdate,
    /// An extension stands twice or cannot be read.
    #[error(transparent)]
    Extension(#[from] ExtensionError),
    /// A name in it cannot be read.
    #[error(transparent)]
    Name(#[from] Malformed),
    /// A critical extension without a meaning here, of the whole or of an entry.
    #[error("its critical extension {oid} is not understood")]
    UnknownCriticalExtension {
        /// Which one.
        oid: Oid,
    },
    /// Its scope does not hold the certificate.
    #[error("its scope does not hold this certificate")]
    Scope,
    /// It and those that count do not answer for all reasons together.
    #[error("it answers for some reasons only")]
    SomeReasons,
    /// Its entries name issuers, and it does not say that it is indirect.
    #[error("its entries are about certificates of other issuers, and it is not an indirect one")]
    NotIndirect,
    /// Without a number that is not critical, RFC 5280 §5.2.3: which of two lists is the later one cannot be told.
    #[error("{}", if *.critical { "its number is critical" } else { "it has no number" })]
    Number {
        /// Whether it has one.
        critical: bool,
    },
    /// A delta CRL without the complete one that it adds to.
    #[error("it is a delta CRL, and the complete one that it adds to is not there")]
    NoBase,
    /// Nobody is known who could have signed it.
    #[error("nobody is known who may sign it")]
    NoSigner,
    /// It is not signed by who should have.
    #[error("its signature does not hold: {0}")]
    Signature(VerifyError),
    /// There is no valid path to its signer, or the signer may not sign such.
    #[error("its signer is not valid: {0}")]
    Signer(Box<Cause>),
    /// The signer's key may not sign revocation lists, RFC 5280 §6.3.3 (f).
    #[error("the key usage of its signer does not include cRLSign")]
    MayNotSignCrls,
    /// The authority did not delegate its answers, RFC 6960 §4.2.2.2.
    #[error("the authority did not delegate its answers to the responder: {reason}")]
    NotDelegated {
        /// What is missing.
        reason: &'static str,
    },
    /// The responder does not know.
    #[error("the responder does not know the certificate")]
    Unknown,
}

impl Fault {
    /// Stable code of this fault.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotYetValid { .. } => "revocation-not-yet-valid",
            Self::Stale { .. } => "revocation-stale",
            Self::TooOld { .. } => "revocation-too-old",
            Self::NoNextUpdate => "crl-no-next-update",
            Self::Extension(error) => error.code(),
            Self::Name(error) => error.code(),
            Self::UnknownCriticalExtension { .. } => "revocation-unknown-critical-extension",
            Self::Scope => "crl-scope",
            Self::SomeReasons => "crl-some-reasons",
            Self::Number { .. } => "crl-number",
            Self::NotIndirect => "crl-not-indirect",
            Self::NoBase => "crl-no-base",
            Self::NoSigner => "revocation-no-signer",
            Self::Signature(error) => error.code(),
            Self::Signer(cause) => cause.code(),
            Self::MayNotSignCrls => "crl-signer-may-not-sign-crls",
            Self::NotDelegated { .. } => "ocsp-responder-not-delegated",
            Self::Unknown => "ocsp-status-unknown",
        }
    }
}
