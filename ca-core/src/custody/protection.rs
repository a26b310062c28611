//! What a custody is and how it protects a key.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kind of a custody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Encrypted files.
    File,
    /// A token behind PKCS #11.
    Pkcs11,
    /// A device behind SDF (GM/T 0018).
    Sdf,
}

impl Kind {
    /// The name in configuration: `file`, `pkcs11`, `sdf`.
    pub fn name(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Pkcs11 => "pkcs11",
            Self::Sdf => "sdf",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How a private key is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Protection {
    /// Custody is software: at rest a file, in use the memory of a process.
    Software,
    /// Custody is software: a device encrypts the key at rest, in use it is in the memory of a process.
    SoftwareWrapped,
    /// The key computes in the device only, which does not say that it never was and cannot be elsewhere.
    DeviceWithCopies,
    /// The key was made in the device, says the device, and does not leave it.
    Device,
}

impl Protection {
    /// Whether the key is in the memory of a process while it signs.
    pub fn is_software(self) -> bool {
        matches!(self, Self::Software | Self::SoftwareWrapped)
    }

    /// The name in records: `software`, `software-wrapped`, `device-with-copies`, `device`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Software => "software",
            Self::SoftwareWrapped => "software-wrapped",
            Self::DeviceWithCopies => "device-with-copies",
            Self::Device => "device",
        }
    }
}

impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Software => "custody is software: a file, and the memory of this program while it signs",
            Self::SoftwareWrapped => {
                "custody is software: the device only wraps the key, which is in the memory of this program while it signs"
            }
            Self::DeviceWithCopies => {
                "custody is the device, which does not promise that there are no copies of the key elsewhere"
            }
            Self::Device => "custody is the device: the key was made in it and does not leave it",
        })
    }
}

/// What a custody is, for people and records. It holds no secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Description {
    /// Its kind.
    pub kind: Kind,
    /// Where it is: a folder, or the path of a library.
    pub place: String,
    /// What a device says of itself, name and value, such as its manufacturer, model, serial number and firmware.
    pub device: Vec<(&'static str, String)>,
}

impl fmt::Display for Description {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.kind, self.place)?;
        self.device.iter().try_for_each(|(name, value)| write!(f, ", {name} {value}"))
    }
}
