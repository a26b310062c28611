//! Passwords.

use zeroize::Zeroizing;

use super::KeyError;

/// A password that encrypts a private key, or the PIN of a device. Wiped when dropped; it has no `Debug`, `Clone` or `Serialize`.
pub struct Password(Zeroizing<String>);

impl Password {
    /// The empty one: containers are read that have it, and none is written.
    pub(crate) fn empty() -> Self {
        Self(Zeroizing::new(String::new()))
    }

    /// A password.
    ///
    /// # Errors
    ///
    /// [`KeyError::EmptyPassword`].
    pub fn new(text: Zeroizing<String>) -> Result<Self, KeyError> {
        if text.is_empty() { Err(KeyError::EmptyPassword) } else { Ok(Self(text)) }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// The characters, for handing them to a device. Copies are the caller's to wipe.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
