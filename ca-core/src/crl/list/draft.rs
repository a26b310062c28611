//! Entries as they are written.

use std::io;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::{ListKind, ListPlan, Scratch};
use crate::crl::RevokedEntry;
use crate::revocation::Reason;
use crate::x509::asn1::tag;
use crate::x509::crl::RevokedCertificate;
use crate::x509::extension::ExtensionValue;
use crate::x509::{SerialNumber, time};

/// Octets that are kept before they go to the scratch.
const BUFFER: usize = 256 << 10;

/// A list that takes its entries.
pub struct ListDraft<S> {
    pub(super) plan: ListPlan,
    pub(super) scratch: S,
    pub(super) entries: u64,
    buffer: Vec<u8>,
    last: Option<SerialNumber>,
    reasons: [Vec<u8>; REASONS],
}

/// Numbers of reasons: 0 to 10.
const REASONS: usize = 11;

/// Why an entry is not taken.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// Entries come once each, ordered by the octets of their serials.
    #[error("serial {serial} does not come after {last}")]
    Order {
        /// The serial.
        serial: SerialNumber,
        /// The one before.
        last: SerialNumber,
    },
    /// It was revoked after the list that would say so.
    #[error("serial {serial} is revoked at {at}, after thisUpdate {this_update}")]
    AfterThisUpdate {
        /// The serial.
        serial: SerialNumber,
        /// When it was revoked.
        at: Timestamp,
        /// thisUpdate of the list.
        this_update: Timestamp,
    },
    /// removeFromCRL stands in delta CRLs only (RFC 5280 §5.3.1).
    #[error("serial {serial} has the reason removeFromCRL, which stands in delta CRLs only")]
    RemoveFromCrl {
        /// Its serial.
        serial: SerialNumber,
    },
    /// The scratch fails: the disk is full, for one.
    #[error("the entries cannot be kept: {0}")]
    Scratch(#[from] io::Error),
}

impl DraftError {
    /// Stable code of this refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Order { .. } => "crl-entries-order",
            Self::AfterThisUpdate { .. } => "crl-entry-after-this-update",
            Self::RemoveFromCrl { .. } => "crl-remove-from-crl",
            Self::Scratch(_) => "crl-scratch",
        }
    }
}

impl<S: Scratch> ListDraft<S> {
    /// Without entries yet; the scratch must be empty.
    pub fn new(plan: ListPlan, scratch: S) -> Self {
        let reasons = std::array::from_fn(|number| {
            let reason = u8::try_from(number).ok().and_then(Reason::from_number);
            reason.map(|reason| reason.to_extension(false).to_der()).unwrap_or_default()
        });
        Self { plan, scratch, entries: 0, buffer: Vec::with_capacity(BUFFER + 512), last: None, reasons }
    }

    /// With entries that were written elsewhere, whose count is said. They are read back and judged one by one before the list
    /// is prepared, and one that is not as it is written here is refused then.
    pub fn of_entries(plan: ListPlan, scratch: S, entries: u64) -> Self {
        Self { entries, ..Self::new(plan, scratch) }
    }

    /// What the list is.
    pub const fn plan(&self) -> &ListPlan {
        &self.plan
    }

    /// How many entries were taken.
    pub const fn entries(&self) -> u64 {
        self.entries
    }

    /// Takes the next entry. They come once each, ordered by the octets of their serials.
    ///
    /// # Errors
    /// [`DraftError`].
    pub fn push(&mut self, entry: RevokedEntry) -> Result<(), DraftError> {
        let RevokedEntry { serial, at, reason, invalidity_date } = entry;
        if at > self.plan.this_update {
            return Err(DraftError::AfterThisUpdate { serial, at, this_update: self.plan.this_update });
        }
        if reason == Some(Reason::RemoveFromCrl) && self.plan.kind == ListKind::Full {
            return Err(DraftError::RemoveFromCrl { serial });
        }
        if let Some(last) = &self.last
            && serial.as_bytes() <= last.as_bytes()
        {
            return Err(DraftError::Order { serial, last: last.clone() });
        }
        let start = self.buffer.len();
        if invalidity_date.is_some() {
            let entry =
                RevokedCertificate { serial: serial.clone(), revocation_date: at, reason, invalidity_date };
            self.buffer.extend_from_slice(&entry.to_der());
        } else {
            self.write(&serial, at, reason);
        }
        debug_assert!(self.buffer.len() - start <= super::MAX_ENTRY);
        self.last = Some(serial);
        self.entries += 1;
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    /// An entry as [`RevokedCertificate`] writes it, without its allocations.
    fn write(&mut self, serial: &SerialNumber, at: Timestamp, reason: Option<Reason>) {
        let extension: &[u8] = match reason.filter(|&reason| reason != Reason::Unspecified) {
            Some(reason) => &self.reasons[usize::from(reason.number())],
            None => &[],
        };
        let date = utc_time(at);
        let general = if date.is_none() { time::write(at) } else { Vec::new() };
        let date: &[u8] = date.as_ref().map_or(&general, |date| date);
        let content = serial.content();
        let extensions = if extension.is_empty() { 0 } else { 2 + extension.len() };
        // A serial of at most 64 octets, a time of at most 17 and the extension stay below 128, one octet of length.
        let length = 2 + content.len() + date.len() + extensions;
        if length >= 0x80 {
            let entry = RevokedCertificate {
                serial: serial.clone(),
                revocation_date: at,
                reason,
                invalidity_date: None,
            };
            self.buffer.extend_from_slice(&entry.to_der());
            return;
        }
        self.buffer.extend_from_slice(&[tag::SEQUENCE, length as u8, tag::INTEGER, content.len() as u8]);
        self.buffer.extend_from_slice(content);
        self.buffer.extend_from_slice(date);
        if !extension.is_empty() {
            self.buffer.extend_from_slice(&[tag::SEQUENCE, extension.len() as u8]);
            self.buffer.extend_from_slice(extension);
        }
    }

    /// Gives what is kept to the scratch.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.scratch.append(&self.buffer)?;
        self.buffer.clear();
        Ok(())
    }
}

/// UTCTime, for the years that it is for.
fn utc_time(time: Timestamp) -> Option<[u8; 15]> {
    let at = Offset::UTC.to_datetime(time);
    if !(1950..2050).contains(&at.year()) {
        return None;
    }
    let mut written = [b'Z'; 15];
    written[0] = tag::UTC_TIME;
    written[1] = 13;
    let year = (at.year() % 100) as i8;
    let fields = [year, at.month(), at.day(), at.hour(), at.minute(), at.second()];
    for (digits, field) in written[2..14].chunks_mut(2).zip(fields) {
        digits[0] = b'0' + (field / 10) as u8;
        digits[1] = b'0' + (field % 10) as u8;
    }
    Some(written)
}

/// Tag and length of an element of this length.
pub(super) fn header(tag: u8, length: u64) -> Vec<u8> {
    if length < 0x80 {
        return vec![tag, length as u8];
    }
    let octets = length.to_be_bytes();
    let skip = octets.iter().take_while(|&&octet| octet == 0).count();
    let mut header = vec![tag, 0x80 | (octets.len() - skip) as u8];
    header.extend_from_slice(&octets[skip..]);
    header
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x509::asn1;

    #[test]
    fn times_are_written_as_elsewhere() {
        for text in
            ["1950-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2026-02-03T04:05:06Z", "2049-12-31T23:59:59Z"]
        {
            let at: Timestamp = text.parse().unwrap();
            assert_eq!(utc_time(at).unwrap().as_slice(), time::write(at));
        }
        assert_eq!(utc_time("2050-01-01T00:00:00Z".parse().unwrap()), None);
    }

    #[test]
    fn lengths_are_written_as_elsewhere() {
        for length in [0_usize, 1, 127, 128, 255, 256, 65535, 65536] {
            let element = asn1::element(tag::SEQUENCE, &vec![0; length]);
            assert_eq!(header(tag::SEQUENCE, length as u64), element[..element.len() - length]);
        }
    }
}
