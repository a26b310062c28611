//! Statuses: of one certificate, and of a whole response.

use der::asn1::Null;
use jiff::Timestamp;
use x509_cert::ext::pkix::CrlReason;

use super::asn1;
use crate::encoding::time::{self, TimeError};
use crate::revocation::{Reason, Status};

/// `CertStatus`, RFC 6960 §4.2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertStatus {
    /// Issued, and neither held nor revoked.
    Good,
    /// Revoked, or held.
    Revoked {
        /// The revocation date.
        at: Timestamp,
        /// Why; certificateHold for what is held.
        reason: Reason,
    },
    /// Not issued by the authority that the question names.
    Unknown,
}

impl From<Status> for CertStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Good => Self::Good,
            Status::Held { since } => Self::Revoked { at: since, reason: Reason::CertificateHold },
            Status::Revoked { at, reason, .. } => Self::Revoked { at, reason },
        }
    }
}

impl CertStatus {
    pub(super) fn to_asn1(self) -> Result<asn1::CertStatus, TimeError> {
        Ok(match self {
            Self::Good => asn1::CertStatus::Good(Null),
            Self::Unknown => asn1::CertStatus::Unknown(Null),
            Self::Revoked { at, reason } => asn1::CertStatus::Revoked(asn1::RevokedInfo {
                at: time::to_generalized(at)?,
                reason: to_crl_reason(reason),
            }),
        })
    }

    pub(super) fn from_asn1(status: &asn1::CertStatus) -> Self {
        match status {
            asn1::CertStatus::Good(Null) => Self::Good,
            asn1::CertStatus::Unknown(Null) => Self::Unknown,
            asn1::CertStatus::Revoked(revoked) => Self::Revoked {
                at: time::from_generalized(&revoked.at),
                reason: revoked.reason.map_or(Reason::Unspecified, from_crl_reason),
            },
        }
    }
}

/// None stands for `unspecified`: RFC 5280 §5.3.1 leaves that one out.
fn to_crl_reason(reason: Reason) -> Option<CrlReason> {
    let given = Some(reason).filter(|&reason| reason != Reason::Unspecified)?;
    CrlReason::try_from(u32::from(given.number())).ok()
}

fn from_crl_reason(reason: CrlReason) -> Reason {
    u8::try_from(reason as u32).ok().and_then(Reason::from_number).unwrap_or(Reason::Unspecified)
}

/// The answer to one CertID of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SingleAnswer {
    /// The status.
    pub status: CertStatus,
    /// When the status was known to be right.
    pub this_update: Timestamp,
    /// Until when the answer may be relied on.
    pub next_update: Timestamp,
    /// For a certificate that ended: since when statuses are kept beyond the end (RFC 6960 §4.4.4). A signature of that
    /// certificate from before its end can still be judged by the answer.
    pub archive_cutoff: Option<Timestamp>,
}

/// `OCSPResponseStatus`, RFC 6960 §4.2.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResponseStatus {
    /// The response holds answers.
    Successful,
    /// The request does not follow the protocol.
    MalformedRequest,
    /// The responder is out of order.
    InternalError,
    /// The responder cannot answer now.
    TryLater,
    /// The request has to be signed.
    SigRequired,
    /// The responder does not answer for this authority, or not this client.
    Unauthorized,
}

impl ResponseStatus {
    /// The name as RFC 6960 spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Successful => "successful",
            Self::MalformedRequest => "malformedRequest",
            Self::InternalError => "internalError",
            Self::TryLater => "tryLater",
            Self::SigRequired => "sigRequired",
            Self::Unauthorized => "unauthorized",
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Successful => 0,
            Self::MalformedRequest => 1,
            Self::InternalError => 2,
            Self::TryLater => 3,
            Self::SigRequired => 5,
            Self::Unauthorized => 6,
        }
    }
}

impl From<asn1::ResponseStatus> for ResponseStatus {
    fn from(status: asn1::ResponseStatus) -> Self {
        match status {
            asn1::ResponseStatus::Successful => Self::Successful,
            asn1::ResponseStatus::MalformedRequest => Self::MalformedRequest,
            asn1::ResponseStatus::InternalError => Self::InternalError,
            asn1::ResponseStatus::TryLater => Self::TryLater,
            asn1::ResponseStatus::SigRequired => Self::SigRequired,
            asn1::ResponseStatus::Unauthorized => Self::Unauthorized,
        }
    }
}

/// A response that says why there are no answers, DER. It is not signed (RFC 6960 §2.3).
///
/// A successful response has answers, which only a [`Responder`](super::Responder) gives: for
/// [`ResponseStatus::Successful`] the response says internalError.
#[must_use]
pub fn error_response(status: ResponseStatus) -> Vec<u8> {
    let number = match status {
        ResponseStatus::Successful => ResponseStatus::InternalError.number(),
        error => error.number(),
    };
    // SEQUENCE { ENUMERATED }
    vec![0x30, 0x03, 0x0a, 0x01, number]
}
