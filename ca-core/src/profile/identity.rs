//! Which identity numbers a certificate may hold.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::x509::extension::{IdentityForm, IdentityKind};

/// The identity numbers of GM/T 0015 that a profile takes from requests; the default takes none.
///
/// Each kind has to be named. Whoever names `resident-number` publishes the numbers of people with their certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityPolicy {
    /// The kinds taken.
    pub kinds: BTreeSet<IdentityKind>,
    /// Those of them that have to be there.
    pub required: BTreeSet<IdentityKind>,
    /// The form in which they are written, whatever the form in the request.
    pub form: IdentityForm,
}
