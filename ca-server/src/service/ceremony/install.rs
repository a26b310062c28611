//! The answers of ceremonies: checked, stored, taken up.

use ca_core::algorithm::Sm2Parameters;
use ca_core::issuance::AuthorityName;
use ca_core::x509::certificate::Certificate;

use super::check::{self, CheckedChain, CheckedCrl};
use super::{AuthorityState, Ceremonies, CeremonyError};
use crate::port::record::{
    AuthorityKind, AuthorityRecord, AuthorityRequestRecord, KeyPlace, Origin, RequestState,
};
use crate::port::{Act, new_record_id};

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

impl Ceremonies {
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
}
