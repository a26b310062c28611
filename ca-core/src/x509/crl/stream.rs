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

mod error;
mod source;

pub use error::CrlStreamError;
pub use source::MAX_ELEMENT;

use self::source::{Hash, Source, Tag};
use super::RevokedCertificate;
use super::entry;
use crate::algorithm::{self, PartsVerifier};
use crate::key::PublicKey;
use crate::x509::asn1::{self, Elements, Malformed, Problem, tag};
use crate::x509::certificate::read_algorithm;
use crate::x509::extension::{Extensions, GeneralName};
use crate::x509::{Name, Oid, time};
use jiff::Timestamp;
use spki::AlgorithmIdentifierOwned;
use std::io::Read;

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

#[cfg(test)]
mod tests;
