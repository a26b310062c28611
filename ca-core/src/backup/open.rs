//! Reading a backup.

use std::io::{self, Read};

use aes_gcm::KeyInit as _;
use aes_gcm::aead::{Aead as _, Payload};
use zeroize::Zeroizing;

use super::header::damaged;
use super::{BackupError, CHUNK, Cipher, DIGEST, Header, KEY, LAST, MAGIC, MAX_HEADER, TAG, nonce};
use crate::algorithm::digest::{Sm3Hasher, sm3};
use crate::key::{PrivateKey, Transport};

/// A backup whose header was read; its chunks follow.
struct Chunks<R> {
    source: R,
    checksum: Sm3Hasher,
    read: u64,
    ended: bool,
}

impl<R: Read> Chunks<R> {
    fn begin(source: R) -> Result<(Self, Vec<u8>), BackupError> {
        let mut chunks = Self { source, checksum: Sm3Hasher::default(), read: 0, ended: false };
        let magic = chunks.take(MAGIC.len()).map_err(|error| match error {
            BackupError::Truncated { .. } => BackupError::NotABackup,
            other => other,
        })?;
        if magic != MAGIC {
            return Err(BackupError::NotABackup);
        }
        let length = chunks.length()?;
        if length > MAX_HEADER {
            return Err(damaged(&format_args!("it claims {length} bytes")));
        }
        let header = chunks.take(length)?;
        Ok((chunks, header))
    }

    /// The next bytes; the caller bounds how many.
    fn take(&mut self, count: usize) -> Result<Vec<u8>, BackupError> {
        let bytes = self.take_unsummed(count)?;
        self.checksum.update(&bytes);
        Ok(bytes)
    }

    fn take_unsummed(&mut self, count: usize) -> Result<Vec<u8>, BackupError> {
        let mut bytes = Vec::with_capacity(count);
        let taken = (&mut self.source).take(count as u64).read_to_end(&mut bytes)?;
        self.read += taken as u64;
        if taken < count {
            return Err(BackupError::Truncated { bytes: self.read });
        }
        Ok(bytes)
    }

    fn length(&mut self) -> Result<usize, BackupError> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)))
    }

    /// The next chunk as it was encrypted, and whether it is the last; none after the last.
    fn next(&mut self, number: u64) -> Result<Option<(Vec<u8>, bool)>, BackupError> {
        if self.ended {
            return Ok(None);
        }
        let length = self.length()?;
        let (length, last) = (length & !(LAST as usize), length & (LAST as usize) != 0);
        let whole = CHUNK + TAG;
        if length > whole || length < TAG || (!last && length != whole) {
            return Err(BackupError::Altered { number });
        }
        let chunk = self.take(length)?;
        if last {
            self.end()?;
        }
        Ok(Some((chunk, last)))
    }

    fn end(&mut self) -> Result<(), BackupError> {
        self.ended = true;
        let checksum = self.take_unsummed(DIGEST)?;
        if checksum != std::mem::take(&mut self.checksum).finish() {
            return Err(BackupError::Checksum);
        }
        match self.source.read(&mut [0])? {
            0 => Ok(()),
            _ => Err(BackupError::TrailingBytes),
        }
    }
}

/// Reads a whole backup without its key: that it is complete and its checksum right.
///
/// # Errors
/// [`BackupError`] where it is not.
pub fn check(source: impl Read) -> Result<Header, BackupError> {
    let (mut chunks, header) = Chunks::begin(source)?;
    let header = Header::from_bytes(&header)?;
    let mut number = 0;
    while chunks.next(number)?.is_some() {
        number += 1;
    }
    Ok(header)
}

/// A backup that is being read with its key. What it gives was not altered, but only at its end is it known to be whole.
pub struct Opened<R: Read> {
    chunks: Chunks<R>,
    header: Header,
    digest: [u8; 32],
    cipher: Cipher,
    number: u64,
    plain: Zeroizing<Vec<u8>>,
    given: usize,
}

impl<R: Read> Opened<R> {
    /// Opens a backup.
    ///
    /// # Errors
    /// [`BackupError::OtherKey`] where it is for another key; as [`check`] else.
    pub fn open(source: R, key: &PrivateKey) -> Result<Self, BackupError> {
        let (chunks, bytes) = Chunks::begin(source)?;
        let header = Header::from_bytes(&bytes)?;
        let given = key.public_key().fingerprint().to_string();
        if header.recipient != given {
            return Err(BackupError::OtherKey { wanted: header.recipient, given });
        }
        let sealed = hex::decode(&header.sealed_key).map_err(|error| damaged(&error))?;
        let opened = key.decrypt(Transport::Sm2, &sealed).map_err(|error| damaged(&error))?;
        let session: Zeroizing<[u8; KEY]> = Zeroizing::new(
            opened.as_slice().try_into().map_err(|_| damaged(&"its key is of another length"))?,
        );
        Ok(Self {
            chunks,
            header,
            digest: sm3(&bytes),
            cipher: Cipher::new(&(*session).into()),
            number: 0,
            plain: Zeroizing::default(),
            given: 0,
        })
    }

    /// What it says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    fn decrypt(&mut self) -> Result<bool, BackupError> {
        let number = self.number;
        let Some((chunk, last)) = self.chunks.next(number)? else { return Ok(false) };
        let payload = Payload { msg: &chunk, aad: &self.digest };
        let plain = self.cipher.decrypt(&nonce(number, last).into(), payload);
        self.plain = Zeroizing::new(plain.map_err(|_| BackupError::Altered { number })?);
        self.given = 0;
        self.number += 1;
        Ok(true)
    }
}

impl<R: Read> Read for Opened<R> {
    /// Fails with a [`BackupError`] inside of the error.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.given == self.plain.len() {
            if !self.decrypt().map_err(io::Error::other)? {
                return Ok(0);
            }
        }
        let rest = self.plain.get(self.given..).unwrap_or_default();
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.given += count;
        Ok(count)
    }
}
