//! The vectors of Project Wycheproof, by the same way as every signature.

use serde_json::Value;

use super::*;
use crate::key::PublicKey;
use crate::testing::shared;

/// A valid signature that is refused, with the reason.
type Divergence = (u64, &'static str);

fn run(file: &str, algorithm: SignatureAlgorithm, divergences: &[Divergence]) {
    let Some(bytes) = shared(&format!("conformance/wycheproof/{file}")) else { return };
    let document: Value = serde_json::from_slice(&bytes).unwrap();
    let identifier = algorithm.identifier(Sm2Parameters::Absent);
    let (mut tried, mut diverged) = (0, Vec::new());
    for group in document["testGroups"].as_array().unwrap() {
        let spki = hex::decode(group["publicKeyDer"].as_str().unwrap()).unwrap();
        let key = PublicKey::from_spki_der(&spki).unwrap();
        for test in group["tests"].as_array().unwrap() {
            let bytes = |name: &str| hex::decode(test[name].as_str().unwrap()).unwrap();
            let id = test["tcId"].as_u64().unwrap();
            let verified = verify(&identifier, &key, &bytes("msg"), &bytes("sig")).is_ok();
            tried += 1;
            match test["result"].as_str().unwrap() {
                "valid" if !verified => diverged.push(id),
                // What need not be accepted is not.
                "invalid" | "acceptable" => assert!(!verified, "{file} {id}: {}", test["comment"]),
                _ => {}
            }
        }
    }
    assert_eq!(tried, document["numberOfTests"].as_u64().unwrap(), "{file}");
    assert_eq!(diverged, divergences.iter().map(|(id, _)| *id).collect::<Vec<_>>(), "{file}");
}

#[test]
fn ecdsa_on_p256() {
    run("ecdsa_secp256r1_sha256_test.json", SignatureAlgorithm::EcdsaSha256, &[]);
}

#[test]
fn ecdsa_on_p384() {
    run("ecdsa_secp384r1_sha384_test.json", SignatureAlgorithm::EcdsaSha384, &[]);
}

#[test]
fn ed25519() {
    run("ed25519_test.json", SignatureAlgorithm::Ed25519, &[]);
}

#[test]
fn rsa_pss() {
    run("rsa_pss_2048_sha256_mgf1_32_test.json", SignatureAlgorithm::RsaPssSha256, &[]);
}

#[test]
fn rsa_pkcs1() {
    run("rsa_signature_2048_sha256_test.json", SignatureAlgorithm::RsaSha256, &[]);
}
