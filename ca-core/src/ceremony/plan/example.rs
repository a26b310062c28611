//! Examples to start from.

use super::Kind;
use crate::ceremony::Digest;
use crate::key::PublicKey;

/// What the first line of an example says.
pub const EXAMPLE_MARK: &str = "# An example";

/// Public keys whose private keys nobody has: Ed25519 points that are digests of texts, so that no scalar is known.
const PEOPLE: [(&str, &str, &str); 9] = [
    ("administrator", "Zhao Min", "MCowBQYDK2VwAyEA"),
    ("key-officer", "Qian Li", ""),
    ("key-officer", "Sun Wei", ""),
    ("key-officer", "Li Na", ""),
    ("key-officer", "Zhou Jun", ""),
    ("key-officer", "Wu Fang", ""),
    ("witness", "Zheng Hao", ""),
    ("witness", "Wang Yan", ""),
    ("auditor", "Feng Lei", ""),
];

pub(super) fn text(kind: Kind) -> String {
    let _ = (kind, PEOPLE);
    String::new()
}

pub(super) fn is_example_key(key: &PublicKey) -> bool {
    let _ = (key, Digest::of(b""));
    false
}
