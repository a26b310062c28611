//! The functions of the interface (GM/T 0018 section 6).
//!
//! Safety, for all of them: pointers are null, which is refused, or lead to as many bytes as the standard says.
#![allow(non_snake_case, reason = "the names are the standard's")]
#![allow(clippy::missing_safety_doc, reason = "the head of the module says it for all")]

use std::ffi::c_void;
use std::slice;
use std::thread;
use std::time::Duration;

use getrandom::SysRng;
use rand_core::TryRng as _;
use sm3::{Digest as _, Sm3};

use crate::device::{self, COMM_FAIL, INPUT, OUTPUT, UNSUPPORTED_ALGORITHM, fault, fault_once, with_session};

/// Bytes of ECCrefPublicKey, ECCSignature and DEVICEINFO.
const PUBLIC_KEY: usize = 132;
const SIGNATURE: usize = 128;
const DEVICE_INFO: usize = 100;

fn answer(result: Result<(), u32>) -> i32 {
    result.err().unwrap_or(0).cast_signed()
}

fn handle(pointer: *mut c_void) -> usize {
    pointer as usize
}

/// The bytes that a caller gave.
unsafe fn input<'a>(pointer: *const u8, length: u32) -> Result<&'a [u8], u32> {
    if pointer.is_null() {
        return Err(INPUT);
    }
    // SAFETY: the caller promises as many bytes.
    Ok(unsafe { slice::from_raw_parts(pointer, length as usize) })
}

/// Writes what a caller asked for.
unsafe fn output(pointer: *mut u8, bytes: &[u8]) -> Result<(), u32> {
    if pointer.is_null() {
        return Err(OUTPUT);
    }
    // SAFETY: the caller promises room for as many bytes.
    unsafe { slice::from_raw_parts_mut(pointer, bytes.len()) }.copy_from_slice(bytes);
    Ok(())
}

unsafe fn put_handle(place: *mut *mut c_void, handle: Result<usize, u32>) -> Result<(), u32> {
    if place.is_null() {
        return Err(OUTPUT);
    }
    // SAFETY: the caller promises room for a handle.
    unsafe { *place = handle? as *mut c_void };
    Ok(())
}

/// Opens the device.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_OpenDevice(place: *mut *mut c_void) -> i32 {
    // SAFETY: as the head of the module says.
    answer(unsafe { put_handle(place, device::open_device()) })
}

/// Closes the device.
#[unsafe(no_mangle)]
pub extern "C" fn SDF_CloseDevice(device: *mut c_void) -> i32 {
    answer(device::close_device(handle(device)))
}

/// Opens a session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_OpenSession(device: *mut c_void, place: *mut *mut c_void) -> i32 {
    // SAFETY: as the head of the module says.
    answer(unsafe { put_handle(place, device::open_session(handle(device))) })
}

/// Closes a session.
#[unsafe(no_mangle)]
pub extern "C" fn SDF_CloseSession(session: *mut c_void) -> i32 {
    answer(device::close_session(handle(session)))
}

/// Tells what the device is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_GetDeviceInfo(session: *mut c_void, place: *mut u8) -> i32 {
    let mut info = [0; DEVICE_INFO];
    info[..8].copy_from_slice(b"City CA ");
    info[40..52].copy_from_slice(b"software SDF");
    info[56..72].copy_from_slice(b"2026112200000001");
    info[72..76].copy_from_slice(&1_u32.to_ne_bytes());
    info[76..80].copy_from_slice(&2_u32.to_ne_bytes());
    // SAFETY: as the head of the module says.
    answer(with_session(handle(session), |_| unsafe { output(place, &info) }))
}

/// Draws random bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_GenerateRandom(session: *mut c_void, length: u32, place: *mut u8) -> i32 {
    answer(with_session(handle(session), |_| {
        let mut bytes = vec![0; length as usize];
        if !fault("no-randomness") {
            SysRng.try_fill_bytes(&mut bytes).map_err(|_| COMM_FAIL)?;
        }
        // SAFETY: as the head of the module says.
        unsafe { output(place, &bytes) }
    }))
}

/// Grants the right to a private key in a session.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_GetPrivateKeyAccessRight(
    session: *mut c_void,
    index: u32,
    password: *const u8,
    length: u32,
) -> i32 {
    answer(with_session(handle(session), |session| {
        // SAFETY: as the head of the module says.
        device::check_password(index, unsafe { input(password, length) }?)?;
        session.rights.insert(index);
        Ok(())
    }))
}

/// Takes the right to a private key back.
#[unsafe(no_mangle)]
pub extern "C" fn SDF_ReleasePrivateKeyAccessRight(session: *mut c_void, index: u32) -> i32 {
    answer(with_session(
        handle(session),
        |session| {
            if session.rights.remove(&index) { Ok(()) } else { Err(INPUT) }
        },
    ))
}

/// Exports the public key of a signing key.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_ExportSignPublicKey_ECC(
    session: *mut c_void,
    index: u32,
    place: *mut u8,
) -> i32 {
    answer(with_session(handle(session), |_| {
        let (x, mut y) = device::point(index)?;
        let mut key = [0; PUBLIC_KEY];
        let bits: u32 = if fault("wrong-bits") { 512 } else { 256 };
        if fault("off-curve") {
            y[31] ^= 1;
        }
        key[..4].copy_from_slice(&bits.to_ne_bytes());
        if fault("small-fields") {
            key[4..36].copy_from_slice(&x);
            key[36..68].copy_from_slice(&y);
        } else {
            key[36..68].copy_from_slice(&x);
            key[100..132].copy_from_slice(&y);
        }
        if fault("large-structures") {
            // SAFETY: the driver promises a guard of at least this size.
            unsafe { output(place, &[0; 300])? };
        }
        // SAFETY: as the head of the module says.
        unsafe { output(place, &key) }
    }))
}

/// Signs e.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_InternalSign_ECC(
    session: *mut c_void,
    index: u32,
    e: *const u8,
    length: u32,
    place: *mut u8,
) -> i32 {
    let session = handle(session);
    if fault("hang") {
        thread::sleep(Duration::from_secs(3600));
    }
    if fault_once("restart") {
        device::restart();
    }
    if fault_once("lost-line") {
        return answer(Err(COMM_FAIL));
    }
    if fault("vendor-error") {
        return answer(Err(0x0100_abcd));
    }
    // SAFETY: as the head of the module says.
    let raw = match unsafe { input(e, length) }.and_then(|e| device::sign(session, index, e)) {
        Ok(raw) => raw,
        Err(code) => return answer(Err(code)),
    };
    let mut signature = [0; SIGNATURE];
    if fault("left-aligned") {
        signature[..32].copy_from_slice(&raw[..32]);
        signature[64..96].copy_from_slice(&raw[32..]);
    } else if !fault("zero-signature") {
        signature[32..64].copy_from_slice(&raw[..32]);
        signature[96..].copy_from_slice(&raw[32..]);
    }
    if fault("wrong-signature") {
        signature[40] ^= 1;
    }
    // SAFETY: as the head of the module says.
    answer(unsafe { output(place, &signature) })
}

/// Begins a hash: with SM3, of what follows alone.
#[unsafe(no_mangle)]
pub extern "C" fn SDF_HashInit(
    session: *mut c_void,
    algorithm: u32,
    key: *const c_void,
    _id: *const u8,
    _id_length: u32,
) -> i32 {
    answer(with_session(handle(session), |session| {
        if algorithm != 1 || !key.is_null() {
            return Err(UNSUPPORTED_ALGORITHM);
        }
        session.hash = Some(Sm3::new());
        Ok(())
    }))
}

/// Hashes a part.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_HashUpdate(session: *mut c_void, part: *const u8, length: u32) -> i32 {
    answer(with_session(handle(session), |session| {
        // SAFETY: as the head of the module says.
        device::hash_update(session, unsafe { input(part, length) }?)
    }))
}

/// Ends a hash. The length says how much room there is, and then how long the digest is.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn SDF_HashFinal(session: *mut c_void, place: *mut u8, length: *mut u32) -> i32 {
    answer(with_session(handle(session), |session| {
        let mut digest = device::hash_final(session)?;
        if fault("wrong-hash") {
            digest[0] ^= 1;
        }
        // SAFETY: as the head of the module says.
        let room = unsafe { length.as_mut() }.ok_or(OUTPUT)?;
        if *room < 32 {
            return Err(OUTPUT);
        }
        *room = if fault("long-digest") { 1000 } else { 32 };
        // SAFETY: as the head of the module says.
        unsafe { output(place, &digest) }
    }))
}
