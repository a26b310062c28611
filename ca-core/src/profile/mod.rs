//! Certificate profiles: what a kind of certificate may hold, and what its requester may choose.
//!
//! A profile is a TOML file. Everything that can be wrong with it is found when it is loaded, so that a
//! [`Profile`] that exists can be issued under. The meaning of the file, apart from its layout and its
//! comments, is hashed ([`Profile::hash`]); the hash is kept with each certificate.
//!
//! ```
//! use ca_core::profile::{Kind, Profile};
//!
//! let text = r#"
//! title = "Sensor"
//! kind = "end-entity"
//!
//! [subject]
//! unlisted = "drop"
//! parts = { CN = "required", O = { fixed = "City" } }
//!
//! [key]
//! algorithms = ["sm2", "ed25519"]
//!
//! [validity]
//! default_days = 365
//! max_days = 730
//! backdate_minutes = 60
//! beyond_issuer = "shorten"
//!
//! [usage]
//! key_usage = ["digitalSignature"]
//! extended_key_usage = ["clientAuth"]
//! "#;
//! let profile = Profile::from_toml("sensor", text)?;
//! assert_eq!(profile.kind(), Kind::EndEntity);
//! # Ok::<(), ca_core::profile::ProfileError>(())
//! ```

mod alternative;
mod check;
mod document;
mod error;
mod identity;
mod key;
mod qualified;
mod service;
mod set;
mod subject;
mod usage;
mod validity;

pub use alternative::{AlternativeNamePolicy, NameKind};
pub use document::{ExtensionPolicy, Kind, RequesterChoices};
pub use error::{ProfileError, ProfileProblem};
pub use identity::IdentityPolicy;
pub use key::{KeyPolicy, KeyRefusal, RsaBits};
pub use qualified::{Disclosure, QualifiedPolicy, QualifiedType, TransactionLimit};
pub use service::Service;
pub use set::{MAX_PROFILES, ProfileSet};
pub use subject::{MAX_SUBJECT_PARTS, PartRule, SubjectPolicy, SubjectRefusal, UnlistedParts};
pub use usage::{Purpose, UsagePolicy, UsageSet, is_served_by};
pub use validity::{BeyondIssuer, MAX_BACKDATE_MINUTES, MAX_DAYS, ValidityPolicy, ValidityRefusal};

use crate::algorithm::digest::sm3;
use document::Document;

/// Longest profile file: the default ones have about one kilobyte.
pub const MAX_PROFILE_BYTES: usize = 64 * 1024;

/// Longest profile name.
pub const MAX_NAME_LENGTH: usize = 64;

/// Separates the hash of a profile from every other SM3 hash of the project, and names its version.
const HASH_DOMAIN: &[u8] = b"cityca-profile-1\0";

/// A checked certificate profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    name: String,
    document: Document,
    hash: [u8; 32],
}

impl Profile {
    /// Reads and checks a profile.
    ///
    /// # Errors
    /// [`ProfileError`] where the name is not `[a-z0-9-]{1,64}`, the text is not the TOML of a profile
    /// (unknown fields are refused), or its parts contradict each other or a standard.
    pub fn from_toml(name: &str, text: &str) -> Result<Self, ProfileError> {
        if !is_name(name) {
            return Err(ProfileError::Name { name: name.chars().take(MAX_NAME_LENGTH).collect() });
        }
        if text.len() > MAX_PROFILE_BYTES {
            return Err(ProfileError::TooLong { profile: name.to_owned(), bytes: text.len() });
        }
        let document: Document = toml::from_str(text)
            .map_err(|error| ProfileError::Syntax { profile: name.to_owned(), message: error.to_string() })?;
        check::document(&document)
            .map_err(|problem| ProfileError::Problem { profile: name.to_owned(), problem })?;
        let canonical = serde_json::to_vec(&document)
            .map_err(|error| ProfileError::Syntax { profile: name.to_owned(), message: error.to_string() })?;
        let mut hashed = HASH_DOMAIN.to_vec();
        hashed.extend_from_slice(name.as_bytes());
        hashed.push(0);
        hashed.extend_from_slice(&canonical);
        Ok(Self { name: name.to_owned(), document, hash: sm3(&hashed) })
    }

    /// The name by which requests ask for the profile.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the profile is for, in a line for people.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.document.title
    }

    /// What kind of certificate it makes.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.document.kind
    }

    /// SM3 over the name and the canonical form (JSON in the order of the fields, defaults written out).
    /// Layout, comments and the order of lists do not change it.
    #[must_use]
    pub const fn hash(&self) -> [u8; 32] {
        self.hash
    }

    /// Which parts the subject has.
    #[must_use]
    pub const fn subject(&self) -> &SubjectPolicy {
        &self.document.subject
    }

    /// Which keys it certifies.
    #[must_use]
    pub const fn key(&self) -> &KeyPolicy {
        &self.document.key
    }

    /// How long its certificates are valid.
    #[must_use]
    pub const fn validity(&self) -> &ValidityPolicy {
        &self.document.validity
    }

    /// What the certified key is for.
    #[must_use]
    pub const fn usage(&self) -> &UsagePolicy {
        &self.document.usage
    }

    /// Which alternative names are taken.
    #[must_use]
    pub const fn alternative_names(&self) -> &AlternativeNamePolicy {
        &self.document.alternative_names
    }

    /// The other extensions.
    #[must_use]
    pub const fn extensions(&self) -> &ExtensionPolicy {
        &self.document.extensions
    }

    /// Which identity numbers are taken.
    #[must_use]
    pub const fn identity(&self) -> &IdentityPolicy {
        &self.document.identity
    }

    /// What the requester may choose beside what the request itself says.
    #[must_use]
    pub const fn requester(&self) -> &RequesterChoices {
        &self.document.requester
    }
}

/// Whether a field says what it says where it is left out. Such fields have no part in the hash, so that a new one does not
/// change the hash of profiles that do not use it.
fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Whether `name` is a name of a profile: `[a-z0-9-]{1,64}`.
fn is_name(name: &str) -> bool {
    (1..=MAX_NAME_LENGTH).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

#[cfg(test)]
pub(crate) mod tests;
