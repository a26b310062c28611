//! Where is written, off the host, what must not be forgotten.

use std::io;

/// A log on another machine's disk, or on one that does not go back when this host does.
///
/// Implementers owe: what [`append`](Self::append) returned `Ok` for survives the loss of power, and is what a later
/// [`read`](Self::read) gives, after all that was appended before. After an error all of it is in the log, nothing, or a part
/// without its last octet, which the next append removes. Whoever appends therefore gives the same octets again first: they
/// are in the log once then. One process appends at a time. Methods block.
pub trait OffHost: Send + Sync {
    /// Where it is, for people.
    fn place(&self) -> String;

    /// Appends octets, which end with a line feed, [`MAX_APPEND`] at most.
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

/// The most octets of one append. Of more, as after a long silence, several are made.
pub const MAX_APPEND: usize = 4 << 20;

/// The header by which the HTTP form of the log says how many octets there are: those that the sender believes in, and in a
/// refusal those that there are.
pub(crate) const UPLOAD_OFFSET: &str = "upload-offset";

/// A number of octets as headers write it: decimal digits and nothing else, less than 10^19.
pub(crate) fn octets_of(text: &str) -> Option<u64> {
    let written = (1..=19).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| written)
}

#[cfg(test)]
mod tests {
    use super::octets_of;

    proptest::proptest! {
        #[test]
        fn a_number_is_read_as_it_is_written(octets in 0..10_u64.pow(19)) {
            assert_eq!(octets_of(&octets.to_string()), Some(octets));
            for wrong in [format!("+{octets}"), format!(" {octets}"), format!("{octets} "), format!("-{octets}")] {
                assert_eq!(octets_of(&wrong), None, "{wrong:?}");
            }
        }

        #[test]
        fn what_is_no_number_is_none(text in ".{0,24}") {
            let digits = !text.is_empty() && text.len() < 20 && text.bytes().all(|byte| byte.is_ascii_digit());
            assert_eq!(octets_of(&text).is_some(), digits);
        }
    }
}
