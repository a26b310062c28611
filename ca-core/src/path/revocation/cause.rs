//! Why a certificate is refused for its revocation status.

use super::fault::PassedOver;
use crate::path::limits::Exhausted;
use crate::x509::Name;
use crate::x509::extension::ReasonCode;
use jiff::Timestamp;

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
    /// Nothing answers for it.
    #[error("nothing of {issuer} says at {at} whether it is revoked{}", .passed_over.iter().map(|passed| format!("; {passed}")).collect::<String>())]
    Unknown {
        /// Its issuer.
        issuer: Box<Name>,
        /// The time that was asked about.
        at: Timestamp,
        /// What could have answered and does not count, the first few.
        passed_over: Vec<PassedOver>,
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
            Self::Unknown { .. } => "revocation-unknown",
            Self::Exhausted(error) => error.code(),
        }
    }

    /// Where the rule stands.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::Revoked { .. } | Self::Unknown { .. } => "RFC 5280 §6.1.3 (a)(3)",
            Self::Exhausted(_) => "RFC 4158 §2.4.2",
        }
    }

    /// Whether the work that is allowed is done, so that nothing else need be tried.
    pub fn is_exhausted(&self) -> bool {
        matches!(self, Self::Exhausted(_))
    }
}
