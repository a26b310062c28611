use ::der::Encode;
use ::der::asn1::Uint;

use super::*;
use crate::algorithm::KeySpec;
use crate::key::PrivateKey;
use crate::testing::rng;

fn rsa(modulus: &[u8], exponent: &[u8]) -> PublicKey {
    let content = [modulus, exponent].map(|value| Uint::new(value).unwrap().to_der().unwrap()).concat();
    let bits = ::der::asn1::Any::new(::der::Tag::Sequence, content).unwrap().to_der().unwrap();
    PublicKey::from_parts(KeyAlgorithm::Rsa, &bits).unwrap()
}

fn code(key: &PublicKey) -> &'static str {
    assess(key).unwrap_err().code()
}

/// A big-endian number times a small one, plus a small one.
fn multiply_add(number: &[u8], factor: u32, addend: u32) -> Vec<u8> {
    let mut carry = u64::from(addend);
    let mut bytes: Vec<u8> = number
        .iter()
        .rev()
        .map(|byte| {
            carry += u64::from(*byte) * u64::from(factor);
            let low = carry as u8;
            carry >>= 8;
            low
        })
        .collect();
    while carry > 0 {
        bytes.push(carry as u8);
        carry >>= 8;
    }
    bytes.reverse();
    bytes
}

#[test]
fn generated_keys_are_sound() {
    for spec in [KeySpec::Sm2, KeySpec::P256, KeySpec::P384, KeySpec::Ed25519, KeySpec::Rsa { bits: 2048 }] {
        let key = PrivateKey::generate(spec, &mut rng()).unwrap();
        assert_eq!(assess(key.public_key()), Ok(()), "{spec}");
    }
}

#[test]
fn rsa_keys_outside_the_sizes_are_refused() {
    for (bytes, first) in [(64, 0xff), (128, 0xff), (256, 0x7f), (1025, 0x01)] {
        let mut modulus = vec![0xff; bytes];
        modulus[0] = first;
        assert_eq!(code(&rsa(&modulus, &[1, 0, 1])), "weak-key-rsa-size", "{bytes} {first}");
    }
}

#[test]
fn rsa_exponents_are_odd_and_above_one() {
    let key = PrivateKey::generate(KeySpec::Rsa { bits: 2048 }, &mut rng()).unwrap();
    let (modulus, _) = key.public_key().rsa_parts().unwrap();
    for (exponent, expected) in [
        (&[1][..], Some("weak-key-rsa-exponent")),
        (&[2], Some("weak-key-rsa-exponent")),
        (&[1, 0, 0], Some("weak-key-rsa-exponent")),
        (&[3], None),
        (&[1, 0, 1], None),
        (&[1, 0, 0, 0, 1], None),
        (&[2, 0, 0, 0, 1], Some("weak-key-rsa-exponent-too-long")),
        (&[0x7f; 256], Some("weak-key-rsa-exponent-too-long")),
    ] {
        let found = assess(&rsa(modulus, exponent)).err().map(|weak| weak.code());
        assert_eq!(found, expected, "{exponent:02x?}");
    }
}

#[test]
fn a_modulus_with_a_small_factor_is_refused() {
    let key = PrivateKey::generate(KeySpec::Rsa { bits: 3072 }, &mut rng()).unwrap();
    let (modulus, _) = key.public_key().rsa_parts().unwrap();
    for factor in [2, 3, 743, 751] {
        let error = assess(&rsa(&multiply_add(modulus, factor, 0), &[3])).unwrap_err();
        assert_eq!(error, WeakKey::RsaSmallFactor { factor });
    }
}

#[test]
fn a_modulus_of_the_faulty_library_is_found() {
    // k · M + 65537³ mod M for a random k has the residues that the library's primes and their products have.
    let mut modulus = vec![0; 240];
    rand_core::Rng::fill_bytes(&mut rng(), &mut modulus);
    let primes = [
        2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101,
        103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
    ];
    for prime in primes {
        modulus = multiply_add(&modulus, prime, 0);
    }
    let power = 65537_u64.pow(3).to_be_bytes();
    let mut carry = 0;
    for (index, byte) in modulus.iter_mut().rev().enumerate() {
        let sum = u16::from(*byte)
            + u16::from(power.get(7_usize.wrapping_sub(index)).copied().unwrap_or(0))
            + carry;
        *byte = sum as u8;
        carry = sum >> 8;
    }
    assert!(roca::is_vulnerable(&modulus));
    // One residue outside the group, such as that of 2 modulo 3 · 5 · …, clears it.
    let key = PrivateKey::generate(KeySpec::Rsa { bits: 2048 }, &mut rng()).unwrap();
    assert!(!roca::is_vulnerable(key.public_key().rsa_parts().unwrap().0));
}

#[test]
fn the_generator_and_its_opposite_are_refused() {
    for (algorithm, generator) in [
        (
            KeyAlgorithm::Sm2,
            "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
        ),
        (
            KeyAlgorithm::P256,
            "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5",
        ),
        (
            KeyAlgorithm::P384,
            "aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab73617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f",
        ),
    ] {
        let point = hex::decode(format!("04{generator}")).unwrap();
        let key = PublicKey::from_parts(algorithm, &point).unwrap();
        assert_eq!(code(&key), "weak-key-generator", "{algorithm}");
    }
    // −G, the public key of n − 1.
    let order_less_one = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
    let sec1 = hex::decode(format!("30310201010420{order_less_one}a00a06082a8648ce3d030107")).unwrap();
    let text = crate::encoding::pem::write("EC PRIVATE KEY", &sec1);
    let opposite = PrivateKey::from_pem(text.as_bytes(), None).ok().unwrap();
    assert_eq!(code(opposite.public_key()), "weak-key-generator");
}

#[test]
fn ed25519_points_of_small_order_are_refused_in_each_encoding() {
    for ordinate in ["00", "01", "ec", "ed", "ee"] {
        for sign in [0x00, 0x80] {
            let mut bits = match ordinate {
                "00" | "01" => vec![0; 32],
                _ => [vec![0xff; 31], vec![0x7f]].concat(),
            };
            bits[0] = u8::from_str_radix(ordinate, 16).unwrap();
            bits[31] |= sign;
            let key = PublicKey::from_parts(KeyAlgorithm::Ed25519, &bits).unwrap();
            assert_eq!(code(&key), "weak-key-small-order", "{ordinate} {sign:x}");
        }
    }
}

#[test]
fn the_two_points_of_order_eight_are_opposite_modulo_p() {
    // y and −y: their sum is p, which shows that neither is mistyped alone.
    let bytes = |text| hex::decode(text).unwrap();
    let (first, second) = (
        bytes("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
        bytes("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
    );
    let mut carry = 0;
    let sum: Vec<u8> = first
        .iter()
        .zip(&second)
        .map(|(a, b)| {
            carry += u16::from(*a) + u16::from(*b);
            let low = carry as u8;
            carry >>= 8;
            low
        })
        .collect();
    let p = [vec![0xed], vec![0xff; 30], vec![0x7f]].concat();
    assert_eq!(sum, p);
    for bits in [first, second] {
        assert_eq!(
            code(&PublicKey::from_parts(KeyAlgorithm::Ed25519, &bits).unwrap()),
            "weak-key-small-order"
        );
    }
}
