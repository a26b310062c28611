//! What is numbered.

use core::{fmt, str::FromStr};
use serde::{Deserialize, Serialize};

/// The kind of an identity number, GM/T 0015.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum IdentityKind {
    /// A resident identity card, GB 11643: 18 characters with a check character.
    ResidentNumber,
    /// A military officer's card.
    MilitaryNumber,
    /// A passport.
    PassportNumber,
    /// A personal identification code whose kind is not said.
    #[serde(skip)]
    PersonalNumber,
    /// Social insurance.
    InsuranceNumber,
    /// The registration of an enterprise with the administration for industry and commerce.
    RegistrationNumber,
    /// An organisation: the unified social credit code of GB 32100 (18 characters) or the organisation code of GB 11714 (9),
    /// both with a check character.
    OrganizationCode,
    /// A taxpayer.
    TaxationNumber,
}

/// Text that names no kind.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no kind of identity number; there are: {known}", known = known())]
pub struct IdentityKindError(String);

impl IdentityKindError {
    /// Stable code of this refusal.
    pub fn code(&self) -> &'static str {
        "identity-kind-unknown"
    }
}

fn known() -> String {
    IdentityKind::ALL.map(IdentityKind::name).join(", ")
}

impl IdentityKind {
    /// Those that can be written.
    pub const ALL: [Self; 7] = [
        Self::ResidentNumber,
        Self::MilitaryNumber,
        Self::PassportNumber,
        Self::InsuranceNumber,
        Self::RegistrationNumber,
        Self::OrganizationCode,
        Self::TaxationNumber,
    ];

    /// Its name in profiles.
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResidentNumber => "resident-number",
            Self::MilitaryNumber => "military-number",
            Self::PassportNumber => "passport-number",
            Self::PersonalNumber => "personal-number",
            Self::InsuranceNumber => "insurance-number",
            Self::RegistrationNumber => "registration-number",
            Self::OrganizationCode => "organization-code",
            Self::TaxationNumber => "taxation-number",
        }
    }
}

impl fmt::Display for IdentityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for IdentityKind {
    type Err = IdentityKindError;

    fn from_str(text: &str) -> Result<Self, IdentityKindError> {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == text);
        found.ok_or_else(|| IdentityKindError(text.chars().take(64).collect()))
    }
}
