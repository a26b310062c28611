//! TSTInfo, RFC 3161 §2.4.2: what a time-stamp says.

use jiff::{SignedDuration, Timestamp};
use spki::AlgorithmIdentifierOwned;

use super::TimestampError;
use crate::algorithm::digest::{DigestAlgorithm, digest};
use crate::encoding::der as wire;
use crate::x509::asn1::{self, Element, Elements, Malformed, tag};
use crate::x509::certificate::read_algorithm;
use crate::x509::extension::Extensions;
use crate::x509::extension::GeneralName;
use crate::x509::{Oid, SerialNumber};

/// `MessageImprint`: the digest that is stamped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageImprint {
    /// The digest algorithm.
    pub algorithm: AlgorithmIdentifierOwned,
    /// The digest.
    pub digest: Vec<u8>,
}

/// How far the time may be off, either way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Accuracy(pub SignedDuration);

/// `TSTInfo`, RFC 3161 §2.4.2.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TstInfo {
    /// The policy that it was made under.
    pub policy: Oid,
    /// What is stamped.
    pub imprint: MessageImprint,
    /// The number of the time-stamp.
    pub serial: SerialNumber,
    /// The time.
    pub time: Timestamp,
    /// How far the time may be off; none where nothing is said.
    pub accuracy: Option<Accuracy>,
    /// Whether time-stamps of this authority are ordered by their times alone.
    pub ordering: bool,
    /// The number that the request gave.
    pub nonce: Option<SerialNumber>,
    /// The name of the authority.
    pub authority: Option<GeneralName>,
    /// The extensions.
    pub extensions: Extensions,
}

impl MessageImprint {
    pub(super) fn read(members: &mut Elements<'_>) -> Result<Self, Malformed> {
        let mut inside = members.required(tag::SEQUENCE)?.members("MessageImprint");
        let algorithm = read_algorithm("hashAlgorithm", inside.required(tag::SEQUENCE)?)?;
        let digest = inside.required(tag::OCTET_STRING)?.content.to_vec();
        inside.finish()?;
        Ok(Self { algorithm, digest })
    }

    /// Checks that it is of these data.
    ///
    /// # Errors
    /// [`TimestampError::Digest`], also for SHA-1, and [`TimestampError::Imprint`].
    pub fn check(&self, data: &[u8]) -> Result<(), TimestampError> {
        let oid = self.algorithm.oid;
        let known = DigestAlgorithm::from_oid(oid).filter(|known| *known != DigestAlgorithm::Sha1);
        let algorithm = known.ok_or(TimestampError::Digest { oid })?;
        if digest(algorithm, data) == self.digest { Ok(()) } else { Err(TimestampError::Imprint) }
    }
}

impl TstInfo {
    /// Reads the content of a token.
    ///
    /// # Errors
    /// [`TimestampError`]: not DER, or not a TSTInfo of version 1.
    pub fn from_der(bytes: &[u8]) -> Result<Self, TimestampError> {
        wire::check_structure(bytes)?;
        let mut members = asn1::only("TSTInfo", bytes, tag::SEQUENCE)?.members("TSTInfo");
        require_version(&mut members)?;
        let policy = Oid::from_content(members.required(tag::OBJECT_IDENTIFIER)?.content)?;
        let imprint = MessageImprint::read(&mut members)?;
        let serial = SerialNumber::from_content(members.required(tag::INTEGER)?.content)?;
        let time = read_time(members.required(tag::GENERALIZED_TIME)?)?;
        let accuracy = members.optional(tag::SEQUENCE)?.map(Accuracy::read).transpose()?;
        let ordering = members.optional(tag::BOOLEAN)?;
        let ordering = ordering.map_or(Ok(false), |it| asn1::read_boolean("ordering", it.content))?;
        let nonce = members.optional(tag::INTEGER)?;
        let nonce = nonce.map(|nonce| SerialNumber::from_content(nonce.content)).transpose()?;
        let authority = members.optional(tag::context_constructed(0))?;
        let authority = authority.map(read_name).transpose()?;
        let extensions = members.optional(tag::context_constructed(1))?;
        let extensions = extensions.map_or(Ok(Extensions::default()), read_extensions)?;
        members.finish()?;
        Ok(Self { policy, imprint, serial, time, accuracy, ordering, nonce, authority, extensions })
    }
}

pub(super) fn require_version(members: &mut Elements<'_>) -> Result<(), Malformed> {
    match asn1::read_unsigned("version", members.required(tag::INTEGER)?.content)? {
        1 => Ok(()),
        _ => Err(Malformed::value("version", "there is only version 1")),
    }
}

fn read_name(explicit: Element<'_>) -> Result<GeneralName, Malformed> {
    let mut inside = explicit.members("tsa");
    let name = GeneralName::read(inside.any()?)?;
    inside.finish()?;
    Ok(name)
}

/// `[1] IMPLICIT Extensions`.
pub(super) fn read_extensions(implicit: Element<'_>) -> Result<Extensions, Malformed> {
    Extensions::from_der(&asn1::element(tag::SEQUENCE, implicit.content))
}

/// GeneralizedTime of UTC, with a fraction of a second where there is one.
fn read_time(element: Element<'_>) -> Result<Timestamp, Malformed> {
    let fail = || Malformed::value("genTime", "it is not a time of UTC");
    let text = std::str::from_utf8(element.content).map_err(|_| fail())?;
    let (whole, fraction) = match text.split_once('.') {
        None => (text.to_owned(), ""),
        Some((whole, rest)) => {
            let fraction = rest.strip_suffix('Z').ok_or_else(fail)?;
            (format!("{whole}Z"), fraction)
        }
    };
    let whole = asn1::element(tag::GENERALIZED_TIME, whole.as_bytes());
    let whole = asn1::only("genTime", &whole, tag::GENERALIZED_TIME)?;
    let time = crate::x509::time::read("genTime", whole)?;
    if text.contains('.') {
        // Nanoseconds are what a time here can hold; DER leaves out zeros at the end.
        let digits = fraction.bytes().all(|digit| digit.is_ascii_digit());
        if fraction.is_empty() || fraction.len() > 9 || !digits || fraction.ends_with('0') {
            return Err(fail());
        }
        let nanoseconds = format!("{fraction:0<9}").parse().map_err(|_| fail())?;
        return time.checked_add(SignedDuration::from_nanos(nanoseconds)).map_err(|_| fail());
    }
    Ok(time)
}

impl Accuracy {
    fn read(element: Element<'_>) -> Result<Self, Malformed> {
        let mut members = element.members("Accuracy");
        let part = |found: Option<Element<'_>>, limit: u64| match found {
            None => Ok(0),
            Some(found) => {
                let value = asn1::read_unsigned("Accuracy", found.content)?;
                let fault = Malformed::value("Accuracy", "it is out of range");
                if value <= limit { i64::try_from(value).map_err(|_| fault) } else { Err(fault) }
            }
        };
        // A year is more than any clock is off that is worth a time-stamp.
        let seconds = part(members.optional(tag::INTEGER)?, 366 * 86_400)?;
        let milliseconds = part(members.optional(tag::context(0))?, 999)?;
        let microseconds = part(members.optional(tag::context(1))?, 999)?;
        members.finish()?;
        Ok(Self(SignedDuration::from_micros((seconds * 1000 + milliseconds) * 1000 + microseconds)))
    }
}
