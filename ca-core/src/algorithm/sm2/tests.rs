use super::*;
use crate::algorithm::{Signer, Sm2Parameters};
use crate::key::PrivateKey;
use crate::testing::rng;

/// The key, message and signature of GB/T 32918.5-2017 appendix A.2.
const POINT: &str = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const SIGNATURE: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

fn standard() -> (Vec<u8>, [u8; 64]) {
    (hex::decode(POINT).unwrap(), hex::decode(SIGNATURE).unwrap().try_into().unwrap())
}

#[test]
fn the_example_of_the_standard_verifies() {
    let (point, signature) = standard();
    assert!(verify(&point, DEFAULT_ID, b"message digest", &signature));
    assert!(!verify(&point, DEFAULT_ID, b"message digesu", &signature));
    assert!(!verify(&point, b"", b"message digest", &signature));
}

#[test]
fn what_is_signed_for_a_message_is_that_of_the_standard() {
    let (point, _) = standard();
    let key = crate::key::PublicKey::from_parts(KeyAlgorithm::Sm2, &point).unwrap();
    let e = message_digest(&key, DEFAULT_ID, b"message digest").unwrap();
    assert_eq!(hex::encode(e), "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640");
    let other = PrivateKey::generate(crate::algorithm::KeySpec::P256, &mut rng()).unwrap();
    let refused = message_digest(other.public_key(), DEFAULT_ID, b"");
    assert_eq!(refused.unwrap_err().code(), "signature-key-mismatch");
}

#[test]
fn every_bit_of_a_signature_counts() {
    let (point, signature) = standard();
    for bit in 0..512 {
        let mut changed = signature;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert!(!verify(&point, DEFAULT_ID, b"message digest", &changed), "bit {bit}");
    }
}

#[test]
fn values_outside_their_range_do_not_verify() {
    let (point, signature) = standard();
    let order = hex::decode("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123").unwrap();
    for value in [vec![0; 32], order, vec![0xff; 32]] {
        for half in [0, 32] {
            let mut changed = signature;
            changed[half..half + 32].copy_from_slice(&value);
            assert!(!verify(&point, DEFAULT_ID, b"message digest", &changed));
        }
    }
}

#[test]
fn private_keys_lie_between_1_and_n_minus_2() {
    let key = |last: &str| {
        let text = format!("fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d541{last}");
        SecretKey::from_bytes(&hex::decode(text).unwrap().try_into().unwrap())
    };
    assert!(key("21").is_some());
    assert!(key("22").is_none());
    assert!(key("23").is_none());
    assert!(SecretKey::from_bytes(&[0; 32]).is_none());
}

#[test]
fn signatures_carry_the_default_identifier_and_differ_each_time() {
    let mut rng = rng();
    let key = PrivateKey::generate(crate::algorithm::KeySpec::Sm2, &mut rng).unwrap();
    let signer = key.into_signer(Sm2Parameters::Absent);
    let first = signer.sign(b"message", &mut rng).unwrap();
    let second = signer.sign(b"message", &mut rng).unwrap();
    assert_ne!(first, second);
    let public = signer.public_key();
    assert_eq!(verify_with_id(public, DEFAULT_ID, b"message", &first), Ok(()));
    assert_eq!(verify_with_id(public, b"", b"message", &first), Err(VerifyError::Invalid));
    assert_eq!(
        verify_with_id(public, DEFAULT_ID, b"message", &first[1..]).unwrap_err().code(),
        "signature-encoding"
    );
}

#[test]
fn points_are_checked() {
    let (mut point, _) = standard();
    assert!(has_point(&point));
    point[64] ^= 1;
    assert!(!has_point(&point));
    assert!(!has_point(&[0; 65]));
    assert!(!has_point(&[0]));
    assert!(!has_point(&[]));
}
