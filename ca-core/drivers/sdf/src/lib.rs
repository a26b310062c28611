//! Custody of keys by devices behind SDF (GM/T 0018): cryptographic cards and servers with SM2.
//!
//! The keys of such a device have indices. They are made, backed up and destroyed by its administration, with the tool of its
//! manufacturer: the interface has no function for that. Programs name an index, show the password of its access right and have e
//! signed, which they compute from the message and the public key.
#![deny(unsafe_code)]

mod answer;
mod connector;
pub mod layout;
mod library;
mod signer;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ca_core::algorithm::{KeySpec, Signer, Sm2Parameters};
use ca_core::custody::{Custody, CustodyError, Description, Indices, KeyName, Kind, Protection};
use ca_core::key::{Password, PublicKey};
use ca_device::{Connector as _, Pool};
use rand_core::CryptoRng;

use connector::SdfDevice;
use signer::DeviceSigner;

/// Keys of SM2 in a device, named by a table of indices.
pub struct SdfCustody {
    pool: Arc<Pool<SdfDevice>>,
    keys: Indices,
}

impl SdfCustody {
    /// The custody by the device behind a library. The library is loaded and the device opened with the first act, and again after
    /// it was lost. The password is that of the access right to the private keys; without one, keys are used that need none.
    ///
    /// # Errors
    ///
    /// [`CustodyError::Device`] where the operating system gives no threads.
    pub fn new(
        library: PathBuf,
        keys: Indices,
        password: Option<Password>,
        sessions: u32,
        limit: Duration,
    ) -> Result<Self, CustodyError> {
        Ok(Self { pool: Arc::new(Pool::new(SdfDevice::new(library, password), sessions, limit)?), keys })
    }

    fn place(&self) -> String {
        self.pool.connector().place()
    }

    fn index(&self, name: &KeyName) -> Result<u32, CustodyError> {
        self.keys.get(name).copied().ok_or_else(|| CustodyError::KeyMissing {
            name: name.clone(),
            place: "the setting keys".to_owned(),
        })
    }

    fn made_elsewhere(&self, name: &KeyName, act: &'static str) -> CustodyError {
        CustodyError::MadeElsewhere { name: name.clone(), act, place: self.place() }
    }
}

impl Custody for SdfCustody {
    fn describe(&self) -> Result<Description, CustodyError> {
        let device = self.pool.act("tell what it is", |session| session.facts())?;
        let place = self.pool.connector().path().display().to_string();
        Ok(Description { kind: Kind::Sdf, place, device })
    }

    fn check(&self) -> Result<(), CustodyError> {
        self.pool.act("check itself", |session| session.check())
    }

    fn protection_of(&self, spec: KeySpec) -> Result<Protection, CustodyError> {
        if spec == KeySpec::Sm2 {
            Ok(Protection::DeviceWithCopies)
        } else {
            let reason = "devices behind SDF sign with keys of sm2";
            Err(CustodyError::UnsupportedKey { spec, place: self.place(), reason })
        }
    }

    /// Refuses: see [`CustodyError::MadeElsewhere`].
    fn generate(
        &self,
        name: &KeyName,
        spec: KeySpec,
        _rng: &mut dyn CryptoRng,
    ) -> Result<PublicKey, CustodyError> {
        self.protection_of(spec)?;
        Err(self.made_elsewhere(name, "make"))
    }

    fn public_key(&self, name: &KeyName) -> Result<PublicKey, CustodyError> {
        let index = self.index(name)?;
        let name = name.clone();
        self.pool.act("export a public key", move |session| session.public_key(&name, index))
    }

    fn protection(&self, name: &KeyName) -> Result<Protection, CustodyError> {
        self.public_key(name).map(|_| Protection::DeviceWithCopies)
    }

    fn open(&self, name: &KeyName, parameters: Sm2Parameters) -> Result<Arc<dyn Signer>, CustodyError> {
        let index = self.index(name)?;
        let public = self.public_key(name)?;
        Ok(Arc::new(DeviceSigner::new(self.pool.clone(), name.clone(), index, public, parameters)))
    }

    /// Refuses: see [`CustodyError::MadeElsewhere`].
    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError> {
        self.index(name)?;
        Err(self.made_elsewhere(name, "destroy"))
    }
}
