//! Cases in which we say otherwise than a suite, each with its reason: `tests/conformance/exceptions.toml`.

use serde::Deserialize;

const FILE: &str = include_str!("../../conformance/exceptions.toml");

/// The shortest reason that can say something.
const MIN_REASON: usize = 20;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    exception: Vec<Exception>,
}

/// A case in which we say otherwise.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Exception {
    pub(crate) suite: String,
    pub(crate) case: String,
    /// What we say.
    pub(crate) accepts: bool,
    pub(crate) reason: String,
}

/// The exceptions of a suite.
pub(crate) fn of(suite: &str) -> Vec<Exception> {
    let file: File = toml::from_str(FILE).expect("the exceptions can be read");
    file.exception.into_iter().filter(|exception| exception.suite == suite).collect()
}

#[test]
fn each_exception_stands_once_and_has_a_reason() {
    let file: File = toml::from_str(FILE).expect("the exceptions can be read");
    let mut seen = std::collections::BTreeSet::new();
    for exception in &file.exception {
        assert!(seen.insert((&exception.suite, &exception.case)), "{} stands twice", exception.case);
        assert!(exception.reason.len() >= MIN_REASON, "{} has no reason", exception.case);
    }
}
