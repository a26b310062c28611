//! Signed requests: who signed, and may they still.

use std::sync::Arc;

use schemas::message_signature::Covered;
use uuid::Uuid;

use super::{Fault, Settings};
use crate::port::record::AdministratorRecord;
use crate::port::{Act, Ports, StoreError};

/// Verifies signed requests (RFC 9421 as the contract narrows it).
pub struct Authentication {
    ports: Ports,
    settings: Arc<Settings>,
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
    #[error("the request is not signed: sign it as RFC 9421 says, with label sig1 and tag cityca")]
    Unsigned,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Authentication {
    /// Over these ports.
    pub fn new(ports: Ports, settings: Arc<Settings>) -> Self {
        Self { ports, settings }
    }

    /// Verifies a request. `covered` holds the components as the adapter saw them: the method, the target URI as
    /// the client must have meant it, the digest **of the body that was received** and the headers.
    /// `signature_input` and `signature` are the values of those headers; none where a header is absent.
    /// The nonce is not yet used up: the act that the result authorises does that, reads included.
    ///
    /// # Errors
    /// [`AuthenticationError`]; put it on record with [`super::Refusals::record`] under
    /// [`AuthenticationError::refused_act`].
    pub fn verify(
        &self,
        covered: &Covered,
        signature_input: Option<&str>,
        signature: Option<&str>,
        request_id: Uuid,
    ) -> Result<Authenticated, AuthenticationError> {
        let _ = (&self.ports, &self.settings, covered, signature_input, signature, request_id);
        Err(AuthenticationError::Unsigned)
    }

    /// The act to record a refusal under: nobody was identified, no nonce is used up.
    pub fn refused_act(&self, request_id: Uuid) -> Act {
        Act {
            actor: crate::port::Actor::Unidentified,
            request_id,
            at: self.ports.clock.now(),
            nonce: None,
            evidence: None,
        }
    }
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
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unsigned => Fault::Unauthenticated,
            Self::Store(_) => Fault::Unavailable,
        }
    }
}
