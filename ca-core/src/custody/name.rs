//! Names of keys.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Longest name: labels of tokens may be longer, file names and lines of records stay readable.
pub const MAX_KEY_NAME: usize = 64;

/// The name of a key in its custody: a letter or digit, then letters, digits, `.`, `_` and `-`. It is a file name and a label at
/// once.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KeyName(String);

/// Not a name of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name:?} is not a name of a key: begin with a letter or digit, then use a-z, A-Z, 0-9, '.', '_' and '-', at most {MAX_KEY_NAME} in all"
)]
pub struct KeyNameError {
    /// What was given, cut to the longest name.
    pub name: String,
}

impl KeyNameError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        "key-name-invalid"
    }
}

impl KeyName {
    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyName {
    type Err = KeyNameError;

    fn from_str(text: &str) -> Result<Self, KeyNameError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphanumeric());
        if begins && text.len() <= MAX_KEY_NAME && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(KeyNameError { name: text.chars().take(MAX_KEY_NAME).collect() })
        }
    }
}

impl TryFrom<String> for KeyName {
    type Error = KeyNameError;

    fn try_from(text: String) -> Result<Self, KeyNameError> {
        text.parse()
    }
}

impl From<KeyName> for String {
    fn from(name: KeyName) -> Self {
        name.0
    }
}

impl fmt::Display for KeyName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn names_that_lead_out_of_a_folder_are_refused() {
        for text in ["", ".", "..", ".hidden", "-x", "a/b", "../a", "a b", "根", "a\0", &"a".repeat(65)] {
            assert_eq!(
                text.parse::<KeyName>().map_err(|error| error.code()),
                Err("key-name-invalid"),
                "{text:?}"
            );
        }
        for text in ["root", "issuing-2026", "A.b_c", &"a".repeat(64)] {
            assert_eq!(text.parse::<KeyName>().map(String::from).as_deref(), Ok(text));
        }
    }

    proptest! {
        #[test]
        fn a_name_is_one_part_of_a_path(text in any::<String>()) {
            if let Ok(name) = text.parse::<KeyName>() {
                prop_assert_eq!(std::path::Path::new(name.as_str()).components().count(), 1);
                prop_assert!(!name.as_str().starts_with('.'));
            }
        }
    }
}
