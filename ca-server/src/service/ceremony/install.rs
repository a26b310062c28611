//! The answers of ceremonies: checked, stored, taken up.

use ca_core::algorithm::Sm2Parameters;
use ca_core::algorithm::digest::sm3;
use ca_core::ceremony::Kind;
use ca_core::ceremony::exchange::{Accepted, Answer, Content, ExchangeError, Octets, Package};
use ca_core::issuance::AuthorityName;
use ca_core::key::PublicKey;
use ca_core::x509::certificate::Certificate;
use jiff::Timestamp;

use super::check::{self, CheckedChain, CheckedCrl};
use super::{AuthorityState, Ceremonies, CeremonyError};
use crate::port::record::{
    AuthorityKind, AuthorityRecord, AuthorityRequestRecord, KeyPlace, ListScope, Origin, RequestState,
};
use crate::port::store::Store;
use crate::port::{Act, StoreError, new_record_id};

/// What a ceremony answered to a request, as it was brought.
#[derive(Clone, Debug)]
pub struct CeremonyAnswer {
    /// The answer, signed by the ceremony's administrator.
    pub answer: Vec<u8>,
    /// The request that it answers, signed by the administrator who asked.
    pub request: Vec<u8>,
    /// The root's certificate, DER.
    pub root_certificate: Vec<u8>,
    /// The root's newest CRL, DER, where the answer holds none.
    pub crl: Option<Vec<u8>>,
    /// The name of the root here.
    pub root: AuthorityName,
}

/// An answer whose signature holds, and the request that waits for it.
pub(super) struct Received<'a> {
    pub(super) brought: &'a CeremonyAnswer,
    package: Package,
    waiting: Package,
    said: Answer,
    pub(super) request: AuthorityRequestRecord,
}

impl Received<'_> {
    /// What was asked for, DER.
    pub(super) fn certificate(&self) -> Result<&[u8], CeremonyError> {
        let first = self.said.certificates.first();
        first.map(|Octets(der)| der.as_slice()).ok_or(CeremonyError::Exchange(ExchangeError::Contents {
            what: "the certificate that was asked for is not there",
        }))
    }

    /// The root's CRL, DER: that of the answer, else the one that came with it.
    pub(super) fn crl(&self) -> Option<&[u8]> {
        let own = self.said.crl.as_ref().map(|Octets(der)| der.as_slice());
        own.or(self.brought.crl.as_deref())
    }

    /// All that two packages and the root can be asked, beyond what this server knows of itself.
    pub(super) fn check(&self, root: &Certificate, at: Timestamp) -> Result<(), CeremonyError> {
        Accepted::check(&self.package, &self.waiting, root, None, at)?;
        Ok(())
    }

    /// Closes the request.
    pub(super) fn close(&self, store: &dyn Store, act: &Act) -> Result<(), StoreError> {
        let (answer, transcript) = (sm3(&self.brought.answer), self.said.transcript.0);
        store.answer_authority_request(act, self.request.request.id, &answer, &transcript)
    }

    pub(super) fn transcript(&self) -> String {
        self.said.transcript.to_string()
    }
}

impl Ceremonies {
    /// Installs what a ceremony answered: checks everything, publishes the root's CRL, certifies the authority and takes
    /// it up; or puts the OCSP responder of an authority whose key is offline to use. Where this was cut short, the same
    /// answer goes on.
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
        let received = self.receive(&record, answer)?;
        match record.key {
            KeyPlace::Offline => self.install_responder(act, &record, &received)?,
            KeyPlace::Custody(_) => self.install_authority(act, &record, &received)?,
        }
        self.get(name)
    }

    fn install_authority(
        &self,
        act: &Act,
        record: &AuthorityRecord,
        received: &Received<'_>,
    ) -> Result<(), CeremonyError> {
        let (name, answer) = (&record.name, received.brought);
        let signer = self.signer(record)?;
        let certificate = received.certificate()?;
        let checked = check::chain(name, signer.public_key(), certificate, &answer.root_certificate, act.at)?;
        let root = self.root_named(&answer.root, &checked.root)?;
        let newest = match &root {
            Some(root) => self.ports.store.newest_crl(ListScope::whole(root.id), false)?,
            None => None,
        };
        let list = received.crl().ok_or(CeremonyError::CrlRequired)?;
        // The same list may come again with the certificate of another authority.
        let known = match &newest {
            Some(newest) => self.ports.store.crl(newest.id)?.is_some_and(|known| known.der == list),
            None => false,
        };
        let before = newest.as_ref().filter(|_| !known);
        let crl = check::crl(&answer.root, &checked.root, list, before, act.at)?;
        if crl.crl.find(checked.certificate.serial()).is_some() {
            return Err(CeremonyError::RevokedByCrl);
        }
        received.check(&checked.root, act.at)?;
        self.store(act, record, root, &checked, (!known).then_some(&crl), received)?;
        self.authorities.refresh(&self.ports, &self.settings)?;
        tracing::info!(
            request_id = %act.request_id, authority = %name, actor = %act.actor, outcome = "certified",
            serial = %checked.certificate.serial(), transcript = received.transcript(),
            "authority certified by a ceremony"
        );
        Ok(())
    }

    /// Reads an answer: who signed it, which request it is to, and whether that is the one that left this server.
    fn receive<'a>(
        &self,
        record: &AuthorityRecord,
        brought: &'a CeremonyAnswer,
    ) -> Result<Received<'a>, CeremonyError> {
        let signers = &self.settings.ceremony_signers;
        if signers.is_empty() {
            return Err(CeremonyError::NoSigners);
        }
        let package = Package::open(&brought.answer, signers)?;
        let Content::Answer(said) = package.content() else {
            return Err(ExchangeError::Direction { found: "a request", expected: "an answer" }.into());
        };
        let said = said.clone();
        let request = self.answered(record, said.sequence, &said.nonce)?;
        let waiting = Package::open(&brought.request, &self.administrators()?)?;
        let Content::Request(asked) = waiting.content() else {
            return Err(ExchangeError::Direction { found: "an answer", expected: "a request" }.into());
        };
        let sequence = request.request.sequence;
        let kind = if record.key == KeyPlace::Offline { Kind::OcspSigner } else { Kind::Issuing };
        let left = (kind, &record.name, sequence, &request.request.nonce);
        let same = (asked.kind, &asked.authority, asked.sequence, &asked.nonce) == left;
        if !same || asked.request.as_ref().is_none_or(|Octets(der)| *der != request.request.request) {
            return Err(CeremonyError::RequestAltered { sequence });
        }
        Ok(Received { brought, package, waiting, said, request })
    }

    /// The keys of those who may administer, who sign requests on their way to a ceremony.
    fn administrators(&self) -> Result<Vec<PublicKey>, CeremonyError> {
        let active =
            self.ports.store.administrators()?.into_iter().filter(|administrator| administrator.active);
        Ok(active.filter_map(|administrator| PublicKey::from_spki_der(&administrator.spki).ok()).collect())
    }

    /// The open request that an answer is to.
    fn answered(
        &self,
        record: &AuthorityRecord,
        sequence: u64,
        nonce: &[u8],
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
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
            if request.request.nonce.as_slice() != nonce {
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

    fn store(
        &self,
        act: &Act,
        record: &AuthorityRecord,
        root: Option<AuthorityRecord>,
        checked: &CheckedChain,
        crl: Option<&CheckedCrl>,
        received: &Received<'_>,
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
                    name: received.brought.root.clone(),
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
        Ok(received.close(&**store, &next())?)
    }
}
