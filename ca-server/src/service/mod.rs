//! What City CA decides: each service takes parsed input and gives records, bytes or a refusal. Nothing here knows
//! of HTTP or of a database.

pub mod administrators;
pub mod alarms;
pub mod authentication;
pub mod authorities;
mod authority;
pub mod backup;
pub mod bootstrap;
pub mod ceremony;
pub mod certificates;
pub mod credentials;
pub mod crl;
mod csr_attributes;
pub mod default_issuing;
pub mod enrollment;
pub mod health;
mod in_force;
mod issuing;
mod kept;
mod lease;
pub mod ocsp_signer;
pub mod off_host;
pub mod possession;
pub mod publication;
pub mod readiness;
pub mod recovery;
mod refusal;
pub mod safeguards;
pub mod settings;
pub mod status;
pub mod suspension;
#[cfg(test)]
mod tests;

pub use issuing::{IdempotencyKey, IssuingError, Reconciler};
pub use refusal::{Fault, Refusals};
pub use settings::Settings;

use std::sync::Arc;

use ca_core::profile::ProfileSet;

use crate::port::Ports;

/// All services over the same ports. What they share is behind `Arc`s; cloning is cheap.
#[derive(Clone)]
pub struct Services {
    ports: Ports,
    settings: Arc<Settings>,
    /// The authorities with their keys.
    pub authorities: Arc<authorities::Authorities>,
    /// Verifies signed requests.
    pub authentication: Arc<authentication::Authentication>,
    /// Authorities that are certified in ceremonies.
    pub ceremonies: Arc<ceremony::Ceremonies>,
    /// Certificates, as administrators see them.
    pub certificates: Arc<certificates::Certificates>,
    /// Certificates, as their subscribers revoke them.
    pub possession: Arc<possession::Possession>,
    /// Enrolment over EST.
    pub enrollment: Arc<enrollment::Enrollment>,
    /// OCSP answers, CRLs and CA certificates.
    pub status: Arc<status::StatusService>,
    /// Finishes intents that were left open.
    pub reconciler: Arc<Reconciler>,
    /// Publishes CRLs.
    pub crl: Arc<crl::CrlPublisher>,
    /// Says which authority issues where none is named.
    pub default_issuing: Arc<default_issuing::DefaultIssuing>,
    /// Lets authorities pause.
    pub suspension: Arc<suspension::Suspension>,
    /// Says what stands against issuing and signing.
    pub safeguards: Arc<safeguards::Safeguards>,
    /// Renews the delegated OCSP signers.
    pub ocsp_signer: Arc<ocsp_signer::OcspSigners>,
    /// The lists as they are published.
    pub publications: Arc<publication::Publications>,
    /// Says what is missing before the service can do its work.
    pub readiness: Arc<readiness::Readiness>,
    /// Records what was refused.
    pub refusals: Arc<Refusals>,
}

impl Services {
    /// Takes up the authorities that were certified since, here or by another server over the same store. Returns how
    /// many there were.
    ///
    /// # Errors
    /// [`authorities::AuthoritiesError`] where one cannot be used; those in use go on.
    pub fn refresh(&self) -> Result<usize, authorities::AuthoritiesError> {
        self.authorities.refresh(&self.ports, &self.settings)
    }

    /// What this process does.
    pub fn roles(&self) -> settings::Roles {
        self.settings.roles
    }

    /// Makes what an authority that joined has to have before anybody asks: its OCSP signer and its first CRL. What fails is
    /// logged, and tried again on the timer.
    pub fn begin(&self) {
        let roles = self.roles();
        let signers = if roles.status { self.ocsp_signer.renew_due() } else { Vec::new() };
        for (authority, error) in signers {
            tracing::error!(%authority, outcome = error.code(), %error, "the OCSP signer was not made");
        }
        for (authority, error) in self.crl.publish_due() {
            tracing::error!(%authority, outcome = error.code(), %error, "the first CRL was not published");
        }
    }

    /// Loads the authorities with their keys, builds the services and finishes what an earlier run left open. It signs
    /// nothing else: run
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
        if !ports.store.is_shared() {
            // Who held a lease on the file has ended: nobody waits for it.
            ports.store.void_leases()?;
        }
        let authorities = Arc::new(authorities::Authorities::load(&ports, &settings)?);
        let refusals = Arc::new(Refusals::new(ports.clone()));
        let settings = Arc::new(settings);
        let changes = Arc::<status::Changes>::default();
        let safeguards = safeguards::Safeguards::start(&ports, &settings, Arc::clone(&changes))?;
        let safeguards = Arc::new(safeguards);
        let reconciler = Arc::new(Reconciler::new(
            ports.clone(),
            Arc::clone(&authorities),
            Arc::clone(&profiles),
            Arc::clone(&settings),
            Arc::clone(&safeguards),
        ));
        if settings.roles.issue {
            reconciler.start()?;
        }
        let in_force = Arc::new(in_force::InForce::new(ports.clone(), Arc::clone(&authorities)));
        let certificates = Arc::new(certificates::Certificates::new(
            ports.clone(),
            Arc::clone(&authorities),
            Arc::clone(&in_force),
            Arc::clone(&profiles),
            Arc::clone(&refusals),
            Arc::clone(&changes),
            Arc::clone(&safeguards),
        ));
        let publications = Arc::new(publication::Publications::new(ports.clone()));
        Ok(Self {
            ports: ports.clone(),
            reconciler,
            settings: Arc::clone(&settings),
            authentication: Arc::new(authentication::Authentication::new(
                Ports { clock: Arc::new(safeguards::Believed(Arc::clone(&safeguards))), ..ports.clone() },
                Arc::clone(&settings),
                Arc::clone(&refusals),
            )),
            ceremonies: Arc::new(ceremony::Ceremonies::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&settings),
                Arc::clone(&refusals),
            )),
            possession: Arc::new(possession::Possession::new(
                ports.clone(),
                Arc::clone(&settings),
                Arc::clone(&authorities),
                Arc::clone(&refusals),
                Arc::clone(&certificates),
            )),
            certificates,
            enrollment: Arc::new(enrollment::Enrollment::new(
                ports.clone(),
                in_force,
                Arc::clone(&profiles),
                Arc::clone(&refusals),
                Arc::clone(&safeguards),
            )),
            status: Arc::new(status::StatusService::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&settings),
                Arc::clone(&changes),
                Arc::clone(&publications),
                Arc::clone(&safeguards),
            )),
            crl: Arc::new(crl::CrlPublisher::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&settings),
                Arc::clone(&publications),
                Arc::clone(&safeguards),
            )),
            ocsp_signer: Arc::new(ocsp_signer::OcspSigners::new(
                ports.clone(),
                Arc::clone(&authorities),
                profiles,
                settings,
                changes,
                Arc::clone(&safeguards),
            )),
            readiness: Arc::new(readiness::Readiness::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(publications.alarms()),
                Arc::clone(&safeguards),
            )),
            safeguards,
            publications,
            default_issuing: Arc::new(default_issuing::DefaultIssuing::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&refusals),
            )),
            suspension: Arc::new(suspension::Suspension::new(
                ports.clone(),
                Arc::clone(&authorities),
                Arc::clone(&refusals),
            )),
            authorities,
            refusals,
        })
    }
}
