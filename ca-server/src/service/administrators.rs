//! Who may administer: registered on the server's own host, by key.

use std::sync::Arc;

use ca_core::key::{KeyError, PublicKey, WeakKey, weak};
use schemas::message_signature::{MessageSignatureError, check_administrator_key};

use super::Refusals;
use crate::port::record::AdministratorRecord;
use crate::port::{Act, Ports, StoreError, new_record_id};

/// Longest name of an administrator, in characters.
pub const MAX_NAME: usize = 100;

/// Registers administrators.
pub struct Administrators {
    ports: Ports,
    refusals: Arc<Refusals>,
}

/// Why an administrator's registration is not changed.
#[derive(Debug, thiserror::Error)]
pub enum AdministratorsError {
    /// Not a name.
    #[error(
        "{name:?} is not a name of an administrator: 1 to {MAX_NAME} characters, none of them a control character, \
         no blank at either end"
    )]
    Name {
        /// What was given, cut.
        name: String,
    },
    /// Somebody who may act has the name.
    #[error("an administrator named {name} is active: choose another name, or deactivate that one first")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// The key is registered.
    #[error("the key {fingerprint} is registered already, for {name}: a key is registered once")]
    KeyTaken {
        /// The key.
        fingerprint: String,
        /// Whose it is.
        name: String,
    },
    /// The key cannot be read.
    #[error("the public key cannot be read: {0}")]
    Key(#[from] KeyError),
    /// The key is weak.
    #[error("the public key is weak: {0}")]
    Weak(#[from] WeakKey),
    /// Requests cannot be signed with such a key.
    #[error(transparent)]
    Kind(#[from] MessageSignatureError),
    /// Nobody has this name or key.
    #[error("there is no active administrator {name}: ca-server administrator list shows who is registered")]
    Unknown {
        /// Name or fingerprint, cut.
        name: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Administrators {
    /// Over these ports.
    pub fn new(ports: Ports, refusals: Arc<Refusals>) -> Self {
        Self { ports, refusals }
    }

    /// Registers a key, DER SubjectPublicKeyInfo, under a name. A refusal is put on record.
    ///
    /// # Errors
    /// [`AdministratorsError`].
    pub fn add(
        &self,
        act: &Act,
        name: &str,
        spki: &[u8],
    ) -> Result<AdministratorRecord, AdministratorsError> {
        self.try_add(act, name, spki).inspect_err(|error| {
            self.refusals.record(act, "administrator.create", error.code(), &error.to_string());
        })
    }

    fn try_add(
        &self,
        act: &Act,
        name: &str,
        spki: &[u8],
    ) -> Result<AdministratorRecord, AdministratorsError> {
        let count = name.chars().count();
        if count == 0 || count > MAX_NAME || name.trim() != name || name.chars().any(char::is_control) {
            return Err(AdministratorsError::Name { name: name.chars().take(MAX_NAME).collect() });
        }
        let key = PublicKey::from_spki_der(spki)?;
        weak::assess(&key)?;
        check_administrator_key(key.algorithm())?;
        let fingerprint = key.fingerprint().to_string();
        for known in self.ports.store.administrators()? {
            if known.key_fingerprint == fingerprint {
                return Err(AdministratorsError::KeyTaken { fingerprint, name: known.name });
            }
            if known.active && known.name == name {
                return Err(AdministratorsError::NameTaken { name: name.to_owned() });
            }
        }
        let record = AdministratorRecord {
            id: new_record_id(act.at, &mut *self.ports.randomness.generator()),
            name: name.to_owned(),
            key_fingerprint: fingerprint,
            spki: key.spki_der().to_vec(),
            certificate: None,
            active: true,
            created_at: act.at,
            version: 1,
        };
        self.ports.store.add_administrator(act, &record)?;
        tracing::info!(
            actor = %act.actor, outcome = "registered", administrator = record.name, key = record.key_fingerprint,
            "administrator registered"
        );
        Ok(record)
    }

    /// All who are or were registered.
    ///
    /// # Errors
    /// [`AdministratorsError::Store`].
    pub fn list(&self) -> Result<Vec<AdministratorRecord>, AdministratorsError> {
        Ok(self.ports.store.administrators()?)
    }

    /// Takes the registration of the active administrator with this name or key fingerprint out of force. A refusal is
    /// put on record.
    ///
    /// # Errors
    /// [`AdministratorsError`].
    pub fn deactivate(&self, act: &Act, name: &str) -> Result<AdministratorRecord, AdministratorsError> {
        self.try_deactivate(act, name).inspect_err(|error| {
            self.refusals.record(act, "administrator.deactivate", error.code(), &error.to_string());
        })
    }

    fn try_deactivate(&self, act: &Act, name: &str) -> Result<AdministratorRecord, AdministratorsError> {
        let named = |known: &AdministratorRecord| known.name == name || known.key_fingerprint == name;
        let found = self.ports.store.administrators()?.into_iter().find(|known| known.active && named(known));
        let record = found
            .ok_or_else(|| AdministratorsError::Unknown { name: name.chars().take(MAX_NAME).collect() })?;
        self.ports.store.deactivate_administrator(act, record.id)?;
        tracing::info!(
            actor = %act.actor, outcome = "deactivated", administrator = record.name, key = record.key_fingerprint,
            "administrator deactivated"
        );
        Ok(AdministratorRecord { active: false, ..record })
    }
}

impl AdministratorsError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Name { .. } => "administrator-name-invalid",
            Self::NameTaken { .. } => "administrator-name-taken",
            Self::KeyTaken { .. } => "administrator-key-taken",
            Self::Key(error) => error.code(),
            Self::Weak(error) => error.code(),
            Self::Kind(error) => error.code(),
            Self::Unknown { .. } => "administrator-unknown",
            Self::Store(error) => error.code(),
        }
    }
}
