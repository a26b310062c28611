//! Answers published test vectors over a line protocol: one JSON object a line in, one out.
//!
//! The protocol is that of `conformance/harness/crypto_run.py`. What is not implemented is answered `{"skip": true}`.

use std::io::{self, BufRead, Write};

use aes_gcm::AesGcm;
use aes_gcm::aead::consts::{
    U1, U2, U4, U6, U7, U8, U9, U10, U11, U12, U13, U14, U15, U16, U20, U32, U64, U128, U257,
};
use aes_gcm::aead::{Aead, KeyInit, Payload};
use ca_core::algorithm::{SignatureAlgorithm, Sm2Parameters, digest, sm2, verify};
use ca_core::key::PublicKey;
use ccm::Ccm;
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sm3::Sm3;
use sm4::Sm4;

/// SubjectPublicKeyInfo of an SM2 key up to the point, for a point of 65 bytes.
const SM2_SPKI: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x81,
    0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d, 0x03, 0x42, 0x00,
];

fn main() -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        let request = serde_json::from_str(&line?)?;
        writeln!(output, "{}", answer(&Request(request)))?;
    }
    Ok(())
}

struct Request(Value);

impl Request {
    fn text(&self, field: &str) -> &str {
        self.0[field].as_str().unwrap_or_default()
    }

    fn bytes(&self, field: &str) -> Vec<u8> {
        hex::decode(self.text(field)).expect("the harness sends hexadecimal digits")
    }
}

fn answer(request: &Request) -> Value {
    match request.text("op") {
        "sm2_import" => ok(sm2_key(&request.bytes("pub")).is_some()),
        "sm2_verify" => ok(sm2_verify(request)),
        "sm3" => json!({ "out": hex::encode(digest::sm3(&request.bytes("msg"))) }),
        "hmac_sm3" => hmac_sm3(request),
        "sm4_gcm_open" => opened(sm4_gcm_open(request)),
        "sm4_ccm_open" => opened(sm4_ccm_open(request)),
        "ecdsa_verify" if request.text("curve") == "P-384" => {
            signature(request, SignatureAlgorithm::EcdsaSha384)
        }
        "ecdsa_verify" => match request.text("hash") {
            "SHA-384" => signature(request, SignatureAlgorithm::EcdsaSha384),
            _ => signature(request, SignatureAlgorithm::EcdsaSha256),
        },
        "rsa_pkcs1_verify" => signature(request, SignatureAlgorithm::RsaSha256),
        "rsa_pss_verify" => signature(request, SignatureAlgorithm::RsaPssSha256),
        "ed25519_verify" => signature(request, SignatureAlgorithm::Ed25519),
        _ => json!({ "skip": true }),
    }
}

fn ok(accepted: bool) -> Value {
    json!({ "ok": accepted })
}

/// What a cipher opened: the plaintext, a refusal, or `None` for lengths that this program was not built with.
fn opened(result: Option<Result<Vec<u8>, aes_gcm::Error>>) -> Value {
    match result {
        Some(Ok(plaintext)) => json!({ "ok": true, "out": hex::encode(plaintext) }),
        Some(Err(_)) => ok(false),
        None => json!({ "skip": true }),
    }
}

fn sm2_key(point: &[u8]) -> Option<PublicKey> {
    if point.len() != 65 {
        return None;
    }
    PublicKey::from_spki_der(&[&SM2_SPKI, point].concat()).ok()
}

fn sm2_verify(request: &Request) -> bool {
    let key = sm2_key(&request.bytes("pub"));
    let (id, message, signature) = (request.bytes("id"), request.bytes("msg"), request.bytes("sig"));
    key.is_some_and(|key| sm2::verify_with_id(&key, &id, &message, &signature).is_ok())
}

fn signature(request: &Request, algorithm: SignatureAlgorithm) -> Value {
    let identifier = algorithm.identifier(Sm2Parameters::Absent);
    let key = PublicKey::from_spki_der(&request.bytes("spki"));
    ok(key.is_ok_and(|key| verify(&identifier, &key, &request.bytes("msg"), &request.bytes("sig")).is_ok()))
}

fn hmac_sm3(request: &Request) -> Value {
    let mac = <Hmac<Sm3> as KeyInit>::new_from_slice(&request.bytes("key")).expect("keys of every length");
    json!({ "out": hex::encode(mac.chain_update(request.bytes("msg")).finalize().into_bytes()) })
}

/// Opens by a cipher whose key, nonce and tag have the lengths of the request.
fn open<C: Aead + KeyInit>(request: &Request) -> Option<Result<Vec<u8>, aes_gcm::Error>> {
    let cipher = C::new_from_slice(&request.bytes("key")).ok()?;
    let (iv, aad) = (request.bytes("iv"), request.bytes("aad"));
    let sealed = [request.bytes("ct"), request.bytes("tag")].concat();
    let nonce = iv.as_slice().try_into().ok()?;
    Some(cipher.decrypt(nonce, Payload { msg: &sealed, aad: &aad }))
}

/// GCM (GB/T 36624, NIST SP 800-38D): a nonce of any length but zero, of which those of the vectors are built in; tags of 16 bytes.
fn sm4_gcm_open(request: &Request) -> Option<Result<Vec<u8>, aes_gcm::Error>> {
    macro_rules! by_nonce {
        ($($length:literal $size:ty),*) => {
            match request.bytes("iv").len() {
                0 => Some(Err(aes_gcm::Error)),
                $($length => open::<AesGcm<Sm4, $size, U16>>(request),)*
                _ => None,
            }
        };
    }
    if request.bytes("tag").len() != 16 {
        return None;
    }
    by_nonce!(1 U1, 2 U2, 4 U4, 6 U6, 8 U8, 10 U10, 12 U12, 15 U15, 16 U16, 20 U20, 32 U32, 64 U64, 128 U128, 257 U257)
}

/// CCM (GB/T 36624, RFC 3610): nonces of 7 to 13 bytes, tags of an even number of bytes from 4 to 16; others do not exist.
fn sm4_ccm_open(request: &Request) -> Option<Result<Vec<u8>, aes_gcm::Error>> {
    macro_rules! by_nonce {
        ($tag:ty: $($length:literal $size:ty),*) => {
            match request.bytes("iv").len() {
                $($length => open::<Ccm<Sm4, $tag, $size>>(request),)*
                _ => Some(Err(aes_gcm::Error)),
            }
        };
    }
    macro_rules! by_tag {
        ($($length:literal $size:ty),*) => {
            match request.bytes("tag").len() {
                $($length => by_nonce!($size: 7 U7, 8 U8, 9 U9, 10 U10, 11 U11, 12 U12, 13 U13),)*
                _ => Some(Err(aes_gcm::Error)),
            }
        };
    }
    by_tag!(4 U4, 6 U6, 8 U8, 10 U10, 12 U12, 14 U14, 16 U16)
}
