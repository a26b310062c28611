//! What was seen the last time, so that what goes backwards is found out.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

use ca_core::keystore::file::{Access, read_bounded, replace};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// The longest file that is read: each address takes less than a kilobyte.
const MAX_STATE: u64 = 4 << 20;

/// What was seen, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct State {
    pub(super) lists: BTreeMap<String, SeenList>,
    /// By responder and serial.
    pub(super) answers: BTreeMap<String, SeenAnswer>,
}

/// A list that was found right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenList {
    pub(super) number: String,
    pub(super) this_update: Timestamp,
    /// SHA-256 of its octets.
    pub(super) sha256: String,
}

/// An answer that was found right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SeenAnswer {
    /// When it said that the certificate was revoked for good, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) revoked: Option<Timestamp>,
}

impl State {
    /// Reads what was seen; nothing where the file is not there yet.
    pub(super) fn read(file: &Path) -> Result<Self, Failure> {
        if !file.exists() {
            return Ok(Self::default());
        }
        let bytes = read_bounded(file, MAX_STATE)?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Failure::usage("malformed-state", format!("{} is no state of a monitor: {error}", file.display()))
        })
    }

    /// Replaces the file.
    pub(super) fn write(&self, file: &Path) -> Result<(), Failure> {
        let mut text = serde_json::to_vec_pretty(self)
            .map_err(|error| Failure::refused("not-json", error.to_string()))?;
        text.push(b'\n');
        Ok(replace(file, &text, Access::Public)?)
    }
}

impl SeenList {
    /// What is wrong with a list that came after this one: its code.
    pub(super) fn contradiction(&self, next: &Self) -> Option<&'static str> {
        match order(&self.number, &next.number) {
            Ordering::Greater => Some("crl-number-fell"),
            Ordering::Equal if self.sha256 != next.sha256 => Some("crl-number-reused"),
            _ if next.this_update < self.this_update => Some("crl-this-update-fell"),
            _ => None,
        }
    }
}

/// Numbers as they are printed: decimal without zeros in front, or octets in hexadecimal after `0x` where they are larger.
fn order(one: &str, other: &str) -> Ordering {
    let key = |text: &str| match text.strip_prefix("0x") {
        Some(digits) => (true, digits.len(), digits.to_owned()),
        None => (false, text.len(), text.to_owned()),
    };
    key(one).cmp(&key(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(number: &str, second: i64, sha256: &str) -> SeenList {
        let this_update = Timestamp::from_second(second).unwrap();
        SeenList { number: number.to_owned(), this_update, sha256: sha256.to_owned() }
    }

    #[test]
    fn lists_do_not_go_backwards() {
        let before = seen("9", 100, "a");
        let cases = [
            (seen("9", 100, "a"), None),
            (seen("10", 100, "b"), None),
            (seen("10", 99, "b"), Some("crl-this-update-fell")),
            (seen("8", 101, "b"), Some("crl-number-fell")),
            (seen("9", 101, "b"), Some("crl-number-reused")),
            (seen("0x010000000000000000", 101, "b"), None),
        ];
        for (next, expected) in cases {
            assert_eq!(before.contradiction(&next), expected, "{next:?}");
        }
        let large = seen("0x010000000000000001", 100, "a");
        assert_eq!(large.contradiction(&seen("18446744073709551615", 101, "b")), Some("crl-number-fell"));
        assert_eq!(large.contradiction(&seen("0x010000000000000000", 101, "b")), Some("crl-number-fell"));
    }

    #[test]
    fn what_was_seen_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        assert_eq!(State::read(&file).unwrap(), State::default());
        let mut state = State::default();
        state.lists.insert("http://a/b.crl".to_owned(), seen("7", 1, "ff"));
        state.write(&file).unwrap();
        assert_eq!(State::read(&file).unwrap(), state);
        replace(&file, b"{}", Access::Public).unwrap();
        assert_eq!(State::read(&file).unwrap_err().code, "malformed-state");
    }
}
