//! A list and the one before it, side by side.

use std::cmp::Ordering;
use std::io::Read;

use super::{ScanError, Scanner};
use crate::revocation::Reason;
use crate::x509::SerialNumber;

/// An entry that was in the list before and is not in this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gone {
    /// Its serial.
    pub serial: SerialNumber,
    /// Why it was listed; none where nothing was said.
    pub reason: Option<Reason>,
}

/// Why two lists cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError<E> {
    /// One of them cannot be read.
    #[error(transparent)]
    Scan(#[from] ScanError),
    /// What is gone was not excused.
    #[error("{0}")]
    Gone(E),
}

/// Gives `gone` every entry of `before` that is not in `now`. Both are ordered by the octets of their serials.
///
/// # Errors
/// [`CompareError`]: the first error of `gone`, or one of reading.
pub fn compare<A: Read, B: Read, E>(
    before: &mut Scanner<A>,
    now: &mut Scanner<B>,
    mut gone: impl FnMut(Gone) -> Result<(), E>,
) -> Result<(), CompareError<E>> {
    let mut new = now.next_entry()?;
    while let Some(old) = before.next_entry()? {
        loop {
            match new.map_or(Ordering::Greater, |new| new.serial.cmp(old.serial)) {
                Ordering::Less => new = now.next_entry()?,
                Ordering::Equal => break,
                Ordering::Greater => {
                    let serial = SerialNumber::from_bytes(old.serial).map_err(|_| ScanError::Form(0))?;
                    gone(Gone { serial, reason: old.reason }).map_err(CompareError::Gone)?;
                    break;
                }
            }
        }
    }
    Ok(())
}
