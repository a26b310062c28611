//! The file of a request or an answer.

use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};

use super::{Content, ExchangeError};
use crate::algorithm::Signer;
use crate::ceremony::transcript;
use crate::ceremony::value::base64_bytes;
use crate::ceremony::{Digest, PinnedKey};
use crate::encoding::pem;
use crate::key::PublicKey;

/// Longest package: a list of a root with a hundred thousand entries takes 10 MiB.
pub const MAX_PACKAGE_BYTES: usize = 16 << 20;

/// Label of a package in PEM.
pub const PEM_LABEL: &str = "CITY CA CEREMONY PACKAGE";

/// Separates these signatures from all others.
const DOMAIN: &[u8] = b"cityca-exchange-1\0";

/// A package whose signature was verified with a pinned key: only [`Package::open`] and [`Package::seal`] make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    content: Content,
    digest: Digest,
    sender: PublicKey,
    text: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Signed {
    content: Content,
    key: PinnedKey,
    #[serde(with = "base64_bytes")]
    signature: Vec<u8>,
}

fn octets(content: &Content) -> Result<Vec<u8>, ExchangeError> {
    serde_json::to_vec(content).map_err(|error| ExchangeError::Malformed { reason: error.to_string() })
}

fn file(signed: &Signed) -> Result<String, ExchangeError> {
    let json =
        serde_json::to_vec(signed).map_err(|error| ExchangeError::Malformed { reason: error.to_string() })?;
    Ok(format!("{}\n{}", signed.content.text(), pem::write(PEM_LABEL, &json)))
}

impl Package {
    /// Signs contents.
    ///
    /// # Errors
    /// [`ExchangeError::Sign`].
    pub fn seal(
        content: Content,
        signer: &dyn Signer,
        rng: &mut dyn CryptoRng,
    ) -> Result<Self, ExchangeError> {
        let json = octets(&content)?;
        let digest = Digest::of(&json);
        let signature = signer.sign(&[DOMAIN, &json].concat(), rng)?;
        let sender = signer.public_key().clone();
        let signed = Signed { content, key: PinnedKey(sender.clone()), signature };
        let text = file(&signed)?;
        Ok(Self { content: signed.content, digest, sender, text })
    }

    /// Reads a package, signed by one of the keys that are expected.
    ///
    /// # Errors
    /// [`ExchangeError`].
    pub fn open(bytes: &[u8], expected: &[PublicKey]) -> Result<Self, ExchangeError> {
        if bytes.len() > MAX_PACKAGE_BYTES {
            return Err(ExchangeError::TooLong { bytes: bytes.len() });
        }
        let malformed = |reason: &str| ExchangeError::Malformed { reason: reason.to_owned() };
        let text = std::str::from_utf8(bytes).map_err(|_| malformed("it is not text"))?;
        let json = pem::read_one_of(bytes, &[PEM_LABEL])?;
        let signed: Signed = serde_json::from_slice(&json).map_err(|error| malformed(&error.to_string()))?;
        if !expected.contains(&signed.key.0) {
            return Err(ExchangeError::Sender { found: signed.key.digest() });
        }
        let content = octets(&signed.content)?;
        transcript::verify(&signed.key.0, &[DOMAIN, &content].concat(), &signed.signature)?;
        // The words, and every other octet of the file, are those that are written for these contents.
        if file(&signed)? != text {
            return Err(ExchangeError::Text);
        }
        let digest = Digest::of(&content);
        Ok(Self { content: signed.content, digest, sender: signed.key.0, text: text.to_owned() })
    }

    /// The file.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What it says.
    #[must_use]
    pub const fn content(&self) -> &Content {
        &self.content
    }

    /// SM3 of the contents, without the signature: what an answer names its request by.
    #[must_use]
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The key that signed it.
    #[must_use]
    pub const fn sender(&self) -> &PublicKey {
        &self.sender
    }
}
