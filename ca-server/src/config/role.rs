//! What a process does.

use serde::{Deserialize, Serialize};

use crate::service::settings::Roles;

/// A role of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Finishes what was left open, publishes CRLs, makes backups.
    Issue,
    /// Holds the keys of authorities.
    Sign,
    /// Answers OCSP, and gives out CRLs and certificates of authorities.
    Status,
    /// Enrolment over EST.
    Enroll,
    /// Administration over REST.
    Admin,
}

/// All roles in one process, as it is where nothing is said.
pub(super) fn all() -> Vec<Role> {
    vec![Role::Issue, Role::Sign, Role::Status, Role::Enroll, Role::Admin]
}

/// Whether the process signs and does nothing else.
pub(super) fn is_signer(roles: &[Role]) -> bool {
    !roles.is_empty() && roles.iter().all(|role| *role == Role::Sign)
}

/// What the services do.
pub(super) fn of_services(roles: &[Role]) -> Roles {
    Roles {
        issue: roles.contains(&Role::Issue),
        status: roles.contains(&Role::Status),
        enroll: roles.contains(&Role::Enroll),
        admin: roles.contains(&Role::Admin),
    }
}
