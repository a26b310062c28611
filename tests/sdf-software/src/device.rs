//! The device: its keys, sessions and faults.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use sm2::dsa::SigningKey;
use sm2::dsa::signature::hazmat::PrehashSigner as _;
use sm3::{Digest as _, Sm3};

pub(crate) const COMM_FAIL: u32 = 0x0100_0003;
pub(crate) const OPEN_DEVICE: u32 = 0x0100_0005;
pub(crate) const OPEN_SESSION: u32 = 0x0100_0006;
pub(crate) const NO_RIGHT: u32 = 0x0100_0007;
pub(crate) const NO_KEY: u32 = 0x0100_0008;
pub(crate) const UNSUPPORTED_ALGORITHM: u32 = 0x0100_0009;
pub(crate) const SIGNING_FAILED: u32 = 0x0100_000d;
pub(crate) const STEP: u32 = 0x0100_0010;
pub(crate) const RIGHT_REFUSED: u32 = 0x0100_0018;
pub(crate) const INPUT: u32 = 0x0100_001d;
pub(crate) const OUTPUT: u32 = 0x0100_001e;

/// The identifier of the default signer; e comes from outside, so that it does not enter any signature.
const ID: &str = "1234567812345678";

struct Key {
    password: String,
    signing: SigningKey,
    point: [u8; 65],
}

/// A session.
#[derive(Default)]
pub(crate) struct Session {
    device: usize,
    /// The indices to whose private keys there is access.
    pub(crate) rights: BTreeSet<u32>,
    pub(crate) hash: Option<Sm3>,
}

#[derive(Default)]
struct State {
    /// Handles are numbers that are never given twice.
    last: usize,
    devices: BTreeSet<usize>,
    sessions: BTreeMap<usize, Session>,
}

static STATE: LazyLock<Mutex<State>> = LazyLock::new(Mutex::default);
static FOLDER: LazyLock<PathBuf> = LazyLock::new(folder);
static KEYS: LazyLock<BTreeMap<u32, Key>> = LazyLock::new(keys);

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The folder of this library: that of the file mapped where its code is.
fn folder() -> PathBuf {
    let here = folder as fn() -> PathBuf as usize;
    let maps = fs::read_to_string("/proc/self/maps").expect("the mappings of this process");
    let path = maps.lines().find_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (from, to) = range.split_once('-')?;
        let number = |text| usize::from_str_radix(text, 16).ok();
        (number(from)?..number(to)?).contains(&here).then(|| rest.find('/').map(|at| &rest[at..]))?
    });
    let path = PathBuf::from(path.expect("this library is mapped"));
    path.parent().expect("a file has a folder").to_owned()
}

fn keys() -> BTreeMap<u32, Key> {
    let text = fs::read_to_string(FOLDER.join("device")).expect("the device is described");
    let key = |line: &str| {
        let mut parts = line.split_whitespace();
        let index = parts.next()?.parse().ok()?;
        let password = parts.next()?.to_owned();
        let secret = sm2::SecretKey::from_slice(&hex::decode(parts.next()?).ok()?).ok()?;
        let point = secret.public_key().to_sec1_bytes().as_ref().try_into().ok()?;
        Some((index, Key { password, signing: SigningKey::new(ID, &secret).ok()?, point }))
    };
    text.lines().map(|line| key(line).expect("index, password, scalar")).collect()
}

/// Whether this fault is to be made.
pub(crate) fn fault(name: &str) -> bool {
    fs::read_to_string(FOLDER.join("fault")).is_ok_and(|fault| fault == name)
}

/// Whether this fault is to be made, which is then over.
pub(crate) fn fault_once(name: &str) -> bool {
    fault(name) && fs::remove_file(FOLDER.join("fault")).is_ok()
}

pub(crate) fn open_device() -> Result<usize, u32> {
    if fault("gone") {
        return Err(OPEN_DEVICE);
    }
    LazyLock::force(&KEYS);
    let mut state = state();
    state.last += 1;
    let handle = state.last;
    state.devices.insert(handle);
    Ok(handle)
}

/// Closes a device; a session still open in it is an error of the caller.
pub(crate) fn close_device(handle: usize) -> Result<(), u32> {
    let mut state = state();
    if state.sessions.values().any(|session| session.device == handle) || !state.devices.remove(&handle) {
        return Err(INPUT);
    }
    Ok(())
}

pub(crate) fn open_session(device: usize) -> Result<usize, u32> {
    let mut state = state();
    if !state.devices.contains(&device) {
        return Err(OPEN_SESSION);
    }
    state.last += 1;
    let handle = state.last;
    state.sessions.insert(handle, Session { device, ..Session::default() });
    Ok(handle)
}

pub(crate) fn close_session(handle: usize) -> Result<(), u32> {
    state().sessions.remove(&handle).map(|_| ()).ok_or(INPUT)
}

/// Forgets every session and device, as a restart does.
pub(crate) fn restart() {
    let mut state = state();
    state.sessions.clear();
    state.devices.clear();
}

/// Acts on an open session.
pub(crate) fn with_session<T>(
    handle: usize,
    act: impl FnOnce(&mut Session) -> Result<T, u32>,
) -> Result<T, u32> {
    act(state().sessions.get_mut(&handle).ok_or(INPUT)?)
}

/// Checks the password of an access right.
pub(crate) fn check_password(index: u32, password: &[u8]) -> Result<(), u32> {
    let shown = OpenOptions::new().append(true).create(true).open(FOLDER.join("passwords"));
    let _ = shown.and_then(|mut file| file.write_all(b"."));
    let key = KEYS.get(&index).ok_or(NO_KEY)?;
    if !(8..=64).contains(&password.len()) {
        return Err(INPUT);
    }
    if password == key.password.as_bytes() { Ok(()) } else { Err(RIGHT_REFUSED) }
}

/// x and y of the public key of an index.
pub(crate) fn point(index: u32) -> Result<([u8; 32], [u8; 32]), u32> {
    let key = KEYS.get(&index).ok_or(NO_KEY)?;
    let (mut x, mut y) = ([0; 32], [0; 32]);
    x.copy_from_slice(&key.point[1..33]);
    y.copy_from_slice(&key.point[33..]);
    Ok((x, y))
}

/// r and s of e by the key of an index, outside the lock: a device has several cores.
pub(crate) fn sign(handle: usize, index: u32, e: &[u8]) -> Result<[u8; 64], u32> {
    let key = KEYS.get(&index).ok_or(NO_KEY)?;
    with_session(handle, |session| if session.rights.contains(&index) { Ok(()) } else { Err(NO_RIGHT) })?;
    if e.len() != 32 {
        return Err(INPUT);
    }
    let signature = key.signing.sign_prehash(e).map_err(|_| SIGNING_FAILED)?;
    Ok(signature.to_bytes().into())
}

/// The next step of a hash.
pub(crate) fn hash_update(session: &mut Session, part: &[u8]) -> Result<(), u32> {
    session.hash.as_mut().ok_or(STEP)?.update(part);
    Ok(())
}

/// The digest.
pub(crate) fn hash_final(session: &mut Session) -> Result<[u8; 32], u32> {
    Ok(session.hash.take().ok_or(STEP)?.finalize().into())
}
