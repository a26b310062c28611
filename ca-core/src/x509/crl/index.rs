//! Looking up entries by serial number.

use super::RevokedCertificate;
use crate::x509::SerialNumber;

/// Where in a list the serials stand: their last eight octets, which are random in what authorities issue, in ascending order.
///
/// An issuer who makes them all the same gets no more than the scan that there would be without this.
#[derive(Clone, Debug)]
pub(super) struct Index(Vec<(u64, u32)>);

impl Index {
    pub(super) fn of(entries: &[RevokedCertificate]) -> Self {
        // The largest CRL that is read has fewer entries than 32 bits count.
        let mut index: Vec<(u64, u32)> =
            entries.iter().zip(0..).map(|(entry, position)| (key(&entry.serial), position)).collect();
        index.sort_unstable();
        Self(index)
    }

    /// The positions at which `serial` may stand, ascending.
    pub(super) fn candidates(&self, serial: &SerialNumber) -> impl DoubleEndedIterator<Item = usize> {
        let key = key(serial);
        let start = self.0.partition_point(|(other, _)| *other < key);
        let count = self.0[start..].partition_point(|(other, _)| *other == key);
        self.0[start..start + count].iter().map(|&(_, position)| position as usize)
    }
}

fn key(serial: &SerialNumber) -> u64 {
    serial.as_bytes().iter().rev().take(8).rev().fold(0, |key, &octet| key << 8 | u64::from(octet))
}
