//! What the store keeps, seen through its ports and past them, on both databases.

// Each file of tests is one module for each database.
#![allow(clippy::duplicate_mod, reason = "a file of tests is compiled for each database")]

#[path = "."]
mod on_sqlite {
    pub(super) use super::*;

    type Fixture = super::FixtureOn<crate::store::testing::Sqlite>;

    mod access;
    mod audit;
    mod file;
    mod groups;
    mod intents;
    mod leases;
    mod opening;
    mod recovery;
    mod standing;
    mod status;
}

#[path = "."]
mod on_postgresql {
    pub(super) use super::*;

    type Fixture = super::FixtureOn<crate::store::testing::Postgresql>;

    mod access;
    mod audit;
    mod groups;
    mod intents;
    mod leases;
    mod opening;
    mod recovery;
    mod schemas;
    mod server;
    mod standing;
    mod status;
    mod unlocked;
}

mod backup;

use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::Arc;

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::issuance::{PreparedCertificate, root};
use ca_core::key::PrivateKey;
use ca_core::profile::Profile;
use ca_core::x509::certificate::Certificate;
use ca_core::x509::name::{AttributeKind, Name};
use ca_core::x509::serial::SerialNumber;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::SqlStore;
use super::testing::{Kind, Place};
use crate::port::record::{
    AuthorityKind, AuthorityRecord, BlockedKeyRecord, CertificateRecord, IntentKind, NewCertificate,
    NewIntent, OpenIntent, Origin,
};
use crate::port::store::{AccessStore as _, AuthorityStore, CertificateStore};
use crate::port::{Act, Actor, Randomness, SignedNonce, SystemRandomness, new_record_id, new_subject_id};

/// A store of its own, with one authority.
pub(super) struct FixtureOn<K> {
    pub(super) store: SqlStore,
    pub(super) authority: Uuid,
    pub(super) place: Place,
    _kind: PhantomData<K>,
}

impl<K> Deref for FixtureOn<K> {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

impl<K: Kind> FixtureOn<K> {
    pub(super) fn new() -> Self {
        let place = K::place();
        let store = place.open();
        let authority = new_record_id(now(), &mut *SystemRandomness.generator());
        let record = AuthorityRecord {
            id: authority,
            name: "root".parse().unwrap(),
            kind: AuthorityKind::Root,
            parent: None,
            certificate: None,
            key: "root".parse().unwrap(),
            sm2_parameters: Sm2Parameters::Absent,
            origin: Origin::Dev,
            created_at: now(),
            version: 1,
        };
        store.add_authority(&act(), &record).unwrap();
        Self { store, authority, place, _kind: PhantomData }
    }

    /// Issues a certificate by the usual way.
    pub(super) fn issue(&self, common_name: &str) -> CertificateRecord {
        let (open, new) = self.sign_named(common_name, "system:test");
        self.store.complete_certificate(&act(), &open, &new).unwrap()
    }

    /// A certificate that was asked for by somebody, signed and not stored yet.
    pub(super) fn sign(&self, requester: &str) -> (OpenIntent, NewCertificate) {
        self.sign_named("camera", requester)
    }

    fn sign_named(&self, common_name: &str, requester: &str) -> (OpenIntent, NewCertificate) {
        let (signer, prepared) = prepare(common_name);
        let intent = NewIntent { requester: requester.to_owned(), ..self.intent(&prepared) };
        let mut open = None;
        let committed = prepared
            .commit(|_| {
                open = Some(self.store.open_intent(&act(), &intent)?);
                Ok::<(), crate::port::StoreError>(())
            })
            .unwrap();
        let issued = root::sign(committed, &*signer, &mut *SystemRandomness.generator()).unwrap();
        (open.unwrap(), new_certificate(issued.certificate()))
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

/// Blocks the key of a certificate.
pub(super) fn block(store: &SqlStore, certificate: &NewCertificate) {
    let key = Certificate::from_der(&certificate.der).unwrap().public_key().unwrap().normalized();
    let blocked = BlockedKeyRecord {
        id: new_record_id(now(), &mut *SystemRandomness.generator()),
        key: *key.as_bytes(),
        reason: "stolen".to_owned(),
        created_at: now(),
        version: 1,
    };
    store.block_key(&act(), &blocked).unwrap();
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
        shard: None,
        id: new_record_id(now(), &mut *rng),
        new_subject: new_subject_id(&mut *rng),
        subject_der: certificate.subject().as_der().to_vec(),
        subject: certificate.subject().to_string(),
        der: certificate.der().to_vec(),
        key_fingerprint: certificate.public_key().unwrap().fingerprint(),
        not_before: certificate.validity().not_before,
        not_after: certificate.validity().not_after,
        revoked: None,
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
        lease: None,
    }
}
