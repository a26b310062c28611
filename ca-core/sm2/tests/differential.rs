//! Keys and signatures exchanged with crate `sm2`, in both directions, and what both must refuse.
//!
//! `SM2_ROUNDS` sets how many keys are tried (default 100,000, shared among the processors).

#![expect(clippy::expect_used, reason = "tests")]

use ca_sm2::{DEFAULT_ID, Error, PrivateKey, PublicKey, Signature, SigningKey, VerifyingKey};
use rand_core::{Rng, UnwrapErr};
use sm2::dsa::signature::{Signer, Verifier};
use sm2::elliptic_curve::sec1::ToSec1Point;

const DEFAULT_ROUNDS: usize = 100_000;

fn rounds() -> usize {
    std::env::var("SM2_ROUNDS").map_or(DEFAULT_ROUNDS, |text| text.parse().expect("SM2_ROUNDS is a number"))
}

fn on_every_processor(body: impl Fn() + Sync) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let each = rounds().div_ceil(threads);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..each).for_each(|_| body()));
        }
    });
}

/// One random key: the public keys agree, each side verifies the other's signature, and neither verifies it over
/// another message or, in an eighth of the rounds, altered.
fn exchange() {
    let mut rng = UnwrapErr(getrandom::SysRng);
    let mut message = vec![0; 1 + rng.next_u32() as usize % 100];
    rng.fill_bytes(&mut message);
    let key = SigningKey::new(PrivateKey::generate(&mut rng), DEFAULT_ID).expect("short identifier");
    let d = *key.private_key().to_bytes();
    let peer = sm2::dsa::SigningKey::from_slice("1234567812345678", &d).expect("valid key");

    let point = key.verifying_key().public_key().to_sec1_bytes();
    assert_eq!(point[..], *peer.encoded_point(), "key {}", hex::encode(d));

    let ours = key.sign_verified(&message, &mut rng).expect("no fault");
    let theirs: sm2::dsa::Signature = peer.sign(&message);
    let theirs = Signature::from_bytes((&theirs.to_bytes()).into()).expect("in range");
    let context = || hex::encode(d) + " " + &hex::encode(&message) + " " + &hex::encode(ours.to_bytes());
    assert!(peer.verifying_key().verify(&message, &as_peer(&ours)).is_ok(), "{}", context());
    assert_eq!(key.verifying_key().verify(&message, &theirs), Ok(()), "{}", hex::encode(theirs.to_bytes()));

    message[0] ^= 1;
    assert_eq!(key.verifying_key().verify(&message, &ours), Err(Error::SignatureInvalid));
    message[0] ^= 1;
    if rng.next_u32().is_multiple_of(8) {
        let mut bytes = ours.to_bytes();
        bytes[rng.next_u32() as usize % 64] ^= 1 << (rng.next_u32() % 8);
        if let Ok(altered) = Signature::from_bytes(&bytes) {
            assert_eq!(key.verifying_key().verify(&message, &altered), Err(Error::SignatureInvalid));
            assert!(peer.verifying_key().verify(&message, &as_peer(&altered)).is_err());
        }
    }
}

trait EncodedPoint {
    fn encoded_point(&self) -> Box<[u8]>;
}

impl EncodedPoint for sm2::dsa::SigningKey {
    fn encoded_point(&self) -> Box<[u8]> {
        self.verifying_key().to_sec1_bytes()
    }
}

fn as_peer(signature: &Signature) -> sm2::dsa::Signature {
    sm2::dsa::Signature::from_slice(&signature.to_bytes()).expect("in range")
}

#[test]
fn keys_and_signatures_agree_with_crate_sm2_both_ways() {
    on_every_processor(exchange);
}

#[test]
fn batches_hold_what_single_signatures_hold() {
    let mut rng = UnwrapErr(getrandom::SysRng);
    let key = SigningKey::new(PrivateKey::generate(&mut rng), DEFAULT_ID).expect("short identifier");
    for count in [0, 1, 2, 31, 32, 33, 100] {
        let messages: Vec<Vec<u8>> =
            (0..count).map(|index: usize| index.to_be_bytes().repeat(index)).collect();
        let messages: Vec<&[u8]> = messages.iter().map(Vec::as_slice).collect();
        let signatures = key.sign_batch_verified(&messages, &mut rng).expect("no fault");
        assert_eq!(signatures.len(), count);
        let prepared = key.verifying_key().clone().prepare();
        for (message, signature) in messages.iter().zip(&signatures) {
            assert_eq!(key.verifying_key().verify(message, signature), Ok(()));
            assert_eq!(prepared.verify(message, signature), Ok(()));
        }
    }
}

#[test]
fn identifiers_of_every_length_agree_with_crate_sm2() {
    let mut rng = UnwrapErr(getrandom::SysRng);
    let private = PrivateKey::generate(&mut rng);
    let secret = sm2::SecretKey::from_slice(&*private.to_bytes()).expect("valid key");
    let sec1 = secret.public_key().to_sec1_point(false);
    let public = PublicKey::from_sec1_bytes(sec1.as_bytes()).expect("valid point");
    for length in [0, 1, 16, 64, 8191] {
        let id = "x".repeat(length);
        let peer = sm2::dsa::SigningKey::new(&id, &secret).expect("valid identifier");
        let signature: sm2::dsa::Signature = peer.sign(b"message");
        let key = VerifyingKey::new(public.clone(), id.as_bytes()).expect("valid identifier");
        let signature = Signature::from_bytes((&signature.to_bytes()).into()).expect("in range");
        assert_eq!(key.verify(b"message", &signature), Ok(()));
        let other = VerifyingKey::new(public.clone(), b"another").expect("valid identifier");
        assert_eq!(other.verify(b"message", &signature), Err(Error::SignatureInvalid));
    }
    let refused = VerifyingKey::new(public, &[0; 8192]).err();
    assert_eq!(refused, Some(Error::IdentifierTooLong { length: 8192 }));
}
