//! What City CA decides: each service takes parsed input and gives records, bytes or a refusal. Nothing here knows
//! of HTTP or of a database.

pub mod authentication;
pub mod authorities;
pub mod bootstrap;
pub mod certificates;
pub mod crl;
mod csr_attributes;
pub mod enrollment;
mod issuing;
pub mod ocsp_signer;
mod refusal;
pub mod settings;
pub mod status;
#[cfg(test)]
mod tests;

pub use issuing::IssuingError;
pub use refusal::{Fault, Refusals};
pub use settings::Settings;

use std::sync::Arc;

use ca_core::profile::ProfileSet;

use crate::port::Ports;

/// All services over the same ports. What they share is behind `Arc`s; cloning is cheap.
#[derive(Clone)]
pub struct Services {
    /// The authorities with their keys.
    pub authorities: Arc<authorities::Authorities>,
    /// Verifies signed requests.
    pub authentication: Arc<authentication::Authentication>,
    /// Certificates, as administrators see them.
    pub certificates: Arc<certificates::Certificates>,
    /// Enrolment over EST.
    pub enrollment: Arc<enrollment::Enrollment>,
    /// OCSP answers, CRLs and CA certificates.
    pub status: Arc<status::StatusService>,
    /// Publishes CRLs.
    pub crl: Arc<crl::CrlPublisher>,
    /// Renews the delegated OCSP signers.
    pub ocsp_signer: Arc<ocsp_signer::OcspSigners>,
    /// Records what was refused.
    pub refusals: Arc<Refusals>,
}

impl Services {
    /// Gives up the intents that an earlier run left open, loads the authorities with their keys and builds the
    /// services. It signs nothing: run
    /// [`crl::CrlPublisher::publish_due`] and [`ocsp_signer::OcspSigners::renew_due`] before serving, then on a
    /// timer.
    ///
    /// # Errors
    /// [`authorities::AuthoritiesError`] where an authority, its key or a profile cannot be used.
    pub fn start(
        ports: Ports,
        settings: Settings,
        profiles: Arc<ProfileSet>,
    ) -> Result<Self, authorities::AuthoritiesError> {
        let abandoned = issuing::abandon_open(&ports)?;
        if abandoned > 0 {
            tracing::warn!(abandoned, "intents that an earlier run left open were given up");
        }
        let authorities = Arc::new(authorities::Authorities::load(&ports, &settings)?);
        let refusals = Arc::new(Refusals::new(ports.clone()));
        let settings = Arc::new(settings);
        Ok(Self {
            authentication: Arc::new(authentication::Authentication::new(
                ports.clone(),
                Arc::clone(&settings),
                Arc::clone(&refusals),
            )),
            certificates: Arc::new(certificates::Certificates::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&profiles),
                Arc::clone(&refusals),
            )),
            enrollment: Arc::new(enrollment::Enrollment::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&profiles),
                Arc::clone(&refusals),
            )),
            status: Arc::new(status::StatusService::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&settings),
            )),
            crl: Arc::new(crl::CrlPublisher::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&settings),
            )),
            ocsp_signer: Arc::new(ocsp_signer::OcspSigners::new(
                ports,
                Arc::clone(&authorities),
                profiles,
                settings,
            )),
            authorities,
            refusals,
        })
    }
}
