//! HTTP: parses requests, asks the services, renders answers. Nothing is decided here.

mod body;
mod context;
mod est;
mod figures;
mod health;
mod metrics;
mod observe;
mod ocsp;
mod problem;
mod publication;
mod refusal;
mod rest;
mod routes;
pub mod server;
pub mod tls;
mod unread;
pub mod witness;

pub use rest::openapi;

use std::time::Duration;

use crate::service::{Fault, Services};
use actix_web::http::StatusCode;
use refusal::Refusal;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// What every handler needs. Cloning shares it.
#[derive(Clone)]
pub struct Api {
    /// The services.
    pub services: Services,
    /// Looks how the server is, for administrators.
    pub health: std::sync::Arc<crate::service::health::Health>,
    /// The ports, for asking whether the service is ready.
    pub ports: crate::port::Ports,
    /// The authorities, lower case, under which signed requests may address this server.
    pub authorities: std::sync::Arc<[String]>,
    /// Time until a body must be there.
    pub body_timeout: Duration,
    /// OCSP answers that may be given again.
    pub kept: KeptAnswers,
    /// Places for requests that issue: what is beyond them is refused at once rather than kept waiting.
    pub issuing: std::sync::Arc<Semaphore>,
}

impl Api {
    /// A place for a request that issues, until it is dropped.
    fn admit(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        std::sync::Arc::clone(&self.issuing).try_acquire_owned().map_err(|_| Refusal::overloaded())
    }
}

/// OCSP answers that may be given again, in bounded memory. Cloning shares them.
#[derive(Clone)]
pub struct KeptAnswers(std::sync::Arc<ocsp::Kept<ocsp::Rendered>>);

impl KeptAnswers {
    /// At most about so many octets.
    pub fn new(octets: usize) -> Self {
        Self(std::sync::Arc::new(ocsp::Kept::new(octets)))
    }

    /// How many there are, and about how many octets they take.
    pub(crate) fn size(&self) -> (usize, usize) {
        self.0.size()
    }
}

/// The one mapping from the services' classes of faults to HTTP.
fn status_of(fault: Fault) -> StatusCode {
    match fault {
        Fault::Malformed => StatusCode::BAD_REQUEST,
        Fault::Unauthenticated => StatusCode::UNAUTHORIZED,
        Fault::Forbidden => StatusCode::FORBIDDEN,
        Fault::NotFound => StatusCode::NOT_FOUND,
        Fault::Conflict => StatusCode::CONFLICT,
        Fault::Unacceptable => StatusCode::UNPROCESSABLE_ENTITY,
        Fault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Fault::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}
