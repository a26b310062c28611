//! What stands between a request and a signature.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rand_core::CryptoRng;
use spki::AlgorithmIdentifierOwned;

use super::world::*;
use crate::algorithm::digest::sm3;
use crate::algorithm::{KeySpec, SignError, Signer, Sm2Parameters};
use crate::issuance::{AuthorizedRequest, CertificateFacts, Choices, Issuer, PreparedCertificate};
use crate::key::PublicKey;
use crate::profile::tests::default_profile;
use crate::x509::serial::SerialNumber;

/// A signer that counts what it signs, and that can be made to err.
struct Watched {
    signer: Arc<dyn Signer>,
    signed: AtomicUsize,
    corrupt: bool,
}

impl Watched {
    fn new(corrupt: bool) -> Arc<Self> {
        let signer = key(KeySpec::P256, Sm2Parameters::Absent);
        Arc::new(Self { signer, signed: AtomicUsize::new(0), corrupt })
    }

    fn signed(&self) -> usize {
        self.signed.load(Ordering::SeqCst)
    }
}

impl Signer for Watched {
    fn public_key(&self) -> &PublicKey {
        self.signer.public_key()
    }

    fn identifier(&self) -> &AlgorithmIdentifierOwned {
        self.signer.identifier()
    }

    fn sign(&self, message: &[u8], rng: &mut dyn CryptoRng) -> Result<Vec<u8>, SignError> {
        self.signed.fetch_add(1, Ordering::SeqCst);
        let other = [message, b"x"].concat();
        self.signer.sign(if self.corrupt { &other } else { message }, rng)
    }
}

/// An issuing authority of that signer, below the root of the world.
fn authority(signer: Arc<Watched>) -> Issuer {
    let prepared = subordinate(&WORLD.root, "issuing", "Watched", signer.signer.as_ref()).unwrap();
    let issued = WORLD.root.sign(committed(prepared), &mut rng()).unwrap();
    issuer("watched", issued, signer)
}

fn prepared(issuer: &Issuer) -> PreparedCertificate {
    let device = key(KeySpec::P256, Sm2Parameters::Absent);
    let request = request(&name("camera-1"), vec![], device.as_ref());
    let profile = Arc::new(default_profile("device"));
    let authorized = AuthorizedRequest::new(profile, request, Choices::default(), &Unblocked).unwrap();
    issuer.prepare(authorized, SerialNumber::generate(&mut rng()), now(), &mut rng()).unwrap()
}

fn facts() -> CertificateFacts {
    CertificateFacts { profile: "device".to_owned(), profile_hash: default_profile("device").hash() }
}

#[test]
fn the_key_signs_once_and_exactly_what_was_committed() {
    let signer = Watched::new(false);
    let issuer = authority(signer.clone());
    let prepared = prepared(&issuer);
    assert_eq!(signer.signed(), 0, "preparing does not touch the key");
    assert_eq!(*prepared.facts(), facts());
    let (tbs, hash, serial) = (prepared.tbs_der().to_vec(), prepared.tbs_hash(), prepared.serial().clone());
    assert_eq!(hash, sm3(&tbs));
    let issued = issuer.sign(committed(prepared), &mut rng()).unwrap();
    assert_eq!(signer.signed(), 1);
    assert_eq!(issued.certificate().tbs_der(), tbs);
    assert_eq!(*issued.certificate().serial(), serial);
    issued.certificate().verify_signed_by(signer.public_key()).unwrap();
}

#[test]
fn nothing_is_signed_where_the_store_fails() {
    let signer = Watched::new(false);
    let issuer = authority(signer.clone());
    let prepared = prepared(&issuer);
    let tbs = prepared.tbs_der().to_vec();
    let mut seen = Vec::new();
    let failed = prepared.commit(|prepared| {
        seen = prepared.tbs_der().to_vec();
        Err("the disk is full")
    });
    assert_eq!(failed.err(), Some("the disk is full"));
    assert_eq!(seen, tbs);
    assert_eq!(signer.signed(), 0);
}

#[test]
fn what_was_prepared_by_one_authority_is_not_signed_by_another() {
    let signer = Watched::new(false);
    let issuer = authority(signer.clone());
    let error = issuer.sign(committed(prepared(&WORLD.issuing)), &mut rng()).unwrap_err();
    assert_eq!(error.code(), "prepared-for-another-key");
    assert_eq!(signer.signed(), 0);
}

#[test]
fn a_signature_over_other_bytes_does_not_leave() {
    let signer = Watched::new(true);
    let issuer = authority(signer.clone());
    let error = issuer.sign(committed(prepared(&issuer)), &mut rng()).unwrap_err();
    assert_eq!(error.code(), "signature-invalid");
    assert_eq!(signer.signed(), 1);
}

#[test]
fn stored_bytes_are_taken_up_again_as_they_were() {
    let issuer = &WORLD.issuing;
    let first = prepared(issuer);
    let (tbs, hash) = (first.tbs_der().to_vec(), first.tbs_hash());
    drop(first);
    let again = issuer.recheck(tbs.clone(), hash, facts(), &mut rng()).unwrap();
    assert_eq!((again.tbs_der(), again.tbs_hash(), again.profile()), (&tbs[..], hash, "device"));
    let issued = issuer.sign(committed(again), &mut rng()).unwrap();
    assert_eq!(issued.certificate().tbs_der(), tbs);
}

#[test]
fn stored_bytes_that_changed_are_not_taken_up() {
    let issuer = &WORLD.issuing;
    let first = prepared(issuer);
    let refused =
        |tbs: &[u8], hash| issuer.recheck(tbs.to_vec(), hash, facts(), &mut rng()).err().unwrap().code();
    let mut changed = first.tbs_der().to_vec();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(refused(&changed, first.tbs_hash()), "stored-bytes-differ");
    let cut = &first.tbs_der()[..first.tbs_der().len() - 1];
    assert_eq!(refused(cut, sm3(cut)), "prepared-bytes-unreadable");
    // The first octet of the serial number, behind two headers and the version.
    let mut serial = first.tbs_der().to_vec();
    let at = serial.windows(3).position(|window| window == [0x02, 17, 0x43]).unwrap();
    serial[at + 2] = 0x44;
    assert_eq!(refused(&serial, sm3(&serial)), "lint-error");
    let of_root = prepared(&WORLD.root);
    assert_eq!(refused(of_root.tbs_der(), of_root.tbs_hash()), "lint-error");
}

#[test]
fn what_is_no_authority_does_not_issue() {
    let device = key(KeySpec::P256, Sm2Parameters::Absent);
    let leaf = WORLD.issue("device", request(&name("camera-1"), vec![], device.as_ref()), Choices::default());
    let of_device = leaf.certificate().clone();
    let new = |certificate, signer| {
        Issuer::new("x".parse().unwrap(), certificate, signer, urls("x"), &mut rng()).err().unwrap().code()
    };
    assert_eq!(new(of_device, device.clone()), "issuer-not-an-authority");
    assert_eq!(new(WORLD.issuing.certificate().clone(), device), "issuer-key-mismatch");
}

#[test]
fn serials_that_are_not_of_the_project_are_refused() {
    let device = key(KeySpec::P256, Sm2Parameters::Absent);
    let profile = Arc::new(default_profile("device"));
    let request = request(&name("camera-1"), vec![], device.as_ref());
    let authorized = AuthorizedRequest::new(profile, request, Choices::default(), &Unblocked).unwrap();
    let serial = SerialNumber::from_bytes(&[1]).unwrap();
    let error = WORLD.issuing.prepare(authorized, serial, now(), &mut rng()).err().unwrap();
    assert!(error.to_string().contains("serial-number-of-project"), "{error}");
}
