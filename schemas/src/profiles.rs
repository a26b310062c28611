//! The certificate profiles that come with the project.

/// Name and TOML text of each profile, in the order from the root to the leaves.
///
/// ```
/// let profiles = ca_core::profile::ProfileSet::load(schemas::profiles::DEFAULT.iter().copied())?;
/// assert!(profiles.get("device").is_ok());
/// # Ok::<(), ca_core::profile::ProfileError>(())
/// ```
pub const DEFAULT: &[(&str, &str)] = &[
    ("root", include_str!("../profiles/root.toml")),
    ("issuing", include_str!("../profiles/issuing.toml")),
    ("person-signing", include_str!("../profiles/person-signing.toml")),
    ("organization-signing", include_str!("../profiles/organization-signing.toml")),
    ("device", include_str!("../profiles/device.toml")),
    ("service", include_str!("../profiles/service.toml")),
    ("tls-client", include_str!("../profiles/tls-client.toml")),
    ("ocsp-signing", include_str!("../profiles/ocsp-signing.toml")),
];
