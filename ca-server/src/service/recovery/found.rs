//! What is known from outside of the store.

use std::collections::BTreeSet;

use ca_core::issuance::AuthorityName;
use ca_core::revocation::{Reason, Status};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::crl::CertificateList;
use ca_core::x509::serial::SerialNumber;
use jiff::Timestamp;
use uuid::Uuid;

use super::{RECOVERED, entry};
use crate::port::record::KeyPlace;
use crate::port::{Document, Ports, StoreError};
use crate::service::off_host::Told;
use crate::service::safeguards::Sign;

/// A longer list is not looked at: it is ten times one of ten million entries.
const MAX_LIST: u64 = 4 << 30;

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
            let Some(der) = read(&*document) else { continue };
            match found.add_list(ports, &der) {
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
        let list = CertificateList::from_der(der).map_err(|_| Ok(ListError::Malformed))?;
        let number = list.number().ok().flatten().and_then(|number| number.to_u64());
        let number = number.ok_or(Ok(ListError::Malformed))?;
        for authority in ports.store.authorities().map_err(Err)? {
            let Some(certificate) = authority.certificate.as_deref() else { continue };
            let Ok(certificate) = Certificate::from_der(certificate) else { continue };
            let Ok(key) = certificate.public_key() else { continue };
            if list.issuer().as_der() != certificate.subject().as_der()
                || list.verify_signed_by(&key).is_err()
            {
                continue;
            }
            let entries = list.revoked().iter().filter_map(|entry| {
                let at = entry.revocation_date;
                let status = match entry.reason {
                    // A delta says so of what was released.
                    Some(Reason::RemoveFromCrl) => return None,
                    Some(Reason::CertificateHold) => Status::Held { since: at },
                    reason => Status::Revoked {
                        at,
                        reason: reason.unwrap_or(Reason::Unspecified),
                        invalidity_date: entry.invalidity_date,
                    },
                };
                Some((entry.serial.clone(), status))
            });
            let entries = entries.collect();
            let this_update = list.this_update();
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

fn read(document: &dyn Document) -> Option<Vec<u8>> {
    let octets = usize::try_from(document.octets()).ok().filter(|_| document.octets() <= MAX_LIST)?;
    let mut der = vec![0; octets];
    document.read_at(0, &mut der).ok()?;
    Some(der)
}
