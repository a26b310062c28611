//! Revocation lists that are too large to be held: read as they come.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use base64::engine::general_purpose::STANDARD;
use base64::read::DecoderReader;
use ca_core::algorithm::digest::{Sha256Hasher, Sm3Hasher};
use ca_core::key::PublicKey;
use ca_core::x509::crl::RevokedCertificate;
use ca_core::x509::crl::stream::{CrlStream, CrlStreamError, Header, Trailer};
use ca_core::x509::{Name, SerialNumber};

use super::Unreadable;
use super::kind::begins_as_list;

/// From which size on a list is read as it comes: below, all of it is held and shown.
const LARGE: u64 = 1 << 20;

/// Entries that are shown of it.
const SHOWN: usize = 20;

/// How much of a file tells whether it is a list: the names of issuers stand behind what must be seen.
const PREFIX: u64 = 4096;

/// What such a list says.
pub(crate) struct LargeList {
    pub(crate) header: Header,
    pub(crate) trailer: Trailer,
    /// Whether it could be verified: none where the issuer's key was not at hand.
    pub(crate) signed: Option<bool>,
    /// The first entries.
    pub(crate) first: Vec<RevokedCertificate>,
    /// How many there are.
    pub(crate) count: usize,
    /// The last entry with the serial number that was asked for.
    pub(crate) entry: Option<RevokedCertificate>,
    pub(crate) sha256: [u8; 32],
    pub(crate) sm3: [u8; 32],
}

/// Whether a file is a list so large that it is read as it comes.
pub(crate) fn is_large_list(path: &Path) -> bool {
    let large = std::fs::metadata(path).is_ok_and(|data| data.is_file() && data.len() >= LARGE);
    large
        && source(path).is_ok_and(|source| {
            let mut prefix = Vec::new();
            source.take(PREFIX).read_to_end(&mut prefix).is_ok() && begins_as_list(&prefix)
        })
}

/// Reads such a list. The key of its issuer, where `key` finds it by name, verifies it on the way.
pub(crate) fn large_list(
    path: &Path,
    serial: Option<&SerialNumber>,
    key: impl Fn(&Name) -> Option<PublicKey>,
) -> Result<LargeList, Unreadable> {
    let open = || source(path).map_err(|source| CrlStreamError::Io { offset: 0, source });
    let issuer = open().and_then(|source| Ok(CrlStream::open(source, None)?.header().issuer.clone()));
    let key = key(&issuer.map_err(unreadable)?);
    match open().and_then(|source| walk(source, serial, key.as_ref())) {
        // What is in it is shown all the same, and that it is not signed by that key.
        Err(CrlStreamError::Signature(_) | CrlStreamError::Algorithm(_)) if key.is_some() => {
            let list = open().and_then(|source| walk(source, serial, None)).map_err(unreadable)?;
            Ok(LargeList { signed: Some(false), ..list })
        }
        list => list.map_err(unreadable),
    }
}

fn walk(
    source: Box<dyn Read>,
    serial: Option<&SerialNumber>,
    key: Option<&PublicKey>,
) -> Result<LargeList, CrlStreamError> {
    let mut hashing = Hashing { source, sha256: Sha256Hasher::new(), sm3: Sm3Hasher::new() };
    let mut stream = CrlStream::open(&mut hashing, key)?;
    let (mut first, mut count, mut wanted) = (Vec::new(), 0, None);
    for entry in stream.by_ref() {
        let entry = entry?.entry;
        count += 1;
        if serial.is_some_and(|serial| *serial == entry.serial) {
            wanted = Some(entry.clone());
        }
        if first.len() < SHOWN {
            first.push(entry);
        }
    }
    let header = stream.header().clone();
    let trailer = stream.finish()?;
    Ok(LargeList {
        signed: key.map(|_| trailer.verified),
        header,
        trailer,
        first,
        count,
        entry: wanted,
        sha256: hashing.sha256.finish(),
        sm3: hashing.sm3.finish(),
    })
}

fn unreadable(error: CrlStreamError) -> Unreadable {
    Unreadable { code: error.code().to_owned(), detail: error.to_string(), place: None }
}

/// The DER of a file in DER or PEM.
fn source(path: &Path) -> io::Result<Box<dyn Read>> {
    let mut file = BufReader::new(File::open(path)?);
    if file.fill_buf()?.first() == Some(&0x30) {
        return Ok(Box::new(file));
    }
    Ok(Box::new(DecoderReader::new(
        Base64Of { source: file, begun: false, line: Vec::new(), at: 0 },
        &STANDARD,
    )))
}

/// The base64 of the first list in PEM, without line ends.
struct Base64Of<R> {
    source: R,
    begun: bool,
    line: Vec<u8>,
    at: usize,
}

/// The longest line of PEM that is read: base64 of some programs stands on one line, and then is no PEM that is read as it comes.
const MAX_LINE: u64 = 1 << 16;

impl<R: BufRead> Base64Of<R> {
    fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.at = 0;
        (&mut self.source).take(MAX_LINE).read_until(b'\n', &mut self.line)?;
        let length = self.line.trim_ascii_end().len();
        self.line.truncate(length);
        Ok(length > 0)
    }
}

impl<R: BufRead> Read for Base64Of<R> {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        while !self.begun {
            if !self.next_line()? {
                return Ok(0);
            }
            self.begun = self.line == b"-----BEGIN X509 CRL-----";
            self.at = self.line.len();
        }
        if self.at == self.line.len() && (!self.next_line()? || self.line.starts_with(b"-----")) {
            self.line.clear();
            self.at = 0;
            return Ok(0);
        }
        let length = target.len().min(self.line.len() - self.at);
        target[..length].copy_from_slice(&self.line[self.at..self.at + length]);
        self.at += length;
        Ok(length)
    }
}

/// A source whose bytes are hashed as they are read.
struct Hashing {
    source: Box<dyn Read>,
    sha256: Sha256Hasher,
    sm3: Sm3Hasher,
}

impl Read for &mut Hashing {
    fn read(&mut self, target: &mut [u8]) -> io::Result<usize> {
        let length = self.source.read(target)?;
        self.sha256.update(&target[..length]);
        self.sm3.update(&target[..length]);
        Ok(length)
    }
}
