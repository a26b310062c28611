//! The few forms of structured fields that are needed, as defined in
//! [RFC 8941](https://www.rfc-editor.org/rfc/rfc8941). Callers bound the length of what they pass.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::MessageSignatureError;

/// An integer has at most 15 digits (RFC 8941 §3.3.1).
const MAX_DIGITS: usize = 15;

/// A position in a header.
pub(super) struct Cursor<'a> {
    header: &'static str,
    text: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(header: &'static str, text: &'a str) -> Self {
        Self { header, text: text.as_bytes(), at: 0 }
    }

    pub(super) fn malformed(&self, expected: &'static str) -> MessageSignatureError {
        MessageSignatureError::Malformed { header: self.header, offset: self.at, expected }
    }

    pub(super) fn at_end(&self) -> bool {
        self.at == self.text.len()
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(super) fn take_if(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        if taken {
            self.at += 1;
        }
        taken
    }

    pub(super) fn expect(&mut self, byte: u8) -> Result<(), MessageSignatureError> {
        if self.take_if(byte) {
            return Ok(());
        }
        Err(self.malformed(match byte {
            b'=' => "`=`",
            b'(' => "`(`",
            b',' => "`,`",
            b':' => "`:`",
            b'"' => "a quoted string",
            _ => "another character",
        }))
    }

    pub(super) fn expect_end(&self) -> Result<(), MessageSignatureError> {
        if self.at_end() { Ok(()) } else { Err(self.malformed("the end")) }
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.take_if(b' ') {}
    }

    /// A key (RFC 8941 §3.1.2).
    pub(super) fn key(&mut self) -> Result<&'a str, MessageSignatureError> {
        let begin = self.at;
        while self.peek().is_some_and(|byte| {
            byte.is_ascii_lowercase()
                || byte == b'*'
                || (self.at > begin && (byte.is_ascii_digit() || b"_-.".contains(&byte)))
        }) {
            self.at += 1;
        }
        match std::str::from_utf8(&self.text[begin..self.at]) {
            Ok(key) if !key.is_empty() => Ok(key),
            _ => Err(self.malformed("a key")),
        }
    }

    /// A string (RFC 8941 §3.3.3), without its quotes and escapes.
    pub(super) fn string(&mut self) -> Result<String, MessageSignatureError> {
        self.expect(b'"')?;
        let mut text = String::new();
        loop {
            let byte = self.peek().ok_or_else(|| self.malformed("a closing quote"))?;
            let byte = match byte {
                b'"' => {
                    self.at += 1;
                    return Ok(text);
                }
                b'\\' => {
                    self.at += 1;
                    self.peek()
                        .filter(|byte| b"\"\\".contains(byte))
                        .ok_or_else(|| self.malformed("an escaped quote or backslash"))?
                }
                0x20..=0x7e => byte,
                _ => return Err(self.malformed("printable ASCII")),
            };
            text.push(char::from(byte));
            self.at += 1;
        }
    }

    /// An integer (RFC 8941 §3.3.1).
    pub(super) fn integer(&mut self) -> Result<i64, MessageSignatureError> {
        let begin = self.at;
        self.take_if(b'-');
        let digits = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) && self.at - digits < MAX_DIGITS {
            self.at += 1;
        }
        std::str::from_utf8(&self.text[begin..self.at])
            .ok()
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| self.malformed("an integer"))
    }

    /// A byte sequence (RFC 8941 §3.3.5).
    pub(super) fn bytes(&mut self) -> Result<Vec<u8>, MessageSignatureError> {
        self.expect(b':')?;
        let begin = self.at;
        while self.peek().is_some_and(|byte| byte != b':') {
            self.at += 1;
        }
        let encoded = &self.text[begin..self.at];
        self.expect(b':')?;
        STANDARD.decode(encoded).map_err(|_| self.malformed("base64 between colons"))
    }
}

/// Writes a string (RFC 8941 §4.1.6); the text holds printable ASCII only.
pub(super) fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
