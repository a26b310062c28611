//! Shards: parts of what an authority issued, each with a CRL of its own.

use core::fmt;
use core::num::NonZeroU16;
use core::str::FromStr;

use super::AuthorityName;
use crate::x509::certificate::Certificate;
use crate::x509::extension::{CrlDistributionPoints, DistributionPointName, GeneralName};
use crate::x509::serial::SerialNumber;

/// Most shards of an authority: with ten million revoked certificates a list has 40,000 entries, or 1.5 MB.
pub const MAX_SHARDS: u16 = 256;

/// A part of what an authority issued, numbered from 1. A certificate is put into one when it is issued, which its CRL
/// distribution point says, and stays in it however many there are later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard(NonZeroU16);

/// There is no shard of this number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no shard {number:?}: they are numbered from 1 to {MAX_SHARDS}")]
pub struct ShardError {
    /// What was given, cut to 8 characters.
    pub number: String,
}

impl Shard {
    /// The shard of a new certificate where there are `count` of them; none where there are none. Serials are random, so
    /// that shards grow alike.
    #[must_use]
    pub fn of(serial: &SerialNumber, count: u16) -> Option<Self> {
        let mut last = [0; 8];
        for (to, from) in last.iter_mut().rev().zip(serial.as_bytes().iter().rev()) {
            *to = *from;
        }
        let place = u64::from_be_bytes(last).checked_rem(count.min(MAX_SHARDS).into())?;
        Self::new(u16::try_from(place).ok()? + 1).ok()
    }

    /// The shard that a certificate names in its CRL distribution points (RFC 5280 §4.2.1.13), by the first address there; none
    /// where that is the list of the whole, or no address of [`Urls`](super::Urls).
    #[must_use]
    pub fn in_certificate(certificate: &Certificate) -> Option<Self> {
        let points = certificate.extensions().find::<CrlDistributionPoints>().ok().flatten()?;
        let Some(DistributionPointName::Full(names)) = &points.0.first()?.name else { return None };
        let url = names.iter().find_map(|name| match name {
            GeneralName::Uri(url) => Some(url),
            _ => None,
        });
        Self::in_url(url?)
    }

    fn in_url(url: &str) -> Option<Self> {
        let mut parts = url.rsplit('/');
        let shard = parts.next()?.strip_suffix(".crl")?.parse().ok()?;
        parts.next()?.parse::<AuthorityName>().ok()?;
        (parts.next()? == "crl").then_some(shard)
    }

    /// The shard of a number.
    ///
    /// # Errors
    /// [`ShardError`] where it is 0 or above [`MAX_SHARDS`].
    pub fn new(number: u16) -> Result<Self, ShardError> {
        NonZeroU16::new(number)
            .filter(|number| number.get() <= MAX_SHARDS)
            .map(Self)
            .ok_or_else(|| ShardError { number: number.to_string() })
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0.get()
    }
}

/// As it stands in addresses: without zeros in front.
impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let refused = || ShardError { number: text.chars().take(8).collect() };
        if text.starts_with('0') || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(refused());
        }
        text.parse().ok().and_then(|number| Self::new(number).ok()).ok_or_else(refused)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_are_those_of_addresses() {
        assert_eq!("1".parse::<Shard>().unwrap().number(), 1);
        assert_eq!("256".parse::<Shard>().unwrap().to_string(), "256");
        for text in ["", "0", "01", "257", "+1", "-1", "1.", "99999999999", "delta", "一"] {
            assert!(text.parse::<Shard>().is_err(), "{text}");
        }
    }

    #[test]
    fn addresses_of_no_shard_name_none() {
        assert_eq!(Shard::in_url("http://a.example/pki/crl/issuing/7.crl").unwrap().number(), 7);
        for url in [
            "http://a.example/crl/issuing.crl",
            "http://a.example/crl/issuing/delta.crl",
            "http://a.example/crl/issuing/7.crl?x",
            "http://a.example/crl/issuing/007.crl",
            "http://a.example/crl/Issuing/7.crl",
            "http://a.example/issuing/7.crl",
            "7.crl",
            "",
        ] {
            assert_eq!(Shard::in_url(url), None, "{url}");
        }
    }

    proptest! {
        #[test]
        fn every_serial_has_one_of_the_shards(bytes in prop::collection::vec(any::<u8>(), 1..20), count in 0..300_u16) {
            let serial = SerialNumber::from_bytes(&[&[1][..], &bytes].concat()).unwrap();
            let shard = Shard::of(&serial, count);
            prop_assert_eq!(shard.is_some(), count > 0);
            prop_assert!(shard.is_none_or(|shard| shard.number() <= count.min(MAX_SHARDS)));
            prop_assert_eq!(Shard::of(&serial, count), shard);
        }
    }
}
