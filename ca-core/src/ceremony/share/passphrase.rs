//! Passphrases of officers.

use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Fewest characters. A share alone tells nothing, so that a passphrase only delays whoever has stolen several.
pub const MIN_PASSPHRASE: usize = 12;
/// Most octets: nobody types more.
const MAX_OCTETS: usize = 1024;

/// An officer's passphrase, in Unicode normalization form NFC, so that another keyboard types the same. Wiped when dropped;
/// it has no `Debug`, `Clone` or `Serialize`.
///
/// ```compile_fail
/// fn print(passphrase: ca_core::ceremony::share::Passphrase) {
///     println!("{passphrase:?}");
/// }
/// ```
pub struct Passphrase(Zeroizing<String>);

/// Why a passphrase is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PassphraseError {
    /// Fewer than [`MIN_PASSPHRASE`] characters.
    #[error("it has {length} characters, at least {MIN_PASSPHRASE} are wanted")]
    TooShort {
        /// How many it has.
        length: usize,
    },
    /// Longer than is typed.
    #[error("it is too long")]
    TooLong,
    /// Control characters, which a terminal sends by mistake.
    #[error("it holds a control character")]
    Control,
    /// The same character over and over.
    #[error("it has fewer than five different characters")]
    Monotonous,
}

impl PassphraseError {
    /// A stable code of the error.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooShort { .. } => "passphrase-too-short",
            Self::TooLong => "passphrase-too-long",
            Self::Control => "passphrase-control-character",
            Self::Monotonous => "passphrase-monotonous",
        }
    }
}

impl Passphrase {
    /// A passphrase as it was typed.
    ///
    /// # Errors
    /// [`PassphraseError`].
    pub fn new(typed: &str) -> Result<Self, PassphraseError> {
        if typed.len() > MAX_OCTETS {
            return Err(PassphraseError::TooLong);
        }
        // With its full size at once, so that nothing is left behind by growing: NFC makes no text four times as long.
        let mut text = Zeroizing::new(String::with_capacity(typed.len() * 4));
        text.extend(typed.nfc());
        let length = text.chars().count();
        if length < MIN_PASSPHRASE {
            return Err(PassphraseError::TooShort { length });
        }
        if text.chars().any(char::is_control) {
            return Err(PassphraseError::Control);
        }
        let mut different = Zeroizing::new(text.chars().collect::<Vec<char>>());
        different.sort_unstable();
        different.dedup();
        if different.len() < 5 {
            return Err(PassphraseError::Monotonous);
        }
        Ok(Self(text))
    }

    pub(super) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn poor_ones_are_refused() {
        for (typed, code) in [
            ("", "passphrase-too-short"),
            ("elf letters", "passphrase-too-short"),
            ("aaaaaaaaaaaaaa", "passphrase-monotonous"),
            ("line one\nline two", "passphrase-control-character"),
            (&"long".repeat(300), "passphrase-too-long"),
        ] {
            assert_eq!(Passphrase::new(typed).err().unwrap().code(), code, "{typed}");
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_one_passphrase() {
        let (one, other) = (
            Passphrase::new("un café à Paris").unwrap(),
            Passphrase::new("un cafe\u{301} a\u{300} Paris").unwrap(),
        );
        assert_eq!(one.as_bytes(), other.as_bytes());
        assert!(Passphrase::new("十二个汉字做一个好口令吧").is_ok());
    }
}
