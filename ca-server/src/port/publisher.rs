//! Where what relying parties fetch is put.

use std::io;
use std::sync::Arc;

use ca_core::crl::list::Scratch;

/// A published document. It stays what it is while it is held, whatever is published after it.
pub trait Document: Send + Sync {
    /// How many octets it has.
    fn octets(&self) -> u64;

    /// Fills the buffer with the octets from `offset` on.
    ///
    /// # Errors
    /// What the storage says.
    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()>;
}

/// A document that is whole and durable and not published yet. Dropped, it goes away.
pub trait Staged: Send {
    /// Puts it in the place of the one before, at once for whoever looks: there is never none, and never a part.
    ///
    /// # Errors
    /// What the storage says; the one before is then published still.
    fn publish(self: Box<Self>) -> io::Result<Arc<dyn Document>>;
}

/// Writes a document.
pub type Write<'a> = &'a mut dyn FnMut(&mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>;

/// Where documents are published, under names such as `issuing.crl`. Methods block, and may be called from any thread at once;
/// whoever publishes under one name does so from one thread at a time.
pub trait Publisher: Send + Sync {
    /// A place for the entries of a list that is being made.
    ///
    /// # Errors
    /// What the storage says.
    fn scratch(&self) -> io::Result<Box<dyn Scratch>>;

    /// All lists that are published, under their names.
    ///
    /// # Errors
    /// What the storage says.
    fn published(&self) -> io::Result<Vec<(String, Arc<dyn Document>)>>;

    /// Keeps a document that `write` gives, such that it survives the loss of power.
    ///
    /// # Errors
    /// What the storage says, a full disk included, or what `write` says; nothing is then left.
    fn stage(&self, name: &str, write: Write<'_>) -> io::Result<Box<dyn Staged>>;
}
