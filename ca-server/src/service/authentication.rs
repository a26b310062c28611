//! Signed requests: who signed, and may they still.

use std::sync::Arc;

use ca_core::key::{KeyError, PublicKey};
use ca_core::revocation::Status;
use jiff::{SignedDuration, Timestamp};
use schemas::message_signature::{
    Covered, MessageSignatureError, VerifiedSignature, parse_signature, parse_signature_input, verify,
};
use serde_json::json;
use uuid::Uuid;

use super::{Fault, Refusals, Settings};
use crate::port::record::AdministratorRecord;
use crate::port::{Act, Actor, Ports, SignedNonce, StoreError};

/// How much longer than a request may be late its nonce is kept, in seconds: a clock that is set back by less
/// cannot make an old request new.
const NONCE_MARGIN: i64 = 3600;

/// Verifies signed requests (RFC 9421 as the contract narrows it).
pub struct Authentication {
    ports: Ports,
    settings: Arc<Settings>,
    refusals: Arc<Refusals>,
}

/// A request as the protocol's adapter received it.
#[derive(Clone, Copy, Debug)]
pub struct SignedRequest<'a> {
    /// The components, with the target URI as the client must have meant it.
    pub covered: &'a Covered,
    /// The body.
    pub body: &'a [u8],
    /// The header `Signature-Input`.
    pub signature_input: Option<&'a str>,
    /// The header `Signature`.
    pub signature: Option<&'a str>,
    /// The request's id.
    pub request_id: Uuid,
}

/// Proof that a request was signed by an administrator who may act. Only [`Authentication::verify`] makes one.
#[derive(Debug)]
pub struct Authenticated {
    administrator: AdministratorRecord,
    act: Act,
}

/// Why a signed request is not believed.
#[derive(Debug, thiserror::Error)]
pub enum AuthenticationError {
    /// There is no signature.
    #[error(
        "the request is not signed: it needs the headers Signature-Input and Signature of RFC 9421, label sig1"
    )]
    Unsigned,
    /// The signature cannot be read or does not hold.
    #[error(transparent)]
    Signature(#[from] MessageSignatureError),
    /// Nobody is registered under this key.
    #[error("no administrator is registered with key {key_id}")]
    UnknownKey {
        /// The key id as sent.
        key_id: String,
    },
    /// The administrator's registration is not in force.
    #[error("administrator {name} is registered but not active")]
    Inactive {
        /// The administrator.
        name: String,
    },
    /// The administrator's certificate is held or revoked.
    #[error("the certificate of administrator {name} is {status}")]
    CertificateNotGood {
        /// The administrator.
        name: String,
        /// What it is.
        status: &'static str,
    },
    /// The administrator's certificate is not valid at this time.
    #[error("the certificate of administrator {name} is valid from {not_before} to {not_after}")]
    CertificateNotInValidity {
        /// The administrator.
        name: String,
        /// From when.
        not_before: Timestamp,
        /// Until when.
        not_after: Timestamp,
    },
    /// The registered key cannot be read: damage.
    #[error("the registered key of administrator {name} cannot be read: {error}")]
    RegisteredKey {
        /// The administrator.
        name: String,
        /// Why.
        error: KeyError,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Authentication {
    /// Over these ports.
    pub fn new(ports: Ports, settings: Arc<Settings>, refusals: Arc<Refusals>) -> Self {
        Self { ports, settings, refusals }
    }

    /// Verifies a request. A refusal is put on record here. The nonce is not yet used up: the act that the result
    /// authorises does that in its own transaction, reads included. A request that was replayed is refused here where
    /// that act is done, and there where it is under way.
    ///
    /// # Errors
    /// [`AuthenticationError`].
    pub fn verify(&self, request: SignedRequest<'_>) -> Result<Authenticated, AuthenticationError> {
        let now = self.ports.clock.now();
        self.check(request, now).map_err(|(error, actor)| {
            let act = Act {
                actor,
                request_id: request.request_id,
                at: now,
                nonce: None,
                evidence: None,
                lease: None,
            };
            let detail = format!("{} {}: {error}", request.covered.method, request.covered.target_uri);
            self.refusals.record(&act, "request.authenticate", error.code(), &detail);
            error
        })
    }

    fn check(
        &self,
        request: SignedRequest<'_>,
        now: Timestamp,
    ) -> Result<Authenticated, (AuthenticationError, Actor)> {
        let (administrator, verified) =
            self.identify(request, now).map_err(|error| (error, Actor::Unidentified))?;
        let actor = Actor::Administrator { id: administrator.id, name: administrator.name.clone() };
        if let Err(error) = self.may_act(&administrator, now) {
            return Err((error, actor));
        }
        let (key, skew) = (&administrator.key_fingerprint, self.settings.request_skew);
        let act = signed_act(actor, key, &verified, request.request_id, now, skew);
        Ok(Authenticated { administrator, act })
    }

    fn identify(
        &self,
        request: SignedRequest<'_>,
        now: Timestamp,
    ) -> Result<(AdministratorRecord, VerifiedSignature), AuthenticationError> {
        let (Some(input), Some(signature)) = (request.signature_input, request.signature) else {
            return Err(AuthenticationError::Unsigned);
        };
        let input = parse_signature_input(input)?;
        let signature = parse_signature(signature)?;
        let key_id = &input.parameters().keyid;
        let administrator = self
            .ports
            .store
            .administrator(key_id)?
            .ok_or_else(|| AuthenticationError::UnknownKey { key_id: key_id.clone() })?;
        let key = PublicKey::from_spki_der(&administrator.spki).map_err(|error| {
            AuthenticationError::RegisteredKey { name: administrator.name.clone(), error }
        })?;
        let skew = self.settings.request_skew.unsigned_abs();
        let verified = verify(request.covered, request.body, &input, &signature, &key, now, skew)?;
        // Before anything is decided: a request that acted tells the next who sends it nothing, nor is that its signer.
        if self.ports.store.is_nonce_used(&administrator.key_fingerprint, verified.nonce())? {
            return Err(StoreError::NonceReplayed.into());
        }
        Ok((administrator, verified))
    }

    fn may_act(
        &self,
        administrator: &AdministratorRecord,
        now: Timestamp,
    ) -> Result<(), AuthenticationError> {
        let name = || administrator.name.clone();
        if !administrator.active {
            return Err(AuthenticationError::Inactive { name: name() });
        }
        // Registered by key on the server itself: the registration alone says whether they may act.
        let Some(certificate) = administrator.certificate else { return Ok(()) };
        let certificate = self
            .ports
            .store
            .certificate_by_id(certificate)?
            .ok_or(StoreError::NotFound { what: "the administrator's certificate" })?;
        match certificate.status {
            Status::Good => {}
            Status::Held { .. } => {
                return Err(AuthenticationError::CertificateNotGood { name: name(), status: "held" });
            }
            Status::Revoked { .. } => {
                return Err(AuthenticationError::CertificateNotGood { name: name(), status: "revoked" });
            }
        }
        if now < certificate.not_before || now > certificate.not_after {
            return Err(AuthenticationError::CertificateNotInValidity {
                name: name(),
                not_before: certificate.not_before,
                not_after: certificate.not_after,
            });
        }
        Ok(())
    }
}

/// The act of whoever signed a request with a key: its nonce, and what proves that they asked for it.
pub(super) fn signed_act(
    actor: Actor,
    key_fingerprint: &str,
    verified: &VerifiedSignature,
    request_id: Uuid,
    now: Timestamp,
    skew: SignedDuration,
) -> Act {
    let keep = SignedDuration::from_secs(skew.as_secs() + NONCE_MARGIN);
    let nonce = SignedNonce {
        key: key_fingerprint.to_owned(),
        nonce: verified.nonce().to_owned(),
        expires: verified.created().saturating_add(keep).unwrap_or(Timestamp::MAX),
    };
    let evidence = json!({
        "key": key_fingerprint,
        "base": verified.base(),
        "signature": hex::encode(verified.signature()),
    });
    let evidence = Some(evidence.to_string().into_bytes());
    Act { actor, request_id, at: now, nonce: Some(nonce), evidence, lease: None }
}

impl Authenticated {
    /// The administrator who signed.
    pub fn administrator(&self) -> &AdministratorRecord {
        &self.administrator
    }

    /// The act that the signature authorises. It can be taken once.
    pub fn into_act(self) -> Act {
        self.act
    }
}

impl AuthenticationError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unsigned => "request-unsigned",
            Self::Signature(error) => error.code(),
            Self::UnknownKey { .. } => "administrator-unknown",
            Self::Inactive { .. } => "administrator-inactive",
            Self::CertificateNotGood { .. } => "administrator-certificate-revoked",
            Self::CertificateNotInValidity { .. } => "administrator-certificate-expired",
            Self::RegisteredKey { .. } => "administrator-key-unreadable",
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unsigned | Self::Signature(_) | Self::UnknownKey { .. } => Fault::Unauthenticated,
            Self::Inactive { .. }
            | Self::CertificateNotGood { .. }
            | Self::CertificateNotInValidity { .. } => Fault::Forbidden,
            Self::RegisteredKey { .. } => Fault::Internal,
            Self::Store(error) => error.into(),
        }
    }
}
