//! Where private keys live: one trait over encrypted files, PKCS #11 tokens and SDF devices.
//!
//! What issues takes a [`Signer`] and does not know where its key is. What makes, opens and destroys keys takes a [`Custody`].
//! Drivers of devices are crates of their own, since they call foreign code.

mod error;
mod file;
mod name;
mod protection;
mod settings;

use std::sync::Arc;

use rand_core::CryptoRng;

use crate::algorithm::{KeySpec, Signer, Sm2Parameters};
use crate::key::PublicKey;

pub use error::CustodyError;
pub use file::FileCustody;
pub use name::{KeyName, KeyNameError, MAX_KEY_NAME};
pub use protection::{Description, Kind, Protection};
pub use settings::{Indices, Settings, Timeout};

/// A place that keeps private keys under names.
///
/// An implementer owes:
/// - secrets (passwords, PINs) appear in no error, description or log;
/// - a refused PIN is not presented again, since tokens lock after a few;
/// - calls may come from several threads at once, and none waits without end: a device that does not answer is an error;
/// - [`generate`](Self::generate) and [`destroy`](Self::destroy) are durable when they return, and `generate` never replaces a
///   key;
/// - signers verify each signature before they release it, as [`Signer`] says, and outlive lost sessions of a device.
pub trait Custody: Send + Sync {
    /// What it is, for people and records.
    ///
    /// # Errors
    ///
    /// [`CustodyError`] where a device has to be asked and does not answer.
    fn describe(&self) -> Result<Description, CustodyError>;

    /// Asks the custody to show that it works, without touching a key: that the folder or device is there, takes the password or
    /// PIN, and computes rightly.
    ///
    /// # Errors
    ///
    /// What stands against using it.
    fn check(&self) -> Result<(), CustodyError>;

    /// How a key of this kind would be protected, before it is made.
    ///
    /// # Errors
    ///
    /// [`CustodyError::UnsupportedKey`] where it cannot be kept here.
    fn protection_of(&self, spec: KeySpec) -> Result<Protection, CustodyError>;

    /// Makes a key under a name that no key has. Where a device makes it, the randomness is the device's.
    ///
    /// # Errors
    ///
    /// [`CustodyError::KeyExists`], where nothing is touched; [`CustodyError::MadeElsewhere`] where only the administration of
    /// the device makes keys; [`CustodyError::UnsupportedKey`]; and what a device or file system answers.
    fn generate(
        &self,
        name: &KeyName,
        spec: KeySpec,
        rng: &mut dyn CryptoRng,
    ) -> Result<PublicKey, CustodyError>;

    /// The public key of a stored key.
    ///
    /// # Errors
    ///
    /// [`CustodyError::KeyMissing`], and what a device or file system answers.
    fn public_key(&self, name: &KeyName) -> Result<PublicKey, CustodyError>;

    /// How a stored key is protected.
    ///
    /// # Errors
    ///
    /// Those of [`public_key`](Self::public_key).
    fn protection(&self, name: &KeyName) -> Result<Protection, CustodyError>;

    /// The signer with a stored key, whose identifier has the parameters given where the key is one of SM2. Nothing is signed
    /// by this.
    ///
    /// # Errors
    ///
    /// Those of [`public_key`](Self::public_key).
    fn open(&self, name: &KeyName, parameters: Sm2Parameters) -> Result<Arc<dyn Signer>, CustodyError>;

    /// Destroys a key for good. Signers opened before may or may not go on.
    ///
    /// # Errors
    ///
    /// [`CustodyError::KeyMissing`]; [`CustodyError::MadeElsewhere`] where only the administration of the device destroys
    /// keys; and what a device or file system answers.
    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError>;
}

#[cfg(test)]
mod tests;
