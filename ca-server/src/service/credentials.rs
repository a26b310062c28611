//! Credentials for enrolment, made on the server's own host.

use ca_core::profile::{Kind, ProfileSet};
use zeroize::Zeroizing;

use super::enrollment::{SALT_LENGTH, password_verifier};
use crate::port::record::CredentialRecord;
use crate::port::{Act, Ports, StoreError, new_record_id};

/// Random octets of an enrolment password: 160 bits.
const PASSWORD_LENGTH: usize = 20;

/// Longest user name.
pub const MAX_USER: usize = 64;

/// Why credentials are not made.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Not a user name.
    #[error("{user:?} is not a user name: 1 to {MAX_USER} of a-z, A-Z, 0-9, '.', '_' and '-'")]
    User {
        /// What was given, cut.
        user: String,
    },
    /// The user has credentials.
    #[error("{user} has credentials already: choose another user name")]
    UserTaken {
        /// The user.
        user: String,
    },
    /// Not a profile of end entities.
    #[error("{profile} is not a profile of end entities; those are: {}", known.join(", "))]
    Profile {
        /// What was given.
        profile: String,
        /// Which there are.
        known: Vec<String>,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A new random password.
pub fn new_password(ports: &Ports) -> Zeroizing<String> {
    let mut random = Zeroizing::new([0; PASSWORD_LENGTH]);
    ports.randomness.generator().fill_bytes(&mut *random);
    Zeroizing::new(hex::encode(*random))
}

/// The profiles of end entities, by name.
pub fn profiles_of_end_entities(profiles: &ProfileSet) -> Vec<String> {
    let end_entity = profiles.iter().filter(|profile| profile.kind() == Kind::EndEntity);
    end_entity.map(|profile| profile.name().to_owned()).collect()
}

/// Checks a user name and profiles before anything is made for them. No profile stands for all of end entities.
///
/// # Errors
/// [`CredentialsError`].
pub fn check(
    ports: &Ports,
    set: &ProfileSet,
    user: &str,
    profiles: &[String],
) -> Result<Vec<String>, CredentialsError> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    if user.is_empty() || user.len() > MAX_USER || !user.bytes().all(allowed) {
        return Err(CredentialsError::User { user: user.chars().take(MAX_USER).collect() });
    }
    if ports.store.credential(user)?.is_some() {
        return Err(CredentialsError::UserTaken { user: user.to_owned() });
    }
    let known = profiles_of_end_entities(set);
    if let Some(unknown) = profiles.iter().find(|profile| !known.contains(profile)) {
        return Err(CredentialsError::Profile { profile: unknown.clone(), known });
    }
    Ok(if profiles.is_empty() { known } else { profiles.to_vec() })
}

/// Registers a user with a password of [`new_password`], for these profiles.
///
/// # Errors
/// [`CredentialsError::Store`].
pub fn register(
    ports: &Ports,
    act: &Act,
    user: &str,
    password: &str,
    profiles: Vec<String>,
) -> Result<CredentialRecord, CredentialsError> {
    let mut rng = ports.randomness.generator();
    let mut salt = vec![0; SALT_LENGTH];
    rng.fill_bytes(&mut salt);
    let record = CredentialRecord {
        id: new_record_id(act.at, &mut *rng),
        user: user.to_owned(),
        verifier: password_verifier(&salt, password.as_bytes()),
        salt,
        profiles,
        active: true,
        created_at: act.at,
        version: 1,
    };
    ports.store.add_credential(act, &record)?;
    Ok(record)
}

impl CredentialsError {
    /// The stable code of this refusal.
    pub fn code(&self) -> &'static str {
        match self {
            Self::User { .. } => "user-name-invalid",
            Self::UserTaken { .. } => "user-taken",
            Self::Profile { .. } => "unknown-profile",
            Self::Store(error) => error.code(),
        }
    }
}
