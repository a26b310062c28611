//! Authorities that issue nothing for the time being. Their CRLs and OCSP answers go on.

use std::sync::Arc;

use ca_core::issuance::AuthorityName;
use uuid::Uuid;

use super::authorities::Authorities;
use super::{Fault, Refusals};
use crate::port::record::{SUSPENDED, suspension};
use crate::port::{Act, Ports, StoreError};

/// Suspends and resumes authorities.
pub struct Suspension {
    ports: Ports,
    authorities: Arc<Authorities>,
    refusals: Arc<Refusals>,
}

/// Why an authority was not suspended or resumed.
#[derive(Debug, thiserror::Error)]
pub enum SuspensionError {
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: AuthorityName,
    },
    /// It is as asked for already.
    #[error("authority {name} is {}", if *suspended { "suspended already" } else { "not suspended" })]
    Already {
        /// The authority.
        name: AuthorityName,
        /// Whether it is suspended.
        suspended: bool,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Suspension {
    /// Over these ports.
    pub fn new(ports: Ports, authorities: Arc<Authorities>, refusals: Arc<Refusals>) -> Self {
        Self { ports, authorities, refusals }
    }

    /// Suspends an authority, or resumes it. Once this returned, no request that begins later, on any server, is granted
    /// by a suspended one.
    ///
    /// # Errors
    /// [`SuspensionError`].
    pub fn set(&self, act: &Act, name: &AuthorityName, suspended: bool) -> Result<(), SuspensionError> {
        let action = if suspended { "authority.suspend" } else { "authority.resume" };
        self.try_set(act, name, suspended).inspect_err(|error| {
            self.refusals.record(act, action, error.code(), &format!("authority {name}: {error}"));
        })?;
        tracing::warn!(request_id = %act.request_id, authority = %name, actor = %act.actor, outcome = action, "suspension changed");
        Ok(())
    }

    fn try_set(&self, act: &Act, name: &AuthorityName, suspended: bool) -> Result<(), SuspensionError> {
        let authority = self.authorities.get(name.as_str());
        let authority = authority.ok_or_else(|| SuspensionError::UnknownAuthority { name: name.clone() })?;
        let id = authority.record().id;
        if is_suspended(&self.ports, id)? == suspended {
            return Err(SuspensionError::Already { name: name.clone(), suspended });
        }
        let value = if suspended { SUSPENDED } else { "no" };
        Ok(self.ports.store.put_setting(act, &suspension(id), value)?)
    }
}

/// Whether an authority is suspended, by the store, which all servers share.
pub(super) fn is_suspended(ports: &Ports, authority: Uuid) -> Result<bool, StoreError> {
    Ok(ports.store.setting(&suspension(authority))?.as_deref() == Some(SUSPENDED))
}

impl SuspensionError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::Already { suspended: true, .. } => "already-suspended",
            Self::Already { suspended: false, .. } => "not-suspended",
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownAuthority { .. } => Fault::NotFound,
            Self::Already { .. } => Fault::Conflict,
            Self::Store(error) => error.into(),
        }
    }
}
