//! Signed certificate timestamps: promises of transparency logs.

use super::ExtensionValue;
use crate::x509::asn1::{self, Malformed, Problem, tag};
use const_oid::ObjectIdentifier;
use jiff::Timestamp;

/// The most timestamps read. Certificates of web sites carry two to five.
const MAX_TIMESTAMPS: usize = 64;

/// `SignedCertificateTimestampList`, RFC 6962 §3.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTimestamps(Vec<SignedTimestamp>);

impl SignedTimestamps {
    /// The timestamps, in order. They are read and never made here, so that each fits its lengths.
    pub fn timestamps(&self) -> &[SignedTimestamp] {
        &self.0
    }
}

/// `SerializedSCT`, RFC 6962 §3.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedTimestamp {
    /// Version 1, RFC 6962 §3.2.
    V1 {
        /// The log: SHA-256 of its public key.
        log: [u8; 32],
        /// Milliseconds since 1970 at which the log promised to publish the certificate.
        milliseconds: u64,
        /// Extensions; none are defined.
        extensions: Vec<u8>,
        /// Number of the hash algorithm in TLS 1.2, RFC 5246 §7.4.1.4.1.
        hash: u8,
        /// Number of the signature algorithm in TLS 1.2.
        algorithm: u8,
        /// The signature of the log.
        signature: Vec<u8>,
    },
    /// Of another version, as it came.
    Other(Vec<u8>),
}

impl SignedTimestamp {
    /// When the log promised; `None` for other versions and moments that no calendar here holds.
    pub fn time(&self) -> Option<Timestamp> {
        match self {
            Self::V1 { milliseconds, .. } => {
                Timestamp::from_millisecond(i64::try_from(*milliseconds).ok()?).ok()
            }
            Self::Other(_) => None,
        }
    }

    fn write(&self) -> Vec<u8> {
        match self {
            Self::V1 { log, milliseconds, extensions, hash, algorithm, signature } => {
                let mut bytes = vec![0];
                bytes.extend_from_slice(log);
                bytes.extend_from_slice(&milliseconds.to_be_bytes());
                bytes.extend(prefixed(extensions));
                bytes.extend_from_slice(&[*hash, *algorithm]);
                bytes.extend(prefixed(signature));
                bytes
            }
            Self::Other(bytes) => bytes.clone(),
        }
    }

    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        if bytes.first() != Some(&0) {
            return Ok(Self::Other(bytes.to_vec()));
        }
        let mut rest = &bytes[1..];
        let log = <[u8; 32]>::try_from(take(&mut rest, 32)?).map_err(|_| truncated())?;
        let milliseconds = take(&mut rest, 8)?.iter().fold(0, |time, &octet| time << 8 | u64::from(octet));
        let extensions = take_prefixed(&mut rest)?.to_vec();
        let (hash, algorithm) = (take(&mut rest, 1)?[0], take(&mut rest, 1)?[0]);
        let signature = take_prefixed(&mut rest)?.to_vec();
        if !rest.is_empty() {
            return Err(Malformed { part: PART, problem: Problem::Trailing(rest.len()) });
        }
        Ok(Self::V1 { log, milliseconds, extensions, hash, algorithm, signature })
    }
}

const PART: &str = "SignedCertificateTimestampList";

fn truncated() -> Malformed {
    Malformed { part: PART, problem: Problem::Truncated }
}

fn take<'a>(rest: &mut &'a [u8], count: usize) -> Result<&'a [u8], Malformed> {
    let (taken, left) = rest.split_at_checked(count).ok_or_else(truncated)?;
    *rest = left;
    Ok(taken)
}

fn take_prefixed<'a>(rest: &mut &'a [u8]) -> Result<&'a [u8], Malformed> {
    let length = take(rest, 2)?;
    take(rest, usize::from(length[0]) << 8 | usize::from(length[1]))
}

/// Behind their length in two octets, in which whatever was read fits.
fn prefixed(bytes: &[u8]) -> Vec<u8> {
    [&(bytes.len() as u16).to_be_bytes(), bytes].concat()
}

impl ExtensionValue for SignedTimestamps {
    const OID: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.11129.2.4.2");

    fn to_value(&self) -> Vec<u8> {
        let list: Vec<u8> = self.0.iter().flat_map(|timestamp| prefixed(&timestamp.write())).collect();
        asn1::element(tag::OCTET_STRING, &prefixed(&list))
    }

    fn from_value(value: &[u8]) -> Result<Self, Malformed> {
        let mut rest = asn1::only(PART, value, tag::OCTET_STRING)?.content;
        let mut list = take_prefixed(&mut rest)?;
        if !rest.is_empty() {
            return Err(Malformed { part: PART, problem: Problem::Trailing(rest.len()) });
        }
        let mut timestamps = Vec::new();
        while !list.is_empty() {
            if timestamps.len() == MAX_TIMESTAMPS {
                return Err(Malformed { part: PART, problem: Problem::TooMany(MAX_TIMESTAMPS) });
            }
            timestamps.push(SignedTimestamp::read(take_prefixed(&mut list)?)?);
        }
        Ok(Self(timestamps))
    }
}
