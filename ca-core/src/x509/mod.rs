//! X.509: names, serials, extensions, certificates, requests, revocation lists.
//!
//! What is received keeps its bytes and is read leniently: an unknown or ill-formed extension that is not critical never fails a
//! reading. What is written follows RFC 5280 strictly. A signature is always checked over the bytes that were signed.

pub(crate) mod asn1;
pub mod certificate;
pub mod crl;
pub mod extension;
pub mod key_identifier;
pub mod name;
pub mod oid;
pub mod request;
#[cfg(test)]
mod round_trip;
pub mod serial;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod time;
pub mod validity;

pub use asn1::{Malformed, Problem};
pub use certificate::{Certificate, TbsCertificate};
pub use crl::{CertificateList, TbsCertList};
pub use extension::{Extension, Extensions};
pub use key_identifier::KeyIdentifier;
pub use name::Name;
pub use oid::Oid;
pub use request::{CertificationRequest, VerifiedRequest};
pub use serial::SerialNumber;
pub use validity::Validity;
