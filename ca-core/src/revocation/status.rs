//! Good, held, revoked.

use jiff::Timestamp;

use super::Reason;

/// Status of a certificate that was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Neither held nor revoked.
    Good,
    /// Suspended; may be released.
    Held {
        /// Since when.
        since: Timestamp,
    },
    /// Revoked for good.
    Revoked {
        /// The revocation date: that of the hold where it was held before.
        at: Timestamp,
        /// Why.
        reason: Reason,
        /// Since when the key is suspected or the certificate otherwise not valid, RFC 5280 §5.3.2.
        invalidity_date: Option<Timestamp>,
    },
}

/// Why a status does not change as asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RevocationError {
    /// It is revoked already, and that is final.
    #[error("the certificate was revoked on {at} with reason {reason}; a revocation is not changed")]
    AlreadyRevoked {
        /// The revocation date.
        at: Timestamp,
        /// The reason given then.
        reason: Reason,
    },
    /// It is held already.
    #[error("the certificate is held since {since}")]
    AlreadyHeld {
        /// Since when.
        since: Timestamp,
    },
    /// Only what is held can be released.
    #[error("the certificate is not held, so there is nothing to release")]
    NotHeld,
    /// certificateHold is not a reason to revoke.
    #[error("certificateHold suspends a certificate and does not revoke it: use hold")]
    HoldIsNotRevocation,
    /// removeFromCRL stands in delta CRLs only.
    #[error(
        "removeFromCRL is set by the authority in delta CRLs and is no reason to revoke; use release for what is held"
    )]
    RemoveFromCrl,
    /// A key cannot have been lost in the future.
    #[error("the invalidity date {invalidity_date} lies after the time of revocation, {at}")]
    InvalidityInFuture {
        /// What was asked for.
        invalidity_date: Timestamp,
        /// When it was asked.
        at: Timestamp,
    },
    /// No key was made so early, and a CRL that says so could not be read everywhere.
    #[error("the invalidity date {invalidity_date} lies before 1970")]
    InvalidityTooEarly {
        /// What was asked for.
        invalidity_date: Timestamp,
    },
}

impl RevocationError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::AlreadyRevoked { .. } => "already-revoked",
            Self::AlreadyHeld { .. } => "already-held",
            Self::NotHeld => "not-held",
            Self::HoldIsNotRevocation => "use-hold",
            Self::RemoveFromCrl => "reason-not-for-users",
            Self::InvalidityInFuture { .. } => "invalidity-date-in-future",
            Self::InvalidityTooEarly { .. } => "invalidity-date-too-early",
        }
    }
}

impl Status {
    /// The status in one word: `good`, `held` or `revoked`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Held { .. } => "held",
            Self::Revoked { .. } => "revoked",
        }
    }

    /// The status after a revocation at `at`.
    ///
    /// What was held keeps the date of the hold as its revocation date (ITU-T X.509, reason code extension): what was
    /// signed while it was held does not become valid by the revocation.
    ///
    /// # Errors
    /// Where it is revoked already, where the reason is certificateHold or removeFromCRL, or where the invalidity date
    /// is after `at` or before 1970.
    pub fn revoke(
        &self,
        reason: Reason,
        at: Timestamp,
        invalidity_date: Option<Timestamp>,
    ) -> Result<Self, RevocationError> {
        match reason {
            Reason::CertificateHold => return Err(RevocationError::HoldIsNotRevocation),
            Reason::RemoveFromCrl => return Err(RevocationError::RemoveFromCrl),
            _ => {}
        }
        if let Some(invalidity_date) = invalidity_date.filter(|date| *date > at) {
            return Err(RevocationError::InvalidityInFuture { invalidity_date, at });
        }
        if let Some(invalidity_date) = invalidity_date.filter(|date| *date < Timestamp::UNIX_EPOCH) {
            return Err(RevocationError::InvalidityTooEarly { invalidity_date });
        }
        match *self {
            Self::Good => Ok(Self::Revoked { at, reason, invalidity_date }),
            Self::Held { since } => Ok(Self::Revoked { at: since, reason, invalidity_date }),
            Self::Revoked { at, reason, .. } => Err(RevocationError::AlreadyRevoked { at, reason }),
        }
    }

    /// The status after a hold at `at`.
    ///
    /// # Errors
    /// Where it is held or revoked already.
    pub fn hold(&self, at: Timestamp) -> Result<Self, RevocationError> {
        match *self {
            Self::Good => Ok(Self::Held { since: at }),
            Self::Held { since } => Err(RevocationError::AlreadyHeld { since }),
            Self::Revoked { at, reason, .. } => Err(RevocationError::AlreadyRevoked { at, reason }),
        }
    }

    /// The status after a release.
    ///
    /// # Errors
    /// Where it is not held.
    pub fn release(&self) -> Result<Self, RevocationError> {
        match *self {
            Self::Held { .. } => Ok(Self::Good),
            Self::Good => Err(RevocationError::NotHeld),
            Self::Revoked { at, reason, .. } => Err(RevocationError::AlreadyRevoked { at, reason }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn revoked() -> Status {
        Status::Good.revoke(Reason::KeyCompromise, at(0), None).unwrap()
    }

    #[test]
    fn every_reason_but_hold_and_removal_revokes_what_is_good() {
        for reason in Reason::ALL {
            let result = Status::Good.revoke(reason, at(10), Some(at(5)));
            match reason {
                Reason::CertificateHold => assert_eq!(result, Err(RevocationError::HoldIsNotRevocation)),
                Reason::RemoveFromCrl => assert_eq!(result, Err(RevocationError::RemoveFromCrl)),
                _ => assert_eq!(
                    result,
                    Ok(Status::Revoked { at: at(10), reason, invalidity_date: Some(at(5)) })
                ),
            }
        }
    }

    #[test]
    fn what_is_revoked_stays_as_it_is() {
        let error = RevocationError::AlreadyRevoked { at: at(0), reason: Reason::KeyCompromise };
        assert_eq!(revoked().revoke(Reason::Superseded, at(9), None), Err(error));
        assert_eq!(revoked().hold(at(9)), Err(error));
        assert_eq!(revoked().release(), Err(error));
        assert_eq!(error.code(), "already-revoked");
    }

    #[test]
    fn only_what_is_held_is_released() {
        let held = Status::Good.hold(at(0)).unwrap();
        assert_eq!(held.hold(at(1)), Err(RevocationError::AlreadyHeld { since: at(0) }));
        assert_eq!(held.release(), Ok(Status::Good));
        assert_eq!(Status::Good.release(), Err(RevocationError::NotHeld));
    }

    #[test]
    fn what_was_held_is_revoked_from_the_hold_on() {
        let held = Status::Good.hold(at(0)).unwrap();
        assert_eq!(
            held.revoke(Reason::KeyCompromise, at(60), Some(at(-60))),
            Ok(Status::Revoked { at: at(0), reason: Reason::KeyCompromise, invalidity_date: Some(at(-60)) })
        );
    }

    #[test]
    fn an_invalidity_date_is_not_in_the_future() {
        assert_eq!(
            Status::Good.revoke(Reason::KeyCompromise, at(0), Some(at(1))),
            Err(RevocationError::InvalidityInFuture { invalidity_date: at(1), at: at(0) })
        );
    }

    #[test]
    fn an_invalidity_date_is_one_that_every_reader_of_a_crl_knows() {
        for year in ["-001000", "0000", "1969"] {
            let invalidity_date: Timestamp = format!("{year}-12-31T23:59:59Z").parse().unwrap();
            assert_eq!(
                Status::Good.revoke(Reason::KeyCompromise, at(0), Some(invalidity_date)),
                Err(RevocationError::InvalidityTooEarly { invalidity_date })
            );
        }
        assert!(Status::Good.revoke(Reason::KeyCompromise, at(0), Some(Timestamp::UNIX_EPOCH)).is_ok());
    }
}
