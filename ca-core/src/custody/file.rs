//! Custody by files.

use std::path::PathBuf;
use std::sync::Arc;

use rand_core::CryptoRng;

use super::{Custody, CustodyError, Description, KeyName, Kind, Protection};
use crate::algorithm::{KeySpec, Signer, Sm2Parameters};
use crate::key::{Password, PrivateKey, PublicKey};
use crate::keystore::file::FileError;
use crate::keystore::{self, KeystoreError};

/// Keys as files `NAME.key` in a folder that exists: PKCS #8 in PEM, encrypted where there is a password, readable by their
/// owner only.
///
/// ```
/// use ca_core::custody::{Custody, FileCustody};
/// # use ca_core::algorithm::{KeySpec, Sm2Parameters};
/// # use ca_core::key::Password;
/// # let folder = tempfile::tempdir().unwrap();
/// # let mut rng = rand_core::UnwrapErr(getrandom::SysRng);
/// # let password = Password::new("correct horse".to_owned().into()).unwrap();
/// let custody = FileCustody::new(folder.path().to_owned(), Some(password));
/// let name = "issuing".parse().unwrap();
/// let made = custody.generate(&name, KeySpec::Sm2, &mut rng).unwrap();
/// let signer = custody.open(&name, Sm2Parameters::Absent).unwrap();
/// assert_eq!(*signer.public_key(), made);
/// ```
pub struct FileCustody {
    folder: PathBuf,
    password: Option<Password>,
}

impl FileCustody {
    /// Keys in a folder, encrypted where a password is given.
    pub fn new(folder: PathBuf, password: Option<Password>) -> Self {
        Self { folder, password }
    }

    /// The file of a key.
    pub fn path(&self, name: &KeyName) -> PathBuf {
        self.folder.join(format!("{name}.key"))
    }

    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    fn load(&self, name: &KeyName) -> Result<PrivateKey, CustodyError> {
        keystore::load_private_key(&self.path(name), self.password.as_ref())
            .map_err(|error| self.about(name, error))
    }

    /// The error of a file in the terms of custodies, where they have one.
    fn about(&self, name: &KeyName, error: KeystoreError) -> CustodyError {
        let (name, place) = (name.clone(), self.place());
        match error {
            KeystoreError::File(FileError::NotFound { .. }) if self.folder.is_dir() => {
                CustodyError::KeyMissing { name, place }
            }
            KeystoreError::File(FileError::Exists { .. }) => CustodyError::KeyExists { name, place },
            other => other.into(),
        }
    }
}

impl Custody for FileCustody {
    fn describe(&self) -> Result<Description, CustodyError> {
        Ok(Description { kind: Kind::File, place: self.place(), device: Vec::new() })
    }

    fn check(&self) -> Result<(), CustodyError> {
        Ok(keystore::check_folder(&self.folder)?)
    }

    fn protection_of(&self, _spec: KeySpec) -> Result<Protection, CustodyError> {
        Ok(Protection::Software)
    }

    fn generate(
        &self,
        name: &KeyName,
        spec: KeySpec,
        rng: &mut dyn CryptoRng,
    ) -> Result<PublicKey, CustodyError> {
        let key = PrivateKey::generate(spec, rng)?;
        keystore::save_private_key(&self.path(name), &key, self.password.as_ref(), rng)
            .map_err(|error| self.about(name, error))?;
        Ok(key.public_key().clone())
    }

    fn public_key(&self, name: &KeyName) -> Result<PublicKey, CustodyError> {
        Ok(self.load(name)?.public_key().clone())
    }

    fn protection(&self, name: &KeyName) -> Result<Protection, CustodyError> {
        self.load(name).map(|_| Protection::Software)
    }

    fn open(&self, name: &KeyName, parameters: Sm2Parameters) -> Result<Arc<dyn Signer>, CustodyError> {
        Ok(Arc::new(self.load(name)?.into_signer(parameters)))
    }

    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError> {
        keystore::file::destroy(&self.path(name)).map_err(|error| self.about(name, error.into()))
    }
}
