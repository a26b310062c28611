//! Where the entries of a list are until it is signed.

use std::io::{self, Read};

/// Octets that are written at the end and read anywhere: memory, or a file that goes away with the value. What fails to be
/// written makes the list fail; what is read is what was written.
pub trait Scratch: Send + Sync {
    /// Writes all octets after those that were written before.
    ///
    /// # Errors
    /// What the storage says; the value is then not used any more.
    fn append(&mut self, octets: &[u8]) -> io::Result<()>;

    /// Fills the buffer with the octets from `offset` on.
    ///
    /// # Errors
    /// What the storage says, also where fewer octets were written.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;

    /// How many octets were written.
    fn octets(&self) -> u64;
}

impl Scratch for Vec<u8> {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        self.extend_from_slice(octets);
        Ok(())
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let start = usize::try_from(offset).unwrap_or(usize::MAX);
        let end = start.saturating_add(buffer.len());
        buffer.copy_from_slice(self.get(start..end).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn octets(&self) -> u64 {
        self.len() as u64
    }
}

impl<S: Scratch + ?Sized> Scratch for Box<S> {
    fn append(&mut self, octets: &[u8]) -> io::Result<()> {
        (**self).append(octets)
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        (**self).read_at(offset, buffer)
    }

    fn octets(&self) -> u64 {
        (**self).octets()
    }
}

/// Reads a scratch from its beginning.
pub struct ScratchReader<'a, S: ?Sized> {
    scratch: &'a S,
    position: u64,
}

impl<'a, S: Scratch + ?Sized> ScratchReader<'a, S> {
    /// From the beginning.
    pub fn new(scratch: &'a S) -> Self {
        Self { scratch, position: 0 }
    }
}

impl<S: Scratch + ?Sized> Read for ScratchReader<'_, S> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = self.scratch.octets().saturating_sub(self.position);
        let count = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        self.scratch.read_at(self.position, &mut buffer[..count])?;
        self.position += count as u64;
        Ok(count)
    }
}
