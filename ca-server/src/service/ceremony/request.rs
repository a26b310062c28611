//! Keys of authorities that are to be certified, and their requests.

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::custody::{CustodyError, KeyName};
use ca_core::issuance::{AuthorityName, hierarchy};
use ca_core::x509::name::Name;
use ca_core::x509::request::CertificationRequest;

use super::{Ceremonies, CeremonyError, ROOT};
use crate::port::record::{
    AuthorityKind, AuthorityRecord, AuthorityRequestRecord, KeyPlace, NewAuthorityRequest, Origin,
    REQUEST_NONCE, RequestState,
};
use crate::port::{Act, StoreError, new_record_id};

impl Ceremonies {
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
        if self.settings.keys.signer.is_some() {
            return Err(CeremonyError::KeysElsewhere);
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

    /// Makes another request for an authority that is not certified yet, or one for an OCSP responder of an authority whose
    /// key is offline. It supersedes the one before.
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
        if record.key == KeyPlace::Offline {
            return self.request_responder(act, &record);
        }
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
        let id = new_record_id(act.at, &mut *self.ports.randomness.generator());
        self.open_request(act, record, id, subject, &*self.signer(record)?)
    }

    /// Puts a request for the certificate of a key on record, so that its answer will be known.
    pub(super) fn open_request(
        &self,
        act: &Act,
        record: &AuthorityRecord,
        id: uuid::Uuid,
        subject: &Name,
        signer: &dyn Signer,
    ) -> Result<AuthorityRequestRecord, CeremonyError> {
        let mut rng = self.ports.randomness.generator();
        let request = hierarchy::request(subject, signer, &mut *rng)?;
        let mut nonce = [0; REQUEST_NONCE];
        rng.fill_bytes(&mut nonce);
        let request = NewAuthorityRequest {
            id,
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
}
