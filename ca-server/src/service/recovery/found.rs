//! What is known from outside of the store.

use std::collections::BTreeSet;
use std::io::{self, BufReader, Read};

use ca_core::issuance::AuthorityName;
use ca_core::key::PublicKey;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::stream::CrlStream;
use ca_core::x509::extension::CrlNumber;
use ca_core::x509::name::Name;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

use super::{RECOVERED, entry};
use crate::port::record::{AuthorityRecord, KeyPlace};
use crate::port::{Document, Ports, StoreError};
use crate::service::off_host::Told;
use crate::service::safeguards::Sign;

/// A list that an authority of the store signed.
#[derive(Clone, Debug)]
pub struct FoundList {
    /// Whose.
    pub authority: Uuid,
    /// Its name.
    pub name: AuthorityName,
    /// Whether it was signed in a ceremony.
    pub offline: bool,
    /// CRLNumber.
    pub number: u64,
    /// thisUpdate.
    pub this_update: Timestamp,
    /// What it says of certificates.
    pub entries: Vec<(SerialNumber, Status)>,
}

/// Why a list is not gone by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ListError {
    /// It does not parse, or has no number.
    #[error("it is no CRL with a number")]
    Malformed,
    /// None of the authorities of the store signed it.
    #[error("no authority of this store signed it")]
    OfAnother,
}

impl ListError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Malformed => "crl-malformed",
            Self::OfAnother => "crl-of-another",
        }
    }
}

/// What is known from outside of the store.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// What the off-host log tells.
    pub told: Option<Told>,
    /// Lists that were published.
    pub lists: Vec<FoundList>,
    /// The newest time in all of it.
    pub newest: Option<Timestamp>,
}

impl Found {
    /// What is told, and what is published by this server.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn gather(ports: &Ports, told: Option<Told>) -> Result<Self, StoreError> {
        let newest = told.as_ref().and_then(|told| told.newest);
        let mut found = Self { told, lists: Vec::new(), newest };
        let published = ports.publisher.published().unwrap_or_else(|error| {
            tracing::warn!(%error, "what is published cannot be read, and is not compared with the store");
            Vec::new()
        });
        for (name, document) in published {
            match found.add(ports, &|| BufReader::new(Octets { document: &*document, at: 0 }), false) {
                Ok(()) => {}
                Err(Ok(error)) => tracing::warn!(name, %error, "a published list is not gone by"),
                Err(Err(error)) => return Err(error),
            }
        }
        Ok(found)
    }

    /// Adds a list, DER.
    ///
    /// # Errors
    /// [`ListError`] within, or that of the store.
    pub fn add_list(&mut self, ports: &Ports, der: &[u8]) -> Result<(), Result<ListError, StoreError>> {
        self.add(ports, &|| der, true)
    }

    /// Adds a list that is read twice, from its beginning. What it says of certificates is kept where it is to be `whole`, or is
    /// newer than what the store knows: a list may be of millions.
    fn add<R: Read>(
        &mut self,
        ports: &Ports,
        list: &dyn Fn() -> R,
        whole: bool,
    ) -> Result<(), Result<ListError, StoreError>> {
        let malformed = |_| Ok(ListError::Malformed);
        let stream = CrlStream::open(list(), None).map_err(malformed)?;
        let (issuer, this_update) = (stream.header().issuer.clone(), stream.header().this_update);
        let number: Option<CrlNumber> = stream.finish().map_err(malformed)?.extensions.find().ok().flatten();
        let number = number.and_then(|number| number.to_u64()).ok_or(Ok(ListError::Malformed))?;
        for authority in ports.store.authorities().map_err(Err)? {
            let Some(key) = key_of(&authority, &issuer) else { continue };
            let whole = whole || number >= ports.store.next_crl_number(authority.id).map_err(Err)?;
            let Some(entries) = entries(list(), &key, whole) else { continue };
            self.newest = self.newest.max(Some(this_update));
            let offline = matches!(authority.key, KeyPlace::Offline);
            let (authority, name) = (authority.id, authority.name);
            self.lists.push(FoundList { authority, name, offline, number, this_update, entries });
            return Ok(());
        }
        Err(Ok(ListError::OfAnother))
    }

    /// How it is seen that the store went back, where it did.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn sign(&self, ports: &Ports) -> Result<Option<Sign>, StoreError> {
        if let Some(told) = &self.told {
            let head = told.head();
            if !ports.store.holds(head)? && ports.store.setting(RECOVERED)? != Some(entry(head)) {
                return Ok(Some(Sign::LogAhead));
            }
        }
        // One that was signed in a ceremony may have been published here and not be known to this store.
        for list in self.lists.iter().filter(|list| !list.offline) {
            if list.number >= ports.store.next_crl_number(list.authority)? {
                return Ok(Some(Sign::ListAhead));
            }
        }
        Ok(None)
    }

    /// The authorities of which it tells which CRL numbers were used.
    pub fn known_floors(&self) -> BTreeSet<AuthorityName> {
        let told = self.told.iter().flat_map(|told| told.floors.keys());
        told.chain(self.lists.iter().map(|list| &list.name)).cloned().collect()
    }
}

/// The key of an authority, where it is of this name.
fn key_of(authority: &AuthorityRecord, issuer: &Name) -> Option<PublicKey> {
    let certificate = Certificate::from_der(authority.certificate.as_deref()?).ok()?;
    let is_it = certificate.subject().as_der() == issuer.as_der();
    is_it.then(|| certificate.public_key().ok()).flatten()
}

/// What a list says of certificates, where the key signed it; nothing where it is not asked for.
fn entries(list: impl Read, key: &PublicKey, whole: bool) -> Option<Vec<(SerialNumber, Status)>> {
    let mut stream = CrlStream::open(list, Some(key)).ok()?;
    let mut entries = Vec::new();
    if whole {
        for entry in &mut stream {
            let entry = entry.ok()?.entry;
            let at = entry.revocation_date;
            let status = match entry.reason {
                // A delta says so of what was released.
                Some(Reason::RemoveFromCrl) => continue,
                Some(Reason::CertificateHold) => Status::Held { since: at },
                reason => Status::Revoked {
                    at,
                    reason: reason.unwrap_or(Reason::Unspecified),
                    invalidity_date: entry.invalidity_date,
                },
            };
            entries.push((entry.serial, status));
        }
    }
    stream.finish().ok().filter(|trailer| trailer.verified).map(|_| entries)
}

/// A document from its beginning.
struct Octets<'a> {
    document: &'a dyn Document,
    at: u64,
}

impl Read for Octets<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.document.octets() - self.at).unwrap_or(usize::MAX);
        let count = buffer.len().min(left);
        self.document.read_at(self.at, &mut buffer[..count])?;
        self.at += count as u64;
        Ok(count)
    }
}
