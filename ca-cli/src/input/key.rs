//! Private keys and their passwords.

use std::path::Path;

use ca_core::key::{KeyError, Password, PrivateKey};
use ca_core::keystore::{self, KeystoreError};
use zeroize::Zeroizing;

use super::file::read;
use crate::command::Person;
use crate::failure::{Exit, Failure, Fault};

/// Why a private key cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum KeyInputError {
    /// The file holds no private key, or one that cannot be opened.
    #[error("{0}")]
    Key(#[from] KeyError),
    /// The key is encrypted and nobody can be asked.
    #[error("the key is encrypted and there is no terminal to ask for its password")]
    NoPassword,
    /// The password file holds none.
    #[error("the first line of {0} is empty or no text in UTF-8")]
    PasswordFile(String),
    /// The two passwords that were typed differ.
    #[error("the passwords are not the same")]
    PasswordsDiffer,
    /// The terminal broke.
    #[error("the password cannot be read: {0}")]
    Terminal(std::io::Error),
}

impl Fault for KeyInputError {
    fn code(&self) -> &str {
        match self {
            Self::Key(error) => error.code(),
            Self::NoPassword => "password-required",
            Self::PasswordFile(_) => "password-file",
            Self::PasswordsDiffer => "passwords-differ",
            Self::Terminal(_) => "terminal",
        }
    }

    fn exit(&self) -> Exit {
        Exit::Usage
    }
}

/// Where passwords come from: a file, or the person; asked once and kept.
pub(crate) struct Passwords<'a> {
    file: Option<&'a Path>,
    person: &'a dyn Person,
    known: Option<Password>,
}

impl<'a> Passwords<'a> {
    /// From the file, or from the person where there is none.
    pub(crate) fn new(file: Option<&'a Path>, person: &'a dyn Person) -> Self {
        Self { file, person, known: None }
    }

    /// The password, none where there is neither a file nor a person.
    pub(crate) fn get_where_there_is_one(&mut self) -> Result<Option<&Password>, Failure> {
        if self.known.is_none() && self.file.is_none() && !self.person.is_present() {
            return Ok(None);
        }
        self.get().map(Some)
    }

    /// The password that was used, or the one that there is.
    pub(crate) fn into_known(mut self) -> Result<Password, Failure> {
        self.get()?;
        self.known.ok_or_else(|| KeyInputError::NoPassword.into())
    }

    /// The password.
    pub(crate) fn get(&mut self) -> Result<&Password, Failure> {
        let password = match self.known.take() {
            Some(known) => known,
            None => match self.file {
                Some(file) => password_from(file)?,
                None if self.person.is_present() => {
                    let typed = self.person.password(false).map_err(KeyInputError::Terminal)?;
                    Password::new(typed).map_err(KeyInputError::Key)?
                }
                None => return Err(KeyInputError::NoPassword.into()),
            },
        };
        Ok(self.known.insert(password))
    }
}

/// The password on the first line of a file.
pub(crate) fn password_from(file: &Path) -> Result<Password, Failure> {
    let bytes = read(file)?;
    let line = bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    match std::str::from_utf8(line) {
        Ok(text) if !text.is_empty() => {
            Ok(Password::new(Zeroizing::new(text.to_owned())).map_err(KeyInputError::Key)?)
        }
        _ => Err(KeyInputError::PasswordFile(file.display().to_string()).into()),
    }
}

/// A new password, typed twice.
pub(crate) fn new_password(person: &dyn Person) -> Result<Password, Failure> {
    if !person.is_present() {
        return Err(KeyInputError::NoPassword.into());
    }
    let first = person.password(false).map_err(KeyInputError::Terminal)?;
    let second = person.password(true).map_err(KeyInputError::Terminal)?;
    if *first != *second {
        return Err(KeyInputError::PasswordsDiffer.into());
    }
    Ok(Password::new(first).map_err(KeyInputError::Key)?)
}

/// A private key from a file; a password is fetched only where it is encrypted.
pub(crate) fn load_private_key(file: &Path, passwords: &mut Passwords<'_>) -> Result<PrivateKey, Failure> {
    match keystore::load_private_key(file, None) {
        Err(KeystoreError::Key { source: KeyError::PasswordNeeded, .. }) => {
            Ok(keystore::load_private_key(file, Some(passwords.get()?))?)
        }
        result => Ok(result?),
    }
}
