//! Opening the device and sessions with it, and the acts in a session.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use ca_core::algorithm::KeyAlgorithm;
use ca_core::algorithm::digest::sm3;
use ca_core::custody::{CustodyError, KeyName, Kind};
use ca_core::key::{Password, PublicKey};
use ca_device::{Connector, Fault};
use zeroize::Zeroizing;

use crate::answer::Answer;
use crate::layout::{DeviceInfo, SGD_SM3, SM2_BITS, value};
use crate::library::{CallError, Device, Library, Session};

/// A device: its library and the password of the access right.
pub(crate) struct SdfDevice {
    path: PathBuf,
    secrets: Arc<Secrets>,
    library: OnceLock<Arc<Library>>,
    /// Open as long as a session is.
    device: Mutex<Weak<Device>>,
}

/// The password of the access right, and the keys for which it was refused: it is not presented for them again. Locked while it is
/// presented, so that sessions that need it at once do not present a wrong one several times.
struct Secrets {
    password: Option<Password>,
    refused: Mutex<BTreeSet<u32>>,
}

impl SdfDevice {
    pub(crate) fn new(path: PathBuf, password: Option<Password>) -> Self {
        Self {
            path,
            secrets: Arc::new(Secrets { password, refused: Mutex::default() }),
            library: OnceLock::new(),
            device: Mutex::default(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn library(&self) -> Result<Arc<Library>, CustodyError> {
        if let Some(library) = self.library.get() {
            return Ok(library.clone());
        }
        let library = Arc::new(Library::load(&self.path)?);
        Ok(self.library.get_or_init(|| library).clone())
    }

    fn open_device(&self) -> Result<Arc<Device>, CustodyError> {
        let device = Device::open(self.library()?);
        device.map(Arc::new).map_err(|error| self.refused("open the device", &error))
    }

    fn refused(&self, act: &'static str, error: &CallError) -> CustodyError {
        named(act, &self.path, error)
    }
}

impl Connector for SdfDevice {
    type Session = OpenSession;

    fn connect(&self) -> Result<OpenSession, CustodyError> {
        let mut current = self.device.lock().unwrap_or_else(PoisonError::into_inner);
        let session = match current.upgrade().map(Session::open) {
            Some(Ok(session)) => session,
            // The device was restarted, or has no session open: it is opened again.
            None | Some(Err(_)) => {
                let device = self.open_device()?;
                *current = Arc::downgrade(&device);
                Session::open(device).map_err(|error| self.refused("open a session", &error))?
            }
        };
        Ok(OpenSession {
            session,
            path: self.path.clone(),
            secrets: self.secrets.clone(),
            rights: BTreeSet::new(),
        })
    }

    fn place(&self) -> String {
        place(&self.path)
    }
}

fn place(path: &Path) -> String {
    format!("the device behind {}", path.display())
}

fn named(act: &'static str, path: &Path, error: &CallError) -> CustodyError {
    match error {
        CallError::Answer(answer) => CustodyError::Device { act, place: place(path), answer: answer.name() },
        CallError::Layout(reason) => CustodyError::LibraryUnusable {
            path: path.to_owned(),
            kind: Kind::Sdf,
            reason: (*reason).to_owned(),
        },
    }
}

/// A session and the access rights held in it.
pub(crate) struct OpenSession {
    session: Session,
    path: PathBuf,
    secrets: Arc<Secrets>,
    rights: BTreeSet<u32>,
}

impl OpenSession {
    fn fault(&self, act: &'static str) -> impl Fn(CallError) -> Fault + use<> {
        let path = self.path.clone();
        move |error| {
            let named = named(act, &path, &error);
            match error {
                // The standard has no error for a session that is gone: whatever is not settled may be one.
                CallError::Answer(Answer::Other(_) | Answer::NoRight) => Fault::Lost(named),
                CallError::Answer(_) | CallError::Layout(_) => Fault::Refused(named),
            }
        }
    }

    fn misbehaved(&self, act: &'static str, reason: &str) -> Fault {
        CustodyError::Misbehaved { act, place: place(&self.path), reason: reason.to_owned() }.into()
    }

    /// What the device says of itself.
    pub(crate) fn facts(&mut self) -> Result<Vec<(&'static str, String)>, Fault> {
        let info: DeviceInfo = self.session.device_info().map_err(self.fault("tell what it is"))?;
        Ok(vec![
            ("manufacturer", text(&info.issuer_name)),
            ("model", text(&info.device_name)),
            ("serial", text(&info.device_serial)),
            ("firmware", format!("0x{:08x}", info.device_version)),
            ("interface", format!("0x{:08x}", info.standard_version)),
        ])
    }

    /// Whether the device draws and hashes sensibly.
    pub(crate) fn check(&mut self) -> Result<(), Fault> {
        let act = "draw random bytes";
        let mut draws = [[0; 32]; 2];
        for draw in &mut draws {
            let drawn = self.session.random(draw);
            drawn.map_err(self.fault(act))?;
        }
        if draws[0] == draws[1] || draws.contains(&[0; 32]) {
            return Err(self.misbehaved(act, "they do not vary"));
        }
        let act = "hash with SM3";
        let digest = self.session.hash(SGD_SM3, b"abc").map_err(self.fault(act))?;
        if digest != sm3(b"abc") {
            return Err(self.misbehaved(act, "the digest of \"abc\" is not that of GB/T 32905"));
        }
        Ok(())
    }

    /// The public key of an index.
    pub(crate) fn public_key(&mut self, name: &KeyName, index: u32) -> Result<PublicKey, Fault> {
        let missing = || CustodyError::KeyMissing {
            name: name.clone(),
            place: format!("{}, index {index}", place(&self.path)),
        };
        let failed = self.fault("export a public key");
        let key = match self.session.export_public(index) {
            Err(CallError::Answer(Answer::NoKey)) => return Err(missing().into()),
            other => other.map_err(failed)?,
        };
        let unusable = |reason: String| -> Fault {
            CustodyError::KeyUnusable { name: name.clone(), place: place(&self.path), reason }.into()
        };
        if key.bits != SM2_BITS {
            return Err(unusable(format!("it has {} bits, those of SM2 have {SM2_BITS}", key.bits)));
        }
        let (Some(x), Some(y)) = (value(&key.x), value(&key.y)) else {
            return Err(unusable("its coordinates are not right-aligned in fields of 64 bytes".to_owned()));
        };
        let point = [&[0x04], &x[..], &y[..]].concat();
        PublicKey::from_parts(KeyAlgorithm::Sm2, &point).map_err(|error| unusable(error.to_string()))
    }

    /// `r‖s` of e by the key of an index.
    pub(crate) fn sign(&mut self, name: &KeyName, index: u32, e: &[u8; 32]) -> Result<[u8; 64], Fault> {
        let act = "sign";
        self.require_right(index)?;
        let signature = match self.session.sign(index, e) {
            Err(CallError::Answer(Answer::NoKey)) => {
                return Err(CustodyError::KeyMissing { name: name.clone(), place: place(&self.path) }.into());
            }
            Err(CallError::Answer(Answer::NoRight)) if self.secrets.password.is_none() => {
                return Err(CustodyError::PinNeeded { place: place(&self.path) }.into());
            }
            other => other.map_err(self.fault(act))?,
        };
        let (Some(r), Some(s)) = (value(&signature.r), value(&signature.s)) else {
            return Err(self.misbehaved(act, "r and s are not right-aligned in fields of 64 bytes"));
        };
        let mut raw = [0; 64];
        raw[..32].copy_from_slice(&r);
        raw[32..].copy_from_slice(&s);
        Ok(raw)
    }

    /// Gets the access right to a private key, once a session.
    fn require_right(&mut self, index: u32) -> Result<(), Fault> {
        let secrets = self.secrets.clone();
        let Some(password) = &secrets.password else { return Ok(()) };
        if self.rights.contains(&index) {
            return Ok(());
        }
        let wrong = || CustodyError::PinWrong { place: format!("{}, index {index},", place(&self.path)) };
        let mut refused = secrets.refused.lock().unwrap_or_else(PoisonError::into_inner);
        if refused.contains(&index) {
            return Err(wrong().into());
        }
        let mut copy = Zeroizing::new(password.expose().as_bytes().to_vec());
        match self.session.access_right(index, &mut copy) {
            // Devices without access rights do not have the function.
            Ok(()) | Err(CallError::Answer(Answer::NotSupported)) => {
                self.rights.insert(index);
                Ok(())
            }
            Err(CallError::Answer(Answer::RightRefused)) => {
                refused.insert(index);
                Err(wrong().into())
            }
            Err(other) => Err(self.fault("grant the access right to a private key")(other)),
        }
    }
}

/// A padded text; what is not UTF-8 is replaced, as manufacturers use other encodings of Chinese.
fn text(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    String::from_utf8_lossy(&bytes[..end]).trim().chars().filter(|letter| !letter.is_control()).collect()
}
