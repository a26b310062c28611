//! Enrolment over Secure Transport (RFC 7030), without its HTTP.

use std::sync::Arc;

use ca_core::algorithm::digest::Sm3Hasher;
use ca_core::issuance::Choices;
use ca_core::profile::{Kind, Profile, ProfileSet};
use ca_core::x509::certificate::Certificate;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::authorities::Authority;
use super::in_force::InForce;
use super::issuing::{self, IssuingError, Retry};
use super::kept::Kept;
use super::safeguards::Safeguards;
use super::{Fault, Refusals, csr_attributes};
use crate::port::record::CertificateRecord;
use crate::port::{Act, Actor, Ports, StoreError};

/// The profile of requests that name no label.
pub const DEFAULT_LABEL: &str = "device";

/// Enrolment.
pub struct Enrollment {
    ports: Ports,
    in_force: Arc<InForce>,
    profiles: Arc<ProfileSet>,
    refusals: Arc<Refusals>,
    safeguards: Arc<Safeguards>,
    /// Who showed which user and password, known by a hash under `key`.
    shown: Kept<[u8; 32], Enroller>,
    key: Zeroizing<[u8; 32]>,
}

/// Proof that someone showed valid enrolment credentials. Only [`Enrollment::authenticate`] makes one.
#[derive(Clone, Debug)]
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
    pub(super) fn new(
        ports: Ports,
        in_force: Arc<InForce>,
        profiles: Arc<ProfileSet>,
        refusals: Arc<Refusals>,
        safeguards: Arc<Safeguards>,
    ) -> Self {
        let mut key = Zeroizing::new([0; 32]);
        ports.randomness.generator().fill_bytes(&mut *key);
        Self { ports, in_force, profiles, refusals, safeguards, shown: Kept::default(), key }
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
        // Who is asked for again knows the password: what is not kept says nothing about who exists.
        let (secret, changes) = (self.secret(user, password), self.ports.store.changes());
        if let Some(enroller) = self.shown.get(&secret, changes) {
            return Ok(enroller);
        }
        let known = self.ports.store.credential(user)?.filter(|credential| credential.active);
        let (salt, verifier) = known
            .as_ref()
            .map_or((&[0; SALT_LENGTH][..], [0; 32]), |credential| (&credential.salt, credential.verifier));
        let shown = password_verifier(salt, password);
        let same = bool::from(shown.ct_eq(&verifier));
        match known {
            Some(credential) if same => {
                let enroller = Enroller { user: credential.user, profiles: credential.profiles };
                self.shown.put(secret, changes, enroller.clone());
                Ok(enroller)
            }
            _ => {
                let error = EnrollmentError::WrongCredentials;
                let claimed: String = user.chars().take(MAX_CLAIM).collect();
                let act = self.act(Actor::Unidentified, request_id);
                let detail = format!("user {claimed:?}: {error}");
                self.refusals.record(&act, "enrollment.authenticate", error.code(), &detail);
                Err(error)
            }
        }
    }

    /// Stands for a user with a password, in this process alone.
    fn secret(&self, user: &str, password: &[u8]) -> [u8; 32] {
        let mut hasher = Sm3Hasher::default();
        hasher.update(&*self.key);
        hasher.update(&user.len().to_be_bytes());
        hasher.update(user.as_bytes());
        hasher.update(password);
        hasher.finish()
    }

    /// The certificates to trust under a label (RFC 7030 §4.1): the issuer's chain, from the issuer to the anchor.
    ///
    /// # Errors
    /// [`EnrollmentError::UnknownLabel`]; [`EnrollmentError::Issuing`] where no authority issues.
    pub fn ca_certificates(&self, label: Option<&str>) -> Result<Vec<Certificate>, EnrollmentError> {
        self.profile(label)?;
        Ok(self.authority()?.chain().to_vec())
    }

    /// What a request under a label should carry: DER `CsrAttrs` (RFC 7030 §4.5.2), which names the keys that the
    /// profile takes.
    ///
    /// # Errors
    /// [`EnrollmentError::UnknownLabel`].
    pub fn csr_attributes(&self, label: Option<&str>) -> Result<Vec<u8>, EnrollmentError> {
        Ok(csr_attributes::of(self.profile(label)?.key()))
    }

    /// Issues a certificate on a PKCS#10 request (RFC 7030 §4.2). The same request by the same enroller within ten minutes
    /// is a retry, and is answered with the same certificate unless that was taken back.
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
        let act = self.act(Actor::Enroller(enroller.user.clone()), request_id);
        self.try_enroll(&act, enroller, label, request).inspect_err(|error| {
            let label: String = label.unwrap_or(DEFAULT_LABEL).chars().take(MAX_CLAIM).collect();
            self.refusals.record(
                &act,
                "enrollment.enroll",
                error.code(),
                &format!("label {label:?}: {error}"),
            );
        })
    }

    fn try_enroll(
        &self,
        act: &Act,
        enroller: &Enroller,
        label: Option<&str>,
        request: &[u8],
    ) -> Result<Enrolled, EnrollmentError> {
        let profile = self.profile(label)?.name();
        if !enroller.profiles.iter().any(|allowed| allowed == profile) {
            return Err(EnrollmentError::ProfileNotAllowed {
                user: enroller.user.clone(),
                label: profile.to_owned(),
            });
        }
        let authority = self.authority()?;
        self.safeguards.issuing().map_err(IssuingError::from)?;
        self.in_force.check(&authority)?;
        let retry = Retry::of_request("est.simpleenroll", request);
        let request = issuing::authorize(&self.profiles, profile, request, Choices::default())?;
        let issued = issuing::issue(&self.ports, act, &authority, request, Some(retry))?;
        Ok(Enrolled {
            record: issued.record,
            certificate: issued.certificate,
            chain: authority.chain().to_vec(),
        })
    }

    fn profile(&self, label: Option<&str>) -> Result<&Arc<Profile>, EnrollmentError> {
        let label = label.unwrap_or(DEFAULT_LABEL);
        self.profiles
            .get(label)
            .ok()
            .filter(|profile| profile.kind() == Kind::EndEntity)
            .ok_or_else(|| EnrollmentError::UnknownLabel { label: label.chars().take(MAX_CLAIM).collect() })
    }

    fn authority(&self) -> Result<Arc<Authority>, IssuingError> {
        self.in_force
            .default_issuing()?
            .ok_or_else(|| IssuingError::UnknownAuthority { name: "issuing".to_owned() })
    }

    fn act(&self, actor: Actor, request_id: Uuid) -> Act {
        Act { actor, request_id, at: self.ports.clock.now(), nonce: None, evidence: None, lease: None }
    }
}

/// How much of what a stranger claims goes into the audit, in characters.
const MAX_CLAIM: usize = 64;

/// Octets of a salt.
pub(super) const SALT_LENGTH: usize = 16;

/// What is kept of a password: SM3 of salt and password.
pub(super) fn password_verifier(salt: &[u8], password: &[u8]) -> [u8; 32] {
    let mut hasher = Sm3Hasher::default();
    hasher.update(salt);
    hasher.update(password);
    hasher.finish()
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
