//! What the store keeps, seen through its ports and through the file.

mod access;
mod audit;
mod intents;
mod opening;
mod status;

use std::path::PathBuf;
use std::sync::Arc;

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::issuance::{PreparedCertificate, root};
use ca_core::key::PrivateKey;
use ca_core::profile::Profile;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::serial::SerialNumber;
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use uuid::Uuid;

use super::SqliteStore;
use crate::port::record::{
    AuthorityKind, AuthorityRecord, CertificateRecord, IntentKind, NewCertificate, NewIntent, Origin,
};
use crate::port::store::{AuthorityStore, CertificateStore};
use crate::port::{Act, Actor, Randomness, SignedNonce, SystemRandomness, new_record_id, new_subject_id};

/// A store in a folder of its own, with one authority.
pub(super) struct Fixture {
    pub(super) store: SqliteStore,
    pub(super) authority: Uuid,
    folder: TempDir,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("store.sqlite")).unwrap();
        let authority = new_record_id(now(), &mut *SystemRandomness.generator());
        let record = AuthorityRecord {
            id: authority,
            name: "root".parse().unwrap(),
            kind: AuthorityKind::Root,
            parent: None,
            certificate: None,
            key: "root.key".to_owned(),
            sm2_parameters: Sm2Parameters::Absent,
            origin: Origin::Dev,
            created_at: now(),
            version: 1,
        };
        store.add_authority(&act(), &record).unwrap();
        Self { store, authority, folder }
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("store.sqlite")
    }

    /// Runs SQL past the store, as someone with the file at hand would.
    pub(super) fn sql(&self, sql: &str) {
        super::observer::execute(&self.path(), sql);
    }

    /// Issues a certificate by the usual way.
    pub(super) fn issue(&self, common_name: &str) -> CertificateRecord {
        let (signer, prepared) = prepare(common_name);
        let intent = self.intent(&prepared);
        let mut open = None;
        let committed = prepared
            .commit(|_| {
                open = Some(self.store.open_intent(&act(), &intent)?);
                Ok::<(), crate::port::StoreError>(())
            })
            .unwrap();
        let issued = root::sign(committed, &*signer, &mut *SystemRandomness.generator()).unwrap();
        let new = new_certificate(issued.certificate());
        self.store.complete_certificate(&act(), &open.unwrap(), &new).unwrap()
    }

    pub(super) fn intent(&self, prepared: &PreparedCertificate) -> NewIntent {
        NewIntent {
            id: new_record_id(now(), &mut *SystemRandomness.generator()),
            authority: self.authority,
            kind: IntentKind::Certificate(prepared.serial().clone()),
            tbs: prepared.tbs_der().to_vec(),
            tbs_hash: prepared.tbs_hash(),
            profile: prepared.profile().to_owned(),
            profile_hash: Some(prepared.profile_hash()),
            requester: "system:test".to_owned(),
            idempotency_key: None,
        }
    }
}

/// A certificate ready to be committed, with the key that will sign it.
pub(super) fn prepare(common_name: &str) -> (Arc<dyn Signer>, PreparedCertificate) {
    let mut rng = SystemRandomness.generator();
    let key = PrivateKey::generate(KeySpec::Sm2, &mut *rng).unwrap();
    let signer: Arc<dyn Signer> = Arc::new(key.into_signer(Sm2Parameters::Absent));
    let (_, text) = schemas::profiles::DEFAULT.iter().find(|(name, _)| *name == "root").unwrap();
    let profile = Profile::from_toml("root", text).unwrap();
    let subject = Name::from_parts(&[(AttributeKind::CommonName, common_name.to_owned())]).unwrap();
    let serial = SerialNumber::generate(&mut *rng);
    let prepared =
        root::prepare(&profile, &subject, Arc::clone(&signer), None, serial, now(), &mut *rng).unwrap();
    (signer, prepared)
}

pub(super) fn new_certificate(certificate: &Certificate) -> NewCertificate {
    let mut rng = SystemRandomness.generator();
    NewCertificate {
        id: new_record_id(now(), &mut *rng),
        new_subject: new_subject_id(&mut *rng),
        subject_der: certificate.subject().as_der().to_vec(),
        subject: certificate.subject().to_string(),
        der: certificate.der().to_vec(),
        key_fingerprint: certificate.public_key().unwrap().fingerprint(),
        not_before: certificate.validity().not_before,
        not_after: certificate.validity().not_after,
    }
}

pub(super) fn now() -> Timestamp {
    "2026-11-22T09:00:00Z".parse().unwrap()
}

pub(super) fn later(seconds: i64) -> Timestamp {
    now() + SignedDuration::from_secs(seconds)
}

pub(super) fn act() -> Act {
    Act::system("test", Uuid::nil(), now())
}

pub(super) fn signed_act(nonce: &str) -> Act {
    Act {
        actor: Actor::Administrator { id: Uuid::nil(), name: "admin".to_owned() },
        request_id: Uuid::nil(),
        at: now(),
        nonce: Some(SignedNonce { key: "ab".repeat(32), nonce: nonce.to_owned(), expires: later(60) }),
        evidence: Some(b"base and signature".to_vec()),
    }
}
