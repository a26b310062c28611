//! Shares, and how they are put together.

use argon2::{Algorithm, Argon2, Params, Version};
use rand_core::CryptoRng;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::set::SET_ID;
use super::{Passphrase, ShareError, ShareSet, aead, shamir};
use crate::ceremony::Mode;

/// Version of the octets of a share.
const VERSION: u8 = 1;
/// Octets of the salt of a passphrase (RFC 9106 section 3.1).
const SALT: usize = 16;
/// Octets of the digest of the key that a share carries, to tell foreign shares by name.
const KEY_PREFIX: usize = 8;
/// Octets of an encrypted share.
const CIPHERTEXT: usize = aead::KEY + aead::TAG;
/// Octets before the officer's name.
const FIXED: usize = 1 + 1 + SET_ID + KEY_PREFIX + 4 + 1 + 1 + 4 + 1 + 1 + SALT + CIPHERTEXT;
/// Most octets of an officer's name, as in plans.
const MAX_NAME: usize = 64;
/// Most octets of a share.
pub(super) const MAX_SHARE: usize = FIXED + MAX_NAME;

/// Memory of Argon2id as written, in KiB: the second recommended option of RFC 9106 section 4.
const MEMORY_KIB: u32 = 64 << 10;
/// Passes as written.
const PASSES: u8 = 3;
/// Lanes as written.
const LANES: u8 = 4;
/// Most memory that a file makes this program take, in KiB: one GiB.
const MAX_MEMORY_KIB: u32 = 1 << 20;
/// Most passes that a file makes this program compute.
const MAX_PASSES: u8 = 16;
/// Most lanes.
const MAX_LANES: u8 = 16;

/// An officer's share, encrypted under the officer's passphrase: what is kept as a file, as words or as QR.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    pub(super) mode: Mode,
    pub(super) set: [u8; SET_ID],
    key: [u8; KEY_PREFIX],
    generation: u32,
    threshold: u8,
    index: u8,
    memory_kib: u32,
    passes: u8,
    lanes: u8,
    salt: [u8; SALT],
    ciphertext: [u8; CIPHERTEXT],
    officer: String,
}

/// A share in the clear, verified against its commitment. Wiped when dropped; it has no `Debug`, `Clone` or `Serialize`.
pub struct OpenedShare {
    set: [u8; SET_ID],
    index: u8,
    officer: String,
    value: Zeroizing<Vec<u8>>,
}

fn derive(
    passphrase: &Passphrase,
    salt: &[u8; SALT],
    memory_kib: u32,
    passes: u8,
    lanes: u8,
) -> Option<Zeroizing<[u8; aead::KEY]>> {
    let parameters = Params::new(memory_kib, passes.into(), lanes.into(), Some(aead::KEY)).ok()?;
    let mut key = Zeroizing::new([0; aead::KEY]);
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
    argon.hash_password_into(passphrase.as_bytes(), salt, &mut *key).ok()?;
    Some(key)
}

fn malformed(reason: &str) -> ShareError {
    ShareError::Malformed { what: "share", reason: reason.to_owned() }
}

impl Share {
    /// Encrypts the value of a share for its officer.
    pub(super) fn encrypt(
        set: &ShareSet,
        index: u8,
        officer: &str,
        value: &[u8],
        passphrase: &Passphrase,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, ShareError> {
        let mut salt = [0; SALT];
        rng.fill_bytes(&mut salt);
        let mut key = [0; KEY_PREFIX];
        key.copy_from_slice(&set.key.0[..KEY_PREFIX]);
        let mut share = Self {
            mode: set.mode,
            set: set.id,
            key,
            generation: set.generation,
            threshold: set.threshold,
            index,
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            salt,
            ciphertext: [0; CIPHERTEXT],
            officer: officer.to_owned(),
        };
        let key = derive(passphrase, &salt, MEMORY_KIB, PASSES, LANES).ok_or(ShareError::Library)?;
        let sealed = aead::seal(&key, &share.associated(set), value).ok_or(ShareError::Library)?;
        share.ciphertext = sealed.try_into().map_err(|_| ShareError::Library)?;
        Ok(share)
    }

    /// Whose share it says to be.
    #[must_use]
    pub fn officer(&self) -> &str {
        &self.officer
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn index(&self) -> u8 {
        self.index
    }

    /// Whether it is of a real key.
    #[must_use]
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Its generation.
    #[must_use]
    pub const fn generation(&self) -> u32 {
        self.generation
    }

    /// Everything but the ciphertext, and the set.
    fn associated(&self, set: &ShareSet) -> Vec<u8> {
        let head = Self { ciphertext: [0; CIPHERTEXT], ..self.clone() }.to_bytes();
        [b"cityca-share-1\0".as_slice(), &set.binding().0, &head].concat()
    }

    /// Opens the share and verifies it alone.
    ///
    /// # Errors
    /// [`ShareError`], which names the officer: of another key, generation or sealing; not a holder; does not open; not
    /// the share that was committed to.
    pub fn open(&self, set: &ShareSet, passphrase: &Passphrase) -> Result<OpenedShare, ShareError> {
        let officer = || self.officer.clone();
        self.belongs(set)?;
        let holder = set
            .holder(self.index)
            .filter(|holder| holder.officer == self.officer)
            .ok_or_else(|| ShareError::NotAHolder { officer: officer(), index: self.index })?;
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES || self.lanes > MAX_LANES {
            return Err(ShareError::Parameters {
                officer: officer(),
                memory_kib: self.memory_kib,
                passes: self.passes.into(),
                lanes: self.lanes.into(),
            });
        }
        let not_opened = || ShareError::NotOpened { officer: officer() };
        let key = derive(passphrase, &self.salt, self.memory_kib, self.passes, self.lanes)
            .ok_or_else(not_opened)?;
        let value = aead::open(&key, &self.associated(set), &self.ciphertext).ok_or_else(not_opened)?;
        let commitment = ShareSet::commitment(&set.id, self.index, &self.officer, &value);
        if !bool::from(commitment.0.ct_eq(&holder.commitment.0)) {
            return Err(ShareError::Commitment { officer: officer() });
        }
        Ok(OpenedShare { set: set.id, index: self.index, officer: officer(), value })
    }

    fn belongs(&self, set: &ShareSet) -> Result<(), ShareError> {
        if self.mode != set.mode {
            return Err(ShareError::Mixed { found: self.mode, expected: set.mode });
        }
        if self.key != set.key.0[..KEY_PREFIX] {
            return Err(ShareError::Foreign {
                officer: self.officer.clone(),
                found: crate::encoding::hex::encode(self.key),
                expected: crate::encoding::hex::encode(&set.key.0[..KEY_PREFIX]),
            });
        }
        if self.generation != set.generation {
            return Err(ShareError::Outdated {
                officer: self.officer.clone(),
                found: self.generation,
                expected: set.generation,
            });
        }
        if self.set != set.id {
            return Err(ShareError::OtherSealing { officer: self.officer.clone() });
        }
        Ok(())
    }

    /// The octets of the share: what stands in its file, its words and its QR.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION, u8::from(self.mode == Mode::Rehearsal)];
        bytes.extend_from_slice(&self.set);
        bytes.extend_from_slice(&self.key);
        bytes.extend_from_slice(&self.generation.to_be_bytes());
        bytes.extend_from_slice(&[self.threshold, self.index]);
        bytes.extend_from_slice(&self.memory_kib.to_be_bytes());
        bytes.extend_from_slice(&[self.passes, self.lanes]);
        bytes.extend_from_slice(&self.salt);
        bytes.extend_from_slice(&self.ciphertext);
        bytes.extend_from_slice(self.officer.as_bytes());
        bytes
    }

    /// Reads the octets of a share.
    ///
    /// # Errors
    /// [`ShareError::Malformed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ShareError> {
        if bytes.len() <= FIXED || bytes.len() > MAX_SHARE {
            return Err(malformed("it has not the length of a share"));
        }
        let mut rest = bytes;
        let [version] = take(&mut rest)?;
        if version != VERSION {
            return Err(malformed("it is of another version"));
        }
        let mode = match take(&mut rest)? {
            [0] => Mode::Real,
            [1] => Mode::Rehearsal,
            _ => return Err(malformed("it is neither real nor of a rehearsal")),
        };
        let set = take(&mut rest)?;
        let key = take(&mut rest)?;
        let generation = u32::from_be_bytes(take(&mut rest)?);
        let [threshold, index] = take(&mut rest)?;
        let memory_kib = u32::from_be_bytes(take(&mut rest)?);
        let [passes, lanes] = take(&mut rest)?;
        let salt = take(&mut rest)?;
        let ciphertext = take(&mut rest)?;
        let officer = std::str::from_utf8(rest).map_err(|_| malformed("the officer's name is not text"))?;
        if officer.chars().any(char::is_control) {
            return Err(malformed("the officer's name holds control characters"));
        }
        let officer = officer.to_owned();
        Ok(Self {
            mode,
            set,
            key,
            generation,
            threshold,
            index,
            memory_kib,
            passes,
            lanes,
            salt,
            ciphertext,
            officer,
        })
    }
}

/// The next octets.
fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], ShareError> {
    let (head, tail) = rest.split_first_chunk::<N>().ok_or_else(|| malformed("it is cut"))?;
    *rest = tail;
    Ok(*head)
}

impl OpenedShare {
    /// Whose it is.
    #[must_use]
    pub fn officer(&self) -> &str {
        &self.officer
    }
}

/// Opened shares on their way to the key.
#[derive(Default)]
pub struct Collection {
    shares: Vec<OpenedShare>,
}

impl Collection {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Who has given a share.
    pub fn officers(&self) -> impl Iterator<Item = &str> {
        self.shares.iter().map(OpenedShare::officer)
    }

    /// How many were given.
    #[must_use]
    pub fn len(&self) -> usize {
        self.shares.len()
    }

    /// Whether none was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.shares.is_empty()
    }

    /// Takes a share.
    ///
    /// # Errors
    /// [`ShareError::Twice`] for an officer whose share was given already, [`ShareError::OtherSealing`].
    pub fn add(&mut self, share: OpenedShare) -> Result<(), ShareError> {
        if self.shares.iter().any(|other| other.index == share.index || other.officer == share.officer) {
            return Err(ShareError::Twice { officer: share.officer });
        }
        if self.shares.first().is_some_and(|first| first.set != share.set) {
            return Err(ShareError::OtherSealing { officer: share.officer });
        }
        self.shares.push(share);
        Ok(())
    }

    /// The key that the shares restore. That it is the right one is for the sealed key to say.
    pub(super) fn restore(&self, threshold: u8) -> Result<Zeroizing<[u8; aead::KEY]>, ShareError> {
        if self.shares.len() < usize::from(threshold) {
            return Err(ShareError::TooFew { given: self.shares.len(), threshold });
        }
        let given = self.shares.iter().take(threshold.into());
        let shares: Vec<(u8, &[u8])> = given.map(|share| (share.index, share.value.as_slice())).collect();
        Ok(shamir::restore(&shares))
    }
}
