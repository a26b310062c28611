//! Signatures and keys at the edges of what is allowed, made with the arithmetic of crate `sm2`.

#![expect(clippy::expect_used, reason = "tests")]

use ca_sm2::{DEFAULT_ID, Error, PrivateKey, PublicKey, Signature, VerifyingKey};
use sm2::elliptic_curve::ff::PrimeField;
use sm2::elliptic_curve::group::Group;
use sm2::elliptic_curve::sec1::{FromSec1Point, ToSec1Point};
use sm2::{AffinePoint, ProjectivePoint, Scalar};

const N: &str = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
const P: &str = "fffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffff";

fn bytes(text: &str) -> [u8; 32] {
    hex::decode(text).expect("hex").try_into().expect("32 bytes")
}

/// The number plus or minus a small one.
fn offset(number: &str, difference: i64) -> [u8; 32] {
    let mut bytes = bytes(number);
    let mut carry = i128::from(difference);
    for byte in bytes.iter_mut().rev() {
        carry += i128::from(*byte);
        *byte = carry.rem_euclid(256) as u8;
        carry = carry.div_euclid(256);
    }
    bytes
}

fn small(value: u64) -> [u8; 32] {
    Scalar::from(value).to_bytes().into()
}

fn scalar(bytes: [u8; 32]) -> Scalar {
    Scalar::from_repr(bytes.into()).expect("below n")
}

fn signature(r: [u8; 32], s: [u8; 32]) -> Result<Signature, Error> {
    Signature::from_bytes([r, s].concat().as_slice().try_into().expect("64 bytes"))
}

/// x modulo n.
fn abscissa(point: &ProjectivePoint) -> Scalar {
    let sec1 = point.to_affine().to_sec1_point(false);
    let x: [u8; 32] = sec1.as_bytes()[1..33].try_into().expect("32 bytes");
    reduced(x)
}

fn reduced(x: [u8; 32]) -> Scalar {
    Option::from(Scalar::from_repr(x.into())).unwrap_or_else(|| {
        // Between n and 2²⁵⁶: the difference to n is small enough to be built from halves.
        let (high, low) = x.split_at(16);
        let half = |half: &[u8]| Scalar::from(u128::from_be_bytes(half.try_into().expect("16 bytes")));
        let two_64 = Scalar::from(1_u128 << 64);
        half(high) * two_64 * two_64 + half(low)
    })
}

fn verifying_key(point: &ProjectivePoint) -> VerifyingKey {
    let sec1 = point.to_affine().to_sec1_point(false);
    let public = PublicKey::from_sec1_bytes(sec1.as_bytes()).expect("a point of the curve");
    VerifyingKey::new(public, DEFAULT_ID).expect("short")
}

/// Verifies with and without a table, which must agree.
fn verify(key: &ProjectivePoint, e: Scalar, signature: &Signature) -> Result<(), Error> {
    let key = verifying_key(key);
    let e = e.to_bytes().into();
    let plain = key.verify_digest(&e, signature);
    assert_eq!(key.prepare().verify_digest(&e, signature), plain);
    plain
}

#[test]
fn values_outside_1_to_n_minus_1_are_refused_in_both_encodings() {
    let bad = [small(0), bytes(N), offset(N, 1), offset(N, 7), [0xff; 32]];
    let good = [small(1), small(7), offset(N, -1)];
    for value in bad {
        for other in good {
            assert_eq!(signature(value, other), Err(Error::SignatureRange));
            assert_eq!(signature(other, value), Err(Error::SignatureRange));
        }
    }
    for (r, s) in good.iter().flat_map(|r| good.iter().map(move |s| (r, s))) {
        let signature = signature(*r, *s).expect("in range");
        assert_eq!(Signature::from_der(&signature.to_der()), Ok(signature));
        assert_eq!(signature.to_bytes(), [*r, *s].concat()[..]);
    }
}

/// For every r and s, e = r − x(s · G + t · P) makes a valid signature.
#[test]
fn extreme_values_of_r_and_s_are_accepted_where_they_verify() {
    let keys = [Scalar::ONE, -Scalar::ONE, Scalar::from(2_u64), scalar([0x5a; 32])];
    let values = [small(1), small(2), small(3), [0x7f; 32], offset(N, -3), offset(N, -2), offset(N, -1)];
    for key in keys {
        let key = ProjectivePoint::GENERATOR * key;
        for (r, s) in values.iter().flat_map(|r| values.iter().map(move |s| (*r, *s))) {
            let edge = signature(r, s).expect("in range");
            let t = scalar(r) + scalar(s);
            let point = ProjectivePoint::GENERATOR * scalar(s) + key * t;
            if bool::from(t.is_zero()) {
                // r + s = n: t = 0, whatever e is.
                let e = scalar(r) - abscissa(&point);
                assert_eq!(verify(&key, e, &edge), Err(Error::SignatureInvalid));
            } else if bool::from(point.is_identity()) {
                // An implementation that takes infinity for x = 0 would accept e = r.
                assert_eq!(verify(&key, scalar(r), &edge), Err(Error::SignatureInvalid));
            } else {
                let e = scalar(r) - abscissa(&point);
                assert_eq!(verify(&key, e, &edge), Ok(()));
                assert_eq!(verify(&key, e + Scalar::ONE, &edge), Err(Error::SignatureInvalid));
            }
        }
    }
}

/// s · G + t · P = infinity for P = −(s/t) · G.
#[test]
fn a_sum_at_infinity_is_refused() {
    let (r, s) = (scalar([0x11; 32]), scalar([0x22; 32]));
    let quotient = s * (r + s).invert().expect("not zero");
    let key = ProjectivePoint::GENERATOR * -quotient;
    let edge = signature(r.to_bytes().into(), s.to_bytes().into()).expect("in range");
    for e in [r, r - Scalar::ONE, Scalar::ZERO] {
        assert_eq!(verify(&key, e, &edge), Err(Error::SignatureInvalid));
    }
}

/// A key P = (R − s · G)/t makes any point R the one of a signature: R with the smallest and largest abscissas, also those between n
/// and p, whose residue is small.
#[test]
fn extreme_abscissas_of_the_nonce_point_are_accepted() {
    let mut found = [0; 4];
    let starts = [(small(0), 1), (bytes(N), 1), (offset(N, -1), -1), (offset(P, -1), -1)];
    for (start, (origin, step)) in starts.into_iter().enumerate() {
        for distance in 0..40 {
            let x = offset(&hex::encode(origin), step * distance);
            let compressed = [&[2], x.as_slice()].concat();
            let Ok(sec1) = sm2::Sec1Point::from_bytes(&compressed) else { continue };
            let Some(point) = Option::<AffinePoint>::from(AffinePoint::from_sec1_point(&sec1)) else {
                continue;
            };
            found[start] += 1;
            let nonce_point = ProjectivePoint::from(point);
            let (r, s) = (scalar([0x33; 32]), scalar([0x44; 32]));
            let inverse = (r + s).invert().expect("not zero");
            let key = (nonce_point - ProjectivePoint::GENERATOR * s) * inverse;
            let edge = signature(r.to_bytes().into(), s.to_bytes().into()).expect("in range");
            let e = r - reduced(x);
            assert_eq!(verify(&key, e, &edge), Ok(()), "{}", hex::encode(x));
            assert_eq!(verify(&key, e - Scalar::ONE, &edge), Err(Error::SignatureInvalid));
        }
    }
    assert!(found.iter().all(|count| *count > 5), "{found:?}");
}

#[test]
fn private_keys_from_1_to_n_minus_2_are_accepted() {
    for good in [small(1), small(2), offset(N, -2), offset(N, -3)] {
        let key = PrivateKey::from_bytes(&good).expect("in range");
        assert_eq!(*key.to_bytes(), good);
        let point = (ProjectivePoint::GENERATOR * scalar(good)).to_affine().to_sec1_point(false);
        assert_eq!(key.public_key().to_sec1_bytes(), *point.as_bytes());
    }
    for bad in [small(0), offset(N, -1), bytes(N), offset(N, 1), [0xff; 32]] {
        assert_eq!(PrivateKey::from_bytes(&bad).err(), Some(Error::PrivateKeyRange));
    }
}

#[test]
fn points_off_the_curve_and_other_encodings_are_refused() {
    let point = (ProjectivePoint::GENERATOR * scalar([0x5a; 32])).to_affine().to_sec1_point(false);
    let good: [u8; 65] = point.as_bytes().try_into().expect("65 bytes");
    let (x, y) = (&good[1..33], &good[33..]);
    let parity = 2 + (y[31] & 1);
    let key = PublicKey::from_sec1_bytes(&good).expect("valid");
    assert_eq!(PublicKey::from_sec1_bytes(&[&[parity], x].concat()), Ok(key.clone()));
    let mirrored = PublicKey::from_sec1_bytes(&[&[parity ^ 1], x].concat()).expect("valid");
    assert!(mirrored.x() == key.x() && mirrored.y() != key.y());

    let encoding = |bytes: &[u8]| assert_eq!(PublicKey::from_sec1_bytes(bytes), Err(Error::PointEncoding));
    for tag in (0..=255).filter(|tag| *tag != 4) {
        encoding(&[&[tag], x, y].concat());
    }
    for length in 0..65 {
        if length != 33 {
            encoding(&good[..length]);
        }
    }
    encoding(&[0]);
    encoding(&[&good[..], &[0]].concat());
    // Coordinates of p and above, where smaller ones would be on the curve: x + p for the first small x that is.
    encoding(&[&[4], &bytes(P)[..], &bytes(P)[..]].concat());
    encoding(&[&[2], &offset(P, 1)[..]].concat());
    encoding(&[&[4], x, &[0xff; 32]].concat());

    let off = |bytes: &[u8]| assert_eq!(PublicKey::from_sec1_bytes(bytes), Err(Error::PointNotOnCurve));
    off(&[&[4], &[0; 64][..]].concat());
    off(&[&[4], y, x].concat());
    for index in 1..65 {
        let mut altered = good;
        altered[index] ^= 1;
        off(&altered);
    }
    // Half of all abscissas belong to the twist.
    let twist =
        (0..100).filter(|x| PublicKey::from_sec1_bytes(&[&[2], &small(*x)[..]].concat()).is_err()).count();
    assert!((30..70).contains(&twist), "{twist}");
}

#[test]
fn der_is_read_strictly() {
    let high = [0x80; 32];
    let edge = signature(high, small(1)).expect("in range");
    let der = edge.to_der();
    assert_eq!(der, [&[0x30, 38, 2, 33, 0], &high[..], &[2, 1, 1]].concat());
    assert_eq!(Signature::from_der(&der), Ok(edge));

    let encoding =
        |der: &[u8]| assert_eq!(Signature::from_der(der), Err(Error::SignatureEncoding), "{der:02x?}");
    for length in 0..der.len() {
        encoding(&der[..length]);
    }
    encoding(&[&der[..], &[0]].concat());
    let value = |r: &[u8], s: &[u8]| {
        let content = [&[2, r.len() as u8], r, &[2, s.len() as u8], s].concat();
        [&[0x30, content.len() as u8], &content[..]].concat()
    };
    encoding(&value(&[], &[1]));
    encoding(&value(&[0, 1], &[1]));
    encoding(&value(&[1], &[0, 0x7f]));
    encoding(&value(&[0xff, 0x80], &[1]));
    encoding(&[0x30, 0x81, 6, 2, 1, 1, 2, 1, 1]);
    encoding(&[0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0]);
    encoding(&[0x30, 7, 2, 0x81, 1, 1, 2, 1, 1]);
    encoding(&[0x31, 6, 2, 1, 1, 2, 1, 1]);
    encoding(&[0x30, 6, 3, 1, 1, 2, 1, 1]);
    encoding(&[0x30, 3, 2, 1, 1]);
    encoding(&[0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1]);

    let range = |der: &[u8]| assert_eq!(Signature::from_der(der), Err(Error::SignatureRange), "{der:02x?}");
    range(&value(&[0], &[1]));
    range(&value(&[1], &[0]));
    range(&value(&[0x80], &[1]));
    range(&value(&[1], &[0xff]));
    range(&value(&[&[0], &bytes(N)[..]].concat(), &[1]));
    range(&value(&[&[1], &[0; 32][..]].concat(), &[1]));
    range(&value(&[1; 40], &[1]));
    assert_eq!(Signature::from_der(&value(&[1], &[0x7f])), signature(small(1), small(0x7f)));
}
