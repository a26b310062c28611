//! Renews the delegated OCSP signers (RFC 6960 §4.2.2.2).

use std::sync::{Arc, Mutex, PoisonError};

use ca_core::custody::KeyName;
use ca_core::issuance::AuthorityName;
use ca_core::profile::ProfileSet;
use ca_core::revocation::Status;
use ca_core::x509::name::{AttributeKind, Name};
use jiff::Timestamp;
use uuid::Uuid;

use super::Settings;
use super::authorities::Authorities;
use super::authority::{ActiveResponder, Authority, KeyOffline, destroy_quietly};
use super::issuing::{self, IssuingError};
use super::safeguards::Safeguards;
use super::status::Changes;
use crate::port::record::OcspSignerRecord;
use crate::port::{Act, Ports, StoreError, new_record_id};

/// The profile of OCSP signers.
const PROFILE: &str = "ocsp-signing";

/// Renews the delegated OCSP signers.
pub struct OcspSigners {
    ports: Ports,
    authorities: Arc<Authorities>,
    profiles: Arc<ProfileSet>,
    settings: Arc<Settings>,
    changes: Arc<Changes>,
    safeguards: Arc<Safeguards>,
    /// One renewal at a time: two would each destroy the other's key.
    turn: Mutex<()>,
}

/// Why an OCSP signer was not renewed.
#[derive(Debug, thiserror::Error)]
pub enum OcspSignerError {
    /// Its certificate could not be issued.
    #[error("the OCSP signer's certificate: {0}")]
    Issuing(#[from] IssuingError),
    /// The authority's key is not here.
    #[error(transparent)]
    Offline(#[from] KeyOffline),
    /// Its key could not be made, saved or used.
    #[error("the OCSP signer's key: {0}")]
    Key(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl OcspSigners {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        profiles: Arc<ProfileSet>,
        settings: Arc<Settings>,
        changes: Arc<Changes>,
        safeguards: Arc<Safeguards>,
    ) -> Self {
        Self { ports, authorities, profiles, settings, changes, safeguards, turn: Mutex::new(()) }
    }

    /// The authorities whose signer is due: they have none in use, a third of its validity is left, or its certificate
    /// was taken back. Those whose key is offline get theirs in a ceremony.
    pub fn due(&self, now: Timestamp) -> Vec<AuthorityName> {
        let due = |authority: &&Arc<Authority>| match authority.active_responder() {
            _ if authority.is_offline() => false,
            Some(active) => {
                let validity = active.not_after.duration_since(active.not_before);
                now.duration_since(active.not_before) >= validity / 3 * 2
                    || self.is_taken_back(authority, &active)
            }
            None => true,
        };
        self.authorities.all().iter().filter(due).map(|authority| authority.name().clone()).collect()
    }

    fn is_taken_back(&self, authority: &Authority, active: &ActiveResponder) -> bool {
        let serial = active.responder.certificate().serial();
        let status = self.ports.store.certificate_status(authority.record().id, serial);
        // Where the store does not answer nothing can be renewed either.
        matches!(status, Ok(Some(Status::Held { .. } | Status::Revoked { .. })))
    }

    /// Renews every signer that is due; for timers. What failed is returned, the others are done.
    pub fn renew_due(&self) -> Vec<(AuthorityName, OcspSignerError)> {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.ports.clock.now();
        let mut failed = Vec::new();
        for name in self.due(now) {
            let Some(authority) = self.authorities.get(name.as_str()) else { continue };
            if let Err(error) = self.renew(&Act::system("ocsp-signer", Uuid::nil(), now), &authority) {
                failed.push((name, error));
            }
        }
        failed
    }

    /// Makes a new key of the authority's kind, has it certified, and puts it to use. The old key is deleted.
    fn renew(&self, act: &Act, authority: &Authority) -> Result<(), OcspSignerError> {
        self.safeguards.signing().map_err(IssuingError::from)?;
        let mut rng = self.ports.randomness.generator();
        let id = new_record_id(act.at, &mut *rng);
        let spec = authority.issuer()?.public_key().spec();
        let name: KeyName = format!("ocsp-{id}").parse().map_err(key_error)?;
        let keys = &*self.settings.keys.responders;
        keys.generate(&name, spec, &mut *rng).map_err(key_error)?;
        let signer = keys.open(&name, authority.record().sm2_parameters).map_err(key_error)?;
        let profile = self.profiles.get(PROFILE).map_err(IssuingError::from)?;
        let request = issuing::own_request(profile, &subject(authority)?, &*signer, &mut *rng)?;
        let issued = issuing::issue(&self.ports, act, authority, request, None)?;
        let not_after = issued.record.not_after;
        let record = OcspSignerRecord {
            id,
            authority: authority.record().id,
            certificate: issued.certificate.der().to_vec(),
            key: name.clone(),
            not_after,
            created_at: act.at,
            version: 1,
        };
        let active =
            authority.responder_from(issued.certificate, signer, name).map_err(OcspSignerError::Key)?;
        self.ports.store.add_ocsp_signer(&act.continued(act.at), &record)?;
        let old = authority.active_responder();
        authority.activate(active);
        // The former one may have been taken back: nothing that it signed is given out again.
        self.changes.all_changed();
        tracing::info!(
            authority = %authority.name(), serial = %issued.record.serial, outcome = "renewed", %not_after,
            "OCSP signer renewed"
        );
        if let Some(old) = old {
            destroy_quietly(keys, &old.key);
        }
        Ok(())
    }
}

/// The signer's name: the authority's, with another common name.
pub(super) fn subject(authority: &Authority) -> Result<Name, OcspSignerError> {
    let of_authority = authority.certificate().subject();
    let mut parts: Vec<_> = [AttributeKind::Country, AttributeKind::Organization]
        .into_iter()
        .filter_map(|kind| of_authority.get(&kind).map(|value| (kind, value)))
        .collect();
    parts.push((AttributeKind::CommonName, format!("OCSP {}", authority.name())));
    Name::from_parts(&parts).map_err(key_error)
}

fn key_error(error: impl std::fmt::Display) -> OcspSignerError {
    OcspSignerError::Key(error.to_string())
}

impl OcspSignerError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Issuing(error) => error.code(),
            Self::Offline(error) => error.code(),
            Self::Key(_) => "ocsp-signer-key",
            Self::Store(error) => error.code(),
        }
    }
}
