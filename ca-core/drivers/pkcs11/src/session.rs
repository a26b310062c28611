//! A session with a token, and the objects in it.

use std::collections::HashMap;

use ca_core::algorithm::KeySpec;
use ca_core::custody::{CustodyError, KeyName, Protection};
use ca_device::Fault;
use cryptoki::context::Pkcs11;
use cryptoki::error::Error;
use cryptoki::mechanism::MechanismType;
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::{Session as Handle, SessionState};
use cryptoki::slot::Slot;

use crate::error::fault;
use crate::wrapped;

/// Bytes of the identifiers (CKA_ID) that tie the objects of a key together.
pub(crate) const ID_LENGTH: usize = 16;

/// Objects looked at with one label: a token with more has not been set up by this program.
const MAX_OBJECTS: usize = 64;

/// A session that is logged in.
pub(crate) struct Session {
    module: Pkcs11,
    slot: Slot,
    handle: Handle,
    place: String,
    /// Whether the token asks for a login.
    login: bool,
    /// Handles of private keys by CKA_ID, so that they are not looked for with each signature.
    keys: HashMap<Vec<u8>, ObjectHandle>,
}

/// How a key is stored.
pub(crate) enum Stored {
    /// In the token.
    Pair {
        /// The private key.
        private: ObjectHandle,
        /// Its CKA_ID.
        id: Vec<u8>,
    },
    /// Outside, wrapped by the token.
    Wrapped {
        /// The CKA_ID of the wrapping key.
        id: Vec<u8>,
        /// The wrapped scalar.
        blob: Vec<u8>,
    },
}

impl Session {
    pub(crate) fn new(module: Pkcs11, slot: Slot, handle: Handle, place: String, login: bool) -> Self {
        Self { module, slot, handle, place, login, keys: HashMap::new() }
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(crate) fn place(&self) -> String {
        self.place.clone()
    }

    /// The fault of an act.
    pub(crate) fn fault(&self, act: &'static str) -> impl Fn(Error) -> Fault + use<'_> {
        move |error| fault(act, &self.place, &error)
    }

    pub(crate) fn misbehaved(&self, act: &'static str, reason: &str) -> CustodyError {
        CustodyError::Misbehaved { act, place: self.place(), reason: reason.to_owned() }
    }

    pub(crate) fn unusable(&self, name: &KeyName, reason: &str) -> CustodyError {
        CustodyError::KeyUnusable { name: name.clone(), place: self.place(), reason: reason.to_owned() }
    }

    /// The objects of a class that have a label and further attributes.
    pub(crate) fn find(
        &self,
        class: ObjectClass,
        name: &KeyName,
        further: &[Attribute],
    ) -> Result<Vec<ObjectHandle>, Fault> {
        let mut template = vec![Attribute::Class(class), Attribute::Label(label(name))];
        template.extend_from_slice(further);
        let failed = self.fault("look for a key");
        let mut found = Vec::new();
        for object in self.handle.iter_objects(&template).map_err(&failed)?.take(MAX_OBJECTS) {
            found.push(object.map_err(&failed)?);
        }
        if found.is_empty() {
            self.require_login()?;
        }
        Ok(found)
    }

    /// Whether the session is logged in still: to one that is not, private objects are not there.
    fn require_login(&self) -> Result<(), Fault> {
        let act = "look for a key";
        let info = self.handle.get_session_info().map_err(self.fault(act))?;
        match info.session_state() {
            SessionState::RoPublic | SessionState::RwPublic if self.login => {
                let answer = "CKR_USER_NOT_LOGGED_IN".to_owned();
                Err(Fault::Lost(CustodyError::Device { act, place: self.place(), answer }))
            }
            _ => Ok(()),
        }
    }

    /// How the key of a name is stored.
    pub(crate) fn stored(&self, name: &KeyName) -> Result<Stored, Fault> {
        let privates = self.find(ObjectClass::PRIVATE_KEY, name, &[])?;
        let blobs = self.find(ObjectClass::DATA, name, &[wrapped::application()])?;
        let (name, place) = (name.clone(), self.place());
        match (&privates[..], &blobs[..]) {
            ([], []) => Err(CustodyError::KeyMissing { name, place }.into()),
            ([private], []) => {
                Ok(Stored::Pair { private: *private, id: self.bytes(*private, AttributeType::Id)? })
            }
            ([], [blob]) => {
                let value = self.bytes(*blob, AttributeType::Value)?;
                let Some((id, blob)) = value.split_at_checked(ID_LENGTH) else {
                    return Err(self.unusable(&name, "its wrapped form is cut off").into());
                };
                Ok(Stored::Wrapped { id: id.to_vec(), blob: blob.to_vec() })
            }
            _ => Err(CustodyError::KeyAmbiguous { name, count: privates.len() + blobs.len(), place }.into()),
        }
    }

    /// Refuses a name that a key has.
    pub(crate) fn require_free(&self, name: &KeyName) -> Result<(), Fault> {
        match self.stored(name) {
            Ok(_) | Err(Fault::Refused(CustodyError::KeyAmbiguous { .. })) => {
                Err(CustodyError::KeyExists { name: name.clone(), place: self.place() }.into())
            }
            Err(Fault::Refused(CustodyError::KeyMissing { .. })) => Ok(()),
            Err(other) => Err(other),
        }
    }

    /// The value of an attribute of bytes; empty where the object has none.
    pub(crate) fn bytes(&self, object: ObjectHandle, wanted: AttributeType) -> Result<Vec<u8>, Fault> {
        let attributes =
            self.handle.get_attributes(object, &[wanted]).map_err(self.fault("read an object"))?;
        Ok(match attributes.into_iter().next() {
            Some(
                Attribute::Id(bytes)
                | Attribute::Value(bytes)
                | Attribute::EcParams(bytes)
                | Attribute::EcPoint(bytes),
            ) => bytes,
            _ => Vec::new(),
        })
    }

    /// The value of an attribute of a key that is yes or no; none where the object has none.
    pub(crate) fn flag(&self, object: ObjectHandle, wanted: AttributeType) -> Result<Option<bool>, Fault> {
        let attributes =
            self.handle.get_attributes(object, &[wanted]).map_err(self.fault("read an object"))?;
        Ok(match attributes.into_iter().next() {
            Some(
                Attribute::Sensitive(value)
                | Attribute::Extractable(value)
                | Attribute::NeverExtractable(value)
                | Attribute::AlwaysSensitive(value)
                | Attribute::AlwaysAuthenticate(value)
                | Attribute::Local(value),
            ) => Some(value),
            _ => None,
        })
    }

    /// Whether the token says that the key has never been outside it and cannot be.
    pub(crate) fn never_left(&self, key: ObjectHandle) -> Result<bool, Fault> {
        let yes = |wanted, value| Ok::<_, Fault>(self.flag(key, wanted)? == Some(value));
        Ok(yes(AttributeType::Sensitive, true)?
            && yes(AttributeType::Extractable, false)?
            && yes(AttributeType::AlwaysSensitive, true)?
            && yes(AttributeType::NeverExtractable, true)?
            && yes(AttributeType::Local, true)?)
    }

    /// The handle of the private key with a CKA_ID and a label.
    pub(crate) fn private_key(&mut self, name: &KeyName, id: &[u8]) -> Result<ObjectHandle, Fault> {
        if let Some(handle) = self.keys.get(id) {
            return Ok(*handle);
        }
        let found = self.find(ObjectClass::PRIVATE_KEY, name, &[Attribute::Id(id.to_vec())])?;
        let [handle] = found[..] else {
            let (name, place) = (name.clone(), self.place());
            return Err(match found.len() {
                0 => CustodyError::KeyMissing { name, place },
                count => CustodyError::KeyAmbiguous { name, count, place },
            }
            .into());
        };
        self.keys.insert(id.to_vec(), handle);
        Ok(handle)
    }

    /// Destroys objects and looks whether they are gone.
    pub(crate) fn destroy(&mut self, objects: &[ObjectHandle]) -> Result<(), Fault> {
        self.keys.clear();
        for object in objects {
            self.handle.destroy_object(*object).map_err(self.fault("destroy an object"))?;
        }
        Ok(())
    }

    fn mechanisms(&self) -> Result<Vec<MechanismType>, Fault> {
        self.module.get_mechanism_list(self.slot).map_err(self.fault("list its mechanisms"))
    }

    /// How a new key would be protected.
    pub(crate) fn protection_of(&self, spec: KeySpec) -> Result<Protection, Fault> {
        let (needed, protection, reason): (&[_], _, _) = match spec {
            KeySpec::P256 | KeySpec::P384 => (
                &[MechanismType::ECC_KEY_PAIR_GEN, MechanismType::ECDSA],
                Protection::Device,
                "it lacks CKM_EC_KEY_PAIR_GEN or CKM_ECDSA",
            ),
            KeySpec::Sm2 => (
                &[MechanismType::AES_KEY_GEN, MechanismType::AES_KEY_WRAP],
                Protection::SoftwareWrapped,
                "it lacks CKM_AES_KEY_GEN or CKM_AES_KEY_WRAP, which wraps keys of SM2",
            ),
            KeySpec::Ed25519 | KeySpec::Rsa { .. } => {
                let reason = "tokens keep keys of p256 and p384, and wrap those of sm2";
                return Err(CustodyError::UnsupportedKey { spec, place: self.place(), reason }.into());
            }
        };
        let mechanisms = self.mechanisms()?;
        if needed.iter().all(|mechanism| mechanisms.contains(mechanism)) {
            Ok(protection)
        } else {
            Err(CustodyError::UnsupportedKey { spec, place: self.place(), reason }.into())
        }
    }

    /// Whether the token answers sensibly.
    pub(crate) fn check(&self) -> Result<(), Fault> {
        let act = "draw random bytes";
        let mut draws = [[0; 32]; 2];
        for draw in &mut draws {
            self.handle.generate_random_slice(draw).map_err(self.fault(act))?;
        }
        if draws[0] == draws[1] || draws.contains(&[0; 32]) {
            return Err(self.misbehaved(act, "they do not vary").into());
        }
        self.protection_of(KeySpec::P256).or_else(|_| self.protection_of(KeySpec::Sm2)).map(|_| ())
    }

    /// What the token says of itself.
    pub(crate) fn facts(&self) -> Result<Vec<(&'static str, String)>, Fault> {
        let act = "tell what it is";
        let info = self.module.get_token_info(self.slot).map_err(self.fault(act))?;
        let library = self.module.get_library_info().map_err(self.fault(act))?;
        Ok(vec![
            ("token", info.label().to_owned()),
            ("serial", info.serial_number().to_owned()),
            ("manufacturer", info.manufacturer_id().to_owned()),
            ("model", info.model().to_owned()),
            ("firmware", info.firmware_version().to_string()),
            ("library", format!("{} {}", library.library_description(), library.library_version())),
        ])
    }
}

/// A name as CKA_LABEL.
pub(crate) fn label(name: &KeyName) -> Vec<u8> {
    name.as_str().as_bytes().to_vec()
}
