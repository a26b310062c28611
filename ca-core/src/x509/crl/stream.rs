//! Revocation lists read as they come, entry by entry, so that one of a million entries takes the memory of one.
//!
//! ```
//! use ca_core::x509::crl::stream::CrlStream;
//!
//! # fn count(file: impl std::io::Read) -> Result<usize, ca_core::x509::crl::stream::CrlStreamError> {
//! let mut list = CrlStream::open(file, None)?;
//! let mut revoked = 0;
//! for entry in list.by_ref() {
//!     entry?;
//!     revoked += 1;
//! }
//! list.finish()?;
//! # Ok(revoked)
//! # }
//! ```

use super::RevokedCertificate;
use super::entry;
use crate::algorithm::{self, AlgorithmError, PartsVerifier, VerifyError};
use crate::key::PublicKey;
use crate::x509::asn1::{self, Elements, Malformed, Problem, tag};
use crate::x509::certificate::read_algorithm;
use crate::x509::extension::{Extensions, GeneralName};
use crate::x509::{Name, Oid, time};
use jiff::Timestamp;
use spki::AlgorithmIdentifierOwned;
use std::io::{self, BufReader, Read};

/// The largest element that is held at once, in octets: a name, an entry, the extensions of the list. Indirect lists name issuers in
/// their entries, and partitioned ones many distribution points; both stay below a tenth of it.
pub const MAX_ELEMENT: usize = 1 << 20;

/// Octets read at once.
const BUFFER: usize = 64 << 10;

/// Why a list cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CrlStreamError {
    /// The source fails.
    #[error("the CRL cannot be read further than octet {offset}: {source}")]
    Io {
        /// Where, in octets from the start.
        offset: u64,
        /// Why.
        source: io::Error,
    },
    /// The source ends too early.
    #[error("the CRL ends at octet {offset}, inside of an element")]
    Truncated {
        /// Where it ends, in octets from the start.
        offset: u64,
    },
    /// An element longer than [`MAX_ELEMENT`].
    #[error("an element of {octets} octets begins at octet {offset}, at most {MAX_ELEMENT} are held at once")]
    TooLarge {
        /// Where it begins, in octets from the start.
        offset: u64,
        /// Its length.
        octets: u64,
    },
    /// DER that is not that of a CRL.
    #[error("not a CRL (at octet {offset}): {source}")]
    Malformed {
        /// Where, in octets from the start: the end of what was read when it was found.
        offset: u64,
        /// What.
        source: Malformed,
    },
    /// The algorithm identifiers inside and outside differ.
    #[error("{0}")]
    Algorithm(#[from] AlgorithmError),
    /// The signature does not verify, or cannot be checked over parts.
    #[error("the signature of the CRL: {0}")]
    Signature(#[from] VerifyError),
}

impl CrlStreamError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io { .. } => "crl-unreadable",
            Self::Truncated { .. } => "crl-truncated",
            Self::TooLarge { .. } => "crl-element-too-large",
            Self::Malformed { .. } => "crl-malformed",
            Self::Algorithm(error) => error.code(),
            Self::Signature(error) => error.code(),
        }
    }
}

/// A list that is being read: an iterator over its entries. After the first error there are none.
pub struct CrlStream<R> {
    source: Source<R>,
    header: Header,
    /// Where CertificateList, TBSCertList and revokedCertificates end; the last is the present place where there are no entries.
    ends: Ends,
    /// What was read ahead after the entries.
    pending: Option<Tag>,
    failed: bool,
}

/// What stands before the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// Whether it is of version 2, which alone has extensions.
    pub is_v2: bool,
    /// The algorithm inside of what is signed.
    pub signature_algorithm: AlgorithmIdentifierOwned,
    /// The issuer's name.
    pub issuer: Name,
    /// When it was issued.
    pub this_update: Timestamp,
    /// By when the next one is issued.
    pub next_update: Option<Timestamp>,
}

/// One entry, with what the whole list cannot keep beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StreamedEntry {
    /// The entry.
    pub entry: RevokedCertificate,
    /// certificateIssuer, RFC 5280 §5.3.3: whose certificates this entry and those after it are about; empty where it is not said.
    pub issuer: Vec<GeneralName>,
    /// The first critical extension that has no meaning here.
    pub unknown_critical: Option<Oid>,
}

/// What stands after the entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The extensions of the list.
    pub extensions: Extensions,
    /// The octets of the signature.
    pub signature: Vec<u8>,
    /// Whether the signature was verified: where the issuer's key was given.
    pub verified: bool,
    /// The octets of the whole list.
    pub octets: u64,
}

struct Ends {
    whole: u64,
    tbs: u64,
    entries: u64,
}

impl<R: Read> CrlStream<R> {
    /// Reads what stands before the entries. With the issuer's key, the signature is checked on the way.
    ///
    /// # Errors
    /// [`CrlStreamError`].
    pub fn open(source: R, issuer: Option<&PublicKey>) -> Result<Self, CrlStreamError> {
        let mut source = Source::new(source);
        let whole = source.tag()?;
        source.require(&whole, "CertificateList", tag::SEQUENCE)?;
        let whole_end = source.end(&whole, u64::MAX)?;
        source.hash = if issuer.is_some() { Hash::Kept(Vec::new()) } else { Hash::Off };
        let tbs = source.tag()?;
        source.require(&tbs, "TBSCertList", tag::SEQUENCE)?;
        let tbs_end = source.end(&tbs, whole_end)?;

        let mut next = source.element(tbs_end)?;
        let is_v2 = next.first() == Some(&tag::INTEGER);
        if is_v2 {
            let version = source.parse(|| {
                asn1::read_unsigned("version", asn1::only("version", &next, tag::INTEGER)?.content)
            })?;
            if version != 1 {
                return Err(
                    source.malformed(Malformed::value("version", "a version that is written must be 2"))
                );
            }
            next = source.element(tbs_end)?;
        }
        let signature_algorithm =
            source.parse(|| read_algorithm("signature", asn1::only("signature", &next, tag::SEQUENCE)?))?;
        if let Some(issuer) = issuer {
            source.start(PartsVerifier::new(&signature_algorithm, issuer)?);
        }
        let name = source.element(tbs_end)?;
        let name = source.parse(|| Name::read(asn1::only("issuer", &name, tag::SEQUENCE)?))?;
        let date = source.element(tbs_end)?;
        let this_update =
            source.parse(|| time::read("thisUpdate", Elements::new("thisUpdate", &date).any()?))?;

        let mut pending = source.tag_before(tbs_end)?;
        let mut next_update = None;
        if let Some(it) = pending.take_if(|it| matches!(it.tag, tag::UTC_TIME | tag::GENERALIZED_TIME)) {
            let date = source.rest_of(it, tbs_end)?;
            let date =
                source.parse(|| time::read("nextUpdate", Elements::new("nextUpdate", &date).any()?))?;
            next_update = Some(date);
            pending = source.tag_before(tbs_end)?;
        }
        let mut entries_end = source.position;
        if let Some(list) = pending.take_if(|it| it.tag == tag::SEQUENCE) {
            entries_end = source.end(&list, tbs_end)?;
        }
        let header = Header { is_v2, signature_algorithm, issuer: name, this_update, next_update };
        let ends = Ends { whole: whole_end, tbs: tbs_end, entries: entries_end };
        Ok(Self { source, header, ends, pending, failed: false })
    }

    /// What stands before the entries.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// Reads what is left of the entries, without looking at them, and what stands after them; checks the signature where the
    /// issuer's key was given.
    ///
    /// # Errors
    /// [`CrlStreamError`].
    pub fn finish(mut self) -> Result<Trailer, CrlStreamError> {
        self.source.skip_to(self.ends.entries)?;
        let mut pending = match self.pending.take() {
            Some(pending) => Some(pending),
            None => self.source.tag_before(self.ends.tbs)?,
        };
        let mut extensions = Extensions::default();
        if let Some(it) = pending.take_if(|it| it.tag == tag::context_constructed(0)) {
            let der = self.source.rest_of(it, self.ends.tbs)?;
            let is_v2 = self.header.is_v2;
            extensions = self.source.parse(|| {
                if !is_v2 {
                    return Err(Malformed::value("crlExtensions", "only version 2 has extensions"));
                }
                Extensions::from_der(asn1::only("crlExtensions", &der, tag::context_constructed(0))?.content)
            })?;
        }
        if pending.is_some() || self.source.position != self.ends.tbs {
            let left =
                usize::try_from(self.ends.tbs.saturating_sub(self.source.position)).unwrap_or(usize::MAX);
            let problem = Problem::Trailing(left);
            return Err(self.source.malformed(Malformed { part: "TBSCertList", problem }));
        }
        let verifier = match std::mem::replace(&mut self.source.hash, Hash::Off) {
            Hash::On(verifier) => Some(verifier),
            Hash::Off | Hash::Kept(_) => None,
        };
        let outer = self.source.element(self.ends.whole)?;
        let outer = self.source.parse(|| {
            read_algorithm("signatureAlgorithm", asn1::only("signatureAlgorithm", &outer, tag::SEQUENCE)?)
        })?;
        let bits = self.source.element(self.ends.whole)?;
        let signature = self.source.parse(|| {
            let bits = asn1::only("signatureValue", &bits, tag::BIT_STRING)?;
            Ok(asn1::read_octet_bits("signatureValue", bits.content)?.to_vec())
        })?;
        self.source.require_end(self.ends.whole)?;
        algorithm::require_same(&self.header.signature_algorithm, &outer)?;
        let verified = verifier.is_some();
        if let Some(verifier) = verifier {
            verifier.finish(&signature)?;
        }
        Ok(Trailer { extensions, signature, verified, octets: self.source.position })
    }

    fn read_entry(&mut self) -> Result<StreamedEntry, CrlStreamError> {
        let der = self.source.element(self.ends.entries)?;
        let is_v2 = self.header.is_v2;
        let read = self
            .source
            .parse(|| entry::read(asn1::only("revokedCertificates", &der, tag::SEQUENCE)?, is_v2))?;
        Ok(StreamedEntry { entry: read.entry, issuer: read.issuer, unknown_critical: read.unknown_critical })
    }
}

impl<R: Read> Iterator for CrlStream<R> {
    type Item = Result<StreamedEntry, CrlStreamError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed || self.source.position >= self.ends.entries {
            return None;
        }
        let entry = self.read_entry();
        self.failed = entry.is_err();
        Some(entry)
    }
}

/// What is done with what is read.
enum Hash {
    Off,
    /// The algorithm is not known yet: a few octets are kept.
    Kept(Vec<u8>),
    On(Box<PartsVerifier>),
}

struct Source<R> {
    inner: BufReader<R>,
    position: u64,
    hash: Hash,
}

/// Tag and length of an element that begins.
struct Tag {
    tag: u8,
    length: u64,
    /// As they stand.
    octets: Vec<u8>,
}

impl<R: Read> Source<R> {
    fn new(source: R) -> Self {
        Self { inner: BufReader::with_capacity(BUFFER, source), position: 0, hash: Hash::Off }
    }

    fn start(&mut self, mut verifier: PartsVerifier) {
        if let Hash::Kept(kept) = &self.hash {
            verifier.update(kept);
        }
        self.hash = Hash::On(Box::new(verifier));
    }

    fn malformed(&self, source: Malformed) -> CrlStreamError {
        CrlStreamError::Malformed { offset: self.position, source }
    }

    fn parse<T>(&self, read: impl FnOnce() -> Result<T, Malformed>) -> Result<T, CrlStreamError> {
        read().map_err(|error| self.malformed(error))
    }

    fn fill(&mut self, octets: &mut [u8]) -> Result<(), CrlStreamError> {
        self.inner.read_exact(octets).map_err(|source| match source.kind() {
            io::ErrorKind::UnexpectedEof => CrlStreamError::Truncated { offset: self.position },
            _ => CrlStreamError::Io { offset: self.position, source },
        })?;
        self.position += octets.len() as u64;
        match &mut self.hash {
            Hash::Off => {}
            Hash::Kept(kept) => kept.extend_from_slice(octets),
            Hash::On(verifier) => verifier.update(octets),
        }
        Ok(())
    }

    fn tag(&mut self) -> Result<Tag, CrlStreamError> {
        let mut octets = vec![0; 2];
        self.fill(&mut octets)?;
        let (tag, first) = (octets[0], octets[1]);
        let fault = |this: &Self| this.malformed(Malformed { part: "element", problem: Problem::Length });
        let length = match first {
            0..=0x7f => u64::from(first),
            0x81..=0x88 => {
                octets.resize(2 + usize::from(first & 0x7f), 0);
                self.fill(&mut octets[2..])?;
                let length = octets[2..].iter().fold(0_u64, |length, octet| length << 8 | u64::from(*octet));
                if octets[2] == 0 || length < 0x80 {
                    return Err(fault(self));
                }
                length
            }
            _ => return Err(fault(self)),
        };
        Ok(Tag { tag, length, octets })
    }

    /// The next element's tag and length, where something stands before `end`.
    fn tag_before(&mut self, end: u64) -> Result<Option<Tag>, CrlStreamError> {
        if self.position < end { self.tag().map(Some) } else { Ok(None) }
    }

    fn require(&self, found: &Tag, part: &'static str, expected: u8) -> Result<(), CrlStreamError> {
        if found.tag == expected {
            return Ok(());
        }
        let problem = Problem::Tag { expected, found: found.tag };
        Err(self.malformed(Malformed { part, problem }))
    }

    /// Where an element that began ends, which must not be after `limit`.
    fn end(&self, began: &Tag, limit: u64) -> Result<u64, CrlStreamError> {
        let end = self.position.checked_add(began.length).filter(|end| *end <= limit);
        end.ok_or_else(|| self.malformed(Malformed { part: "element", problem: Problem::Truncated }))
    }

    /// The whole of an element that began.
    fn rest_of(&mut self, began: Tag, limit: u64) -> Result<Vec<u8>, CrlStreamError> {
        self.end(&began, limit)?;
        let start = began.octets.len();
        let length = usize::try_from(began.length).ok().filter(|length| *length <= MAX_ELEMENT);
        let offset = self.position - start as u64;
        let length = length.ok_or(CrlStreamError::TooLarge { offset, octets: began.length })?;
        let mut octets = began.octets;
        octets.resize(start + length, 0);
        self.fill(&mut octets[start..])?;
        Ok(octets)
    }

    fn element(&mut self, limit: u64) -> Result<Vec<u8>, CrlStreamError> {
        if self.position >= limit {
            return Err(self.malformed(Malformed { part: "element", problem: Problem::Missing }));
        }
        let began = self.tag()?;
        self.rest_of(began, limit)
    }

    fn skip_to(&mut self, end: u64) -> Result<(), CrlStreamError> {
        let mut buffer = vec![0; BUFFER];
        while self.position < end {
            let left = usize::try_from(end - self.position).unwrap_or(BUFFER).min(BUFFER);
            self.fill(&mut buffer[..left])?;
        }
        Ok(())
    }

    fn require_end(&mut self, end: u64) -> Result<(), CrlStreamError> {
        let mut one = [0];
        let more = self
            .inner
            .read(&mut one)
            .map_err(|source| CrlStreamError::Io { offset: self.position, source })?;
        let left = usize::try_from(end - self.position).unwrap_or(usize::MAX).saturating_add(more);
        if left == 0 {
            return Ok(());
        }
        Err(self.malformed(Malformed { part: "CertificateList", problem: Problem::Trailing(left) }))
    }
}

#[cfg(test)]
mod tests;
