//! Which certificate is asked about.

use const_oid::ObjectIdentifier;
use der::Tag;
use der::asn1::{Any, OctetString};
use spki::AlgorithmIdentifierOwned;

use super::asn1;
use crate::algorithm::digest::{DigestAlgorithm, digest};
use crate::encoding::der::{DerError, decode, encode};
use crate::key::{KeyError, PublicKey};
use crate::x509::{Certificate, SerialNumber};

/// `CertID`, RFC 6960 §4.1.1: a serial number under an issuer, who is named by hashes of name and key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertId {
    hash: DigestAlgorithm,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial: SerialNumber,
    raw: Vec<u8>,
}

/// Why a CertID cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertIdError {
    /// It is not the DER of a CertID.
    #[error("the CertID is malformed: {0}")]
    Malformed(#[from] DerError),
    /// A hash algorithm that is not known here.
    #[error("the CertID is hashed with {oid}; SHA-1, SHA-256, SHA-384, SHA-512 and SM3 are known")]
    UnknownHash {
        /// Its object identifier.
        oid: ObjectIdentifier,
    },
    /// Hash algorithms have NULL parameters or none (RFC 5754 §2).
    #[error("the hash algorithm of the CertID has parameters other than NULL")]
    HashParameters,
    /// A hash is as long as its algorithm makes it.
    #[error("a hash of the CertID has {octets} octets, {expected} are needed")]
    HashLength {
        /// How many it has.
        octets: usize,
        /// How many the algorithm gives.
        expected: usize,
    },
    /// The serial is no INTEGER, or is longer than any in use.
    #[error("the serial number of the CertID is malformed")]
    Serial,
    /// The issuer's key cannot be read, so that it has no hash.
    #[error("the key of the issuer cannot be read: {reason}")]
    IssuerKey {
        /// Why.
        reason: String,
    },
}

impl CertIdError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Malformed(_) => "cert-id-malformed",
            Self::UnknownHash { .. } => "cert-id-hash-unknown",
            Self::HashParameters => "cert-id-hash-parameters",
            Self::HashLength { .. } => "cert-id-hash-length",
            Self::Serial => "cert-id-serial",
            Self::IssuerKey { .. } => "cert-id-issuer-key",
        }
    }
}

impl CertId {
    /// The CertID of a certificate that `issuer` issued.
    ///
    /// # Errors
    /// Where the issuer's key cannot be read.
    pub fn new(
        hash: DigestAlgorithm,
        issuer: &Certificate,
        serial: &SerialNumber,
    ) -> Result<Self, CertIdError> {
        let (issuer_name_hash, issuer_key_hash) = issuer_hashes(hash, issuer)
            .map_err(|error| CertIdError::IssuerKey { reason: error.to_string() })?;
        let octets = |bytes: &[u8]| OctetString::new(bytes).map_err(DerError::from);
        let raw = encode(&asn1::CertId {
            // NULL parameters, as OpenSSL and the other clients write them.
            hash: AlgorithmIdentifierOwned { oid: hash.oid(), parameters: Some(Any::null()) },
            issuer_name_hash: octets(&issuer_name_hash)?,
            issuer_key_hash: octets(&issuer_key_hash)?,
            serial: decode(&serial.to_der())?,
        })?;
        Ok(Self { hash, issuer_name_hash, issuer_key_hash, serial: serial.clone(), raw })
    }

    pub(super) fn from_asn1(element: &Any) -> Result<Self, CertIdError> {
        let raw = encode(element)?;
        let read: asn1::CertId = decode(&raw)?;
        let hash = DigestAlgorithm::from_oid(read.hash.oid)
            .ok_or(CertIdError::UnknownHash { oid: read.hash.oid })?;
        if read.hash.parameters.as_ref().is_some_and(|parameters| !parameters.is_null()) {
            return Err(CertIdError::HashParameters);
        }
        for value in [&read.issuer_name_hash, &read.issuer_key_hash] {
            let (octets, expected) = (value.as_bytes().len(), hash.length());
            if octets != expected {
                return Err(CertIdError::HashLength { octets, expected });
            }
        }
        if read.serial.header().tag() != Tag::Integer {
            return Err(CertIdError::Serial);
        }
        let serial = SerialNumber::from_content(read.serial.value()).map_err(|_| CertIdError::Serial)?;
        Ok(Self {
            hash,
            issuer_name_hash: read.issuer_name_hash.as_bytes().to_vec(),
            issuer_key_hash: read.issuer_key_hash.as_bytes().to_vec(),
            serial,
            raw,
        })
    }

    /// The algorithm of the hashes.
    #[must_use]
    pub const fn hash(&self) -> DigestAlgorithm {
        self.hash
    }

    /// The serial number asked about.
    #[must_use]
    pub const fn serial(&self) -> &SerialNumber {
        &self.serial
    }

    /// Hash of the issuer's name in DER.
    #[must_use]
    pub fn issuer_name_hash(&self) -> &[u8] {
        &self.issuer_name_hash
    }

    /// Hash of the content of the issuer's subjectPublicKey.
    #[must_use]
    pub fn issuer_key_hash(&self) -> &[u8] {
        &self.issuer_key_hash
    }

    /// The CertID in DER, as it was asked: an answer repeats it byte for byte.
    #[must_use]
    pub fn der(&self) -> &[u8] {
        &self.raw
    }

    /// Whether it names the issuer who has this name, in DER, and this key.
    #[must_use]
    pub fn names_holder(&self, name: &[u8], key: &PublicKey) -> bool {
        digest(self.hash, name) == self.issuer_name_hash
            && digest(self.hash, key.key_bits()) == self.issuer_key_hash
    }

    /// Whether it names `issuer` by name and key.
    #[must_use]
    pub(super) fn names(&self, issuer: &Certificate) -> bool {
        issuer_hashes(self.hash, issuer)
            .is_ok_and(|(name, key)| name == self.issuer_name_hash && key == self.issuer_key_hash)
    }
}

/// Whether a CertID names this issuer by name and key.
#[must_use]
pub fn matches_issuer(id: &CertId, issuer: &Certificate) -> bool {
    id.names(issuer)
}

fn issuer_hashes(hash: DigestAlgorithm, issuer: &Certificate) -> Result<(Vec<u8>, Vec<u8>), KeyError> {
    let key = issuer.public_key()?;
    Ok((digest(hash, issuer.subject().as_der()), digest(hash, key.key_bits())))
}
