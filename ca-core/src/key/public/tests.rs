use super::*;
use crate::testing::shared;

const POINT: &str = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";

fn spki(algorithm: &str, bits: &str) -> Result<PublicKey, KeyError> {
    let length = |text: &str| format!("{:02x}", text.len() / 2);
    let bits = format!("03{}00{bits}", length(&format!("00{bits}")));
    let content = format!("30{}{algorithm}{bits}", length(algorithm));
    PublicKey::from_spki_der(&hex::decode(format!("30{}{content}", length(&content))).unwrap())
}

fn code(algorithm: &str, bits: &str) -> &'static str {
    spki(algorithm, bits).map_or_else(|error| error.code(), |_| "none")
}

const EC: &str = "06072a8648ce3d0201";
const SM2: &str = "06082a811ccf5501822d";
const P256: &str = "06082a8648ce3d030107";

#[test]
fn the_curve_named_twice_is_taken_and_normalised() {
    let regular = spki(&format!("{EC}{SM2}"), POINT).unwrap();
    let twice = spki(&format!("{SM2}{SM2}"), POINT).unwrap();
    assert_eq!(regular, twice);
    assert_eq!(hex::encode(&regular.spki_der()[2..24]), format!("3013{EC}{SM2}03"));
    assert_eq!(code(&format!("{SM2}{P256}"), POINT), "key-curve-unsupported");
    if let Some(der) = shared("vectors/hitls-spki-alg-301.der") {
        let at = der.windows(4).position(|window| window == [0x03, 0x42, 0x00, 0x04]).unwrap();
        let point = hex::encode(&der[at + 3..at + 68]);
        assert!(spki(&format!("{SM2}{SM2}"), &point).is_ok());
    }
}

#[test]
fn points_are_on_their_curve() {
    let sm2 = format!("{EC}{SM2}");
    let mut off = POINT.to_owned();
    off.replace_range(128..130, "12");
    assert_eq!(code(&sm2, &off), "key-not-on-curve");
    // A point of SM2 is none of P-256.
    assert_eq!(code(&format!("{EC}{P256}"), POINT), "key-not-on-curve");
    assert_eq!(code(&sm2, &format!("04{}", "00".repeat(64))), "key-not-on-curve");
    assert_eq!(code(&sm2, "00"), "key-infinity");
    assert_eq!(code(&sm2, &format!("02{}", &POINT[2..66])), "key-compressed-point");
    assert_eq!(code(&sm2, &format!("07{}", &POINT[2..])), "key-form");
    assert_eq!(code(&sm2, &POINT[..128]), "key-form");
    assert_eq!(code(&sm2, ""), "key-form");
}

#[test]
fn algorithms_and_parameters_have_one_form() {
    assert_eq!(code("06032b656f", "00"), "key-algorithm-unsupported");
    assert_eq!(code(EC, POINT), "key-curve-explicit");
    assert_eq!(code(&format!("{EC}0500"), POINT), "key-curve-explicit");
    assert_eq!(code(&format!("{EC}06052b8104000a"), POINT), "key-curve-unsupported");
    assert_eq!(code("06032b65700500", &"11".repeat(32)), "key-parameters");
    assert_eq!(code("06032b6570", &"11".repeat(31)), "key-form");
    assert_eq!(code("06092a864886f70d010101", "3006020101020103"), "key-parameters");
}

#[test]
fn rsa_keys_are_two_positive_numbers() {
    let rsa = "06092a864886f70d0101010500";
    assert_eq!(code(rsa, "300602010f020103"), "none");
    for bits in ["3006020100020103", "300602010f020100"] {
        assert_eq!(code(rsa, bits), "key-form");
    }
    for bits in ["30060201ff020103", "3003020103", "300602010f02010300", "30070202000f020103"] {
        assert!(code(rsa, bits).starts_with("der-"), "{bits}");
    }
}

#[test]
fn the_normalised_key_does_not_depend_on_the_exponent() {
    let rsa = "06092a864886f70d0101010500";
    let [a, b, c] =
        ["300602010f020103", "300602010f020105", "3006020111020103"].map(|bits| spki(rsa, bits).unwrap());
    assert_eq!(a.normalized(), b.normalized());
    assert_ne!(a.normalized(), c.normalized());
    assert_ne!(a.fingerprint(), b.fingerprint());
    assert_eq!(a.bits(), 4);
}

#[test]
fn identifiers_are_of_the_key_bits() {
    let key = spki(&format!("{EC}{SM2}"), POINT).unwrap();
    assert_eq!(key.key_identifier(), sha1(&hex::decode(POINT).unwrap()));
    assert_eq!(key.fingerprint().as_bytes(), &sha256(key.spki_der()));
}
