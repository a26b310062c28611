//! The profiles of a server.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Profile, ProfileError};

/// Most profiles of one server; each is held in memory, and more of them would be nobody's overview.
pub const MAX_PROFILES: usize = 256;

/// Profiles by their names.
#[derive(Debug, Clone, Default)]
pub struct ProfileSet {
    profiles: BTreeMap<String, Arc<Profile>>,
}

impl ProfileSet {
    /// Reads and checks profiles, each given as name and TOML text.
    ///
    /// # Errors
    /// The first [`ProfileError`]; also where a name stands twice or there are more than [`MAX_PROFILES`].
    pub fn load<N, T>(files: impl IntoIterator<Item = (N, T)>) -> Result<Self, ProfileError>
    where
        N: AsRef<str>,
        T: AsRef<str>,
    {
        let mut profiles = BTreeMap::new();
        for (name, text) in files {
            if profiles.len() == MAX_PROFILES {
                return Err(ProfileError::TooMany);
            }
            let profile = Profile::from_toml(name.as_ref(), text.as_ref())?;
            if profiles.insert(profile.name().to_owned(), Arc::new(profile)).is_some() {
                return Err(ProfileError::Twice { profile: name.as_ref().to_owned() });
            }
        }
        Ok(Self { profiles })
    }

    /// The profile of that name.
    ///
    /// # Errors
    /// [`ProfileError::Unknown`], which names those there are.
    pub fn get(&self, name: &str) -> Result<&Arc<Profile>, ProfileError> {
        self.profiles.get(name).ok_or_else(|| ProfileError::Unknown {
            profile: name.chars().take(super::MAX_NAME_LENGTH).collect(),
            known: self.names().collect::<Vec<_>>().join(", "),
        })
    }

    /// The names in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.profiles.keys().map(String::as_str)
    }

    /// The profiles in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Profile>> {
        self.profiles.values()
    }
}
