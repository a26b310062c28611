//! Which authority issues where none is named: what moves subscribers from one authority to its successor.

use std::sync::Arc;

use ca_core::issuance::AuthorityName;

use super::authorities::{Authorities, Authority};
use super::issuing::{self, IssuingError};
use super::{Fault, Refusals};
use crate::port::record::AuthorityKind;
use crate::port::{Act, Ports, StoreError};

/// The setting that names the authority by its record, for all servers over the store.
const SETTING: &str = "default-issuing";

/// Says which authority issues where none is named.
pub struct DefaultIssuing {
    ports: Ports,
    authorities: Arc<Authorities>,
    refusals: Arc<Refusals>,
}

/// Why another authority was not chosen.
#[derive(Debug, thiserror::Error)]
pub enum DefaultIssuingError {
    /// There is no such authority.
    #[error("there is no authority {name}")]
    UnknownAuthority {
        /// The name that was asked for.
        name: AuthorityName,
    },
    /// It issues to authorities only.
    #[error("authority {name} issues to authorities only")]
    NotIssuing {
        /// The authority.
        name: AuthorityName,
    },
    /// It is the one already.
    #[error("authority {name} is the one already that issues where none is named")]
    Already {
        /// The authority.
        name: AuthorityName,
    },
    /// It is suspended, or its certificate is held or revoked.
    #[error(transparent)]
    NotInForce(#[from] IssuingError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl DefaultIssuing {
    /// Over these ports.
    pub fn new(ports: Ports, authorities: Arc<Authorities>, refusals: Arc<Refusals>) -> Self {
        Self { ports, authorities, refusals }
    }

    /// Chooses the authority. Once this returned, every request that begins later on this server and names none goes to it;
    /// within a second, on any server that knows it.
    ///
    /// # Errors
    /// [`DefaultIssuingError`].
    pub fn set(&self, act: &Act, name: &AuthorityName) -> Result<(), DefaultIssuingError> {
        self.try_set(act, name).inspect_err(|error| {
            let detail = format!("authority {name}: {error}");
            self.refusals.record(act, "authority.make-default", error.code(), &detail);
        })?;
        tracing::warn!(
            request_id = %act.request_id, authority = %name, actor = %act.actor, outcome = "authority.make-default",
            "requests that name no authority go to another one"
        );
        Ok(())
    }

    fn try_set(&self, act: &Act, name: &AuthorityName) -> Result<(), DefaultIssuingError> {
        let authority = self.authorities.get(name.as_str());
        let authority =
            authority.ok_or_else(|| DefaultIssuingError::UnknownAuthority { name: name.clone() })?;
        if authority.record().kind != AuthorityKind::Issuing {
            return Err(DefaultIssuingError::NotIssuing { name: name.clone() });
        }
        issuing::check_in_force(&self.ports, &authority)?;
        let id = authority.record().id;
        if default_issuing(&self.ports, &self.authorities)?.is_some_and(|now| now.record().id == id) {
            return Err(DefaultIssuingError::Already { name: name.clone() });
        }
        Ok(self.ports.store.put_setting(act, SETTING, &id.to_string())?)
    }
}

/// The authority for end entities where none is named: the one that was chosen; else `issuing`, or the only one.
pub(super) fn default_issuing(
    ports: &Ports,
    authorities: &Authorities,
) -> Result<Option<Arc<Authority>>, StoreError> {
    let Some(chosen) = ports.store.setting(SETTING)? else { return Ok(authorities.default_issuing()) };
    let all = authorities.all();
    Ok(all.iter().find(|authority| authority.record().id.to_string() == chosen).cloned())
}

impl DefaultIssuingError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownAuthority { .. } => "unknown-authority",
            Self::NotIssuing { .. } => "authority-not-issuing",
            Self::Already { .. } => "already-default",
            Self::NotInForce(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    /// How protocols class it.
    pub fn fault(&self) -> Fault {
        match self {
            Self::UnknownAuthority { .. } => Fault::NotFound,
            Self::NotIssuing { .. } => Fault::Unacceptable,
            Self::Already { .. } => Fault::Conflict,
            Self::NotInForce(error) => error.fault(),
            Self::Store(error) => error.into(),
        }
    }
}
