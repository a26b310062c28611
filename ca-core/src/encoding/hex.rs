//! Hexadecimal text: written in lower case; read in either case, with or without colons.

/// Why text is not hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HexError {
    /// A character other than a digit, a letter from a to f or a colon between two bytes.
    #[error("character {index} is not a hexadecimal digit")]
    Character {
        /// Which, counted from 0.
        index: usize,
    },
    /// A byte with one digit only.
    #[error("the number of hexadecimal digits is odd")]
    OddLength,
}

impl HexError {
    /// The stable name of the condition.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Character { .. } => "hex-character",
            Self::OddLength => "hex-odd-length",
        }
    }
}

/// Two lower-case digits a byte.
pub fn encode(bytes: impl AsRef<[u8]>) -> String {
    ::hex::encode(bytes)
}

/// The bytes of digits of either case, with colons between bytes or without.
///
/// # Errors
///
/// [`HexError`] where the text is something else.
pub fn decode(text: &str) -> Result<Vec<u8>, HexError> {
    let mut bytes = Vec::with_capacity(text.len() / 2);
    let mut high = None;
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        let fault = HexError::Character { index };
        let Some(digit) = character.to_digit(16) else {
            let between = character == ':' && high.is_none() && index > 0 && index < last;
            let doubled = index > 0 && text.as_bytes().get(index - 1) == Some(&b':');
            if between && !doubled { continue } else { return Err(fault) }
        };
        let digit = digit as u8;
        match high.take() {
            None => high = Some(digit),
            Some(high) => bytes.push(high << 4 | digit),
        }
    }
    if high.is_some() { Err(HexError::OddLength) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_cases_and_colons_are_read() {
        for text in ["43abcd", "43ABCD", "43:aB:cd"] {
            assert_eq!(decode(text), Ok(vec![0x43, 0xab, 0xcd]), "{text}");
        }
        assert_eq!(decode(""), Ok(vec![]));
        assert_eq!(encode([0x43, 0xab]), "43ab");
    }

    #[test]
    fn other_text_is_refused() {
        assert_eq!(decode("abc"), Err(HexError::OddLength));
        for text in [":ab", "ab:", "a:bc", "ab::cd", "0x12", "ab cd", "١٢", "ab\u{7a0}:"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }
}
