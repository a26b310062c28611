//! Octets that come and go: elements one by one, hashed on the way.

use super::CrlStreamError;
use crate::algorithm::PartsVerifier;
use crate::x509::asn1::{Malformed, Problem};
use std::io::{self, BufReader, Read};

/// The largest element that is held at once, in octets: a name, an entry, the extensions of the list. Indirect lists name issuers in
/// their entries, and partitioned ones many distribution points; both stay below a tenth of it.
pub const MAX_ELEMENT: usize = 1 << 20;

/// Octets read at once.
const BUFFER: usize = 64 << 10;

/// What is done with what is read.
pub(super) enum Hash {
    Off,
    /// The algorithm is not known yet: a few octets are kept.
    Kept(Vec<u8>),
    On(Box<PartsVerifier>),
}

pub(super) struct Source<R> {
    inner: BufReader<R>,
    pub(super) position: u64,
    pub(super) hash: Hash,
}

/// Tag and length of an element that begins.
pub(super) struct Tag {
    pub(super) tag: u8,
    length: u64,
    /// As they stand.
    octets: Vec<u8>,
}

impl<R: Read> Source<R> {
    pub(super) fn new(source: R) -> Self {
        Self { inner: BufReader::with_capacity(BUFFER, source), position: 0, hash: Hash::Off }
    }

    pub(super) fn start(&mut self, mut verifier: PartsVerifier) {
        if let Hash::Kept(kept) = &self.hash {
            verifier.update(kept);
        }
        self.hash = Hash::On(Box::new(verifier));
    }

    pub(super) fn malformed(&self, source: Malformed) -> CrlStreamError {
        CrlStreamError::Malformed { offset: self.position, source }
    }

    pub(super) fn parse<T>(&self, read: impl FnOnce() -> Result<T, Malformed>) -> Result<T, CrlStreamError> {
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

    pub(super) fn tag(&mut self) -> Result<Tag, CrlStreamError> {
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
    pub(super) fn tag_before(&mut self, end: u64) -> Result<Option<Tag>, CrlStreamError> {
        if self.position < end { self.tag().map(Some) } else { Ok(None) }
    }

    pub(super) fn require(
        &self,
        found: &Tag,
        part: &'static str,
        expected: u8,
    ) -> Result<(), CrlStreamError> {
        if found.tag == expected {
            return Ok(());
        }
        let problem = Problem::Tag { expected, found: found.tag };
        Err(self.malformed(Malformed { part, problem }))
    }

    /// Where an element that began ends, which must not be after `limit`.
    pub(super) fn end(&self, began: &Tag, limit: u64) -> Result<u64, CrlStreamError> {
        let end = self.position.checked_add(began.length).filter(|end| *end <= limit);
        end.ok_or_else(|| self.malformed(Malformed { part: "element", problem: Problem::Truncated }))
    }

    /// The whole of an element that began.
    pub(super) fn rest_of(&mut self, began: Tag, limit: u64) -> Result<Vec<u8>, CrlStreamError> {
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

    pub(super) fn element(&mut self, limit: u64) -> Result<Vec<u8>, CrlStreamError> {
        if self.position >= limit {
            return Err(self.malformed(Malformed { part: "element", problem: Problem::Missing }));
        }
        let began = self.tag()?;
        self.rest_of(began, limit)
    }

    pub(super) fn skip_to(&mut self, end: u64) -> Result<(), CrlStreamError> {
        let mut buffer = vec![0; BUFFER];
        while self.position < end {
            let left = usize::try_from(end - self.position).unwrap_or(BUFFER).min(BUFFER);
            self.fill(&mut buffer[..left])?;
        }
        Ok(())
    }

    pub(super) fn require_end(&mut self, end: u64) -> Result<(), CrlStreamError> {
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
