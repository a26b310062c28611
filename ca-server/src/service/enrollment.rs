//! Enrolment over Secure Transport (RFC 7030), without its HTTP.

use std::sync::Arc;

use ca_core::profile::ProfileSet;
use ca_core::x509::certificate::Certificate;
use uuid::Uuid;

use super::authorities::Authorities;
use super::issuing::IssuingError;
use super::{Fault, Refusals};
use crate::port::record::CertificateRecord;
use crate::port::{Ports, StoreError};

/// The profile of requests that name no label.
pub const DEFAULT_LABEL: &str = "device";

/// Enrolment.
pub struct Enrollment {
    ports: Ports,
    authorities: Arc<Authorities>,
    profiles: Arc<ProfileSet>,
    refusals: Arc<Refusals>,
}

/// Proof that someone showed valid enrolment credentials. Only [`Enrollment::authenticate`] makes one.
#[derive(Debug)]
pub struct Enroller {
    user: String,
    profiles: Vec<String>,
}

/// What an enrolment gives.
#[derive(Clone, Debug)]
pub struct Enrolled {
    /// The record of the new certificate.
    pub record: CertificateRecord,
    /// The new certificate.
    pub certificate: Certificate,
    /// Its issuer, that one's issuer, and so on to the anchor.
    pub chain: Vec<Certificate>,
}

/// Why an enrolment was refused.
#[derive(Debug, thiserror::Error)]
pub enum EnrollmentError {
    /// No user of that name, another password, or credentials that are not in force: which is not said.
    #[error("the user or password is wrong")]
    WrongCredentials,
    /// The label names no profile that end entities may have.
    #[error("there is no enrolment profile {label}")]
    UnknownLabel {
        /// The label.
        label: String,
    },
    /// The credentials do not reach that profile.
    #[error("{user} may not enrol under profile {label}")]
    ProfileNotAllowed {
        /// Whose credentials.
        user: String,
        /// The label.
        label: String,
    },
    /// The request was refused.
    #[error(transparent)]
    Issuing(#[from] IssuingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Enrollment {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        profiles: Arc<ProfileSet>,
        refusals: Arc<Refusals>,
    ) -> Self {
        Self { ports, authorities, profiles, refusals }
    }

    /// Checks credentials, in a time that does not tell whether the user exists. A refusal is put on record here,
    /// as it is by [`Self::enroll`].
    ///
    /// # Errors
    /// [`EnrollmentError::WrongCredentials`], [`EnrollmentError::Store`].
    pub fn authenticate(
        &self,
        user: &str,
        password: &[u8],
        request_id: Uuid,
    ) -> Result<Enroller, EnrollmentError> {
        let _ = (&self.ports, &self.authorities, &self.profiles, &self.refusals, user, password, request_id);
        todo!()
    }

    /// The certificates to trust under a label (RFC 7030 §4.1): the issuer's chain, from the issuer to the anchor.
    ///
    /// # Errors
    /// [`EnrollmentError::UnknownLabel`].
    pub fn ca_certificates(&self, label: Option<&str>) -> Result<Vec<Certificate>, EnrollmentError> {
        let _ = label;
        todo!()
    }

    /// What a request under a label should carry: DER `CsrAttrs` (RFC 7030 §4.5.2).
    ///
    /// # Errors
    /// [`EnrollmentError::UnknownLabel`].
    pub fn csr_attributes(&self, label: Option<&str>) -> Result<Vec<u8>, EnrollmentError> {
        let _ = label;
        todo!()
    }

    /// Issues a certificate on a PKCS#10 request (RFC 7030 §4.2).
    ///
    /// # Errors
    /// [`EnrollmentError`].
    pub fn enroll(
        &self,
        enroller: &Enroller,
        label: Option<&str>,
        request: &[u8],
        request_id: Uuid,
    ) -> Result<Enrolled, EnrollmentError> {
        let _ = (&enroller.user, &enroller.profiles, label, request, request_id);
        todo!()
    }
}

impl EnrollmentError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongCredentials => "wrong-credentials",
            Self::UnknownLabel { .. } => "unknown-label",
            Self::ProfileNotAllowed { .. } => "profile-not-allowed",
            Self::Issuing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::WrongCredentials => Fault::Unauthenticated,
            Self::UnknownLabel { .. } => Fault::NotFound,
            Self::ProfileNotAllowed { .. } => Fault::Forbidden,
            Self::Issuing(error) => error.fault(),
            Self::Store(error) => error.into(),
        }
    }
}
