//! Calling a library of SDF. All code of the driver that the compiler cannot check is here.
//!
//! What the standard promises and the checks below rely on: the functions have the C interface of GM/T 0018 section 6, return, keep
//! no pointer to what they are given, and sessions of one device may be used by several threads, each by one.
#![allow(unsafe_code, reason = "the functions of SDF are C functions")]

use std::ffi::c_void;
use std::path::Path;
use std::ptr::{null, null_mut};
use std::sync::{Arc, Mutex, PoisonError};

use ca_core::custody::{CustodyError, Kind};

use crate::answer::Answer;
use crate::layout::{DeviceInfo, EccPublicKey, EccSignature};

type Handle = *mut c_void;

/// Bytes of the guard behind each structure that a library fills: a library made with larger fields writes into it.
const GUARD: usize = 1024;

/// What the guard holds. A library would write zeros or values of a key.
const GUARD_BYTE: u8 = 0xa5;

/// Most bytes of a digest.
const MAX_DIGEST: usize = 64;

/// The functions of a library.
pub(crate) struct Library {
    open_device: unsafe extern "C" fn(*mut Handle) -> i32,
    close_device: unsafe extern "C" fn(Handle) -> i32,
    open_session: unsafe extern "C" fn(Handle, *mut Handle) -> i32,
    close_session: unsafe extern "C" fn(Handle) -> i32,
    device_info: unsafe extern "C" fn(Handle, *mut DeviceInfo) -> i32,
    random: unsafe extern "C" fn(Handle, u32, *mut u8) -> i32,
    access_right: unsafe extern "C" fn(Handle, u32, *mut u8, u32) -> i32,
    export_public: unsafe extern "C" fn(Handle, u32, *mut EccPublicKey) -> i32,
    sign: unsafe extern "C" fn(Handle, u32, *mut u8, u32, *mut EccSignature) -> i32,
    hash_init: unsafe extern "C" fn(Handle, u32, *const EccPublicKey, *const u8, u32) -> i32,
    hash_update: unsafe extern "C" fn(Handle, *mut u8, u32) -> i32,
    hash_final: unsafe extern "C" fn(Handle, *mut u8, *mut u32) -> i32,
    /// The functions are valid as long as this is.
    _library: libloading::Library,
}

impl Library {
    /// Loads a library.
    ///
    /// # Errors
    ///
    /// [`CustodyError::LibraryMissing`], [`CustodyError::LibraryUnusable`], [`CustodyError::StaticProgram`].
    pub(crate) fn load(path: &Path) -> Result<Self, CustodyError> {
        if cfg!(target_feature = "crt-static") {
            return Err(CustodyError::StaticProgram { path: path.to_owned(), kind: Kind::Sdf });
        }
        // SAFETY: loading runs the library's initialisers. The administrator names the library by its whole path and trusts it
        // with the keys of authorities.
        let library = unsafe { libloading::Library::new(path) }.map_err(|error| {
            CustodyError::LibraryMissing { path: path.to_owned(), reason: error.to_string() }
        })?;
        macro_rules! function {
            ($name:literal) => {{
                // SAFETY: GM/T 0018 declares the function of this name with the type of the field that it becomes. The copy of
                // its address lives in one value with the library.
                let symbol = unsafe { library.get(concat!($name, "\0").as_bytes()) };
                *symbol.map_err(|_| CustodyError::LibraryUnusable {
                    path: path.to_owned(),
                    kind: Kind::Sdf,
                    reason: concat!("it has no function ", $name).to_owned(),
                })?
            }};
        }
        Ok(Self {
            open_device: function!("SDF_OpenDevice"),
            close_device: function!("SDF_CloseDevice"),
            open_session: function!("SDF_OpenSession"),
            close_session: function!("SDF_CloseSession"),
            device_info: function!("SDF_GetDeviceInfo"),
            random: function!("SDF_GenerateRandom"),
            access_right: function!("SDF_GetPrivateKeyAccessRight"),
            export_public: function!("SDF_ExportSignPublicKey_ECC"),
            sign: function!("SDF_InternalSign_ECC"),
            hash_init: function!("SDF_HashInit"),
            hash_update: function!("SDF_HashUpdate"),
            hash_final: function!("SDF_HashFinal"),
            _library: library,
        })
    }
}

/// Why a call did not do what was asked.
#[derive(Debug)]
pub(crate) enum CallError {
    /// The function said so.
    Answer(Answer),
    /// The library is not of the interface.
    Layout(&'static str),
}

impl From<Answer> for CallError {
    fn from(answer: Answer) -> Self {
        Self::Answer(answer)
    }
}

/// An open device, closed when dropped.
pub(crate) struct Device {
    library: Arc<Library>,
    handle: Handle,
    /// Sessions are opened and closed one at a time.
    sessions: Mutex<()>,
}

// SAFETY: the handle is only passed to the library, to open and close sessions under the lock, and closed once, when the last owner
// drops it. The standard has sessions of several threads in one device.
unsafe impl Send for Device {}
// SAFETY: as above.
unsafe impl Sync for Device {}

impl Device {
    pub(crate) fn open(library: Arc<Library>) -> Result<Self, CallError> {
        let mut handle = null_mut();
        // SAFETY: the function writes a handle to the place given.
        Answer::check(unsafe { (library.open_device)(&raw mut handle) })?;
        if handle.is_null() {
            return Err(CallError::Layout("it opened the device without a handle"));
        }
        Ok(Self { library, handle, sessions: Mutex::new(()) })
    }
}

impl Drop for Device {
    fn drop(&mut self) {
        // SAFETY: the handle is open, no session holds the device any more, and nobody uses the handle after this.
        let _ = unsafe { (self.library.close_device)(self.handle) };
    }
}

/// An open session, used by one thread, closed when dropped.
pub(crate) struct Session {
    device: Arc<Device>,
    handle: Handle,
}

/// A structure that a library fills, with room behind it.
#[repr(C)]
struct Guarded<T> {
    value: T,
    guard: [u8; GUARD],
}

impl<T: Default + Copy> Guarded<T> {
    fn new() -> Self {
        Self { value: T::default(), guard: [GUARD_BYTE; GUARD] }
    }

    /// The structure, where nothing was written behind it.
    fn value(&self) -> Result<T, CallError> {
        if self.guard.iter().all(|byte| *byte == GUARD_BYTE) {
            Ok(self.value)
        } else {
            Err(CallError::Layout("its structures are larger than those of GM/T 0018"))
        }
    }
}

impl Session {
    pub(crate) fn open(device: Arc<Device>) -> Result<Self, CallError> {
        let mut handle = null_mut();
        let lock = device.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the device is open; the function writes a handle to the place given.
        let returned = unsafe { (device.library.open_session)(device.handle, &raw mut handle) };
        drop(lock);
        Answer::check(returned)?;
        if handle.is_null() {
            return Err(CallError::Layout("it opened a session without a handle"));
        }
        Ok(Self { device, handle })
    }

    fn library(&self) -> &Library {
        &self.device.library
    }

    /// What the device says of itself.
    pub(crate) fn device_info(&mut self) -> Result<DeviceInfo, CallError> {
        let mut info = Guarded::<DeviceInfo>::new();
        // SAFETY: the session is open; the pointer is to the whole of a structure and its guard, which the function may fill.
        let returned = unsafe { (self.library().device_info)(self.handle, (&raw mut info).cast()) };
        Answer::check(returned)?;
        info.value()
    }

    /// Fills a buffer with random bytes of the device.
    pub(crate) fn random(&mut self, out: &mut [u8; 32]) -> Result<(), CallError> {
        // SAFETY: the session is open; the function writes 32 bytes, as long as the buffer is.
        Ok(Answer::check(unsafe { (self.library().random)(self.handle, 32, out.as_mut_ptr()) })?)
    }

    /// Asks for the right to use the private key of an index in this session.
    pub(crate) fn access_right(&mut self, index: u32, password: &mut [u8]) -> Result<(), CallError> {
        let length =
            u32::try_from(password.len()).map_err(|_| CallError::Layout("the password is too long"))?;
        // SAFETY: the session is open; the function reads as many bytes as the password has.
        let returned =
            unsafe { (self.library().access_right)(self.handle, index, password.as_mut_ptr(), length) };
        Ok(Answer::check(returned)?)
    }

    /// The public key of the signing key of an index.
    pub(crate) fn export_public(&mut self, index: u32) -> Result<EccPublicKey, CallError> {
        let mut key = Guarded::<EccPublicKey>::new();
        // SAFETY: the session is open; the pointer is to the whole of a structure and its guard, which the function may fill.
        let returned = unsafe { (self.library().export_public)(self.handle, index, (&raw mut key).cast()) };
        Answer::check(returned)?;
        key.value()
    }

    /// Signs e with the signing key of an index.
    pub(crate) fn sign(&mut self, index: u32, e: &[u8; 32]) -> Result<EccSignature, CallError> {
        let mut signature = Guarded::<EccSignature>::new();
        // The standard's pointer is not const: the function gets a copy.
        let mut e = *e;
        // SAFETY: the session is open; the function reads 32 bytes of the copy and fills a structure, behind which its guard is.
        let returned = unsafe {
            (self.library().sign)(self.handle, index, e.as_mut_ptr(), 32, (&raw mut signature).cast())
        };
        Answer::check(returned)?;
        signature.value()
    }

    /// The digest of a message by an algorithm of the device.
    pub(crate) fn hash(&mut self, algorithm: u32, message: &[u8]) -> Result<Vec<u8>, CallError> {
        let mut message = message.to_vec();
        let length =
            u32::try_from(message.len()).map_err(|_| CallError::Layout("the message is too long"))?;
        let mut digest = [0; MAX_DIGEST];
        let mut digest_length = MAX_DIGEST as u32;
        // SAFETY: the session is open; without a key and an identifier the function hashes what follows alone.
        Answer::check(unsafe { (self.library().hash_init)(self.handle, algorithm, null(), null(), 0) })?;
        // SAFETY: the session is open; the function reads as many bytes as the message has.
        Answer::check(unsafe { (self.library().hash_update)(self.handle, message.as_mut_ptr(), length) })?;
        // SAFETY: the session is open; the function writes at most as many bytes as the length says, and their number there.
        let returned =
            unsafe { (self.library().hash_final)(self.handle, digest.as_mut_ptr(), &raw mut digest_length) };
        Answer::check(returned)?;
        let length = usize::try_from(digest_length).unwrap_or(usize::MAX);
        let digest = digest.get(..length).ok_or(CallError::Layout("its digest is longer than any"))?;
        Ok(digest.to_vec())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        let _lock = self.device.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        // SAFETY: the handle is of an open session of an open device, and nobody uses it after this.
        let _ = unsafe { (self.library().close_session)(self.handle) };
    }
}
