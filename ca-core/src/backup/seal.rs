//! Writing a backup.

use std::io::{self, Write};

use aes_gcm::KeyInit as _;
use aes_gcm::aead::{Aead as _, Payload};
use rand_core::CryptoRng;
use zeroize::Zeroizing;

use super::{BackupError, CHUNK, Cipher, Contents, Header, KEY, LAST, MAGIC, nonce};
use crate::algorithm::digest::{Sm3Hasher, sm3};
use crate::key::PublicKey;

/// Encrypts what is written to it. Only [`Sealer::finish`] makes it a whole backup.
pub struct Sealer<W: Write> {
    out: W,
    checksum: Sm3Hasher,
    cipher: Cipher,
    header: [u8; 32],
    chunk: Zeroizing<Vec<u8>>,
    number: u64,
}

impl<W: Write> Sealer<W> {
    /// Begins a backup to a SM2 key.
    ///
    /// # Errors
    /// [`BackupError::KeyKind`] where the key is of another kind, [`BackupError::Io`] where it cannot be written.
    pub fn new(
        out: W,
        recipient: &PublicKey,
        contents: Contents,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, BackupError> {
        let mut key = Zeroizing::new([0; KEY]);
        rng.fill_bytes(&mut *key);
        let sealed_key = recipient.encrypt_sm2(&*key, rng).map_err(|_| BackupError::KeyKind)?;
        let header = Header {
            contents,
            recipient: recipient.fingerprint().to_string(),
            sealed_key: hex::encode(sealed_key),
        };
        let header = header.to_bytes()?;
        let mut sealer = Self {
            out,
            checksum: Sm3Hasher::default(),
            cipher: Cipher::new(&(*key).into()),
            header: sm3(&header),
            chunk: Zeroizing::new(Vec::with_capacity(CHUNK)),
            number: 0,
        };
        sealer.put(MAGIC)?;
        // A header is at most 64 KiB long.
        sealer.put(&u32::try_from(header.len()).unwrap_or(u32::MAX).to_be_bytes())?;
        sealer.put(&header)?;
        Ok(sealer)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.checksum.update(bytes);
        self.out.write_all(bytes)
    }

    fn seal(&mut self, last: bool) -> io::Result<()> {
        let payload = Payload { msg: &self.chunk, aad: &self.header };
        // It fails for messages of 64 GiB only.
        let sealed = self
            .cipher
            .encrypt(&nonce(self.number, last).into(), payload)
            .map_err(|_| io::Error::other("the chunk was not encrypted"))?;
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        self.put(&(if last { length | LAST } else { length }).to_be_bytes())?;
        self.put(&sealed)?;
        self.chunk.clear();
        self.number += 1;
        Ok(())
    }

    /// Writes the last chunk and the checksum, and gives back what was written to.
    ///
    /// # Errors
    /// [`BackupError::Io`] where it cannot be written.
    pub fn finish(mut self) -> Result<W, BackupError> {
        self.seal(true)?;
        let Self { mut out, checksum, .. } = self;
        out.write_all(&checksum.finish())?;
        out.flush()?;
        Ok(out)
    }
}

impl<W: Write> Write for Sealer<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.chunk.len() == CHUNK {
            self.seal(false)?;
        }
        let taken = bytes.len().min(CHUNK - self.chunk.len());
        self.chunk.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
