//! The authorities of this process, with their keys.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use ca_core::algorithm::Signer;
use ca_core::algorithm::digest::{DigestAlgorithm, digest};
use ca_core::issuance::{AuthorityName, Issuer, Urls};
use ca_core::key::PrivateKey;
use ca_core::keystore::load_private_key;
use ca_core::ocsp::{CertId, Responder};
use ca_core::x509::certificate::Certificate;
use jiff::Timestamp;
use rand_core::CryptoRng;
use uuid::Uuid;

use super::settings::{Mode, Settings};
use crate::port::record::{AuthorityKind, AuthorityRecord, OcspSignerRecord, Origin};
use crate::port::{Ports, StoreError};

/// The longest chain from an authority to its anchor; longer ones are circles.
const MAX_CHAIN: usize = 8;

/// An authority with its key.
pub struct Authority {
    record: AuthorityRecord,
    issuer: Issuer,
    chain: Vec<Certificate>,
    hashes: Vec<IssuerHashes>,
    responder: RwLock<Option<Arc<ActiveResponder>>>,
}

/// A delegated OCSP signer in use.
pub(crate) struct ActiveResponder {
    pub(crate) responder: Responder,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) key: String,
}

/// The hashes by which a CertID names an authority, for one hash algorithm.
struct IssuerHashes {
    algorithm: DigestAlgorithm,
    name: Vec<u8>,
    key: Vec<u8>,
}

/// The authorities of this process.
pub struct Authorities {
    all: Vec<Arc<Authority>>,
}

/// Why the authorities cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AuthoritiesError {
    /// There is none: nothing can be served.
    #[error("the store has no authority yet: make one in a ceremony, or run `ca-server dev` to try")]
    None,
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
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Authorities {
    /// Loads all certified authorities of the store, with their keys from files.
    ///
    /// # Errors
    /// [`AuthoritiesError`].
    pub fn load(ports: &Ports, settings: &Settings) -> Result<Self, AuthoritiesError> {
        let records = ports.store.authorities()?;
        if settings.mode == Mode::Serve
            && let Some(made) = records.iter().find(|record| record.origin == Origin::Dev)
        {
            return Err(AuthoritiesError::MadeByDev { name: made.name.clone() });
        }
        let mut rng = ports.randomness.generator();
        let mut certificates = HashMap::new();
        for record in &records {
            if let Some(der) = &record.certificate {
                let certificate = Certificate::from_der(der)
                    .map_err(|error| unusable(record, format!("its certificate: {error}")))?;
                certificates.insert(record.id, (certificate, record.parent));
            }
        }
        let mut all = Vec::new();
        for record in records {
            if record.certificate.is_none() {
                continue;
            }
            let chain = chain(&record, &certificates)?;
            let authority = Authority::load(record, chain, settings, &mut *rng)?;
            if let Some(signer) = ports.store.ocsp_signer(authority.record.id)? {
                authority.take_up(&signer, settings);
            }
            all.push(Arc::new(authority));
        }
        if all.is_empty() { Err(AuthoritiesError::None) } else { Ok(Self { all }) }
    }

    /// All of them.
    pub fn all(&self) -> &[Arc<Authority>] {
        &self.all
    }

    /// The one with this name.
    pub fn get(&self, name: &str) -> Option<&Arc<Authority>> {
        self.all.iter().find(|authority| authority.record.name.as_str() == name)
    }

    /// The authority for end entities where none is named: `issuing`, or the only one.
    pub fn default_issuing(&self) -> Option<&Arc<Authority>> {
        let mut issuing = self.all.iter().filter(|authority| authority.record.kind == AuthorityKind::Issuing);
        self.get("issuing").filter(|authority| authority.record.kind == AuthorityKind::Issuing).or_else(
            || {
                let first = issuing.next();
                first.filter(|_| issuing.next().is_none())
            },
        )
    }
}

impl Authority {
    fn load(
        record: AuthorityRecord,
        chain: Vec<Certificate>,
        settings: &Settings,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, AuthoritiesError> {
        let Some(certificate) = chain.first().cloned() else {
            return Err(unusable(&record, "it has no certificate".to_owned()));
        };
        let urls = Urls::under(&settings.public_url, &record.name)
            .map_err(|error| unusable(&record, error.to_string()))?;
        let signer = signer(&settings.keys.join(&record.key), record.sm2_parameters)
            .map_err(|detail| unusable(&record, detail))?;
        let issuer = Issuer::new(record.name.clone(), certificate, signer, urls, rng)
            .map_err(|error| unusable(&record, error.to_string()))?;
        let hashes = DigestAlgorithm::ALL
            .into_iter()
            .map(|algorithm| IssuerHashes {
                algorithm,
                name: digest(algorithm, issuer.certificate().subject().as_der()),
                key: digest(algorithm, issuer.public_key().key_bits()),
            })
            .collect();
        Ok(Self { record, issuer, chain, hashes, responder: RwLock::new(None) })
    }

    /// Puts a stored OCSP signer to use. One that cannot be used is logged and left: it is replaced by a new one.
    fn take_up(&self, signer: &OcspSignerRecord, settings: &Settings) {
        match self.responder(signer, &settings.keys) {
            Ok(active) => self.activate(active),
            Err(detail) => {
                tracing::warn!(authority = %self.record.name, detail, "the OCSP signer cannot be used and is renewed");
            }
        }
    }

    fn responder(&self, record: &OcspSignerRecord, keys: &Path) -> Result<ActiveResponder, String> {
        let certificate = Certificate::from_der(&record.certificate).map_err(|error| error.to_string())?;
        let signer = signer(&keys.join(&record.key), self.record.sm2_parameters)?;
        self.responder_from(certificate, signer, record.key.clone())
    }

    /// A responder of this authority from its parts.
    pub(super) fn responder_from(
        &self,
        certificate: Certificate,
        signer: Arc<dyn Signer>,
        key: String,
    ) -> Result<ActiveResponder, String> {
        let (not_before, not_after) = (certificate.validity().not_before, certificate.validity().not_after);
        let responder = Responder::new(certificate, signer).map_err(|error| error.to_string())?;
        Ok(ActiveResponder { responder, not_before, not_after, key })
    }

    /// Puts a responder to use.
    pub(super) fn activate(&self, active: ActiveResponder) {
        *self.responder.write().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(active));
    }

    /// The responder in use.
    pub(super) fn active_responder(&self) -> Option<Arc<ActiveResponder>> {
        self.responder.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a CertID names this authority by name and key (RFC 6960 §4.1.1).
    pub(super) fn is_named_by(&self, id: &CertId) -> bool {
        self.hashes.iter().any(|hashes| {
            hashes.algorithm == id.hash()
                && hashes.name == id.issuer_name_hash()
                && hashes.key == id.issuer_key_hash()
        })
    }

    /// The record.
    pub fn record(&self) -> &AuthorityRecord {
        &self.record
    }

    /// Its name.
    pub fn name(&self) -> &AuthorityName {
        &self.record.name
    }

    /// Its certificate.
    pub fn certificate(&self) -> &Certificate {
        self.issuer.certificate()
    }

    /// Its certificate, that of its issuer, and so on to the anchor.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// What signs its certificates and CRLs.
    pub(super) fn issuer(&self) -> &Issuer {
        &self.issuer
    }
}

fn unusable(record: &AuthorityRecord, detail: String) -> AuthoritiesError {
    AuthoritiesError::Unusable { name: record.name.clone(), detail }
}

fn signer(path: &Path, parameters: ca_core::algorithm::Sm2Parameters) -> Result<Arc<dyn Signer>, String> {
    let key: PrivateKey = load_private_key(path, None).map_err(|error| error.to_string())?;
    Ok(Arc::new(key.into_signer(parameters)))
}

fn chain(
    record: &AuthorityRecord,
    certificates: &HashMap<Uuid, (Certificate, Option<Uuid>)>,
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
            Self::None => "no-authority",
            Self::MadeByDev { .. } => "authority-made-by-dev",
            Self::Unusable { .. } => "authority-unusable",
            Self::Store(error) => error.code(),
        }
    }
}
