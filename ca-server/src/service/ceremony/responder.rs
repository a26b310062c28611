//! OCSP responders of authorities whose keys are offline: their keys are here, their certificates come out of ceremonies.

use ca_core::custody::KeyName;
use ca_core::x509::certificate::Certificate;
use uuid::Uuid;

use super::check;
use super::install::Received;
use super::{Ceremonies, CeremonyError};
use crate::port::record::{
    AuthorityRecord, AuthorityRequestRecord, ListScope, OcspSignerRecord, RequestState,
};
use crate::port::{Act, StoreError, new_record_id};
use crate::service::authorities::Authority;
use crate::service::authority::destroy_quietly;
use crate::service::ocsp_signer;

impl Ceremonies {
    /// Makes the key of a responder and the request for its certificate. The key is named after the request, so that the
    /// answer leads to it.
    pub(super) fn request_responder(
        &self,
        act: &Act,
        record: &AuthorityRecord,
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
        let authority = self.in_use(record)?;
        let keys = &*self.settings.keys.responders;
        let superseded = self.ports.store.authority_requests(record.id)?;
        let mut rng = self.ports.randomness.generator();
        let id = new_record_id(act.at, &mut *rng);
        let key = key_name(id)?;
        let spec = certified_key(authority.certificate())?.spec();
        keys.generate(&key, spec, &mut *rng)?;
        let signer = keys.open(&key, record.sm2_parameters)?;
        let subject = ocsp_signer::subject(&authority)
            .map_err(|error| CeremonyError::Malformed { what: "the subject", reason: error.to_string() })?;
        let made = self
            .open_request(act, record, id, &subject, &*signer)
            .inspect_err(|_| destroy_quietly(keys, &key))?;
        for request in superseded.iter().filter(|request| request.state == RequestState::Open) {
            destroy_quietly(keys, &key_name(request.request.id)?);
        }
        Ok(made)
    }

    /// Checks the certificate of a responder and puts it to use; the key of the one before is destroyed.
    pub(super) fn install_responder(
        &self,
        act: &Act,
        record: &AuthorityRecord,
        received: &Received<'_>,
    ) -> Result<(), CeremonyError> {
        let (name, store) = (&record.name, &self.ports.store);
        let authority = self.in_use(record)?;
        let root = authority.certificate();
        if received.brought.root_certificate != root.der() || received.brought.root != *name {
            return Err(CeremonyError::OtherRoot { name: name.clone() });
        }
        let (keys, key) = (&*self.settings.keys.responders, key_name(received.request.request.id)?);
        let signer = keys.open(&key, record.sm2_parameters)?;
        let checked = check::responder(name, signer.public_key(), received.certificate()?, root, act.at)?;
        received.check(root, act.at)?;
        let (der, serial) = (checked.der().to_vec(), checked.serial().clone());
        let not_after = checked.validity().not_after;
        let active = authority
            .responder_from(checked, signer, key.clone())
            .map_err(|reason| CeremonyError::NotAResponder { name: name.clone(), reason })?;
        let mut next = act.clone();
        if let Some(list) = received.crl() {
            let newest = store.newest_crl(ListScope::whole(record.id), false)?;
            let known = match &newest {
                Some(newest) => store.crl(newest.id)?.is_some_and(|known| known.der == list),
                None => false,
            };
            if !known {
                let crl = check::crl(name, root, list, newest.as_ref(), act.at)?;
                self.publish(&next, record.id, &crl)?;
                next = act.continued(act.at);
            }
        }
        let signer_record = OcspSignerRecord {
            id: new_record_id(act.at, &mut *self.ports.randomness.generator()),
            authority: record.id,
            certificate: der,
            key,
            not_after,
            created_at: act.at,
            version: 1,
        };
        store.add_ocsp_signer(&next, &signer_record)?;
        received.close(&**store, &act.continued(act.at))?;
        let old = authority.active_responder();
        authority.activate(active);
        if let Some(old) = old.filter(|old| old.key != signer_record.key) {
            destroy_quietly(keys, &old.key);
        }
        tracing::info!(
            request_id = %act.request_id, authority = %name, actor = %act.actor, outcome = "certified",
            %serial, %not_after, transcript = received.transcript(), "OCSP responder certified by a ceremony"
        );
        Ok(())
    }

    /// The authority as it is at work.
    fn in_use(&self, record: &AuthorityRecord) -> Result<std::sync::Arc<Authority>, CeremonyError> {
        self.authorities.refresh(&self.ports, &self.settings)?;
        self.authorities
            .get(record.name.as_str())
            .ok_or_else(|| CeremonyError::UnknownAuthority { name: record.name.to_string() })
    }
}

fn certified_key(certificate: &Certificate) -> Result<ca_core::key::PublicKey, StoreError> {
    certificate
        .public_key()
        .map_err(|error| StoreError::Damaged { detail: format!("the key of an authority: {error}") })
}

/// The name of a responder's key, after the request for its certificate.
fn key_name(request: Uuid) -> Result<KeyName, StoreError> {
    format!("ocsp-{request}")
        .parse()
        .map_err(|error| StoreError::Damaged { detail: format!("the name of a key: {error}") })
}
