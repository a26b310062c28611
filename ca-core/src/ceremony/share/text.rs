//! Files and QR payloads of shares.

use super::{Share, ShareError};
use crate::ceremony::Mode;
use crate::encoding::pem::{self, PemError};

/// PEM labels of a share: real, and of a rehearsal.
pub(super) const SHARE: [&str; 2] = ["CITY CA KEY SHARE", "CITY CA REHEARSAL KEY SHARE"];
/// PEM labels of a sealed key.
pub(super) const SEALED_KEY: [&str; 2] = ["CITY CA SEALED KEY", "CITY CA REHEARSAL SEALED KEY"];

/// What the text in a share's QR begins with.
const QR_SCHEME: &str = "CITYCA-SHARE:";
/// Longest file of a share.
const MAX_BYTES: usize = 4096;

pub(super) const fn label(mode: Mode, labels: [&'static str; 2]) -> &'static str {
    match mode {
        Mode::Real => labels[0],
        Mode::Rehearsal => labels[1],
    }
}

/// The only object of a file, and the mode that its label says.
pub(super) fn read(bytes: &[u8], labels: [&str; 2]) -> Result<(Mode, Vec<u8>), ShareError> {
    let mut objects = pem::read_all(bytes)?;
    let wanted = || labels.map(str::to_owned).to_vec();
    let found = objects.iter().take(5).map(|object| object.label.clone()).collect();
    let Some(object) = objects.pop().filter(|_| objects.is_empty()) else {
        return Err(PemError::Label { wanted: wanted(), found }.into());
    };
    let mode = match object.label.as_str() {
        label if label == labels[0] => Mode::Real,
        label if label == labels[1] => Mode::Rehearsal,
        _ => return Err(PemError::Label { wanted: wanted(), found }.into()),
    };
    Ok((mode, object.der))
}

impl Share {
    /// The file of the share: some lines for people, then PEM.
    #[must_use]
    pub fn to_pem(&self) -> String {
        let head = format!(
            "Share {} of {}, {}, generation {}\n",
            self.index(),
            self.officer(),
            self.mode(),
            self.generation()
        );
        head + &pem::write(label(self.mode, SHARE), &self.to_bytes())
    }

    /// Reads the file of a share.
    ///
    /// # Errors
    /// [`ShareError`].
    pub fn from_pem(bytes: &[u8]) -> Result<Self, ShareError> {
        if bytes.len() > MAX_BYTES {
            return Err(ShareError::Malformed { what: "share", reason: "the file is too long".to_owned() });
        }
        let (mode, octets) = read(bytes, SHARE)?;
        let share = Self::from_bytes(&octets)?;
        if share.mode != mode {
            return Err(ShareError::Mixed { found: mode, expected: share.mode });
        }
        Ok(share)
    }

    /// The text for a QR code: capital letters and digits, which QR packs densely.
    #[must_use]
    pub fn to_qr(&self) -> String {
        format!("{QR_SCHEME}{}", crate::encoding::hex::encode(self.to_bytes()).to_ascii_uppercase())
    }

    /// Reads the text of a QR code.
    ///
    /// # Errors
    /// [`ShareError::Malformed`].
    pub fn from_qr(text: &str) -> Result<Self, ShareError> {
        let malformed = |reason: &str| ShareError::Malformed { what: "share", reason: reason.to_owned() };
        let digits =
            text.trim().strip_prefix(QR_SCHEME).ok_or_else(|| malformed("this QR is of no share"))?;
        if digits.len() > MAX_BYTES {
            return Err(malformed("it is too long"));
        }
        let octets = crate::encoding::hex::decode(digits).map_err(|error| malformed(&error.to_string()))?;
        Self::from_bytes(&octets)
    }

    /// Reads a share in whichever of its forms: file, QR text or words.
    ///
    /// # Errors
    /// [`ShareError`].
    pub fn read(bytes: &[u8]) -> Result<Self, ShareError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| ShareError::Malformed { what: "share", reason: "it is not text".to_owned() })?;
        if text.contains("-----BEGIN ") {
            Self::from_pem(bytes)
        } else if text.trim_start().starts_with(QR_SCHEME) {
            Self::from_qr(text)
        } else {
            super::read_words(text)
        }
    }
}
