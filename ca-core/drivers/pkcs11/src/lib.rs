//! Custody of keys by tokens behind PKCS #11: smart cards, network HSMs, SoftHSM.
//!
//! Keys of P-256 and P-384 are made in the token, do not leave it and sign there. PKCS #11 has no mechanism for SM2: a key of SM2 is
//! made by this program and wrapped by a key that is made in the token and does not leave it. Its custody is then software, which
//! [`Custody::protection`] says.
#![forbid(unsafe_code)]

mod error;
mod module;
mod pair;
mod session;
mod signer;
mod token;
mod wrapped;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use ca_core::algorithm::{KeyAlgorithm, KeySpec, Signer, Sm2Parameters};
use ca_core::custody::{Custody, CustodyError, Description, KeyName, Kind, Protection};
use ca_core::key::{Password, PrivateKey, PublicKey};
use ca_device::Pool;
use rand_core::CryptoRng;

use session::{ID_LENGTH, Stored};
use signer::TokenSigner;
use token::Token;

/// Which token.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Its label.
    pub label: Option<String>,
    /// Its serial number.
    pub serial: Option<String>,
}

/// Keys in a token. Names are labels: a key made by another program can be opened where its label is a [`KeyName`].
pub struct Pkcs11Custody {
    pool: Arc<Pool<Token>>,
}

impl Pkcs11Custody {
    /// The custody by a token behind a library of PKCS #11. The library is loaded and the token looked for with the first act, and
    /// again after it was lost. Without a PIN the token must have a keypad, or need none.
    ///
    /// # Errors
    ///
    /// [`CustodyError::Device`] where the operating system gives no threads.
    pub fn new(
        module: PathBuf,
        wanted: Wanted,
        pin: Option<Password>,
        sessions: u32,
        limit: Duration,
    ) -> Result<Self, CustodyError> {
        let token = Token::new(module, wanted, pin);
        Ok(Self { pool: Arc::new(Pool::new(token, sessions, limit)?) })
    }
}

/// Bytes of a coordinate, where keys of the algorithm are kept in the token.
fn coordinate_length(algorithm: KeyAlgorithm) -> Option<usize> {
    match algorithm {
        KeyAlgorithm::P256 => Some(32),
        KeyAlgorithm::P384 => Some(48),
        KeyAlgorithm::Sm2 | KeyAlgorithm::Ed25519 | KeyAlgorithm::Rsa => None,
    }
}

impl Custody for Pkcs11Custody {
    fn describe(&self) -> Result<Description, CustodyError> {
        let device = self.pool.act("tell what it is", |session| session.facts())?;
        let place = self.pool.connector().module().display().to_string();
        Ok(Description { kind: Kind::Pkcs11, place, device })
    }

    fn check(&self) -> Result<(), CustodyError> {
        self.pool.act("check itself", |session| session.check())
    }

    fn protection_of(&self, spec: KeySpec) -> Result<Protection, CustodyError> {
        self.pool.act("tell what it can do", move |session| session.protection_of(spec))
    }

    fn generate(
        &self,
        name: &KeyName,
        spec: KeySpec,
        rng: &mut dyn CryptoRng,
    ) -> Result<PublicKey, CustodyError> {
        self.protection_of(spec)?;
        let name = name.clone();
        let mut id = [0; ID_LENGTH];
        rng.fill_bytes(&mut id);
        if spec != KeySpec::Sm2 {
            // May be repeated: a key that the first attempt made is found by its name.
            return self.pool.act("make a key", move |session| pair::generate(session, &name, spec, &id));
        }
        let key = PrivateKey::generate(spec, rng)?;
        let public = key.public_key().clone();
        let scalar =
            key.to_scalar().ok_or(ca_core::key::KeyError::Library { algorithm: KeyAlgorithm::Sm2 })?;
        self.pool.act("wrap a key", move |session| wrapped::store(session, &name, &id, &scalar))?;
        Ok(public)
    }

    fn public_key(&self, name: &KeyName) -> Result<PublicKey, CustodyError> {
        Ok(self.open(name, Sm2Parameters::Absent)?.public_key().clone())
    }

    fn protection(&self, name: &KeyName) -> Result<Protection, CustodyError> {
        let name = name.clone();
        self.pool.act("tell of a key", move |session| match session.stored(&name)? {
            Stored::Pair { private, .. } => pair::protection(session, private),
            Stored::Wrapped { .. } => Ok(Protection::SoftwareWrapped),
        })
    }

    fn open(&self, name: &KeyName, parameters: Sm2Parameters) -> Result<Arc<dyn Signer>, CustodyError> {
        enum Opened {
            Pair(Vec<u8>, PublicKey),
            Wrapped(PrivateKey),
        }
        let asked = name.clone();
        let opened = self.pool.act("open a key", move |session| {
            Ok(match session.stored(&asked)? {
                Stored::Pair { private, id } => {
                    let public = pair::public_key(session, &asked, private, &id)?;
                    Opened::Pair(id, public)
                }
                Stored::Wrapped { id, blob } => {
                    Opened::Wrapped(wrapped::unwrap(session, &asked, &id, &blob)?)
                }
            })
        })?;
        Ok(match opened {
            Opened::Pair(id, public) => {
                Arc::new(TokenSigner::new(self.pool.clone(), name.clone(), id, public))
            }
            Opened::Wrapped(key) => Arc::new(key.into_signer(parameters)),
        })
    }

    fn destroy(&self, name: &KeyName) -> Result<(), CustodyError> {
        let name = name.clone();
        self.pool.act("destroy a key", move |session| match session.stored(&name)? {
            Stored::Pair { private, id } => pair::destroy(session, &name, private, &id),
            Stored::Wrapped { id, .. } => wrapped::destroy(session, &name, &id),
        })
    }
}
