//! Root keys, sealed.

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::set::SET_ID;
use super::{Collection, Holder, Passphrase, Share, ShareError, ShareSet, aead, shamir, text};
use crate::ceremony::value::base64_bytes;
use crate::ceremony::{Digest, Mode};
use crate::encoding::pem;
use crate::key::PrivateKey;

/// Longest sealed key read: an RSA key of 8192 bits and the names of all officers stay below a tenth.
const MAX_BYTES: usize = 256 << 10;

/// A private key encrypted under a key that is shared among officers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedKey {
    set: ShareSet,
    #[serde(with = "base64_bytes")]
    ciphertext: Vec<u8>,
}

/// A sealed key with the shares that open it.
pub struct SharesMade {
    /// The sealed key.
    pub sealed: SealedKey,
    /// The shares, the first being that of the first officer.
    pub shares: Vec<Share>,
}

/// Seals a key under a new random key, shares that among the officers in their order, and encrypts each share under its
/// officer's passphrase.
///
/// # Errors
/// [`ShareError`]: a threshold below 2 or above the number of officers, a name or a passphrase that stands twice.
pub fn seal(
    key: &PrivateKey,
    mode: Mode,
    ceremony: Digest,
    generation: u32,
    threshold: u8,
    officers: &[(&str, &Passphrase)],
    rng: &mut dyn CryptoRng,
) -> Result<SharesMade, ShareError> {
    for (at, (officer, passphrase)) in officers.iter().enumerate() {
        let same = officers[..at].iter().find(|(_, other)| other.as_bytes() == passphrase.as_bytes());
        if let Some((other, _)) = same {
            return Err(ShareError::SamePassphrase {
                officer: (*officer).to_owned(),
                other: (*other).to_owned(),
            });
        }
    }
    let mut id = [0; SET_ID];
    rng.fill_bytes(&mut id);
    let holder = |(officer, _): &(&str, &Passphrase)| Holder {
        officer: (*officer).to_owned(),
        commitment: Digest([0; 32]),
    };
    let mut set = ShareSet {
        id,
        mode,
        ceremony,
        key: Digest::of(key.public_key().spki_der()),
        generation,
        threshold,
        holders: officers.iter().map(holder).collect(),
    };
    set.check()?;
    let mut data_key = Zeroizing::new([0; aead::KEY]);
    rng.fill_bytes(&mut *data_key);
    let count = u8::try_from(officers.len())
        .map_err(|_| ShareError::Threshold { threshold, officers: officers.len() })?;
    let values = shamir::split(&data_key, threshold, count, rng);
    let mut shares = Vec::with_capacity(officers.len());
    for ((index, (officer, passphrase)), value) in (1u8..).zip(officers).zip(&values) {
        if let Some(holder) = set.holders.get_mut(usize::from(index) - 1) {
            holder.commitment = ShareSet::commitment(&id, index, officer, value);
        }
        shares.push(Share::encrypt(&set, index, officer, value, passphrase, rng)?);
    }
    let plain = key.to_pkcs8_der()?;
    let ciphertext =
        aead::seal(&data_key, &SealedKey::associated(&set)?, &plain).ok_or(ShareError::Library)?;
    Ok(SharesMade { sealed: SealedKey { set, ciphertext }, shares })
}

impl SealedKey {
    /// Who holds which share of it.
    #[must_use]
    pub const fn set(&self) -> &ShareSet {
        &self.set
    }

    /// The whole set with its commitments.
    fn associated(set: &ShareSet) -> Result<Vec<u8>, ShareError> {
        let set = serde_json::to_vec(set).map_err(|_| ShareError::Library)?;
        Ok([b"cityca-sealed-key-1\0".as_slice(), &set].concat())
    }

    /// Opens the sealed key with shares that were verified one by one.
    ///
    /// # Errors
    /// [`ShareError::TooFew`], [`ShareError::SealedKey`] where it was altered, [`ShareError::OtherKey`].
    pub fn open(&self, shares: &Collection) -> Result<PrivateKey, ShareError> {
        let data_key = shares.restore(self.set.threshold)?;
        let plain = aead::open(&data_key, &Self::associated(&self.set)?, &self.ciphertext)
            .ok_or(ShareError::SealedKey)?;
        let key = PrivateKey::from_pkcs8_der(&plain)?;
        let found = Digest::of(key.public_key().spki_der());
        if found != self.set.key {
            return Err(ShareError::OtherKey { found, expected: self.set.key });
        }
        Ok(key)
    }

    /// SM3 of the file, which plans and transcripts name it by.
    ///
    /// # Errors
    /// [`ShareError::Library`], which no set that was checked meets.
    pub fn digest(&self) -> Result<Digest, ShareError> {
        Ok(Digest::of(self.to_pem()?.as_bytes()))
    }

    /// The file: some lines for people, then PEM.
    ///
    /// # Errors
    /// [`ShareError::Library`], which no set that was checked meets.
    pub fn to_pem(&self) -> Result<String, ShareError> {
        let json = serde_json::to_vec(self).map_err(|_| ShareError::Library)?;
        let holders: Vec<&str> = self.set.holders.iter().map(|holder| holder.officer.as_str()).collect();
        let head = format!(
            "Sealed root key, {}, generation {}\nKey (SM3): {}\nOpened by {} of: {}\n",
            self.set.mode,
            self.set.generation,
            self.set.key,
            self.set.threshold,
            holders.join(", "),
        );
        Ok(head + &pem::write(text::label(self.set.mode, text::SEALED_KEY), &json))
    }

    /// Reads the file of a sealed key, in the one form in which it is written.
    ///
    /// # Errors
    /// [`ShareError`].
    pub fn from_pem(bytes: &[u8]) -> Result<Self, ShareError> {
        let malformed =
            |reason: &str| ShareError::Malformed { what: "sealed key", reason: reason.to_owned() };
        if bytes.len() > MAX_BYTES {
            return Err(malformed("it is too long"));
        }
        let (mode, json) = text::read(bytes, text::SEALED_KEY)?;
        let sealed: Self = serde_json::from_slice(&json).map_err(|error| malformed(&error.to_string()))?;
        sealed.set.check()?;
        if sealed.set.mode != mode {
            return Err(ShareError::Mixed { found: mode, expected: sealed.set.mode });
        }
        if sealed.to_pem()?.as_bytes() != bytes {
            return Err(malformed("it is not in the form in which it was written"));
        }
        Ok(sealed)
    }
}
