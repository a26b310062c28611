//! Entries read fast: only in the forms that are written here, which is all that this is for. What others write is read by
//! [`CrlStream`](crate::x509::crl::stream::CrlStream).

use std::io::{self, Read};

use crate::revocation::Reason;
use crate::x509::asn1::tag;

/// The longest entry that is read. Those written here stay below 128 octets.
pub const MAX_ENTRY: usize = 512;

/// Octets read at once.
const BUFFER: usize = 256 << 10;

/// An entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scanned<'a> {
    /// The magnitude of the serial.
    pub serial: &'a [u8],
    /// The revocation date as `YYYYMMDDHHMMSS`, which sorts as time does.
    pub date: [u8; 14],
    /// Why; none where nothing is said.
    pub reason: Option<Reason>,
}

/// Why entries cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    /// The source fails.
    #[error("the entries cannot be read: {0}")]
    Io(#[from] io::Error),
    /// Other octets than those that are written here.
    #[error("octets that are no entry of ours, {0} after the first")]
    Form(u64),
}

impl ScanError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "crl-unreadable",
            Self::Form(_) => "crl-entry-form",
        }
    }
}

/// Reads entries one after another.
pub struct Scanner<R> {
    source: R,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// Octets of entries that are not in the buffer yet.
    left: u64,
    /// Octets taken out of the buffer.
    taken: u64,
}

impl<R: Read> Scanner<R> {
    /// Over entries alone, of so many octets.
    pub fn of_entries(source: R, octets: u64) -> Self {
        Self { source, buffer: vec![0; BUFFER], start: 0, end: 0, left: octets, taken: 0 }
    }

    /// Over the entries of a whole CRL, or of its signed part alone.
    ///
    /// # Errors
    /// [`ScanError`].
    pub fn of_list(source: R) -> Result<Self, ScanError> {
        let mut scanner = Self::of_entries(source, u64::MAX);
        // CertificateList, TBSCertList; where only the latter is there, what follows is the version.
        scanner.enter(tag::SEQUENCE)?;
        if scanner.peek()? == tag::SEQUENCE {
            scanner.enter(tag::SEQUENCE)?;
        }
        scanner.skip(tag::INTEGER)?;
        scanner.skip(tag::SEQUENCE)?;
        scanner.skip(tag::SEQUENCE)?;
        for _ in 0..2 {
            let found = scanner.peek()?;
            scanner.skip(if found == tag::GENERALIZED_TIME { found } else { tag::UTC_TIME })?;
        }
        let octets = if scanner.peek()? == tag::SEQUENCE { scanner.enter(tag::SEQUENCE)? } else { 0 };
        let buffered = (scanner.end - scanner.start) as u64;
        if octets <= buffered {
            // What follows the entries is in the buffer too.
            scanner.end = scanner.start + octets as usize;
        }
        scanner.left = octets.saturating_sub(buffered);
        scanner.taken = 0;
        Ok(scanner)
    }

    /// The next entry; none after the last one.
    ///
    /// # Errors
    /// [`ScanError`].
    pub fn next_entry(&mut self) -> Result<Option<Scanned<'_>>, ScanError> {
        if self.end - self.start < MAX_ENTRY && self.left > 0 {
            self.fill()?;
        }
        if self.start == self.end {
            return Ok(None);
        }
        let offset = self.taken;
        let window = &self.buffer[self.start..self.end];
        let (length, entry) = read(window).ok_or(ScanError::Form(offset))?;
        self.start += length;
        self.taken += length as u64;
        Ok(Some(entry))
    }

    /// Octets of the entries that were given.
    pub fn position(&self) -> u64 {
        self.taken
    }

    fn fill(&mut self) -> Result<(), ScanError> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while self.end < self.buffer.len() && self.left > 0 {
            let room = self.buffer.len() - self.end;
            let room = room.min(usize::try_from(self.left).unwrap_or(usize::MAX));
            match self.source.read(&mut self.buffer[self.end..self.end + room]) {
                // The length is not known where a whole list is read up to its entries.
                Ok(0) if self.left == u64::MAX => break,
                Ok(0) => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                Ok(count) => {
                    self.end += count;
                    self.left = if self.left == u64::MAX { self.left } else { self.left - count as u64 };
                    if self.left == u64::MAX && self.end > 4 * MAX_ENTRY {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn need(&mut self, count: usize) -> Result<(), ScanError> {
        if self.end - self.start < count {
            self.fill()?;
        }
        if self.end - self.start < count { Err(ScanError::Form(self.taken)) } else { Ok(()) }
    }

    fn peek(&mut self) -> Result<u8, ScanError> {
        self.need(1)?;
        Ok(self.buffer[self.start])
    }

    /// Takes tag and length of an element, and says its length.
    fn enter(&mut self, expected: u8) -> Result<u64, ScanError> {
        self.need(2)?;
        let (found, first) = (self.buffer[self.start], self.buffer[self.start + 1]);
        if found != expected {
            return Err(ScanError::Form(self.taken));
        }
        let count = if first < 0x80 { 0 } else { usize::from(first & 0x7f) };
        // 0x80 is a length that is not known, which DER does not have.
        if first == 0x80 || count > 8 {
            return Err(ScanError::Form(self.taken));
        }
        self.need(2 + count)?;
        let octets = &self.buffer[self.start + 2..self.start + 2 + count];
        let long = octets.iter().fold(0_u64, |length, octet| length << 8 | u64::from(*octet));
        self.start += 2 + count;
        self.taken += 2 + count as u64;
        Ok(if count == 0 { first.into() } else { long })
    }

    fn skip(&mut self, expected: u8) -> Result<(), ScanError> {
        let length = self.enter(expected)?;
        // Names and identifiers: a megabyte is more than any.
        let mut left = usize::try_from(length).ok().filter(|length| *length <= 1 << 20);
        let left = left.as_mut().ok_or(ScanError::Form(self.taken))?;
        while *left > 0 {
            self.need(1)?;
            let step = (*left).min(self.end - self.start);
            self.start += step;
            self.taken += step as u64;
            *left -= step;
        }
        Ok(())
    }
}

/// One element of at most 127 octets: tag, content, and its whole length; longer ones up to [`MAX_ENTRY`] take two octets
/// of length at most.
fn element(octets: &[u8]) -> Option<(u8, &[u8], usize)> {
    let (tag, first) = (*octets.first()?, *octets.get(1)?);
    let (start, length) = match first {
        0..=0x7f => (2, usize::from(first)),
        0x81 => (3, usize::from(*octets.get(2)?)),
        0x82 => (4, usize::from(*octets.get(2)?) << 8 | usize::from(*octets.get(3)?)),
        _ => return None,
    };
    Some((tag, octets.get(start..start + length)?, start + length))
}

const REASON: &[u8] = &[0x06, 3, 0x55, 0x1d, 0x15, 0x04, 3, 0x0a, 1];
const INVALIDITY: &[u8] = &[0x06, 3, 0x55, 0x1d, 0x18, 0x04];

fn read(octets: &[u8]) -> Option<(usize, Scanned<'_>)> {
    let (tag::SEQUENCE, content, length) = element(octets)? else { return None };
    let (tag::INTEGER, serial, used) = element(content)? else { return None };
    let serial = match serial {
        [0, rest @ ..] if !rest.is_empty() => rest,
        other => other,
    };
    let rest = &content[used..];
    let (kind, text, used) = element(rest)?;
    let mut date = [0; 14];
    match (kind, text.len()) {
        (tag::UTC_TIME, 13) => {
            date[..2].copy_from_slice(if text[0] < b'5' { b"20" } else { b"19" });
            date[2..].copy_from_slice(&text[..12]);
        }
        (tag::GENERALIZED_TIME, 15) => date.copy_from_slice(&text[..14]),
        _ => return None,
    }
    let rest = &rest[used..];
    let mut reason = None;
    if !rest.is_empty() {
        let (tag::SEQUENCE, mut extensions, used) = element(rest)? else { return None };
        if used != rest.len() {
            return None;
        }
        while !extensions.is_empty() {
            let (tag::SEQUENCE, extension, used) = element(extensions)? else { return None };
            if let Some(number) = extension.strip_prefix(REASON) {
                let [number] = number else { return None };
                reason = Some(Reason::from_number(*number)?);
            } else if !extension.starts_with(INVALIDITY) {
                return None;
            }
            extensions = &extensions[used..];
        }
    }
    Some((length, Scanned { serial, date, reason }))
}
