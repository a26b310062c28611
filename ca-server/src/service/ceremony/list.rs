//! CRLs of authorities whose keys are offline.

use ca_core::issuance::AuthorityName;
use ca_core::x509::certificate::Certificate;

use super::check::{self, CheckedCrl};
use super::{AuthorityState, Ceremonies, CeremonyError};
use crate::port::record::{CrlSummary, IntentKind, KeyPlace, ListScope, NewCrl, NewIntent};
use crate::port::{Act, StoreError, new_record_id};

impl Ceremonies {
    /// Publishes a CRL, DER, of an authority whose key is offline.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn publish_crl(
        &self,
        act: &Act,
        name: &AuthorityName,
        der: &[u8],
    ) -> Result<AuthorityState, CeremonyError> {
        self.on_record(act, "crl.publish", name, self.try_publish_crl(act, name, der))
    }

    fn try_publish_crl(
        &self,
        act: &Act,
        name: &AuthorityName,
        der: &[u8],
    ) -> Result<AuthorityState, CeremonyError> {
        let record = self.known(name)?;
        let (KeyPlace::Offline, Some(certificate)) = (&record.key, &record.certificate) else {
            return Err(CeremonyError::NotOffline { name: name.clone() });
        };
        let certificate = Certificate::from_der(certificate)
            .map_err(|error| StoreError::Damaged { detail: format!("the certificate of {name}: {error}") })?;
        let newest = self.ports.store.newest_crl(ListScope::whole(record.id), false)?;
        let crl = check::crl(name, &certificate, der, newest.as_ref(), act.at)?;
        let summary = self.publish(act, record.id, &crl)?;
        tracing::info!(
            request_id = %act.request_id, authority = %name, actor = %act.actor, outcome = "published",
            number = summary.number, entries = summary.entries, "CRL of a ceremony published"
        );
        self.state(record)
    }

    /// A CRL that was signed elsewhere takes the way of all others: the intent first, then the list.
    pub(super) fn publish(
        &self,
        act: &Act,
        authority: uuid::Uuid,
        crl: &CheckedCrl,
    ) -> Result<CrlSummary, CeremonyError> {
        let mut rng = self.ports.randomness.generator();
        let tbs = crl.crl.tbs_der();
        let intent = NewIntent {
            id: new_record_id(act.at, &mut *rng),
            authority,
            kind: IntentKind::Crl(crl.number),
            tbs: tbs.to_vec(),
            tbs_hash: ca_core::algorithm::digest::sm3(tbs),
            profile: String::new(),
            profile_hash: None,
            requester: act.actor.to_string(),
            idempotency_key: None,
        };
        let list = NewCrl {
            shard: None,
            id: new_record_id(act.at, &mut *rng),
            this_update: crl.crl.this_update(),
            next_update: crl.next_update,
            entries: crl.crl.revoked().len() as u64,
            scheduled: true,
            status_position: 0,
            base: None,
            tbs_hash: None,
            tbs_octets: 0,
            der: crl.crl.der().to_vec(),
        };
        match self.ports.store.import_crl(act, &intent, &list) {
            Err(StoreError::Conflict { .. }) => Err(self.not_rising(authority, crl)?),
            other => Ok(other?),
        }
    }

    /// Another list came between the check and now.
    fn not_rising(&self, authority: uuid::Uuid, crl: &CheckedCrl) -> Result<CeremonyError, StoreError> {
        let newest = self.ports.store.newest_crl(ListScope::whole(authority), false)?;
        let this_update = crl.crl.this_update();
        Ok(CeremonyError::CrlNotRising {
            number: crl.number,
            this_update,
            newest: self.ports.store.next_crl_number(authority)?.saturating_sub(1),
            newest_update: newest.map_or(this_update, |newest| newest.this_update),
        })
    }
}
