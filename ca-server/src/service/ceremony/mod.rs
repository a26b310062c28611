//! Authorities that are certified in ceremonies: their keys and requests, the answers, and the CRLs of the root.

mod check;
mod error;

use std::sync::Arc;

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::custody::{CustodyError, KeyName};
use ca_core::issuance::{AuthorityName, hierarchy};
use ca_core::x509::certificate::Certificate;
use ca_core::x509::name::Name;
use ca_core::x509::request::CertificationRequest;

pub use error::CeremonyError;

use super::authorities::Authorities;
use super::{Refusals, Settings};
use crate::port::record::{
    AuthorityKind, AuthorityRecord, AuthorityRequestRecord, CrlSummary, IntentKind, KeyPlace,
    NewAuthorityRequest, NewCrl, NewIntent, Origin, REQUEST_NONCE, RequestState,
};
use crate::port::{Act, Ports, StoreError, new_record_id};
use check::{CheckedChain, CheckedCrl};

/// The name that is kept for a root.
const ROOT: &str = "root";

/// Authorities that are certified in ceremonies.
pub struct Ceremonies {
    ports: Ports,
    authorities: Arc<Authorities>,
    settings: Arc<Settings>,
    refusals: Arc<Refusals>,
}

/// What a ceremony answered to a request.
#[derive(Clone, Debug)]
pub struct CeremonyAnswer {
    /// The sequence of the request.
    pub sequence: u64,
    /// Its nonce.
    pub nonce: Vec<u8>,
    /// The authority's certificate and the root's, DER.
    pub chain: Vec<Vec<u8>>,
    /// The root's CRL, DER.
    pub crl: Vec<u8>,
    /// SM3 of the transcript.
    pub transcript: [u8; 32],
    /// SM3 of the answer as it came.
    pub answer: [u8; 32],
    /// The name of the root here.
    pub root: AuthorityName,
}

/// An authority as administrators see it.
#[derive(Clone, Debug)]
pub struct AuthorityState {
    /// The record.
    pub record: AuthorityRecord,
    /// Its newest CRL.
    pub crl: Option<CrlSummary>,
    /// Its request that is not answered yet.
    pub request: Option<AuthorityRequestRecord>,
}

impl Ceremonies {
    /// Over these ports.
    pub fn new(
        ports: Ports,
        authorities: Arc<Authorities>,
        settings: Arc<Settings>,
        refusals: Arc<Refusals>,
    ) -> Self {
        Self { ports, authorities, settings, refusals }
    }

    /// Makes the key of a new issuing authority in the server's custody, and the request for its certificate. A refusal
    /// is put on record here, as it is by every method of this service that changes something.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn create(
        &self,
        act: &Act,
        name: &AuthorityName,
        subject: &Name,
        spec: KeySpec,
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
        self.on_record(act, "authority.create", name, self.try_create(act, name, subject, spec))
    }

    fn try_create(
        &self,
        act: &Act,
        name: &AuthorityName,
        subject: &Name,
        spec: KeySpec,
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
        if name.as_str() == ROOT {
            return Err(CeremonyError::NameOfRoot);
        }
        if matches!(spec, KeySpec::Ed25519 | KeySpec::Rsa { bits: ..3072 }) {
            return Err(CeremonyError::KeyKind { spec: spec.to_string() });
        }
        if self.record(name)?.is_some() {
            return Err(CeremonyError::NameTaken { name: name.clone() });
        }
        let key: KeyName = name
            .as_str()
            .parse()
            .map_err(|error| CeremonyError::Malformed { what: "the name", reason: format!("{error}") })?;
        let mut rng = self.ports.randomness.generator();
        let custody = &self.settings.keys.authorities;
        match custody.generate(&key, spec, &mut *rng) {
            Ok(_) => {}
            // The administration of the device made it under this name.
            Err(CustodyError::MadeElsewhere { .. }) => {
                let found = custody.public_key(&key)?.spec();
                if found != spec {
                    return Err(CeremonyError::KeyKind { spec: found.to_string() });
                }
            }
            Err(error) => return Err(error.into()),
        }
        let record = AuthorityRecord {
            id: new_record_id(act.at, &mut *rng),
            name: name.clone(),
            kind: AuthorityKind::Issuing,
            parent: None,
            certificate: None,
            key: KeyPlace::Custody(key),
            sm2_parameters: Sm2Parameters::default(),
            origin: Origin::Ceremony,
            created_at: act.at,
            version: 1,
        };
        self.ports.store.add_authority(act, &record)?;
        tracing::info!(
            request_id = %act.request_id, authority = %name, actor = %act.actor, outcome = "created", key = %spec,
            "authority created"
        );
        self.request(&act.continued(act.at), &record, subject)
    }

    /// Makes another request for an authority that is not certified yet. It supersedes the one before.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn request_again(
        &self,
        act: &Act,
        name: &AuthorityName,
        subject: Option<&Name>,
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
        self.on_record(act, "authority-request.create", name, self.try_request_again(act, name, subject))
    }

    fn try_request_again(
        &self,
        act: &Act,
        name: &AuthorityName,
        subject: Option<&Name>,
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
        let record = self.known(name)?;
        if record.certificate.is_some() {
            return Err(CeremonyError::Certified { name: name.clone() });
        }
        let before = self.ports.store.authority_requests(record.id)?.pop();
        let subject = match (subject, before) {
            (Some(subject), _) => subject.clone(),
            (None, Some(before)) => CertificationRequest::from_der(&before.request.request)
                .map_err(|error| StoreError::Damaged { detail: format!("a stored request: {error}") })?
                .subject()
                .clone(),
            (None, None) => {
                return Err(CeremonyError::Malformed {
                    what: "the subject",
                    reason: "there is none, nor a request before".to_owned(),
                });
            }
        };
        self.request(act, &record, &subject)
    }

    fn request(
        &self,
        act: &Act,
        record: &AuthorityRecord,
        subject: &Name,
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
        let mut rng = self.ports.randomness.generator();
        let signer = self.signer(record)?;
        let request = hierarchy::request(subject, &*signer, &mut *rng)?;
        let mut nonce = [0; REQUEST_NONCE];
        rng.fill_bytes(&mut nonce);
        let request = NewAuthorityRequest {
            id: new_record_id(act.at, &mut *rng),
            authority: record.id,
            sequence: self.ports.store.next_request_sequence()?,
            nonce,
            request: request.der().to_vec(),
        };
        self.ports.store.open_authority_request(act, &request)?;
        tracing::info!(
            request_id = %act.request_id, authority = %record.name, actor = %act.actor, outcome = "requested",
            sequence = request.sequence, "certificate requested"
        );
        Ok(AuthorityRequestRecord {
            request,
            state: RequestState::Open,
            created_at: act.at,
            closed_at: None,
            version: 1,
        })
    }

    fn signer(&self, record: &AuthorityRecord) -> Result<Arc<dyn Signer>, CeremonyError> {
        let name = record
            .key
            .name()
            .ok_or_else(|| CeremonyError::UnknownAuthority { name: record.name.to_string() })?;
        Ok(self.settings.keys.authorities.open(name, record.sm2_parameters)?)
    }

    /// All authorities. `act` uses up the nonce of the signed read.
    ///
    /// # Errors
    /// [`CeremonyError::Store`].
    pub fn list(&self, act: &Act) -> Result<Vec<AuthorityState>, CeremonyError> {
        self.ports.store.use_nonce(act)?;
        self.ports.store.authorities()?.into_iter().map(|record| self.state(record)).collect()
    }

    /// How an authority stands now.
    ///
    /// # Errors
    /// [`CeremonyError::UnknownAuthority`], [`CeremonyError::Store`].
    pub fn get(&self, name: &AuthorityName) -> Result<AuthorityState, CeremonyError> {
        self.state(self.known(name)?)
    }

    fn state(&self, record: AuthorityRecord) -> Result<AuthorityState, CeremonyError> {
        let crl = self.ports.store.newest_crl(record.id, false)?;
        let requests = self.ports.store.authority_requests(record.id)?;
        let request = requests.into_iter().find(|request| request.state == RequestState::Open);
        Ok(AuthorityState { record, crl, request })
    }

    /// Installs what a ceremony answered: checks everything, publishes the root's CRL, certifies the authority and takes
    /// it up. Where this was cut short, the same answer goes on.
    ///
    /// # Errors
    /// [`CeremonyError`].
    pub fn install(
        &self,
        act: &Act,
        name: &AuthorityName,
        answer: &CeremonyAnswer,
    ) -> Result<AuthorityState, CeremonyError> {
        self.on_record(act, "authority.certify", name, self.try_install(act, name, answer))
    }

    fn try_install(
        &self,
        act: &Act,
        name: &AuthorityName,
        answer: &CeremonyAnswer,
    ) -> Result<AuthorityState, CeremonyError> {
        let record = self.known(name)?;
        let request = self.answered(&record, answer)?;
        let signer = self.signer(&record)?;
        let checked = check::chain(name, signer.public_key(), &answer.chain, act.at)?;
        let root = self.root_named(&answer.root, &checked.root)?;
        let newest = match &root {
            Some(root) => self.ports.store.newest_crl(root.id, false)?,
            None => None,
        };
        // The same list may come again with the certificate of another authority.
        let known = match &newest {
            Some(newest) => self.ports.store.crl(newest.id)?.is_some_and(|known| known.der == answer.crl),
            None => false,
        };
        let before = newest.as_ref().filter(|_| !known);
        let crl = check::crl(&answer.root, &checked.root, &answer.crl, before, act.at)?;
        if crl.crl.find(checked.certificate.serial()).is_some() {
            return Err(CeremonyError::RevokedByCrl);
        }
        self.store(act, &record, root, &checked, (!known).then_some(&crl), answer, &request)?;
        self.authorities.refresh(&self.ports, &self.settings)?;
        tracing::info!(
            request_id = %act.request_id, authority = %name, actor = %act.actor, outcome = "certified",
            serial = %checked.certificate.serial(), transcript = hex::encode(answer.transcript),
            "authority certified by a ceremony"
        );
        self.get(name)
    }

    /// The open request that an answer is to.
    fn answered(
        &self,
        record: &AuthorityRecord,
        answer: &CeremonyAnswer,
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
        let sequence = answer.sequence;
        for authority in self.ports.store.authorities()? {
            let requests = self.ports.store.authority_requests(authority.id)?;
            let Some(request) = requests.into_iter().find(|request| request.request.sequence == sequence)
            else {
                continue;
            };
            if authority.id != record.id {
                return Err(CeremonyError::OtherAuthority {
                    name: record.name.clone(),
                    other: authority.name,
                });
            }
            if request.request.nonce.as_slice() != answer.nonce {
                return Err(CeremonyError::Nonce { sequence });
            }
            return match request.state {
                RequestState::Open => Ok(request),
                RequestState::Superseded => Err(CeremonyError::Superseded { sequence }),
                RequestState::Answered { .. } => Err(CeremonyError::Replayed { sequence }),
            };
        }
        Err(CeremonyError::NoRequest { sequence })
    }

    /// The root of this name, where it is here already.
    fn root_named(
        &self,
        name: &AuthorityName,
        root: &Certificate,
    ) -> Result<Option<AuthorityRecord>, CeremonyError> {
        let Some(known) = self.record(name)? else { return Ok(None) };
        let same = known.certificate.as_deref() == Some(root.der());
        if known.kind == AuthorityKind::Root && known.key == KeyPlace::Offline && same {
            return Ok(Some(known));
        }
        Err(CeremonyError::OtherRoot { name: name.clone() })
    }

    #[expect(clippy::too_many_arguments, reason = "what was checked, and what it is stored under")]
    fn store(
        &self,
        act: &Act,
        record: &AuthorityRecord,
        root: Option<AuthorityRecord>,
        checked: &CheckedChain,
        crl: Option<&CheckedCrl>,
        answer: &CeremonyAnswer,
        request: &AuthorityRequestRecord,
    ) -> Result<(), CeremonyError> {
        let store = &self.ports.store;
        // The nonce goes with the first change; each further one names the same request.
        let mut acts = std::iter::once(act.clone()).chain(std::iter::repeat_with(|| act.continued(act.at)));
        let mut next = || acts.next().unwrap_or_else(|| act.continued(act.at));
        let root = match root {
            Some(root) => root.id,
            None => {
                let mut rng = self.ports.randomness.generator();
                let root = AuthorityRecord {
                    id: new_record_id(act.at, &mut *rng),
                    name: answer.root.clone(),
                    kind: AuthorityKind::Root,
                    parent: None,
                    certificate: Some(checked.root.der().to_vec()),
                    key: KeyPlace::Offline,
                    sm2_parameters: Sm2Parameters::default(),
                    origin: Origin::Ceremony,
                    created_at: act.at,
                    version: 1,
                };
                store.add_authority(&next(), &root)?;
                root.id
            }
        };
        if let Some(crl) = crl {
            self.publish(&next(), root, crl)?;
        }
        if record.certificate.is_none() {
            store.certify_authority(&next(), record.id, Some(root), checked.certificate.der())?;
        }
        store.answer_authority_request(&next(), request.request.id, &answer.answer, &answer.transcript)?;
        Ok(())
    }

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
        let newest = self.ports.store.newest_crl(record.id, false)?;
        let crl = check::crl(name, &certificate, der, newest.as_ref(), act.at)?;
        let summary = self.publish(act, record.id, &crl)?;
        tracing::info!(
            request_id = %act.request_id, authority = %name, actor = %act.actor, outcome = "published",
            number = summary.number, entries = summary.entries, "CRL of a ceremony published"
        );
        self.state(record)
    }

    /// A CRL that was signed elsewhere takes the way of all others: the intent first, then the list.
    fn publish(
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
            id: new_record_id(act.at, &mut *rng),
            this_update: crl.crl.this_update(),
            next_update: crl.next_update,
            entries: crl.crl.revoked().len() as u64,
            scheduled: true,
            status_position: 0,
            der: crl.crl.der().to_vec(),
        };
        match self.ports.store.import_crl(act, &intent, &list) {
            Err(StoreError::Conflict { .. }) => Err(self.not_rising(authority, crl)?),
            other => Ok(other?),
        }
    }

    /// Another list came between the check and now.
    fn not_rising(&self, authority: uuid::Uuid, crl: &CheckedCrl) -> Result<CeremonyError, StoreError> {
        let newest = self.ports.store.newest_crl(authority, false)?;
        let this_update = crl.crl.this_update();
        Ok(CeremonyError::CrlNotRising {
            number: crl.number,
            this_update,
            newest: self.ports.store.next_crl_number(authority)?.saturating_sub(1),
            newest_update: newest.map_or(this_update, |newest| newest.this_update),
        })
    }

    fn record(&self, name: &AuthorityName) -> Result<Option<AuthorityRecord>, StoreError> {
        Ok(self.ports.store.authorities()?.into_iter().find(|record| record.name == *name))
    }

    fn known(&self, name: &AuthorityName) -> Result<AuthorityRecord, CeremonyError> {
        self.record(name)?.ok_or_else(|| CeremonyError::UnknownAuthority { name: name.to_string() })
    }

    fn on_record<T>(
        &self,
        act: &Act,
        action: &str,
        name: &AuthorityName,
        result: Result<T, CeremonyError>,
    ) -> Result<T, CeremonyError> {
        result.inspect_err(|error| {
            self.refusals.record(act, action, error.code(), &format!("authority {name}: {error}"));
        })
    }
}
