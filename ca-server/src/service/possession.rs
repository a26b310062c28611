//! Subscribers who revoke their own certificates. Who has the key of a certificate may: either it is theirs, or it is
//! compromised. No administrator is involved, and nothing but a signature by that key is asked for.

use std::sync::Arc;

use ca_core::key::KeyError;
use ca_core::revocation::Reason;
use ca_core::x509::certificate::{Certificate, CertificateError};
use jiff::Timestamp;
use schemas::message_signature::{
    MessageSignatureError, VerifiedSignature, parse_signature, parse_signature_input, verify,
};

use super::authentication::{SignedRequest, signed_act};
use super::authorities::Authorities;
use super::certificates::{Certificates, CertificatesError};
use super::{Fault, Refusals, Settings};
use crate::port::record::{AuthorityKind, CertificateFilter, CertificateRecord};
use crate::port::{Act, Actor, Ports, StoreError};

/// The reasons that a subscriber may give: the others are for authorities to find.
pub const REASONS: [Reason; 5] = [
    Reason::Unspecified,
    Reason::KeyCompromise,
    Reason::AffiliationChanged,
    Reason::Superseded,
    Reason::CessationOfOperation,
];

/// Certificates of one serial that are compared: authorities draw 128 random bits, so that there is one, or none.
const SAME_SERIAL: u32 = 8;

/// What is asked for, as the refusals of it are put on record.
const ACTION: &str = "certificate.revoke-own";

/// Lets subscribers revoke their own certificates.
pub struct Possession {
    ports: Ports,
    settings: Arc<Settings>,
    authorities: Arc<Authorities>,
    refusals: Arc<Refusals>,
    certificates: Arc<Certificates>,
}

/// What a subscriber asks for.
#[derive(Clone, Debug)]
pub struct OwnRevocation {
    /// The certificate, DER.
    pub certificate: Vec<u8>,
    /// Why, one of [`REASONS`].
    pub reason: Reason,
    /// Since when the key is known or suspected to be compromised.
    pub invalidity_date: Option<Timestamp>,
}

/// A certificate that its subscriber revoked.
#[derive(Clone, Debug)]
pub struct RevokedOwn {
    /// The act, whose nonce is used up.
    pub act: Act,
    /// The certificate as it is now.
    pub record: CertificateRecord,
}

/// Why a subscriber's request was refused.
#[derive(Debug, thiserror::Error)]
pub enum PossessionError {
    /// What was sent is no certificate.
    #[error("certificate: {0}")]
    Malformed(#[from] CertificateError),
    /// No authority here issued this certificate to a subscriber.
    #[error("no authority here issued this certificate to a subscriber")]
    Unknown,
    /// There is no signature.
    #[error(
        "the request is not signed: it needs the headers Signature-Input and Signature of RFC 9421, label sig1, by the \
         key of the certificate"
    )]
    Unsigned,
    /// The certificate's key cannot be read.
    #[error("the key of the certificate: {0}")]
    Key(#[from] KeyError),
    /// The signature cannot be read or does not hold.
    #[error(transparent)]
    Signature(#[from] MessageSignatureError),
    /// The reason is not one that a subscriber may give.
    #[error("a subscriber gives one of the reasons {}, not {reason}", REASONS.map(|one| one.to_string()).join(", "))]
    Reason {
        /// What was given.
        reason: Reason,
    },
    /// The certificate ended; only that its key is compromised still matters.
    #[error("the certificate ended on {not_after}: after that only keyCompromise is taken")]
    Expired {
        /// When.
        not_after: Timestamp,
    },
    /// The certificate's status does not go over into revoked, or the store failed.
    #[error(transparent)]
    Certificates(#[from] CertificatesError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Possession {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        settings: Arc<Settings>,
        authorities: Arc<Authorities>,
        refusals: Arc<Refusals>,
        certificates: Arc<Certificates>,
    ) -> Self {
        Self { ports, settings, authorities, refusals, certificates }
    }

    /// Revokes a certificate whose key signed the request; with the reason keyCompromise all that
    /// [`Certificates::revoke`] says. A refusal is put on record here or there.
    ///
    /// # Errors
    /// [`PossessionError`].
    pub fn revoke(
        &self,
        request: SignedRequest<'_>,
        asked: &OwnRevocation,
    ) -> Result<RevokedOwn, PossessionError> {
        let now = self.ports.clock.now();
        let (record, act) = self.identify(request, &asked.certificate, now).inspect_err(|error| {
            let act = Act {
                actor: Actor::Unidentified,
                request_id: request.request_id,
                at: now,
                nonce: None,
                evidence: None,
                lease: None,
            };
            self.refusals.record(&act, ACTION, error.code(), &error.to_string());
        })?;
        self.allow(&record, asked.reason, now).inspect_err(|error| {
            let detail = format!("authority {} serial {}: {error}", record.authority, record.serial);
            self.refusals.record(&act, ACTION, error.code(), &detail);
        })?;
        let (reason, date) = (asked.reason, asked.invalidity_date);
        let record = self.certificates.revoke(&act, &record.authority, &record.serial, reason, date)?;
        Ok(RevokedOwn { act, record })
    }

    /// The certificate, where it was issued here and its key signed the request.
    fn identify(
        &self,
        request: SignedRequest<'_>,
        certificate: &[u8],
        now: Timestamp,
    ) -> Result<(CertificateRecord, Act), PossessionError> {
        let (Some(input), Some(signature)) = (request.signature_input, request.signature) else {
            return Err(PossessionError::Unsigned);
        };
        let input = parse_signature_input(input)?;
        let signature = parse_signature(signature)?;
        let certificate = Certificate::from_der(certificate)?;
        let record = self.find(&certificate)?;
        let key = certificate.public_key()?;
        let skew = self.settings.request_skew;
        let verified: VerifiedSignature =
            verify(request.covered, request.body, &input, &signature, &key, now, skew.unsigned_abs())?;
        // Sooner than the act's own transaction, which decides: who repeats a request learns nothing else.
        if self.ports.store.is_nonce_used(&record.key_fingerprint, verified.nonce())? {
            return Err(StoreError::NonceReplayed.into());
        }
        let actor = Actor::Subscriber(record.id);
        let act = signed_act(actor, &record.key_fingerprint, &verified, request.request_id, now, skew);
        Ok((record, act))
    }

    /// The record of a certificate, by its bytes: whoever has a key can write a certificate with any serial.
    fn find(&self, certificate: &Certificate) -> Result<CertificateRecord, PossessionError> {
        let filter =
            CertificateFilter { serial: Some(certificate.serial().clone()), ..CertificateFilter::default() };
        let found = self.ports.store.find_certificates(&filter, None, SAME_SERIAL)?;
        let record = found.items.into_iter().find(|record| record.der == certificate.der());
        let record = record.ok_or(PossessionError::Unknown)?;
        let authority = self.authorities.get(record.authority.as_str());
        // What a root certified is an authority: its end is decided by people, in a ceremony.
        match authority.is_some_and(|authority| authority.record().kind == AuthorityKind::Issuing) {
            true => Ok(record),
            false => Err(PossessionError::Unknown),
        }
    }

    fn allow(
        &self,
        record: &CertificateRecord,
        reason: Reason,
        now: Timestamp,
    ) -> Result<(), PossessionError> {
        if !REASONS.contains(&reason) {
            return Err(PossessionError::Reason { reason });
        }
        if record.not_after < now && reason != Reason::KeyCompromise {
            return Err(PossessionError::Expired { not_after: record.not_after });
        }
        Ok(())
    }
}

impl PossessionError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed(error) => error.code(),
            Self::Unknown => "unknown-certificate",
            Self::Unsigned => "request-unsigned",
            Self::Key(error) => error.code(),
            Self::Signature(error) => error.code(),
            Self::Reason { .. } => "reason-not-for-subscribers",
            Self::Expired { .. } => "certificate-expired",
            Self::Certificates(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Malformed(_) => Fault::Malformed,
            Self::Unknown => Fault::NotFound,
            Self::Unsigned | Self::Signature(_) => Fault::Unauthenticated,
            Self::Key(_) => Fault::Internal,
            Self::Reason { .. } => Fault::Unacceptable,
            Self::Expired { .. } => Fault::Conflict,
            Self::Certificates(error) => error.fault(),
            Self::Store(error) => error.into(),
        }
    }
}
