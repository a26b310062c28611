//! One authority with its key, where the key is here.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use ca_core::algorithm::digest::{DigestAlgorithm, digest};
use ca_core::algorithm::{KeyElsewhere, Signer};
use ca_core::custody::{Custody, CustodyError, FileCustody, KeyName};
use ca_core::issuance::{AuthorityName, Issuer, Urls};
use ca_core::ocsp::{CertId, Responder};
use ca_core::x509::certificate::Certificate;
use jiff::Timestamp;
use rand_core::CryptoRng;

use super::settings::Settings;
use crate::port::Signer as RemoteSigner;
use crate::port::record::{AuthorityRecord, KeyPlace, OcspSignerRecord};

/// The custody of the server's keys. Cloning shares it.
#[derive(Clone)]
pub struct Keys {
    /// The keys of authorities.
    pub authorities: Arc<dyn Custody>,
    /// The keys of delegated OCSP signers, which live for days and are made by the server itself.
    pub responders: Arc<dyn Custody>,
    /// The process that has the keys of authorities, where they are not here.
    pub signer: Option<Arc<dyn RemoteSigner>>,
}

impl Keys {
    /// All keys in plain files of a folder.
    pub fn in_folder(folder: PathBuf) -> Self {
        let files: Arc<dyn Custody> = Arc::new(FileCustody::new(folder, None));
        Self { authorities: Arc::clone(&files), responders: files, signer: None }
    }
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys")
    }
}

/// An authority with its key.
pub struct Authority {
    record: AuthorityRecord,
    certificate: Certificate,
    issuer: Option<Issuer>,
    remote: Option<Arc<dyn RemoteSigner>>,
    chain: Vec<Certificate>,
    hashes: Vec<IssuerHashes>,
    responder: RwLock<Option<Arc<ActiveResponder>>>,
}

/// The key of the authority is on no machine with a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key of authority {name} is offline: it signs in a ceremony, not here")]
pub struct KeyOffline {
    /// The authority.
    pub name: AuthorityName,
}

impl KeyOffline {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        "authority-key-offline"
    }
}

/// A delegated OCSP signer in use.
pub(crate) struct ActiveResponder {
    pub(crate) responder: Responder,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
    pub(crate) key: KeyName,
}

/// The hashes by which a CertID names an authority, for one hash algorithm.
struct IssuerHashes {
    algorithm: DigestAlgorithm,
    name: Vec<u8>,
    key: Vec<u8>,
}

impl Authority {
    /// An authority from its record and its chain, which begins with its own certificate. What is wrong is said in
    /// words.
    pub(super) fn load(
        record: AuthorityRecord,
        chain: Vec<Certificate>,
        settings: &Settings,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, String> {
        let certificate = chain.first().cloned().ok_or("it has no certificate")?;
        let issuer = match &record.key {
            KeyPlace::Offline => None,
            KeyPlace::Custody(name) => {
                let shards = settings.lists_of(&record.name).shards;
                let urls = Urls::under(&settings.public_url, &record.name).map_err(text)?.with_shards(shards);
                let signer: Arc<dyn Signer> = match settings.keys.signer {
                    None => settings.keys.authorities.open(name, record.sm2_parameters).map_err(text)?,
                    Some(_) => {
                        let key = certificate.public_key().map_err(text)?;
                        Arc::new(KeyElsewhere::new(key, record.sm2_parameters))
                    }
                };
                let issuer = Issuer::new(record.name.clone(), certificate.clone(), signer, urls, rng);
                Some(issuer.map_err(text)?)
            }
        };
        let key = certificate.public_key().map_err(text)?;
        let hashes = DigestAlgorithm::ALL
            .into_iter()
            .map(|algorithm| IssuerHashes {
                algorithm,
                name: digest(algorithm, certificate.subject().as_der()),
                key: digest(algorithm, key.key_bits()),
            })
            .collect();
        let remote = settings.keys.signer.clone();
        Ok(Self { record, certificate, issuer, remote, chain, hashes, responder: RwLock::new(None) })
    }

    /// Puts a stored OCSP signer to use. One that cannot be used is logged and left: it is replaced by a new one.
    pub(super) fn take_up(&self, signer: &OcspSignerRecord, settings: &Settings) {
        match self.responder(signer, settings) {
            Ok(active) => self.activate(active),
            Err(detail) => {
                tracing::warn!(authority = %self.record.name, detail, "the OCSP signer cannot be used and is renewed");
            }
        }
    }

    fn responder(&self, record: &OcspSignerRecord, settings: &Settings) -> Result<ActiveResponder, String> {
        let certificate = Certificate::from_der(&record.certificate).map_err(text)?;
        let signer = settings.keys.responders.open(&record.key, self.record.sm2_parameters).map_err(text)?;
        self.responder_from(certificate, signer, record.key.clone())
    }

    /// A responder of this authority from its parts.
    pub(super) fn responder_from(
        &self,
        certificate: Certificate,
        signer: Arc<dyn Signer>,
        key: KeyName,
    ) -> Result<ActiveResponder, String> {
        let (not_before, not_after) = (certificate.validity().not_before, certificate.validity().not_after);
        let responder = Responder::new(certificate, signer).map_err(text)?;
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
        &self.certificate
    }

    /// Its certificate, that of its issuer, and so on to the anchor.
    pub fn chain(&self) -> &[Certificate] {
        &self.chain
    }

    /// Whether its key is on no machine with a network.
    pub fn is_offline(&self) -> bool {
        self.issuer.is_none()
    }

    /// What signs its certificates and CRLs.
    ///
    /// # Errors
    /// [`KeyOffline`].
    pub(super) fn issuer(&self) -> Result<&Issuer, KeyOffline> {
        self.issuer.as_ref().ok_or_else(|| KeyOffline { name: self.record.name.clone() })
    }
}

impl Authority {
    /// The process that has its key, where the key is not here.
    pub(super) fn remote(&self) -> Option<&dyn RemoteSigner> {
        self.remote.as_deref()
    }
}

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Destroys a key that is not used any more. Where that fails it is logged: the key is of no use to anybody.
pub(super) fn destroy_quietly(custody: &dyn Custody, name: &KeyName) {
    match custody.destroy(name) {
        Ok(()) | Err(CustodyError::KeyMissing { .. }) => {}
        Err(error) => {
            tracing::warn!(key = %name, %error, "a key that is not used any more could not be destroyed")
        }
    }
}
