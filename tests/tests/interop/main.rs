//! What City CA signs, judged by implementations that are not ours: BouncyCastle for everything, OpenSSL for what it can
//! verify (OpenSSL 3.0 cannot verify SM2 paths, CRLs and OCSP answers with the standard identifier).
#![allow(clippy::disallowed_methods, reason = "the files of a test are temporary")]

mod city;
mod crl;
mod ocsp;
mod path;
mod pkilint;
mod request;

use ca_core::algorithm::{KeySpec, Sm2Parameters};

/// The kinds of authority: key, parameters of SM2 signatures, and how their signatures are identified.
const KINDS: [(KeySpec, Sm2Parameters, &str, &str); 6] = [
    (KeySpec::Sm2, Sm2Parameters::Absent, "1.2.156.10197.1.501", "absent"),
    (KeySpec::Sm2, Sm2Parameters::Null, "1.2.156.10197.1.501", "null"),
    (KeySpec::P256, Sm2Parameters::Absent, "1.2.840.10045.4.3.2", "absent"),
    (KeySpec::P384, Sm2Parameters::Absent, "1.2.840.10045.4.3.3", "absent"),
    (KeySpec::Ed25519, Sm2Parameters::Absent, "1.3.101.112", "absent"),
    (KeySpec::Rsa { bits: 3072 }, Sm2Parameters::Absent, "1.2.840.113549.1.1.11", "null"),
];
