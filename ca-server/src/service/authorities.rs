//! The authorities of this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use ca_core::issuance::AuthorityName;
use ca_core::x509::certificate::Certificate;
use uuid::Uuid;

pub use super::authority::{Authority, KeyOffline, Keys};
use super::off_host::{LogError, TakeUpError};
use super::settings::{Mode, Settings};
use crate::port::record::{AuthorityKind, AuthorityRecord, Origin};
use crate::port::{Ports, StoreError};

/// The longest chain from an authority to its anchor; longer ones are circles.
pub(super) const MAX_CHAIN: usize = 8;

/// The authorities of this process. What a ceremony certified joins while the server runs.
pub struct Authorities {
    all: RwLock<Arc<[Arc<Authority>]>>,
    /// One refresh at a time: two would each make an instance of the same authority.
    turn: Mutex<()>,
}

/// Why the authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// An authority was made by `dev`.
    #[error(
        "authority {name} was made by `ca-server dev` and is not fit for service: make one in a ceremony"
    )]
    MadeByDev {
        /// The authority.
        name: AuthorityName,
    },
    /// An authority cannot be used.
    #[error("authority {name} cannot be used: {detail}")]
    Unusable {
        /// The authority.
        name: AuthorityName,
        /// What is wrong and what to do.
        detail: String,
    },
    /// The off-host log is not gone by.
    #[error(transparent)]
    OffHost(#[from] LogError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<TakeUpError> for AuthoritiesError {
    fn from(error: TakeUpError) -> Self {
        match error {
            TakeUpError::Log(error) => error.into(),
            TakeUpError::Store(error) => error.into(),
        }
    }
}

impl Authorities {
    /// Loads all certified authorities of the store, with their keys where they are here. There may be none yet.
    ///
    /// # Errors
    /// [`AuthoritiesError`].
    pub fn load(ports: &Ports, settings: &Settings) -> Result<Self, AuthoritiesError> {
        let authorities = Self { all: RwLock::new(Arc::new([])), turn: Mutex::new(()) };
        authorities.refresh(ports, settings)?;
        Ok(authorities)
    }

    /// Takes up what the store has and this process has not: authorities that were certified meanwhile, here or by
    /// another server. Those in use are left as they are. Returns how many were taken up.
    ///
    /// # Errors
    /// [`AuthoritiesError`]; what was in use before is then still in use.
    pub fn refresh(&self, ports: &Ports, settings: &Settings) -> Result<usize, AuthoritiesError> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let records = ports.store.authorities()?;
        if settings.mode == Mode::Serve
            && let Some(made) = records.iter().find(|record| record.origin == Origin::Dev)
        {
            return Err(AuthoritiesError::MadeByDev { name: made.name.clone() });
        }
        let before = self.all();
        let is_known = |record: &AuthorityRecord| {
            before
                .iter()
                .any(|known| known.record().id == record.id && known.record().version == record.version)
        };
        if records.iter().all(|record| record.certificate.is_none() || is_known(record)) {
            return Ok(0);
        }
        let certificates = certificates(&records)?;
        let mut rng = ports.randomness.generator();
        let (mut all, mut new) = (Vec::new(), 0);
        for record in records {
            if record.certificate.is_none() {
                continue;
            }
            let kept = before
                .iter()
                .find(|known| known.record().id == record.id && known.record().version == record.version);
            if let Some(kept) = kept {
                all.push(Arc::clone(kept));
                continue;
            }
            let chain = chain(&record, &certificates)?;
            let authority = Authority::load(record.clone(), chain, settings, &mut *rng)
                .map_err(|detail| unusable(&record, detail))?;
            // Only who answers OCSP has its keys.
            if settings.roles.status
                && let Some(signer) = ports.store.ocsp_signer(record.id)?
            {
                authority.take_up(&signer, settings);
            }
            all.push(Arc::new(authority));
            new += 1;
        }
        *self.all.write().unwrap_or_else(PoisonError::into_inner) = all.into();
        Ok(new)
    }

    /// All of them, as they are now.
    pub fn all(&self) -> Arc<[Arc<Authority>]> {
        Arc::clone(&self.all.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The one with this name.
    pub fn get(&self, name: &str) -> Option<Arc<Authority>> {
        self.all().iter().find(|authority| authority.record().name.as_str() == name).cloned()
    }

    /// The authority for end entities where none is named and none was chosen: `issuing`, or the only one.
    pub fn default_issuing(&self) -> Option<Arc<Authority>> {
        let all = self.all();
        let mut issuing = all.iter().filter(|authority| authority.record().kind == AuthorityKind::Issuing);
        let named = issuing.clone().find(|authority| authority.record().name.as_str() == "issuing");
        named.or_else(|| issuing.next().filter(|_| issuing.next().is_none())).cloned()
    }
}

type Certificates = HashMap<Uuid, (Certificate, Option<Uuid>)>;

fn certificates(records: &[AuthorityRecord]) -> Result<Certificates, AuthoritiesError> {
    let mut certificates = HashMap::new();
    for record in records {
        if let Some(der) = &record.certificate {
            let certificate = Certificate::from_der(der)
                .map_err(|error| unusable(record, format!("its certificate: {error}")))?;
            certificates.insert(record.id, (certificate, record.parent));
        }
    }
    Ok(certificates)
}

fn unusable(record: &AuthorityRecord, detail: String) -> AuthoritiesError {
    AuthoritiesError::Unusable { name: record.name.clone(), detail }
}

fn chain(
    record: &AuthorityRecord,
    certificates: &Certificates,
) -> Result<Vec<Certificate>, AuthoritiesError> {
    let mut chain = Vec::new();
    let mut next = Some(record.id);
    while let Some(id) = next {
        let (certificate, parent) = certificates.get(&id).ok_or_else(|| {
            unusable(record, "an authority above it has no certificate in the store".to_owned())
        })?;
        chain.push(certificate.clone());
        if chain.len() > MAX_CHAIN {
            return Err(unusable(record, format!("its chain has more than {MAX_CHAIN} certificates")));
        }
        next = *parent;
    }
    Ok(chain)
}

impl AuthoritiesError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::MadeByDev { .. } => "authority-made-by-dev",
            Self::Unusable { .. } => "authority-unusable",
            Self::OffHost(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }
}
