//! Why a certificate was revoked.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `CRLReason`, RFC 5280 §5.3.1, spelled as there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Reason {
    /// No reason is given; a CRL says so by leaving the reason out.
    Unspecified,
    /// The private key of the subject is or may be in other hands.
    KeyCompromise,
    /// The same of an authority's key.
    #[serde(rename = "cACompromise")]
    CaCompromise,
    /// The name or other facts in the certificate changed.
    AffiliationChanged,
    /// Another certificate took its place.
    Superseded,
    /// It is no longer needed for its purpose.
    CessationOfOperation,
    /// Suspended for a while.
    CertificateHold,
    /// Stands in delta CRLs only: no longer held, or expired.
    #[serde(rename = "removeFromCRL")]
    RemoveFromCrl,
    /// A privilege that the certificate states was withdrawn.
    PrivilegeWithdrawn,
    /// The key of an attribute authority is or may be in other hands.
    #[serde(rename = "aACompromise")]
    AaCompromise,
}

/// A text or number that is no reason of RFC 5280.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is no revocation reason; the reasons are {}", names())]
pub struct UnknownReason {
    /// What was given, its first 64 characters.
    pub given: String,
}

impl UnknownReason {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        "unknown-revocation-reason"
    }

    fn new(given: &str) -> Self {
        Self { given: given.chars().take(64).collect() }
    }
}

fn names() -> String {
    Reason::ALL.map(Reason::as_str).join(", ")
}

impl Reason {
    /// All reasons, in the order of their numbers.
    pub const ALL: [Self; 10] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::RemoveFromCrl,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// The name as RFC 5280 spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::KeyCompromise => "keyCompromise",
            Self::CaCompromise => "cACompromise",
            Self::AffiliationChanged => "affiliationChanged",
            Self::Superseded => "superseded",
            Self::CessationOfOperation => "cessationOfOperation",
            Self::CertificateHold => "certificateHold",
            Self::RemoveFromCrl => "removeFromCRL",
            Self::PrivilegeWithdrawn => "privilegeWithdrawn",
            Self::AaCompromise => "aACompromise",
        }
    }

    /// The ENUMERATED value. There is no 7.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::CertificateHold => 6,
            Self::RemoveFromCrl => 8,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }

    /// The reason of an ENUMERATED value.
    ///
    /// # Errors
    /// [`UnknownReason`] for 7 and whatever is above 10.
    pub fn from_number(number: u64) -> Result<Self, UnknownReason> {
        Self::ALL
            .into_iter()
            .find(|reason| u64::from(reason.number()) == number)
            .ok_or_else(|| UnknownReason::new(&number.to_string()))
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Reason {
    type Err = UnknownReason;

    fn from_str(text: &str) -> Result<Self, UnknownReason> {
        Self::ALL.into_iter().find(|reason| reason.as_str() == text).ok_or_else(|| UnknownReason::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_is_read_back_from_its_name_number_and_json() {
        for reason in Reason::ALL {
            assert_eq!(reason.to_string().parse(), Ok(reason));
            assert_eq!(Reason::from_number(u64::from(reason.number())), Ok(reason));
            let json = serde_json::to_string(&reason).unwrap();
            assert_eq!(json, format!("\"{reason}\""));
            assert_eq!(serde_json::from_str::<Reason>(&json).unwrap(), reason);
        }
    }

    #[test]
    fn what_is_no_reason_is_refused_with_the_reasons_there_are() {
        for text in ["", "KeyCompromise", "keycompromise", "7", "stolen"] {
            let error = text.parse::<Reason>().unwrap_err();
            assert_eq!(error.code(), "unknown-revocation-reason");
            assert!(error.to_string().contains("keyCompromise, cACompromise"), "{error}");
        }
        for number in [7, 11, 256, u64::MAX] {
            assert!(Reason::from_number(number).is_err(), "{number}");
        }
    }
}
