//! Which parts the subject of a certificate has.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::ProfileProblem;
use crate::x509::name::{AttributeKind, Name, NameError};

/// Most parts that a subject has: the longest in operation have nine.
pub const MAX_SUBJECT_PARTS: usize = 16;

/// The parts of a subject, each with its rule. Keys are the short names of [`AttributeKind`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubjectPolicy {
    /// What becomes of parts that are asked for and not listed.
    pub unlisted: UnlistedParts,
    /// The rule of each listed part.
    pub parts: BTreeMap<String, PartRule>,
}

/// The rule of one part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PartRule {
    /// The request has to name it.
    Required,
    /// The request may name it.
    Optional,
    /// A request that names it is refused.
    Forbidden,
    /// The profile sets it; a request may repeat the same value and no other.
    Fixed(String),
}

/// What becomes of a part that the profile does not list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UnlistedParts {
    /// The request is refused.
    Refuse,
    /// The part is left out of the certificate.
    Drop,
}

/// Why a subject is refused.
#[derive(Debug, Error)]
pub enum SubjectRefusal {
    /// A required part is absent.
    #[error("the subject has no {part}, which this profile requires")]
    Missing {
        /// Short name of the part.
        part: String,
    },
    /// A forbidden part, or one that is not listed.
    #[error("the subject has the part {part}, which this profile does not take")]
    NotTaken {
        /// Short name of the part.
        part: String,
    },
    /// A fixed part with another value.
    #[error("the subject has {part} = {asked:?}, where this profile sets {fixed:?}")]
    NotTheFixedValue {
        /// Short name of the part.
        part: String,
        /// The value of the request.
        asked: String,
        /// The value of the profile.
        fixed: String,
    },
    /// A part that stands once stands several times.
    #[error("the subject has more than one {part}")]
    Repeated {
        /// Short name of the part.
        part: String,
    },
    /// More than [`MAX_SUBJECT_PARTS`].
    #[error("the subject has {parts} parts, more than {MAX_SUBJECT_PARTS}")]
    TooManyParts {
        /// How many it has.
        parts: usize,
    },
    /// A value that a strict name cannot hold.
    #[error("the subject cannot be certified: {0}")]
    Name(#[from] NameError),
}

impl SubjectRefusal {
    /// A stable code of the refusal.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "subject-part-missing",
            Self::NotTaken { .. } => "subject-part-not-taken",
            Self::NotTheFixedValue { .. } => "subject-part-fixed",
            Self::Repeated { .. } => "subject-part-repeated",
            Self::TooManyParts { .. } => "subject-too-many-parts",
            Self::Name(_) => "subject-invalid",
        }
    }
}

/// The order in which parts that the profile sets stand in front of the requested ones, which keep theirs.
static FIXED_ORDER: &[AttributeKind] = &[
    AttributeKind::Country,
    AttributeKind::DomainComponent,
    AttributeKind::StateOrProvince,
    AttributeKind::Locality,
    AttributeKind::StreetAddress,
    AttributeKind::PostalCode,
    AttributeKind::Organization,
    AttributeKind::OrganizationIdentifier,
    AttributeKind::OrganizationalUnit,
    AttributeKind::Title,
    AttributeKind::Surname,
    AttributeKind::GivenName,
    AttributeKind::SerialNumber,
    AttributeKind::CommonName,
    AttributeKind::UserId,
    AttributeKind::EmailAddress,
];

/// Whether a part may stand several times: units and domain components are hierarchies, an address has lines.
const fn may_repeat(kind: &AttributeKind) -> bool {
    matches!(
        kind,
        AttributeKind::OrganizationalUnit | AttributeKind::DomainComponent | AttributeKind::StreetAddress
    )
}

impl SubjectPolicy {
    /// The rule for a part, None where it is not listed.
    #[must_use]
    pub fn rule(&self, kind: &AttributeKind) -> Option<&PartRule> {
        self.parts.get(&kind.to_string())
    }

    /// The strict subject that a request for `requested` gets: its listed parts in its order, each typed
    /// anew, behind the parts that the profile sets.
    ///
    /// # Errors
    /// [`SubjectRefusal`] where a part is missing, not taken, repeated or not what the profile sets, or its
    /// value cannot be certified.
    pub fn apply(&self, requested: &Name) -> Result<Name, SubjectRefusal> {
        let requested = requested.revalidate()?.parts();
        if requested.len() > MAX_SUBJECT_PARTS {
            return Err(SubjectRefusal::TooManyParts { parts: requested.len() });
        }
        let mut taken: Vec<(AttributeKind, String)> = Vec::with_capacity(requested.len());
        for (kind, value) in requested {
            match self.rule(&kind) {
                Some(PartRule::Required | PartRule::Optional) => {
                    if !may_repeat(&kind) && taken.iter().any(|(other, _)| *other == kind) {
                        return Err(SubjectRefusal::Repeated { part: kind.to_string() });
                    }
                    taken.push((kind, value));
                }
                Some(PartRule::Fixed(fixed)) if *fixed == value => {}
                Some(PartRule::Fixed(fixed)) => {
                    return Err(SubjectRefusal::NotTheFixedValue {
                        part: kind.to_string(),
                        asked: value,
                        fixed: fixed.clone(),
                    });
                }
                Some(PartRule::Forbidden) => return Err(SubjectRefusal::NotTaken { part: kind.to_string() }),
                None if self.unlisted == UnlistedParts::Drop => {}
                None => return Err(SubjectRefusal::NotTaken { part: kind.to_string() }),
            }
        }
        for (part, _) in self.parts.iter().filter(|(_, rule)| **rule == PartRule::Required) {
            if !taken.iter().any(|(kind, _)| kind.to_string() == *part) {
                return Err(SubjectRefusal::Missing { part: part.clone() });
            }
        }
        let mut parts = self.fixed_parts();
        parts.append(&mut taken);
        Ok(Name::from_parts(&parts)?)
    }

    /// The parts that the profile sets, in the order in which they stand.
    fn fixed_parts(&self) -> Vec<(AttributeKind, String)> {
        FIXED_ORDER
            .iter()
            .filter_map(|kind| match self.rule(kind) {
                Some(PartRule::Fixed(value)) => Some((kind.clone(), value.clone())),
                _ => None,
            })
            .collect()
    }

    /// Whether `kind` can be set by a profile: those parts have a place in the subject.
    pub(super) fn can_be_fixed(kind: &AttributeKind) -> bool {
        FIXED_ORDER.contains(kind)
    }

    /// Checks that the fixed values can be certified as they are spelled.
    pub(super) fn check_fixed(&self) -> Result<(), ProfileProblem> {
        let fixed = self.fixed_parts();
        let name = Name::from_parts(&fixed).map_err(ProfileProblem::FixedValue)?;
        match name.parts().into_iter().zip(fixed).find(|(written, fixed)| written != fixed) {
            Some(((part, _), _)) => Err(ProfileProblem::FixedNotNormalized { part: part.to_string() }),
            None => Ok(()),
        }
    }
}
