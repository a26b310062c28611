//! The settings of a custody, the same in the server's configuration and in plans of ceremonies.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{CustodyError, KeyName, Kind};

/// Most sessions of a device: more than devices have cores, fewer than they have sessions.
const MAX_SESSIONS: u32 = 64;

/// Longest time for an act of a device, in seconds.
const MAX_TIMEOUT: u32 = 600;

/// The settings of a custody. Which fields there are is said by `custody`; unknown ones are refused. They hold no secret: PINs
/// and passwords stand in files of their own.
///
/// ```
/// use ca_core::custody::Settings;
/// let settings: Settings = toml::from_str(
///     r#"
///     custody = "pkcs11"
///     module = "/usr/lib/softhsm/libsofthsm2.so"
///     token = "City CA"
///     pin_file = "/etc/cityca/pin"
///     "#,
/// ).unwrap();
/// settings.check().unwrap();
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "custody", rename_all = "lowercase", deny_unknown_fields)]
pub enum Settings {
    /// Files, encrypted where there is a password.
    File {
        /// The folder. Absent: where the program keeps its keys.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        folder: Option<PathBuf>,
        /// The file whose first line is the password.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        password_file: Option<PathBuf>,
    },
    /// A token behind PKCS #11.
    Pkcs11 {
        /// The library of the manufacturer.
        module: PathBuf,
        /// The label of the token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token: Option<String>,
        /// The serial number of the token.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        serial: Option<String>,
        /// The file whose first line is the user PIN. Absent: it is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin_file: Option<PathBuf>,
        /// Sessions, and so signatures made at once.
        #[serde(default = "default_sessions")]
        sessions: u32,
        /// Seconds for an act of the token.
        #[serde(default)]
        timeout_seconds: Timeout,
    },
    /// A device behind SDF (GM/T 0018).
    Sdf {
        /// The library of the manufacturer.
        library: PathBuf,
        /// The file whose first line is the password of the access right to the private keys. Absent: it is asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pin_file: Option<PathBuf>,
        /// The index of each key in the device, by name.
        keys: Indices,
        /// Sessions, and so signatures made at once.
        #[serde(default = "default_sessions")]
        sessions: u32,
        /// Seconds for an act of the device.
        #[serde(default)]
        timeout_seconds: Timeout,
    },
}

/// Names of keys and their indices in a device, from 1.
pub type Indices = BTreeMap<KeyName, u32>;

/// Seconds for an act of a device: 10 unless said otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timeout(pub u32);

impl Default for Timeout {
    fn default() -> Self {
        Self(10)
    }
}

impl Timeout {
    /// As a duration.
    pub fn duration(self) -> Duration {
        Duration::from_secs(self.0.into())
    }
}

fn default_sessions() -> u32 {
    4
}

impl Settings {
    /// Reads the settings of a file that holds nothing else, and checks them.
    ///
    /// # Errors
    ///
    /// [`CustodyError::Setting`].
    pub fn from_toml(text: &str) -> Result<Self, CustodyError> {
        let settings: Self = toml::from_str(text).map_err(|error| CustodyError::Setting {
            setting: "custody",
            reason: error.message().to_owned(),
        })?;
        settings.check()?;
        Ok(settings)
    }

    /// The kind of custody.
    pub fn kind(&self) -> Kind {
        match self {
            Self::File { .. } => Kind::File,
            Self::Pkcs11 { .. } => Kind::Pkcs11,
            Self::Sdf { .. } => Kind::Sdf,
        }
    }

    /// The file of the password or PIN, where one is set.
    pub fn secret_file(&self) -> Option<&Path> {
        match self {
            Self::File { password_file: file, .. }
            | Self::Pkcs11 { pin_file: file, .. }
            | Self::Sdf { pin_file: file, .. } => file.as_deref(),
        }
    }

    /// Checks what the type does not: whether values are within their bounds and fit together.
    ///
    /// # Errors
    ///
    /// [`CustodyError::Setting`].
    pub fn check(&self) -> Result<(), CustodyError> {
        let refuse =
            |setting, reason: &str| Err(CustodyError::Setting { setting, reason: reason.to_owned() });
        let (library, sessions, timeout) = match self {
            Self::File { .. } => return Ok(()),
            Self::Pkcs11 { module, token, serial, sessions, timeout_seconds, .. } => {
                if token.is_none() && serial.is_none() {
                    return refuse("token", "name the token by its label, or by serial");
                }
                (("module", module), *sessions, *timeout_seconds)
            }
            Self::Sdf { library, keys, sessions, timeout_seconds, .. } => {
                if keys.is_empty() {
                    return refuse("keys", "name at least one key with its index in the device");
                }
                if keys.values().any(|index| *index == 0) {
                    return refuse("keys", "indices begin with 1: 0 is the key of the device itself");
                }
                let mut indices: Vec<_> = keys.values().collect();
                indices.sort_unstable();
                if indices.windows(2).any(|pair| pair[0] == pair[1]) {
                    return refuse("keys", "two names have the same index");
                }
                (("library", library), *sessions, *timeout_seconds)
            }
        };
        if !library.1.is_absolute() {
            return refuse(library.0, "give the whole path, so that no other library is loaded in its place");
        }
        if !(1..=MAX_SESSIONS).contains(&sessions) {
            return refuse("sessions", "is between 1 and 64");
        }
        if !(1..=MAX_TIMEOUT).contains(&timeout.0) {
            return refuse("timeout_seconds", "is between 1 and 600");
        }
        Ok(())
    }
}
