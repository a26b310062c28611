//! The rules of City CA: bytes in, bytes out.
//!
//! There is no clock, no network and no database here: time and randomness are arguments. Only the keystore touches files.
#![forbid(unsafe_code)]

pub mod algorithm;
pub mod audit;
pub mod backup;
pub mod ceremony;
pub mod cms;
pub mod crl;
pub mod custody;
pub mod encoding;
pub mod issuance;
pub mod key;
pub mod keystore;
pub mod lint;
pub mod ocsp;
pub mod path;
pub mod pkcs12;
pub mod profile;
pub mod revocation;
pub mod timestamp;
pub mod x509;

#[cfg(test)]
mod testing;
