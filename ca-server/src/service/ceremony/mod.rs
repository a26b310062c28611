//! Authorities that are certified in ceremonies: their keys and requests, the answers, and the CRLs of the root.

mod check;
mod error;
mod install;
mod list;
mod request;
mod responder;

use std::sync::Arc;

use ca_core::algorithm::Signer;
use ca_core::issuance::AuthorityName;
use ca_core::revocation::Status;

pub use error::CeremonyError;
pub use install::CeremonyAnswer;

use super::authorities::Authorities;
use super::default_issuing::default_issuing;
use super::{Refusals, Settings, issuing, suspension};
use crate::port::record::{AuthorityRecord, AuthorityRequestRecord, CrlSummary, ListScope, RequestState};
use crate::port::{Act, Ports, StoreError};

/// The name that is kept for a root.
const ROOT: &str = "root";

/// Authorities that are certified in ceremonies.
pub struct Ceremonies {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
    refusals: Arc<Refusals>,
}

/// An authority as administrators see it.
#[derive(Clone, Debug)]
pub struct AuthorityState {
    /// The record.
    pub record: AuthorityRecord,
    /// Its newest CRL.
    pub crl: Option<CrlSummary>,
    /// Its request that is not answered yet.
    pub request: Option<AuthorityRequestRecord>,
    /// Whether it issues nothing for the time being.
    pub suspended: bool,
    /// Whether it issues where no authority is named.
    pub is_default: bool,
    /// The status of its own certificate; none where it has none.
    pub status: Option<Status>,
}

impl Ceremonies {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        settings: Arc<Settings>,
        refusals: Arc<Refusals>,
    ) -> Self {
        Self { ports, authorities, settings, refusals }
    }

    fn signer(&self, record: &AuthorityRecord) -> Result<Arc<dyn Signer>, CeremonyError> {
        let name = record
            .key
            .name()
            .ok_or_else(|| CeremonyError::UnknownAuthority { name: record.name.to_string() })?;
        Ok(self.settings.keys.authorities.open(name, record.sm2_parameters)?)
    }

    /// All authorities. `act` uses up the nonce of the signed read.
    ///
    /// # Errors
    /// [`CeremonyError::Store`].
    pub fn list(&self, act: &Act) -> Result<Vec<AuthorityState>, CeremonyError> {
        self.ports.store.use_nonce(act)?;
        self.ports.store.authorities()?.into_iter().map(|record| self.state(record)).collect()
    }

    /// How an authority stands now.
    ///
    /// # Errors
    /// [`CeremonyError::UnknownAuthority`], [`CeremonyError::Store`].
    pub fn get(&self, name: &AuthorityName) -> Result<AuthorityState, CeremonyError> {
        self.state(self.known(name)?)
    }

    fn state(&self, record: AuthorityRecord) -> Result<AuthorityState, CeremonyError> {
        let crl = self.ports.store.newest_crl(ListScope::whole(record.id), false)?;
        let requests = self.ports.store.authority_requests(record.id)?;
        let request = requests.into_iter().find(|request| request.state == RequestState::Open);
        let suspended = suspension::is_suspended(&self.ports, record.id)?;
        let status = match self.authorities.get(record.name.as_str()) {
            Some(authority) => Some(issuing::status_of_own(&self.ports, &authority)?),
            None => None,
        };
        let default = default_issuing(&self.ports, &self.authorities)?;
        let is_default = default.is_some_and(|default| default.record().id == record.id);
        Ok(AuthorityState { record, crl, request, suspended, is_default, status })
    }

    fn record(&self, name: &AuthorityName) -> Result<Option<AuthorityRecord>, StoreError> {
        Ok(self.ports.store.authorities()?.into_iter().find(|record| record.name == *name))
    }

    fn known(&self, name: &AuthorityName) -> Result<AuthorityRecord, CeremonyError> {
        self.record(name)?.ok_or_else(|| CeremonyError::UnknownAuthority { name: name.to_string() })
    }

    fn on_record<T>(
        &self,
        act: &Act,
        action: &str,
        name: &AuthorityName,
        result: Result<T, CeremonyError>,
    ) -> Result<T, CeremonyError> {
        result.inspect_err(|error| {
            self.refusals.record(act, action, error.code(), &format!("authority {name}: {error}"));
        })
    }
}
