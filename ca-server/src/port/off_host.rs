//! Where is written, off the host, what must not be forgotten.

use std::io;

/// A log on another machine's disk, or on one that does not go back when this host does.
///
/// Implementers owe: what [`append`](Self::append) returned `Ok` for survives the loss of power, and is what a later
/// [`read`](Self::read) gives, after all that was appended before. After an error nothing of it is in the log, or a part
/// without its last octet, which the next append removes. One process appends at a time. Methods block.
pub trait OffHost: Send + Sync {
    /// Where it is, for people.
    fn place(&self) -> String;

    /// Appends octets, which end with a line feed.
    ///
    /// # Errors
    /// What the system says.
    fn append(&self, octets: &[u8]) -> io::Result<()>;

    /// Gives all that was appended, in parts, without a part of a line that was cut short.
    ///
    /// # Errors
    /// What the system says, or what `sink` says.
    fn read(&self, sink: &mut dyn FnMut(&[u8]) -> io::Result<()>) -> io::Result<()>;
}
